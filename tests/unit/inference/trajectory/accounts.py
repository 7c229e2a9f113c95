"""Accounts with a plain life, for the trajectory tests."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from edge_engine.inference.trajectory import calendar
from edge_engine.inference.trajectory.history import History

START = date(2024, 1, 1)


def account(
    *movements: tuple[int, int, int], days: int = 200, opening: int = 500_000, pension: bool = False
) -> History:
    """An account from day index, amount and side of each movement."""
    rows = sorted(movements)
    first = START.toordinal()
    return History.of(
        np.array([first] + [first + day for day, _, _ in rows], np.int64),
        np.array([1] + [amount for _, amount, _ in rows], np.int64),
        np.array([99] + [side for _, _, side in rows], np.int64),
        np.array([False] + [pension and amount > 0 for _, amount, _ in rows]),
        opening=opening - 1,
        until=first + days - 1,
    )


def on_day(dom: int, months: int, amount: int, side: int) -> list[tuple[int, int, int]]:
    """A movement on a day of each month from the start."""
    month = calendar.month_index(np.array([START.toordinal()]))[0]
    due = calendar.in_month(np.arange(month, month + months), np.array(dom))
    return [(int(day) - START.toordinal(), amount, side) for day in due]


def household(days: int = 300) -> History:
    """A salary, a rent and weekly shopping that varies."""
    random = np.random.default_rng(3)
    shopping = [(day, -int(random.integers(3_000, 9_000)), 3) for day in range(2, days, 4)]
    months = days // 31 + 1
    lines = [*on_day(25, months, 200_000, 1), *on_day(1, months, -80_000, 2), *shopping]
    return account(*[line for line in lines if line[0] < days], days=days)


def day(index: int) -> date:
    return START + timedelta(days=index)


def as_known(history: History, days: int) -> History:
    """The account as it was known then."""
    seen = history.days < days
    return History(
        history.first, history.inflow[:days], history.outflow[:days], history.balance[:days], history.low[:days],
        history.days[seen], history.amounts[seen], history.keys[seen], history.pension[seen],
    )  # fmt: skip
