"""HTTPS as it is: real sockets on loopback, an authority of its own, and servers that misbehave."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from edge_engine_sync.client import Client, Delivery
from edge_engine_sync.errors import (
    AnswerInvalid,
    ParameterInvalid,
    SyncError,
    Unreachable,
    Untrusted,
    UploadError,
)
from edge_engine_sync.transport import HttpsTransport, is_media
from tests.fakes.aggregators import HELPER, LEADER, NOW, Aggregators, make_task
from tests.fakes.https_server import Authority, Script, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def says(*lines: str, body: bytes = b"") -> Script:
    """A server that answers these lines and this body."""

    def script(_: bytes, connection: socket.socket) -> None:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    return script


OK = says("HTTP/1.1 200 OK", "Content-Length: 4", "X-Kind: a", body=b"body")


def transport(authority: Authority, **settings: object) -> HttpsTransport:
    return HttpsTransport(**{"timeout": 3.0, "context": authority.client(), **settings})  # type: ignore[arg-type]


def test_a_request_goes_out_with_nothing_that_tells_of_the_device(
    authority: Authority, stack: ExitStack
) -> None:
    port, requests = stack.enter_context(serving(OK, authority.server()))
    answer = transport(authority).request(
        "POST", f"https://localhost:{port}/a?b=c", {"Content-Type": "x/y"}, b"hi"
    )
    assert (answer.status, answer.body, answer.headers["x-kind"]) == (200, b"body", "a")
    head, _, body = requests[0].partition(b"\r\n\r\n")
    assert body == b"hi"
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /a?b=c HTTP/1.1"
    names = {line.split(":")[0] for line in lines[1:]}
    assert names == {"Host", "Accept-Encoding", "Content-Length", "Content-Type"}


def test_a_get_has_no_body_and_the_root_is_a_slash(authority: Authority, stack: ExitStack) -> None:
    port, requests = stack.enter_context(serving(OK, authority.server()))
    transport(authority).request("GET", f"https://127.0.0.1:{port}", {}, None)
    assert requests[0].startswith(b"GET / HTTP/1.1\r\n")
    assert requests[0].endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("subject", "days"), [("other.example", 10), ("localhost", -1)], ids=["name", "expired"]
)
def test_a_server_with_a_bad_certificate_gets_nothing(
    authority: Authority, stack: ExitStack, subject: str, days: int
) -> None:
    port, requests = stack.enter_context(serving(OK, authority.server(subject, days=days)))
    with pytest.raises(Untrusted) as refused:
        transport(authority).request("POST", f"https://localhost:{port}/", {}, b"report")
    assert refused.value.code == "sync.upload.untrusted"
    assert requests == []


def test_a_server_of_another_authority_gets_nothing(authority: Authority, stack: ExitStack) -> None:
    port, requests = stack.enter_context(serving(OK, authority.server()))
    with pytest.raises(Untrusted):
        HttpsTransport(timeout=3.0).request("POST", f"https://localhost:{port}/", {}, b"report")
    assert requests == []


@pytest.mark.parametrize("weaken", ["no check", "no name"])
def test_a_context_that_does_not_check_is_refused(weaken: str) -> None:
    context = ssl.create_default_context()
    context.check_hostname = False
    if weaken == "no check":
        context.verify_mode = ssl.CERT_NONE
    with pytest.raises(ParameterInvalid, match="always checked"):
        HttpsTransport(context=context)


@pytest.mark.parametrize(
    "url",
    [
        "http://leader.example/",
        "http://localhost/",
        "ftp://leader.example/",
        "https://user@leader.example/",
        "https://user:secret@leader.example/",
        "https:///path",
        "https://leader.example:port/",
        "https://[leader/",
        "",
    ],
)
def test_only_https_urls_are_asked(url: str) -> None:
    with pytest.raises(ParameterInvalid) as refused:
        HttpsTransport().request("GET", url, {}, None)
    assert "secret" not in str(refused.value)


def test_plain_http_is_for_this_machine_and_only_on_demand(stack: ExitStack) -> None:
    port, _ = stack.enter_context(serving(OK, None))
    url = f"http://127.0.0.1:{port}/"
    assert HttpsTransport(allow_loopback=True).request("GET", url, {}, None).status == 200
    with pytest.raises(ParameterInvalid):
        HttpsTransport().request("GET", url, {}, None)
    with pytest.raises(ParameterInvalid):
        HttpsTransport(allow_loopback=True).request("GET", "http://leader.example/", {}, None)


class TestRedirects:
    def test_one_on_the_same_host_is_followed(self, authority: Authority, stack: ExitStack) -> None:
        def script(request: bytes, connection: socket.socket) -> None:
            if b" /old " in request:
                says("HTTP/1.1 307 Moved", "Location: /new", "Content-Length: 0")(request, connection)
            else:
                OK(request, connection)

        port, requests = stack.enter_context(serving(script, authority.server()))
        answer = transport(authority).request("POST", f"https://localhost:{port}/old", {}, b"same")
        assert (answer.body, answer.reposts) == (b"body", 1)
        assert [request.endswith(b"same") for request in requests] == [True, True]
        assert b"POST /new " in requests[1]

    @pytest.mark.parametrize(
        "location",
        ["https://evil.example/", "http://localhost:{port}/", "https://localhost:1/", "//evil.example/"],
    )
    def test_one_to_another_host_is_refused(
        self, authority: Authority, stack: ExitStack, location: str
    ) -> None:
        found: list[int] = []

        def script(request: bytes, connection: socket.socket) -> None:
            to = location.format(port=found[0])
            says("HTTP/1.1 307 Moved", f"Location: {to}", "Content-Length: 0")(request, connection)

        port, requests = stack.enter_context(serving(script, authority.server()))
        found.append(port)
        with pytest.raises(AnswerInvalid, match="another host"):
            transport(authority).request("POST", f"https://localhost:{port}/", {}, b"report")
        assert len(requests) == 1

    def test_a_circle_ends(self, authority: Authority, stack: ExitStack) -> None:
        script = says("HTTP/1.1 308 Moved", "Location: /", "Content-Length: 0")
        port, requests = stack.enter_context(serving(script, authority.server()))
        with pytest.raises(AnswerInvalid, match="from one address"):
            transport(authority).request("GET", f"https://localhost:{port}/", {}, None)
        assert len(requests) == 4

    def test_one_that_would_turn_an_upload_into_a_question_is_an_answer(
        self, authority: Authority, stack: ExitStack
    ) -> None:
        script = says("HTTP/1.1 303 See Other", "Location: /", "Content-Length: 0")
        port, requests = stack.enter_context(serving(script, authority.server()))
        assert transport(authority).request("POST", f"https://localhost:{port}/", {}, b"r").status == 303
        assert len(requests) == 1


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (says("HTTP/1.1 200 OK", "Content-Length: 100", body=b"short"), Unreachable),
        (says("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", body=b"5\r\nab"), Unreachable),
        (lambda *_: None, Unreachable),
        (lambda _, connection: connection.sendall(b"HTTP/1.1 200 OK\r\n"), Unreachable),
        (lambda _, connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"), Unreachable),
        (lambda _, connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Le"), Unreachable),
        (lambda _, connection: connection.sendall(b"HTTP/1.1 204 No Content\r\n"), Unreachable),
        (says("NOT HTTP AT ALL"), AnswerInvalid),
        (says("HTTP/1.1 banana OK"), AnswerInvalid),
        (says("HTTP/1.1 200 OK", "X: " + "x" * 70_000), AnswerInvalid),
        (says("HTTP/1.1 200 OK", *[f"X{number}: y" for number in range(200)]), AnswerInvalid),
        (says("HTTP/1.1 200 OK", "Content-Length: 5000", body=bytes(5000)), AnswerInvalid),
        (says("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", body=b"zz\r\n"), Unreachable),
        (says("HTTP/1.1 200 OK", "Content-Length: 0", "Content-Length: 17", body=b"x" * 17), AnswerInvalid),
        (says("HTTP/1.1 200 OK", "Content-Length: 17x"), AnswerInvalid),
        (says("HTTP/1.1 200 OK", "Content-Length: -17"), AnswerInvalid),
        (says("HTTP/1.1 103 Early Hints", body=b"HTTP/1.1 103 Early Hints\r\n\r\n" * 40), AnswerInvalid),
    ],
    ids=[
        "cut",
        "cut chunk",
        "nothing",
        "cut after the status",
        "cut after a header",
        "cut in a header",
        "cut after a status without a body",
        "no HTTP",
        "no status",
        "long line",
        "many headers",
        "large",
        "bad chunk",
        "two lengths",
        "no length",
        "negative length",
        "hints without end",
    ],
)
def test_hostile_answers_are_typed_errors(
    authority: Authority, stack: ExitStack, script: Script, error: type[SyncError]
) -> None:
    port, _ = stack.enter_context(serving(script, authority.server()))
    with pytest.raises(error) as refused:
        transport(authority, largest_answer=4096).request("GET", f"https://localhost:{port}/", {}, None)
    assert isinstance(refused.value, SyncError)


@pytest.mark.parametrize("before", ["100 Continue", "103 Early Hints", "199 Odd"])
def test_what_comes_before_an_answer_is_not_the_answer(
    authority: Authority, stack: ExitStack, before: str
) -> None:
    answer = b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"
    script = says(f"HTTP/1.1 {before}", "Link: </style.css>", body=answer)
    port, _ = stack.enter_context(serving(script, authority.server()))
    got = transport(authority).request("GET", f"https://localhost:{port}/", {}, None)
    assert (got.status, got.body, "link" in got.headers) == (201, b"hello", False)


def test_a_server_that_says_nothing_is_not_waited_for(authority: Authority, stack: ExitStack) -> None:
    def script(_: bytes, connection: socket.socket) -> None:
        connection.recv(1)  # until the client gives up

    port, _ = stack.enter_context(serving(script, authority.server()))
    with pytest.raises(Unreachable, match="in time"):
        transport(authority, timeout=0.3).request("GET", f"https://localhost:{port}/", {}, None)


def test_a_server_that_drips_is_not_waited_for(authority: Authority, stack: ExitStack) -> None:
    ticks = iter(range(0, 1000, 2))
    script = says("HTTP/1.1 200 OK", "Content-Length: 40000", body=bytes(40_000))
    port, _ = stack.enter_context(serving(script, authority.server()))
    slow = transport(authority, timeout=0.5, monotonic=lambda: next(ticks))
    with pytest.raises(Unreachable, match="in time"):
        slow.request("GET", f"https://localhost:{port}/", {}, None)


def test_what_never_left_is_told_apart_from_what_may_have(
    tmp_path: Path, authority: Authority, stack: ExitStack
) -> None:
    def upload(port: int) -> UploadError:
        with pytest.raises(UploadError) as failed:
            transport(authority).request("POST", f"https://localhost:{port}/", {}, b"report")
        return failed.value

    closed = socket.create_server(("127.0.0.1", 0))
    gone = int(closed.getsockname()[1])
    closed.close()
    stranger, _ = stack.enter_context(serving(OK, Authority(tmp_path).server()))
    silent, _ = stack.enter_context(serving(lambda *_: None, authority.server()))

    def leads_nowhere(request: bytes, connection: socket.socket) -> None:
        if b" /on " not in request:
            says("HTTP/1.1 307 On", "Location: /on", "Content-Length: 0")(request, connection)

    led, _ = stack.enter_context(serving(leads_nowhere, authority.server()))
    assert [upload(port).sent for port in (gone, stranger, silent, led)] == [False, False, True, True]


def test_a_server_that_is_not_there(authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unreachable, match="cannot be reached"):
        transport(authority).request("GET", f"https://localhost:{port}/", {}, None)


class TestProxy:
    def test_a_tunnel_is_asked_for_and_tls_goes_through_it(
        self, authority: Authority, stack: ExitStack
    ) -> None:
        inner = authority.server()

        def script(request: bytes, connection: socket.socket) -> None:
            assert request.startswith(b"CONNECT localhost:4433 ")
            connection.sendall(b"HTTP/1.1 200 Established\r\n\r\n")
            with inner.wrap_socket(connection, server_side=True) as secure:
                assert secure.recv(65536).startswith(b"GET /x ")
                OK(b"", secure)

        port, requests = stack.enter_context(serving(script, None))
        through = transport(authority, proxy=f"http://name:pass%20word@127.0.0.1:{port}")
        assert through.request("GET", "https://localhost:4433/x", {}, None).body == b"body"
        assert b"Proxy-Authorization: Basic bmFtZTpwYXNzIHdvcmQ=" in requests[0]
        assert "pass" not in repr(through)

    def test_one_that_refuses_is_no_way(self, authority: Authority, stack: ExitStack) -> None:
        script = says("HTTP/1.1 407 Authenticate", "Content-Length: 0")
        port, requests = stack.enter_context(serving(script, None))
        with pytest.raises(Unreachable):
            transport(authority, proxy=f"http://127.0.0.1:{port}").request(
                "GET", "https://localhost/x", {}, None
            )
        assert b"Proxy-Authorization" not in requests[0]

    @pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "127.0.0.1:8080", "http://"])
    def test_what_is_no_proxy_is_refused(self, authority: Authority, proxy: str) -> None:
        with pytest.raises(ParameterInvalid, match="proxy"):
            transport(authority, proxy=proxy).request("GET", "https://localhost/x", {}, None)


def test_a_media_type_is_compared_without_case_and_spaces(authority: Authority, stack: ExitStack) -> None:
    script = says("HTTP/1.1 200 OK", "Content-Type: Application/X; Message=Y", "Content-Length: 0")
    port, _ = stack.enter_context(serving(script, authority.server()))
    answer = transport(authority).request("GET", f"https://localhost:{port}/", {}, None)
    assert answer.is_media("application/x;message=y")


@pytest.mark.parametrize(
    ("given", "same"),
    [
        ("a/b;message=x", True),
        ("A/B ; charset=utf-8 ; MESSAGE=X", True),
        ('a/b;note="; message=y";message="x"', True),
        (r'a/b;message="\x";', True),
        ("a/b", False),
        ("a/b;message=y", False),
        ("a/b;message=x;message=x", False),
        ('a/b;note=";message=x"', False),
        ("a/c;message=x", False),
        ("a/b message=x", False),
        ("", False),
        (";" * 60_000, False),
        ('a/b;x="' + ";" * 60_000, False),
    ],
)
def test_a_media_type_is_its_type_with_its_parameters(given: str, same: bool) -> None:  # noqa: FBT001
    assert is_media(given, "a/b;message=x") is same


@pytest.mark.parametrize("proxy", ["", "http://127.0.0.1:1"])
def test_a_context_that_is_weakened_later_is_refused_when_it_is_used(
    authority: Authority, stack: ExitStack, proxy: str
) -> None:
    port, requests = stack.enter_context(serving(OK, authority.server()))
    chosen = transport(authority, proxy=proxy)
    chosen.context.check_hostname = False
    for mode in (ssl.CERT_REQUIRED, ssl.CERT_NONE):
        chosen.context.verify_mode = mode
        with pytest.raises(ParameterInvalid, match="always checked"):
            chosen.request("POST", f"https://localhost:{port}/", {}, b"report")
    assert requests == []


def test_reports_arrive_over_https(authority: Authority, stack: ExitStack) -> None:
    """A client, its transport and TLS as they are; the leader closes the connection without an answer once."""
    servers = Aggregators()
    lost: list[bytes] = []

    def script(request: bytes, connection: socket.socket) -> None:
        head, _, body = request.partition(b"\r\n\r\n")
        method, path, _ = head.decode().split("\r\n")[0].split(" ")
        url = {"/hpke_config": f"{LEADER}hpke_config", "/helper/hpke_config": f"{HELPER}/hpke_config"}.get(
            path, path
        )
        answer = servers.request(method, url, {}, body)
        if method == "POST" and not lost:
            lost.append(body)
            return
        headers = [f"{name}: {value}" for name, value in answer.headers.items()]
        says("HTTP/1.1 200 OK", *headers, f"Content-Length: {len(answer.body)}", body=answer.body)(
            b"", connection
        )

    port, _ = stack.enter_context(serving(script, authority.server()))
    base = f"https://localhost:{port}"
    task = make_task(leader=f"{base}/", helper=f"{base}/helper")
    waited: list[float] = []
    client = Client(transport(authority), lambda: NOW, waited.append)
    assert client.send(task, 3) == Delivery.KNOWN
    assert client.send(task, 3) == Delivery.ACCEPTED
    assert len(waited) == 1
    assert servers.count(task) == [0, 0, 0, 2, 0, 0, 0, 0, 0, 0]


class Withdrawn(Exception):
    """Consent ended."""


def test_leave_is_asked_for_once_connected_and_again_at_each_hop(
    authority: Authority, stack: ExitStack
) -> None:
    asked: list[int] = []

    def allowed() -> None:
        asked.append(len(requests))
        if len(asked) > 1:
            raise Withdrawn

    onwards = says("HTTP/1.1 307 Onwards", "Location: /b", "Content-Length: 0")
    port, requests = stack.enter_context(serving(onwards, authority.server()))
    with pytest.raises(Withdrawn):
        transport(authority, allowed=allowed).request("POST", f"https://localhost:{port}/a", {}, b"report")
    assert asked == [0, 1]
    assert len(requests) == 1


@pytest.mark.parametrize("where", ["[::1", "//[x]/"])
def test_a_redirect_to_no_address_is_refused(authority: Authority, stack: ExitStack, where: str) -> None:
    nowhere = says("HTTP/1.1 307 Onwards", f"Location: http://{where}", "Content-Length: 0")
    port, _ = stack.enter_context(serving(nowhere, authority.server()))
    with pytest.raises(AnswerInvalid):
        transport(authority).request("POST", f"https://localhost:{port}/", {}, b"report")


def drips(start: bytes, drop: bytes) -> Script:
    """A server that begins an answer and never ends it."""

    def script(_: bytes, connection: socket.socket) -> None:
        connection.sendall(start)
        pause = threading.Event()
        for _drop in range(400):
            try:
                connection.sendall(drop)
            except OSError:
                return
            pause.wait(0.05)

    return script


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nX: ", b"a"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (CHUNKED, b"0"),
        (CHUNKED + b"0\r\n", b"X: a\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"a"),
    ],
    ids=["header", "continue", "chunk size", "trailers", "body"],
)
def test_an_answer_that_drips_ends_at_the_deadline(
    authority: Authority, stack: ExitStack, start: bytes, drop: bytes
) -> None:
    port, _ = stack.enter_context(serving(drips(start, drop), authority.server()))
    begun = time.monotonic()
    with pytest.raises(SyncError):
        transport(authority, timeout=0.4).request("POST", f"https://localhost:{port}/", {}, b"report")
    # Ten times the deadline, and half of what the server would go on for.
    assert time.monotonic() - begun < 12
