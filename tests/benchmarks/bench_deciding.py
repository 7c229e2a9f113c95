"""The moment of truth: from a new transaction to a decision that is kept and delivered, beside storing it alone.

A household of two years on a disk, a dozen transactions a day as an app would bring them one by one. The first of a day
looks at everything and is told apart. A suggestion on a channel is written durably; what one durable write costs on
this disk is measured in the same run.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from edge_engine import Engine, FakeClock, HostKey, Money
from edge_engine.domain.transaction import Record
from edge_engine.simulation.household import DEMO_SEED, simulate
from edge_engine.simulation.statements import write

END = date(2026, 6, 30)
DAYS = 30
EACH = 12
GRANTED = ("categorization", "insights", "recommendations", "outreach")


class Phone:
    """A channel that shows at once."""

    def show(self, suggestion: object) -> None:
        """Show it."""


def _fsync_ms(folder: Path) -> float:
    took = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(100):
            file.write(b"x" * 4096)
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            took.append(1000 * (time.perf_counter() - started))
    return statistics.median(took)


def measure() -> dict[str, float | str]:
    """Return the figures by name."""
    stored: list[float] = []
    reacted: list[float] = []
    firsts: list[float] = []
    pushed: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clock = FakeClock(datetime(END.year, END.month, END.day, 12, tzinfo=UTC))
        statements = folder / "statements"
        statements.mkdir()
        files = write(simulate(DEMO_SEED, months=24, end=END, country="GB"), statements)
        with Engine.open(folder / "me.edge", key=HostKey(bytes(32)), clock=clock, seed=1) as engine:
            for purpose in GRANTED:
                engine.consent.grant(purpose)
            for file in files:
                engine.ingest(file)
            engine.suggestions.connect("push", Phone())
            engine.suggestions.zone = UTC
            account = next(one.key for one in engine.accounts() if one.kind == "current")
            for number in range(DAYS * EACH * 2):
                day, turn = divmod(number, EACH * 2)
                if turn == 0:
                    clock.advance(timedelta(days=1))
                text = f"CORNER SHOP {number % 97}"
                paid = Money(-700 - number, "GBP")
                record = Record(account, END + timedelta(days=day + 1), paid, text, external_id=f"n{number}")
                started = time.perf_counter()
                if turn % 2:
                    engine.ingest([record])
                else:
                    engine.react([record])
                took = 1000 * (time.perf_counter() - started)
                (stored if turn % 2 else firsts if turn == 0 else reacted).append(took)
            for _ in range(100):
                clock.advance(timedelta(days=1))
                engine.decide("push")
                started = time.perf_counter()
                engine.decide("push")
                pushed.append(1000 * (time.perf_counter() - started))
        fsync = _fsync_ms(folder)
    reacted.sort()
    react = statistics.median(reacted)
    return {
        "store_one_p50_ms": statistics.median(stored),
        "react_p50_ms": react,
        "react_p95_ms": reacted[int(0.95 * len(reacted))],
        "react_less_storing_ms": react - statistics.median(stored),
        "first_of_a_day_ms": statistics.median(firsts),
        "decide_on_a_channel_p50_ms": statistics.median(pushed),
        "decide_on_a_channel_less_fsync_ms": statistics.median(pushed) - fsync,
        "one_fsync_ms": fsync,
    }
