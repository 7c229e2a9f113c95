"""The npm package of this checkout, installed and built where it lies; Git ignores what that makes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE = Path(__file__).resolve().parents[2] / "edge_engine" / "doors" / "node"
OLDEST = 18


@dataclass(frozen=True)
class Done:
    """What a command printed and how it ended."""

    status: int
    said: str


def run(
    *command: str, cwd: Path = PACKAGE, minutes: float = 5, environment: Mapping[str, str] | None = None
) -> Done:
    """Run a command of Node's and return what it printed, errors included."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", "npm_config_update_notifier": "false", **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=60 * minutes,
        check=False,
    )
    return Done(done.returncode, done.stdout)


def require_node() -> None:
    """Skip, with the reason, where there is no Node that the package works with."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Node and npm are not installed")
    found = re.match(r"v(\d+)\.", run("node", "--version").said)
    if found is None or int(found[1]) < OLDEST:
        pytest.skip(f"the Node here is older than {OLDEST}")


def install() -> None:
    """Install what the package needs, as its lock says, and build it with its tests, sample and benchmark."""
    lock, installed = PACKAGE / "package-lock.json", PACKAGE / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        _demand("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    _demand("npm", "run", "--silent", "build")
    _demand("npm", "run", "--silent", "compile-tests")


def _demand(*command: str) -> None:
    done = run(*command)
    assert done.status == 0, f"{' '.join(command)}\n{done.said}"
