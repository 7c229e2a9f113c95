"""A statement of any length, written row by row: for imports of a million rows in flat memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge_engine.domain.transaction import Channel
from edge_engine.errors import InputError
from edge_engine.simulation.dice import Dice
from edge_engine.simulation.draft import snap
from edge_engine.simulation.formats.bank_csv import BRITISH_HEADER, british_type
from edge_engine.simulation.merchants import Catalog, Habit, catalog, habits, settle
from edge_engine.simulation.persona import iban

if TYPE_CHECKING:
    from typing import BinaryIO

_DAYS: Final = 3650
"""At most ten years: more rows make fuller days."""
_BRANCHES: Final = 24
_VARIANTS: Final = 4096
_CHUNK: Final = 2000


@dataclass(frozen=True, slots=True)
class LargeStatement:
    """What was written.

    Attributes:
        rows: Lines of transactions, each a transaction of its own.
        size: Bytes.
        first: First booking day.
        last: Last booking day.
        account: IBAN, in every row.
        total: Sum of all amounts, minor units.
        balance: Balance after the last row, minor units.
        incoming: How many rows bring money in.
    """

    rows: int
    size: int
    first: date
    last: date
    account: str
    total: int
    balance: int
    incoming: int


@dataclass(frozen=True, slots=True)
class _Kind:
    """One way of writing a payment: text before its reference, code, median and sigma, price ending."""

    text: str
    code: str
    median: int
    spread: int
    step: int
    less: int


def write_csv(
    target: Path | BinaryIO, rows: int, *, seed: int = 1, end: date, country: str = "GB"
) -> LargeStatement:
    """Write a British-style bank CSV of ``rows`` day-ordered transactions, oldest first.

    Texts and amounts are the catalogue's: some thousand merchants' branches, references that change with each
    row, salaries and refunds. Equal rows on one day happen and are different transactions. Memory does not
    grow with ``rows``.

    Args:
        target: A path, which is created or replaced, or an open binary file.
        rows: How many transactions, 1 or more.
        seed: What everything is drawn from.
        end: Last booking day.
        country: Whose catalogue.

    Returns:
        What was written.

    Raises:
        InputError: ``rows`` is less than 1, or the country is not one that can be simulated.
    """
    if rows < 1:
        raise InputError("a statement has at least one row")
    book = catalog(country)
    if isinstance(target, Path):
        with target.open("wb") as file:
            return _stream(file, rows, seed, end, book)
    return _stream(target, rows, seed, end, book)


def _kinds(book: Catalog, dice: Dice) -> list[_Kind]:
    """Return the ways of paying, each as often as its habit and shop are visited."""
    chosen: list[_Kind] = []
    rhythms = habits()
    shops = [(habit, shop) for habit in rhythms for shop in book.shops[habit.id]]
    weights = [
        max(1, habit.visits * shop.weight // sum(other.weight for other in book.shops[habit.id]))
        for habit, shop in shops
    ]
    for _ in range(_VARIANTS):
        habit, shop = dice.weighted(shops, weights)
        text = dice.pick(shop.texts.split("|"))
        home = {
            "town": f"{dice.pick(book.cities)} {dice.between(1, _BRANCHES)}",
            "LOCAL": dice.pick(book.local_first).upper(),
            "CITY": dice.pick(book.cities).upper(),
            "card": dice.digits(4),
            "MERCH": "KITCHEN",
        }
        chosen.append(_kind(habit, settle(text, dice, home), shop.median, shop.spread))
    return chosen


def _kind(habit: Habit, text: str, median: int, spread: int) -> _Kind:
    channel = Channel.CASH if habit.id == "cash" else Channel.CARD
    head = text.split("{", 1)[0].rstrip()
    return _Kind(
        head if head != text else text, british_type(channel, -1), median, spread, habit.step, habit.less
    )


def _stream(file: BinaryIO, rows: int, seed: int, end: date, book: Catalog) -> LargeStatement:
    dice = Dice(seed, book.country, "large")
    account = iban("GB", f"NSHR{book.bank.branch[:6]}{dice.digits(8)}")
    tail = f"{book.currency},{account}"
    days = min(_DAYS, max(1, rows // 4))
    first = end - timedelta(days - 1)
    total = size = incoming = 0
    balance = opening = 250_000
    lines = [",".join(BRITISH_HEADER)]
    kinds, salary = _kinds(book, dice), book.salary
    for index in range(rows):
        day = first + timedelta(index * days // rows)
        if balance < 0:
            amount = max(dice.spread(salary, 150), opening - balance)
            text, code, incoming = (
                f"{book.employers[index % 7 % len(book.employers)].upper()} SALARY",
                "BGC",
                incoming + 1,
            )
        else:
            kind = kinds[dice.below(_VARIANTS)]
            amount = -snap(dice.spread(kind.median, kind.spread), kind.step, kind.less)
            text, code = kind.text, kind.code
            if dice.chance(300):
                text = f"{text} {dice.digits(6)}"
            if dice.chance(12):
                amount, incoming = -amount, incoming + 1
        balance += amount
        total += amount
        lines.append(_line(day, code, text, amount, balance, tail))
        if len(lines) >= _CHUNK:
            size += _put(file, lines)
            lines = []
    size += _put(file, lines)
    return LargeStatement(
        rows=rows,
        size=size,
        first=first,
        last=first + timedelta((rows - 1) * days // rows),
        account=account,
        total=total,
        balance=balance,
        incoming=incoming,
    )


def _line(day: date, code: str, text: str, amount: int, balance: int, tail: str) -> str:
    pounds, pence = divmod(abs(amount), 100)
    size = f"{pounds}.{pence:02d}"
    held, rest = divmod(abs(balance), 100)
    sign = "-" if balance < 0 else ""
    sides = f"{size}," if amount < 0 else f",{size}"
    text = f'"{text}"' if "," in text else text
    return f"{day.day:02d}/{day.month:02d}/{day.year},{code},{text},{sides},{sign}{held}.{rest:02d},{tail}"


def _put(file: BinaryIO, lines: list[str]) -> int:
    if not lines:
        return 0
    return file.write(("\r\n".join(lines) + "\r\n").encode())
