"""What the engine answers: typed values that the Python facade, the command line and every binding share.

Field names are append-only. Dates are ISO 8601 days, amounts are `Money`, shares and confidences are 0 to 1.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.domain.category import Taxonomy
from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Rejected, Status

if TYPE_CHECKING:
    from edge_engine.vault.account_queries import AccountTotalRow
    from edge_engine.vault.queries import TransactionRow

SOURCES: Final = {1: "model", 2: "mcc", 3: "correction", 4: "hint", 5: "variant", 6: "guess"}
"""Who named a category, as the store keeps it."""

GUESS: Final = SOURCES[6]
"""The model leans to this category and says that it is not sure: shown with a question mark, counted in totals."""


class AccountView(msgspec.Struct, frozen=True):
    """One account with its latest known balance.

    Attributes:
        id: The store's identifier.
        key: IBAN, bank and number, or the provider's id.
        currency: ISO 4217 code.
        kind: An ``AccountKind``.
        name: Words for people; may be empty.
        transactions: How many are stored.
        balance: Latest booked balance that a feed stated, None where none did.
        balance_day: Day of that balance.
    """

    id: int
    key: str
    currency: str
    kind: str
    name: str
    transactions: int
    balance: Money | None = None
    balance_day: date | None = None

    @classmethod
    def of(cls, row: AccountTotalRow) -> AccountView:
        """Return the view of a stored row."""
        return cls(
            id=row.id,
            key=row.key,
            currency=row.currency,
            kind=row.kind,
            name=row.name,
            transactions=row.transactions,
            balance=None
            if row.amount is None or row.balance_currency is None
            else Money(row.amount, row.balance_currency),
            balance_day=None if row.day is None else date.fromordinal(row.day),
        )


class IngestReport(msgspec.Struct, frozen=True):
    """What one import did.

    Attributes:
        format: The format that was read.
        added: Transactions that are new.
        updated: Transactions that were known and changed: pending ones that the bank has posted, mostly.
        duplicates: Transactions that were known already.
        events: App-engagement events that are new.
        rejected: The first rows that were not stored, with the reason; at most ``MAX_REJECTED``.
        rejected_total: How many rows were not stored.
        accounts: The accounts of this file as the store now has them.
        categorized: How many of the added transactions got a category.
        transfers: Pairs of transactions recognised as movements between the person's own accounts.
        seconds: How long it took.
        notes: What the person should know about this import, one sentence each; mostly none.
    """

    format: str
    added: int
    updated: int
    duplicates: int
    events: int
    rejected: list[Rejected]
    rejected_total: int
    accounts: list[AccountView]
    categorized: int
    transfers: int
    seconds: float
    notes: list[str] = []


class TransactionView(msgspec.Struct, frozen=True):
    """One transaction as the person sees it.

    Attributes:
        id: The store's identifier.
        date: Booking date.
        amount: Signed: negative leaves the account.
        account: Key of the account.
        description: As the bank wrote it.
        merchant: The merchant's stable key.
        counterparty: Name of the other side; empty where unknown.
        status: ``posted`` or ``pending``.
        category: Leaf id of the taxonomy; None where not categorized.
        confidence: Of the category, 0 to 1.
        source: Who said so: ``model``, ``guess`` where the model is not sure, ``mcc``, ``hint``, ``correction`` or
            ``variant``; empty where not categorized.
        transfer: Whether it is half of a movement between the person's own accounts.
        feed: Format of the feed that brought it first.
        follows: Where the source is ``variant``, the key of the merchant that was corrected, whose category it has;
            otherwise empty. ``uncorrect`` lets it follow nobody.
    """

    id: int
    date: date
    amount: Money
    account: str
    description: str
    merchant: str
    counterparty: str
    status: str
    category: str | None
    confidence: float
    source: str
    transfer: bool
    feed: str
    follows: str = ""

    @classmethod
    def of(cls, row: TransactionRow) -> TransactionView:
        """Return the view of a stored row."""
        leaf = Taxonomy.default().by_code.get(row.leaf) if row.leaf else None
        return cls(
            id=row.id,
            date=date.fromordinal(row.day),
            amount=Money(row.amount, row.currency),
            account=row.account,
            description=row.description,
            merchant=row.merchant,
            counterparty=row.counterparty,
            status=Status(row.status).name.lower(),
            category=leaf.id if leaf else None,
            confidence=(row.confidence or 0) / 1000 if leaf else 0.0,
            source=SOURCES.get(row.source or 0, "") if leaf else "",
            transfer=bool(row.transfer),
            feed=row.feed,
            follows=row.follows or "",
        )


class TransactionPage(msgspec.Struct, frozen=True):
    """Some transactions, newest first.

    Attributes:
        transactions: At most the asked number.
        total: How many fit the question.
    """

    transactions: list[TransactionView]
    total: int


class CategoryView(msgspec.Struct, frozen=True):
    """What money can be spent on or earned from: a leaf of the taxonomy.

    Attributes:
        id: As transactions carry it and corrections name it, such as ``food.groceries``.
        label: Words for people, in English.
        group: Identifier of its group.
        group_label: The group's words.
        sensitive: Whether it tells of health, gambling, religion, politics, charity or alcohol: it feeds no offer, and
            nothing of it leaves.
    """

    id: str
    label: str
    group: str
    group_label: str
    sensitive: bool


class Taught(msgspec.Struct, frozen=True):
    """What a correction did.

    Attributes:
        transaction_id: The transaction that was corrected.
        category: What it is now; None where it is not categorized any more.
        changed: How many transactions have another category than before.
        merchant: Key of the merchant that it holds for, where money goes the same way; empty where it holds for this
            transaction alone.
        alone: Why it holds for this transaction alone: ``asked``, ``no_name`` where its text has no letter or digit to
            know others by, ``bank_words`` where its text names nobody beside the bank's own words; else empty.
    """

    transaction_id: int
    category: str | None
    changed: int
    merchant: str = ""
    alone: str = ""


class ModelView(msgspec.Struct, frozen=True):
    """One installed model.

    Attributes:
        name: Such as ``categorizer``.
        version: The model's own version.
        digest: SHA-256 of the file that was published, hexadecimal; that of its file where there is no problem.
        bytes: Size of that file.
        origin: ``shipped`` with the engine, or ``update``.
        license: SPDX expression.
        problem: Why it cannot be used, in one sentence; empty where it can.
    """

    name: str
    version: str
    digest: str
    bytes: int
    origin: str
    license: str
    problem: str = ""
