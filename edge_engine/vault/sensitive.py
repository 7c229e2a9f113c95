"""Which leaves of the taxonomy are sensitive, kept as a table so that every query can leave their rows out."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from edge_engine.vault.connection import converting

if TYPE_CHECKING:
    from sqlcipher3 import dbapi2 as sqlcipher

_META: Final = "taxonomy"


def keep_sensitive_leaves(connection: sqlcipher.Connection) -> None:
    """Bring the table to the taxonomy that ships with the engine; quick where it did not change.

    # INVARIANT: a store never answers from an older taxonomy's idea of what is sensitive.
    """
    from edge_engine.domain.category import FILE  # noqa: PLC0415

    raw = (resources.files("edge_engine_policies") / FILE).read_bytes()
    digest = hashlib.sha256(raw).digest()
    with converting():
        kept = connection.execute("SELECT value FROM meta WHERE key = ?", (_META,)).fetchone()
        if kept == (digest,):
            return
        codes = [(code,) for code in _codes(raw)]
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM sensitive_leaf")
        connection.executemany("INSERT INTO sensitive_leaf (leaf) VALUES (?)", codes)
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_META, digest))
        connection.execute("COMMIT")


@lru_cache(maxsize=1)
def _codes(raw: bytes) -> tuple[int, ...]:
    """Return the sensitive leaves of a taxonomy's file: every new store of a process asks for the same."""
    from edge_engine.domain.category import Taxonomy  # noqa: PLC0415 - parsed only when it changed

    return tuple(leaf.code for leaf in Taxonomy.parse(raw.decode()).leaves if leaf.sensitive)
