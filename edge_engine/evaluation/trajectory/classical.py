"""Classical forecasts made as good as they get here: spreads and pool weights are fitted to the other accounts.

That is more than the model is given, which never sees these accounts before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.inference.trajectory.backtest import quantile_loss
from edge_engine.inference.trajectory.model import QUANTILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from edge_engine.evaluation.trajectory.forecasts import Weekly

    Floats = NDArray[np.float64]

FOLDS: Final = 5
_ROUNDS: Final = 12


def distributions(weekly: Weekly, middle: Floats) -> Floats:
    """Return float64[n, weeks, 3]: p10, p50 and p90 around a forecast.

    The spreads of past errors by week, as multiples of the turnover or of the balance, whichever loses less.
    """
    best = np.empty((*middle.shape, 3))
    least = np.inf
    for unit in (weekly.scale, np.maximum(np.abs(weekly.balance), 0.1 * weekly.scale)):
        told = np.empty((*middle.shape, 3))
        error = (weekly.truth - middle) / unit[:, None]
        for learn, test in _folds(weekly.account):
            spread = np.quantile(error[learn], QUANTILES, axis=0).T
            told[test] = middle[test][..., None] + spread[None] * unit[test][:, None, None]
        loss = float(quantile_loss(told, weekly.truth).sum())
        if loss < least:
            best, least = told, loss
    return best


def pool(weekly: Weekly) -> Floats:
    """Return float64[n, weeks]: the combination of all simple forecasts with the least absolute error."""
    unit = weekly.scale[:, None]
    given = np.stack([(rule - weekly.balance[:, None]) / unit for rule in weekly.rules.values()], axis=-1)
    given = np.concatenate([np.clip(given, -8, 8), np.ones_like(given[..., :1])], axis=-1)
    change = (weekly.truth - weekly.balance[:, None]) / unit
    told = np.empty_like(weekly.truth)
    for learn, test in _folds(weekly.account):
        for week in range(change.shape[1]):
            weights = _least_absolute(given[learn, week], np.clip(change[learn, week], -6, 8))
            told[test, week] = weekly.balance[test] + (given[test, week] @ weights) * weekly.scale[test]
    return told


def _least_absolute(given: Floats, truth: Floats) -> Floats:
    """Return the weights with the least sum of absolute errors, by least squares with weights made anew."""
    weight = np.ones(len(truth))
    found: Floats = np.zeros(given.shape[1])
    ridge = 1e-6 * len(truth) * np.eye(given.shape[1])
    for _ in range(_ROUNDS):
        weighted = given * weight[:, None]
        found = np.linalg.solve(weighted.T @ given + ridge, weighted.T @ truth).astype(np.float64)
        weight = 1 / np.maximum(np.abs(truth - given @ found), 0.01)
    return found


def _folds(account: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Yield the rows to learn from and those to test, accounts dealt in turn."""
    _, index = np.unique(account, return_inverse=True)
    for fold in range(FOLDS):
        test = index % FOLDS == fold
        if test.all():
            yield test, test
        elif test.any():
            yield ~test, test
