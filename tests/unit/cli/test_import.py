"""``import``: what it says, what it prints for programs, and how it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.bank_csv import JANUARY, statement

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Command


def test_it_says_what_was_done_and_what_comes_next(command: Command, file: Path, tmp_path: Path) -> None:
    first = command("import", str(file), "--currency", "GBP")
    assert first.status == 0
    assert str(tmp_path / "data" / "edge-engine" / "me.edge") in first.out.replace("\n", "")
    assert "statement.csv (CSV): 6 added in" in first.out
    assert "consent grant categorization" in first.out
    assert first.err == ""
    again = command("import", str(file), "--currency", "GBP")
    assert "0 added, 6 known already" in again.out
    assert "new encrypted store" not in again.out


def test_consent_is_not_asked_for_again(command: Command, file: Path) -> None:
    command("consent", "grant", "categorization")
    assert "Nothing is analysed" not in command("import", str(file), "--currency", "GBP").out


def test_json_of_one_file_is_a_report_and_of_several_a_list(
    command: Command, file: Path, tmp_path: Path
) -> None:
    one = command("import", str(file), "--currency", "GBP", "--json")
    assert set(one.json) >= {"added", "updated", "duplicates", "rejected", "accounts"}
    assert one.json["added"] == 6
    other = tmp_path / "february.csv"
    other.write_bytes(statement(("2026-02-01", "BAKERY", "-3.00")))
    two = command("import", str(file), str(other), "--currency", "GBP", "--json", "--account", "MAIN")
    assert [report["added"] for report in two.json] == [6, 1]
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    mixed = command("import", str(empty), str(file), "--currency", "GBP", "--json", "--account", "MAIN")
    assert mixed.status == 1
    assert mixed.json[0]["error"]["code"] == "feed.file_refused"
    assert mixed.json[1]["duplicates"] == 6


def test_rejected_rows_are_told_some_by_row_and_all_in_json(
    command: Command, file: Path, tmp_path: Path
) -> None:
    file.write_bytes(statement(*JANUARY, *[("2026-13-41", "PRIVATE WORDS", "-1.00")] * 7))
    told = command("import", str(file), "--currency", "GBP")
    assert "6 added, 7 rejected" in told.out
    assert "row 8: " in told.out
    assert "and 2 more; --json lists them" in told.out
    assert "PRIVATE" not in told.out + told.err
    listed = command("import", str(file), "--currency", "GBP", "--json").json
    assert [row["row"] for row in listed["rejected"]] == list(range(8, 15))


def test_app_events_are_counted(command: Command, tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    events.write_text('{"at": "2026-01-05T09:00:00Z", "name": "screen_opened"}\n')
    assert "0 added, 1 app events" in command("import", str(events)).out


def test_a_mapping_is_read(command: Command, tmp_path: Path) -> None:
    mapping, data = tmp_path / "bank.toml", tmp_path / "odd.csv"
    mapping.write_text('currency = "EUR"\n[columns]\ndate = "When"\namount = "Much"\ndescription = "What"\n')
    data.write_text("When;What;Much\n2026-01-05;Fee;-12,50\n")
    assert command("import", str(data), "--mapping", str(mapping), "--json").json["added"] == 1


@pytest.mark.parametrize(
    ("content", "options", "code"),
    [
        (None, (), "feed.missing"),
        (b"\x00\x01\x02\x03 nothing a bank writes", (), "feed.format_unknown"),
        (statement(), ("--format", "papyrus"), "input"),
        (statement(), ("--currency", "pounds"), "input"),
        (statement(), ("--mapping", "none.toml"), "feed.mapping_invalid"),
    ],
)
@pytest.mark.parametrize("json", [(), ("--json",)])
def test_a_bad_file_ends_with_1_and_one_line_with_a_code(
    command: Command,
    tmp_path: Path,
    content: bytes | None,
    options: tuple[str, ...],
    code: str,
    json: tuple[str, ...],
) -> None:
    name = tmp_path / "secret-name.csv"
    if content is not None:
        name.write_bytes(content)
    refused = command("import", str(name), *options, *json)
    assert refused.status == 1
    assert refused.err.startswith("edge-engine: ")
    assert refused.err.endswith(f" [{code}]\n")
    assert refused.err.count("\n") == 1
    assert "secret-name" not in refused.err


@pytest.mark.parametrize("name", ["x" * 5000, "nul\0inside", "."])
def test_names_that_no_file_can_have_are_missing_files(command: Command, name: str) -> None:
    refused = command("import", name)
    assert (refused.status, refused.err.count("\n")) == (1, 1)
    assert "[feed.missing]" in refused.err


def test_a_bad_file_among_good_ones_stops_there_and_keeps_the_rest(
    command: Command, file: Path, tmp_path: Path
) -> None:
    refused = command("import", str(file), str(tmp_path / "none.csv"), "--currency", "GBP")
    assert refused.status == 1
    assert "6 added" in refused.out
    assert command("transactions", "--json").json["total"] == 6


def test_a_typing_error_founds_no_store(command: Command, tmp_path: Path) -> None:
    told = command("import", str(tmp_path / "statment.csv"))
    assert (told.status, "[feed.missing]" in told.err) == (1, True)
    assert not (tmp_path / "data").exists()
