"""The command run in this process, with a store and a data folder of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from edge_engine.cli.main import main
from edge_engine.vault import keys
from tests.fakes.bank_csv import statement

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Answer:
    """What the command printed and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the command printed
        return json.loads(self.out)


Command = Callable[..., Answer]


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder of the test's own, a passphrase, a terminal of fixed width, and no debugging."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("EDGE_ENGINE_PASSPHRASE", "correct horse")
    monkeypatch.setenv("COLUMNS", "140")
    monkeypatch.delenv("EDGE_ENGINE_DEBUG", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    # The same key derivation with less memory: a hundred commands would take a minute.
    monkeypatch.setattr(keys, "ARGON2_MEMORY_KIB", 64)
    monkeypatch.setattr(keys, "ARGON2_PASSES", 1)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run ``edge-engine`` with some arguments."""

    def run(*arguments: str) -> Answer:
        capsys.readouterr()
        try:
            status = main(arguments)
        except SystemExit as end:  # argparse's way
            status = end.code if isinstance(end.code, int) else 1
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return Answer(status, printed.out, printed.err)

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small statement."""
    path = tmp_path / "statement.csv"
    path.write_bytes(statement())
    return path


@pytest.fixture
def imported(command: Command, file: Path) -> Command:
    """The command with the small statement imported and categories and insights allowed."""
    assert command("consent", "grant", "categorization", "insights").status == 0
    assert command("import", str(file), "--currency", "GBP", "--account", "MAIN").status == 0
    return command
