"""``policy lint`` names file, line and mend, also of what the engine could open and nobody can have meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_engine.consent.policy import Policy
from edge_engine.consent.policy_soundness import mistakes, vocabulary
from tests.unit.consent.policy_texts import line_of, shipped

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Command

VERSION = Policy.default().version
LONELY = '\n[[purpose]]\nid = "lonely"\ntitle = "L"\ndpv = ["dpv:Marketing"]\nwhy = "w"\ngained = "g"\nlost = "l"\n'
PLANTED = {
    "a misspelt gate": (
        "purposes.toml",
        '["read", "infer"]',
        '["reed", "infer"]',
        '"reed"',
        "did you mean read?",
    ),
    "a misspelt recipient": (
        "purposes.toml",
        '["device", "person"]',
        '["device", "persn"]',
        '"persn"',
        "mean person?",
    ),
    "a misspelt channel": (
        "purposes.toml",
        '["feed", "modal"]',
        '["feeds", "modal"]',
        '"feeds"',
        "are: feed, modal",
    ),
    "a misspelt field": (
        "purposes.toml",
        "expires_days = 90",
        "expire_days = 90",
        "expire_days",
        "mean expires_days?",
    ),
    "a word that is none": (
        "purposes.toml",
        'effect = "deny"',
        'effect = "permit"',
        '"permit"',
        "are: allow, deny",
    ),
    "a misspelt purpose": (
        "purposes.toml",
        'purpose = "outreach"',
        'purpose = "outreech"',
        "outreech",
        "outreach?",
    ),
    "a misspelt kind of data": (
        "purposes.toml",
        '"pd:Income"]',
        '"pd:Incomes"]',
        "pd:Incomes",
        "mean pd:Income?",
    ),
    "a term that is none": (
        "purposes.toml",
        "dpv:DirectMarketing",
        "dpv:DirectMarketting",
        "DirectMarketting",
        "did you mean dpv:DirectMarketing",
    ),
    "a law that is none": (
        "purposes.toml",
        "eu:law-GDPR",
        "eu:law-GDRP",
        "law-GDRP",
        "did you mean eu:law-GDPR",
    ),
    "a place that is none": ("purposes.toml", "loc:EU", "loc:EUU", "loc:EUU", "has no loc:EUU"),
    "no version": ("purposes.toml", f'version = "{VERSION}"', 'version = ""', "version =", "cannot be empty"),
    "a dead allowance": (
        "purposes.toml",
        'effect = "allow"\ngates = ["send"]\ndata = ["pd:PrivacyPreference"]',
        'effect = "allow"\ngates = ["send"]\ndata = ["pd:PrivacyPreference", "pd:Income"]',
        '"pd:PrivacyPreference", "pd:Income"]',
        "raw-data-never-in-totals always strikes that",
    ),
    "a byte order mark": ("purposes.toml", "#:schema", "\ufeff#:schema", "schema", "byte order mark"),
    "a threshold": (
        "life_events.toml",
        "ask.months_back",
        "ask.month_back",
        "ask.month_back",
        "ask.months_back?",
    ),
    "no reason": (
        "life_events.toml",
        'reason = "Asking',
        'reason = "" # ',
        "ask.confidence",
        "needs a reason",
    ),
    "no number": ("profile.toml", "value = 365", "value = inf", "half_life.life_stage", "no finite number"),
    "a range backwards": ("taxonomy.toml", "7800-7802", "7802-7800", "leisure.gambling", "runs backwards"),
    "no trait": (
        "archetypes.toml",
        'trait = "life_stage"',
        'trait = "life_stagee"',
        "family_planner",
        "mean life_stage?",
    ),
    "a fact that is none": (
        "guards.toml",
        "buffer_days",
        "bufer_days",
        "bufer_days",
        "did you mean buffer_days?",
    ),
    "a moment that is none": ("offers.toml", '["stress"]', '["stres"]', 'stres"', "did you mean stress?"),
    "no offer": (
        "offers.toml",
        '"support_guide"\nlevel',
        '"suport_guide"\nlevel',
        "suport",
        "support_guide?",
    ),
    "a version of another file": (
        "guards.toml",
        'version = "2026.1"',
        'version = " "',
        "version =",
        "cannot be empty",
    ),
}


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_planted_mistake_is_told_with_file_line_and_mend(
    command: Command, tmp_path: Path, mistake: str
) -> None:
    file, old, new, where, mend = PLANTED[mistake]
    text = shipped(file)
    assert old in text
    wrong = text.replace(old, new, 1)
    (tmp_path / file).write_text(wrong, "utf-8")
    refused = command("policy", "lint", str(tmp_path))
    said = " ".join(refused.err.split())
    assert refused.status == 1
    assert mend in said
    assert f"{file}:{line_of(wrong, where)}: " in said


def test_a_purpose_that_no_rule_speaks_of_is_a_mistake(command: Command, tmp_path: Path) -> None:
    text = shipped("purposes.toml") + LONELY
    (tmp_path / "purposes.toml").write_text(text, "utf-8")
    refused = command("policy", "lint", str(tmp_path))
    assert (
        f"purposes.toml:{line_of(text, chr(34) + 'lonely')}: no rule allows anything for lonely"
        in refused.err
    )
    # The engine opens with it all the same: it allows nothing.
    assert "lonely" in Policy.load(tmp_path).purposes


@pytest.mark.parametrize("name", ["gaurds.toml", "Purposes.toml", "guards.TOML"])
def test_a_file_that_nobody_reads_is_a_mistake(command: Command, tmp_path: Path, name: str) -> None:
    (tmp_path / "purposes.toml").write_text(shipped("purposes.toml"), "utf-8")
    (tmp_path / name).write_text(shipped("guards.toml"), "utf-8")
    refused = command("policy", "lint", str(tmp_path))
    assert refused.status == 1
    assert f"nobody reads a file of this name: {name}; did you mean" in refused.err


def test_cases_and_histories_may_lie_beside_a_policy(command: Command, tmp_path: Path) -> None:
    (tmp_path / "purposes.toml").write_text(shipped("purposes.toml"), "utf-8")
    (tmp_path / "ours.toml").write_text('[[case]]\nname = "x"\n', "utf-8")
    (tmp_path / "README.md").write_text("ours", "utf-8")
    assert command("policy", "lint", str(tmp_path)).status == 0


def test_a_threshold_that_is_missing_is_told(command: Command, tmp_path: Path) -> None:
    text = shipped("profile.toml")
    start = text.index("[[number]]")
    (tmp_path / "profile.toml").write_text(
        text[:start] + text[text.index("[[number]]", start + 1) :], "utf-8"
    )
    assert "the file does not say half_life.life_stage" in command("policy", "lint", str(tmp_path)).err


def test_the_shipped_policy_has_no_such_mistake_and_the_list_has_names_alone() -> None:
    assert list(mistakes(Policy.default(), shipped("purposes.toml"), shipped("data.toml"))) == []
    assert {"dpv:DirectMarketing", "pd:Transaction", "loc:BR", "us:law-CA-CPRA"} <= vocabulary()
    assert all(" " not in name and ":" in name for name in vocabulary())
