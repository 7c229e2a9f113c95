"""Moments and the profile by command: from bank files to the person's own word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from edge_engine.simulation.household import simulate
from edge_engine.simulation.statements import write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Command


@pytest.fixture
def household(command: Command, tmp_path: Path) -> Command:
    """The command over the store of a household, with consent to be told and to be known."""
    # The banks' files end yesterday, as downloads do.
    end = datetime.now(UTC).date() - timedelta(days=1)
    assert command("consent", "grant", "categorization", "insights", "personalization").status == 0
    for file in write(simulate(3, months=8, end=end), tmp_path / "bank"):
        if file.name[0].isdigit():
            assert command("import", str(file)).status == 0
    return command


def test_moments_are_told_in_words_and_as_json(household: Command) -> None:
    found = household("moments", "--json").json
    assert found
    assert {
        "id",
        "type",
        "version",
        "as_of",
        "valid_until",
        "severity",
        "confidence",
        "evidence",
        "message",
    } <= set(found[0])
    shown = household("moments")
    assert shown.status == 0
    assert found[0]["type"].replace("_", " ").split()[0] in shown.out


def test_the_profile_is_looked_at_corrected_and_refused(household: Command) -> None:
    traits = {one["name"]: one for one in household("profile", "--json").json["traits"]}
    assert "money_style" in traits
    assert "style with money" in household("profile").out
    assert household("profile", "set", "money_style", "spender").status == 0
    said = {one["name"]: one for one in household("profile", "--json").json["traits"]}
    assert (said["money_style"]["value"], said["money_style"]["source"]) == ("spender", "stated")
    assert household("profile", "set", "travel", "0.5").status == 0
    assert household("profile", "clear", "travel").status == 0
    assert household("profile", "confirm", "bill_discipline").status == 0
    refused = household("profile", "not-true", "money_style")
    assert refused.status == 0
    assert "money_style" in refused.out
    after = household("profile", "--json").json
    assert "money_style" not in {one["name"] for one in after["traits"]}
    assert after["not_true"] == ["money_style"]


def test_a_word_that_fits_nothing_is_refused_in_one_line(household: Command) -> None:
    refused = household("profile", "set", "money_style", "miser")
    assert refused.status == 1
    assert "money_style is one of saver, balanced, spender" in refused.err


def test_nothing_is_told_without_consent(command: Command) -> None:
    assert command("consent", "grant", "outreach").status == 0
    for name in ("moments", "profile"):
        refused = command(name)
        assert refused.status == 1
        assert "[consent.denied]" in refused.err


def test_of_an_empty_store_there_is_nothing_to_say(command: Command) -> None:
    assert command("consent", "grant", "insights", "personalization").status == 0
    assert "Nothing to say today." in command("moments").out
    assert "Nothing is known so far." in command("profile").out
