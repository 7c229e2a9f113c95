"""Seeded chance in integers alone, so that every platform and Python draws the same household from a seed."""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

PERMILLE: Final = 1000

_WORD: Final = 32
_ONE: Final = 1 << 20
"""Fixed point: 1.0 of the multipliers in ``_POWERS``."""
_STEPS: Final = 64
"""Steps of the power table to a factor of e."""
_REACH: Final = 256
"""Steps the power table reaches either way: multipliers from e^-4 to e^4."""
_STEP: Final = 1_116_826_416_477
"""e^(1/64) in fixed point of 2^40."""
_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


def _powers() -> tuple[int, ...]:
    """Return e^(k/64) for k from -256 to 256 in fixed point of 2^20, by integer products alone."""
    up, value = [], 1 << 40
    for _ in range(_REACH + 1):
        up.append(value)
        value = value * _STEP >> 40
    down = [(1 << 60) // power for power in up]
    return tuple(reversed(down[1:])) + tuple(power >> 20 for power in up)


_POWERS: Final = _powers()


def half_up(numerator: int, denominator: int) -> int:
    """Divide integers, halves rounded away from zero: how banks round money. ``denominator`` is positive."""
    quotient = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -quotient if numerator < 0 else quotient


class Dice:
    """Draws of one named corner of a household.

    Each corner has its own sequence, so that a draw added to one never moves another. Only
    ``random.Random.getrandbits`` is used, whose sequence is the Mersenne Twister's own; no floating point is.

    Args:
        seed: The household's seed.
        *names: What the draws are for.
    """

    __slots__ = ("_bits",)

    def __init__(self, seed: int, *names: str) -> None:
        digest = hashlib.blake2b("\x1f".join((str(seed), *names)).encode(), digest_size=16).digest()
        self._bits = random.Random(int.from_bytes(digest, "big")).getrandbits

    def below(self, bound: int) -> int:
        """Return an integer of 0 to ``bound - 1``."""
        return self._bits(_WORD) * bound >> _WORD

    def between(self, low: int, high: int) -> int:
        """Return an integer of ``low`` to ``high``, both possible."""
        return low + self.below(high - low + 1)

    def chance(self, permille: int) -> bool:
        """Return true ``permille`` times in a thousand."""
        return self.below(PERMILLE) < permille

    def times(self, permille: int) -> int:
        """Return how often what is expected ``permille`` thousandths times happens, with least spread."""
        whole, part = divmod(permille, PERMILLE)
        return whole + self.chance(part)

    def pick(self, options: Sequence[T]) -> T:
        """Return one of ``options``, all as likely."""
        return options[self.below(len(options))]

    def weighted(self, options: Sequence[T], weights: Sequence[int]) -> T:
        """Return one of ``options``, each as likely as its weight says."""
        mark = self.below(sum(weights))
        for option, weight in zip(options, weights, strict=True):
            if mark < weight:
                return option
            mark -= weight
        raise AssertionError("a weight below the sum of all is always met")

    def spread(self, median: int, sigma: int) -> int:
        """Return a value spread around ``median`` as incomes and baskets are: log-normal, cut at four sigma.

        Args:
            median: The middle value, positive.
            sigma: Standard deviation of the logarithm, in thousandths.
        """
        if sigma == 0:
            return median
        # Twelve uniform bytes: an Irwin-Hall sum, mean 12 * 127.5 and standard deviation 256.
        total = sum(self._bits(96).to_bytes(12, "big"))
        step = half_up((total - 1530) * sigma * _STEPS, 256 * PERMILLE)
        step = max(-_REACH, min(_REACH, step))
        return median * _POWERS[step + _REACH] >> 20

    def about(self, value: int, permille: int) -> int:
        """Return ``value`` moved evenly by up to ``permille`` thousandths of it either way."""
        width = value * permille // PERMILLE
        return value + self.between(-width, width) if width else value

    def digits(self, count: int) -> str:
        """Return ``count`` decimal digits."""
        return f"{self.below(10**9):09d}{self.below(10**9):09d}"[:count]

    def code(self, count: int) -> str:
        """Return ``count`` capital letters and digits, as a bank's references use them."""
        return "".join(_ALPHABET[self.below(len(_ALPHABET))] for _ in range(count))
