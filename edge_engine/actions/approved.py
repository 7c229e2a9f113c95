"""An approval when it is acted upon: everything about it is checked once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from edge_engine.actions.canonical import digest
from edge_engine.actions.review import APPROVE, Content, Signed, Statement, Term, exact_terms, moment, verify
from edge_engine.actions.rules import Approver, Uses
from edge_engine.errors import (
    ApprovalAltered,
    ApprovalExpired,
    ApprovalForged,
    ApprovalMissing,
    ApprovalReplayed,
    ApproverRefused,
)
from edge_engine.vault.reviewing import ReviewState, StoredReview

if TYPE_CHECKING:
    from edge_engine.actions.rules import ActionRules, Adviser, ReviewKind


def require_approved(
    row: StoredReview | None, kind: ReviewKind, rules: ActionRules, now: int
) -> dict[str, Term]:
    """Return the terms that somebody approved, when they may be acted upon now.

    Everything is checked again: the digest over the stored bytes, and the signature by the key that today's policy
    names, so that an adviser whose key was taken away has approved nothing that is not done yet.

    Args:
        row: The review as it is kept.
        kind: The kind of review that is needed.
        rules: Today's.
        now: The time, Unix seconds.

    Raises:
        ApprovalMissing: Nobody approved it.
        ApprovalReplayed: It was used.
        ApprovalExpired: It no longer holds.
        ApprovalAltered: What is stored is not what was approved.
        ApprovalForged: The signature does not verify.
        ApproverRefused: The adviser is no longer one.
    """
    if row is None or row.kind != kind.id:
        raise ApprovalMissing("this needs an approved review")
    if row.used_by is not None and kind.uses is Uses.ONCE:
        raise ApprovalReplayed("the approval was used before")
    if row.state == ReviewState.EXPIRED or (row.until is not None and row.until <= now):
        raise ApprovalExpired("the approval no longer holds")
    if row.state != ReviewState.APPROVED or row.until is None:
        raise ApprovalMissing("this needs an approved review")
    if digest(row.content) != row.digest:
        raise ApprovalAltered("what is stored is not what was approved")
    if kind.approver is Approver.ADVISER:
        _check_signature(row, rules, now)
    return exact_terms(Content.read(row.content).terms, kind.terms)


def _check_signature(row: StoredReview, rules: ActionRules, now: int) -> None:
    try:
        statement = msgspec.json.decode(row.statement, type=Statement)
    except msgspec.MsgspecError:
        raise ApprovalForged("the stored approval is not one") from None
    adviser = rules.advisers.get(row.approver)
    if adviser is None or row.kind not in adviser.reviews:
        raise ApproverRefused("the adviser who approved this is no longer named by the policy")
    verify(Signed(statement, row.signature.hex()), adviser)
    require_key(adviser, now)
    if statement.review != row.id or statement.content != row.digest.hex() or statement.verdict != APPROVE:
        raise ApprovalAltered("what is stored is not what was approved")


def require_key(adviser: Adviser, now: int) -> None:
    """Raise where an adviser's key does not count today.

    Raises:
        ApproverRefused: It does not yet, or no longer.
    """
    today = moment(now).date()
    if today < adviser.since or (adviser.until is not None and today >= adviser.until):
        raise ApproverRefused("this adviser's key does not count today")
