"""Bills and incomes that a history makes known at a day: regular postings, projected onto the coming days.

A rule small enough to be the same in every language: postings of one side and one amount (or of one side alone,
where amounts vary) that came at regular gaps come again. Nothing after the day asked about is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from edge_engine.inference.trajectory import calendar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from edge_engine.inference.trajectory.history import History

REACH: Final = 62
"""Days that are projected: eight weeks, and any month to its end."""

RECENT: Final = 91
_NONE_SINCE: Final = 60
_LATE: Final = 5
_LATEST_GAPS: Final = 6
_REPEATS: Final = 0.34
"""Share of a side's postings that repeat an earlier amount from which its streams are told apart by amount."""

_BONUS: Final = (1.4, 2.1)
"""A salary in a bonus month, as a multiple of the usual one."""

_CADENCES: Final = ((6, 8, 3), (13, 16, 3), (26, 35, 2), (56, 65, 3), (86, 96, 3))
"""Shortest and longest median gap in days, and the postings that it takes."""


class Known(NamedTuple):
    """What is known at each of ``n`` origins; amounts are minor units.

    Attributes:
        inflow: float64[n, REACH + 1], projected by days ahead; column 0 is empty.
        outflow: float64[n, REACH + 1], the same of money out, not negative.
        past_in: float64[n], what regular incomes brought within the last RECENT days.
        past_out: float64[n], what regular bills took within them.
        main: float64[n], the greatest regular income.
        since_main: float64[n], days since it last came; 60 where there is none.
        pension: float64[n], 1 where it is a pension or benefit.
        bonus: float64[n], 1 where it was seen to come increased.
    """

    inflow: NDArray[np.float64]
    outflow: NDArray[np.float64]
    past_in: NDArray[np.float64]
    past_out: NDArray[np.float64]
    main: NDArray[np.float64]
    since_main: NDArray[np.float64]
    pension: NDArray[np.float64]
    bonus: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Postings that may be one stream: their days, amounts, extra payments among them, and when it may be read."""

    days: NDArray[np.int64]
    amounts: NDArray[np.float64]
    extra: NDArray[np.bool_]
    pension: bool
    allowed: NDArray[np.bool_]


def known(history: History, at: NDArray[np.int64]) -> Known:
    """Return what the history makes known at the ends of the days ``at`` (int64[n], day indices, ascending)."""
    n = len(at)
    found = Known(
        np.zeros((n, REACH + 1)), np.zeros((n, REACH + 1)), np.zeros(n), np.zeros(n),
        np.zeros(n), np.full(n, float(_NONE_SINCE)), np.zeros(n), np.zeros(n),
    )  # fmt: skip
    for one in _candidates(history):
        _add(found, one, history.first, at)
    return found


def repeated(history: History) -> NDArray[np.bool_]:
    """Return bool[postings]: whether the same side and amount was there within the last hundred days before."""
    seen: dict[tuple[int, int], int] = {}
    flags = np.zeros(len(history.days), dtype=np.bool_)
    rows = zip(history.days.tolist(), history.amounts.tolist(), history.keys.tolist(), strict=True)
    for index, (day, amount, key) in enumerate(rows):
        last = seen.get((key, amount))
        flags[index] = last is not None and day - last <= 100
        seen[key, amount] = day
    return flags


def _candidates(history: History) -> Iterator[_Candidate]:
    sides: dict[tuple[int, bool], list[int]] = {}
    for index, (amount, key) in enumerate(zip(history.amounts.tolist(), history.keys.tolist(), strict=True)):
        if amount:
            sides.setdefault((key, amount > 0), []).append(index)
    for (_, incoming), side in sides.items():
        if len(side) < 2:
            continue
        rows = np.array(side)
        days, amounts = history.days[rows], np.abs(history.amounts[rows]).astype(np.float64)
        pension = bool(history.pension[rows].any())
        exact: dict[float, list[int]] = {}
        repeats = np.zeros(len(rows), dtype=np.bool_)
        for index, amount in enumerate(amounts.tolist()):
            repeats[index] = amount in exact
            exact.setdefault(amount, []).append(index)
        for amount, places in exact.items():
            if len(places) < 2:
                continue
            extra = np.zeros(len(rows), dtype=np.bool_)
            if incoming:
                extra = (amounts >= _BONUS[0] * amount) & (amounts <= _BONUS[1] * amount)
            mine = (amounts == amount) | extra
            yield _Candidate(
                days[mine],
                np.where(incoming, 1.0, -1.0) * amounts[mine],
                extra[mine],
                pension,
                np.ones(int(mine.sum()), dtype=np.bool_),
            )
        varied = np.cumsum(repeats) < _REPEATS * np.arange(1, len(rows) + 1)
        if len(rows) > 2 and varied.any():
            sign = 1.0 if incoming else -1.0
            none = np.zeros(len(rows), dtype=np.bool_)
            yield _Candidate(days, sign * amounts, none, pension, varied)


def _add(found: Known, one: _Candidate, first: int, at: NDArray[np.int64]) -> None:
    """Add a candidate's projections at every origin at which it is a stream."""
    seen = np.searchsorted(one.days, at, side="right")
    asked = set(seen.tolist())
    streams = [_stream(one, n, first) if n in asked else None for n in range(len(one.days) + 1)]
    steady = np.array([stream is not None for stream in streams])[seen]
    if not steady.any():
        return
    width = max(len(stream[0]) for stream in streams if stream)
    due = np.full((len(streams), width), -1)
    size, patience = np.zeros(len(streams)), np.zeros(len(streams))
    for n, stream in enumerate(streams):
        if stream:
            due[n, : len(stream[0])] = stream[0]
            size[n], patience[n] = stream[1], stream[2]
    last = one.days[np.maximum(seen - 1, 0)]
    rows = np.flatnonzero(steady & (at - last <= patience[seen]))
    if not len(rows):
        return
    ahead = due[seen[rows]] - at[rows, None]
    # What is awaited since a few days is expected tomorrow.
    ahead = np.where((ahead <= 0) & (ahead > -_LATE) & (due[seen[rows]] >= 0), 1, ahead)
    place, column = np.nonzero((ahead >= 1) & (ahead <= REACH))
    amount = size[seen[rows]]
    target = found.inflow if amount[0] > 0 else found.outflow
    np.add.at(target, (rows[place], ahead[place, column]), np.abs(amount[place]))
    since = np.searchsorted(one.days, at[rows] - RECENT, side="right")
    total = np.concatenate([[0.0], np.cumsum(np.abs(one.amounts))])
    past = total[seen[rows]] - total[since]
    if amount[0] < 0:
        found.past_out[rows] += past
        return
    found.past_in[rows] += past
    more = amount > found.main[rows]
    best = rows[more]
    found.main[best] = amount[more]
    found.since_main[best] = (at[rows] - last[rows])[more]
    found.pension[best] = float(one.pension)
    found.bonus[best] = np.concatenate([[0], np.cumsum(one.extra)])[seen[best]] > 0


def _stream(one: _Candidate, n: int, first: int) -> tuple[NDArray[np.int64], float, float] | None:
    """Return the next due days, the signed amount and the patience of a candidate's first ``n`` postings."""
    if n < 2 or not one.allowed[n - 1]:
        return None
    days = one.days[max(0, n - 1 - _LATEST_GAPS) : n]
    gaps: list[int] = np.diff(days).tolist()
    gap = _middle(gaps)
    cadence = next((c for c in _CADENCES if c[0] <= gap <= c[1]), None)
    if cadence is None or n < cadence[2]:
        return None
    if sum(abs(step - gap) <= max(2.0, 0.2 * gap) for step in gaps) / len(gaps) < 0.6:
        return None
    usual = one.amounts[:n][~one.extra[:n]]
    if not len(usual):
        return None
    amount = _middle(usual[-3:].tolist())
    months = {2: 1, 3: 2, 4: 3}.get(_CADENCES.index(cadence), 0)
    four_weekly = months == 1 and len(gaps) > 2 and all(step == 28 for step in gaps)
    if months and not four_weekly:
        past = first + days[-3:]
        day = np.array(int(_middle(calendar.day_of_month(past).tolist())), dtype=np.int64)
        due = calendar.in_month(calendar.month_index(past[-1:]) + months * np.arange(1, 5), day) - first
    else:
        due = days[-1] + round(gap) * np.arange(1, REACH // round(gap) + 3)
    return due, amount, 1.25 * gap + 3


def _middle(values: list[int] | list[float]) -> float:
    """Return the median; of a dozen values it takes a tenth of numpy's time."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return float(ordered[half]) if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
