"""One writer a store: a second process waits a bounded time; the death of the first lets it in."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from edge_engine.errors import Busy
from edge_engine.vault.store import BUSY_SECONDS, Vault
from tests.fakes.stocked import KEY, ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.clock import FakeClock

ROOT: Final = Path(__file__).resolve().parents[2]

HOLD: Final = """
import sys
from pathlib import Path
from edge_engine.clock import SystemClock
from edge_engine.vault.store import Vault
from tests.fakes.stocked import KEY

vault = Vault.open(Path(sys.argv[1]), KEY, clock=SystemClock())
with vault.writing():
    vault.connection.execute("DELETE FROM derived")
    print("held", flush=True)
    sys.stdin.read()
"""

OPEN: Final = """
import sys
from pathlib import Path
from edge_engine.clock import SystemClock
from edge_engine.errors import EdgeError
from edge_engine.vault.store import Vault
from tests.fakes.stocked import KEY

print("ready", flush=True)
sys.stdin.readline()
try:
    with Vault.open(Path(sys.argv[1]), KEY, clock=SystemClock(), wait=30) as vault:
        with vault.writing():
            vault.connection.execute("INSERT INTO engagement VALUES (?, 1, 'n', 's')", (sys.argv[2],))
    print("opened")
except EdgeError as error:
    print(error.code)
"""


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    return process


@pytest.fixture
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process amid a write."""
    process = start(HOLD, str(folder))
    yield process
    process.kill()
    process.communicate()


def test_a_second_process_is_told_busy_within_the_bound(
    holder: subprocess.Popen[str], folder: Path, clock: FakeClock
) -> None:
    for wait, most in ((0.0, 1.0), (0.3, 1.5), (BUSY_SECONDS, BUSY_SECONDS + 2.0)):
        started = time.monotonic()
        with pytest.raises(Busy, match="another process"):
            Vault.open(folder, KEY, clock=clock, wait=wait)
        took = time.monotonic() - started
        assert wait * 0.9 <= took < most


def test_the_bound_is_two_seconds_unless_told_otherwise() -> None:
    assert BUSY_SECONDS == 2.0


def test_the_death_of_the_first_lets_the_second_in_and_undoes_its_write(
    holder: subprocess.Popen[str], folder: Path, clock: FakeClock
) -> None:
    holder.kill()
    holder.wait()
    with Vault.open(folder, KEY, clock=clock, wait=0) as vault:
        assert vault.connection.execute("SELECT count(*) FROM derived").fetchone() == (1,)
        assert vault.connection.execute("SELECT count(*) FROM txn").fetchone() == (ROWS,)
        assert vault.integrity().ok


def test_whoever_waits_is_let_in_when_the_first_is_done(holder: subprocess.Popen[str], folder: Path) -> None:
    waiting = start(OPEN, str(folder), "mine")
    assert waiting.stdin is not None
    waiting.stdin.write("go\n")
    waiting.stdin.flush()
    holder.communicate()  # closes its standard input: it commits and ends
    assert waiting.communicate()[0] == "opened\n"


def test_many_that_found_one_store_at_once_found_exactly_one(tmp_path: Path, clock: FakeClock) -> None:
    place = tmp_path / "new.edge"
    racers = [start(OPEN, str(place), f"racer {number}") for number in range(4)]
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    assert [racer.communicate()[0] for racer in racers] == ["opened\n"] * 4
    with Vault.open(place, KEY, clock=clock) as vault:
        assert vault.connection.execute("SELECT count(*) FROM engagement").fetchone() == (4,)
