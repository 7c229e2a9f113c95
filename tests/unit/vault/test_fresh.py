"""A new store in memory: the newest schema, under a key of its own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from edge_engine.clock import FakeClock
from edge_engine.errors import KeyWrong
from edge_engine.vault import schema
from edge_engine.vault.connection import connect, memory_location
from edge_engine.vault.sensitive import keep_sensitive_leaves
from edge_engine.vault.store import Vault

CLOCK = FakeClock(datetime(2026, 1, 1, tzinfo=UTC))


def vault_and_key() -> tuple[Vault, bytes]:
    vault = Vault.in_memory(clock=CLOCK)
    assert vault._key is not None
    return vault, vault._key


def test_it_holds_what_the_migrations_make_and_nothing_else() -> None:
    made = connect(memory_location("made-by-hand"), bytes(32))
    schema.migrate(made)
    keep_sensitive_leaves(made)
    vault, key = vault_and_key()
    copied = connect(vault._location, key, read_only=True)
    everything = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
    assert copied.execute(everything).fetchall() == made.execute(everything).fetchall()
    for (table,) in made.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        rows = f"SELECT * FROM {table} ORDER BY 1"
        assert copied.execute(rows).fetchall() == made.execute(rows).fetchall()
    assert schema.version(copied) == schema.VERSION
    for connection in (made, copied):
        connection.close()
    vault.close()


def test_two_of_a_process_share_neither_key_nor_salt() -> None:
    (one, mine), (other, theirs) = vault_and_key(), vault_and_key()
    with pytest.raises(KeyWrong):
        connect(one._location, theirs)
    salts = set()
    for vault, key in ((one, mine), (other, theirs)):
        connection = connect(vault._location, key, read_only=True)
        salts.add(connection.execute("PRAGMA cipher_salt").fetchone())
        assert connection.execute("PRAGMA cipher_integrity_check").fetchall() == []
        connection.close()
        vault.close()
    assert len(salts) == 2


def test_what_one_keeps_is_not_in_the_next() -> None:
    one, _ = vault_and_key()
    one.put_meta("mine", b"1")
    other, _ = vault_and_key()
    assert other.meta("mine") is None
    one.close()
    other.close()
