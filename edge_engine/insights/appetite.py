"""Whether somebody invests, or could: plans that are paid into, money left, a buffer, and debts against it.

A hypothesis like any other: it is asked, with the payments behind it, and says nothing about what suits anybody.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.domain.money import Money
from edge_engine.insights.cadence import months_of
from edge_engine.insights.hypothesis import (
    CouldInvest,
    Hypothesis,
    InvestsAlready,
    Sign,
    confidence,
    identify,
    unanswered,
)
from edge_engine.insights.life_rows import Rows
from edge_engine.insights.selection import select

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from edge_engine.domain.category import Taxonomy
    from edge_engine.domain.series import Postings
    from edge_engine.insights.hypothesis import Said
    from edge_engine.insights.thresholds import Thresholds

KIND: Final = "investing"
_FOR_EVER: Final = 10**9
"""Days within which an answer counts for the question: there is one question, and its answer ends it."""

_MONTH_DAYS: Final = 30.44
_SET_ASIDE: Final = ("finance.investment", "transfers.own")


def appetite(
    postings: Postings,
    balances: Mapping[int, Money],
    savings: Sequence[int],
    said: Sequence[Said],
    today: date,
    taxonomy: Taxonomy,
    rules: Thresholds,
    purposes: tuple[str, ...],
) -> list[Hypothesis]:
    """Return the question whether the person invests, or could; none where too little speaks for it.

    Args:
        postings: The person's transactions, without those of sensitive leaves.
        balances: What each account at hand holds; those of the currency that most is booked in count.
        savings: Vault ids of savings accounts.
        said: What the person answered before; what is not true is not asked again.
        today: The day it is.
        taxonomy: The categories.
        rules: Thresholds of ``investment_appetite.toml``.
        purposes: Every purpose that it takes.
    """
    past = select(postings, postings.days <= today.toordinal())
    if not len(past):
        return []
    main = int(np.bincount(past.currencies).argmax())
    rows = Rows(select(past, past.currencies == main), {}, today, taxonomy, rules)
    if rows.until - rows.first < rows.n("known.days"):
        return []
    currency = past.currency_codes[main]
    held = sum(one.minor for one in balances.values() if one.currency == currency)
    found = _Money(rows, held, frozenset(savings), currency).hypothesis(purposes)
    return unanswered([found] if found.confidence >= rows.n("ask.confidence") else [], said, _FOR_EVER)


class _Money:
    """The last months of somebody's money.

    Args:
        rows: Their payments, all of one currency.
        held: What is at hand, minor units.
        savings: Ids of savings accounts.
        currency: ISO 4217 code.
    """

    def __init__(self, rows: Rows, held: int, savings: frozenset[int], currency: str) -> None:
        self._rows, self._held, self._savings, self._currency = rows, held, savings, currency
        postings = rows.postings
        last = date.fromordinal(rows.until).replace(day=1) - timedelta(1)
        self._last = last.year * 12 + last.month - 1
        self._count = int(rows.n("look.months"))
        self._months = months_of(postings.days)
        self._recent = (self._months <= self._last) & (self._months > self._last - self._count)
        # What is moved into savings or investments is left, not spent.
        moved = postings.transfers | rows.of(*_SET_ASIDE) | np.isin(postings.accounts, sorted(savings))
        flows = self._recent & ~moved
        self._income = self._by_month(flows & (postings.amounts > 0))
        self._spent = -self._by_month(flows & (postings.amounts < 0))

    def _by_month(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return int64[months], the sums of the chosen rows, oldest month first."""
        sums = np.zeros(self._count, dtype=np.int64)
        at = self._months[chosen] - (self._last - self._count + 1)
        np.add.at(sums, at, self._rows.postings.amounts[chosen])
        return sums

    def hypothesis(self, purposes: tuple[str, ...]) -> Hypothesis:
        """Return the question with what speaks for and against it."""
        rows = self._rows
        plan = self._plan()
        signs = [*plan, *self._saved(), *self._left(), *self._buffer(), *self._debts()]
        signs.sort(key=lambda sign: -sign.weight)
        regular = next((sign for sign in plan if sign.name == "invest_regular"), None)
        since = date.fromordinal(rows.until) - timedelta(days=round(self._count * _MONTH_DAYS))
        if regular is not None:
            paid = list(regular.rows)
            months = len(np.unique(self._months[paid]))
            since = date.fromordinal(int(rows.postings.days[self._invested()[0]]))
            total = int(-rows.postings.amounts[paid].sum())
            message: InvestsAlready | CouldInvest = InvestsAlready(
                Money(round(total / months), self._currency)
            )
        else:
            left = max(0, int(np.median(self._income - self._spent)))
            message = CouldInvest(Money(left, self._currency), round(self._reach(), 1))
        return Hypothesis(
            id=identify(KIND, message.key),
            kind=KIND,
            as_of=rows.today,
            since=since,
            confidence=confidence(rows.n("appetite.bias"), signs),
            signs=tuple(sign.name for sign in signs),
            evidence=rows.evidence(signs),
            message=message,
            purposes=purposes,
        )

    def _invested(self) -> NDArray[np.int64]:
        """Return the rows that went into investments, oldest first."""
        rows = self._rows
        named = np.zeros(len(rows.postings), dtype=np.bool_)
        named[rows.saying("words.broker")] = True
        return np.flatnonzero((rows.of("finance.investment") | named) & (rows.postings.amounts < 0))

    def _plan(self) -> list[Sign]:
        rows = self._rows
        mine = self._invested()
        mine = mine[self._lately()[mine]]
        if not len(mine):
            return []
        days = rows.postings.days[mine]
        newest = tuple(mine[::-1].tolist())
        months = len(np.unique(self._months[mine]))
        if months >= rows.n("invest.payments") and rows.until - int(days[-1]) <= rows.n("invest.recent_days"):
            return [Sign("invest_regular", rows.n("invest.regular"), newest)]
        return [Sign("invest_once", rows.n("invest.once"), newest)]

    def _lately(self) -> NDArray[np.bool_]:
        return self._months > self._last - self._count

    def _saved(self) -> Iterator[Sign]:
        rows = self._rows
        into = (
            np.isin(rows.postings.accounts, sorted(self._savings))
            & (rows.postings.transfers | rows.of("transfers.own"))
            & self._recent
        )
        net = self._by_month(into)
        if int((net > 0).sum()) >= rows.n("saving.months"):
            came = np.flatnonzero(into & (rows.postings.amounts > 0))
            yield Sign("saving_regular", rows.n("saving.regular"), tuple(came[::-1].tolist()))

    def _left(self) -> Iterator[Sign]:
        n = self._rows.n
        left = self._income - self._spent
        enough = left >= n("surplus.share") * np.maximum(self._income, 1)
        if int(enough.sum()) >= n("surplus.months"):
            yield Sign("surplus_stable", n("surplus.stable"))
        elif int((left < 0).sum()) > self._count // 2:
            yield Sign("surplus_lacking", n("surplus.lacking"))

    def _reach(self) -> float:
        """Return for how many months what is at hand would pay."""
        return self._held / max(1.0, float(np.median(self._spent)))

    def _buffer(self) -> Iterator[Sign]:
        n = self._rows.n
        if self._reach() >= n("buffer.months"):
            yield Sign("buffer_enough", n("buffer.enough"))
        elif self._reach() < n("buffer.thin_months"):
            yield Sign("buffer_thin", n("buffer.thin"))

    def _debts(self) -> Iterator[Sign]:
        rows = self._rows
        interest = np.flatnonzero(rows.of("finance.interest") & (rows.postings.amounts < 0) & self._lately())
        cost = float(-rows.postings.amounts[interest].sum())
        dear = cost >= rows.n("debt.interest_share") * max(1.0, float(self._income.sum()))
        if dear and len(np.unique(rows.postings.days[interest])) >= rows.n("debt.interest_days"):
            yield Sign("debt_interest", rows.n("debt.interest"), tuple(interest[::-1].tolist()))
        loans = np.flatnonzero(rows.of("finance.loan") & (rows.postings.amounts < 0) & self._recent)
        paid = float(-rows.postings.amounts[loans].sum())
        if paid > rows.n("debt.loan_share") * max(1.0, float(self._income.sum())):
            yield Sign("debt_loan", rows.n("debt.loan"), tuple(loans[::-1].tolist()))
