"""How much may be put aside: pure arithmetic in minor units, with caps that the person approved and a floor.

The floor is held against the low end of the forecast (p10): nothing is moved that could leave the account below it in
nine of ten futures.
"""

from __future__ import annotations

from typing import Final, NamedTuple

MAX_UNIT: Final = 10**6


class Spare(NamedTuple):
    """What may be moved now.

    Attributes:
        amount: Minor units; 0 for nothing.
        because: Why not more, in snake case: ``whole``, ``cap``, ``floor``, or ``nothing`` where there is none.
    """

    amount: int
    because: str


def round_up(paid: int, unit: int) -> int:
    """Return what is missing to the next whole unit.

    Args:
        paid: What a purchase cost, positive minor units.
        unit: Such as 100 for whole euros; 1 to `MAX_UNIT`.

    Returns:
        0 to ``unit - 1``; 0 also where the purchase is none, or the unit is out of range.
    """
    if paid <= 0 or not 1 <= unit <= MAX_UNIT:
        return 0
    return -paid % unit


def spare(wanted: int, *, caps: tuple[int, ...], low: int, floor: int) -> Spare:
    """Return how much of what is wanted may be moved.

    A round-up that a floor would cut is not made at all: half of one is no round-up, and money is short.

    Args:
        wanted: Minor units.
        caps: What is still left under each cap; not positive where one is used up.
        low: The lowest p10 of the balance in the weeks to come.
        floor: What must be left even then.
    """
    if wanted <= 0:
        return Spare(0, "nothing")
    within = min(wanted, *caps) if caps else wanted
    if within <= 0:
        return Spare(0, "cap")
    if low - within < floor:
        return Spare(0, "floor")
    return Spare(within, "whole" if within == wanted else "cap")


def sweep(*, caps: tuple[int, ...], low: int, floor: int) -> Spare:
    """Return how much of what lies above the floor may be moved.

    Args:
        caps: What is still left under each cap.
        low: The lowest p10 of the balance in the weeks to come.
        floor: What must be left even then.
    """
    above = low - floor
    if above <= 0:
        return Spare(0, "floor")
    return spare(above, caps=caps, low=low, floor=floor)
