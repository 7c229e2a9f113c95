from __future__ import annotations

from pathlib import Path

from edge_engine import Policy
from edge_engine.consent.documentation import markdown

ROOT = Path(__file__).resolve().parents[3]


def test_the_documentation_is_in_step_with_the_policy() -> None:
    """Made anew by ``edge-engine policy document > docs/purposes.md``."""
    assert (ROOT / "docs" / "purposes.md").read_text("utf-8") == markdown(Policy.default())


def test_every_purpose_rule_and_kind_of_data_is_told() -> None:
    policy = Policy.default()
    text = markdown(policy)
    for purpose in policy.purposes.values():
        assert purpose.title in text
        assert purpose.lost in text
    for rule in policy.rules:
        assert f"| `{rule.id}` | {rule.says}" in text
    for kind in policy.data.values():
        assert f"(`{kind.id}`)" in text
