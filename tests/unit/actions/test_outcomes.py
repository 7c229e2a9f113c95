"""Outcomes: what the person did, what they have from it in money, and "never", which is for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from edge_engine import Money
from edge_engine.errors import InputError, PurposeDenied
from tests.fakes.acting import NOW

if TYPE_CHECKING:
    from edge_engine import Engine

UNDER = "recommendations"


def test_the_value_of_what_was_acted_upon_is_summed_by_currency(engine: Engine) -> None:
    for subject, value in (("d1", Money(1_200, "GBP")), ("d2", Money(300, "GBP")), ("d3", Money(5, "EUR"))):
        assert engine.outcomes.record(subject, "cancel_help", "acted", purpose=UNDER, value=value)
    engine.outcomes.record("d4", "cancel_help", "acted", purpose=UNDER)
    engine.outcomes.record("d5", "cancel_help", "dismissed", purpose=UNDER)
    assert engine.outcomes.value() == [Money(5, "EUR"), Money(1_500, "GBP")]
    first = engine.outcomes.all()[0]
    assert (first.subject, first.verdict, first.at, first.value) == ("d1", "acted", NOW, Money(1_200, "GBP"))


def test_the_same_outcome_counts_once(engine: Engine) -> None:
    for expected in (True, False):
        told = engine.outcomes.record("d1", "a", "acted", purpose=UNDER, value=Money(7, "GBP"))
        assert told is expected
    assert engine.outcomes.record("d1", "a", "not_now", purpose=UNDER)
    assert engine.outcomes.value() == [Money(7, "GBP")]


def test_never_is_for_ever_and_needs_no_consent(engine: Engine) -> None:
    engine.outcomes.record("d1", "loan", "never", purpose=UNDER)
    engine.outcomes.record("d2", "cashback", "acted", purpose=UNDER, value=Money(7, "GBP"))
    assert engine.consent.withdraw(UNDER).purged["outcome"] == 1
    assert (engine.outcomes.never(), engine.outcomes.value()) == (frozenset({"loan"}), [])
    (left,) = engine.outcomes.all()
    assert "d1" not in left.subject
    assert engine.outcomes.record("d3", "mortgage", "never", purpose=UNDER)
    with pytest.raises(PurposeDenied):
        engine.outcomes.record("d4", "a", "acted", purpose=UNDER)
    for sql in ("DELETE FROM outcome", "UPDATE outcome SET verdict = 1", "UPDATE outcome SET offer = 'x'"):
        with pytest.raises(Exception, match="store"), engine._vault.committing() as connection:
            connection.execute(sql)


@pytest.mark.parametrize(
    ("verdict", "named"),
    [
        ("maybe", {}),
        ("dismissed", {"value": Money(1, "GBP")}),
        ("acted", {"value": Money(-1, "GBP")}),
        ("acted", {"value": Money(10**15, "GBP")}),
        ("acted", {"value": Money(1, "gbp")}),
        ("acted", {"purpose": " "}),
        ("acted", {"purpose": 3}),
    ],
)
def test_what_cannot_be_an_outcome_is_refused(engine: Engine, verdict: str, named: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        engine.outcomes.record("d1", "a", verdict, **({"purpose": UNDER} | named))
    assert engine.outcomes.all() == []


def test_outcomes_are_part_of_what_the_person_takes_along(engine: Engine, tmp_path: object) -> None:
    engine.outcomes.record("d1", "a", "acted", purpose=UNDER, value=Money(7, "GBP"))
    assert engine.export(f"{tmp_path}/me.zip")["outcomes.csv"] == 1
