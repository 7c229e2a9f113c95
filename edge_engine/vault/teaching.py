"""Categories of transactions and what the person taught about them; monthly totals follow at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from edge_engine.domain.merchant_words import names_merchant
from edge_engine.errors import InputError
from edge_engine.vault.rollup import Changes, chunks, places

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlcipher3 import dbapi2 as sqlcipher

CORRECTION: Final = 3
"""The source that no model overrules, see `edge_engine.vault.writer.Source`."""

VARIANT: Final = 5
"""The source that rests on a correction of another merchant."""

_SURE: Final = 1000

_OF_MODEL: Final = (1, 6)
"""The sources of what the model said, surely or as a guess."""

APART: Final = 0
"""Instead of a leaf: this merchant follows no other one's lesson."""

Row = tuple[int, int, int, int, str, str]
"""(transaction, leaf, confidence in parts per thousand, source, model, key of the merchant that a variant follows)."""

Taught = tuple[str, bool]
"""(merchant key, whether money comes in)."""

UPSERT: Final = (
    "INSERT INTO categorization (txn_id, leaf, confidence, source, model, follows) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET leaf = excluded.leaf, confidence = excluded.confidence, source = excluded.source,"
    " model = excluded.model, follows = excluded.follows,"
    f" model_leaf = CASE WHEN excluded.source <> {CORRECTION} THEN 0"
    f" WHEN source IN {_OF_MODEL} THEN leaf WHEN source = {CORRECTION} THEN model_leaf ELSE 0 END,"
    f" model_confidence = CASE WHEN excluded.source <> {CORRECTION} THEN 0"
    f" WHEN source IN {_OF_MODEL} THEN confidence WHEN source = {CORRECTION} THEN model_confidence ELSE 0 END"
)
"""A correction keeps beside it what the model said before; in an upsert a bare name is of the old row."""


def categorize(connection: sqlcipher.Connection, rows: Sequence[Row]) -> int:
    """Give transactions their categories; a correction stays unless the row is one itself.

    Args:
        connection: The writer's connection, in a transaction.
        rows: A later row of the same transaction wins.

    Returns:
        How many transactions got a category; leaf 0 is none.

    Raises:
        InputError: There is no such transaction.
    """
    wanted = {row[0]: row for row in rows}
    known = places(connection, wanted)
    if len(known) < len(wanted):
        raise InputError("there is no such transaction")
    taught = _of_source(connection, [txn for txn in wanted if wanted[txn][3] != CORRECTION], CORRECTION)
    changes = Changes()
    kept = [row for row in wanted.values() if row[0] not in taught]
    for txn, leaf, *_ in kept:
        place = known[txn]
        if leaf != place.key[2]:
            changes.lose(place.key, place.amount)
            changes.gain(place.under(leaf=leaf), place.amount)
    connection.executemany(UPSERT, kept)
    changes.write(connection)
    return sum(1 for row in kept if row[1])


def _of_source(connection: sqlcipher.Connection, ids: Collection[int], source: int) -> set[int]:
    """Return which of the transactions have their category from one source."""
    found: set[int] = set()
    for marks, part in chunks(ids):
        rows: Iterable[tuple[int]] = connection.execute(
            f"SELECT txn_id FROM categorization WHERE source = {source} AND txn_id IN ({marks})", part
        )
        found.update(txn for (txn,) in rows)
    return found


class _Side(NamedTuple):
    """A merchant and a direction of money: what a lesson is of.

    A shop that pays wages is one merchant, and what its wages are says nothing of purchases there.
    """

    merchant: int
    inflow: int
    key: str


_MINE: Final = "merchant_id = ? AND inflow = ?"


def correct(
    connection: sqlcipher.Connection, txn_id: int, leaf: int, now: int, *, only_this: bool
) -> list[int]:
    """Keep what the person taught and apply it; see `Writer.correct`."""
    side = _side(connection, txn_id)
    connection.execute("DELETE FROM correction WHERE txn_id = ?", (txn_id,))
    if only_this or not names_merchant(side.key):
        ids = [txn_id]
        connection.execute(
            "INSERT INTO correction (txn_id, leaf, at, inflow) VALUES (?, ?, ?, ?)",
            (txn_id, leaf, now, side.inflow),
        )
    else:
        _teach(connection, side, leaf, now)
        ids = _of_side(connection, side)
    changed = [txn for txn, place in places(connection, ids).items() if place.key[2] != leaf]
    categorize(connection, [(txn, leaf, _SURE, CORRECTION, "", "") for txn in ids])
    return sorted(changed)


def _teach(connection: sqlcipher.Connection, side: _Side, leaf: int, now: int) -> None:
    connection.execute(f"DELETE FROM correction WHERE {_MINE}", side[:2])
    connection.execute(
        "INSERT INTO correction (merchant_id, inflow, leaf, at) VALUES (?, ?, ?, ?)", (*side[:2], leaf, now)
    )


def uncorrect(connection: sqlcipher.Connection, txn_id: int, now: int, *, apart: bool) -> list[int]:
    """Take back what was taught and what came of it; see `Writer.uncorrect`."""
    side = _side(connection, txn_id)
    lesson = connection.execute(f"SELECT leaf FROM correction WHERE {_MINE}", side[:2]).fetchone()
    if connection.execute("DELETE FROM correction WHERE txn_id = ?", (txn_id,)).rowcount:
        if lesson is not None and lesson[0] != APART:
            categorize(connection, [(txn_id, lesson[0], _SURE, CORRECTION, "", "")])
            return []
        ids = [txn_id]
    elif lesson is not None:
        if apart and lesson[0] != APART:
            _teach(connection, side, APART, now)
        else:
            connection.execute(f"DELETE FROM correction WHERE {_MINE}", side[:2])
        ids = sorted(_of_source(connection, _of_side(connection, side), CORRECTION))
    else:
        ids = sorted(_of_source(connection, _of_side(connection, side), VARIANT))
        if txn_id not in ids:
            raise InputError("nothing was taught for this transaction")
        _teach(connection, side, APART, now)
    _free(connection, ids)
    return ids


def free_variants(connection: sqlcipher.Connection, variants: Mapping[Taught, int]) -> list[int]:
    """Take the categories away that rest on variants, or soon will; see `Writer.free_variants`."""
    ids = {
        txn for (txn,) in connection.execute(f"SELECT txn_id FROM categorization WHERE source = {VARIANT}")
    }
    changing: list[int] = []
    for marks, part in chunks({merchant for merchant, _ in variants}):
        rows: Iterable[tuple[int, int, str, int]] = connection.execute(
            "SELECT c.txn_id, c.leaf, m.key, t.amount > 0 FROM categorization c JOIN txn t ON t.id = c.txn_id"
            f" JOIN merchant m ON m.id = t.merchant_id WHERE c.source <> {CORRECTION} AND m.key IN ({marks})",
            part,
        )
        for txn, leaf, merchant, inflow in rows:
            taught = variants.get((merchant, bool(inflow)))
            if taught is not None:
                ids.add(txn)
                if leaf != taught:
                    changing.append(txn)
    _free(connection, ids)
    return sorted(changing)


def _free(connection: sqlcipher.Connection, ids: Collection[int]) -> None:
    """Take the categories of transactions away; totals follow."""
    changes = Changes()
    for place in places(connection, ids).values():
        changes.lose(place.key, place.amount)
        changes.gain(place.under(leaf=0), place.amount)
    connection.executemany("DELETE FROM categorization WHERE txn_id = ?", [(txn,) for txn in ids])
    changes.write(connection)


def _side(connection: sqlcipher.Connection, txn_id: int) -> _Side:
    """Return whose lesson a transaction has.

    Raises:
        InputError: There is no such transaction.
    """
    row = connection.execute(
        "SELECT m.id, t.amount > 0, m.key FROM txn t JOIN merchant m ON m.id = t.merchant_id WHERE t.id = ?",
        (txn_id,),
    ).fetchone()
    if row is None:
        raise InputError("there is no such transaction")
    return _Side(*row)


def _of_side(connection: sqlcipher.Connection, side: _Side) -> list[int]:
    """Return the merchant's transactions of that direction but those with a correction of their own."""
    rows: Iterable[tuple[int]] = connection.execute(
        "SELECT id FROM txn WHERE merchant_id = ? AND (amount > 0) = ?"
        " AND id NOT IN (SELECT txn_id FROM correction WHERE txn_id IS NOT NULL) ORDER BY id",
        side[:2],
    )
    return [txn for (txn,) in rows]
