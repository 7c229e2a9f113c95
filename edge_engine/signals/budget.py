"""The privacy budget of a device: what all contributions of an epoch may lose together.

Pure losses add up (basic composition). Concentrated losses add up as rho, and a pure loss of epsilon is
``epsilon**2 / 2`` of it. An epoch's total is within the budget where either reckoning is: pure losses plus what the
concentrated ones come to at ``delta``, or all of them as concentrated. Losses are constants of the catalogue and never
depend on data, so the smaller of two valid bounds is valid. Everything is compared in whole numbers and fractions.

Source: Dwork and Roth (2014), section 3.5; Bun and Steinke, "Concentrated Differential Privacy" (2016), propositions
1.3 and 1.4 and lemma 1.7.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import log
from typing import TYPE_CHECKING, Final

from edge_engine.signals.catalogue import MICRO

if TYPE_CHECKING:
    from edge_engine.signals.catalogue import Budget

Losses = Sequence[tuple[int, bool]]
"""(loss in millionths of epsilon, whether it is pure) of every contribution of one epoch."""

_ROUNDING: Final = Fraction(1, 10**9)
"""More than a float's logarithm is off; the bound errs on the side of privacy."""


def affordable(budget: Budget, losses: Losses) -> bool:
    """Return whether everything lost in an epoch is within the budget."""
    most = Fraction(budget.most, MICRO)
    pure = Fraction(sum(loss for loss, is_pure in losses if is_pure), MICRO)
    rho_of_pure = _rho([loss for loss, is_pure in losses if is_pure])
    rho = _rho([loss for loss, is_pure in losses if not is_pure])
    tail = Fraction(log(1 / budget.delta)) + _ROUNDING
    return _within(rho, most - pure, tail) or _within(rho + rho_of_pure, most, tail)


def spent(budget: Budget, losses: Losses) -> int:
    """Return what is lost so far in millionths of epsilon, at the budget's delta: the smaller bound, rounded up."""
    pure = sum(loss for loss, is_pure in losses if is_pure)
    rho = float(_rho([loss for loss, is_pure in losses if not is_pure]))
    both = rho + float(_rho([loss for loss, is_pure in losses if is_pure]))
    tail = log(1 / budget.delta)

    def told(concentrated: float) -> int:
        return -int(-(concentrated + 2 * (concentrated * tail) ** 0.5) * MICRO // 1) if concentrated else 0

    return min(pure + told(rho), told(both)) if losses else 0


def _rho(losses: Sequence[int]) -> Fraction:
    return Fraction(sum(loss * loss for loss in losses), 2 * MICRO * MICRO)


def _within(rho: Fraction, epsilon: Fraction, tail: Fraction) -> bool:
    """Return whether rho-zCDP gives (epsilon, delta): ``rho + 2 * sqrt(rho * tail) <= epsilon``, without the root."""
    left = epsilon - rho
    return left >= 0 and 4 * rho * tail <= left * left
