"""Who chooses in the replay: our ranking without a prior, and two well-known libraries where they are installed.

Each learns on one device alone, from nothing. MABWiser has a linear model of the context for each offer, Vowpal Wabbit
one of products of the context's and the candidate's features, as our ranking has.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from edge_engine.decisions.features import CANDIDATE, CONTEXT, ONE, Candidates, Context
from edge_engine.decisions.posterior import Posterior
from edge_engine.decisions.ranking import Ranker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.decisions.ranking import Ranking
    from edge_engine.simulation.record import Suggested

OURS: Final = "cold"
MABWISER: Final = "mabwiser"
VOWPAL: Final = "vowpal"
NEEDS: Final = {MABWISER: "mabwiser.mab", VOWPAL: "vowpalwabbit"}
"""Modules that peers need; they are the extra ``bench``."""

_NOISE: Final = 0.25
"""How wide MABWiser draws: the deviation of rewards, as in the project's own benchmark."""

_SEEDS: Final = 2**31


class Chooser(Protocol):
    """Chooses among candidates and learns from what came of it."""

    def choose(self, one: Suggested) -> int:
        """Return the place of a candidate."""
        ...

    def learn(self, reward: float) -> None:
        """Take the reward of the latest choice in."""
        ...


class Ours:
    """Our ranking, without a prior.

    Args:
        seed: Of its chance.
    """

    def __init__(self, seed: int) -> None:
        self._posterior = Posterior()
        self._ranker = Ranker(self._posterior, np.random.default_rng(seed))
        self._latest: Ranking | None = None

    def choose(self, one: Suggested) -> int:
        """Return the place of a candidate."""
        context = Context.of(_named(CONTEXT, one.context))
        candidates = Candidates.of([_named(CANDIDATE, it.features) for it in one.candidates])
        self._latest = self._ranker.rank(context, candidates)
        return self._latest.first

    def learn(self, reward: float) -> None:
        """Take the reward of the latest choice in."""
        if self._latest is not None:
            self._posterior.add(self._latest.observe(reward))


class Mabwiser:
    """MABWiser's linear Thompson sampling, an arm for each offer.

    Args:
        seed: Of its chance.
        offers: Of all candidates that it will meet; each is observed once as nothing, as it has to be fitted.
    """

    def __init__(self, seed: int, offers: Sequence[str]) -> None:
        module: Any = importlib.import_module(NEEDS[MABWISER])
        policy = module.LearningPolicy.LinTS(alpha=_NOISE, l2_lambda=1.0)
        self._bandit = module.MAB(arms=list(offers), learning_policy=policy, seed=seed % _SEEDS)
        self._bandit.fit(list(offers), [0.0] * len(offers), np.zeros((len(offers), len(CONTEXT))))
        self._latest: tuple[str, Any] | None = None

    def choose(self, one: Suggested) -> int:
        """Return the place of a candidate."""
        row = np.array([one.context], dtype=np.float64) / ONE
        found = self._bandit.predict_expectations(row)
        places = range(len(one.candidates))
        chosen = max(places, key=lambda at: (float(found[one.candidates[at].offer]), -at))
        self._latest = one.candidates[chosen].offer, row
        return chosen

    def learn(self, reward: float) -> None:
        """Take the reward of the latest choice in."""
        if self._latest is not None:
            offer, row = self._latest
            self._bandit.partial_fit([offer], [reward], row)


class Vowpal:
    """Vowpal Wabbit's contextual bandit with features of candidates.

    Args:
        seed: Of its chance and of the draws from what it says.
    """

    def __init__(self, seed: int) -> None:
        module: Any = importlib.import_module(NEEDS[VOWPAL])
        start = f"--cb_explore_adf --epsilon 0.01 -q ca --quiet --random_seed {seed % _SEEDS}"
        self._workspace = module.Workspace(start)
        self._chance = np.random.default_rng(seed)
        self._latest: tuple[list[str], int, float] | None = None

    def choose(self, one: Suggested) -> int:
        """Return the place of a candidate."""
        lines = ["shared |c " + _line(CONTEXT, one.context)]
        lines += ["|a " + _line(CANDIDATE, it.features) for it in one.candidates]
        chances = self._workspace.predict(lines)
        mark, chosen = float(self._chance.random()) * sum(chances), len(chances) - 1
        for at, chance in enumerate(chances):
            mark -= chance
            if mark < 0.0:
                chosen = at
                break
        self._latest = lines, chosen, chances[chosen] / sum(chances)
        return chosen

    def learn(self, reward: float) -> None:
        """Take the reward of the latest choice in."""
        if self._latest is not None:
            lines, chosen, chance = self._latest
            told = list(lines)
            told[chosen + 1] = f"0:{-reward:.6f}:{chance:.6f} {lines[chosen + 1]}"
            self._workspace.learn(told)

    def close(self) -> None:
        """Give its memory back."""
        self._workspace.finish()


def missing(name: str) -> bool:
    """Return whether a peer is not installed."""
    try:
        importlib.import_module(NEEDS[name])
    except ImportError:
        return True
    return False


def _named(names: tuple[str, ...], numbers: Sequence[int]) -> dict[str, float]:
    return {name: number / ONE for name, number in zip(names[1:], numbers[1:], strict=True)}


def _line(names: tuple[str, ...], numbers: Sequence[int]) -> str:
    return " ".join(f"{name}:{number / ONE:.6f}" for name, number in zip(names, numbers, strict=True))
