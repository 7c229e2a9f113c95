"""What a bank gains that may train on its own accounts: the published kind of model, fitted further to some of them.

    python -m training.trajectory.adapted FOLDER

Nothing made here is published. Accounts are dealt into five folds; every figure is of accounts that were not learned
from: (a) starting from the simulated households and fitted to the other folds, (b) the same with a tenth of the
accounts, (c) a tenth of the accounts alone, (d) all other folds alone, (e) as it ships.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import jax.numpy as jnp
import numpy as np

from edge_engine.evaluation.trajectory.berka import accounts
from edge_engine.evaluation.trajectory.figures import average_precision
from edge_engine.inference.registry import Registry
from edge_engine.inference.trajectory.backtest import quantile_loss
from edge_engine.inference.trajectory.inputs import HORIZON, LEAST_DAYS, inputs
from edge_engine.inference.trajectory.model import NAME
from training.trajectory import graph
from training.trajectory.examples import complete, labelled
from training.trajectory.network import Examples, Recipe, answers, begin, joined, train
from training.trajectory.train import SEED

if TYPE_CHECKING:
    from collections.abc import Mapping

    import jax
    from numpy.typing import NDArray

FOLDS: Final = 5
LEAST_PAST: Final = 90
FURTHER: Final = Recipe(epochs=5, batch=256, rate=1.5e-3)
FURTHER_FEW: Final = Recipe(epochs=6, batch=256, rate=5e-4)
ALONE: Final = Recipe(epochs=7, batch=256)
ALONE_FEW: Final = Recipe(epochs=14, batch=256)


class Accounts(NamedTuple):
    """Sundays of all accounts.

    Attributes:
        account: int64[n], running number of the account.
        examples: Inputs and what came.
        scored: bool[n], whether the origin counts.
        scale: float64[n].
        balance: float64[n].
    """

    account: NDArray[np.int64]
    examples: Examples
    scored: NDArray[np.bool_]
    scale: NDArray[np.float64]
    balance: NDArray[np.float64]


def read(folder: Path) -> Accounts:
    """Return the Sundays of every account of a folder."""
    numbers, parts, scored, scale, balance = [], [], [], [], []
    for number, account in enumerate(accounts(folder)):
        history = account.history
        at = np.arange(LEAST_DAYS - 1, len(history))
        at = at[(history.first + at) % 7 == 0]
        if not len(at):
            continue
        given = inputs(history, at)
        made = labelled(history, at, given)
        numbers.append(np.full(len(at), number))
        parts.append(made)
        scored.append(complete(made) & (at >= LEAST_PAST))
        scale.append(given.scale)
        balance.append(given.balance)
    return Accounts(
        np.concatenate(numbers),
        joined(parts),
        np.concatenate(scored),
        np.concatenate(scale),
        np.concatenate(balance),
    )


def figures(rows: Accounts, told: NDArray[np.float32], risk: NDArray[np.float32]) -> dict[str, float]:
    """Return quantile loss, coverage and the event's average precision of the scored origins."""
    at = rows.scored
    unit = rows.scale[at][:, None]
    truth = rows.examples.balance[at][:, :HORIZON] * unit + rows.balance[at][:, None]
    paths = told[at][:, :HORIZON, :3] * unit[..., None] + rows.balance[at][:, None, None]
    known = at & ~np.isnan(rows.examples.lowest)
    inside = (paths[..., 0] <= truth) & (truth <= paths[..., 2])
    return {
        "path_loss": round(float(quantile_loss(paths, truth).sum() / np.abs(truth).sum()), 4),
        "coverage_p10_p90": round(float(inside.mean()), 4),
        "event_precision": average_precision(
            rows.examples.lowest[known] < 0.5, risk[known, 0].astype(np.float64)
        ),
    }


def crossed(
    rows: Accounts, start: Mapping[str, jax.Array], recipe: Recipe | None, share: float = 1.0
) -> dict[str, float]:
    """Return the figures when each fold is foretold by what was fitted to a share of the others' accounts."""
    told = np.zeros((len(rows.account), *rows.examples.ahead.shape[1:2], 6), np.float32)
    risk = np.zeros((len(rows.account), 1), np.float32)
    usable = complete(rows.examples)
    for fold in range(FOLDS):
        test = rows.account % FOLDS == fold
        parameters = dict(start)
        if recipe is not None:
            others = np.unique(rows.account[~test])
            few = np.random.default_rng(fold).permutation(others)[: round(share * len(others))]
            learned = rows.examples.take(usable & np.isin(rows.account, few))
            parameters = train(parameters, lambda _, learned=learned: learned, recipe)  # type: ignore[misc]
        part = rows.examples.take(test)
        told[test], risk[test] = answers(parameters, part, np.full((len(part.state), 1), 0.5, np.float32))
    return figures(rows, told, risk)


def main() -> None:
    """Fit and print, as JSON."""
    start = time.monotonic()
    rows = read(Path(sys.argv[1]))
    shipped = {name: jnp.asarray(value) for name, value in graph.read(Registry.default().read(NAME)).items()}
    found = {
        "as it ships, without its gate": crossed(rows, shipped, None),
        "simulated, then 80% of the accounts": crossed(rows, shipped, FURTHER),
        "80% of the accounts alone": crossed(rows, begin(SEED), ALONE),
        "simulated, then 10% of the accounts": crossed(rows, shipped, FURTHER_FEW, 0.125),
        "10% of the accounts alone": crossed(rows, begin(SEED), ALONE_FEW, 0.125),
    }
    print(json.dumps({"adapted": found, "seconds": round(time.monotonic() - start)}, indent=1))


if __name__ == "__main__":
    main()
