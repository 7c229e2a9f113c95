"""Whether the model is used for this person: its own record on their past, week by week, beside a simple forecast.

The simple forecast is half the known bills at the usual rate of everything else, half the same days of the last three
months: the best of the classical ones on real accounts. Both forecasts say p10, p50 and p90, and both are charged the
quantile loss of every week that has come since. The model starts with the credit that it earned on simulated
households in a quarter, since a few weeks of one person are mostly chance; where it has used that up it is silent.
The distances of its p10 and p90 from its middle follow how often this person's past fell outside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from edge_engine.inference.trajectory.inputs import HORIZON, LEAST_DAYS, inputs
from edge_engine.inference.trajectory.model import QUANTILES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge_engine.inference.trajectory.bills import Known
    from edge_engine.inference.trajectory.history import History
    from edge_engine.inference.trajectory.inputs import Inputs
    from edge_engine.inference.trajectory.model import Paths, Trajectory

SIMPLE: Final = "bills_and_season"
SIMPLE_SPENT: Final = "seasonal_3"

SPREAD: Final = (
    (-0.400, 1.362), (-0.506, 1.429), (-0.620, 1.442), (-0.733, 1.389),
    (-0.763, 1.816), (-0.915, 1.813), (-1.078, 1.778), (-1.243, 1.712),
)  # fmt: skip
"""Distances of the simple forecast's p10 and p90 from its middle by week, in turnovers, as simulated households have
them (``make train-trajectory`` prints them)."""

SAVED: Final = 0.236
"""What the model loses less than the simple forecast in one forecast of one week, in turnovers, on simulated households
that it did not learn from (``make train-trajectory`` prints it)."""

CREDIT_WEEKS: Final = 13
"""Weeks of such a record that the model starts with."""

CREDIT: Final = CREDIT_WEEKS * HORIZON * SAVED

MISSES: Final = 0.1
"""Share of what comes that belongs below p10, and above p90."""

DOUBT: Final = 20
"""Forecasts that came true as they should, put before a person's own when their width is judged: few say little."""

WIDEST: Final = 0.7
"""Greatest change of a distance, as its logarithm: to a half or to the double."""

ORIGINS: Final = 60
"""Ends of past weeks that a backtest looks at, at most."""


class Record(NamedTuple):
    """The weekly record at ``n`` origins, a week apart.

    Attributes:
        given: What the model was told.
        paths: What it said, its distances as wide as the person's past asks for.
        simple: float64[n, HORIZON, 3], what the simple forecast said of the balance, minor units.
        truth: float64[n, HORIZON], the balance that came, NaN where it is not known yet.
        loss: float64[n, HORIZON], the model's quantile loss in turnovers, NaN where not known.
        loss_simple: float64[n, HORIZON], the simple forecast's.
        weeks: int64[n], weeks ahead that had come at each origin.
        use: bool[n], whether the model's losses that were known at each origin sum to less, its credit taken off.
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


def origins(history: History) -> NDArray[np.int64]:
    """Return int64[n], ascending: the day indices of the latest Sundays, ``ORIGINS`` at most, and the last day.

    Sundays, so that a day's record rests on the same weeks as that of the day before. None where the history is short.
    """
    end = len(history) - 1
    latest = end - (history.first + end) % 7
    weeks = min(ORIGINS, max(0, (latest - (LEAST_DAYS - 1)) // 7 + 1))
    sundays = latest - 7 * np.arange(weeks - 1, -1, -1)
    return sundays if latest == end or end < LEAST_DAYS - 1 else np.append(sundays, end)


def record(
    model: Trajectory,
    history: History,
    at: NDArray[np.int64],
    buffers: NDArray[np.float64] | None = None,
    known: Known | None = None,
) -> Record:
    """Return the record of past weeks and what is said at each.

    Args:
        model: The model.
        history: Of the account.
        at: int64[n], day indices a week apart, see :func:`origins`. The last may come sooner: it is no week's end, and
            what has come by then is what had come at the end of the last week.
        buffers: float64[n, k], minor units to ask the risk for; half a turnover by default.
        known: As :func:`edge_engine.inference.trajectory.inputs.inputs` takes it.
    """
    given = inputs(history, at, known)
    paths = model.paths(given, given.scale[:, None] / 2 if buffers is None else buffers)
    target = given.target[:, :HORIZON]
    truth = np.where(target < len(history), history.balance[np.minimum(target, len(history) - 1)], np.nan)
    simple = told_simply(given)
    scale = given.scale[:, None]
    weeks = _known(np.isfinite(truth).astype(np.float64))
    paths = paths._replace(balance=_widened(paths.balance, truth, weeks))
    loss = quantile_loss(paths.balance[:, :HORIZON], truth) / scale
    loss_simple = quantile_loss(simple, truth) / scale
    inside = (paths.balance[:, :HORIZON, 0] <= truth) & (truth <= paths.balance[:, :HORIZON, 2])
    with np.errstate(invalid="ignore"):
        coverage = _known(np.where(np.isfinite(truth), inside, 0.0)) / weeks
    use = _known(np.nan_to_num(loss)) < _known(np.nan_to_num(loss_simple)) + CREDIT
    return Record(given, paths, simple, truth, loss, loss_simple, weeks.astype(np.int64), use, coverage)


def _widened(
    balance: NDArray[np.float64], truth: NDArray[np.float64], weeks: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the quantiles with both distances from the middle corrected by how often they were missed before.

    The correction of an origin rests on what the model itself said, not on what was corrected.
    """
    found = balance.copy()
    for side, missed in (
        (0, truth < balance[:, :HORIZON, 0]),
        (2, truth > balance[:, :HORIZON, 2]),
    ):
        more = (_known(missed.astype(np.float64)) - MISSES * weeks) / (weeks + DOUBT)
        wider = np.exp(np.clip(more, -WIDEST, WIDEST))[:, None]
        found[..., side] = balance[..., 1] + wider * (balance[..., side] - balance[..., 1])
    return found


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
