from __future__ import annotations

from datetime import date

import pytest

from edge_engine.consent.policy import Policy
from edge_engine.consent.policy_cases import Expected, read_cases, run_case
from edge_engine.errors import PolicyError

DAY = date(2026, 12, 1)
CASES = """
# An officer's cases.
[[case]]
name = "bills are found on the device"
purpose = "insights"
data = ["pd:Transaction"]
expect = "allow"
rule = "insights-on-device"

[[case]]
name = "not before they agreed"
purpose = "insights"
data = ["pd:Transaction"]
granted = false
expect = "deny"
rule = "not-granted"

[[case]]
name = "the company never sees a transaction"
purpose = "insights"
data = ["pd:Transaction"]
recipient = "host_app"
expect = "deny"

[[case]]
name = "unknown is denied"
purpose = "astrology"
data = ["pd:Transaction"]
expect = "deny"
rule = "unknown-purpose"

[[case]]
name = "what is yours needs no consent"
purpose = "own_access"
data = ["pd:Transaction"]
recipient = "person"
granted = false
expect = "allow"
"""


def test_the_shipped_policy_passes_an_officers_cases() -> None:
    found = [run_case(Policy.default(), case, line, DAY) for case, line in read_cases(CASES, "cases.toml")]
    assert all(one.passed for one in found), found
    assert [one.line for one in found] == [3, 10, 18, 25, 32]


def test_a_case_that_comes_out_otherwise_says_what_decided() -> None:
    ((case, line),) = read_cases(
        CASES.partition('\n[[case]]\nname = "not before')[0].replace('"allow"', '"deny"'), "x"
    )
    found = run_case(Policy.default(), case, line, DAY)
    assert (found.passed, found.answer, found.rules) == (False, Expected.ALLOW, ("insights-on-device",))


def test_the_right_answer_by_another_rule_is_not_the_right_answer() -> None:
    text = CASES.replace("insights-on-device", "insights-to-you")
    (case, line), *_ = read_cases(text, "cases.toml")
    assert not run_case(Policy.default(), case, line, DAY).passed


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "case"),
        ("case = []\n", 1, "no case"),
        ('[[case]]\nname = "x"\n', 1, "missing"),
        (CASES.replace('expect = "allow"\nrule', 'expect = "maybe"\nrule', 1), 7, "expect cannot be"),
        (CASES.replace("granted = false", "agreed = false", 1), 14, "no field agreed"),
        (CASES + "[[case]\n", CASES.count("\n") + 1, "not TOML"),
    ],
)
def test_a_mistake_in_the_cases_names_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(PolicyError, match=says) as refused:
        read_cases(text, "cases.toml")
    assert (refused.value.file, refused.value.line) == ("cases.toml", line)
