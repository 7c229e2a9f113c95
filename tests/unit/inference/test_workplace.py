"""An update's folder goes with the update, or at the next one where the process died."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from edge_engine.inference.workplace import PREFIX, workplace

_HOLD = (
    "from edge_engine.inference.workplace import workplace\n"
    "with workplace() as place:\n"
    "    (place / 'metadata').mkdir()\n"
    "    print(place, flush=True)\n"
    "    input()\n"
)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def test_nothing_is_left(place: Path) -> None:
    with workplace() as mine, workplace() as another:
        assert mine != another
        assert {mine, another} == set(place.glob(f"{PREFIX}*"))
    assert list(place.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no locks on folders")
def test_what_a_killed_process_left_goes_and_what_is_in_use_stays(place: Path) -> None:
    def start() -> tuple[subprocess.Popen[str], Path]:
        held = subprocess.Popen(
            [sys.executable, "-c", _HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert held.stdout is not None
        return held, Path(held.stdout.readline().strip())

    alive, used = start()
    dead, left = start()
    dead.send_signal(signal.SIGKILL)
    dead.communicate()
    (place / f"{PREFIX}a-file").write_text("not a folder")
    (place / f"{PREFIX}a-link").symlink_to(place)
    assert left.is_dir()
    with workplace() as mine:
        assert not left.exists()
        assert used.is_dir()
        assert mine.is_dir()
    alive.communicate("\n")
    assert not used.exists()
    assert place.is_dir()
