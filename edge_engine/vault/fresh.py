"""A new store in memory as a copy of an empty one: its tables are made once a process, not once a store.

The copy is made through both ciphers: its pages are encrypted under its own key from the first one on, and the empty
store holds the schema and the codes of the taxonomy, nothing of anybody.
"""

from __future__ import annotations

import os
import secrets
import threading
from functools import cache
from typing import TYPE_CHECKING

from edge_engine.vault import schema
from edge_engine.vault.connection import KEY_BYTES, connect, converting, memory_location
from edge_engine.vault.sensitive import keep_sensitive_leaves

if TYPE_CHECKING:
    from sqlcipher3 import dbapi2 as sqlcipher


def furnish(connection: sqlcipher.Connection) -> None:
    """Fill an empty database in memory with the newest schema.

    Args:
        connection: Keyed, of a database without tables.
    """
    empty, lock = _empty(os.getpid())
    with lock, converting():
        empty.backup(connection)


@cache
def _empty(process: int) -> tuple[sqlcipher.Connection, threading.Lock]:
    """Return a process's own empty store, and what a thread holds while it copies it."""
    del process
    made = connect(memory_location(f"edge-{secrets.token_hex(16)}"), secrets.token_bytes(KEY_BYTES))
    schema.migrate(made)
    keep_sensitive_leaves(made)
    return made, threading.Lock()
