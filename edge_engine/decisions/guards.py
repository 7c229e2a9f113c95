"""Guards: what keeps a suggestion back, whatever it is worth. Each is a pure function and its answer names its rule.

They are asked in one order, and the first that objects is named: what the person said for ever comes first, then
consent, then stress, then the channel, the hour, and how often.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.decisions.offer import Family, OfferKind
from edge_engine.decisions.predicate import first_failing
from edge_engine.decisions.story import CLOSED

if TYPE_CHECKING:
    from datetime import datetime

    from edge_engine.consent.purpose import DeliveryChannel
    from edge_engine.decisions.guard_policy import Guards, Quiet
    from edge_engine.decisions.offer import Offer
    from edge_engine.decisions.story import Shown, Story

STRESS: Final = "stress"
"""Kind of the moment that says that money is short in several ways."""

SHORTFALL: Final = "liquidity_shortfall"
"""Kind of the moment that says that a balance is below zero or may fall there."""

SUPPRESSED: Final = frozenset((Family.CREDIT, Family.INVEST))
"""Families of which nothing is suggested to a person in stress."""

SUPPRESSED_KINDS: Final = frozenset((OfferKind.SAVINGS_GOAL, OfferKind.ROUND_UP_SAVING))
"""Kinds beside them of which nothing is: whoever is short of money has none to put aside."""


class Ruling(msgspec.Struct, frozen=True):
    """What a rule says about a suggestion.

    Attributes:
        kept: Whether it may go on.
        rule: Identifier of the rule, such as ``stress`` or ``cap:feed_a_day``.
        because: The rule as a clause for people.
    """

    kept: bool
    rule: str
    because: str


class Strain(msgspec.Struct, frozen=True):
    """Whether a person is in stress.

    Attributes:
        in_stress: Whether credit and investments are kept back and support is suggested.
        rule: ``marked``, ``moment``, ``signs``, ``lasting`` or ``none``.
        signs: Identifiers of the signs that hold now.
        because: As a clause for people.
    """

    in_stress: bool
    rule: str
    signs: tuple[str, ...]
    because: str


def strain(guards: Guards, story: Story) -> Strain:
    """Return whether a person is in stress, and by which rule."""
    held = tuple(sign for sign in guards.stress_sign if first_failing(sign.where, story.facts) is None)
    signs = tuple(one.id for one in held)
    if story.marked_in_stress:
        return Strain(in_stress=True, rule="marked", signs=signs, because="it was said that money is short")
    # Worked out from payments alone, so that no word about oneself, said in error, loosens the guard.
    if any(one.kind == STRESS for one in story.moments):
        return Strain(in_stress=True, rule="moment", signs=signs, because="money is short in several ways")
    if len(held) >= guards.stress.signs_needed:
        return Strain(
            in_stress=True, rule="signs", signs=signs, because=" and ".join(one.says for one in held)
        )
    last = story.last_stress
    if last is not None and last > story.now - timedelta(days=guards.stress.lasts_days):
        return Strain(in_stress=True, rule="lasting", signs=signs, because="money was short not long ago")
    return Strain(in_stress=False, rule="none", signs=signs, because="money is not short")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the guards need of a person now, worked out once for all candidates.

    Attributes:
        guards: The numbers.
        story: The person.
        strain: Whether the person is in stress.
        history: What was shown, by offer.
        latest: What was shown last, as many as fatigue looks at, the latest last.
    """

    guards: Guards
    story: Story
    strain: Strain
    history: dict[str, list[Shown]]
    latest: list[Shown]

    @classmethod
    def of(cls, guards: Guards, story: Story) -> Standing:
        """Work it out."""
        history: dict[str, list[Shown]] = {}
        for one in story.shown:
            history.setdefault(one.offer, []).append(one)
        latest = sorted(story.shown, key=lambda one: one.at)[-guards.fatigue.latest :]
        return cls(guards, story, strain(guards, story), history, latest)

    def start(self, days: int) -> datetime:
        """Return since when the latest days run; what a clock set back puts in the future counts as well."""
        return self.story.now - timedelta(days=days)

    def shown_of(self, offer: Offer, days: int) -> list[Shown]:
        """Return when an offer was shown within some days."""
        known = self.history.get(offer.id)
        if not known:
            return []
        start = self.start(days)
        return [one for one in known if one.at > start]


def judge(standing: Standing, offer: Offer, channel: DeliveryChannel, subject: str = "") -> Ruling:
    """Return what the guards say about showing an offer on a channel now.

    Args:
        standing: The numbers and the person.
        offer: What would be shown.
        channel: Where.
        subject: What it would be about, such as a moment's identifier.
    """
    return (
        never_again(standing, offer)
        or _consent(standing, offer, channel)
        or suppress(standing, offer)
        or _channel(standing, offer, channel)
        or _quiet_hours(standing, channel)
        or _repetition(standing, offer, subject)
        or _rest(standing, offer)
        or _caps(standing, offer, channel)
        or _fatigue(standing, offer)
        or _PASSED
    )


_PASSED: Final = Ruling(kept=True, rule="guards-passed", because="nothing keeps it back")


def _objection(rule: str, because: str) -> Ruling:
    return Ruling(kept=False, rule=rule, because=because)


def never_again(standing: Standing, offer: Offer) -> Ruling | None:
    """Return the objection to what the person never wants to see again; None where there is none."""
    never = standing.story.never
    if never and any(one.covers(offer) for one in never):
        return _objection("never-again", "you said never again, and that holds for ever")
    return None


def _consent(standing: Standing, offer: Offer, channel: DeliveryChannel) -> Ruling | None:
    missing = offer.purposes(channel) - standing.story.granted
    if missing:
        return _objection("consent", f"the purpose {min(missing)} is not granted")
    if offer.purpose in standing.story.shut:
        return _objection("policy", f"the policy lets nothing of {offer.purpose} be shown on {channel}")
    return None


def suppressed(offer: Offer) -> bool:
    """Return whether an offer is one of those that nobody in stress is shown."""
    return offer.family in SUPPRESSED or offer.kind in SUPPRESSED_KINDS


def suppress(standing: Standing, offer: Offer) -> Ruling | None:
    """Return the objection to credit, investments and saving for who is short of money; None where there is none."""
    strained = standing.strain.in_stress
    if strained and offer.family in SUPPRESSED:
        because = f"{standing.strain.because}, so neither credit nor investments are suggested"
        return _objection("stress", because)
    if strained and offer.kind in SUPPRESSED_KINDS:
        return _objection("stress", f"{standing.strain.because}, so no saving is suggested")
    sure = standing.guards.stress.shortfall_sure
    if offer.family is Family.CREDIT and any(
        one.kind == SHORTFALL and one.confidence >= sure for one in standing.story.moments
    ):
        return _objection(
            "shortfall", "a balance is below zero or almost sure to fall there, so no credit is suggested"
        )
    return None


def _channel(standing: Standing, offer: Offer, channel: DeliveryChannel) -> Ruling | None:
    if channel not in offer.channels:
        return _objection("offer-channel", f"it is not for the channel {channel}")
    if channel not in standing.story.channels:
        return _objection("channel-consent", f"the channel {channel} is not allowed")
    return None


def _days(n: int) -> str:
    return "a day" if n == 1 else f"{n} days"


def _quiet_hours(standing: Standing, channel: DeliveryChannel) -> Ruling | None:
    for quiet in standing.guards.quiet:
        if channel in quiet.channels and _within(quiet, standing.story.now):
            return _objection(f"quiet:{quiet.id}", f"the channel {channel} is silent at this hour")
    return None


def _within(quiet: Quiet, now: datetime) -> bool:
    at = now.time()
    if quiet.start < quiet.until:
        return quiet.start <= at < quiet.until
    return at >= quiet.start or at < quiet.until


def _repetition(standing: Standing, offer: Offer, subject: str) -> Ruling | None:
    if subject and any(
        one.subject == subject for one in standing.shown_of(offer, standing.guards.repetition.days)
    ):
        return _objection("repetition", "the same was suggested about the same thing before")
    return None


def _rest(standing: Standing, offer: Offer) -> Ruling | None:
    contact = offer.contact
    if standing.shown_of(offer, contact.rest_days):
        return _objection("rest", f"it was shown within the last {_days(contact.rest_days)}")
    if len(standing.shown_of(offer, 365)) >= contact.a_year:
        return _objection("a-year", f"it was shown {contact.a_year} times within a year")
    return None


def _caps(standing: Standing, offer: Offer, channel: DeliveryChannel) -> Ruling | None:
    if offer.family is Family.SUPPORT:
        return None
    for cap in standing.guards.cap:
        if channel in cap.channels:
            start = standing.start(cap.days)
            counted = sum(
                one.at > start and not one.support and one.channel in cap.channels
                for one in standing.story.shown
            )
            if counted >= cap.at_most:
                because = (
                    f"there were {cap.at_most} suggestions beside support within {_days(cap.days)} already"
                )
                return _objection(f"cap:{cap.id}", because)
    return None


def _fatigue(standing: Standing, offer: Offer) -> Ruling | None:
    if offer.family is Family.SUPPORT:
        return None
    fatigue, latest = standing.guards.fatigue, standing.latest
    closed = [one for one in latest if one.reaction in CLOSED]
    if len(closed) >= fatigue.closed:
        rested = closed[-1].at + timedelta(days=fatigue.rest_days)
        if standing.story.now < rested:
            because = f"{len(closed)} of the latest {len(latest)} suggestions were closed"
            return _objection("fatigue", because)
    return None
