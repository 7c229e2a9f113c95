"""What every bank statement format shares: account keys, days, amounts, and statements that are whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import MAX_MINOR, Money, exponent
from edge_engine.domain.transaction import Account, Balance, Channel, Record, Rejected
from edge_engine.errors import FileRefused, InputError
from edge_engine.feeds.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2199
MAX_STATEMENTS: Final = 20_000
"""Most statements of one file: a statement a day of five accounts for ten years."""

MAX_REJECTED: Final = 10_000
"""Most unreadable entries of one statement; a file with more was not written by a bank."""

MAX_AMOUNT_TEXT: Final = 48
"""Longest text, in characters, that can be an amount: brokers pad with zeros."""

_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)
_AMOUNT: Final = re.compile(r"([+-]?)0*(\d{0,16})(?:[.,](\d{0,12}))?", re.ASCII)
_DAY: Final = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)
_POLISH: Final = re.compile(r"\d{26}", re.ASCII)
_DOTTED: Final = re.compile(r"\d+(?:\.\d+){2,}", re.ASCII)
"""The Dutch way to write an account number, such as 12.34.56.789."""

# Source: Deutsche Kreditwirtschaft, Anlage 3 of the DFUe-Abkommen, Geschaeftsvorfallcodes.
TRANSACTION_CODES: Final[dict[str, Channel]] = {
    **dict.fromkeys(("001", "002", "101", "102", "070", "170"), Channel.CHEQUE),
    **dict.fromkeys(
        ("004", "005", "104", "105", "107", "171", "174", "192", "195", "197"), Channel.DIRECT_DEBIT
    ),
    **dict.fromkeys(("008", "052", "117", "152"), Channel.STANDING_ORDER),
    **dict.fromkeys(("053", "153", "157"), Channel.SALARY),
    **dict.fromkeys(("082", "083"), Channel.CASH),
    **dict.fromkeys(("106", "190", "198"), Channel.CARD),
    **dict.fromkeys(
        (
            "015",
            "020",
            "051",
            "116",
            "118",
            "166",
            "167",
            "168",
            "177",
            "188",
            "189",
            "191",
            "194",
            "201",
            "202",
        ),
        Channel.TRANSFER,
    ),
    **dict.fromkeys(("801", "805", "806", "807", "808", "809", "811"), Channel.FEE),
    "814": Channel.INTEREST,
}
"""German business transaction codes (GVC) to how the money moved, where the code alone says it."""


def account_key(number: str, bank: str = "", *, currency: str = "") -> str:
    """Return the key of an account: its IBAN, else ``bank/number``, else the number alone.

    Args:
        number: IBAN or account number as the file writes it.
        bank: Identifier of the bank, such as a BIC or a sort code; may be empty.
        currency: ISO 4217 code of the account; with PLN a bare 26-digit number is the rest of an IBAN.
    """
    tight = clean(number).replace(" ", "")
    if _DOTTED.fullmatch(tight):
        tight = tight.replace(".", "")
    iban = tight.upper().removeprefix("/")
    if _IBAN.fullmatch(iban):
        return iban
    if currency == "PLN" and _POLISH.fullmatch(iban):
        return f"PL{iban}"
    house = clean(bank).replace(" ", "")
    return (f"{house}/{tight}" if house and tight else tight)[:128]


def is_iban(text: str) -> bool:
    """Tell whether ``text`` has the form of an IBAN; check digits are not the statement reader's business."""
    return _IBAN.fullmatch(text) is not None


def amount(text: str, currency: str) -> Money:
    """Read an amount of a bank statement: digits, at most one separator, which is the decimal one.

    The formats forbid grouping, so ``1.234`` and ``1,234`` are both one and a bit. Digits below the minor
    unit, which some brokers write, are rounded half away from zero: the account itself cannot hold them.

    Raises:
        InputError: The text is not such a number or is too large, or the currency is not a code.
    """
    digits = exponent(currency)
    match = _AMOUNT.fullmatch(text) if len(text) <= MAX_AMOUNT_TEXT else None
    if match is None or not (match[2] or match[3] or "0" in text):
        raise InputError("the amount is not a number")
    fraction = (match[3] or "").ljust(digits + 1, "0")
    minor = int(match[2] or "0") * 10**digits + int(fraction[:digits] or "0") + (fraction[digits] >= "5")
    if minor > MAX_MINOR:
        raise InputError("the amount is too large to be a household's")
    return Money(-minor if match[1] == "-" else minor, currency)


def day(text: str) -> date:
    """Read the calendar day that ``YYYYMMDD`` or ``YYYY-MM-DD`` at the start of ``text`` names.

    A time or zone behind it is ignored: a bank's day is the day in the bank's own zone, as written.

    Raises:
        InputError: There is no such day or it is beyond the years of a household's statements.
    """
    match = _DAY.match(text)
    if match is None:
        raise InputError("the date is not a date" if text else "the date is missing")
    try:
        found = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise InputError("the date is not in the calendar") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise InputError("the date is beyond any statement")
    return found


def check_count(statements: int) -> None:
    """Hold the number of a file's statements against its bound.

    Raises:
        FileRefused: There are more than `MAX_STATEMENTS`.
    """
    if statements > MAX_STATEMENTS:
        raise FileRefused("the file holds more statements than any bank sends")


@dataclass(slots=True)
class Statement:
    """One statement while it is read.

    Attributes:
        account: The account it is about.
        opening: Booked balance before the first entry, where stated.
        closing: Booked balance after the last entry, where stated.
        items: Records and rejected rows, in the file's order.
        rejected: How many rows could not be read.
    """

    account: Account
    opening: Balance | None = None
    closing: Balance | None = None
    items: list[Record | Rejected] = field(default_factory=list)
    rejected: int = 0

    def reject(self, row: int, reason: str) -> None:
        """Note that a row cannot be read.

        Raises:
            FileRefused: There are too many of them.
        """
        self.rejected += 1
        if self.rejected > MAX_REJECTED:
            raise FileRefused("too many transactions of the statement cannot be read")
        self.items.append(Rejected(row, reason))

    def records(self) -> list[Record]:
        """Return the entries that could be read."""
        return [item for item in self.items if isinstance(item, Record)]


def items(statements: Sequence[Statement]) -> Iterator[Account | Balance | Record | Rejected]:
    """Give accounts (each once), balances and entries of a file's statements in the file's order.

    An opening balance dated like an entry is the balance of the evening before, since a `Balance` holds at
    the end of its day; one that only repeats the closing balance of the statement before is left out.

    Raises:
        FileRefused: At once, before the first item: there are entries and not one can be read.
    """
    rows = [item for statement in statements for item in statement.items]
    if rows and not any(isinstance(item, Record) for item in rows):
        raise FileRefused("no transaction of the statement can be read")
    return _items(statements)


def _items(statements: Sequence[Statement]) -> Iterator[Account | Balance | Record | Rejected]:
    closed: dict[str, Money | None] = {}
    for statement in statements:
        key = statement.account.key
        if key not in closed:
            yield statement.account
        opening, closing = statement.opening, statement.closing
        if opening is not None and closed.get(key) != opening.amount:
            booked = {record.booked for record in statement.records()}
            evening = opening.day - timedelta(days=1) if opening.day in booked else opening.day
            yield Balance(account=key, day=evening, amount=opening.amount)
        yield from statement.items
        if closing is not None:
            yield closing
        closed[key] = closing.amount if closing is not None else None
