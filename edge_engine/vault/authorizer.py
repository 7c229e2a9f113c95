"""What SQLite asks before it prepares a statement, answered from a grant and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlcipher3 import dbapi2 as sqlcipher

if TYPE_CHECKING:
    from collections.abc import Callable

FUNCTIONS: Final = frozenset(
    (
        "count",
        "sum",
        "min",
        "max",
        "total",
        "coalesce",
        "ifnull",
        "abs",
        "group_concat",
        "length",
        "unhex",
        "printf",
    )
)
"""SQL functions that only look at what the statement may read anyway."""

_FUNCTION: Final = sqlcipher.SQLITE_FUNCTION
_MAIN: Final = ("main", None)  # a subquery's columns come without a database


def authorizer(
    columns: frozenset[tuple[str, str]], log: set[tuple[str, str]] | None = None
) -> Callable[[int, str | None, str | None, str | None, str | None], int]:
    """Return an authorizer that allows reading ``columns`` and listed functions, and denies all else.

    It answers with SQLite's named constants: a plain ``False`` is 0, which means *allowed*. An exception in it
    denies. The view argument is never trusted: a common table expression can bear a view's name.

    Args:
        columns: (table, column) pairs; the column ``""`` allows counting a table's rows.
        log: Where asked-for pairs are noted, for tests that hold queries against what they declare.
    """
    allow, deny = sqlcipher.SQLITE_OK, sqlcipher.SQLITE_DENY

    def decide(
        action: int, first: str | None, second: str | None, database: str | None, trigger: str | None
    ) -> int:
        del trigger
        if action == sqlcipher.SQLITE_SELECT:
            return int(allow)
        if action == sqlcipher.SQLITE_READ:
            pair = (first or "", second or "")
            if log is not None:
                log.add(pair)
            return int(allow) if pair in columns and database in _MAIN else int(deny)
        if action == _FUNCTION:
            return int(allow) if second in FUNCTIONS else int(deny)
        return int(deny)

    return decide


_FENCED: Final = frozenset((sqlcipher.SQLITE_ATTACH, sqlcipher.SQLITE_DETACH))
_FENCED_PRAGMAS: Final = frozenset(
    ("key", "rekey", "hexkey", "hexrekey", "temp_store", "temp_store_directory")
)
_FENCED_FUNCTIONS: Final = frozenset(("sqlcipher_export", "load_extension", "fts3_tokenizer"))


def fence(
    action: int, first: str | None, second: str | None, database: str | None, trigger: str | None
) -> int:
    """Authorize the writer: anything but what could let plaintext or a key out of the store.

    Attaching a second database with an empty key and copying into it would write the store in the clear.
    """
    del database, trigger
    denied = (
        action in _FENCED
        or (
            action == sqlcipher.SQLITE_PRAGMA
            and (first or "").lower() in _FENCED_PRAGMAS
            and second is not None
        )
        or (action == _FUNCTION and (second or "").lower() in _FENCED_FUNCTIONS)
    )
    return int(sqlcipher.SQLITE_DENY if denied else sqlcipher.SQLITE_OK)
