"""Rows that were announced become what the bank booked, and are remembered under every name they were told by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.domain.transaction import Status
from edge_engine.vault import rollup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlcipher3 import dbapi2 as sqlcipher

    from edge_engine.domain.transaction import Transaction

_SETTLE: Final = (
    "UPDATE txn SET fingerprint = ?, day = ?, value_day = ?, amount = ?, currency = ?, merchant_id = ?,"
    " description = ?, counterparty = ?, counterparty_account = ?, mcc = ?, channel = ?, status = ?, external_id = ?,"
    " pending_id = ?, feed_id = ?, hint = ? WHERE id = ?"
)
"""What a settled row takes over: all but its identity and its account."""

_ENRICH: Final = (
    "UPDATE txn SET value_day = coalesce(value_day, ?), counterparty = iif(counterparty = '', ?, counterparty),"
    " counterparty_account = iif(counterparty_account = '', ?, counterparty_account), mcc = iif(mcc = 0, ?, mcc),"
    " channel = iif(channel = '', ?, channel), hint = iif(hint = '', ?, hint) WHERE id = ?"
)


class Settling:
    """Writes what `edge_engine.vault.reconcile.plan` decided.

    Rows take new facts and keep their identity, their category and, where the amount stays, their transfer.

    Args:
        connection: The writer's connection, in a transaction.
        changes: Gathers what happens to the monthly totals.
    """

    def __init__(self, connection: sqlcipher.Connection, changes: rollup.Changes) -> None:
        self._connection = connection
        self._changes = changes

    def settle(self, row: int, transaction: Transaction, merchant: int, feed: int) -> None:
        """Let a row become what the bank now says, and remember how it was told before."""
        record = transaction.record
        fingerprint, old_feed, old_amount, old_currency, old_status = self._connection.execute(
            "SELECT fingerprint, feed_id, amount, currency, status FROM txn WHERE id = ?", (row,)
        ).fetchone()
        if (record.amount.minor, record.amount.currency) != (old_amount, old_currency):
            self.part((row,))
        place = rollup.places(self._connection, (row,))[row]
        if fingerprint != transaction.fingerprint:
            self.sight(fingerprint, row, old_feed, old_status)
            self._connection.execute("DELETE FROM sighting WHERE fingerprint = ?", (transaction.fingerprint,))
        day = record.booked.toordinal()
        self._connection.execute(
            _SETTLE,
            (
                transaction.fingerprint,
                day,
                None if record.value_date is None else record.value_date.toordinal(),
                record.amount.minor,
                record.amount.currency,
                merchant,
                record.description,
                record.counterparty,
                record.counterparty_account,
                record.mcc,
                record.channel.value,
                int(record.status),
                record.external_id,
                record.pending_id,
                feed,
                record.hint,
                row,
            ),
        )
        _, _, leaf, internal, account = place.key
        self._changes.lose(place.key, place.amount)
        key = (rollup.month_of(day), record.amount.currency, leaf, internal, account)
        self._changes.gain(key, record.amount.minor)

    def see(self, row: int, transaction: Transaction, feed: int) -> None:
        """Note that another feed tells a row too, and take from it what the row lacks."""
        record = transaction.record
        self.sight(transaction.fingerprint, row, feed, record.status)
        self._connection.execute(
            _ENRICH,
            (
                None if record.value_date is None else record.value_date.toordinal(),
                record.counterparty,
                record.counterparty_account,
                record.mcc,
                record.channel.value,
                record.hint,
                row,
            ),
        )

    def sight(self, fingerprint: bytes, row: int | None, feed: int, status: int) -> None:
        """Remember another fingerprint of a row; None stands for what was announced and never booked."""
        self._connection.execute(
            "INSERT OR REPLACE INTO sighting (fingerprint, txn_id, feed_id, status) VALUES (?, ?, ?, ?)",
            (fingerprint, row, feed, int(status)),
        )

    def release(self, row: int) -> None:
        """Take out a row that was announced and never booked; its fingerprint stays known."""
        self.part((row,))
        place = rollup.places(self._connection, (row,))[row]
        fingerprint, feed = self._connection.execute(
            "SELECT fingerprint, feed_id FROM txn WHERE id = ?", (row,)
        ).fetchone()
        self._changes.lose(place.key, place.amount)
        self._connection.execute("UPDATE sighting SET txn_id = NULL WHERE txn_id = ?", (row,))
        for table in ("categorization", "correction"):
            self._connection.execute(f"DELETE FROM {table} WHERE txn_id = ?", (row,))
        self._connection.execute("DELETE FROM txn WHERE id = ?", (row,))
        self.sight(fingerprint, None, feed, Status.PENDING)

    def part(self, rows: Iterable[int]) -> None:
        """Take rows out of their transfers, with the other halves."""
        for row in rows:
            pair = self._connection.execute(
                "SELECT out_id, in_id FROM transfer WHERE out_id = ? OR in_id = ?", (row, row)
            ).fetchone()
            if pair is None:
                continue
            for place in rollup.places(self._connection, pair).values():
                self._changes.lose(place.key, place.amount)
                self._changes.gain(place.under(internal=0), place.amount)
            self._connection.execute("DELETE FROM transfer WHERE out_id = ?", (pair[0],))
