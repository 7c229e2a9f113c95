"""Decisions by command: what is suggested and why, what came of it, what is never to come again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from edge_engine.simulation import day

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Command


@pytest.fixture
def short_of_money(command: Command, tmp_path: Path) -> Command:
    """The command with fourteen months of somebody whose pay is late, as their bank's file tells them."""
    assert command("consent", "grant", "categorization", "insights", "recommendations").status == 0
    from edge_engine import Engine, Passphrase  # noqa: PLC0415 - the store that the command opens

    with Engine.open(
        tmp_path / "data" / "edge-engine" / "me.edge", key=Passphrase("correct horse")
    ) as engine:
        engine.ingest(day.before(datetime.now(UTC).date()))
    return command


def test_a_suggestion_says_why_and_what_else_there_was(short_of_money: Command) -> None:
    told = short_of_money("decide", "--why")
    assert told.status == 0
    words = " ".join(told.out.split())
    assert "is suggested" in words
    assert "Why now:" in words
    assert "(stress)" in words
    assert "edge-engine outcome " in words


def test_what_was_suggested_is_listed_explained_and_answered_once(short_of_money: Command) -> None:
    first = short_of_money("decide", "--json").json
    key = first["suggestion"]["id"]
    assert short_of_money("outcome", key, "acted", "--value", "3.20", "GBP").out.startswith("Kept.")
    assert "known already" in short_of_money("outcome", key, "dismissed").out
    assert short_of_money("outcome", key, "opened", "--json").json == {"new": False}
    listed = short_of_money("decisions")
    assert key in listed.out
    assert "acted" in listed.out
    one = short_of_money("decisions", key)
    assert "is suggested" in one.out
    assert short_of_money("decisions", key, "--json").json["reaction"] == "acted"
    assert [row["id"] for row in short_of_money("decisions", "--json").json] == [key]


def test_silence_is_a_decision_too(short_of_money: Command) -> None:
    assert short_of_money("never", "everything").out.startswith("Kept, for ever.")
    assert "stays so" in short_of_money("never", "everything").out
    told = short_of_money("decide")
    assert "Nothing is suggested" in told.out
    assert "outcome" not in told.out
    assert "Nothing was suggested so far." in short_of_money("decisions").out
    assert "nothing" in short_of_money("decisions", "--silent").out


def test_money_is_short_can_be_said_and_taken_back(short_of_money: Command) -> None:
    assert "neither credit nor investments nor saving" in short_of_money("money-is-short").out
    assert short_of_money("decide", "--json").json["trace"]["stress"]["rule"] == "marked"
    assert short_of_money("money-is-short", "--no-longer", "--json").json == {"kept": True}
    assert short_of_money("decide", "--json").json["trace"]["stress"]["rule"] != "marked"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("outcome", "nothing", "acted"), "no decision of this id"),
        (("outcome", "nothing", "acted", "--value", "x", "GBP"), ""),
        (("decisions", "nothing"), "no decision of this id"),
        (("decisions", "--limit", "0"), "limit is 1 to 1,000"),
        (("never", "kind", "sport"), "no such kind"),
    ],
)
def test_what_cannot_be_is_one_sentence(short_of_money: Command, words: tuple[str, ...], said: str) -> None:
    told = short_of_money(*words)
    assert told.status == 1
    assert said in told.err
    assert told.err.count("\n") == 1


def test_without_consent_nothing_is_suggested(command: Command) -> None:
    assert command("consent", "grant", "insights").status == 0
    told = command("decide")
    assert told.status == 1
    assert "consent.denied" in told.err
