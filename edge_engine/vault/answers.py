"""What the person said of hypotheses: a confirmation may be taken back, "not true" is for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.errors import InputError

if TYPE_CHECKING:
    from sqlcipher3 import dbapi2 as sqlcipher

CONFIRMED: Final = 1
NOT_TRUE: Final = 2

Row = tuple[str, str, str, int, int, int, bytes]
"""(id, purpose, kind, day, answer, moment, body)."""

_SAID_BEFORE: Final = "SELECT answer FROM hypothesis_answer WHERE id = ?"


def keep(connection: sqlcipher.Connection, row: Row) -> None:
    """Keep an answer, inside the caller's transaction.

    Of what is not true, only its kind and its day are kept: enough never to ask again, and no more.

    Args:
        connection: The writer's connection, in a transaction.
        row: The answer.

    Raises:
        InputError: It was said before that it is not true.
    """
    key, *_, answer, at, body = row
    said = connection.execute(_SAID_BEFORE, (key,)).fetchone()
    if said == (NOT_TRUE,):
        if answer == NOT_TRUE:
            return
        raise InputError("it was said before that this is not true, and that is for ever")
    connection.execute(
        "INSERT OR REPLACE INTO hypothesis_answer (id, purpose, kind, day, answer, at, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*row[:4], answer, at, b"" if answer == NOT_TRUE else body),
    )
