"""Suggestions in the store: what was decided, shown and learned, and what the person never wants to see again.

All of it runs inside the caller's transaction.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlcipher3 import dbapi2 as sqlcipher

MAX_SILENT: Final = 50
"""Silent decisions that are kept; older ones go."""
MAX_TRACES: Final = 500
"""Traces that are kept; older decisions keep what contact rules need of them."""

_RESTS_ON: Final = "instr(' ' || purpose || ' ', ' ' || ? || ' ')"


class DecisionState(IntEnum):
    """How far a decision came."""

    SILENT = 0
    WAITING = 1
    DELIVERED = 2
    LAPSED = 3


class StoredReaction(IntEnum):
    """What came of a suggestion; a later one counts for more."""

    NONE = 0
    OPENED = 1
    ACTED = 2
    CLOSED = 3
    NOT_NOW = 4
    NEVER = 5


class StoredDecision(NamedTuple):
    """A decision as it is kept; see the schema."""

    id: str
    at: int
    channel: str
    offer: str
    kind: str
    level: int
    support: int
    subject: str
    purpose: str
    state: int
    propensity: float
    prior: float
    model: str
    features: bytes
    money: int
    currency: str


class DecisionRows:
    """Writes decisions inside the transaction of a `edge_engine.vault.writer.Writer`.

    Args:
        connection: The writer's, in a transaction.
        now: The moment of writing, in Unix seconds.
    """

    def __init__(self, connection: sqlcipher.Connection, now: int) -> None:
        self._connection = connection
        self._now = now

    def add(self, one: StoredDecision, trace: bytes) -> None:
        """Keep a decision and how it came about; of silent ones the latest alone, and of old ones no trace."""
        run = self._connection.execute
        seq = run(
            "INSERT INTO decision (id, at, channel, offer, kind, level, support, subject, purpose, state, reaction,"
            " reacted, observed, propensity, prior, model, features, money, currency)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?, ?, ?, ?, ?)",
            one,
        ).lastrowid
        run(
            "INSERT INTO decision_trace (decision, purpose, body) VALUES (?, ?, ?)",
            (one.id, one.purpose, trace),
        )
        gone = run("SELECT id FROM decision WHERE seq = ?", (int(seq) - MAX_TRACES,)).fetchall()
        if one.state == DecisionState.SILENT:
            gone += run(
                "DELETE FROM decision WHERE state = 0 AND seq <= (SELECT seq FROM decision WHERE state = 0"
                " ORDER BY seq DESC LIMIT 1 OFFSET ?) RETURNING id",
                (MAX_SILENT,),
            ).fetchall()
        for row in gone:
            run("DELETE FROM decision_trace WHERE decision = ?", row)

    def move(self, decision: str, state: DecisionState) -> bool:
        """Say how far a waiting decision came; False where it does not wait."""
        cursor = self._connection.execute(
            "UPDATE decision SET state = ? WHERE id = ? AND state = ?",
            (int(state), decision, int(DecisionState.WAITING)),
        )
        return bool(cursor.rowcount)

    def react(self, decision: str, reaction: StoredReaction) -> bool:
        """Keep what came of a delivered decision; False where as much or more is known already."""
        cursor = self._connection.execute(
            "UPDATE decision SET reaction = ?, reacted = ? WHERE id = ? AND state = ? AND reaction < ?"
            " AND (reaction <= 1 OR ? = 5)",
            (
                int(reaction),
                self._now,
                decision,
                int(DecisionState.DELIVERED),
                int(reaction),
                int(reaction),
            ),
        )
        return bool(cursor.rowcount)

    def observe(self, decision: str, row: bytes) -> bool:
        """Append what came of a decision to what is learned from, once, with the decision's purposes and prior."""
        cursor = self._connection.execute(
            "INSERT OR IGNORE INTO observation (decision, purpose, at, model, prior, row)"
            " SELECT id, purpose, ?, model, prior, ? FROM decision WHERE id = ? AND observed = 0",
            (self._now, row, decision),
        )
        self._connection.execute("UPDATE decision SET observed = 1 WHERE id = ?", (decision,))
        return bool(cursor.rowcount)

    def keep_posterior(self, until: int, body: bytes, model: str) -> None:
        """Keep what the rows up to one amount to beside a prior."""
        self._connection.execute(
            "INSERT OR REPLACE INTO posterior (id, until, model, body) VALUES (1, ?, ?, ?)",
            (until, model, body),
        )

    def assign(self, experiment: str, arm: str) -> None:
        """Keep an assignment; one that was kept before stays."""
        self._connection.execute(
            "INSERT OR IGNORE INTO assignment (experiment, arm, at) VALUES (?, ?, ?)",
            (experiment, arm, self._now),
        )

    def expose(self, experiment: str, arm: str) -> bool:
        """Note that the person met an experiment's difference; False where it was noted before."""
        cursor = self._connection.execute(
            "INSERT OR IGNORE INTO exposure (experiment, arm, at) VALUES (?, ?, ?)",
            (experiment, arm, self._now),
        )
        return bool(cursor.rowcount)

    def barred(self, offer: str, kind: str, family: str, *, suppressed: bool) -> bool:
        """Return whether the person said meanwhile that it is never to be shown, or that money is short.

        Args:
            offer: Identifier of the offer.
            kind: Its kind.
            family: Its family.
            suppressed: Whether it is kept back from people in stress.
        """
        (found,) = self._connection.execute(
            "SELECT EXISTS (SELECT 1 FROM never_again WHERE what = 'everything' OR (what = 'offer' AND name = ?)"
            " OR (what = 'kind' AND name = ?) OR (what = 'family' AND name = ?))"
            " OR (? AND EXISTS (SELECT 1 FROM stress WHERE source = 'said'))",
            (offer, kind, family, int(suppressed)),
        ).fetchone()
        return bool(found)

    def refuse(self, what: str, name: str) -> bool:
        """Keep that something is never to be suggested again; False where it was kept before."""
        return keep_never(self._connection, what, name, self._now)

    def say_stress(self, *, short: bool) -> None:
        """Keep, or take back, that money was said to be short."""
        if short:
            self._connection.execute(
                "INSERT OR REPLACE INTO stress (source, purpose, at) VALUES ('said', '', ?)", (self._now,)
            )
        else:
            self._connection.execute("DELETE FROM stress WHERE source = 'said'")

    def see_stress(self, purposes: Collection[str], at: int) -> None:
        """Keep when signs of stress were last seen; an earlier moment changes nothing."""
        self._connection.execute(
            "INSERT INTO stress (source, purpose, at) VALUES ('signs', ?, ?)"
            " ON CONFLICT DO UPDATE SET purpose = excluded.purpose, at = max(at, excluded.at)",
            (" ".join(sorted(purposes)), at),
        )


def keep_never(connection: sqlcipher.Connection, what: str, name: str, now: int) -> bool:
    """Keep that something is never to be suggested again, inside the caller's transaction; whether it is new."""
    cursor = connection.execute(
        "INSERT OR IGNORE INTO never_again (what, name, at) VALUES (?, ?, ?)", (what, name, now)
    )
    return bool(cursor.rowcount)


def withdraw(connection: sqlcipher.Connection, purpose: str) -> dict[str, int]:
    """Delete what rests on a purpose, inside the caller's transaction; what is never to be seen again stays.

    Returns:
        Rows deleted by table.
    """
    removed = {
        table: int(connection.execute(f"DELETE FROM {table} WHERE {_RESTS_ON}", (purpose,)).rowcount)
        for table in ("decision", "decision_trace", "observation", "stress")
    }
    if removed["observation"]:
        # Its sums hold what is gone; it is made anew from the rows that stay.
        connection.execute("DELETE FROM posterior")
    if purpose == "experiments":
        for table in ("assignment", "exposure"):
            removed[table] = int(connection.execute(f"DELETE FROM {table}").rowcount)
    return removed


def forget_account(connection: sqlcipher.Connection) -> None:
    """Let go of what a decision says of money, inside the caller's transaction: it may be of the account that goes."""
    # The feed lets go of what was about something in the account's money.
    connection.execute("UPDATE decision SET state = 3 WHERE channel = 'feed' AND state = 2 AND subject <> ''")
    connection.execute("UPDATE decision SET subject = '', money = 0, currency = ''")
    connection.execute("DELETE FROM decision_trace")
    connection.execute("DELETE FROM stress WHERE source = 'signs'")
