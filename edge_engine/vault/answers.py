"""What the person said of hypotheses: a confirmation may be taken back, "not true" is for ever.

A refusal outlives the consent it was said under, as only then is it for ever. So it has nothing of what was supposed:
its kind, the day the change was thought to have happened and the moment it was refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.errors import InputError

if TYPE_CHECKING:
    from sqlcipher3 import dbapi2 as sqlcipher

CONFIRMED: Final = 1
NOT_TRUE: Final = 2

Row = tuple[str, str, str, int, int, int, bytes]
"""(id, purpose, kind, day, answer, moment, body)."""

_REFUSED: Final = f"SELECT 1 FROM hypothesis_answer WHERE kind = ? AND day = ? AND answer = {NOT_TRUE}"


def keep(connection: sqlcipher.Connection, row: Row) -> None:
    """Keep an answer, inside the caller's transaction.

    Of what is not true, only its kind and its days are kept, under an identifier made of them: enough never to ask
    again, and no more.

    Args:
        connection: The writer's connection, in a transaction.
        row: The answer.

    Raises:
        InputError: It was said before that it is not true.
    """
    key, purpose, kind, day, answer, at, body = row
    refused = connection.execute(_REFUSED, (kind, day)).fetchone() is not None
    if refused and answer != NOT_TRUE:
        raise InputError("it was said before that this is not true, and that is for ever")
    connection.execute(f"DELETE FROM hypothesis_answer WHERE id = ? AND answer = {CONFIRMED}", (key,))
    if refused:
        return
    if answer == NOT_TRUE:
        key, body = f"{kind}:{day}", b""
    connection.execute(
        "INSERT INTO hypothesis_answer (id, purpose, kind, day, answer, at, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (key, purpose, kind, day, answer, at, body),
    )


def purge(connection: sqlcipher.Connection, purpose: str) -> int:
    """Delete what was confirmed under a purpose; what is not true stays so.

    Returns:
        How many answers went.
    """
    gone = connection.execute(
        f"DELETE FROM hypothesis_answer WHERE purpose = ? AND answer = {CONFIRMED}", (purpose,)
    ).rowcount
    return int(gone)
