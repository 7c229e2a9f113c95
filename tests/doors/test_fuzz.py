"""Twenty thousand frames that no client would send; `tests/fuzz/frames.py` sends a million when it is asked to."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.fuzz.frames import MAX_KIB, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="reads the memory of the process as Linux tells it")
def test_nothing_that_is_sent_ends_the_sidecar_or_fills_the_memory(tmp_path: Path) -> None:
    told = run(20_000, 20_261_126, tmp_path)
    assert told.frames == 20_000
    assert told.answers > 10_000
    assert told.kib < MAX_KIB
    assert told.internal == {}
