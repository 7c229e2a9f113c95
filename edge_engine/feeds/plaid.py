"""Plaid: responses of ``/transactions/get`` and ``/transactions/sync``, and the files that configure sandbox users.

In all of them a positive amount is money that leaves the account; here, as everywhere in the engine, it is negative.

Source: Plaid API 2020-09-14, transactions and sandbox custom users.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Account, AccountKind, Balance, Channel, Record, Rejected, Status
from edge_engine.errors import FileRefused, InputError
from edge_engine.feeds.json_statement import Book, code
from edge_engine.feeds.json_tree import Tree, child, each, members, minor, refuse_doubled, word
from edge_engine.feeds.statement import account_key, day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_KINDS: Final[dict[str, AccountKind]] = {
    "depository": AccountKind.CURRENT,
    "credit": AccountKind.CARD,
    "loan": AccountKind.LOAN,
    "investment": AccountKind.INVESTMENT,
    "brokerage": AccountKind.INVESTMENT,
}
_SAVINGS: Final = frozenset({"savings", "money market", "cd", "hsa", "cash management", "isa", "cash isa"})
_OWED: Final = frozenset({AccountKind.CARD, AccountKind.LOAN})
"""Kinds whose balance Plaid states as what the person owes."""

_CHANNELS: Final[dict[str, Channel]] = {
    "atm": Channel.CASH,
    "cash": Channel.CASH,
    "bank charge": Channel.FEE,
    "bill payment": Channel.TRANSFER,
    "cashback": Channel.CASH,
    "cheque": Channel.CHEQUE,
    "direct debit": Channel.DIRECT_DEBIT,
    "interest": Channel.INTEREST,
    "purchase": Channel.CARD,
    "standing order": Channel.STANDING_ORDER,
    "transfer": Channel.TRANSFER,
}
_SANDBOX: Final = "override_accounts"
_DEFAULT: Final = "USD"
"""Plaid's own default where a sandbox file names no currency."""


def fits(document: Tree) -> bool:
    """Tell whether a document is of Plaid."""
    if isinstance(document.get(_SANDBOX), list):
        return True
    rows = [one for key in ("transactions", "added", "modified") for one in each(document, key)]
    if any("account_id" in row for row in (*rows, *each(document, "accounts"))):
        return True
    return isinstance(document.get("added"), list) and "next_cursor" in document


def read(documents: Sequence[Tree], book: Book, *, currency: str, as_of: date | None) -> None:
    """Read documents into ``book``.

    Args:
        documents: Responses, or sandbox configurations.
        book: Takes what is found.
        currency: ISO 4217 code, where neither a transaction nor its account names one.
        as_of: Day of a balance that has no date and whose account has no transactions either.

    Raises:
        FileRefused: An account cannot be read.
    """
    undated: dict[str, Money] = {}
    try:
        for row in (one for document in documents for one in each(document, "accounts")):
            _account(row, book, undated, currency)
        for row in (one for document in documents for one in each(document, _SANDBOX)):
            _sandbox(row, book, undated, currency)
    except InputError as error:
        raise FileRefused(f"an account of the JSON file cannot be read: {error.message}") from None
    for document in documents:
        for key in ("transactions", "added", "modified"):
            for member in members(document, key):
                book.read(member, lambda one, count: _transaction(one, count, book, currency))
    _removed(documents, book)
    _date_balances(book, undated, as_of)


def _removed(documents: Sequence[Tree], book: Book) -> None:
    """Reject what the bank takes back, unless it is a pending row that a posted one replaces."""
    replaced = {row.pending_id for row in book.rows if isinstance(row, Record) and row.pending_id}
    for document in documents:
        for member in members(document, "removed"):
            if word(member, "transaction_id") not in replaced:
                book.read(member, _refuse_removed)


def _refuse_removed(row: Tree, count: int) -> Record:  # noqa: ARG001 - the form of a row reader
    raise InputError("the bank takes an earlier transaction back, which is not supported")


def _kind(row: Tree) -> AccountKind:
    kind = _KINDS.get(word(row, "type"), AccountKind.OTHER)
    return AccountKind.SAVINGS if kind is AccountKind.CURRENT and word(row, "subtype") in _SAVINGS else kind


def _account(row: Tree, book: Book, undated: dict[str, Money], currency: str) -> None:
    refuse_doubled(row)
    key = account_key(word(row, "account_id"))
    if not key:
        raise InputError("it is not named")
    balances = child(row, "balances")
    stated = code(
        word(balances, "iso_currency_code")
        or word(balances, "unofficial_currency_code")
        or currency
        or _DEFAULT
    )
    kind = _kind(row)
    name = word(row, "name") or word(row, "official_name")
    book.accounts[key] = Account(key, stated, kind, name, word(row, "institution_id"))
    if balances.get("current") is not None:
        amount = Money(minor(balances["current"], stated), stated)
        when = word(balances, "last_updated_datetime")
        owed = -amount if kind in _OWED else amount
        if when:
            book.balance(0, Balance(key, day(when), owed))
        else:
            undated[key] = owed


def _sandbox(row: Tree, book: Book, undated: dict[str, Money], currency: str) -> None:
    refuse_doubled(row)
    numbers = child(row, "numbers")
    number = word(numbers, "account")
    bank = next(
        filter(None, (word(numbers, name) for name in ("ach_routing", "bacs_sort_code", "eft_institution"))),
        "",
    )
    iban = word(numbers, "international_iban")
    key = account_key(iban or number, "" if iban else bank) or _unnumbered(row)
    if key in book.accounts:
        # Test users often repeat one number, or give none.
        key = f"{key}/{len(book.accounts) + 1}"
    local = "GBP" if "bacs_sort_code" in numbers else "CAD" if "eft_branch" in numbers else _DEFAULT
    stated = code(word(row, "currency") or _first_currency(row) or currency or local)
    kind = _kind(row)
    meta = child(row, "meta")
    book.accounts[key] = Account(key, stated, kind, word(meta, "name") or word(meta, "official_name"))
    if row.get("starting_balance") is not None:
        amount = Money(minor(row["starting_balance"], stated), stated)
        undated[key] = -amount if kind in _OWED else amount
    for member in members(row, "transactions"):
        book.read(member, lambda found, count: _sandbox_transaction(found, count, key, stated))


def _unnumbered(row: Tree) -> str:
    """Return a key for a test account without a number: the same whenever the file is read."""
    name = word(child(row, "meta"), "name")
    told = [word(row, "type"), word(row, "subtype"), name, word(row, "starting_balance")]
    return f"sandbox/{hashlib.blake2b(chr(31).join(told).encode(), digest_size=4).hexdigest()}"


def _first_currency(row: Tree) -> str:
    return next((word(one, "currency") for one in each(row, "transactions") if word(one, "currency")), "")


def _sandbox_transaction(row: Tree, count: int, key: str, currency: str) -> Record:
    refuse_doubled(row)
    stated = code(word(row, "currency") or currency)
    return Record(
        account=key,
        booked=day(word(row, "date_posted") or word(row, "date_transacted")),
        amount=-Money(minor(row.get("amount"), stated), stated),
        description=word(row, "description"),
        row=count,
    )


def _transaction(row: Tree, count: int, book: Book, currency: str) -> Record:
    refuse_doubled(row)
    key = account_key(word(row, "account_id"))
    known = book.accounts.get(key)
    stated = code(
        word(row, "iso_currency_code")
        or word(row, "unofficial_currency_code")
        or (known.currency if known else currency)
    )
    book.open(key, stated)
    merchant = word(row, "merchant_name") or next(
        (word(one, "name") for one in each(row, "counterparties")), ""
    )
    category = word(row, "personal_finance_category", "detailed") or word(
        row, "personal_finance_category", "primary"
    )
    mcc = word(row, "merchant_category_code")
    in_store = Channel.CARD if word(row, "payment_channel") == "in store" else Channel.UNKNOWN
    return Record(
        account=key,
        booked=day(word(row, "date")),
        amount=-Money(minor(row.get("amount"), stated), stated),
        description=word(row, "original_description") or word(row, "name") or merchant,
        status=Status.PENDING if row.get("pending") is True else Status.POSTED,
        external_id=word(row, "transaction_id"),
        pending_id=word(row, "pending_transaction_id"),
        counterparty=merchant,
        mcc=int(mcc) if len(mcc) == 4 and mcc.isascii() and mcc.isdigit() else 0,
        channel=_CHANNELS.get(word(row, "transaction_code"), in_store),
        hint=f"plaid:{category[:96]}" if category else "",
        row=count,
    )


def _date_balances(book: Book, undated: dict[str, Money], as_of: date | None) -> None:
    """Give each balance without a date the day of its account's last booked row, or else ``as_of``."""
    last: dict[str, date] = {}
    for row in book.rows:
        if isinstance(row, Rejected) or row.status is Status.PENDING:
            continue
        last[row.account] = max(row.booked, last.get(row.account, row.booked))
    for key, amount in undated.items():
        when = last.get(key, as_of)
        if when is not None:
            book.balance(0, Balance(key, when, amount))
