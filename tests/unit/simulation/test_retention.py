"""Who stays: documented numbers, the directions that were assumed, and money in whole minor units."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_engine.domain.money import Money
from edge_engine.simulation.behaviour import Assumptions
from edge_engine.simulation.groups import Statistics
from edge_engine.simulation.merchants import COUNTRIES, catalog
from edge_engine.simulation.retention import Hazard, Mood, leaves, lifetime_value, staying
from edge_engine.simulation.retention_figures import answer, live, sensitivity, write

HAZARD = Hazard.default()
PLAIN = Mood(trust=0.5)


def test_every_number_has_a_reason_and_lies_within_its_range() -> None:
    for one in HAZARD.numbers.values():
        assert one.low <= one.value <= one.high
        assert one.low < one.high
        assert len(one.reason) > 20
    assert set(HAZARD.factors) == set(Statistics.default().groups)
    assert {name: one.currency for name, one in HAZARD.margins.items()} == {
        country: catalog(country).currency for country in COUNTRIES
    }


@settings(deadline=None)
@given(
    st.floats(0.0, 1.0),
    st.floats(0.0, 30.0),
    st.floats(0.0, 10.0),
    st.floats(0.0, 200.0),
    st.integers(0, 2000),
)
def test_trust_and_help_hold_and_tiredness_and_idleness_drive_away(
    trust: float, tired: float, helped: float, idle: float, day: int
) -> None:
    mood = Mood(trust, tired, helped, idle)
    chance = HAZARD.daily("couple", day, mood)
    assert 0.0 < chance < 1.0
    assert HAZARD.daily("couple", day, replace(mood, trust=1.0)) <= chance
    assert HAZARD.daily("couple", day, replace(mood, helped=helped + 1.0)) <= chance
    assert HAZARD.daily("couple", day, replace(mood, tired=tired + 1.0)) >= chance
    assert HAZARD.daily("couple", day, replace(mood, idle_days=idle + 7.0)) >= chance
    assert HAZARD.daily("couple", day + 30, mood) <= chance


def test_the_first_month_loses_a_fifth_and_a_settled_one_two_in_a_hundred() -> None:
    kept = staying(HAZARD, "couple", [PLAIN], 720)
    assert 0.80 < kept[29] < 0.87
    assert 0.975 < kept[719] / kept[689] < 0.985


def test_a_day_at_a_time_is_about_a_month_at_a_time() -> None:
    days, months = staying(HAZARD, "retired", [PLAIN], 360), staying(HAZARD, "retired", [PLAIN], 360, 30)
    assert len(months) == 12
    assert all(abs(days[30 * month + 29] - months[month]) < 0.01 for month in range(12))


def test_leaving_is_drawn_day_by_day_at_its_chance() -> None:
    assert not any(leaves(7, day, 0.0) for day in range(200))
    assert all(leaves(7, day, 1.0) for day in range(200))
    assert sum(leaves(taste, 3, 0.2) for taste in range(5000)) == pytest.approx(1000, abs=90)
    # Whoever leaves at a low chance leaves at a higher one: policies on the same people differ by their chances alone.
    assert all(leaves(taste, 3, 0.3) for taste in range(2000) if leaves(taste, 3, 0.2))


def test_help_is_half_forgotten_after_its_half_life() -> None:
    assert HAZARD.remember(2.0, HAZARD.values["helped.half_life"]) == pytest.approx(1.0)


def test_worth_is_the_sum_of_discounted_months() -> None:
    kept = [1.0] * 60
    free = HAZARD.changed({"value.discount": 0.0, "value.months": 12.0})
    assert lifetime_value(free, "GB", kept) == Money(12 * HAZARD.margins["GB"].month, "GBP")
    assert lifetime_value(free, "GB", [0.5] * 60) == Money(6 * HAZARD.margins["GB"].month, "GBP")
    assert lifetime_value(HAZARD, "GB", kept).minor < 36 * HAZARD.margins["GB"].month
    assert lifetime_value(HAZARD, "AU", kept).currency == "AUD"
    assert lifetime_value(HAZARD, "GB", []) == Money(0, "GBP")


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(KeyError):
        HAZARD.changed({"luck": 1.0})


def test_the_analysis_moves_every_number() -> None:
    figures = sensitivity(seed=2, people=2, draws=6)
    names = [one.number for one in figures.swings]
    assert set(names) == set(HAZARD.numbers) | {
        f"behaviour: {name}" for name in Assumptions.default().numbers
    }
    widths = [one.width for one in figures.swings]
    assert widths == sorted(widths, reverse=True)
    assert list(figures.joint) == sorted(figures.joint)
    by_name = {one.number: one for one in figures.swings}
    assert by_name["value.margin"].width == 0.0
    assert by_name["value.margin"].gain_low != by_name["value.margin"].gain_high
    assert by_name["behaviour: seen.intrusive"].high == 1.0
    assert by_name["tired"].uplift_low > by_name["tired"].uplift_high
    assert by_name["helped"].uplift_low > by_name["helped"].uplift_high
    assert any("nobody was observed" in line for line in write(figures))


def test_people_are_the_same_each_time_and_keep_their_trust_when_left_alone() -> None:
    lived = live(Assumptions.default(), seed=5, people=3)
    assert live(Assumptions.default(), seed=5, people=3) == lived
    for one in lived:
        alone = list(one.moods(HAZARD, alone=True))
        assert {(mood.trust, mood.tired, mood.helped) for mood in alone} == {(one.first, 0.0, 0.0)}
        assert max(mood.tired for mood in one.moods(HAZARD)) > 0.5
    assert 0.0 < answer(HAZARD, lived).alone < 1.0
