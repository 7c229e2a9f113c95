"""Days as proleptic Gregorian ordinals, in columns: their day of month, month, and the same day of other months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Days = NDArray[np.int64]

_EPOCH: Final = 719_163
"""Ordinal of 1970-01-01."""


def month_index(days: Days) -> Days:
    """Return ``year * 12 + month - 1`` of each day."""
    months = (days - _EPOCH).astype("datetime64[D]").astype("datetime64[M]")
    return months.astype(np.int64) + 1970 * 12


def first_of(months: Days) -> Days:
    """Return the ordinal of the first day of each month index."""
    start = (months - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")
    return start.astype(np.int64) + _EPOCH


def length_of(months: Days) -> Days:
    """Return the number of days of each month index."""
    return first_of(months + 1) - first_of(months)


def day_of_month(days: Days) -> Days:
    """Return 1 to 31."""
    return days - first_of(month_index(days)) + 1


def in_month(months: Days, day: Days) -> Days:
    """Return the ordinal of a day of month, the month's last day where it is shorter."""
    return first_of(months) + np.minimum(day, length_of(months)) - 1


def month_end(days: Days) -> Days:
    """Return the last day of each day's month; of the next month where the day is the last of its own."""
    months = month_index(days)
    last = first_of(months + 1) - 1
    return np.where(days == last, first_of(months + 2) - 1, last)
