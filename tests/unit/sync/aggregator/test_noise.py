"""Noise on sums: the distribution is the one that is claimed, and it is on every number.

Statistical tests say how often they fail where nothing is wrong. Randomness is seeded: they fail always or never.
"""

from __future__ import annotations

import math
import random
from fractions import Fraction
from statistics import fmean

import pytest

from edge_engine_sync.aggregator.noise import add_noise, discrete_laplace, sensitivity, standard_deviation
from edge_engine_sync.circuits import Polynomial
from edge_engine_sync.errors import ParameterInvalid
from edge_engine_sync.field import FIELD64
from edge_engine_sync.prio3 import PRIVATE_USE_ID, Prio3

DRAWS = 60_000


def chi_square(found: list[int], expected: list[float]) -> float:
    return sum((have - want) ** 2 / want for have, want in zip(found, expected, strict=True))


@pytest.mark.parametrize("scale", [Fraction(1, 3), Fraction(2), Fraction(7, 2), Fraction(20)])
def test_the_sampler_draws_from_the_discrete_laplace_distribution(scale: Fraction) -> None:
    """Pearson's test; false-positive rate below 1e-6 for each scale, by the normal bound of Wilson and Hilferty."""
    dice = random.Random(20261126)
    drawn = [discrete_laplace(scale, dice.randrange) for _ in range(DRAWS)]
    decay = math.exp(-1 / scale)
    mass = (1 - decay) / (1 + decay)
    edge = 0
    while DRAWS * mass * decay ** (edge + 1) > 20:
        edge += 1
    places = range(-edge, edge + 1)
    expected = [DRAWS * mass * decay ** abs(place) for place in places]
    tail = DRAWS * mass * decay ** (edge + 1) / (1 - decay)
    found = [drawn.count(place) for place in places]
    found += [sum(value < -edge for value in drawn), sum(value > edge for value in drawn)]
    freedom = len(found) - 1
    limit = freedom * (1 - 2 / (9 * freedom) + 4.9 * math.sqrt(2 / (9 * freedom))) ** 3
    assert chi_square(found, [*expected, tail, tail]) < limit


def test_the_test_above_can_fail() -> None:
    """A rounded Laplace of floats, the common mistake, is found out."""
    dice = random.Random(1)
    scale = 1.0
    drawn = [round(dice.expovariate(1 / scale) * dice.choice((-1, 1))) for _ in range(DRAWS)]
    decay = math.exp(-1 / scale)
    mass = (1 - decay) / (1 + decay)
    expected = [DRAWS * mass * decay ** abs(place) for place in range(-5, 6)]
    assert chi_square([drawn.count(place) for place in range(-5, 6)], expected) > 100


@pytest.mark.parametrize(
    ("function", "moves"),
    [
        (Prio3.count(), 1),
        (Prio3.sum(1000), 1000),
        (Prio3.sum_vec(3, 10, 2), 30),
        (Prio3.histogram(100, 10), 2),
        (Prio3.histogram(1, 1), 0),
        (Prio3.multihot_count_vec(10, 3, 2), 6),
        (Prio3.multihot_count_vec(4, 3, 2), 4),
    ],
)
def test_how_far_one_report_moves_a_sum(function: Prio3[object, object], moves: int) -> None:
    assert sensitivity(function) == moves


def test_a_function_that_is_not_known_gets_no_noise() -> None:
    other = Prio3(PRIVATE_USE_ID, Polynomial(FIELD64, (0, -1, 1), [1], 1))
    with pytest.raises(ParameterInvalid):
        sensitivity(other)


def test_noise_is_on_every_number_and_has_the_spread_that_is_told() -> None:
    """Both aggregators' noise: the spread of 4,000 numbers is within 10%, six standard errors, of what is told."""
    function, epsilon = Prio3.histogram(2000, 45), Fraction(1, 2)
    dice = random.Random(7)
    zero = function.aggregate([])
    noise: list[int] = []
    for _ in range(2):
        shares = [add_noise(function, zero, epsilon, dice.randrange) for _ in range(2)]
        modulus = function.field.modulus
        total = function.decode_aggregate(function.merge(shares))
        noise += [value - modulus if value > modulus // 2 else value for value in total]
    spread = math.sqrt(fmean(value * value for value in noise))
    assert abs(fmean(noise)) < 1
    assert spread == pytest.approx(standard_deviation(function, epsilon), rel=0.1)


def test_a_sum_that_nobody_can_move_needs_no_noise() -> None:
    function = Prio3.histogram(1, 1)
    share = function.aggregate([[5]])
    assert add_noise(function, share, Fraction(1)) == share
    assert standard_deviation(function, Fraction(1)) == 0
