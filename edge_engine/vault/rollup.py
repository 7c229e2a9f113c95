"""Monthly totals, kept beside the transactions in the same database transaction.

A total stands for all rows of one month, currency, leaf, account and kind of movement (`internal`: halves of
transfers between the person's own accounts). At 100,000 rows, reading totals is some forty times faster than a scan.

# INVARIANT: the totals always equal a recomputation by scan; no total stands for nothing.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from edge_engine.vault import acting, answers, deciding, signals, trait_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlcipher3 import dbapi2 as sqlcipher

Key = tuple[int, str, int, int, int]
"""(month, currency, leaf, internal, account id); month is ``year * 12 + month - 1``."""

# Ordinal 1 is 0001-01-01, whose Julian day begins at 1721425.5.
MONTH: Final = (
    "CAST(strftime('%Y', t.day + 1721424.5) AS INTEGER) * 12"
    " + CAST(strftime('%m', t.day + 1721424.5) AS INTEGER) - 1"
)
"""Month of a transaction `t`, as `month_of` gives it."""

SCAN: Final = (
    f"SELECT {MONTH}, t.currency, coalesce(c.leaf, 0),"
    " t.id IN (SELECT out_id FROM transfer UNION ALL SELECT in_id FROM transfer), t.account_id,"
    " sum(max(t.amount, 0)), sum(max(-t.amount, 0)), count(*)"
    " FROM txn t LEFT JOIN categorization c ON c.txn_id = t.id GROUP BY 1, 2, 3, 4, 5"
)
"""What the totals must be, computed from every transaction."""

_STORED: Final = "SELECT month, currency, leaf, internal, account_id, inflow, outflow, n FROM month_total"

_UPSERT: Final = (
    "INSERT INTO month_total (month, currency, leaf, internal, account_id, inflow, outflow, n)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
    " inflow = inflow + excluded.inflow, outflow = outflow + excluded.outflow, n = n + excluded.n"
)


def month_of(day: int) -> int:
    """Return the month, ``year * 12 + month - 1``, of a proleptic Gregorian ordinal."""
    when = date.fromordinal(day)
    return when.year * 12 + when.month - 1


class Changes:
    """Changes to the totals, gathered and then written together."""

    __slots__ = ("_gained", "_lost")

    def __init__(self) -> None:
        self._gained: dict[Key, list[int]] = {}
        self._lost: dict[Key, list[int]] = {}

    def gain(self, key: Key, amount: int) -> None:
        """Count one more row of this amount under ``key``."""
        _count(self._gained, key, amount)

    def lose(self, key: Key, amount: int) -> None:
        """Count one row of this amount less under ``key``."""
        _count(self._lost, key, amount)

    def write(self, connection: sqlcipher.Connection) -> None:
        """Bring the stored totals up to date and forget the changes."""
        rows: dict[Key, tuple[int, int, int]] = {
            key: (inflow, outflow, n) for key, (inflow, outflow, n) in self._gained.items()
        }
        for key, (inflow, outflow, n) in self._lost.items():
            more = rows.get(key, (0, 0, 0))
            rows[key] = (more[0] - inflow, more[1] - outflow, more[2] - n)
        connection.executemany(
            _UPSERT, [(*key, *change) for key, change in rows.items() if change != (0, 0, 0)]
        )
        connection.executemany(
            "DELETE FROM month_total WHERE month = ? AND currency = ? AND leaf = ? AND internal = ?"
            " AND account_id = ? AND n = 0",
            list(self._lost),
        )
        self._gained.clear()
        self._lost.clear()


def _count(totals: dict[Key, list[int]], key: Key, amount: int) -> None:
    total = totals.get(key)
    if total is None:
        total = totals[key] = [0, 0, 0]
    total[0 if amount > 0 else 1] += abs(amount)
    total[2] += 1


class Place(NamedTuple):
    """Under which total a transaction counts, and with what amount."""

    key: Key
    amount: int

    def under(self, *, leaf: int | None = None, internal: int | None = None) -> Key:
        """Return the key with another leaf or another side of ``internal``."""
        month, currency, old_leaf, old_internal, account = self.key
        return (
            month,
            currency,
            old_leaf if leaf is None else leaf,
            old_internal if internal is None else internal,
            account,
        )


CHUNK: Final = 512


def chunks(ids: Collection[int] | Collection[bytes] | Collection[str]) -> Iterator[tuple[str, list[object]]]:
    """Yield the question marks and the values of an SQL list, a bounded number at a time."""
    values: list[object] = list(ids)
    for start in range(0, len(values), CHUNK):
        part = values[start : start + CHUNK]
        yield ",".join("?" * len(part)), part


def places(connection: sqlcipher.Connection, ids: Collection[int]) -> dict[int, Place]:
    """Return where the transactions with these ids count; unknown ids are left out."""
    found: dict[int, Place] = {}
    for marks, part in chunks(ids):
        rows: Iterable[tuple[int, int, str, int, int, int, int]] = connection.execute(
            "SELECT t.id, t.day, t.currency, coalesce(c.leaf, 0), EXISTS (SELECT 1 FROM transfer WHERE out_id = t.id)"
            " OR EXISTS (SELECT 1 FROM transfer WHERE in_id = t.id), t.account_id, t.amount"
            f" FROM txn t LEFT JOIN categorization c ON c.txn_id = t.id WHERE t.id IN ({marks})",
            part,
        )
        for txn, day, currency, leaf, internal, account, amount in rows:
            found[txn] = Place((month_of(day), currency, leaf, internal, account), amount)
    return found


def mismatches(connection: sqlcipher.Connection) -> int:
    """Return how many totals differ from a recomputation by scan: wrong, missing or standing for nothing."""
    (wrong,) = connection.execute(
        f"WITH scan AS ({SCAN}), stored AS ({_STORED})"
        " SELECT (SELECT count(*) FROM (SELECT * FROM scan EXCEPT SELECT * FROM stored))"
        " + (SELECT count(*) FROM (SELECT * FROM stored EXCEPT SELECT * FROM scan))"
    ).fetchone()
    return int(wrong)


def rebuild(connection: sqlcipher.Connection) -> None:
    """Replace the totals by a recomputation, inside the caller's transaction."""
    connection.execute("DELETE FROM month_total")
    connection.execute(f"INSERT INTO month_total {SCAN}")


def purge(connection: sqlcipher.Connection, purposes: Sequence[str]) -> dict[str, int]:
    """Delete what only these purposes made, inside the caller's transaction.

    Withdrawing ``categorization`` takes the categories, what the person taught, and every total's category; the
    totals themselves stay, as not categorized.

    Args:
        connection: The writer's connection, in a transaction.
        purposes: Identifiers of purposes; one that made nothing is no error.

    Returns:
        Rows deleted by table, without tables that lost none.
    """
    removed: dict[str, int] = {}
    if "categorization" in purposes:
        for table in ("categorization", "correction"):
            removed[table] = connection.execute(f"DELETE FROM {table}").rowcount
        connection.execute(
            "INSERT INTO month_total (month, currency, leaf, internal, account_id, inflow, outflow, n)"
            " SELECT month, currency, 0, internal, account_id, sum(inflow), sum(outflow), sum(n)"
            " FROM month_total WHERE leaf <> 0 GROUP BY month, currency, internal, account_id"
            " ON CONFLICT DO UPDATE SET inflow = inflow + excluded.inflow,"
            " outflow = outflow + excluded.outflow, n = n + excluded.n"
        )
        connection.execute("DELETE FROM month_total WHERE leaf <> 0")
    # INVARIANT: what it took several purposes to make goes with any of them.
    removed["derived"] = sum(
        connection.execute(
            "DELETE FROM derived WHERE instr(' ' || purpose || ' ', ' ' || ? || ' ')", (purpose,)
        ).rowcount
        for purpose in purposes
    )
    # What the person confirmed of their life goes with the purpose it was said under, a forecast with any of its own.
    removed["hypothesis_answer"] = sum(answers.purge(connection, purpose) for purpose in purposes)
    removed["trait_word"] = sum(trait_words.purge(connection, purpose) for purpose in purposes)
    removed["forecast"] = sum(
        connection.execute(
            "DELETE FROM forecast WHERE instr(' ' || purpose || ' ', ' ' || ? || ' ')", (purpose,)
        ).rowcount
        for purpose in purposes
    )
    # What waits to be sent goes before the withdrawal returns; what left before cannot be recalled and stays told.
    removed["signal_outbox"] = sum(signals.purge(connection, purpose) for purpose in purposes)
    for purpose in purposes:
        for room in (acting, deciding):
            for table, rows in room.withdraw(connection, purpose).items():
                removed[table] = removed.get(table, 0) + rows
    return {table: rows for table, rows in removed.items() if rows}
