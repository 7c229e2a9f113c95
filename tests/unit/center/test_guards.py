"""What is refused before any page sees it, and what every answer carries."""

from __future__ import annotations

import logging
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from edge_engine import Engine, FakeClock
from edge_engine.center.guards import HEADERS
from edge_engine.center.pages import PAGES
from edge_engine.center.visit import Page
from edge_engine.domain.transaction import Account, AccountKind
from tests.fakes.household import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.visitor import Answer, Visitor

ELSEWHERE = "https://evil.example"


@pytest.fixture
def engine() -> Iterator[Engine]:
    """A little of a person: enough to be kept from others."""
    with Engine.in_memory(clock=FakeClock(NOW)) as made:
        made.consent.grant("categorization")
        made.ingest([Account("GB-MAIN", "GBP", AccountKind.CURRENT)])
        yield made


def refused(answer: Answer, code: str) -> bool:
    """Whether an answer is a refusal by this rule that tells nothing of the person."""
    return answer.status in (403, 413, 421) and code in answer.text and "GB-MAIN" not in answer.text


def test_the_link_works_once(stranger: Visitor) -> None:
    first = stranger.enter()
    assert first.status == 303
    assert stranger.get("today").status == 200
    again = stranger.enter()
    assert refused(again, "center.link_spent")
    assert "set-cookie" not in again.headers


def test_another_link_opens_nothing_and_leaves_the_printed_one_as_it_was(stranger: Visitor) -> None:
    assert refused(stranger.request("GET", "/enter?link=" + "0" * 64), "center.link_spent")
    assert refused(stranger.request("GET", "/enter"), "center.link_spent")
    assert refused(stranger.request("GET", "/enter?link=%C3%A4"), "center.link_spent")
    assert stranger.enter().status == 303


def test_the_cookie_is_for_this_room_and_for_no_script(stranger: Visitor) -> None:
    cookie = stranger.enter().headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert f"path=/{stranger.room}/" in cookie
    assert stranger.link.rpartition("=")[2] not in cookie


@pytest.mark.parametrize("page", ["today", "money", "consent", "data", "data/progress", "consent/receipt"])
def test_without_a_session_nothing_is_shown(visitor: Visitor, page: str) -> None:
    visitor.cookie = ""
    assert refused(visitor.get(page), "center.session")


@pytest.mark.parametrize(
    "cookie", ["edge_center=0", "edge_center=", "other=1", "edge_center=1; edge_center=2", "edge_center=ä"]
)
def test_a_made_up_cookie_is_no_session(visitor: Visitor, cookie: str) -> None:
    assert refused(visitor.get("today", {"cookie": cookie}), "center.session")


def test_the_cookie_opens_its_own_room_alone(visitor: Visitor) -> None:
    assert refused(visitor.request("GET", "/today"), "center.session")
    assert refused(visitor.request("GET", "/000000/today"), "center.session")


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost", "127.0.0.1", "127.0.0.1:1", "evil.example:{port}", ""]
)
def test_a_name_of_somebody_else_that_points_here_is_refused(visitor: Visitor, host: str) -> None:
    named = host.format(port=visitor.authority.partition(":")[2])
    answer = visitor.get("today", {"host": named})
    assert answer.status == 421
    assert refused(answer, "center.host")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": ELSEWHERE},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_a_form_that_another_page_sends_is_refused(visitor: Visitor, headers: dict[str, str]) -> None:
    fields = visitor.get("consent").fields("consent/withdraw")
    assert refused(visitor.send("consent/withdraw", fields, headers), "center.origin")
    assert visitor.desk.engine.consent.explain(fields["purpose"]).allowed


def test_a_form_without_an_origin_is_refused(visitor: Visitor) -> None:
    path = f"/{visitor.room}/today/short"
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert refused(visitor.request("POST", path, kind, b"short=yes"), "center.origin")


@pytest.mark.parametrize("headers", [{"origin": ELSEWHERE}, {"sec-fetch-site": "cross-site"}])
def test_a_page_that_another_page_asks_for_is_refused(visitor: Visitor, headers: dict[str, str]) -> None:
    assert refused(visitor.get("today", headers), "center.origin")


@pytest.mark.parametrize("token", ["", "0" * 64, "ä"])
def test_a_forged_form_is_refused(visitor: Visitor, token: str) -> None:
    fields = visitor.get("consent").fields("consent/withdraw")
    assert refused(visitor.send("consent/withdraw", {**fields, "token": token}), "center.form_forged")
    assert visitor.desk.engine.consent.explain(fields["purpose"]).allowed


def test_the_token_of_one_form_fits_no_other(visitor: Visitor) -> None:
    token = visitor.get("data").fields("data/suspend")["token"]
    forged = visitor.send("data/erase", {"token": token, "sure": "erase"})
    assert refused(forged, "center.form_forged")
    assert visitor.desk.receipt is None


def test_more_than_a_form_is_refused(visitor: Visitor) -> None:
    fields = visitor.get("today").fields("today/short")
    answer = visitor.send("today/short", {**fields, "short": "x" * 200_000})
    assert answer.status == 413
    assert refused(answer, "center.too_large")


def test_what_is_no_form_is_refused(visitor: Visitor) -> None:
    fields = visitor.get("today").fields("today/short")
    answer = visitor.send("today/short", fields, {"content-type": "text/plain"})
    assert refused(answer, "center.form_forged")


def test_refusals_are_logged_without_content(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    visitor.get("today?secret=merchant", {"host": "evil.example"})
    visitor.send("today/short", {"token": "forged-token", "short": "yes"})
    visitor.get("money?q=a-secret-word", {"cookie": "edge_center=stolen"})
    told = [record.getMessage() for record in caplog.records if record.name == "edge_engine.center"]
    assert told == [
        "a request was refused [center.host]",
        "a request was refused [center.form_forged]",
        "a request was refused [center.session]",
    ]
    every = "\n".join(record.getMessage() for record in caplog.records)
    assert not [word for word in ("evil", "secret", "stolen", "forged-token", visitor.room) if word in every]


@pytest.mark.parametrize(
    "path", ["{room}/today", "{room}/nothing", "enter?link=0", "own/center.css", "own/none", "elsewhere"]
)
def test_every_answer_is_dressed(visitor: Visitor, path: str) -> None:
    answer = visitor.request("GET", "/" + path.format(room=visitor.room))
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "server" not in answer.headers


def test_another_method_is_no_way_in(visitor: Visitor) -> None:
    answer = visitor.request("DELETE", f"/{visitor.room}/today", {"origin": visitor.origin})
    assert answer.status == 404
    assert visitor.request("TRACE", f"/{visitor.room}/today").status == 403


def test_what_fails_tells_its_type_to_the_log_and_nothing_to_anybody(
    visitor: Visitor, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("a merchant, an amount")

    monkeypatch.setattr(PAGES["models"], "show", fail)
    answer = visitor.get("models")
    assert answer.status == 500
    assert "internal error" in answer.words
    assert "merchant" not in answer.text
    until = time.monotonic() + 10
    while not caplog.records and time.monotonic() < until:
        time.sleep(0.01)  # it is logged once the answer is out
    assert [one.getMessage() for one in caplog.records] == ["a request failed [RuntimeError]"]


def test_what_fails_amid_a_page_ends_it_with_a_sentence(
    visitor: Visitor, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("a merchant, an amount")

    monkeypatch.setattr(PAGES["you"], "show", lambda _: Page("you.html", {"profile": fail}))
    answer = visitor.get("you")
    assert answer.status == 200
    assert "The rest of this page could not be made" in answer.words
    assert answer.text.rstrip().endswith("</html>")
    assert "merchant" not in answer.text + caplog.text


@pytest.mark.parametrize(
    "lines",
    [
        ["GET /enter HTTP/1.0"],
        ["GET /enter HTTP/1.1", "Host: {host}", "Host: evil.example"],
        ["GET http://evil.example/enter HTTP/1.1", "Host: {host}"],
        ["GET /own/../app.py HTTP/1.1", "Host: {host}"],
        ["GET /own/%2e%2e%2fapp.py HTTP/1.1", "Host: {host}"],
        ["GET /enter HTTP/1.1", "Host: {host}", "X: " + "a" * 200_000],
        ["GET /{room}/today HTTP/1.1", "Host: {host}", "Upgrade: websocket", "Sec-WebSocket-Key: x"],
    ],
)
def test_a_request_as_no_browser_makes_it_gets_nothing(visitor: Visitor, lines: list[str]) -> None:
    host, port = visitor.authority.split(":")
    text = "\r\n".join(line.format(host=visitor.authority, room=visitor.room) for line in lines)
    answer = b""
    with socket.create_connection((host, int(port)), timeout=10) as connection, suppress(ConnectionError):
        connection.sendall(f"{text}\r\nConnection: close\r\n\r\n".encode())
        while part := connection.recv(65536):
            answer += part
    assert answer.split(b" ")[1] in (b"400", b"403", b"404", b"421")
    assert b"GB-MAIN" not in answer
    assert b"import" not in answer, "no source either"
