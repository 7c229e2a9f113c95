from __future__ import annotations

from datetime import date

import msgspec
import numpy as np
import pytest

from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import DeliveryChannel
from edge_engine.decisions.assignment import Kept
from edge_engine.decisions.catalog import Catalog
from edge_engine.decisions.choice import Choice, Unit, choose
from edge_engine.decisions.facts import Fact
from edge_engine.decisions.offer import Family
from edge_engine.decisions.posterior import Observation, Posterior
from edge_engine.decisions.predicate import Predicate
from edge_engine.decisions.ranking import Ranker
from edge_engine.decisions.rules import READ_FOR_SUGGESTIONS, DecisionRules
from edge_engine.decisions.story import MomentNow, Reaction
from edge_engine.domain.money import Money
from edge_engine.errors import InputError, PolicyError
from tests.unit.decisions.mistakes import shipped
from tests.unit.decisions.stories import shown, story
from tests.unit.decisions.test_ranking import Fixed

RULES = DecisionRules.default()
FEED = DeliveryChannel.FEED
UNIT = Unit("unit", date(2026, 5, 6))
SHORT = MomentNow("liquidity_shortfall", "short")
FEE = MomentNow("duplicate_or_fee", "fee", Money(12_000, "GBP"))
SPARE = MomentNow("safe_to_save", "spare", Money(60_000, "GBP"))


def choice(
    *,
    seed: int = 1,
    ranker: Ranker | None = None,
    unit: Unit = UNIT,
    spends: Money | None = None,
    **changes: object,
) -> Choice:
    one = ranker or Ranker(Posterior(), np.random.default_rng(seed))
    return choose(RULES, story(**changes), FEED, one, unit, spends=spends)


def test_a_moment_leads_to_one_of_its_offers_with_its_worth_and_its_chance() -> None:
    one = choice(moments=(FEE,), facts={})
    assert one.offer is not None
    assert one.offer.id == "cancel_help"
    assert (one.subject, one.money_a_year) == ("fee", Money(12_000, "GBP"))
    assert one.trace.steps[one.trace.chosen or 0].offer == "cancel_help"
    assert one.trace.propensity == pytest.approx(1.0)
    assert one.ranking is not None
    assert Observation.unpack(one.ranking.observe(1.0).pack()).target == 1024


def test_nothing_to_say_is_silence_with_its_reason() -> None:
    one = choice(facts={})
    assert (one.offer, one.ranking, one.subject, one.met) == (None, None, "", frozenset())
    assert one.trace.chosen is None
    assert one.trace.because == "Nothing is suggested: nothing calls for it now."
    only = choice(moments=(FEE,), facts={}, granted=frozenset())
    assert only.trace.because == (
        "Nothing is suggested: the purpose recommendations is not granted (consent), which keeps back Help to cancel or"
        " to change."
    )


def test_support_comes_before_everything_else_in_stress() -> None:
    every = [choice(seed=seed, moments=(SHORT, FEE, SPARE), marked_in_stress=True) for seed in range(20)]
    assert {one.offer.family for one in every if one.offer is not None} == {Family.SUPPORT}
    waiting = [step for step in every[0].trace.steps if step.rule == "support-first"]
    assert {step.offer for step in waiting} >= {"bill_move", "cancel_help"}
    supported = tuple(shown(name, days=1, support=True) for name in ("support_guide", "hardship_support"))
    later = choice(moments=(SHORT,), marked_in_stress=True, shown=supported)
    assert later.offer is not None
    assert later.offer.id == "bill_move"


def test_what_was_learned_decides_and_the_prior_before_it() -> None:
    moments = (FEE, SPARE)
    kept = [step.offer for step in choice(moments=moments).trace.steps if step.kept]
    assert len(kept) > 2
    for favourite in kept:
        means = [1.0 if name == favourite else -1.0 for name in kept]
        ranker = Ranker(Posterior(1000.0), np.random.default_rng(2), prior=Fixed(*means), explore=0.0)
        one = choice(ranker=ranker, moments=moments)
        assert one.offer is not None
        assert one.offer.id == favourite
        score = one.trace.steps[one.trace.chosen or 0].score
        assert score is not None
        assert (score.prior, score.model) == (1.0, "fixed-1")


def test_value_fatigue_and_the_person_reach_the_ranking_as_numbers() -> None:
    closed = tuple(shown("cashback", days=100 + n, reaction=Reaction.CLOSED) for n in range(5))
    one = choice(
        moments=(FEE,),
        shown=closed + tuple(shown("cashback", days=200 + n) for n in range(5)),
        facts={"buffer_days": Fact(30.0), "spare_share": Fact(-0.25), "engagement": Fact(0.5)},
        spends=Money(24_000, "GBP"),
    )
    assert one.ranking is not None
    numbers = one.ranking.observe(0.0).numbers()
    #                always  buffer spare engagement fatigue appetite
    assert numbers[:6] == (128, 64, -32, 64, 64, 0)
    #                always saves protects value intrusive
    assert numbers[6:] == (128, 128, 0, 64, 0)
    other = choice(moments=(FEE,), facts={}, spends=Money(24_000, "EUR")).ranking
    assert other is not None
    assert other.observe(0.0).numbers()[9] == 0


RUNNING = date(2027, 2, 1)


def test_the_arm_of_an_experiment_orders_as_the_file_does_and_is_met_where_there_is_a_choice() -> None:
    fixed = Unit("u", RUNNING, consented=True, kept={"ranking_2027": Kept("ranking_2027", "fixed_order")})
    for seed in range(10):
        one = choice(seed=seed, unit=fixed, moments=(FEE, SPARE))
        assert one.offer is not None
        assert one.offer.id == next(step.offer for step in one.trace.steps if step.kept)
        assert one.trace.propensity == 1.0
        assert one.met == {"ranking_2027"}
    assert choice(unit=fixed, moments=(FEE,), facts={}).met == frozenset()
    withdrawn = msgspec.structs.replace(fixed, consented=False)
    chosen = {choice(seed=seed, unit=withdrawn, moments=(FEE, SPARE)).trace.chosen for seed in range(40)}
    assert len(chosen) > 1


def test_conditions_rest_only_on_data_that_their_purpose_may_use() -> None:
    policy = Policy.default()
    RULES.require_covered(policy)
    offer = RULES.catalog.offers["savings_goal"]
    nosy = msgspec.structs.replace(offer, where=(Predicate("life_stage", equals="student"),))
    catalog = Catalog(RULES.catalog.version, {nosy.id: nosy}, RULES.catalog.digest)
    with pytest.raises(PolicyError, match="savings_goal rests on data that recommendations may not use"):
        msgspec.structs.replace(RULES, catalog=catalog).require_covered(policy)
    foreign = msgspec.structs.replace(offer, purpose="resale")
    catalog = Catalog(RULES.catalog.version, {foreign.id: foreign}, RULES.catalog.digest)
    with pytest.raises(PolicyError, match="purpose of the offer savings_goal is not in the policy"):
        msgspec.structs.replace(RULES, catalog=catalog).require_covered(policy)
    experiments = RULES.experiments
    one = experiments.experiments["ranking_2027"]
    nosy_one = msgspec.structs.replace(one, where=(Predicate("income_stability", at_least=0.5),))
    changed = msgspec.structs.replace(experiments, experiments={one.id: nosy_one})
    with pytest.raises(
        PolicyError, match="experiment ranking_2027 rests on data that experiments may not use"
    ):
        msgspec.structs.replace(RULES, experiments=changed).require_covered(policy)


def test_a_story_is_checked_first() -> None:
    with pytest.raises(InputError):
        choice(facts={"shoe_size": Fact(42.0)})


@pytest.mark.parametrize("channel", list(DeliveryChannel))
def test_what_is_chosen_was_kept_by_every_guard(channel: DeliveryChannel) -> None:
    everything = tuple(
        MomentNow(kind, kind) for offer in RULES.catalog.offers.values() for kind in offer.moments
    )
    for seed in range(5):
        one = choose(
            RULES, story(moments=everything), channel, Ranker(Posterior(), np.random.default_rng(seed)), UNIT
        )
        if one.trace.chosen is not None:
            step = one.trace.steps[one.trace.chosen]
            assert step.kept
            assert one.offer is not None
            assert channel in one.offer.channels


@pytest.mark.parametrize("kind", sorted(READ_FOR_SUGGESTIONS))
def test_a_policy_that_lets_suggestions_read_nothing_is_refused_in_a_sentence(kind: str) -> None:
    text = shipped("purposes.toml")
    rule = text.index('id = "recommend-on-device"')
    start = text.index("data = [", rule)
    end = text.index("]", start)
    narrow = text[:start] + text[start:end].replace(f'"{kind}",', "") + text[end:]
    with pytest.raises(
        PolicyError, match=f"recommendations may not read {kind}, which suggestions are found in"
    ):
        RULES.require_covered(Policy.parse(narrow, shipped("data.toml")))
