"""Forecasts as they were made, kept until the day they are of is told, and bounded in number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlcipher3 import dbapi2 as sqlcipher

MAX_ROWS: Final = 4000
"""Weeks foretold that are kept: five years of one currency, eight weeks ahead, of balance and outflow."""


class Foretold(NamedTuple):
    """One week as it is foretold; days are ordinals, amounts minor units."""

    currency: str
    quantity: str
    made: int
    ends: int
    model: str
    accounts: str
    p10: int
    p50: int
    p90: int


class Came(NamedTuple):
    """What came of one week."""

    currency: str
    quantity: str
    made: int
    ends: int
    actual: int


def keep(connection: sqlcipher.Connection, purposes: Collection[str], rows: Sequence[Foretold]) -> None:
    """Keep forecasts, inside the caller's transaction; the first of a day stands, the oldest go beyond ``MAX_ROWS``."""
    named = " ".join(sorted(purposes))
    connection.executemany(
        "INSERT OR IGNORE INTO forecast (purpose, currency, quantity, made, ends, model, accounts, p10, p50, p90)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(named, *row) for row in rows],
    )
    connection.execute(
        "DELETE FROM forecast WHERE made <= (SELECT made FROM forecast ORDER BY made DESC LIMIT 1 OFFSET ?)",
        (MAX_ROWS,),
    )


def settle(connection: sqlcipher.Connection, rows: Sequence[Came]) -> None:
    """Write what came beside what was foretold, once, inside the caller's transaction."""
    connection.executemany(
        "UPDATE forecast SET actual = ? WHERE currency = ? AND quantity = ? AND made = ? AND ends = ?"
        " AND actual IS NULL",
        [(row.actual, row.currency, row.quantity, row.made, row.ends) for row in rows],
    )
