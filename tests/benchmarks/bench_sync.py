"""Prio3 and whole reports, beside the TypeScript peer ``@divviup/prio3`` in the same run.

The peer is installed with npm under ``.cache``; without node and npm its figures and the ratios are left out. It is of
an older draft, with the same fields and proofs. Verifying is what both aggregators do of one report together.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import time
from pathlib import Path
from typing import Any

from edge_engine_sync.hpke import suite
from edge_engine_sync.messages import HpkeConfig
from edge_engine_sync.prio3 import Prio3
from edge_engine_sync.report import make_report
from edge_engine_sync.task import HISTOGRAM, BatchMode, Task, TaskConfiguration, VdafConfig

CONTEXT = b"dap-18" + bytes(32)
NUMBERS = [at * 7919 % 65536 for at in range(1000)]
CASES: dict[str, tuple[Prio3[Any, Any], Any, int]] = {
    "count": (Prio3.count(), 1, 300),
    "sum32": (Prio3.sum(2**32 - 1), 123456789, 200),
    "histogram100": (Prio3.histogram(100, 10), 42, 200),
    "sumvec1000x16": (Prio3.sum_vec(1000, 65535, 126), NUMBERS, 8),
}
PEER = Path(".cache/prio3-peer")


def once(function: Prio3[Any, Any], measurement: object, key: bytes) -> tuple[float, float]:
    """Return the milliseconds of splitting one measurement and of verifying it."""
    nonce, rand = os.urandom(16), os.urandom(function.rand_size)
    started = time.perf_counter()
    public_share, shares = function.shard(CONTEXT, measurement, nonce, rand)
    split = time.perf_counter()
    begun = [
        function.verify_init(key, CONTEXT, aggregator, nonce, public_share, share)
        for aggregator, share in enumerate(shares)
    ]
    message = function.verifier_shares_to_message(CONTEXT, [share for _, share in begun])
    for state, _ in begun:
        function.verify_next(state, message)
    done = time.perf_counter()
    return 1000 * (split - started), 1000 * (done - split)


def measure_functions() -> dict[str, dict[str, float]]:
    """Return the median milliseconds of each function."""
    found = {}
    for name, (function, measurement, rounds) in CASES.items():
        key = os.urandom(32)
        once(function, measurement, key)
        runs = [once(function, measurement, key) for _ in range(rounds)]
        found[name] = {
            "shard": statistics.median(run[0] for run in runs),
            "verify": statistics.median(run[1] for run in runs),
        }
    return found


def measure_peer() -> dict[str, dict[str, float]] | None:
    """Return the peer's figures, or nothing where it cannot be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    PEER.mkdir(parents=True, exist_ok=True)
    if not (PEER / "node_modules").is_dir():
        (PEER / "package.json").write_text('{"private": true, "type": "module"}')
        command = [npm, "install", "--silent", "--no-audit", "--no-fund", "@divviup/prio3@0.8.0"]
        if subprocess.run(command, cwd=PEER, check=False, capture_output=True).returncode:
            return None
    script = PEER / "prio3_peer.mjs"
    shutil.copy(Path(__file__).with_name("prio3_peer.mjs"), script)
    done = subprocess.run([node, script.name], cwd=PEER, check=True, capture_output=True, text=True)
    figures: dict[str, dict[str, float]] = json.loads(done.stdout)
    return figures


def measure_report() -> tuple[float, int]:
    """Return the milliseconds and the bytes of a whole Histogram100 report: split, sealed twice and encoded."""
    chosen = suite(0x20, 1, 1)
    leader, helper = (HpkeConfig(number, 0x20, 1, 1, chosen.generate()[1]) for number in (1, 2))
    configuration = TaskConfiguration(
        b"bench",
        "https://leader.example/",
        "https://helper.example/",
        3600,
        100,
        BatchMode.TIME_INTERVAL,
        VdafConfig(HISTOGRAM, length=100, chunk_length=10),
    )
    task = Task(bytes(32), configuration)
    times, size = [], 0
    for _ in range(200):
        started = time.perf_counter()
        size = len(make_report(task, 42, leader, helper, time=1).encode())
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times), size


def measure() -> dict[str, float | str]:
    """Return the figures by name; ours are measured before and after the peer's and the slower half counts."""
    before, peer, after = measure_functions(), measure_peer(), measure_functions()
    figures: dict[str, float | str] = {}
    for name in CASES:
        for step in ("shard", "verify"):
            ours = max(before[name][step], after[name][step])
            figures[f"{step}_{name}_ms"] = ours
            if peer is not None:
                figures[f"{step}_{name}_peer_ms"] = peer[name][step]
                figures[f"{step}_{name}_times_faster"] = peer[name][step] / ours
    if peer is None:
        figures["peer"] = "absent: node and npm are needed"
    figures["report_histogram100_ms"], figures["report_histogram100_bytes"] = measure_report()
    return figures
