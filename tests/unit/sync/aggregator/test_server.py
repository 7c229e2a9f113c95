"""HTTP that is bounded: hostile, truncated and oversized requests are refused, and nothing about who asks is told."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from edge_engine_sync.aggregator import server as module
from edge_engine_sync.aggregator.problems import Problem
from edge_engine_sync.aggregator.server import Reply, Request, Server
from edge_engine_sync.errors import DatabaseUnusable, Untrusted
from edge_engine_sync.transport import HttpsTransport
from tests.fakes.https_server import Authority

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "4815162342"


class Echo:
    """Answers what it was asked, and fails in every way."""

    def answer(self, request: Request) -> Reply:
        if request.path == ("problem",):
            raise Problem("batchInvalid", task=bytes(32))
        if request.path == ("full",):
            raise DatabaseUnusable("full")
        if request.path == ("bug",):
            raise ValueError(SECRET)
        told = {"path": request.path, "size": len(request.body), "token": request.token()}
        return Reply(201, "application/json", json.dumps(told).encode(), {"X-Test": "yes"})


@contextmanager
def serving(certificate: Path | None = None, idle: float = 5.0) -> Iterator[int]:
    """Serve on a free port below ``/api``."""
    server = Server(("127.0.0.1", 0), Echo(), prefix="/api/", certificate=certificate, idle=idle)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def talk(port: int, sent: bytes, *, close: bool = True) -> bytes:
    """Send bytes and return all that comes back until the server hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        received = b""
        try:
            if close:
                connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                received += piece
        except OSError:
            pass
        return received


def status(answer: bytes) -> int:
    """The HTTP status of an answer."""
    return int(answer.split()[1])


def test_a_request_is_answered_and_the_connection_kept() -> None:
    one = b"POST /api/tasks/x?step=0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\nContent-Length: 3\r\n\r\nabc"
    with serving() as port:
        answers = talk(port, one * 2)
    assert answers.count(b"HTTP/1.1 201") == 2
    assert answers.count(b'{"path": ["tasks", "x"], "size": 3, "token": "t"}') == 2
    assert answers.count(b"X-Test: yes") == 2
    assert b"Python" not in answers


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 404),
        (b"GET /other/x HTTP/1.1\r\n\r\n", 404),
        (b"PUT /api/x HTTP/1.1\r\n\r\n", 501),
        (b"POST /api/x HTTP/1.1\r\n\r\n", 411),
        (b"POST /api/x HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", 411),
        (b"POST /api/x HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 411),
        (b"POST /api/x HTTP/1.1\r\nContent-Length: 1_0\r\n\r\n", 411),
        (b"POST /api/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n", 411),
        (b"POST /api/x HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (b"POST /api/x HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 413),
        (b"GET /api/" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET /api/x HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", 431),
        (b"HEAD /api/x HTTP/1.1\r\n\r\n", 501),
        (b"nonsense\r\n\r\n", 400),
        (b"GET /api/x 4815162342\r\n\r\n", 400),
        (b"GET /api/x HTTP/7.1\r\n\r\n", 505),
        (b"GET /api/problem HTTP/1.1\r\n\r\n", 400),
        (b"GET /api/full HTTP/1.1\r\n\r\n", 503),
        (b"GET /api/bug HTTP/1.1\r\n\r\n", 500),
    ],
)
def test_a_request_that_cannot_be_is_refused(request_: bytes, expected: int) -> None:
    with serving() as port:
        answer = talk(port, request_)
    assert status(answer) == expected
    assert SECRET.encode() not in answer
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Type: application/problem+json" in head
    if request_.startswith(b"HEAD"):
        assert body == b""
    else:
        assert json.loads(body)["status"] == expected


@pytest.mark.parametrize(
    "request_",
    [
        b"",
        b"\0\xff" * 100,
        b"POST /api/x HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc",
        b"POST /api/x HTTP/1.1\r\nContent-Len",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    ],
)
def test_a_request_that_ends_in_the_middle_is_not_answered_as_if_it_were_whole(request_: bytes) -> None:
    with serving() as port:
        assert b" 201 " not in talk(port, request_)
        # And the server goes on.
        assert status(talk(port, b"GET /api/x HTTP/1.1\r\n\r\n")) == 201


def test_a_body_that_nobody_asked_for_is_not_the_next_request() -> None:
    inner = b"GET /api/inner HTTP/1.1\r\n\r\n"
    head = b"GET /api/outer HTTP/1.1\r\nContent-Length: " + str(len(inner)).encode() + b"\r\n\r\n"
    with serving() as port:
        answers = talk(port, head + inner)
    assert b"outer" in answers
    assert b"inner" not in answers


def test_who_says_nothing_is_hung_up_on() -> None:
    with serving(idle=0.1) as port:
        assert talk(port, b"POST /api/x HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc", close=False) == b""
        assert talk(port, b"", close=False) == b""


@pytest.mark.parametrize(
    ("start", "drop"),
    [(b"G", b"E"), (b"GET /api/x HTTP/1.1\r\n", b"a: b\r\n"), (b"GET /api/x HTTP/1.1\r\nHost:", b"x")],
    ids=["line", "headers", "one header"],
)
def test_a_head_that_drips_ends_at_its_deadline(start: bytes, drop: bytes) -> None:
    """Each word comes in time, and the whole never: it must not hold a place that others wait for."""
    with serving(idle=0.3) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        began = time.monotonic()
        connection.sendall(start)
        with suppress(OSError):  # broken pipe or reset, as it comes
            while time.monotonic() - began < 5:
                time.sleep(0.05)
                connection.sendall(drop)
        assert time.monotonic() - began < 2


def test_a_connection_that_is_kept_has_the_whole_time_for_each_head() -> None:
    with serving(idle=0.6) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for _ in range(3):
            for piece in (b"GET /api/x ", b"HTTP/1.1\r\n\r\n"):
                time.sleep(0.2)
                connection.sendall(piece)
            assert connection.recv(1000).startswith(b"HTTP/1.1 201")


def test_too_many_connections_wait_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECTIONS", 2)
    with serving() as port:
        held = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(2)]
        for connection in held:
            connection.sendall(b"GET /api/x HTTP/1.1\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 201")
        assert talk(port, b"GET /api/x HTTP/1.1\r\n\r\n") == b""
        for connection in held:
            connection.close()


def test_tls_is_spoken_with_a_certificate_and_nothing_else(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.server()
    with serving(tmp_path / "localhost10.pem") as port:
        url = f"https://localhost:{port}/api/x"
        assert HttpsTransport(context=authority.client()).request("GET", url, {}, None).status == 201
        with pytest.raises(Untrusted):
            HttpsTransport().request("GET", url, {}, None)
        assert b" 201 " not in talk(port, b"GET /api/x HTTP/1.1\r\n\r\n")


def test_nothing_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    with serving() as port:
        talk(port, b"GET /api/bug HTTP/1.1\r\n\r\n")
        talk(port, b"nonsense\r\n\r\n")
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "")


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({"authorization": "Bearer abc"}, "abc"),
        ({"authorization": "bearer  abc "}, "abc"),
        ({"authorization": "Basic abc"}, ""),
        ({"dap-auth-token": "abc"}, "abc"),
        ({}, ""),
    ],
)
def test_a_token_is_shown_in_either_header(headers: dict[str, str], token: str) -> None:
    assert Request("GET", (), headers).token() == token
