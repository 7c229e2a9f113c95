from __future__ import annotations

from datetime import date

import msgspec

from edge_engine.consent.purpose import DeliveryChannel
from edge_engine.decisions.assignment import assign
from edge_engine.decisions.catalog import Catalog
from edge_engine.decisions.eligibility import sift
from edge_engine.decisions.experiments import Experiments
from edge_engine.decisions.facts import Fact
from edge_engine.decisions.guard_policy import Guards
from edge_engine.decisions.guards import strain
from edge_engine.decisions.offer import MOMENTS
from edge_engine.decisions.story import MomentNow, Never, Refused
from edge_engine.decisions.trace import Score, Step, Trace, conclude, silent_by
from tests.unit.decisions.stories import NOON, WELL, shown, story

CATALOG, GUARDS = Catalog.default(), Guards.default()
FEED = DeliveryChannel.FEED
EVERY_MOMENT = tuple(MomentNow(kind, f"{kind}-1") for kind in MOMENTS if kind != "stress")


def steps(**changes: object) -> tuple[Step, ...]:
    return sift(CATALOG, GUARDS, story(**changes), FEED)


def by_offer(some: tuple[Step, ...]) -> dict[str, Step]:
    return {one.offer: one for one in some}


def test_every_offer_is_named_whether_kept_or_dropped() -> None:
    found = steps()
    assert [one.offer for one in found] == list(CATALOG.offers)
    for one in found:
        assert one.rule
        assert one.because
        assert one.purposes


def test_an_offer_waits_for_its_moment_and_comes_for_each_that_is_there() -> None:
    assert by_offer(steps())["cancel_help"].rule == "no-moment"
    two = (MomentNow("price_change", "a"), MomentNow("subscription_overlap", "b"), MomentNow("bill_due", "c"))
    found = [one for one in steps(moments=two) if one.offer == "cancel_help"]
    assert [(one.subject, one.kept) for one in found] == [("a", True), ("b", True)]


def test_conditions_are_named_where_they_do_not_hold() -> None:
    one = by_offer(steps(facts={**WELL, "travel": Fact(0.1)}))["travel_currency"]
    assert (one.kept, one.rule) == (False, "not-eligible")
    assert one.because == "it is for people whose share of months with spending abroad is at least 0.3"


def test_in_stress_support_is_a_candidate_and_credit_is_not() -> None:
    well = by_offer(steps(moments=EVERY_MOMENT))
    assert well["cheaper_loan"].kept
    assert well["support_guide"].rule == "no-moment"

    poor = by_offer(steps(moments=EVERY_MOMENT, marked_in_stress=True))
    assert poor["support_guide"].kept
    assert poor["hardship_support"].kept
    assert poor["bill_move"].kept
    assert {name for name, one in poor.items() if one.rule == "stress"} == {
        "round_up_investing",
        "travel_currency",
        "overdraft_buffer",
        "cheaper_loan",
        "card_limit",
        "mortgage_talk",
        "savings_goal",
        "round_up_saving",
    }


# -- the trace -------------------------------------------------------------------------------------------------------


def traced(chosen: str = "", **changes: object) -> Trace:
    told = story(**changes)
    found = sift(CATALOG, GUARDS, told, FEED)
    kept = [place for place, one in enumerate(found) if one.kept]
    place = next((at for at in kept if found[at].offer == chosen), None)
    experiments = Experiments.default()
    arm = assign(experiments, "ranking_2027", "unit", {}, today=date(2027, 2, 1), consented=True)
    return conclude(
        found,
        at=told.now,
        channel=FEED,
        stress=strain(GUARDS, told),
        arms=(arm,),
        scores={at: Score(0.1, 0.05, 0.2, "recommender-1") for at in kept},
        chosen=place,
        propensity=None if place is None else 0.75,
        policies={"offers": CATALOG.digest, "guards": GUARDS.digest},
    )


def test_a_decision_names_every_candidate_its_rule_score_consent_arm_and_model() -> None:
    one = traced("bill_move", moments=EVERY_MOMENT)
    words = one.words()

    assert words[0].startswith("Move a bill to after payday is suggested beside ")
    assert any("Experiment ranking_2027" in line for line in words)
    (chosen,) = (line for line in words if ": chosen" in line)
    assert chosen == (
        "Move a bill to after payday: chosen, nothing keeps it back (guards-passed); rests on recommendations; "
        "scored +0.20 (expected +0.10 by recommender-1, +0.05 with your answers)."
    )
    assert words[-1].startswith("Scores run from -1, a bother, to 1, a help")
    assert len([line for line in words if "; rests on " in line]) == len(one.steps)


def test_a_trace_is_data_that_comes_back_as_it_was() -> None:
    one = traced("bill_move", moments=EVERY_MOMENT)
    assert msgspec.json.decode(msgspec.json.encode(one), type=Trace) == one


def test_silence_is_explained_too() -> None:
    silent = traced(granted=frozenset())
    assert silent.chosen is None
    assert "is not granted (consent)" in silent.words()[0]
    resting = traced(moments=EVERY_MOMENT, shown=tuple(shown("cashback", days=0.1) for _ in range(3)))
    assert "there were 3 suggestions beside support within a day already (cap:feed_a_day)" in resting.because
    unchosen = traced(moments=EVERY_MOMENT)
    assert unchosen.because == "Nothing is suggested: what could be was not chosen."
    nothing = conclude((), at=NOON, channel=FEED, stress=strain(GUARDS, story()))
    assert nothing.words() == ("Nothing is suggested: there is nothing that could be.",)


def test_stress_is_said_in_the_trace() -> None:
    one = traced("support_guide", marked_in_stress=True)
    assert one.words()[1] == "Support comes first: it was said that money is short (stress:marked)."
    assert one.because == "Where to get free advice is suggested beside 1 other."


def test_the_reason_for_silence_is_the_guard_that_decided_and_counts_only_what_something_called_for() -> None:
    never = frozenset((Never(Refused.EVERYTHING),))
    refused = traced(moments=(MomentNow("safe_to_save", "spare"),), never=never).because
    assert "16" not in refused
    assert "you said never again" in refused
    assert refused.endswith("that something calls for.")
    nothing = traced(never=never).because
    assert nothing.startswith(
        "Nothing is suggested: nothing calls for it now, and for the rest you said never"
    )
    push = DeliveryChannel.PUSH
    told = story(moments=EVERY_MOMENT, now=NOON.replace(hour=23))
    late = conclude(
        sift(CATALOG, GUARDS, told, push), at=told.now, channel=push, stress=strain(GUARDS, told)
    ).because
    assert "is silent at this hour (quiet:night)" in late


def test_the_rule_behind_a_silence_is_that_of_what_came_farthest() -> None:
    late = story(moments=EVERY_MOMENT, now=NOON.replace(hour=23))
    assert silent_by(sift(CATALOG, GUARDS, late, DeliveryChannel.PUSH)) == "quiet:night"
    assert silent_by(()) == ""
