"""Workflows in the store: what is asked of the bank, step by step, each intent durable before it is acted upon."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlcipher3 import dbapi2 as sqlcipher

_COLUMNS: Final = (
    "id, kind, key, purpose, review, state, body, amount, currency, started, at, retry, withdrawn, reason"
)
_STEP: Final = "workflow, seq, action, undo, key, state, attempts, reference, at"


class WorkflowState(IntEnum):
    """Where a workflow stands."""

    RUNNING = 1
    DONE = 2
    COMPENSATING = 3
    COMPENSATED = 4
    STUCK = 5


class StepState(IntEnum):
    """Where a step stands."""

    INTENDED = 1
    DONE = 2
    REFUSED = 3
    UNDOING = 4
    UNDONE = 5


UNFINISHED: Final = (WorkflowState.RUNNING, WorkflowState.COMPENSATING, WorkflowState.STUCK)
"""States in which the back end may have done something that is not settled."""


class StoredWorkflow(NamedTuple):
    """A workflow as it is kept; see the schema."""

    id: str
    kind: str
    key: str
    purpose: str
    review: str
    state: int
    body: bytes
    amount: int
    currency: str
    started: int
    at: int
    retry: int = 0
    withdrawn: int = 0
    reason: str = ""


class StoredStep(NamedTuple):
    """A step as it is kept; see the schema."""

    workflow: str
    seq: int
    action: str
    undo: str
    key: str
    state: int
    attempts: int
    reference: str
    at: int


class WorkflowRows:
    """Reads and writes workflows inside the writer's transaction.

    Args:
        connection: The writer's connection, in a transaction.
    """

    def __init__(self, connection: sqlcipher.Connection) -> None:
        self._connection = connection

    def add(self, workflow: StoredWorkflow) -> None:
        """Keep a new workflow."""
        marks = ", ".join("?" * len(workflow))
        self._connection.execute(f"INSERT INTO workflow ({_COLUMNS}) VALUES ({marks})", workflow)

    def find(self, key: str) -> StoredWorkflow | None:
        """Return a workflow by its identifier, None where there is none."""
        return self._one("id", key)

    def done_for(self, key: str) -> StoredWorkflow | None:
        """Return the workflow of one thing that is done once, None where there is none."""
        return self._one("key", key)

    def _one(self, column: str, value: str) -> StoredWorkflow | None:
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM workflow WHERE {column} = ?", (value,)
        ).fetchone()
        return None if row is None else StoredWorkflow(*row)

    def runnable(self, clock: int) -> list[str]:
        """Return identifiers of workflows whose next call may be made, the oldest first.

        Args:
            clock: The device's own time; where it was set back before the last attempt, nothing waits for it.
        """
        rows = self._connection.execute(
            "SELECT id FROM workflow WHERE state IN (?, ?) AND NOT (at <= ? AND ? < retry) ORDER BY rowid",
            (int(WorkflowState.RUNNING), int(WorkflowState.COMPENSATING), clock, clock),
        ).fetchall()
        return [key for (key,) in rows]

    def moved(self, review: str, since: int) -> int:
        """Return how much workflows under one approval have moved, or may move, since a moment; undone ones not."""
        (total,) = self._connection.execute(
            "SELECT coalesce(sum(amount), 0) FROM workflow WHERE review = ? AND started > ? AND state <> ?",
            (review, since, int(WorkflowState.COMPENSATED)),
        ).fetchone()
        return int(total)

    def moved_in(self, currency: str, since: int) -> int:
        """Return how much of a currency workflows have moved, or may move, since a moment; undone ones not."""
        (total,) = self._connection.execute(
            "SELECT coalesce(sum(amount), 0) FROM workflow WHERE currency = ? AND started >= ? AND state <> ?",
            (currency, since, int(WorkflowState.COMPENSATED)),
        ).fetchone()
        return int(total)

    def turn(self, key: str, state: WorkflowState, now: int, reason: str = "", retry: int = 0) -> None:
        """Bring a workflow into a state."""
        self._connection.execute(
            "UPDATE workflow SET state = ?, at = ?, retry = ?, reason = coalesce(nullif(?, ''), reason) WHERE id = ?",
            (int(state), now, retry, reason, key),
        )

    def delete(self, key: str) -> None:
        """Delete a workflow that is settled and whose purpose ended."""
        self._connection.execute("DELETE FROM workflow_step WHERE workflow = ?", (key,))
        self._connection.execute("DELETE FROM workflow WHERE id = ?", (key,))

    def steps(self, workflow: str) -> Sequence[StoredStep]:
        """Return the steps that were begun, in order."""
        rows = self._connection.execute(
            f"SELECT {_STEP} FROM workflow_step WHERE workflow = ? ORDER BY seq", (workflow,)
        ).fetchall()
        return [StoredStep(*row) for row in rows]

    def step_of(self, key: str) -> StoredStep | None:
        """Return the step with an idempotency key, None where there is none."""
        row = self._connection.execute(f"SELECT {_STEP} FROM workflow_step WHERE key = ?", (key,)).fetchone()
        return None if row is None else StoredStep(*row)

    def put_step(self, step: StoredStep) -> None:
        """Keep a step, or what became of it."""
        self._connection.execute(
            f"INSERT INTO workflow_step ({_STEP}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (workflow, seq) DO UPDATE SET state = excluded.state, attempts = excluded.attempts,"
            " reference = excluded.reference, at = excluded.at",
            step,
        )
