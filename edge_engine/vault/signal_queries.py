"""What signals read: what is measured, the privacy budget, what waits and what left."""

from __future__ import annotations

from typing import Final, NamedTuple

from edge_engine.vault.query import UNSEEN, Query, columns


class WindowEventRow(NamedTuple):
    """An app event without its identifier."""

    at: int
    name: str
    subject: str


EVENTS_WITHIN: Final = Query(
    "app events within a window",
    "SELECT at, name, subject FROM engagement WHERE at >= :since AND at < :until ORDER BY at, name, subject",
    columns(engagement="at name subject"),
    WindowEventRow,
)


class LeafCountRow(NamedTuple):
    """How many rows have a leaf."""

    leaf: int
    n: int


SORTED_BY_MODEL: Final = Query(
    "transactions that the model alone answered, surely or as a guess, by leaf",
    f"SELECT leaf, count(*) FROM categorization WHERE source IN (1, 6) AND (:sensitive OR NOT {UNSEEN})"
    " GROUP BY leaf ORDER BY leaf",
    columns(categorization="leaf source", sensitive_leaf="leaf"),
    LeafCountRow,
)

CORRECTED_WITHIN: Final = Query(
    "corrections within a window, by leaf",
    "SELECT leaf, count(*) FROM correction WHERE at >= :since AND at < :until AND leaf <> 0"
    f" AND (:sensitive OR NOT {UNSEEN}) GROUP BY leaf ORDER BY leaf",
    columns(correction="leaf at", sensitive_leaf="leaf"),
    LeafCountRow,
)


class JudgedRow(NamedTuple):
    """How many transactions the model was as sure of, and was right or wrong about."""

    confidence: int
    stood: int
    n: int


JUDGED: Final = Query(
    "categories of the model that stand or were corrected, by its confidence",
    "SELECT CASE source WHEN 3 THEN model_confidence ELSE confidence END, source <> 3 OR model_leaf = leaf, count(*)"
    " FROM categorization WHERE (source IN (1, 6) AND leaf <> 0 OR source = 3 AND model_leaf <> 0)"
    f" AND (:sensitive OR NOT ({UNSEEN} OR model_{UNSEEN})) GROUP BY 1, 2 ORDER BY 1, 2",
    columns(categorization="leaf confidence source model_leaf model_confidence", sensitive_leaf="leaf"),
    JudgedRow,
)


class ReactionRow(NamedTuple):
    """A suggestion that was shown: when, and what came of it."""

    at: int
    reaction: int


SUGGESTED_WITHIN: Final = Query(
    "suggestions shown within a window",
    "SELECT at, reaction FROM decision WHERE state = 2 AND at >= :since AND at < :until ORDER BY seq",
    columns(decision="seq at state reaction"),
    ReactionRow,
)


class MetRow(NamedTuple):
    """An arm, and when it was drawn or met."""

    at: int
    arm: str


DRAWN: Final = Query(
    "the version that was drawn in an experiment",
    "SELECT at, arm FROM assignment WHERE experiment = :experiment AND at < :until",
    columns(assignment="experiment at arm"),
    MetRow,
)

EXPOSED_WITHIN: Final = Query(
    "the version of an experiment that was met within a window",
    "SELECT at, arm FROM exposure WHERE experiment = :experiment AND at >= :since AND at < :until",
    columns(exposure="experiment at arm"),
    MetRow,
)


class HoldoutRow(NamedTuple):
    """Versions that were drawn, and those of them that are the standard for good."""

    drawn: int
    holdout: int


HOLDOUT: Final = Query(
    "whether the standard version was drawn for good",
    "SELECT count(*), total(arm = '') FROM assignment WHERE at < :until",
    columns(assignment="at arm"),
    HoldoutRow,
)


class ActedRow(NamedTuple):
    """How many suggestions of a kind were carried out."""

    kind: str
    n: int


ACTED_WITHIN: Final = Query(
    "suggestions carried out within a window, by kind",
    "SELECT offer, count(*) FROM outcome WHERE verdict = 1 AND at >= :since AND at < :until"
    " GROUP BY offer ORDER BY offer",
    columns(outcome="offer verdict at"),
    ActedRow,
)


class LearnedRow(NamedTuple):
    """What came of one suggestion, as it was learned."""

    row: bytes


LEARNED_WITHIN: Final = Query(
    "what was learned within a window beside one prior",
    "SELECT row FROM observation WHERE model = :prior AND at >= :since AND at < :until ORDER BY id",
    columns(observation="id model at row"),
    LearnedRow,
)


class ChargeRow(NamedTuple):
    """What a contribution lost of the privacy budget, and over which time it counts."""

    signal: str
    window: int
    begins: int
    ends: int
    at: int
    epoch_ends: int
    epsilon: int
    pure: int


SIGNAL_CHARGES: Final = Query(
    "charges of the privacy budget",
    "SELECT signal, window, begins, ends, at, epoch_ends, epsilon, pure FROM signal_charge ORDER BY at, signal, ends",
    columns(signal_charge="signal window begins ends at epoch_ends epsilon pure"),
    ChargeRow,
)


class WaitingRow(NamedTuple):
    """A contribution that waits to be sent."""

    signal: str
    window: int
    made: int
    due: int
    attempts: int
    measured: str
    shared: str
    clipped: int
    bucketed: int
    report: bytes | None
    task: bytes
    told: str


SIGNAL_OUTBOX: Final = Query(
    "contributions that wait to be sent",
    "SELECT signal, window, made, due, attempts, measured, shared, clipped, bucketed, report, task, told"
    " FROM signal_outbox ORDER BY id",
    columns(
        signal_outbox="id signal window made due attempts measured shared clipped bucketed report task told",
    ),
    WaitingRow,
)


class SentRow(NamedTuple):
    """A report that left the device, or may have."""

    report_id: bytes
    signal: str
    window: int
    purpose: str
    task: bytes
    at: int
    attempts: int
    state: int
    shared: str
    size: int
    sha256: bytes
    told: str


SIGNAL_SENT: Final = Query(
    "reports that left, oldest first",
    "SELECT report_id, signal, window, purpose, task, at, attempts, state, shared, bytes, sha256, told FROM signal_sent"
    " ORDER BY at, signal, report_id",
    columns(signal_sent="report_id signal window purpose task at attempts state shared bytes sha256 told"),
    SentRow,
)


class DropRow(NamedTuple):
    """How often something was not sent, and why."""

    signal: str
    reason: str
    n: int
    latest: int


SIGNAL_DROPS: Final = Query(
    "what was not sent, and why",
    "SELECT signal, reason, n, latest FROM signal_drop ORDER BY signal, reason",
    columns(signal_drop="signal reason n latest"),
    DropRow,
)

ALL: Final[tuple[Query[tuple[object, ...]], ...]] = tuple(
    value for value in dict(globals()).values() if isinstance(value, Query)
)
