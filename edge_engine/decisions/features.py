"""What the ranking sees: six numbers about the moment and the person, five about each candidate, and nothing else.

Every number is within -1 and 1 and is kept as a whole number of 128ths, so that sums over them are exact. The model's
features are all products of one of either kind; ``always`` is 1 in both, so each number also stands alone. They are
few on purpose: one person gives some hundred outcomes a year, and what has to be learned from these must be small.

=================== ====================================================================================
context             meaning
=================== ====================================================================================
always              1
buffer              days of usual spending that the lowest coming balance covers, as a share of 60
spare               share of a usual month's income that is left, -1 to 1
engagement          share of weeks with the app in use
fatigue             share of the latest ten suggestions that were closed without a look
investing_appetite  stated appetite for investing
=================== ====================================================================================

=================== ====================================================================================
candidate           meaning
=================== ====================================================================================
always              1
saves               1 where it puts money aside or spends less
protects            1 where it guards against a loss: support, insurance, hedging
value               what it is worth in a year beside a usual month's spending, 1 from a month on
intrusive           1 where it interrupts: a push message, an email, a text or a window
=================== ====================================================================================

A candidate that neither saves nor protects plans what is there: a budget, a reminder, a bill. What is not known is 0.
Nothing rests on a sensitive leaf.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FEATURES: Final = 1
"""Version of the two lists; whatever was learned under another version is not used."""

CONTEXT: Final = (
    "always",
    "buffer",
    "spare",
    "engagement",
    "fatigue",
    "investing_appetite",
)
CANDIDATE: Final = ("always", "saves", "protects", "value", "intrusive")

ONE: Final = 128
"""What stands for 1 in stored features."""

MAX_CANDIDATES: Final = 1_000

_CONTEXT: Final = frozenset(CONTEXT[1:])
_CANDIDATE: Final = frozenset(CANDIDATE[1:])
_CONTEXT_ROW: Final = struct.Struct(f"<{len(CONTEXT)}h")
_CANDIDATE_ROW: Final = struct.Struct(f"<{len(CANDIDATE)}h")


def quantize(values: Sequence[float]) -> list[int]:
    """Return numbers as 128ths, clipped to -1 and 1, halves to even.

    Raises:
        InputError: A number is not finite.
    """
    try:
        return [round(ONE * (1.0 if one > 1.0 else max(one, -1.0))) for one in values]
    except ValueError:
        raise InputError("a feature is not a number") from None


class Context(msgspec.Struct, frozen=True, eq=False):
    """The moment and the person.

    Attributes:
        numbers: ``float64[6]``, whole 128ths.
        stored: The same as int16 little-endian.
    """

    numbers: NDArray[np.float64]
    stored: bytes

    @classmethod
    def of(cls, known: Mapping[str, float]) -> Context:
        """Return the context of what is known by name.

        Raises:
            InputError: A name is not one of :data:`CONTEXT`, or a number is not finite.
        """
        row = _row(known, CONTEXT, _CONTEXT)
        return cls(np.array(row, dtype=np.float64), _CONTEXT_ROW.pack(*row))


class Candidates(msgspec.Struct, frozen=True, eq=False):
    """What may be suggested; made once and ranked in many contexts.

    Attributes:
        numbers: ``float64[n, 5]``, whole 128ths.
        stored: Each of them as int16 little-endian.
        negated: ``float64[5, n]``, minus the numbers: the cheapest of what it is multiplied with is the best.
    """

    numbers: NDArray[np.float64]
    stored: tuple[bytes, ...]
    negated: NDArray[np.float64]

    @classmethod
    def of(cls, known: Sequence[Mapping[str, float]]) -> Candidates:
        """Return candidates of what is known of each by name.

        Raises:
            InputError: There are none or too many, a name is not one of :data:`CANDIDATE`, or a number is not finite.
        """
        if not 0 < len(known) <= MAX_CANDIDATES:
            raise InputError(f"there are 1 to {MAX_CANDIDATES} candidates")
        rows = [_row(one, CANDIDATE, _CANDIDATE) for one in known]
        numbers = np.array(rows, dtype=np.float64)
        stored = tuple(_CANDIDATE_ROW.pack(*row) for row in rows)
        return cls(numbers, stored, np.ascontiguousarray(-numbers.T))

    def __len__(self) -> int:
        return len(self.stored)


def buffer(days: float) -> float:
    """Return the feature ``buffer`` of a number of days."""
    return min(max(days / 60, -1.0), 1.0)


def value(a_year: float, a_month_spent: float) -> float:
    """Return the feature ``value``: two amounts of one currency, in any unit."""
    if not a_month_spent > 0 or not math.isfinite(a_year):
        return 0.0
    return min(max(a_year / a_month_spent, -1.0), 1.0)


def _row(known: Mapping[str, float], names: tuple[str, ...], free: frozenset[str]) -> list[int]:
    if not free.issuperset(known):
        raise InputError(f"there is no feature {min(set(known) - free)}")
    return [ONE, *quantize([known.get(name, 0.0) for name in names[1:]])]
