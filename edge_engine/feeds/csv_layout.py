"""How one CSV file is laid out: its headings, its dialect of numbers and dates, and the meaning of its meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import CODES, NO_CURRENCY
from edge_engine.domain.transaction import AccountKind, Balance
from edge_engine.errors import FileRefused, FormatUnknown, InputError
from edge_engine.feeds import amounts, csv_details, dates
from edge_engine.feeds.csv_columns import DAYS, Role, currency_named, fold, holds, says, words
from edge_engine.feeds.csv_evidence import Rows, numbers
from edge_engine.feeds.csv_preamble import account_above, balances_above, iban_in_name
from edge_engine.feeds.csv_signs import Sign, signs
from edge_engine.feeds.dates import Order
from edge_engine.feeds.statement import account_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Mapping as Dict

    from edge_engine.feeds.csv_draft import Draft

_MONTH_FIRST: Final = frozenset({"USD"})
_ANYWHERE: Final = frozenset({"CAD", "PHP", NO_CURRENCY, ""})
"""Currencies of countries that write either order."""

_DAY_FIRST: Final = re.compile(r"\s*\d{1,2}[-/.]\d", re.ASCII)
_EITHER: Final = "can be read in two ways; name the currency, or say how to read them with a mapping"
_CODE_BESIDE: Final = re.compile(r"[0-9] ?[-/ ] ?([A-Z]{3})\b")
"""The currency behind an account's number, as CGD writes it: ``0123456789012 - EUR - Conta``."""

MAX_LABEL: Final = 80
_MOST_DESCRIPTIONS: Final = 6
"""Columns of words that are put together."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything needed to read a row. Columns are counted from 0; None where the file has no such column.

    Attributes:
        first: Index of the first row of data among the rows looked at.
        headings: Cells of the heading row, which some exports repeat; empty where there is none.
        widths: Numbers of cells that a row may have.
        width: Number of cells that a row needs at least to have every column.
        days: Columns that tell the day; the first that is filled counts.
        order: Order of day and month.
        sign: What tells money out from money in.
        mark: Decimal mark; empty where each amount must speak for itself.
        debit_factor: What a debit cell is multiplied with.
        credit_factor: What a credit cell is multiplied with.
        cents: True where every amount looked at is written to the coin.
        currency: ISO 4217 code where no column says it.
        account: Key of the account where no column says it.
        wallets: True where each currency is an account of its own.
        named: True where ``account`` is not made up.
        turned: What is to be told of signs that were turned round; empty where they were not, or were asked to be.
        elsewhere: Columns of amounts in other currencies with their ISO 4217 codes; one counts where a row has no
            amount in the file's own.
        told_within: True where descriptions name the other side.
        oldest_first: Which way time runs; None where that is open.
        balances: Balances stated above the headings.
        out: Folded words for money out.
        in_: Folded words for money in.
        pending: Folded words for announced rows.
        void: Folded words for rows that did not go through.
    """

    first: int
    headings: tuple[str, ...]
    widths: frozenset[int]
    width: int
    days: tuple[int, ...]
    order: Order
    sign: Sign
    mark: str
    currency: str
    account: str
    value: int | None = None
    amount: int | None = None
    debit: int | None = None
    credit: int | None = None
    fee: int | None = None
    direction: int | None = None
    debit_factor: int = -1
    credit_factor: int = 1
    cents: bool = False
    description: tuple[int, ...] = ()
    payee: int | None = None
    payer: int | None = None
    payee_account: int | None = None
    balance: int | None = None
    currency_at: int | None = None
    account_at: int | None = None
    category: int | None = None
    mcc: int | None = None
    status: int | None = None
    id: int | None = None
    type: int | None = None
    name: str = ""
    institution: str = ""
    kind: AccountKind = AccountKind.OTHER
    wallets: bool = False
    named: bool = True
    turned: str = ""
    elsewhere: tuple[tuple[int, str], ...] = ()
    told_within: bool = False
    oldest_first: bool | None = None
    balances: tuple[Balance, ...] = ()
    out: frozenset[str] = frozenset()
    in_: frozenset[str] = frozenset()
    pending: frozenset[str] = frozenset()
    void: frozenset[str] = frozenset()


def settle(
    found: Draft,
    rows: Rows,
    *,
    account: str,
    currency: str,
    file_name: str = "",
    known_currency: Callable[[str], str] | None = None,
) -> Layout:
    """Weigh the rows of a file and return its layout.

    Args:
        found: What is known already.
        rows: The file's first rows; ``found.first`` is the first one of data.
        account: Key of the account, where the file names none.
        currency: ISO 4217 code, where the file names none.
        file_name: Name of the file: some banks put the IBAN into it.
        known_currency: Tells the currency that an account of this key has already; empty for a new one.

    Raises:
        FormatUnknown: The columns are not recognized.
        FileRefused: Dates, amounts or signs can be read in two ways.
    """
    if not found.columns:
        raise FormatUnknown("the columns of the table are not recognized; name them with a mapping")
    preamble = rows[: max(0, found.first - bool(found.headings))]
    days = tuple(at for role in DAYS if role is not Role.VALUE for at in found.columns.get(role, ()))
    days = days or found.columns.get(Role.VALUE, ())
    data = [row for row in rows[found.first :] if _has_day(row, days)]
    elsewhere = _elsewhere(found)
    filled = next((one for one in elsewhere if _fills(data, one[0])), None)
    if filled is not None and not _fills(data, found.first_of(Role.AMOUNT)):
        found.columns[Role.AMOUNT], found.currency = filled[:1], filled[1]
        elsewhere = _elsewhere(found)
    columns = found.columns
    key = found.account or account_above(preamble) or account or iban_in_name(file_name)
    money = _currency(found, data, preamble, currency)
    if not money and known_currency is not None:
        money = known_currency(account_key(key) if key else _default_key(found))
    order = _order(found, data, days, money)
    places = [at for role in (Role.AMOUNT, Role.DEBIT, Role.CREDIT) for at in columns.get(role, ())[:1]]
    cells = [row[at] for row in data for at in places if at < len(row)]
    if not money:
        dollars = any("$" in cell for cell in cells) and not any(
            _DAY_FIRST.match(row[days[0]]) for row in data
        )
        money = "USD" if order is Order.MDY or dollars else NO_CURRENCY
    mark = found.mark or _mark(cells, money)
    by_dates = _by_dates(data, days, order)
    meant = signs(found, data, money, mark, oldest_first=by_dates)
    kind = found.kind
    if kind is AccountKind.OTHER and (meant.read_like_a_card or _names_a_card(preamble)):
        kind = AccountKind.CARD
    at = found.first_of
    known = words().cells
    described = _descriptions(found, data)[:_MOST_DESCRIPTIONS]
    return Layout(
        first=found.first,
        headings=found.headings,
        widths=_widths(data, len(found.headings)),
        width=max((at + 1 for places in columns.values() for at in places), default=0),
        days=days,
        order=order,
        sign=meant.sign,
        mark=mark,
        currency=money,
        account=account_key(key, currency=money) if key else _default_key(found),
        value=_value(columns, days),
        amount=meant.amount,
        debit=meant.debit,
        credit=meant.credit,
        fee=at(Role.FEE),
        direction=meant.direction,
        debit_factor=meant.debit_factor,
        credit_factor=meant.credit_factor,
        cents=bool(mark) and len(cells) > 1 and all(_to_the_coin(cell, mark) for cell in cells[:-1] if cell),
        description=described,
        payee=at(Role.PAYEE),
        payer=at(Role.PAYER),
        payee_account=_payee_account(found, data),
        balance=at(Role.BALANCE),
        currency_at=_currency_column(columns, places, data),
        account_at=_account_column(columns, data),
        category=at(Role.CATEGORY),
        mcc=at(Role.MCC),
        status=at(Role.STATUS),
        id=_id_column(columns, data),
        type=at(Role.TYPE),
        name=found.name,
        institution=found.name,
        kind=kind,
        wallets=found.wallets,
        named=bool(key),
        elsewhere=elsewhere,
        told_within=_told_within(described, data),
        turned=_turned(found) if meant.sign is Sign.INVERTED else "",
        oldest_first=meant.oldest_first if meant.oldest_first is not None else by_dates,
        balances=balances_above(preamble, order, money, mark),
        out=known["out"] | found.words.get("out", frozenset()),
        in_=known["in"] | found.words.get("in", frozenset()),
        pending=known["pending"] | found.words.get("pending", frozenset()),
        void=known["void"] | found.words.get("void", frozenset()),
    )


def _has_day(row: Sequence[str], days: Sequence[int]) -> bool:
    return any(at < len(row) and row[at] and dates.is_date(row[at]) for at in days)


def _value(columns: Dict[Role, tuple[int, ...]], days: Sequence[int]) -> int | None:
    places = [at for at in columns.get(Role.VALUE, ()) if at not in days]
    return places[0] if places else None


def _widths(data: Rows, headings: int) -> frozenset[int]:
    """Return the numbers of cells that whole rows have: that of the headings, and what is usual below them.

    Cells behind the last heading must be blank: a decimal comma that splits its amount makes a cell too.
    """
    counts: dict[int, int] = {}
    for row in data:
        if not headings or not any(row[headings:]):
            counts[len(row)] = counts.get(len(row), 0) + 1
    usual = max(counts, key=lambda width: counts[width], default=headings)
    many = {w for w, n in counts.items() if n >= 3 and n * 5 >= len(data)}
    return frozenset(many | {usual} | ({headings} if headings else set()))


def _default_key(found: Draft) -> str:
    """Return a key for an account that the file does not name: the same for every file of this kind."""
    words_ = [fold(found.name).replace(" ", "-") if found.name else "csv"]
    if found.kind is AccountKind.CARD:
        words_.append("card")
    return "-".join(words_)


def _descriptions(found: Draft, data: Rows) -> tuple[int, ...]:
    """Return the columns of the bank's words: with unnamed ones behind them, as PKO's, without those that name a kind.

    Chase has *Details* beside *Description*, and writes DEBIT, CREDIT, CHECK or DSLIP there.
    """
    headed = found.columns.get(Role.DESCRIPTION, ())
    names = found.heading.names if found.heading else ()
    kinds = words().cells["out"] | words().cells["in"] | words().cells["slip"]
    places: list[int] = []
    for at in headed:
        held = {fold(row[at]) for row in data if at < len(row) and row[at]}
        if len(headed) == 1 or not held or not held <= kinds:
            places.append(at)
        behind = at + 1
        while behind < len(names) and not names[behind] and _fills(data, behind):
            places.append(behind)
            behind += 1
    return tuple(places)


def _fills(data: Rows, at: int | None) -> bool:
    return at is not None and any(at < len(row) and row[at].strip() for row in data)


def _elsewhere(found: Draft) -> tuple[tuple[int, str], ...]:
    """Return the columns that are headed by a currency alone, as RBC's, and are not the file's amounts."""
    amount = found.first_of(Role.AMOUNT)
    names = found.heading.names if found.heading and amount is not None else ()
    if amount is None or amount >= len(names) or names[amount].upper() not in CODES:
        return ()
    return tuple(
        (at, name.upper()) for at, name in enumerate(names) if at != amount and name.upper() in CODES
    )


def _told_within(places: Sequence[int], data: Rows) -> bool:
    return any(csv_details.named_within(row[at]) for row in data for at in places if at < len(row))


def _turned(found: Draft) -> str:
    """Return what the person should know of signs that are read the other way round."""
    if found.inverted is None:
        return (
            "The file's signs were turned round: its payments, refunds or balances show that it writes money out"
            " without a minus. If it does not, say so with a mapping."
        )
    return (
        f"The file's signs were turned round: {found.name} writes money out without a minus."
        if found.heading
        else ""
    )


def _currency(found: Draft, data: Rows, preamble: Rows, given: str) -> str:
    """Return the file's currency, from what says it surest to what only makes it likely."""
    if found.currency:
        return found.currency
    column = found.first_of(Role.CURRENCY)
    if column is not None:
        named = [currency_named(row[column]) for row in data if column < len(row)]
        filled = [one for one in named if one]
        if filled:
            return max(dict.fromkeys(filled), key=filled.count)
    above = _currency_above(preamble)
    if above:
        return above
    money = [role for role in (Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.BALANCE) if role in found.columns]
    for row in [*data[:50], *preamble]:
        for at in range(len(row)) if row in preamble else [found.columns[role][0] for role in money]:
            named_here = amounts.currency_of(row[at]) if at < len(row) else ""
            if named_here:
                return named_here
    return given or found.likely_currency


def _names_a_card(preamble: Rows) -> bool:
    """Tell whether what stands above the table calls the account a credit card."""
    return any(holds("credit_card", fold(cell[:MAX_LABEL])) for row in preamble for cell in row if cell)


def _currency_above(preamble: Rows) -> str:
    """Return the currency that a label above the table names, or that stands behind the account's number."""
    labelled = [(cell.rstrip(": "), row[at + 1]) for row in preamble for at, cell in enumerate(row[:-1])]
    for label, cell in labelled:
        if says("currency", label) and currency_named(cell):
            return currency_named(cell)
    for label, cell in labelled:
        beside = _CODE_BESIDE.search(cell) if says("account", label) else None
        if beside is not None and beside[1] in CODES:
            return beside[1]
    return ""


def _order(found: Draft, data: Rows, days: Sequence[int], currency: str) -> Order:
    if found.order is not None:
        return found.order
    prefer = found.prefer
    if currency in _MONTH_FIRST:
        prefer = prefer or Order.MDY
    elif currency not in _ANYWHERE:
        prefer = prefer or Order.DMY
    cells = [next((row[at] for at in days if at < len(row) and row[at]), "") for row in data]
    if prefer is None and any(holds("american", fold(" ".join(row))) for row in data):
        prefer = Order.MDY
    order = dates.infer(cells, prefer)
    if order is None:
        raise FileRefused(f"the dates {_EITHER}")
    return order


def _mark(cells: Sequence[str], currency: str) -> str:
    mark = amounts.decimal_mark(cells, currency)
    if mark:
        return mark
    readable = [one for one in numbers(cells, currency, "") if one is not None]
    filled = [cell for cell in cells if cell not in amounts.BLANKS and amounts.is_amount(cell)]
    if filled and len(readable) * 2 < len(filled):
        raise FileRefused(f"the amounts {_EITHER}")
    return ""


def _to_the_coin(cell: str, mark: str) -> bool:
    return len(cell) > 3 and cell[-3] == mark and cell[-2:].isdigit()


def _payee_account(found: Draft, data: Rows) -> int | None:
    stated = found.first_of(Role.PAYEE_ACCOUNT)
    if stated is not None:
        return stated
    places = [at for at in found.columns.get(Role.ACCOUNT, ()) if not _few(data, at)]
    return places[0] if places else None


def _few(data: Rows, at: int) -> bool:
    """Tell whether a column holds few different cells, as one that names the person's own accounts does."""
    held = {row[at] for row in data if at < len(row)}
    return len(held) <= max(4, len(data) // 10)


def _account_column(columns: Dict[Role, tuple[int, ...]], data: Rows) -> int | None:
    for at in columns.get(Role.ACCOUNT, ()):
        if _few(data, at) and any(at < len(row) and row[at].strip() for row in data):
            return at
    return None


def _id_column(columns: Dict[Role, tuple[int, ...]], data: Rows) -> int | None:
    """Return a column of identifiers only where they identify: all filled, no two the same."""
    for at in columns.get(Role.ID, ()):
        held = [row[at].strip() for row in data if at < len(row)]
        if data and all(held) and len(held) == len(data) and len(set(held)) == len(held):
            return at
    return None


def _currency_column(columns: Dict[Role, tuple[int, ...]], money: Sequence[int], data: Rows) -> int | None:
    """Return the currency column of the amount: where there are two, the one that follows it."""
    places = [
        at for at in columns.get(Role.CURRENCY, ())
        if any(currency_named(row[at]) for row in data if at < len(row))
    ]  # fmt: skip
    after = [at for at in places if money and at > money[0]]
    return after[0] if len(places) > 1 and after else places[0] if places else None


def _by_dates(data: Rows, days: Sequence[int], order: Order) -> bool | None:
    found = []
    for row in data:
        try:
            found.append(dates.parse(next(row[at] for at in days if at < len(row) and row[at]), order))
        except (InputError, StopIteration):
            continue
    if len(found) < 2:
        return True
    if found[0] == found[-1]:
        return None
    return found[0] < found[-1]
