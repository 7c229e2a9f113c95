"""Start-up, onboarding, one new transaction and memory, each in a process of its own, as a host would see them."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

ROUNDS = 5

STARTUP = """
import json, os, sys, time
started = time.perf_counter()
import edge_engine
imported = time.perf_counter()
engine = edge_engine.Engine.open(sys.argv[1], key=edge_engine.HostKey(b"k" * 32))
opened = time.perf_counter()
print(json.dumps({
    "import_ms": 1000 * (imported - started),
    "open_ms": 1000 * (opened - imported),
    "loaded": [name for name in ("numpy", "onnxruntime", "rich") if name in sys.modules],
}))
engine.close()
"""

BARE = """
import json, time
started = time.perf_counter()
import json, sqlite3, msgspec, cryptography.hazmat.primitives.keywrap, sqlcipher3.dbapi2
print(json.dumps({"import_ms": 1000 * (time.perf_counter() - started)}))
"""

ONBOARDING = """
import json, resource, sys, time
from datetime import date, timedelta
from pathlib import Path
import edge_engine
from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Record

folder, csv_file = Path(sys.argv[1]), Path(sys.argv[2])
key = edge_engine.HostKey(b"k" * 32)
with edge_engine.Engine.open(folder / "first.edge", key=key) as engine:
    engine.consent.grant("categorization")
    engine.consent.grant("insights")
    engine.categorize(["WARM UP"])
    warm = engine.streams()
    started = time.perf_counter()
    report = engine.ingest(csv_file)
    stored = time.perf_counter()
    streams = engine.streams()
    done = time.perf_counter()
    singles = []

    def record(number):
        day = date(2024, 10, 1) + timedelta(days=number // 4)
        text = f"CORNER SHOP {number % 97}"
        return Record("phone/1", day, Money(-1000 - number, "GBP"), text, external_id=f"n{number}")

    engine.ingest([record(number) for number in range(3000)])
    for number in range(3000, 3300):
        begin = time.perf_counter()
        engine.ingest([record(number)])
        singles.append(1000 * (time.perf_counter() - begin))
    singles.sort()
    print(json.dumps({
        "rows": report.added,
        "store_ms": 1000 * (stored - started),
        "streams_ms": 1000 * (done - stored),
        "onboarding_ms": 1000 * (done - started),
        "single_p50_ms": singles[150],
        "single_p95_ms": singles[285],
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))
"""


def child(code: str, *arguments: str) -> dict[str, Any]:
    """Run code in a fresh interpreter and return the JSON it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
        # An installed engine has its bytecode beside it; the first run writes it.
        env={key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def middle(rounds: list[dict[str, Any]], name: str) -> float:
    """Return the median of one figure."""
    return float(statistics.median(one[name] for one in rounds))


def measure() -> dict[str, float | str]:
    """Return the figures by name; the peer of the start-up is importing the same libraries and nothing else."""
    from edge_engine.simulation.large import write_csv  # noqa: PLC0415 - the simulator loads much

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        statement = folder / "ten-thousand.csv"
        write_csv(statement, 10_000, seed=1, end=date(2026, 9, 30))
        store = folder / "start.edge"
        child(STARTUP, str(store))
        starts, bare, boardings = [], [], []
        for number in range(ROUNDS):
            starts.append(child(STARTUP, str(store)))
            bare.append(child(BARE))
            place = folder / f"round{number}"
            place.mkdir()
            boardings.append(child(ONBOARDING, str(place), str(statement)))
    start_ms = middle(starts, "import_ms") + middle(starts, "open_ms")
    return {
        "import_ms": middle(starts, "import_ms"),
        "open_ms": middle(starts, "open_ms"),
        "import_and_open_ms": start_ms,
        "ratio_to_bare_imports": start_ms / middle(bare, "import_ms"),
        "loaded_at_start": ",".join(starts[0]["loaded"]) or "none of numpy, onnxruntime, rich",
        "onboarding_rows": middle(boardings, "rows"),
        "onboarding_store_ms": middle(boardings, "store_ms"),
        "onboarding_streams_ms": middle(boardings, "streams_ms"),
        "onboarding_ms": middle(boardings, "onboarding_ms"),
        "single_transaction_p50_ms": middle(boardings, "single_p50_ms"),
        "single_transaction_p95_ms": middle(boardings, "single_p95_ms"),
        "rss_with_models_mb": middle(boardings, "rss_mb"),
    }
