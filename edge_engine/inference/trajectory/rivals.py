"""Simple forecasts of a balance, which the model has to beat on the person's own past before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.inference.trajectory import calendar

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge_engine.inference.trajectory.history import History

SMOOTHING: Final = 0.3
"""Weight of the newest week in the smoothed balance."""


def smoothed(weekly: NDArray[np.float64], factor: float = SMOOTHING) -> NDArray[np.float64]:
    """Return float64[n, weeks]: simple exponential smoothing along the weeks; NaN before a row's first week."""
    level = weekly.copy()
    for week in range(1, weekly.shape[1]):
        before = level[:, week - 1]
        mixed = before + factor * (weekly[:, week] - before)
        level[:, week] = np.where(np.isnan(before), weekly[:, week], mixed)
    return level


def same_day(history: History, at: NDArray[np.int64], target: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return float64[n, queries, 3]: the balance on the same day of the last three months that are known.

    Where a month is not known the newer one stands for it, and the present balance for the newest.

    Args:
        history: Of the account.
        at: int64[n], day indices of the origins.
        target: int64[n, queries], day indices that are asked about.
    """
    days = _same_days(history.first, at, target)
    values = history.balance[np.clip(days, 0, len(history) - 1)]
    values = np.where(days >= 0, values, np.nan)
    present = np.broadcast_to(history.balance[at][:, None], target.shape)
    for back in range(3):
        newer = present if back == 0 else values[..., back - 1]
        values[..., back] = np.where(np.isnan(values[..., back]), newer, values[..., back])
    return values


def same_span(
    history: History, at: NDArray[np.int64], target: NDArray[np.int64], span: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return money in and out, float64[n, queries, 3] each, of the spans that end on the same day of past months.

    Where a month is not known it is like the newer one; where none is, nothing moved.

    Args:
        history: Of the account.
        at: int64[n], day indices of the origins.
        target: int64[n, queries], last days of the spans that are asked about.
        span: int64[n, queries], their lengths in days.
    """
    days = _same_days(history.first, at, target)
    start = days - span[..., None]
    ends = np.clip(days, 0, len(history) - 1)
    found = []
    for flow in (history.inflow, history.outflow):
        total = np.concatenate([[0.0], np.cumsum(flow)])
        value = total[ends + 1] - total[np.clip(start + 1, 0, len(history))]
        value = np.where(days >= 0, value, np.nan)
        value[..., 0] = np.where(np.isnan(value[..., 0]), 0.0, value[..., 0])
        for back in (1, 2):
            value[..., back] = np.where(np.isnan(value[..., back]), value[..., back - 1], value[..., back])
        found.append(value)
    return found[0], found[1]


def _same_days(first: int, at: NDArray[np.int64], target: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return int64[n, queries, 3], day indices not later than the origins; negative before the history."""
    months = calendar.month_index(first + target)
    day = calendar.day_of_month(first + target)
    found = np.full((*target.shape, 5), -1, dtype=np.int64)
    for back in range(1, 6):
        found[..., back - 1] = calendar.in_month(months - back, day) - first
    known = found <= at[:, None, None]
    start = known.argmax(axis=-1)
    return np.take_along_axis(found, np.minimum(start[..., None] + np.arange(3), 4), axis=-1)
