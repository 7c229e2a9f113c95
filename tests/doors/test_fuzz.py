"""Twenty thousand frames that no client would send, or as many as ``--frames`` says."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.fuzz.frames import MAX_KIB, PATIENCE, run, worded

if TYPE_CHECKING:
    from pathlib import Path

USUAL = 20_000


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="reads the memory of the process as Linux tells it")
def test_nothing_that_is_sent_ends_the_sidecar_or_fills_the_memory(
    tmp_path: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    frames: int = request.config.getoption("--frames") or USUAL
    # Tests share the machine: a second may be several. Who asks for more frames has it for themselves.
    patience = 10 if frames == USUAL else PATIENCE
    began = time.monotonic()
    told = run(frames, 20_261_126, tmp_path, patience=patience)
    if frames != USUAL:
        with capsys.disabled():
            sys.stdout.write(f"\n{worded(told, time.monotonic() - began)}\n")
    assert told.frames == frames
    assert told.answers > frames // 2
    assert told.kib < MAX_KIB
    assert told.internal == {}
