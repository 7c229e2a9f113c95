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
    "SELECT leaf, count(*) FROM correction WHERE at >= :since AND at < :until"
    f" AND (:sensitive OR NOT {UNSEEN}) GROUP BY leaf ORDER BY leaf",
    columns(correction="leaf at", sensitive_leaf="leaf"),
    LeafCountRow,
)


class ChargeRow(NamedTuple):
    """What a contribution lost of the privacy budget."""

    signal: str
    window: int
    epoch: int
    at: int
    epsilon: int
    pure: int


SIGNAL_CHARGES: Final = Query(
    "charges of the privacy budget",
    "SELECT signal, window, epoch, at, epsilon, pure FROM signal_charge ORDER BY epoch, at, signal, window",
    columns(signal_charge="signal window epoch at epsilon pure"),
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


SIGNAL_OUTBOX: Final = Query(
    "contributions that wait to be sent",
    "SELECT signal, window, made, due, attempts, measured, shared, clipped, bucketed, report FROM signal_outbox"
    " ORDER BY id",
    columns(
        signal_outbox="id signal window made due attempts measured shared clipped bucketed report",
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


SIGNAL_SENT: Final = Query(
    "reports that left, oldest first",
    "SELECT report_id, signal, window, purpose, task, at, attempts, state, shared, bytes, sha256 FROM signal_sent"
    " ORDER BY at, signal, report_id",
    columns(signal_sent="report_id signal window purpose task at attempts state shared bytes sha256"),
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
