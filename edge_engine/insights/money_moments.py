"""Moments of money as a whole: drifting, charged for nothing, costing interest."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.domain.money import Money, round_down
from edge_engine.insights import budget, fees
from edge_engine.insights.cadence import months_of
from edge_engine.insights.finding import DuplicateCharge, FeesPaid, Severity
from edge_engine.insights.moment import CategoryDrift, CreditCost, Moment
from edge_engine.insights.selection import select
from edge_engine.insights.stream import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.insights.knowledge import Known

FLEXIBLE: Final = frozenset({
    "food.groceries", "food.specialty", "dining.restaurants", "dining.fast_food", "dining.coffee", "dining.delivery",
    "transport.taxi", "transport.fuel", "travel.flights", "travel.lodging", "shopping.general",
    "shopping.online_marketplace", "shopping.clothing", "shopping.electronics", "shopping.books_media",
    "shopping.sports_hobbies", "shopping.gifts_jewelry", "home.furniture", "personal.hair_beauty", "leisure.games",
    "leisure.events",
})  # fmt: skip
"""Leaves of which a household chooses how much it spends: what may be moved from one to another."""


def category_drift(known: Known) -> Iterator[Moment]:
    """Yield the category that grew most over months, with the budget that could make room for it."""
    means = known.means
    if means is None:
        return
    lines = _Drifts(known, means.currency)
    grown = [one for one in lines.flexible if lines.drifted(one, means.spent)]
    if not grown:
        return
    category = max(grown, key=lambda one: (lines.more(one), one))
    others = [one for one in lines.flexible if one not in grown and lines.now(one) > 0]
    source = max(others, key=lambda one: (lines.room(one), one), default=None)
    if source is None:
        return
    move = round_down(min(lines.more(category), lines.room(source)), means.currency)
    if move <= 0:
        return

    def money(minor: float) -> Money:
        return Money(round(minor), means.currency)

    yield known.moment(
        "category_drift",
        CategoryDrift(
            category,
            money(lines.now(category)),
            money(lines.before(category)),
            source,
            money(move),
            money(12 * move),
        ),
        root=(category, lines.last),
        valid_until=known.today + timedelta(days=known.n("drift.news_days")),
        severity=Severity.INFO,
        confidence=lines.sure,
        evidence=lines.evidence(category),
        money_a_year=money(12 * move),
    )


class _Drifts:
    """Flexible categories by month: the latest whole months beside those before. Amounts are minor units a month."""

    def __init__(self, known: Known, currency: str) -> None:
        self._known = known
        seldom = [key for one in known.streams if STEPS[one.cadence].a_year < 12 for key in one.evidence]
        rows = known.postings
        keep = ~np.isin(rows.ids, np.array(seldom, dtype=np.int64))
        keep &= rows.currencies == rows.currency_codes.index(currency)
        self._rows = select(rows, keep)
        self.last = known.today.year * 12 + known.today.month - 2
        self._late, before = int(known.n("drift.months")), int(known.n("drift.before"))
        seen: dict[str, dict[int, int]] = {}
        months: set[int] = set()
        for line in budget.months(self._rows, known.today, known.taxonomy):
            month = line.month.year * 12 + line.month.month - 1
            if line.complete and not line.income and self.last - self._late - before < month <= self.last:
                months.add(month)
                seen.setdefault(line.category, {})[month] = line.amount.minor
        self._months = sorted(months)
        enough = len(self._months) >= self._late + known.n("drift.least_before")
        self.flexible = sorted(FLEXIBLE & seen.keys()) if enough else []
        self._seen = seen
        past = max(0, len(self._months) - self._late)
        self.sure = past / (past + 1)

    def _of(self, category: str, *, late: bool) -> list[int]:
        months = self._months[-self._late :] if late else self._months[: -self._late]
        return [self._seen[category].get(month, 0) for month in months]

    def now(self, category: str) -> float:
        return float(np.mean(self._of(category, late=True)))

    def before(self, category: str) -> float:
        return float(np.mean(self._of(category, late=False)))

    def more(self, category: str) -> float:
        return self.now(category) - self.before(category)

    def room(self, category: str) -> float:
        """Return what another budget could give: what fell already, else a part of it."""
        return max(-self.more(category), self._known.n("drift.cut") * self.now(category))

    def drifted(self, category: str, spent: float) -> bool:
        n, usual = self._known.n, self.before(category)
        return (
            usual > 0
            and self.more(category) > max(n("drift.share") * usual, n("drift.of_spending") * spent)
            and min(self._of(category, late=True)) >= (1 + n("drift.each_month")) * usual
        )

    def evidence(self, category: str) -> list[int]:
        rows = self._rows
        mine = (rows.leaves == self._known.taxonomy.leaf(category).code) & (
            months_of(rows.days) > self.last - self._late
        )
        found: list[int] = rows.ids[mine].tolist()
        return found


def duplicate_or_fee(known: Known) -> Iterator[Moment]:
    """Yield charges that were taken twice, and fees of the bank, where the latest is recent."""
    found = fees.duplicates_and_fees(known.postings, known.streams, known.today, known.taxonomy)
    for one in found:
        message = one.message
        if isinstance(message, DuplicateCharge):
            day, days, root = message.second, known.n("duplicate.days"), one.id
        elif isinstance(message, FeesPaid) and one.kind == "bank_fees":
            day, days = _latest(known, one.evidence), known.n("fee.days")
            # Each new fee is news; the year that is told with it moves on from day to day.
            root = f"{message.total.currency} {day}"
        else:
            continue
        until = day + timedelta(days=days)
        if known.today <= until:
            yield known.moment_of(
                "duplicate_or_fee",
                one,
                message,
                root=(one.kind, root),
                valid_until=until,
            )


def credit_cost(known: Known) -> Iterator[Moment]:
    """Yield what interest cost within a year, where credit still costs."""
    if known.means is None:
        return
    least = known.n("credit.share") * 12 * known.means.income
    for one in fees.fees(known.postings, known.today, known.taxonomy):
        message = one.message
        if one.kind != "interest" or not isinstance(message, FeesPaid):
            continue
        until = _latest(known, one.evidence) + timedelta(days=known.n("credit.days"))
        if message.n >= known.n("credit.payments") and message.total.minor >= least and known.today <= until:
            yield known.moment(
                "credit_cost",
                CreditCost(message.total, message.n, message.since),
                root=(message.total.currency, known.today.year),
                valid_until=until,
                severity=Severity.ATTENTION,
                confidence=one.confidence,
                evidence=one.evidence,
            )


def _latest(known: Known, evidence: tuple[int, ...]) -> date:
    return date.fromordinal(max(known.day_of[key] for key in evidence))
