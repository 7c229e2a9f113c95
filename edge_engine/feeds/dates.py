"""Dates as banks write them in text, and the order of day and month that a whole column gives away."""

from __future__ import annotations

import functools
import re
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from edge_engine.errors import InputError
from edge_engine.feeds.month_names import MONTHS

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2199
CENTURY_TURN: Final = 70
"""Two-digit years from here on belong to the 1900s."""

MAX_DATE_TEXT: Final = 48
NOISE: Final = 20
"""One row in so many may contradict the order that the others give away; it is rejected, not believed."""


class Order(StrEnum):
    """The order of day, month and year in a numeric date; a year of four digits in front needs none."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


# A clock time, and whatever zone or fraction follows it, is read over: a bank's day is the day it wrote.
_TIME: Final = r"(?:[T ,]\s?[0-9]{1,2}[:.h][0-9]{2}[ :.,0-9APMapmZUTCGEST+-]{0,24})?"
_WEEKDAY: Final = r"(?:[^\W\d]{2,12}\.?,?\s)?"
_ORDINAL: Final = r"(?:st|nd|rd|th|er|\.|º)?"
_YEAR_FIRST: Final = re.compile(rf"([0-9]{{4}})([-/. ]?)([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}")
_NUMERIC: Final = re.compile(
    rf"{_WEEKDAY}([0-9]{{1,2}})\s?([-/. ])\s?([0-9]{{1,2}})\s?[-/. ']\s?([0-9]{{4}}|[0-9]{{2}})\.?{_TIME}"
)
_COMPACT: Final = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_DAY_NAME: Final = re.compile(
    rf"{_WEEKDAY}([0-9]{{1,2}}){_ORDINAL}[-/ ]?\s?(?:de |of )?([^\W\d]{{3,12}})\.?,?[-/ ']?\s?"
    rf"(?:de |del )?([0-9]{{4}}|[0-9]{{2}}){_TIME}"
)
_NAME_DAY: Final = re.compile(
    rf"{_WEEKDAY}([^\W\d]{{3,12}})\.?[-/ ]?([0-9]{{1,2}}){_ORDINAL},?[-/ ]\s?([0-9]{{4}}|[0-9]{{2}}){_TIME}"
)

_SHORT_YEAR: Final = re.compile(r"[0-9]{2}[-/. ][0-9]{2}[-/. ][0-9]{2}")
_YEARS_APART: Final = 4 * 366

NOT_A_DATE: Final = "the date is not a date"
NOT_IN_CALENDAR: Final = "the date is not in the calendar"
BEYOND: Final = "the date is beyond any statement"
TWO_WAYS: Final = "the date can be read in two ways"


@functools.lru_cache(maxsize=4096)
def parse(text: str, order: Order | None = None) -> date:
    """Read a date: ``2024-01-05``, ``20240105``, ``5.1.24``, ``01/05/2024 09:30``, ``5. März 2024``.

    Args:
        text: The date, with a time behind it or not.
        order: Order of day and month of a numeric date; None to accept only what can be read in one way.

    Raises:
        InputError: It is no date, is not in the calendar, is beyond 1970-2199, or can be read in two ways.
    """
    return _day(*_parts(text, order))


def _parts(text: str, order: Order | None) -> tuple[int, int, int]:
    if len(text) > MAX_DATE_TEXT:
        raise InputError(NOT_A_DATE)
    text = text.strip()
    if (match := _YEAR_FIRST.fullmatch(text)) and (match[2] or _plausible(*match.group(1, 3, 4))):
        return int(match[1]), int(match[3]), int(match[4])
    if match := _NUMERIC.fullmatch(text):
        return _ordered(int(match[1]), int(match[3]), match[4], _settle(match[1], match[2], match[3], order))
    if match := _COMPACT.fullmatch(text):
        return _ordered(int(match[1]), int(match[2]), match[3], _settle(match[1], "", match[2], order))
    if match := _DAY_NAME.fullmatch(text):
        return _year(match[3]), _month(match[2]), int(match[1])
    if match := _NAME_DAY.fullmatch(text):
        return _year(match[3]), _month(match[1]), int(match[2])
    raise InputError(NOT_A_DATE if text else "the date is missing")


def _plausible(year: str, month: str, day: str) -> bool:
    """Tell YYYYMMDD from DDMMYYYY."""
    return len(month + day) == 4 and FIRST_YEAR <= int(year) <= LAST_YEAR and 1 <= int(month) <= 12


def _settle(first: str, separator: str, second: str, order: Order | None) -> Order:
    if order is not None:
        return order
    if separator == "." or int(first) > 12 or first == second:
        return Order.DMY
    if int(second) > 12:
        return Order.MDY
    raise InputError(TWO_WAYS)


def _ordered(first: int, second: int, last: str, order: Order) -> tuple[int, int, int]:
    if order is Order.YMD and len(last) == 2:
        return _year(f"{first:02}"), second, int(last)
    year = _year(last)
    return (year, first, second) if order is Order.MDY else (year, second, first)


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (2000 if year < CENTURY_TURN else 1900)


def _month(name: str) -> int:
    month = MONTHS.get(name.casefold()) or MONTHS.get(name.casefold()[:3])
    if month is None:
        raise InputError(NOT_A_DATE)
    return month


def _day(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise InputError(NOT_IN_CALENDAR) from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(BEYOND)
    return found


def is_date(text: str) -> bool:
    """Tell whether ``text`` is a date in some order of day and month."""
    for order in Order:
        try:
            parse(text, order)
        except InputError:
            continue
        return True
    return False


def infer(texts: Sequence[str], prefer: Order | None = None) -> Order | None:
    """Return the order of day and month of a column of dates, by evidence.

    A number above 12 settles it; so does a point between the numbers, which only day-first countries write;
    so does the order of the rows, where the dates run one way under one reading alone.

    Args:
        texts: The column's cells, in the file's order.
        prefer: Order to take where the column leaves it open.

    Returns:
        The order; `Order.DMY` where no cell needs one; None where it stays open.
    """
    numeric = [m for m in map(_numbers, texts) if m is not None]
    if not numeric:
        return Order.DMY
    day_first = sum(1 for first, _, second in numeric if first > 12 and second <= 12)
    month_first = sum(1 for first, _, second in numeric if second > 12 and first <= 12)
    year_first = sum(1 for first, _, _ in numeric if first > 31)
    if year_first * 2 > len(numeric) or _years_stand_first(texts):
        return Order.YMD
    if day_first or month_first:
        if min(day_first, month_first) * NOISE > max(day_first, month_first):
            return None
        return Order.DMY if day_first > month_first else Order.MDY
    if all(separator == "." for _, separator, _ in numeric) or all(a == b for a, _, b in numeric):
        return Order.DMY
    runs = [order for order in (Order.DMY, Order.MDY) if _runs_one_way(texts, order)]
    return runs[0] if len(runs) == 1 else prefer


def _years_stand_first(texts: Sequence[str]) -> bool:
    """Tell whether two-digit years stand in front: read so, the days lie together, and otherwise years apart."""
    if not all(_SHORT_YEAR.fullmatch(text.strip()) for text in texts if text.strip()):
        return False
    spans = []
    for order in (Order.YMD, Order.DMY):
        try:
            days = [parse(text, order) for text in texts if text.strip()]
        except InputError:
            days = []
        spans.append((max(days) - min(days)).days if len(set(days)) > 1 else None)
    first, last = spans
    return first is not None and last is not None and last > _YEARS_APART and first * 10 < last


def _numbers(text: str) -> tuple[int, str, int] | None:
    if len(text) > MAX_DATE_TEXT or _YEAR_FIRST.fullmatch(text.strip()):
        return None
    match = _NUMERIC.fullmatch(text.strip())
    if match is not None:
        return int(match[1]), match[2], int(match[3])
    match = _COMPACT.fullmatch(text.strip())
    return (int(match[1]), "", int(match[2])) if match is not None else None


def _runs_one_way(texts: Sequence[str], order: Order) -> bool:
    days: list[date] = []
    for text in texts:
        try:
            days.append(parse(text, order))
        except InputError:
            continue
    if len(set(days)) < 3:
        return False
    return all(a <= b for a, b in pairwise(days)) or all(a >= b for a, b in pairwise(days))
