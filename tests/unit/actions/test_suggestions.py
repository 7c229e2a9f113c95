from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import msgspec
import pytest

from edge_engine.actions.channels import FileChannel
from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import DeliveryChannel
from edge_engine.decisions.facts import Fact
from edge_engine.decisions.rules import DecisionRules
from edge_engine.decisions.story import MomentNow
from edge_engine.domain.money import Money
from edge_engine.errors import InputError, PurposeDenied
from edge_engine.insights.moment import SHOWS, TYPES, Overdrawn
from edge_engine.situation import Situation
from tests.fakes.suggesting import FEE, FEE_SAYS, NOON, RISE, SHORT, Life, Recorded
from tests.unit.consent.policy_texts import shipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge_engine.actions.channels import Suggestion
    from edge_engine.consent.grant import Grant


# -- deciding --------------------------------------------------------------------------------------------------------


def test_a_moment_becomes_a_suggestion_in_the_feed_with_its_reason_and_its_worth(life: Life) -> None:
    decision = life.suggestions.decide()
    assert decision.suggestion is not None
    assert decision.delivered
    assert decision.suggestion.id == decision.id
    assert decision.suggestion.offer == "cancel_help"
    assert decision.suggestion.why.startswith("A Shop may have charged £10.00 twice")
    assert decision.suggestion.money_a_year == Money(12_000, "GBP")
    assert decision.explain()[0] == "Help to cancel or to change is suggested."
    (kept,) = life.suggestions.feed()
    assert (kept.id, kept.explain()) == (decision.id, decision.explain())


def test_a_worth_that_an_offer_does_not_tell_is_told_nowhere(life: Life) -> None:
    life.known = Situation(moments=(RISE,))
    shown = [life.suggestions.decide() for _ in range(3)]
    assert [one.suggestion and one.suggestion.offer for one in shown] == [
        "cancel_help",
        "cashback",
        None,
    ]
    past = {one.offer: one.money_a_year for one in life.suggestions.past()}
    assert past == {"cancel_help": Money(6_000, "GBP"), "cashback": None}
    assert life.suggestions.one(shown[1].id).money_a_year is None


def test_silence_is_a_decision_with_its_reason(life: Life) -> None:
    life.known = Situation()
    decision = life.suggestions.decide()
    assert (decision.suggestion, decision.delivered) == (None, False)
    assert decision.because == "Nothing is suggested: nothing calls for it now."
    assert life.suggestions.feed() == []
    assert life.suggestions.past() == []
    (kept,) = life.suggestions.past(silent=True)
    assert (kept.state, life.suggestions.one(decision.id).explain()) == ("silent", decision.explain())


def test_an_own_policy_that_keeps_a_purpose_from_a_channel_passes_its_offers_over_there() -> None:
    text, shown = (
        shipped("purposes.toml"),
        'channels = ["feed", "modal"]\nsays = "a suggestion and its reason',
    )
    assert shown in text
    narrow = Policy.parse(text.replace(shown, shown.replace('"feed", ', "")), shipped("data.toml"))
    life = Life(policy=narrow)
    life.suggestions.connect("modal", seen := Recorded())

    decision = life.suggestions.decide()

    assert decision.suggestion is None
    assert {step.rule for step in decision.trace.steps if step.offer == "cancel_help"} == {"policy"}
    assert life.suggestions.decide("modal").suggestion == seen.shown[0]


def test_nothing_is_suggested_twice_about_the_same_thing(life: Life) -> None:
    assert life.suggestions.decide().suggestion is not None
    again = life.suggestions.decide()
    assert again.suggestion is None
    assert {step.rule for step in again.trace.steps if step.offer == "cancel_help"} == {"repetition"}
    life.clock.advance(timedelta(days=61))
    assert life.suggestions.decide().suggestion is not None


def test_without_consent_nothing_is_decided(life: Life) -> None:
    life.ledger.withdraw("recommendations")
    with pytest.raises(PurposeDenied):
        life.suggestions.decide()
    assert life.count("decision") == 0


@pytest.mark.parametrize("channel", ["pigeon", "push", 5])
def test_a_channel_is_one_that_is_there(life: Life, channel: str) -> None:
    with pytest.raises(InputError):
        life.suggestions.decide(channel)


# -- stress ----------------------------------------------------------------------------------------------------------

POOR = {
    "buffer_days": Fact(1.0),
    "spare_share": Fact(-0.4),
    "income_stability": Fact(0.95),
    "debt_share": Fact(0.1),
}


def test_signs_of_stress_are_remembered_and_lead_to_support(life: Life) -> None:
    life.ledger.grant("credit_prescreening")
    life.ledger.grant("adviser_review")
    life.known = Situation(facts=POOR, moments=(SHORT,))
    first = life.suggestions.decide()
    assert first.suggestion is not None
    assert first.suggestion.offer in {"support_guide", "hardship_support"}
    life.clock.advance(timedelta(days=1))
    life.known = Situation(
        facts={**POOR, "buffer_days": Fact(9.0), "spare_share": Fact(0.2)}, moments=(SHORT,)
    )
    later = life.suggestions.decide()
    assert later.trace.stress.rule == "lasting"
    assert {step.rule for step in later.trace.steps if step.offer == "overdraft_buffer"} == {"stress"}


def test_who_says_that_money_is_short_is_believed_until_they_say_otherwise(life: Life) -> None:
    life.suggestions.say_money_is_short()
    life.ledger.withdraw("recommendations")
    life.ledger.grant("recommendations")
    assert life.suggestions.decide().trace.stress.rule == "marked"
    life.suggestions.say_money_is_short(short=False)
    assert life.suggestions.decide().trace.stress.rule == "none"


# -- delivering ------------------------------------------------------------------------------------------------------


def outside() -> Life:
    life = Life(granted=("recommendations", "outreach"))
    life.known = Situation(moments=(FEE,), spends=Money(120_000, "GBP"))
    return life


def test_a_push_message_needs_outreach_and_an_hour_that_is_not_quiet() -> None:
    life = outside()
    push = Recorded()
    life.suggestions.connect("push", push)
    life.clock.advance(timedelta(hours=10))
    late = life.suggestions.decide("push")
    assert late.suggestion is None
    assert {step.rule for step in late.trace.steps if step.offer == "cancel_help"} == {"quiet:night"}
    life.clock.advance(timedelta(hours=12))
    assert life.suggestions.decide("push").delivered
    assert [one.offer for one in push.shown] == ["cancel_help"]
    without = Life()
    without.suggestions.connect("push", push)
    told = without.suggestions.decide("push")
    (helping,) = (step for step in told.trace.steps if step.offer == "cancel_help")
    assert (helping.rule, helping.because) == ("consent", "the purpose outreach is not granted")
    assert len(push.shown) == 1


def test_what_a_channel_could_not_show_is_shown_later_once(tmp_path: Path) -> None:
    life = outside()
    push = Recorded(failures=1)
    life.suggestions.connect("push", push)
    decision = life.suggestions.decide("push")
    assert decision.suggestion is not None
    assert not decision.delivered
    with pytest.raises(InputError):
        life.suggestions.outcome(decision.id, "acted")
    assert life.suggestions.deliver() == 1
    assert life.suggestions.deliver() == 0
    assert [one.id for one in push.shown] == [decision.id]
    assert life.suggestions.one(decision.id).state == "delivered"


def test_what_is_for_a_channel_that_is_not_connected_yet_goes_on_waiting() -> None:
    life = outside()
    push = Recorded(failures=1)
    life.suggestions.connect("push", push)
    decision = life.suggestions.decide("push")
    del life.suggestions._channels[DeliveryChannel.PUSH]
    assert life.suggestions.deliver() == 0
    assert life.suggestions.one(decision.id).state == "waiting"
    life.suggestions.connect("push", push)
    assert life.suggestions.deliver() == 1


def test_what_waited_too_long_lapses() -> None:
    life = outside()
    push = Recorded(failures=1)
    life.suggestions.connect("push", push)
    decision = life.suggestions.decide("push")
    life.clock.advance(timedelta(days=2))
    assert life.suggestions.deliver() == 0
    assert life.suggestions.one(decision.id).state == "lapsed"
    assert push.shown == []


def test_withdrawn_meanwhile_means_never_shown() -> None:
    life = outside()
    push = Recorded(failures=1)
    life.suggestions.connect("push", push)
    life.suggestions.decide("push")
    life.ledger.withdraw("outreach")
    assert life.suggestions.deliver() == 0
    assert push.shown == []


def test_a_process_that_died_after_showing_shows_the_same_message_again(tmp_path: Path) -> None:
    """The channel knows it by its identifier: the file is there already and stays as it is."""
    place = tmp_path / "outbox"
    place.mkdir()
    life = outside()
    files = FileChannel(place)

    class Dying:
        def show(self, suggestion: Suggestion) -> None:
            files.show(suggestion)
            raise KeyboardInterrupt

    life.suggestions.connect("push", Dying())
    with pytest.raises(KeyboardInterrupt):
        life.suggestions.decide("push")
    (written,) = place.iterdir()
    before = written.read_bytes()
    life.suggestions.connect("push", files)
    assert life.suggestions.deliver() == 1
    assert list(place.iterdir()) == [written]
    assert written.read_bytes() == before
    assert json.loads(before)["title"] == "Help to cancel or to change"
    assert written.stat().st_mode & 0o077 == 0


WELL = {
    "buffer_days": Fact(40.0),
    "income_stability": Fact(0.95),
    "savings_months": Fact(14.0),
    "debt_share": Fact(0.05),
}


def waiting_mortgage() -> tuple[Life, Recorded, str]:
    """Somebody well off to whom an adviser could not be shown a talk about a mortgage."""
    life = Life(granted=("recommendations", "credit_prescreening", "adviser_review"))
    life.known = Situation(facts=WELL)
    desk = Recorded(failures=1)
    life.suggestions.connect("adviser", desk)
    decision = life.suggestions.decide("adviser")
    assert decision.suggestion is not None
    assert decision.suggestion.offer == "mortgage_talk"
    return life, desk, decision.id


@pytest.mark.parametrize("said", ["short", "stress", "everything", "family", "offer"])
def test_what_waits_is_not_shown_once_it_was_refused_or_money_is_short(said: str) -> None:
    life, desk, key = waiting_mortgage()
    if said == "short":
        life.suggestions.say_money_is_short()
    elif said == "stress":
        life.known = Situation(facts=WELL, moments=(MomentNow("stress", "stress"),))
    else:
        life.suggestions.never(said, {"family": "credit", "offer": "mortgage_talk"}.get(said, ""))
    assert life.suggestions.deliver() == 0
    assert desk.shown == []
    assert life.suggestions.one(key).state == "lapsed"


def test_what_waits_in_a_silent_hour_is_shown_after_it_with_its_reason() -> None:
    life = outside()
    below = Overdrawn(Money(-5_000, "GBP"))
    life.known = Situation(
        facts={"income_stability": Fact(0.9)},
        moments=(SHORT,),
        why={SHORT.subject: below},
        spends=Money(120_000, "GBP"),
    )
    push = Recorded(failures=1)
    life.suggestions.connect("push", push)
    life.suggestions.decide("push")
    life.clock.advance(timedelta(hours=10))
    assert life.suggestions.deliver() == 0
    life.clock.advance(timedelta(hours=10))
    assert life.suggestions.deliver() == 1
    assert push.shown[0].why.startswith("The balance is below zero")


def test_a_reason_goes_nowhere_that_its_kind_of_data_may_not_go() -> None:
    """The policy lets no transaction out in a push message: what is charged twice, and by whom, stays in the app."""
    life = outside()
    life.known = msgspec.structs.replace(life.known, why={"fee": FEE_SAYS})
    life.suggestions.connect("push", push := Recorded())
    life.suggestions.connect("modal", modal := Recorded())
    life.suggestions.decide("push")
    assert (push.shown[0].offer, push.shown[0].why, push.shown[0].money_a_year) == ("cancel_help", "", None)
    life.clock.advance(timedelta(days=60))
    life.suggestions.decide("modal")
    assert modal.shown[0].why.startswith("A Shop may have charged")
    assert modal.shown[0].money_a_year == FEE.money_a_year


def test_a_time_zone_is_one(life: Life) -> None:
    with pytest.raises(InputError, match="a time zone is a tzinfo"):
        life.suggestions.zone = cast("Any", "Europe/London")


def test_every_type_of_moment_says_what_kind_of_data_it_tells() -> None:
    assert set(SHOWS) == set(TYPES)
    assert all(kinds and kinds <= set(Policy.default().data) for kinds in SHOWS.values())


def test_a_clock_set_back_lets_nothing_old_out() -> None:
    life = outside()
    push = Recorded(failures=1)
    life.suggestions.connect("push", push)
    decision = life.suggestions.decide("push")
    with life.vault.writing() as writer:
        writer._connection.execute("UPDATE decision SET at = at + 300000")
    assert life.suggestions.deliver() == 0
    assert life.suggestions.one(decision.id).state == "lapsed"


@pytest.mark.parametrize("said", ["never", "short"])
def test_what_is_said_while_it_is_decided_holds_for_that_decision(said: str) -> None:
    """Between the story and the writing of the decision another thread has its word."""
    life = Life(granted=("recommendations", "credit_prescreening", "adviser_review"))
    life.known = Situation(facts=WELL)
    life.suggestions.connect("adviser", Recorded())
    ranker_of = life.suggestions._prior
    spoken: list[str] = []

    def prior() -> None:
        if not spoken:
            spoken.append(said)
            story = life.suggestions._story

            def after(*given: object, **named: object) -> object:
                found = story(*given, **named)  # type: ignore[arg-type]
                life.suggestions._story = story  # type: ignore[method-assign]
                with life.vault.writing(aside=True) as writer:
                    if said == "never":
                        writer.decisions.refuse("everything", "")
                    else:
                        writer.decisions.say_stress(short=True)
                return found

            life.suggestions._story = after  # type: ignore[method-assign, assignment]

    life.suggestions._prior = prior
    decision = life.suggestions.decide("adviser")
    assert decision.suggestion is None or decision.suggestion.offer == "hardship_support"
    assert {step.rule for step in decision.trace.steps if step.offer == "mortgage_talk"} == {
        "never-again" if said == "never" else "stress"
    }
    assert ranker_of() is None


@pytest.mark.parametrize("said", ["short", "everything", "family"])
def test_the_feed_lets_go_of_what_was_refused_or_is_kept_from_people_in_stress(said: str) -> None:
    life = Life(granted=("recommendations", "credit_prescreening", "adviser_review"))
    life.known = Situation(facts=WELL)
    decision = life.suggestions.decide()
    assert decision.suggestion is not None
    assert [one.offer for one in life.suggestions.feed()] == [decision.suggestion.offer]
    if said == "short":
        life.suggestions.say_money_is_short()
    else:
        life.suggestions.never(said, "credit" if said == "family" else "")
    assert life.suggestions.feed() == []


def test_never_of_a_family_holds_though_the_offer_has_another_name_by_now(life: Life) -> None:
    decision = life.suggestions.decide()
    rules = DecisionRules.default()
    offer = msgspec.structs.replace(rules.catalog.offers["cancel_help"], id="cancel_help_2")
    renamed = msgspec.structs.replace(rules.catalog, offers={offer.id: offer})
    vault = life.vault
    life.suggestions._rules = msgspec.structs.replace(rules, catalog=renamed)
    life.suggestions.outcome(decision.id, "never", covers="family")
    life.clock.advance(timedelta(days=100))
    assert life.suggestions.decide().suggestion is None
    assert vault.connection.execute("SELECT what, name FROM never_again").fetchall() == [("family", "save")]


def test_a_file_channel_needs_its_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        FileChannel(tmp_path / "nowhere")


def test_several_channels_share_what_was_shown() -> None:
    life = outside()
    push = Recorded()
    life.suggestions.connect("push", push)
    assert life.suggestions.decide("feed").suggestion is not None
    assert life.suggestions.decide("push").suggestion is None
    assert push.shown == []


def test_the_feed_is_no_channel_to_connect_and_a_channel_shows(life: Life) -> None:
    with pytest.raises(InputError, match="feed is in the store"):
        life.suggestions.connect("feed", Recorded())
    with pytest.raises(InputError, match="has a method show"):
        life.suggestions.connect("push", object())  # type: ignore[arg-type]


class Slow:
    """Says what is known after a while."""

    def __init__(self, known: Callable[[Grant], Situation], seconds: float) -> None:
        self.started = threading.Event()
        self._known, self._seconds = known, seconds

    def __call__(self, grant: Grant) -> Situation:
        self.started.set()
        threading.Event().wait(self._seconds)
        return self._known(grant)

    at_once = __call__


def test_withdrawing_while_it_is_decided_leaves_nothing_delivered_after(tmp_path: Path) -> None:
    """Whatever the moment: once the withdrawal has returned nothing is in the feed and nothing is shown any more."""
    for delay in range(12):
        life = Life(tmp_path / f"{delay}.edge", granted=("recommendations", "outreach"))
        push = Recorded()
        life.suggestions.connect("push", push)
        life.known = Situation(moments=(FEE, RISE))
        slow = Slow(life.suggestions._situation, delay / 1000)
        life.suggestions._situation = slow
        failed: list[BaseException] = []

        def run(life: Life = life, failed: list[BaseException] = failed) -> None:
            try:
                life.suggestions.decide("push")
                life.suggestions.decide("feed")
            except PurposeDenied as error:
                failed.append(error)
            except Exception as error:  # noqa: BLE001 - told to the test
                failed.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        slow.started.wait()
        life.ledger.withdraw("recommendations")
        shown = len(push.shown)
        thread.join()
        assert len(push.shown) == shown
        assert life.count("decision") == 0
        life.vault.close()


def test_threads_that_decide_at_once_suggest_nothing_twice(tmp_path: Path) -> None:
    life = Life(tmp_path / "me.edge")
    found: list[str] = []

    def run() -> None:
        for _ in range(5):
            decision = life.suggestions.decide()
            if decision.suggestion is not None:
                found.append(decision.suggestion.offer)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["cancel_help"]
    assert len(life.suggestions.feed()) == 1


def test_an_adviser_is_a_channel_that_needs_its_own_consent(life: Life) -> None:
    desk = Recorded()
    life.suggestions.connect("adviser", desk)
    life.known = Situation(facts=POOR, moments=(SHORT,))
    assert life.suggestions.decide("adviser").suggestion is None
    life.ledger.grant("adviser_review")
    decision = life.suggestions.decide("adviser")
    assert decision.delivered
    assert [one.channel for one in desk.shown] == [DeliveryChannel.ADVISER]
    assert decision.at == NOON
