"""What a simulated person's money is like while suggestions are made: a few numbers that move from week to week.

These are drawn by hand-set rules and not worked out from a simulated household's payments: a year takes a millisecond
instead of a second, and what is learned here is how people react, not how accounts move. As all of the simulator they
are assumptions. Nothing in them is made from a sensitive leaf.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_engine.decisions.facts import Fact

if TYPE_CHECKING:
    import numpy as np

WEEK_KEPT: Final = 0.9
"""How much of a week's distance from the usual is left a week later: half of it after a month and a half."""

PAY_CYCLE: Final = 0.35
"""How far the coming low goes up after payday and down before, as a share."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is usual for somebody.

    Attributes:
        buffer_days: Days of spending that the lowest coming balance covers.
        spare: Share of income left.
        engagement: Share of weeks with the app in use.
        appetite: Stated appetite for investing.
        savings_months: Months of spending put aside.
        debt_share: Share of income that pays debts.
        stability: Steadiness of income.
        discipline: Share of bills paid in time.
        travel: Share of months with spending abroad.
    """

    buffer_days: float
    spare: float
    engagement: float
    appetite: float
    savings_months: float
    debt_share: float
    stability: float
    discipline: float
    travel: float


@dataclass(frozen=True, slots=True)
class Situation:
    """Somebody's money in one week.

    Attributes:
        usual: What does not change within a year.
        buffer_days: Days of spending that the lowest coming balance covers, now.
        spare: Share of the month's income that is left, now.
    """

    usual: Circumstances
    buffer_days: float
    spare: float

    @property
    def engagement(self) -> float:
        """Share of weeks with the app in use."""
        return self.usual.engagement

    @property
    def appetite(self) -> float:
        """Stated appetite for investing."""
        return self.usual.appetite

    def facts(self) -> dict[str, Fact]:
        """Return what rules may know of it."""
        usual = self.usual
        return {
            "buffer_days": Fact(self.buffer_days),
            "spare_share": Fact(self.spare),
            "debt_share": Fact(usual.debt_share),
            "bill_discipline": Fact(usual.discipline),
            "income_stability": Fact(usual.stability),
            "savings_months": Fact(usual.savings_months),
            "investing_appetite": Fact(usual.appetite),
            "engagement": Fact(usual.engagement),
            "travel": Fact(usual.travel),
        }


def circumstances(chance: np.random.Generator) -> Circumstances:
    """Draw what is usual for somebody: ease, on which most depends, and what does not follow from it."""
    ease, left, own, put, owed = chance.standard_normal(5).tolist()
    steady, orderly, used, wish, away = chance.random(5).tolist()
    return Circumstances(
        buffer_days=math.exp(3.0 + 0.9 * ease),
        spare=0.08 + 0.08 * ease + 0.06 * left,
        engagement=0.15 + 0.8 * used,
        appetite=min(max(wish * wish + 0.12 * ease + 0.05 * own, 0.0), 1.0),
        savings_months=min(math.exp(0.8 + 0.9 * ease + 0.6 * put), 120.0),
        debt_share=min(max(0.12 - 0.06 * ease + 0.08 * owed, 0.0), 1.0),
        stability=1.0 - 0.6 * steady * steady,
        discipline=1.0 - 0.3 * orderly**4,
        travel=away * away,
    )


def weeks(usual: Circumstances, chance: np.random.Generator, count: int = 52) -> list[Situation]:
    """Draw somebody's weeks: what is usual, the pay's cycle, and chance that fades."""
    normal = chance.standard_normal((count, 2)).tolist()
    start = int(chance.integers(4))
    buffer = spare = 0.0
    kept: list[Situation] = []
    for week, (first, second) in enumerate(normal):
        buffer = WEEK_KEPT * buffer + 0.15 * first
        spare = WEEK_KEPT * spare + 0.025 * second
        cycle = PAY_CYCLE * math.cos(math.pi / 2 * (week + start))
        kept.append(
            Situation(
                usual,
                min(usual.buffer_days * math.exp(buffer + cycle), 3650.0),
                min(max(usual.spare + spare, -1.0), 1.0),
            )
        )
    return kept


def moments(now: Situation) -> dict[str, float]:
    """Return how likely each moment is there at a time of deciding; see the reasons beside each."""
    short = now.buffer_days < 10.0
    return {
        "bill_due": 0.5,  # most weeks have a bill
        "safe_to_save": 0.45 if now.spare > 0.05 and now.buffer_days > 15.0 else 0.05,
        "liquidity_shortfall": 0.5 if short else 0.03,
        "bill_missed": 0.12 if short else 0.01,
        "bill_unusual": 0.05,
        "price_change": 0.08,  # about ten subscriptions, each changing every other year
        "subscription_new": 0.04,
        "subscription_overlap": 0.05,
        "income_change": 0.04,
        "category_drift": 0.12,
        "duplicate_or_fee": 0.06,
        "credit_cost": 0.3 if now.usual.debt_share > 0.1 else 0.05,
    }


WORTH: Final = {
    "bill_due": 0.01,
    "safe_to_save": 0.5,
    "bill_missed": 0.03,
    "bill_unusual": 0.05,
    "price_change": 0.08,
    "subscription_new": 0.1,
    "subscription_overlap": 0.1,
    "income_change": 0.1,
    "category_drift": 0.2,
    "duplicate_or_fee": 0.03,
    "credit_cost": 0.15,
}
"""What each moment is worth in a year at the median, as a share of a month's spending; the rest are worth no money.
A late fee is some pounds, a subscription about a hundred a year, money that can be spared half a month in a year."""
