"""``kill -9`` amid founding, rekeying and erasing: at every step of each, and at random moments of the long one."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from edge_engine.errors import Corrupt, KeyWrong, StoreMissing
from edge_engine.vault.folder import ERASING, KEYS, LOCK
from edge_engine.vault.keys import HostKey
from edge_engine.vault.store import Vault
from tests.fakes.stocked import KEY, ROWS, stock

if TYPE_CHECKING:
    from edge_engine.clock import FakeClock

ROOT: Final = Path(__file__).resolve().parents[2]
NEW: Final = HostKey(b"\x55" * 32)

PROGRAM: Final = """
import os, signal, sys
from pathlib import Path
from edge_engine.clock import SystemClock
from edge_engine.vault.keys import HostKey
from edge_engine.vault.store import Vault
from tests.fakes.stocked import KEY

folder, act, last = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
done = 0

def dying(real):
    def call(*arguments, **named):
        global done
        if done == last:
            os.kill(os.getpid(), signal.SIGKILL)
        done += 1
        return real(*arguments, **named)
    return call

def from_here_on():
    for name in ("open", "write", "fsync", "unlink", "truncate", "replace", "rmdir", "mkdir"):
        setattr(os, name, dying(getattr(os, name)))
    print("begun", flush=True)

if act == "found":
    from_here_on()
    Vault.open(folder, KEY, clock=SystemClock())
else:
    vault = Vault.open(folder, KEY, clock=SystemClock())
    from_here_on()
    vault.erase() if act == "erase" else vault.rekey(HostKey(b"\\x55" * 32))
print("finished", flush=True)
"""


def run(folder: Path, act: str, last: int) -> bool:
    """Let a process die before its step number ``last``; return whether it finished first."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), act, str(last)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    assert "begun" in done.stdout
    return "finished" in done.stdout


def found(folder: Path, clock: FakeClock) -> None:
    with Vault.open(folder, KEY, clock=clock) as vault:
        stock(vault)


def transactions(vault: Vault) -> int:
    (count,) = vault.connection.execute("SELECT count(*) FROM txn").fetchone()
    return int(count)


@pytest.mark.slow
def test_a_founding_killed_at_any_step_can_be_done_again(tmp_path: Path, clock: FakeClock) -> None:
    for last in range(40):
        folder = tmp_path / f"{last}.edge"
        finished = run(folder, "found", last)
        with Vault.open(folder, KEY, clock=clock) as vault:
            assert transactions(vault) == 0
            assert vault.integrity().ok
        Vault.open(folder, KEY, clock=clock, create=False).close()
        if finished:
            assert last > 5
            return
    pytest.fail("founding did not come to its end")


@pytest.mark.slow
def test_an_erasure_killed_at_any_step_never_brings_data_back_and_is_finished_by_opening(
    tmp_path: Path, clock: FakeClock
) -> None:
    untouched = erased = 0
    for last in range(60):
        folder = tmp_path / f"{last}.edge"
        found(folder, clock)
        finished = run(folder, "erase", last)
        if finished:
            assert not folder.exists()
            assert untouched
            assert erased > 5
            return
        begun = (folder / ERASING).exists() or not (folder / KEYS).exists()
        try:
            with Vault.open(folder, KEY, clock=clock, create=False) as vault:
                assert erased == 0  # once it was begun, no later step brings the data back
                assert not begun
                assert transactions(vault) == ROWS
                untouched += 1
        except StoreMissing:
            # Whoever opens it next finishes it, with any key.
            erased += 1
            assert begun
            assert not folder.exists() or all(entry.name == LOCK for entry in folder.iterdir())
            with Vault.open(folder, NEW, clock=clock) as vault:
                assert transactions(vault) == 0
                assert vault.integrity().ok
    pytest.fail("erasing did not come to its end")


def opens_with_exactly_one(folder: Path, clock: FakeClock) -> HostKey:
    """Return the key that opens the store, whole; the other one does not, before and after."""
    opened = []
    for key in (KEY, NEW, KEY, NEW):
        try:
            with Vault.open(folder, key, clock=clock, create=False) as vault:
                assert transactions(vault) == ROWS
                assert vault.integrity().ok
                assert len(vault.slots()) == 1
                opened.append(key)
        except KeyWrong:
            continue
    assert len(opened) == 2
    assert opened[0] is opened[1]
    return opened[0]


@pytest.mark.slow
def test_a_rekeying_killed_at_any_step_leaves_the_old_key_or_the_new(
    tmp_path: Path, clock: FakeClock
) -> None:
    last_key: HostKey = KEY
    for last in range(40):
        folder = tmp_path / f"{last}.edge"
        found(folder, clock)
        finished = run(folder, "rekey", last)
        key = opens_with_either(folder, clock)
        assert not (last_key is NEW and key is KEY)
        last_key = key
        if finished:
            assert key is NEW
            assert last > 3
            return
    pytest.fail("rekeying did not come to its end")


def opens_with_either(folder: Path, clock: FakeClock) -> HostKey:
    """As above, where a key whose slot is still there may first be told that the pages are another's."""
    working = [key for key in (KEY, NEW) if _opens(folder, key, clock)]
    assert len(working) == 1
    assert opens_with_exactly_one(folder, clock) is working[0]
    return working[0]


def _opens(folder: Path, key: HostKey, clock: FakeClock) -> bool:
    try:
        Vault.open(folder, key, clock=clock, create=False).close()
    except (KeyWrong, Corrupt):
        return False
    return True


@pytest.mark.slow
def test_a_rekeying_killed_while_pages_are_written_leaves_every_page_under_one_key(
    tmp_path: Path, clock: FakeClock
) -> None:
    moments = random.Random(11)
    seen: set[HostKey] = set()
    for turn in range(12):
        folder = tmp_path / f"{turn}.edge"
        found(folder, clock)
        with Vault.open(folder, KEY, clock=clock) as vault, vault.committing() as connection:
            connection.executemany(
                "INSERT INTO engagement VALUES (?, 1, 'n', ?)",
                [(f"{number}", "s" * 3000) for number in range(1500)],
            )
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder), "rekey", "-1"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        bell = threading.Timer(moments.random() * 0.08, process.kill)
        bell.start()
        process.communicate()
        bell.cancel()
        seen.add(opens_with_either(folder, clock))
        assert (folder / KEYS).exists()
    assert seen
