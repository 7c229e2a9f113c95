"""UK Open Banking account information: accounts, balances and transactions, in one document or several.

Source: UK Open Banking Read/Write API v3.1 and v4.0.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Account, AccountKind, Balance, Channel, Record, Status
from edge_engine.errors import FileRefused, InputError
from edge_engine.feeds.camt053 import channel_of
from edge_engine.feeds.json_statement import Book, channel_in, code, kind_or_other
from edge_engine.feeds.json_tree import Tree, child, each, members, minor, refuse_doubled, word
from edge_engine.feeds.statement import account_key, day
from edge_engine.feeds.text import clean, joined

if TYPE_CHECKING:
    from collections.abc import Sequence

# Source: OBExternalAccountSubType1Code of v3.1; ISO 20022 external cash account types in v4.0.
_KINDS: Final[dict[str, AccountKind]] = {
    **dict.fromkeys(("CurrentAccount", "CACC", "TRAN", "EMoney", "PrePaidCard"), AccountKind.CURRENT),
    **dict.fromkeys(("Savings", "SVGS", "MOMA"), AccountKind.SAVINGS),
    **dict.fromkeys(("CreditCard", "ChargeCard", "CARD"), AccountKind.CARD),
    **dict.fromkeys(("Loan", "Mortgage", "LOAN", "MGLD"), AccountKind.LOAN),
}
# Booked balances first; what a bank expects or lets the person spend stands in where it states nothing else.
_RANKS: Final = (
    "ClosingBooked", "CLBD", "InterimBooked", "ITBD", "OpeningBooked", "OPBD", "PreviouslyClosedBooked", "PRCD",
    "ClosingCleared", "CLCL", "InterimCleared", "ITCL", "Information", "INFO", "Expected", "XPCD",
    "InterimAvailable", "ITAV", "ClosingAvailable", "CLAV",
)  # fmt: skip
_OPENING: Final = frozenset({"OpeningBooked", "OPBD"})
_STATUSES: Final = {
    "Booked": Status.POSTED,
    "BOOK": Status.POSTED,
    "Pending": Status.PENDING,
    "PDNG": Status.PENDING,
}
_SIGNS: Final = {"Credit": 1, "CRDT": 1, "Debit": -1, "DBIT": -1}


def fits(document: Tree) -> bool:
    """Tell whether a document is a response of UK Open Banking."""
    data = child(document, "Data")
    return any(isinstance(data.get(key), list) for key in ("Account", "Balance", "Transaction"))


def read(documents: Sequence[Tree], book: Book, *, account: str, currency: str) -> None:
    """Read responses into ``book``.

    Args:
        documents: Responses of the same person's bank; accounts may be described in another one than their rows.
        book: Takes what is found.
        account: Key of the account, where a transaction names none.
        currency: ISO 4217 code, where an account names none.

    Raises:
        FileRefused: An account cannot be read.
    """
    data = [child(document, "Data") for document in documents]
    keys: dict[str, str] = {}
    for row in (one for held in data for one in each(held, "Account")):
        try:
            found = _account(row, currency)
        except InputError as error:
            raise FileRefused(f"an account of the JSON file cannot be read: {error.message}") from None
        keys[word(row, "AccountId")] = found.key
        book.accounts[found.key] = found

    def key_of(row: Tree) -> str:
        named = word(row, "AccountId")
        key = keys.get(named) or account_key(named) or account
        book.open(key, word(row, "Amount", "Currency"))
        return key

    for row in (one for held in data for one in each(held, "Balance")):
        try:
            book.balance(*_balance(row, key_of(row)))
        except InputError:
            continue
    for member in (one for held in data for one in members(held, "Transaction")):
        book.read(member, lambda one, count: _transaction(one, count, key_of(one)))


def _account(row: Tree, currency: str) -> Account:
    refuse_doubled(row)
    schemes = {word(one, "SchemeName").rpartition(".")[2]: one for one in each(row, "Account")}
    key = account_key(word(schemes.get("IBAN", {}), "Identification"))
    local = word(schemes.get("SortCodeAccountNumber", {}), "Identification").replace("-", "").replace(" ", "")
    if not key and local:
        key = account_key(local[6:], local[:6]) if len(local) == 14 else account_key(local)
    names = [
        word(row, "Nickname"),
        word(row, "Description"),
        *(word(one, "Name") for one in schemes.values()),
    ]
    key = key or account_key(word(row, "AccountId"))
    Book.check(key)
    return Account(
        key=key,
        currency=code(word(row, "Currency") or currency),
        kind=kind_or_other(_KINDS, word(row, "AccountSubType"), word(row, "AccountTypeCode")),
        name=next(filter(None, names), ""),
        institution=word(row, "Servicer", "Identification"),
    )


def _money(row: Tree) -> Money:
    currency = code(word(row, "Amount", "Currency"))
    amount = minor(child(row, "Amount").get("Amount"), currency)
    sign = _SIGNS.get(word(row, "CreditDebitIndicator"))
    if sign is None:
        raise InputError("nothing in the row tells money out from money in")
    if amount < 0:
        raise InputError("the amount has a sign beside its credit or debit mark")
    return Money(sign * amount, currency)


def _balance(row: Tree, key: str) -> tuple[int, Balance]:
    refuse_doubled(row)
    kind = word(row, "Type").rpartition(".")[2]
    lent = any(one.get("Included") is True for one in each(row, "CreditLine"))
    if kind not in _RANKS or (lent and not kind.endswith("Booked")):
        raise InputError("the balance is not one of the account itself")
    when = day(word(row, "DateTime"))
    # A Balance holds at the end of its day; an opening one is that of the evening before.
    evening = when - timedelta(days=1) if kind in _OPENING else when
    return _RANKS.index(kind), Balance(key, evening, _money(row))


def _transaction(row: Tree, count: int, key: str) -> Record:
    refuse_doubled(row)
    stated = word(row, "Status")
    if stated not in _STATUSES:
        raise InputError("the bank says that it did not go through" if stated else "the status is missing")
    money = _money(row)
    booked = day(word(row, "BookingDateTime") or word(row, "ValueDateTime"))
    value = word(row, "ValueDateTime")
    side = "CreditorAccount" if money.minor < 0 else "DebtorAccount"
    merchant = word(row, "MerchantDetails", "MerchantName")
    counterparty = merchant or word(row, side, "Name")
    mcc = word(row, "MerchantDetails", "MerchantCategoryCode")
    return Record(
        account=key,
        booked=booked,
        amount=money,
        description=clean(joined(counterparty, word(row, "TransactionInformation"))),
        status=_STATUSES[stated],
        external_id=word(row, "TransactionId"),
        counterparty=counterparty,
        counterparty_account=account_key(word(row, side, "Identification")),
        value_date=day(value) if value and day(value) != booked else None,
        mcc=int(mcc) if len(mcc) == 4 and mcc.isascii() and mcc.isdigit() else 0,
        channel=_channel(row),
        row=count,
    )


def _channel(row: Tree) -> Channel:
    family, sub_family = word(row, "BankTransactionCode", "Code"), word(row, "BankTransactionCode", "SubCode")
    own = word(row, "ProprietaryBankTransactionCode", "Code")
    return channel_of(family, sub_family) or channel_in(sub_family, own, family)
