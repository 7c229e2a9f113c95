"""A person is asked about their life, answers, and takes consent back: from bank files to the end, by command."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from edge_engine import Engine, FakeClock, Passphrase
from edge_engine.simulation.household import simulate
from edge_engine.simulation.statements import write
from edge_engine.simulation.truth import EventKind

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Command


@pytest.fixture
def moved(command: Command, tmp_path: Path) -> Command:
    """The command over the store of a household that moved home, imported with consent to be asked."""
    # The banks' files end yesterday, as downloads do.
    end = datetime.now(UTC).date() - timedelta(days=1)
    seed = next(
        seed
        for seed in range(200)
        if {event.kind for event in simulate(seed, end=end, changes=True).events} & {EventKind.HOME_MOVE}
    )
    assert command("consent", "grant", "categorization", "life_changes").status == 0
    for file in write(simulate(seed, end=end, changes=True), tmp_path / "bank"):
        if file.name[0].isdigit():
            assert command("import", str(file)).status == 0
    return command


def test_a_move_is_asked_about_once_and_a_refusal_outlives_its_consent(moved: Command) -> None:
    asked = moved("life", "--json").json
    (home,) = [one for one in asked if one["kind"] == "home"]
    assert 0.6 <= home["confidence"] < 1
    assert home["answer"] == "open"
    rows = {
        row["id"]: row for row in moved("transactions", "--limit", "100000", "--json").json["transactions"]
    }
    for evidence in home["evidence"]:
        row = rows[evidence["posting"]]
        assert (row["date"], row["amount"], row["merchant"]) == (
            evidence["day"],
            evidence["amount"],
            evidence["merchant"],
        )

    told = moved("life").out
    assert "It looks as if you moved home around" in told
    assert "questions, not facts" in told
    assert home["id"] in told

    # A confirmation may be taken back; what is not true is for ever, also in another process.
    assert moved("life", "--confirm", home["id"]).out == "Kept: it is so.\n"
    assert "You confirmed this." in moved("life").out
    assert "not be asked this again" in moved("life", "--not-true", home["id"]).out
    assert [one for one in moved("life", "--json").json if one["kind"] == "home"] == []
    refused = moved("life", "--confirm", home["id"])
    assert (refused.status, "[input]" in refused.err) == (1, True)

    purged = moved("consent", "withdraw", "life_changes", "--json").json["purged"]
    assert purged == {}
    denied = moved("life")
    assert (denied.status, "[consent.denied]" in denied.err) == (1, True)

    # A refusal outlives the consent: given anew, it is not asked again.
    moved("consent", "grant", "life_changes")
    assert [one for one in moved("life", "--json").json if one["kind"] == "home"] == []


def test_who_is_calm_is_asked_nothing(imported: Command) -> None:
    imported("consent", "grant", "life_changes")
    assert imported("life").out == "Nothing looks like it.\n"
    assert imported("life", "--json").json == []
    refused = imported("life", "--confirm", "0123456789abcdef")
    assert refused.status == 1
    assert refused.err.endswith("[input]\n")


def test_a_question_without_consent_names_the_rule(command: Command, file: Path) -> None:
    command("import", str(file), "--currency", "GBP")
    refused = command("life")
    assert (refused.status, refused.out) == (1, "")
    assert "not-granted" in refused.err


def test_forecasts_of_weeks_ago_are_held_against_what_came(command: Command, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    folder = tmp_path / "data" / "edge-engine" / "me.edge"
    folder.parent.mkdir(parents=True)
    files = write(simulate(3, months=8, end=now.date()), tmp_path / "bank")
    then = FakeClock(now - timedelta(days=70))
    with Engine.open(folder, key=Passphrase("correct horse"), clock=then) as engine:
        engine.consent.grant("insights")
        for file in files:
            if file.name[0].isdigit():
                engine.ingest(file)
        engine.forecast()

    coded = command("forecast", "--coverage", "--json").json
    assert {one["weeks"] for one in coded["horizons"]} == set(range(1, 9))
    assert coded["n"] == sum(one["n"] for one in coded["horizons"]) > 0
    assert all(0 <= one["within"] <= 1 for one in coded["horizons"])
    told = command("forecast", "--coverage").out
    assert "weeks ahead" in told
    assert "80% would be right" in told
    assert command("consent", "withdraw", "insights", "--json").json["purged"]["forecast"] >= coded["n"]


def test_coverage_says_what_it_waits_for(imported: Command) -> None:
    assert "Nothing was foretold yet" in imported("forecast", "--coverage").out
    assert imported("forecast", "--coverage", "--json").json["since"] is None


def test_who_invests_is_asked_under_the_purpose_of_investing(imported: Command) -> None:
    assert "[consent.denied]" in imported("appetite").err
    imported("consent", "grant", "investment_offers")
    assert imported("appetite").out == "Nothing looks like it.\n"
