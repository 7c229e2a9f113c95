"""What people decide and what is done about it: reviews, workflows, outcomes."""

from __future__ import annotations

from typing import Final, NamedTuple

from edge_engine.vault.query import Query, columns


class ReviewRow(NamedTuple):
    """A review as the person sees it."""

    id: str
    kind: str
    level: int
    purpose: str
    proposer: str
    state: int
    made: int
    due: int
    content: bytes
    digest: bytes
    approver: str
    until: int | None
    used_by: str | None


REVIEWS: Final = Query(
    "reviews, the soonest due first",
    "SELECT id, kind, level, purpose, proposer, state, made, due, content, digest, approver, until, used_by"
    " FROM review ORDER BY due, id",
    columns(
        review="id kind level purpose proposer state made due content digest approver until used_by",
    ),
    ReviewRow,
)


class ReviewCountRow(NamedTuple):
    """How often reviews of one kind ended one way."""

    kind: str
    advice: str
    verdict: str
    n: int


REVIEW_COUNTS: Final = Query(
    "how reviews ended",
    "SELECT kind, advice, verdict, n FROM review_count ORDER BY kind, advice, verdict",
    columns(review_count="kind advice verdict n"),
    ReviewCountRow,
)


class WorkflowRow(NamedTuple):
    """A workflow as the person sees it."""

    id: str
    kind: str
    key: str
    review: str
    state: int
    body: bytes
    amount: int
    currency: str
    started: int
    reason: str


WORKFLOWS: Final = Query(
    "workflows, the latest first",
    "SELECT id, kind, key, review, state, body, amount, currency, started, reason FROM workflow"
    " ORDER BY started DESC, id",
    columns(workflow="id kind key review state body amount currency started reason"),
    WorkflowRow,
)


class OutcomeRow(NamedTuple):
    """What the person did with an offer."""

    subject: str
    offer: str
    verdict: int
    at: int
    value: int
    currency: str


OUTCOMES: Final = Query(
    "outcomes, oldest first",
    "SELECT subject, offer, verdict, at, value, currency FROM outcome ORDER BY id",
    columns(outcome="id subject offer verdict at value currency"),
    OutcomeRow,
)


class DisclosureRow(NamedTuple):
    """What the bank or an adviser was given."""

    recipient: str
    who: str
    kind: str
    step: str
    fields: str
    data: str
    purpose: str
    rule: str
    entry: int
    at: int


DISCLOSURES: Final = Query(
    "what the bank and advisers were given, oldest first",
    "SELECT recipient, who, kind, step, fields, data, purpose, rule, entry, at FROM disclosure ORDER BY at, mark",
    columns(disclosure="mark recipient who kind step fields data purpose rule entry at"),
    DisclosureRow,
)

ALL: Final[tuple[Query[tuple[object, ...]], ...]] = tuple(
    value for value in dict(globals()).values() if isinstance(value, Query)
)
