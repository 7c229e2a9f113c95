"""Sums over devices: truth, the aggregators' own noise, and how far off a number will be."""

from __future__ import annotations

import math
import random
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine.signals.catalogue import MICRO, Catalogue, Noise, Signal
from edge_engine.signals.measure import Measurement
from edge_engine.signals.randomize import randomize
from edge_engine.simulation import aggregate
from edge_engine.simulation.aggregate import Sums, cleared, entries, foretold, servers_scale, summed
from edge_engine.simulation.record import Aggregate, Collecting, Settings, SignalGiven
from edge_engine_sync.aggregator.noise import discrete_laplace
from tests.unit.simulation.test_record import device

if TYPE_CHECKING:
    from collections.abc import Sequence

CATALOGUE = Catalogue.default()
SETTINGS = Settings(devices=4, days=65, seed=1, end=date(2027, 6, 30))
WINDOW = 2980


def of(collecting: Collecting, given: Sequence[SignalGiven], epsilon: float | None = None) -> list[Aggregate]:
    settings = msgspec.structs.replace(SETTINGS, collecting=collecting)
    catalogue = CATALOGUE
    if epsilon is not None:
        louder = {one.id: msgspec.structs.replace(one, epsilon=epsilon) for one in CATALOGUE}
        catalogue = msgspec.structs.replace(CATALOGUE, signals=louder)
    sums = Sums(settings, catalogue)
    for number, one in enumerate(given):
        sums.add(msgspec.structs.replace(device(number), signals=(one,)))
    return sums.aggregates()


def test_truth_is_what_devices_measured() -> None:
    days = [SignalGiven("active_days", WINDOW, (day,), (day,)) for day in (0, 3, 3, 7)]
    one, *_ = of(Collecting.SAMPLED, days)
    assert list(one.truth) == [1, 0, 0, 2, 0, 0, 0, 1]
    assert [one.devices, one.least] == [4, 500]
    assert one.way == "sampled"
    assert one.told is False
    assert (one.first - date(1970, 1, 1)).days == WINDOW * 7


def test_what_the_budget_kept_back_is_in_no_sum() -> None:
    given = [SignalGiven("active_days", WINDOW, (1,), ()), SignalGiven("active_days", WINDOW, (2,), (2,))]
    (one,) = of(Collecting.SAMPLED, given)
    assert (one.devices, sum(one.truth)) == (1, 1)


def test_windows_and_signals_are_summed_apart_in_the_order_of_the_catalogue() -> None:
    given = [
        SignalGiven("health", WINDOW, (0, 0, 1), (0, 0, 1)),
        SignalGiven("active_days", WINDOW + 1, (1,), (1,)),
        SignalGiven("active_days", WINDOW, (1,), (1,)),
    ]
    assert [(one.signal, one.window) for one in of(Collecting.SAMPLED, given)] == [
        ("active_days", WINDOW),
        ("active_days", WINDOW + 1),
        ("health", WINDOW),
    ]


def test_noise_is_the_same_for_a_seed_and_another_for_another_window() -> None:
    days = [SignalGiven("active_days", window, (1,), (1,)) for window in (WINDOW, WINDOW + 1)]
    one, other = of(Collecting.SAMPLED, days)
    assert [one, other] == of(Collecting.SAMPLED, days)
    assert one.collected != other.collected


@pytest.mark.parametrize("name", ["active_days", "insight_outcomes", "forecast_coverage", "health"])
def test_both_aggregators_find_what_devices_gave(name: str) -> None:
    """With so little noise that it is none, what was split, proved, verified and added up is the truth."""
    signal = CATALOGUE.signal(name)
    chance = random.Random(5)
    given = []
    for _ in range(3):
        values = (
            (chance.randrange(signal.length),)
            if len(entries_of(signal)) == 1
            else tuple(chance.randrange(2) for _ in range(signal.length))
        )
        given.append(SignalGiven(name, WINDOW, values, values))
    (one,) = of(Collecting.SENT, given, epsilon=15.0 * max(signal.sensitivity, 1) * 20)
    assert one.way == "sent"
    assert one.collected == one.truth


def entries_of(signal: Signal) -> range:
    return range(1) if signal.edges else range(signal.length)


def test_only_the_last_window_of_a_signal_is_sent() -> None:
    days = [SignalGiven("active_days", window, (1,), (1,)) for window in (WINDOW + 1, WINDOW, WINDOW + 1)]
    assert [(one.window, one.way) for one in of(Collecting.SENT, days)] == [
        (WINDOW, "sampled"),
        (WINDOW + 1, "sent"),
    ]


def test_a_sum_that_noise_brings_below_nothing_is_read_as_such() -> None:
    signal = CATALOGUE.signal("active_days")
    found = [summed(signal, [(0,)], random.Random(seed)) for seed in range(6)]
    assert min(map(min, found)) < 0
    assert max(abs(number) for one in found for number in one) < 1_000


@pytest.mark.slow
@pytest.mark.parametrize("name", ["active_days", "experiment_metric", "what_helps"])
def test_what_is_foretold_holds_nineteen_times_of_twenty(name: str) -> None:
    signal = CATALOGUE.signal(name)
    spread = servers_scale(signal)
    deviation, bound = foretold(signal, 1_000)
    chance = random.Random(name)
    drawn = [
        discrete_laplace(spread, chance.randrange) + discrete_laplace(spread, chance.randrange)
        for _ in range(4_000)
    ]
    within = sum(abs(one) <= bound for one in drawn) / len(drawn)
    assert 0.938 <= within <= 0.962  # 95% and three and a half standard errors
    assert sum(one * one for one in drawn) / len(drawn) == pytest.approx(deviation**2, rel=0.15)


def test_the_bound_of_two_laplace_variables_leaves_out_what_it_says() -> None:
    for beyond in (0.01, 0.05, 0.3):
        t = aggregate.two_laplace_bound(1.0, beyond) - 0.5
        assert math.exp(-t) * (1 + t / 2) == pytest.approx(beyond)
    assert aggregate.two_laplace_bound(0.0) == 0.0


def blurred(noise: Noise) -> Signal:
    signal = CATALOGUE.signal(
        "forecast_coverage" if noise is not Noise.RANDOMIZED_RESPONSE else "consent_state"
    )
    return msgspec.structs.replace(signal, noise=noise, epsilon=2.0)


@pytest.mark.slow
@pytest.mark.parametrize("noise", [Noise.RANDOMIZED_RESPONSE, Noise.LAPLACE, Noise.GAUSSIAN])
def test_what_devices_blur_is_cleared_without_bias_and_within_its_bound(noise: Noise) -> None:
    signal, devices, rounds = blurred(noise), 150, 40
    chance = random.Random(noise.value)
    _, bound = foretold(signal, devices)
    inside, total = 0, [0.0] * signal.length
    values = (3,) if noise is Noise.RANDOMIZED_RESPONSE else (4, 2, 1, 1)
    truth = [devices * one for one in entries(signal, values)]
    for _ in range(rounds):
        got = [0] * signal.length
        for _ in range(devices):
            for at, one in enumerate(
                entries(signal, randomize(signal, Measurement(values), chance.randbytes))
            ):
                got[at] += one
        for at, found in enumerate(cleared(signal, got, devices)):
            inside += abs(found - truth[at]) <= bound
            total[at] += found - truth[at]
    assert inside / (rounds * signal.length) >= 0.9  # 95% less three standard errors
    error = bound / aggregate.NORMAL_95 / rounds**0.5
    assert all(abs(one / rounds) < 4 * error for one in total)


def test_less_privacy_is_less_noise() -> None:
    signal = CATALOGUE.signal("active_days")
    looser = msgspec.structs.replace(signal, epsilon=2 * signal.epsilon)
    assert foretold(looser, 9)[1] < foretold(signal, 9)[1]
    assert servers_scale(signal) == 2 / Fraction(signal.loss, MICRO)
    assert servers_scale(CATALOGUE.signal("consent_state")) == 0
