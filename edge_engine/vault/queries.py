"""The reads of accounts, transactions and what is found in them; `ALL` has every read of the store.

SQL that reads lives here and in the modules beside it whose names end on `_queries` alone. Each query names the
(table, column) pairs it reads; a test holds the authorizer's log against them. The reader binds ``:sensitive`` and
``:purpose`` itself, from the grant: rows of sensitive leaves stay unseen without the one, and what the person said
under another purpose without the other.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from edge_engine.vault import account_queries, action_queries, decision_queries, signal_queries
from edge_engine.vault.query import UNSEEN, Query, columns


class AccountRow(NamedTuple):
    """One account."""

    id: int
    key: str
    currency: str
    kind: str
    name: str
    institution: str


ACCOUNTS: Final = Query(
    "accounts",
    "SELECT id, key, currency, kind, name, institution FROM account ORDER BY id",
    columns(account="id key currency kind name institution"),
    AccountRow,
)


class BalanceRow(NamedTuple):
    """The latest stated balance of an account, and what was booked after it."""

    account_id: int
    day: int
    amount: int
    currency: str


LATEST_BALANCE_OF: Final = Query(
    "latest balance of one account",
    "SELECT account_id, day, amount, currency FROM balance WHERE account_id = :account AND day <= :until"
    " ORDER BY day DESC LIMIT 1",
    columns(balance="account_id day amount currency"),
    BalanceRow,
)


class SinceRow(NamedTuple):
    """What an account booked after a day."""

    amount: int


BOOKED_AFTER: Final = Query(
    "booked after a day",
    "SELECT coalesce(sum(amount), 0) FROM txn"
    " WHERE account_id = :account AND status = 0 AND day > :day AND day <= :until",
    columns(txn="account_id amount status day"),
    SinceRow,
)


class PostedRow(NamedTuple):
    """When and how much, of one account."""

    account_id: int
    day: int
    amount: int


LATEST_POSTED: Final = Query(
    "latest posted transactions",
    "SELECT account_id, day, amount FROM txn WHERE status = 0 ORDER BY fingerprint DESC LIMIT :limit",
    columns(txn="account_id day amount status fingerprint"),
    PostedRow,
)


class TransactionRow(NamedTuple):
    """One transaction with everything that stands beside it."""

    id: int
    day: int
    amount: int
    currency: str
    account: str
    description: str
    merchant: str
    counterparty: str
    status: int
    leaf: int | None
    confidence: int | None
    source: int | None
    transfer: int
    feed: str
    follows: str | None


# A fingerprint begins with its day in three bytes, so its index finds and orders days: no other index is needed,
# and a page of a million rows comes in a millisecond. What is not asked for is not looked up: no joins.
_CHOSEN: Final = (
    " FROM txn t"
    " WHERE t.fingerprint >= unhex(printf('%06X', :since)) AND t.fingerprint < unhex(printf('%06X', :until + 1))"
    " AND (:account = '' OR t.account_id IN (SELECT id FROM account WHERE key = :account))"
    " AND (:sensitive OR NOT EXISTS"
    f" (SELECT 1 FROM categorization c WHERE c.txn_id = t.id AND c.{UNSEEN}))"
)
_JOINED: Final = (
    " FROM txn t JOIN account a ON a.id = t.account_id LEFT JOIN categorization c ON c.txn_id = t.id"
)

TRANSACTIONS: Final = Query(
    "transactions, newest first",
    "SELECT t.id, t.day, t.amount, t.currency, a.key, t.description, m.key, t.counterparty, t.status,"
    " c.leaf, c.confidence, c.source,"
    " EXISTS (SELECT 1 FROM transfer x WHERE x.out_id = t.id OR x.in_id = t.id), f.format, c.follows"
    + _JOINED
    + " JOIN merchant m ON m.id = t.merchant_id JOIN feed f ON f.id = t.feed_id"
    + " WHERE t.id IN (SELECT t.id"
    + _CHOSEN
    + " ORDER BY t.fingerprint DESC LIMIT :limit OFFSET :offset) ORDER BY t.day DESC, t.id DESC",
    columns(
        txn="id fingerprint day amount currency account_id description merchant_id counterparty status feed_id",
        account="id key",
        merchant="id key",
        categorization="txn_id leaf confidence source follows",
        transfer="out_id in_id",
        feed="id format",
        sensitive_leaf="leaf",
    ),
    TransactionRow,
)


class TotalRow(NamedTuple):
    """How many rows fit."""

    n: int


TRANSACTION_COUNT: Final = Query(
    "how many transactions fit",
    "SELECT count(*)" + _CHOSEN,
    columns(
        txn="id fingerprint account_id", account="id key", categorization="txn_id leaf", sensitive_leaf="leaf"
    ),
    TotalRow,
)


class WholeTransactionRow(NamedTuple):
    """One transaction with all that a feed said of it."""

    id: int
    day: int
    value_day: int | None
    amount: int
    currency: str
    account: str
    description: str
    merchant: str
    counterparty: str
    counterparty_account: str
    mcc: int
    channel: str
    status: int
    external_id: str
    leaf: int | None
    confidence: int | None
    source: int | None
    transfer: int
    feed: str


WHOLE_TRANSACTIONS: Final = Query(
    "whole transactions, a page after an id",
    "SELECT t.id, t.day, t.value_day, t.amount, t.currency, a.key, t.description, m.key, t.counterparty,"
    " t.counterparty_account, t.mcc, t.channel, t.status, t.external_id, c.leaf, c.confidence, c.source,"
    " EXISTS (SELECT 1 FROM transfer x WHERE x.out_id = t.id OR x.in_id = t.id), f.format"
    + _JOINED
    + " JOIN merchant m ON m.id = t.merchant_id JOIN feed f ON f.id = t.feed_id"
    f" WHERE t.id > :after AND (:sensitive OR c.leaf IS NULL OR NOT c.{UNSEEN})"
    " ORDER BY t.id LIMIT :limit",
    columns(
        txn="id day value_day amount currency account_id description merchant_id counterparty"
        " counterparty_account mcc channel status external_id feed_id",
        account="id key",
        merchant="id key",
        categorization="txn_id leaf confidence source",
        transfer="out_id in_id",
        feed="id format",
        sensitive_leaf="leaf",
    ),
    WholeTransactionRow,
)


class PostingColumns(NamedTuple):
    """Transactions as numbers: each column as one text, values joined by commas; None where there are none.

    Ten times fewer Python objects than a tuple a row; the order is the same in every column, and no other.
    """

    ids: str | None
    days: str | None
    amounts: str | None
    accounts: str | None
    leaves: str | None
    merchants: str | None
    transfers: str | None
    currencies: str | None


POSTINGS: Final = Query(
    "transactions as columns of numbers",
    "SELECT group_concat(t.id), group_concat(t.day), group_concat(t.amount), group_concat(t.account_id),"
    " group_concat(coalesce(c.leaf, 0)), group_concat(t.merchant_id),"
    " group_concat(t.id IN (SELECT out_id FROM transfer UNION ALL SELECT in_id FROM transfer)),"
    " group_concat(t.currency)"
    " FROM txn t LEFT JOIN categorization c ON c.txn_id = t.id"
    f" WHERE t.day >= :since AND (:sensitive OR c.leaf IS NULL OR NOT c.{UNSEEN})",
    columns(
        txn="id day amount account_id merchant_id currency",
        categorization="txn_id leaf",
        transfer="- out_id in_id",
        sensitive_leaf="leaf",
    ),
    PostingColumns,
)


class MerchantRow(NamedTuple):
    """One merchant key."""

    id: int
    key: str


# A merchant that only sensitive rows name is itself sensitive.
MERCHANTS: Final = Query(
    "merchant keys",
    "SELECT id, key FROM merchant WHERE :sensitive OR id IN (SELECT t.merchant_id FROM txn t"
    f" LEFT JOIN categorization c ON c.txn_id = t.id WHERE c.leaf IS NULL OR NOT c.{UNSEEN}) ORDER BY id",
    columns(merchant="id key", txn="id merchant_id", categorization="txn_id leaf", sensitive_leaf="leaf"),
    MerchantRow,
)


class MonthRow(NamedTuple):
    """Money of one category in one month."""

    month: int
    currency: str
    leaf: int
    inflow: int
    outflow: int
    n: int


MONTHS: Final = Query(
    "money by month and category",
    "SELECT month, currency, leaf, sum(inflow), sum(outflow), sum(n) FROM month_total"
    f" WHERE internal = 0 AND month >= :since AND (:sensitive OR NOT {UNSEEN})"
    " GROUP BY month, currency, leaf ORDER BY month, currency, leaf",
    columns(month_total="month currency leaf inflow outflow n internal", sensitive_leaf="leaf"),
    MonthRow,
)


class UncategorizedRow(NamedTuple):
    """A transaction that waits for its category."""

    id: int
    description: str
    merchant: str
    counterparty: str
    amount: int
    currency: str
    mcc: int
    channel: str
    hint: str


UNCATEGORIZED: Final = Query(
    "transactions without a category",
    "SELECT t.id, t.description, m.key, t.counterparty, t.amount, t.currency, t.mcc, t.channel, t.hint FROM txn t"
    " JOIN merchant m ON m.id = t.merchant_id"
    " WHERE t.id > :after AND NOT EXISTS (SELECT 1 FROM categorization c WHERE c.txn_id = t.id)"
    " ORDER BY t.id LIMIT :limit",
    columns(
        txn="id description counterparty amount currency mcc channel hint merchant_id",
        merchant="id key",
        categorization="- txn_id",
    ),
    UncategorizedRow,
)


class CategoryRow(NamedTuple):
    """The category of a transaction."""

    leaf: int


class BookedRow(NamedTuple):
    """A transaction as the moment of its booking looks at it."""

    id: int
    day: int
    amount: int
    currency: str
    account: int
    leaf: int
    merchant: str


class IdRow(NamedTuple):
    """One id."""

    id: int


LATEST_ID: Final = Query(
    "the latest transaction's id", "SELECT coalesce(max(id), 0) FROM txn", columns(txn="- id"), IdRow
)

BOOKED_SINCE: Final = Query(
    "transactions stored after an id",
    "SELECT t.id, t.day, t.amount, t.currency, t.account_id, coalesce(c.leaf, 0), m.key FROM txn t"
    " JOIN merchant m ON m.id = t.merchant_id LEFT JOIN categorization c ON c.txn_id = t.id"
    f" WHERE t.id > :after AND (:sensitive OR c.leaf IS NULL OR NOT c.{UNSEEN}) ORDER BY t.id LIMIT :limit",
    columns(
        txn="id day amount currency account_id merchant_id",
        merchant="id key",
        categorization="txn_id leaf",
        sensitive_leaf="leaf",
    ),
    BookedRow,
)


CATEGORY_OF: Final = Query(
    "category of one transaction",
    f"SELECT leaf FROM categorization WHERE txn_id = :id AND (:sensitive OR NOT {UNSEEN})",
    columns(categorization="txn_id leaf", sensitive_leaf="leaf"),
    CategoryRow,
)


class CorrectionRow(NamedTuple):
    """Something that the person taught."""

    merchant: str | None
    txn_id: int | None
    leaf: int
    inflow: int


CORRECTIONS: Final = Query(
    "corrections, oldest first",
    "SELECT m.key, c.txn_id, c.leaf, c.inflow FROM correction c LEFT JOIN merchant m ON m.id = c.merchant_id"
    f" WHERE :sensitive OR NOT c.{UNSEEN} ORDER BY c.id",
    columns(correction="id merchant_id txn_id leaf inflow", merchant="id key", sensitive_leaf="leaf"),
    CorrectionRow,
)


class MerchantOfRow(NamedTuple):
    """The merchant of one transaction, and whether its money comes in."""

    key: str
    inflow: int


MERCHANT_OF: Final = Query(
    "merchant of one transaction",
    "SELECT m.key, t.amount > 0 FROM txn t JOIN merchant m ON m.id = t.merchant_id"
    " LEFT JOIN categorization c ON c.txn_id = t.id"
    f" WHERE t.id = :id AND (:sensitive OR c.leaf IS NULL OR NOT c.{UNSEEN})",
    columns(
        txn="id merchant_id amount", merchant="id key", categorization="txn_id leaf", sensitive_leaf="leaf"
    ),
    MerchantOfRow,
)


class DerivedRow(NamedTuple):
    """A finding as it was kept."""

    id: str
    as_of: int
    body: bytes


# A finding may speak of a sensitive leaf in words that no query can see: it needs a grant that covers those.
DERIVED: Final = Query(
    "kept findings",
    "SELECT id, as_of, body FROM derived WHERE kind = :kind AND :sensitive ORDER BY id",
    columns(derived="kind id as_of body"),
    DerivedRow,
)


class EngagementRow(NamedTuple):
    """An app event."""

    id: str
    at: int
    name: str
    subject: str


ENGAGEMENT: Final = Query(
    "app events",
    "SELECT id, at, name, subject FROM engagement ORDER BY at, id",
    columns(engagement="id at name subject"),
    EngagementRow,
)


class BalanceHistoryRow(NamedTuple):
    """A stated balance."""

    account: str
    day: int
    amount: int
    currency: str


BALANCES: Final = Query(
    "stated balances",
    "SELECT a.key, b.day, b.amount, b.currency FROM balance b JOIN account a ON a.id = b.account_id"
    " ORDER BY a.id, b.day",
    columns(account="id key", balance="account_id day amount currency"),
    BalanceHistoryRow,
)


class TextRow(NamedTuple):
    """What the bank wrote of a transaction."""

    id: int
    description: str


TEXTS: Final = Query(
    "texts of transactions since a day",
    "SELECT t.id, t.description FROM txn t LEFT JOIN categorization c ON c.txn_id = t.id"
    f" WHERE t.day >= :since AND (:sensitive OR c.leaf IS NULL OR NOT c.{UNSEEN}) ORDER BY t.id",
    columns(txn="id day description", categorization="txn_id leaf", sensitive_leaf="leaf"),
    TextRow,
)


class AnswerRow(NamedTuple):
    """What the person said of a hypothesis."""

    id: str
    kind: str
    day: int
    answer: int
    at: int
    body: bytes


ANSWERS: Final = Query(
    "answers to hypotheses",
    "SELECT id, kind, day, answer, at, body FROM hypothesis_answer"
    " WHERE :purpose IN (purpose, 'own_access') ORDER BY at, id",
    columns(hypothesis_answer="id purpose kind day answer at body"),
    AnswerRow,
)


class ForecastRow(NamedTuple):
    """One week as it was foretold, and what came."""

    currency: str
    quantity: str
    made: int
    ends: int
    model: str
    accounts: str
    p10: int
    p50: int
    p90: int
    actual: int | None


FORECASTS: Final = Query(
    "forecasts as they were made",
    "SELECT currency, quantity, made, ends, model, accounts, p10, p50, p90, actual FROM forecast"
    " ORDER BY made, currency, quantity, ends",
    columns(forecast="currency quantity made ends model accounts p10 p50 p90 actual"),
    ForecastRow,
)


class ToldRow(NamedTuple):
    """The last day of an account that a feed has told; None where none has."""

    last_day: int | None


TOLD_UNTIL: Final = Query(
    "last day told of one account",
    "SELECT max(last_day) FROM coverage WHERE account_id = :account",
    columns(coverage="account_id last_day"),
    ToldRow,
)


class TraitWordRow(NamedTuple):
    """What the person said of a trait."""

    name: str
    denied: int
    value: str
    at: int


# The person's own words are preferences: whoever may use preferences hears them, and each goes with its purpose.
TRAIT_WORDS: Final = Query(
    "what was said of traits",
    "SELECT name, denied, value, at FROM trait_word ORDER BY name",
    columns(trait_word="name denied value at"),
    TraitWordRow,
)


class ModelRow(NamedTuple):
    """A model that named categories, with its version."""

    model: str


CATEGORIZED_BY: Final = Query(
    "models that named categories",
    "SELECT DISTINCT model FROM categorization WHERE model <> '' ORDER BY model",
    columns(categorization="model"),
    ModelRow,
)

ALL: Final[tuple[Query[tuple[object, ...]], ...]] = (
    *(value for value in dict(globals()).values() if isinstance(value, Query)),
    *account_queries.ALL,
    *signal_queries.ALL,
    *action_queries.ALL,
    *decision_queries.ALL,
)
"""Every read of the store."""
