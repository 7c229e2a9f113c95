"""The schema: numbered SQL files, applied forward only, each in one transaction with its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.errors import SchemaNewer
from edge_engine.vault.connection import converting

if TYPE_CHECKING:
    from sqlite3 import Connection

APPLICATION_ID: Final = 0x45444745
"""Marks the database as an Edge Engine store: ``EDGE`` in ASCII."""

VERSION: Final = 1
"""Number of the newest migration."""


def version(connection: Connection) -> int:
    """Return the number of the last migration that the store has, 0 for a new one."""
    with converting():
        found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found


def migrate(connection: Connection) -> bool:
    """Bring the store to :data:`VERSION`.

    Args:
        connection: A keyed connection that may write.

    Returns:
        Whether anything was to be done.

    Raises:
        SchemaNewer: A newer engine has written this store; nothing was changed.
        VaultError: A migration failed; the store stands at the one before it.
    """
    at = version(connection)
    if at > VERSION:
        raise SchemaNewer(
            "the store was written by a newer version of the engine; update the engine to open it"
        )
    for number in range(at + 1, VERSION + 1):
        _apply(connection, number, script(number))
    return at < VERSION


def script(number: int) -> str:
    """Return the SQL of one migration."""
    from importlib import resources  # noqa: PLC0415 - an open store that is up to date does not pay for it

    folder = resources.files("edge_engine.vault") / "migrations"
    (file,) = (entry for entry in folder.iterdir() if entry.name.startswith(f"{number:04d}_"))
    return file.read_text(encoding="utf-8")


def _apply(connection: Connection, number: int, sql: str) -> None:
    with converting():
        try:
            connection.executescript(
                f"BEGIN IMMEDIATE;\n{sql}\n"
                f"PRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {number};\nCOMMIT;"
            )
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
