"""How false alarms are counted: each moment once, and judged by what is true of the household."""

from __future__ import annotations

from datetime import date, timedelta

from edge_engine.domain.money import Money
from edge_engine.insights.finding import DuplicateCharge, Severity
from edge_engine.insights.moment import TYPES, AnyMoment, BillMissed, InStress, Moment, SafeToSave, moment
from edge_engine.simulation.household import simulate
from edge_engine.simulation.moment_figures import ASKED, END, Judge, ask, figures
from edge_engine.simulation.truth import EventKind


def of(message: AnyMoment, evidence: tuple[int, ...] = ()) -> Moment:
    return moment(
        "stress", END, message, root=(), valid_until=END, severity=Severity.INFO, confidence=1.0,
        evidence=evidence, purposes=(), models=(),
    )  # fmt: skip


def test_moments_of_a_household_are_told_once_and_counted_by_type() -> None:
    found = ask(simulate(2, months=14, end=END))
    assert len({one.id for _, one, _ in found}) == len(found) > 0
    assert {day for day, _, _ in found} <= set(ASKED)
    rows = figures(found, 1)
    assert [row.type for row in rows] == list(TYPES)
    assert sum(row.told for row in rows) == len(found)
    assert all(row.right <= row.judged <= row.told for row in rows)


def test_a_moment_is_judged_by_the_truth() -> None:
    household = simulate(16, end=END)
    judge = Judge(household)
    today = ASKED[0]
    spare = SafeToSave(Money(1, "GBP"), Money(0, "GBP"), END, Money(1, "GBP"))
    too_much = SafeToSave(Money(10**9, "GBP"), Money(0, "GBP"), END, Money(1, "GBP"))
    assert judge.right(of(too_much), today, {}) is False
    assert judge.right(of(spare), today, {}) in (True, False)
    assert judge.right(of(InStress(("no_buffer",))), today, {}) is None
    twice = next(event for event in household.events if event.kind is EventKind.DUPLICATE)
    charged = DuplicateCharge("shop", Money(1, "GBP"), twice.first, twice.first)
    assert judge.right(of(charged), today, {}) is True
    long_ago = date(2020, 1, 1)
    assert judge.right(of(DuplicateCharge("shop", Money(1, "GBP"), long_ago, long_ago)), today, {}) is False


def test_a_bill_that_comes_days_later_was_not_missed() -> None:
    household = simulate(16, end=END)
    judge = Judge(household)
    stream = max(household.streams, key=lambda one: len(one.postings))
    days = {one.id: (one.day, one.amount) for one in household.postings}
    last, following = (days[key] for key in stream.postings[-2:])
    missed = BillMissed("somebody", Money(1, "GBP"), following[0])
    rows = {7: last}
    assert judge.right(of(missed, (7,)), following[0] - timedelta(1), rows) is False
    assert judge.right(of(missed, (7,)), following[0] + timedelta(30), rows) in (True, False)
