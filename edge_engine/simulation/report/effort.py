"""What a device has to do and to send, as counts: what stands for battery and data where neither is simulated."""

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
        ranges: By count.
        transactions: Taken in by all devices, history before day 0 included.
        bytes_sent: By all devices in the whole run.
        refused: Contributions that budgets did not reach for.
    """

    devices: int
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
        self._devices = self._transactions = self._bytes = self._refused = 0

    def add(self, record: DeviceRecord) -> None:
        """Take one device in."""
        months = lived(record, self._settings) / MONTH
        for what in COUNTS:
            n = getattr(record.work, what)
            if n:
                self._found[what].append(n / months)
        self._devices += 1
        self._transactions += record.work.transactions
        self._bytes += record.work.report_bytes
        self._refused += record.refused

    def told(self) -> Effort:
        """Return what they had to do."""
        return Effort(
            self._devices,
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
