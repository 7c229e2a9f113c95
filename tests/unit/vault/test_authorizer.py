"""The authorizer, against every way around it that was found before building."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from edge_engine.vault.authorizer import authorizer, fence
from edge_engine.vault.connection import connect, file_location

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = bytes(range(32))
DENIED = r"prohibited|not authorized|authorization denied"
ALLOWED = frozenset({("txn", "id"), ("txn", "amount"), ("v", "id")})


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[sqlcipher.Connection]:
    """A database with a secret column, a view over it, and no authorizer yet."""
    opened = connect(file_location(tmp_path / "a.db"), KEY)
    opened.executescript(
        "CREATE TABLE txn (id INTEGER PRIMARY KEY, amount INTEGER, memo TEXT);"
        "CREATE VIEW v AS SELECT id, memo FROM txn;"
        "CREATE TABLE other (a);"
        "INSERT INTO txn VALUES (1, 100, 'SECRET'), (2, 200, 'SECRET');"
    )
    yield opened
    opened.set_authorizer(None)
    opened.close()


@pytest.fixture
def guarded(bare: sqlcipher.Connection) -> sqlcipher.Connection:
    bare.set_authorizer(authorizer(ALLOWED))
    return bare


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT amount FROM txn",
        "SELECT sum(amount), max(id) FROM txn",
        "WITH x AS (SELECT amount FROM txn) SELECT amount FROM x",
    ],
)
def test_what_is_granted_is_read(sql: str, guarded: sqlcipher.Connection) -> None:
    assert guarded.execute(sql).fetchall()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT memo FROM txn",
        "SELECT * FROM txn",
        "SELECT count(*) FROM txn WHERE memo LIKE 'S%'",
        "SELECT amount FROM txn ORDER BY memo",
        "SELECT sum(amount) FROM txn GROUP BY memo",
        "SELECT amount FROM txn JOIN (SELECT memo FROM txn)",
        "SELECT (SELECT memo FROM txn LIMIT 1)",
        "WITH x AS (SELECT memo FROM txn) SELECT * FROM x",
        "WITH v AS (SELECT memo AS id FROM txn) SELECT id FROM v",  # a table expression with a view's name
        "SELECT memo FROM v",
        "SELECT id FROM v",  # a granted view does not grant what is under it
        "SELECT count(*) FROM txn",  # counting rows is a grant of its own
        "SELECT a FROM other",
        "SELECT count(*) FROM other",
        "SELECT sql FROM sqlite_master",
        "EXPLAIN SELECT memo FROM txn",
        "PRAGMA table_info(txn)",
        "SELECT * FROM pragma_table_info('txn')",
        "PRAGMA cipher_settings",
        "PRAGMA temp_store = 1",
        "PRAGMA query_only = 0",
        "ATTACH ':memory:' AS y KEY ''",
        "SELECT sqlcipher_export('main')",
        "SELECT load_extension('x')",
        "SELECT quote(amount) FROM txn",  # not in the list of functions
        "VACUUM INTO 'plain.db'",
        "CREATE TEMP TABLE z AS SELECT amount FROM txn",
        "UPDATE txn SET amount = 0",
        "DELETE FROM txn",
        "INSERT INTO other VALUES (1)",
        "DROP TABLE other",
        "BEGIN",
        "SAVEPOINT s",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r LIMIT 3",
    ],
)
def test_all_else_is_denied(sql: str, guarded: sqlcipher.Connection) -> None:
    with pytest.raises(sqlcipher.DatabaseError, match=DENIED):
        guarded.execute(sql).fetchall()


def test_counting_rows_needs_its_own_pair(bare: sqlcipher.Connection) -> None:
    bare.set_authorizer(authorizer(ALLOWED | {("txn", "")}))
    assert bare.execute("SELECT count(*) FROM txn").fetchone() == (2,)


def test_false_would_allow_so_the_answer_is_never_false(bare: sqlcipher.Connection) -> None:
    bare.set_authorizer(lambda *_: False)
    assert bare.execute("SELECT memo FROM txn").fetchone() == ("SECRET",)  # the trap
    decide = authorizer(frozenset())
    answers = {decide(action, "txn", "memo", "main", None) for action in range(1, 40)}
    assert answers == {sqlcipher.SQLITE_OK, sqlcipher.SQLITE_DENY}
    assert decide(sqlcipher.SQLITE_READ, "txn", "memo", "main", None) == sqlcipher.SQLITE_DENY
    assert not isinstance(decide(sqlcipher.SQLITE_READ, "txn", "memo", "main", None), bool)


def test_an_exception_in_an_authorizer_denies(bare: sqlcipher.Connection) -> None:
    def broken(*_: object) -> int:
        raise RuntimeError

    bare.set_authorizer(broken)
    with pytest.raises(sqlcipher.DatabaseError, match=DENIED):
        bare.execute("SELECT amount FROM txn")


def test_columns_of_another_database_with_the_same_names_are_not_granted(bare: sqlcipher.Connection) -> None:
    decide = authorizer(ALLOWED)
    assert decide(sqlcipher.SQLITE_READ, "txn", "amount", "main", None) == sqlcipher.SQLITE_OK
    for other in ("temp", "y"):
        assert decide(sqlcipher.SQLITE_READ, "txn", "amount", other, None) == sqlcipher.SQLITE_DENY


def test_what_is_asked_for_is_noted_whether_or_not_it_is_given(bare: sqlcipher.Connection) -> None:
    log: set[tuple[str, str]] = set()
    bare.set_authorizer(authorizer(ALLOWED, log))
    with pytest.raises(sqlcipher.DatabaseError):
        bare.execute("SELECT amount, memo FROM txn")
    assert {("txn", "amount"), ("txn", "memo")} <= log


# -- the writer's fence ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH 'plain.db' AS plain KEY ''",
        "DETACH main",
        "SELECT sqlcipher_export('main')",
        "SELECT load_extension('x')",
        "PRAGMA temp_store = 1",
        "PRAGMA key = 'x'",
        "PRAGMA rekey = 'x'",
        "VACUUM INTO 'plain.db'",
    ],
)
def test_the_writer_cannot_let_plaintext_or_a_key_out(sql: str, bare: sqlcipher.Connection) -> None:
    bare.set_authorizer(fence)
    with pytest.raises(sqlcipher.DatabaseError, match=DENIED):
        bare.execute(sql)


def test_without_the_fence_a_plain_copy_is_two_statements_away(
    bare: sqlcipher.Connection, tmp_path: Path
) -> None:
    copy = tmp_path / "plain.db"
    bare.execute(f"ATTACH '{copy}' AS plain KEY ''")
    bare.execute("SELECT sqlcipher_export('plain')")
    bare.execute("DETACH plain")
    assert b"SECRET" in copy.read_bytes()  # the trap


def test_the_writer_may_do_everything_else(bare: sqlcipher.Connection) -> None:
    bare.set_authorizer(fence)
    bare.execute("BEGIN")
    bare.execute("UPDATE txn SET memo = upper(memo)")
    bare.execute("COMMIT")
    assert bare.execute("PRAGMA temp_store").fetchone() == (2,)
    bare.execute("PRAGMA synchronous = FULL")
