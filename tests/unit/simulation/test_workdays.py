from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from edge_engine.simulation.workdays import (
    END_OF_MONTH,
    Cadence,
    Roll,
    Schedule,
    easter,
    holidays,
    is_workday,
    roll,
    workdays_in,
)


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(2000, 4, 23), (2008, 3, 23), (2019, 4, 21), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2038, 4, 25)],
)
def test_easter_is_where_the_church_put_it(year: int, month: int, day: int) -> None:
    assert easter(year) == date(year, month, day)


def test_english_bank_holidays_of_2022_have_their_substitutes() -> None:
    # New Year 2022 fell on Saturday, Christmas on Sunday.
    found = holidays("GB", 2022)
    assert {date(2022, 1, 3), date(2022, 12, 26), date(2022, 12, 27)} <= found
    assert date(2022, 5, 2) in found
    assert date(2022, 8, 29) in found


def test_american_and_german_days() -> None:
    assert date(2025, 11, 27) in holidays("US", 2025)
    assert date(2023, 1, 2) in holidays("US", 2023)
    assert date(2025, 5, 29) in holidays("DE", 2025)
    assert date(2025, 6, 9) in holidays("DE", 2025)


def test_a_payment_meets_a_closed_bank_before_or_after() -> None:
    christmas = date(2025, 12, 25)
    assert roll("GB", christmas, Roll.BEFORE) == date(2025, 12, 24)
    assert roll("GB", christmas, Roll.AFTER) == date(2025, 12, 29)
    assert roll("GB", christmas, Roll.STAY) == christmas


def test_the_last_workday_of_each_month() -> None:
    schedule = Schedule("GB", Cadence.MONTHLY, date(2025, 1, 1), day=END_OF_MONTH, rule=Roll.BEFORE)
    days = [schedule.booked(day) for day in schedule.nominal(date(2025, 1, 1), date(2025, 6, 30))]
    assert days == [
        date(2025, 1, 31),
        date(2025, 2, 28),
        date(2025, 3, 31),
        date(2025, 4, 30),
        date(2025, 5, 30),
        date(2025, 6, 30),
    ]


def test_the_last_friday_of_each_month() -> None:
    schedule = Schedule("GB", Cadence.MONTHLY, date(2025, 1, 1), weekday=4, rule=Roll.BEFORE)
    assert list(schedule.nominal(date(2025, 4, 1), date(2025, 6, 30))) == [
        date(2025, 4, 25),
        date(2025, 5, 30),
        date(2025, 6, 27),
    ]


@pytest.mark.parametrize(
    ("cadence", "step"), [(Cadence.WEEKLY, 7), (Cadence.FORTNIGHTLY, 14), (Cadence.FOUR_WEEKLY, 28)]
)
def test_weeks_are_counted_from_the_anchor_both_ways(cadence: Cadence, step: int) -> None:
    anchor = date(2025, 6, 6)
    days = list(Schedule("US", cadence, anchor).nominal(date(2025, 1, 1), date(2025, 12, 31)))
    assert anchor in days
    assert {(later - earlier).days for earlier, later in pairwise(days)} == {step}
    assert (days[0] - date(2025, 1, 1)).days < step


@pytest.mark.parametrize(
    ("cadence", "count"),
    [(Cadence.MONTHLY, 24), (Cadence.QUARTERLY, 8), (Cadence.HALF_YEARLY, 4), (Cadence.YEARLY, 2)],
)
def test_months_are_counted_and_the_31st_ends_short_months(cadence: Cadence, count: int) -> None:
    schedule = Schedule("DE", cadence, date(2024, 5, 31), day=31)
    days = list(schedule.nominal(date(2024, 1, 1), date(2025, 12, 31)))
    assert len(days) == count
    assert all((day + timedelta(1)).day == 1 for day in days)
    assert date(2024, 5, 31) in days


def test_the_next_payment_is_later_than_the_day_asked() -> None:
    schedule = Schedule("GB", Cadence.MONTHLY, date(2025, 1, 1), day=1)
    # 1 November 2025 is a Saturday: booked on the Monday.
    assert schedule.after(date(2025, 11, 1)) == date(2025, 11, 3)
    assert schedule.after(date(2025, 11, 3)) == date(2025, 12, 1)


def test_workdays_of_a_month() -> None:
    assert workdays_in("GB", 2025, 12) == 21
    assert sum(is_workday("DE", date(2025, 5, day)) for day in range(1, 32)) == workdays_in("DE", 2025, 5)
