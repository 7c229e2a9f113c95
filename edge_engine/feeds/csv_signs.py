"""What tells money out from money in, in one CSV file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from edge_engine.errors import FileRefused
from edge_engine.feeds import amounts
from edge_engine.feeds.csv_columns import Role, fold, holds, words
from edge_engine.feeds.csv_evidence import MOST, Rows, arithmetic, numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.feeds.csv_draft import Draft
    from edge_engine.feeds.csv_evidence import Arithmetic

PROOF: Final = 0.6
"""Share of rows whose balance must follow from their amount before the balances decide about signs."""

MANY_FOR_ONE: Final = 5
"""Positive rows of which one at least must read like income before any counts as such."""

OPEN: Final = "nothing in the file tells money out from money in; say how with a mapping"


class Sign(StrEnum):
    """What tells money out from money in."""

    SIGNED = "signed"
    INVERTED = "inverted"
    PAIR = "pair"
    DIRECTION = "direction"
    CREDIT_WORD = "credit_word"


@dataclass(frozen=True, slots=True)
class Signs:
    """How the sign of a row is found. Columns are counted from 0.

    Attributes:
        sign: What tells money out from money in.
        amount: Column of amounts.
        debit: Column of money out.
        credit: Column of money in.
        direction: Column of words.
        debit_factor: What a debit cell is multiplied with.
        credit_factor: What a credit cell is multiplied with.
        oldest_first: Which way time runs, where balances prove it.
        read_like_a_card: Whether the rows alone show purchases written positive, as cards do.
    """

    sign: Sign
    amount: int | None = None
    debit: int | None = None
    credit: int | None = None
    direction: int | None = None
    debit_factor: int = -1
    credit_factor: int = 1
    oldest_first: bool | None = None
    read_like_a_card: bool = False


def signs(found: Draft, data: Rows, currency: str, mark: str, *, oldest_first: bool | None = None) -> Signs:
    """Weigh the rows of a file.

    Args:
        found: Which column is what.
        data: Rows of the file.
        currency: ISO 4217 code of the file.
        mark: Decimal mark of the file.
        oldest_first: Which way the dates run, where they tell.

    Raises:
        FileRefused: All amounts stand without a sign and nothing else tells.
    """
    at = found.first_of
    amount, debit, credit, balance = (at(r) for r in (Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.BALANCE))
    balances = numbers(_column(data, balance), currency, mark) if balance is not None else []
    values = numbers(_column(data, amount), currency, mark)
    unsigned = not any(value < 0 for value in values if value)
    if amount is None or (debit is not None and credit is not None and unsigned):
        return _pair(data, (debit, credit), balances, (currency, mark), oldest_first)
    proof = arithmetic(values, balances, oldest_first=oldest_first) if balances else None
    ordered = proof.oldest_first if proof is not None else None
    plus = any(cell.startswith("+") for cell in _column(data, amount))
    direction = _direction(found, data) if unsigned and not plus else None
    if direction is not None:
        return Signs(Sign.DIRECTION, amount=amount, direction=direction, oldest_first=ordered)
    sign = _single(found, data, values, proof)
    card = sign is Sign.INVERTED and found.inverted is None and not balances
    return Signs(sign, amount=amount, oldest_first=ordered, read_like_a_card=card)


def _column(data: Rows, at: int | None) -> list[str]:
    return [row[at].strip() if at is not None and at < len(row) else "" for row in data]


def _pair(
    data: Rows,
    places: tuple[int | None, int | None],
    balances: Sequence[int | None],
    written: tuple[str, str],
    oldest_first: bool | None,  # noqa: FBT001
) -> Signs:
    paid, received = (numbers(_column(data, at), *written) for at in places)
    # Some banks write money out, and a few even money in, with a minus although the column says it already.
    debit_factor = 1 if _mostly_negative(paid) else -1
    credit_factor = -1 if _mostly_negative(received) else 1
    total: list[int | None] = [
        (p or 0) * debit_factor + (r or 0) * credit_factor or None
        for p, r in zip(paid, received, strict=True)
    ]
    proof = arithmetic(total, balances, oldest_first=oldest_first) if balances else None
    return Signs(
        Sign.PAIR,
        debit=places[0],
        credit=places[1],
        debit_factor=debit_factor,
        credit_factor=credit_factor,
        oldest_first=proof.oldest_first if proof is not None else None,
    )


def _mostly_negative(values: Sequence[int | None]) -> bool:
    filled = [value for value in values if value]
    return sum(value < 0 for value in filled) * 2 > len(filled)


def _direction(found: Draft, data: Rows) -> int | None:
    """Return the column whose words say in or out, or None where there is none."""
    known = words().cells
    out = known["out"] | found.words.get("out", frozenset())
    come = known["in"] | found.words.get("in", frozenset())
    # A column that is called so may have a few odd words, one of kinds few.
    for role, share in ((Role.DIRECTION, 0.5), (Role.TYPE, MOST)):
        place = found.first_of(role)
        told = [fold(cell) for cell in _column(data, place) if cell]
        if told and sum(word in out or word in come for word in told) >= len(told) * share:
            return place
    return next((at for at in _meaningless(found, data) if _only_says(_column(data, at), out, come)), None)


def _meaningless(found: Draft, data: Rows) -> list[int]:
    """Return the columns that no heading explains: those without one, or words in a file without headings."""
    width = max((len(row) for row in data), default=0)
    if found.headings:
        return [at for at in range(width) if at >= len(found.headings) or not found.headings[at].strip()]
    return list(found.columns.get(Role.DESCRIPTION, ()))


def _only_says(cells: Sequence[str], out: frozenset[str], come: frozenset[str]) -> bool:
    """Tell whether every cell says in or out, and both are said."""
    told = {fold(cell) for cell in cells}
    return told <= out | come and not told.isdisjoint(out) and not told.isdisjoint(come)


def _single(found: Draft, data: Rows, values: Sequence[int | None], proof: Arithmetic | None) -> Sign:
    """Return what the sign of a single column of amounts means."""
    if found.inverted is not None:
        return Sign.INVERTED if found.inverted else Sign.SIGNED
    cells = _column(data, found.first_of(Role.AMOUNT))
    unsigned = not any(value < 0 for value in values if value)
    said = [amounts.direction_word(cell) for cell in cells if cell]
    if any(said):
        return Sign.CREDIT_WORD if "" in said and "DR" not in said and unsigned else Sign.SIGNED
    if unsigned and proof is not None and proof.opposed * 2 > 1 - proof.share:
        # The balances show that some rows are money in and others out, and the amounts do not say which.
        raise FileRefused(OPEN)
    if proof is not None and proof.pairs >= 3 and proof.share >= PROOF:
        return Sign.INVERTED if proof.inverted else Sign.SIGNED
    balanced = Role.BALANCE in found.columns
    told = found.heading is not None and found.heading.bank is not None
    carded = found.heading is not None and not words().cells["card_heading"].isdisjoint(found.heading.names)
    rows = [(value, fold(" ".join(row))) for value, row in zip(values, data, strict=True) if value]
    if _card_like(rows) or (not balanced and _settles(rows)):
        return Sign.INVERTED
    plus = any(cell.startswith("+") for cell in cells)
    if unsigned and not plus and proof is None and (len(data) >= 3 or not (told or _all_income(rows))):
        raise FileRefused(OPEN)
    if not (plus or balanced or told) and (_may_be_purchases(rows) or (carded and _as_many_positive(rows))):
        raise FileRefused(OPEN)
    return Sign.SIGNED


def _income(rows: Sequence[tuple[int, str]]) -> bool:
    """Tell whether positive rows read like money that came in: one of a few, or every fifth of many.

    Among dozens of purchases some shop always has such a word in its name: a hotel's deposit, an interest, a pension.
    """
    positive = [text for value, text in rows if value > 0]
    said = sum(holds("income", text) and not holds("charged", text) for text in positive)
    return said > 0 and said * MANY_FOR_ONE >= len(positive)


def _all_income(rows: Sequence[tuple[int, str]]) -> bool:
    """Tell whether every row reads like money that came in."""
    return all(_income([row]) for row in rows)


def _card_like(rows: Sequence[tuple[int, str]]) -> bool:
    """Tell whether the rows read like a card's: many plain purchases, few negative payments and refunds."""
    settled = [text for value, text in rows if value < 0]
    if len(rows) < 5 or not settled or len(settled) * 5 > len(rows) * 2 or _income(rows):
        return False
    return sum(holds("settled", text) and not holds("paid", text) for text in settled) >= len(settled) * 0.8


def _settles(rows: Sequence[tuple[int, str]]) -> bool:
    """Tell whether a negative row says that a card's bill was paid or a purchase given back."""
    settled = [text for value, text in rows if value < 0]
    if not settled or _income(rows):
        return False
    if len(settled) * 2 > len(rows):
        return all(holds("thanked", text) for text in settled)
    return any(
        holds("thanked", text) or (holds("received", text) and not holds("paid", text)) for text in settled
    )


def _may_be_purchases(rows: Sequence[tuple[int, str]]) -> bool:
    """Tell whether most rows are positive and none of them reads like money that came in."""
    negative = sum(value < 0 for value, _ in rows)
    return len(rows) >= 3 and 0 < negative * 3 <= len(rows) and not _income(rows)


def _as_many_positive(rows: Sequence[tuple[int, str]]) -> bool:
    """Tell whether a card's rows, however few, are as often positive as negative and none reads like income."""
    negative = sum(value < 0 for value, _ in rows)
    return 0 < len(rows) >= negative * 2 and not _income(rows)
