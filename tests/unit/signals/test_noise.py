"""The samplers: exactly the distributions of the proofs, and noticed where they are not.

Each statistical test compares counts with exact expectations by a chi-square statistic and refuses beyond a quantile
that a right sampler passes with a probability of ``1 - FALSE_ALARM``. Seeds are fixed, so that a run tells the same
each time; the rate is what another seed would risk. A control shows that each test has teeth.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from edge_engine.signals.noise import (
    bernoulli,
    bernoulli_exp,
    discrete_gaussian,
    discrete_laplace,
    randomized_response,
    uniform,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FALSE_ALARM = 1e-6
N = 6_000


def upper_quantile(degrees: int) -> float:
    """Return the chi-square quantile beyond which lies ``FALSE_ALARM``, by Wilson and Hilferty (within 1 % here)."""
    z = 4.753424  # of the standard normal: 1e-6 lies beyond it
    share = 2 / (9 * degrees)
    return degrees * (1 - share + z * math.sqrt(share)) ** 3 * 1.02


def statistic(counts: Mapping[int, int], weights: Mapping[int, float]) -> tuple[float, int]:
    """Return chi-square and its degrees of freedom; values that are expected less than ten times are one cell."""
    n, total = sum(counts.values()), sum(weights.values())
    expected = {value: n * weight / total for value, weight in weights.items()}
    seldom = [value for value in expected if expected[value] < 10]
    cells = [(counts.get(value, 0), expected[value]) for value in expected if value not in seldom]
    rest = sum(expected[value] for value in seldom)
    unseen = sum(n for value, n in counts.items() if value not in expected or value in seldom)
    if rest > 0:
        cells.append((unseen, rest))
    return sum((seen - wanted) ** 2 / wanted for seen, wanted in cells), len(cells) - 1


def fits(draw: Callable[[], int], weights: Mapping[int, float], n: int = N) -> bool:
    found, degrees = statistic(Counter(draw() for _ in range(n)), weights)
    return found < upper_quantile(degrees)


def source(seed: int = 5) -> Callable[[int], bytes]:
    return random.Random(seed).randbytes


@pytest.mark.parametrize("below", [1, 2, 6, 255, 256, 257])
def test_uniform_numbers_are_uniform(below: int) -> None:
    bytes_of = source()
    if below == 1:
        assert uniform(bytes_of, 1) == 0
        return
    assert fits(lambda: uniform(bytes_of, below), dict.fromkeys(range(below), 1.0))
    # Without rejection, the first numbers come up more often.
    biased = random.Random(1)
    if below == 6:
        assert not fits(lambda: biased.randbytes(1)[0] % 200 % 6, dict.fromkeys(range(6), 1.0), 80 * N)


def test_a_coin_has_the_chance_it_was_given() -> None:
    bytes_of = source()
    assert fits(lambda: bernoulli(bytes_of, Fraction(1, 3)), {0: 2.0, 1: 1.0})
    assert not fits(lambda: bernoulli(bytes_of, Fraction(1, 3)), {0: 60.0, 1: 40.0})


@pytest.mark.parametrize("gamma", [Fraction(1, 7), Fraction(1), Fraction(5, 2), Fraction(6)])
def test_the_chance_of_an_exponential(gamma: Fraction) -> None:
    bytes_of, chance = source(), math.exp(-gamma)
    assert fits(lambda: bernoulli_exp(bytes_of, gamma), {1: chance, 0: 1 - chance})


def test_an_exponential_of_nothing_is_sure() -> None:
    bytes_of = source()
    assert all(bernoulli_exp(bytes_of, Fraction(0)) for _ in range(100))


@pytest.mark.parametrize("scale", [Fraction(1, 2), Fraction(2), Fraction(7, 3), Fraction(16)])
def test_discrete_laplace_noise(scale: Fraction) -> None:
    bytes_of = source()
    weights = {x: math.exp(-abs(x) / scale) for x in range(-400, 401)}
    assert fits(lambda: discrete_laplace(bytes_of, scale), weights)
    wrong = {x: math.exp(-abs(x) / (scale * Fraction(3, 2))) for x in range(-400, 401)}
    assert not fits(lambda: discrete_laplace(bytes_of, scale), wrong)


def test_zero_is_as_likely_as_it_must_be() -> None:
    """The usual mistake: zero once as plus and once as minus."""
    bytes_of = source()
    doubled = {x: math.exp(-abs(x) / 2) * (2 if x == 0 else 1) for x in range(-60, 61)}
    assert not fits(lambda: discrete_laplace(bytes_of, Fraction(2)), doubled)


@pytest.mark.parametrize("variance", [Fraction(1, 4), Fraction(1), Fraction(10, 3), Fraction(25)])
def test_discrete_gaussian_noise(variance: Fraction) -> None:
    bytes_of = source()
    weights = {x: math.exp(-x * x / (2 * variance)) for x in range(-60, 61)}
    assert fits(lambda: discrete_gaussian(bytes_of, variance), weights)
    wrong = {x: math.exp(-x * x / (2 * variance * Fraction(7, 4))) for x in range(-60, 61)}
    assert not fits(lambda: discrete_gaussian(bytes_of, variance), wrong)


@pytest.mark.slow
def test_a_rounded_float_gaussian_is_told_from_the_exact_one() -> None:
    """At variance 1 rounding a continuous Gaussian puts 0.383 on zero and not 0.399."""
    bytes_of, floats = source(), random.Random(9)
    weights = {x: math.exp(-x * x / 2) for x in range(-12, 13)}
    assert fits(lambda: discrete_gaussian(bytes_of, Fraction(1)), weights, 500_000)
    assert not fits(lambda: round(floats.gauss(0, 1)), weights, 500_000)


@pytest.mark.parametrize(
    ("choices", "epsilon"), [(2, Fraction(1)), (8, Fraction(1)), (3, Fraction(1, 2)), (5, Fraction(4))]
)
def test_randomized_response(choices: int, epsilon: Fraction) -> None:
    bytes_of = source()
    weights = {x: math.exp(epsilon) if x == 1 else 1.0 for x in range(choices)}
    assert fits(lambda: randomized_response(bytes_of, 1, choices, epsilon), weights)
    wrong = {x: math.exp(epsilon * Fraction(3, 2)) if x == 1 else 1.0 for x in range(choices)}
    assert not fits(lambda: randomized_response(bytes_of, 1, choices, epsilon), wrong, 3 * N)


def test_what_has_no_distribution_is_refused() -> None:
    bytes_of = source()
    refused: tuple[Callable[[], object], ...] = (
        lambda: uniform(bytes_of, 0),
        lambda: bernoulli_exp(bytes_of, Fraction(-1)),
        lambda: discrete_laplace(bytes_of, Fraction(0)),
        lambda: discrete_gaussian(bytes_of, Fraction(0)),
        lambda: randomized_response(bytes_of, 3, 3, Fraction(1)),
    )
    for wrong in refused:
        with pytest.raises(ValueError, match=r"above 0|or more|below 1|among the choices|one of the choices"):
            wrong()


def test_the_quantile_is_that_of_the_rate() -> None:
    """Of 2,000 right samples, none is refused at one in a million; at a quantile of 5 % about 100 would be."""
    chance = random.Random(3)
    weights = dict.fromkeys(range(10), 1.0)
    found = [statistic(Counter(chance.choices(range(10), k=200)), weights)[0] for _ in range(2_000)]
    assert max(found) < upper_quantile(9)
    assert 60 < sum(one > 16.919 for one in found) < 140
