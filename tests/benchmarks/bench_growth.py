"""What one new transaction costs in small stores and in large ones, with what follows of it, and what memory is taken.

Stores of a thousand to a million transactions on a disk, each filled by importing a bank's file. The last steps are
measured in turns between the stores. Memory is of a process that opens the store and takes one transaction.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from edge_engine import Engine, FakeClock, HostKey
from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Record
from edge_engine.simulation.large import write_csv

ROUNDS_AT_MOST: Final = 1
SIZES: Final = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}
GRANTED: Final = ("categorization", "insights", "personalization", "recommendations")
KEY: Final = bytes(32)
END: Final = date(2026, 6, 30)
EACH: Final = 60

_MEMORY: Final = """
import json, sys
from datetime import UTC, date, datetime
from pathlib import Path
from edge_engine import Engine, FakeClock, HostKey
from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Record
clock = FakeClock(datetime(2026, 12, 1, 12, tzinfo=UTC))
with Engine.open(Path(sys.argv[1]), key=HostKey(bytes(32)), clock=clock, seed=1) as engine:
    engine.react([Record(engine.accounts()[0].key, date(2026, 12, 1), Money(-700, "GBP"), "CORNER SHOP 5")])
line = next(one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmHWM"))
print(json.dumps(int(line.split()[1]) / 1024))
"""


def measure() -> dict[str, float | str]:
    """Return the figures by name; each ends in the size of the store."""
    told: dict[str, float | str] = {}
    stored: dict[str, list[float]] = {name: [] for name in SIZES}
    reacted: dict[str, list[float]] = {name: [] for name in SIZES}
    firsts: dict[str, list[float]] = {name: [] for name in SIZES}
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        folder = Path(place)
        clock = FakeClock(datetime(END.year, END.month, END.day, 12, tzinfo=UTC))
        engines = {}
        for name, size in SIZES.items():
            file = folder / f"{name}.csv"
            write_csv(file, size, seed=1, end=END)
            engine = Engine.open(folder / f"{name}.edge", key=HostKey(KEY), clock=clock, seed=1)
            engines[name] = stack.enter_context(engine)
            for purpose in GRANTED:
                engine.consent.grant(purpose)
            began = time.perf_counter()
            engine.ingest(file)
            told[f"import_s_{name}"] = time.perf_counter() - began
            file.unlink()
            told[f"store_mb_{name}"] = (
                sum(one.stat().st_size for one in (folder / f"{name}.edge").iterdir() if one.is_file())
                / 2**20
            )
        for number in range(2 * EACH):
            day, turn = divmod(number, 12)
            if turn == 0:
                clock.advance(timedelta(days=1))
            for name, engine in engines.items():
                paid = Money(-700 - number, "GBP")
                record = Record(
                    engine.accounts()[0].key,
                    END + timedelta(days=day + 1),
                    paid,
                    f"CORNER SHOP {number % 9}",
                    external_id=f"n{number}",
                )
                began = time.perf_counter()
                if turn % 2:
                    engine.ingest([record])
                else:
                    engine.react([record])
                took = 1000 * (time.perf_counter() - began)
                (stored if turn % 2 else firsts if turn == 0 else reacted)[name].append(took)
        stack.close()
        for name in SIZES:
            told[f"peak_memory_mb_{name}"] = _memory(folder / f"{name}.edge")
    for name in SIZES:
        told[f"store_one_ms_{name}"] = statistics.median(stored[name])
        told[f"react_ms_{name}"] = statistics.median(reacted[name])
        told[f"first_of_a_day_ms_{name}"] = statistics.median(firsts[name])
    for what in ("store_one", "react"):
        large, small = told[f"{what}_ms_1m"], told[f"{what}_ms_10k"]
        told[f"{what}_1m_over_10k"] = float(large) / float(small)
    return told


def _memory(store: Path) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _MEMORY, str(store)], capture_output=True, text=True, check=True
    )
    return float(json.loads(done.stdout))
