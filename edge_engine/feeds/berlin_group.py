"""Berlin Group NextGenPSD2: accounts, balances, and booked and pending transactions, as banks and aggregators give.

Source: NextGenPSD2 XS2A Framework, Implementation Guidelines 1.3, sections 6.5, 14.24 and 14.25.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Account, AccountKind, Balance, Channel, Record, Status
from edge_engine.errors import FileRefused, InputError
from edge_engine.feeds.camt053 import channel_of
from edge_engine.feeds.json_statement import Book, channel_in, code, kind_or_other
from edge_engine.feeds.json_tree import Tree, child, each, members, minor, refuse_doubled, word, words
from edge_engine.feeds.statement import account_key, day
from edge_engine.feeds.text import clean, joined

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_KINDS: Final[dict[str, AccountKind]] = {
    **dict.fromkeys(("CACC", "TRAN", "TRAS", "SACC"), AccountKind.CURRENT),
    **dict.fromkeys(("SVGS", "MOMA", "ONDP"), AccountKind.SAVINGS),
    **dict.fromkeys(("LOAN", "MGLD", "ODFT"), AccountKind.LOAN),
    "CARD": AccountKind.CARD,
    "CASH": AccountKind.CASH,
}
_RANKS: Final = (
    "closingBooked", "interimBooked", "openingBooked", "information", "expected", "interimAvailable",
    "forwardAvailable", "authorised",
)  # fmt: skip
_LISTS: Final = {"booked": Status.POSTED, "pending": Status.PENDING}
NAMELESS: Final = "psd2"
"""Key of an account that the document does not name and nobody told."""


def fits(document: Tree) -> bool:
    """Tell whether a document is a response of the Berlin Group's interface."""
    for key in ("transactions", "cardTransactions"):
        if any(isinstance(child(document, key).get(name), list) for name in (*_LISTS, "information")):
            return True
    described = [one for key in ("accounts", "cardAccounts") for one in each(document, key)]
    described += [child(document, key) for key in ("account", "cardAccount")]
    return any(
        "account_id" not in one and any(key in one for key in ("iban", "bban", "maskedPan", "resourceId"))
        for one in described
    )


def read(documents: Sequence[Tree], book: Book, *, account: str, currency: str, as_of: date | None) -> None:
    """Read responses into ``book``.

    Args:
        documents: Responses of the same person's bank.
        book: Takes what is found.
        account: Key of the account, where a document names none.
        currency: ISO 4217 code, where an account names none.
        as_of: Day of a balance that has no date.

    Raises:
        FileRefused: An account cannot be read.
    """
    for document in documents:
        for row in (*each(document, "accounts"), *each(document, "cardAccounts")):
            found = _described(row, book, currency)
            for stated in each(row, "balances"):
                _balance(stated, found, book, as_of)
    for document in documents:
        owner = child(document, "account") or child(document, "cardAccount")
        held = child(document, "transactions") or child(document, "cardTransactions")
        if owner:
            key = _described(owner, book, currency or _stated_currency(held)).key
        else:
            key = account_key(account) or NAMELESS
        for stated in (*each(document, "balances"), *each(owner, "balances"), *each(held, "balances")):
            if key in book.accounts:
                _balance(stated, book.accounts[key], book, as_of)
        for name, status in _LISTS.items():
            for member in members(held, name):
                book.read(member, partial(_transaction, key=key, status=status, book=book))


def _stated_currency(held: Tree) -> str:
    rows = (row for name in _LISTS for row in each(held, name))
    return next((word(row, "transactionAmount", "currency") for row in rows), "")


def _described(row: Tree, book: Book, currency: str) -> Account:
    try:
        refuse_doubled(row)
        number = word(row, "iban") or word(row, "bban") or word(row, "maskedPan")
        pan = word(row, "pan")
        key = account_key(number) or (f"pan/{pan[-4:]}" if pan else account_key(word(row, "resourceId")))
        book.check(key)
        found = Account(
            key=key,
            currency=code(word(row, "currency") or currency),
            kind=kind_or_other(_KINDS, word(row, "cashAccountType")),
            name=word(row, "displayName") or word(row, "name") or word(row, "product"),
            institution=word(row, "bic"),
        )
    except InputError as error:
        raise FileRefused(f"an account of the JSON file cannot be read: {error.message}") from None
    return book.accounts.setdefault(key, found)


def _money(held: Tree, indicator: str = "") -> Money:
    currency = code(word(held, "currency"))
    amount = minor(held.get("amount"), currency)
    # The standard signs the amount; banks that add an indicator write it without a sign.
    return Money(-amount if indicator == "DBIT" and amount > 0 else amount, currency)


def _balance(row: Tree, account: Account, book: Book, as_of: date | None) -> None:
    kind = word(row, "balanceType")
    when = word(row, "referenceDate") or word(row, "lastChangeDateTime")
    if kind not in _RANKS or row.get("creditLimitIncluded") is True or not (when or as_of):
        return
    try:
        refuse_doubled(row)
        stated = day(when) if when or as_of is None else as_of
        money = _money(child(row, "balanceAmount"), word(row, "creditDebitIndicator"))
    except InputError:
        return
    evening = stated - timedelta(days=1) if kind == "openingBooked" else stated
    book.balance(_RANKS.index(kind), Balance(account.key, evening, money))


def _transaction(row: Tree, count: int, *, key: str, status: Status, book: Book) -> Record:
    refuse_doubled(row)
    money = _money(child(row, "transactionAmount"), word(row, "creditDebitIndicator"))
    book.open(key, money.currency)
    stated = [word(row, name) for name in ("bookingDate", "valueDate", "transactionDate", "bookingDateTime")]
    booked = day(next(filter(None, stated), ""))
    side = "creditor" if money.minor < 0 else "debtor"
    # A bank that knows one side alone means the other side by it.
    counterparty = word(row, f"{side}Name") or word(row, "creditorName") or word(row, "debtorName")
    counterparty = counterparty or word(row, "cardAcceptorName")
    other = child(row, f"{side}Account")
    text = (
        words(row, "remittanceInformationUnstructured")
        or words(row, "remittanceInformationUnstructuredArray")
        or word(row, "remittanceInformationStructured")
        or word(row, "remittanceInformationStructured", "reference")
        or word(row, "transactionDetails")
        or word(row, "additionalInformation")
    )
    mcc = word(row, "merchantCategoryCode")
    return Record(
        account=key,
        booked=booked,
        amount=money,
        description=clean(joined(counterparty, text)),
        status=status,
        external_id=word(row, "transactionId")
        or word(row, "cardTransactionId")
        or word(row, "entryReference"),
        counterparty=counterparty,
        counterparty_account=account_key(word(other, "iban") or word(other, "bban")),
        value_date=day(stated[1]) if stated[1] and day(stated[1]) != booked else None,
        mcc=int(mcc) if len(mcc) == 4 and mcc.isascii() and mcc.isdigit() else 0,
        channel=_channel(row),
        row=count,
    )


def _channel(row: Tree) -> Channel:
    if word(row, "purposeCode") == "SALA":
        return Channel.SALARY
    parts = word(row, "bankTransactionCode").split("-")
    found = channel_of(parts[1], parts[2]) if len(parts) == 3 else Channel.UNKNOWN
    return found or channel_in(word(row, "proprietaryBankTransactionCode"))
