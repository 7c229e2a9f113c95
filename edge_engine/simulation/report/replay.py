"""Regret: what choices were expected to bring below the best, beside chance and others who choose at the same moments.

Every suggestion of the run is one moment with its candidates and, known to the simulation alone, the mean reward of
each to that person then. The oracle takes the best of them: its regret is 0. How the run itself chose is as recorded.
Everybody else chooses once more at the recorded moments, device by device, from nothing, and learns from a reward that
is drawn around the mean of what they chose: one of two, so that the mean is right, and for all of them by one mark of
chance a moment. Moments with one candidate leave no choice and are left out.

Moments, moods and what was refused stay as the run's own choices made them: a replay says how well somebody chooses
among the same candidates, and not what would have come of it.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.decisions.features import CANDIDATE, ONE
from edge_engine.decisions.reward import REWARDS, reward
from edge_engine.decisions.story import Reaction
from edge_engine.simulation.record import MONTH
from edge_engine.simulation.report.peers import (
    MABWISER,
    NEEDS,
    OURS,
    VOWPAL,
    Chooser,
    Mabwiser,
    Ours,
    Vowpal,
    missing,
)
from edge_engine.simulation.report.spread import Mean, Ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.simulation.record import Candidate, DeviceRecord, Settings, Suggested

RUN: Final = "run"
CHANCE: Final = "chance"
STEPS: Final = (5, 10, 20)
"""How many choices of a device make a part of the picture of learning: 1 to 5, 6 to 10, 11 to 20, and all after."""

MOST: Final = 4_000
"""Choices that are replayed; whole devices are taken until there are as many."""

_VALUE: Final = CANDIDATE.index("value")


class Contestant(msgspec.Struct, frozen=True):
    """Somebody who chose.

    Attributes:
        name: ``run`` as it was, ``cold`` our ranking without a prior, ``mabwiser``, ``vowpal``, ``chance``.
        regret: Mean of a choice.
        first_month: Mean of those within the first 30 days.
        steps: Mean of a device's choices 1 to 5, 6 to 10, 11 to 20, and after.
    """

    name: str
    regret: Mean
    first_month: Mean
    steps: tuple[Mean, ...]


class Regret(msgspec.Struct, frozen=True):
    """How well was chosen.

    Attributes:
        contestants: The least regret first; no choices, no contestants.
        choices: That were replayed.
        recorded: Choices in the whole run.
        best: Mean reward that the oracle expects of them.
        missing: Peers that are not installed.
        whole: Mean regret of the run over all its choices.
    """

    contestants: tuple[Contestant, ...]
    choices: int
    recorded: int
    best: float | None
    missing: tuple[str, ...]
    whole: Mean


class _Score:
    def __init__(self) -> None:
        self.all, self.first = Ratio(), Ratio()
        self.steps = [Ratio() for _ in range(len(STEPS) + 1)]

    def add(self, regrets: Sequence[float], days: Sequence[int]) -> None:
        self.all.add(sum(regrets), len(regrets))
        early = [one for one, day in zip(regrets, days, strict=True) if day < MONTH]
        self.first.add(sum(early), len(early))
        edges = [0, *STEPS, len(regrets)]
        for ratio, low, high in zip(self.steps, edges, edges[1:], strict=False):
            part = regrets[low:high]
            ratio.add(sum(part), len(part))

    def told(self, name: str) -> Contestant:
        return Contestant(name, self.all.told(), self.first.told(), tuple(one.told() for one in self.steps))


class Choosing:
    """Replays devices as they come.

    Args:
        settings: Of the run.
        most: Choices that are replayed, about.
    """

    def __init__(self, settings: Settings, most: int = MOST) -> None:
        self._settings, self._most = settings, most
        self._missing = tuple(one for one in NEEDS if missing(one))
        names = [RUN, OURS, *(one for one in NEEDS if one not in self._missing), CHANCE]
        self._scores = {name: _Score() for name in names}
        self._whole, self._best = Ratio(), Ratio()

    def add(self, record: DeviceRecord) -> None:
        """Take one device in."""
        moments = [one for one in record.suggested if len(one.candidates) > 1]
        self._whole.add(sum(one.regret for one in moments), len(moments))
        if not moments or self._best.count >= self._most:
            return
        self._best.add(sum(one.best for one in moments), len(moments))
        days = [one.day for one in moments]
        self._scores[RUN].add([one.regret for one in moments], days)
        self._scores[CHANCE].add([_by_chance(one) for one in moments], days)
        for at, name in enumerate((OURS, MABWISER, VOWPAL)):
            if name in self._scores:
                seed = (self._settings.seed * 1_000_003 + record.number) * 3 + at
                self._scores[name].add(self._replay(name, seed, record.number, moments), days)

    def told(self) -> Regret:
        """Return how well was chosen."""
        contestants = [score.told(name) for name, score in self._scores.items() if score.all.count]
        best = self._best.told().mean
        return Regret(
            tuple(sorted(contestants, key=lambda one: (one.regret.mean or 0.0, one.name))),
            self._best.count,
            self._whole.count,
            best,
            self._missing,
            self._whole.told(),
        )

    def _replay(self, name: str, seed: int, number: int, moments: Sequence[Suggested]) -> list[float]:
        """Return the regret of each choice."""
        chooser = _chooser(name, seed, moments)
        chance = random.Random(f"{self._settings.seed} {number} replay")
        regrets = []
        for one in moments:
            chosen = one.candidates[chooser.choose(one)]
            chooser.learn(drawn(chosen, chance.random()))
            regrets.append(one.best - chosen.expected)
        if isinstance(chooser, Vowpal):
            chooser.close()
        return regrets


def drawn(candidate: Candidate, mark: float) -> float:
    """Return a reward of two whose mean is what is expected of a candidate.

    Those are acting and closing; where the mean is below that of closing, closing and refusing for ever.

    Args:
        candidate: What was chosen.
        mark: Chance, 0 to 1.
    """
    high = reward(Reaction.ACTED, candidate.features[_VALUE] / ONE)
    low = REWARDS[Reaction.CLOSED]
    if candidate.expected < low:
        high, low = low, REWARDS[Reaction.NEVER]
    return high if mark < (candidate.expected - low) / (high - low) else low


def _chooser(name: str, seed: int, moments: Sequence[Suggested]) -> Chooser:
    if name == MABWISER:
        return Mabwiser(seed, sorted({it.offer for one in moments for it in one.candidates}))
    return Vowpal(seed) if name == VOWPAL else Ours(seed)


def _by_chance(one: Suggested) -> float:
    return one.best - sum(it.expected for it in one.candidates) / len(one.candidates)
