"""Whether the model is used for this person: its own record on their past, week by week, beside a simple forecast.

The simple forecast is half the known bills at the usual rate of everything else, half the same days of the last three
months: the best of the classical ones on real accounts. Both forecasts say p10, p50 and p90, both are charged the
quantile loss of every week that has come since, and the model speaks only where it was charged less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from edge_engine.inference.trajectory.inputs import HORIZON, LEAST_DAYS, inputs
from edge_engine.inference.trajectory.model import QUANTILES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge_engine.inference.trajectory.history import History
    from edge_engine.inference.trajectory.inputs import Inputs
    from edge_engine.inference.trajectory.model import Paths, Trajectory

SIMPLE: Final = "bills_and_season"
SIMPLE_SPENT: Final = "seasonal_3"

SPREAD: Final = (
    (-0.403, 1.376), (-0.507, 1.440), (-0.618, 1.450), (-0.725, 1.403),
    (-0.761, 1.817), (-0.910, 1.799), (-1.077, 1.776), (-1.241, 1.700),
)  # fmt: skip
"""Distances of the simple forecast's p10 and p90 from its middle by week, in turnovers, as simulated households have
them (``make train-trajectory`` prints them)."""

ORIGINS: Final = 60
"""Past weeks that a backtest looks at, at most."""


class Record(NamedTuple):
    """The weekly record at ``n`` origins, a week apart.

    Attributes:
        given: What the model was told.
        paths: What it said.
        simple: float64[n, HORIZON, 3], what the simple forecast said of the balance, minor units.
        truth: float64[n, HORIZON], the balance that came, NaN where it is not known yet.
        loss: float64[n, HORIZON], the model's quantile loss in turnovers, NaN where not known.
        loss_simple: float64[n, HORIZON], the simple forecast's.
        weeks: int64[n], weeks ahead that had come at each origin.
        use: bool[n], whether the model's losses that were known at each origin sum to less.
        coverage: float64[n], share of what had come that lay within the model's p10 and p90; NaN where nothing had.
    """

    given: Inputs
    paths: Paths
    simple: NDArray[np.float64]
    truth: NDArray[np.float64]
    loss: NDArray[np.float64]
    loss_simple: NDArray[np.float64]
    weeks: NDArray[np.int64]
    use: NDArray[np.bool_]
    coverage: NDArray[np.float64]

    def balance(self) -> NDArray[np.float64]:
        """Return float64[n, HORIZON, 3]: what is told, the model's where it is used and the simple forecast's else."""
        return np.where(self.use[:, None, None], self.paths.balance[:, :HORIZON], self.simple)

    def past(self, values: NDArray[np.float64], at: int = -1) -> NDArray[np.float64]:
        """Return the values of ``loss`` and the like that were known at one origin."""
        origin = at % len(values)
        ahead = np.arange(1, HORIZON + 1)
        rows = np.arange(len(values))[:, None]
        known: NDArray[np.float64] = values[(rows + ahead[None, :] <= origin) & ~np.isnan(values)]
        return known


def quantile_loss(quantiles: NDArray[np.float64], truth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return twice the mean pinball loss over the quantiles: with one quantile, 0.5, it is the absolute error.

    Args:
        quantiles: float64[..., 3], p10, p50 and p90.
        truth: float64[...].
    """
    levels = np.array(QUANTILES)
    error = truth[..., None] - quantiles
    loss: NDArray[np.float64] = 2 * np.maximum(levels * error, (levels - 1) * error).mean(axis=-1)
    return loss


def origins(history: History, last: int | None = None) -> NDArray[np.int64]:
    """Return the days a week apart that end at day index ``last``, the history's last day by default."""
    end = len(history) - 1 if last is None else last
    weeks = min(ORIGINS, max(0, (end - (LEAST_DAYS - 1)) // 7 + 1))
    return end - 7 * np.arange(weeks - 1, -1, -1)


def record(
    model: Trajectory, history: History, at: NDArray[np.int64], buffers: NDArray[np.float64] | None = None
) -> Record:
    """Return the record of past weeks and what is said at each.

    Args:
        model: The model.
        history: Of the account.
        at: int64[n], day indices a week apart, see :func:`origins`.
        buffers: float64[n, k], minor units to ask the risk for; half a turnover by default.
    """
    given = inputs(history, at)
    paths = model.paths(given, given.scale[:, None] / 2 if buffers is None else buffers)
    target = given.target[:, :HORIZON]
    truth = np.where(target < len(history), history.balance[np.minimum(target, len(history) - 1)], np.nan)
    simple = told_simply(given)
    scale = given.scale[:, None]
    loss = quantile_loss(paths.balance[:, :HORIZON], truth) / scale
    loss_simple = quantile_loss(simple, truth) / scale
    inside = (paths.balance[:, :HORIZON, 0] <= truth) & (truth <= paths.balance[:, :HORIZON, 2])
    weeks = _known(np.isfinite(truth).astype(np.float64))
    with np.errstate(invalid="ignore"):
        coverage = _known(np.where(np.isfinite(truth), inside, 0.0)) / weeks
    use = (_known(np.nan_to_num(loss)) < _known(np.nan_to_num(loss_simple))) & (weeks > 0)
    return Record(given, paths, simple, truth, loss, loss_simple, weeks.astype(np.int64), use, coverage)


def told_simply(given: Inputs) -> NDArray[np.float64]:
    """Return float64[n, HORIZON, 3]: the simple forecast of the balance with its spread, minor units."""
    middle = given.rules[SIMPLE][:, :HORIZON]
    spread = np.insert(np.array(SPREAD), 1, 0.0, axis=1)
    told: NDArray[np.float64] = middle[..., None] + spread[None] * given.scale[:, None, None]
    return told


def _known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return float64[n]: sums over earlier origins and weeks ahead of what had come at each origin.

    # INVARIANT: an origin sees only what lies at or before it; ``h`` weeks ahead is known ``h`` origins later.
    """
    total = np.zeros(len(values))
    for ahead in range(1, HORIZON + 1):
        if len(values) > ahead:
            total[ahead:] += np.cumsum(values[:, ahead - 1])[: len(values) - ahead]
    return total
