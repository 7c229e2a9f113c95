"""A person's first quarter of an hour with the command, start to end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Program


def test_import_counts_and_again_adds_nothing(program: Program, statement: Path) -> None:
    first = program("import", str(statement), "--currency", "GBP", "--json")
    assert first.status == 0, first.err
    assert (first.json["added"], first.json["duplicates"], first.json["rejected"]) == (6, 0, [])
    assert len(first.json["accounts"]) == 1
    again = program("import", str(statement), "--currency", "GBP", "--json").json
    assert (again["added"], again["duplicates"]) == (0, 6)


def test_two_equal_fares_on_one_day_are_two(program: Program, statement: Path) -> None:
    program("import", str(statement), "--currency", "GBP")
    rows = program("transactions", "--json").json["transactions"]
    fares = [row for row in rows if row["amount"] == {"minor": -280, "currency": "GBP"}]
    assert len(fares) == 2


def test_categories_appear_with_consent_and_go_with_it(program: Program, statement: Path) -> None:
    program("import", str(statement), "--currency", "GBP")
    before = program("transactions", "--json").json["transactions"]
    assert {row["category"] for row in before} == {None}

    assert program("consent", "grant", "categorization").status == 0
    with_consent = {
        row["description"]: row["category"] for row in program("transactions", "--json").json["transactions"]
    }
    assert with_consent["TESCO STORES 3297 LONDON"] == "food.groceries"
    assert with_consent["NETFLIX.COM AMSTERDAM"] == "leisure.streaming"

    withdrawn = program("consent", "withdraw", "categorization", "--json")
    assert withdrawn.json["purged"]["categorization"] >= 2
    after = program("transactions", "--json").json["transactions"]
    assert {row["category"] for row in after} == {None}


def test_insights_without_consent_are_refused_by_a_named_rule(program: Program, statement: Path) -> None:
    program("import", str(statement), "--currency", "GBP")
    refused = program("insights")
    assert refused.status == 1
    assert "[consent.denied]" in refused.err
    assert "not-granted" in refused.err
    assert "Traceback" not in refused.err


def test_a_correction_is_learned_for_the_merchant(program: Program, statement: Path) -> None:
    program("consent", "grant", "categorization", passphrase="correct horse")
    program("import", str(statement), "--currency", "GBP")
    rows = program("transactions", "--json").json["transactions"]
    first = next(row for row in rows if row["description"].startswith("NETFLIX"))
    assert program("correct", str(first["id"]), "leisure.games").status == 0
    rows = program("transactions", "--json").json["transactions"]
    assert {r["category"] for r in rows if r["description"].startswith("NETFLIX")} == {"leisure.games"}


def test_wrong_passphrase_is_one_sentence_with_its_code(program: Program, statement: Path) -> None:
    program("import", str(statement), "--currency", "GBP")
    wrong = program("transactions", passphrase="wrong")
    assert (wrong.status, wrong.out) == (1, "")
    assert "[vault.key_wrong]" in wrong.err
    assert wrong.err.count("\n") == 1


def test_no_store_and_no_passphrase_say_what_to_do(program: Program, statement: Path) -> None:
    assert "[vault.store_missing]" in program("transactions").err
    assert "EDGE_ENGINE_PASSPHRASE" in program("import", str(statement), passphrase=None).err


def test_wrong_usage_ends_with_2(program: Program) -> None:
    assert program("import").status == 2
    assert program("nonsense").status == 2


def test_export_and_erase_leave_a_copy_and_a_receipt(
    program: Program, statement: Path, tmp_path: Path
) -> None:
    program("import", str(statement), "--currency", "GBP")
    archive = tmp_path / "mine.zip"
    assert program("export", str(archive)).status == 0
    assert archive.stat().st_size > 0
    assert program("export", str(archive)).status == 1
    assert program("erase").status == 2
    erased = program("erase", "--yes", "--json")
    assert erased.status == 0
    assert erased.json["key_slots"] >= 1
    assert "[vault.store_missing]" in program("transactions").err


def test_doctor_finds_a_sound_store(program: Program, statement: Path) -> None:
    program("import", str(statement), "--currency", "GBP")
    healthy = program("doctor", "--json")
    assert healthy.status == 0
    assert healthy.json["ok"] is True
