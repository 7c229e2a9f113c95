"""One day in a life: fourteen months of a made-up person's money before it, and what comes in during the day.

Days are told from the day itself, so that it can be lived on any date: pay was due nine days ago and has not come, and
the rent is due the day after tomorrow.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Account, AccountKind, Balance, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

MAIN: Final = "GB-MAIN"
POT: Final = "GB-POT"
CURRENCY: Final = "GBP"
LATE_DAYS: Final = 9
MONTHS: Final = 14

PAY: Final = 245_000
RENT: Final = 72_000
BEFORE: Final = 34_000
"""What the account holds on the evening before."""

_LOANS: Final = ((3, "ZOPA LOAN", 61_000), (9, "LENDABLE LOAN", 41_500))
_BILLS: Final = (
    (12, "NORTHERN POWER ENERGY", 8_400),
    (15, "CITY COUNCIL TAX", 12_600),
    (18, "TALKMOBILE", 1_800),
)
_FILM: Final = "NETFLIX.COM"
_FILM_DAY: Final = 6
_FILM_OLD: Final = 1_099
_FILM_NEW: Final = 1_599


def before(today: date) -> Iterator[Account | Balance | Record]:
    """Yield everything that was booked before the day."""
    yield Account(MAIN, CURRENCY, AccountKind.CURRENT)
    yield Account(POT, CURRENCY, AccountKind.SAVINGS)
    due = today - timedelta(days=LATE_DAYS)
    rent = today + timedelta(days=2)
    day = today - timedelta(days=31 * MONTHS)
    while day < today:
        yield from _of_day(day, today, due.day, rent.day)
        day += timedelta(days=1)
    yield Balance(MAIN, today - timedelta(days=1), Money(BEFORE, CURRENCY))
    yield Balance(POT, today - timedelta(days=1), Money(15_000, CURRENCY))


def _of_day(day: date, today: date, pay_day: int, rent_day: int) -> Iterator[Record]:
    last = calendar.monthrange(day.year, day.month)[1]
    if day.day == min(pay_day, last) and (today - day).days > 20:
        yield _record(day, PAY, "HARBOUR LOGISTICS SALARY")
    if day.day == min(rent_day, last):
        yield _record(day, -RENT, "RENT QUAYSIDE LETTINGS")
    for on, text, amount in _LOANS:
        if day.day == on:
            yield _record(day, -amount, text)
    for on, text, amount in _BILLS:
        if day.day == on:
            yield _record(day, -amount, text)
    if day.day == _FILM_DAY:
        yield _record(day, -(_FILM_NEW if (today - day).days < 45 else _FILM_OLD), _FILM)
    if day.weekday() in (1, 5):
        yield _record(day, -3_150 - day.day * 17, "TESCO STORES 2214")
    if day == today - timedelta(days=6):
        yield _record(day, -64_000, "BRIDGE STREET GARAGE")


def salary(today: date) -> list[Balance | Record]:
    """Return the pay that came at last, with the balance that the bank states then."""
    return [
        _record(today, PAY, "HARBOUR LOGISTICS SALARY"),
        Balance(MAIN, today, Money(BEFORE + PAY, CURRENCY)),
    ]


def purchase(today: date) -> list[Balance | Record]:
    """Return a purchase of the evening, with the balance that the bank states then."""
    return [
        _record(today, -1_860, "PIZZERIA NAPOLI"),
        Balance(MAIN, today, Money(BEFORE + PAY - 1_860, CURRENCY)),
    ]


def _record(day: date, minor: int, text: str) -> Record:
    return Record(MAIN, day, Money(minor, CURRENCY), text, external_id=f"{day.isoformat()} {text}")
