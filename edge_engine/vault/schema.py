"""The schema's versions: numbered SQL files, applied forward only, each in its own transaction."""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING, Final

from edge_engine.errors import SchemaNewer
from edge_engine.vault.connection import converting

if TYPE_CHECKING:
    from sqlcipher3 import dbapi2 as sqlcipher

_FILE: Final = re.compile(r"(\d{4})_\w+\.sql")


def migrations() -> list[tuple[int, str]]:
    """Return (version, SQL) of every migration, in order."""
    folder = resources.files("edge_engine.vault") / "migrations"
    found = [(_FILE.fullmatch(entry.name), entry) for entry in folder.iterdir()]
    return sorted((int(match[1]), entry.read_text("utf-8")) for match, entry in found if match)


def version(connection: sqlcipher.Connection) -> int:
    """Return the schema's version; 0 for an empty database."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlcipher.Connection) -> int:
    """Bring the database to the newest version this engine knows and return that version.

    Raises:
        SchemaNewer: A newer engine wrote it; nothing is touched.
    """
    with converting():
        known = migrations()
        newest = known[-1][0]
        present = version(connection)
        if present > newest:
            raise SchemaNewer("the store was written by a newer version of the engine")
        for number, sql in known:
            if number > present:
                connection.executescript(f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version = {number};\nCOMMIT;")
        return newest
