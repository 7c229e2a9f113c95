"""The model runtime has an uploader of usage events; the engine never lets it begin."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

CATEGORIZE = """
import edge_engine
with edge_engine.Engine.in_memory() as engine:
    engine.consent.grant("categorization")
    assert engine.categorize(["TESCO STORES"])[0].category == "food.groceries"
"""

BARE = "import numpy, onnxruntime; onnxruntime.SessionOptions()"


def files_left_by(code: str, folder: Path) -> list[str]:
    """Run code with a home and a temporary folder of its own and return the files it leaves there."""
    home, temporary = folder / "home", folder / "tmp"
    home.mkdir()
    temporary.mkdir()
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in {"ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME", "XDG_DATA_HOME"}
    }
    environment |= {"HOME": str(home), "TMPDIR": str(temporary), "CI": "", "USERPROFILE": str(home)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, timeout=120)
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_categorizing_leaves_no_identifier_and_no_event_database(tmp_path: Path) -> None:
    assert files_left_by(CATEGORIZE, tmp_path) == []


def test_the_control_shows_what_the_runtime_does_by_itself(tmp_path: Path) -> None:
    left = files_left_by(BARE, tmp_path)
    if not left:
        pytest.skip("this build of onnxruntime keeps no telemetry")
    assert ".ses" in left or "deviceid" in left
