"""The fingerprint: the same transaction in two downloads, and nothing else, has the same one."""

from __future__ import annotations

import itertools
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import FINGERPRINT_BYTES, Channel, Record, Status, fingerprint

BASE = Record("DE89", date(2026, 3, 2), Money(-420, "EUR"), "Coffee House")
texts = st.text(max_size=8)


def test_it_has_sixteen_bytes_and_begins_with_its_day() -> None:
    found = fingerprint(BASE, 0)
    assert len(found) == FINGERPRINT_BYTES
    assert int.from_bytes(found[:3], "big") == BASE.booked.toordinal()


@given(st.dates(), st.dates())
def test_it_sorts_by_day(one: date, other: date) -> None:
    first, second = (fingerprint(msgspec.structs.replace(BASE, booked=day), 0) for day in (one, other))
    assert (first[:3] < second[:3]) == (one < other)


@pytest.mark.parametrize(
    "change",
    [
        {"description": "COFFEE HOUSE"},
        {"counterparty": "Coffee House Ltd"},
        {"counterparty_account": "GB1"},
        {"status": Status.PENDING},
        {"value_date": date(2026, 3, 1)},
        {"mcc": 5814},
        {"channel": Channel.CARD},
        {"hint": "csv:food"},
        {"pending_id": "p1"},
        {"row": 17},
    ],
)
def test_what_another_download_may_say_otherwise_does_not_count(change: dict[str, object]) -> None:
    assert fingerprint(msgspec.structs.replace(BASE, **change), 0) == fingerprint(BASE, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"account": "DE90"},
        {"booked": date(2026, 3, 3)},
        {"amount": Money(-421, "EUR")},
        {"amount": Money(420, "EUR")},
        {"amount": Money(-420, "USD")},
        {"description": "Tea House"},
        {"external_id": "a1"},
    ],
)
def test_what_makes_it_another_transaction_counts(change: dict[str, object]) -> None:
    assert fingerprint(msgspec.structs.replace(BASE, **change), 0) != fingerprint(BASE, 0)


def test_the_second_of_two_equal_ones_is_another() -> None:
    assert len({fingerprint(BASE, occurrence) for occurrence in range(50)}) == 50


def test_with_an_identifier_the_text_may_be_reworded() -> None:
    known = msgspec.structs.replace(BASE, external_id="a1")
    assert fingerprint(known, 0) == fingerprint(
        msgspec.structs.replace(known, description="Card 12 Coffee"), 0
    )


def test_an_identifier_is_no_description() -> None:
    by_id = msgspec.structs.replace(BASE, external_id="coffee house")
    assert fingerprint(by_id, 0) != fingerprint(BASE, 0)


@given(st.lists(st.tuples(texts, texts, st.integers(0, 3)), min_size=2, max_size=4, unique=True))
def test_no_text_imitates_another_transaction(parts: list[tuple[str, str, int]]) -> None:
    records = [(account, text.casefold(), occurrence) for account, text, occurrence in parts]
    found = {
        one: fingerprint(msgspec.structs.replace(BASE, account=one[0], description=one[1]), one[2])
        for one in records
    }
    assert len(set(found.values())) == len(found)


def test_separators_in_names_do_not_collide() -> None:
    parts = [("a\x1f-420", "x"), ("a", "-420\x1fx"), ("a", "x"), ("", "a\x1fx"), ("a\x1f", "x")]
    found = [
        fingerprint(msgspec.structs.replace(BASE, account=account, description=text), 0)
        for account, text in parts
    ]
    assert all(one != other for one, other in itertools.combinations(found, 2))


def test_half_a_surrogate_pair_is_no_crash() -> None:
    assert len(fingerprint(msgspec.structs.replace(BASE, description="\ud800"), 0)) == FINGERPRINT_BYTES


def test_it_never_changes() -> None:
    # Stores in use hold these bytes: a change would import every old statement anew.
    assert fingerprint(BASE, 0).hex() == "0b495dc1adb48c21fe79cedc29121e05"
