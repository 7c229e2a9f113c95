"""A new store in memory, from the newest schema as one script: its migrations run once a process, not once a store.

The script is read from an empty store that was made by the migrations; it holds nothing of anybody.
"""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING

from edge_engine.vault import schema
from edge_engine.vault.connection import KEY_BYTES, connect, converting, memory_location

if TYPE_CHECKING:
    from sqlcipher3 import dbapi2 as sqlcipher


def furnish(connection: sqlcipher.Connection) -> None:
    """Fill an empty database in memory with the newest schema.

    Args:
        connection: Keyed, of a database without tables.
    """
    with converting():
        connection.executescript(_script())


@cache
def _script() -> str:
    """Return what makes the tables, indexes, triggers and rows that the migrations amount to."""
    made = connect(memory_location(f"edge-{secrets.token_hex(16)}"), secrets.token_bytes(KEY_BYTES))
    try:
        schema.migrate(made)
        with converting():
            steps = _steps(made)
    finally:
        made.close()
    return ";\n".join(("BEGIN IMMEDIATE", *steps, f"PRAGMA user_version = {schema.VERSION}", "COMMIT", ""))


def _steps(made: sqlcipher.Connection) -> list[str]:
    """Return the statements that make a database's tables, then their rows."""
    every = "FROM sqlite_schema WHERE sql IS NOT NULL"
    steps: list[str] = [sql for (sql,) in made.execute(f"SELECT sql {every} ORDER BY rowid").fetchall()]
    for (table,) in made.execute(f"SELECT name {every} AND type = 'table' ORDER BY rowid").fetchall():
        for row in made.execute(f"SELECT * FROM {table}").fetchall():
            quoted = [made.execute("SELECT quote(?)", (value,)).fetchone()[0] for value in row]
            steps.append(f"INSERT INTO {table} VALUES ({', '.join(quoted)})")
    return steps
