"""The program driven from outside, as a person's terminal or a script would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.browser import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

STATEMENT = """Date,Description,Amount,Balance
2026-01-05,ACME PAYROLL SALARY,2500.00,3000.00
2026-01-06,TESCO STORES 3297 LONDON,-45.10,2954.90
2026-01-07,NETFLIX.COM AMSTERDAM,-10.99,2943.91
2026-01-07,TFL TRAVEL CH,-2.80,2941.11
2026-01-07,TFL TRAVEL CH,-2.80,2938.31
2026-02-07,NETFLIX.COM AMSTERDAM,-10.99,2927.32
"""


@dataclass(frozen=True)
class Answer:
    """What the program printed and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the program printed
        return json.loads(self.out)


Program = Callable[..., Answer]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Run ``edge-engine`` with a store of its own; ``passphrase=None`` gives it none."""

    def run(*arguments: str, passphrase: str | None = "correct horse") -> Answer:
        environment = {
            key: value
            for key, value in os.environ.items()
            if key not in {"EDGE_ENGINE_PASSPHRASE", "FORCE_COLOR"}
        }
        environment["XDG_DATA_HOME"] = str(tmp_path / "data")
        environment["COLUMNS"] = "110"
        if passphrase is not None:
            environment["EDGE_ENGINE_PASSPHRASE"] = passphrase
        done = subprocess.run(
            [sys.executable, "-m", "edge_engine.cli.main", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def statement(tmp_path: Path) -> Path:
    """A small invented statement."""
    file = tmp_path / "statement.csv"
    file.write_text(STATEMENT)
    return file


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, without a screen."""
    with chromium() as launched:
        yield launched
