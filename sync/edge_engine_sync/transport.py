"""Requests over HTTPS: the only place of this package that opens a connection.

Certificates are always checked. A redirect is followed on the same host alone. Nothing is sent that tells of the
device: no user agent, no cookies, no language.
"""

from __future__ import annotations

import base64
import http.client
import re
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Protocol, cast
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from edge_engine_sync.errors import AnswerInvalid, ParameterInvalid, Unreachable, Untrusted, UploadError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from io import BufferedIOBase

_REDIRECTS: Final = frozenset({307, 308})
_REDIRECTS_OF_GET: Final = frozenset({301, 302, 303, 307, 308})
_BOTH_WAYS: Final = 2
"""``SHUT_RDWR``; this module opens no socket of its own."""
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_PIECE: Final = 16 * 1024
_INTERIM: Final = 16
"""Answers that come before the answer, at most."""

_PARAMETER: Final = re.compile(r';\s*(?:([^\s;="]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))\s*)?')
_ESCAPED: Final = re.compile(r"\\(.)")


def is_media(given: str, expected: str) -> bool:
    """Tell whether a ``Content-Type`` is a media type: the same type, with its parameters and maybe others.

    Case, spaces, quotes and the order of parameters mean nothing; a parameter that is said twice says nothing.

    Args:
        given: As the header has it.
        expected: Such as ``application/ppm-dap;message=upload-errors``.

    Source: RFC 9110, section 8.3.1.
    """
    kind, parameters = _media(given)
    wanted, needed = _media(expected)
    return kind == wanted and all(parameters.get(name) == value for name, value in needed.items())


def _media(text: str) -> tuple[str, dict[str, str]]:
    kind, separator, rest = text.partition(";")
    rest, found = (separator + rest).strip(), dict[str, str]()
    at = 0
    while at < len(rest):
        parameter = _PARAMETER.match(rest, at)
        if parameter is None:
            return "", {}
        at = parameter.end()
        name, quoted, plain = parameter.groups()
        if name is None:
            continue
        value = plain if quoted is None else _ESCAPED.sub(r"\1", quoted)
        found[name.lower()] = "" if name.lower() in found else value.lower()
    return kind.strip().lower(), found


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered.

    Attributes:
        status: HTTP status.
        headers: By their names in lower case.
        body: The whole body.
        reposts: To how many addresses the request's body had gone that led on to another; each may have acted on it.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    reposts: int = 0

    def is_media(self, expected: str) -> bool:
        """Tell whether the body is of a media type, see :func:`is_media`."""
        return is_media(self.headers.get("content-type", ""), expected)


class Transport(Protocol):
    """How requests reach a server; a test or a host may bring its own."""

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Send a request and return the answer.

        Raises:
            Unreachable: No whole answer came.
            Untrusted: The server did not prove who it is.
            AnswerInvalid: The answer is no HTTP, is too large or leads to another host.
            ParameterInvalid: The URL is none that may be used.
        """


@dataclass(frozen=True, slots=True)
class Address:
    """Where a URL leads.

    Attributes:
        secure: Whether it is https.
        host: Name or address of the server.
        port: Its port.
        path: Path of the URL.
    """

    secure: bool
    host: str
    port: int
    path: str

    @property
    def loopback(self) -> bool:
        """Whether the server is this same machine."""
        return self.host in _LOOPBACK


def server_address(url: str) -> Address:
    """Return where a URL leads.

    Raises:
        ParameterInvalid: It is no URL of a server.
    """
    try:
        target = urlsplit(url)
        port = target.port
    except ValueError:
        raise ParameterInvalid("The address of a server is no URL.") from None
    if target.scheme not in ("http", "https") or not target.hostname:
        raise ParameterInvalid("The address of a server is no URL.")
    secure = target.scheme == "https"
    return Address(secure, target.hostname, port or (443 if secure else 80), target.path)


def trusting(authorities: str) -> ssl.SSLContext:
    """Return how TLS is spoken where the authorities of a PEM file are trusted, and no others.

    Raises:
        ParameterInvalid: There is no such file, or it holds no certificate.
    """
    try:
        return ssl.create_default_context(cafile=authorities)
    except OSError:
        raise ParameterInvalid("The file of trusted authorities cannot be read or has none.") from None


def _always() -> None:
    """Allow a request."""


def _hang_up(connection: http.client.HTTPConnection, hung_up: threading.Event) -> None:
    """End a connection's waits, from another thread; what waits is told that nothing more comes."""
    hung_up.set()
    held = connection.sock
    if held is not None:
        with suppress(OSError):
            held.shutdown(_BOTH_WAYS)


def _told(failure: Exception) -> UploadError:
    """Return what went wrong in the words of this package."""
    match failure:
        case ssl.SSLCertVerificationError():
            return Untrusted("The server's certificate is not valid for its name.")
        case TimeoutError():
            return Unreachable("The server did not answer in time.")
        case http.client.IncompleteRead():
            return Unreachable("The server's answer ended in the middle.")
        case OSError():
            return Unreachable("The server cannot be reached.")
        case _:
            return AnswerInvalid("The server's answer is no HTTP.")


def _require_whole(hung_up: threading.Event) -> None:
    """Refuse an answer that was cut off: it could pass for a whole one."""
    if hung_up.is_set():
        raise TimeoutError


def _require_one_length(response: http.client.HTTPResponse) -> None:
    """Refuse an answer that says two lengths, or one that is none: where it ends is anybody's guess.

    Source: RFC 9112, section 6.3.
    """
    said = {one.strip() for value in response.msg.get_all("content-length", []) for one in value.split(",")}
    if len(said) > 1 or not all(one.isascii() and one.isdigit() for one in said):
        raise http.client.HTTPException


class _Lines:
    """A stream that remembers the last line that was read of it."""

    def __init__(self, stream: BufferedIOBase) -> None:
        self.stream, self.last = stream, b""

    def readline(self, limit: int = -1) -> bytes:
        """Read a line."""
        self.last = self.stream.readline(limit)
        return self.last

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the stream has
        return getattr(self.stream, name)


class _WholeHead(http.client.HTTPResponse):
    """A response whose head ends with an empty line: the standard library takes one that was cut off for a whole one.

    Without it a connection that breaks after ``200 OK`` would be a success without a body, which takes a report.
    """

    def _read_status(self) -> tuple[str, int, str]:
        """Return the status of the answer; what comes before it, such as early hints, is passed over.

        The standard library takes any of them but ``100 Continue`` for the answer.
        """
        for _ in range(_INTERIM):
            version, status, reason = cast("Any", super())._read_status()  # noqa: SLF001 - the only place to look
            if status in (100, 101) or not 100 <= status < 200:  # the first the caller passes over
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException

    def begin(self) -> None:
        lines = _Lines(self.fp)
        self.fp = cast("Any", lines)
        try:
            super().begin()
        finally:
            if cast("Any", self.fp) is lines:
                self.fp = cast("Any", lines.stream)
        if lines.last not in (b"\r\n", b"\n"):
            raise http.client.IncompleteRead(b"")


@dataclass(frozen=True, slots=True)
class HttpsTransport:
    """HTTPS with the standard library.

    Attributes:
        timeout: Seconds for connecting and for each wait; a whole request takes at most three times as long.
        largest_answer: Bytes of a body that are read at most.
        proxy: URL of an HTTP proxy for ``CONNECT``, with a name and password where it needs them; none where empty.
        allow_loopback: Whether plain HTTP to this same machine is allowed, for trying things out.
        context: How TLS is spoken; by default with the system's authorities.
        monotonic: Seconds of a clock that never goes back.
        allowed: Called once connected and right before any byte of a request goes, at each hop; what it raises is
            raised, and nothing goes.
    """

    timeout: float = 20.0
    largest_answer: int = 256 * 1024
    proxy: str = field(default="", repr=False)
    allow_loopback: bool = False
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    monotonic: Callable[[], float] = time.monotonic
    allowed: Callable[[], None] = _always

    def __post_init__(self) -> None:
        self._require_checks()

    def _require_checks(self) -> None:
        # A context can be changed by whoever holds it: it is asked before each connection, not once.
        if self.context.verify_mode != ssl.CERT_REQUIRED or not self.context.check_hostname:
            raise ParameterInvalid("Certificates and host names are always checked.")

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Send a request and return the answer, following redirects on the same host."""
        followed = _REDIRECTS_OF_GET if method == "GET" else _REDIRECTS
        for hop in range(4):
            target = self._split(url)
            try:
                answer = self._once(method, target, headers, body)
            except UploadError as failure:
                failure.sent = failure.sent or hop > 0
                raise
            location = answer.headers.get("location", "")
            if answer.status not in followed or not location:
                return replace(answer, reposts=0 if body is None else hop)
            try:
                url = urljoin(url, location)
                elsewhere = urlsplit(url)[:2] != target[:2]
            except ValueError:
                raise AnswerInvalid("The server leads to no address.") from None
            if elsewhere:
                raise AnswerInvalid("The server leads to another host.")
        raise AnswerInvalid("The server leads from one address to the next.")

    def require(self, url: str) -> None:
        """See that requests could go to an address.

        Raises:
            ParameterInvalid: They could not: it is no https URL, or has a user in it.
        """
        self._split(url)

    def _split(self, url: str) -> SplitResult:
        try:
            target = urlsplit(url)
            _ = target.port
        except ValueError:
            raise ParameterInvalid("The address of a server is no URL.") from None
        local = self.allow_loopback and target.scheme == "http" and target.hostname in _LOOPBACK
        if not target.hostname or target.username is not None or not (target.scheme == "https" or local):
            raise ParameterInvalid("The address of a server is an https URL without a user.")
        return target

    def _once(
        self, method: str, target: SplitResult, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        deadline = self.monotonic() + 3 * self.timeout
        connection = self._connect(target)
        path = (target.path or "/") + (f"?{target.query}" if target.query else "")
        # However the answer drips, and in whatever part of it: it ends with the connection.
        hung_up = threading.Event()
        watch = threading.Timer(3 * self.timeout, _hang_up, (connection, hung_up))
        watch.daemon = True
        watch.start()
        sent = False
        try:
            connection.connect()
            connection.response_class = _WholeHead
            self.allowed()
            sent = True
            connection.request(method, path, body=body, headers=dict(headers))
            with connection.getresponse() as response:
                _require_one_length(response)
                received = self._read(response, deadline)
            _require_whole(hung_up)
        except (OSError, http.client.HTTPException, ValueError) as failure:
            told = _told(failure)
            told.sent = sent
            raise told from None
        finally:
            watch.cancel()
            connection.close()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, received)

    def _read(self, response: http.client.HTTPResponse, deadline: float) -> bytes:
        pieces, size = [], 0
        while piece := response.read1(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > self.largest_answer:
                raise AnswerInvalid("The server's answer is too large.")
            if self.monotonic() > deadline:
                raise TimeoutError
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        return b"".join(pieces)

    def _connect(self, target: SplitResult) -> http.client.HTTPConnection:
        host = target.hostname or ""
        if target.scheme == "http":
            return http.client.HTTPConnection(host, target.port, timeout=self.timeout)
        self._require_checks()
        if not self.proxy:
            return http.client.HTTPSConnection(host, target.port, timeout=self.timeout, context=self.context)
        proxy = urlsplit(self.proxy)
        if proxy.scheme != "http" or not proxy.hostname:
            raise ParameterInvalid("The address of a proxy is an http URL.")
        connection = http.client.HTTPSConnection(
            proxy.hostname, proxy.port or 8080, timeout=self.timeout, context=self.context
        )
        credentials = {}
        if proxy.username is not None:
            pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
            credentials["Proxy-Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        connection.set_tunnel(host, target.port or 443, headers=credentials)
        return connection
