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

_VARIED: Final = 2
"""Postings of different amounts that tell no stream: from the third on they may."""

_BONUS: Final = (1.4, 2.1)
"""A salary in a bonus month, as a multiple of the usual one."""

_CADENCES: Final = ((6, 8, 3), (13, 16, 3), (26, 35, 2), (56, 65, 3), (86, 96, 3))
"""Shortest and longest median gap in days, and the postings that it takes."""

_PATIENCE: Final = (1.25, 3)
"""Days after the last posting that a stream is waited for: so many gaps, and so many days."""

_LONGEST: Final = int(_PATIENCE[0] * _CADENCES[-1][1]) + _PATIENCE[1]
"""Days that any stream is waited for at most."""


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
    pension: NDArray[np.bool_]
    allowed: NDArray[np.bool_]


def known(history: History, at: NDArray[np.int64]) -> Known:
    """Return what the history makes known at the ends of the days ``at`` (int64[n], day indices, ascending).

    # INVARIANT: what is known at a day rests on no posting after it, to the last bit, and on no balance.
    """
    n = len(at)
    found = Known(
        np.zeros((n, REACH + 1)), np.zeros((n, REACH + 1)), np.zeros(n), np.zeros(n),
        np.zeros(n), np.full(n, float(_NONE_SINCE)), np.zeros(n), np.zeros(n),
    )  # fmt: skip
    if not n:
        return found
    since = int(at[0]) - _LONGEST
    for one in _candidates(history, since):
        if one.days[-1] >= since:
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


def _candidates(history: History, since: int) -> Iterator[_Candidate]:
    """Yield what may be a stream, of sides that posted something on or after a day (its index)."""
    sides: dict[tuple[int, bool], list[int]] = {}
    for index, (amount, key) in enumerate(zip(history.amounts.tolist(), history.keys.tolist(), strict=True)):
        if amount:
            sides.setdefault((key, amount > 0), []).append(index)
    for (_, incoming), side in sides.items():
        if len(side) < 2 or history.days[side[-1]] < since:
            continue
        rows = np.array(side)
        days, amounts = history.days[rows], np.abs(history.amounts[rows]).astype(np.float64)
        # Never more than was known at a posting.
        pension = np.logical_or.accumulate(history.pension[rows])
        sign = 1.0 if incoming else -1.0
        repeats = np.zeros(len(rows), dtype=np.bool_)
        exact: dict[float, list[int]] = {}
        for index, amount in enumerate(amounts.tolist()):
            repeats[index] = amount in exact
            exact.setdefault(amount, []).append(index)
        for amount in (amount for amount, places in exact.items() if len(places) > 1):
            extra = np.zeros(len(rows), dtype=np.bool_)
            if incoming:
                extra = (amounts >= _BONUS[0] * amount) & (amounts <= _BONUS[1] * amount)
            mine = (amounts == amount) | extra
            every = np.ones(int(mine.sum()), dtype=np.bool_)
            yield _Candidate(days[mine], sign * amounts[mine], extra[mine], pension[mine], every)
        varied = np.cumsum(repeats) < _REPEATS * np.arange(1, len(rows) + 1)
        varied[:_VARIED] = False
        if varied.any():
            none = np.zeros(len(rows), dtype=np.bool_)
            yield _Candidate(days, sign * amounts, none, pension, varied)


def _add(found: Known, one: _Candidate, first: int, at: NDArray[np.int64]) -> None:
    """Add a candidate's projections at every origin at which it is a stream."""
    seen = np.searchsorted(one.days, at, side="right")
    streams = {n: stream for n in set(seen.tolist()) if (stream := _stream(one, n, first))}
    if not streams:
        return
    width = max(len(stream[0]) for stream in streams.values())
    due = np.full((len(one.days) + 1, width), -1)
    size, patience = np.zeros(len(due)), np.full(len(due), -np.inf)
    for n, stream in streams.items():
        due[n, : len(stream[0])] = stream[0]
        size[n], patience[n] = stream[1], stream[2]
    last = one.days[np.maximum(seen - 1, 0)]
    rows = np.flatnonzero(at - last <= patience[seen])
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
    found.pension[best] = one.pension[seen[best] - 1]
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
    # An amount that came once tells no stream, even where it is known by now to have come again later.
    if len(usual) < 2:
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
    return due, amount, _PATIENCE[0] * gap + _PATIENCE[1]


def _middle(values: list[int] | list[float]) -> float:
    """Return the median; of a dozen values it takes a tenth of numpy's time."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return float(ordered[half]) if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
