"""What people agree to, and what they take back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from edge_engine.simulation.record import rounded

if TYPE_CHECKING:
    from edge_engine.simulation.record import DeviceRecord, Settings


class Uptake(msgspec.Struct, frozen=True):
    """One purpose.

    Attributes:
        purpose: Which.
        on: Share of those who are there who have it on, at the end of each week; null where nobody is there.
        withdrawn: How often it was taken back.
    """

    purpose: str
    on: tuple[float | None, ...]
    withdrawn: int


class Consents(msgspec.Struct, frozen=True):
    """What people agree to.

    Attributes:
        purposes: Each, the most agreed to at the end first.
        there: Devices at the end of each week.
        nothing: Share of devices on which nothing was ever on.
    """

    purposes: tuple[Uptake, ...]
    there: tuple[int, ...]
    nothing: float


class Agreeing:
    """Adds up who agrees to what.

    Args:
        settings: Of the run.
    """

    def __init__(self, settings: Settings) -> None:
        self._on = [Counter[str]() for _ in range(settings.weeks)]
        self._there = [0] * settings.weeks
        self._withdrawn: Counter[str] = Counter()
        self._devices = self._nothing = 0

    def add(self, record: DeviceRecord) -> None:
        """Take one device in."""
        self._devices += 1
        self._nothing += not any(record.consents)
        for week, purposes in enumerate(record.consents):
            self._there[week] += 1
            self._on[week].update(purposes)
        self._withdrawn.update(one.purpose for one in record.withdrawals)

    def told(self) -> Consents:
        """Return who agrees to what."""
        purposes = self._withdrawn.keys() | {purpose for week in self._on for purpose in week}
        found = [
            Uptake(
                purpose,
                tuple(
                    rounded(on[purpose] / there) if there else None
                    for on, there in zip(self._on, self._there, strict=True)
                ),
                self._withdrawn[purpose],
            )
            for purpose in purposes
        ]
        return Consents(
            tuple(sorted(found, key=lambda one: (-(one.on[-1] or 0.0), one.purpose))),
            tuple(self._there),
            rounded(self._nothing / max(self._devices, 1)),
        )
