"""Exact samplers on whole numbers: no floating point comes between the noise and its distribution.

Whoever samples with floats leaks through the gaps between them (Mironov 2012). Here every decision is a comparison of
whole numbers with uniform random ones, so that the distributions are exactly those of the proofs.

Source: Canonne, Kamath and Steinke, "The Discrete Gaussian for Differential Privacy" (2020), algorithms 1 to 3.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isqrt

Randomness = Callable[[int], bytes]
"""Gives as many bytes as asked for; a cryptographic generator, but in tests."""


def uniform(randomness: Randomness, below: int) -> int:
    """Return a whole number from 0 up to, and without, ``below``, each as likely; by rejection.

    Raises:
        ValueError: ``below`` is not positive.
    """
    if below < 1:
        raise ValueError("there is no number below 1")
    bits = (below - 1).bit_length()
    size = (bits + 7) // 8
    while True:
        drawn = int.from_bytes(randomness(size), "big") >> (8 * size - bits) if bits else 0
        if drawn < below:
            return drawn


def bernoulli(randomness: Randomness, chance: Fraction) -> bool:
    """Return true with exactly this chance, from 0 to 1."""
    return uniform(randomness, chance.denominator) < chance.numerator


def bernoulli_exp(randomness: Randomness, gamma: Fraction) -> bool:
    """Return true with a chance of exactly ``exp(-gamma)``; algorithm 1.

    Args:
        randomness: Source of bytes.
        gamma: 0 or more.

    Raises:
        ValueError: ``gamma`` is negative.
    """
    if gamma < 0:
        raise ValueError("gamma is 0 or more")
    numerator, denominator = gamma.numerator, gamma.denominator
    while numerator > denominator:
        if not _bernoulli_exp_of_one_at_most(randomness, 1, 1):
            return False
        numerator -= denominator
    return _bernoulli_exp_of_one_at_most(randomness, numerator, denominator)


def _bernoulli_exp_of_one_at_most(randomness: Randomness, numerator: int, denominator: int) -> bool:
    """Count how often chances gamma/1, gamma/2, ... come true in a row: an even number has chance exp(-gamma)."""
    k = 1
    while uniform(randomness, denominator * k) < numerator:
        k += 1
    return k % 2 == 1


def discrete_laplace(randomness: Randomness, scale: Fraction) -> int:
    """Return a whole number x with a chance in proportion to exactly ``exp(-abs(x) / scale)``; algorithm 2.

    Args:
        randomness: Source of bytes.
        scale: Above 0; sensitivity divided by epsilon.

    Raises:
        ValueError: ``scale`` is not positive.
    """
    if scale <= 0:
        raise ValueError("the scale of noise is above 0")
    t, s = scale.numerator, scale.denominator
    while True:
        remainder = uniform(randomness, t)
        if not bernoulli_exp(randomness, Fraction(remainder, t)):
            continue
        whole = 0
        while bernoulli_exp(randomness, Fraction(1)):
            whole += 1
        size = (remainder + t * whole) // s
        negative = bernoulli(randomness, Fraction(1, 2))
        # Zero would come up twice as often: once as plus, once as minus.
        if not (negative and size == 0):
            return -size if negative else size


def discrete_gaussian(randomness: Randomness, variance: Fraction) -> int:
    """Return a whole number x with a chance in proportion to exactly ``exp(-x**2 / (2 * variance))``; algorithm 3.

    Args:
        randomness: Source of bytes.
        variance: Above 0: the parameter sigma squared.

    Raises:
        ValueError: ``variance`` is not positive.
    """
    if variance <= 0:
        raise ValueError("the variance of noise is above 0")
    t = isqrt(variance.numerator // variance.denominator) + 1
    while True:
        drawn = discrete_laplace(randomness, Fraction(t))
        off = abs(drawn) - variance / t
        if bernoulli_exp(randomness, off * off / (2 * variance)):
            return drawn


def randomized_response(randomness: Randomness, truth: int, choices: int, epsilon: Fraction) -> int:
    """Return one of ``choices`` numbers: the truth ``exp(epsilon)`` times as likely as each of the others.

    A uniform candidate is taken at once where it is the truth, and with chance ``exp(-epsilon)`` where it is not, so
    that the probabilities are exact although ``exp(epsilon)`` is no fraction.

    Source: Kairouz, Bonawitz and Ramage, "Discrete Distribution Estimation under Local Privacy" (2016), section 2.2.

    Raises:
        ValueError: The truth is not among the choices.
    """
    if not 0 <= truth < choices:
        raise ValueError("the truth is one of the choices")
    while True:
        candidate = uniform(randomness, choices)
        if candidate == truth or bernoulli_exp(randomness, epsilon):
            return candidate
