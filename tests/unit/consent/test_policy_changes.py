from __future__ import annotations

from datetime import date

import pytest

from edge_engine.consent.policy import Policy
from edge_engine.consent.policy_changes import Change, Direction, changes, widens
from tests.unit.consent.policy_texts import DATA, HEAD, INSIGHTS, policy, shipped

DAY = date(2026, 12, 1)
DENIAL = """
[[rule]]
id = "never-to-advisers"
purpose = "*"
effect = "deny"
gates = ["read", "deliver"]
data = ["pd:Transaction"]
recipients = ["adviser"]
says = "an adviser never sees your transactions"
"""
ENDING = INSIGHTS.replace("says =", "until = 2027-01-31\nsays =")


def of(direction: Direction, found: list[Change]) -> list[str]:
    return [one.sentence for one in found if one.direction is direction]


def test_one_policy_is_no_change() -> None:
    assert changes(policy(), policy(), DAY) == []
    assert changes(Policy.default(), Policy.default(), DAY) == []


SHOWN = """
[[rule]]
id = "insights-to-you"
purpose = "insights"
effect = "allow"
gates = ["deliver"]
data = ["pd:Transaction"]
recipients = ["person"]
channels = ["feed"]
says = "what was found may be shown to you"
"""
WIDENING = {
    "another recipient": (
        INSIGHTS,
        INSIGHTS.replace('["device"]', '["device", "person"]'),
        "for the person alone",
    ),
    "another kind of data": (
        INSIGHTS,
        INSIGHTS.replace('["pd:Transaction"]', '["pd:Transaction", "pd:Preference"]'),
        "What you taught",
    ),
    "another gate": (INSIGHTS, INSIGHTS.replace('"infer"', '"infer", "decide"'), "decide with"),
    "a rule": (INSIGHTS, INSIGHTS + SHOWN, "over feed"),
    "a channel": (INSIGHTS + SHOWN, INSIGHTS + SHOWN.replace('"feed"', '"feed", "email"'), "over email"),
    "for longer": (ENDING, ENDING.replace("2027-01-31", "2027-06-30"), "until 2027-06-30"),
    "without an end": (ENDING, INSIGHTS, "without an end"),
    "a prohibition less": (INSIGHTS + DENIAL, INSIGHTS, "never-to-advisers is gone"),
    "a weaker prohibition": (
        INSIGHTS + DENIAL,
        INSIGHTS + DENIAL.replace('"read", ', ""),
        "no longer strikes",
    ),
}


@pytest.mark.parametrize("edit", WIDENING)
def test_a_rule_that_lets_more_happen_is_caught_and_its_undoing_narrows(edit: str) -> None:
    old, new, words = WIDENING[edit]
    found = changes(policy(old), policy(new), DAY)
    assert widens(found)
    assert any(words in sentence for sentence in of(Direction.WIDENS, found)), found
    back = changes(policy(new), policy(old), DAY)
    assert not widens(back)
    assert of(Direction.NARROWS, back)


MEANING = '["fin:BudgetPlanningAssistance"]'
PURPOSES = {
    "a longer consent": ("expires_days = 100", "expires_days = 200", "200 days instead of 100"),
    "another meaning": (MEANING, MEANING.replace("]", ', "dpv:DirectMarketing"]'), "dpv:DirectMarketing"),
    "another company": ("urn:test:controller", "urn:test:other", "Another company answers"),
}


@pytest.mark.parametrize("edit", PURPOSES)
def test_a_purpose_that_grows_is_caught(edit: str) -> None:
    old, new, words = PURPOSES[edit]
    found = changes(policy(), policy(head=HEAD.replace(old, new)), DAY)
    assert [words in sentence for sentence in of(Direction.WIDENS, found)] == [True]


def test_a_kind_of_data_that_grows_is_caught() -> None:
    wider = DATA.replace('["correction.leaf"]', '["correction.leaf", "correction.at"]')
    found = changes(policy(), policy(data=wider), DAY)
    assert of(Direction.WIDENS, found) == [
        "Who may see “What you taught the engine” now also sees correction.at."
    ]
    assert of(Direction.NARROWS, changes(policy(data=wider), policy(), DAY))


def test_other_words_are_only_words() -> None:
    reworded = HEAD.replace("Bills are found.", "We look for bills.")
    found = changes(policy(), policy(head=reworded), DAY)
    assert [one.direction for one in found] == [Direction.WORDS]
    assert not widens(found)


def test_a_new_purpose_widens_by_its_rules_alone() -> None:
    text = shipped("purposes.toml")
    fewer = text.replace('id = "adviser_review"', 'id = "adviser_look"').replace(
        'purpose = "adviser_review"', 'purpose = "adviser_look"'
    )
    found = changes(Policy.parse(text, shipped("data.toml")), Policy.parse(fewer, shipped("data.toml")), DAY)
    assert widens(found)
    assert any("is new" in sentence for sentence in of(Direction.WORDS, found))
    assert any("is gone" in sentence for sentence in of(Direction.NARROWS, found))


def test_a_prohibition_under_another_name_is_only_a_name() -> None:
    renamed = DENIAL.replace("never-to-advisers", "advisers-see-nothing")
    found = changes(policy(INSIGHTS + DENIAL), policy(INSIGHTS + renamed), DAY)
    assert not widens(found)
    assert "advisers-see-nothing strikes" in of(Direction.WORDS, found)[0]


def test_a_column_that_moves_says_which_rules_apply_now_and_which_no_longer_strike_it() -> None:
    apart = DATA.replace('["txn.id", "txn.day"]', '["txn.id"]').replace(
        '["correction.leaf"]', '["correction.leaf", "txn.day"]'
    )
    rules = INSIGHTS + INSIGHTS.replace("insights-on-device", "taught-on-device").replace(
        '"infer"', '"decide"'
    ).replace("pd:Transaction", "pd:Preference")
    found = changes(policy(rules + DENIAL), policy(rules + DENIAL, data=apart), DAY)
    assert of(Direction.WIDENS, found) == [
        (
            "The column txn.day moves from “Your transactions” to “What you taught the engine”: these rules now let"
            " it be used: taught-on-device; these prohibitions no longer strike it: never-to-advisers; these rules no"
            " longer let it be used: insights-on-device."
        )
    ]
    assert of(Direction.NARROWS, found) == []
    store = DATA.replace('["txn.id", "txn.day"]', '["txn.id"]').replace(
        '["meta.key"]', '["meta.key", "txn.day"]'
    )
    (freed,) = of(Direction.WIDENS, changes(policy(rules), policy(rules, data=store), DAY))
    assert "needs no consent any more" in freed
    back = changes(policy(INSIGHTS + DENIAL, data=store), policy(INSIGHTS + DENIAL), DAY)
    assert "these rules now let it be used: own-access, insights-on-device" in of(Direction.WIDENS, back)[0]


def test_words_and_versions_are_told_old_and_new() -> None:
    said = INSIGHTS.replace("may look for bills", "may look for nothing")
    (one,) = changes(policy(), policy(said), DAY)
    assert one.sentence.endswith(
        "“this device may look for nothing” instead of “this device may look for bills”."
    )
    (version,) = changes(policy(), policy(head=HEAD.replace('version = "test"', 'version = "next"')), DAY)
    assert (version.direction, version.sentence) == (
        Direction.WORDS,
        "The policy's version is “next” instead of “test”.",
    )
