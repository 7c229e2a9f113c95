"""Guards: what keeps a suggestion back, whatever it is worth. Each is a pure function and its answer names its rule.

They are asked in one order, and the first that objects is named: what the person said for ever comes first, then
consent, then stress, then the channel, the hour, and how often.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.decisions.offer import Family
from edge_engine.decisions.predicate import first_failing
from edge_engine.decisions.story import Reaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from edge_engine.consent.purpose import DeliveryChannel
    from edge_engine.decisions.guard_policy import Guards, Quiet
    from edge_engine.decisions.offer import Offer
    from edge_engine.decisions.story import Shown, Story

SUPPRESSED: Final = frozenset((Family.CREDIT, Family.INVEST))
"""Families of which nothing is suggested to a person in stress."""


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
        rule: ``marked``, ``signs``, ``lasting`` or ``none``.
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
    if len(held) >= guards.stress.signs_needed:
        return Strain(
            in_stress=True, rule="signs", signs=signs, because=" and ".join(one.says for one in held)
        )
    last = story.last_stress
    if last is not None and last > story.now - timedelta(days=guards.stress.lasts_days):
        return Strain(in_stress=True, rule="lasting", signs=signs, because="money was short not long ago")
    return Strain(in_stress=False, rule="none", signs=signs, because="money is not short")


def judge(guards: Guards, story: Story, offer: Offer, channel: DeliveryChannel, subject: str = "") -> Ruling:
    """Return what the guards say about showing an offer on a channel now.

    Args:
        guards: The numbers.
        story: The person now.
        offer: What would be shown.
        channel: Where.
        subject: What it would be about, such as a moment's identifier.
    """
    asked = _Asked(guards, story, offer, channel, subject)
    for guard in _GUARDS:
        ruling = guard(asked)
        if ruling is not None:
            return ruling
    return Ruling(kept=True, rule="guards-passed", because="nothing keeps it back")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A suggestion that the guards are asked about."""

    guards: Guards
    story: Story
    offer: Offer
    channel: DeliveryChannel
    subject: str

    @property
    def supports(self) -> bool:
        return self.offer.family is Family.SUPPORT

    def since(self, days: int) -> list[Shown]:
        """Return what was shown within some days; what a clock set back puts in the future counts as well."""
        start = self.story.now - timedelta(days=days)
        return [one for one in self.story.shown if one.at > start]


def _objection(rule: str, because: str) -> Ruling:
    return Ruling(kept=False, rule=rule, because=because)


def _never_again(asked: _Asked) -> Ruling | None:
    if any(one.covers(asked.offer) for one in asked.story.never):
        return _objection("never-again", "you said never again, and that holds for ever")
    return None


def _consent(asked: _Asked) -> Ruling | None:
    missing = sorted(asked.offer.purposes(asked.channel) - asked.story.granted)
    if missing:
        return _objection("consent", f"the purpose {missing[0]} is not granted")
    return None


def _stress(asked: _Asked) -> Ruling | None:
    if asked.offer.family not in SUPPRESSED:
        return None
    found = strain(asked.guards, asked.story)
    if found.in_stress:
        return _objection("stress", f"{found.because}, so neither credit nor investments are suggested")
    return None


def _channel(asked: _Asked) -> Ruling | None:
    if asked.channel not in asked.offer.channels:
        return _objection("offer-channel", f"it is not for the channel {asked.channel}")
    if asked.channel not in asked.story.channels:
        return _objection("channel-consent", f"the channel {asked.channel} is not allowed")
    return None


def _quiet_hours(asked: _Asked) -> Ruling | None:
    for quiet in asked.guards.quiet:
        if asked.channel in quiet.channels and _within(quiet, asked.story.now):
            return _objection(f"quiet:{quiet.id}", f"the channel {asked.channel} is silent at this hour")
    return None


def _within(quiet: Quiet, now: datetime) -> bool:
    at = now.time()
    if quiet.start < quiet.until:
        return quiet.start <= at < quiet.until
    return at >= quiet.start or at < quiet.until


def _repetition(asked: _Asked) -> Ruling | None:
    if not asked.subject:
        return None
    for one in asked.since(asked.guards.repetition.days):
        if one.offer == asked.offer.id and one.subject == asked.subject:
            return _objection("repetition", "the same was suggested about the same thing before")
    return None


def _rest(asked: _Asked) -> Ruling | None:
    contact = asked.offer.contact
    if any(one.offer == asked.offer.id for one in asked.since(contact.rest_days)):
        return _objection("rest", f"it was shown within the last {contact.rest_days} days")
    if sum(one.offer == asked.offer.id for one in asked.since(365)) >= contact.a_year:
        return _objection("a-year", f"it was shown {contact.a_year} times within a year")
    return None


def _caps(asked: _Asked) -> Ruling | None:
    if asked.supports:
        return None
    for cap in asked.guards.cap:
        if asked.channel in cap.channels:
            counted = sum(one.channel in cap.channels and not one.support for one in asked.since(cap.days))
            if counted >= cap.at_most:
                because = f"there were {cap.at_most} suggestions within {cap.days} days already"
                return _objection(f"cap:{cap.id}", because)
    return None


def _fatigue(asked: _Asked) -> Ruling | None:
    if asked.supports:
        return None
    fatigue = asked.guards.fatigue
    latest = sorted(asked.story.shown, key=lambda one: one.at)[-fatigue.latest :]
    closed = [one for one in latest if one.reaction is Reaction.CLOSED]
    if len(closed) >= fatigue.closed:
        rested = closed[-1].at + timedelta(days=fatigue.rest_days)
        if asked.story.now < rested:
            because = f"{len(closed)} of the latest {len(latest)} suggestions were closed"
            return _objection("fatigue", because)
    return None


_GUARDS: Final[tuple[Callable[[_Asked], Ruling | None], ...]] = (
    _never_again,
    _consent,
    _stress,
    _channel,
    _quiet_hours,
    _repetition,
    _rest,
    _caps,
    _fatigue,
)
