"""One read of the store: its SQL, the columns it touches, the shape of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

R = TypeVar("R", bound=tuple[object, ...])


@dataclass(frozen=True, slots=True)
class Query(Generic[R]):
    """One read.

    Attributes:
        name: For people who read logs; never shown with data.
        sql: One SELECT with named parameters.
        columns: Pairs of table and column that it touches; ``""`` stands for counting rows.
        row: A named tuple, one field a result column.
    """

    name: str
    sql: str
    columns: frozenset[tuple[str, str]]
    row: type[R]


def columns(**tables: str) -> frozenset[tuple[str, str]]:
    """Return pairs of table and column from names with blanks between; ``-`` stands for counting rows."""
    return frozenset(
        (table, "" if name == "-" else name) for table, names in tables.items() for name in names.split()
    )


# Rows of a sensitive leaf exist only for a grant that covers them. `sensitive_leaf` holds codes of the taxonomy,
# no data of the person.
UNSEEN: Final = "leaf IN (SELECT leaf FROM sensitive_leaf)"
