"""What a stream costs: one fixed price, a price that changed, or amounts that vary."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median_low
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

EQUAL: Final = 0.004
"""Relative difference below which two amounts are one price (rounding of a shared bill, tax)."""

STEADY: Final = 0.06
"""Relative difference that a price in a foreign currency makes from month to month."""

_RECENT: Final = 4
"""Payments whose median is expected next where amounts vary."""


@dataclass(frozen=True, slots=True)
class Pricing:
    """The amounts of a stream, read in time order. All amounts are signed minor units.

    Attributes:
        fixed: Whether there is a price, which may have changed now and then.
        expected: The next amount.
        low: Least amount to expect, by magnitude.
        high: Greatest amount to expect, by magnitude.
        old: Price before the latest change; equal to ``expected`` where there was none.
        changed: Index of the first payment at the present price, 0 where the price never changed.
        confirmed: Whether the present price was paid at least twice.
    """

    fixed: bool
    expected: int
    low: int
    high: int
    old: int
    changed: int
    confirmed: bool


@dataclass(slots=True)
class _Level:
    start: int
    amount: int
    n: int
    latest: int


def alike(a: int, b: int, tolerance: float) -> bool:
    """Return whether two amounts of one sign differ by no more than a share of the greater."""
    return abs(a - b) <= tolerance * max(abs(a), abs(b))


def price(amounts: Sequence[int], a_year: int) -> Pricing:
    """Read the price history of a stream.

    A single odd payment between two of one price is a one-off, not a change; where one-offs are known to
    happen, a new price counts from its second payment.

    Prices change about once a year; what changes more often varies. What is paid once a year has this year's price.

    Args:
        amounts: Signed minor units in time order, at least two.
        a_year: Payments a year, the horizon of what is recent.
    """
    levels = _levels(amounts)
    settled, odd = _settle(levels)
    years = -(-len(amounts) // a_year)
    often = len(settled) - 1 > max(1, (len(amounts) - 1) // 4, years)
    if a_year > 1 and (often or odd > max(1, len(amounts) // 5)):
        recent = amounts[-max(3, min(a_year, len(amounts))) :]
        expected = median_low(amounts[-_RECENT:])
        return Pricing(
            fixed=False,
            expected=expected,
            low=min(recent, key=abs),
            high=max(recent, key=abs),
            old=expected,
            changed=0,
            confirmed=False,
        )
    now, old = settled[-1], settled[-2] if len(settled) > 1 else settled[-1]
    if now.n == 1 and odd and len(settled) > 1:
        now, old = old, settled[-3] if len(settled) > 2 else old
    return Pricing(
        fixed=True,
        expected=now.latest,
        low=now.latest,
        high=now.latest,
        old=old.latest if old is not now else now.latest,
        changed=now.start,
        confirmed=now.n > 1,
    )


def _levels(amounts: Sequence[int]) -> list[_Level]:
    levels: list[_Level] = []
    for index, amount in enumerate(amounts):
        if levels and alike(levels[-1].amount, amount, EQUAL):
            levels[-1].n += 1
            levels[-1].latest = amount
        else:
            levels.append(_Level(index, amount, 1, amount))
    return levels


def _settle(levels: Sequence[_Level]) -> tuple[list[_Level], int]:
    """Drop single payments between two levels of one price; return the levels and how many were dropped."""
    settled: list[_Level] = []
    odd = 0
    for level in levels:
        if len(settled) > 1 and settled[-1].n == 1 and alike(settled[-2].amount, level.amount, EQUAL):
            settled.pop()
            settled[-1].n += level.n
            settled[-1].latest = level.latest
            odd += 1
        else:
            settled.append(_Level(level.start, level.amount, level.n, level.latest))
    return settled, odd
