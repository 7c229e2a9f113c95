"""What each benchmark is held against: ``targets.toml``, and whether what was measured keeps it."""

from __future__ import annotations

import statistics
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE: Final = Path(__file__).with_name("targets.toml")


class Verdict(StrEnum):
    """Whether a goal is kept."""

    HIT = "hit"
    MISSED = "missed"
    UNKNOWN = "not measured"


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One goal; the head of the file says what its parts mean."""

    area: str
    name: str
    benchmark: str
    figure: str
    unit: str
    most: float | None = None
    least: float | None = None
    peer: str = ""

    def __post_init__(self) -> None:
        """Refuse a goal without a bound, or with two."""
        if (self.most is None) == (self.least is None):
            raise ValueError(f"{self.figure} needs one of most and least")

    @property
    def goal(self) -> str:
        """The bound in signs."""
        return f"≤ {self.most:g}" if self.most is not None else f"≥ {self.least:g}"

    def judge(self, spread: Spread | None) -> Verdict:
        """Return whether the median of the rounds keeps the goal."""
        if spread is None:
            return Verdict.UNKNOWN
        if self.most is not None:
            return Verdict.HIT if spread.median <= self.most else Verdict.MISSED
        return Verdict.HIT if self.least is not None and spread.median >= self.least else Verdict.MISSED


class Spread(msgspec.Struct, frozen=True):
    """A figure over the rounds of a run.

    Attributes:
        least: The smallest.
        median: The middle.
        most: The largest.
        rounds: How many there were.
    """

    least: float
    median: float
    most: float
    rounds: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Return the spread of one value or more."""
        return cls(min(values), statistics.median(values), max(values), len(values))


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: int
    target: tuple[Target, ...]


def read() -> tuple[Target, ...]:
    """Return the goals in the order of the file."""
    return msgspec.toml.decode(FILE.read_bytes(), type=_File).target
