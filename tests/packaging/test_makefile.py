"""The Makefile says what there is."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
def test_help_names_every_target_that_is_described() -> None:
    described = re.findall(r"^(\S+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    told = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout  # noqa: S607
    assert [line.split()[1] for line in told.splitlines() if line.startswith("make ")] == described
    assert "e2e" in described
