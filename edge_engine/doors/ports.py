"""What the engine asks its host: the shapes of its questions and their answers. Field names are append-only."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import msgspec

from edge_engine.actions.channels import Suggestion


class AskKey(msgspec.Struct, frozen=True):
    """Give the key of a store: bytes[32] from the host's keystore.

    Attributes:
        path: The store, as the host named it.
    """

    path: str


class AskNow(msgspec.Struct, frozen=True):
    """Say what time it is, in RFC 3339; asked once a request."""


class AskOrder(msgspec.Struct, frozen=True):
    """Have the back end do something once for its key, or take it back.

    Attributes:
        connector: Which back end.
        workflow: The kind of workflow.
        action: What to do, or what to do to take it back.
        key: Idempotency key, 64 hexadecimal digits.
        packet: What is needed for it and nothing else; sealed where a key for this connector was given.
        encapsulated: The key that the packet was sealed with, encapsulated; empty where it is not sealed.
        associated: What the seal is bound to besides the packet.
    """

    connector: str
    workflow: str
    action: str
    key: str
    packet: bytes
    encapsulated: bytes
    associated: bytes


class OrderAnswer(msgspec.Struct, frozen=True):
    """What the back end said.

    Attributes:
        state: ``done``, ``refused``, or ``unknown``, which is asked again.
        reference: The back end's own name for what was done.
        reason: Why it was refused, in snake case.
    """

    state: str
    reference: str = ""
    reason: str = ""


class AskServer(msgspec.Struct, frozen=True):
    """Send a request to an aggregator and bring its answer.

    Attributes:
        method: Of HTTP.
        url: Where; in these very letters.
        headers: By their names.
        body: What is sent; null for nothing.
    """

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None


class ServerAnswer(msgspec.Struct, frozen=True):
    """What the aggregator answered.

    Attributes:
        status: Of HTTP.
        headers: By their names, in any letters.
        body: All of it.
    """

    status: int
    headers: dict[str, str] = {}
    body: bytes = b""


class Port(NamedTuple):
    """One question.

    Attributes:
        port: What ``open`` lists for it.
        request: Shape of the question.
        reply: Shape of the answer.
        seconds: How long the engine waits.
        summary: What is asked.
    """

    port: str
    request: type[msgspec.Struct]
    reply: Any
    seconds: float
    summary: str


PORTS: Final[dict[str, Port]] = {
    # A person may have to be asked for their fingerprint first.
    "host.key": Port("key", AskKey, bytes, 120.0, "the key of a store"),
    # Asked before every request: a clock that takes longer is none.
    "host.now": Port("clock", AskNow, str, 2.0, "what time it is"),
    # The store waits meanwhile: a withdrawal of consent comes wholly before the channel is asked, or wholly after.
    "host.show": Port("channel.<name>", Suggestion, type(None), 5.0, "show a suggestion, once for its id"),
    # A bank's own limits of a request are shorter; what they say comes later is asked for again.
    "host.perform": Port("connector.<name>", AskOrder, OrderAnswer, 60.0, "do something, once for its key"),
    "host.undo": Port("connector.<name>", AskOrder, OrderAnswer, 60.0, "take back what a key did"),
    "host.request": Port("transport", AskServer, ServerAnswer, 60.0, "a request to an aggregator"),
}
"""Every question, by the name of its method. Names are append-only."""
