"""What SQLite asks before it prepares a statement, answered from a grant and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlcipher3 import dbapi2 as sqlcipher

if TYPE_CHECKING:
    from collections.abc import Callable

FUNCTIONS: Final = frozenset(
    ("count", "sum", "min", "max", "total", "coalesce", "ifnull", "abs", "group_concat", "length")
)
"""SQL functions that only look at what the statement may read anyway."""

_FUNCTION: Final = 31  # SQLITE_FUNCTION, which the module does not name


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
            return int(allow) if pair in columns and database in ("main", None) else int(deny)
        if action == _FUNCTION:
            return int(allow) if second in FUNCTIONS else int(deny)
        return int(deny)

    return decide
