"""Turns of two aggregators, and what one keeps between them."""

from __future__ import annotations

import os

import pytest

from edge_engine_sync.aggregator.pingpong import (
    PingPong,
    Turn,
    decode_state,
    encode_state,
    finish,
    initialize,
    state_size,
)
from edge_engine_sync.errors import MalformedMessage
from edge_engine_sync.prio3 import Prio3

KNOWN = [
    (PingPong(Turn.INITIALIZE, verifier_share=b"012345"), "0000000006303132333435"),
    (PingPong(Turn.CONTINUE, b"01234", b"56789"), "010000000530313233340000000535363738" + "39"),
    (PingPong(Turn.FINISH, b""), "0200000000"),
]


@pytest.mark.parametrize(("message", "encoded"), KNOWN)
def test_a_turn_is_these_bytes(message: PingPong, encoded: str) -> None:
    assert message.encode().hex() == encoded
    assert PingPong.decode(bytes.fromhex(encoded)) == message


@pytest.mark.parametrize("encoded", ["", "0300000000", "00", "0000000001", "020000000000"])
def test_other_bytes_are_no_turn(encoded: str) -> None:
    with pytest.raises(MalformedMessage):
        PingPong.decode(bytes.fromhex(encoded))


def test_the_short_forms_are_the_first_and_the_last_turn() -> None:
    assert PingPong.decode(initialize(b"ab")) == PingPong(Turn.INITIALIZE, verifier_share=b"ab")
    assert PingPong.decode(finish(b"ab")) == PingPong(Turn.FINISH, b"ab")


@pytest.mark.parametrize("function", [Prio3.count(), Prio3.sum(1000), Prio3.histogram(7, 3)])
def test_a_kept_state_finishes_as_the_state_would(function: Prio3[int, object]) -> None:
    nonce, key = os.urandom(16), os.urandom(32)
    public, shares = function.shard(b"context", 1, nonce, os.urandom(function.rand_size))
    state, _ = function.verify_init(key, b"context", 0, nonce, public, shares[0])
    kept = encode_state(function, state)
    assert len(kept) == state_size(function)
    assert decode_state(function, kept) == state
    for wrong in (kept[:-1], kept + b"\0", b""):
        with pytest.raises(MalformedMessage):
            decode_state(function, wrong)
