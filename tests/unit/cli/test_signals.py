"""The commands ``signals`` and ``sync``, over a leader and a helper on loopback."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from edge_engine_sync.messages import MEDIA_HPKE_CONFIG_LIST, HpkeConfigList
from tests.fakes.aggregators import Keys
from tests.fakes.https_server import serving

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from tests.unit.cli.conftest import Command

ANSWERING = ("active_days", "insight_outcomes", "consent_state", "health")


@pytest.fixture
def servers() -> Iterator[tuple[list[str], list[bytes]]]:
    """The arguments that name two servers, and what they were asked."""
    keys = HpkeConfigList((Keys(1).config,)).encode()

    def script(request: bytes, connection: socket.socket) -> None:
        body = keys if request.startswith(b"GET") else b""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {MEDIA_HPKE_CONFIG_LIST}\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)

    with ExitStack() as stack:
        port, seen = stack.enter_context(serving(script, None))
        other, _ = stack.enter_context(serving(script, None))
        yield (
            [
                *("--leader", f"http://127.0.0.1:{port}/"),
                *("--helper", f"http://127.0.0.1:{other}/"),
                "--loopback",
            ],
            seen,
        )


@pytest.fixture
def granted(command: Command) -> Command:
    assert command("consent", "grant", "aggregate_statistics").status == 0
    return command


def test_the_catalogue_is_listed_without_a_store(command: Command) -> None:
    answer = command("signals", "list")
    assert answer.status == 0
    assert "active_days" in answer.out
    listed = command("signals", "list", "--json").json
    assert len(listed) == 14
    assert {one["state"] for one in listed} == {"off"}


def test_the_documentation_is_printed(command: Command) -> None:
    assert command("signals", "document").out.startswith("# Signals\n")


def test_from_preview_to_sent(granted: Command, servers: tuple[list[str], list[bytes]]) -> None:
    named, seen = servers
    shown = granted("signals", "preview")
    assert shown.status == 0
    assert "Would be measured now." in shown.out
    first = granted("sync", *named, "--json")
    assert first.json["measured"] == list(ANSWERING)
    assert first.json["sent"] == []
    preview = granted("signals", "preview", "--json").json
    assert [one["state"] for one in preview] == ["sealed"] * 4
    assert "Sealed. To be sent after" in granted("signals", "preview").out
    sent = granted("sync", *named, "--hurry")
    assert sent.out.splitlines()[0] == f"Sent: {', '.join(ANSWERING)}."
    bodies = {request.partition(b"\r\n\r\n")[2].hex() for request in seen if request.startswith(b"POST")}
    assert bodies == {one["bytes"] for one in preview}
    assert {one["state"] for one in granted("signals", "sent", "--json").json} == {"taken"}
    assert "active_days" in granted("signals", "sent").out
    assert "1.6 of 8 spent, 6.4 left" in granted("signals", "budget").out
    assert granted("signals", "budget", "--json").json["by_signal"]["health"] == 1
    assert granted("sync", *named).out == "Nothing to send.\n"


def test_a_withdrawal_says_how_many_reports_it_took(
    granted: Command, servers: tuple[list[str], list[bytes]]
) -> None:
    granted("sync", *servers[0])
    answer = granted("consent", "withdraw", "aggregate_statistics")
    assert "4 reports that waited to be sent" in answer.out
    assert granted("signals", "preview").out == "Nothing waits, and nothing would be measured now.\n"
    assert granted("signals", "sent").out == "Nothing has left this device.\n"
    assert granted("signals", "dropped").out == "Nothing was dropped.\n"


def test_servers_that_are_not_there_end_with_status_1(granted: Command) -> None:
    answer = granted(
        "sync", "--leader", "http://127.0.0.1:9/", "--helper", "http://127.0.0.1:10/", "--loopback"
    )
    assert answer.status == 1
    assert "tried again [sync.upload.unreachable]" in answer.out
    assert "4 reports to be sent" in answer.out


def test_servers_may_be_named_by_the_environment(granted: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = granted("sync", "--json")
    assert (refused.status, json.loads(refused.out)["error"]["code"]) == (1, "signal")
    monkeypatch.setenv("EDGE_ENGINE_LEADER", "https://leader.invalid/")
    half = granted("sync", "--json")
    assert (half.status, half.json["error"]["code"]) == (1, "input")
    monkeypatch.setenv("EDGE_ENGINE_HELPER", "ftp://helper.invalid/")
    odd = granted("sync", "--leader", "ftp://leader.invalid/", "--json")
    assert (odd.status, odd.json["error"]["code"]) == (1, "signal")


def test_what_waits_for_other_servers_is_told(
    granted: Command, servers: tuple[list[str], list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    granted("sync", *servers[0])
    other = ["--leader", "http://127.0.0.1:9/", "--helper", "http://127.0.0.1:10/", "--loopback"]
    told = granted("sync", *other)
    assert (told.status, "[signal.servers_changed]" in told.out + told.err) == (1, True)
    words = " ".join((told.out + told.err).split())
    assert "is sealed for other servers and waits for them to be named again" in words
    assert "tried again" not in words
    monkeypatch.setenv("EDGE_ENGINE_LEADER", other[1])
    monkeypatch.setenv("EDGE_ENGINE_HELPER", other[3])
    preview = " ".join(granted("signals", "preview").out.split())
    assert "Sealed for other servers than are named now; it waits for them" in preview
    assert "Nothing was dropped." in granted("signals", "dropped").out


def test_what_was_dropped_is_listed(granted: Command, servers: tuple[list[str], list[bytes]]) -> None:
    keys = HpkeConfigList((Keys(1).config,)).encode()
    problem = b'{"type": "urn:ietf:params:ppm:dap:error:invalidMessage"}'

    def refuse(request: bytes, connection: socket.socket) -> None:
        status, media, body = ("200 OK", MEDIA_HPKE_CONFIG_LIST, keys)
        if request.startswith(b"POST"):
            status, media, body = ("400 Bad Request", "application/problem+json", problem)
        head = f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)

    with serving(refuse, None) as (port, _):
        granted("sync", "--hurry", *("--leader", f"http://127.0.0.1:{port}/"), *servers[0][2:])
    assert "refused" in granted("signals", "dropped").out
    assert {one["reason"] for one in granted("signals", "dropped", "--json").json} == {"refused"}
