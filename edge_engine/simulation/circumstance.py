"""What a simulated household's money is truly like on each day: what people feel, and no engine is told.

``behaviour`` asks for four numbers. In ``situations`` they are drawn; here they follow from the household's own
balances and payments, the coming ones included: somebody knows of the week before payday what an engine has to guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_engine.simulation.truth import Role

if TYPE_CHECKING:
    from datetime import date

    from edge_engine.simulation.truth import Household

AHEAD: Final = 28
"""Days whose lowest balance counts as the coming one: until after the next payday, whoever pays."""

BEHIND: Final = 61
"""Days whose income and spending say what is left: two paydays, so that one bonus is not all of it."""

MONTH: Final = 30.44
"""Days of a usual month."""

MOST_DAYS: Final = 3650.0

OWN: Final = frozenset(("transfers.own", "finance.card_payment"))
"""Leaves of movements between the household's own accounts."""

_PAYING: Final = (Role.CURRENT, Role.JOINT)


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One day, as `behaviour.Now` has it.

    Attributes:
        buffer_days: Days of usual spending that the lowest balance of the next four weeks covers.
        spare: Share of the last two months' income that is left, -1 to 1.
        engagement: Share of weeks in which the app is opened.
        appetite: For investing, 0 to 1.
    """

    buffer_days: float
    spare: float
    engagement: float
    appetite: float


def usual_spending(household: Household) -> float:
    """Return what leaves the household on a usual day, minor units; above 0."""
    spent = -sum(one.amount for one in household.postings if one.amount < 0 and one.leaf not in OWN)
    return max(spent, 1) / ((household.end - household.start).days + 1)


def circumstances(
    household: Household, first: date, *, engagement: float, appetite: float
) -> tuple[Circumstance, ...]:
    """Return what each day is like from ``first``, which is a day of the household, to its end."""
    days = (household.end - household.start).days + 1
    held = [sum(household.balance_by_day[role][day] for role in _PAYING) for day in range(days)]
    came, went = [0] * (days + 1), [0] * (days + 1)
    for one in household.postings:
        if one.leaf not in OWN:
            at = (one.day - household.start).days + 1
            came[at] += max(one.amount, 0)
            went[at] += min(one.amount, 0)
    for day in range(days):
        came[day + 1] += came[day]
        went[day + 1] += went[day]
    usual = usual_spending(household)
    found = []
    for day in range((first - household.start).days, days):
        lowest = min(held[day : day + AHEAD])
        since = max(0, day + 1 - BEHIND)
        income = came[day + 1] - came[since]
        left = income + went[day + 1] - went[since]
        found.append(
            Circumstance(
                min(max(lowest / usual, -MOST_DAYS), MOST_DAYS),
                min(max(left / income, -1.0), 1.0) if income else -1.0,
                engagement,
                appetite,
            )
        )
    return tuple(found)
