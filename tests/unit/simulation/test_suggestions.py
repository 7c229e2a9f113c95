"""A simulated year of suggestions: the same for every chooser, and within the guards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge_engine.decisions.offer import MOMENTS
from edge_engine.decisions.reward import reward
from edge_engine.decisions.story import Reaction
from edge_engine.simulation.behaviour import Assumptions
from edge_engine.simulation.situations import WORTH, Situation, circumstances, moments, weeks
from edge_engine.simulation.suggestions import DAYS, Life, World

if TYPE_CHECKING:
    from edge_engine.decisions.features import Candidates, Context

WORLD = World(Assumptions.default())


class Last:
    """Chooses the last candidate."""

    def __init__(self) -> None:
        self.rewards: list[float] = []

    def choose(self, context: Context, candidates: Candidates) -> int:
        return len(candidates) - 1

    def learn(self, reward: float) -> None:
        self.rewards.append(reward)


class First(Last):
    """Chooses the first candidate."""

    def choose(self, context: Context, candidates: Candidates) -> int:
        return 0


def test_the_same_seed_gives_the_same_year() -> None:
    one, other = (Life.draw(WORLD, (1, 2)).live(Last()) for _ in range(2))
    assert [(turn.day, turn.chosen, turn.response) for turn in one] == [
        (turn.day, turn.chosen, turn.response) for turn in other
    ]


def test_choosers_meet_the_same_money_and_occasions() -> None:
    one, other = Life.draw(WORLD, (1, 3)), Life.draw(WORLD, (1, 3))
    one.live(First())
    other.live(Last())
    assert (one.weeks, one.occasions) == (other.weeks, other.occasions)


def test_the_chooser_learns_the_reward_of_each_turn() -> None:
    chooser = Last()
    turns = Life.draw(WORLD, (1, 4)).live(chooser)
    assert chooser.rewards == [turn.reward for turn in turns]
    assert len(turns) > 5
    for turn in turns:
        value = turn.candidates.numbers[turn.chosen, 3] / 128
        assert abs(turn.reward - reward(turn.response, value)) < 0.4 / 128


def test_what_was_refused_for_ever_never_comes_again() -> None:
    refused = 0
    for seed in range(60):
        life = Life.draw(WORLD, (2, seed))
        turns = life.live(Last())
        for at, turn in enumerate(turns):
            if turn.response is Reaction.NEVER:
                refused += 1
                assert life.shown[at].offer not in [one.offer for one in life.shown[at + 1 :]]
    assert refused > 5


def test_the_most_turns_are_kept_to() -> None:
    assert len(Life.draw(WORLD, (1, 5)).live(First(), most=2)) == 2


def test_money_moves_around_what_is_usual() -> None:
    chance = np.random.default_rng(5)
    usual = circumstances(chance)
    lived = weeks(usual, chance)
    assert len(lived) == DAYS // 7
    assert 0.3 < np.median([one.buffer_days for one in lived]) / usual.buffer_days < 3
    assert np.std([one.spare for one in lived]) > 0.005


def test_moments_are_ones_that_offers_wait_for_and_shortfalls_come_to_who_is_short() -> None:
    usual = circumstances(np.random.default_rng(6))
    short, well = (moments(Situation(usual, days, 0.1)) for days in (2.0, 60.0))
    assert set(short) <= set(MOMENTS)
    assert set(WORTH) <= set(short)
    assert short["liquidity_shortfall"] > 5 * well["liquidity_shortfall"]
    assert all(0 < share < 1 for share in short.values())
