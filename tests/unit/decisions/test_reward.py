"""Rewards: within their bounds, in the order in which outcomes are wished for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine.decisions.reward import REWARDS, Response, reward
from edge_engine.decisions.story import Reaction
from edge_engine.errors import DecisionError


@given(st.sampled_from(Response), st.floats(-1e9, 1e9))
def test_a_reward_is_within_its_bounds(response: Response, value: float) -> None:
    assert -1.0 <= reward(response, value) <= 1.0


def test_outcomes_are_worth_what_they_are_wished_for() -> None:
    order = [
        Response.NEVER,
        Response.CLOSED,
        Response.NOT_NOW,
        Response.NOTHING,
        Response.OPENED,
        Response.ACTED,
    ]
    assert sorted(Response, key=reward) == order
    assert (reward(Response.NEVER), reward(Response.NOTHING)) == (-1.0, 0.0)
    assert set(REWARDS) == set(Response)


def test_only_who_acted_received_a_value() -> None:
    assert reward(Response.ACTED, 1.0) == 1.0
    assert reward(Response.ACTED, 0.5) == pytest.approx(0.8)
    assert reward(Response.ACTED, -3.0) == reward(Response.ACTED)
    for response in set(Response) - {Response.ACTED}:
        assert reward(response, 1.0) == reward(response)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_is_a_number(value: float) -> None:
    with pytest.raises(DecisionError):
        reward(Response.ACTED, value)


def test_every_response_is_a_reaction_that_a_story_keeps() -> None:
    assert {one.reaction for one in Response} == set(Reaction)
    assert Response.NEVER.reaction is Reaction.CLOSED
