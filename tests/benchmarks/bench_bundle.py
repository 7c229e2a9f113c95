"""The frozen sidecar that ``make bundle`` makes: its size, and from the start of its process to hello."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Final

from edge_engine.doors import bundling
from tests.fakes.door_host import Sidecar

FOLDER: Final = Path("dist/sidecar")
STARTS: Final = 15
ROUNDS_AT_MOST: Final = 1


def measure() -> dict[str, float | str]:
    """Return the figures by name, or why there are none."""
    program = FOLDER / bundling.NAME
    if not program.exists():
        return {"bundle": "skipped: there is no frozen sidecar; make bundle makes it"}
    hello = []
    for number in range(STARTS + 1):
        began = time.perf_counter()
        with Sidecar(command=[str(program), "serve"]) as engine:
            engine.hello()
            if number:  # the first start of all reads the files from the disk
                hello.append(time.perf_counter() - began)
    return {
        "hello_frozen_ms": 1000 * statistics.median(hello),
        "bundle_mib": bundling.size(FOLDER) / bundling.MIB,
        "bundle_packed_mib": bundling.archive(FOLDER).stat().st_size / bundling.MIB,
    }
