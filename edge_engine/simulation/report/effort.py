"""What a device has to do and to send, as counts: what stands for battery and data where neither is simulated.

Counts are told for 30 days. What comes of rows is divided by the days that the rows are of, the months before day 0
included, which a device takes in at once; all else by the days that it was lived. Who left within 30 days is not
counted: a day or two multiplied by thirty would say what no device ever did.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.simulation.record import MONTH, rounded
from edge_engine.simulation.report.received import lived
from edge_engine.simulation.report.spread import quantile

if TYPE_CHECKING:
    from edge_engine.simulation.record import DeviceRecord, Settings

COUNTS: Final = (
    "report_bytes", "reports", "transactions", "rows", "categorizer", "looks", "rankings", "outlooks", "imports"
)  # fmt: skip


OF_ROWS: Final = ("transactions", "rows", "categorizer")
"""Counts that the months before day 0 have their part in."""


class Range(msgspec.Struct, frozen=True):
    """One count over the devices that have any of it.

    Attributes:
        what: Its name in `simulation.record.Work`; for 30 days.
        devices: That have any.
        p10: One device of ten has less.
        median: Half have less.
        p90: Nine of ten have less.
        most: Of any device.
        mean: Of all.
    """

    what: str
    devices: int
    p10: float
    median: float
    p90: float
    most: float
    mean: float


class Effort(msgspec.Struct, frozen=True):
    """What devices had to do.

    Attributes:
        devices: All there are.
        there: Of them, those that were there for 30 days or the whole run: the ranges are over these.
        ranges: By count.
        transactions: Taken in by all devices, history before day 0 included.
        bytes_sent: By all devices in the whole run.
        refused: Contributions that budgets did not reach for.
    """

    devices: int
    there: int
    ranges: tuple[Range, ...]
    transactions: int
    bytes_sent: int
    refused: int


class Working:
    """Adds up what devices had to do.

    Args:
        settings: Of the run.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._found: defaultdict[str, list[float]] = defaultdict(list)
        self._devices = self._there = self._transactions = self._bytes = self._refused = 0

    def add(self, record: DeviceRecord) -> None:
        """Take one device in."""
        days = lived(record, self._settings)
        if days >= min(MONTH, self._settings.days):
            self._there += 1
            for what in COUNTS:
                n = getattr(record.work, what)
                if n:
                    of = days + self._settings.history * MONTH if what in OF_ROWS else days
                    self._found[what].append(n * MONTH / of)
        self._devices += 1
        self._transactions += record.work.transactions
        self._bytes += record.work.report_bytes
        self._refused += record.refused

    def told(self) -> Effort:
        """Return what they had to do."""
        return Effort(
            self._devices,
            self._there,
            tuple(_range(what, sorted(self._found[what])) for what in COUNTS if self._found[what]),
            self._transactions,
            self._bytes,
            self._refused,
        )


def _range(what: str, ordered: list[float]) -> Range:
    p10, median, p90 = (rounded(quantile(ordered, share)) for share in (0.1, 0.5, 0.9))
    return Range(
        what, len(ordered), p10, median, p90, rounded(ordered[-1]), rounded(sum(ordered) / len(ordered))
    )
