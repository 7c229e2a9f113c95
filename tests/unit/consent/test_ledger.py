from __future__ import annotations

import re
from datetime import timedelta

import pytest

from edge_engine.clock import FakeClock
from edge_engine.consent.event import EventKind
from edge_engine.consent.ledger import Ledger
from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import OWN_ACCESS, SENSITIVE, DeliveryChannel, Gate, Recipient
from edge_engine.errors import DiskFull, GrantExpired, InputError, PurposeDenied
from tests.fakes.ledger_store import MemoryLedgerStore
from tests.unit.consent.asking import START, own_access, refusal
from tests.unit.consent.policy_texts import INSIGHTS, policy

# -- off until granted -----------------------------------------------------------------------------------------------


def test_everything_but_own_access_is_off_at_first(ledger: Ledger) -> None:
    assert [state.purpose for state in ledger.state() if state.granted] == [OWN_ACCESS]
    assert refusal(ledger) == "not-granted"
    assert own_access(ledger).columns
    assert ledger.history() == []


def test_granting_switches_on_one_purpose_for_its_time(ledger: Ledger, clock: FakeClock) -> None:
    event = ledger.grant("insights", expires_days=30)

    on = {state.purpose: state for state in ledger.state() if state.granted}
    assert set(on) == {OWN_ACCESS, "insights"}
    assert (on["insights"].since, on["insights"].expires) == (START, START + timedelta(days=30))
    assert on["insights"].rule == "granted"
    assert (event.seq, event.kind, event.expires) == (1, EventKind.GRANT, START + timedelta(days=30))
    assert refusal(ledger, "categorization") == "not-granted"


@pytest.mark.parametrize("days", [0, -1, 731])
def test_a_consent_holds_no_longer_than_its_purpose_allows(ledger: Ledger, days: int) -> None:
    with pytest.raises(InputError, match="from 1 to 730 days"):
        ledger.grant("insights", expires_days=days)

    assert ledger.history() == []


def test_own_access_can_be_neither_granted_nor_withdrawn(ledger: Ledger) -> None:
    for act in (ledger.grant, ledger.withdraw):
        with pytest.raises(PurposeDenied, match="cannot be switched off") as refused:
            act(OWN_ACCESS)
        assert refused.value.rule == "own-access"

    assert own_access(ledger).epoch == 0


def test_an_unknown_purpose_can_be_neither_granted_nor_withdrawn(ledger: Ledger) -> None:
    for act in (ledger.grant, ledger.withdraw):
        with pytest.raises(PurposeDenied) as refused:
            act("surveillance")
        assert refused.value.rule == "unknown-purpose"
        assert "surveillance" not in refused.value.message


@pytest.mark.parametrize(
    ("gate", "recipient", "channel"),
    [
        (gate, recipient, channel)
        for gate in Gate
        for recipient in Recipient
        for channel in (None, DeliveryChannel.FEED)
        if (gate, recipient, channel) != (Gate.READ, Recipient.PERSON, None)
    ],
)
def test_own_access_serves_nothing_but_the_persons_own_eyes(
    ledger: Ledger, gate: Gate, recipient: Recipient, channel: DeliveryChannel | None
) -> None:
    with pytest.raises(PurposeDenied):
        ledger.mint(OWN_ACCESS, gate, recipient=recipient, channel=channel)


# -- unknown anything denies -----------------------------------------------------------------------------------------


def test_unknown_words_deny_by_a_rule_of_their_own(ledger: Ledger) -> None:
    ledger.grant("insights")

    def rule(**change: object) -> str:
        asked: dict[str, object] = {"purpose": "insights", "gate": Gate.READ, **change}
        return ledger.explain(**asked).rule  # type: ignore[arg-type]

    assert rule() == "insights-on-device"
    assert rule(purpose="profit") == "unknown-purpose"
    assert rule(gate="copy") == "unknown-gate"
    assert rule(recipient="broker") == "unknown-recipient"
    assert rule(channel="fax") == "unknown-channel"
    assert rule(data=["pd:Transaction", "pd:Fingerprint"]) == "unknown-data"
    assert rule(data=[]) == "default-deny"
    assert rule(data=["dpv:NonPersonalData"]) == "default-deny"
    assert rule(data=["pd:CreditWorthiness"]) == "default-deny"
    assert rule(gate=Gate.SEND) == "default-deny"


# -- withdrawing -----------------------------------------------------------------------------------------------------


def test_withdrawing_deletes_what_only_the_purpose_made_before_it_returns(
    ledger: Ledger, store: MemoryLedgerStore
) -> None:
    ledger.grant("insights")
    store.derived = {"insights": 12, "categorization": 7}

    done = ledger.withdraw("insights")

    assert done.purged == {"derived": 12}
    assert done.event.kind is EventKind.WITHDRAW
    assert store.derived == {"categorization": 7}
    assert refusal(ledger) == "withdrawn"


def test_withdrawing_twice_or_before_granting_is_harmless_and_noted(ledger: Ledger) -> None:
    ledger.withdraw("outreach")
    ledger.withdraw("outreach")

    assert [event.kind for event in ledger.history()] == [EventKind.WITHDRAW] * 2
    assert refusal(ledger, "outreach") == "withdrawn"


def test_granting_again_after_withdrawing_switches_on_anew(ledger: Ledger) -> None:
    ledger.grant("insights")
    ledger.withdraw("insights")
    ledger.grant("insights")

    ledger.mint("insights", Gate.READ).check()


def test_a_withdrawal_the_disk_would_not_take_denies_all_the_same_and_is_tried_again(
    ledger: Ledger, store: MemoryLedgerStore, clock: FakeClock
) -> None:
    ledger.grant("insights")
    grant = ledger.mint("insights", Gate.READ)
    store.derived = {"insights": 3}
    store.full = True
    with pytest.raises(DiskFull):
        ledger.withdraw("insights")

    assert refusal(ledger) == "withdrawn"
    with pytest.raises(GrantExpired):
        grant.check()
    ledger.verify()
    assert refusal(ledger) == "withdrawn"

    store.full = False
    assert refusal(ledger) == "withdrawn"
    assert store.derived == {}
    assert [event.kind for event in ledger.history()] == [EventKind.GRANT, EventKind.WITHDRAW]
    assert refusal(Ledger(store, Policy.default(), clock)) == "withdrawn"


def test_a_withdrawal_that_was_kept_by_a_store_that_failed_afterwards_is_kept_once(
    ledger: Ledger, store: MemoryLedgerStore
) -> None:
    ledger.grant("insights")
    store.full_once_kept = True
    with pytest.raises(DiskFull):
        ledger.withdraw("insights")

    ledger.grant("insights")

    assert [event.kind for event in ledger.history()] == [
        EventKind.GRANT,
        EventKind.WITHDRAW,
        EventKind.GRANT,
    ]
    ledger.mint("insights", Gate.READ).check()


def test_while_the_store_cannot_be_read_again_a_failed_withdrawal_goes_on_denying(
    ledger: Ledger, store: MemoryLedgerStore
) -> None:
    ledger.grant("insights")
    store.full = store.unreadable = True
    with pytest.raises(DiskFull):
        ledger.withdraw("insights")

    assert refusal(ledger) == "withdrawn"


def test_a_grant_the_disk_would_not_take_grants_nothing(ledger: Ledger, store: MemoryLedgerStore) -> None:
    store.full = True
    with pytest.raises(DiskFull):
        ledger.grant("insights")

    assert refusal(ledger) == "not-granted"


# -- time ------------------------------------------------------------------------------------------------------------


def test_a_consent_ends_by_itself_and_takes_what_it_made_along(
    ledger: Ledger, store: MemoryLedgerStore, clock: FakeClock
) -> None:
    ledger.grant("credit_prescreening")
    store.derived = {"credit_prescreening": 4}
    clock.advance(timedelta(days=90))

    assert refusal(ledger, "credit_prescreening") == "expired"
    assert store.derived == {}
    assert [event.kind for event in ledger.history()] == [EventKind.GRANT, EventKind.EXPIRE]
    state = next(one for one in ledger.state() if one.purpose == "credit_prescreening")
    assert (state.granted, state.rule, state.since) == (False, "expired", START + timedelta(days=90))


def test_a_consent_ended_when_it_ended_and_not_when_somebody_asked(
    ledger: Ledger, store: MemoryLedgerStore, clock: FakeClock
) -> None:
    ledger.grant("credit_prescreening")
    clock.advance(timedelta(days=300))

    for reopened in (False, True):
        again = Ledger(store, Policy.default(), clock) if reopened else ledger
        state = next(one for one in again.state() if one.purpose == "credit_prescreening")
        assert (state.rule, state.since) == ("expired", START + timedelta(days=90))
        with pytest.raises(PurposeDenied, match="ended on 1 August 2026"):
            again.mint("credit_prescreening", Gate.READ)
    assert ledger.history()[-1].at == START + timedelta(days=300)


def test_an_ended_consent_is_not_revived_by_a_clock_set_back_in_the_next_process(
    store: MemoryLedgerStore, clock: FakeClock
) -> None:
    first = Ledger(store, Policy.default(), clock)
    first.grant("credit_prescreening")
    clock.advance(timedelta(days=90))
    first.close()

    clock.advance(timedelta(days=-80))

    assert refusal(Ledger(store, Policy.default(), clock), "credit_prescreening") == "expired"


def test_an_ended_consent_the_disk_could_not_note_denies_all_the_same(
    ledger: Ledger, store: MemoryLedgerStore, clock: FakeClock
) -> None:
    ledger.grant("credit_prescreening")
    clock.advance(timedelta(days=90))
    store.full = True

    assert refusal(ledger, "credit_prescreening") == "expired"
    state = next(one for one in ledger.state() if one.purpose == "credit_prescreening")
    assert (state.rule, state.since) == ("expired", START + timedelta(days=90))


def test_opening_a_store_notes_the_time_once_a_day_so_that_a_clock_set_back_regains_little(
    store: MemoryLedgerStore, clock: FakeClock
) -> None:
    Ledger(store, Policy.default(), clock).grant("credit_prescreening")
    clock.advance(timedelta(hours=23))
    Ledger(store, Policy.default(), clock)
    assert len(store.kept) == 1
    clock.advance(timedelta(days=60))
    Ledger(store, Policy.default(), clock)
    assert len(store.kept) == 2

    clock.advance(timedelta(days=-60))
    later = Ledger(store, Policy.default(), clock)

    assert later.now() == START + timedelta(days=60, hours=23)
    assert [event.kind for event in later.history()] == [EventKind.GRANT, EventKind.SEEN]


def test_a_store_without_live_consent_is_not_written_by_opening_it(
    store: MemoryLedgerStore, clock: FakeClock
) -> None:
    first = Ledger(store, Policy.default(), clock)
    first.withdraw("insights")
    clock.advance(timedelta(days=60))

    Ledger(store, Policy.default(), clock)

    assert len(store.kept) == 1


def test_events_tell_the_ledgers_time_and_what_the_clock_said(ledger: Ledger, clock: FakeClock) -> None:
    ledger.grant("insights")
    clock.advance(timedelta(days=-10))

    event = ledger.grant("outreach")

    assert (event.at, event.clock) == (START, START - timedelta(days=10))


# -- explanations ----------------------------------------------------------------------------------------------------


def test_explanations_are_one_sentence_that_names_the_rule(ledger: Ledger, clock: FakeClock) -> None:
    ledger.grant("insights")
    ledger.grant("credit_prescreening")
    ledger.withdraw("outreach")
    clock.advance(timedelta(days=90))
    asked = [
        ledger.explain(purpose, gate, data, recipient, channel)
        for purpose in (*ledger.policy.purposes, "profit")
        for gate in Gate
        for data in (None, ["pd:Transaction"], [SENSITIVE], ["pd:Income", "pd:LifeHistory"], ["pd:Nothing"])
        for recipient in Recipient
        for channel in (None, *DeliveryChannel)
    ]

    assert {told.allowed for told in asked} == {True, False}
    for told in asked:
        assert told.because.startswith("Allowed by rule" if told.allowed else f"Denied by rule {told.rule}: ")
        for rule in told.rule.split("+"):
            assert rule in told.because
        assert re.fullmatch(r"[^.]+\.", told.because), told.because
        assert len(told.because) < 320


def test_an_explanation_tells_until_when_and_since_when(ledger: Ledger) -> None:
    ledger.grant("categorization")

    assert ledger.explain("categorization").because == (
        "Allowed by rule categorize-on-device until 2 May 2028, as you agreed on 3 May 2026: this device may read "
        "your transactions and your corrections to sort them into categories."
    )


def test_default_denial_tells_what_was_asked(ledger: Ledger) -> None:
    told = ledger.explain(
        "outreach",
        Gate.DELIVER,
        ["pd:LifeHistory", "pd:CreditWorthiness"],
        Recipient.PERSON,
        DeliveryChannel.SMS,
    )

    assert told.because == (
        "Denied by rule default-deny: no rule lets “Messages outside the app” show “What a loan would mean for you” "
        "and “Changes in your life” for you alone by text message."
    )


def test_a_denied_grant_carries_the_sentence_of_the_explanation(ledger: Ledger) -> None:
    with pytest.raises(PurposeDenied) as refused:
        ledger.mint("insights", Gate.READ)

    assert refused.value.message == ledger.explain("insights").because


def test_data_that_two_rules_cover_together_is_allowed_by_both() -> None:
    both = INSIGHTS + INSIGHTS.replace("insights-on-device", "insights-taught").replace(
        "pd:Transaction", "pd:Preference"
    )
    ledger = Ledger(MemoryLedgerStore(), policy(both), FakeClock(START))
    ledger.grant("insights")

    told = ledger.explain("insights", Gate.INFER, ["pd:Transaction", "pd:Preference"])

    assert (told.allowed, told.rule) == (True, "insights-on-device+insights-taught")
    assert told.because.startswith(
        "Allowed by rules insights-on-device and insights-taught until 11 August 2026"
    )


def test_a_closed_ledger_allows_nothing(ledger: Ledger) -> None:
    ledger.grant("insights")
    ledger.close()

    assert refusal(ledger) == "ledger-closed"
    with pytest.raises(PurposeDenied):
        own_access(ledger)
    assert {state.rule for state in ledger.state()} == {"own-access", "ledger-closed"}


def test_an_unreadable_store_cannot_be_opened_as_if_it_were_empty(
    store: MemoryLedgerStore, clock: FakeClock
) -> None:
    store.unreadable = True

    with pytest.raises(DiskFull):
        Ledger(store, Policy.default(), clock)


def test_the_same_form_sent_again_is_one_consent(ledger: Ledger, clock: FakeClock) -> None:
    first = ledger.grant("insights")
    grant = ledger.mint("insights", Gate.READ)
    clock.advance(timedelta(minutes=1))

    assert ledger.grant("insights") == first
    assert ledger.history() == [first]
    grant.check()


def test_agreeing_anew_for_longer_shorter_later_or_after_an_end_is_another_entry(
    ledger: Ledger, clock: FakeClock
) -> None:
    ledger.grant("insights")
    ledger.grant("insights", 30)  # shorter
    clock.advance(timedelta(days=1))
    ledger.grant("insights", 29)  # the same, until the same day
    ledger.grant("insights", 30)  # later
    ledger.withdraw("insights")
    ledger.grant("insights", 30)

    assert [event.kind.value for event in ledger.history()] == [
        "grant",
        "grant",
        "grant",
        "withdraw",
        "grant",
    ]
