"""Reviews in the store: what waits for a person's word, and what they said; each decided once, each used once."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlcipher3 import dbapi2 as sqlcipher

_COLUMNS: Final = (
    "id, kind, level, purpose, proposer, advice, state, made, due, content, digest, approver, statement, signature,"
    " decided, until, used_by"
)


class ReviewState(IntEnum):
    """Where a review stands."""

    PENDING = 1
    APPROVED = 2
    REJECTED = 3
    ASKED = 4
    EXPIRED = 5


OPEN: Final = (ReviewState.PENDING, ReviewState.ASKED)
"""States in which somebody can still decide."""


class StoredReview(NamedTuple):
    """A review as it is kept; see the schema."""

    id: str
    kind: str
    level: int
    purpose: str
    proposer: str
    advice: str
    state: int
    made: int
    due: int
    content: bytes
    digest: bytes
    approver: str = ""
    statement: bytes = b""
    signature: bytes = b""
    decided: int | None = None
    until: int | None = None
    used_by: str | None = None


class Verdict(NamedTuple):
    """What somebody decided.

    Attributes:
        state: Approved or rejected.
        approver: Who.
        statement: What an adviser signed; empty where the person decided.
        signature: The adviser's.
        until: First moment at which an approval no longer holds.
    """

    state: ReviewState
    approver: str
    statement: bytes = b""
    signature: bytes = b""
    until: int | None = None


class ReviewRows:
    """Reads and writes reviews inside the writer's transaction.

    Args:
        connection: The writer's connection, in a transaction.
    """

    def __init__(self, connection: sqlcipher.Connection) -> None:
        self._connection = connection

    def add(self, review: StoredReview) -> None:
        """Keep a new review."""
        marks = ", ".join("?" * len(review))
        self._connection.execute(f"INSERT INTO review ({_COLUMNS}) VALUES ({marks})", review)

    def find(self, key: str) -> StoredReview | None:
        """Return a review, None where there is none."""
        row = self._connection.execute(f"SELECT {_COLUMNS} FROM review WHERE id = ?", (key,)).fetchone()
        return None if row is None else StoredReview(*row)

    def rewrite(self, review: StoredReview, state: ReviewState, content: bytes, digest: bytes) -> None:
        """Give an open review another content, such as a question and its answer."""
        self._connection.execute(
            "UPDATE review SET state = ?, content = ?, digest = ? WHERE id = ?",
            (int(state), content, digest, review.id),
        )

    def decide(self, review: StoredReview, verdict: Verdict, now: int) -> None:
        """Keep a verdict on an open review and count it."""
        self._connection.execute(
            "UPDATE review SET state = ?, approver = ?, statement = ?, signature = ?, decided = ?, until = ?"
            " WHERE id = ?",
            (
                int(verdict.state),
                verdict.approver,
                verdict.statement,
                verdict.signature,
                now,
                verdict.until,
                review.id,
            ),
        )
        self._count(review, verdict.state)

    def overdue(self, now: int) -> Sequence[StoredReview]:
        """Return open reviews that are due, and approvals that were never used and no longer hold."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM review WHERE (state IN (?, ?) AND due <= ?)"
            " OR (state = ? AND used_by IS NULL AND until <= ?) ORDER BY id",
            (*map(int, OPEN), now, int(ReviewState.APPROVED), now),
        ).fetchall()
        return [StoredReview(*row) for row in rows]

    def expire(self, review: StoredReview, now: int) -> None:
        """Note that a review's time is over; one that nobody decided is counted so."""
        self._connection.execute(
            "UPDATE review SET state = ?, decided = coalesce(decided, ?) WHERE id = ?",
            (int(ReviewState.EXPIRED), now, review.id),
        )
        if review.state in OPEN:
            self._count(review, ReviewState.EXPIRED)

    def use(self, review: StoredReview, workflow: str) -> None:
        """Spend an approval on a workflow; the schema refuses a second one."""
        self._connection.execute("UPDATE review SET used_by = ? WHERE id = ?", (workflow, review.id))

    def spend(self, signature_digest: bytes, now: int) -> bool:
        """Note that a signature was accepted and return whether it is new."""
        cursor = self._connection.execute(
            "INSERT OR IGNORE INTO approval_spent (digest, at) VALUES (?, ?)", (signature_digest, now)
        )
        return bool(cursor.rowcount)

    def is_spent(self, signature_digest: bytes) -> bool:
        """Return whether a signature was accepted before."""
        found = self._connection.execute(
            "SELECT 1 FROM approval_spent WHERE digest = ?", (signature_digest,)
        ).fetchone()
        return found is not None

    def _count(self, review: StoredReview, state: ReviewState) -> None:
        self._connection.execute(
            "INSERT INTO review_count (kind, purpose, advice, verdict, n) VALUES (?, ?, ?, ?, 1)"
            " ON CONFLICT DO UPDATE SET n = n + 1",
            (review.kind, review.purpose, review.advice, state.name.lower()),
        )
