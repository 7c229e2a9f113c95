"""Erasure: the keys go first, so that what a failing disk then keeps is noise."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.errors import Corrupt, KeyMissing, StoreMissing, VaultError
from edge_engine.vault import keys
from edge_engine.vault.connection import converting
from edge_engine.vault.folder import FILES, KEYS, LOCK, holds_store, lock

if TYPE_CHECKING:
    from pathlib import Path

    from sqlcipher3 import dbapi2 as sqlcipher

_COUNTED: Final = (
    "account",
    "balance",
    "txn",
    "categorization",
    "correction",
    "derived",
    "hypothesis_answer",
    "trait_word",
    "forecast",
    "signal_charge",
    "signal_outbox",
    "signal_sent",
    "engagement",
    "review",
    "workflow",
    "disclosure",
    "outcome",
    "consent_event",
)

KEYS_OVERWRITTEN: Final = "key slots overwritten"
KEYS_REMOVED: Final = "key file removed"
FILES_REMOVED: Final = "database, log and lock cut to nothing and removed"
MEMORY_RELEASED: Final = "memory and key released"


class ErasureReceipt(msgspec.Struct, frozen=True):
    """Proof for the person that the store is gone.

    Attributes:
        at: Moment of erasure, UTC.
        key_slots: How many wrapped keys were destroyed.
        slots_digest: SHA-256 over the destroyed slots' identifiers, hexadecimal; it identifies the store and
            reveals nothing.
        rows: Rows by table that the keys protected; empty where the store could not be read any more.
        method: What was done, in order.
        files_left: Names of files that could not be removed; unreadable without the keys.
    """

    at: datetime
    key_slots: int
    slots_digest: str
    rows: dict[str, int]
    method: tuple[str, ...]
    files_left: tuple[str, ...]


def destroy(folder: Path, now: datetime, wait: float) -> ErasureReceipt:
    """Erase a store that nobody can open; see `edge_engine.vault.store.Vault.destroy`."""
    with suppress(Corrupt, KeyMissing):
        if not holds_store(folder):
            raise StoreMissing("there is no store here")
    holder = lock(folder, wait)
    try:
        slots, method = shred(folder)
        left = remove(folder)
    finally:
        holder.close()
    left += leave(folder)
    return receipt(now, slots, {}, (*method, FILES_REMOVED), left)


def count(connection: sqlcipher.Connection) -> dict[str, int]:
    """Return how many rows each table holds; empty where the store is too damaged to say."""
    try:
        with converting():
            # The names are a constant of this module.
            return {
                table: int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
                for table in _COUNTED
            }
    except VaultError:
        return {}


def shred(folder: Path) -> tuple[list[str], tuple[str, ...]]:
    """Destroy the key slots: overwrite them in place, make that durable, and remove the file.

    From here on the database is noise, whatever happens to the rest.

    Returns:
        The slots' identifiers, and what was done.

    Raises:
        VaultError: The keys could not be destroyed; nothing else was touched.
    """
    path = folder / KEYS
    try:
        slots = [slot.id for slot in keys.read(path).slots]
    except (Corrupt, VaultError):
        slots = []
    method = []
    try:
        # A replacement that a crash left behind holds wrapped keys too.
        for file in (path.with_suffix(".new"), path):
            if _overwrite(file):
                method.append(KEYS_OVERWRITTEN)
            file.unlink(missing_ok=True)
        keys.sync_folder(folder)
    except OSError:
        raise VaultError("the key file could not be destroyed; the store is as it was") from None
    return slots, (*dict.fromkeys(method), KEYS_REMOVED)


def remove(folder: Path) -> tuple[str, ...]:
    """Cut every file of the store but its lock to nothing and remove it; return the names that would not go."""
    return tuple(name for name in FILES if name != LOCK and not _remove(folder / name))


def leave(folder: Path) -> tuple[str, ...]:
    """Remove the lock, and the folder where nobody else put anything into it; return the names that would not go."""
    left = () if _remove(folder / LOCK) else (LOCK,)
    with suppress(OSError):
        folder.rmdir()
    with suppress(OSError):
        keys.sync_folder(folder.parent)
    return left


def receipt(
    at: datetime, slots: list[str], rows: dict[str, int], method: tuple[str, ...], left: tuple[str, ...]
) -> ErasureReceipt:
    """Write the receipt of an erasure that is done."""
    digest = hashlib.sha256("\n".join(sorted(slots)).encode()).hexdigest()
    return ErasureReceipt(at, len(slots), digest, rows, method, left)


def _overwrite(path: Path) -> bool:
    """Overwrite a file with zeros; False where it is not there or the disk will not take it."""
    try:
        descriptor = os.open(path, os.O_WRONLY)
    except OSError:
        return False
    try:
        os.write(descriptor, b"\0" * os.fstat(descriptor).st_size)
        os.fsync(descriptor)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _remove(path: Path) -> bool:
    try:
        # Whoever still has it open finds nothing in it.
        os.truncate(path, 0)
        path.unlink()
    except FileNotFoundError:
        return True
    except OSError:
        with suppress(OSError):
            path.unlink()
        return not path.exists()
    return True
