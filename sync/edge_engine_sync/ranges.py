"""Integers between 0 and a bound as bits that cannot mean anything else.

All weights but the last are powers of two; the last makes the sum of all weights the bound itself. So every choice of
bits is a number in range and no other check is needed.

Source: draft-irtf-cfrg-vdaf-20, section 7.4.2.
"""

from __future__ import annotations

from operator import mul


def bit_weights(most: int) -> list[int]:
    """Return the weight of each bit of integers between 0 and ``most``."""
    rest = most.bit_length() - 1
    return [*[1 << place for place in range(rest)], most - ((1 << rest) - 1)]


def encode_bits(value: int, most: int) -> list[int]:
    """Return the bits of an integer between 0 and ``most``."""
    rest = most.bit_length() - 1
    last = int(value >> rest != 0)
    remaining = value - last * (most - ((1 << rest) - 1))
    return [*[(remaining >> place) & 1 for place in range(rest)], last]


def decode_bits(bits: list[int], weights: list[int]) -> int:
    """Return the integer, or the share of one, that bits or shares of them stand for; not reduced."""
    return sum(map(mul, bits, weights))
