"""Many simulated people who use an app for a week: what they did, whether they agreed, and their engines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_engine.domain.transaction import Event
from edge_engine.engine import Engine
from edge_engine.simulation.dice import Dice

if TYPE_CHECKING:
    from edge_engine.clock import Clock
    from edge_engine.signals.configuration import Reporting

DAY: Final = 86_400
WEEK: Final = 7
PURPOSE: Final = "aggregate_statistics"

_AGREE: Final = 880
"""Of 1,000 people who agree to be counted."""

_HABITS: Final = (60, 300, 550, 920)
"""Chances of 1,000 that a person opens the app on a day: hardly ever, now and then, often, daily."""

_HOW_MANY: Final = (15, 30, 30, 25)
_OUTCOMES: Final = (("shown", 800), ("opened", 550), ("acted", 250), ("closed", 350))
"""What becomes of a finding and its chance of 1,000 in a week in which the app is opened at all."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person's week.

    Attributes:
        number: From 1 on.
        agrees: Whether they let themselves be counted.
        days: Days of the week, from 0 on, on which they opened the app.
        outcomes: What became of findings.
    """

    number: int
    agrees: bool
    days: tuple[int, ...]
    outcomes: tuple[str, ...]


def draw_people(seed: int, count: int) -> list[Person]:
    """Return people; the same for a seed on every machine."""
    return [_draw(Dice(seed, "fleet", str(number)), number) for number in range(1, count + 1)]


def _draw(dice: Dice, number: int) -> Person:
    agrees, habit = dice.chance(_AGREE), dice.weighted(_HABITS, _HOW_MANY)
    days = tuple(day for day in range(WEEK) if dice.chance(habit))
    outcomes = tuple(name for name, chance in _OUTCOMES if dice.chance(chance)) if days else ()
    return Person(number, agrees, days, outcomes)


def make_device(person: Person, reporting: Reporting, clock: Clock, first_day: int) -> Engine:
    """Return a person's engine: an encrypted store in memory with the week's app events and their choice.

    Args:
        person: Whose.
        reporting: Where signals may go.
        clock: The device's.
        first_day: Day since 1970, UTC, that the week began on.
    """
    engine = Engine.in_memory(clock=clock, reporting=reporting)
    try:
        if person.agrees:
            engine.consent.grant(PURPOSE)
        noons = [(first_day + day) * DAY + DAY // 2 for day in person.days]
        engine.ingest([Event(at=noon, name="app.opened") for noon in noons])
        engine.ingest(
            [
                Event(at=noons[0] + 60 + at, name=f"insight.{outcome}")
                for at, outcome in enumerate(person.outcomes)
            ]
        )
    except BaseException:
        engine.close()
        raise
    return engine
