"""Measures whether the recommender earns its place: simulated people whom it was not trained on, a year each.

Needs no data. Every way to choose meets the same people in the same year, so differences are taken person by person.
One world is as in training with other people; in one tastes are other ones; in two the assumptions are wrong: what
should fit misses two of five people, or everybody. All figures are of a simulation whose people are made up.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from edge_engine.decisions.offer import Family
from edge_engine.decisions.posterior import Posterior
from edge_engine.decisions.ranking import Ranker
from edge_engine.evaluation import Table
from edge_engine.inference.recommender import Recommender
from edge_engine.simulation.behaviour import Assumptions
from edge_engine.simulation.suggestions import Life, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from edge_engine.decisions.features import Candidates, Context
    from edge_engine.decisions.ranking import Ranking
    from edge_engine.simulation.suggestions import Chooser

PEOPLE: Final = 200
"""People in each world."""

MOMENTS: Final = 3_000
"""First occasions on which the estimate from logged chances is compared."""

SEED: Final = 2_026
WIDTH: Final = 1.96
"""Standard errors to either side of a 95% interval."""

RIDGE_ALONE: Final = 1.0
"""What no prior is worth: the posterior's own default."""

BASELINE: Final = "no_prior"

NAMES: Final = {
    "fixed_order": "catalogue's order",
    BASELINE: "learning, no prior",
    "no_prior_cautious": "the same, narrow",
    "with_prior": "learning with prior",
    "prior_alone": "prior alone",
}

WORLD_NAMES: Final = {
    "same": "people as in training, others",
    "tastes": "other tastes",
    "contrary": "assumptions wrong for two of five",
    "reversed": "assumptions wrong for everybody",
}


def worlds() -> dict[str, World]:
    """Return the worlds that are measured in."""
    rules = Assumptions.default()
    # Fixed and not drawn, so that the world is the same for whoever reads this.
    shift = {
        Family.PLAN: -0.6,
        Family.SAVE: -0.4,
        Family.PROTECT: 0.8,
        Family.INVEST: 0.6,
        Family.CREDIT: -0.5,
    }
    return {
        "same": World(rules),
        "tastes": World(rules.changed(taste__spread=1.2, patience__spread=0.9, act__fit=1.1), shift),
        "contrary": World(rules, contrary=0.4),
        "reversed": World(rules, contrary=1.0),
    }


class InOrder:
    """Chooses the first: the order of the catalogue."""

    def choose(self, context: Context, candidates: Candidates) -> int:
        """Return the first place."""
        del context, candidates
        return 0

    def learn(self, reward: float) -> None:
        """Learn nothing."""


class ByPrior:
    """Chooses what the model expects most of.

    Args:
        model: The recommender.
    """

    def __init__(self, model: Recommender) -> None:
        self._model = model

    def choose(self, context: Context, candidates: Candidates) -> int:
        """Return the place of the best."""
        return int(self._model.means(context, candidates).argmax())

    def learn(self, reward: float) -> None:
        """Learn nothing."""


class Sampling:
    """Thompson sampling that learns from one person.

    Args:
        seed: Of its draws.
        ridge: What the prior is worth.
        prior: The recommender, or None.
    """

    def __init__(self, seed: tuple[int, ...], ridge: float, prior: Recommender | None) -> None:
        self._posterior = Posterior(ridge)
        self._ranker = Ranker(self._posterior, np.random.default_rng(seed), prior=prior)
        self.ranking: Ranking | None = None

    def choose(self, context: Context, candidates: Candidates) -> int:
        """Return the place of the first."""
        self.ranking = self._ranker.rank(context, candidates)
        return self.ranking.first

    def learn(self, reward: float) -> None:
        """Learn from what came of it."""
        if self.ranking is not None:
            self._posterior.add(self.ranking.observe(reward))


def choosers(model: Recommender) -> dict[str, Callable[[int], Chooser]]:
    """Return each way to choose, by name; it is made anew for each person's number."""
    return {
        "fixed_order": lambda _: InOrder(),
        BASELINE: lambda person: Sampling((SEED, person, 4), RIDGE_ALONE, None),
        "no_prior_cautious": lambda person: Sampling((SEED, person, 4), model.ridge, None),
        "with_prior": lambda person: Sampling((SEED, person, 4), model.ridge, model),
        "prior_alone": lambda _: ByPrior(model),
    }


def evaluate(data: Path | None) -> dict[str, Any]:
    """Return the figures of the installed model.

    Args:
        data: Not used: the people are simulated.

    Returns:
        ``worlds`` by name and way to choose: ``reward`` a person and year with its ``low`` and ``high``, ``gain`` over
        Thompson sampling without a prior with its interval, the share ``never`` of what was shown; ``off_policy``.
    """
    del data
    return figures(Recommender.load(), PEOPLE, MOMENTS)


def figures(model: Recommender, people: int, moments: int) -> dict[str, Any]:
    """Return what :func:`evaluate` does, of some people and moments."""
    return {
        "model": model.name,
        "ridge": model.ridge,
        "people": people,
        "worlds": {
            name: _world(world, at, choosers(model), people)
            for at, (name, world) in enumerate(worlds().items())
        },
        "off_policy": off_policy(model, moments),
    }


def _world(
    world: World, number: int, ways: Mapping[str, Callable[[int], Chooser]], people: int
) -> dict[str, dict[str, float]]:
    sums: dict[str, NDArray[np.float64]] = {}
    shown: dict[str, dict[str, float]] = {}
    for name, make in ways.items():
        years = [Life.draw(world, (SEED, number, person)).live(make(person)) for person in range(people)]
        turns = [turn for year in years for turn in year]
        sums[name] = np.array([sum(turn.reward for turn in year) for year in years])
        shown[name] = {
            "shown": len(turns) / people,
            "acted": float(np.mean([turn.response == "acted" for turn in turns])),
            "never": float(np.mean([turn.response == "never" for turn in turns])),
        }
    return {
        name: {
            **dict(zip(("reward", "low", "high"), interval(total), strict=True)),
            **dict(zip(("gain", "gain_low", "gain_high"), interval(total - sums[BASELINE]), strict=True)),
            **shown[name],
        }
        for name, total in sums.items()
    }


def interval(some: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the mean of independent numbers and its 95% interval."""
    mean, error = float(some.mean()), float(some.std(ddof=1)) / math.sqrt(len(some))
    return mean, mean - WIDTH * error, mean + WIDTH * error


def off_policy(model: Recommender, moments: int) -> dict[str, float]:
    """Compare what logged chances say of the prior alone with what the prior alone brings.

    Each of some people is met once, on the first occasion of a year with a choice, by a sampler that logs its chance,
    and again, from the same state, by the prior alone. The estimate weighs each logged reward by the inverse of its
    chance where the prior would have chosen the same.

    Returns:
        ``estimate`` and ``on_policy`` with their intervals, ``difference`` with its interval, and ``moments``.
    """
    world = World(Assumptions.default())
    weighed, truth = [], []
    target = ByPrior(model)
    for number in range(moments):
        seed = (SEED, 9, number)
        logging = Sampling((*seed, 4), RIDGE_ALONE, None)
        turns = Life.draw(world, seed).live(logging, most=1)
        if not turns or logging.ranking is None:
            continue
        (turn,) = turns
        same = target.choose(turn.context, turn.candidates) == turn.chosen
        weighed.append(turn.reward / logging.ranking.propensity if same else 0.0)
        # Another stream of the person's chance, or the two would share their luck.
        again = Life.draw(world, seed)
        again.chance = np.random.default_rng((*seed, 5))
        truth.append(again.live(target, most=1)[0].reward)
    estimate, on_policy = np.array(weighed), np.array(truth)
    return {
        "moments": len(truth),
        **dict(zip(("estimate", "estimate_low", "estimate_high"), interval(estimate), strict=True)),
        **dict(zip(("on_policy", "on_policy_low", "on_policy_high"), interval(on_policy), strict=True)),
        **dict(
            zip(
                ("difference", "difference_low", "difference_high"),
                interval(estimate - on_policy),
                strict=True,
            )
        ),
    }


def tables(found: Any) -> Iterable[Table]:  # noqa: ANN401 - the protocol's
    """Return the figures for people."""
    columns = ["way to choose", "reward a year", "over no prior", "shown", "acted", "never"]
    for name, ways in found["worlds"].items():
        yield Table(
            f"{WORLD_NAMES[name]}: {found['people']} simulated people, 95% intervals",
            columns,
            [
                [
                    NAMES[way],
                    _spread([one["reward"], one["low"], one["high"]]),
                    "" if way == BASELINE else _spread([one["gain"], one["gain_low"], one["gain_high"]], "+"),
                    f"{one['shown']:.0f}",
                    f"{one['acted']:.3f}",
                    f"{one['never']:.4f}",
                ]
                for way, one in ways.items()
            ],
            right=columns[1:],
        )
    one = found["off_policy"]
    yield Table(
        f"The prior alone, one choice each at {one['moments']} moments: from logged chances, and really",
        ["", "mean reward"],
        [
            [words, _spread([one[name], one[f"{name}_low"], one[f"{name}_high"]])]
            for name, words in (
                ("estimate", "weighed by inverse chances"),
                ("on_policy", "chosen by it"),
                ("difference", "difference"),
            )
        ],
        right=["mean reward"],
    )


def _spread(numbers: Sequence[float], sign: str = "") -> str:
    mean, low, high = numbers
    return f"{mean:{sign}.2f} ({low:{sign}.2f} to {high:{sign}.2f})"
