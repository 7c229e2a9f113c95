"""How much reward is lost while a ranking learns, beside MABWiser's linear Thompson sampling in the same worlds.

Everything is seeded, so one round says it. Where the peer (extra ``bench``) is missing that is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.decisions.posterior import N_CANDIDATE, N_CONTEXT, Posterior
from edge_engine.decisions.ranking import Ranker
from tests.benchmarks.bench_ranking import COUNT, NOISE, mabwiser
from tests.unit.decisions.worlds import SCALE, any_candidates, any_context, single_candidates

if TYPE_CHECKING:
    from edge_engine.decisions.features import Candidates

ROUNDS_AT_MOST: Final = 1
WIDTH: Final = 0.7
SPREAD: Final = 0.2


def lost(seed: int, *, peer: bool, candidates: Candidates, steps: int) -> float:
    """Return the regret in a seeded world whose rewards are linear in the products of both kinds of features.

    Both start with the same ridge. The peer draws as wide as the noise is; we draw seven tenths as wide, as shipped.
    The peer cannot start from nothing: it is given one observation of nothing for each candidate, which tells it
    nothing.
    """
    world = np.random.default_rng(seed)
    weights = world.normal(0.0, SPREAD, (N_CONTEXT, N_CANDIDATE))
    by_candidate = candidates.numbers / SCALE
    posterior = Posterior(1.0, WIDTH * NOISE)
    ranker = Ranker(posterior, np.random.default_rng(10_000 + seed))
    n = len(candidates)
    other = mabwiser(n, 10_000 + seed, np.zeros((n, N_CONTEXT))) if peer else None
    total = 0.0
    for _ in range(steps):
        context = any_context(world)
        numbers = context.numbers / SCALE
        means = by_candidate @ (numbers @ weights)
        noise = float(world.normal(0.0, NOISE))
        if other is None:
            ranking = ranker.rank(context, candidates)
            first = ranking.first
            posterior.add(ranking.observe(float(means[first]) + noise))
        else:
            first = int(other.predict(numbers[None, :]))
            other.partial_fit([first], [float(means[first]) + noise], numbers[None, :])
        total += float(means.max() - means[first])
    return total


def measure() -> dict[str, float | str]:
    """Return the regret of both over the same worlds, their ratio, and the ratio's standard error.

    ``separate``: five candidates, each a linear model of the context of its own, which is the peer's own model.
    ``fifty``: fifty candidates whose features tell which are alike; the peer has a model for each of them.
    """
    figures: dict[str, float | str] = {}
    for name, worlds, steps, candidates in (
        ("separate", 40, 600, single_candidates()),
        ("fifty", 4, 500, any_candidates(np.random.default_rng(0), COUNT)),
    ):
        try:
            peer = np.array(
                [lost(seed, peer=True, candidates=candidates, steps=steps) for seed in range(worlds)]
            )
        except ModuleNotFoundError:
            return {"regret_over_mabwiser": "not installed: pip install edge-engine[bench]"}
        ours = np.array(
            [lost(seed, peer=False, candidates=candidates, steps=steps) for seed in range(worlds)]
        )
        ratio = float(ours.sum() / peer.sum())
        error = float(np.std(ours - ratio * peer, ddof=1) / np.sqrt(worlds) / peer.mean())
        figures |= {
            f"regret_{name}_ours": float(ours.mean()),
            f"regret_{name}_mabwiser": float(peer.mean()),
            f"regret_{name}_over_mabwiser": ratio,
            f"regret_{name}_standard_error": error,
        }
    return figures
