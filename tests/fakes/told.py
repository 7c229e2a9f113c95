"""Statements as tests tell them: a few words make a line, a list of lines makes a file."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from edge_engine.clock import FakeClock
from edge_engine.domain.money import Money
from edge_engine.domain.transaction import (
    Account,
    AccountKind,
    Channel,
    Record,
    Status,
    Transaction,
    fingerprint,
)
from edge_engine.feeds.canonical import merchant_key
from edge_engine.vault import rollup
from edge_engine.vault.store import Vault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.vault.writer import Added

MONDAY = date(2026, 3, 2)


def on(number: int) -> date:
    """Day ``number`` of the story, which begins on a Monday."""
    return MONDAY + timedelta(number)


def line(
    day: int,
    minor: int,
    text: str,
    *,
    account: str = "CURRENT",
    pending: bool = False,
    id: str = "",  # noqa: A002 - reads as the story tells it
    replaces: str = "",
    value: int | None = None,
    currency: str = "GBP",
    counterparty: str = "",
    to: str = "",
    mcc: int = 0,
    channel: Channel = Channel.UNKNOWN,
    hint: str = "",
) -> Record:
    """One line of a statement."""
    return Record(
        account=account,
        booked=on(day),
        amount=Money(minor, currency),
        description=text,
        status=Status.PENDING if pending else Status.POSTED,
        external_id=id,
        pending_id=replaces,
        counterparty=counterparty,
        counterparty_account=to,
        value_date=None if value is None else on(value),
        mcc=mcc,
        channel=channel,
        hint=hint,
    )


def file(*records: Record) -> list[Transaction]:
    """The lines of one file, told apart where they are equal."""
    seen: Counter[tuple[object, ...]] = Counter()
    told = []
    for record in records:
        identity = record.external_id or record.description.casefold()
        key = (record.account, record.booked, record.amount, identity)
        merchant = merchant_key(record.description, record.counterparty)
        told.append(Transaction(record, merchant, fingerprint(record, seen[key])))
        seen[key] += 1
    return told


class Story:
    """A store to which files are told one after another; its totals are checked after each."""

    def __init__(self) -> None:
        self.clock = FakeClock(datetime(2026, 4, 1, tzinfo=UTC))
        self.vault = Vault.in_memory(clock=self.clock)

    def tell(self, *records: Record, feed: str = "csv") -> Added:
        """Import one file."""
        return self.add(file(*records), feed=feed)

    def add(self, told: Sequence[Transaction], feed: str = "csv") -> Added:
        """Import transactions."""
        with self.vault.writing() as writer:
            done = writer.add(told, writer.feed(feed))
        assert self.mismatches() == 0
        return done

    def accounts(self, *accounts: Account) -> None:
        """Name accounts."""
        with self.vault.writing() as writer:
            for account in accounts:
                writer.account(account)

    def pair(self, since: int = 0) -> int:
        """Pair transfers of all accounts."""
        ids = [row for (row,) in self.rows("SELECT id FROM account")]
        with self.vault.writing() as writer:
            found = writer.pair_transfers(ids, on(since).toordinal())
        assert self.mismatches() == 0
        return found

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Look into the store as only its own tests may."""
        found: list[tuple[Any, ...]] = self.vault.connection.execute(sql, values).fetchall()
        return found

    def lines(self) -> list[tuple[int, int, str, str]]:
        """Day, amount, text and status of everything stored, in order of day and text."""
        rows = self.rows(
            "SELECT day, amount, description, status FROM txn ORDER BY day, description, amount, id"
        )
        first = MONDAY.toordinal()
        return [
            (day - first, amount, text, "pending" if status else "") for day, amount, text, status in rows
        ]

    def transfers(self) -> list[tuple[str, str]]:
        """Text of both halves of every transfer."""
        return self.rows(
            "SELECT o.description, i.description FROM transfer JOIN txn o ON o.id = out_id JOIN txn i ON i.id = in_id"
            " ORDER BY 1, 2"
        )

    def mismatches(self) -> int:
        """How many monthly totals are wrong."""
        return rollup.mismatches(self.vault.connection)


def named(key: str, kind: AccountKind = AccountKind.CURRENT, name: str = "", bank: str = "") -> Account:
    """An account in pounds."""
    return Account(key, "GBP", kind, name, bank)
