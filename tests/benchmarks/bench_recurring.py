"""How long recurring streams take on ten thousand transactions, and the candidates beside a plain Python loop."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from typing import TYPE_CHECKING

from edge_engine.insights.recurring import groups, streams
from tests.unit.insights.stories import TAXONOMY, person

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from edge_engine.domain.series import Postings

YEARS = 14
RUNS = 7


def looped(postings: Postings, today: date) -> list[list[int]]:
    """Group rows by merchant, currency and direction as one would without numpy."""
    found: dict[tuple[int, int, bool], list[int]] = defaultdict(list)
    rows = zip(
        postings.merchants.tolist(),
        postings.currencies.tolist(),
        postings.amounts.tolist(),
        postings.days.tolist(),
        postings.transfers.tolist(),
        strict=True,
    )
    last = today.toordinal()
    for at, (merchant, currency, amount, day, transfer) in enumerate(rows):
        if amount and day <= last and not transfer:
            found[merchant, currency, amount > 0].append(at)
    return [group for group in found.values() if len(group) > 1]


def milliseconds(work: Callable[[], object]) -> float:
    """Return the median of several runs after one that is not counted."""
    work()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def measure() -> dict[str, float]:
    """Return the figures by name: rows, and milliseconds of each piece of work."""
    one = person(1, years=YEARS)
    return {
        "rows": float(len(one.postings)),
        "streams_ms": milliseconds(lambda: streams(one.postings, one.today, TAXONOMY)),
        "candidates_packed_ms": milliseconds(lambda: list(groups(one.postings, one.today))),
        "candidates_loop_ms": milliseconds(lambda: looped(one.postings, one.today)),
    }


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:24}{value:10.2f}")
