"""What a prior from the fleet brings to people who start, by devices and privacy loss: real rankers, real noise.

Worlds are linear: everybody's weights lie around common ones, which nobody knows. Devices of the fleet make some
decisions with a ranker that starts from nothing; what they contribute is measured by the engine's own function, blurred
as both servers would, and solved into a prior. New people then start with it, with none, or with the true common
weights. Distributions of features are those that the feature list describes, not uniform ones, and the operator's
simulated devices (for the products of features) come from another world than the one that is measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.decisions.features import CANDIDATE, CONTEXT, Candidates, Context
from edge_engine.decisions.fleet_prior import (
    LinearPrior,
    NoisySum,
    Origin,
    mean_products,
    publish,
    share_kept,
    solve_weights,
)
from edge_engine.decisions.posterior import N, Posterior
from edge_engine.decisions.ranking import Ranker
from edge_engine.signals import measure as measures
from edge_engine.signals.catalogue import Catalogue
from edge_engine.signals.measure import Facts
from edge_engine.signals.randomize import span
from edge_engine_sync.aggregator.noise import discrete_laplace
from tests.unit.decisions.worlds import features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.decisions.posterior import Observation
    from edge_engine.decisions.ranking import Prior
    from edge_engine.signals.catalogue import Signal

SIGNAL: Final = "what_helps"
OFFERS: Final = 8
ROWS: Final = 10
"""Outcomes of one device in four weeks."""

COMMON: Final = 0.15
OWN: Final = 0.1
NOISE: Final = 0.5


@dataclass(frozen=True)
class Life:
    """What somebody got out of decisions, and the rows of their log."""

    rewards: list[float]
    rows: list[Observation]


@dataclass(frozen=True)
class Simulated:
    """What an operator knows without asking anybody: how features go along, and what the bound leaves of a mean."""

    products: np.ndarray
    kept: float


def draw_context(rng: np.random.Generator) -> Context:
    """Return a moment as people have them: some buffer, a little to spare, engaged now and then."""
    numbers = (
        rng.beta(2, 3),
        rng.normal(0.15, 0.3),
        rng.beta(3, 2),
        rng.beta(1.2, 4),
        rng.beta(1, 3),
    )
    return Context.of(dict(zip(CONTEXT[1:], map(float, numbers), strict=True)))


def draw_candidates(rng: np.random.Generator, n: int = OFFERS) -> Candidates:
    """Return offers: some save, some protect, few interrupt."""
    rows = [
        (
            float(rng.random() < 0.4),
            float(rng.random() < 0.25),
            float(rng.beta(1, 2)),
            float(rng.random() < 0.3),
        )
        for _ in range(n)
    ]
    return Candidates.of([dict(zip(CANDIDATE[1:], row, strict=True)) for row in rows])


def live(rng: np.random.Generator, weights: np.ndarray, decisions: int, prior: Prior | None = None) -> Life:
    """Let one person decide so often, and learn."""
    posterior = Posterior()
    ranker = Ranker(posterior, rng, prior=prior)
    rewards, rows = [], []
    for _ in range(decisions):
        context, offers = draw_context(rng), draw_candidates(rng)
        ranking = ranker.rank(context, offers)
        mean = float(features(context, offers)[ranking.first] @ weights)
        row = ranking.observe(min(max(mean + NOISE * rng.standard_normal(), -1.0), 1.0))
        posterior.add(row)
        rows.append(row)
        rewards.append(min(max(mean, -1.0), 1.0))
    return Life(rewards, rows)


def draw_weights(rng: np.random.Generator, common: np.ndarray) -> np.ndarray:
    """Return somebody's weights."""
    own: np.ndarray = common + rng.normal(0, OWN, N)
    return own


def contributions(signal: Signal, lives: Sequence[Life]) -> np.ndarray:
    """Return what each device contributes, ``int64[devices, entries]``, by the engine's own measure."""
    return np.array([measures.measure(signal, Facts(learned=tuple(one.rows))).values for one in lives])


def blurred(signal: Signal, given: np.ndarray, epsilon: float) -> NoisySum:
    """Return the sum with both servers' noise."""
    scale = Fraction(span(signal)) / Fraction(repr(epsilon))
    noise = [discrete_laplace(scale) + discrete_laplace(scale) for _ in range(signal.length)]
    result = [int(total) + one for total, one in zip(given.sum(0), noise, strict=True)]
    return NoisySum(result, signal.labels, len(given), signal.center, signal.sensitivity, 2.0 * float(scale))


def learned_prior(signal: Signal, given: np.ndarray, epsilon: float, known: Simulated) -> LinearPrior:
    """Return the prior that these contributions teach."""
    weights = solve_weights(blurred(signal, given, epsilon), known.products, known.kept)
    return publish(weights, 1, Origin(SIGNAL, "", len(given), epsilon))


def prior_of_all_sums(lives: Sequence[Life], epsilon: float, rng: np.random.Generator) -> LinearPrior:
    """Return the prior of all 495 sums of a ranking, ``A`` and ``b``, with as much noise on each as their number asks.

    What the signal would be without its reduction. Continuous noise and no rounding: both flatter it.
    """
    share, most = 0.05, 3.0
    upper = np.triu_indices(N)
    total = np.zeros(N + len(upper[0]))
    for one in lives:
        numbers = np.array([row.numbers() for row in one.rows]) / 128
        f = (numbers[:, :6, None] * numbers[:, None, 6:]).reshape(len(numbers), N)
        y = np.array([row.target for row in one.rows]) / 1024
        sums = np.concatenate((f.T @ y, share * (f.T @ f)[upper])) / len(y)
        total += sums * min(1.0, most / np.abs(sums).sum())
    scale = 2 * most / epsilon
    total += rng.laplace(0, scale, len(total)) + rng.laplace(0, scale, len(total))
    b, triangle = total[:N] / len(lives), total[N:] / len(lives) / share
    a = np.zeros((N, N))
    a[upper] = triangle
    values, vectors = np.linalg.eigh(a + np.triu(a, 1).T)
    ridge = max(1e-3, 2 * scale / len(lives))
    weights = vectors @ ((vectors.T @ b) / (np.maximum(values, 0) + ridge))
    return publish(np.clip(weights, -4, 4), 1, Origin("all sums", "", len(lives), epsilon))


def true_prior(common: np.ndarray) -> LinearPrior:
    """Return what nobody knows."""
    return publish(common, 1, Origin("truth", "", 1, 1.0))


def simulated(signal: Signal, seed: int, devices: int = 500) -> Simulated:
    """Return what an operator knows from simulated devices, of a world of their own."""
    rng = np.random.default_rng(seed)
    common = rng.normal(0, COMMON, N)
    logs = [live(rng, draw_weights(rng, common), ROWS).rows for _ in range(devices)]
    return Simulated(mean_products([row for log in logs for row in log]), share_kept(logs, signal.labels))


def gained(seed: int, common: np.ndarray, prior: Prior | None, people: int, decisions: int) -> np.ndarray:
    """Return the rewards of new people, ``float64[people, decisions]``; the same people for the same seed."""
    found = []
    for person in range(people):
        rng = np.random.default_rng((seed, person))
        found.append(live(rng, draw_weights(rng, common), decisions, prior).rewards)
    return np.array(found)


def measure_worlds(
    worlds: int, people: int, decisions: int, counts: Sequence[int], losses: Sequence[float]
) -> dict[tuple[str, int], list[np.ndarray]]:
    """Return the rewards of new people, ``float64[people, decisions]`` a world, by what they start with."""
    signal = Catalogue.default().signal(SIGNAL)
    kept: dict[tuple[str, int], list[np.ndarray]] = {}
    for world in range(worlds):
        rng = np.random.default_rng(20261126 + world)
        common = rng.normal(0, COMMON, N)
        fleet = [live(rng, draw_weights(rng, common), ROWS) for _ in range(max(counts))]
        given = contributions(signal, fleet)
        known = simulated(signal, 7 + world)
        tried: dict[tuple[str, int], Prior | None] = {("none", 0): None, ("truth", 0): true_prior(common)}
        for count in counts:
            part = given[:count]
            exact = NoisySum(part.sum(0).tolist(), signal.labels, count, signal.center, signal.sensitivity, 0)
            tried["no noise", count] = publish(
                solve_weights(exact, known.products, known.kept), 1, Origin(SIGNAL, "", count, 20.0)
            )
            for epsilon in losses:
                tried[f"epsilon {epsilon:g}", count] = learned_prior(signal, part, epsilon, known)
                if epsilon in (0.2, 1.0):
                    name = f"all 495, {epsilon:g}"
                    tried[name, count] = prior_of_all_sums(fleet[:count], epsilon, rng)
        for key, prior in tried.items():
            rewards = gained(world, common, prior, people, decisions)
            kept.setdefault(key, []).append(rewards)
    return kept


def measure() -> dict[str, float | str]:
    """Return the figures of a short run; ``python -m tests.benchmarks.bench_fleet`` prints a longer one."""
    found = measure_worlds(2, 60, 100, (3000,), (0.2,))
    means = {name: np.mean([one.mean() for one in worlds]) for (name, _), worlds in found.items()}
    return {f"mean reward in thousandths, {name}": 1000 * float(mean) for name, mean in means.items()}


def main() -> None:
    """Measure a few worlds, devices and losses, and print a table; five minutes."""
    worlds, people, decisions = 4, 300, 100
    kept = measure_worlds(worlds, people, decisions, (1000, 3000, 10_000), (0.1, 0.2, 0.5, 1.0))
    none = np.array([one.mean(0) for one in kept["none", 0]])
    print(
        f"{worlds} worlds, {people} new people each; mean reward of a decision, and more than with no prior"
    )
    for (name, count), worlds_of in kept.items():
        mean = np.array([one.mean(0) for one in worlds_of])
        first, all_ = mean[:, :20].mean(1), mean.mean(1)
        more = all_ - none.mean(1)
        error = more.std(ddof=1) / len(more) ** 0.5
        print(
            f"{name:12} {count:7,}  first 20: {first.mean():.3f}  all {decisions}: {all_.mean():.3f}"
            f"  more: {more.mean():+.3f} (standard error over worlds {error:.3f})"
        )


if __name__ == "__main__":
    main()
