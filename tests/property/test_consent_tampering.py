"""A change of any byte of any stored event, and any change of their order, is noticed."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_engine.clock import FakeClock
from edge_engine.consent.ledger import Ledger
from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import OWN_ACCESS, Gate, Recipient
from edge_engine.errors import LedgerTampered, PurposeDenied
from tests.fakes.ledger_store import MemoryLedgerStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.consent.event import StoredEvent

START = datetime(2026, 5, 3, 12, tzinfo=UTC)
COUNT = 4


@cache
def written() -> tuple[StoredEvent, ...]:
    store = MemoryLedgerStore()
    ledger = Ledger(store, Policy.default(), FakeClock(START))
    ledger.grant("insights")
    ledger.grant("categorization")
    ledger.withdraw("insights")
    ledger.grant("outreach")
    return tuple(store.kept)


def assert_noticed(events: Sequence[StoredEvent]) -> None:
    store = MemoryLedgerStore()
    store.kept = list(events)
    ledger = Ledger(store, Policy.default(), FakeClock(START))
    with pytest.raises(LedgerTampered):
        ledger.verify()
    for purpose in ("categorization", "outreach", "insights"):
        with pytest.raises(PurposeDenied) as refused:
            ledger.mint(purpose, Gate.READ)
        assert refused.value.rule == "ledger-tampered"
    ledger.mint(OWN_ACCESS, Gate.READ, recipient=Recipient.PERSON).check()


def test_what_was_written_verifies() -> None:
    store = MemoryLedgerStore()
    store.kept = list(written())

    Ledger(store, Policy.default(), FakeClock(START)).verify()


@settings(max_examples=300)
@given(
    st.integers(0, COUNT - 1),
    st.sampled_from(["body", "hash", "signature"]),
    st.integers(0),
    st.integers(1, 255),
)
def test_any_changed_byte_is_noticed(event: int, field: str, place: int, flip: int) -> None:
    events = list(written())
    octets = bytearray(getattr(events[event], field))
    octets[place % len(octets)] ^= flip
    events[event] = msgspec.structs.replace(events[event], **{field: bytes(octets)})

    assert_noticed(events)


@given(
    st.integers(0, COUNT - 1),
    st.sampled_from(["body", "hash", "signature"]),
    st.integers(0, 64),
    st.binary(min_size=1, max_size=3),
)
def test_any_added_or_missing_byte_is_noticed(event: int, field: str, cut: int, more: bytes) -> None:
    for octets in (getattr(written()[event], field) + more, getattr(written()[event], field)[: cut - 65]):
        events = list(written())
        events[event] = msgspec.structs.replace(events[event], **{field: octets})
        assert_noticed(events)


@given(st.integers(0, COUNT - 1), st.integers(-5, 9))
def test_any_changed_number_is_noticed(event: int, seq: int) -> None:
    if seq == event + 1:
        return
    events = list(written())
    events[event] = msgspec.structs.replace(events[event], seq=seq)

    assert_noticed(events)


@given(st.permutations(range(COUNT)))
def test_any_other_order_is_noticed(order: list[int]) -> None:
    if order != sorted(order):
        assert_noticed([written()[index] for index in order])


@given(st.sets(st.integers(0, COUNT - 1), min_size=1))
def test_any_missing_entry_before_the_last_is_noticed(gone: set[int]) -> None:
    rest = [event for index, event in enumerate(written()) if index not in gone]
    if rest and rest != list(written()[: len(rest)]):
        assert_noticed(rest)


def test_entries_missing_at_the_end_are_noticed_by_a_ledger_that_has_seen_them() -> None:
    store = MemoryLedgerStore()
    store.kept = list(written())
    ledger = Ledger(store, Policy.default(), FakeClock(START))
    store.kept.pop()

    with pytest.raises(LedgerTampered, match="missing"):
        ledger.verify()


@given(st.integers(0, COUNT - 1))
def test_an_entry_signed_by_another_device_is_noticed(event: int) -> None:
    other = MemoryLedgerStore(seed=bytes(reversed(range(32))))
    ledger = Ledger(other, Policy.default(), FakeClock(START))
    for days in range(1, COUNT + 1):
        ledger.grant("insights", days)
    events = list(written())
    events[event] = other.kept[event]

    assert_noticed(events)
