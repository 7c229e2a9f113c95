"""Measures the trajectory model on bank accounts in the shape of the PKDD'99 set: ``models eval trajectory``.

Two protocols. *Path*: from each Sunday with 90 days behind and eight whole weeks ahead, the balance at the end of each
of those weeks. *Month*: from the last day of each month with three whole months behind and one ahead, the coming
month's outflow and the balance at its end. The model speaks as it ships: never fitted to these accounts, through its
gate, which sees only what each account knew then.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.evaluation import required
from edge_engine.evaluation.trajectory.berka import accounts
from edge_engine.evaluation.trajectory.figures import Figures, figures, tables
from edge_engine.evaluation.trajectory.forecasts import forecasts
from edge_engine.inference.registry import Registry
from edge_engine.inference.trajectory.model import NAME, OUTPUTS, Trajectory

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["evaluate", "tables"]

_TRIES: Final = 20
_CALLS: Final = 100


def evaluate(data: Path | None) -> Figures:
    """Measure the installed model on a folder with ``trans*.parquet``, ``trans*.csv`` or ``trans*.csv.gz``.

    Raises:
        InputError: It is not named, the folder does not hold such accounts, or a package to read them is missing.
        ModelError: The model is not installed, or refused.
    """
    started = time.perf_counter()
    made = forecasts(accounts(required(data)), Trajectory.load())
    seconds = time.perf_counter() - started
    return figures(made, seconds=seconds, microseconds=microseconds_a_call(Registry.default()))


def microseconds_a_call(registry: Registry) -> float:
    """Return the microseconds that one call of the graph takes for one account: the least of some means."""
    session = registry.session(NAME)
    feeds = {
        one.name: np.zeros([n if isinstance(n, int) else 1 for n in one.shape], np.float32)
        for one in registry.entry(NAME).inputs
    }
    found = []
    for _ in range(_TRIES):
        started = time.perf_counter()
        for _ in range(_CALLS):
            session.run(OUTPUTS, feeds)
        found.append((time.perf_counter() - started) / _CALLS * 1e6)
    return min(found)
