"""How good the outlook would have been on this person's own past, beside two simpler forecasts.

The rivals are the last balance (nothing changes) and simple exponential smoothing of the weekly balances,
whose smoothing factor is chosen on the past of each origin. A better forecaster is used only where it beats
these here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.domain.money import Money
from edge_engine.insights.cashflow import WEEK, outlook
from edge_engine.insights.recurring import streams
from edge_engine.insights.selection import select

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from edge_engine.domain.category import Taxonomy
    from edge_engine.domain.series import Postings

_FACTORS: Final = np.arange(1, 21) / 20


@dataclass(frozen=True, slots=True)
class Backtest:
    """Errors of balances at the ends of coming weeks, over all origins.

    Attributes:
        origins: Days that a forecast was made from.
        error: Mean absolute error of the outlook's middle, in minor units.
        error_last: The same of the last balance.
        error_smoothing: The same of exponential smoothing.
        coverage: Share of balances that lay within p10 and p90; 0.8 is honest.
    """

    origins: int
    error: float
    error_last: float
    error_smoothing: float
    coverage: float

    @property
    def ratio_to_last(self) -> float:
        """Error as a share of the last balance's; below 1 is better."""
        return self.error / self.error_last

    @property
    def ratio_to_smoothing(self) -> float:
        """Error as a share of exponential smoothing's; below 1 is better."""
        return self.error / self.error_smoothing


def backtest(
    postings: Postings,
    balances: Mapping[int, Money],
    today: date,
    taxonomy: Taxonomy,
    *,
    weeks: int = 8,
    origins: int = 12,
) -> Backtest | None:
    """Make outlooks at past days, a fortnight apart, from what was known then, and compare with what came.

    Returns:
        The errors; None where the history is too short for a single outlook.
    """
    chosen = np.isin(postings.accounts, np.array(sorted(balances), dtype=np.int64))
    chosen &= postings.days <= today.toordinal()
    mine = select(postings, chosen)
    if not len(mine):
        return None
    first = int(mine.days[0])
    flow = np.zeros(today.toordinal() - first + 1, dtype=np.int64)
    np.add.at(flow, mine.days - first, mine.amounts)
    now = sum(one.minor for one in balances.values())
    level = now - int(flow.sum()) + np.cumsum(flow)  # int64[days]: balance at the end of each day
    currency = next(iter(balances.values())).currency

    errors: list[NDArray[np.float64]] = []
    inside: list[NDArray[np.bool_]] = []
    for back in range(origins):
        at = len(level) - 1 - (weeks + 2 * back) * WEEK
        if at < 0:
            break
        then = date.fromordinal(first + at)
        known = select(postings, postings.days <= then.toordinal())
        holding = {account: Money(0, currency) for account in balances}
        holding[min(holding)] = Money(int(level[at]), currency)
        ahead = outlook(known, holding, streams(known, then, taxonomy), then, weeks)
        if ahead is None:
            break
        ends = at + WEEK * np.arange(1, weeks + 1)
        actual = level[ends].astype(np.float64)
        weekly = level[at % WEEK : at + 1 : WEEK].astype(np.float64)
        path = np.array([[week.p10.minor, week.p50.minor, week.p90.minor] for week in ahead.weeks])
        forecasts = np.stack([path[:, 1], np.full(weeks, level[at]), _smooth(weekly, weeks)])
        errors.append(np.abs(actual - forecasts))
        inside.append((path[:, 0] <= actual) & (actual <= path[:, 2]))
    if not errors:
        return None
    mean = np.mean(errors, axis=(0, 2))
    return Backtest(
        origins=len(errors),
        error=float(mean[0]),
        error_last=float(mean[1]),
        error_smoothing=float(mean[2]),
        coverage=float(np.mean(inside)),
    )


def _smooth(history: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Return float64[n]: the level that the best smoothing factor of one step ahead gives, held."""
    level = np.full(len(_FACTORS), history[0])
    missed = np.zeros(len(_FACTORS))
    for value in history[1:]:
        missed += np.abs(value - level)
        level += _FACTORS * (value - level)
    return np.full(n, level[int(missed.argmin())])
