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
_NEW_ZEALAND: Final = re.compile(r"Bank (\d\d); Branch (\d{4}); Account (\d{7}-\d{2,3})\b", re.ASCII)
_NUMBER_BEHIND_WORD: Final = re.compile(
    r"\b(?:account|compte|konto|cuenta|conto|conta|rekening)\b[^\d:]{0,40}?\b(?:n[o\u00b0\u00ba]|nr|num\w*)[.:]?\s*"
    r"([0-9][0-9 -]{5,24}[0-9])(?![0-9/.])",
    re.IGNORECASE,
)
_DATE_IN_TEXT: Final = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|(?<!\d)(?:19|20)\d{6}(?!\d)", re.ASCII)
_AS_OF: Final = re.compile(r":\s*([-+]?[0-9][0-9.,' ]*?) as (?:of|at) ", re.ASCII)
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
    for row, below in zip(preamble, [*preamble[1:], []], strict=False):
        for at, cell in enumerate(row):
            label, _, inside = cell.partition(":")
            if says("account", label):
                held = inside.strip() or " ".join(other.strip() for other in row[at + 1 :][:1])
                # mBank writes the number below its label.
                held = held or " ".join(below[at : at + 1])
                number = _NUMBER_IN_TEXT.search(held)
                if number is not None:
                    return number[0].strip(" -/.")
    for line in (", ".join(row)[:MAX_TEXT] for row in preamble):
        parts = _NEW_ZEALAND.search(line)
        if parts is not None:
            return "-".join(parts.groups())
        number = _NUMBER_BEHIND_WORD.search(line)
        if number is not None:
            return number[1]
    return ""


def balances_above(preamble: Rows, order: Order, currency: str, mark: str) -> tuple[Balance, ...]:
    """Return the dated balances above the headings, such as ``Kontostand vom 05.01.2024:``; no account yet."""
    found: dict[date, Balance] = {}
    for row in preamble:
        day = _DATE_IN_TEXT.search(" ".join(row)[:MAX_TEXT])
        opening = bool(row) and begins("opening", row[0])
        if day is None or not (opening or begins("closing", row[0])):
            continue
        stated = _AS_OF.search(row[0][:MAX_TEXT])
        beside = stated[1] if stated else row[0][:MAX_TEXT].partition(day[0])[2]
        for cell in (*reversed(row[1:]), beside):
            try:
                when = dates.parse(day[0], order)
                money = Money(amounts.minor(cell.strip(), currency, mark), currency)
            except InputError:
                continue
            evening = when - timedelta(days=1) if opening else when
            found[evening] = Balance("", evening, money)
            break
    return tuple(found.values())
