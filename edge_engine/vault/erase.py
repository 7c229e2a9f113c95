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
from edge_engine.vault.folder import ERASING, FILES, KEYS, LOCK, holds_store, lock, unfinished

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
        if not unfinished(folder) and not holds_store(folder):
            raise StoreMissing("there is no store here")
    holder = lock(folder, wait)
    try:
        slots, method = shred(folder)
        left = remove(folder)
    finally:
        holder.close()
    left += leave(folder)
    return receipt(now, slots, {}, (*method, FILES_REMOVED), left)


def finish(folder: Path, *, create: bool) -> None:
    """Finish an erasure that was cut short, if there was one; the caller holds the folder's lock.

    Args:
        folder: Where the store was.
        create: Whether another store is made here next.

    Raises:
        StoreMissing: It is finished, and no other store may be made.
        VaultError: Something of it cannot be removed.
    """
    if not unfinished(folder):
        return
    shred(folder)
    if remove(folder):
        raise VaultError(
            "the store was erased, and its last files cannot be removed; delete the store's folder"
        )
    if not create:
        raise StoreMissing(
            "there is no store here: it was being erased when a process died, and that is finished now"
        )


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

    From here on the database is noise, whatever happens to the rest. A mark is set first: where this process dies,
    whoever opens the store next finishes what the person asked for.

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
    mark = folder / ERASING
    # A disk without room for a mark takes it that the keys go.
    with suppress(OSError):
        os.close(os.open(mark, os.O_WRONLY | os.O_CREAT, 0o600))
        keys.sync_folder(folder)
    try:
        # A replacement that a crash left behind holds wrapped keys too.
        for file in (path.with_suffix(".new"), path):
            if _overwrite(file):
                method.append(KEYS_OVERWRITTEN)
            file.unlink(missing_ok=True)
        keys.sync_folder(folder)
    except OSError:
        _remove(mark)
        raise VaultError("the key file could not be destroyed; the store is as it was") from None
    return slots, (*dict.fromkeys(method), KEYS_REMOVED)


def remove(folder: Path) -> tuple[str, ...]:
    """Cut every file of the store but its lock to nothing and remove it; return the names that would not go.

    The mark goes last, and stays while anything else does.
    """
    left = tuple(name for name in FILES if name not in (LOCK, ERASING) and not _remove(folder / name))
    return left or (() if _remove(folder / ERASING) else (ERASING,))


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
