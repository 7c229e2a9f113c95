"""The store's folder: its file names, what a look at it tells, and the lock that lets one process in."""

from __future__ import annotations

import os
from contextlib import contextmanager
from shutil import disk_usage
from typing import TYPE_CHECKING, Final

from sqlcipher3 import dbapi2 as sqlcipher

from edge_engine.errors import Busy, Corrupt, DiskFull, InputError, ReadOnly, StoreMissing, VaultError
from edge_engine.vault import keys
from edge_engine.vault.connection import PAGE_BYTES, converting, converting_files, file_location

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATABASE: Final = "vault.db"
KEYS: Final = "keys.json"
LOCK: Final = "writer.lock"
ERASING: Final = "erasing"
"""Holds nothing. While it is there the store is being erased, and whoever comes next finishes that."""

_LEAST_ROOM: Final = 128 * 1024
"""Bytes below which a disk counts as full: the log's shared memory alone grows by 32 KiB."""

DATA_FILES: Final = ("vault.db", "vault.db-wal", "vault.db-shm", "vault.db-journal")
FILES: Final = (KEYS, "keys.new", *DATA_FILES, LOCK, "writer.lock-journal", ERASING)
"""Everything a store ever puts into its folder."""


def holds_store(folder: Path) -> bool:
    """Tell whether a store is in the folder; False where one may be founded there, once an erasure is finished.

    Raises:
        StoreMissing: It is not a folder.
        InputError: It holds other files and no store.
        Corrupt: A key file is there and its database is not.
    """
    if unfinished(folder):
        return False
    try:
        with converting_files():
            names = {entry.name for entry in folder.iterdir()}
    except StoreMissing:
        # Another process may have made the folder meanwhile: then there is no store in it that this one knows of.
        if folder.exists() and not folder.is_dir():
            raise StoreMissing("the place of the store is a file and not a folder") from None
        return False
    if KEYS in names and keys.read(folder / KEYS).state == "founding":
        # Nobody was ever let into this store: its founding was cut short, unless the database is complete.
        return _size(folder / DATABASE) > 0
    if KEYS in names and _size(folder / DATABASE) == 0:
        raise Corrupt("the store's database is gone while its key file is there; nothing was recreated")
    if names.intersection((KEYS, *DATA_FILES)):
        return True
    if names.difference(FILES):
        raise InputError("this folder holds other files; name a folder of its own for the store")
    return False


def unfinished(folder: Path) -> bool:
    """Tell whether a store is being erased here, or its erasure was cut short: nobody opens what is left of it."""
    with converting_files():
        return (folder / ERASING).exists() or keys.destroyed(folder / KEYS)


def prepare(folder: Path, *, create: bool) -> None:
    """Make the folder, for its owner alone, where it is not there yet.

    Raises:
        ReadOnly: It cannot be made.
        StoreMissing: The folder above it is not there, or nothing may be made and there is no erasure to finish.
    """
    if not create and not unfinished(folder):
        raise StoreMissing("there is no store here")
    with converting_files():
        folder.mkdir(mode=0o700, exist_ok=True)


def require_writable(folder: Path) -> None:
    """Refuse a folder or a file in it that cannot be written, before anything is tried.

    Raises:
        ReadOnly: It cannot be written.
    """
    effective = os.access in os.supports_effective_ids
    for path in (folder, folder / KEYS, folder / DATABASE):
        if path.exists() and not os.access(path, os.W_OK, effective_ids=effective):
            raise ReadOnly("the store's folder cannot be written")


@contextmanager
def telling_full_disk(folder: Path | None) -> Iterator[None]:
    """Say DiskFull where the block fails on a disk without room.

    SQLite says so itself of its pages, but calls a shared-memory file that cannot grow a failure of the disk.
    """
    try:
        yield
    except VaultError as error:
        if type(error) is VaultError and folder is not None and _free(folder) < _LEAST_ROOM:
            raise DiskFull("the disk is full; nothing of this change was stored") from None
        raise


def require_whole(folder: Path) -> None:
    """Refuse a database that ends amid a page, unless its log may still complete it.

    Raises:
        Corrupt: It is cut off.
    """
    if _size(folder / DATABASE) % PAGE_BYTES and not _size(folder / f"{DATABASE}-wal"):
        raise Corrupt("the store's database is cut off")


def lock(folder: Path, wait: float) -> sqlcipher.Connection:
    """Take the folder's exclusive lock and return its holder; closing it lets go, and so does the process's death.

    A lock of SQLite and not a bare ``flock``: it waits with a bound, works on every system, and is not inherited
    by forks.

    Args:
        folder: The store.
        wait: Longest wait in seconds.

    Raises:
        Busy: Another process, or another vault of this one, holds it.
        ReadOnly: The lock file cannot be written.
        Corrupt: The lock file is not one.
    """
    path = folder / LOCK
    while True:
        with converting():
            holder = sqlcipher.connect(
                file_location(path), uri=True, isolation_level=None, check_same_thread=False, timeout=wait
            )
        try:
            holder.execute("PRAGMA cipher_log_level = NONE")
            holder.execute("PRAGMA journal_mode = MEMORY")
            holder.execute("BEGIN EXCLUSIVE")
        except sqlcipher.Error as error:
            holder.close()
            code = int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
            error.args = ()
            if code == sqlcipher.SQLITE_BUSY:
                raise Busy(
                    "this store is open already, here or in another process; try again once that is done"
                ) from None
            if code == sqlcipher.SQLITE_NOTADB:
                raise Corrupt(
                    "the store's lock file is damaged; it may be deleted while nothing uses the store"
                ) from None
            raise ReadOnly("the store's folder cannot be written") from None
        if path.exists():
            return holder
        # Its last holder erased the store meanwhile: a lock on a file that is gone keeps nobody out.
        holder.close()


def _free(folder: Path) -> int:
    try:
        return disk_usage(folder).free
    except OSError:
        return _LEAST_ROOM


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
