"""What is known when a decision is made: typed values that the engine gathers under the person's grants."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.consent.purpose import DeliveryChannel
from edge_engine.decisions.facts import Fact, check_facts
from edge_engine.domain.money import Money
from edge_engine.errors import InputError

if TYPE_CHECKING:
    from edge_engine.decisions.offer import Offer


class Reaction(StrEnum):
    """What came of something that was shown."""

    NONE = "none"
    OPENED = "opened"
    ACTED = "acted"
    CLOSED = "closed"
    NOT_NOW = "not_now"
    NEVER = "never"


CLOSED: Final = frozenset((Reaction.CLOSED, Reaction.NEVER))
"""Reactions of somebody who did not want it: they tire."""


class Shown(msgspec.Struct, frozen=True):
    """A suggestion that was shown.

    Attributes:
        offer: Identifier of the offer.
        channel: Where.
        at: When; aware.
        subject: What it was about, such as a moment's identifier; empty for nothing in particular.
        reaction: What came of it so far.
        support: Whether it was an offer of support, which counts towards no cap.
    """

    offer: str
    channel: DeliveryChannel
    at: datetime
    subject: str = ""
    reaction: Reaction = Reaction.NONE
    support: bool = False


class Refused(StrEnum):
    """How much "never again" covers."""

    OFFER = "offer"
    KIND = "kind"
    FAMILY = "family"
    EVERYTHING = "everything"


class Never(msgspec.Struct, frozen=True):
    """The person said "never again"; nothing but the person takes it back.

    Attributes:
        what: How much it covers.
        name: The offer's identifier, its kind or its family; empty for everything.
    """

    what: Refused
    name: str = ""

    def covers(self, offer: Offer) -> bool:
        """Return whether an offer is never to be shown again."""
        return self.what is Refused.EVERYTHING or self.name == {
            Refused.OFFER: offer.id,
            Refused.KIND: offer.kind,
            Refused.FAMILY: offer.family,
        }.get(self.what)


class MomentNow(msgspec.Struct, frozen=True):
    """A moment that is there.

    Attributes:
        kind: One of :data:`edge_engine.decisions.offer.MOMENTS`.
        subject: Its identifier.
        money_a_year: What it is worth to the person in a year; None where that cannot be said.
        confidence: How sure it is, 0 to 1; of a shortfall, its chance.
    """

    kind: str
    subject: str
    money_a_year: Money | None = None
    confidence: float = 0.0


class Story(msgspec.Struct, frozen=True):
    """A person at one time.

    Attributes:
        now: The time, aware, in the person's own time zone: quiet hours are read from it.
        facts: What is known, by name of :data:`edge_engine.decisions.facts.FACTS`.
        moments: What is going on.
        granted: Purposes that are granted now.
        channels: Channels that the person and the device allow now.
        shown: What was shown before, in any order.
        never: Everything that is never to be shown again.
        marked_in_stress: Whether the person, an adviser or the app said that money is short.
        last_stress: When enough signs of stress held last before now; None for never.
        shut: Granted purposes of which the policy lets nothing reach the person where it would be shown now.
    """

    now: datetime
    facts: dict[str, Fact] = {}
    moments: tuple[MomentNow, ...] = ()
    granted: frozenset[str] = frozenset()
    channels: frozenset[DeliveryChannel] = frozenset()
    shown: tuple[Shown, ...] = ()
    never: frozenset[Never] = frozenset()
    marked_in_stress: bool = False
    last_stress: datetime | None = None
    shut: frozenset[str] = frozenset()


def check_story(story: Story) -> None:
    """Check a story before any rule sees it.

    Raises:
        InputError: A time has no time zone, or a fact is not on the list.
    """
    times = [story.now, *(one.at for one in story.shown)]
    if story.last_stress is not None:
        times.append(story.last_stress)
    if any(one.tzinfo is None for one in times):
        raise InputError("every time of a story has its time zone")
    check_facts(story.facts)
