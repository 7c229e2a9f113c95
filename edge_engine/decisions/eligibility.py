"""Candidates: which offers a moment calls for, whose conditions hold, and what the guards leave of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from edge_engine.decisions.guards import STRESS, Ruling, Standing, judge, never_again, suppress
from edge_engine.decisions.offer import MOMENTS
from edge_engine.decisions.predicate import first_failing
from edge_engine.decisions.story import MomentNow
from edge_engine.decisions.trace import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_engine.consent.purpose import DeliveryChannel
    from edge_engine.decisions.catalog import Catalog
    from edge_engine.decisions.facts import Fact
    from edge_engine.decisions.guard_policy import Guards
    from edge_engine.decisions.offer import Offer
    from edge_engine.decisions.story import Story


def eligible(offer: Offer, facts: Mapping[str, Fact]) -> Ruling:
    """Return whether a person's facts fulfil an offer's conditions.

    Not to be suggested is no refusal: whoever asks for it by themselves is not turned away by this.
    """
    failing = first_failing(offer.where, facts)
    if failing is None:
        return Ruling(kept=True, rule="eligible", because="its conditions hold")
    fact = facts.get(failing.fact)
    if fact is not None and fact.confidence < failing.confidence:
        because = f"it is for people whose {failing.words()}, and that is not known surely enough"
    else:
        because = f"it is for people whose {failing.words()}"
    return Ruling(kept=False, rule="not-eligible", because=because)


def sift(catalog: Catalog, guards: Guards, story: Story, channel: DeliveryChannel) -> tuple[Step, ...]:
    """Return every candidate for a channel, kept or dropped, in the order of the catalogue.

    An offer that moments call for is a candidate for each of them that is there. A person in stress has the moment
    ``stress``, which calls for support.
    """
    standing = Standing.of(guards, story)
    moments = list(story.moments)
    if standing.strain.in_stress and not any(one.kind == STRESS for one in moments):
        moments.append(MomentNow(STRESS, STRESS))
    steps: list[Step] = []
    for offer in catalog.offers.values():
        calling = [one for one in moments if one.kind in offer.moments]
        refused = never_again(standing, offer)
        if refused is not None:
            # Named first, whatever else is true: it is what the person said.
            steps.append(_step(offer, calling[0].subject if calling else "", channel, refused))
            continue
        if offer.moments and not calling:
            steps.append(_step(offer, "", channel, _waits(offer.moments)))
            continue
        for subject in [one.subject for one in calling] or [""]:
            # Stress is named before conditions: whoever asks why no credit was offered is told the reason that matters.
            ruling = suppress(standing, offer) or eligible(offer, story.facts)
            if ruling.kept:
                ruling = judge(standing, offer, channel, subject)
            steps.append(_step(offer, subject, channel, ruling))
    return tuple(steps)


@cache
def _waits(moments: tuple[str, ...]) -> Ruling:
    """Return the ruling on an offer none of whose moments is there; a catalogue has few sets of them."""
    wanted = " or ".join(MOMENTS[one] for one in moments)
    return Ruling(kept=False, rule="no-moment", because=f"it waits until {wanted}")


@cache
def _in_order(purposes: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(purposes))


def _step(offer: Offer, subject: str, channel: DeliveryChannel, ruling: Ruling) -> Step:
    return Step(
        offer.id,
        offer.title,
        subject,
        channel,
        ruling.kept,
        ruling.rule,
        ruling.because,
        _in_order(offer.purposes(channel)),
    )
