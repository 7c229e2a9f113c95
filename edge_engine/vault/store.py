"""The vault: one encrypted store, its keys, its lock, its one writer, and readers that need a grant.

A store is a folder: ``vault.db`` (SQLCipher), ``keys.json`` (the key slots) and ``writer.lock``.
"""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import quote

from sqlcipher3 import dbapi2 as sqlcipher

from edge_engine.domain.category import Taxonomy
from edge_engine.errors import (
    Busy,
    Closed,
    Corrupt,
    InputError,
    KeyMissing,
    KeyWrong,
    ReadOnly,
    StoreMissing,
    Suspended,
    VaultError,
)
from edge_engine.vault import doctor, erase, keys, schema
from edge_engine.vault.connection import connect, converting
from edge_engine.vault.ledger_store import VaultLedgerStore
from edge_engine.vault.reader import guarded
from edge_engine.vault.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from edge_engine.clock import Clock
    from edge_engine.consent.grant import Grant
    from edge_engine.vault.doctor import IntegrityReport
    from edge_engine.vault.erase import ErasureReceipt
    from edge_engine.vault.keys import KeyProvider
    from edge_engine.vault.reader import Reader

DATABASE: Final = "vault.db"
KEYS: Final = "keys.json"
LOCK: Final = "writer.lock"
BUSY_SECONDS: Final = 2.0
"""How long a second process waits for the store before it is told Busy."""


class Vault:
    """One open store. Made by :meth:`open` or :meth:`in_memory`; close it, or use it as a context manager."""

    def __init__(self, location: str, folder: Path | None, clock: Clock) -> None:
        self._location = location
        self._folder = folder
        self._clock = clock
        self._process = os.getpid()
        self._key: bytes | None = None
        self._provider: KeyProvider | None = None
        self._connection: sqlcipher.Connection | None = None
        self._lock: sqlcipher.Connection | None = None
        self._suspended = False
        self.read_log: set[tuple[str, str]] | None = None
        """Where readers note the columns they touch; for tests."""

    # -- opening -------------------------------------------------------------------------------------------------

    @classmethod
    def open(
        cls, folder: Path, key: KeyProvider, *, clock: Clock, create: bool = True, wait: float = BUSY_SECONDS
    ) -> Self:
        """Open the store in a folder, making it where nothing is there and ``create`` holds.

        Args:
            folder: The store.
            key: Opens one of its slots; for a new store, makes the first.
            clock: The engine's time.
            create: Whether a missing store may be made.
            wait: Seconds to wait for another process to let go.

        Raises:
            StoreMissing: There is no store, and none may be made.
            KeyMissing: The key file, or a slot for this kind of key, is missing.
            KeyWrong: The key does not open it.
            Corrupt: Its bytes are damaged, or the database is gone while its key file is there.
            SchemaNewer: A newer engine wrote it.
            Busy: Another process holds it.
            ReadOnly: The folder cannot be written.
            DiskFull: There is no room.
        """
        database, key_file = folder / DATABASE, folder / KEYS
        exists = database.exists()
        if not exists:
            if key_file.exists():
                raise Corrupt(
                    "the store's database is gone while its key file is there; nothing was recreated"
                )
            if not create:
                raise StoreMissing("there is no store here")
            _make_folder(folder)
        vault = cls(_uri(database), folder, clock)
        vault._take_lock(wait)
        try:
            # Another process may have made the store while this one waited.
            vault._unlock(key) if database.exists() else vault._found(key)
        except BaseException:
            vault.close()
            raise
        return vault

    @classmethod
    def in_memory(cls, *, clock: Clock) -> Self:
        """Return a vault in memory, guarded like any other; it is gone when closed."""
        vault = cls(f"file:edge-{secrets.token_hex(8)}?mode=memory&cache=shared", None, clock)
        vault._key = secrets.token_bytes(keys.KEY_BYTES)
        vault._start()
        return vault

    def _found(self, provider: KeyProvider) -> None:
        """Make a new store: the key file is durable before the first encrypted page."""
        folder = self._existing_folder()
        key = secrets.token_bytes(keys.KEY_BYTES)
        try:
            keys.write(folder / KEYS, (keys.seal(key, provider),))
        except OSError as error:
            raise _from_system(error) from None
        self._key, self._provider = key, provider
        self._start()

    def _unlock(self, provider: KeyProvider) -> None:
        folder = self._existing_folder()
        if (folder / DATABASE).stat().st_size == 0:
            raise Corrupt("the store's database is empty; nothing was recreated")
        self._key = keys.unseal(keys.read(folder / KEYS).slots, provider)
        self._provider = provider
        try:
            self._start()
        except KeyWrong:
            # The slot opened, so the key is right: the first page is not what it was.
            raise Corrupt("the store's first page is damaged") from None

    def _start(self) -> None:
        connection = connect(self._location, self._required_key())
        self._connection = connection
        with converting():
            if self._folder is not None:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
        schema.migrate(connection)
        wanted = {(leaf.code,) for leaf in Taxonomy.default().leaves if leaf.sensitive}
        with converting():
            present = set(connection.execute("SELECT leaf FROM sensitive_leaf").fetchall())
            if present != wanted:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("DELETE FROM sensitive_leaf")
                connection.executemany("INSERT INTO sensitive_leaf VALUES (?)", sorted(wanted))
                connection.execute("COMMIT")

    def _take_lock(self, wait: float) -> None:
        """Hold an exclusive lock for the vault's life; the system lets go when the process dies."""
        folder = self._existing_folder()
        try:
            lock = sqlcipher.connect(_uri(folder / LOCK), uri=True, isolation_level=None, timeout=wait)
            lock.execute("PRAGMA journal_mode = DELETE")
            lock.execute("BEGIN EXCLUSIVE")
        except sqlcipher.OperationalError as error:
            if "locked" in str(error):
                raise Busy("another process has this store open") from None
            raise ReadOnly("the store's folder cannot be written") from None
        except sqlcipher.DatabaseError:
            raise Corrupt(
                "the store's lock file is damaged; it may be deleted while nothing uses the store"
            ) from None
        self._lock = lock

    # -- state ---------------------------------------------------------------------------------------------------

    @property
    def connection(self) -> sqlcipher.Connection:
        """The writer's raw connection; for the vault's own modules.

        Raises:
            Suspended: The store is suspended.
            Closed: It is closed, or this process is a fork of the one that opened it.
        """
        if self._suspended:
            raise Suspended("the store is suspended; resume it first")
        if self._connection is None:
            raise Closed("the store is closed")
        if os.getpid() != self._process:
            raise Closed("a forked process cannot use its parent's store; open it anew")
        return self._connection

    def _required_key(self) -> bytes:
        if self._key is None:
            raise Closed("the store is closed")
        return self._key

    def _existing_folder(self) -> Path:
        if self._folder is None:
            raise InputError("a store in memory has no files")
        return self._folder

    def meta(self, name: str) -> bytes | None:
        """Return a value the vault keeps for itself, such as the device key."""
        with converting():
            row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (name,)).fetchone()
        return None if row is None else bytes(row[0])

    def put_meta(self, name: str, value: bytes) -> None:
        """Keep a value for the vault itself, durably."""
        with self.writing(durable=True), converting():
            self.connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (name, value))

    def ledger_store(self) -> VaultLedgerStore:
        """Return the consent ledger's place in this store."""
        return VaultLedgerStore(self)

    # -- reading and writing -------------------------------------------------------------------------------------

    @contextmanager
    def reading(self, grant: Grant) -> Iterator[Reader]:
        """Lend a reader that sees what the grant covers, on a fresh read-only connection.

        Raises:
            GrantExpired: The grant ended.
            PurposeDenied: It was not minted by a ledger.
        """
        grant.check()
        self.connection  # noqa: B018 - raises when suspended, closed or forked
        connection = connect(self._location, self._required_key(), read_only=True)
        with guarded(connection, grant, self.read_log) as reader:
            yield reader

    @contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[Writer]:
        """Lend the writer for one database transaction: committed at the end of the block, undone by an error.

        Args:
            durable: Wait until the disk has it (consent, budget, approvals); imports can be replayed.
        """
        connection = self.connection
        with converting():
            if self._folder is not None:
                connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
        try:
            with converting():
                yield Writer(connection)
                connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database and empty it, so that deleted rows are gone from the disk.

        Raises:
            Busy: A reader still looks at an older state.
        """
        if self._folder is None:
            return
        with converting():
            busy, _, _ = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise Busy("a reader keeps the store from letting go of deleted rows")

    # -- key slots -----------------------------------------------------------------------------------------------

    def add_slot(self, provider: KeyProvider) -> str:
        """Let one more key open the store and return the slot's id."""
        folder = self._existing_folder()
        slots = keys.read(folder / KEYS).slots
        slot = keys.seal(self._required_key(), provider)
        keys.write(folder / KEYS, (*slots, slot))
        return slot.id

    def slots(self) -> list[tuple[str, str]]:
        """Return (id, kind) of every key slot."""
        return [(slot.id, slot.kind) for slot in keys.read(self._existing_folder() / KEYS).slots]

    def remove_slot(self, slot_id: str) -> None:
        """Take a key's slot away.

        Raises:
            InputError: There is no such slot, or it is the last one.
        """
        folder = self._existing_folder()
        slots = keys.read(folder / KEYS).slots
        rest = tuple(slot for slot in slots if slot.id != slot_id)
        if len(rest) == len(slots):
            raise InputError("there is no such key slot")
        if not rest:
            raise InputError("the last key slot cannot be removed; erase the store instead")
        keys.write(folder / KEYS, rest)

    # -- care ----------------------------------------------------------------------------------------------------

    def integrity(self) -> IntegrityReport:
        """Check every page and every derived number; see `edge_engine.vault.doctor`."""
        self.checkpoint()
        return doctor.examine(self.connection, encrypted=self._folder is not None)

    def suspend(self) -> None:
        """Close every handle and forget the key, as an app must before it is put to sleep; `resume` reopens."""
        folder = self._existing_folder()
        self.checkpoint()
        self.connection.close()
        self._connection, self._key, self._suspended = None, None, True
        self._release()
        del folder

    def resume(self, key: KeyProvider | None = None) -> None:
        """Open the store again after `suspend`.

        Args:
            key: Opens a slot; the provider of the first opening is asked again where None is given.
        """
        if not self._suspended:
            return
        provider = key or self._provider
        if provider is None:
            raise KeyMissing("the store needs a key to resume")
        self._suspended = False
        try:
            self._take_lock(BUSY_SECONDS)
            self._unlock(provider)
        except BaseException:
            self._drop()
            self._suspended = True
            raise

    def erase(self) -> ErasureReceipt:
        """Destroy the keys, then the data, and close; returns the receipt."""
        receipt_of = erase.plan(self._existing_folder(), self.connection, self._clock.now())
        self.connection.close()
        self._connection, self._key = None, None
        self._release()
        return receipt_of()

    def close(self) -> None:
        """Close the store. Closing twice is harmless; a fork's close leaves the parent's store alone."""
        if os.getpid() == self._process:
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection, self._key = None, None
        self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _uri(path: Path) -> str:
    return "file:" + quote(str(path.resolve()))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except FileNotFoundError:
        raise StoreMissing("the folder that should hold the store does not exist") from None
    except FileExistsError:
        raise Corrupt("a file stands where the store's folder should be") from None
    except OSError as error:
        raise _from_system(error) from None


def _from_system(error: OSError) -> VaultError:
    import errno  # noqa: PLC0415 - only failures need it

    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        from edge_engine.errors import DiskFull  # noqa: PLC0415

        return DiskFull("the disk is full; nothing was stored")
    return ReadOnly("the store's folder cannot be written")
