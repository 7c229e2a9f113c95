"""A decision as people and programs see it: what is suggested, or silence, and how it came about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from edge_engine.actions.channels import Suggestion
from edge_engine.consent.purpose import DeliveryChannel
from edge_engine.decisions.offer import Told
from edge_engine.decisions.story import Reaction
from edge_engine.decisions.trace import Trace
from edge_engine.domain.category import Taxonomy
from edge_engine.domain.money import Money
from edge_engine.insights.moment import SHOWS
from edge_engine.insights.words import render
from edge_engine.vault.deciding import DecisionState, StoredReaction
from edge_engine.views import IngestReport

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from edge_engine.decisions.choice import Choice
    from edge_engine.decisions.offer import Offer
    from edge_engine.situation import Situation
    from edge_engine.vault.decision_queries import DecisionRow


class Decision(msgspec.Struct, frozen=True):
    """A decision: something that is suggested, or silence, and how it came about.

    Attributes:
        id: Names it from now on.
        at: When.
        channel: Where it is, or would have been, shown.
        suggestion: What is suggested; null for silence.
        delivered: Whether the person has it; false while its channel could not show it.
        because: Why this, or why nothing, as a sentence.
        trace: Every candidate, kept or dropped, by which rule.
    """

    id: str
    at: datetime
    channel: DeliveryChannel
    suggestion: Suggestion | None
    delivered: bool
    because: str
    trace: Trace

    def explain(self) -> tuple[str, ...]:
        """Return how it came about as sentences: the outcome, then every candidate with its rule."""
        return self.trace.words()


class Reacted(msgspec.Struct, frozen=True):
    """What came of something that happened.

    Attributes:
        report: What was stored.
        decision: What was decided.
    """

    report: IngestReport
    decision: Decision


class Past(msgspec.Struct, frozen=True):
    """A decision of the past.

    Attributes:
        id: Its identifier.
        at: When.
        channel: Where.
        offer: Identifier of the offer; empty for silence.
        subject: What it was about.
        state: ``silent``, ``waiting``, ``delivered`` or ``lapsed``.
        reaction: What came of it.
        money_a_year: What it is worth in a year; null where that cannot be said, or is none of the offer's doing.
        trace: How it came about; null where that is no longer kept.
    """

    id: str
    at: datetime
    channel: DeliveryChannel
    offer: str
    subject: str
    state: str
    reaction: Reaction
    money_a_year: Money | None
    trace: Trace | None

    def explain(self) -> tuple[str, ...]:
        """Return how it came about as sentences; none where that is no longer kept."""
        return () if self.trace is None else self.trace.words()


def moment_of(seconds: int) -> datetime:
    """Return a stored moment, aware UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def suggestion_of(
    key: str, at: datetime, where: DeliveryChannel, chosen: Choice, known: Situation, shown: Collection[str]
) -> Suggestion | None:
    """Return what a channel shows of a choice; None for silence.

    Args:
        key: The decision's identifier.
        at: When.
        where: The channel.
        chosen: The choice.
        known: What is known now.
        shown: Kinds of data that may be shown there.
    """
    offer = chosen.offer
    if offer is None:
        return None
    why, money = _told(offer, chosen.subject, chosen.money_a_year, known, shown)
    return Suggestion(key, where, offer.id, offer.title, offer.worth, why, offer.level, at, money)


def kept_suggestion(row: DecisionRow, offer: Offer, known: Situation, shown: Collection[str]) -> Suggestion:
    """Return a suggestion as it is kept, with what its moment says now; as :func:`suggestion_of`."""
    kept = Money(row.money, row.currency) if row.currency else None
    why, money = _told(offer, row.subject, kept, known, shown)
    where = DeliveryChannel(row.channel)
    return Suggestion(
        row.id, where, offer.id, offer.title, offer.worth, why, offer.level, moment_of(row.at), money
    )


def _told(
    offer: Offer, subject: str, money: Money | None, known: Situation, shown: Collection[str]
) -> tuple[str, Money | None]:
    """Return what is said of the moment that called for an offer: its sentence and its sum.

    # INVARIANT: neither tells a kind of data that may not be shown on the channel.
    """
    kind = next((one.kind for one in known.moments if one.subject == subject), "")
    if not SHOWS.get(kind, frozenset()) <= set(shown):
        return "", None
    said = known.why.get(subject) if Told.WHY in offer.tells else None
    why = "" if said is None else render(said, Taxonomy.default())
    return why, money if Told.MONEY in offer.tells else None


def past_of(row: DecisionRow, offers: Mapping[str, Offer]) -> Past:
    """Return a decision as it is kept; what its offer does not tell is not told of the past either.

    Args:
        row: As it is kept.
        offers: By identifier; of one that is no longer there, no worth is told.
    """
    offer = offers.get(row.offer)
    tells = offer is not None and Told.MONEY in offer.tells
    return Past(
        row.id,
        moment_of(row.at),
        DeliveryChannel(row.channel),
        row.offer,
        row.subject,
        DecisionState(row.state).name.lower(),
        Reaction(StoredReaction(row.reaction).name.lower()),
        Money(row.money, row.currency) if row.currency and tells else None,
        msgspec.json.decode(row.trace, type=Trace) if row.trace else None,
    )
