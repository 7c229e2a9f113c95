"""What people decide and what is done about it, in the store: its time, its outcomes, and how it ends with consent."""

from __future__ import annotations

import json
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from edge_engine.vault.deciding import keep_never
from edge_engine.vault.disclosing import DisclosureRows
from edge_engine.vault.reviewing import ReviewRows
from edge_engine.vault.working import UNFINISHED, WorkflowRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlcipher3 import dbapi2 as sqlcipher

_RESTS_ON: Final = "instr(' ' || purpose || ' ', ' ' || ? || ' ')"
_UNFINISHED: Final = f"state IN ({', '.join(str(int(state)) for state in UNFINISHED)})"


class OutcomeVerdict(IntEnum):
    """What the person did with what was offered."""

    ACTED = 1
    DISMISSED = 2
    NOT_NOW = 3
    NEVER = 4


class StoredOutcome(NamedTuple):
    """An outcome as it is kept; see the schema."""

    subject: str
    offer: str
    purpose: str
    verdict: int
    at: int
    value: int
    currency: str


class Actions:
    """Reads and writes reviews, workflows and outcomes inside the writer's transaction.

    Args:
        connection: The writer's connection, in a transaction.
        now: The moment of writing by the device's clock, in seconds.

    Attributes:
        reviews: What waits for a person's word.
        workflows: What is asked of the bank.
        disclosures: What the bank and advisers are given.
    """

    def __init__(self, connection: sqlcipher.Connection, now: int) -> None:
        self._connection = connection
        self.clock = now
        self.reviews = ReviewRows(connection)
        self.workflows = WorkflowRows(connection)
        self.disclosures = DisclosureRows(connection)

    def now(self, at_least: int = 0) -> int:
        """Return the time, in seconds: the clock's, but never earlier than any that was returned before."""
        (high,) = self._connection.execute(
            "UPDATE action_time SET high = max(high, ?) RETURNING high", (max(self.clock, at_least),)
        ).fetchone()
        return int(high)

    def money_is_short(self) -> bool:
        """Return whether the person, an adviser or the app said that money is short."""
        (found,) = self._connection.execute(
            "SELECT EXISTS (SELECT 1 FROM stress WHERE source = 'said')"
        ).fetchone()
        return bool(found)

    def add_outcome(self, outcome: StoredOutcome) -> bool:
        """Keep an outcome and return whether it is new."""
        cursor = self._connection.execute(
            "INSERT OR IGNORE INTO outcome (subject, offer, purpose, verdict, at, value, currency)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            outcome,
        )
        if outcome.verdict == OutcomeVerdict.NEVER:
            keep_never(self._connection, "kind", outcome.offer, outcome.at)
        return bool(cursor.rowcount)


def withdraw(connection: sqlcipher.Connection, purpose: str) -> dict[str, int]:
    """Delete what rests on a purpose, inside the caller's transaction.

    A workflow that is under way is not forgotten, or nobody would ever undo what the bank already did: it loses its
    fields, is undone when workflows next run, and is deleted then. "Never again" is kept with nothing beside it.

    Returns:
        Rows deleted, or emptied, by table.
    """
    run = connection.execute
    steps = run(
        f"DELETE FROM workflow_step WHERE workflow IN (SELECT id FROM workflow WHERE {_RESTS_ON}"
        f" AND NOT {_UNFINISHED})",
        (purpose,),
    ).rowcount
    gone = run(f"DELETE FROM workflow WHERE {_RESTS_ON} AND NOT {_UNFINISHED}", (purpose,)).rowcount
    emptied = run(
        "UPDATE workflow SET withdrawn = 1, body = x'', amount = 0, currency = '', review = '', retry = 0"
        f" WHERE {_RESTS_ON} AND withdrawn = 0",
        (purpose,),
    ).rowcount
    run(
        f"UPDATE outcome SET subject = 'never ' || id, value = 0, currency = '' WHERE {_RESTS_ON} AND verdict = ?",
        (purpose, int(OutcomeVerdict.NEVER)),
    )
    return {
        "review": run(f"DELETE FROM review WHERE {_RESTS_ON}", (purpose,)).rowcount,
        "review_count": run(f"DELETE FROM review_count WHERE {_RESTS_ON}", (purpose,)).rowcount,
        "workflow": gone + emptied,
        "workflow_step": steps,
        "outcome": run(
            f"DELETE FROM outcome WHERE {_RESTS_ON} AND verdict <> ?", (purpose, int(OutcomeVerdict.NEVER))
        ).rowcount,
    }


def forget_account(connection: sqlcipher.Connection, key: str) -> None:
    """Let go of what names an account, inside the caller's transaction; what is under way is undone and deleted."""
    named = (json.dumps(key, ensure_ascii=False),)
    within: Final = "instr(CAST({} AS TEXT), ?)"
    workflows: Sequence[tuple[str, int]] = connection.execute(
        f"SELECT id, {_UNFINISHED} FROM workflow WHERE {within.format('body')}", named
    ).fetchall()
    rows = WorkflowRows(connection)
    for workflow, unfinished in workflows:
        if unfinished:
            connection.execute(
                "UPDATE workflow SET withdrawn = 1, body = x'', amount = 0, currency = '', review = '', retry = 0"
                " WHERE id = ?",
                (workflow,),
            )
        else:
            rows.delete(workflow)
    connection.execute(f"DELETE FROM review WHERE {within.format('content')}", named)
