"""What an experiment did, for the operator, from aggregates alone: counts, sums and sums of squares of each arm.

Everything here may be looked at as often as one likes: the sample-ratio test and the intervals hold at every look at
once, so a first look that shows something does not make the error larger than was said. The standard library is all
it needs.

The intervals are asymptotic: they hold for the size that experiments have, from :data:`MIN_UNITS` units and
:data:`MIN_EVENTS` events an arm on. How often they are wrong when looked at a hundred times is measured in
``tests/unit/decisions/test_analysis.py``. They know nothing of noise that was added for privacy; totals that carry
noise need arms so large that it does not matter.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MIN_UNITS: Final = 100
"""Units that each of two arms needs before they are compared; below, the interval is the whole line."""

MIN_EVENTS: Final = 5.0
"""What each of two arms needs besides: as many outcomes at either bound, or their worth, were both arms alike. With
fewer, the normal law that the interval rests on is not near yet."""

SUSPECT: Final = 0.001
"""A sample ratio is suspect where its p-value falls below this."""


class ArmTotals(msgspec.Struct, frozen=True):
    """The aggregates of one arm, over the units that were exposed to it.

    Attributes:
        arm: Identifier.
        n: Units.
        total: Sum of their outcomes, each clipped to the outcome's bounds.
        squares: Sum of the squares of their outcomes.
    """

    arm: str
    n: int
    total: float
    squares: float

    @classmethod
    def of_counts(cls, arm: str, n: int, successes: int) -> ArmTotals:
        """Return the totals of an outcome that is 0 or 1."""
        return cls(arm, n, float(successes), float(successes))


class RatioCheck(msgspec.Struct, frozen=True):
    """Whether the arms are as large as chance would make them.

    Attributes:
        p_value: Holds at every look: where the ratio is right, it ever falls below x with a chance of x at most.
        p_once: Of Pearson's chi-square test, for those who look only once.
        suspect: Whether ``p_value`` is below :data:`SUSPECT`; no effect should be read before it is known why.
    """

    p_value: float
    p_once: float
    suspect: bool


class Effect(msgspec.Struct, frozen=True):
    """How much more of the outcome an arm has than the control, a unit.

    Attributes:
        arm: Identifier.
        difference: Mean of the arm less mean of the control.
        low: Lower end of the interval.
        high: Upper end.
        p_value: Holds at every look and for all arms together.
        decided: Whether the interval lies on one side of zero.
    """

    arm: str
    difference: float
    low: float
    high: float
    p_value: float
    decided: bool


def chi_square_tail(statistic: float, degrees: int) -> float:
    """Return the chance that a chi-square variable of so many degrees of freedom exceeds ``statistic``.

    Source: NIST Digital Library of Mathematical Functions, 8.8.2, from Q(1/2, x) = erfc(sqrt x) or Q(1, x) = exp(-x).
    """
    x = statistic / 2
    if x <= 0:
        return 1.0
    a = 0.5 if degrees % 2 else 1.0
    tail = math.erfc(math.sqrt(x)) if degrees % 2 else math.exp(-x)
    while a < degrees / 2:
        tail += math.exp(a * math.log(x) - x - math.lgamma(a + 1))
        a += 1
    return min(tail, 1.0)


def check_ratio(counts: Mapping[str, int], shares: Mapping[str, float]) -> RatioCheck:
    """Return whether the numbers of exposed units fit the shares that the arms were given.

    The p-value is the inverse of a Bayes factor: a Dirichlet prior over the shares, as large as a hundred units and
    centred on those that were meant, against those exactly. Where those are right, the factor is a nonnegative
    martingale that starts at 1, and by Ville's inequality exceeds 1/x, ever, with a chance of x at most.

    Args:
        counts: Exposed units by arm.
        shares: Positive weights by arm, such as the buckets of the file; they are made to add up to 1.

    Raises:
        InputError: The arms of both differ, there is one arm only, or a number is not one.

    Source: Lindon and Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022; the
    prior's size is ours.
    """
    if len(shares) < 2 or counts.keys() != shares.keys():
        raise InputError("counts and shares name the same arms, two at least")
    if min(counts.values()) < 0 or not all(0 < one < math.inf for one in shares.values()):
        raise InputError("counts are not negative, and shares are positive")
    whole = sum(shares.values())
    n = sum(counts.values())
    log_factor = math.lgamma(_PRIOR_UNITS) - math.lgamma(_PRIOR_UNITS + n)
    statistic = 0.0
    for arm, count in counts.items():
        share = shares[arm] / whole
        prior = _PRIOR_UNITS * share
        log_factor += math.lgamma(prior + count) - math.lgamma(prior) - count * math.log(share)
        statistic += (count - n * share) ** 2 / (n * share) if n else 0.0
    p_value = math.exp(min(0.0, -log_factor))
    return RatioCheck(p_value, chi_square_tail(statistic, len(counts) - 1), suspect=p_value < SUSPECT)


_PRIOR_UNITS: Final = 100.0


def effects(
    control: ArmTotals,
    arms: Sequence[ArmTotals],
    *,
    planned: int,
    bounds: tuple[float, float] = (0.0, 1.0),
    alpha: float = 0.05,
) -> tuple[Effect, ...]:
    """Return the effect of every arm beside the control, with confidence sequences.

    With V the estimated variance of the difference of two means, n the units of both arms and r = rho^2, the interval
    is the difference +- sqrt(V * 2 (nr + 1) / (nr) * ln(sqrt(nr + 1) / a)): a mixture over normal effects of the
    sequential likelihood ratio. With K arms beside the control, a = alpha / K (Bonferroni): the chance that any of
    the K intervals ever misses its effect is alpha at most, and each p-value is K times its own. rho is that which
    makes the interval narrowest at ``planned`` units; it is chosen before the first look and never after.

    A variance is estimated with one unit more at either bound, so that an arm in which nothing has happened yet is
    not taken for certain (the adjustment of Agresti and Caffo, The American Statistician 54, 2000).

    Args:
        control: The aggregates of the control.
        arms: Those of the other arms.
        planned: Units of two arms together at which one expects to decide.
        bounds: What outcomes are clipped to.
        alpha: Chance of any error, 0 to 1 exclusive.

    Raises:
        InputError: An argument is not as said, or totals cannot come from outcomes within the bounds.

    Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic
    confidence sequences", Annals of Statistics 52(6), 2024: the normal mixture and its choice of rho; for the p-value
    Johari, Koomen, Pekelis and Walsh, "Always valid inference: continuous monitoring of A/B tests", Operations
    Research 70(3), 2022.
    """
    if not arms or planned < 1 or not 0 < alpha < 1 or not bounds[0] < bounds[1]:
        raise InputError("effects need an arm, planned units, bounds in order and an alpha between 0 and 1")
    for one in (control, *arms):
        _check(one, bounds)
    level = alpha / len(arms)
    twice = -2 * math.log(level)
    rho_squared = (twice + math.log(twice) + 1) / planned
    return tuple(_effect(control, arm, rho_squared, level, len(arms), bounds) for arm in arms)


def _check(one: ArmTotals, bounds: tuple[float, float]) -> None:
    low, high = bounds
    slack = 1e-9 * max(1.0, one.n * max(abs(low), abs(high), low * low, high * high))
    # Within bounds a square never exceeds the chord: x^2 <= (low + high) x - low high.
    chord = (low + high) * one.total - one.n * low * high
    if (
        one.n < 0
        or not one.n * low - slack <= one.total <= one.n * high + slack
        or not one.total**2 <= one.n * (one.squares + slack)
        or not one.squares <= chord + slack
    ):
        raise InputError("an arm's totals cannot come from outcomes within the bounds")


def _events(control: ArmTotals, arm: ArmTotals, bounds: tuple[float, float]) -> float:
    """Return how much of the rarer bound the smaller arm would have, were both arms alike."""
    low, high = bounds
    n = control.n + arm.n
    share = (control.total + arm.total - low * n) / ((high - low) * n)
    return min(control.n, arm.n) * min(share, 1 - share)


def _variance_of_mean(one: ArmTotals, bounds: tuple[float, float]) -> float:
    low, high = bounds
    n = one.n + 2
    mean = (one.total + low + high) / n
    return ((one.squares + low * low + high * high) / n - mean * mean) / one.n


def _effect(
    control: ArmTotals, arm: ArmTotals, rho_squared: float, level: float, k: int, bounds: tuple[float, float]
) -> Effect:
    if min(control.n, arm.n) < MIN_UNITS or _events(control, arm, bounds) < MIN_EVENTS:
        raw = arm.total / arm.n - control.total / control.n if arm.n and control.n else 0.0
        return Effect(arm.arm, raw, -math.inf, math.inf, 1.0, decided=False)
    difference = arm.total / arm.n - control.total / control.n
    variance = _variance_of_mean(control, bounds) + _variance_of_mean(arm, bounds)
    spread = (control.n + arm.n) * rho_squared
    width = math.sqrt(variance * 2 * (spread + 1) / spread * math.log(math.sqrt(spread + 1) / level))
    evidence = difference**2 / variance * spread / (2 * (spread + 1)) - math.log1p(spread) / 2
    p_value = min(1.0, k * math.exp(min(0.0, -evidence)))
    low, high = difference - width, difference + width
    return Effect(arm.arm, difference, low, high, p_value, decided=not low <= 0 <= high)
