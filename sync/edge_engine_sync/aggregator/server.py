"""HTTP for an aggregator: bounded in bytes, time and connections, and silent about who asks.

The standard library's server, one thread a connection. What the program answers is in ``leader`` and ``helper``.
"""

from __future__ import annotations

import contextlib
import io
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any, Final, Protocol

from edge_engine_sync.aggregator.problems import MEDIA, Problem
from edge_engine_sync.errors import DatabaseUnusable
from edge_engine_sync.transport import is_media

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LARGEST_BODY: Final = 32 * 1024 * 1024
CONNECTIONS: Final = 256
IDLE_SECONDS: Final = 15.0
_PIECE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked.

    Attributes:
        method: GET, POST or DELETE.
        path: The parts of the path below the aggregator's own.
        headers: By their names in lower case.
        body: The whole body.
    """

    method: str
    path: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)

    def is_media(self, expected: str) -> bool:
        """Tell whether the body is of a media type; more parameters than expected mean nothing."""
        return is_media(self.headers.get("content-type", ""), expected)

    def token(self) -> str:
        """Return the token that is shown; empty where there is none."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else self.headers.get("dap-auth-token", "")


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    status: int = 200
    media: str = ""
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


def free_ports(count: int) -> list[int]:
    """Return ports of this machine, all different, that nobody listened on a moment ago."""
    listening = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [int(one.getsockname()[1]) for one in listening]
    finally:
        for one in listening:
            one.close()


class Application(Protocol):
    """What answers."""

    def answer(self, request: Request) -> Reply:
        """Return the answer to a request.

        Raises:
            Problem: The request is refused.
            DatabaseUnusable: Nothing can be kept now.
        """


class Server(ThreadingHTTPServer):
    """A server that is bound to an address and answers until ``stop``.

    Args:
        address: Host and port; port 0 takes a free one.
        application: What answers.
        prefix: Path of the aggregator's own URL.
        certificate: PEM file of a certificate with its key; plain HTTP where there is none.
        idle: Seconds that a connection may say nothing, and that the whole head of a request may take from its first
            byte.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        application: Application,
        *,
        prefix: str = "/",
        certificate: Path | None = None,
        idle: float = IDLE_SECONDS,
    ) -> None:
        self.application = application
        self.prefix = tuple(part for part in prefix.split("/") if part)
        self.idle = idle
        self._slots = threading.BoundedSemaphore(CONNECTIONS)
        self._context: ssl.SSLContext | None = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate)
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind to the address without asking anybody for its name, as the base class would."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the base class's
        """Give a connection a thread, if there is one left."""
        if not self._slots.acquire(timeout=0.05):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._slots.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the base class's
        """Serve a connection in its thread."""
        try:
            if self._context is not None:
                request.settimeout(self.idle)
                request = self._context.wrap_socket(request, server_side=True)
            super().process_request_thread(request, client_address)
        except OSError:
            self.shutdown_request(request)
        finally:
            self._slots.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the base class's
        """Say nothing: a connection that broke is the other side's, and where it came from is nobody's business."""


class _Timed(io.RawIOBase):
    """What a connection says, within the time that it has: for each word, for a whole head and for a whole body.

    A limit for each word alone would let a connection that drips hold its place for ever.
    """

    def __init__(self, connection: socket.socket, idle: float) -> None:
        self._connection = connection
        self._idle = idle
        self._deadline: float | None = None
        self._head = False

    def expect_head(self) -> None:
        """Wait for the first byte of a head, whose time begins with it."""
        self._deadline, self._head = None, True

    def expect_body(self) -> None:
        """Wait for a body, whose time begins now."""
        self._deadline, self._head = time.monotonic() + 4 * self._idle, False

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 - the base class's
        """Read what comes.

        Raises:
            TimeoutError: The time is over.
        """
        left = self._idle
        if self._deadline is not None:
            left = min(left, self._deadline - time.monotonic())
            if left <= 0:
                raise TimeoutError
        self._connection.settimeout(left)
        try:
            size = self._connection.recv_into(buffer)
        finally:
            # Answers are written with the whole limit.
            self._connection.settimeout(self._idle)
        if self._head and self._deadline is None:
            self._deadline = time.monotonic() + self._idle
        return size


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body of an answer leave in one piece
    server: Server

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.server.idle)
        self.rfile.close()
        self._timed = _Timed(self.connection, self.server.idle)
        self.rfile = io.BufferedReader(self._timed, _PIECE)

    def handle_one_request(self) -> None:
        """Serve one request, whose head has a time of its own."""
        self._timed.expect_head()
        super().handle_one_request()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no request, or one of another kind, as everything is refused here."""
        del message, explain  # they may hold what was sent
        self.close_connection = True
        if self.request_version == "HTTP/0.9":
            self.request_version = (
                self.protocol_version
            )  # it is what stands until a whole line was understood
        problem = Problem(status=code)
        self._send(Reply(problem.status, MEDIA, problem.body()))

    def version_string(self) -> str:
        return "edge-engine"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Log nothing: who uploaded when is what private aggregation keeps from servers."""

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_DELETE = do_GET  # noqa: N815 - the base class's way

    def _serve(self) -> None:
        try:
            body = self._body()
            reply = self._answer(body)
        except Problem as problem:
            extra = {"Retry-After": "1"} if problem.status == 503 else {}
            reply = Reply(problem.status, MEDIA, problem.body(), extra)
        except (TimeoutError, ConnectionError):
            self.close_connection = True
            return
        self._send(reply)

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        if reply.media:
            self.send_header("Content-Type", reply.media)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        with contextlib.suppress(OSError):
            if self.command != "HEAD":
                self.wfile.write(reply.body)

    def _answer(self, body: bytes) -> Reply:
        path = self.path.partition("?")[0]
        parts = tuple(part for part in path.split("/") if part)
        own = self.server.prefix
        if parts[: len(own)] != own:
            raise Problem(status=404)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, parts[len(own) :], headers, body)
        try:
            return self.server.application.answer(request)
        except DatabaseUnusable:
            raise Problem(status=503) from None
        except Problem:
            raise
        except Exception:  # noqa: BLE001 - the last border: what went wrong may hold what was sent
            raise Problem(status=500) from None

    def _body(self) -> bytes:
        """Return the whole body, or refuse it.

        Raises:
            Problem: It has no length or is too large.
            ConnectionError: It ends before.
        """
        if self.command != "POST":
            # A body nobody asked for would be read as the next request.
            if self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers:
                self.close_connection = True
            return b""
        length = self.headers.get("Content-Length", "")
        lengths = self.headers.get_all("Content-Length", [])
        if (
            len(lengths) != 1
            or not (length.isascii() and length.isdigit())
            or "Transfer-Encoding" in self.headers
        ):
            self.close_connection = True
            raise Problem(status=411)
        if len(length) > 12 or int(length) > LARGEST_BODY:
            self.close_connection = True
            raise Problem(status=413)
        left, pieces = int(length), []
        self._timed.expect_body()
        while left:
            piece = self.rfile.read1(min(left, _PIECE))
            if not piece:
                raise ConnectionResetError
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)
