"""A simulated year of suggestions: the real offers, conditions and guards, a simulated person, and anybody's choice.

Each time the app is opened, and now and then while it is not, moments are drawn, :func:`edge_engine.decisions.\
eligibility.sift` says what may be shown, a :class:`Chooser` chooses, and the person reacts. Chance that is the person's
own (weeks, moments, occasions) does not depend on the choices, so that two choosers meet the same year.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import msgspec
import numpy as np

from edge_engine.consent.purpose import DeliveryChannel
from edge_engine.decisions.catalog import Catalog
from edge_engine.decisions.eligibility import sift
from edge_engine.decisions.features import Candidates, Context, buffer
from edge_engine.decisions.guard_policy import Guards
from edge_engine.decisions.offer import INTRUSIVE, Family
from edge_engine.decisions.reward import reward
from edge_engine.decisions.story import CLOSED, MomentNow, Never, Reaction, Refused, Shown, Story
from edge_engine.simulation.behaviour import Assumptions, Person, Suggestion, person, respond, rest
from edge_engine.simulation.situations import WORTH, Situation, circumstances, moments, weeks

START: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAYS: Final = 364
INSIDE: Final = (DeliveryChannel.FEED, DeliveryChannel.MODAL)
OUTSIDE: Final = (DeliveryChannel.PUSH, DeliveryChannel.EMAIL)
OPENED: Final = 0.3
"""Chance of a day on which somebody who uses the app every week opens it and something may be said."""

SOUGHT: Final = 0.06
"""Chance of a day on which something may be said from outside."""

LATEST: Final = 10
"""Suggestions that the feature ``fatigue`` looks back on."""

PURPOSES: Final = frozenset(
    (
        "recommendations",
        "automatic_saving",
        "investment_offers",
        "credit_prescreening",
        "outreach",
        "adviser_review",
    )
)


class Chooser(Protocol):
    """Chooses one of some candidates and is told what came of it."""

    def choose(self, context: Context, candidates: Candidates) -> int:
        """Return the place of the one to show."""
        ...

    def learn(self, reward: float) -> None:
        """Take the reward of the latest choice."""
        ...


class World(msgspec.Struct, frozen=True):
    """What kind of people there are.

    Attributes:
        rules: The assumptions.
        shift: By how much tastes differ from the usual ones.
        contrary: Share of people whom what fits others misses.
    """

    rules: Assumptions
    shift: dict[Family, float] = {}
    contrary: float = 0.0


class Occasion(msgspec.Struct, frozen=True):
    """Once that something may be said.

    Attributes:
        day: Of the year.
        channels: Where.
        moments: What is there, each with what it is worth in a year as a share of a month's spending.
    """

    day: int
    channels: tuple[DeliveryChannel, ...]
    moments: dict[str, float]


class Turn(msgspec.Struct, frozen=True, eq=False):
    """What was chosen once and what came of it.

    Attributes:
        day: Of the year.
        context: The moment and the person.
        candidates: What might have been shown.
        chosen: The place of what was.
        response: What came.
        reward: Its reward.
    """

    day: int
    context: Context
    candidates: Candidates
    chosen: int
    response: Reaction
    reward: float


@dataclass(slots=True)
class Life:
    """One simulated person in one year; live it once.

    Attributes:
        who: The person.
        weeks: Their money, week by week.
        occasions: When something may be said.
    """

    who: Person
    weeks: list[Situation]
    occasions: list[Occasion]
    rules: Assumptions
    chance: np.random.Generator
    shown: list[Shown] = field(default_factory=list)
    never: set[Never] = field(default_factory=set)

    @classmethod
    def draw(cls, world: World, seed: tuple[int, ...]) -> Life:
        """Draw somebody and their year."""
        chance = np.random.default_rng(seed)
        who = person(chance, world.rules, shift=world.shift, contrary=world.contrary)
        money = weeks(circumstances(chance), chance)
        return cls(who, money, _occasions(money, chance), world.rules, np.random.default_rng((*seed, 1)))

    def live(self, chooser: Chooser, most: int | None = None) -> list[Turn]:
        """Return the turns of the year, or the first ``most`` of them."""
        turns: list[Turn] = []
        before = 0
        for occasion in self.occasions:
            rest(self.rules, self.who, occasion.day - before)
            before = occasion.day
            turn = self._turn(occasion, chooser)
            if turn is not None:
                turns.append(turn)
            if len(turns) == most:
                break
        return turns

    def _turn(self, occasion: Occasion, chooser: Chooser) -> Turn | None:
        now = self.weeks[occasion.day // 7]
        at = START + timedelta(days=occasion.day)
        # One thing is a subject for a month: a price that rose in May is another than one in August.
        there = tuple(MomentNow(kind, f"{kind}:{occasion.day // 30}") for kind in occasion.moments)
        story = Story(
            now=at,
            facts=now.facts(),
            moments=there,
            granted=PURPOSES,
            channels=frozenset(DeliveryChannel),
            shown=tuple(self.shown),
            never=frozenset(self.never),
        )
        catalog, guards = Catalog.default(), Guards.default()
        steps = [
            step
            for channel in occasion.channels
            for step in sift(catalog, guards, story, channel)
            if step.kept
        ]
        if not steps:
            return None
        offers = [catalog.offers[step.offer] for step in steps]
        worth = [occasion.moments.get(step.subject.partition(":")[0], 0.0) for step in steps]
        features = [
            offer.features(step.channel, value)
            for offer, step, value in zip(offers, steps, worth, strict=True)
        ]
        context, candidates = self._context(now), Candidates.of(features)
        chosen = chooser.choose(context, candidates)
        offer, step, value = offers[chosen], steps[chosen], features[chosen]["value"]
        what = Suggestion(offer.family, step.channel in INTRUSIVE, value)
        response = respond(self.rules, self.who, now, what, self.chance)
        earned = reward(response, value)
        chooser.learn(earned)
        support = offer.family is Family.SUPPORT
        self.shown.append(Shown(offer.id, step.channel, at, step.subject, response, support))
        if response is Reaction.NEVER:
            self.never.add(Never(Refused.OFFER, offer.id))
        return Turn(occasion.day, context, candidates, chosen, response, earned)

    def _context(self, now: Situation) -> Context:
        latest = self.shown[-LATEST:]
        closed = sum(one.reaction in CLOSED for one in latest)
        return Context.of(
            {
                "buffer": buffer(now.buffer_days),
                "spare": now.spare,
                "engagement": now.engagement,
                "fatigue": closed / LATEST,
                "investing_appetite": now.appetite,
            }
        )


def _occasions(money: list[Situation], chance: np.random.Generator) -> list[Occasion]:
    found: list[Occasion] = []
    marks = chance.random((DAYS, 2)).tolist()
    for day, (opened, sought) in enumerate(marks):
        now = money[day // 7]
        inside = opened < OPENED * now.engagement
        if not inside and sought >= SOUGHT:
            continue
        likely = moments(now)
        there = [
            kind
            for (kind, share), mark in zip(likely.items(), chance.random(len(likely)), strict=True)
            if mark < share
        ]
        spread = np.exp(0.6 * chance.standard_normal(len(there))).tolist()
        worth = {
            kind: min(WORTH.get(kind, 0.0) * factor, 1.0) for kind, factor in zip(there, spread, strict=True)
        }
        found.append(Occasion(day, INSIDE if inside else OUTSIDE, worth))
    return found
