"""How sure a figure is: means with intervals over devices, shares, tails and quantiles.

A device is what chance drew, so every interval is over devices: what one device did many times counts as one cluster.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.simulation.record import rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST: Final = 30
"""Devices below which no interval is told: a mean of few is not normal."""

SURE: Final = 0.95


class Mean(msgspec.Struct, frozen=True):
    """A mean over what devices did.

    Attributes:
        devices: That it is over.
        n: Things that it is a mean of: devices, suggestions, forecasts.
        mean: Of them; null where there are none.
        low: Lower end of the interval that holds it 19 times of 20; null below `FEWEST` devices.
        high: Its upper end.
    """

    devices: int
    n: int
    mean: float | None
    low: float | None
    high: float | None


class Ratio:
    """Adds up totals and counts of devices, for the mean of what was counted.

    The interval is that of a ratio estimator: the spread of each device's total beside the mean times its count.

    Source: Cochran, "Sampling Techniques", 3rd ed., 1977, section 6.3.
    """

    def __init__(self) -> None:
        self.devices = 0
        self.count = 0
        self.total = 0.0
        self._squares = self._products = self._counts = 0.0

    def add(self, total: float, count: int = 1) -> None:
        """Take a device in; one that counts nothing is passed over."""
        if not count:
            return
        self.devices += 1
        self.count += count
        self.total += total
        self._squares += total * total
        self._products += total * count
        self._counts += count * count

    @property
    def mean(self) -> float | None:
        """The mean; None of nothing."""
        return self.total / self.count if self.count else None

    def error(self) -> float | None:
        """Return the standard error of the mean; None below `FEWEST` devices."""
        mean = self.mean
        if mean is None or self.devices < FEWEST:
            return None
        apart = self._squares - 2 * mean * self._products + mean * mean * self._counts
        return math.sqrt(max(apart, 0.0) * self.devices / (self.devices - 1)) / self.count

    def told(self, comparisons: int = 1) -> Mean:
        """Return the mean with its interval.

        Args:
            comparisons: Among how many intervals this is one, when all of them are to hold (Bonferroni).
        """
        mean, error = self.mean, self.error()
        if mean is None or error is None:
            return Mean(self.devices, self.count, None if mean is None else rounded(mean), None, None)
        width = standard_errors(comparisons) * error
        return Mean(self.devices, self.count, rounded(mean), rounded(mean - width), rounded(mean + width))


def standard_errors(comparisons: int = 1) -> float:
    """Return how many standard errors either way hold a mean 19 times of 20, for some intervals at once."""
    return NormalDist().inv_cdf(1 - (1 - SURE) / 2 / comparisons)


def share_interval(successes: int, n: int, comparisons: int = 1) -> tuple[float, float]:
    """Return the interval of a share of ``n``; the whole line from 0 to 1 of nothing.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.
    """
    if not n:
        return 0.0, 1.0
    z = standard_errors(comparisons)
    share, spread = successes / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    width = z / (1 + spread) * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    return rounded(max(middle - width, 0.0)), rounded(min(middle + width, 1.0))


def tail(least: int, n: int, chance: float = 0.5) -> float:
    """Return the chance that of ``n`` trials as many as ``least`` or more succeed; of fair coins, the sign test."""
    return sum(math.comb(n, k) * chance**k * (1.0 - chance) ** (n - k) for k in range(least, n + 1))


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which a share of ordered values lies, between two of them if need be."""
    at = share * (len(ordered) - 1)
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)
