"""Money that need not have gone: charges taken twice, fees and interest."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.domain.money import Money
from edge_engine.insights.finding import (
    INSIGHTS,
    WITH_CATEGORIES,
    DuplicateCharge,
    FeesPaid,
    Insight,
    Severity,
    insight,
)
from edge_engine.insights.habits import codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from edge_engine.domain.category import Taxonomy
    from edge_engine.domain.series import Postings
    from edge_engine.insights.stream import Stream

WINDOW: Final = 90
"""Days back that a double charge is worth disputing."""

_APART: Final = 2
_REFUND_WITHIN: Final = 45
_USUAL_REPEATS: Final = 3
_YEAR: Final = 365
_CONFIDENCE: Final = (0.7, 0.6, 0.5)  # by days apart
_IN_STREAM: Final = 0.15
# Paid again and again within a day by everybody: taps, rounds, tickets, cash.
_REPEATED: Final = (
    "dining.coffee", "dining.fast_food", "dining.bars", "transport.public_transit", "transport.parking_tolls",
    "transport.taxi", "transport.charging", "leisure.games", "leisure.gambling", "leisure.events",
    "shopping.tobacco", "transfers.cash", "transfers.person", "transfers.own", "finance.bank_fees",
    "finance.interest", "finance.investment", "giving.charity", "giving.religion", "services.post",
)  # fmt: skip


def duplicates_and_fees(
    postings: Postings, streams: Sequence[Stream], today: date, taxonomy: Taxonomy
) -> list[Insight]:
    """Return likely double charges, the latest first, then fees and interest of the last year."""
    return [*duplicates(postings, streams, today, taxonomy), *fees(postings, today, taxonomy)]


def duplicates(
    postings: Postings, streams: Sequence[Stream], today: date, taxonomy: Taxonomy
) -> list[Insight]:
    """Return pairs of equal charges by one merchant on one account, at most two days apart, the latest first.

    Left out: categories where repeats are normal; merchants where this person often pays equal amounts or
    pays twice; two streams at one merchant; charges that were paid back; the smallest fifth of the person's
    payments, unless the charge is a known bill's.
    """
    spent = (postings.amounts < 0) & ~postings.transfers & (postings.days <= today.toordinal())
    spent &= ~np.isin(postings.leaves, np.array(sorted(codes(taxonomy, *_REPEATED)), dtype=np.int64))
    rows = np.flatnonzero(spent)
    if len(rows) < 2:
        return []
    small = int(np.sort(-postings.amounts[rows])[len(rows) // 5])
    stream_of = {one: stream.id for stream in streams for one in stream.evidence}
    found: list[tuple[int, Insight]] = []
    for same in _same(postings, rows):
        days: list[int] = postings.days[same].tolist()
        ids: list[int] = postings.ids[same].tolist()
        amount = -int(postings.amounts[same[0]])
        pairs = [at for at in range(len(same) - 1) if days[at + 1] - days[at] <= _APART]
        known = any(one in stream_of for one in ids)
        if not pairs or (amount < small and not known) or len(pairs) >= _USUAL_REPEATS:
            continue
        for at in pairs:
            first, second = stream_of.get(ids[at]), stream_of.get(ids[at + 1])
            others = [one for one in ids if one not in stream_of and one not in ids[at : at + 2]]
            two_streams = first is not None and second is not None
            if two_streams or len(others) >= _USUAL_REPEATS or days[at + 1] < today.toordinal() - WINDOW:
                continue
            if _paid_back(postings, int(same[at + 1])):
                continue
            in_stream = first is not None or second is not None
            found.append(
                (
                    days[at + 1],
                    insight(
                        "duplicate_charge",
                        today,
                        DuplicateCharge(
                            postings.merchant_names[int(postings.merchants[same[0]])],
                            Money(amount, postings.currency_codes[int(postings.currencies[same[0]])]),
                            date.fromordinal(days[at]),
                            date.fromordinal(days[at + 1]),
                        ),
                        severity=Severity.ATTENTION,
                        confidence=_CONFIDENCE[days[at + 1] - days[at]] + _IN_STREAM * in_stream,
                        evidence=ids[at : at + 2],
                        purposes=INSIGHTS,
                    ),
                )
            )
    return [one for _, one in sorted(found, key=lambda pair: (-pair[0], pair[1].id))]


def fees(postings: Postings, today: date, taxonomy: Taxonomy) -> list[Insight]:
    """Return fees and interest paid in the last year, by leaf and currency; nothing without categories."""
    since = today.toordinal() - _YEAR
    recent = (postings.days > since) & (postings.days <= today.toordinal()) & ~postings.transfers
    found = []
    for leaf in ("finance.bank_fees", "finance.interest"):
        mine = recent & (postings.leaves == taxonomy.leaf(leaf).code)
        for index, currency in enumerate(postings.currency_codes):
            rows = np.flatnonzero(mine & (postings.currencies == index))
            charged = rows[postings.amounts[rows] < 0]
            total = -int(postings.amounts[rows].sum())
            if total <= 0:
                continue
            money = Money(total, currency)
            first = date.fromordinal(int(postings.days[charged[0]]))
            found.append(
                insight(
                    leaf.partition(".")[2],
                    today,
                    FeesPaid(leaf, money, len(charged), first),
                    severity=Severity.INFO,
                    confidence=0.9,
                    evidence=postings.ids[rows].tolist(),
                    purposes=WITH_CATEGORIES,
                    money_a_year=money,
                    root=(currency, int(postings.ids[charged[0]])),
                )
            )
    return found


def _same(postings: Postings, rows: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Yield rows of one account, merchant, currency and amount, in time order, where there are several."""
    columns = (postings.amounts, postings.currencies, postings.merchants, postings.accounts)
    order = rows[np.lexsort((rows, *(column[rows] for column in columns)))]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = np.any([column[order[1:]] != column[order[:-1]] for column in columns], axis=0)
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], len(order))
    for start, end in zip(starts[ends - starts > 1], ends[ends - starts > 1], strict=True):
        yield order[start:end]


def _paid_back(postings: Postings, row: int) -> bool:
    """Return whether the merchant gave back this amount soon after."""
    return bool(
        (
            (postings.merchants == postings.merchants[row])
            & (postings.currencies == postings.currencies[row])
            & (postings.amounts == -postings.amounts[row])
            & (postings.days >= postings.days[row] - _APART)
            & (postings.days <= postings.days[row] + _REFUND_WITHIN)
        ).any()
    )
