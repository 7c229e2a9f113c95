"""One row of a bank CSV file into a record, as fast as Python reads it."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import EXPONENTS, UNLISTED, Money
from edge_engine.domain.transaction import MAX_TEXT, Channel, Record, Status
from edge_engine.errors import InputError
from edge_engine.feeds import csv_details, dates
from edge_engine.feeds.amounts import BLANKS, direction_word, minor
from edge_engine.feeds.csv_columns import begins, channel, currency_named, fold, says, words
from edge_engine.feeds.csv_signs import Sign
from edge_engine.feeds.statement import account_key
from edge_engine.feeds.text import clean, joined

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from edge_engine.feeds.csv_layout import Layout

    Row = list[str]
    ReadRow = Callable[[Row, int], Record | None]

MAX_ACCOUNTS: Final = 1000
"""Most accounts in one file."""
_CACHED: Final = 4096

_MCC: Final = re.compile(r"\d{3,4}", re.ASCII)
_AMBIGUOUS: Final = frozenset({"balance", "saldo", "solde"})
"""Words that are a description as well as a summary."""

_TEXT_MARK: Final = re.compile(r"'(?![sStTnN][ -])[^']+")
"""A cell that a spreadsheet is told to leave alone; ``'s-Hertogenbosch`` is none."""

_ACCOUNT_NUMBER: Final = re.compile(r"[0-9][0-9 ./-]{4,30}[0-9][A-Z]?", re.ASCII)
"""An account's number, which may end in a letter that checks it."""

_BLANK: Final = " \t\r\n\x00\x1a"

CUT: Final = "the row has fewer cells than the file's columns"
WIDE: Final = "the row has more cells than the file's columns"
MISSING: Final = "the amount is missing"
NOT_BOOKED: Final = "it is not booked yet"
VOID: Final = "the bank says that it did not go through"


def reader(layout: Layout) -> ReadRow:
    """Return a function that reads one row.

    It takes the row's cells and the number of its first line, and returns the record, or None for a row that is
    no transaction: blank, a repeated heading, or a balance or total among the rows. It raises InputError for a
    row that cannot be read.
    """
    day_of, amount_of, text_of, payee_of = _days(layout), _amounts(layout), _texts(layout), _payees(layout)
    account_of, currency_of, status_of = _accounts(layout), _currencies(layout), _statuses(layout)
    kind_of, value_date_of = _kinds(layout), _value_dates(layout)
    other_at, id_at, mcc_at, category_at = layout.payee_account, layout.id, layout.mcc, layout.category
    amount_elsewhere = _elsewhere(layout)
    summaries = (words().cells["opening"] | words().cells["closing"]) - _AMBIGUOUS
    widths, width, fixed, currency = layout.widths, layout.width, layout.account, layout.currency
    whole, told_within = width if width in widths else -1, layout.told_within

    def read(cells: Row, line: int) -> Record | None:
        if len(cells) != whole:
            if len(cells) not in widths and _is_no_row(cells, layout):
                return None
            # Some banks leave empty cells at the end of a row away.
            cells.extend([""] * (width - len(cells)))
        day = day_of(cells)
        if day is None:
            return None
        stated = currency if currency_of is None else currency_of(cells)
        amount = amount_of(cells, stated)
        description = text_of(cells)
        if amount is None:
            if _is_summary(cells):
                return None
            amount, stated = amount_elsewhere(cells)
        payee = "" if payee_of is None else payee_of(cells, amount)
        if description.lower() in summaries or not (description or payee or not _is_summary(cells)):
            return None
        if payee:
            description = joined(payee, description)
        record = Record(
            fixed if account_of is None else account_of(cells, stated),
            day,
            Money(amount, stated),
            description[:MAX_TEXT],
            Status.POSTED if status_of is None else status_of(cells),
            "" if id_at is None else clean(cells[id_at], 128),
            "",
            payee,
            "" if other_at is None else account_key(clean(cells[other_at], 64)),
            None if value_date_of is None else value_date_of(cells, day),
            0 if mcc_at is None else _mcc(cells[mcc_at]),
            Channel.UNKNOWN if kind_of is None else kind_of(cells),
            "" if category_at is None else _hint(cells[category_at]),
            line,
        )
        return csv_details.told(record) if told_within else record

    return read


def unmarked(cells: Row) -> Row:
    """Return a row without the apostrophes in front of cells that keep spreadsheets from counting with them."""
    return [cell[1:] if cell[:1] == "'" and _TEXT_MARK.fullmatch(cell) else cell for cell in cells]


def closing(cells: Row, layout: Layout) -> bool:
    """Tell whether a row below a table without headings is what stood on the account, and no transaction.

    LCL ends its files so: day, balance and the account's number in a row that is shorter than the others and has
    no words. Such a row looks like money that came in.
    """
    if layout.headings or layout.amount is None or len(cells) >= max(layout.widths):
        return False
    known = (*layout.days[:1], layout.amount)
    if not all(at < len(cells) and cells[at] for at in known):
        return False
    others = [cell for at, cell in enumerate(cells) if cell and at not in known]
    return len(others) == 1 and _ACCOUNT_NUMBER.fullmatch(others[0]) is not None


def _is_text(cells: Row, layout: Layout) -> bool:
    """Tell a balance or a line of text around the table from a row that lost cells: it begins with no day."""
    at = layout.days[0]
    if at < len(cells) and any(c.isdigit() for c in cells[at]):
        return False
    # Where the day stands in front, what is left of a cut row begins with it: perhaps with a weekday and a month.
    text = cells[0].strip(_BLANK) if at == 0 and len(cells) == 1 else ""
    alone = text[:1].isalpha() and (text.endswith(":") or len(text.split()) > 2)
    return alone or (len(cells) < max(layout.widths) and _is_summary(cells))


def _is_no_row(cells: Row, layout: Layout) -> bool:
    """Look at a row with an unusual number of cells; blank cells too many do no harm.

    Raises:
        InputError: It has too few cells, or too many that are not blank.
    """
    if not any(cell.strip(_BLANK) for cell in cells) or closing(cells, layout) or _is_text(cells, layout):
        return True
    if len(cells) == layout.width:
        return False
    widest = max(layout.widths, default=len(cells))
    if len(cells) < widest:
        raise InputError(CUT)
    if any(cells[widest:]):
        raise InputError(WIDE)
    return False


def _days(layout: Layout) -> Callable[[Row], date | None]:
    """Return what reads a row's day, None for a row that is none."""
    first, others, order = layout.days[0], layout.days[1:], layout.order
    parse = dates.parse

    def read(cells: Row) -> date | None:
        text = cells[first]
        if not text:
            # A pending row has no booking date yet, and only its day of purchase.
            text = next((cells[at] for at in others if cells[at]), "")
        try:
            return parse(text, order)
        except InputError:
            if _no_row(cells, layout):
                return None
            if fold(text[:80]) in layout.pending:
                raise InputError(NOT_BOOKED) from None
            raise

    return read


def _no_row(cells: Row, layout: Layout) -> bool:
    """Tell a blank row, a repeated heading and a total from a row whose date is damaged."""
    if tuple(cells) == layout.headings or not any(cell.strip(_BLANK) for cell in cells):
        return True
    filled = [cell for cell in map(_stripped, cells) if cell]
    if len(filled) == 1 and len(filled[0].split()) > 2 and not dates.is_date(filled[0]):
        # A line of text below the table, filled up with delimiters.
        return True
    money = (layout.amount, layout.debit, layout.credit)
    if not any(cells[at].strip(_BLANK) for at in layout.days) and not any(
        cells[at] for at in money if at is not None
    ):
        return True
    return not any(c.isdigit() for c in cells[layout.days[0]]) and _is_summary(cells)


def _stripped(cell: str) -> str:
    return cell.strip(_BLANK)


def _is_summary(cells: Row) -> bool:
    return any(
        says("total", cell) or begins("opening", cell) or begins("closing", cell)
        for cell in cells
        if len(cell) > 4
    )


def _amounts(layout: Layout) -> Callable[[Row, str], int | None]:
    """Return what reads a row's amount: signed minor units, or None where the row has none."""
    mark = layout.mark
    point = mark or "."
    plain = re.compile(rf"[+-]?[0-9]{{1,12}}{re.escape(point)}[0-9]{{2}}").fullmatch

    def number(text: str, currency: str) -> int:
        if plain(text) and currency not in EXPONENTS:
            return int(text.replace(point, "", 1))
        return minor(text.strip(), currency, mark)

    def fee(cells: Row, currency: str) -> int:
        text = cells[layout.fee].strip() if layout.fee is not None else ""
        return 0 if text in BLANKS else abs(number(text, currency))

    read = _pair(layout, number) if layout.sign is Sign.PAIR else _single(layout, number)
    if layout.fee is None:
        return read

    def with_fee(cells: Row, currency: str) -> int | None:
        amount, taken = read(cells, currency), fee(cells, currency)
        return amount if not taken else (amount or 0) - taken

    return with_fee


def _elsewhere(layout: Layout) -> Callable[[Row], tuple[int, str]]:
    """Return what reads the amount of a row that has none in the file's own currency, and its currency."""
    readers = [(_amounts(replace(layout, amount=at, elsewhere=())), code) for at, code in layout.elsewhere]

    def read(cells: Row) -> tuple[int, str]:
        for amount_of, code in readers:
            amount = amount_of(cells, code)
            if amount is not None:
                return amount, code
        raise InputError(MISSING)

    return read


def _pair(layout: Layout, number: Callable[[str, str], int]) -> Callable[[Row, str], int | None]:
    debit, credit = layout.debit, layout.credit
    debit_factor, credit_factor = layout.debit_factor, layout.credit_factor

    def read(cells: Row, currency: str) -> int | None:
        paid = cells[debit].strip() if debit is not None else ""
        received = cells[credit].strip() if credit is not None else ""
        out = None if paid in BLANKS else number(paid, currency) * debit_factor
        come = None if received in BLANKS else number(received, currency) * credit_factor
        if out and come:
            raise InputError("the row has both money out and money in")
        return come if not out and come is not None else out

    return read


def _single(layout: Layout, number: Callable[[str, str], int]) -> Callable[[Row, str], int | None]:
    at = layout.amount or 0
    sign, direction, out, in_ = layout.sign, layout.direction or 0, layout.out, layout.in_

    def signed(cells: Row, currency: str) -> int | None:
        text = cells[at]
        return number(text, currency) if text and text not in BLANKS else None

    def inverted(cells: Row, currency: str) -> int | None:
        amount = signed(cells, currency)
        return -amount if amount is not None else None

    def credit_word(cells: Row, currency: str) -> int | None:
        amount = signed(cells, currency)
        return amount if amount is None or direction_word(cells[at]) == "CR" else -amount

    def directed(cells: Row, currency: str) -> int | None:
        amount = signed(cells, currency)
        word = fold(cells[direction])
        if amount is None:
            return None
        if word in out:
            return -amount
        if word in in_:
            return amount
        raise InputError("nothing in the row tells money out from money in")

    return {
        Sign.SIGNED: signed, Sign.INVERTED: inverted, Sign.DIRECTION: directed, Sign.CREDIT_WORD: credit_word
    }[sign]  # fmt: skip


def _texts(layout: Layout) -> Callable[[Row], str]:
    """Return what puts the bank's words together: each column's, unless another one repeats them."""
    columns = tuple(at for at in layout.description if at not in (layout.payee, layout.payer))
    if not columns and layout.payee is None and layout.type is not None:
        columns = (layout.type,)
    if not columns:
        return lambda _: ""
    first, others = columns[0], columns[1:]
    if not others:
        return lambda cells: clean(cells[first])

    def join(cells: Row) -> str:
        kept = clean(cells[first])
        for at in others:
            if cells[at]:
                kept = joined(kept, clean(cells[at])).strip()
        return kept

    return join


def _payees(layout: Layout) -> Callable[[Row, int], str] | None:
    """Return what reads the other side's name; some banks name payer and payee, and one of them is the person."""
    payee, payer = layout.payee, layout.payer
    if payee is None:
        return None
    if payer is None:
        return lambda cells, _: clean(cells[payee])
    return lambda cells, amount: clean(cells[payee if amount < 0 else payer])


def _kinds(layout: Layout) -> Callable[[Row], Channel] | None:
    at = layout.type if layout.type is not None else layout.category
    return None if at is None else lambda cells: channel(cells[at])


def _value_dates(layout: Layout) -> Callable[[Row, date], date | None] | None:
    at, order = layout.value, layout.order
    if at is None:
        return None

    def read(cells: Row, day: date) -> date | None:
        try:
            found = dates.parse(cells[at], order)
        except InputError:
            return None
        return found if found != day else None

    return read


def _statuses(layout: Layout) -> Callable[[Row], Status] | None:
    at = layout.status
    if at is None:
        return None
    known: dict[str, Status | None] = {}

    def read(cells: Row) -> Status:
        text = cells[at]
        if text not in known:
            folded = fold(text[:80])
            if len(known) > _CACHED:
                known.clear()
            known[text] = Status.PENDING if folded in layout.pending else Status.POSTED
            # "Declined - insufficient funds": the first word says what became of it.
            if folded in layout.void or folded.partition(" ")[0] in layout.void:
                known[text] = None
        status = known[text]
        if status is None:
            raise InputError(VOID)
        return status

    return read


def _currencies(layout: Layout) -> Callable[[Row], str] | None:
    at = layout.currency_at
    if at is None:
        return None
    known: dict[str, str] = {"": layout.currency}

    def read(cells: Row) -> str:
        text = cells[at]
        found = known.get(text)
        if found is None:
            found = currency_named(text) or (layout.currency if not text.strip() else "")
            if not found:
                raise InputError(UNLISTED)
            if len(known) < _CACHED:
                known[text] = found
        return found

    return read


def _accounts(layout: Layout) -> Callable[[Row, str], str] | None:
    at = layout.account_at
    if at is None and not layout.wallets:
        return None
    known: dict[tuple[str, str], str] = {}

    def read(cells: Row, currency: str) -> str:
        text = cells[at] if at is not None else ""
        key = known.get((text, currency))
        if key is None:
            if len(known) >= MAX_ACCOUNTS:
                raise InputError("the file names more accounts than a household has")
            named = account_key(clean(text, 96), currency=currency)
            if layout.wallets:
                named = "/".join(part for part in (layout.account, named, currency) if part)
            key = known[text, currency] = named or layout.account
        return key

    return read


def _mcc(text: str) -> int:
    text = text.strip()
    return int(text) if _MCC.fullmatch(text) else 0


@functools.lru_cache(maxsize=1024)
def _hint(text: str) -> str:
    words = clean(text, 96)
    return f"csv:{words}" if words else ""
