"""Recurring streams: bills, subscriptions, salaries and others that come again, from columns of postings.

How a bill is told from a habit is written in :mod:`edge_engine.insights.chains`.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.domain.money import Money
from edge_engine.insights.cadence import TOLERANCES
from edge_engine.insights.chains import Chain, Group, Recalled, chains
from edge_engine.insights.habits import Trait, codes, subscription_codes, traits
from edge_engine.insights.pricing import Pricing, price
from edge_engine.insights.stream import STEPS, Cadence, PriceChange, Status, Stream, StreamKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from edge_engine.domain.category import Taxonomy
    from edge_engine.domain.series import Postings

_ROW_BITS: Final = 32
_SILENT: Final = 35
"""Days that one account may be behind the others before its silence counts as knowledge."""

_LONG_OVERDUE: Final = 50
"""Days after which a payment that comes every two months or less often is taken to have stopped."""

_PAIR_CONFIDENCE: Final = 0.45
"""Highest confidence of a yearly stream seen only twice."""


def streams(
    postings: Postings, today: date, taxonomy: Taxonomy, recalled: Recalled | None = None
) -> list[Stream]:
    """Return every recurring stream, those due soonest first and the ended ones last.

    Transfers between the person's own accounts and days after ``today`` are left out.

    Args:
        postings: The person's transactions.
        today: The day that "next", "late" and "ended" are told from.
        taxonomy: Names the leaves of ``postings``.
        recalled: Chains that were found before; they are taken where they were made of the very same payments.
    """
    known, found_in = traits(taxonomy), chains if recalled is None else recalled.chains
    maker = _Maker(postings, today, taxonomy)
    found: list[Stream] = []
    for rows in groups(postings, today):
        leaf = _majority(postings.leaves[rows])
        outgoing = bool(postings.amounts[rows[0]] < 0)
        trait = known.get(leaf, Trait.UNKNOWN)
        group = Group(postings.days[rows], postings.amounts[rows], trait, outgoing)
        found.extend(maker.stream(rows[chain.rows], chain) for chain in found_in(group))
    found.sort(key=lambda one: (one.next is None, one.next or one.last, one.merchant, one.id))
    return found


def groups(postings: Postings, today: date) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of each merchant, currency and direction that could hold a stream, in time order.

    Group and row number are packed into one int64 and sorted once: rows are ordered by day already, so the
    row number stands for the time.
    """
    usable = ~postings.transfers & (postings.amounts != 0) & (postings.days <= today.toordinal())
    rows = np.flatnonzero(usable)
    if not len(rows):
        return
    currencies = len(postings.currency_codes)
    group = (postings.merchants[rows] * 2 + (postings.amounts[rows] > 0)) * currencies
    packed = np.sort((group + postings.currencies[rows]) << _ROW_BITS | rows)
    rows = packed & ((1 << _ROW_BITS) - 1)
    starts = np.flatnonzero(np.diff(packed >> _ROW_BITS, prepend=-1))
    ends = np.append(starts[1:], len(rows))
    spans = postings.days[rows[ends - 1]] - postings.days[rows[starts]]
    counts = ends - starts
    year = STEPS[Cadence.YEARLY].period
    pair = (counts == 2) & (np.abs(spans - year) <= 2 * TOLERANCES[Cadence.YEARLY])
    for index in np.flatnonzero(((counts > 2) & (spans >= 20)) | pair):
        yield rows[starts[index] : ends[index]]


def _majority(leaves: NDArray[np.int64]) -> int:
    """Return the commonest leaf, leaving out rows that are not categorized unless all are."""
    counts = np.bincount(leaves)
    counts[0] = 0
    return int(counts.argmax())


class _Maker:
    """Turns chains into streams; holds what is the same for all of them."""

    def __init__(self, postings: Postings, today: date, taxonomy: Taxonomy) -> None:
        self._postings = postings
        self._seen = _seen_until(postings, today.toordinal())
        self._today = today.toordinal()
        self._subscriptions = subscription_codes(taxonomy)
        self._salaries = codes(taxonomy, "income.salary")

    def stream(self, rows: NDArray[np.int64], chain: Chain) -> Stream:
        postings = self._postings
        amounts: list[int] = postings.amounts[rows].tolist()
        cadence = chain.schedule.cadence
        a_year = STEPS[cadence].a_year
        cost = price(amounts, a_year)
        currency = postings.currency_codes[int(postings.currencies[rows[-1]])]
        leaf = _majority(postings.leaves[rows])
        account = int(postings.accounts[rows[-1]])
        status, slot = self._status(chain, account)
        reach = _reach(chain)
        due = chain.schedule.day(slot) if status is not Status.ENDED else None
        ids: tuple[int, ...] = tuple(postings.ids[rows].tolist())
        merchant = postings.merchant_names[int(postings.merchants[rows[0]])]
        return Stream(
            id=stream_id(merchant, cadence, ids[0]),
            kind=self._kind(leaf, cost),
            merchant=merchant,
            leaf=leaf,
            account=account,
            schedule=chain.schedule,
            status=status,
            first=_day(int(postings.days[rows[0]])),
            last=_day(int(postings.days[rows[-1]])),
            expected=Money(cost.expected, currency),
            low=Money(cost.low, currency),
            high=Money(cost.high, currency),
            varying=not cost.fixed,
            a_year=Money(_a_year(amounts, chain.slots, cost, a_year), currency),
            next=None if due is None else _day(due),
            next_first=None if due is None else _day(due + reach[0]),
            next_last=None if due is None else _day(due + reach[1]),
            missed=chain.missed,
            change=self._change(rows, cost, a_year, currency),
            confidence=confidence(chain),
            evidence=ids,
        )

    def _status(self, chain: Chain, account: int) -> tuple[Status, int]:
        """Return whether a chain still runs, as far as its account has been seen, and its next slot."""
        seen = self._seen.get(account, self._today)
        schedule, slot = chain.schedule, int(chain.slots[-1]) + 1
        step = STEPS[schedule.cadence]
        late = max(3, _reach(chain)[1] + 1, TOLERANCES[schedule.cadence] // 2)
        if step.a_year >= 12:
            # One missing payment happens; a stream that has missed two in a row before may miss two again.
            bearable = min(max(1, int(np.diff(chain.slots).max()) - 1), 2)
            over, slack = int(bearable * step.period) + late, late
        else:
            over = slack = _LONG_OVERDUE
        overdue = seen - schedule.day(slot)
        status = Status.ENDED if overdue > over else Status.LATE if overdue > late else Status.ACTIVE
        while schedule.day(slot) + slack < self._today:
            slot += 1
        return status, slot

    def _kind(self, leaf: int, cost: Pricing) -> StreamKind:
        if cost.expected > 0:
            return StreamKind.SALARY if leaf in self._salaries else StreamKind.INCOME
        if cost.fixed and leaf in self._subscriptions:
            return StreamKind.SUBSCRIPTION
        return StreamKind.BILL

    def _change(
        self, rows: NDArray[np.int64], cost: Pricing, a_year: int, currency: str
    ) -> PriceChange | None:
        if not cost.fixed or not cost.changed:
            return None
        return PriceChange(
            old=Money(cost.old, currency),
            new=Money(cost.expected, currency),
            since=_day(int(self._postings.days[rows[cost.changed]])),
            a_year=Money((cost.expected - cost.old) * a_year, currency),
            confirmed=cost.confirmed,
            payments=(
                int(self._postings.ids[rows[cost.changed - 1]]),
                int(self._postings.ids[rows[cost.changed]]),
            ),
        )


def stream_id(merchant: str, cadence: Cadence, first: int) -> str:
    """Return the stable identifier of a stream: 16 hexadecimal digits."""
    text = f"{merchant}\x1f{cadence.value}\x1f{first}"
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def confidence(chain: Chain) -> float:
    """Return how sure a chain is, 0 to 1: half at 4 bits against coincidence, 0.94 at 16."""
    sure = 1 - 2 ** (-chain.bits / 4)
    return round(min(sure, _PAIR_CONFIDENCE) if len(chain.rows) == 2 else min(sure, 0.99), 3)


def _seen_until(postings: Postings, today: int) -> Mapping[int, int]:
    """Return the last day each account is known for: what was not imported yet is not missing."""
    if not len(postings):
        return {}
    horizon = min(int(postings.days[-1]), today)
    # Rows are in order of day: the last one of an account is its latest.
    latest = dict(zip(postings.accounts.tolist(), postings.days.tolist(), strict=True))
    return {
        account: last if horizon - last <= _SILENT else horizon
        for account, last in ((account, min(day, today)) for account, day in latest.items())
    }


def _reach(chain: Chain) -> tuple[int, int]:
    """Return the usual earliest and latest days from the due day, of the last dozen payments."""
    recent = chain.residuals[-12:]
    return min(0, int(recent.min())), max(0, int(recent.max()))


def _a_year(amounts: list[int], slots: NDArray[np.int64], cost: Pricing, a_year: int) -> int:
    """Return what a year comes to: the price of what has one, else what the last year of slots cost.

    A slot without a payment costs nothing: school meals are paid in term time alone.
    """
    if cost.fixed:
        return cost.expected * a_year
    recent = slots > slots[-1] - a_year
    length = min(a_year, int(slots[-1] - slots[0]) + 1)
    paid = sum(amount for amount, counts in zip(amounts, recent.tolist(), strict=True) if counts)
    return round(paid * a_year / length)


def _day(ordinal: int) -> date:
    return date.fromordinal(ordinal)
