"""How money moves in a simulated account: habits that wake on a day, look at the balance, move some, and sleep on."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from edge_engine.inference.trajectory import calendar

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIRST: Final = 728_300
"""Ordinal of the simulated world's first day, in 1995."""

_SPAN: Final = 4_800
_DAYS: Final = FIRST + np.arange(_SPAN)
_MONTH: Final = calendar.month_index(_DAYS)
_MONTHS: Final = (_MONTH % 12 + 1).tolist()
_DOM: Final = calendar.day_of_month(_DAYS).tolist()
_LENGTH: Final = calendar.length_of(_MONTH).tolist()
NEVER: Final = 1 << 30


def month_of(day: int) -> int:
    """Return 1 to 12."""
    return int(_MONTHS[day])


def next_dom(day: int, dom: int) -> int:
    """Return the first day after ``day`` that is this day of a month, or a shorter month's last."""
    here, length = _DOM[day], _LENGTH[day]
    due = min(dom, length)
    if due > here:
        return int(day + due - here)
    first = day - here + 1 + length
    return int(first + min(dom, _LENGTH[first]) - 1)


def weekday(day: int) -> int:
    """Return 0 for Monday to 6 for Sunday."""
    return (FIRST + day + 6) % 7


@dataclass(slots=True)
class World:
    """The account as its habits see it.

    Attributes:
        balance: Now, in minor units.
        random: Where chance comes from.
        unit: What cash and prices are rounded to.
        shock: Factor on everyday spending, which wanders.
    """

    balance: float
    random: np.random.Generator
    unit: float
    wake: list[tuple[int, int]] = field(default_factory=list)

    def rounded(self, amount: float, unit: float) -> float:
        """Return the amount in whole units."""
        return round(amount / unit) * unit


class Habit(Protocol):
    """Something that moves money now and then."""

    first: int
    pension: bool

    def act(self, day: int, world: World) -> float:
        """Return the signed amount that moves today, 0 for none."""

    def next(self, day: int, world: World) -> int:
        """Return the next day to wake on."""


@dataclass(slots=True)
class Regular:
    """A salary, pension, rent, order or bill: on a day of the month, or every so many days.

    Attributes:
        first: Day it begins.
        amount: Signed.
        dom: Day of month, 0 where ``every`` counts.
        every: Days between.
        last: Day after which it ends.
        vary: Relative spread of amounts; 0 is always the same.
        bonus: Factor in bonus months, on the sixth and twelfth month.
        drift: What the amount is multiplied by each year.
        weekend: Whether what falls on a weekend comes on the Friday before.
        needs: Whether it is skipped where the balance is too small.
        miss: Chance that one does not come.
        pension: Whether it is a pension or benefit.
    """

    first: int
    amount: float
    dom: int = 0
    every: int = 0
    last: int = NEVER
    vary: float = 0.0
    bonus: float = 1.0
    drift: float = 1.0
    weekend: bool = False
    needs: bool = False
    miss: float = 0.0
    pension: bool = False
    due: int = -1

    def act(self, day: int, world: World) -> float:
        """See `Habit`."""
        if day > self.last or (self.miss and world.random.random() < self.miss):
            return 0.0
        amount = self.amount
        if self.drift != 1.0:
            amount = round(amount * self.drift ** ((day - self.first) // 365))
        if self.vary:
            amount *= float(np.exp(self.vary * world.random.normal()))
        if self.bonus != 1.0 and month_of(day) in (6, 12):
            amount *= self.bonus
        if self.needs and world.balance + amount < 0:
            return 0.0
        return amount

    def next(self, day: int, world: World) -> int:
        """See `Habit`."""
        if day > self.last:
            return NEVER
        base = max(day, self.due)
        self.due = next_dom(base, self.dom) if self.dom else base + self.every
        if self.weekend and weekday(self.due) > 4:
            return max(day + 1, self.due - (weekday(self.due) - 4))
        return self.due


@dataclass(slots=True)
class Sweep:
    """Takes out what stands above a level: cash for the month, a transfer to savings.

    Attributes:
        first: Day it begins.
        level: What it wants to leave.
        share: How much of what is above goes.
        spread: Noise of the amount, in minor units.
        dom: Day of month, 0 where ``every`` counts.
        every: Days between.
        jitter: Days of delay, at most.
        skip: Chance to pass.
        last: Day after which it ends.
        least: Below this it is not worth the way.
        pace: How much the level moves toward the balance each time.
    """

    first: int
    level: float
    share: float
    spread: float
    dom: int = 0
    every: int = 0
    jitter: int = 0
    skip: float = 0.0
    last: int = NEVER
    least: float = 0.0
    pace: float = 0.0
    pension: bool = False
    due: int = -1

    def act(self, day: int, world: World) -> float:
        """See `Habit`."""
        if day > self.last or (self.skip and world.random.random() < self.skip):
            return 0.0
        amount = self.share * (world.balance - self.level) + self.spread * world.random.normal()
        self.level += self.pace * (world.balance - self.level)
        amount = world.rounded(min(amount, world.balance), world.unit)
        return -amount if amount > self.least else 0.0

    def next(self, day: int, world: World) -> int:
        """See `Habit`."""
        if day > self.last:
            return NEVER
        base = max(self.due, day - self.jitter)
        self.due = next_dom(base, self.dom) if self.dom else base + self.every
        return max(day + 1, self.due + (int(world.random.integers(0, self.jitter + 1)) if self.jitter else 0))


@dataclass(slots=True)
class Now:
    """Comes by chance: everyday purchases, cash, odd jobs, large bills.

    Attributes:
        first: Day it begins.
        rate: How often a day.
        size: Median amount, signed.
        spread: Of the logarithm of the amount; negative draws evenly between ``-spread`` and 1 of the size.
        unit: Amounts are whole multiples of it; 0 does not round.
        level: Where the balance is at home; 0 does not care.
        care: How strongly amounts follow the balance.
        last: Day after which it ends.
        december: Factor in December.
        weekly: Factor on weekends' eves, from Friday to Saturday.
        fast: Whether the money follows an income rather than the calendar: rate is high after one.
    """

    first: int
    rate: float
    size: float
    spread: float
    unit: float = 0.0
    level: float = 0.0
    care: float = 0.0
    last: int = NEVER
    december: float = 1.0
    pension: bool = False

    def act(self, day: int, world: World) -> float:
        """See `Habit`."""
        if day > self.last:
            return 0.0
        chance = world.random.normal() if self.spread >= 0 else 0.0
        if self.spread >= 0:
            amount = abs(self.size) * float(np.exp(self.spread * chance))
        else:
            amount = abs(self.size) * float(world.random.uniform(-self.spread, 1.0))
        if self.december != 1.0 and month_of(day) == 12:
            amount *= self.december
        if self.level > 0:
            amount *= min(3.0, max(0.05, (max(world.balance, 0.0) / self.level) ** self.care))
        if self.size < 0:
            amount = min(amount, max(0.0, world.balance))
        if self.unit:
            amount = world.rounded(amount, self.unit)
        return amount if self.size > 0 else -amount

    def next(self, day: int, world: World) -> int:
        """See `Habit`."""
        if day > self.last or self.rate <= 0:
            return NEVER
        return (
            day + max(1, round(float(world.random.exponential(1 / self.rate))))
            if self.rate < 0.5
            else day + 1
        )


@dataclass(slots=True)
class MonthEnd:
    """Interest on what is there and a fee, on the last day of each month."""

    first: int
    interest: float
    fee: float
    pension: bool = False
    mean: float = -1.0

    def act(self, day: int, world: World) -> float:
        """See `Habit`."""
        self.mean = world.balance if self.mean < 0 else 0.5 * (self.mean + world.balance)
        rate = self.interest if world.balance > 0 else 4 * self.interest
        return round(self.mean * rate) - self.fee

    def next(self, day: int, world: World) -> int:
        """See `Habit`."""
        return next_dom(day, 31)


@dataclass(slots=True)
class Chase:
    """Takes out part of what is above a level soon after money came in; woken by incomes."""

    first: int
    level: float
    share: float
    spread: float
    delay: int
    chance: float
    least: float
    pension: bool = False
    asleep: bool = True

    def act(self, day: int, world: World) -> float:
        """See `Habit`."""
        if world.random.random() > self.chance:
            return 0.0
        amount = self.share * (world.balance - self.level) + self.spread * world.random.normal()
        amount = world.rounded(min(amount, world.balance), world.unit)
        return -amount if amount > self.least else 0.0

    def next(self, day: int, world: World) -> int:
        """See `Habit`."""
        return NEVER


def live(
    habits: list[Habit], opening: float, begin: int, end: int, world: World, large: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Let the habits act until ``end``.

    Args:
        habits: What moves money.
        opening: First deposit, on day ``begin``; nothing is posted where it is 0.
        begin: First day.
        end: Day after the last.
        world: The account.
        large: An income from which on chasers wake.

    Returns:
        Days, signed amounts in minor units, keys and whether each is a pension, in order.
    """
    days, amounts, keys, pension = [begin], [round(opening)], [len(habits)], [False]
    world.balance += round(opening)
    heap = [
        (max(one.first, begin), 0, index) for index, one in enumerate(habits) if not isinstance(one, Chase)
    ]
    chasers = [(index, one) for index, one in enumerate(habits) if isinstance(one, Chase)]
    heapq.heapify(heap)
    while heap and heap[0][0] < end:
        day, _, index = heapq.heappop(heap)
        habit = habits[index]
        if day > begin or opening == 0:
            amount = round(habit.act(day, world))
            if amount:
                world.balance += amount
                days.append(day)
                amounts.append(amount)
                keys.append(index)
                pension.append(habit.pension)
            if amount > large:
                for place, chaser in chasers:
                    if day >= chaser.first:
                        delay = int(world.random.integers(0, chaser.delay + 1))
                        heapq.heappush(heap, (day + delay, 1, place))
        if not isinstance(habit, Chase):
            heapq.heappush(heap, (max(day + 1, habit.next(day, world)), 0, index))
    return (
        np.array(days, dtype=np.int64),
        np.array(amounts, dtype=np.int64),
        np.array(keys, dtype=np.int64),
        np.array(pension),
    )
