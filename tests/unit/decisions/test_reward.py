"""Rewards: within their bounds, in the order in which outcomes are wished for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine.decisions.reward import REWARDS, reward
from edge_engine.decisions.story import Reaction
from edge_engine.errors import DecisionError


@given(st.sampled_from(Reaction), st.floats(-1e9, 1e9))
def test_a_reward_is_within_its_bounds(response: Reaction, value: float) -> None:
    assert -1.0 <= reward(response, value) <= 1.0


def test_outcomes_are_worth_what_they_are_wished_for() -> None:
    order = [
        Reaction.NEVER,
        Reaction.CLOSED,
        Reaction.NOT_NOW,
        Reaction.NONE,
        Reaction.OPENED,
        Reaction.ACTED,
    ]
    assert sorted(Reaction, key=reward) == order
    assert (reward(Reaction.NEVER), reward(Reaction.NONE)) == (-1.0, 0.0)
    assert set(REWARDS) == set(Reaction)


def test_only_who_acted_received_a_value() -> None:
    assert reward(Reaction.ACTED, 1.0) == 1.0
    assert reward(Reaction.ACTED, 0.5) == pytest.approx(0.8)
    assert reward(Reaction.ACTED, -3.0) == reward(Reaction.ACTED)
    for response in set(Reaction) - {Reaction.ACTED}:
        assert reward(response, 1.0) == reward(response)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_is_a_number(value: float) -> None:
    with pytest.raises(DecisionError):
        reward(Reaction.ACTED, value)
