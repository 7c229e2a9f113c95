"""How simulated people react: as the assumptions say, and differently from each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine.decisions.offer import Family
from edge_engine.decisions.story import Reaction
from edge_engine.simulation.behaviour import (
    Assumptions,
    Person,
    Suggestion,
    chances,
    fit,
    person,
    respond,
    rest,
)
from edge_engine.simulation.situations import Circumstances, Situation

RULES = Assumptions.default()
USUAL = Circumstances(30.0, 0.1, 0.6, 0.5, 3.0, 0.1, 0.9, 0.95, 0.2)
SHORT = Situation(USUAL, 2.0, -0.05)
WELL = Situation(USUAL, 90.0, 0.25)
SAVE = Suggestion(Family.SAVE, intrusive=False, value=0.2)
PUSHED = Suggestion(Family.SAVE, intrusive=True, value=0.2)


def somebody(trust: float = 0.5, tired: float = 0.0, *, contrary: bool = False) -> Person:
    return Person(dict.fromkeys(Family, 0.0), 0.0, 1.0, contrary, trust, tired)


@given(
    st.floats(0, 1),
    st.floats(0, 20),
    st.booleans(),
    st.sampled_from(Family),
    st.booleans(),
    st.floats(0, 1),
    st.floats(0, 3650),
    st.floats(-1, 1),
)
def test_the_chances_of_all_responses_sum_to_one(
    trust: float,
    tired: float,
    contrary: bool,  # noqa: FBT001
    family: Family,
    intrusive: bool,  # noqa: FBT001
    value: float,
    days: float,
    spare: float,
) -> None:
    who = somebody(trust, tired, contrary=contrary)
    found = chances(
        RULES, who, Situation(USUAL, days, spare), Suggestion(family, intrusive=intrusive, value=value)
    )
    assert set(found) == set(Reaction)
    assert min(found.values()) >= 0.0
    assert sum(found.values()) == pytest.approx(1.0)


def test_what_fits_is_acted_upon_and_what_misses_is_closed() -> None:
    for family, better, worse in ((Family.SAVE, WELL, SHORT), (Family.SUPPORT, SHORT, WELL)):
        what = Suggestion(family, intrusive=False, value=0.0)
        assert fit(RULES, somebody(), better, family) > 0.5
        assert fit(RULES, somebody(), worse, family) < -0.5
        good, bad = (chances(RULES, somebody(), one, what) for one in (better, worse))
        assert good[Reaction.ACTED] > 4 * bad[Reaction.ACTED]
        assert good[Reaction.CLOSED] < bad[Reaction.CLOSED]
        assert good[Reaction.NEVER] < bad[Reaction.NEVER]


def test_people_who_are_contrary_like_what_misses_others() -> None:
    here, there = somebody(), somebody(contrary=True)
    assert fit(RULES, there, WELL, Family.SAVE) == -fit(RULES, here, WELL, Family.SAVE)


def test_an_interruption_is_seen_more_and_forgiven_less() -> None:
    quiet, pushed = (chances(RULES, somebody(), WELL, one) for one in (SAVE, PUSHED))
    assert pushed[Reaction.NONE] < quiet[Reaction.NONE]
    assert pushed[Reaction.CLOSED] / (1 - pushed[Reaction.NONE]) > quiet[Reaction.CLOSED] / (
        1 - quiet[Reaction.NONE]
    )


def test_who_is_tired_or_distrusts_acts_less_and_closes_more() -> None:
    fresh = chances(RULES, somebody(), WELL, SAVE)
    for who in (somebody(tired=3.0), somebody(trust=0.1)):
        worn = chances(RULES, who, WELL, SAVE)
        assert worn[Reaction.ACTED] < fresh[Reaction.ACTED]
        assert worn[Reaction.CLOSED] > fresh[Reaction.CLOSED]


def test_days_let_people_recover() -> None:
    who = somebody(tired=4.0)
    rest(RULES, who, RULES.numbers["tired.half_life_days"])
    assert who.tired == pytest.approx(2.0)


def after(what: Suggestion, now: Situation, wanted: Reaction) -> Person:
    """Somebody who has just responded so."""
    for seed in range(1000):
        who = somebody()
        if respond(RULES, who, now, what, np.random.default_rng(seed)) is wanted:
            return who
    raise AssertionError(wanted)


def test_help_makes_trust_grow_and_nagging_and_misfits_cost_it() -> None:
    assert after(SAVE, WELL, Reaction.ACTED).trust > 0.5
    assert after(SAVE, WELL, Reaction.NONE).trust == 0.5
    closed, misfit = (after(SAVE, now, Reaction.CLOSED).trust for now in (WELL, SHORT))
    assert misfit < closed < 0.5
    assert after(PUSHED, WELL, Reaction.CLOSED).trust < closed
    assert after(PUSHED, WELL, Reaction.NONE).tired > after(SAVE, WELL, Reaction.NONE).tired


def test_people_differ_and_the_same_seed_is_the_same_person() -> None:
    people = [person(np.random.default_rng(seed), RULES) for seed in range(400)]
    tastes = np.array([[one.tastes[family] for family in Family] for one in people])
    np.testing.assert_allclose(tastes.std(0), RULES.numbers["taste.spread"], rtol=0.15)
    assert all(0.0 <= one.trust <= 1.0 for one in people)
    assert person(np.random.default_rng(3), RULES) == people[3]


def test_a_world_may_be_changed_by_names_that_there_are() -> None:
    assert RULES.changed(taste__spread=2.0).numbers["taste.spread"] == 2.0
    with pytest.raises(KeyError):
        RULES.changed(taste__width=2.0)


def test_responses_come_as_often_as_their_chances_say() -> None:
    chance = np.random.default_rng(1)
    found = [respond(RULES, somebody(), WELL, PUSHED, chance) for _ in range(4000)]
    for response, share in chances(RULES, somebody(), WELL, PUSHED).items():
        assert found.count(response) / 4000 == pytest.approx(share, abs=0.03)
