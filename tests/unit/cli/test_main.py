"""How every command ends: status, streams, and nothing private or technical in them."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge_engine.cli import main as entry
from edge_engine.cli import money, output
from edge_engine.domain.category import Taxonomy

if TYPE_CHECKING:
    import argparse

    from tests.unit.cli.conftest import Command


def test_the_version_is_the_packages(command: Command) -> None:
    told = command("--version")
    assert (told.status, told.out) == (0, f"edge-engine {version('edge-engine')}\n")


def test_nothing_asked_shows_help_and_is_wrong_usage(command: Command) -> None:
    told = command()
    assert told.status == 2
    assert "usage: edge-engine" in told.out


@pytest.mark.parametrize("arguments", [("--help",), ("import", "--help"), ("consent", "grant", "--help")])
def test_help_is_no_error(command: Command, arguments: tuple[str, ...]) -> None:
    told = command(*arguments)
    assert told.status == 0
    assert "usage: edge-engine" in told.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("dance",),
        ("import",),
        ("consent",),
        ("consent", "grant"),
        ("erase",),
        ("correct", "one", "food.groceries"),
        ("transactions", "--limit", "many"),
        ("spending", "--by", "mood"),
        ("demo", "--country", "XX"),
    ],
)
def test_wrong_usage_ends_with_2(command: Command, arguments: tuple[str, ...]) -> None:
    wrong = command(*arguments)
    assert (wrong.status, wrong.out) == (2, "")
    assert "usage: edge-engine" in wrong.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("accounts",),
        ("transactions",),
        ("categorize", "TESCO"),
        ("spending",),
        ("streams",),
        ("insights",),
        ("forecast",),
        ("consent", "list"),
        ("consent", "history"),
        ("consent", "receipt", "insights"),
        ("doctor",),
        ("models",),
    ],
)
def test_every_list_command_takes_json(imported: Command, arguments: tuple[str, ...]) -> None:
    plain = imported(*arguments)
    coded = imported(*arguments, "--json")
    assert (plain.status, coded.status, plain.err, coded.err) == (0, 0, "", "")
    json.loads(coded.out)


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def run(arguments: argparse.Namespace) -> int:
        raise error

    monkeypatch.setattr(money, "accounts", run)


def test_an_unforeseen_error_tells_its_type_alone(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, ZeroDivisionError("GB33BUKB20201555555555 owes 12.34 to A MERCHANT"))
    ended = command("accounts")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == "edge-engine: an internal error (ZeroDivisionError); please report it [internal]\n"


def test_who_debugs_sees_the_error_itself(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, ZeroDivisionError("by nought"))
    monkeypatch.setenv("EDGE_ENGINE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError, match="by nought"):
        command("accounts")


def test_an_interruption_ends_with_130_and_says_what_is_kept(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, KeyboardInterrupt())
    ended = command("accounts")
    assert (ended.status, ended.out) == (130, "")
    assert "what was committed is kept" in ended.err


class Gone(io.TextIOWrapper):
    """A standard output whose reader went away."""

    def write(self, text: str) -> int:
        raise BrokenPipeError

    def flush(self) -> None:
        raise BrokenPipeError


@pytest.mark.parametrize(
    "arguments", [("--version",), ("transactions",), ("transactions", "--json"), ("consent", "list")]
)
def test_a_reader_that_goes_away_is_no_error(
    imported: Command,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: tuple[str, ...],
) -> None:
    raw = (tmp_path / "pipe").open("wb", buffering=0)
    gone = Gone(raw)
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", gone)
        status = entry.main(arguments)
    assert status == 0
    assert os.path.sameopenfile(raw.fileno(), os.open(os.devnull, os.O_WRONLY))
    raw.close()


def test_the_installed_command_ends_with_the_status(
    imported: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["edge-engine", "transactions", "--limit", "0"])
    with pytest.raises(SystemExit) as end:
        entry.run()
    assert end.value.code == 1
    assert capsys.readouterr().err.endswith("[input]\n")


def test_a_terminal_without_the_character_shows_a_substitute(
    imported: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    poor = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "argv", ["edge-engine", "transactions"])
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", poor)
        with pytest.raises(SystemExit) as end:
            entry.run()
    assert end.value.code == 0
    poor.flush()
    assert b"\\xa310.99" in poor.buffer.getvalue()


def test_streams_that_are_no_streams_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "argv", ["edge-engine", "--version"])
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", written)
        patched.setattr(sys, "stderr", None)
        with pytest.raises(SystemExit):
            entry.run()
    assert written.getvalue().startswith("edge-engine ")


def test_starting_loads_nothing_that_draws_or_computes() -> None:
    assert set(entry.GROUPS) == {
        "ingest",
        "money",
        "hypotheses",
        "knowing",
        "deciding",
        "center",
        "consent",
        "review",
        "policy",
        "signals",
        "ownership",
        "models",
        "aggregator",
        "demo",
        "day",
        "demo_sync",
        "simulate",
        "serve",
    }
    for group in entry.GROUPS:
        assert callable(importlib.import_module(f"edge_engine.cli.{group}").add)


def test_a_bar_moves_on_a_terminal_and_is_quiet_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with output.Screen().progress("statement.csv", 100) as bar:
        bar(50, "5 rows")
    quiet = capsys.readouterr()
    assert quiet.out + quiet.err == ""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with output.Screen().progress("statement.csv", 100) as bar:
        bar(50, "5 rows")
        bar(100)
    drawn = capsys.readouterr()
    assert drawn.out == ""
    assert "statement.csv" in drawn.err


def test_a_refusal_in_json_is_json_on_the_standard_output_too(command: Command) -> None:
    told = command("accounts", "--json")
    assert told.status == 1
    assert told.json["error"]["code"] == "vault.store_missing"
    assert told.err == f"edge-engine: {told.json['error']['message']} [vault.store_missing]\n"


def test_an_empty_store_is_not_the_default_one(imported: Command) -> None:
    told = imported("accounts", "--store", "")
    assert (told.status, told.out) == (1, "")
    assert "--store is empty" in told.err


def test_a_full_output_is_told_in_a_sentence(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        monkeypatch.setattr(entry, "_leave_output", lambda: None)
        told = command("categories", "--json")
        monkeypatch.undo()
        with contextlib.suppress(OSError):
            full.close()
    assert told.status == 1
    assert "the standard output is full or closed [output]" in told.err


def test_a_closed_output_is_told_in_a_sentence(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    told = command("categories")
    monkeypatch.undo()
    assert (told.status, told.err.count("\n")) == (1, 1)
    assert "[output]" in told.err


@pytest.mark.parametrize("width", [80, 40])
def test_no_word_or_identifier_is_broken_on_a_narrow_terminal(
    imported: Command, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    told = imported("categories").out
    assert all(leaf.id in told for leaf in Taxonomy.default().leaves)
    listed = imported("accounts").out
    assert "MAIN" in listed
    assert "other" in listed
    purposes = imported("consent", "list").out
    assert "credit_prescreening" in purposes
    assert max(map(len, (told + listed + purposes).splitlines())) <= width
    assert min(len(line) for line in purposes.splitlines() if line.strip()) > 3
