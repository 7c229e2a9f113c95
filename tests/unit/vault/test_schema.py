"""The schema: forward only, whole or not at all, and every column of it named by the policy."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from edge_engine.consent.policy import Policy
from edge_engine.errors import Corrupt, SchemaNewer, VaultError
from edge_engine.vault import schema
from edge_engine.vault.connection import connect, file_location

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = bytes(range(32))


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[sqlcipher.Connection]:
    opened = connect(file_location(tmp_path / "a.db"), KEY)
    yield opened
    opened.close()


def tables(connection: sqlcipher.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    return {name for (name,) in rows}


def test_the_files_are_numbered_without_a_gap_up_to_the_version() -> None:
    assert [number for number, _ in schema.migrations()] == list(range(1, schema.VERSION + 1))


def test_an_empty_database_becomes_a_store_and_stays_one(empty: sqlcipher.Connection) -> None:
    assert schema.version(empty) == 0
    assert schema.migrate(empty) == schema.VERSION
    made = tables(empty)
    assert {"txn", "consent_event", "sensitive_leaf"} <= made
    assert schema.migrate(empty) == schema.VERSION
    assert tables(empty) == made


def test_a_store_of_the_first_schema_keeps_its_rows_and_gets_the_new_tables(
    empty: sqlcipher.Connection,
) -> None:
    _, first = schema.migrations()[0]
    empty.executescript(f"{first}\nPRAGMA user_version = 1;")
    empty.execute("INSERT INTO derived VALUES ('stream', 's1', 'insights', 7, x'7b7d')")
    empty.commit()
    assert schema.migrate(empty) == schema.VERSION
    assert empty.execute("SELECT id FROM derived").fetchall() == [("s1",)]
    assert {"hypothesis_answer", "forecast"} <= tables(empty)


def test_a_lesson_of_an_older_store_holds_for_the_directions_that_it_was_applied_to(
    empty: sqlcipher.Connection,
) -> None:
    for number, sql in schema.migrations()[:6]:
        empty.executescript(f"{sql}\nPRAGMA user_version = {number};")
    empty.execute("INSERT INTO account VALUES (1, 'GB1', 'GBP', 'current', '', '')")
    empty.execute("INSERT INTO feed VALUES (1, 'csv', 0)")
    empty.executemany(
        "INSERT INTO merchant VALUES (?, ?)", [(1, "shop"), (2, "both"), (3, "payer"), (4, "gone")]
    )
    empty.executemany(
        "INSERT INTO txn (id, fingerprint, account_id, day, amount, currency, merchant_id, description, counterparty,"
        " counterparty_account, mcc, channel, status, external_id, pending_id, feed_id, hint)"
        " VALUES (?, ?, 1, 7, ?, 'GBP', ?, '', '', '', 0, '', 0, '', '', 1, '')",
        [(1, b"1", -5, 1), (2, b"2", -5, 2), (3, b"3", 5, 2), (4, b"4", 5, 3)],
    )
    empty.executemany(
        "INSERT INTO correction (merchant_id, txn_id, leaf, at) VALUES (?, ?, ?, 9)",
        [(1, None, 401), (2, None, 402), (3, None, 101), (4, None, 403), (None, 3, 102)],
    )
    empty.commit()
    assert schema.migrate(empty) == schema.VERSION
    found = empty.execute("SELECT merchant_id, txn_id, leaf, inflow FROM correction").fetchall()
    assert set(found) == {
        (1, None, 401, 0),
        (2, None, 402, 0),
        (2, None, 402, 1),
        (3, None, 101, 1),
        (4, None, 403, 0),
        (None, 3, 102, 0),
    }


@pytest.mark.parametrize("days", [7, 14, 28, 90])
def test_what_an_older_store_charged_keeps_counting_over_its_time(
    empty: sqlcipher.Connection, days: int
) -> None:
    for number, sql in schema.migrations()[:7]:
        empty.executescript(f"{sql}\nPRAGMA user_version = {number};")
    day, now = 86_400, 1_796_299_200  # 2026-12-03, at noon
    epoch = now // (days * day)
    charges = [
        ("active_days", now // (7 * day) - 1, epoch, now),
        ("health", now // (28 * day) - 1, epoch, now + 60),
        # Its clock was set back for half a year after that.
        ("exposure", now // (14 * day) - 1, epoch, now - 180 * day),
    ]
    empty.executemany("INSERT INTO signal_charge VALUES (?, ?, ?, ?, 250000, 1)", charges)
    empty.commit()
    assert schema.migrate(empty) == schema.VERSION
    found = {row[0]: row[1:] for row in empty.execute("SELECT * FROM signal_charge").fetchall()}
    for (signal, window, _, _), cadence in zip(charges, (7, 28, 14), strict=True):
        begins, ends = window * cadence * day, (window + 1) * cadence * day
        assert found[signal][:3] == (window, begins, ends)
        assert found[signal][4:] == (epoch * days * day, (epoch + 1) * days * day, 250_000, 1)
    assert max(at for _, _, _, at, *_ in found.values()) == now + 60
    with pytest.raises(Exception, match="not given back"):
        empty.execute("DELETE FROM signal_charge")


def test_a_store_of_before_lists_what_it_still_knows_to_have_been_given(empty: sqlcipher.Connection) -> None:
    for number, sql in schema.migrations()[:8]:
        empty.executescript(f"{sql}\nPRAGMA user_version = {number};")
    for kind in ("loan", "bill_reminder"):
        row = (kind, kind, kind, "loan_application", "", 2, b"", 0, "", 50, 60, 0, 0, "")
        empty.execute(f"INSERT INTO workflow VALUES ({', '.join('?' * len(row))})", row)
        step = (kind, 0, "apply", "", f"key of {kind}", 2, 1, "", 60)
        empty.execute(f"INSERT INTO workflow_step VALUES ({', '.join('?' * len(step))})", step)
    for name, statement in (("signed", b"{}"), ("mine", b"")):
        review = (
            name,
            "loan",
            3,
            "p",
            "engine",
            "",
            2,
            10,
            99,
            b"{}",
            b"\x0a",
            "desk",
            statement,
            b"",
            20,
            None,
            None,
        )
        empty.execute(f"INSERT INTO review VALUES ({', '.join('?' * len(review))})", review)
    empty.commit()
    assert schema.migrate(empty) == schema.VERSION
    assert empty.execute(
        "SELECT mark, recipient, who, kind, step, data, entry, at FROM disclosure ORDER BY mark"
    ).fetchall() == [
        ("0a desk", "adviser", "desk", "loan", "", "pd:FinancialAccount", 0, 20),
        ("key of loan", "host_app", "bank", "loan", "apply", "pd:FinancialAccount", 0, 50),
    ]
    for change in ("DELETE FROM disclosure", "UPDATE disclosure SET who = 'nobody'"):
        with pytest.raises(sqlcipher.DatabaseError, match="not forgotten"):
            empty.execute(change)


def test_a_newer_store_is_left_as_it_is(empty: sqlcipher.Connection) -> None:
    empty.execute("CREATE TABLE of_the_future (a)")
    empty.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    with pytest.raises(SchemaNewer, match="newer version"):
        schema.migrate(empty)
    assert tables(empty) == {"of_the_future"}
    assert schema.version(empty) == schema.VERSION + 1


def test_a_database_of_something_else_is_not_taken_over(empty: sqlcipher.Connection) -> None:
    empty.execute("CREATE TABLE recipes (a)")
    with pytest.raises(Corrupt, match="not a store"):
        schema.migrate(empty)
    assert tables(empty) == {"recipes"}


def test_a_migration_that_fails_leaves_nothing(
    empty: sqlcipher.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [(1, "CREATE TABLE first (a); CREATE TABLE first (a);")]
    monkeypatch.setattr(schema, "migrations", lambda: broken)
    with pytest.raises(VaultError):
        schema.migrate(empty)
    assert (tables(empty), schema.version(empty)) == (set(), 0)
    assert not empty.in_transaction


def test_every_column_stands_in_exactly_one_data_category(empty: sqlcipher.Connection) -> None:
    schema.migrate(empty)
    columns = {
        f"{table}.{row[1]}" for table in tables(empty) for row in empty.execute(f"PRAGMA table_info({table})")
    }
    told = Counter(column for category in Policy.default().data.values() for column in category.columns)
    assert set(told) == columns
    assert {column for column, times in told.items() if times > 1} == set()


def test_the_consent_ledger_refuses_to_forget_or_change(empty: sqlcipher.Connection) -> None:
    schema.migrate(empty)
    empty.execute("INSERT INTO consent_event VALUES (1, x'00', x'00', x'00')")
    for sql in (
        "DELETE FROM consent_event",
        "UPDATE consent_event SET body = x'01'",
        "INSERT OR REPLACE INTO consent_event VALUES (1, x'01', x'00', x'00')",
        "INSERT INTO consent_event VALUES (3, x'01', x'00', x'00')",
    ):
        with pytest.raises(Exception, match="append-only"):
            empty.execute(sql)
    assert empty.execute("SELECT body FROM consent_event").fetchall() == [(b"\0",)]
