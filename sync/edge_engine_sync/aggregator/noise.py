"""Noise on a sum: the discrete Laplace distribution, sampled exactly on integers.

Each aggregator adds noise of its own to its share of a sum before it seals it, so that nobody ever holds the raw sum
and what the collector sees is private even if one of the two aggregators tells its noise. The noise that the collector
sees is the sum of both.

Source: Canonne, Kamath, Steinke, The Discrete Gaussian for Differential Privacy (2020), algorithms 1 and 2.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from edge_engine_sync.chunks import Histogram, MultihotCountVec, SumVec
from edge_engine_sync.circuits import Count, Sum
from edge_engine_sync.errors import ParameterInvalid

if TYPE_CHECKING:
    from edge_engine_sync.prio3 import Prio3

Below = Callable[[int], int]
"""Returns an integer between 0 and less than its argument, uniformly."""


def sensitivity(vdaf: Prio3[Any, Any]) -> int:
    """Return how far the sums move, added up over all of them, when one person's report says something else.

    The number of reports is published as it is: neighbours differ in what one report says, not in whether it is there.

    Raises:
        ParameterInvalid: It is not known for this function.
    """
    match vdaf.circuit:
        case Count():
            return 1
        case Sum(max_measurement=most):
            return int(most)
        case SumVec(length=length, max_measurement=most):
            return int(length * most)
        case Histogram(length=length):
            return 2 if length > 1 else 0
        case MultihotCountVec(length=length, max_weight=weight):
            return int(min(2 * weight, length))
        case _:
            raise ParameterInvalid("How much one report changes the result of this function is not known.")


def scale_of(vdaf: Prio3[Any, Any], epsilon: Fraction, narrowed: int | None = None) -> Fraction:
    """Return the scale of the noise that one aggregator adds to each number.

    Args:
        vdaf: The function.
        epsilon: How private the sum has to be.
        narrowed: How far one report moves the sums at most, where clients keep within less than the function allows.
    """
    widest = sensitivity(vdaf)
    return (widest if narrowed is None else min(widest, narrowed)) / epsilon


def add_noise(
    vdaf: Prio3[Any, Any],
    aggregate_share: bytes,
    epsilon: Fraction,
    below: Below = secrets.randbelow,
    narrowed: int | None = None,
) -> bytes:
    """Return a share of a sum with noise on every number; ``narrowed`` as in ``scale_of``.

    Raises:
        MalformedMessage: The share is not one of this function.
    """
    scale = scale_of(vdaf, epsilon, narrowed)
    modulus = vdaf.field.modulus
    elements = vdaf.decode_aggregate(aggregate_share)
    if not scale:
        return aggregate_share
    return vdaf.field.encode([(element + discrete_laplace(scale, below)) % modulus for element in elements])


def standard_deviation(vdaf: Prio3[Any, Any], epsilon: Fraction, narrowed: int | None = None) -> float:
    """Return that of the noise which a collector sees on each number: both aggregators' together."""
    scale = scale_of(vdaf, epsilon, narrowed)
    if not scale:
        return 0.0
    from math import exp  # noqa: PLC0415 - describing, not sampling: the only place where floats are

    decay = exp(-1 / float(scale))
    return float((2 * 2 * decay) ** 0.5 / (1 - decay))


def discrete_laplace(scale: Fraction, below: Below = secrets.randbelow) -> int:
    """Return an integer ``x`` with probability proportional to ``exp(-abs(x) / scale)``."""
    numerator, denominator = scale.numerator, scale.denominator
    while True:
        offset = below(numerator)
        if not _bernoulli_exp(Fraction(offset, numerator), below):
            continue
        turns = 0
        while _bernoulli_exp(Fraction(1), below):
            turns += 1
        magnitude = (offset + numerator * turns) // denominator
        negative = below(2)
        # Zero has one sign: half of its draws are thrown away.
        if magnitude or not negative:
            return -magnitude if negative else magnitude


def _bernoulli_exp(gamma: Fraction, below: Below) -> bool:
    """Return true with probability ``exp(-gamma)``, for ``gamma`` between 0 and 1."""
    numerator, denominator = gamma.numerator, gamma.denominator
    count = 1
    # Stops at the first failure of draws with probability gamma / count; an odd count has probability exp(-gamma).
    while below(denominator * count) < numerator:
        count += 1
    return count % 2 == 1
