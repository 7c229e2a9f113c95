"""Blurring a contribution on the device, so that it stands even if both servers collude.

A number that is blurred may fall below 0 or above its bound, and Prio3 counts neither. It is lifted by a margin that
the whole task knows, and cut where even that does not hold it; whoever collects takes the margin off once a report.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING, Final

from edge_engine.signals.catalogue import MICRO, Noise, SignalType
from edge_engine.signals.noise import discrete_gaussian, discrete_laplace, randomized_response

if TYPE_CHECKING:
    from edge_engine.signals.catalogue import Signal
    from edge_engine.signals.measure import Measurement
    from edge_engine.signals.noise import Randomness

_LAPLACE_SCALES: Final = 14
"""Noise beyond so many scales comes once in a million times: exp(-14) is 8.3e-7."""

_GAUSSIAN_DEVIATIONS: Final = 5
"""Noise beyond so many deviations comes less than once in a million times: 5.7e-7."""


def span(signal: Signal) -> int:
    """Return the L1 distance of the two contributions that differ most: what local noise has to hide."""
    if signal.type is SignalType.SUM:
        return signal.high
    return min(2 * signal.sensitivity, signal.length * signal.high)


def scale(signal: Signal) -> Fraction:
    """Return the scale of a signal's local Laplace noise."""
    return Fraction(span(signal) * MICRO, signal.loss)


def variance(signal: Signal) -> Fraction:
    """Return the variance of a signal's local Gaussian noise, for ``epsilon**2 / 2`` of concentrated privacy.

    The squared L2 distance of two contributions is at most ``high`` times their L1 distance.
    """
    return Fraction(span(signal) * signal.high * MICRO * MICRO, signal.loss * signal.loss)


def margin(signal: Signal) -> int:
    """Return by how much every entry of a contribution is lifted; 0 without local noise on numbers."""
    if signal.noise is Noise.LAPLACE:
        return -(-_LAPLACE_SCALES * scale(signal).numerator // scale(signal).denominator)
    if signal.noise is Noise.GAUSSIAN:
        spread = variance(signal)
        return _GAUSSIAN_DEVIATIONS * (isqrt(spread.numerator // spread.denominator) + 1)
    return 0


def largest(signal: Signal) -> int:
    """Return the largest value of an entry as it is sent."""
    return signal.high + 2 * margin(signal)


def randomize(signal: Signal, measurement: Measurement, randomness: Randomness) -> tuple[int, ...]:
    """Return what is sent of a contribution: blurred, lifted by the margin, within 0 and ``largest``."""
    values = measurement.values
    if signal.noise is Noise.RANDOMIZED_RESPONSE:
        choices = signal.length if signal.type is SignalType.HISTOGRAM else 2
        epsilon = Fraction(signal.loss, MICRO)
        return (randomized_response(randomness, values[0], choices, epsilon),)
    if signal.noise is Noise.LAPLACE:
        drawn = [discrete_laplace(randomness, scale(signal)) for _ in values]
    elif signal.noise is Noise.GAUSSIAN:
        drawn = [discrete_gaussian(randomness, variance(signal)) for _ in values]
    else:
        return values
    lift, most = margin(signal), largest(signal)
    return tuple(min(max(value + noise + lift, 0), most) for value, noise in zip(values, drawn, strict=True))
