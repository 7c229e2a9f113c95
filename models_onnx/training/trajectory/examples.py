"""Examples from histories: the inputs at some days and what came after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.inference.trajectory.inputs import HORIZON, RISK_DAYS, inputs
from training.trajectory.network import Examples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge_engine.inference.trajectory.history import History
    from edge_engine.inference.trajectory.inputs import Inputs

TARGET_CLIP: Final = 6.0


def examples(history: History, at: NDArray[np.int64]) -> Examples:
    """Return one example an origin; what lies beyond the history is NaN."""
    return labelled(history, at, inputs(history, at))


def labelled(history: History, at: NDArray[np.int64], given: Inputs) -> Examples:
    """Return the examples of inputs that are made already."""
    scale = given.scale[:, None]
    known = given.target < len(history)
    inside = np.minimum(given.target, len(history) - 1)
    total = np.concatenate([[0.0], np.cumsum(history.outflow)])
    spent = total[inside + 1] - total[np.maximum(inside + 1 - given.span, 0)]
    lowest = np.full(len(at), np.nan)
    whole = np.flatnonzero(at + RISK_DAYS < len(history))
    if len(whole):
        windows = np.lib.stride_tricks.sliding_window_view(history.low, RISK_DAYS)
        lowest[whole] = windows[at[whole] + 1].min(axis=1)
    change = (history.balance[inside] - given.balance[:, None]) / scale
    return Examples(
        given.weeks,
        given.state,
        given.ahead,
        np.where(known, np.clip(change, -TARGET_CLIP, TARGET_CLIP + 2), np.nan).astype(np.float32),
        np.where(known, np.clip(spent / scale, 0, TARGET_CLIP), np.nan).astype(np.float32),
        (lowest / given.scale).clip(-8, 8).astype(np.float32),
        np.ones(len(at), np.float32),
    )


def complete(given: Examples) -> NDArray[np.bool_]:
    """Return which examples know all eight weeks."""
    return ~np.isnan(given.balance[:, :HORIZON]).any(axis=1)
