"""A population counted, and held against public statistics."""

from __future__ import annotations

import pytest

from edge_engine.simulation.census import count, gini, write
from edge_engine.simulation.groups import Statistics, people
from edge_engine.simulation.merchants import catalog


@pytest.fixture(scope="module")
def homes() -> list:  # type: ignore[type-arg]
    statistics, book = Statistics.default(), catalog("GB")
    return [people(seed, statistics.groups["couple"], statistics.states["GB"], book) for seed in range(50)]


def test_equal_incomes_have_no_inequality_and_unequal_ones_have_some(homes: list) -> None:  # type: ignore[type-arg]
    assert gini(homes[:1] * 10) == 0
    assert 100 < gini(homes) < 500


def test_households_homes_and_cars_are_about_as_many_as_statistics_say() -> None:
    census = count(seed=1, devices=2000)
    for one in census.held:
        if one.what != "gini":
            assert abs(one.counted - one.published) < 60, one
        else:
            # Nobody in it is rich or lives off capital, so incomes are more alike than they are.
            assert one.published - 120 < one.counted < one.published
    assert sum(census.groups.values()) == 2000
    assert set(census.consents) == {one.purpose for one in Statistics.default().choices}


def test_people_in_need_are_counted_by_group() -> None:
    census = count(seed=1, devices=24, households=24)
    assert set(census.short) <= set(Statistics.default().groups)
    for ever, share in census.short.values():
        assert 0.0 <= share <= ever <= 1.0
    assert any(line.startswith("short of money") for line in write(census))
