"""Erasure: the keys go first, so that what a failing disk then keeps is noise."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.errors import VaultError
from edge_engine.vault import keys
from edge_engine.vault.connection import converting

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlcipher3 import dbapi2 as sqlcipher

_COUNTED: Final = ("account", "txn", "categorization", "correction", "derived", "engagement", "consent_event")
_FILES: Final = ("vault.db-wal", "vault.db-shm", "vault.db-journal", "vault.db", "keys.new")


class ErasureReceipt(msgspec.Struct, frozen=True):
    """Proof for the person that the store is gone.

    Attributes:
        at: Moment of erasure, UTC.
        key_slots: How many wrapped keys were destroyed.
        slots_digest: SHA-256 over the destroyed slots' identifiers, hexadecimal; it identifies the store and
            reveals nothing.
        rows: Rows by table that the keys protected.
        method: What was done, in order.
        files_left: Names of files that could not be removed; unreadable without the keys.
    """

    at: datetime
    key_slots: int
    slots_digest: str
    rows: dict[str, int]
    method: tuple[str, ...]
    files_left: tuple[str, ...]


def plan(folder: Path, connection: sqlcipher.Connection, now: datetime) -> Callable[[], ErasureReceipt]:
    """Count what will be erased and return the act itself, to be called once every handle is closed.

    Args:
        folder: The store.
        connection: Its open connection.
        now: Moment of erasure.
    """
    with converting():
        # The names are a constant of this module.
        rows = {
            table: int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
            for table in _COUNTED
        }
    slots = sorted(slot.id for slot in keys.read(folder / "keys.json").slots)

    def act() -> ErasureReceipt:
        _shred(folder / "keys.json")
        left = [name for name in (*_FILES, "writer.lock") if not _remove(folder / name)]
        if not left:
            try:
                folder.rmdir()
            except OSError:
                # Somebody else's file is in the folder; the store itself is gone.
                left = []
        return ErasureReceipt(
            at=now,
            key_slots=len(slots),
            slots_digest=hashlib.sha256("\n".join(slots).encode()).hexdigest(),
            rows=rows,
            method=("key slots overwritten and removed", "database, log and lock removed"),
            files_left=tuple(left),
        )

    return act


def _shred(path: Path) -> None:
    """Overwrite the key file in place, make that durable, and remove it.

    Raises:
        VaultError: The keys could not be destroyed; nothing else was touched.
    """
    try:
        size = path.stat().st_size
        descriptor = os.open(path, os.O_WRONLY)
        try:
            os.write(descriptor, b"\0" * size)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        path.unlink()
        keys.sync_folder(path.parent)
    except OSError:
        raise VaultError("the key file could not be destroyed; the store is as it was") from None


def _remove(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False
    return True
