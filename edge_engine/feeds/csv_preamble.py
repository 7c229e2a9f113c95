"""The lines that banks put above the headings: whose account it is, and what stood on it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import MAX_TEXT, Balance
from edge_engine.errors import InputError
from edge_engine.feeds import amounts, dates
from edge_engine.feeds.csv_columns import begins, says
from edge_engine.feeds.statement import is_iban

if TYPE_CHECKING:
    from datetime import date

    from edge_engine.feeds.csv_evidence import Rows
    from edge_engine.feeds.dates import Order

_IBAN_IN_TEXT: Final = re.compile(
    r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Z0-9])", re.ASCII
)
_NUMBER_IN_TEXT: Final = re.compile(r"[\dxX*•][\dxX*•./ -]*\d{3,}[\d./-]*", re.ASCII)
_DATE_IN_TEXT: Final = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}", re.ASCII)
_PUNCTUATION: Final = re.compile(r"[_\-.]")


def iban_in(text: str) -> str:
    """Return the first IBAN in a text, or an empty string."""
    found = _IBAN_IN_TEXT.search(text)
    return found[0] if found and is_iban(found[0].replace(" ", "")) else ""


def iban_in_name(file_name: str) -> str:
    """Return the IBAN in a file's name, where banks put it between underscores and dates."""
    return iban_in(_PUNCTUATION.sub("  ", file_name))


def account_above(preamble: Rows) -> str:
    """Return the account that the lines above the headings state."""
    ibans = (iban_in(cell) for row in preamble for cell in row)
    if iban := next(filter(None, ibans), ""):
        return iban
    for row in preamble:
        for at, cell in enumerate(row):
            label, _, inside = cell.partition(":")
            if says("account", label):
                held = inside.strip() or " ".join(other.strip() for other in row[at + 1 :][:1])
                number = _NUMBER_IN_TEXT.search(held)
                if number is not None:
                    return number[0].strip(" -/.")
    return ""


def balances_above(preamble: Rows, order: Order, currency: str, mark: str) -> tuple[Balance, ...]:
    """Return the dated balances above the headings, such as ``Kontostand vom 05.01.2024:``; no account yet."""
    found: dict[date, Balance] = {}
    for row in preamble:
        day = _DATE_IN_TEXT.search(" ".join(row)[:MAX_TEXT])
        opening = bool(row) and begins("opening", row[0])
        if day is None or not (opening or begins("closing", row[0])):
            continue
        for cell in reversed(row[1:]):
            try:
                when = dates.parse(day[0], order)
                money = Money(amounts.minor(cell.strip(), currency, mark), currency)
            except InputError:
                continue
            evening = when - timedelta(days=1) if opening else when
            found[evening] = Balance("", evening, money)
            break
    return tuple(found.values())
