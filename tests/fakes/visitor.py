"""A visitor of the Privacy Center: a real HTTP client that does what a browser does, or what it must not."""

from __future__ import annotations

import html
import http.client
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from edge_engine.center.server import listen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from edge_engine import Clock, Engine
    from edge_engine.center.desk import Desk, Surroundings

_FORM: Final = re.compile(r'<form [^>]*action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
_HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
BOUNDARY: Final = "----a-boundary-of-the-tests"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The page as its text stands in the file."""
        return self.body.decode()

    @property
    def words(self) -> str:
        """The page's words, without tags, each blank once."""
        bare = html.unescape(re.sub(r"<[^>]+>", " ", self.text)).replace("\N{NO-BREAK SPACE}", " ")
        return " ".join(bare.split())

    def fields(self, action: str, number: int = 0) -> dict[str, str]:
        """The hidden fields of the page's form with this action."""
        found = [inside for where, inside in _FORM.findall(self.text) if where.endswith(f"/{action}")]
        return {name: html.unescape(value) for name, value in _HIDDEN.findall(found[number])}


@dataclass
class Visitor:
    """A browser of one person.

    Attributes:
        link: As it was printed.
        desk: What the center holds.
        cookie: Of the session; empty before it began.
        room: First part of every path.
    """

    link: str
    desk: Desk
    cookie: str = ""
    room: str = ""
    always: dict[str, str] = field(default_factory=dict)

    @property
    def authority(self) -> str:
        """Host and port."""
        return urlsplit(self.link).netloc

    @property
    def origin(self) -> str:
        """The center's own origin."""
        return f"http://{self.authority}"

    def enter(self) -> Answer:
        """Open the link, as a person does."""
        parts = urlsplit(self.link)
        answer = self.request("GET", f"{parts.path}?{parts.query}")
        if answer.status == 303:
            self.cookie = answer.headers["set-cookie"].partition(";")[0]
            self.room = answer.headers["location"].split("/")[1]
        return answer

    def get(self, page: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Open a page of the room."""
        return self.request("GET", f"/{self.room}/{page}", headers)

    def send(
        self, action: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a form as it stands, with the headers that a browser gives it."""
        sent = {
            "origin": self.origin,
            "sec-fetch-site": "same-origin",
            "content-type": "application/x-www-form-urlencoded",
            **(headers or {}),
        }
        return self.request("POST", f"/{self.room}/{action}", sent, urlencode(fields).encode())

    def fill(self, page: str, action: str, **fields: str) -> Answer:
        """Open a page, fill in its first form with this action, send it, and follow to where it leads."""
        hidden = self.get(page).fields(action)
        return self.follow(self.send(action, {**hidden, **fields}))

    def follow(self, answer: Answer) -> Answer:
        """Go where an answer points."""
        if answer.status != 303:
            return answer
        return self.request("GET", answer.headers["location"].partition("#")[0])

    def drop(self, *files: bytes, accept: str = "text/html", **fields: str) -> Answer:
        """Send files to be imported."""
        hidden = {**self.get("data").fields("data/import"), **fields}
        parts = [
            f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in hidden.items()
        ]
        for number, one in enumerate(files, 1):
            head = f'content-disposition: form-data; name="files"; filename="{number}.csv"'
            parts.append(f"--{BOUNDARY}\r\n{head}\r\ncontent-type: text/csv\r\n\r\n".encode() + one + b"\r\n")
        body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
        sent = {
            "origin": self.origin,
            "sec-fetch-site": "same-origin",
            "accept": accept,
            "content-type": f"multipart/form-data; boundary={BOUNDARY}",
        }
        return self.request("POST", f"/{self.room}/data/import", sent, body)

    def request(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """Make one request; a header of ours replaces what the client would have sent."""
        sent = {**self.always, **({"cookie": self.cookie} if self.cookie else {}), **(headers or {})}
        connection = http.client.HTTPConnection(self.authority, timeout=30)
        try:
            connection.putrequest(method, path, skip_host="host" in sent, skip_accept_encoding=True)
            for name, value in sent.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("content-length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()


@contextmanager
def visiting(engine: Engine, surroundings: Surroundings, clock: Clock | None = None) -> Iterator[Visitor]:
    """Open a center over an engine in a thread of its own; nobody entered yet."""
    center = listen(engine, surroundings, clock)
    thread = threading.Thread(target=center.run)
    thread.start()
    try:
        yield Visitor(center.link, center.desk)
    finally:
        center.end()
        thread.join(10)
