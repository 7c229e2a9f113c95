"""A payment as it is planned, before the accounts say whether it can be made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from edge_engine.simulation.truth import PriceChange
from edge_engine.simulation.workdays import Roll, roll

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from edge_engine.domain.transaction import Channel
    from edge_engine.simulation.dice import Dice
    from edge_engine.simulation.truth import EventKind, Foreign, Role
    from edge_engine.simulation.workdays import Schedule


@dataclass(frozen=True, slots=True)
class Window:
    """The days simulated, both ends included, in a country's calendar."""

    country: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Mirror:
    """The other half of a movement between own accounts: it arrives ``lag`` banking days later."""

    account: Role
    text: str
    lag: int = 0


@dataclass(slots=True)
class Draft:
    """One planned payment.

    Attributes:
        day: When it happens.
        booked: When the bank books it.
        minute: Minute of the day.
        account: Account that it moves.
        amount: Signed minor units.
        text: As the bank writes it.
        counterparty: Name of the other side.
        leaf: True leaf.
        channel: How the money moves.
        mcc: ISO 18245 code, or 0.
        stream: Id of its stream, or None.
        event: Id of the event behind it, or None.
        foreign: Amount abroad, or None.
        elastic: How readily it is given up when money is short, in thousandths; 0 never.
        resolve: How firmly this one is meant, 0 to 999.
        mirror: The other half, or None.
    """

    day: date
    booked: date
    minute: int
    account: Role
    amount: int
    text: str
    counterparty: str
    leaf: str
    channel: Channel
    mcc: int = 0
    stream: str | None = None
    event: str | None = None
    foreign: Foreign | None = None
    elastic: int = 0
    resolve: int = 0
    mirror: Mirror | None = None


@dataclass(slots=True)
class Plan:
    """A stream while it is planned; `truth.Stream` tells its fields.

    Attributes:
        prices: First day and usual magnitude of each price, in order.
    """

    id: str
    merchant: str
    leaf: str
    account: Role
    incoming: bool
    schedule: Schedule
    prices: list[tuple[date, int]]
    started: date
    varies: bool = False
    family: str = ""
    ended: date | None = None
    trial_until: date | None = None
    missed: list[date] = field(default_factory=list)
    months: tuple[int, ...] = ()

    def price(self, day: date) -> int:
        """Return the usual magnitude on ``day``."""
        amount = self.prices[0][1]
        for since, value in self.prices:
            if since > day:
                break
            amount = value
        return amount

    def changes(self, paid: Sequence[date]) -> tuple[PriceChange, ...]:
        """Return the price changes that payments on the days ``paid`` show: one before and one since."""
        return tuple(
            PriceChange(since, old, new)
            for (_, old), (since, new) in pairwise(self.prices)
            if paid[0] < since <= paid[-1] and old != new
        )


@dataclass(slots=True)
class Happening:
    """An event while it is planned; `truth.LifeEvent` tells its fields."""

    id: str
    kind: EventKind
    first: date
    last: date


@dataclass(slots=True)
class Agenda:
    """Everything planned for a household."""

    drafts: list[Draft] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    events: list[Happening] = field(default_factory=list)

    def happen(self, kind: EventKind, first: date, last: date | None = None) -> str:
        """Note an event and return its id."""
        name = f"{kind.value}-{sum(event.kind is kind for event in self.events) + 1}"
        self.events.append(Happening(name, kind, first, last or first))
        return name


def card_booking(country: str, day: date, dice: Dice) -> date:
    """Return when a card purchase of ``day`` is booked: the same or one of the next banking days."""
    return roll(country, day + timedelta(dice.weighted((0, 1, 2, 3), (12, 55, 25, 8))), Roll.AFTER)


def snap(amount: int, step: int, less: int) -> int:
    """Return ``amount`` as a price: a multiple of ``step`` minus ``less``, at least one step or unit."""
    if step == 1:
        return max(1, amount - less)
    return max(step, (amount + step // 2) // step * step) - less
