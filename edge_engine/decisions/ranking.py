"""Which candidate first: linear Thompson sampling, with the exact chance that each choice had.

One decision draws :data:`DRAWS` weight vectors from the posterior and asks each for its best candidate. One of the
draws is picked at random and its order is the ranking; with a small chance (``explore``) any candidate, all alike, is
put first instead. Seen from before the draws this is Thompson sampling. Seen from after them it is a lottery whose
chances are known: a candidate that won w of the draws comes first with probability

    propensity = (1 - explore) * w / DRAWS + explore / candidates.

That number is logged. It has no error: it is the probability with which the choice was made, given the draws, so a
mean weighted by its inverse is unbiased, and none is 0. It is not the probability over all draws that could have been
made, which has no closed form; as an estimate of that it has a standard error of at most ``sqrt(p (1 - p) / DRAWS)``.
:func:`estimate_propensities` estimates that one as well as one likes.

Source: Agrawal and Goyal, "Thompson sampling for contextual bandits with linear payoffs", ICML 2013.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge_engine.decisions.posterior import N_CANDIDATE, N_CONTEXT, N, Observation, Posterior, target
from edge_engine.errors import DecisionError

if TYPE_CHECKING:
    from edge_engine.decisions.features import Candidates, Context

DRAWS: Final = 4
EXPLORE: Final = 0.005


class Prior(Protocol):
    """What is expected of candidates before anything was learned on this device, such as a model trained elsewhere."""

    @property
    def name(self) -> str:
        """Name and version, for the trace."""
        ...

    @property
    def ridge(self) -> float:
        """How many observations of one feature it is worth: the posterior's beside it."""
        ...

    def means(self, context: Context, candidates: Candidates) -> NDArray[np.float64]:
        """Return the mean reward of each candidate, ``float64[n]``, between -1 and 1."""
        ...


class Ranking(msgspec.Struct, frozen=True, eq=False):
    """A ranking and all that is needed to learn from it later.

    Attributes:
        order: Places of the candidates in what was ranked, ``int64[n]``, the best first.
        first: The place of the first.
        propensity: The chance that it had of being first, given the draws.
        explored: Whether it was put first by the chance that all have alike.
        costs: Minus the scores that the order was made from, ``float64[n]`` by place.
        prior: The prior's mean of the first one.
        features: Eleven whole 128ths: of the context and of the first one, int16 little-endian.
    """

    order: NDArray[np.int64]
    first: int
    propensity: float
    explored: bool
    costs: NDArray[np.float64]
    prior: float
    features: bytes

    def observe(self, reward: float) -> Observation:
        """Return the row to append to the log when the outcome is known.

        Args:
            reward: What came of it, between -1 (never again) and 1.

        Raises:
            DecisionError: It is not a number.
        """
        return Observation(self.features, target(reward, self.prior))


class Ranker:
    """Ranks candidates by a posterior; not to be shared between threads.

    Args:
        posterior: What was learned; observations are added to it by the caller.
        rng: Seeded chance.
        prior: What was expected before; None expects nothing of anything.
        explore: Chance that any candidate comes first, all alike; 0 to 1.

    Attributes:
        posterior: As given.
        prior: As given.

    Raises:
        DecisionError: ``explore`` is not within 0 and 1.
    """

    def __init__(
        self,
        posterior: Posterior,
        rng: np.random.Generator,
        *,
        prior: Prior | None = None,
        explore: float = EXPLORE,
    ) -> None:
        if not 0.0 <= explore <= 1.0:
            raise DecisionError("explore is a chance between 0 and 1")
        self.posterior = posterior
        self._rng = rng
        self.prior = prior
        self._explore = explore
        # One column a draw; the last row meets the mean.
        self._draws: NDArray[np.float64] = np.ones((N + 1, DRAWS))
        self._normal: NDArray[np.float64] = self._draws[:N]
        # Room for the products, and views of it.
        self._part: NDArray[np.float64] = np.empty(N_CANDIDATE * (N + 1))
        self._part_by_candidate: NDArray[np.float64] = self._part.reshape(N_CANDIDATE, N + 1)
        self._weights: NDArray[np.float64] = np.empty((N_CANDIDATE, DRAWS))
        self._weights_by_draw: NDArray[np.float64] = self._weights.T

    def rank(self, context: Context, candidates: Candidates) -> Ranking:
        """Rank candidates."""
        n = len(candidates.stored)
        explore = self._explore
        costs = self._sample(context, candidates)
        prior = None if self.prior is None else prior_means(self.prior, context, candidates)
        if prior is not None:
            costs -= prior
        winners = costs.argmin(1).tolist()
        # One uniform number decides whether, and whom, to explore, and else which draw is followed.
        chance = self._rng.random()
        explored = chance < explore
        if explored:
            draw, first = 0, min(int(chance / explore * n), n - 1)
        else:
            draw = min(int((chance - explore) / (1.0 - explore) * DRAWS), DRAWS - 1)
            first = winners[draw]
        order = costs[draw].argsort(kind="stable")
        if order.item(0) != first:
            order = np.concatenate(([first], order[order != first]))
        return Ranking(
            order,
            first,
            (1.0 - explore) * winners.count(first) / DRAWS + explore / n,
            explored,
            costs[draw],
            0.0 if prior is None else prior.item(first),
            context.stored + candidates.stored[first],
        )

    def _sample(self, context: Context, candidates: Candidates) -> NDArray[np.float64]:
        """Return minus the sampled scores, ``float64[DRAWS, n]``, before the prior.

        Features are products, so the root is contracted with the context first: what is left is small.
        """
        self._rng.standard_normal(out=self._normal)
        context.numbers.dot(self.posterior.by_context, self._part)
        self._part_by_candidate.dot(self._draws, self._weights)
        costs: NDArray[np.float64] = self._weights_by_draw.dot(candidates.negated)
        return costs


def in_order(context: Context, candidates: Candidates, prior: Prior | None = None) -> Ranking:
    """Return the candidates as they stand: what nothing was drawn for had no other chance.

    It is learned from like any other: what came of the first one is known.
    """
    n = len(candidates)
    means = np.zeros(n) if prior is None else prior_means(prior, context, candidates)
    return Ranking(
        np.arange(n),
        0,
        1.0,
        False,
        -means,
        means.item(0),
        context.stored + candidates.stored[0],
    )


def mean_scores(
    posterior: Posterior, context: Context, candidates: Candidates, prior: Prior | None = None
) -> NDArray[np.float64]:
    """Return what each candidate is expected to bring, ``float64[n]``: the prior's mean and what was learned."""
    weights = posterior.root[:, N].reshape(N_CONTEXT, N_CANDIDATE)
    learned: NDArray[np.float64] = candidates.numbers @ (context.numbers @ weights)
    return learned if prior is None else learned + prior_means(prior, context, candidates)


def estimate_propensities(
    posterior: Posterior,
    context: Context,
    candidates: Candidates,
    rng: np.random.Generator,
    *,
    prior: Prior | None = None,
    explore: float = EXPLORE,
    draws: int = 4096,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the chance of each candidate to come first over all draws, and its standard error, ``float64[n]`` both.

    By ``draws`` independent samples; the standard error is ``(1 - explore) sqrt(p (1 - p) / draws)``.
    """
    root = posterior.root
    weights = root[:, :N] @ rng.standard_normal((N, draws)) + root[:, N:]
    contracted = np.tensordot(context.numbers, weights.reshape(N_CONTEXT, N_CANDIDATE, draws), axes=1)
    scores = candidates.numbers @ contracted
    if prior is not None:
        scores += prior_means(prior, context, candidates)[:, None]
    wins = np.bincount(scores.argmax(0), minlength=len(candidates)) / draws
    error = (1.0 - explore) * np.sqrt(wins * (1.0 - wins) / draws)
    return (1.0 - explore) * wins + explore / len(candidates), error


def prior_means(prior: Prior, context: Context, candidates: Candidates) -> NDArray[np.float64]:
    """Return what a prior expects of each candidate, ``float64[n]`` within -1 and 1.

    Raises:
        DecisionError: It does not give one finite number for each.
    """
    means = prior.means(context, candidates)
    if means.shape != (len(candidates),) or not np.isfinite(means).all():
        raise DecisionError("the prior does not give one number for each candidate")
    return np.clip(means, -1.0, 1.0)
