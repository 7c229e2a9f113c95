from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge_engine.decisions.posterior import N, Observation, Posterior
from edge_engine.decisions.ranking import DRAWS, Ranker, estimate_propensities, mean_scores
from edge_engine.errors import DecisionError
from tests.unit.decisions.worlds import (
    PlainSampler,
    any_candidates,
    any_context,
    any_row,
    features,
    single_candidates,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge_engine.decisions.features import Candidates, Context


class Fixed:
    """A prior that expects given rewards."""

    name = "fixed-1"
    ridge = 1.0

    def __init__(self, *means: float) -> None:
        self._means = np.array(means)

    def means(self, context: Context, candidates: Candidates) -> NDArray[np.float64]:
        return self._means


def posterior(n: int = 200, seed: int = 3) -> Posterior:
    rng = np.random.default_rng(seed)
    one = Posterior(1.0, 0.5)
    for _ in range(n):
        one.add(any_row(rng))
    return one


def test_the_same_seed_ranks_the_same() -> None:
    rng = np.random.default_rng(0)
    context, candidates = any_context(rng), any_candidates(rng, 20)
    one, other = (Ranker(posterior(), np.random.default_rng(9)) for _ in range(2))
    for _ in range(20):
        first, second = one.rank(context, candidates), other.rank(context, candidates)
        assert first.order.tolist() == second.order.tolist()
        assert first.propensity == second.propensity


def test_every_candidate_is_ranked_once_and_by_its_score_after_the_first() -> None:
    rng = np.random.default_rng(1)
    ranker = Ranker(posterior(), np.random.default_rng(2), explore=0.5)
    explored = 0
    for _ in range(300):
        one = ranker.rank(any_context(rng), any_candidates(rng, 12))
        order = one.order.tolist()
        assert sorted(order) == list(range(12))
        assert order[0] == one.first
        rest = one.costs[order[1:]]
        assert (np.diff(rest) >= 0).all()
        if not one.explored:
            assert one.costs[one.first] == one.costs.min()
        explored += one.explored
    assert 100 < explored < 200


def test_a_single_candidate_is_certain() -> None:
    rng = np.random.default_rng(1)
    one = Ranker(posterior(), rng).rank(any_context(rng), any_candidates(rng, 1))
    assert (one.order.tolist(), one.propensity) == ([0], 1.0)


def test_the_logged_propensity_is_the_chance_that_was_had() -> None:
    # Weighted by one over its propensity, a choice counts each candidate once on average, whatever the policy did:
    # that is what makes estimates from the log unbiased. Four standard errors, on a fixed seed.
    rng = np.random.default_rng(4)
    context, candidates = any_context(rng), any_candidates(rng, 6)
    ranker = Ranker(posterior(), np.random.default_rng(5), explore=0.1)
    n = 40_000
    weights = np.zeros((n, 6))
    seen = set()
    for at in range(n):
        one = ranker.rank(context, candidates)
        weights[at, one.first] = 1 / one.propensity
        seen.add(round((one.propensity - 0.1 / 6) / 0.9 * DRAWS, 9))
    mean, error = weights.mean(axis=0), weights.std(axis=0) / np.sqrt(n)

    assert (np.abs(mean - 1.0) < 4 * error).all()
    assert seen <= set(range(DRAWS + 1))


def test_choices_are_as_frequent_as_thompson_sampling_makes_them() -> None:
    rng = np.random.default_rng(6)
    context, candidates = any_context(rng), any_candidates(rng, 6)
    one = posterior()
    ranker = Ranker(one, np.random.default_rng(7), explore=0.1)
    n = 40_000
    counts = np.bincount([ranker.rank(context, candidates).first for _ in range(n)], minlength=6) / n
    estimated, error = estimate_propensities(
        one, context, candidates, np.random.default_rng(8), explore=0.1, draws=40_000
    )

    assert estimated.sum() == pytest.approx(1.0)
    assert (estimated >= 0.1 / 6).all()
    allowed = 4 * np.sqrt(error**2 + counts * (1 - counts) / n)
    assert (np.abs(counts - estimated) < allowed + 1e-12).all()


def test_scores_are_those_of_the_weights() -> None:
    rng = np.random.default_rng(10)
    context, candidates = any_context(rng), any_candidates(rng, 5)
    one = posterior()
    np.testing.assert_allclose(
        mean_scores(one, context, candidates), features(context, candidates) @ one.mean
    )

    draws = np.array(
        [Ranker(one, np.random.default_rng(i)).rank(context, candidates).costs for i in range(4_000)]
    )
    rows = features(context, candidates)
    spread = np.sqrt(np.einsum("ij,jk,ik->i", rows, one.covariance, rows))
    np.testing.assert_allclose(-draws.mean(axis=0), rows @ one.mean, atol=4 * spread.max() / np.sqrt(4_000))
    np.testing.assert_allclose(draws.std(axis=0), spread, rtol=0.06)


def test_a_cold_start_follows_the_prior_and_learning_overcomes_it() -> None:
    rng = np.random.default_rng(11)
    context, candidates = any_context(rng), single_candidates()
    expected = Fixed(0.1, 0.8, 0.0, 0.0, 0.0)
    one = Posterior(ridge=20.0, noise=0.2)
    ranker = Ranker(one, rng, prior=expected, explore=0.0)
    assert [ranker.rank(context, candidates).first for _ in range(20)] == [1] * 20
    np.testing.assert_allclose(mean_scores(one, context, candidates, expected), [0.1, 0.8, 0.0, 0.0, 0.0])

    for _ in range(500):
        ranking = ranker.rank(context, candidates)
        one.add(ranking.observe(-0.5 if ranking.first == 1 else 0.3))
    assert 1 not in [ranker.rank(context, candidates).first for _ in range(20)]


def test_an_observation_is_what_was_shown_less_what_was_expected() -> None:
    rng = np.random.default_rng(12)
    context, candidates = any_context(rng), any_candidates(rng, 3)
    ranking = Ranker(Posterior(), rng, prior=Fixed(0.25, 0.25, 0.25)).rank(context, candidates)
    row = ranking.observe(1.0)

    assert row.target == 768
    assert row.numbers() == tuple(
        int(x) for x in (*context.numbers.tolist(), *candidates.numbers[ranking.first].tolist())
    )
    assert Observation.unpack(row.pack()) == row


@pytest.mark.parametrize("means", [(0.1,), (0.1, 0.2, float("nan"))])
def test_a_prior_that_answers_nonsense_is_refused(means: tuple[float, ...]) -> None:
    rng = np.random.default_rng(13)
    with pytest.raises(DecisionError, match="one number for each candidate"):
        Ranker(Posterior(), rng, prior=Fixed(*means)).rank(any_context(rng), any_candidates(rng, 3))


def test_a_prior_beyond_its_bounds_is_clipped() -> None:
    rng = np.random.default_rng(14)
    context, candidates = any_context(rng), any_candidates(rng, 2)
    assert mean_scores(Posterior(), context, candidates, Fixed(9.0, -9.0)).tolist() == [1.0, -1.0]
    estimated, _ = estimate_propensities(
        Posterior(ridge=1e6, noise=0.01), context, candidates, rng, prior=Fixed(9.0, -9.0), explore=0.0
    )
    assert estimated.tolist() == [1.0, 0.0]


@pytest.mark.parametrize("explore", [-0.1, 1.1, float("nan")])
def test_a_chance_that_is_none_is_refused(explore: float) -> None:
    with pytest.raises(DecisionError):
        Ranker(Posterior(), np.random.default_rng(0), explore=explore)


@pytest.mark.parametrize("explore", [0.0, 1.0])
def test_exploration_can_be_off_and_can_be_all(explore: float) -> None:
    rng = np.random.default_rng(15)
    ranker = Ranker(posterior(), rng, explore=explore)
    context, candidates = any_context(rng), any_candidates(rng, 4)
    found = [ranker.rank(context, candidates) for _ in range(400)]
    assert {one.explored for one in found} == {explore == 1.0}
    if explore == 1.0:
        counts = np.bincount([one.first for one in found], minlength=4)
        assert {one.propensity for one in found} == {0.25}
        assert counts.min() > 60


def regret(seed: int, steps: int, *, plain: bool) -> float:
    """Return what was lost beside the best candidate in a seeded linear world."""
    world = np.random.default_rng(seed)
    weights = world.normal(0.0, 0.15, N)  # so small that no reward is clipped
    chance = np.random.default_rng(1_000 + seed)
    one = Posterior(1.0, 0.25)
    ranker = Ranker(one, chance, explore=0.0)
    textbook = PlainSampler(1.0, 0.25, chance)
    lost = 0.0
    for _ in range(steps):
        context, candidates = any_context(world), any_candidates(world, 10)
        rows = features(context, candidates)
        means = rows @ weights
        noise = float(world.normal(0.0, 0.25))
        if plain:
            first = textbook.choose(rows)
            textbook.learn(rows[first], float(means[first]) + noise)
        else:
            ranking = ranker.rank(context, candidates)
            first = ranking.first
            one.add(ranking.observe(float(means[first]) + noise))
        lost += float(means.max() - means[first])
    return lost


@pytest.mark.slow
def test_it_loses_no_more_than_the_textbook_sampler_and_ever_less() -> None:
    worlds = range(40)
    ours = sum(regret(seed, 400, plain=False) for seed in worlds)
    textbook = sum(regret(seed, 400, plain=True) for seed in worlds)
    early = sum(regret(seed, 100, plain=False) for seed in worlds)

    # Both sample alike but by other numbers: the ratio's standard error is about 0.03. The benchmark measures the
    # ratio closely, beside another program.
    assert ours / textbook < 1.1
    # A quarter of the steps costs far more than a quarter of the regret: it learns.
    assert early > 0.4 * ours
