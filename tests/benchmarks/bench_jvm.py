"""The Java client: what a call costs over the sidecar and in process.

Start-up counts a cold Java and a cold engine, as an app that is just started pays for both.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

from edge_engine.doors.c_abi import build as c_abi
from tests.fakes import jvm_client as jvm


def measure() -> dict[str, float | str]:
    """Return medians in microseconds, or why there are none."""
    try:
        jvm.require_tools()
        done = jvm.maven("test-compile")
    except jvm.Unbuildable as missing:
        return {"jvm": f"skipped: {missing}"}
    if done.returncode:
        return {"jvm": "skipped: the client does not compile"}
    figures = _told("stdio", ["sidecar", str(jvm.ENGINE)])
    try:
        with tempfile.TemporaryDirectory() as folder:
            library = c_abi.build(Path(folder)).library
            figures |= _told("jna", ["library", str(library)])
    except c_abi.Unbuildable as missing:
        figures["jvm_jna"] = f"skipped: {missing.message}"
    return figures


def _told(way: str, arguments: list[str]) -> dict[str, float | str]:
    done = subprocess.run(
        jvm.java("edgeengine.client.Measure", *arguments), capture_output=True, text=True, check=True
    )
    told: dict[str, float] = json.loads(done.stdout)
    return {f"jvm_{way}_{name}": figure for name, figure in told.items()}
