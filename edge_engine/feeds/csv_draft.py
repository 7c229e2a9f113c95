"""What a CSV file's headings, cells or mapping say about its columns, before its rows are weighed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from edge_engine.domain.transaction import AccountKind
from edge_engine.errors import MappingInvalid
from edge_engine.feeds import csv_evidence, dates
from edge_engine.feeds.csv_columns import DAYS, Role, fold, normalize, understand
from edge_engine.feeds.dates import Order
from edge_engine.feeds.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.feeds.csv_columns import Heading
    from edge_engine.feeds.csv_evidence import Rows
    from edge_engine.feeds.mapping import Column, Mapping

PREAMBLE: Final = 64
"""Rows in which the headings are looked for."""

MAX_COLUMNS: Final = 256


@dataclass(slots=True)
class Draft:
    """What is known of a layout before the rows have been weighed."""

    first: int
    columns: dict[Role, tuple[int, ...]]
    headings: tuple[str, ...] = ()
    score: int = 0
    heading: Heading | None = None
    currency: str = ""
    likely_currency: str = ""
    order: Order | None = None
    prefer: Order | None = None
    mark: str = ""
    inverted: bool | None = None
    account: str = ""
    kind: AccountKind = AccountKind.OTHER
    name: str = ""
    wallets: bool = False
    words: dict[str, frozenset[str]] = field(default_factory=dict)

    def first_of(self, role: Role) -> int | None:
        """Return the best column of ``role``, or None."""
        found = self.columns.get(role)
        return found[0] if found else None


def draft(rows: Rows) -> Draft | None:
    """Find headings, or columns that need none, among the first rows of a file; None where there is no table."""
    for at, row in enumerate(rows[:PREAMBLE]):
        if len(row) < 2 or len(row) > MAX_COLUMNS or _is_data(row):
            continue
        heading = understand(row)
        if heading.complete and heading.known >= 2 and _days_follow(heading, rows[at + 1 :]):
            return _from_heading(at, row, heading)
    return _from_cells(rows)


def _is_data(row: Sequence[str]) -> bool:
    return any(cell and cell[0].isdigit() and dates.is_date(cell) for cell in row)


def _days_follow(heading: Heading, rows: Rows) -> bool:
    """Tell whether a day stands in a day column soon below the headings, or nothing stands there at all."""
    filled = [row for row in rows[:20] if any(row)]
    places = [at for role in DAYS for at in heading.columns.get(role, ())]
    return not filled or any(at < len(row) and dates.is_date(row[at]) for row in filled for at in places)


def _from_heading(at: int, row: Sequence[str], heading: Heading) -> Draft:
    found = Draft(at + 1, dict(heading.columns), tuple(row), heading.known, heading)
    found.likely_currency = heading.currency
    for role in (Role.AMOUNT, Role.DEBIT, Role.CREDIT):
        for column in heading.columns.get(role, ()):
            found.currency = found.currency or heading.currencies.get(column, "")
    if heading.language not in ("", "en"):
        found.prefer = Order.DMY
    bank = heading.bank
    if bank is not None:
        found.name, found.kind, found.wallets = bank.name, bank.kind, bank.wallets
        found.likely_currency = bank.currency or found.likely_currency
        found.prefer = bank.dates or found.prefer
        found.inverted = True if bank.purchases_positive else None
    return found


def _from_cells(rows: Rows) -> Draft | None:
    first, data = csv_evidence.data_rows(rows)
    if not data or len(data[0]) > MAX_COLUMNS:
        return None
    above = rows[first - 1] if first and len(rows[first - 1]) == len(data[0]) else []
    heading = understand(above) if above else None
    not_money = frozenset(
        at for role, places in (heading.columns.items() if heading else ()) for at in places
        if role not in (Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.BALANCE)
    )  # fmt: skip
    shape = csv_evidence.shape(data, not_money=not_money)
    if shape is None:
        return Draft(first, {}, score=-1)
    columns: dict[Role, tuple[int, ...]] = {Role.BOOKED: shape.days[:1]}
    for role, at in (
        (Role.VALUE, shape.days[1] if len(shape.days) > 1 else None), (Role.AMOUNT, shape.amount),
        (Role.DEBIT, shape.debit), (Role.CREDIT, shape.credit), (Role.BALANCE, shape.balance),
        (Role.CURRENCY, shape.currency), (Role.ACCOUNT, shape.account),
    ):  # fmt: skip
        if at is not None:
            columns[role] = (at,)
    columns[Role.DESCRIPTION] = shape.texts[:4]
    return Draft(first, columns, tuple(above), 0)


def mapped(mapping: Mapping, rows: Rows) -> Draft:
    """Return the layout that a mapping file describes.

    Args:
        mapping: The mapping.
        rows: The file's first rows, without the lines to skip.

    Raises:
        MappingInvalid: A column it names is not in the file.
    """
    headings = tuple(rows[0]) if mapping.headings and rows else ()
    width = max((len(row) for row in rows), default=0)
    columns: dict[Role, tuple[int, ...]] = {}
    stated = mapping.columns
    for role, named in (
        (Role.BOOKED, stated.date), (Role.VALUE, stated.value_date), (Role.AMOUNT, stated.amount),
        (Role.DEBIT, stated.debit), (Role.CREDIT, stated.credit), (Role.FEE, stated.fee),
        (Role.DIRECTION, stated.direction), (Role.DESCRIPTION, stated.description), (Role.PAYEE, stated.payee),
        (Role.PAYEE_ACCOUNT, stated.payee_account), (Role.BALANCE, stated.balance),
        (Role.CURRENCY, stated.currency), (Role.ACCOUNT, stated.account), (Role.CATEGORY, stated.category),
        (Role.MCC, stated.mcc), (Role.STATUS, stated.status), (Role.ID, stated.id), (Role.TYPE, stated.type),
    ):  # fmt: skip
        names = named if isinstance(named, list) else [] if named is None else [named]
        if names:
            columns[role] = tuple(_column(name, headings, width) for name in names)
    return Draft(
        1 if mapping.headings else 0,
        columns,
        headings,
        currency=mapping.currency,
        order=mapping.dates,
        mark=mapping.decimal,
        inverted=None if mapping.purchases is None else mapping.purchases == "positive",
        account=mapping.account,
        kind=mapping.kind,
        name=clean(mapping.name, 64),
        words={
            "out": frozenset(map(fold, mapping.words.out)),
            "in": frozenset(map(fold, mapping.words.in_)),
            "pending": frozenset(map(fold, mapping.words.pending)),
            "void": frozenset(map(fold, mapping.words.void)),
        },
    )


def _column(named: Column, headings: Sequence[str], width: int) -> int:
    if isinstance(named, int):
        if 1 <= named <= width:
            return named - 1
        raise MappingInvalid("a column number of the mapping is not in the file")
    if named in headings:
        return headings.index(named)
    tidy = [normalize(heading) for heading in headings]
    if normalize(named) in tidy:
        return tidy.index(normalize(named))
    raise MappingInvalid("a column that the mapping names is not in the file")
