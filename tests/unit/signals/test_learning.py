"""What a device tells of what helped: means of feature times target, bounded, and of nothing that rests on balances."""

from __future__ import annotations

import struct
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from edge_engine.decisions import features
from edge_engine.decisions.facts import FACTS
from edge_engine.decisions.posterior import TARGET_ONE, Observation
from edge_engine.signals import learning
from edge_engine.signals.catalogue import Catalogue
from edge_engine.signals.measure import Facts, measure

SIGNAL = Catalogue.default().signal("what_helps")
CENTER, STEPS = SIGNAL.center, SIGNAL.sensitivity


def observed(target: int, **numbers: int) -> Observation:
    """An observation with some numbers, in 128ths; both constants are 1."""
    context = {
        "always": 128,
        **{name.removeprefix("c_"): n for name, n in numbers.items() if name[:2] == "c_"},
    }
    candidate = {"always": 128, **{name: n for name, n in numbers.items() if name[:2] != "c_"}}
    row = [context.get(name, 0) for name in features.CONTEXT] + [
        candidate.get(name, 0) for name in features.CANDIDATE
    ]
    return Observation(struct.pack("<11h", *row), target)


def told(*rows: Observation) -> dict[str, int]:
    """What is told, around the middle, where it is something."""
    values = measure(SIGNAL, Facts(learned=rows)).values
    return {label: v - CENTER for label, v in zip(SIGNAL.labels, values, strict=True) if v != CENTER}


def test_the_names_are_those_of_the_ranking() -> None:
    assert (learning.CONTEXT, learning.CANDIDATE) == (features.CONTEXT, features.CANDIDATE)
    assert (learning.FEATURE_ONE, learning.TARGET_ONE) == (features.ONE, TARGET_ONE)


def test_nothing_is_told_that_rests_on_balances() -> None:
    contexts = {label.partition(".")[0] for label in SIGNAL.labels}
    assert contexts == {"always", "engagement", "fatigue", "investing_appetite"}
    for name in ("engagement", "investing_appetite"):
        assert FACTS[name].data <= set(SIGNAL.data)
    assert not FACTS["buffer_days"].data <= set(SIGNAL.data)
    assert not FACTS["spare_share"].data <= set(SIGNAL.data)
    assert told(observed(1024, c_buffer=128, c_spare=128)) == told(observed(1024))


def test_a_mean_is_told_in_steps_around_the_middle() -> None:
    assert told(observed(512)) == {"always.always": 32}  # 0.5 of 63 steps, halves away from zero
    assert told(observed(-512)) == {"always.always": -32}
    assert told(observed(512), observed(-512)) == {}
    assert told(observed(512), observed(0)) == {"always.always": 16}
    assert told() == {}
    assert told(observed(256, saves=128, c_engagement=-128)) == {
        "always.always": 16,
        "always.saves": 16,
        "engagement.always": -16,
        "engagement.saves": -15,  # one of four that are 15.75 each: together they are 63
    }


def test_who_uses_the_app_a_lot_counts_no_more() -> None:
    rows = [observed(300, saves=128), observed(-100, value=64)]
    assert told(*rows) == told(*rows * 50)


def test_a_long_vector_is_scaled_and_keeps_its_direction() -> None:
    found = told(observed(2048, saves=128, protects=-128))
    assert found == {"always.always": 21, "always.saves": 21, "always.protects": -21}


rows = st.builds(
    Observation,
    st.lists(st.integers(-128, 128), min_size=11, max_size=11).map(lambda row: struct.pack("<11h", *row)),
    st.integers(-2048, 2048),
)


@given(st.lists(rows, max_size=20))
def test_no_device_moves_the_sum_by_more_than_its_bound(given_rows: list[Observation]) -> None:
    found = measure(SIGNAL, Facts(learned=tuple(given_rows)))
    assert all(0 <= value <= SIGNAL.high for value in found.values)
    assert sum(abs(value - CENTER) for value in found.values) <= STEPS
    # Each number is the scaled mean, rounded up or down: none gives way to the bound.
    assert found.clipped == 0
    norms = []
    for label in SIGNAL.labels:
        context, _, candidate = label.partition(".")
        at, other = features.CONTEXT.index(context), 6 + features.CANDIDATE.index(candidate)
        total = sum(row.numbers()[at] * row.numbers()[other] * row.target for row in given_rows)
        norms.append(Fraction(total, 128 * 128 * 1024 * max(len(given_rows), 1)))
    shrink = max(Fraction(1), sum(map(abs, norms)))
    for value, exact in zip(found.values, norms, strict=True):
        assert abs(value - CENTER - STEPS * exact / shrink) < 1
