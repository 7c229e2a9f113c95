"""What if: two settings on the same people and days, device by device, with the difference and how sure it is.

Both runs meet the same households, habits, choices and luck (`device`), so that what differs between two records of one
number is what the settings did. Of each measure the mean difference over devices is told with an interval that holds it
19 times of 20, from the spread of the paired differences; the many measures of one comparison are not corrected for
being many. Devices of the holdout, on which nothing is suggested in either, are left out.

How far off the collected numbers are is compared number by number, as a share of those who gave to it, and each sum
counts once: privacy settings differ in that and in nothing that people notice.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.errors import InputError
from edge_engine.simulation import record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from edge_engine.simulation.record import Aggregate, DeviceRecord, Settings

SURE: Final = 1.959963984540054
"""Standard errors either way that hold the mean 19 times of 20, over many devices."""

FEWEST: Final = 30
"""Pairs below which no interval is told: the mean of few is not normal."""

STAYING: Final = "staying"
_SAME: Final = ("devices", "days", "seed", "end", "countries", "history", "holdout")
"""Settings without which two runs are not of the same people and days."""

_REFUSED: Final = ("closed", "never")


class Measure(msgspec.Struct, frozen=True):
    """Something that can be said of one device.

    Attributes:
        id: Identifier.
        says: In words.
        more: Whether more of it is better; None where it is neither.
    """

    id: str
    says: str
    more: bool | None


class Difference(msgspec.Struct, frozen=True):
    """How two runs differ in one measure.

    Attributes:
        measure: Which.
        first: Mean over the devices of the first.
        second: Mean over those of the second.
        difference: The second's less the first's.
        low: The interval's lower end; null where there are too few pairs.
        high: Its upper end.
    """

    measure: Measure
    first: float
    second: float
    difference: float
    low: float | None
    high: float | None

    @property
    def sure(self) -> bool:
        """Whether the interval leaves out that there is no difference."""
        return self.low is not None and self.high is not None and (self.low > 0.0 or self.high < 0.0)

    @property
    def better(self) -> str:
        """Return ``first`` or ``second`` where one is surely better, else nothing."""
        if not self.sure or self.measure.more is None:
            return ""
        return "second" if (self.difference > 0.0) is self.measure.more else "first"


class Comparison(msgspec.Struct, frozen=True):
    """Two runs beside each other.

    Attributes:
        first: Folder of the first.
        second: Of the second.
        pairs: Devices that are compared.
        changed: Settings that differ, with the value of either.
        differences: By measure; ``staying``, which decides, is the first.
    """

    first: str
    second: str
    pairs: int
    changed: dict[str, tuple[str, str]]
    differences: tuple[Difference, ...]

    @property
    def better(self) -> str:
        """Return ``first`` or ``second`` where more people surely stay with it, else nothing."""
        return self.differences[0].better


def compare(first: Path, second: Path) -> Comparison:
    """Compare two finished runs on the same people and days.

    Raises:
        InputError: A folder holds no finished run, or they are of other people or days.
    """
    settings = record.read_settings(first), record.read_settings(second)
    for name in _SAME:
        if getattr(settings[0], name) != getattr(settings[1], name):
            raise InputError(f"the runs cannot be compared: their {name} differ")
    pairs = [
        (one, other)
        for one, other in zip(record.read_records(first), record.read_records(second), strict=True)
        if not one.holdout
    ]
    if not pairs:
        raise InputError("the runs have no device that is not of the holdout")
    differences = [
        _difference(measure, [(of(one), of(other)) for one, other in pairs]) for measure, of in MEASURES
    ]
    if sums := _sums(record.read_aggregates(first), record.read_aggregates(second)):
        differences.append(_difference(COLLECTED, sums))
    return Comparison(str(first), str(second), len(pairs), changed(*settings), tuple(differences))


def _sums(first: Sequence[Aggregate], second: Sequence[Aggregate]) -> list[tuple[float, float]]:
    """Return how far off the numbers of each sum are that both runs have, in percent of those who gave."""
    other = {(one.signal, one.window): one for one in second}
    return [
        (_off(one), _off(other[one.signal, one.window])) for one in first if (one.signal, one.window) in other
    ]


def _off(one: Aggregate) -> float:
    apart = [abs(got - truth) for got, truth in zip(one.collected, one.truth, strict=True)]
    return 100.0 * _mean(apart) / one.devices


def changed(one: Settings, other: Settings) -> dict[str, tuple[str, str]]:
    """Return the settings in which two runs differ, as JSON; of what they rest on, the digests that differ."""
    found = {
        name: (_told(getattr(one, name)), _told(getattr(other, name)))
        for name in one.__struct_fields__
        if name != "digests" and getattr(one, name) != getattr(other, name)
    }
    for name in sorted({*one.digests, *other.digests}):
        first, second = one.digests.get(name, ""), other.digests.get(name, "")
        if first != second:
            found[f"digest of {name}"] = first, second
    return found


def _told(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _difference(measure: Measure, pairs: Sequence[tuple[float, float]]) -> Difference:
    n = len(pairs)
    apart = [second - first for first, second in pairs]
    mean = sum(apart) / n
    low = high = None
    if n >= FEWEST:
        error = math.sqrt(sum((one - mean) ** 2 for one in apart) / (n - 1) / n)
        low, high = record.rounded(mean - SURE * error), record.rounded(mean + SURE * error)
    return Difference(
        measure,
        record.rounded(sum(first for first, _ in pairs) / n),
        record.rounded(sum(second for _, second in pairs) / n),
        record.rounded(mean),
        low,
        high,
    )


# -- measures -------------------------------------------------------------------------------------------------------


def staying(one: DeviceRecord) -> float:
    """Return what staying is expected to come to: 1 less every day's chance of leaving while the person was there.

    Over many people its mean is the share who stay, as that of ``stayed`` is, with less left to luck: leaving less what
    it was expected to come to is a martingale (Doob). Of one person it may be below 0.
    """
    return 1.0 - sum(one.leaving)


def value_received(one: DeviceRecord) -> float:
    """Return what was received in a year's money, in months of usual spending."""
    return sum(one.value.values()) / max(one.spends, 1)


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0


COLLECTED: Final = Measure("collected", "error of a collected number, % of who gave", more=False)
"""Of sums and not of devices."""

MEASURES: Final[tuple[tuple[Measure, Callable[[DeviceRecord], float]], ...]] = (
    (Measure(STAYING, "share who stay, by the retention model", more=True), staying),
    (Measure("stayed", "share who stayed", more=True), lambda one: float(one.left_on is None)),
    (Measure("trust", "trust at the end, 0 to 1", more=True), lambda one: one.trust[-1]),
    (Measure("tired", "mean tiredness, in suggestions felt", more=False), lambda one: _mean(one.tired)),
    (Measure("opened", "days on which the app was opened", more=True), lambda one: float(len(one.opened))),
    (Measure("value", "value received, in months of spending", more=True), value_received),
    (
        Measure("acted", "suggestions acted upon", more=True),
        lambda one: float(sum(it.reaction == "acted" for it in one.suggested)),
    ),
    (
        Measure("refused", "suggestions closed or refused for ever", more=False),
        lambda one: float(sum(it.reaction in _REFUSED for it in one.suggested)),
    ),
    (Measure("shown", "suggestions shown", more=None), lambda one: float(len(one.suggested))),
    (
        Measure("interruptions", "of them interruptions", more=None),
        lambda one: float(sum(it.intrusive for it in one.suggested)),
    ),
    (
        Measure("expected", "mean reward of a suggestion, as expected", more=True),
        lambda one: _mean([it.expected for it in one.suggested]),
    ),
    (
        Measure("regret", "mean regret of a suggestion", more=False),
        lambda one: _mean([it.regret for it in one.suggested]),
    ),
    (Measure("report_bytes", "bytes sent", more=False), lambda one: float(one.work.report_bytes)),
)
