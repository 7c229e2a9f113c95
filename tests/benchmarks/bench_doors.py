"""The doors: from the start of a process to hello, to an open store, to a first category; small calls; memory; loops.

The sidecar runs as one that was installed runs: an interpreter whose search path is a plain list, without the hooks
that an editable installation adds to every start of Python. Medians of processes of their own.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from edge_engine import AsyncEngine, Engine, FakeClock, HostKey
from edge_engine.doors.door import Door
from edge_engine.simulation.household import DEMO_SEED, simulate
from edge_engine.simulation.statements import write
from tests.fakes.door_host import Sidecar, frame, result

KEY = bytes(range(32))
STARTS = 15
CALLS = 3000
END = date(2026, 6, 30)
HELLO = {"abi": 1, "client": "bench", "client_version": "1"}
ROOT = Path(__file__).resolve().parents[2]


def command() -> list[str]:
    """Return what starts a sidecar as it starts where it was installed from a wheel."""
    rooms = [ROOT, ROOT / "sync", ROOT / "models_onnx", ROOT / "policies"]
    packages = [one for one in sys.path if one.endswith("site-packages")]
    code = (
        f"import sys; sys.path[:0] = {[str(one) for one in (*rooms, *packages)]!r}; sys.argv[1:] = ['serve']; "
        "from edge_engine.__main__ import run; run()"
    )
    return [sys.executable, "-I", "-S", "-c", code]


def median(values: list[float]) -> float:
    """Return the median of seconds, in milliseconds."""
    return 1000 * statistics.median(values)


def _resident(process: int) -> float:
    path = Path(f"/proc/{process}/status")
    if not path.exists():
        return float("nan")
    return next(int(line.split()[1]) / 1024 for line in path.read_text().splitlines() if line[:5] == "VmRSS")


def _starts(folder: Path) -> dict[str, float | str]:
    """Start sidecars, each to its first category; the store is there already."""
    with Engine.open(folder / "me.edge", key=HostKey(KEY)) as engine:
        engine.consent.grant("categorization")
    hello, opened, first, before, after = [], [], [], [], []
    for number in range(STARTS + 1):
        began = time.perf_counter()
        with Sidecar(command=command()) as engine:
            engine.hello()
            hello.append(time.perf_counter() - began)
            # What a host does before it opens the store, such as asking its keystore.
            time.sleep(0.15)
            began = time.perf_counter()
            engine.call("open", {"path": str(folder / "me.edge"), "key": KEY})
            opened.append(time.perf_counter() - began)
            engine.call("accounts")
            before.append(_resident(engine.process.pid))
            began = time.perf_counter()
            engine.call("categorize", {"texts": ["TESCO STORES 3297 LONDON"]})
            first.append(time.perf_counter() - began)
            after.append(_resident(engine.process.pid))
        if number == 0:
            # The first start of all reads the files from the disk.
            for figures in (hello, opened, first, before, after):
                figures.clear()
    return {
        "hello_sidecar_ms": median(hello),
        "open_after_hello_ms": median(opened),
        "first_category_sidecar_ms": median(first),
        "start_to_category_ms": median([a + b + c for a, b, c in zip(hello, opened, first, strict=True)]),
        "rss_sidecar_before_model_mb": statistics.median(before),
        "rss_sidecar_after_model_mb": statistics.median(after),
    }


def _calls() -> dict[str, float | str]:
    """Ask small things over the pipes, and of the door in this process."""
    told: dict[str, float | str] = {}
    with Sidecar(command=command()) as engine:
        engine.hello()
        engine.call("open", {})
        for name, method in (("ping", "ping"), ("accounts", "accounts")):
            took = []
            for _ in range(CALLS):
                began = time.perf_counter()
                engine.call(method)
                took.append(time.perf_counter() - began)
            told[f"{name}_stdio_us"] = 1000 * median(took)
    door = Door(lambda _: None)
    result(door.call(frame(1, 1, "hello", HELLO)))
    result(door.call(frame(1, 2, "open", {})))
    for name, raw in (("ping", frame(1, 3, "ping", None)), ("accounts", frame(1, 3, "accounts", None))):
        took = []
        for _ in range(CALLS):
            began = time.perf_counter()
            door.call(raw)
            took.append(time.perf_counter() - began)
        told[f"{name}_door_us"] = 1000 * median(took)
    door.close()
    return told


async def _lags(folder: Path) -> list[float]:
    """Import and look at two years while a loop ticks; returns by how much each tick was late, in seconds."""
    lags: list[float] = []

    async def tick() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.002)
            lags.append(time.perf_counter() - began - 0.002)

    clock = FakeClock(datetime(END.year, END.month, END.day, 12, tzinfo=UTC))
    statements = folder / "statements"
    statements.mkdir()
    files = write(simulate(DEMO_SEED, months=24, end=END, country="GB"), statements)
    async with await AsyncEngine.of(partial(Engine.in_memory, clock=clock, seed=1)) as engine:
        for purpose in ("categorization", "insights", "personalization", "recommendations"):
            await engine.consent.grant(purpose)
        ticking = asyncio.create_task(tick())
        for file in files:
            await engine.ingest(file)
        for _ in range(3):
            await asyncio.gather(engine.insights(), engine.moments(), engine.profile(), engine.decide())
        ticking.cancel()
    return lags


def measure() -> dict[str, float | str]:
    """Return the figures by name."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told = _starts(folder)
        told |= _calls()
        lags = sorted(asyncio.run(_lags(folder)))
    told["loop_lag_p50_ms"] = 1000 * lags[len(lags) // 2]
    told["loop_lag_p99_ms"] = 1000 * lags[int(0.99 * len(lags))]
    told["load"] = f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    return told
