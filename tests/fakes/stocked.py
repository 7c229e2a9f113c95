"""A store with something in it, written row by row: what the vault's own tests read, damage and erase."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from edge_engine.domain.category import Taxonomy
from edge_engine.vault import rollup
from edge_engine.vault.keys import HostKey

if TYPE_CHECKING:
    from sqlcipher3 import dbapi2 as sqlcipher

    from edge_engine.vault.store import Vault

NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY: Final = HostKey(bytes(range(32)))
FIRST_DAY: Final = NOW.toordinal() - 59
ROWS: Final = 120

GROCERIES: Final = Taxonomy.default().leaf("food.groceries").code
SENSITIVE: Final = next(leaf.code for leaf in Taxonomy.default().leaves if leaf.sensitive)
SENSITIVE_MERCHANT: Final = "a clinic"
"""The merchant of every fifth row; those rows are of a sensitive leaf."""


def stock(vault: Vault, words: str = "CARD PAYMENT") -> None:
    """Put two accounts, 120 transactions over 60 days, and one of everything else into an empty store.

    Of the transactions every fifth is sensitive, every fourth else not categorized, and the first two are the
    halves of a transfer.
    """
    with vault.committing() as connection:
        _accounts(connection)
        for row in range(1, ROWS + 1):
            _transaction(connection, row, words)
        connection.execute("INSERT INTO transfer (out_id, in_id) VALUES (1, 2)")
        connection.execute(
            "INSERT INTO correction (id, merchant_id, txn_id, leaf, at) VALUES (1, 1, NULL, ?, 0), (2, NULL, 5, ?, 0)",
            (GROCERIES, SENSITIVE),
        )
        connection.execute(
            "INSERT INTO engagement (id, at, name, subject) VALUES ('e1', 1, 'screen', 'home')"
        )
        connection.execute(
            "INSERT INTO derived (kind, id, purpose, as_of, body) VALUES ('stream', 's1', 'insights', ?, x'7b7d')",
            (FIRST_DAY,),
        )
        connection.execute(
            "INSERT INTO hypothesis_answer (id, purpose, kind, day, answer, at, body)"
            " VALUES ('h1', 'life_changes', 'job', ?, 1, 0, x'7b7d')",
            (FIRST_DAY,),
        )
        connection.execute(
            "INSERT INTO trait_word (name, purpose, denied, value, at)"
            " VALUES ('money_style', 'personalization', 0, '\"saver\"', 0), ('travel', 'personalization', 1, '', 0)"
        )
        connection.execute(
            "INSERT INTO forecast (currency, quantity, made, ends, purpose, model, accounts, p10, p50, p90, actual)"
            " VALUES ('GBP', 'balance', ?, ?, 'insights', 'habits', '1', 1, 2, 3, 2)",
            (FIRST_DAY, FIRST_DAY + 7),
        )
        _signals(connection)
        connection.execute(
            "INSERT INTO review (id, kind, level, purpose, proposer, advice, state, made, due, content, digest,"
            " approver, statement, signature) VALUES ('r1', 'loan', 3, 'credit_prescreening', 'engine', '', 1, 0, 9,"
            " x'7b7d', x'00', '', x'', x'')"
        )
        connection.execute(
            "INSERT INTO review_count (kind, purpose, advice, verdict, n)"
            " VALUES ('loan', 'credit_prescreening', 'approve', 'rejected', 1)"
        )
        connection.execute(
            "INSERT INTO workflow (id, kind, key, purpose, review, state, body, amount, currency, started, at, retry,"
            " withdrawn, reason) VALUES ('w1', 'sweep', 'sweep:1', 'automatic_saving', '', 2, x'7b7d', 100, 'GBP', 0,"
            " 0, 0, 0, '')"
        )
        connection.execute(
            "INSERT INTO outcome (subject, offer, purpose, verdict, at, value, currency)"
            " VALUES ('d1', 'cashback', 'recommendations', 1, 0, 100, 'GBP')"
        )
        _decisions(connection)
        rollup.rebuild(connection)


def _decisions(connection: sqlcipher.Connection) -> None:
    connection.executemany(
        "INSERT INTO decision (id, at, channel, offer, kind, level, support, subject, purpose, state, reaction,"
        " reacted, observed, propensity, prior, model, features, money, currency) VALUES (?, 1, ?, 'cashback',"
        " 'cashback', 1, 0, 'm1', 'recommendations', ?, 0, 0, 0, 1.0, 0.0, 'p 1', x'00', 100, 'GBP')",
        [("d1", "feed", 2), ("d2", "push", 1)],
    )
    connection.execute(
        "INSERT INTO decision_trace (decision, purpose, body) VALUES ('d1', 'recommendations', x'7b7d')"
    )
    connection.execute(
        "INSERT INTO observation (decision, purpose, at, model, prior, row)"
        " VALUES ('d0', 'recommendations', 1, 'p 1', 0.0, x'00')"
    )
    connection.execute("INSERT INTO posterior (id, until, model, body) VALUES (1, 0, 'p 1', x'00')")
    connection.execute("INSERT INTO assignment (experiment, arm, at) VALUES ('digest_2027', 'monday', 1)")
    connection.execute("INSERT INTO exposure (experiment, arm, at) VALUES ('digest_2027', 'monday', 1)")
    connection.execute("INSERT INTO never_again (what, name, at) VALUES ('family', 'credit', 1)")
    connection.execute("INSERT INTO stress (source, purpose, at) VALUES ('signs', 'recommendations', 1)")


def _signals(connection: sqlcipher.Connection) -> None:
    connection.execute(
        "INSERT INTO signal_charge (signal, window, begins, ends, at, epoch_begins, epoch_ends, epsilon, pure)"
        " VALUES ('active_days', 7, 4233600, 4838400, 4838400, 4838400, 7257600, 250000, 1)"
    )
    connection.execute(
        "INSERT INTO signal_outbox (id, signal, window, purpose, task, made, due, attempts, measured, shared, clipped,"
        " bucketed, report_id, report)"
        " VALUES (1, 'active_days', 7, 'aggregate_statistics', x'00', 0, 0, 0, '3', '3', 0, 1, NULL, NULL)"
    )
    connection.execute(
        "INSERT INTO signal_sent (report_id, signal, window, purpose, task, at, attempts, state, shared, bytes, sha256)"
        " VALUES (x'00', 'active_days', 6, 'aggregate_statistics', x'00', 0, 1, 2, '3', 1, x'00')"
    )
    connection.execute(
        "INSERT INTO disclosure (mark, recipient, who, kind, step, fields, data, purpose, rule, entry, at) VALUES"
        " ('k', 'adviser', 'desk', 'loan', '', 'amount', 'pd:Income', 'adviser_review', 'adviser-packet-sent', 3, 0)"
    )
    connection.execute(
        "INSERT INTO signal_drop (signal, reason, n, latest) VALUES ('active_days', 'age', 1, 0)"
    )


def _accounts(connection: sqlcipher.Connection) -> None:
    connection.executemany(
        "INSERT INTO account (id, key, currency, kind, name, institution) VALUES (?, ?, ?, ?, ?, ?)",
        [(1, "GB1", "GBP", "current", "Main", "Bank"), (2, "GB2", "EUR", "savings", "Pot", "Bank")],
    )
    connection.execute(
        "INSERT INTO balance (account_id, day, amount, currency) VALUES (1, ?, 100000, 'GBP')", (FIRST_DAY,)
    )
    connection.execute("INSERT INTO feed (id, format, seen) VALUES (1, 'csv', 0)")
    connection.executemany(
        "INSERT INTO merchant (id, key) VALUES (?, ?)",
        [(1, "a grocer"), (2, "a baker"), (3, SENSITIVE_MERCHANT)],
    )


def _transaction(connection: sqlcipher.Connection, row: int, words: str) -> None:
    day = FIRST_DAY + (row - 1) // 2
    sensitive = row % 5 == 0
    connection.execute(
        "INSERT INTO txn (id, fingerprint, account_id, day, value_day, amount, currency, merchant_id, description,"
        " counterparty, counterparty_account, mcc, channel, status, external_id, pending_id, feed_id, hint)"
        " VALUES (?, ?, ?, ?, NULL, ?, ?, ?, ?, '', '', 0, 'card', 0, '', '', 1, '')",
        (
            row,
            day.to_bytes(3, "big") + row.to_bytes(13, "big"),
            2 if row == 2 else 1,
            day,
            5000 if row == 2 else -100 - row,
            "EUR" if row == 2 else "GBP",
            3 if sensitive else 1 + row % 2,
            f"{words} {row}",
        ),
    )
    if sensitive or row % 4:
        connection.execute(
            "INSERT INTO categorization (txn_id, leaf, confidence, source, model) VALUES (?, ?, 900, 1, 'm')",
            (row, SENSITIVE if sensitive else GROCERIES),
        )
