"""What a transaction that was just booked changes: its merchant's streams, and where the balance is heading.

Only what one payment can change at once is worked out anew, by the same rules as a whole look at everything, so that
an answer is there while the card is still in the hand. What takes a whole look (double charges, drifts, what can be
saved) keeps its last answer until the next one.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
import numpy as np

from edge_engine.domain.money import Money
from edge_engine.domain.series import Postings
from edge_engine.insights import recurring
from edge_engine.insights.balance_moments import liquidity_shortfall, stress
from edge_engine.insights.bill_moments import (
    bill_missed,
    bill_unusual,
    cost_rise,
    price_change,
    subscription_new,
)
from edge_engine.insights.finding import Below
from edge_engine.insights.income_moments import income_change
from edge_engine.insights.selection import select

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from edge_engine.insights.finding import Outlook
    from edge_engine.insights.knowledge import Known
    from edge_engine.insights.moment import Moment

_BY_MERCHANT: Final = (bill_missed, bill_unusual, cost_rise, income_change, price_change, subscription_new)
_BY_BALANCE: Final = (liquidity_shortfall, stress)
_WHOLE: Final = frozenset(kind.__name__ for kind in _BY_BALANCE)
AT_ONCE: Final = frozenset(kind.__name__ for kind in (*_BY_MERCHANT, *_BY_BALANCE))
"""Types of moments that are found while a transaction is booked."""

_EARLY_DAYS: Final = 10
"""Days by which a payment may come before it was expected and still be the one that was."""

_LEAST_PAYMENTS: Final = 3
"""Payments of which none fewer recur, one of them new."""

_TENTH: Final = 1.2816
"""Standard deviations between the median and the tenth percentile of a normal distribution."""


class Booked(NamedTuple):
    """A transaction that was just booked; amounts in minor units, days as ordinals."""

    id: int
    day: int
    amount: int
    currency: str
    account: int
    leaf: int
    merchant: str


def react(
    known: Known, rows: Sequence[Booked], balances: Mapping[int, Money], before: Sequence[Moment]
) -> tuple[Known, list[Moment]]:
    """Return what is known once transactions are booked, and the moments of the day, those that they make first.

    Args:
        known: Before, without sensitive leaves, as `Known.plain` gives it.
        rows: In the order of their ids, none of a sensitive leaf.
        balances: What each spending account holds now.
        before: The moments as they were.
    """
    after, theirs = _booked(known, rows, balances)
    return after, _moments(after, theirs, before)


def _booked(known: Known, rows: Sequence[Booked], balances: Mapping[int, Money]) -> tuple[Known, Postings]:
    """Return what is known once transactions are booked: postings, their merchants' streams, outlooks, balances.

    The postings of these merchants stand beside it.
    """
    postings = _append(known.postings, rows) if rows else known.postings
    names = {row.merchant for row in rows}
    streams = list(known.streams)
    theirs = _of_merchants(postings, names)
    if len(theirs) >= _LEAST_PAYMENTS:
        streams = [one for one in streams if one.merchant not in names]
        streams += recurring.streams(theirs, known.today, known.taxonomy)
    outlooks = [_moved(ahead, known, rows, balances) for ahead in known.outlooks]
    discipline = known.discipline
    after = replace(known, postings=postings, streams=streams, outlooks=outlooks, balances=dict(balances))
    after.__dict__["discipline"] = discipline
    if known.means is not None:
        lowest = [one.lowest.minor for one in outlooks if one.balance.currency == known.means.currency]
        # What somebody lives on is of whole months: one payment moves the lowest balance alone.
        after.__dict__["means"] = replace(known.means, lowest=min(lowest) if lowest else None)
    return after, theirs


def _moments(known: Known, postings: Postings, before: Sequence[Moment]) -> list[Moment]:
    """Return the moments of a day; ``postings`` are all of the merchants of what was just booked."""
    touched = set(postings.ids.tolist())
    part = replace(
        known,
        postings=postings,
        streams=[one for one in known.streams if not touched.isdisjoint(one.evidence)],
    )
    part.__dict__["means"] = known.means
    found = [one for kind in _BY_MERCHANT for one in kind(part)] if part.streams else []
    found += [one for kind in _BY_BALANCE for one in kind(known)]
    kept = [
        one
        for one in before
        if one.type not in AT_ONCE or (one.type not in _WHOLE and touched.isdisjoint(one.evidence))
    ]
    return [*found, *kept]


def _append(postings: Postings, rows: Sequence[Booked]) -> Postings:
    names, merchants = _placed(postings.merchant_names, [row.merchant for row in rows])
    codes, currencies = _placed(postings.currency_codes, [row.currency for row in rows])

    def column(held: NDArray[np.int64], values: list[int]) -> NDArray[np.int64]:
        return np.concatenate((held, np.array(values, dtype=np.int64)))

    whole = Postings(
        ids=column(postings.ids, [row.id for row in rows]),
        days=column(postings.days, [row.day for row in rows]),
        amounts=column(postings.amounts, [row.amount for row in rows]),
        accounts=column(postings.accounts, [row.account for row in rows]),
        leaves=column(postings.leaves, [row.leaf for row in rows]),
        merchants=column(postings.merchants, merchants),
        currencies=column(postings.currencies, currencies),
        transfers=np.concatenate((postings.transfers, np.zeros(len(rows), np.bool_))),
        merchant_names=names,
        currency_codes=codes,
    )
    if len(postings) and rows[0].day >= int(postings.days[-1]) and _in_order(rows):
        return whole
    return select(whole, np.lexsort((whole.ids, whole.days)))


def _placed(known: tuple[str, ...], wanted: Sequence[str]) -> tuple[tuple[str, ...], list[int]]:
    """Return names with those that were not among them, and the place of each wanted one."""
    known += tuple(name for name in dict.fromkeys(wanted) if name not in known)
    return known, [known.index(name) for name in wanted]


def _in_order(rows: Sequence[Booked]) -> bool:
    return all(one.day <= other.day for one, other in itertools.pairwise(rows))


def _of_merchants(postings: Postings, names: set[str]) -> Postings:
    known = postings.merchant_names
    wanted = [known.index(name) for name in names if name in known]
    chosen = np.zeros(len(postings), np.bool_)
    for place in wanted:  # few: a search for all of them at once costs more
        chosen |= postings.merchants == place
    return select(postings, np.flatnonzero(chosen))


def _moved(ahead: Outlook, known: Known, rows: Sequence[Booked], balances: Mapping[int, Money]) -> Outlook:
    """Return an outlook moved by what its balance changed beyond what was expected.

    Its shape stays: the whole path is higher or lower by the surprise, until the next look at everything.
    """
    currency, coming = ahead.balance.currency, list(ahead.coming)
    total = _held(balances, currency) - _held(known.balances, currency)
    if not total:
        return ahead
    surprise = total
    for row in rows:
        expected = next(
            (
                one
                for one in coming
                if one.merchant == row.merchant
                and row.account in balances
                and (one.amount.minor < 0) == (row.amount < 0)
                and (one.day - known.today).days <= _EARLY_DAYS
            ),
            None,
        )
        if expected is not None:
            coming.remove(expected)
            surprise -= expected.amount.minor

    def moved(money: Money) -> Money:
        return Money(money.minor + surprise, currency)

    weeks = tuple(
        msgspec.structs.replace(week, p10=moved(week.p10), p50=moved(week.p50), p90=moved(week.p90))
        for week in ahead.weeks
    )
    balance = Money(ahead.balance.minor + total, currency)
    lowest, lowest_on = moved(ahead.lowest), ahead.lowest_on
    if balance.minor < 0:
        lowest, lowest_on = min(balance, lowest, key=lambda one: one.minor), known.today
    elif lowest.minor < 0:
        # The day that matters is the first of them.
        lowest_on = min((week.ends for week in weeks if week.p50.minor < 0), default=lowest_on)
    by_week = [_below_zero(week.p10.minor, week.p50.minor) for week in weeks]
    chance = max(by_week, default=0.0)
    so_far = itertools.accumulate(by_week, max)
    lasting = itertools.zip_longest(so_far, ahead.chances[: len(by_week)], fillvalue=0.0)
    first = ahead.first_below
    if balance.minor < 0:
        first = Below(known.today, balance)
    elif first is None or (first_balance := moved(first.balance)).minor >= 0:
        first = next((Below(week.ends, week.p50) for week in weeks if week.p50.minor < 0), None)
    else:
        first = Below(first.on, first_balance)
    return msgspec.structs.replace(
        ahead,
        balance=balance,
        weeks=weeks,
        coming=tuple(coming),
        lowest=lowest,
        lowest_on=lowest_on,
        first_below=first,
        chances=tuple(
            round(max(one, before) if surprise <= 0 else min(one, before), 3) for one, before in lasting
        ),
        below_zero=round(
            max(chance, ahead.below_zero) if surprise <= 0 else min(chance, ahead.below_zero), 3
        ),
    )


def _held(balances: Mapping[int, Money], currency: str) -> int:
    return sum(one.minor for one in balances.values() if one.currency == currency)


def _below_zero(p10: int, p50: int) -> float:
    """Return the chance to be below zero where the lower half is that of a normal distribution."""
    spread = (p50 - p10) / _TENTH
    if spread <= 0:
        return float(p50 < 0)
    return 0.5 * math.erfc(p50 / spread / math.sqrt(2.0))
