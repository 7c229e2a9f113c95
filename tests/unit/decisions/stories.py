"""People at one time, for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from edge_engine.consent.purpose import DeliveryChannel
from edge_engine.decisions.facts import Fact
from edge_engine.decisions.story import Reaction, Shown, Story

if TYPE_CHECKING:
    from edge_engine.decisions.facts import FactKind

NOON = datetime(2026, 5, 6, 12, 0, tzinfo=UTC)
EVERY_PURPOSE = frozenset(
    (
        "recommendations",
        "automatic_saving",
        "investment_offers",
        "credit_prescreening",
        "outreach",
        "adviser_review",
        "experiments",
    )
)
WELL = {
    "buffer_days": Fact(40.0),
    "spare_share": Fact(0.2),
    "debt_share": Fact(0.05),
    "bill_discipline": Fact(0.99),
    "income_stability": Fact(0.95),
    "savings_months": Fact(14.0),
    "investing_appetite": Fact(0.8),
    "travel": Fact(0.5),
}
"""Somebody whose facts fulfil the conditions of every offer that ships but the savings goal."""


def story(**changes: Any) -> Story:  # noqa: ANN401 - any attribute
    """Return a person at noon who allows everything and is well, with some attributes changed."""
    everything = Story(NOON, facts=WELL, granted=EVERY_PURPOSE, channels=frozenset(DeliveryChannel))
    return msgspec.structs.replace(everything, **changes)


def shown(
    offer: str,
    *,
    days: float,
    channel: DeliveryChannel = DeliveryChannel.FEED,
    subject: str = "",
    reaction: Reaction = Reaction.NONE,
    support: bool = False,
) -> Shown:
    """Return something that was shown some days before noon."""
    return Shown(offer, channel, NOON - timedelta(days=days), subject, reaction, support)


def any_value(kind: FactKind, share: float) -> bool | float | str:
    """Return the value that stands at a share, 0 to 1, of what a fact may be."""
    if kind.words:
        return kind.words[min(int(share * len(kind.words)), len(kind.words) - 1)]
    # Most of the range of a number is extreme; the middle of what people have is near its low end.
    return kind.low + (kind.high - kind.low) * share**4
