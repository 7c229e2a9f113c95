"""One batch of a feed's lines on its way into the store: known, settled, seen elsewhere, or new."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import msgspec

from edge_engine.domain.transaction import FINGERPRINT_BYTES, Channel, Status
from edge_engine.errors import InputError
from edge_engine.vault import reconcile
from edge_engine.vault.reconcile import Coverage, Plan, Statement, joined
from edge_engine.vault.rollup import Changes, chunks
from edge_engine.vault.settling import Settling
from edge_engine.vault.teaching import UPSERT as CATEGORIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from sqlcipher3 import dbapi2 as sqlcipher

    from edge_engine.domain.matching import Span
    from edge_engine.domain.transaction import Transaction
    from edge_engine.vault.teaching import Row


class Categorized(msgspec.Struct, frozen=True, gc=False):
    """A category for one transaction.

    Attributes:
        txn_id: The store's identifier.
        leaf: Leaf code of the taxonomy; 0 says that it was looked at and is unclear, so that nobody asks again.
        confidence_permille: 0 to 1000.
        source: A `Source`.
        model: Name and version of the model; empty where none was asked.
        follows: Key of the merchant whose lesson it has as its variant; empty where it is none.
    """

    txn_id: int
    leaf: int
    confidence_permille: int
    source: int
    model: str = ""
    follows: str = ""


class Classify(Protocol):
    """Names the categories of transactions."""

    def __call__(self, ids: Sequence[int], transactions: Sequence[Transaction]) -> Sequence[Categorized]:
        """Return at most one row for each transaction, in their order."""
        ...


@dataclass(slots=True)
class Added:
    """What became of a batch.

    Attributes:
        ids: Identifiers of the new rows.
        transactions: What they are, one for each of ``ids``.
        updated_ids: Rows that were known and changed: pending ones that the bank booked, mostly.
        updated_transactions: What they are now, one for each of ``updated_ids``.
        duplicates: How many transactions were known already.
        categorized: How many rows got a category that is clear.
        released: How many pending rows were taken out, because their bank let them go unbooked.
        named: Rows that the batch made or named by fingerprint, for the next batch of the same statement.
    """

    ids: list[int] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    updated_ids: list[int] = field(default_factory=list)
    updated_transactions: list[Transaction] = field(default_factory=list)
    duplicates: int = 0
    categorized: int = 0
    released: int = 0
    named: set[int] = field(default_factory=set)

    @property
    def updated(self) -> int:
        """How many known rows changed."""
        return len(self.updated_ids)


class _Known(NamedTuple):
    """A fingerprint of the store: whose it is, None where what it announced was never booked."""

    row: int | None
    status: int


@dataclass(slots=True)
class _Account:
    """What a batch says of one account.

    Attributes:
        span: First and last day.
        forms: Days by whether the lines carry the bank's identifier.
        fresh: Indexes of lines that the store does not know by fingerprint.
        stated: Rows that the batch names by fingerprint.
        pending: Whether a line is pending.
    """

    span: Span
    forms: dict[int, Span] = field(default_factory=dict)
    fresh: list[int] = field(default_factory=list)
    stated: set[int] = field(default_factory=set)
    pending: bool = False


_UNSAID: Final = {
    "value_day": "NULL",
    "counterparty": "''",
    "counterparty_account": "''",
    "mcc": "0",
    "status": "0",
    "external_id": "''",
    "pending_id": "''",
    "hint": "''",
}
"""What is stored of a line that says nothing, by column."""


def _insertion(given: Collection[str]) -> str:
    """Return the SQL that inserts lines of which these columns are given; the others are `_UNSAID`.

    Binding a value takes longer than storing it, and most files leave half of the columns empty.
    """
    unsaid = {name: value for name, value in _UNSAID.items() if name not in given}
    names = ", ".join((*given, *unsaid))
    values = ", ".join((*("?" for _ in given), *unsaid.values()))
    return f"INSERT INTO txn ({names}) VALUES ({values})"


_CHANNELS: Final = {channel: channel.value for channel in Channel}
"""Plain texts, which the database library binds without asking for an adapter; looking them up is quicker too."""

_FIND: Final = "SELECT fingerprint, id, status FROM txn WHERE fingerprint IN"
_FIND_SIGHTED: Final = (
    "SELECT s.fingerprint, s.txn_id, coalesce(t.status, 1) FROM sighting s LEFT JOIN txn t ON t.id = s.txn_id"
    " WHERE s.fingerprint IN"
)


class Batch:
    """Lines of one feed, added to the store by :meth:`store`.

    Args:
        connection: The writer's connection, in a transaction.
        account_id: Finds or makes an account by key and currency.
        transactions: The lines, in the order of their file.
        feed: The feed's identifier.
        classify: Names the categories of the new ones; None leaves them without.
        earlier: Rows that the batch before this one, of the same statement, named or made.
    """

    def __init__(
        self,
        connection: sqlcipher.Connection,
        account_id: Callable[[str, str], int],
        transactions: Sequence[Transaction],
        feed: int,
        classify: Classify | None = None,
        earlier: Collection[int] = (),
    ) -> None:
        self._connection = connection
        self._earlier = frozenset(earlier)
        self._transactions = transactions
        self._feed = feed
        self._classify = classify
        self._changes = Changes()
        self._settling = Settling(connection, self._changes)
        self._days: list[int] = []
        self._account_ids: list[int] = []
        self._accounts: dict[int, _Account] = {}
        self._merchants: dict[str, int] = {}
        self._settle: dict[int, int] = {}
        self._folded: list[tuple[int, int]] = []
        self.done = Added()
        self._survey(account_id)

    def _survey(self, account_id: Callable[[str, str], int]) -> None:
        """Note the account, day and form of every line."""
        ids: dict[str, int] = {}
        for transaction in self._transactions:
            record, fingerprint = transaction.record, transaction.fingerprint
            day = record.booked.toordinal()
            if len(fingerprint) != FINGERPRINT_BYTES or int.from_bytes(fingerprint[:3], "big") != day:
                raise InputError("a transaction's fingerprint does not begin with its day")
            found = ids.get(record.account)
            if found is None:
                found = ids[record.account] = account_id(record.account, record.amount.currency)
            self._days.append(day)
            self._account_ids.append(found)
            account = self._accounts.get(found)
            if account is None:
                account = self._accounts[found] = _Account((day, day))
            form = 1 if record.external_id else 0
            span = account.forms.get(form)
            if span is None:
                account.forms[form] = (day, day)
            elif day < span[0] or day > span[1]:
                account.forms[form] = joined(span, (day, day))
            if record.status is Status.PENDING:
                account.pending = True
        for account in self._accounts.values():
            for span in account.forms.values():
                account.span = joined(account.span, span)

    def store(self) -> None:
        """Write the batch; afterwards `done` tells what became of it."""
        if not self._transactions:
            return
        self._sort_known()
        new = self._reconcile()
        for row, index in self._settle.items():
            self._settling.settle(row, self._transactions[index], self._merchant(index), self._feed)
            self.done.updated_ids.append(row)
            self.done.updated_transactions.append(self._transactions[index])
        self._insert(new)
        self._changes.write(self._connection)
        self.done.named.update(self.done.ids, *(account.stated for account in self._accounts.values()))

    # -- known by fingerprint ------------------------------------------------------------------------------------

    def _sort_known(self) -> None:
        """Part the lines into known and fresh ones by their fingerprints."""
        known = self._known()
        mine: dict[bytes, int] = {}
        for index, transaction in enumerate(self._transactions):
            account = self._accounts[self._account_ids[index]]
            fingerprint = transaction.fingerprint
            match = known.get(fingerprint)
            if match is not None and self._names_row(index, match, account):
                continue
            earlier = mine.setdefault(fingerprint, index)
            if earlier == index:
                account.fresh.append(index)
                continue
            self.done.duplicates += 1
            if transaction.record.status < self._transactions[earlier].record.status:
                account.fresh[account.fresh.index(earlier)] = mine[fingerprint] = index

    def _names_row(self, index: int, match: _Known, account: _Account) -> bool:
        """Take a line whose fingerprint the store has; False where the line is to be treated as fresh."""
        transaction = self._transactions[index]
        pending = transaction.record.status is Status.PENDING
        if match.row is None:
            # Its bank let it go: what announced it says nothing new, but it may be booked at last.
            if pending:
                self.done.duplicates += 1
                return True
            self._connection.execute("DELETE FROM sighting WHERE fingerprint = ?", (transaction.fingerprint,))
            return False
        account.stated.add(match.row)
        if match.status == Status.PENDING and not pending and match.row not in self._settle:
            self._settle[match.row] = index
        else:
            self.done.duplicates += 1
        return True

    def _known(self) -> dict[bytes, _Known]:
        fingerprints = [transaction.fingerprint for transaction in self._transactions]
        lowest = min(fingerprints)
        found: dict[bytes, _Known] = {}
        for table, sql in (("txn", _FIND), ("sighting", _FIND_SIGHTED)):
            # New days are the usual case: nothing in the store is as late.
            if not self._connection.execute(
                f"SELECT 1 FROM {table} WHERE fingerprint >= ? LIMIT 1", (lowest,)
            ).fetchone():
                continue
            for marks, part in chunks(fingerprints):
                rows: Iterable[tuple[bytes, int | None, int]] = self._connection.execute(
                    f"{sql} ({marks})", part
                )
                for fingerprint, row, status in rows:
                    found[fingerprint] = _Known(row, status)
        return found

    # -- known otherwise -----------------------------------------------------------------------------------------

    def _reconcile(self) -> list[int]:
        """Compare fresh lines with what may be the same under another fingerprint; return those that are new."""
        coverage = Coverage(self._connection)
        waiting = {
            row for (row,) in self._connection.execute("SELECT DISTINCT account_id FROM txn WHERE status = 1")
        }
        new: list[int] = []
        for key, account in self._accounts.items():
            if (
                account.pending
                or key in waiting
                or self._told_again(key, account, coverage)
                or any(
                    coverage.told_otherwise(key, self._feed, form, span)
                    for form, span in account.forms.items()
                )
            ):
                new.extend(self._carry_out(self._plan(key, account, coverage)))
            else:
                new.extend(account.fresh)
            for form, span in account.forms.items():
                coverage.extend(key, self._feed, form, span)
        new.sort(reverse=self._days[0] > self._days[-1])
        return new

    def _told_again(self, key: int, account: _Account, coverage: Coverage) -> bool:
        """Say whether several lines with identifiers that nobody knows stand on days that this feed told before."""
        span = account.forms.get(1)
        first, last = coverage.told_before(key, self._feed, 1)
        return (
            span is not None
            and len(account.fresh) >= reconcile.LEAST_RENUMBERED
            and first <= span[1]
            and last >= span[0]
        )

    def _plan(self, key: int, account: _Account, coverage: Coverage) -> Plan:
        lines = {index: reconcile.line_of(self._transactions[index], self._feed) for index in account.fresh}
        stated = frozenset(account.stated | self._earlier)
        told_before = coverage.told_before(key, self._feed, 1)
        statement = Statement(key, self._feed, lines, stated, account.span, told_before)
        return reconcile.plan(self._connection, statement, coverage)

    def _carry_out(self, plan: Plan) -> list[int]:
        for row in plan.release:
            self._settling.release(row)
        self.done.released += len(plan.release)
        self._settle.update(plan.settle)
        for row, index in plan.seen:
            self._settling.see(row, self._transactions[index], self._feed)
        self.done.duplicates += len(plan.seen) + len(plan.fold)
        self._folded.extend(plan.fold)
        return plan.add

    # -- new -----------------------------------------------------------------------------------------------------

    def _merchant(self, index: int) -> int:
        key = self._transactions[index].merchant
        found = self._merchants.get(key)
        if found is None:
            self._name_merchants({key})
            found = self._merchants[key]
        return found

    def _name_merchants(self, keys: set[str]) -> None:
        """Find or make the merchants with these keys."""
        for marks, part in chunks(keys):
            self._merchants.update(
                self._connection.execute(f"SELECT key, id FROM merchant WHERE key IN ({marks})", part)
            )
        missing = sorted(keys - self._merchants.keys())
        if missing:
            (last,) = self._connection.execute("SELECT coalesce(max(id), 0) FROM merchant").fetchone()
            made = {key: last + number for number, key in enumerate(missing, 1)}
            self._connection.executemany("INSERT INTO merchant (key, id) VALUES (?, ?)", list(made.items()))
            self._merchants.update(made)

    def _insert(self, new: list[int]) -> None:
        transactions, done = self._transactions, self.done
        self._name_merchants({transactions[index].merchant for index in new} - self._merchants.keys())
        (last,) = self._connection.execute("SELECT coalesce(max(id), 0) FROM txn").fetchone()
        done.ids = list(range(last + 1, last + 1 + len(new)))
        done.transactions = [transactions[index] for index in new]
        categories = self._categories()
        columns = self._columns(new)
        self._connection.executemany(_insertion(columns), zip(*columns.values(), strict=True))
        self._connection.executemany(CATEGORIZE, categories)
        leaf_of = {row[0]: row[1] for row in categories}
        gain = self._changes.gain
        for row, index, transaction in zip(done.ids, new, done.transactions, strict=True):
            booked, amount = transaction.record.booked, transaction.record.amount
            month = booked.year * 12 + booked.month - 1
            gain((month, amount.currency, leaf_of.get(row, 0), 0, self._account_ids[index]), amount.minor)
        self._sight_folded()

    def _columns(self, new: list[int]) -> dict[str, Sequence[object]]:
        """Return what the rows of the new lines hold, by column; columns of which no line says a thing are left out."""
        transactions = self.done.transactions
        records = [transaction.record for transaction in transactions]
        columns: dict[str, Sequence[object]] = {
            "value_day": [day if day is None else day.toordinal() for day in (r.value_date for r in records)],
            "counterparty": [record.counterparty for record in records],
            "counterparty_account": [record.counterparty_account for record in records],
            "mcc": [record.mcc for record in records],
            "status": [1 if record.status is Status.PENDING else 0 for record in records],
            "external_id": [record.external_id for record in records],
            "pending_id": [record.pending_id for record in records],
            "hint": [record.hint for record in records],
        }
        columns = {name: values for name, values in columns.items() if any(values)}
        columns.update(
            id=self.done.ids,
            fingerprint=[transaction.fingerprint for transaction in transactions],
            account_id=[self._account_ids[index] for index in new],
            day=[self._days[index] for index in new],
            amount=[record.amount.minor for record in records],
            currency=[record.amount.currency for record in records],
            merchant_id=[self._merchants[transaction.merchant] for transaction in transactions],
            description=[record.description for record in records],
            channel=[_CHANNELS[record.channel] for record in records],
            feed_id=[self._feed] * len(new),
        )
        return columns

    def _categories(self) -> list[Row]:
        """Return the rows of the new transactions' categories."""
        done = self.done
        if self._classify is None or not done.ids:
            return []
        rows = [
            (row.txn_id, row.leaf, row.confidence_permille, int(row.source), row.model, row.follows)
            for row in self._classify(done.ids, done.transactions)
        ]
        done.categorized = sum(row[1] != 0 for row in rows)
        return rows

    def _sight_folded(self) -> None:
        """Remember the pending versions whose booking stood in the same batch."""
        rows = {index: row for row, index in self._settle.items()}
        for pending, booked in self._folded:
            row = rows.get(booked) or self._row_of(self._transactions[booked].fingerprint)
            fingerprint = self._transactions[pending].fingerprint
            self._settling.sight(fingerprint, row, self._feed, Status.PENDING)

    def _row_of(self, fingerprint: bytes) -> int | None:
        found = self._connection.execute(
            "SELECT id FROM txn WHERE fingerprint = ? UNION ALL SELECT txn_id FROM sighting WHERE fingerprint = ?",
            (fingerprint, fingerprint),
        ).fetchone()
        return None if found is None else int(found[0])
