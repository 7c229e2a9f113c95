"""The circuits without joint randomness: Count, and Sum with the polynomial gadget it is made of.

Source: draft-irtf-cfrg-vdaf-20, sections 7.4.1 and 7.4.2.
"""

from __future__ import annotations

from operator import mul
from typing import TYPE_CHECKING

from edge_engine_sync.circuit import Circuit, bounded, positive
from edge_engine_sync.domain import ROTATIONS_LIMIT
from edge_engine_sync.errors import ParameterInvalid
from edge_engine_sync.field import FIELD64, Field
from edge_engine_sync.ranges import bit_weights, decode_bits, encode_bits

if TYPE_CHECKING:
    from collections.abc import Sequence


class Count(Circuit[int, int]):
    """A measurement of 0 or 1; the result is their number of ones."""

    def __init__(self, field: Field = FIELD64) -> None:
        super().__init__(field, measurement_length=1, output_length=1, arity=2, calls=1)

    def encode(self, measurement: int) -> list[int]:
        """Return the measurement itself."""
        return [bounded(measurement, 1)]

    def truncate(self, measurement: list[int]) -> list[int]:
        """Return the share as it is."""
        return measurement

    def decode(self, total: list[int]) -> int:
        """Return the number of ones."""
        return total[0]

    def gadget(self, inputs: list[int]) -> int:
        """Return the product."""
        return inputs[0] * inputs[1]

    def outputs(self, measurement: list[int], gadget: list[int], shares: int) -> list[int]:
        """Return ``x*x - x``."""
        return [gadget[0] - measurement[0]]

    def wires(
        self,
        measurement: list[int],
        seeds: list[int],
        weights: list[int],
        joint_rand: list[int],
        shares: int,
    ) -> list[int]:
        """Return both wires, which carry the same measurement behind different seeds."""
        value = measurement[0] * weights[1]
        return [seeds[0] * weights[0] + value, seeds[1] * weights[0] + value]

    def gadget_values(
        self,
        measurement: list[int],
        seeds: list[int],
        joint_rand: list[int],
    ) -> list[int]:
        """Return the four values of the product polynomial."""
        modulus = self.field.modulus
        near, far = self.domain.kernel
        (first, second), (value,) = seeds, measurement
        return [
            first * second % modulus,
            (first * near + value * far) * (second * near + value * far) % modulus,
            value * value,
            (first * far + value * near) * (second * far + value * near) % modulus,
        ]


class Polynomial(Circuit[int, int]):
    """One polynomial evaluated at every element of an encoded measurement, where it must be zero.

    Args:
        coefficients: Of the polynomial, constant first.
        weights: What each element counts for in the result.
        most: Largest measurement.
    """

    def __init__(self, field: Field, coefficients: Sequence[int], weights: Sequence[int], most: int) -> None:
        calls = len(weights)
        if calls >= ROTATIONS_LIMIT:
            raise ParameterInvalid("A measurement has too many elements for this circuit.")
        super().__init__(
            field,
            measurement_length=calls,
            output_length=1,
            arity=1,
            calls=calls,
            degree=len(coefficients) - 1,
            checks=calls,
        )
        self.most = most
        self._coefficients = tuple(coefficients)
        self._weights = list(weights)

    def encode(self, measurement: int) -> list[int]:
        """Return the measurement as its only element."""
        return [bounded(measurement, self.most)]

    def truncate(self, measurement: list[int]) -> list[int]:
        """Return the weighted sum of the elements."""
        return [decode_bits(measurement, self._weights) % self.field.modulus]

    def decode(self, total: list[int]) -> int:
        """Return the sum."""
        return total[0]

    def gadget(self, inputs: list[int]) -> int:
        """Return the polynomial's value."""
        (point,) = inputs
        total = 0
        for coefficient in reversed(self._coefficients):
            total = total * point + coefficient
        return total

    def outputs(self, measurement: list[int], gadget: list[int], shares: int) -> list[int]:
        """Return the gadget's outputs."""
        return gadget

    def wires(
        self,
        measurement: list[int],
        seeds: list[int],
        weights: list[int],
        joint_rand: list[int],
        shares: int,
    ) -> list[int]:
        """Return the one wire."""
        return [seeds[0] * weights[0] + sum(map(mul, measurement, weights[1:]))]

    def gadget_values(
        self,
        measurement: list[int],
        seeds: list[int],
        joint_rand: list[int],
    ) -> list[int]:
        """Return the polynomial of the wire; between the roots the wire is a sum of few turned kernels."""
        made, modulus, (seed,) = self.domain, self.field.modulus, seeds
        total = 0
        for place, element in enumerate(measurement, 1):
            if element:
                total += element * made.rotations[place]
        between = [seed * near + rest for near, rest in zip(made.kernel, made.unpack(total), strict=True)]
        values = [0] * (2 * made.size)
        values[0] = self.gadget([seed]) % modulus
        values[1::2] = [self.gadget([wire % modulus]) % modulus for wire in between]
        return values


class Sum(Polynomial):
    """A measurement between 0 and ``max_measurement``; the result is their sum.

    Every bit ``b`` of the encoded measurement has ``b*b - b = 0``.
    """

    def __init__(self, max_measurement: int, field: Field = FIELD64) -> None:
        positive(max_measurement, "max_measurement", below=2**64)
        if 1 << max_measurement.bit_length() >= field.modulus:
            raise ParameterInvalid("The largest measurement is too large for the field.")
        super().__init__(field, (0, -1, 1), bit_weights(max_measurement), max_measurement)
        self.max_measurement = max_measurement

    def encode(self, measurement: int) -> list[int]:
        """Return the bits of the measurement."""
        return encode_bits(bounded(measurement, self.most), self.most)
