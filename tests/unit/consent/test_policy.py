from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest

from edge_engine.consent.evaluation import Use, judge
from edge_engine.consent.policy import DATA as DATA_FILE
from edge_engine.consent.policy import PURPOSES, Policy
from edge_engine.consent.purpose import (
    OWN_ACCESS,
    SENSITIVE,
    Basis,
    DeliveryChannel,
    Effect,
    Gate,
    Recipient,
    iri,
)
from edge_engine.consent.toml_file import MAX_FILE_BYTES
from edge_engine.errors import PolicyError
from tests.unit.consent.mistakes import MISTAKES, Mistake
from tests.unit.consent.policy_texts import DATA, HEAD, INSIGHTS, line_of, policy, shipped

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 5, 3)


# -- what ships ------------------------------------------------------------------------------------------------------


def test_every_purpose_of_the_design_ships_with_words_for_people() -> None:
    purposes = Policy.default().purposes

    assert list(purposes) == [
        "own_access",
        "categorization",
        "insights",
        "life_changes",
        "personalization",
        "recommendations",
        "automatic_saving",
        "investment_offers",
        "credit_prescreening",
        "loan_application",
        "outreach",
        "experiments",
        "aggregate_statistics",
        "adviser_review",
    ]
    for purpose in purposes.values():
        for words in (purpose.why, purpose.gained, purpose.lost):
            assert words[0].isupper()
            assert words.endswith(".")
            assert len(words) < 140
        assert len(purpose.title) < 50


def test_only_own_access_needs_no_consent_and_it_covers_all_that_is_personal() -> None:
    shipped_policy = Policy.default()

    assert [one.id for one in shipped_policy.purposes.values() if one.basis is not Basis.CONSENT] == [
        OWN_ACCESS
    ]
    assert shipped_policy.allowed_data(OWN_ACCESS) == {
        one.id for one in shipped_policy.data.values() if one.personal
    }


def test_the_stores_own_bookkeeping_is_granted_to_nobody() -> None:
    shipped_policy = Policy.default()

    granted = shipped_policy.columns(set().union(*map(shipped_policy.allowed_data, shipped_policy.purposes)))

    assert ("txn", "amount") in granted
    assert not [pair for pair in granted if pair[0] == "meta"]


@pytest.mark.parametrize("gate", [Gate.DECIDE, Gate.SEND])
def test_sensitive_data_never_serves_a_decision_and_never_leaves(gate: Gate) -> None:
    shipped_policy = Policy.default()
    for purpose in shipped_policy.purposes:
        for recipient in Recipient:
            for channel in (None, *DeliveryChannel):
                use = Use(purpose, gate, frozenset({SENSITIVE}), recipient, channel)
                assert not judge(shipped_policy.rules, use, TODAY).allowed


@pytest.mark.parametrize("term", ["pd:Transaction", "pd:FinancialAccount", "pd:Income", "pd:LifeHistory"])
def test_no_total_ever_carries_single_amounts_or_life_events(term: str) -> None:
    shipped_policy = Policy.default()
    for purpose in shipped_policy.purposes:
        use = Use(purpose, Gate.SEND, frozenset({term}), Recipient.AGGREGATORS, None)
        verdict = judge(shipped_policy.rules, use, TODAY)
        assert [rule.id for rule in verdict.rules] == ["raw-data-never-in-totals"]


def test_credit_estimates_are_seen_by_the_person_and_an_adviser_they_let_look_alone() -> None:
    shipped_policy = Policy.default()
    seen_by = {
        (rule.purpose, recipient)
        for rule in shipped_policy.rules
        if rule.effect is Effect.ALLOW and "pd:CreditWorthiness" in rule.data
        for recipient in rule.recipients
    }

    assert seen_by == {
        ("own_access", "person"),
        ("credit_prescreening", "device"),
        ("credit_prescreening", "person"),
        ("adviser_review", "device"),
        ("adviser_review", "adviser"),
    }


def test_a_grant_of_some_columns_also_counts_their_rows() -> None:
    assert policy().columns(["pd:Transaction"]) == {("txn", ""), ("txn", "id"), ("txn", "day")}


def test_the_shipped_policy_is_read_once() -> None:
    assert Policy.default() is Policy.default()


def test_reading_the_policy_loads_nothing_heavy() -> None:
    code = (
        "import sys; from edge_engine.consent.ledger import Ledger; from edge_engine.consent.policy import Policy\n"
        "Policy.default()\n"
        "print([name for name in ('numpy', 'jsonschema', 'cryptography.x509') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"


def test_names_become_full_iris() -> None:
    assert iri("fin:CreditChecking") == "https://w3id.org/dpv/sector/finance#CreditChecking"
    assert all(iri(term).startswith("https://w3id.org/dpv") for term in Policy.default().data)
    with pytest.raises(KeyError):
        iri("foaf:name")


# -- reading files ---------------------------------------------------------------------------------------------------


def test_a_folder_with_purposes_alone_keeps_the_engines_data_categories(tmp_path: Path) -> None:
    (tmp_path / PURPOSES).write_text(shipped(PURPOSES).replace(Policy.default().version, "bank.7"), "utf-8")

    loaded = Policy.load(tmp_path)

    assert loaded.version == "bank.7"
    assert loaded.data == Policy.default().data
    assert loaded.digest != Policy.default().digest


def test_a_folder_with_both_files_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / PURPOSES).write_text(HEAD + INSIGHTS, "utf-8")
    (tmp_path / DATA_FILE).write_text(DATA, "utf-8")

    assert Policy.load(str(tmp_path)) == policy()


def test_a_folder_without_a_policy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"a policy is a folder with purposes\.toml in it"):
        Policy.load(tmp_path)


def test_a_file_that_is_not_utf8_is_refused_at_its_line(tmp_path: Path) -> None:
    (tmp_path / PURPOSES).write_bytes(b'schema = 1\nversion = "\xff"\n')

    with pytest.raises(PolicyError) as refused:
        Policy.load(tmp_path)

    assert (refused.value.file, refused.value.line) == (PURPOSES, 2)


def test_a_giant_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / PURPOSES).write_bytes(b"#" * (MAX_FILE_BYTES + 1))

    with pytest.raises(PolicyError, match=r"purposes\.toml: the file is too large"):
        Policy.load(tmp_path)


def test_a_folder_in_the_files_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / PURPOSES).write_text(HEAD + INSIGHTS, "utf-8")
    (tmp_path / DATA_FILE).mkdir()

    with pytest.raises(PolicyError, match=r"data\.toml: the file cannot be read"):
        Policy.load(tmp_path)


# -- mistakes, each told with its line -------------------------------------------------------------------------------


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake.file}-{mistake.says}")
def test_every_mistake_is_told_with_its_file_and_line(mistake: Mistake) -> None:
    texts = {"purposes": HEAD + INSIGHTS, "data": DATA}
    assert mistake.old in texts[mistake.file]
    texts[mistake.file] = texts[mistake.file].replace(mistake.old, mistake.new, 1)

    with pytest.raises(PolicyError) as refused:
        Policy.parse(texts["purposes"], texts["data"])

    assert mistake.says in refused.value.message
    assert refused.value.file == f"{mistake.file}.toml"
    assert refused.value.line == line_of(texts[mistake.file], mistake.at)
    assert str(refused.value).startswith(f"{mistake.file}.toml:{refused.value.line}: ")


def test_two_purposes_of_one_id_are_refused_at_the_second() -> None:
    again = HEAD[HEAD.index('[[purpose]]\nid = "insights"') : HEAD.index("[[rule]]")]

    with pytest.raises(PolicyError, match="purpose insights is there twice"):
        policy(INSIGHTS + again)


def test_own_access_cannot_be_left_out() -> None:
    start, end = HEAD.index("[[purpose]]"), HEAD.index('[[purpose]]\nid = "insights"')

    with pytest.raises(PolicyError, match="the purpose own_access cannot be left out"):
        policy("", head=HEAD[:start] + HEAD[end : HEAD.index("[[rule]]")] + INSIGHTS)


def test_a_policy_without_any_rule_array_says_what_is_missing() -> None:
    with pytest.raises(PolicyError, match=r"purposes\.toml:1: the field rule is missing"):
        Policy.parse(HEAD[: HEAD.index("[[rule]]")], DATA)


def test_a_purpose_that_decides_may_not_see_sensitive_data() -> None:
    decides = INSIGHTS.replace("insights-on-device", "insights-decide").replace(
        '["read", "infer"]', '["decide"]'
    )
    sensitive = INSIGHTS.replace('["pd:Transaction"]', f'["pd:Transaction", "{SENSITIVE}"]')

    with pytest.raises(
        PolicyError, match="sensitive data cannot serve insights, which decides or sends"
    ) as refused:
        policy(decides + sensitive)

    assert refused.value.line == line_of(
        HEAD + decides + sensitive, f'data = ["pd:Transaction", "{SENSITIVE}"]\nrecipients = ["device"]'
    )


def test_what_stands_in_a_longer_text_does_not_shift_the_lines() -> None:
    words = '"""\n[[rule]]\nid = "not a rule"\nlost = 1\n"""'
    head = HEAD.replace('why = "Bills are found."', f"why = {words}")
    broken = INSIGHTS.replace('purpose = "insights"', 'purpose = "insight"')

    with pytest.raises(PolicyError) as refused:
        policy(broken, head=head)

    assert refused.value.line == line_of(head + broken, 'purpose = "insight"')


def test_a_rule_with_a_last_day_is_read() -> None:
    assert policy(INSIGHTS + "until = 2027-01-01\n").rules[-1].until == date(2027, 1, 1)
