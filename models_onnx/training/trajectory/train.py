"""Trains the trajectory model on simulated households and publishes it: ``make train-trajectory``.

No person's account is used. One thread, about ten minutes; the same digest on the same machine with the same versions.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Final

import numpy as np
import onnxruntime

from edge_engine.inference import golden
from edge_engine.inference.manifest import Source
from edge_engine.inference.trajectory import calendar
from edge_engine.inference.trajectory.backtest import SIMPLE, SPREAD, quantile_loss
from edge_engine.inference.trajectory.inputs import AHEAD, HORIZON, LEAST_DAYS, STATE, WEEKS, inputs
from edge_engine.inference.trajectory.model import INPUTS, INTERFACE, NAME, OUTPUTS
from training import publication
from training.trajectory import graph
from training.trajectory.examples import labelled
from training.trajectory.households import household
from training.trajectory.network import QUANTILES, Examples, Recipe, answers, begin, joined, train

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from edge_engine.inference.trajectory.history import History

VERSION: Final = 3
SEED: Final = 7
HOUSEHOLDS: Final = 24_000
HELD_OUT: Final = 300
"""Households that the figures are told of, not learned from."""

PER_HOUSEHOLD: Final = 14
RECIPE: Final = Recipe(epochs=5, drop=0.3)
QUANTILE_NAMES: Final = ("p10", "p50", "p90")
TOLERANCE: Final = 1e-5


def origins(history: History, random: np.random.Generator, most: int = PER_HOUSEHOLD) -> NDArray[np.int64]:
    """Return some days to forecast from: a week apart from a chance day on, and one month's end."""
    at = np.arange(random.integers(LEAST_DAYS - 1, LEAST_DAYS + 6), len(history) - 8, 7)
    day = np.arange(LEAST_DAYS - 1, max(LEAST_DAYS - 1, len(history) - 8))
    ends = day[calendar.day_of_month(history.first + day + 1) == 1]
    if len(at) > most:
        at = random.choice(at, most, replace=False)
    if len(ends) > 1:
        ends = random.choice(ends, 1, replace=False)
    return np.unique(np.concatenate([at, ends])).astype(np.int64)


def simulated(seeds: range) -> tuple[Examples, NDArray[np.float64]]:
    """Return the examples of some households, and what the simple forecast of the balance missed, in turnovers."""
    parts: list[Examples] = []
    missed: list[NDArray[np.float32]] = []
    for number in seeds:
        history = household((SEED, number))
        at = origins(history, np.random.default_rng((SEED, number, 1)))
        if not len(at):
            continue
        given = inputs(history, at)
        made = labelled(history, at, given)
        parts.append(made)
        simple = (given.rules[SIMPLE] - given.balance[:, None]) / given.scale[:, None]
        missed.append((made.balance - simple)[:, :HORIZON])
    return joined(parts), np.concatenate(missed)


def cases(model: bytes) -> Iterator[golden.Case]:
    """Yield golden answers at a few origins of a few households."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    for number in range(4):
        history = household((SEED + 1, number))
        given = inputs(history, np.array([len(history) // 2, len(history) - 1]))
        buffers = np.stack([given.state[:, 0] * 0.5, np.full(2, 0.5, np.float32)], axis=1)
        feeds = {"weeks": given.weeks, "state": given.state, "ahead": given.ahead, "buffers": buffers}
        found = session.run(OUTPUTS, feeds)
        yield golden.Case(
            {name: golden.given(feeds[name]) for name in INPUTS},
            {name: golden.expected(values, 8) for name, values in zip(OUTPUTS, found, strict=True)},
            f"simulated household {number}",
        )


def figures(parameters: Mapping[str, NDArray[np.float32]], held: Examples) -> dict[str, float]:
    """Return how well held-out households are foretold."""
    half = np.full((len(held.state), 1), 0.5, np.float32)
    told, _ = answers(parameters, held, half)
    known = ~np.isnan(held.balance).any(axis=1)
    truth, told = held.balance[known][:, :HORIZON], told[known][:, :HORIZON, :3]
    error = truth[..., None] - told
    levels = np.array(QUANTILES)
    loss = 2 * np.maximum(levels * error, (levels - 1) * error).mean()
    inside = (told[..., 0] <= truth) & (truth <= told[..., 2])
    return {
        "quantile_loss_in_turnovers": round(float(loss), 4),
        "coverage_p10_p90": round(float(inside.mean()), 4),
    }


def main() -> None:
    """Simulate, train, publish."""
    start = time.monotonic()
    learned, missed = simulated(range(HOUSEHOLDS))
    print(f"{len(learned.state)} origins of {HOUSEHOLDS} households in {time.monotonic() - start:.0f} s")
    spread = np.nanquantile(missed, (0.1, 0.9), axis=0).T
    print("spread of the simple forecast:", ", ".join(f"({low:.3f}, {high:.3f})" for low, high in spread))
    parameters = train(
        begin(SEED),
        lambda _: learned,
        RECIPE,
        lambda epoch, loss, _: print(f"epoch {epoch + 1} of {RECIPE.epochs}: loss {loss:.4f}"),
    )
    weights = {name: np.asarray(value) for name, value in parameters.items()}
    held, missed = simulated(range(HOUSEHOLDS, HOUSEHOLDS + HELD_OUT))
    measured = figures(weights, held)
    known = missed[~np.isnan(held.balance).any(axis=1)]
    simple = float(quantile_loss(np.insert(np.array(SPREAD), 1, 0.0, axis=1)[None], known).mean())
    print(f"the simple forecast loses {simple - measured['quantile_loss_in_turnovers']:.3f} turnovers more")
    model = graph.build(weights, {"about": "trajectory of a balance", "seed": str(SEED)}).SerializeToString()
    publication.publish(
        NAME,
        model,
        version=VERSION,
        interface=INTERFACE,
        cases=list(cases(model)),
        tolerance=TOLERANCE,
        sources=[Source("simulated households of this project", "Apache-2.0", f"seed {SEED}")],
        labels={
            "weeks": WEEKS,
            "state": STATE,
            "ahead": AHEAD,
            "balance": QUANTILE_NAMES,
            "outflow": QUANTILE_NAMES,
        },
        metrics={"simulated households, held out": measured},
    )
    print(measured)
    print(
        f"{len(model) / 1e3:.0f} kB, SHA-256 {hashlib.sha256(model).hexdigest()[:16]}, "
        f"{time.monotonic() - start:.0f} s"
    )


if __name__ == "__main__":
    main()
