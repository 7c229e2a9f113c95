"""Measures: bounded whole numbers from facts, with every cut counted, and a value whatever the facts are."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine.decisions.posterior import Observation
from edge_engine.domain.category import Taxonomy
from edge_engine.signals.catalogue import DAY, Catalogue, Signal, SignalType
from edge_engine.signals.measure import MEASURES, Facts, Measurement, bound, measure
from edge_engine.signals.outcomes import Exposed, Judged, Suggested
from edge_engine.signals.tasks import measurement_of, vdaf_of
from tests.fakes.collecting import SIGNAL, catalogue

SIGNALS = Catalogue.default().signals
LEAVES = {leaf.id: leaf.code for leaf in Taxonomy.default().leaves}


def measured(name: str, **facts: object) -> Measurement:
    return measure(SIGNALS[name], Facts(**facts))  # type: ignore[arg-type]


def test_active_days_are_days_and_not_events() -> None:
    events = tuple((day * DAY + hour, "app.opened", "") for day in (1, 2, 5) for hour in (0, 3600, 7200))
    assert measured("active_days", events=events) == Measurement((3,), bucketed=1)
    assert measured("active_days") == Measurement((0,), bucketed=1)


def test_outcomes_are_told_once_however_often_they_came() -> None:
    names = ["insight.shown"] * 5 + ["insight.acted", "insight.shouted", "offer.closed"]
    assert measured("insight_outcomes", events=tuple((0, name, "") for name in names)).values == (1, 0, 1, 0)


def test_corrections_are_counted_by_group_without_the_sensitive_ones() -> None:
    found = measured(
        "correction_rate",
        corrected_by_leaf={
            LEAVES["food.groceries"]: 2,
            LEAVES["food.specialty"]: 1,
            LEAVES["food.alcohol"]: 3,
            LEAVES["health.doctor"]: 3,
            9_999: 1,
        },
    )
    told = dict(zip(SIGNALS["correction_rate"].labels, found.values, strict=True))
    assert {label: n for label, n in told.items() if n} == {"food": 3}
    assert found.clipped == 0


def test_what_is_beyond_the_bounds_is_cut_and_counted() -> None:
    found = measured(
        "correction_rate", corrected_by_leaf={LEAVES["food.groceries"]: 50, LEAVES["home.services"]: 1}
    )
    assert (max(found.values), sum(found.values), found.clipped) == (3, 4, 1)


def test_a_vector_is_cut_down_to_its_sensitivity_from_the_largest_on() -> None:
    found = bound(SIGNALS["correction_rate"], (3, 3, 3, 3, 1) + (0,) * 10)
    assert sum(found.values) == SIGNALS["correction_rate"].sensitivity == 9
    assert found.values[:5] == (2, 2, 2, 2, 1)
    assert found.clipped == 4


def test_around_a_center_whatever_lies_farthest_gives_way_on_either_side() -> None:
    signal = SIGNALS["what_helps"]
    far = (0, 126, *(signal.center,) * (signal.length - 2))
    found = bound(signal, far)
    # 63 steps in all: both sides give way in turn.
    assert found.values[:2] == (63 - 32, 63 + 31)
    assert found.values[2:] == far[2:]
    assert found.clipped == 2


@pytest.mark.parametrize(
    ("seen", "bucket"),
    [
        ({}, 0),
        ({1: 9}, 1),
        ({0: 1, 1: 99}, 1),
        ({0: 1, 1: 9}, 1),
        ({0: 11, 1: 89}, 2),
        ({0: 3}, 10),
        ({0: 95, 1: 5}, 10),
    ],
)
def test_the_share_left_open_falls_into_tenths(seen: dict[int, int], bucket: int) -> None:
    assert measured("abstain_rate", sorted_by_leaf=seen).values == (bucket,)


def test_forecasts_are_counted_and_scaled_down_with_their_shares() -> None:
    came = ((10, 20, 15), (10, 20, 9), (10, 20, 21), (10, 20, 20))
    assert measured("forecast_coverage", forecasts=came).values == (4, 2, 1, 1)
    many = measured("forecast_coverage", forecasts=came * 16).values
    assert many == (16, 8, 4, 4)


def test_purposes_are_counted_and_not_named() -> None:
    assert [measured("consent_state", purposes_on=n).values[0] for n in (0, 3, 11)] == [0, 3, 7]
    assert measured("consent_state", purposes_on=11).clipped == 1


def test_faults_are_flags() -> None:
    assert measured("health", faults=frozenset({"budget_refused", "moonlight"})).values == (0, 1, 0)


ARMS = st.sampled_from(["standard", "changed"])
numbers = st.integers(-(2**40), 2**40)
facts = st.builds(
    Facts,
    events=st.lists(st.tuples(numbers, st.text(max_size=9), st.just("")), max_size=9).map(tuple),
    sorted_by_leaf=st.dictionaries(st.sampled_from([0, *LEAVES.values()]), st.integers(0, 2**40), max_size=9),
    corrected_by_leaf=st.dictionaries(
        numbers | st.sampled_from(list(LEAVES.values())), st.integers(0, 2**40)
    ),
    forecasts=st.lists(st.tuples(numbers, numbers, numbers), max_size=40).map(tuple),
    purposes_on=numbers,
    faults=st.frozensets(st.sampled_from(["reports_dropped", "nothing_sorted", "x"])),
    learned=st.lists(
        st.builds(
            Observation,
            st.lists(st.integers(-128, 128), min_size=11, max_size=11).map(
                lambda row: struct.pack("<11h", *row)
            ),
            st.integers(-2048, 2048),
        ),
        max_size=9,
    ).map(tuple),
    suggested=st.lists(
        st.builds(Suggested, ARMS, st.sampled_from(["none", "opened", "acted", "closed"])), max_size=9
    ).map(tuple),
    exposed=st.lists(st.builds(Exposed, numbers, ARMS), max_size=3).map(tuple),
    judged=st.lists(st.builds(Judged, st.integers(0, 1000), st.booleans()), max_size=99).map(tuple),
    savings=numbers,
    holdout=st.booleans(),
)


@given(st.sampled_from(sorted(MEASURES)), facts)
def test_every_contribution_is_within_bounds_and_one_that_its_task_counts(
    name: str, given_facts: Facts
) -> None:
    signal = SIGNALS[name]
    found = measure(signal, given_facts)
    within(signal, found)
    prio3 = vdaf_of(signal).prio3()
    measurement = measurement_of(signal, found.values)
    assert prio3.shard(b"", measurement, bytes(16), bytes(prio3.rand_size))


@given(st.lists(numbers, min_size=2, max_size=2))
def test_whatever_is_measured_is_bounded(raw: list[int]) -> None:
    vector = SIGNAL.replace('"histogram"', '"sum_vec"').replace(
        "edges = [1, 2, 3, 4, 5, 6, 7]", 'labels = ["a", "b"]'
    )
    (signal,) = catalogue(vector.replace("sensitivity = 1", "sensitivity = 10"))
    within(signal, bound(signal, raw))


def within(signal: Signal, found: Measurement) -> None:
    if signal.type is SignalType.HISTOGRAM:
        assert 0 <= found.values[0] < signal.length
        assert found.bucketed == 1
    else:
        assert all(signal.low <= value <= signal.high for value in found.values)
        assert sum(abs(value - signal.center) for value in found.values) <= signal.sensitivity
    assert 0 <= found.clipped <= 2 * signal.length
