"""Draws the accounts of simulated households: who earns how, who spends how, since when, with much left to chance.

Ranges are wide on purpose, so that no bank and no country is the one that is learned. They come from what is generally
known (pay days, thirteenth salaries, cash for the month, standing orders, interest and fees at the month's end).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.inference.trajectory.history import History
from training.trajectory.habits import FIRST, NEVER, Chase, MonthEnd, Now, Regular, Sweep, World, live

if TYPE_CHECKING:
    from training.trajectory.habits import Habit

_YOUNG: Final = 0.75
"""Share of accounts that are seen from their opening on."""


class Draw:
    """One household's dice."""

    def __init__(self, random: np.random.Generator) -> None:
        self.random = random

    def often(self, share: float) -> bool:
        """Return True in this share of cases."""
        return bool(self.random.random() < share)

    def between(self, low: float, high: float) -> float:
        """Return an even draw."""
        return float(self.random.uniform(low, high))

    def about(self, middle: float, spread: float) -> float:
        """Return a draw whose logarithm is normal."""
        return float(middle * np.exp(spread * self.random.normal()))

    def whole(self, low: int, high: int) -> int:
        """Return an even draw of whole numbers, both ends included."""
        return int(self.random.integers(low, high + 1))

    def one(self, *choices: tuple[float, str]) -> str:
        """Return a choice by weight."""
        weights = np.array([weight for weight, _ in choices])
        return choices[int(self.random.choice(len(choices), p=weights / weights.sum()))][1]


def household(seed: tuple[int, ...]) -> History:
    """Return one account's history."""
    dice = Draw(np.random.default_rng(seed))
    begin = dice.whole(1, 1_400)
    month = dice.about(1_500_000, 0.8)
    unit = dice.random.choice([1_000, 2_000, 5_000, 10_000, 10_000, 20_000]) * max(1.0, month / 4e6)
    world = World(0.0, dice.random, float(unit))
    style = dice.one((0.78, "cash"), (0.14, "card"), (0.08, "mixed"))
    habits: list[Habit] = []
    kind = dice.one((0.60, "salary"), (0.13, "pension"), (0.06, "two"), (0.17, "irregular"), (0.04, "wages"))
    income = _incomes(habits, dice, begin, month, style, kind)
    # Pensioners keep more beside, measured by what comes in.
    level = 0.0 if dice.often(0.03) else dice.about((4.5 if kind == "pension" else 1.45) * month, 0.5)
    # A new account becomes the household's main one after some months: bills move there, cash is fetched there.
    settled = begin + (dice.whole(85, 160) if dice.often(0.75) else dice.whole(10, 330))
    if style in ("cash", "mixed"):
        _cash(habits, dice, begin, settled, month, income, level)
    _orders(habits, dice, begin, settled, month, income, style)
    if style in ("card", "mixed"):
        _cards(habits, dice, begin, month, income, level)
    _rare(habits, dice, begin, month)
    young = dice.often(_YOUNG)
    seen = dice.whole(120, 520)
    before = 0 if young else dice.whole(120, 500)
    opening = month * (dice.between(0.005, 0.12) if young else dice.about(1.0, 0.8))
    end = begin + before + seen
    days, amounts, keys, pension = live(habits, opening, begin, end, world, 0.15 * month)
    kept = days >= begin + before
    if not kept.any():
        kept[-1] = True
    held = int(amounts[~kept].sum())
    last = max(end - 1, int(days[-1]))
    return History.of(
        FIRST + days[kept], amounts[kept], keys[kept], pension[kept], opening=held, until=FIRST + last
    )


def _incomes(habits: list[Habit], dice: Draw, begin: int, month: float, style: str, kind: str) -> float:
    """Add what comes in; return what a month brings on average."""
    start = begin + dice.whole(5, 45)
    bonus = 1.0
    total = month
    if kind in ("salary", "two"):
        if dice.often(0.8):
            bonus = 1.5 if dice.often(0.85) else 2.0
        stop = NEVER if dice.often(0.96) else start + dice.whole(150, 600)
        vary = 0.0 if dice.often(0.9) else dice.between(0.01, 0.15)
        habits.append(
            Regular(
                start,
                round(month / 100) * 100,
                dom=dice.whole(5, 14) if dice.often(0.5) else dice.whole(1, 31),
                last=stop,
                vary=vary,
                bonus=bonus,
                drift=1.0 if dice.often(0.6) else dice.between(1.0, 1.1),
                weekend=style == "card" and dice.often(0.5),
            )
        )
        total *= 1 + (bonus - 1) / 6
    if kind == "pension":
        habits.append(
            Regular(start, round(month / 100) * 100, dom=dice.whole(1, 28), pension=dice.often(0.85))
        )
    if kind == "two":
        share = dice.between(0.3, 1.0)
        habits.append(
            Regular(begin + dice.whole(5, 60), round(share * month), dom=dice.whole(1, 28), bonus=bonus)
        )
        total += share * month
    if kind == "wages":
        every = 7 if dice.often(0.4) else 14
        vary = 0.0 if dice.often(0.5) else dice.between(0.02, 0.25)
        habits.append(Regular(start, round(month * every / 30.4), every=every, vary=vary))
    if kind == "irregular":
        rate = dice.between(0.8, 2.4) if dice.often(0.7) else dice.between(0.5, 6.0)
        if dice.often(0.7):
            size = 2 * month / rate
            habits.append(Now(begin + 3, rate / 30.4, size, -dice.between(0.02, 0.3), level=0.0))
        else:
            habits.append(Now(begin + 3, rate / 30.4, month / rate / 1.3, dice.between(0.2, 0.9)))
        total = month
        if dice.often(0.5):
            # What is earned elsewhere begins to come here too.
            later = begin + dice.whole(60, 250)
            habits.append(Now(later, rate / 30.4, 2 * month / rate, -dice.between(0.02, 0.3)))
    elif dice.often(0.5):
        # Odd deposits beside the main income.
        rate = dice.between(0.1, 1.2)
        size = dice.between(0.03, 0.35) * month
        since = begin + dice.whole(1, 200)
        habits.append(
            Now(since, rate / 30.4, size, dice.between(0.4, 1.0), unit=10_000 if dice.often(0.6) else 0)
        )
        total += rate * size
    return total


def _cash(
    habits: list[Habit], dice: Draw, begin: int, settled: int, month: float, income: float, level: float
) -> None:
    """Add how a household that lives on cash takes it out."""
    share = dice.between(0.35, 0.6) if dice.often(0.6) else dice.between(0.2, 0.9)
    spread = max(month, level) * dice.between(0.02, 0.11)
    since = begin + (dice.whole(15, 75) if dice.often(0.7) else dice.whole(60, 200))
    rhythm = dice.one((0.7, "step"), (0.1, "day"), (0.12, "chase"), (0.08, "often"))
    least = month * dice.between(0.01, 0.06)
    last = NEVER if dice.often(0.7) else since + dice.whole(120, 450)
    pace = 0.0 if dice.often(0.5) else dice.between(0.0, 0.3)
    skip = 0.0 if dice.often(0.6) else dice.between(0.0, 0.3)
    if rhythm == "step":
        habits.append(
            Sweep(since, level, share, spread, every=30, skip=skip, last=last, least=least, pace=pace)
        )
    elif rhythm == "day":
        jitter = 0 if dice.often(0.5) else dice.whole(1, 5)
        habits.append(
            Sweep(
                since,
                level,
                share,
                spread,
                dom=dice.whole(1, 31),
                jitter=jitter,
                skip=skip,
                last=last,
                least=least,
            )
        )
    elif rhythm == "often":
        every = dice.whole(5, 15)
        habits.append(
            Sweep(since, level, share * 0.6, spread, every=every, jitter=dice.whole(0, 4), least=least)
        )
    if rhythm == "chase" or dice.often(0.2):
        habits.append(Chase(since, level, share, spread, dice.whole(0, 12), dice.between(0.4, 1.0), least))
    # Later, cash in between: small sums, and sums that are neither round nor small.
    if dice.often(0.7):
        start = max(begin, settled + dice.whole(-30, 60))
        rate = dice.about(1.7, 0.8)
        size = -month * dice.about(0.1, 0.6)
        step = round(month * dice.between(0.005, 0.05) / 100) * 100
        care = dice.between(0.5, 2.0)
        home = max(level, 0.5 * month) + 0.7 * month
        habits.append(Now(start, rate / 30.4, size, dice.between(0.4, 0.9), unit=step, level=home, care=care))
    if dice.often(0.7):
        start = max(begin, settled + dice.whole(-30, 90))
        size = -income * dice.between(0.2, 1.0)
        home = max(level, 0.5 * month) + 0.7 * month
        rate = dice.between(0.3, 1.5)
        habits.append(
            Now(start, rate / 30.4, size, -dice.between(0.05, 0.5), level=home, care=dice.between(0.8, 2.5))
        )
    if dice.often(0.35):
        # Weeks of many withdrawals around a time of year.
        start = begin + dice.whole(150, 400)
        size = -month * dice.about(0.07, 0.5)
        habits.append(
            Now(
                start,
                dice.between(0.08, 0.4),
                size,
                dice.between(0.3, 0.7),
                unit=10_000,
                last=start + dice.whole(20, 90),
            )
        )


def _orders(
    habits: list[Habit], dice: Draw, begin: int, settled: int, month: float, income: float, style: str
) -> None:
    """Add standing orders, loans, rents; and interest and fees."""
    room = income * dice.between(0.1, 0.75)
    for _ in range(dice.whole(0, 5)):
        size = room * dice.between(0.05, 0.6)
        room -= size
        start = max(begin, settled + dice.whole(-10, 75)) if style == "cash" else begin + dice.whole(1, 120)
        last = NEVER if dice.often(0.85) else start + dice.whole(60, 500)
        habits.append(
            Regular(
                start,
                -round(size / 10) * 10,
                dom=dice.whole(1, 28),
                last=last,
                vary=0.0 if dice.often(0.8) else dice.between(0.02, 0.3),
                needs=dice.often(0.5),
                miss=0.0 if dice.often(0.9) else dice.between(0.0, 0.15),
            )
        )
    if dice.often(0.8):
        interest = dice.between(0.0, 0.005) if dice.often(0.6) else 0.0
        fee = month * dice.between(0.0, 0.006) if dice.often(0.7) else 0.0
        habits.append(MonthEnd(begin + dice.whole(0, 40), interest, round(fee)))


def _cards(habits: list[Habit], dice: Draw, begin: int, month: float, income: float, level: float) -> None:
    """Add how a household that pays by card spends."""
    level = max(level, 0.2 * month)
    care = dice.between(0.2, 1.2)
    budget = income * dice.between(0.3, 0.9)
    for _ in range(dice.whole(1, 3)):
        rate = dice.about(8.0, 0.8)
        size = -budget / rate * dice.between(0.2, 0.6)
        habits.append(
            Now(
                begin + dice.whole(1, 60),
                rate / 30.4,
                size,
                dice.between(0.3, 1.0),
                level=level,
                care=care,
                december=dice.between(1.0, 1.6),
            )
        )
    if dice.often(0.4):
        # A card's bill, or what is put aside.
        habits.append(
            Sweep(
                begin + dice.whole(20, 90),
                level,
                dice.between(0.2, 0.9),
                month * dice.between(0.01, 0.1),
                dom=dice.whole(1, 28),
                jitter=dice.whole(0, 3),
                least=0.01 * month,
            )
        )


def _rare(habits: list[Habit], dice: Draw, begin: int, month: float) -> None:
    """Add what comes seldom: large bills and gifts."""
    if dice.often(0.45):
        habits.append(Now(begin + 20, dice.between(0.05, 0.4) / 30.4, -dice.about(0.5, 0.5) * month, 0.6))
    if dice.often(0.3):
        habits.append(Now(begin + 20, dice.between(0.03, 0.3) / 30.4, dice.about(0.5, 0.6) * month, 0.6))
