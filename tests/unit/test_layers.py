"""The import linter refuses what the house forbids: proved by breaking each wall in a copy of the house."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages and of the contracts."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", copy)
    ignored = shutil.ignore_patterns("__pycache__", "*.onnx", "training")
    for folder in ("edge_engine", "sync", "models_onnx", "policies"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignored)
    return copy


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    """Run the import linter over the copy alone."""
    code = (
        "import sys; sys.path[:0] = ['.', 'sync', 'models_onnx', 'policies'];"
        "from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    )
    return subprocess.run(
        [sys.executable, "-c", code], cwd=house, capture_output=True, text=True, check=False, timeout=120
    )


def test_the_house_as_it_stands_keeps_every_contract(house: Path) -> None:
    done = lint(house)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("room", "line", "contract"),
    [
        ("insights", "import sqlcipher3", "SQLCipher is spoken in the vault alone"),
        ("insights", "import sqlite3", "SQLCipher is spoken in the vault alone"),
        ("insights", "from edge_engine.vault import connection", "raw connections stay inside the vault"),
        (
            "inference",
            "from edge_engine.vault.authorizer import authorizer",
            "raw connections stay inside the vault",
        ),
        ("domain", "from edge_engine.vault import store", "The layers of the house"),
        ("vault", "from edge_engine.actions import workflow", "The layers of the house"),
        ("actions", "import sqlcipher3", "SQLCipher is spoken in the vault alone"),
        ("feeds", "from edge_engine.consent import ledger", "Feeds know the domain alone"),
        ("consent", "import socket", "Nothing opens a socket"),
        ("center", "import socket", "Nothing opens a socket"),
        ("consent", "import starlette", "Nothing opens a socket"),
        ("center", "import sqlcipher3", "SQLCipher is spoken in the vault alone"),
        ("center", "from edge_engine.cli import main", "The layers of the house"),
        ("signals", "from edge_engine.insights import budget", "The layers of the house"),
        ("insights", "from edge_engine.signals import catalogue", "The layers of the house"),
        ("vault", "import edge_engine_sync", "know the upload package"),
        ("signals", "from edge_engine_sync import client", "Only the outbox uploads"),
        ("decisions", "from edge_engine.vault import reader", "Decisions are pure"),
        ("decisions", "from edge_engine import views", "The layers of the house"),
        ("insights", "from edge_engine.decisions import facts", "The layers of the house"),
    ],
)
def test_a_broken_wall_is_named(house: Path, room: str, line: str, contract: str) -> None:
    offender = house / "edge_engine" / room / "offender.py"
    offender.write_text(f'"""Breaks a wall."""\n\n{line}\n')
    try:
        done = lint(house)
    finally:
        offender.unlink()
    assert done.returncode != 0
    broken = [row for row in done.stdout.splitlines() if "BROKEN" in row]
    assert any(contract in row for row in broken), done.stdout
