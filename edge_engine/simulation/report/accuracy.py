"""How right the models were: categories month by month, and outlooks by how far ahead they look."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.simulation.record import MONTH
from edge_engine.simulation.report.spread import Mean, Ratio

if TYPE_CHECKING:
    from edge_engine.simulation.record import DeviceRecord, Settings

GOAL: Final = 0.8
"""Share of outlooks that come between p10 and p90 where they are as sure as they should be."""


class Horizon(msgspec.Struct, frozen=True):
    """Outlooks so many weeks ahead.

    Attributes:
        quantity: ``balance`` or ``outflow``.
        weeks: Ahead.
        inside: Share between p10 and p90.
        below: Share below p10.
        above: Share above p90.
    """

    quantity: str
    weeks: int
    inside: Mean
    below: Mean
    above: Mean


class Month(msgspec.Struct, frozen=True):
    """Categories of what was booked in 30 days.

    Attributes:
        month: From 0 on.
        right: Of those transactions that were given a category, the share with the true one.
        unsure: Share of all that were given none.
    """

    month: int
    right: Mean
    unsure: Mean


class Accuracy(msgspec.Struct, frozen=True):
    """How right the models were.

    Attributes:
        months: Of the run, whole ones alone.
        drift: Share right in the last whole month less that in the first, over devices that have both; null in a run
            of less than two.
        horizons: By quantity and weeks ahead.
        goal: Share of outlooks that should come inside.
    """

    months: tuple[Month, ...]
    drift: Mean | None
    horizons: tuple[Horizon, ...]
    goal: float


class Judging:
    """Adds up how right the models were.

    Args:
        settings: Of the run.
    """

    def __init__(self, settings: Settings) -> None:
        self._months = settings.days // MONTH
        self._right = [Ratio() for _ in range(self._months)]
        self._unsure = [Ratio() for _ in range(self._months)]
        self._drift = Ratio()
        self._horizons: defaultdict[tuple[str, int], tuple[Ratio, Ratio, Ratio]] = defaultdict(
            lambda: (Ratio(), Ratio(), Ratio())
        )

    def add(self, record: DeviceRecord) -> None:
        """Take one device in."""
        shares = {}
        for one in record.categorized:
            if one.month >= self._months:
                continue
            given = one.right + one.wrong
            self._right[one.month].add(one.right, given)
            self._unsure[one.month].add(one.unsure, given + one.unsure)
            if given:
                shares[one.month] = one.right / given
        if self._months > 1 and 0 in shares and self._months - 1 in shares:
            self._drift.add(shares[self._months - 1] - shares[0])
        for it in record.forecasts:
            for ratio, n in zip(
                self._horizons[it.quantity, it.weeks], (it.inside, it.below, it.above), strict=True
            ):
                ratio.add(n, it.came)

    def told(self) -> Accuracy:
        """Return how right they were."""
        months = enumerate(zip(self._right, self._unsure, strict=True))
        return Accuracy(
            tuple(Month(month, right.told(), unsure.told()) for month, (right, unsure) in months),
            self._drift.told() if self._months > 1 else None,
            tuple(
                Horizon(quantity, weeks, *(one.told() for one in ratios))
                for (quantity, weeks), ratios in sorted(self._horizons.items())
            ),
            GOAL,
        )
