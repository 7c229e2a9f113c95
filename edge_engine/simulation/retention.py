"""Who stays and what staying is worth: the chance of leaving on a day, and lifetime value.

The numbers are ``catalogs/retention.toml``, each with its reason and the range it may be off by. All of them are
assumptions: nobody was observed leaving. The rate of leaving on a day is a settled one and what the first weeks add,
times e to the sum of what trust, tiredness, help, idleness and need of money do, times the group's factor:

``rate = factor * (settled + (start - settled) * 2^(-day / half_life)) * e^(...)``, ``chance = 1 - e^-rate``
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.domain.money import Money
from edge_engine.simulation.dice import half_up

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE: Final = "retention.toml"

DAYS_A_MONTH: Final = 30
_PPM: Final = 1_000_000


class Number(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One assumption: its value, how low and high it could be, why, and what is publicly known nearby."""

    id: str
    value: float
    low: float
    high: float
    reason: str
    source: str


class Margin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an active month is worth in a country, minor units."""

    country: str
    currency: str
    month: int
    reason: str


class GroupFactor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By how much a group's rate differs from the usual one."""

    persona: str
    factor: float
    reason: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: int
    number: tuple[Number, ...]
    margin: tuple[Margin, ...]
    group: tuple[GroupFactor, ...]


@dataclass(frozen=True, slots=True)
class Mood:
    """What makes somebody stay or leave on a day.

    Attributes:
        trust: 0 to 1.
        tired: Suggestions of late, as they are still felt.
        helped: Help received, as it is still remembered; see ``Hazard.remember``.
        idle_days: Days since the app was last opened.
        stressed: Whether they are truly short of money.
    """

    trust: float
    tired: float = 0.0
    helped: float = 0.0
    idle_days: float = 0.0
    stressed: bool = False


@dataclass(frozen=True, slots=True)
class Hazard:
    """All numbers of the retention model.

    Attributes:
        numbers: Assumptions by identifier, in the order of the file.
        values: What each number is now; another analysis may use others.
        margins: What an active month is worth, by country.
        factors: How groups differ.
    """

    numbers: dict[str, Number]
    values: dict[str, float]
    margins: dict[str, Margin]
    factors: dict[str, float]

    @classmethod
    def default(cls) -> Hazard:
        """Return the numbers of ``retention.toml``; read once a process."""
        return _default()

    def changed(self, values: dict[str, float]) -> Hazard:
        """Return the same with some numbers changed.

        Raises:
            KeyError: There is no such number.
        """
        for name in values:
            self.numbers[name]
        return replace(self, values={**self.values, **values})

    def usual(self, day: float) -> float:
        """Return the rate, ``day`` days after the start, of somebody undecided and rested of the usual group."""
        v = self.values
        return v["leave.settled"] + (v["leave.start"] - v["leave.settled"]) * _halved(
            day / v["leave.half_life"]
        )

    def log_factor(self, mood: Mood) -> float:
        """Return the logarithm of the factor by which a mood changes the usual rate."""
        v = self.values
        return (
            v["trust"] * (mood.trust - 0.5)
            + v["tired"] * mood.tired
            + v["helped"] * min(mood.helped, v["helped.most"])
            + v["idle"] * min(mood.idle_days / 7.0, v["idle.most"])
            + v["stressed"] * mood.stressed
        )

    def daily(self, persona: str, day: int, mood: Mood) -> float:
        """Return the chance that somebody who is still there leaves on a day.

        Args:
            persona: Their group.
            day: Days since they began.
            mood: How it is with them.
        """
        rate = self.factors[persona] * self.usual(day) * math.exp(self.log_factor(mood))
        return -math.expm1(-rate)

    def remember(self, helped: float, days: float) -> float:
        """Return what is left of the help remembered after some days; each new help adds 1."""
        return helped * _halved(days / self.values["helped.half_life"])


def _halved(times: float) -> float:
    return math.exp(-math.log(2.0) * times)


@cache
def _default() -> Hazard:
    source = resources.files("edge_engine.simulation").joinpath("catalogs", FILE)
    read = msgspec.toml.decode(source.read_bytes(), type=_File)
    return Hazard(
        {one.id: one for one in read.number},
        {one.id: one.value for one in read.number},
        {one.country: one for one in read.margin},
        {one.persona: one.factor for one in read.group},
    )


def leaves(taste: int, day: int, chance: float) -> bool:
    """Return whether somebody leaves on a day: each day is drawn by itself, the same whatever else happens.

    Two policies on the same people thus differ only where their chances do.

    Args:
        taste: The seed of the person's behaviour.
        day: Day of the run.
        chance: What ``Hazard.daily`` says.
    """
    digest = hashlib.blake2b(f"{taste}\x1fleaves\x1f{day}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") < int(chance * 2.0**64)


def staying(hazard: Hazard, persona: str, moods: Sequence[Mood], days: int, step: int = 1) -> list[float]:
    """Return the probability of still being there at the end of each span of days.

    Args:
        hazard: The numbers.
        persona: Somebody's group.
        moods: How it is with them on each day; the last one goes on.
        days: How many days.
        step: Days of a span; the rate at its middle stands for all of it.
    """
    left, found = 0.0, []
    factor = hazard.factors[persona]
    for first in range(0, days - step + 1, step):
        mood = moods[min(first + step // 2, len(moods) - 1)]
        left += step * factor * hazard.usual(first + step // 2) * math.exp(hazard.log_factor(mood))
        found.append(math.exp(-left))
    return found


def lifetime_value(hazard: Hazard, country: str, kept: Sequence[float]) -> Money:
    """Return what somebody is worth over the months that the file counts.

    Args:
        hazard: The numbers: margin, discount and months.
        country: Whose margin.
        kept: Probability of still being there at the end of each month.

    Returns:
        The sum of the months' margins, each times the probability of being there and discounted; whole minor units.
    """
    margin, v = hazard.margins[country], hazard.values
    weight = 0
    for month, there in enumerate(kept[: int(v["value.months"])], 1):
        weight += round(there * (1.0 + v["value.discount"]) ** (-month / 12.0) * v["value.margin"] * _PPM)
    return Money(half_up(margin.month * weight, _PPM), margin.currency)
