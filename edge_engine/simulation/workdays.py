"""Banking days: public holidays of the countries simulated, and the rules by which payments meet them."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

SATURDAY: Final = 5
END_OF_MONTH: Final = 31
INSTANT: Final = frozenset({"AU", "GB"})
"""Countries in which payments between banks arrive at once on any day: Osko and Faster Payments."""


class Cadence(StrEnum):
    """How often a stream pays."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    FOUR_WEEKLY = "four_weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


DAYS: Final = {Cadence.WEEKLY: 7, Cadence.FORTNIGHTLY: 14, Cadence.FOUR_WEEKLY: 28}
MONTHS: Final = {Cadence.MONTHLY: 1, Cadence.QUARTERLY: 3, Cadence.HALF_YEARLY: 6, Cadence.YEARLY: 12}
PER_YEAR: Final = {
    Cadence.WEEKLY: 52,
    Cadence.FORTNIGHTLY: 26,
    Cadence.FOUR_WEEKLY: 13,
    Cadence.MONTHLY: 12,
    Cadence.QUARTERLY: 4,
    Cadence.HALF_YEARLY: 2,
    Cadence.YEARLY: 1,
}


class Roll(StrEnum):
    """Where a payment goes whose day is no banking day."""

    STAY = "stay"
    BEFORE = "before"
    AFTER = "after"


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar.

    Source: the anonymous Gregorian algorithm as given by Meeus, Astronomical Algorithms, chapter 8.
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * weekday) // 433
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    """Return the ``n``-th ``weekday`` (Monday 0) of a month; ``n`` of -1 is the last."""
    if n < 0:
        last = date(year, month, calendar.monthrange(year, month)[1])
        return last - timedelta((last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta((weekday - first.weekday()) % 7 + 7 * (n - 1))


def _england(year: int) -> set[date]:
    sunday = easter(year)
    new_year = date(year, 1, 1)
    while new_year.weekday() >= SATURDAY:
        new_year += timedelta(1)
    christmas = {date(year, 12, 25), date(year, 12, 26)}
    substitutes = {day + timedelta(2) for day in christmas if day.weekday() >= SATURDAY}
    return {
        new_year,
        sunday - timedelta(2),
        sunday + timedelta(1),
        _nth(year, 5, 0, 1),
        _nth(year, 5, 0, -1),
        _nth(year, 8, 0, -1),
        *christmas,
        *substitutes,
    }


def _united_states(year: int) -> set[date]:
    fixed = {date(year, 1, 1), date(year, 6, 19), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)}
    observed = {day + timedelta(1) for day in fixed if day.weekday() > SATURDAY}
    return {
        *fixed,
        *observed,
        _nth(year, 1, 0, 3),
        _nth(year, 2, 0, 3),
        _nth(year, 5, 0, -1),
        _nth(year, 9, 0, 1),
        _nth(year, 10, 0, 2),
        _nth(year, 11, 3, 4),
    }


def _germany(year: int) -> set[date]:
    sunday = easter(year)
    return {
        date(year, 1, 1),
        date(year, 5, 1),
        date(year, 10, 3),
        date(year, 12, 25),
        date(year, 12, 26),
        sunday - timedelta(2),
        sunday + timedelta(1),
        sunday + timedelta(39),
        sunday + timedelta(50),
    }


def _australia(year: int) -> set[date]:
    sunday = easter(year)
    moved = {date(year, 1, 1), date(year, 1, 26)}
    days = {day + timedelta(max(0, 7 - day.weekday()) if day.weekday() >= SATURDAY else 0) for day in moved}
    christmas = {date(year, 12, 25), date(year, 12, 26)}
    return {
        *days,
        *christmas,
        *(day + timedelta(2) for day in christmas if day.weekday() >= SATURDAY),
        date(year, 4, 25),
        _nth(year, 6, 0, 2),
        sunday - timedelta(2),
        sunday + timedelta(1),
    }


_HOLIDAYS: Final = {"AU": _australia, "GB": _england, "US": _united_states, "DE": _germany}


@lru_cache(maxsize=256)
def holidays(country: str, year: int) -> frozenset[date]:
    """Return the nationwide bank holidays of ``year`` in GB (England), US (Federal Reserve), DE or AU."""
    return frozenset(_HOLIDAYS[country](year))


def is_workday(country: str, day: date) -> bool:
    """Return whether banks of ``country`` book on ``day``."""
    return day.weekday() < SATURDAY and day not in holidays(country, day.year)


def roll(country: str, day: date, rule: Roll) -> date:
    """Return the banking day on which a payment meant for ``day`` is booked."""
    if rule is Roll.STAY:
        return day
    step = timedelta(-1 if rule is Roll.BEFORE else 1)
    while not is_workday(country, day):
        day += step
    return day


def workdays_in(country: str, year: int, month: int) -> int:
    """Return how many banking days a month has."""
    days = calendar.monthrange(year, month)[1]
    return sum(is_workday(country, date(year, month, number)) for number in range(1, days + 1))


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a stream pays.

    Attributes:
        country: Whose holidays move it.
        cadence: How often.
        anchor: One of its days; the others are counted from it.
        day: Day of the month for cadences of months; ``END_OF_MONTH`` is the last day of each.
        weekday: For cadences of months, the last such weekday (Monday 0) of the month instead of ``day``.
        rule: Where it goes on a day without banking.
    """

    country: str
    cadence: Cadence
    anchor: date
    day: int = 1
    weekday: int | None = None
    rule: Roll = Roll.AFTER

    def nominal(self, first: date, last: date) -> Iterator[date]:
        """Yield the days from ``first`` to ``last`` on which a payment is due, before any roll."""
        if self.cadence in DAYS:
            step = DAYS[self.cadence]
            day = first + timedelta((self.anchor - first).days % step)
            while day <= last:
                yield day
                day += timedelta(step)
            return
        step = MONTHS[self.cadence]
        here = first.year * 12 + first.month - 1
        here += (self.anchor.year * 12 + self.anchor.month - 1 - here) % step
        while here <= last.year * 12 + last.month - 1:
            day = self._within(*divmod(here, 12))
            if first <= day <= last:
                yield day
            here += step

    def booked(self, day: date) -> date:
        """Return the banking day of a payment due on ``day``."""
        return roll(self.country, day, self.rule)

    def after(self, day: date) -> date:
        """Return the first day later than ``day`` on which a payment is booked."""
        for due in self.nominal(day - timedelta(6), day + timedelta(740)):
            if (booked := self.booked(due)) > day:
                return booked
        raise AssertionError("every cadence pays within two years")

    def _within(self, year: int, month: int) -> date:
        month += 1
        if self.weekday is not None:
            return _nth(year, month, self.weekday, -1)
        return date(year, month, min(self.day, calendar.monthrange(year, month)[1]))
