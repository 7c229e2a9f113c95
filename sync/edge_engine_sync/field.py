"""The two prime fields of Prio3 and how their vectors are written.

A vector of field elements lives in one of two forms: a list of Python integers in ``[0, modulus)``, for arithmetic, or
its encoding, little endian and of fixed width, for hashing and sending. Long shares stay encoded as long as possible,
since checking and subtracting encoded vectors costs a fraction of a loop over integers.

Source: draft-irtf-cfrg-vdaf-20, section 6.1.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache

from edge_engine_sync.errors import MalformedMessage

# Elements from which on one long integer is faster than many short ones.
_LONG = 8
_LOW_64 = (1 << 64) - 1


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A prime field whose multiplicative group has a large subgroup of a power of two.

    There are two, below; fields are compared by identity, since they are keys of caches on the shortest ways.

    Attributes:
        modulus: The prime.
        order_log2: Base-2 logarithm of the subgroup's order.
        size: Bytes of an encoded element.
        marker: Bytes that the encoding of every integer at or above the modulus contains. Random elements hardly
            ever do, so one search tells that a long vector is canonical.
    """

    modulus: int
    order_log2: int
    size: int
    marker: bytes

    def root(self, log2: int) -> int:
        """Return the root of unity of order ``2**log2`` that the draft's generator makes."""
        return pow(7, (self.modulus - 1) >> log2, self.modulus)

    def inverse(self, element: int) -> int:
        """Return the multiplicative inverse of an element that is not zero."""
        return pow(element, -1, self.modulus)

    def is_canonical(self, encoded: bytes) -> bool:
        """Tell whether every integer of an encoded vector is below the modulus."""
        if self.marker not in encoded:
            return True
        return max(self.unpack(encoded)) < self.modulus

    def unpack(self, encoded: bytes) -> list[int]:
        """Return the integers of an encoded vector without checking them against the modulus."""
        words = struct.unpack(f"<{len(encoded) // 8}Q", encoded)
        if self.size == 8:
            return list(words)
        return [low | (high << 64) for low, high in zip(words[::2], words[1::2], strict=True)]

    def encode(self, elements: list[int]) -> bytes:
        """Return the encoding of elements in ``[0, modulus)``."""
        if self.size == 8:
            return struct.pack(f"<{len(elements)}Q", *elements)
        words = [0] * (2 * len(elements))
        words[::2] = [element & _LOW_64 for element in elements]
        words[1::2] = [element >> 64 for element in elements]
        return struct.pack(f"<{len(words)}Q", *words)

    def decode(self, encoded: bytes, length: int) -> list[int]:
        """Return the elements of an encoded vector of known length.

        Raises:
            MalformedMessage: The length is wrong or an integer is not below the modulus.
        """
        self.check(encoded, length)
        return self.unpack(encoded)

    def check(self, encoded: bytes, length: int) -> None:
        """Refuse what is not the encoding of a vector of this length.

        Raises:
            MalformedMessage: The length is wrong or an integer is not below the modulus.
        """
        if len(encoded) != length * self.size:
            raise MalformedMessage("A vector of field elements has the wrong length.")
        if not self.is_canonical(encoded):
            raise MalformedMessage("A field element is not below the modulus.")

    def subtract(self, values: list[int], encoded: bytes) -> bytes:
        """Return the encoding of small values less an encoded, canonical vector.

        Args:
            values: Integers in ``[0, 255]``.
            encoded: As many elements.

        Returns:
            Canonical encoding of the differences. Both vectors are taken as one long integer each: since every
            element is below the modulus, ``modulus - element + value`` borrows nothing from its neighbour, and it is
            below ``256**size``.
        """
        length = len(values)
        if length < _LONG:
            pairs = zip(values, self.unpack(encoded), strict=True)
            return self.encode([(value - element) % self.modulus for value, element in pairs])
        spread = bytearray(length * self.size)
        spread[:: self.size] = bytes(values)
        total = _moduli(self, length) - int.from_bytes(encoded, "little") + int.from_bytes(spread, "little")
        difference = total.to_bytes(len(encoded), "little")
        if self.is_canonical(difference):
            return difference
        # An element at or below its value: one chance in 2**64 or less, except for whoever tries.
        pairs = zip(values, self.unpack(encoded), strict=True)
        return self.encode([(value - element) % self.modulus for value, element in pairs])


@lru_cache(maxsize=16)
def _moduli(field: Field, length: int) -> int:
    """Return the modulus in every place of a vector, as one integer."""
    return int.from_bytes(field.modulus.to_bytes(field.size, "little") * length, "little")


FIELD64 = Field(modulus=2**64 - 2**32 + 1, order_log2=32, size=8, marker=b"\xff" * 4)
FIELD128 = Field(modulus=2**128 - 7 * 2**66 + 1, order_log2=66, size=16, marker=b"\xff" * 7)
