"""Connections to the encrypted database: keyed, tightened, and with every error converted once.

Nothing above the vault sees a connection, and nothing outside this module imports SQLCipher except for its types.
"""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlcipher3 import dbapi2 as sqlcipher

from edge_engine.errors import (
    Busy,
    Corrupt,
    DiskFull,
    EdgeError,
    KeyWrong,
    QueryDenied,
    ReadOnly,
    StoreMissing,
    VaultError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    # sqlcipher3 ships no types; its connections have the interface of the standard library's.
    from sqlite3 import Connection

KEY_BYTES: Final = 32
"""Length of the raw database key (AES-256)."""

PAGE_BYTES: Final = 8192
"""Page size: 3-10% faster in bulk than SQLCipher's default of 4096."""

BUSY_MS: Final = 2000
"""Longest wait, in milliseconds, for a lock that another connection or process holds."""

_WRITER_CACHE_KIB: Final = 16_384

# Source: https://www.sqlite.org/rescode.html, primary result codes.
_CLASSES: Final[dict[int, tuple[type[VaultError], str]]] = {
    5: (Busy, "the store is in use by another process"),
    6: (Busy, "the store is in use by another part of this program"),
    8: (ReadOnly, "the store's folder cannot be written"),
    10: (VaultError, "the store's disk failed to read or write"),
    11: (Corrupt, "the store is damaged"),
    13: (DiskFull, "the disk is full"),
    14: (ReadOnly, "the store's files cannot be opened"),
    23: (QueryDenied, "a query asked for something outside its grant"),
    26: (Corrupt, "the store is damaged or is not a database of this key"),
}

# Source: https://www.sqlite.org/rescode.html, extended result codes.
_EXTENDED: Final[dict[int, tuple[type[VaultError], str]]] = {
    522: (Corrupt, "the store is cut off"),  # SQLITE_IOERR_SHORT_READ
    778: (DiskFull, "the store could not grow: the disk is full or a limit is reached"),  # SQLITE_IOERR_WRITE
    3338: (ReadOnly, "the store's files cannot be opened"),  # SQLITE_IOERR_ACCESS
    8458: (Corrupt, "the store's file system is damaged"),  # SQLITE_IOERR_CORRUPTFS
}

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})
_NO_RIGHT: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextmanager
def converting() -> Iterator[None]:
    """Turn database and file errors of the block into the engine's errors, without any of their text.

    Raises:
        VaultError: What the block raised, as the most telling subclass.
    """
    try:
        yield
    except sqlcipher.Error as error:
        failure = _from_database(error)
        # INVARIANT: the cause keeps no text, for a logger that prints whole chains of errors: its message may
        # hold SQL.
        error.args = ()
        raise failure from None
    except OSError as error:
        raise _from_system(error) from None


def _from_database(error: Exception) -> EdgeError:
    code = int(getattr(error, "sqlite_errorcode", 0))
    kind, sentence = (
        _EXTENDED.get(code) or _CLASSES.get(code & 0xFF) or (VaultError, "the store refused this")
    )
    return kind(sentence)


def _from_system(error: OSError) -> EdgeError:
    if error.errno in _NO_ROOM:
        return DiskFull("the disk is full")
    if error.errno in _NO_RIGHT:
        return ReadOnly("the store's folder cannot be written")
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return StoreMissing("there is no store at this place")
    return VaultError("the store's files cannot be read or written")


def file_uri(path: Path, mode: str) -> str:
    """Return the SQLite URI of a file.

    Args:
        path: The database file.
        mode: ``ro``, ``rw`` or ``rwc``.
    """
    # Source: https://www.sqlite.org/uri.html section 3.1; a Windows drive needs a slash before it.
    plain = path.absolute().as_posix().replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:{'' if plain.startswith('/') else '/'}{plain}?mode={mode}"


def memory_uri(name: str) -> str:
    """Return the URI of a database in this process's memory, encrypted as a file would be.

    SQLite's ``memdb`` file system holds pages as a disk would, after the cipher; ``:memory:`` would hold them in
    the clear.
    """
    return f"file:/{name}?vfs=memdb"


def connect(uri: str, key: bytes, *, read_only: bool = False, busy_ms: int = BUSY_MS) -> Connection:
    """Open a keyed connection in autocommit mode and read its first page.

    Args:
        uri: From :func:`file_uri` or :func:`memory_uri`.
        key: bytes[32], the raw database key.
        read_only: Refuse every write on this connection.
        busy_ms: Longest wait for a lock, in milliseconds.

    Raises:
        KeyWrong: The key does not have its length: a shorter one would be taken for a passphrase.
        Corrupt: The first page does not decrypt with this key.
        VaultError: The file cannot be opened.
    """
    if len(key) != KEY_BYTES:
        raise KeyWrong(f"a database key is {KEY_BYTES} bytes")
    with converting():
        connection: Connection = sqlcipher.connect(
            uri, uri=True, timeout=busy_ms / 1000, isolation_level=None, check_same_thread=False
        )
    try:
        with converting():
            _tighten(connection, key, read_only=read_only)
    except BaseException:
        connection.close()
        raise
    return connection


def _tighten(connection: Connection, key: bytes, *, read_only: bool) -> None:
    run = connection.execute
    # INVARIANT: nothing touches the file before the key is set; an unkeyed connection makes a plaintext database.
    # SQLCipher would report a wrong key on the standard error.
    run("PRAGMA cipher_log_level = NONE")
    # The key never becomes SQL text, which errors and traces would repeat.
    connection.set_key(f"x'{key.hex()}'".encode())  # type: ignore[attr-defined]
    run(f"PRAGMA cipher_page_size = {PAGE_BYTES}")
    # INVARIANT: temporary tables and sorters stay in memory; on disk they would be plaintext.
    run("PRAGMA temp_store = 2")
    if run("PRAGMA temp_store").fetchone() != (2,):
        raise VaultError("this build of SQLCipher would write temporary files in the clear")
    run("PRAGMA trusted_schema = OFF")
    if read_only:
        run("PRAGMA query_only = ON")
    else:
        run("PRAGMA secure_delete = ON")
        run("PRAGMA foreign_keys = ON")
        run("PRAGMA synchronous = NORMAL")
        run(f"PRAGMA cache_size = -{_WRITER_CACHE_KIB}")
    run("SELECT count(*) FROM sqlite_schema").fetchone()


@contextmanager
def transaction(connection: Connection, *, durable: bool = False) -> Iterator[None]:
    """Run the block as one database transaction: all of it, or nothing.

    Args:
        connection: The writer's connection, with no transaction under way.
        durable: Wait until the disk has it (``synchronous=FULL``): for consent, budgets and approvals.

    Raises:
        Busy: A transaction is under way.
        VaultError: The block or the commit failed; nothing of it was kept.
    """
    if connection.in_transaction:
        raise Busy("a write to the store is already under way")
    with converting():
        if durable:
            connection.execute("PRAGMA synchronous = FULL")
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                # A full disk may have rolled it back already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        finally:
            if durable:
                connection.execute("PRAGMA synchronous = NORMAL")


def checkpoint(connection: Connection) -> bool:
    """Move everything from the write-ahead log into the database and cut the log to nothing.

    Deleted rows stay readable with the key until this is done.

    Returns:
        False where a reader kept some of the log in use.
    """
    with converting():
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
