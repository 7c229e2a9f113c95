"""Signals in the store: the budget's charges, what waits to be sent, what left, and what was dropped.

All of it runs inside the caller's transaction, which commits durably: a charge is on the disk before anything is made
of it, and a line of what left before the first byte goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from sqlcipher3 import dbapi2 as sqlcipher

Affordable = Callable[[Sequence[tuple[int, bool]]], bool]
"""Whether an epoch's losses, (millionths of epsilon, whether pure), are within the budget."""


class Charged(StrEnum):
    """What became of a charge."""

    CHARGED = "charged"
    COUNTED = "counted"  # this window, or a later one, was given before
    SPENT = "spent"  # the budget of the epoch does not reach


class Drop(StrEnum):
    """Why something was not sent."""

    ROWS = "rows"
    BYTES = "bytes"
    AGE = "age"
    EXPIRED = "expired"
    DENIED = "denied"
    TASK = "task"
    REFUSED = "refused"
    BUDGET = "budget"


class SentState(IntEnum):
    """What is known of something that left."""

    MAY_HAVE_LEFT = 1
    TAKEN = 2
    REFUSED = 3


class Contribution(NamedTuple):
    """One contribution as it enters the outbox; moments are Unix seconds.

    Attributes:
        signal: Identifier.
        window: Number of the window, in the signal's own length.
        begins: The window's first second.
        ends: The first second after it.
        at: When it is charged; where an earlier charge came later, that moment counts.
        epoch: Seconds of an epoch of the budget.
        epsilon: Privacy loss in millionths.
        pure: Whether the loss is pure differential privacy.
        purposes: Every purpose that it takes.
        task: Identifier of what it means.
        due: Not sent before.
        measured: As measured.
        shared: As split.
        clipped: Entries that were cut.
        bucketed: Entries that became a bucket.
        told: The signal as the catalogue has it now, JSON.
    """

    signal: str
    window: int
    begins: int
    ends: int
    at: int
    epoch: int
    epsilon: int
    pure: bool
    purposes: Sequence[str]
    task: bytes
    due: int
    measured: Sequence[int]
    shared: Sequence[int]
    clipped: int
    bucketed: int
    told: str


class Waiting(NamedTuple):
    """One row of the outbox."""

    id: int
    signal: str
    window: int
    purpose: str
    task: bytes
    made: int
    due: int
    attempts: int
    shared: tuple[int, ...]
    report: bytes | None
    told: str
    lost: int


class Limits(NamedTuple):
    """Bounds of the outbox.

    Attributes:
        rows: Most rows.
        bytes: Most bytes of sealed reports.
        age: Most seconds that a row waits.
    """

    rows: int = 64
    bytes: int = 256 * 1024
    age: int = 28 * 86_400


_COLUMNS: Final = "id, signal, window, purpose, task, made, due, attempts, shared, report, told, lost"


class SignalRows:
    """Writes the signals' tables, inside the transaction of a `edge_engine.vault.writer.Writer`.

    Args:
        connection: The writer's, in a transaction.
        now: The moment of writing, in Unix seconds.
    """

    def __init__(self, connection: sqlcipher.Connection, now: int) -> None:
        self._connection = connection
        self._now = now

    def contribute(self, given: Contribution, affordable: Affordable) -> Charged:
        """Charge the budget and put a contribution into the outbox, both or neither.

        # INVARIANT: moments and windows only go on, whatever the clock says; the charge comes before anything is split.
        # INVARIANT: a charge counts in every epoch that shares a moment with the one that it was charged to. Epochs
        # of another length, which a new catalogue may have, never end it sooner.

        Args:
            given: The contribution; it may be made before what was charged, which then counts.
            affordable: Judges everything that counts in the epoch, with this.
        """
        (latest,) = self._connection.execute(
            "SELECT max(ends) FROM signal_charge WHERE signal = ?", (given.signal,)
        ).fetchone()
        if latest is not None and latest > given.begins:
            return Charged.COUNTED
        (seen,) = self._connection.execute("SELECT max(at) FROM signal_charge").fetchone()
        at = given.at if seen is None else max(seen, given.at)
        epoch = at - at % given.epoch
        rows = self._connection.execute(
            "SELECT epsilon, pure FROM signal_charge WHERE epoch_ends > ?", (epoch,)
        ).fetchall()
        losses = [(loss, bool(pure)) for loss, pure in rows]
        if not affordable([*losses, (given.epsilon, given.pure)]):
            return Charged.SPENT
        self._connection.execute(
            "INSERT INTO signal_charge (signal, window, begins, ends, at, epoch_begins, epoch_ends, epsilon, pure)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                given.signal,
                given.window,
                given.begins,
                given.ends,
                at,
                epoch,
                epoch + given.epoch,
                given.epsilon,
                int(given.pure),
            ),
        )
        self._connection.execute(
            "INSERT INTO signal_outbox (signal, window, purpose, task, made, due, attempts, measured, shared, clipped,"
            " bucketed, told) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)",
            (
                given.signal,
                given.window,
                " ".join(sorted(given.purposes)),
                given.task,
                self._now,
                given.due,
                ",".join(map(str, given.measured)),
                ",".join(map(str, given.shared)),
                given.clipped,
                given.bucketed,
                given.told,
            ),
        )
        return Charged.CHARGED

    def waiting(self) -> list[Waiting]:
        """Return the whole outbox, oldest first."""
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM signal_outbox ORDER BY id").fetchall()
        return [Waiting._make((*row[:8], tuple(map(int, row[8].split(","))), *row[9:])) for row in rows]

    def seal(self, row_id: int, report_id: bytes, report: bytes, task: bytes) -> bool:
        """Keep the exact bytes of a row's report and its task's identifier; False where it is gone or has them."""
        cursor = self._connection.execute(
            "UPDATE signal_outbox SET report_id = ?, report = ?, task = ? WHERE id = ? AND report IS NULL",
            (report_id, report, task, row_id),
        )
        return bool(cursor.rowcount)

    def unseal(self, row_id: int) -> None:
        """Forget a row's report, which the leader refused for its outdated keys: a fresh one may be made."""
        self._connection.execute(
            "UPDATE signal_outbox SET report_id = NULL, report = NULL, lost = 0 WHERE id = ?", (row_id,)
        )

    def begin_sending(self, row_id: int, retry: int) -> bytes | None:
        """Write that a row leaves now and return its exact bytes; None where it is gone or has none.

        The attempt counts as one whose answer was lost until `note_answer` says otherwise.

        Args:
            row_id: The row.
            retry: When it is due again should no answer come.
        """
        found = self._connection.execute(
            "SELECT report_id, signal, window, purpose, task, shared, report, told FROM signal_outbox"
            " WHERE id = ? AND report IS NOT NULL",
            (row_id,),
        ).fetchone()
        if found is None:
            return None
        report_id, signal, window, purpose, task, shared, report, told = found
        self._connection.execute(
            "INSERT INTO signal_sent (report_id, signal, window, purpose, task, at, attempts, state, shared, bytes,"
            " sha256, told) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET attempts = attempts + 1",
            (
                report_id,
                signal,
                window,
                purpose,
                task,
                self._now,
                int(SentState.MAY_HAVE_LEFT),
                shared,
                len(report),
                hashlib.sha256(report).digest(),
                told,
            ),
        )
        self._connection.execute(
            "UPDATE signal_outbox SET attempts = attempts + 1, lost = lost + 1, due = ? WHERE id = ?",
            (retry, row_id),
        )
        return bytes(report)

    def end_sending(self, report_id: bytes, state: SentState) -> None:
        """Write what the leader said of a report."""
        self._connection.execute(
            "UPDATE signal_sent SET state = ? WHERE report_id = ?", (int(state), report_id)
        )

    def note_answer(self, row_id: int) -> None:
        """Write that the leader did not take the report at the latest attempt: it said so, or nothing had gone."""
        self._connection.execute(
            "UPDATE signal_outbox SET lost = lost - 1 WHERE id = ? AND lost > 0", (row_id,)
        )

    def put_off(self, row_id: int, due: int) -> None:
        """Send a row no sooner than then."""
        self._connection.execute("UPDATE signal_outbox SET due = max(due, ?) WHERE id = ?", (due, row_id))

    def remove(self, row_id: int) -> None:
        """Take a row out of the outbox: it arrived."""
        self._connection.execute("DELETE FROM signal_outbox WHERE id = ?", (row_id,))

    def drop(self, row_id: int, reason: Drop) -> bool:
        """Take a row out of the outbox unsent and count it; False where it is gone."""
        found = self._connection.execute(
            "DELETE FROM signal_outbox WHERE id = ? RETURNING signal", (row_id,)
        ).fetchone()
        if found is None:
            return False
        self.note_drop(found[0], reason)
        return True

    def latest_ends(self) -> dict[str, int]:
        """Return the first second after the latest window that each signal was charged for."""
        rows = self._connection.execute("SELECT signal, max(ends) FROM signal_charge GROUP BY signal")
        return dict(rows.fetchall())

    def refuse(self, signal: str, since: int) -> None:
        """Count that the budget did not reach for a signal, once since a moment."""
        found = self._connection.execute(
            "SELECT latest FROM signal_drop WHERE signal = ? AND reason = ?", (signal, Drop.BUDGET.value)
        ).fetchone()
        if found is None or found[0] < since:
            self.note_drop(signal, Drop.BUDGET)

    def note_drop(self, signal: str, reason: Drop) -> None:
        """Count something that is not sent."""
        self._connection.execute(
            "INSERT INTO signal_drop (signal, reason, n, latest) VALUES (?, ?, 1, ?)"
            " ON CONFLICT DO UPDATE SET n = n + 1, latest = max(latest, excluded.latest)",
            (signal, reason.value, self._now),
        )

    def keep_within(self, limits: Limits) -> int:
        """Drop what is beyond the bounds, oldest first, and return how many rows went."""
        rows = self.waiting()
        dropped = 0
        count, size = len(rows), sum(len(row.report or b"") for row in rows)
        for row in rows:
            if self._now - row.made > limits.age:
                reason = Drop.AGE
            elif count > limits.rows:
                reason = Drop.ROWS
            elif size > limits.bytes:
                reason = Drop.BYTES
            else:
                continue
            self.drop(row.id, reason)
            count, size, dropped = count - 1, size - len(row.report or b""), dropped + 1
        return dropped


def purge(connection: sqlcipher.Connection, purpose: str) -> int:
    """Empty the outbox of everything that a purpose took part in; return how many rows went."""
    cursor = connection.execute(
        "DELETE FROM signal_outbox WHERE instr(' ' || purpose || ' ', ' ' || ? || ' ')", (purpose,)
    )
    return int(cursor.rowcount)
