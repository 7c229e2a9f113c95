"""A person in stress never gets a credit or investment offer, whatever else is true of them."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest

from edge_engine.consent.purpose import DeliveryChannel
from edge_engine.decisions.catalog import Catalog
from edge_engine.decisions.choice import Unit, choose
from edge_engine.decisions.eligibility import sift
from edge_engine.decisions.facts import FACTS, Fact
from edge_engine.decisions.guard_policy import Guards
from edge_engine.decisions.guards import STRESS, SUPPRESSED, strain
from edge_engine.decisions.offer import MOMENTS, Family
from edge_engine.decisions.posterior import Posterior
from edge_engine.decisions.ranking import Ranker
from edge_engine.decisions.rules import DecisionRules
from edge_engine.decisions.story import (
    MomentNow,
    Never,
    Reaction,
    Refused,
    Shown,
    Story,
    check_story,
)
from tests.unit.decisions.stories import EVERY_PURPOSE, WELL, any_value

STORIES = 10_000
CATALOG, GUARDS = Catalog.default(), Guards.default()
CHANNELS = list(DeliveryChannel)


def any_story(rng: random.Random, *, marked: bool) -> Story:
    """Return a person of whom anything may be true; half of them are well off and allow everything."""
    zone = timezone(timedelta(hours=rng.randint(-12, 14)))
    now = datetime(2026, 1, 1, tzinfo=UTC).astimezone(zone) + timedelta(minutes=rng.randrange(2 * 365 * 1440))
    generous = rng.random() < 0.5
    facts = {
        name: Fact(any_value(kind, rng.random()), rng.random())
        for name, kind in FACTS.items()
        if rng.random() < 0.8
    }
    if generous:
        facts |= WELL
    offers = list(CATALOG.offers)
    return Story(
        now,
        facts,
        tuple(
            MomentNow(kind, f"{kind}-{rng.randrange(3)}")
            for kind in MOMENTS
            if (rng.random() < 0.05 if kind == STRESS else generous or rng.random() < 0.5)
        ),
        EVERY_PURPOSE if generous else frozenset(one for one in sorted(EVERY_PURPOSE) if rng.random() < 0.8),
        frozenset(one for one in CHANNELS if generous or rng.random() < 0.8),
        tuple(
            Shown(
                rng.choice(offers),
                rng.choice(CHANNELS),
                now - timedelta(days=rng.uniform(-5, 400)),
                rng.choice(("", "price_change-1", "bill_due-0")),
                rng.choice(list(Reaction)),
            )
            for _ in range(rng.randrange(0 if generous else 1, 3 if generous else 12))
        ),
        frozenset((Never(Refused.KIND, "cashback"),) if rng.random() < 0.1 else ()),
        marked_in_stress=marked,
        last_stress=now - timedelta(days=rng.uniform(0, 90)) if rng.random() < 0.2 else None,
    )


@pytest.mark.slow
def test_a_person_marked_in_stress_never_gets_a_credit_or_investment_offer() -> None:
    rng = random.Random(20261126)
    suggested: Counter[Family] = Counter()
    for _ in range(STORIES):
        told = any_story(rng, marked=True)
        check_story(told)
        for step in sift(CATALOG, GUARDS, told, rng.choice(CHANNELS)):
            family = CATALOG.offers[step.offer].family
            suggested[family] += step.kept
            assert not (step.kept and family in SUPPRESSED), told
    assert suggested[Family.SUPPORT] > STORIES / 20, "support is what they are routed to"
    assert suggested[Family.CREDIT] == suggested[Family.INVEST] == 0


@pytest.mark.slow
def test_whatever_is_chosen_in_the_end_it_is_neither() -> None:
    """The whole way to a choice: version, ranking and exploring included."""
    rng, rules = random.Random(11), DecisionRules.default()
    ranker = Ranker(Posterior(), np.random.default_rng(5), explore=0.5)
    chosen: Counter[Family] = Counter()
    for n in range(STORIES):
        told = any_story(rng, marked=True)
        unit = Unit(f"u{n}", date(2027, 3, 1), consented=bool(n % 2))
        one = choose(rules, told, rng.choice(CHANNELS), ranker, unit)
        if one.offer is not None:
            chosen[one.offer.family] += 1
    assert chosen[Family.CREDIT] == chosen[Family.INVEST] == 0
    assert chosen[Family.SUPPORT] > STORIES / 20
    assert chosen[Family.PLAN] > STORIES / 100


@pytest.mark.slow
def test_nor_does_anybody_in_whom_stress_is_seen_and_others_do_get_such_offers() -> None:
    rng = random.Random(7)
    stressed = offered = 0
    for _ in range(STORIES):
        told = any_story(rng, marked=False)
        found = strain(GUARDS, told)
        kept = [
            step
            for step in sift(CATALOG, GUARDS, told, DeliveryChannel.FEED)
            if step.kept and CATALOG.offers[step.offer].family in SUPPRESSED
        ]
        assert not (found.in_stress and kept), told
        stressed += found.in_stress
        offered += bool(kept)
    # Both happen often enough that the guard is what makes the difference.
    assert stressed > STORIES / 20
    assert offered > STORIES / 20
