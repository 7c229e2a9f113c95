"""The Node client: how long it takes to reach the engine through a sidecar and in process, and what the host feels.

Fresh engines of both ways take turns, so do calls. Where this machine has no Node there are no figures; where it
cannot build the C library there are none of koffi.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from edge_engine.doors.c_abi.build import Unbuildable, build
from tests.fakes.node_package import PACKAGE, install

STARTS = 7


def measure() -> dict[str, float | str]:
    """Return the figures by name."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return {"skipped": "Node and npm are not installed"}
    install()
    with tempfile.TemporaryDirectory() as folder:
        ways = [str(Path(sys.executable).parent / "edge-engine")]
        try:
            ways.append(str(build(Path(folder)).library))
        except Unbuildable as missing:
            sys.stderr.write(f"without koffi: {missing}\n")
        starts = [_run(node, "start", ways) for _ in range(STARTS)]
        figures: dict[str, float | str] = {
            name: statistics.median(one[name] for one in starts) for name in starts[0]
        }
        return figures | _run(node, "calls", ways) | _run(node, "lag", ways)


def _run(node: str, what: str, ways: list[str]) -> dict[str, float]:
    done = subprocess.run(
        [node, ".build/bench/bench.js", what, *ways],
        cwd=PACKAGE,
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
