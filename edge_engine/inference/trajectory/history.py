"""One balance through time: money in and out by day, end-of-day and lowest balance, and the postings behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TURNOVER_DAYS: Final = 182
MONTH: Final = 30.4
"""Days of a month where no calendar month is meant."""


@dataclass(frozen=True, slots=True)
class History:
    """Days without a gap from ``first``; index 0 is that day. Amounts are minor units of one currency.

    Attributes:
        first: Ordinal of the first day.
        inflow: float64[days], money in, not negative.
        outflow: float64[days], money out, not negative.
        balance: float64[days], at the end of each day.
        low: float64[days], the lowest that the balance stood at on that day, after any of its postings.
        days: int64[n], day index of each posting, ascending.
        amounts: int64[n], signed amount of each posting.
        keys: int64[n], who is on the other side: postings with one key may be one bill or one income.
        pension: bool[n], whether the posting is a pension or a benefit.
    """

    first: int
    inflow: NDArray[np.float64]
    outflow: NDArray[np.float64]
    balance: NDArray[np.float64]
    low: NDArray[np.float64]
    days: NDArray[np.int64]
    amounts: NDArray[np.int64]
    keys: NDArray[np.int64]
    pension: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        days: NDArray[np.int64],
        amounts: NDArray[np.int64],
        keys: NDArray[np.int64],
        pension: NDArray[np.bool_],
        *,
        opening: int,
        until: int,
        stated: NDArray[np.int64] | None = None,
    ) -> History:
        """Build the days from postings in the order in which they were booked.

        Args:
            days: int64[n], ordinals, ascending; at least one.
            amounts: int64[n], signed minor units.
            keys: int64[n], see the class.
            pension: bool[n], see the class.
            opening: Balance before the first posting.
            until: Ordinal of the last day to cover, not before the last posting.
            stated: int64[n], the balance after each posting where the bank states it; else it is summed.
        """
        first = int(days[0])
        n = until - first + 1
        index = days - first
        flow = amounts.astype(np.float64)
        inflow = np.bincount(index, np.maximum(flow, 0), n).astype(np.float64)
        outflow = np.bincount(index, np.maximum(-flow, 0), n).astype(np.float64)
        running = opening + np.cumsum(flow) if stated is None else stated.astype(np.float64)
        ends = np.searchsorted(index, np.arange(n), side="right") - 1
        balance = running[ends]
        # A day without postings stands where the day before ended; others at the lowest after any of theirs.
        low = balance.copy()
        np.minimum.at(low, index, running)
        return cls(first, inflow, outflow, balance, low, index, amounts, keys, pension)

    def __len__(self) -> int:
        """Return the number of days."""
        return len(self.balance)

    def turnover(self, at: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return float64[origins]: what comes in and goes out in a month, averaged, over the last half year.

        Args:
            at: int64[origins], day indices; later days are not looked at.
        """
        total = np.concatenate([[0.0], np.cumsum(self.inflow + self.outflow)])
        since = np.maximum(0, at + 1 - TURNOVER_DAYS)
        days = np.maximum(28, at + 1 - since)
        month: NDArray[np.float64] = (total[at + 1] - total[since]) / 2 / days * MONTH
        return month
