"""``review``: what waits, what exactly it is, and a person's or an adviser's word on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine import Engine, Passphrase
from tests.fakes.acting import (
    ADVISERS,
    FACTS,
    LOAN,
    MANDATE,
    PURPOSES,
    STRANGER,
    adviser,
    rules,
    shipped,
    signed,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Command


@pytest.fixture
def waiting(command: Command, tmp_path: Path) -> tuple[str, str]:
    """A savings mandate and a loan that wait, an adviser's word in a file, and the bank's rules in a folder."""
    assert command("consent", "grant", *PURPOSES).status == 0
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "reviews.toml").write_text(shipped("reviews.toml") + ADVISERS, "utf-8")
    store = tmp_path / "data" / "edge-engine" / "me.edge"
    with Engine.open(store, key=Passphrase("correct horse"), rules=rules()) as engine:
        saving = engine.reviews.propose("round_up_saving", MANDATE).id
        loan = engine.reviews.propose("loan", LOAN, evidence=FACTS, advice="approve").id
        for verdict in ("approve", "reject", "ask"):
            word = signed(engine, loan, verdict, note="Why?")
            (tmp_path / f"{verdict}.json").write_bytes(msgspec.json.encode(word))
        forged = signed(engine, loan, key=STRANGER)
        (tmp_path / "forged.json").write_bytes(msgspec.json.encode(forged))
    return saving, loan


def test_nothing_waits_at_first(command: Command) -> None:
    command("consent", "grant", "insights")
    assert "Nothing waits" in command("review", "list").out
    assert command("review", "list", "--json").json == []


def test_the_person_decides_on_the_digest_of_what_they_saw(
    command: Command, waiting: tuple[str, str]
) -> None:
    saving, loan = waiting
    assert [one["id"] for one in command("review", "list", "--json").json] == [loan, saving]
    told = command("review", "list").out
    assert saving in told
    assert "Round up purchases" in told
    digest = command("review", "show", saving, "--json").json["digest"]
    assert f"--seen {digest}" in command("review", "show", saving).out
    wrong = command("review", "approve", saving, "--seen", "0" * 64)
    assert (wrong.status, wrong.err.endswith("[decision.approval_altered]\n")) == (1, True)
    assert "approved until" in command("review", "approve", saving, "--seen", digest).out
    again = command("review", "reject", saving, "--seen", digest, "--json")
    assert (again.status, again.json["error"]["code"]) == (1, "decision.review_closed")
    assert [one["id"] for one in command("review", "list", "--json").json] == [loan]
    assert len(command("review", "list", "--all", "--json").json) == 2


def test_an_adviser_decides_with_a_signature_that_the_rules_know(
    command: Command, waiting: tuple[str, str], tmp_path: Path
) -> None:
    _, loan = waiting
    folder, word = str(tmp_path / "rules"), str(tmp_path / "approve.json")
    shown = command("review", "show", loan, "--adviser", "desk", "--rules", folder).out
    assert "£2,400.00" in shown
    assert "advice" in shown
    unknown = command("review", "approve", loan, "--signed", word)
    assert unknown.err.endswith("[decision.approval_forged]\n")
    forged = command("review", "approve", loan, "--signed", str(tmp_path / "forged.json"), "--rules", folder)
    assert forged.err.endswith("[decision.approval_forged]\n")
    done = command("review", "approve", loan, "--signed", word, "--rules", folder, "--json")
    assert (done.json["state"], done.json["approver"]) == ("approved", "desk")
    again = command("review", "approve", loan, "--signed", word, "--rules", folder)
    assert again.err.endswith("[decision.approval_replayed]\n")


def test_a_rejection_is_told(command: Command, waiting: tuple[str, str], tmp_path: Path) -> None:
    _, loan = waiting
    told = command(
        "review",
        "reject",
        loan,
        "--signed",
        str(tmp_path / "reject.json"),
        "--rules",
        str(tmp_path / "rules"),
    )
    assert told.out == "A loan: rejected.\n"


def test_a_question_is_answered(command: Command, waiting: tuple[str, str], tmp_path: Path) -> None:
    _, loan = waiting
    store = tmp_path / "data" / "edge-engine" / "me.edge"
    with Engine.open(store, key=Passphrase("correct horse"), rules=rules()) as engine:
        engine.reviews.ask(loan, signed=signed(engine, loan, "ask", note="What is it for?"))
    assert "desk asks" in command("review", "show", loan).out
    assert command("review", "answer", loan, "A roof.").out == "A loan: pending.\n"
    assert "A roof." in command("review", "show", loan).out


def test_files_that_are_none_are_refused(command: Command, waiting: tuple[str, str], tmp_path: Path) -> None:
    _, loan = waiting
    (tmp_path / "large").write_bytes(b"x" * 70_000)
    (tmp_path / "binary").write_bytes(b"\xff")
    (tmp_path / "other").write_bytes(b"{}")
    for name in ("large", "binary", "other", "missing"):
        refused = command("review", "approve", loan, "--signed", str(tmp_path / name))
        assert (refused.status, refused.err.endswith("[input]\n")) == (1, True)
    (tmp_path / "rules" / "reviews.toml").write_text(
        shipped("reviews.toml") + adviser("Desk", STRANGER), "utf-8"
    )
    refused = command("review", "show", loan, "--rules", str(tmp_path / "rules"))
    assert refused.err.startswith("edge-engine: reviews.toml:")
    assert refused.err.endswith("[policy]\n")


def test_one_word_is_needed_and_no_more(command: Command) -> None:
    assert command("review", "approve", "a").status == 2
    assert command("review", "approve", "a", "--seen", "b", "--signed", "c").status == 2
