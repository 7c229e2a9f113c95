"""Where balances are heading: known streams on their days, habits at their usual rate, honest spread.

The spread comes from the person's own past: every past stretch of the same length is one path of surprises,
what really happened beside the known streams less what the usual rate would have said at its start. No
distribution is assumed, and the sequence of weeks within a stretch is kept (block bootstrap over all stretches).

A car, an inheritance or a holiday is no habit: a payment beyond a month of the person's money whose like did not come
several times within a year says nothing of the usual rate and does not move the middle. In the spread it stays; one
that nothing in the whole past is like stands there as a payment of a month's money: something large may come again,
but what came once does not tell how large.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.domain.money import Money
from edge_engine.errors import InputError
from edge_engine.insights.finding import (
    INSIGHTS,
    Below,
    Coming,
    Insight,
    Outlook,
    OutlookWeek,
    Severity,
    Shortfall,
    insight,
)
from edge_engine.insights.stream import LIKELY, STEPS, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from edge_engine.domain.series import Postings
    from edge_engine.insights.stream import Stream

WEEK: Final = 7
_MONTH: Final = 4
LEAST_HISTORY: Final = 8
"""Weeks of history below which nothing is said."""

STALE_DAYS: Final = 35
"""Days without any word of the accounts after which nothing is said: a month's pay and rent are missing by then."""

_RATE_DAYS: Final = 26 * WEEK
_SEASON_DAYS: Final = 52 * WEEK
_PARTS: Final = 5
_SHRINK_DAYS: Final = 30
_ENOUGH_PATHS: Final = 12
_DRAWN: Final = 200
"""Stretches that are put together where the past has too few."""
_BLOCK: Final = 2
"""Weeks in a row that are drawn together: what a week leaves, the next one often makes up for."""
_UNSEEN: Final = 1.2
"""Widening of p10 and p90 for what the person's past has not shown yet: a life changes, stretches overlap. Measured on
simulated households and on real accounts, where 80% then lie within (docs/moments.md); chances are better without."""
_BEYOND: Final = 1.0
"""Months of the person's money from which a payment beside the streams is out of the ordinary."""
_ALIKE: Final = 0.5
"""Share of a payment's amount from which another one the same way is its like."""
_REPEATED: Final = 3
"""Others of its like within a year that make even a large payment a habit, such as the invoices of freelancers."""
_LIKELY: Final = 0.15
_TO_LEARN: Final = 2
_SMALL_SAMPLE: Final = 1.3
"""Widening of p10 and p90, times 1 / n. Overlapping stretches hold only ``n = history / horizon`` independent
ones; over so few, normal quantiles hold when widened by 1 + 1.3 / n (Student's t, the root of 1 + 1 / n)."""


def outlook(
    postings: Postings, balances: Mapping[int, Money], streams: Sequence[Stream], today: date, weeks: int = 8
) -> Outlook | None:
    """Look ahead from the accounts' present balances.

    Args:
        postings: The person's transactions; only those of the accounts in ``balances`` count, so that
            movements among these accounts cancel and those to other accounts are flows.
        balances: What each account holds at the end of ``today``, all in one currency. Leave out accounts
            that are not for spending, such as card or loan accounts.
        streams: What :func:`edge_engine.insights.recurring.streams` found.
        today: The day to start from.
        weeks: How far to look, 1 to 26.

    Returns:
        The outlook; None where fewer than ``LEAST_HISTORY`` weeks are known.

    Raises:
        InputError: There is no balance, currencies are mixed, or ``weeks`` is out of range.
    """
    currency = _currency(balances, weeks)
    flows = _Flows.of(postings, balances, currency, streams, today)
    if flows is None:
        return None
    horizon = weeks * WEEK
    until = today + timedelta(days=horizon)
    coming = tuple(
        sorted(
            (
                Coming(day, stream.id, stream.merchant, stream.expected)
                for stream in streams
                if _counts(stream, balances, currency)
                for day in stream.due(today, until)
            ),
            key=lambda one: (one.day, one.stream),
        )
    )
    known = np.zeros(horizon, dtype=np.float64)
    for payment in coming:
        known[(payment.day - today).days - 1] += payment.amount.minor
    balance = sum(one.minor for one in balances.values())
    middle = balance + np.cumsum(known + flows.usual(flows.end, today.toordinal() + 1, horizon))
    surprises = np.cumsum(flows.surprises(horizon), axis=1)
    centre = np.median(surprises, axis=0)
    paths = middle + (surprises - centre) * (1 + _SMALL_SAMPLE * weeks / flows.weeks)

    def money(amount: float) -> Money:
        return Money(round(amount), currency)

    quantiles = np.quantile(paths, (0.1, 0.5, 0.9), axis=0)
    quantiles = quantiles[1] + (quantiles - quantiles[1]) * _UNSEEN
    lowest = int(np.argmin(quantiles[1]))
    below = np.flatnonzero(np.round(quantiles[1]) < 0)[:1].tolist()
    fallen = (np.minimum.accumulate(paths, axis=1) < 0).mean(axis=0)
    return Outlook(
        as_of=today,
        balance=Money(balance, currency),
        weeks=tuple(
            OutlookWeek(today + timedelta(days=at + 1), *(money(float(one)) for one in quantiles[:, at]))
            for at in range(WEEK - 1, horizon, WEEK)
        ),
        coming=coming,
        lowest=money(float(quantiles[1, lowest])),
        lowest_on=today + timedelta(days=lowest + 1),
        below_zero=round(float((paths.min(axis=1) < 0).mean()), 3),
        history_weeks=flows.weeks,
        first_below=next(
            (Below(today + timedelta(days=at + 1), money(float(quantiles[1, at]))) for at in below), None
        ),
        chances=tuple(round(float(fallen[at]), 3) for at in range(WEEK - 1, horizon, WEEK)),
    )


def shortfall(ahead: Outlook, streams: Sequence[Stream]) -> Insight | None:
    """Return the finding that the balance may fall below zero, where the chance is worth saying."""
    if ahead.below_zero < _LIKELY:
        return None
    due = {payment.stream for payment in ahead.coming if payment.day <= ahead.lowest_on}
    first = ahead.first_below
    earlier = first if first is not None and first.on < ahead.lowest_on else None
    return insight(
        "shortfall",
        ahead.as_of,
        Shortfall(
            ahead.lowest,
            ahead.lowest_on,
            round(100 * ahead.below_zero),
            starts=None if earlier is None else earlier.on,
            below=None if earlier is None else earlier.balance,
        ),
        severity=Severity.URGENT if ahead.lowest.minor < 0 else Severity.ATTENTION,
        confidence=ahead.below_zero,
        evidence=[stream.evidence[-1] for stream in streams if stream.id in due],
        purposes=INSIGHTS,
        root=(ahead.balance.currency,),
    )


def once(days: NDArray[np.int64], amounts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which payments are beyond a month of the person's money with nothing in the whole past like them.

    Args:
        days: int64[payments], ordinals, ascending.
        amounts: int64[payments], signed minor units.
    """
    weeks = int(days[-1] - days[0] + 1) // WEEK if len(days) else 0
    if weeks < LEAST_HISTORY:
        return np.zeros(len(days), dtype=np.bool_)
    first = int(days[-1]) + 1 - weeks * WEEK
    whole = days >= first
    most = _BEYOND * _month(days[whole] - first, amounts[whole], weeks)
    return _extraordinary(days, amounts, most)[1]


def falls(ahead: Outlook, least: float) -> bool:
    """Return whether the middle path falls month by month: over the first four weeks, and over the next four.

    Args:
        ahead: The outlook; one of fewer than eight weeks tells nothing.
        least: Minor units by which it falls within four weeks to count, more than noise.
    """
    if len(ahead.weeks) < 2 * _MONTH:
        return False
    now, soon, later = (
        ahead.balance.minor,
        ahead.weeks[_MONTH - 1].p50.minor,
        ahead.weeks[2 * _MONTH - 1].p50.minor,
    )
    return now - soon > least and soon - later > least


def _currency(balances: Mapping[int, Money], weeks: int) -> str:
    if not 1 <= weeks <= 26:
        raise InputError("an outlook reaches 1 to 26 weeks ahead")
    currencies = {one.currency for one in balances.values()}
    if len(currencies) != 1:
        raise InputError("an outlook needs balances, all of one currency")
    return currencies.pop()


def _belongs(stream: Stream, balances: Mapping[int, Money], currency: str) -> bool:
    return stream.account in balances and stream.expected.currency == currency


def _counts(stream: Stream, balances: Mapping[int, Money], currency: str) -> bool:
    return _belongs(stream, balances, currency) and stream.counted_on


class _Flows:
    """Money in and out by day, beside the known streams; prefix sums make any stretch's rate quick."""

    def __init__(self, first: int, beside: NDArray[np.float64], wobble: NDArray[np.float64]) -> None:
        """Keep the flows that make the usual rate, and beside them what moves the spread alone."""
        self._first = first
        self.end = first + len(beside)
        self.weeks = len(beside) // WEEK
        self._actual = beside + wobble
        parts = _part_of_month(first, len(beside))
        member = (parts[None, :] == np.arange(_PARTS)[:, None]).astype(np.float64)
        zero = np.zeros((_PARTS, 1))
        self._sums = np.hstack([zero, np.cumsum(member * beside, axis=1)])
        self._days = np.hstack([zero, np.cumsum(member, axis=1)])

    @classmethod
    def of(
        cls,
        postings: Postings,
        balances: Mapping[int, Money],
        currency: str,
        streams: Sequence[Stream],
        today: date,
    ) -> _Flows | None:
        """Read the flows of some accounts; None where the history is too short."""
        if currency not in postings.currency_codes:
            return None
        chosen = np.isin(postings.accounts, np.array(sorted(balances), dtype=np.int64))
        chosen &= postings.currencies == postings.currency_codes.index(currency)
        chosen &= postings.days <= today.toordinal()
        rows = np.flatnonzero(chosen)
        if not len(rows):
            return None
        days = postings.days[rows]
        first, last = int(days.min()), int(days.max())
        weeks = (last - first + 1) // WEEK
        if weeks < LEAST_HISTORY:
            return None
        first = last + 1 - weeks * WEEK
        rows, days = rows[days >= first], days[days >= first]
        beside, wobble = np.zeros(weeks * WEEK), np.zeros(weeks * WEEK)
        day_of = dict(zip(postings.ids[rows].tolist(), (days - first).tolist(), strict=True))
        amount_of = dict(zip(postings.ids[rows].tolist(), postings.amounts[rows].tolist(), strict=True))
        for stream in streams:
            # A stream of other accounts was never due here: it is no surprise that it did not come.
            if stream.confidence < LIKELY or not _belongs(stream, balances, currency):
                continue
            mine = {one: amount_of.pop(one) for one in stream.evidence if one in amount_of}
            for day, surprise in _stream_surprises(stream, {day_of[one]: mine[one] for one in mine}, first):
                if day < len(wobble):
                    wobble[day] += surprise
        everyday = np.array([(day_of[one], amount) for one, amount in amount_of.items()], dtype=np.int64)
        at, amounts = everyday.reshape(-1, 2).T
        most = _BEYOND * _month(days - first, postings.amounts[rows], weeks)
        rare, alone = _extraordinary(at, amounts, most)
        np.add.at(beside, at[~rare], amounts[~rare])
        np.add.at(wobble, at[rare], np.where(alone, np.sign(amounts) * most, amounts)[rare])
        return cls(first, beside, wobble)

    def usual(self, known_until: int, start: int, n: int) -> NDArray[np.float64]:
        """Return float64[n]: the usual flow of each day from ``start``, as known before ``known_until``.

        The level is the mean of the last half year without what is out of the ordinary, spread over the parts
        of the month as the last year's was.
        """
        now = known_until - self._first
        level = self._mean(max(0, now - _RATE_DAYS), now)
        since = max(0, now - _SEASON_DAYS)
        overall = self._mean(since, now)
        sums = self._sums[:, now] - self._sums[:, since] + _SHRINK_DAYS * overall
        rates = sums / (self._days[:, now] - self._days[:, since] + _SHRINK_DAYS)
        by_part: NDArray[np.float64] = level - overall + rates
        return by_part[_part_of_month(start, n)]

    def surprises(self, n: int) -> NDArray[np.float64]:
        """Return float64[paths, n]: what past stretches of ``n`` days brought beyond the usual by day."""
        length, paths = len(self._actual), []
        for at in range(length - n, LEAST_HISTORY * WEEK - 1, -WEEK):
            usual = self.usual(self._first + at, self._first + at, n)
            paths.append(self._actual[at : at + n] - usual)
        if len(paths) < _ENOUGH_PATHS:
            paths += self._drawn(n)
        return np.stack(paths)

    def _drawn(self, n: int) -> list[NDArray[np.float64]]:
        """Return stretches put together of weeks of the past, for a past that has too few whole ones.

        Pairs of weeks are drawn with replacement: stretches that ran on around a short past would all have added up
        to the same after each lap. The draw is the same each time, so that an outlook asked for twice is one outlook.
        """
        around = self._actual - self.usual(self.end, self._first, len(self._actual))
        weeks = around.reshape(self.weeks, WEEK)
        pairs = -(-n // (_BLOCK * WEEK))
        raw = np.random.PCG64(self.weeks).random_raw(_DRAWN * pairs).reshape(_DRAWN, pairs)
        first = (raw % np.uint64(self.weeks)).astype(np.int64)
        chosen = (first[:, :, None] + np.arange(_BLOCK)) % self.weeks
        return list(weeks[chosen].reshape(_DRAWN, -1)[:, :n])

    def _mean(self, since: int, until: int) -> float:
        return float((self._sums[:, until] - self._sums[:, since]).sum()) / max(1, until - since)


def _stream_surprises(stream: Stream, paid: Mapping[int, int], first: int) -> Iterator[tuple[int, float]]:
    """Yield days, counted from ``first``, and what they brought that the stream as known then did not tell.

    That is a new stream's first payments, amounts that vary, and payments that were due and did not come.
    """
    step = STEPS[stream.cadence]
    usual = stream.a_year.minor / step.a_year
    was_new = stream.first.toordinal() - first > 1.5 * step.period
    for index, (day, amount) in enumerate(sorted(paid.items())):
        if was_new and index < _TO_LEARN:
            yield day, float(amount)
        elif stream.varying:
            yield day, amount - usual
    days = sorted(paid)
    past_end = step.period * 1.2 if stream.status is Status.ENDED else 0
    for due in stream.schedule.between(stream.first, stream.last + timedelta(days=int(past_end))):
        day = due.toordinal() - first
        # Of the days with payments the nearest ones decide.
        place = bisect_left(days, day)
        if day >= 0 and all(abs(day - one) > step.period / 2 for one in days[max(0, place - 1) : place + 1]):
            yield day, -usual


def _month(days: NDArray[np.int64], amounts: NDArray[np.int64], weeks: int) -> float:
    """Return the money that leaves in a usual four weeks, minor units: a middle, which no single payment moves."""
    spent = np.zeros(weeks * WEEK)
    np.add.at(spent, days, np.maximum(-amounts, 0))
    return float(np.median(np.convolve(spent, np.ones(_MONTH * WEEK), mode="valid")))


def _extraordinary(
    days: NDArray[np.int64], amounts: NDArray[np.int64], most: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell payments out of the ordinary.

    Returns:
        bool[payments], beyond ``most`` minor units without several of their like within a year; bool[payments], those
        of them that nothing in the whole past is like.
    """
    rare, alone = np.zeros(len(amounts), dtype=np.bool_), np.zeros(len(amounts), dtype=np.bool_)
    for one in np.flatnonzero(np.abs(amounts) > most).tolist():
        alike = amounts * np.sign(amounts[one]) >= _ALIKE * abs(amounts[one])
        near = np.abs(days - days[one]) <= _SEASON_DAYS
        rare[one] = np.count_nonzero(alike & near) <= _REPEATED
        alone[one] = rare[one] and np.count_nonzero(alike) == 1
    return rare, alone


def _part_of_month(first: int, n: int) -> NDArray[np.int64]:
    """Return int64[n] of 0 to 4: which seven days of its month each day from ``first`` is in."""
    start = date.fromordinal(first)
    return np.array([(start + timedelta(days=at)).day - 1 for at in range(n)], dtype=np.int64) // WEEK
