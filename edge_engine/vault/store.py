"""The vault: one encrypted store, its keys, its lock, its one writer, and readers that need a grant.

A store is a folder: ``vault.db`` (SQLCipher), ``keys.json`` (the key slots) and ``writer.lock``.
"""

from __future__ import annotations

import os
import secrets
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, Self

from edge_engine.consent.grant import NOT_MINTED_HERE, Grant
from edge_engine.consent.purpose import Gate
from edge_engine.errors import (
    Busy,
    Closed,
    Corrupt,
    InputError,
    KeyMissing,
    KeyWrong,
    PurposeDenied,
    StoreMissing,
    Suspended,
    VaultError,
)
from edge_engine.vault import erase, fresh, keys, schema
from edge_engine.vault.authorizer import fence
from edge_engine.vault.connection import (
    BUSY_MS,
    KEY_BYTES,
    checkpoint,
    connect,
    converting,
    encrypt_anew,
    file_location,
    memory_location,
    set_up,
)
from edge_engine.vault.folder import (
    DATA_FILES,
    DATABASE,
    KEYS,
    LOCK,
    holds_store,
    lock,
    prepare,
    require_whole,
    require_writable,
    telling_full_disk,
)
from edge_engine.vault.ledger_store import VaultLedgerStore
from edge_engine.vault.readers import Readers
from edge_engine.vault.sensitive import keep_sensitive_leaves
from edge_engine.vault.turns import in_turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import TracebackType

    from sqlcipher3 import dbapi2 as sqlcipher

    from edge_engine.clock import Clock
    from edge_engine.vault.doctor import IntegrityReport
    from edge_engine.vault.erase import ErasureReceipt
    from edge_engine.vault.keys import KeyProvider
    from edge_engine.vault.model_store import VaultModelStore
    from edge_engine.vault.reader import Reader
    from edge_engine.vault.writer import Writer

BUSY_SECONDS: Final = 2.0
"""How long a second process waits for the store before it is told Busy."""

_FORKED: Final = "a forked process cannot use its parent's store; open it anew"


class Vault:
    """One open store. Made by :meth:`open` or :meth:`in_memory`; close it, or use it as a context manager.

    Threads take turns: one reads or writes, the others wait for the end of its block.
    """

    def __init__(self, location: str, folder: Path | None, clock: Clock) -> None:
        self._location = location
        self._folder = folder
        self._clock = clock
        self._process = os.getpid()
        self._turn = threading.RLock()
        self._key: bytes | None = None
        self._provider: KeyProvider | None = None
        self._connection: sqlcipher.Connection | None = None
        self.readers = Readers(lambda: self._connect(read_only=True))
        """Its guarded connections; for the vault's own modules."""
        self._lock: sqlcipher.Connection | None = None
        self._suspended = self._durable = False  # `_durable` is what the connection is set to
        self.founded = False  # whether it was made by this very opening
        self.generation = self.changed = 0  # grow whenever what is told of the person may have changed
        self._ledger_store = VaultLedgerStore(self)

    # -- opening -------------------------------------------------------------------------------------------------

    @classmethod
    def open(
        cls, folder: Path, key: KeyProvider, *, clock: Clock, create: bool = True, wait: float = BUSY_SECONDS
    ) -> Self:
        """Open the store in a folder, making it where there is none, once an erasure that was cut short is finished.

        Args:
            folder: The store.
            key: Opens one of its slots; for a new store, makes the first.
            clock: The engine's time.
            create: Whether a missing store may be made.
            wait: Seconds to wait for another process to let go.

        Raises:
            StoreMissing: There is no store, or its erasure was finished only now, and none may be made.
            InputError: The folder holds other files.
            KeyMissing: The key file, or a slot for this kind of key, is missing.
            KeyWrong: The key does not open it.
            Corrupt: Its bytes are damaged, or the database is gone while its key file is there.
            SchemaNewer: A newer engine wrote it.
            Busy: Another process holds it.
            ReadOnly: The folder cannot be written.
            DiskFull: There is no room.
        """
        keys.require_provider(key)
        founding = not holds_store(folder)
        if founding:
            prepare(folder, create=create)
        require_writable(folder)
        vault = cls(file_location(folder / DATABASE), folder, clock)
        vault._lock = lock(folder, wait)
        try:
            erase.finish(folder, create=create)
            # Another process may have made, or erased, the store while this one waited.
            vault._unlock(key) if holds_store(folder) else vault._found(key, create=create)
        except BaseException:
            if vault.founded:
                # INVARIANT: the lock is held and there was no store: what is removed is of this founding alone.
                vault._close_connections()
                erase.remove(folder)
            if founding and all(entry.name == LOCK for entry in folder.iterdir()):
                # Still held: whoever waits for it finds that it is gone, and makes another.
                erase.leave(folder)
            vault._drop()
            raise
        return vault

    @classmethod
    def in_memory(cls, *, clock: Clock) -> Self:
        """Return a vault in memory, guarded like any other; reading while a write is under way raises Busy."""
        vault = cls(memory_location(f"edge-{secrets.token_hex(16)}"), None, clock)
        vault._key, vault.founded = secrets.token_bytes(KEY_BYTES), True
        vault._start()
        return vault

    @staticmethod
    def destroy(folder: Path, *, clock: Clock, wait: float = BUSY_SECONDS) -> ErasureReceipt:
        """Erase a store that nobody can open, as its key is lost; it finishes an erasure that was cut short too.

        Raises:
            StoreMissing: There is no store.
            Busy: A process has it open.
            VaultError: The key file could not be destroyed.
        """
        return erase.destroy(folder, clock.now(), wait)

    def _found(self, provider: KeyProvider, *, create: bool) -> None:
        """Make a new store: the key file is durable before the first encrypted page."""
        if not create:
            raise StoreMissing("there is no store here")
        folder = self._existing_folder()
        for name in DATA_FILES:
            # A founding that was cut short left them; nothing can be in them.
            (folder / name).unlink(missing_ok=True)
        key = secrets.token_bytes(KEY_BYTES)
        slots = (keys.seal(key, provider),)
        self.founded = True
        keys.write(folder / KEYS, slots, "founding")
        self._key, self._provider = key, provider
        os.close(os.open(folder / DATABASE, os.O_RDWR | os.O_CREAT, 0o600))
        self._start()
        keys.write(folder / KEYS, slots)

    def _unlock(self, provider: KeyProvider) -> None:
        folder = self._existing_folder()
        kept = keys.read(folder / KEYS)
        require_whole(folder)
        for slot, key in keys.unseal(kept.slots, provider):
            self._key, self._provider = key, provider
            try:
                self._start()
            except KeyWrong:
                # Either a rekeying was cut short and another slot has the right key, or a page is damaged.
                continue
            keys.tidy(folder / KEYS, kept, slot.generation)
            return
        # A slot opened, so the key is right: the first page is not what it was.
        raise Corrupt("the store's first page is damaged")

    def _start(self) -> None:
        with telling_full_disk(self._folder):
            self._connection = self._connect()
            if self._folder is None:
                with converting():
                    fresh.furnish(self._connection)
            set_up(self._connection, in_memory=self._folder is None)
            self._durable = False
            schema.migrate(self._connection)
            keep_sensitive_leaves(self._connection)
            self._connection.set_authorizer(fence)

    def _connect(self, *, read_only: bool = False) -> sqlcipher.Connection:
        # In memory, whoever holds the lock is in this very thread: waiting would not help.
        busy_ms = BUSY_MS if self._folder is not None else 0
        return connect(self._location, self._required_key(), read_only=read_only, busy_ms=busy_ms)

    def _required_key(self) -> bytes:
        if self._key is None:
            raise Closed("the store is closed")
        return self._key

    # -- state ---------------------------------------------------------------------------------------------------

    @property
    def turn(self) -> AbstractContextManager[object]:
        """What a thread holds while it uses the store; for the vault's own modules.

        Raises:
            Closed: This process is a fork, and another thread of its parent may have held it for ever.
        """
        if os.getpid() != self._process:
            raise Closed(_FORKED)
        return self._turn

    @property
    def connection(self) -> sqlcipher.Connection:
        """The writer's raw connection; for the vault's own modules, in turn.

        Raises:
            Suspended: The store is suspended.
            Closed: It is closed, or this process is a fork of the one that opened it.
        """
        if os.getpid() != self._process:
            raise Closed(_FORKED)
        if self._suspended:
            raise Suspended("the store is suspended; resume it first")
        if self._connection is None:
            raise Closed("the store is closed")
        return self._connection

    def require_open(self) -> None:
        """Return where the store can be used.

        Raises:
            Suspended: It is suspended.
            Closed: It is closed, or this process is a fork of the one that opened it.
        """
        _ = self.connection

    def _idle_connection(self) -> sqlcipher.Connection:
        if self.connection.in_transaction:
            raise Busy("a write to the store is under way")
        return self.connection

    def _existing_folder(self) -> Path:
        if self._folder is None:
            raise InputError("a store in memory has no files")
        return self._folder

    @in_turn
    def rows_written(self) -> int:
        """Return how many rows were written, changed or deleted since it was opened."""
        return int(self.connection.total_changes)

    @in_turn
    def meta(self, name: str) -> bytes | None:
        """Return a value the vault keeps for itself, such as the device key."""
        connection = self.connection
        with converting():
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (name,)).fetchone()
        return None if row is None else bytes(row[0])

    def put_meta(self, name: str, value: bytes) -> None:
        """Keep a value for the vault itself, durably."""
        with self.committing(durable=True) as connection:
            connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (name, value))

    def model_store(self) -> VaultModelStore:
        """Return the place of the models' updates in this store."""
        from edge_engine.vault.model_store import VaultModelStore  # noqa: PLC0415 - only who loads a model needs it

        return VaultModelStore(self)

    def ledger_store(self) -> VaultLedgerStore:
        """Return the consent ledger's place in this store; grants are held against this very object."""
        return self._ledger_store

    @in_turn
    def account_key(self, key: str, currency: str) -> str:
        """Return the key that the store knows an account by; ``key`` itself where it is new.

        Whoever makes a transaction's identity needs it: the identity holds the account's key.
        """
        from edge_engine.vault import accounts  # noqa: PLC0415 - opening to look costs no matching rules

        connection = self.connection
        with converting():
            found = accounts.find(connection, key, currency)
        return key if found is None else found.key

    # -- reading and writing -------------------------------------------------------------------------------------

    @contextmanager
    def reading(self, grant: Grant) -> Iterator[Reader]:
        """Lend a reader that sees what the grant covers, on a read-only connection that never saw more.

        Raises:
            GrantExpired: The grant ended.
            PurposeDenied: This store's ledger did not mint it, or it is not for the gate ``read``.
            Busy: In memory alone: a write is under way.
        """
        # INVARIANT: exactly a grant, which only a ledger makes; an object that behaves like one opens nothing.
        if type(grant) is not Grant:
            raise PurposeDenied("reading the store needs a grant", purpose="", rule=NOT_MINTED_HERE)
        grant.check(self._ledger_store)
        if grant.gate is not Gate.READ:
            raise PurposeDenied(
                "this grant does not open the gate of reading", purpose=grant.purpose, rule="gate-read"
            )
        with self.turn:
            if self.connection.in_transaction and self._folder is None:
                raise Busy("a write to the store is under way")
            with self.readers.lend(grant, self._ledger_store) as reader:
                yield reader

    @contextmanager
    def writing(
        self, *, durable: bool = False, aside: bool = False, booking: bool = False
    ) -> Iterator[Writer]:
        """Lend the writer for one database transaction: committed at the end of the block, undone by an error.

        Args:
            durable: Wait until the disk has it (consent, budget, approvals); imports can be replayed.
            aside: It tells nothing new of the person: what was worked out before stays true.
            booking: It adds what happened, and changes nothing that was told before.

        Raises:
            Busy: A write is under way.
            DiskFull: There is no room; nothing of the block was stored.
            VaultError: The store refused; nothing of the block was stored.
        """
        from edge_engine.vault.writer import Writer  # noqa: PLC0415 - opening to look costs no matching rules

        with self.committing(durable=durable) as connection:
            self.generation += not aside
            self.changed += not (aside or booking)
            yield Writer(connection, self._clock.now())

    @contextmanager
    def committing(self, *, durable: bool = False) -> Iterator[sqlcipher.Connection]:
        """Run one database transaction on the raw connection; for the vault's own modules. See :meth:`writing`."""
        with self.turn:
            connection = self._idle_connection()
            with converting():
                if self._folder is not None and self._durable is not durable:
                    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
                    self._durable = durable
                connection.execute("BEGIN IMMEDIATE")
            try:
                with telling_full_disk(self._folder), converting():
                    yield connection
                    connection.execute("COMMIT")
            except BaseException:
                # A full disk may have undone it already, and the block may have closed the store.
                if self._connection is not None and self._connection.in_transaction:
                    with converting():
                        connection.execute("ROLLBACK")
                raise

    @in_turn
    def checkpoint(self) -> None:
        """Move the write-ahead log into the database and empty it, so that deleted rows are gone from the disk.

        Raises:
            Busy: A reader still looks at an older state.
        """
        self.readers.let_go()
        if self._folder is not None and not checkpoint(self._idle_connection()):
            raise Busy("a reader keeps the store from letting go of deleted rows")

    # -- key slots -----------------------------------------------------------------------------------------------

    @in_turn
    def slots(self) -> list[tuple[str, str]]:
        """Return (id, kind) of every key slot."""
        self.require_open()
        return [(slot.id, slot.kind) for slot in keys.read(self._existing_folder() / KEYS).slots]

    @in_turn
    def add_slot(self, provider: KeyProvider) -> str:
        """Let one more key open the store and return the slot's id."""
        path = self._existing_folder() / KEYS
        self.require_open()
        keys.require_provider(provider)
        return keys.add(path, self._required_key(), provider)

    @in_turn
    def remove_slot(self, slot_id: str) -> None:
        """Take a key's slot away. Who copied the key file before may still open copies of this store: `rekey`.

        Raises:
            InputError: There is no such slot, or it is the last one.
        """
        path = self._existing_folder() / KEYS
        self.require_open()
        keys.remove(path, slot_id)

    @in_turn
    def rekey(self, provider: KeyProvider) -> str:
        """Encrypt every page anew under a fresh key that only ``provider`` opens; all other slots are gone.

        A crash leaves the store whole under the old key or the new one: until the pages are written, the key
        file holds slots for both.

        Returns:
            The new slot's id.

        Raises:
            Busy: A reader or a write is under way.
            DiskFull: There is no room; the old keys stand.
        """
        path = self._existing_folder() / KEYS
        keys.require_provider(provider)
        connection = self._idle_connection()
        self.readers.let_go()
        if self.readers.lent or not checkpoint(connection):
            raise Busy("the store cannot be encrypted anew while it is being read")
        old = keys.read(path).slots
        anew = secrets.token_bytes(KEY_BYTES)
        slot = keys.seal(anew, provider, old[0].generation + 1)
        keys.write(path, (*old, slot))
        try:
            encrypt_anew(connection, anew)
        finally:
            # Opened anew in any case: it tells which of the two keys the pages have now.
            self._reopen(provider)
        if self._key != anew:
            raise VaultError("the store could not be encrypted anew; it is as it was")
        checkpoint(self.connection)
        return slot.id

    def _reopen(self, provider: KeyProvider) -> None:
        """Open the database again under this lock, with whichever known key its pages have."""
        known, former = self._required_key(), self._provider
        self._close_connections()
        try:
            self._unlock(provider)
        except VaultError:
            self._key, self._provider = known, former
            self._start()

    # -- care ----------------------------------------------------------------------------------------------------

    def integrity(self, verify_ledger: Callable[[], None] | None = None) -> IntegrityReport:
        """Check every page and every derived number; see `edge_engine.vault.doctor`.

        Args:
            verify_ledger: ``Ledger.verify`` of the ledger in this store.

        Raises:
            Busy: The store is being read or written.
        """
        from edge_engine.vault import doctor  # noqa: PLC0415 - seldom asked for

        # Before the turn: the ledger has a lock of its own, which it holds while it waits for the store.
        told = None if verify_ledger is None else doctor.outcome(verify_ledger)
        with self.turn:
            connection = self._idle_connection()
            self.readers.let_go()
            database = None if self._folder is None else self._folder / DATABASE
            return doctor.examine(connection, database=database, verify_ledger=told)

    @in_turn
    def suspend(self) -> None:
        """Close every handle and forget the key, as an app must before it is put to sleep; `resume` reopens.

        Another process may open the store meanwhile. A store in memory keeps what it holds and is only shut.

        Raises:
            Busy: A write is under way.
        """
        connection = self._idle_connection()
        self.readers.close()
        if self._folder is not None:
            # INVARIANT: the key is forgotten whatever the disk says; a log that it does not take is kept.
            with suppress(VaultError):
                checkpoint(connection)
            self._close_connections()
            self._key = None
            self._release()
        self._suspended = True

    @in_turn
    def resume(self, key: KeyProvider | None = None) -> None:
        """Open the store again after `suspend`; harmless where it is not suspended.

        Args:
            key: Opens a slot; None for the provider that opened it last.

        Raises:
            VaultError: As :meth:`open`; the store stays suspended.
        """
        if key is not None:
            keys.require_provider(key)
        if not self._suspended:
            self.require_open()
            return
        if self._folder is not None:
            former = self._provider
            provider = key or former
            if provider is None:
                raise KeyMissing("the store needs a key to resume")
            if not holds_store(self._folder):
                raise StoreMissing("there is no store here any more")
            self._lock = lock(self._folder, BUSY_SECONDS)
            try:
                self._unlock(provider)
            except BaseException:
                self._drop()
                # A key that does not open it takes nothing from the one that did.
                self._provider = former
                raise
        self._suspended = False
        self.generation, self.changed = self.generation + 1, self.changed + 1  # others may have written

    @in_turn
    def erase(self) -> ErasureReceipt:
        """Destroy the keys, then the data, and close; returns the receipt. A suspended store needs no key for it.

        Raises:
            Busy: A write is under way, or another process opened the store while it was suspended.
            VaultError: The key file could not be destroyed; the store is as it was.
        """
        if self._suspended and self._folder is not None:
            receipt = self.destroy(self._folder, clock=self._clock)
            self.close()
            return receipt
        self._suspended = False
        connection = self._idle_connection()
        rows, folder, now = erase.count(connection), self._folder, self._clock.now()
        if folder is None:
            self._drop()
            return erase.receipt(now, [], rows, (erase.MEMORY_RELEASED,), ())
        # INVARIANT: the keys go first; nothing after this can bring the data back, and nothing has to succeed.
        slots, method = erase.shred(folder)
        self._close_connections()
        self._key = None
        left = erase.remove(folder)
        self._drop()
        left += erase.leave(folder)
        return erase.receipt(now, slots, rows, (*method, erase.FILES_REMOVED), left)

    def close(self) -> None:
        """Close the store. Closing twice is harmless; a fork's close leaves the parent's store alone."""
        if os.getpid() == self._process:
            with self.turn:
                self._suspended = False
                self._drop()

    def _drop(self) -> None:
        self._close_connections()
        self._key = self._provider = None
        self._release()

    def _close_connections(self) -> None:
        self.readers.close()
        connection, self._connection = self._connection, None
        if connection is not None:
            # The last connection to close empties the log; where the disk refuses, the log is kept for next time.
            with suppress(VaultError), converting():
                connection.close()

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
