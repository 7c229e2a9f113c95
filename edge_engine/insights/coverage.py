"""How honest forecasts were: of what came, the share that lay within the range that was foretold, by weeks ahead."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
import numpy as np

from edge_engine.insights.selection import select
from edge_engine.insights.trajectory import among

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_engine.domain.series import Postings

WEEK: Final = 7
GOAL: Final = 0.8
"""Share of what comes that lies between p10 and p90 where they are what they say."""


class Week(NamedTuple):
    """One week as it was foretold; days are ordinals, amounts minor units; ``actual`` is None until it came."""

    quantity: str
    made: int
    ends: int
    model: str
    p10: int
    p50: int
    p90: int
    actual: int | None


class HorizonCoverage(msgspec.Struct, frozen=True):
    """How forecasts of one kind, so many weeks ahead, did.

    Attributes:
        model: What made them, with its version.
        quantity: ``balance`` at the end of the week, or ``outflow`` within it.
        weeks: Weeks ahead, 1 is the next.
        n: Forecasts whose week has come.
        within: Share of them that came between p10 and p90.
        below: Share that came below p10.
        above: Share that came above p90.
        below_middle: Share that came below p50; half is right.
    """

    model: str
    quantity: str
    weeks: int
    n: int
    within: float
    below: float
    above: float
    below_middle: float


class ForecastCoverage(msgspec.Struct, frozen=True):
    """How forecasts did on this device.

    Attributes:
        horizons: By model, quantity and weeks ahead.
        n: Forecasts whose week has come.
        within: Share of them between p10 and p90; null where none has come.
        goal: The share that would be right.
        waiting: Forecasts whose week has not come, or is not told yet.
        since: Day of the oldest forecast that is kept; null where none is.
    """

    horizons: tuple[HorizonCoverage, ...]
    n: int
    within: float | None
    goal: float
    waiting: int
    since: date | None


def coverage(weeks: Iterable[Week]) -> ForecastCoverage:
    """Count what came against what was foretold."""
    kept = list(weeks)
    groups: dict[tuple[str, str, int], list[tuple[Week, int]]] = defaultdict(list)
    for one in kept:
        if one.actual is not None:
            groups[one.model, one.quantity, (one.ends - one.made) // WEEK].append((one, one.actual))
    horizons = tuple(_horizon(*key, came) for key, came in sorted(groups.items()))
    n = sum(one.n for one in horizons)
    within = sum(p10 <= actual <= p90 for _, _, _, _, p10, _, p90, actual in kept if actual is not None)
    return ForecastCoverage(
        horizons=horizons,
        n=n,
        within=round(within / n, 3) if n else None,
        goal=GOAL,
        waiting=len(kept) - n,
        since=date.fromordinal(min(one.made for one in kept)) if kept else None,
    )


def _horizon(model: str, quantity: str, weeks: int, came: list[tuple[Week, int]]) -> HorizonCoverage:
    n = len(came)

    def share(times: int) -> float:
        return round(times / n, 3)

    return HorizonCoverage(
        model=model,
        quantity=quantity,
        weeks=weeks,
        n=n,
        within=share(sum(one.p10 <= actual <= one.p90 for one, actual in came)),
        below=share(sum(actual < one.p10 for one, actual in came)),
        above=share(sum(actual > one.p90 for one, actual in came)),
        below_middle=share(sum(actual < one.p50 for one, actual in came)),
    )


def outflow(postings: Postings, accounts: Iterable[int], currency: str, ends: int) -> int:
    """Return what left some accounts in the week that ends on a day, movements among them left out.

    Args:
        postings: Of the person.
        accounts: Vault ids.
        currency: ISO 4217 code.
        ends: Ordinal of the week's last day.

    Returns:
        Minor units, positive.
    """
    if currency not in postings.currency_codes:
        return 0
    chosen = np.isin(postings.accounts, np.array(sorted(accounts), dtype=np.int64))
    chosen &= postings.currencies == postings.currency_codes.index(currency)
    mine = select(postings, chosen & ~among(postings, chosen))
    week = (mine.days > ends - WEEK) & (mine.days <= ends) & (mine.amounts < 0)
    return int(-mine.amounts[week].sum())
