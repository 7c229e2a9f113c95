"""What privacy costs: how far collected sums are from the truth, and whether that is as far as was foretold.

Beside the run's own sums one signal is looked at more closely: what its sums would be with other losses and fewer
people. Its contributions are those of the run; the noise is drawn anew by the servers' own code.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.signals.catalogue import Noise, SignalType
from edge_engine.simulation.aggregate import foretold, sums_of
from edge_engine.simulation.equipment import scaled
from edge_engine.simulation.record import Collecting, rounded
from edge_engine.simulation.report.spread import share_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.signals.catalogue import Catalogue, Signal
    from edge_engine.simulation.record import Aggregate, DeviceRecord, Settings

STUDIED: Final = "active_days"
FACTORS: Final = (0.25, 1.0, 4.0)
COHORTS: Final = (10, 30, 100, 300, 1_000, 3_000, 10_000)
DRAWS: Final = 12
"""Sums drawn for one loss and cohort; with eight entries each, a root mean square is known within a tenth."""

GOAL: Final = 0.95
"""Share of numbers that are to lie within what was foretold."""


class Kept(msgspec.Struct, frozen=True):
    """One signal's sums.

    Attributes:
        signal: Identifier.
        epsilon: Loss of one contribution.
        noise: Who blurs.
        sums: Windows.
        numbers: Entries of all of them.
        within: Numbers no farther from the truth than foretold.
        low: Lower end of the interval of their share.
        high: Its upper end.
        devices: Mean number of contributions of a sum.
        least: Fewest that the servers would tell a sum of.
        told: Sums that they would tell.
        error: Root of the mean squared error of a number.
        foretold: Root of the mean squared error that was foretold.
    """

    signal: str
    epsilon: float
    noise: str
    sums: int
    numbers: int
    within: int
    low: float
    high: float
    devices: float
    least: int
    told: int
    error: float
    foretold: float


class Point(msgspec.Struct, frozen=True):
    """How far off a share of people is, for one loss and cohort.

    Attributes:
        epsilon: Loss of one contribution.
        devices: Of the cohort.
        error: Root of the mean squared error of a share of people, 1 for all of them.
        foretold: What was foretold.
    """

    epsilon: float
    devices: int
    error: float
    foretold: float


class Privacy(msgspec.Struct, frozen=True):
    """What privacy costs.

    Attributes:
        signals: In the order of the catalogue.
        numbers: Of all sums.
        within: Of them no farther off than foretold.
        low: Lower end of the interval of that share.
        high: Its upper end.
        goal: What the share should be.
        studied: The signal that is looked at more closely; empty where no device gave it.
        points: By loss, then cohort.
    """

    signals: tuple[Kept, ...]
    numbers: int
    within: int
    low: float
    high: float
    goal: float
    studied: str
    points: tuple[Point, ...]


class Blurring:
    """Keeps the contributions of the studied signal as devices come.

    Args:
        settings: Of the run.
        catalogue: Of the run, its losses multiplied as the settings say.
    """

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        self._settings, self._catalogue = settings, catalogue
        self._signal = _studied(catalogue)
        self._windows: defaultdict[int, list[DeviceRecord]] = defaultdict(list)

    def add(self, record: DeviceRecord) -> None:
        """Take one device in."""
        for one in record.signals:
            if self._signal is None or one.signal != self._signal.id or not one.shared:
                continue
            if len(self._windows[one.window]) < COHORTS[-1]:
                bare = msgspec.structs.replace(record, suggested=(), signals=(one,))
                self._windows[one.window].append(bare)

    def told(self, aggregates: Sequence[Aggregate]) -> Privacy:
        """Return what privacy costs.

        Args:
            aggregates: The run's own sums.
        """
        by_signal: defaultdict[str, list[Aggregate]] = defaultdict(list)
        for one in aggregates:
            by_signal[one.signal].append(one)
        signals = tuple(_kept(sums) for sums in by_signal.values())
        numbers, within = sum(one.numbers for one in signals), sum(one.within for one in signals)
        low, high = share_interval(within, numbers)
        points = self._points()
        studied = self._signal.id if self._signal is not None and points else ""
        return Privacy(signals, numbers, within, low, high, GOAL, studied, points)

    def _points(self) -> tuple[Point, ...]:
        if self._signal is None or not self._windows:
            return ()
        most = max(self._windows.values(), key=len)
        cohorts = [one for one in COHORTS if one < len(most)] + [min(len(most), COHORTS[-1])]
        return tuple(self._point(self._signal, factor, most[:n]) for factor in FACTORS for n in cohorts)

    def _point(self, signal: Signal, factor: float, cohort: Sequence[DeviceRecord]) -> Point:
        catalogue = scaled(self._catalogue, factor)
        squares, numbers = 0.0, 0
        for draw in range(DRAWS):
            seed = self._settings.seed * DRAWS + draw
            settings = msgspec.structs.replace(self._settings, seed=seed, collecting=Collecting.SAMPLED)
            for one in sums_of(settings, catalogue, cohort):
                squares += sum(
                    (got - truth) ** 2 for got, truth in zip(one.collected, one.truth, strict=True)
                )
                numbers += len(one.truth)
        n = len(cohort)
        deviation, _ = foretold(catalogue.signal(signal.id), n)
        epsilon = catalogue.signal(signal.id).epsilon
        return Point(epsilon, n, rounded(math.sqrt(squares / numbers) / n), rounded(deviation / n))


def _studied(catalogue: Catalogue) -> Signal | None:
    """Return the signal to look at: its noise is the servers' and its entries are numbers of people."""
    fitting = [
        one for one in catalogue if one.noise is Noise.AT_COLLECTION and one.type is SignalType.HISTOGRAM
    ]
    return next((one for one in fitting if one.id == STUDIED), fitting[0] if fitting else None)


def _kept(sums: Sequence[Aggregate]) -> Kept:
    numbers = sum(len(one.truth) for one in sums)
    squares = sum(
        (got - truth) ** 2 for one in sums for got, truth in zip(one.collected, one.truth, strict=True)
    )
    within = sum(sum(one.within) for one in sums)
    low, high = share_interval(within, numbers)
    first = sums[0]
    return Kept(
        signal=first.signal,
        epsilon=first.epsilon,
        noise=first.noise,
        sums=len(sums),
        numbers=numbers,
        within=within,
        low=low,
        high=high,
        devices=rounded(sum(one.devices for one in sums) / len(sums)),
        least=first.least,
        told=sum(one.told for one in sums),
        error=rounded(math.sqrt(squares / numbers)),
        foretold=rounded(math.sqrt(sum(it * it for one in sums for it in one.deviation) / numbers)),
    )
