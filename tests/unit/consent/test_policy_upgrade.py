from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from edge_engine.clock import FakeClock
from edge_engine.consent.event import EventKind
from edge_engine.consent.ledger import Ledger
from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import Gate
from edge_engine.errors import GrantExpired, PurposeDenied
from tests.unit.consent.asking import START, own_access, refusal
from tests.unit.consent.policy_texts import DATA, HEAD, INSIGHTS, policy

if TYPE_CHECKING:
    from tests.fakes.ledger_store import MemoryLedgerStore


def upgraded(store: MemoryLedgerStore, *, then: Policy, now: Policy, purpose: str = "insights") -> Ledger:
    clock = FakeClock(START)
    Ledger(store, then, clock).grant(purpose)
    return Ledger(store, now, clock)


def test_data_that_a_later_policy_adds_needs_a_new_consent(store: MemoryLedgerStore) -> None:
    wider = policy(INSIGHTS.replace('["pd:Transaction"]', '["pd:Transaction", "pd:Preference"]'))
    ledger = upgraded(store, then=policy(), now=wider)

    assert ledger.mint("insights", Gate.READ).data == {"pd:Transaction"}
    told = ledger.explain("insights", data=["pd:Transaction", "pd:Preference"])
    assert told.rule == "new-since-consent"
    assert told.because == (
        "Denied by rule new-since-consent: this was not part of “Find bills” when you agreed on 3 May 2026, "
        "so it waits until you agree again."
    )

    ledger.grant("insights")
    assert ledger.mint("insights", Gate.READ).data == {"pd:Transaction", "pd:Preference"}


def test_a_gate_that_a_later_policy_opens_needs_a_new_consent(store: MemoryLedgerStore) -> None:
    ledger = upgraded(store, then=policy(), now=policy(INSIGHTS.replace('"infer"', '"decide"')))

    assert refusal(ledger, gate=Gate.DECIDE) == "new-since-consent"
    assert refusal(ledger, gate=Gate.INFER) == "default-deny"


def test_a_prohibition_that_a_later_policy_drops_holds_for_earlier_consent(store: MemoryLedgerStore) -> None:
    prohibition = INSIGHTS.replace("insights-on-device", "no-conclusions").replace('"allow"', '"deny"')
    prohibition = prohibition.replace('["read", "infer"]', '["infer"]')
    ledger = upgraded(store, then=policy(INSIGHTS + prohibition), now=policy())

    assert refusal(ledger, gate=Gate.INFER) == "new-since-consent"
    ledger.mint("insights", Gate.READ).check()


def test_a_prohibition_that_a_later_policy_adds_holds_at_once(store: MemoryLedgerStore) -> None:
    prohibition = INSIGHTS.replace("insights-on-device", "no-conclusions").replace('"allow"', '"deny"')
    ledger = upgraded(store, then=policy(), now=policy(INSIGHTS + prohibition))

    assert refusal(ledger) == "default-deny"
    assert ledger.explain("insights", data=["pd:Transaction"]).rule == "no-conclusions"


def test_columns_that_a_later_policy_adds_to_a_category_stay_closed(store: MemoryLedgerStore) -> None:
    wider = policy(data=DATA.replace('"txn.day"]', '"txn.day", "txn.place"]'))
    ledger = upgraded(store, then=policy(), now=wider)

    assert ("txn", "place") not in ledger.mint("insights", Gate.READ).columns
    assert ("txn", "place") in own_access(ledger).columns
    ledger.grant("insights")
    assert ("txn", "place") in ledger.mint("insights", Gate.READ).columns


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            'dpv = ["fin:BudgetPlanningAssistance"]',
            'dpv = ["fin:BudgetPlanningAssistance", "dpv:DirectMarketing"]',
        ),
        ('id = "urn:test:controller"', 'id = "urn:test:buyer"'),
        ('name = "Test Bank"', 'name = "AdTech Ltd"'),
    ],
    ids=["a purpose that means more", "another company", "another company under the same identifier"],
)
def test_who_and_what_for_cannot_change_under_a_consent(store: MemoryLedgerStore, old: str, new: str) -> None:
    ledger = upgraded(store, then=policy(), now=policy(head=HEAD.replace(old, new)))

    assert refusal(ledger) == "new-since-consent"


def test_a_later_policy_can_shorten_a_consent_but_not_lengthen_it(store: MemoryLedgerStore) -> None:
    shorter = policy(head=HEAD.replace("expires_days = 100", "expires_days = 10"))
    longer = policy(head=HEAD.replace("expires_days = 100", "expires_days = 1000"))

    ledger = upgraded(store, then=policy(), now=shorter)
    assert ledger.mint("insights", Gate.READ).not_after == START + timedelta(days=10)

    ledger = Ledger(store, longer, FakeClock(START))
    assert ledger.mint("insights", Gate.READ).not_after == START + timedelta(days=100)


def test_a_purpose_that_left_the_policy_is_denied_and_can_still_be_withdrawn(
    store: MemoryLedgerStore,
) -> None:
    renamed = HEAD.replace('id = "insights"', 'id = "bills"')
    other = policy(INSIGHTS.replace('purpose = "insights"', 'purpose = "bills"'), head=renamed)
    ledger = upgraded(store, then=policy(), now=other)

    assert refusal(ledger) == "unknown-purpose"
    assert ledger.withdraw("insights").event.purpose == "insights"
    with pytest.raises(PurposeDenied):
        ledger.grant("insights")


def test_a_consent_of_a_purpose_that_left_the_policy_still_ends_by_itself(store: MemoryLedgerStore) -> None:
    renamed = HEAD.replace('id = "insights"', 'id = "bills"')
    other = policy(INSIGHTS.replace('purpose = "insights"', 'purpose = "bills"'), head=renamed)
    upgraded(store, then=policy(), now=other)

    later = Ledger(store, other, FakeClock(START + timedelta(days=100)))

    assert [event.kind for event in later.history()] == [EventKind.GRANT, EventKind.EXPIRE]


def test_a_rule_with_a_last_day_ends_its_grants_that_day(store: MemoryLedgerStore) -> None:
    clock = FakeClock(START)
    ledger = Ledger(store, policy(INSIGHTS + "until = 2026-05-10\n"), clock)
    ledger.grant("insights")

    grant = ledger.mint("insights", Gate.READ)
    assert grant.not_after == datetime(2026, 5, 10, tzinfo=UTC)
    clock.advance(timedelta(days=7))

    with pytest.raises(GrantExpired):
        grant.check()
    assert refusal(ledger) == "default-deny"


def test_a_last_day_that_a_later_policy_drops_holds_for_earlier_consent(store: MemoryLedgerStore) -> None:
    ledger = upgraded(store, then=policy(INSIGHTS + "until = 2026-05-10\n"), now=policy())

    assert ledger.mint("insights", Gate.READ).not_after.date() == date(2026, 5, 10)


def test_policy_is_what_the_ledger_was_opened_with(ledger: Ledger) -> None:
    assert ledger.policy is Policy.default()
