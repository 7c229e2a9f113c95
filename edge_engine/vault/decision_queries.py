"""Suggestions: what was decided, shown and learned, which versions the person sees, and what is never shown again."""

from __future__ import annotations

from typing import Final, NamedTuple

from edge_engine.vault.query import Query, columns


class ShownRow(NamedTuple):
    """What contact rules need of a suggestion."""

    id: str
    offer: str
    channel: str
    at: int
    subject: str
    reaction: int
    support: int


SHOWN: Final = Query(
    "suggestions that were made or wait since a moment",
    "SELECT id, offer, channel, at, subject, reaction, support FROM decision WHERE state IN (1, 2) AND at > :since"
    " ORDER BY seq",
    columns(decision="seq id state offer channel at subject reaction support"),
    ShownRow,
)


class DecisionRow(NamedTuple):
    """A decision as the person sees it."""

    id: str
    at: int
    channel: str
    offer: str
    kind: str
    level: int
    subject: str
    purpose: str
    state: int
    reaction: int
    money: int
    currency: str
    trace: bytes | None


_DECISION: Final = (
    "SELECT d.id, at, channel, offer, kind, level, subject, d.purpose, state, reaction, money, currency, body"
    " FROM decision d LEFT JOIN decision_trace t ON t.decision = d.id"
)
_DECISION_COLUMNS: Final = columns(
    decision="id at channel offer kind level subject purpose state reaction money currency",
    decision_trace="decision body",
)
_IN_ORDER: Final = _DECISION_COLUMNS | columns(decision="seq")

DECISIONS: Final = Query(
    "decisions, the latest first",
    f"{_DECISION} WHERE (:silent OR state <> 0) ORDER BY seq DESC LIMIT :limit",
    _IN_ORDER,
    DecisionRow,
)

DECISION: Final = Query("one decision", f"{_DECISION} WHERE d.id = :id", _DECISION_COLUMNS, DecisionRow)

WAITING: Final = Query(
    "decisions that wait for their channel, oldest first",
    f"{_DECISION} WHERE state = 1 ORDER BY seq",
    _IN_ORDER,
    DecisionRow,
)


class UnobservedRow(NamedTuple):
    """A suggestion of which it is known what came of it, and that nothing was learned from yet."""

    id: str
    at: int
    reaction: int
    prior: float
    model: str
    features: bytes


UNOBSERVED: Final = Query(
    "delivered suggestions that were answered, or are old, and that nothing was learned from yet",
    "SELECT id, at, reaction, prior, model, features FROM decision WHERE state = 2 AND observed = 0"
    " AND (reaction > 1 OR at <= :until) ORDER BY seq",
    columns(decision="seq id at reaction prior model features state observed"),
    UnobservedRow,
)


class ObservedRow(NamedTuple):
    """How much was learned from."""

    n: int
    latest: int


OBSERVED: Final = Query(
    "how much was learned from",
    "SELECT count(*), coalesce(max(id), 0) FROM observation",
    columns(observation="- id"),
    ObservedRow,
)


class ObservationRow(NamedTuple):
    """What came of one suggestion."""

    id: int
    model: str
    prior: float
    row: bytes


OBSERVATIONS: Final = Query(
    "what came of suggestions, after a row",
    "SELECT id, model, prior, row FROM observation WHERE id > :after ORDER BY id",
    columns(observation="id model prior row"),
    ObservationRow,
)


class PosteriorRow(NamedTuple):
    """What the observations up to one amount to."""

    until: int
    model: str
    body: bytes


POSTERIOR: Final = Query(
    "what was learned",
    "SELECT until, model, body FROM posterior",
    columns(posterior="until model body"),
    PosteriorRow,
)


class ArmRow(NamedTuple):
    """An experiment's arm."""

    experiment: str
    arm: str
    at: int


ASSIGNMENTS: Final = Query(
    "versions that were drawn",
    "SELECT experiment, arm, at FROM assignment ORDER BY experiment",
    columns(assignment="experiment arm at"),
    ArmRow,
)

EXPOSURES: Final = Query(
    "experiments whose difference was met",
    "SELECT experiment, arm, at FROM exposure ORDER BY experiment",
    columns(exposure="experiment arm at"),
    ArmRow,
)


class NeverRow(NamedTuple):
    """What is never to be suggested again."""

    what: str
    name: str
    at: int


NEVER: Final = Query(
    "what is never to be suggested again",
    "SELECT what, name, at FROM never_again ORDER BY what, name",
    columns(never_again="what name at"),
    NeverRow,
)


class StressRow(NamedTuple):
    """That money is short."""

    source: str
    at: int


STRESS: Final = Query(
    "that money is short",
    "SELECT source, at FROM stress ORDER BY source",
    columns(stress="source at"),
    StressRow,
)

ALL: Final[tuple[Query[tuple[object, ...]], ...]] = tuple(
    value for value in dict(globals()).values() if isinstance(value, Query)
)
