"""Do people stay longer with suggestions than without: against devices that chance left without any.

Everybody counts who was drawn into one of the two, whether or not they agreed to suggestions. A second comparison is
among those alone who agreed in their first week, before suggestions could change much; it is the sharper one, and rests
on that assumption.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.decisions.analysis import MIN_UNITS, ArmTotals, check_ratio, effects
from edge_engine.simulation.record import WEEK, rounded

if TYPE_CHECKING:
    from edge_engine.simulation.record import DeviceRecord, Settings

RECOMMENDING: Final = "recommendations"
LOOKS: Final = 60
"""How often the interval is looked at while devices come in, for the picture."""

FIRST_LOOK: Final = 10
"""Devices of either arm from which on the difference is drawn; that of fewer jumps from one end to the other."""

HOLDOUT: Final = "holdout"
SUGGESTED: Final = "suggested"


class Look(msgspec.Struct, frozen=True):
    """The difference after so many devices.

    Attributes:
        devices: Of both arms, in the order of their numbers.
        difference: Share who stayed with suggestions less share without.
        low: Lower end of the confidence sequence; null while there are too few to tell.
        high: Its upper end.
    """

    devices: int
    difference: float
    low: float | None
    high: float | None


class Stay(msgspec.Struct, frozen=True):
    """Who stayed of some people, with suggestions and without.

    Attributes:
        suggested: Devices that might be suggested something.
        holdout: Devices that chance left without.
        suggested_there: Share there at the end of each week, with suggestions.
        holdout_there: Share there, without.
        looks: The difference on the last day, as devices came in; the last is the result.
        p_value: Of there being no difference; holds at every look.
        decided: Whether the interval leaves out that there is none.
        enough: Whether there are as many devices in both as the interval needs.
    """

    suggested: int
    holdout: int
    suggested_there: tuple[float, ...]
    holdout_there: tuple[float, ...]
    looks: tuple[Look, ...]
    p_value: float
    decided: bool
    enough: bool


class Retention(msgspec.Struct, frozen=True):
    """Who stayed.

    Attributes:
        everybody: Of all devices.
        agreed: Of those who agreed to suggestions within the first week.
        least: Devices that either arm needs before an interval is told.
        ratio_p: Chance, at every look, of arms as unequal as these if chance drew them as it was told to; null without
            two arms.
    """

    everybody: Stay
    agreed: Stay
    least: int
    ratio_p: float | None


class _Arms:
    """Both arms of some people, as they come."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ends = [min((week + 1) * WEEK, settings.days) - 1 for week in range(settings.weeks)]
        self.n = {SUGGESTED: 0, HOLDOUT: 0}
        self._there = {arm: [0] * settings.weeks for arm in self.n}
        self._looks: list[Look] = []

    def add(self, record: DeviceRecord) -> None:
        arm = HOLDOUT if record.holdout else SUGGESTED
        self.n[arm] += 1
        for week, end in enumerate(self._ends):
            self._there[arm][week] += record.left_on is None or record.left_on > end
        every = max(self._settings.devices // LOOKS, 1)
        if min(self.n.values()) >= FIRST_LOOK and sum(self.n.values()) % every == 0:
            self._looks.append(self._look())

    def told(self) -> Stay:
        looks = self._looks
        now = self._look()
        if all(self.n.values()) and (not looks or looks[-1].devices != now.devices):
            looks = [*looks, now]
        found = effects(
            self._totals(HOLDOUT), [self._totals(SUGGESTED)], planned=max(self._settings.devices, 1)
        )[0]
        return Stay(
            self.n[SUGGESTED],
            self.n[HOLDOUT],
            self._shares(SUGGESTED),
            self._shares(HOLDOUT),
            tuple(looks),
            rounded(found.p_value),
            found.decided,
            math.isfinite(found.low),
        )

    def _look(self) -> Look:
        found = effects(
            self._totals(HOLDOUT), [self._totals(SUGGESTED)], planned=max(self._settings.devices, 1)
        )[0]
        low, high = (rounded(one) if math.isfinite(one) else None for one in (found.low, found.high))
        return Look(sum(self.n.values()), rounded(found.difference), low, high)

    def _totals(self, arm: str) -> ArmTotals:
        return ArmTotals.of_counts(arm, self.n[arm], self._there[arm][-1])

    def _shares(self, arm: str) -> tuple[float, ...]:
        n = self.n[arm]
        return tuple(rounded(there / n) for there in self._there[arm]) if n else ()


class Staying:
    """Adds devices up as they come.

    Args:
        settings: Of the run.
    """

    def __init__(self, settings: Settings) -> None:
        self._holdout = settings.holdout
        self._everybody, self._agreed = _Arms(settings), _Arms(settings)

    def add(self, record: DeviceRecord) -> None:
        """Take one device in."""
        self._everybody.add(record)
        if record.consents and RECOMMENDING in record.consents[0]:
            self._agreed.add(record)

    def told(self) -> Retention:
        """Return who stayed."""
        ratio = None
        if 0.0 < self._holdout < 1.0:
            shares = {HOLDOUT: self._holdout, SUGGESTED: 1.0 - self._holdout}
            ratio = rounded(check_ratio(self._everybody.n, shares).p_value)
        return Retention(self._everybody.told(), self._agreed.told(), MIN_UNITS, ratio)
