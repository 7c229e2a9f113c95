"""Local noise: as much as the worst pair of contributions needs, and always within what the task counts."""

from __future__ import annotations

import random
from fractions import Fraction
from statistics import fmean, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine.signals.catalogue import Noise, Signal
from edge_engine.signals.measure import Measurement
from edge_engine.signals.randomize import largest, margin, randomize, scale, span, variance
from edge_engine.signals.tasks import Aggregators, measurement_of, task_of, vdaf_of
from tests.fakes.aggregators import HELPER, LEADER
from tests.fakes.collecting import SIGNAL, catalogue

PLAIN = SIGNAL.replace("edges = [1, 2, 3, 4, 5, 6, 7]\n", "")


def signal(kind: str, noise: str, **changes: str) -> Signal:
    text = SIGNAL if kind == "histogram" else PLAIN.replace('"histogram"', f'"{kind}"')
    text = text.replace("at_collection", noise)
    if kind == "sum":
        text = text.replace("sensitivity = 1", "sensitivity = 7")
    if kind in ("sum_vec", "multihot"):
        text = text.replace("high = 7", 'high = 7\nlabels = ["a", "b", "c"]')
        text = text.replace("sensitivity = 1", "sensitivity = 3")
    if kind in ("multihot", "count"):
        text = text.replace("high = 7", "high = 1")
    for old, new in changes.items():
        text = text.replace(f"{old} = 0.25", f"{old} = {new}")
    (made,) = catalogue(text)
    return made


EVERY = [
    signal("count", "at_collection"),
    signal("count", "randomized_response"),
    signal("sum", "at_collection"),
    signal("sum", "laplace"),
    signal("sum", "gaussian"),
    signal("sum_vec", "at_collection"),
    signal("sum_vec", "laplace"),
    signal("sum_vec", "gaussian"),
    signal("histogram", "at_collection"),
    signal("histogram", "randomized_response"),
    signal("multihot", "at_collection"),
]
NAMES = [f"{one.type}-{one.noise}" for one in EVERY]


def test_noise_hides_the_two_contributions_that_differ_most() -> None:
    assert span(signal("sum", "laplace")) == 7
    assert span(signal("sum_vec", "laplace")) == 6  # (3, 0, 0) and (0, 3, 0)
    assert scale(signal("sum", "laplace")) == 28
    # epsilon**2 / 2 of concentrated privacy at an L2 distance of 7: 7**2 / (2 * rho) = 49 / 0.0625.
    assert variance(signal("sum", "gaussian")) == Fraction(784)


def test_central_noise_leaves_the_contribution_as_it_is() -> None:
    one = signal("sum_vec", "at_collection")
    assert margin(one) == 0
    assert largest(one) == 7
    assert randomize(one, Measurement((1, 0, 2)), random.Random(1).randbytes) == (1, 0, 2)


@pytest.mark.parametrize("one", EVERY, ids=NAMES)
@given(seed=st.integers(0, 2**32))
def test_whatever_is_drawn_is_one_that_the_task_counts(one: Signal, seed: int) -> None:
    dice = random.Random(seed)
    if one.type == "histogram":
        values: tuple[int, ...] = (dice.randrange(one.length),)
    else:
        values = (1,) + (0,) * (one.length - 1)
    shared = randomize(one, Measurement(values), dice.randbytes)
    assert all(0 <= value <= largest(one) for value in shared)
    prio3 = vdaf_of(one).prio3()
    assert prio3.shard(b"", measurement_of(one, shared), bytes(16), bytes(prio3.rand_size))


@pytest.mark.parametrize("noise", ["laplace", "gaussian"])
def test_without_its_margin_the_mean_is_the_truth(noise: str) -> None:
    one = signal("sum", noise, epsilon="2.0")
    draw = random.Random(2).randbytes
    drawn = [randomize(one, Measurement((3,)), draw)[0] - margin(one) for _ in range(4_000)]
    spread = float(2 * scale(one) ** 2 if one.noise is Noise.LAPLACE else variance(one))
    # Six standard errors: two in a billion seeds.
    assert abs(fmean(drawn) - 3) < 6 * (spread / 4_000) ** 0.5
    assert 0.7 * spread < pvariance(drawn) < 1.4 * spread


def test_a_task_follows_from_the_signal_and_the_servers() -> None:
    servers = Aggregators(LEADER, HELPER)
    ids = {task_of(one, servers).task_id for one in EVERY}
    assert len(ids) == len(EVERY)
    assert task_of(EVERY[0], servers) == task_of(EVERY[0], servers)
    assert task_of(EVERY[0], Aggregators(HELPER, LEADER)).task_id not in ids
    configuration = task_of(EVERY[0], servers).configuration
    assert (configuration.min_batch_size, configuration.time_precision) == (100, 7 * 86_400)
    assert configuration.task_info.startswith(b"edge-engine/days_used/")
