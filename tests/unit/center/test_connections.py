"""Connections that send nothing, or half a request, keep nobody out."""

from __future__ import annotations

import logging
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from edge_engine.center.connections import Connection, note
from edge_engine.center.guards import HEADERS

if TYPE_CHECKING:
    from tests.fakes.visitor import Visitor


def connect(visitor: Visitor, first: bytes = b"") -> socket.socket:
    """Connect and send a beginning."""
    host, _, port = visitor.authority.partition(":")
    made = socket.create_connection((host, int(port)), timeout=10)
    made.sendall(first)
    return made


def is_closed(one: socket.socket) -> bool:
    """Wait until the other side closes."""
    try:
        return one.recv(1) == b""
    except ConnectionResetError:
        return True


def test_more_connections_than_there_may_be_keep_nobody_out(visitor: Visitor) -> None:
    with ExitStack() as open_ones:
        held = [open_ones.enter_context(connect(visitor, b"GET /")) for _ in range(5 * Connection.most)]
        assert visitor.get("consent").status == 200
        assert is_closed(held[0]), "the one that kept silent longest made room"


@pytest.mark.parametrize("body", [False, True])
def test_a_request_that_does_not_come_whole_is_given_up(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, *, body: bool
) -> None:
    monkeypatch.setattr(Connection, "patience", 0.2)
    begun = f"POST /{visitor.room}/consent/withdraw HTTP/1.1\r\nHost: {visitor.authority}\r\n"
    if body:
        begun += f"Cookie: {visitor.cookie}\r\nOrigin: {visitor.origin}\r\n"
        begun += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na="
    with connect(visitor, begun.encode()) as one:
        assert is_closed(one)
    assert "Traceback" not in caplog.text


def test_an_answer_that_takes_longer_than_that_is_waited_for(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection, "patience", 0.01)
    assert visitor.get("money").text.rstrip().endswith("</html>")


def test_what_is_no_request_is_answered_with_every_header(visitor: Visitor) -> None:
    with connect(visitor, b"\x16\x03\x01 nothing\r\n\r\n") as one:
        answer = one.makefile("rb").read().decode().lower()
    assert answer.startswith("http/1.1 400 ")
    for name, value in HEADERS.items():
        assert f"{name}: {value}".lower() in answer


def test_what_fails_between_requests_is_noted_by_its_type_alone(caplog: pytest.LogCaptureFixture) -> None:
    import asyncio  # noqa: PLC0415 - this test alone

    loop = asyncio.new_event_loop()
    try:
        loop.set_exception_handler(note)
        with caplog.at_level(logging.WARNING):
            loop.call_exception_handler({"message": "accept", "exception": OSError(24, "private")})
    finally:
        loop.close()
    assert caplog.messages == ["a connection failed [OSError]"]
    assert all(record.exc_info is None for record in caplog.records)
