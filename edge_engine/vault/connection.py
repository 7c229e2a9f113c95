"""Keyed connections to SQLCipher, and the one place where its errors become the engine's."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlcipher3 import dbapi2 as sqlcipher

from edge_engine.errors import (
    Busy,
    Closed,
    Corrupt,
    DiskFull,
    KeyWrong,
    QueryDenied,
    ReadOnly,
    StoreMissing,
    VaultError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY_BYTES: Final = 32
PAGE_BYTES: Final = 8192
"""Bulk work is 3 to 10 % faster than with SQLCipher's default of 4096."""

TEMP_IN_MEMORY: Final = 2

_CACHE_KIB: Final = 16_384

BUSY_MS: Final = 2000
"""Longest wait, in milliseconds, for a lock that another connection holds."""

# Source: https://www.sqlite.org/rescode.html, primary result codes.
_BY_PRIMARY_CODE: Final[dict[int, tuple[type[VaultError], str]]] = {
    5: (Busy, "another process is using the store"),
    6: (Busy, "another reader or writer is using the store"),
    8: (ReadOnly, "the store cannot be written"),
    10: (VaultError, "the disk failed while reading or writing the store"),
    11: (Corrupt, "the store is damaged"),
    13: (DiskFull, "the disk is full; nothing of this change was stored"),
    14: (ReadOnly, "the store's files cannot be opened"),
    23: (QueryDenied, "the query asks for more than its grant allows"),
    26: (KeyWrong, "the key does not open this store"),
}

_NO_ROOM: Final = frozenset((errno.ENOSPC, errno.EFBIG, errno.EDQUOT))
_NO_RIGHT: Final = frozenset((errno.EACCES, errno.EPERM, errno.EROFS))


def file_location(path: Path) -> str:
    """Return the URI of a database file."""
    # Source: https://www.sqlite.org/uri.html section 3.1; a Windows drive needs a slash before it.
    plain = path.absolute().as_posix().replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:{'' if plain.startswith('/') else '/'}{plain}"


def memory_location(name: str) -> str:
    """Return the URI of a database in this process's memory.

    SQLite's ``memdb`` file system keeps pages as a disk would, behind the cipher: a connection without the key
    reads nothing. A shared cache (``mode=memory``) would keep them in the clear for every connection.
    """
    return f"file:/{name}?vfs=memdb"


def connect(
    location: str, key: bytes, *, read_only: bool = False, busy_ms: int = BUSY_MS
) -> sqlcipher.Connection:
    """Open a database with its raw key.

    Args:
        location: From :func:`file_location` or :func:`memory_location`.
        key: bytes[32]; a shorter key would silently be accepted and stretched, so it is refused here.
        read_only: Refuse every write on this connection.
        busy_ms: Longest wait for a lock, in milliseconds.

    Raises:
        VaultError: As `converting` says; a wrong key shows itself here, at the first page.
    """
    if len(key) != KEY_BYTES:
        raise KeyWrong("a store's key is 32 bytes")
    with converting():
        # INVARIANT: no statement reaches the file before the key is set; an unkeyed connection makes plaintext.
        connection = sqlcipher.connect(
            location, uri=True, isolation_level=None, check_same_thread=False, timeout=busy_ms / 1000
        )
        try:
            # A wrong key would otherwise write to the standard error.
            connection.execute("PRAGMA cipher_log_level = NONE")
            # Not as SQL text, which errors and traces repeat.
            connection.set_key(f"x'{key.hex()}'".encode())
            connection.execute(f"PRAGMA cipher_page_size = {PAGE_BYTES}")
            connection.execute(f"PRAGMA temp_store = {TEMP_IN_MEMORY}")
            connection.execute("PRAGMA trusted_schema = OFF")
            if read_only:
                connection.execute("PRAGMA query_only = ON")
            else:
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            _assert_private(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _assert_private(connection: sqlcipher.Connection) -> None:
    # INVARIANT: temporary data never reaches the disk; plaintext pages would.
    if connection.execute("PRAGMA temp_store").fetchone() != (TEMP_IN_MEMORY,):
        raise VaultError("the store's temporary data would not stay in memory")


@contextmanager
def converting() -> Iterator[None]:
    """Turn errors of SQLCipher into `VaultError` without their text, which may hold SQL, values or keys."""
    try:
        yield
    except sqlcipher.Error as error:
        failure = converted(error)
        # INVARIANT: the cause keeps no text either, for loggers that print whole chains of errors.
        error.args = ()
        raise failure from None


@contextmanager
def converting_files() -> Iterator[None]:
    """Turn the system's errors about the store's files into `VaultError` without names or paths."""
    try:
        yield
    except OSError as error:
        raise _from_system(error) from None


def converted(error: sqlcipher.Error) -> VaultError:
    """Return the engine's error for one of SQLCipher's; it holds none of the original's text."""
    code = int(getattr(error, "sqlite_errorcode", 0))
    if not code and isinstance(error, sqlcipher.ProgrammingError) and "closed" in str(error):
        return Closed("the store is closed")
    kind, sentence = _BY_PRIMARY_CODE.get(code & 0xFF, (VaultError, "the store refused an operation"))
    return kind(sentence)


def _from_system(error: OSError) -> VaultError:
    if error.errno in _NO_ROOM:
        return DiskFull("the disk is full")
    if error.errno in _NO_RIGHT:
        return ReadOnly("the store's folder cannot be read or written")
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return StoreMissing("there is no store here")
    return VaultError("the store's files cannot be read or written")


def checkpoint(connection: sqlcipher.Connection) -> bool:
    """Move the write-ahead log into the database and empty it.

    Deleted rows stay readable, with the key, until this is done.

    Returns:
        False where a reader still looks at an older state and keeps the log from being emptied.
    """
    with converting():
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def set_up(connection: sqlcipher.Connection, *, in_memory: bool) -> None:
    """Choose how the writer's connection keeps its journal, its durability and its cache.

    Raises:
        VaultError: The file system cannot keep a write-ahead log.
    """
    with converting():
        wanted = "MEMORY" if in_memory else "WAL"
        got = connection.execute(f"PRAGMA journal_mode = {wanted}").fetchone()
        if not in_memory and got != ("wal",):
            raise VaultError("this file system cannot keep a write-ahead log")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")


def encrypt_anew(connection: sqlcipher.Connection, key: bytes) -> None:
    """Encrypt every page under another key.

    Raises:
        DiskFull: There is no room; which key the pages have has to be tried.
    """
    connection.set_authorizer(None)
    with converting():
        connection.execute("PRAGMA synchronous = FULL")
        connection.reset_key(f"x'{key.hex()}'".encode())
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
