"""Fits calendar rules to days: which schedule would have made these payments, how far each is from it."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.insights.stream import LAST_DAY, STEPS, Cadence, Rule, RuleKind, Schedule, Shift

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EPOCH: Final = 719_163
"""Ordinal of 1970-01-01, day 0 of numpy's datetime64."""

_CAP: Final = 7
"""Distance in days beyond which a payment is simply not on the schedule; bounds its pull on the fit."""

_FAR: Final = 10
"""Distance in days that any cadence bears; the greatest of ``TOLERANCES``."""

_PAUSE: Final = 3
_PAUSE_AFTER: Final = 6
_FILLED: Final = 0.6
_NEIGHBOURS: Final = np.array([[-1], [0], [1]])

TOLERANCES: Final[dict[Cadence, int]] = {
    Cadence.WEEKLY: 2,
    Cadence.FORTNIGHTLY: 3,
    Cadence.FOUR_WEEKLY: 4,
    Cadence.MONTHLY: 5,
    Cadence.TWO_MONTHLY: 7,
    Cadence.QUARTERLY: 7,
    Cadence.HALF_YEARLY: 8,
    Cadence.YEARLY: 10,
}
"""Days that a payment may be away from its due day and still fill the slot."""

_DAYS: Final = tuple(Rule(RuleKind.DAY, n) for n in range(1, LAST_DAY + 1))
_RULES: Final = (
    *_DAYS,
    *(
        Rule(RuleKind.DAY, n, shift=shift)
        for shift in (Shift.FOLLOWING, Shift.PRECEDING)
        for n in range(1, 32)
    ),
    *(Rule(RuleKind.WORKDAY, n) for n in (*range(1, 11), *range(-5, 0))),
    *(Rule(RuleKind.WEEKDAY, n, weekday) for weekday in range(5) for n in (1, 2, 3, 4, -1)),
)
# Simpler rules win unless the others fit better by this many days in all.
_HANDICAPS: Final = np.array(
    [
        0.0 if rule.kind is RuleKind.DAY and rule.shift is Shift.NONE
        else 0.5 if rule.kind is RuleKind.DAY
        else 1.0 if rule.kind is RuleKind.WORKDAY
        else 2.0
        for rule in _RULES
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fit:
    """Days laid on a schedule.

    Attributes:
        schedule: The schedule that fits best.
        slots: int64[n], nearest slot of each day.
        residuals: int64[n], day minus the due day of its slot.
    """

    schedule: Schedule
    slots: NDArray[np.int64]
    residuals: NDArray[np.int64]


@lru_cache(maxsize=28)
def _offsets(first_weekday: int, length: int) -> NDArray[np.int64]:
    """Return int64[rules]: the due day of every rule, from the first of a month of this kind."""
    return np.array([rule.offset(length, first_weekday) for rule in _RULES], dtype=np.int64)


@lru_cache(maxsize=8)
def _due_days(first_year: int, last_year: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return int64[months, 31] of the plain days of month, and int64[months, rules] of every rule."""
    months = [(year, month) for year in range(first_year, last_year + 1) for month in range(1, 13)]
    firsts = np.array([date(year, month, 1).toordinal() for year, month in months], dtype=np.int64)
    # There are 28 kinds of month at most, and many months.
    table = np.array([_offsets(*calendar.monthrange(year, month)) for year, month in months])
    table += firsts[:, None]
    return np.ascontiguousarray(table[:, :LAST_DAY]), table


def months_of(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the month (``year * 12 + month - 1``) of ordinal days."""
    return (days - _EPOCH).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12


def missing(slots: NDArray[np.int64]) -> int:
    """Return how many slots between the first and the last are empty; a long pause counts as a short one.

    Args:
        slots: int64[k], strictly ascending, k >= 1.
    """
    empty = slots[1:] - slots[:-1] - 1
    return int(np.minimum(empty, _PAUSE).sum() if len(slots) >= _PAUSE_AFTER else empty.sum())


def sparse(slots: NDArray[np.int64]) -> bool:
    """Return whether too many slots are empty for a stream."""
    return len(slots) < _FILLED * (len(slots) + missing(slots))


class Fitter:
    """Fits schedules of any cadence to days.

    Args:
        days: int64[n], ordinals in ascending order, n >= 1.
    """

    def __init__(self, days: NDArray[np.int64]) -> None:
        self._days = days

    def fit(self, cadence: Cadence, least: int = 1) -> Fit | None:
        """Find the schedule of one cadence that lies nearest to most of the days.

        Args:
            cadence: How often the schedule comes.
            least: Fewest slots that must be filled.

        Returns:
            The fit; None where every schedule of this cadence leaves too many slots empty.
        """
        if STEPS[cadence].days:
            return self._fit_weeks(cadence)
        return self._fit_months(cadence, least)

    def _fit_weeks(self, cadence: Cadence) -> Fit:
        days, step = self._days, STEPS[cadence].days
        half = step // 2
        since = days - days[-1]
        phases = np.flatnonzero(np.bincount(since % step))  # the latest day's own comes first and wins a tie
        away = (since[None, :] - phases[:, None] + half) % step - half
        cost = np.minimum(np.abs(away), _CAP).sum(axis=1)
        phase = int(phases[int(cost.argmin())])
        residuals = (since - phase + half) % step - half
        due = days - residuals
        origin = int(due[0])
        return Fit(Schedule(cadence, origin), (due - origin) // step, residuals)

    @cached_property
    def _first_year(self) -> int:
        return date.fromordinal(int(self._days[0])).year - 1

    @cached_property
    def _tables(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return _due_days(self._first_year, date.fromordinal(int(self._days[-1])).year + 1)

    @cached_property
    def _anchored(self) -> tuple[int, NDArray[np.int64], NDArray[np.int64]]:
        """The plain day of month nearest to most days, each day's month by it, and its distance."""
        plain, days = self._tables[0], self._days
        rows = months_of(days) - self._first_year * 12
        away = np.abs(days[:, None] - plain[rows + _NEIGHBOURS])  # [3, n, 31]
        nearest = away.min(axis=0)
        anchor = int(np.minimum(nearest, _CAP).sum(axis=0).argmin())
        return anchor, rows + away[:, :, anchor].argmin(axis=0) - 1, nearest[:, anchor]

    def _fit_months(self, cadence: Cadence, least: int) -> Fit | None:
        step = STEPS[cadence].months
        anchor, months, distance = self._anchored
        near = distance <= _CAP
        if step > 1:
            phase = int(np.bincount(months[near] % step, minlength=step).argmax())
            in_phase = months % step == phase
            near &= in_phase
            filled = months[in_phase & (distance <= _FAR)] // step
        else:
            filled = months[distance <= _FAR]
        filled = filled[np.append(True, filled[1:] > filled[:-1])] if len(filled) else filled
        if len(filled) < least or sparse(filled):
            return None

        # Every rule, over the payments that belong; near the edge of a month a rule may count from the next.
        table = self._tables[1]
        belong, of_month = self._days[near, None], months[near]
        best: tuple[float, int, int] = (float("inf"), 0, 0)
        for offset in (0, -1, 1) if anchor < 3 or anchor > 26 else (0,):
            cost = np.minimum(np.abs(belong - table[of_month + offset]), _CAP).sum(axis=0) + _HANDICAPS
            chosen = int(cost.argmin())
            if cost[chosen] < best[0]:
                best = (float(cost[chosen]), chosen, offset)
        _, chosen, offset = best
        origin = int(of_month[0]) + offset
        slots = (2 * (months + offset - origin) + step) // (2 * step)
        due = table[np.minimum(np.maximum(origin + slots * step, 0), len(table) - 1), chosen]
        schedule = Schedule(cadence, origin + self._first_year * 12, _RULES[chosen])
        return Fit(schedule, slots, self._days - due)
