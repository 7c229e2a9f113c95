from __future__ import annotations

from datetime import date
from itertools import product

from edge_engine.consent.evaluation import Use, judge
from edge_engine.consent.policy import Policy
from edge_engine.consent.policy_uses import FOR_EVER, SingleUse, allowed_uses
from edge_engine.consent.purpose import DeliveryChannel, Gate, Recipient
from tests.unit.consent.policy_texts import INSIGHTS, policy

DAY = date(2026, 12, 1)


def test_the_uses_are_exactly_those_that_the_rules_allow_one_by_one() -> None:
    shipped = Policy.default()
    spelled_out = allowed_uses(shipped, DAY)
    for purpose, data, gate, recipient, channel in product(
        shipped.purposes, shipped.data, Gate, Recipient, (None, *DeliveryChannel)
    ):
        verdict = judge(shipped.rules, Use(purpose, gate, frozenset((data,)), recipient, channel), DAY)
        use = SingleUse(purpose, data, gate, recipient, channel)
        assert verdict.allowed == (use in spelled_out), use
        if verdict.allowed:
            assert spelled_out[use].rules == tuple(rule.id for rule in verdict.rules)


def test_an_allowance_is_told_until_its_last_day_and_then_no_more() -> None:
    ending = policy(INSIGHTS.replace("says =", "until = 2026-12-31\nsays =", 1))
    assert {by.until for by in allowed_uses(ending, DAY).values()} <= {date(2026, 12, 31), FOR_EVER}
    assert len(allowed_uses(ending, date(2026, 12, 31))) < len(allowed_uses(ending, DAY))
