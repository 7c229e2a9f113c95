"""Keyed connections to SQLCipher, and the one place where its errors become the engine's."""

from __future__ import annotations

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
    VaultError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY_BYTES: Final = 32
PAGE_BYTES: Final = 8192
"""Bulk work is 3 to 10 % faster than with SQLCipher's default of 4096."""

TEMP_IN_MEMORY: Final = 2

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
_FAILED_FSYNC_ON_FULL_DISK: Final = 778


def connect(location: str, key: bytes, *, read_only: bool = False) -> sqlcipher.Connection:
    """Open a database with its raw key.

    Args:
        location: URI of the file, or of a shared database in memory.
        key: bytes[32]; a shorter key would silently be accepted and stretched, so it is refused here.
        read_only: Refuse every write on this connection.

    Raises:
        VaultError: As `converting` says; a wrong key shows itself here, at the first page.
    """
    if len(key) != KEY_BYTES:
        raise KeyWrong("a store's key is 32 bytes")
    with converting():
        connection = sqlcipher.connect(
            location, uri=True, isolation_level=None, check_same_thread=False, timeout=0.0
        )
        try:
            # A wrong key would otherwise write to the standard error.
            connection.execute("PRAGMA cipher_log_level = NONE")
            connection.set_key(f"x'{key.hex()}'".encode())
            connection.execute(f"PRAGMA cipher_page_size = {PAGE_BYTES}")
            connection.execute(f"PRAGMA temp_store = {TEMP_IN_MEMORY}")
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA busy_timeout = 2000")
            if read_only:
                connection.execute("PRAGMA query_only = ON")
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
        raise converted(error) from None


def converted(error: sqlcipher.Error) -> VaultError:
    """Return the engine's error for one of SQLCipher's; it holds none of the original's text."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    text = str(error)
    if code is None:
        code = next((c for words, c in _BY_WORDS if words in text), 1)
    if code == _FAILED_FSYNC_ON_FULL_DISK:
        code = 13
    kind, sentence = _BY_PRIMARY_CODE.get(code & 0xFF, (VaultError, "the store refused an operation"))
    if isinstance(error, sqlcipher.ProgrammingError) and "closed" in text:
        kind, sentence = Closed, "the store is closed"
    return kind(sentence)


_BY_WORDS: Final = (
    ("not a database", 26),
    ("malformed", 11),
    ("locked", 5),
    ("readonly", 8),
    ("full", 13),
    ("unable to open", 14),
    ("not authorized", 23),
    ("prohibited", 23),
    ("disk I/O", 10),
)
