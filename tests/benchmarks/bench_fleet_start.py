"""What a fleet's prior brings to devices that start: mean regret in the first 30 days, beside a cold start.

Those who teach are many and light: simulated people with the real offers, guards and ranking, whose money is drawn
week by week (`edge_engine.simulation.suggestions`). What each gives is measured by the engine's own function in windows
of four weeks, blurred as both servers would, and solved into a prior. Those who start are devices of a fleet run: the
real engine over whole simulated households, other people of another seed. They never taught, and what they are judged
by, the behaviour model's own expectations, is in no prior but as far as it came through the noise.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import defaultdict
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.decisions.fleet_prior import (
    LinearPrior,
    NoisySum,
    Origin,
    mean_products,
    publish,
    share_kept,
    solve_weights,
)
from edge_engine.decisions.posterior import Observation, Posterior
from edge_engine.decisions.ranking import Ranker
from edge_engine.signals import measure as measures
from edge_engine.signals.catalogue import Catalogue
from edge_engine.signals.measure import Facts
from edge_engine.signals.randomize import span
from edge_engine.simulation import record, trial
from edge_engine.simulation.behaviour import Assumptions
from edge_engine.simulation.record import Collecting, PriorKind, Settings
from edge_engine.simulation.suggestions import Life, World
from edge_engine_sync.aggregator.noise import discrete_laplace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.decisions.features import Candidates, Context
    from edge_engine.decisions.ranking import Ranking
    from edge_engine.signals.catalogue import Signal

SIGNAL: Final = "what_helps"
WINDOW: Final = 28
WINDOWS: Final = 3
"""Windows of four weeks that are taught in: a quarter holds three and a quarter."""
QUARTER: Final = 91
EPSILON: Final = 0.6
"""Of a window: 1.95 a quarter."""

STARTING: Final = 200
"""Devices that start."""

ROUNDS_AT_MOST: Final = 1


class Learner:
    """A ranking that starts from nothing and learns; a chooser of `simulation.suggestions`."""

    def __init__(self, seed: tuple[int, ...]) -> None:
        self._posterior = Posterior()
        self._ranker = Ranker(self._posterior, np.random.default_rng(seed))
        self._latest: Ranking | None = None
        self.rows: list[Observation] = []

    def choose(self, context: Context, candidates: Candidates) -> int:
        self._latest = self._ranker.rank(context, candidates)
        return self._latest.first

    def learn(self, reward: float) -> None:
        assert self._latest is not None
        row = self._latest.observe(reward)
        self._posterior.add(row)
        self.rows.append(row)


def windows_of(seed: int, number: int) -> list[list[Observation]]:
    """Return what somebody learned in each window."""
    learner = Learner((seed, number, 2))
    life = Life.draw(World(Assumptions.default()), (seed, number))
    life.occasions = [one for one in life.occasions if one.day < WINDOWS * WINDOW]
    found: dict[int, list[Observation]] = defaultdict(list)
    for turn, row in zip(life.live(learner), learner.rows, strict=True):
        found[turn.day // WINDOW].append(row)
    return [found[window] for window in range(WINDOWS)]


def taught(signal: Signal, devices: int, epsilon: float, seed: int) -> LinearPrior:
    """Return the prior that so many devices teach, each losing ``epsilon`` in each window."""
    known = [rows for number in range(600) for rows in windows_of(seed + 1, number)]
    busy = [rows for rows in known if rows]
    kept = share_kept(busy, signal.labels) * len(busy) / len(known)
    products = mean_products([row for rows in busy for row in rows])
    total, chance = np.zeros(signal.length, dtype=np.int64), random.Random(seed)
    for number in range(devices):
        for rows in windows_of(seed, number):
            total += np.array(measures.measure(signal, Facts(learned=tuple(rows))).values)
    scale = Fraction(span(signal)) / Fraction(repr(epsilon))
    noise = [
        sum(discrete_laplace(scale, chance.randrange) for _ in range(2 * WINDOWS))
        for _ in range(signal.length)
    ]
    given = devices * WINDOWS
    result = [int(one) + other for one, other in zip(total, noise, strict=True)]
    deviation = float(scale) * (4 * WINDOWS) ** 0.5
    sums = NoisySum(result, signal.labels, given, signal.center, signal.sensitivity, deviation)
    weights = solve_weights(sums, products, kept)
    return publish(weights, 1, Origin(SIGNAL, "", given, epsilon))


def regrets(folder: Path) -> list[float]:
    """Return the regret of each device that was shown something, summed over its first 30 days' suggestions."""
    return [
        sum(one.regret for one in device.suggested)
        for device in record.read_records(folder)
        if not device.holdout
    ]


def started(folder: Path, devices: int, kind: PriorKind, file: str = "", ridge: float = 0.0) -> list[float]:
    """Return the regrets of devices that start with a prior, worth so many outcomes; 0 for what it says itself."""
    settings = Settings(
        devices=devices, days=30, seed=77, end=date(2027, 3, 31), holdout=0.0, forecasts=0.0, ask_days=2,
        collecting=Collecting.NOTHING, prior=kind, prior_file=file, prior_ridge=ridge,
    )  # fmt: skip
    trial.run(settings, folder)
    return regrets(folder)


def measure() -> dict[str, float | str]:
    """Return how much less regret a prior of 1,000 devices leaves in the first 30 days; `main` tries more."""
    signal = Catalogue.default().signal(SIGNAL)
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        file = place / "prior.json"
        file.write_bytes(taught(signal, 1_000, EPSILON, 501).file.encode())
        cold = started(place / "cold", STARTING, PriorKind.NONE)
        warm = started(place / "warm", STARTING, PriorKind.FLEET, str(file))
    return {
        "epsilon_a_quarter": EPSILON * QUARTER / WINDOW,
        "cold_regret": float(np.mean(cold)),
        "fleet_prior_regret": float(np.mean(warm)),
        "fleet_prior_cuts_percent": 100 * (1 - float(np.mean(warm)) / float(np.mean(cold))),
    }


def told(name: str, cold: Sequence[float], other: Sequence[float]) -> str:
    """Return a line: the mean regret, and what of the cold start's is saved, with its standard error."""
    one, two = np.array(cold), np.array(other)
    saved = 1.0 - two.mean() / one.mean()
    # Of a ratio of means, by the spread of what is left over in each pair.
    error = (two - (1.0 - saved) * one).std(ddof=1) / len(one) ** 0.5 / one.mean()
    return f"{name:56} regret a device {two.mean():.4f}  less than cold by {saved:6.1%} (standard error {error:.1%})"


def main() -> None:
    """Teach, start and print; about a quarter of an hour on two cores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=200, help="devices that start")
    parser.add_argument("--teachers", type=int, nargs="+", default=[1000, 3000])
    parser.add_argument(
        "--epsilons", type=float, nargs="+", default=[0.2, 0.6], help="of a window of four weeks"
    )
    parser.add_argument(
        "--ridges", type=float, nargs="+", default=[0.0, 30.0], help="outcomes a prior is worth"
    )
    options = parser.parse_args()
    signal = Catalogue.default().signal(SIGNAL)
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        cold = started(place / "cold", options.devices, PriorKind.NONE)
        print(told("nothing", cold, cold), flush=True)
        print(
            told(
                "the shipped recommender",
                cold,
                started(place / "shipped", options.devices, PriorKind.SHIPPED),
            ),
            flush=True,
        )
        for teachers in options.teachers:
            for epsilon in options.epsilons:
                file = place / f"{teachers}-{epsilon}.json"
                file.write_bytes(taught(signal, teachers, epsilon, 501).file.encode())
                a_quarter = epsilon * QUARTER / WINDOW
                for ridge in options.ridges:
                    folder = place / f"{file.stem}-{ridge}"
                    found = started(folder, options.devices, PriorKind.FLEET, str(file), ridge)
                    name = f"{teachers:,} devices, {a_quarter:.2f} a quarter, worth {ridge or 'its own'}"
                    print(told(name, cold, found), flush=True)


if __name__ == "__main__":
    main()
