"""What the rows of a CSV file give away by themselves: kinds of columns, signs, and which way time runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise, permutations
from typing import TYPE_CHECKING, Final

from edge_engine.errors import InputError
from edge_engine.feeds import amounts, dates
from edge_engine.feeds.csv_columns import currency_named
from edge_engine.feeds.statement import is_iban

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Rows = list[list[str]]

MAX_WIDTH: Final = 48
"""Most columns of a table without headings: with more, its cells alone are no evidence."""

MOST: Final = 0.9
"""Share of a column's cells that decides what the column is: files have summary rows and damage."""

_MONEY: Final = re.compile(r"[.,]\d{1,2}\D{0,6}$|[-+()€£$\u2212]")
_ACCOUNT_NUMBER: Final = re.compile(r"\d{8,18}", re.ASCII)
_LETTER: Final = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns found by their cells alone.

    Attributes:
        days: Columns of dates.
        amount: Column of signed amounts.
        debit: Column of money out, where the amounts stand in two columns.
        credit: Column of money in.
        balance: Column of balances, proven by arithmetic.
        texts: Columns of words, left to right.
        currency: Column of currency codes.
        account: Column of one IBAN, or of an account's number in front.
    """

    days: tuple[int, ...]
    amount: int | None = None
    debit: int | None = None
    credit: int | None = None
    balance: int | None = None
    texts: tuple[int, ...] = ()
    currency: int | None = None
    account: int | None = None


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How balances follow from amounts.

    Attributes:
        oldest_first: True where each balance follows from the row above it.
        inverted: True where a positive amount lowers the balance.
        share: Share of neighbouring rows for which it holds.
        pairs: How many neighbouring rows were looked at.
        opposed: Share of neighbouring rows for which the contrary of ``inverted`` holds.
    """

    oldest_first: bool
    inverted: bool
    share: float
    pairs: int
    opposed: float = 0.0


def data_rows(rows: Rows) -> tuple[int, Rows]:
    """Return the index of the first row that holds a date and an amount, and all such rows of the usual width."""
    widths: dict[int, int] = {}
    found = [at for at, row in enumerate(rows) if 1 < len(row) <= MAX_WIDTH and _is_data(row)]
    for at in found:
        widths[len(rows[at])] = widths.get(len(rows[at]), 0) + 1
    if not found:
        return len(rows), []
    width = max(widths, key=lambda one: widths[one])
    kept = [at for at in found if len(rows[at]) == width]
    return kept[0], [rows[at] for at in kept]


def _is_data(row: Sequence[str]) -> bool:
    day = next((at for at, cell in enumerate(row) if cell and dates.is_date(cell)), None)
    return day is not None and any(at != day and _is_money(cell) for at, cell in enumerate(row))


def _is_money(cell: str) -> bool:
    return bool(cell) and amounts.is_amount(cell) and not dates.is_date(cell)


def shape(rows: Rows, *, not_money: frozenset[int] = frozenset()) -> Shape | None:
    """Say which column is what, or None where the cells leave the amount open.

    Args:
        rows: Rows of one width, each with a date and an amount.
        not_money: Columns whose heading says that they hold something else.
    """
    width = len(rows[0]) if rows else 0
    columns = [[row[at].strip() for row in rows] for at in range(width)]
    days = tuple(at for at in range(width) if _mostly(columns[at], dates.is_date, blank=False))
    if not days:
        return None
    numeric = [
        at for at in range(width)
        if at not in days and at not in not_money and _mostly(columns[at], amounts.is_amount, blank=True)
    ]  # fmt: skip
    money = [at for at in numeric if any(_MONEY.search(cell) for cell in columns[at])]
    money = money or numeric
    roles = _money_roles(columns, money)
    if roles is None:
        return None
    amount, debit, credit, balance = roles
    rest = [at for at in range(width) if at not in days and at not in numeric]
    currency = next(
        (at for at in rest if _mostly(columns[at], lambda c: bool(currency_named(c)), blank=False)), None
    )
    account = next((at for at in rest if all(is_iban(cell.replace(" ", "")) for cell in columns[at])), None)
    if account is None and 0 in numeric and 0 not in money and _numbers_accounts(columns[0]):
        account = 0
    texts = tuple(at for at in rest if at not in (currency, account) and _has_words(columns[at]))
    varied = tuple(at for at in texts if len(set(columns[at])) > 1)
    return Shape(days, amount, debit, credit, balance, varied or texts, currency, account)


def _numbers_accounts(cells: Sequence[str]) -> bool:
    """Tell whether a column holds the numbers of few accounts, as that of ABN AMRO does."""
    return all(map(_ACCOUNT_NUMBER.fullmatch, cells)) and len(set(cells)) <= max(1, len(cells) // 3)


def _mostly(cells: Sequence[str], test: Callable[[str], bool], *, blank: bool) -> bool:
    filled = [cell for cell in cells if cell not in amounts.BLANKS]
    if not filled or (not blank and len(filled) < len(cells) * MOST):
        return False
    return sum(map(test, filled)) >= len(filled) * MOST


def _has_words(cells: Sequence[str]) -> bool:
    return sum(1 for cell in cells if _LETTER.search(cell)) * 2 >= len(cells)


def _money_roles(
    columns: Sequence[Sequence[str]], money: Sequence[int]
) -> tuple[int | None, int | None, int | None, int | None] | None:
    """Return the columns of amount, debit, credit and balance, or None where they cannot be told apart."""
    if len(money) == 1:
        return money[0], None, None, None
    if not 2 <= len(money) <= 4:
        return None
    values = {at: numbers(columns[at]) for at in money}
    for first, second in pairwise(money):
        if not _take_turns(values[first], values[second]):
            continue
        balance = next((at for at in money if at not in (first, second)), None)
        paid = sum(1 for value in values[first] if value)
        if balance is None and paid * 2 < len(values[first]):
            return None  # nothing tells money out from money in
        if balance is not None:
            found = arithmetic(_joined(values[first], values[second]), values[balance])
            if found is not None and found.inverted:
                return None, second, first, balance
        return None, first, second, balance
    return _amount_and_balance(money, values)


def _amount_and_balance(
    money: Sequence[int], values: dict[int, list[int | None]]
) -> tuple[int | None, int | None, int | None, int | None] | None:
    for amount, balance in permutations(money, 2):
        found = arithmetic(values[amount], values[balance])
        if len(money) == 2 and found is not None and found.share >= MOST and not found.inverted:
            return amount, None, None, balance
    for before, after, amount in permutations(money, 3):
        rows = list(zip(values[before], values[after], values[amount], strict=True))
        if all(b is not None and e is not None and a is not None and e - b == a for b, e, a in rows):
            return amount, None, None, after
    return None


def _take_turns(first: Sequence[int | None], second: Sequence[int | None]) -> bool:
    """Tell whether in each row one of two columns holds something and the other nothing."""
    turns = sum(1 for a, b in zip(first, second, strict=True) if bool(a) != bool(b))
    return turns >= len(first) * MOST and any(first) and any(second)


def _joined(debit: Sequence[int | None], credit: Sequence[int | None]) -> list[int | None]:
    return [abs(c) if c else -abs(d) if d else None for d, c in zip(debit, credit, strict=True)]


def numbers(cells: Sequence[str], currency: str = "", mark: str | None = None) -> list[int | None]:
    """Return a column's amounts in minor units, None where a cell holds none."""
    chosen = amounts.decimal_mark(cells, currency) if mark is None else mark
    found: list[int | None] = []
    for cell in cells:
        try:
            found.append(amounts.minor(cell, currency or "EUR", chosen))
        except InputError:
            found.append(None)
    return found


def arithmetic(
    values: Sequence[int | None], balances: Sequence[int | None], *, oldest_first: bool | None = None
) -> Arithmetic | None:
    """Say how a column of balances follows from a column of amounts, or None where no two rows show it.

    Args:
        values: Signed amounts in minor units, in the file's order.
        balances: Balances after each of them.
        oldest_first: Which way the dates run, where they tell: equal amounts fit either way.
    """
    hits = {(True, False): 0, (True, True): 0, (False, False): 0, (False, True): 0}
    pairs = 0
    for at in range(1, len(values)):
        here, above = values[at], values[at - 1]
        after, before = balances[at], balances[at - 1]
        if not here or not above or after is None or before is None:
            continue
        pairs += 1
        step = after - before
        hits[True, False] += step == here
        hits[True, True] += step == -here
        hits[False, False] += step == -above
        hits[False, True] += step == above
    if not pairs or not any(hits.values()):
        return None
    (order, inverted), most = max(
        hits.items(), key=lambda item: (item[1], item[0][0] == oldest_first, not item[0][1])
    )
    return Arithmetic(order, inverted, most / pairs, pairs, hits[order, not inverted] / pairs)
