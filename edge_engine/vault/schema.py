"""The schema's versions: numbered SQL files, applied forward only, each in its own transaction."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from edge_engine.errors import Corrupt, SchemaNewer
from edge_engine.vault.connection import converting

if TYPE_CHECKING:
    from sqlcipher3 import dbapi2 as sqlcipher

VERSION: Final = 9
"""Number of the newest migration."""

_FILE: Final = re.compile(r"(\d{4})_\w+\.sql")


def migrations() -> list[tuple[int, str]]:
    """Return (version, SQL) of every migration, in order."""
    from importlib import resources  # noqa: PLC0415 - a store that is up to date does not pay for it

    folder = resources.files("edge_engine.vault") / "migrations"
    found = [(_FILE.fullmatch(entry.name), entry) for entry in folder.iterdir()]
    return sorted((int(match[1]), entry.read_text("utf-8")) for match, entry in found if match)


def version(connection: sqlcipher.Connection) -> int:
    """Return the schema's version; 0 for an empty database."""
    with converting():
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlcipher.Connection) -> int:
    """Bring the database to the newest version this engine knows and return that version.

    Raises:
        SchemaNewer: A newer engine wrote it; nothing is touched.
        Corrupt: It has tables and no version: it is not a store.
    """
    present = version(connection)
    if present > VERSION:
        raise SchemaNewer("the store was written by a newer version of the engine")
    if present == VERSION:
        return VERSION
    with converting():
        if present == 0 and connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() != (0,):
            raise Corrupt("the database has tables but no version; it is not a store of this engine")
        for number, sql in migrations():
            if number > present:
                _apply(connection, f"{sql}\nPRAGMA user_version = {number};")
    return VERSION


def _apply(connection: sqlcipher.Connection, sql: str) -> None:
    try:
        connection.executescript(f"BEGIN IMMEDIATE;\n{sql}\nCOMMIT;")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
