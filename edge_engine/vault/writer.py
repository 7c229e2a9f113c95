"""The one writer: every change of the store but its keys goes through it, inside one database transaction."""

from __future__ import annotations

import hashlib
from enum import IntEnum
from typing import TYPE_CHECKING

from edge_engine.domain.transaction import AccountKind
from edge_engine.errors import InputError
from edge_engine.vault import (
    accounts,
    answers,
    foretold,
    forgetting,
    pairing,
    rollup,
    teaching,
    trait_words,
)
from edge_engine.vault.acting import Actions
from edge_engine.vault.batch import Added, Batch, Categorized, Classify
from edge_engine.vault.deciding import DecisionRows
from edge_engine.vault.signals import SignalRows

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlcipher3 import dbapi2 as sqlcipher

    from edge_engine.consent.event import StoredEvent
    from edge_engine.domain.transaction import Account, Balance, Event, Transaction
    from edge_engine.vault.foretold import Came, Foretold


__all__ = ["Added", "Categorized", "Classify", "Source", "Writer"]


class Source(IntEnum):
    """Who said what category a transaction has."""

    MODEL = 1
    MCC = 2
    CORRECTION = 3
    HINT = 4
    VARIANT = 5


class Writer:
    """Writes inside a transaction that `Vault.writing` begins and ends.

    # INVARIANT: `month_total` is true when a method returns.

    Args:
        connection: The vault's connection, in a transaction.
        now: The moment of writing, aware.
    """

    def __init__(self, connection: sqlcipher.Connection, now: datetime) -> None:
        self._connection = connection
        self._now = int(now.timestamp())
        self._accounts: dict[str, int] = {}

    @property
    def actions(self) -> Actions:
        """Reviews, workflows and outcomes, in this transaction."""
        return Actions(self._connection, self._now)

    @property
    def decisions(self) -> DecisionRows:
        """Suggestions, what was learned from them, and what is never to be made again, in this transaction."""
        return DecisionRows(self._connection, self._now)

    # -- what feeds tell -----------------------------------------------------------------------------------------

    def account(self, account: Account) -> int:
        """Keep an account, or what is new of it, and return its identifier.

        A key that names a known account in another way (an IBAN, and bank and number) is that account.
        """
        found = self._find_account(account.key, account.currency)
        if found is None:
            cursor = self._connection.execute(
                "INSERT INTO account (key, currency, kind, name, institution) VALUES (?, ?, ?, ?, ?)",
                (account.key, account.currency, account.kind.value, account.name, account.institution),
            )
            found = self._accounts[account.key] = int(cursor.lastrowid)
            return found
        kind = "" if account.kind is AccountKind.OTHER else account.kind.value
        self._connection.execute(
            "UPDATE account SET kind = coalesce(nullif(?, ''), kind), name = coalesce(nullif(?, ''), name),"
            " institution = coalesce(nullif(?, ''), institution) WHERE id = ?",
            (kind, account.name, account.institution, found),
        )
        return found

    def _find_account(self, key: str, currency: str) -> int | None:
        if key not in self._accounts:
            found = accounts.find(self._connection, key, currency)
            if found is None:
                return None
            self._accounts[key] = found.id
        return self._accounts[key]

    def _account_id(self, key: str, currency: str) -> int:
        found = self._find_account(key, currency)
        if found is None:
            cursor = self._connection.execute(
                "INSERT INTO account (key, currency, kind, name, institution) VALUES (?, ?, 'other', '', '')",
                (key, currency),
            )
            found = self._accounts[key] = int(cursor.lastrowid)
        return found

    def balances(self, balances: Sequence[Balance]) -> None:
        """Keep stated balances; a later statement of the same day replaces an earlier one."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO balance (account_id, day, amount, currency) VALUES (?, ?, ?, ?)",
            [
                (
                    self._account_id(balance.account, balance.amount.currency),
                    balance.day.toordinal(),
                    balance.amount.minor,
                    balance.amount.currency,
                )
                for balance in balances
            ],
        )

    def feed(self, source: str) -> int:
        """Return the identifier of a feed, named by its format, and note that it was read now."""
        (found,) = self._connection.execute(
            "INSERT INTO feed (format, seen) VALUES (?, ?)"
            " ON CONFLICT (format) DO UPDATE SET seen = max(seen, excluded.seen) RETURNING id",
            (source, self._now),
        ).fetchone()
        return int(found)

    def event(self, event: Event) -> bool:
        """Keep an app event and return whether it is new; without an identifier, equal events are one."""
        text = f"{event.at}\x1f{event.name}\x1f{event.subject}"
        key = event.id or hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        cursor = self._connection.execute(
            "INSERT OR IGNORE INTO engagement (id, at, name, subject) VALUES (?, ?, ?, ?)",
            (key, event.at, event.name, event.subject),
        )
        return bool(cursor.rowcount)

    def add(
        self,
        transactions: Sequence[Transaction],
        feed: int,
        classify: Classify | None = None,
        earlier: Collection[int] = (),
    ) -> Added:
        """Keep the transactions that are new, settle pending ones, and leave known ones alone.

        Give the lines of one file in its order and in batches as large as fit: what one batch states is never
        matched with itself. Rows get identifiers in order of day where the batch is ordered by day, either way.

        Args:
            transactions: Lines of one feed.
            feed: As `feed` returned it.
            classify: Names the categories of what is new or changed, so that every row and every total is
                written once; None leaves them without.
            earlier: ``Added.named`` of the batch before this one, where both are parts of one statement.

        Raises:
            InputError: A fingerprint does not begin with its day, or a value does not fit into the store.
        """
        try:
            batch = Batch(self._connection, self._account_id, transactions, feed, classify, earlier)
            batch.store()
        except (OverflowError, UnicodeEncodeError):
            raise InputError("a transaction holds a value that cannot be stored") from None
        done = batch.done
        if done.updated_ids and classify is not None:
            # A booked transaction often says more than the pending one it was: it is looked at again.
            done.categorized += self.categorize(classify(done.updated_ids, done.updated_transactions))
        return done

    # -- what is derived -----------------------------------------------------------------------------------------

    def categorize(self, rows: Sequence[Categorized]) -> int:
        """Give transactions their categories and return how many got one that is clear.

        The person's corrections stay unless the row is a correction itself.

        Raises:
            InputError: There is no such transaction.
        """
        return teaching.categorize(
            self._connection,
            [
                (row.txn_id, row.leaf, row.confidence_permille, int(row.source), row.model, row.follows)
                for row in rows
            ],
        )

    def correct(self, txn_id: int, leaf: int, *, only_this: bool = False) -> list[int]:
        """Teach a category for a transaction and its merchant, and return the ids whose category changed.

        It holds for the merchant's transactions whose money goes the same way; and for this transaction alone where
        its key names no merchant (`edge_engine.domain.merchant_words.names_merchant`).

        Args:
            txn_id: The transaction.
            leaf: Leaf code of the taxonomy.
            only_this: Whether other transactions of the merchant stay as they are.

        Raises:
            InputError: There is no such transaction.
        """
        return teaching.correct(self._connection, txn_id, leaf, self._now, only_this=only_this)

    def uncorrect(self, txn_id: int, *, apart: bool = False) -> list[int]:
        """Take back what was taught for a transaction, else for its merchant.

        Where it has another merchant's lesson as its variant, this merchant follows nobody from now on; taken back
        once more, it does again.

        Args:
            txn_id: The vault's id of a transaction.
            apart: Whether the merchant follows nobody from now on also where it had a lesson of its own.

        Returns:
            Ids that have no category now and wait for one.

        Raises:
            InputError: There is no such transaction, or nothing was taught for it.
        """
        return teaching.uncorrect(self._connection, txn_id, self._now, apart=apart)

    def free_variants(self, variants: Mapping[teaching.Taught, int]) -> list[int]:
        """Let go of categories that rest on variants of corrected merchants, so that they are sorted anew.

        Args:
            variants: What is taught now, by key of the merchants that are variants and whether money comes in. Their
                categories go too, but the person's own words.

        Returns:
            Ids of transactions that will have another category.
        """
        return teaching.free_variants(self._connection, variants)

    def pair_transfers(self, account_ids: Sequence[int], since_day: int) -> int:
        """Pair halves of transfers between the person's own accounts.

        Args:
            account_ids: Accounts that changed; a pair has at least one half there.
            since_day: First day that changed, as ordinal; halves may lie a few days before it.

        Returns:
            How many pairs are new.
        """
        return pairing.pair(self._connection, account_ids, since_day)

    def put_derived(
        self, kind: str, purposes: Collection[str], as_of: int, items: Mapping[str, bytes]
    ) -> None:
        """Replace everything of one kind that was derived.

        Args:
            kind: Such as ``stream``.
            purposes: Every purpose that it took to make it; withdrawing any of them deletes it.
            as_of: Day it is true of, as ordinal.
            items: Bodies by identifier.
        """
        named = " ".join(sorted(purposes))
        self._connection.execute("DELETE FROM derived WHERE kind = ?", (kind,))
        self._connection.executemany(
            "INSERT OR REPLACE INTO derived (kind, id, purpose, as_of, body) VALUES (?, ?, ?, ?, ?)",
            [(kind, key, named, as_of, body) for key, body in items.items()],
        )

    def answer(self, purpose: str, kind: str, key: str, day: int, answer: int, body: bytes) -> None:
        """Keep what the person said of a hypothesis; see `edge_engine.vault.answers`.

        Args:
            purpose: The purpose under which it was asked.
            kind: Such as ``job``.
            key: Its identifier.
            day: When it is thought to have happened, as ordinal.
            answer: 1 confirmed, 2 not true.
            body: It as JSON; kept where it is confirmed.

        Raises:
            InputError: It was said before that it is not true.
        """
        answers.keep(self._connection, (key, purpose, kind, day, answer, self._now, body))

    def say_trait(self, purpose: str, name: str, value: str) -> None:
        """Keep the person's own word of a trait as JSON; an empty one takes it back."""
        trait_words.put(self._connection, name, purpose, value, self._now)

    def deny_trait(self, purpose: str, name: str) -> None:
        """Keep that a trait is not true, for ever."""
        trait_words.deny(self._connection, name, purpose, self._now)

    def keep_forecasts(self, purposes: Collection[str], rows: Sequence[Foretold]) -> None:
        """Keep forecasts as they are made; the oldest go beyond `edge_engine.vault.foretold.MAX_ROWS`.

        Args:
            purposes: Every purpose that it took to make them; withdrawing any of them deletes them.
            rows: The weeks foretold.
        """
        foretold.keep(self._connection, purposes, rows)

    def settle_forecasts(self, rows: Sequence[Came]) -> None:
        """Write what came beside what was foretold."""
        foretold.settle(self._connection, rows)

    @property
    def signals(self) -> SignalRows:
        """What changes the signals' tables: the privacy budget, the outbox, and what left."""
        return SignalRows(self._connection, self._now)

    def purge(self, purposes: Sequence[str]) -> dict[str, int]:
        """Delete what only these purposes made and return the rows deleted by table."""
        return rollup.purge(self._connection, purposes)

    def forget_account(self, key: str) -> dict[str, int]:
        """Delete an account with everything that came of it and return the rows deleted by table.

        Raises:
            InputError: There is no such account.
        """
        self._accounts.clear()
        return forgetting.forget_account(self._connection, key)

    def append_event(self, event: StoredEvent) -> None:
        """Append to the consent ledger; its triggers refuse any later change."""
        self._connection.execute(
            "INSERT INTO consent_event (seq, body, hash, signature) VALUES (?, ?, ?, ?)",
            (event.seq, event.body, event.hash, event.signature),
        )
