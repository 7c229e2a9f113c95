"""The engine in a C program: from the process's start to each answer, a small call on two threads, and memory.

The peer of the start is the same Python by itself, isolated, with nothing to do.
"""

from __future__ import annotations

import compileall
import os
import statistics
import sys
import sysconfig
import tempfile
import time
from datetime import date
from pathlib import Path

from edge_engine import Engine, HostKey
from edge_engine.doors.c_abi.build import PACKAGES, build, find_packages
from edge_engine.simulation.large import write_csv
from tests.fakes.c_programs import Programs, frame, lined_up

ROUNDS = 15
CALLS = 20_000
KEY = b"k" * 32
HELLO = {"abi": 1, "client": "bench", "client_version": "1"}


def python_alone_ms() -> float:
    """Return how long the interpreter takes from its start to its end, milliseconds."""
    taken = []
    program = str(Path(sys.base_prefix) / "bin" / f"python{sysconfig.get_python_version()}")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        os.waitpid(os.posix_spawn(program, [program, "-I", "-S", "-c", "pass"], {}), 0)
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken)


def measure() -> dict[str, float | str]:
    """Return the figures by name; medians over processes."""
    # An app ships its packages with their bytecode: nothing is written beside them when they run.
    for folder in find_packages():
        for package in PACKAGES:
            compileall.compile_dir(folder / package, quiet=2)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs = Programs(build(folder / "built"), folder, sysconfig.get_path("purelib"))
        return starts(programs, folder) | lag(programs, folder)


def starts(programs: Programs, folder: Path) -> dict[str, float | str]:
    """Return what a process takes from its start to its answers, and a small call afterwards."""
    Engine.open(folder / "me.edge", key=HostKey(KEY)).close()
    requests = folder / "requests"
    requests.write_bytes(
        lined_up(
            [
                frame(1, "hello", HELLO),
                frame(2, "open", {"path": str(folder / "me.edge"), "key": KEY}),
                frame(3, "consent.grant", {"purpose": "categorization"}),
                frame(4, "categorize", {"texts": ["TESCO STORES 3297 LONDON"]}),
                frame(5, "ping"),
            ]
        )
    )
    output = programs.run("speed", "-", requests, str(CALLS), str(ROUNDS))
    rows = [[int(word) for word in line.split()] for line in output.splitlines()]
    columns = [statistics.median(column) for column in zip(*rows, strict=True)]
    hello, opened, granted, categorized = (columns[at] / 1000 for at in (0, 2, 4, 6))
    return {
        "c_hello_ms": hello,
        "c_python_alone_ms": python_alone_ms(),
        "c_open_after_hello_ms": opened - hello,
        "c_grant_ms": granted - opened,
        "c_first_categorization_ms": categorized,
        "c_nil_call_us": columns[10] / 1000,
        "c_nil_call_other_thread_us": columns[11] / 1000,
        "c_rss_hello_mb": columns[1] / 1024,
        "c_rss_open_mb": columns[3] / 1024,
        "c_rss_with_model_mb": columns[7] / 1024,
    }


def lag(programs: Programs, folder: Path) -> dict[str, float | str]:
    """Return how long a thread that only says ping waits while the engine imports and finds."""
    statement = folder / "large.csv"
    write_csv(statement, 20_000, seed=1, end=date(2026, 4, 30))
    preparing, long = folder / "preparing", folder / "long"
    preparing.write_bytes(
        lined_up(
            [
                frame(1, "hello", HELLO),
                frame(2, "open", {}),
                frame(3, "consent.grant", {"purpose": "categorization"}),
                frame(4, "consent.grant", {"purpose": "insights"}),
            ]
        )
    )
    long.write_bytes(lined_up([frame(5, "import", {"path": str(statement)}), frame(6, "insights")]))
    rounds = [[int(word) for word in programs.run("lag", "-", preparing, long).split()] for _ in range(3)]
    columns = [statistics.median(column) / 1000 for column in zip(*rounds, strict=True)]
    return dict(zip(("c_lag_p50_ms", "c_lag_p99_ms", "c_lag_most_ms"), columns, strict=True))
