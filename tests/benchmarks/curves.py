"""What grows with what: costs and memory by the number of transactions and of devices, as tables of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.benchmarks.tables import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.run import Run

TRANSACTIONS: Final = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}
"""Sizes of a store by the ending of a figure's name."""

DEVICES: Final = {"10": 10, "100": 100, "1000": 1_000, "10000": 10_000}
"""Sizes of a fleet by the ending of a figure's name."""


def told(run: Run) -> Iterator[str]:
    """Yield the curves that the run has, as a section of the page."""
    for benchmark, title, sizes in (
        ("growth", "By transactions in the store", TRANSACTIONS),
        ("simulation", "By devices of a simulated fleet", DEVICES),
    ):
        found = run.found.get(benchmark)
        if found is None:
            continue
        rows: dict[str, dict[str, float]] = {}
        for figure, spread in found.spreads.items():
            head, _, end = figure.rpartition("_")
            if end in sizes and not head.endswith("_over"):
                rows.setdefault(head, {})[end] = spread.median
        if rows:
            yield f"\n## {title}\n"
            yield "| | " + " | ".join(f"{number:,}" for number in sizes.values()) + " |"
            yield "|---|" + "---:|" * len(sizes)
            for head, values in rows.items():
                cells = [shown(values[end]) if end in values else "" for end in sizes]
                yield f"| `{head}` | " + " | ".join(cells) + " |"
