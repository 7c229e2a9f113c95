"""What the person said of their traits: a word of their own may change and go, "not true" is for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlcipher3 import dbapi2 as sqlcipher

_KNOWN: Final = "SELECT denied FROM trait_word WHERE name = ?"


def put(connection: sqlcipher.Connection, name: str, purpose: str, value: str, at: int) -> None:
    """Keep the person's own word, inside the caller's transaction.

    Args:
        connection: The writer's connection, in a transaction.
        name: Of the trait.
        purpose: Under which it was said.
        value: As JSON; empty takes a word back.
        at: Moment, Unix seconds.
    """
    if connection.execute(_KNOWN, (name,)).fetchone() is not None:
        connection.execute(
            "UPDATE trait_word SET value = ?, purpose = ?, at = ? WHERE name = ?", (value, purpose, at, name)
        )
    elif value:
        connection.execute(
            "INSERT INTO trait_word (name, purpose, denied, value, at) VALUES (?, ?, 0, ?, ?)",
            (name, purpose, value, at),
        )
    connection.execute("DELETE FROM trait_word WHERE name = ? AND denied = 0 AND value = ''", (name,))


def deny(connection: sqlcipher.Connection, name: str, purpose: str, at: int) -> None:
    """Keep that a trait is not true, and no value, inside the caller's transaction."""
    if connection.execute(_KNOWN, (name,)).fetchone() is not None:
        connection.execute(
            "UPDATE trait_word SET denied = 1, value = '', purpose = ?, at = ? WHERE name = ?",
            (purpose, at, name),
        )
    else:
        connection.execute(
            "INSERT INTO trait_word (name, purpose, denied, value, at) VALUES (?, ?, 1, '', ?)",
            (name, purpose, at),
        )


def purge(connection: sqlcipher.Connection, purpose: str) -> int:
    """Delete what was said under a purpose; of what is not true, the refusal stays and nothing else.

    Returns:
        How many words went.
    """
    gone = connection.execute("DELETE FROM trait_word WHERE purpose = ? AND denied = 0", (purpose,)).rowcount
    emptied = connection.execute(
        "UPDATE trait_word SET value = '' WHERE purpose = ? AND value <> ''", (purpose,)
    ).rowcount
    return int(gone) + int(emptied)
