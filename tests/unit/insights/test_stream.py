from __future__ import annotations

from datetime import date

import msgspec
import numpy as np
import pytest

from edge_engine.insights.cadence import Fitter, months_of
from edge_engine.insights.stream import STEPS, Cadence, Rule, RuleKind, Schedule, Shift
from tests.unit.insights.stories import every, monthly


def month(year: int, number: int) -> int:
    return year * 12 + number - 1


def due(rule: Rule, year: int, number: int) -> str:
    return date.fromordinal(rule.day(month(year, number))).isoformat()


@pytest.mark.parametrize(
    ("rule", "year", "number", "day"),
    [
        (Rule(RuleKind.DAY, 15), 2025, 2, "2025-02-15"),
        (Rule(RuleKind.DAY, 30), 2025, 2, "2025-02-28"),
        (Rule(RuleKind.DAY, 31), 2024, 2, "2024-02-29"),
        (Rule(RuleKind.DAY, 1, shift=Shift.FOLLOWING), 2025, 3, "2025-03-03"),  # Saturday
        (Rule(RuleKind.DAY, 1, shift=Shift.FOLLOWING), 2025, 6, "2025-06-02"),  # Sunday
        (Rule(RuleKind.DAY, 1, shift=Shift.PRECEDING), 2025, 3, "2025-02-28"),
        (Rule(RuleKind.DAY, 1, shift=Shift.PRECEDING), 2025, 6, "2025-05-30"),
        (Rule(RuleKind.DAY, 3, shift=Shift.FOLLOWING), 2025, 3, "2025-03-03"),
        (Rule(RuleKind.WORKDAY, 1), 2025, 3, "2025-03-03"),
        (Rule(RuleKind.WORKDAY, 6), 2025, 3, "2025-03-10"),
        (Rule(RuleKind.WORKDAY, 1), 2025, 1, "2025-01-01"),
        (Rule(RuleKind.WORKDAY, -1), 2025, 5, "2025-05-30"),
        (Rule(RuleKind.WORKDAY, -5), 2025, 8, "2025-08-25"),
        (Rule(RuleKind.WORKDAY, -1), 2025, 8, "2025-08-29"),
        (Rule(RuleKind.WORKDAY, -6), 2025, 8, "2025-08-22"),
        (Rule(RuleKind.WEEKDAY, 1, 2), 2025, 1, "2025-01-01"),
        (Rule(RuleKind.WEEKDAY, 2, 4), 2025, 8, "2025-08-08"),
        (Rule(RuleKind.WEEKDAY, -1, 4), 2025, 8, "2025-08-29"),
        (Rule(RuleKind.WEEKDAY, -2, 4), 2025, 8, "2025-08-22"),
    ],
)
def test_a_rule_names_a_day_of_every_month(rule: Rule, year: int, number: int, day: str) -> None:
    assert due(rule, year, number) == day


@pytest.mark.parametrize("n", [*range(1, 11), *range(-10, 0)])
def test_the_nth_working_day_is_the_nth_when_counted_one_by_one(n: int) -> None:
    for at in range(month(2023, 1), month(2027, 1)):
        first = Rule(RuleKind.DAY, 1).day(at)
        last = Rule(RuleKind.DAY, 31).day(at)
        working = [day for day in range(first, last + 1) if date.fromordinal(day).weekday() < 5]
        assert Rule(RuleKind.WORKDAY, n).day(at) == working[n - 1 if n > 0 else n]


def test_a_schedule_counts_slots_both_ways() -> None:
    schedule = Schedule(Cadence.QUARTERLY, month(2025, 1), Rule(RuleKind.DAY, 31))
    days = [date.fromordinal(schedule.day(slot)).isoformat() for slot in (-1, 0, 1)]
    assert days == ["2024-10-31", "2025-01-31", "2025-04-30"]


def test_due_days_between_leave_out_the_first_and_keep_the_last() -> None:
    weekly = Schedule(Cadence.WEEKLY, date(2025, 1, 6).toordinal())
    assert weekly.between(date(2025, 1, 6), date(2025, 1, 20)) == [date(2025, 1, 13), date(2025, 1, 20)]
    payday = Schedule(Cadence.MONTHLY, month(2024, 1), Rule(RuleKind.WORKDAY, -1))
    assert payday.between(date(2025, 1, 31), date(2025, 3, 30)) == [date(2025, 2, 28)]


def test_a_schedule_survives_json() -> None:
    schedule = Schedule(Cadence.MONTHLY, 24000, Rule(RuleKind.WEEKDAY, -1, 4))
    assert msgspec.json.decode(msgspec.json.encode(schedule), type=Schedule) == schedule


@pytest.mark.parametrize("cadence", list(Cadence))
def test_a_year_of_periods_is_a_year(cadence: Cadence) -> None:
    assert STEPS[cadence].period * STEPS[cadence].a_year == pytest.approx(365, abs=1.5)


def ordinals(days: list[date]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([day.toordinal() for day in days], dtype=np.int64)


def test_months_are_counted_from_year_zero() -> None:
    days = ordinals([date(1969, 12, 31), date(1970, 1, 1), date(2025, 2, 28), date(2425, 2, 28)])
    assert months_of(days).tolist() == [month(1969, 12), month(1970, 1), month(2025, 2), month(2425, 2)]


@pytest.mark.parametrize(
    ("days", "rule"),
    [
        (monthly("2024-01-15", 12), Rule(RuleKind.DAY, 15)),
        (monthly("2024-01-31", 12), Rule(RuleKind.DAY, 31)),
        (monthly("2024-01-01", 14, shift=1), Rule(RuleKind.DAY, 1, shift=Shift.FOLLOWING)),
        (monthly("2024-01-01", 14, shift=-1), Rule(RuleKind.DAY, 1, shift=Shift.PRECEDING)),
        (
            [date.fromordinal(Rule(RuleKind.WORKDAY, -1).day(month(2024, 1) + at)) for at in range(14)],
            Rule(RuleKind.DAY, 31, shift=Shift.PRECEDING),  # the same days in simpler words
        ),
        (
            [date.fromordinal(Rule(RuleKind.WORKDAY, 3).day(month(2024, 1) + at)) for at in range(14)],
            Rule(RuleKind.WORKDAY, 3),
        ),
        (
            [date.fromordinal(Rule(RuleKind.WEEKDAY, 3, 2).day(month(2024, 1) + at)) for at in range(14)],
            Rule(RuleKind.WEEKDAY, 3, 2),
        ),
    ],
)
def test_the_rule_behind_monthly_days_is_found(days: list[date], rule: Rule) -> None:
    laid = Fitter(ordinals(days)).fit(Cadence.MONTHLY)
    assert laid is not None
    assert laid.schedule.rule == rule
    assert not laid.residuals.any()
    assert laid.slots.tolist() == list(range(len(days)))


@pytest.mark.parametrize(
    "cadence", [Cadence.TWO_MONTHLY, Cadence.QUARTERLY, Cadence.HALF_YEARLY, Cadence.YEARLY]
)
def test_longer_cadences_keep_their_month(cadence: Cadence) -> None:
    days = monthly("2020-11-30", 6, step=STEPS[cadence].months)
    laid = Fitter(ordinals(days)).fit(cadence)
    assert laid is not None
    assert [laid.schedule.day(slot) for slot in range(6)] == ordinals(days).tolist()


def test_one_odd_payment_does_not_move_the_schedule() -> None:
    days = every("2024-01-05", 10, 14)
    laid = Fitter(ordinals(sorted([*days, date(2024, 2, 8)]))).fit(Cadence.FORTNIGHTLY)
    assert laid is not None
    assert sorted(abs(laid.residuals).tolist()) == [0] * 10 + [6]


def test_no_fit_where_too_few_days_are_near() -> None:
    days = ordinals([date(2024, 1, 3), date(2024, 4, 17), date(2024, 9, 28)])
    assert Fitter(days).fit(Cadence.QUARTERLY, least=3) is None
