"""The circuits whose encoded measurement is a long vector of bits: SumVec, Histogram and MultihotCountVec.

That every element ``b`` is a bit is checked in chunks: call ``k`` of the gadget takes the ``c`` elements of chunk
``k`` and returns ``sum(r**j * b_j * (b_j - 1))`` for a random ``r`` of its own.

The prover uses that its own elements are bits. A wire of bits minus one is, between the roots, a sum of turned kernels:
additions of packed integers instead of a transform. A wire of powers of ``r`` times bits is zero where the bits are, so
a histogram's wires are empty but for one; only dense vectors need the transform.

Source: draft-irtf-cfrg-vdaf-20, sections 7.4.3 to 7.4.5.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from itertools import repeat
from operator import mul
from typing import Final

from edge_engine_sync.circuit import Circuit, Measurement, bounded, counted, positive
from edge_engine_sync.domain import ROTATIONS_LIMIT
from edge_engine_sync.errors import MeasurementInvalid, ParameterInvalid
from edge_engine_sync.field import FIELD128, Field
from edge_engine_sync.ranges import bit_weights, decode_bits, encode_bits

# Elements of a measurement beyond which nobody takes part: a share would have more than 64 MiB.
LARGEST: Final = 1 << 22


def shortest_chunk_length(elements: int) -> int:
    """Return the chunk length with the shortest proof for a measurement of so many elements.

    A proof has ``2 * chunk + 2 * p - 1`` elements, where ``p`` is the next power of two above the number of chunks.

    Args:
        elements: ``length`` of a Histogram; times the bits of ``max_measurement`` for a SumVec; plus the bits of
            ``max_weight`` for a MultihotCountVec.
    """
    positive(elements, "elements", below=LARGEST)
    sizes = [1 << log2 for log2 in range(1, elements.bit_length() + 1)]
    return min((2 * chunk + 2 * size, chunk) for size in sizes for chunk in (-(-elements // (size - 1)),))[1]


class Chunked(Circuit[Measurement, list[int]]):
    """A vector of bits checked in chunks of ``chunk_length``."""

    def __init__(
        self, field: Field, *, measurement_length: int, output_length: int, chunk_length: int, checks: int
    ) -> None:
        positive(chunk_length, "chunk_length", below=LARGEST)
        if measurement_length >= LARGEST:
            raise ParameterInvalid("A measurement of this task would have too many elements.")
        calls = -(-measurement_length // chunk_length)
        super().__init__(
            field,
            measurement_length=measurement_length,
            output_length=output_length,
            arity=2 * chunk_length,
            calls=calls,
            joint_rand_length=calls,
            checks=checks,
        )
        self.chunk_length = chunk_length

    @abstractmethod
    def encode(self, measurement: Measurement) -> list[int]:
        """Return the bits of a measurement."""

    def decode(self, total: list[int]) -> list[int]:
        """Return the sums."""
        return total

    def gadget(self, inputs: list[int]) -> int:
        """Return the sum of products of neighbours."""
        return sum(map(mul, inputs[::2], inputs[1::2]))

    def outputs(self, measurement: list[int], gadget: list[int], shares: int) -> list[int]:
        """Return that all elements are bits."""
        return [sum(gadget)]

    def wires(
        self, measurement: list[int], seeds: list[int], weights: list[int], joint_rand: list[int], shares: int
    ) -> list[int]:
        """Return each wire at the query's point: two for each place of a chunk."""
        modulus, chunk = self.field.modulus, self.chunk_length
        first, counted = weights[0], weights[1 : 1 + self.calls]
        one_share = self.field.inverse(shares) * sum(counted) % modulus
        powered = [r * weight % modulus for r, weight in zip(joint_rand, counted, strict=True)]
        wires = []
        for place in range(chunk):
            # The last chunk may be short: products stop with the elements there are.
            column = measurement[place::chunk]
            wires.append(seeds[2 * place] * first + sum(map(mul, powered, column)))
            wires.append(seeds[2 * place + 1] * first + sum(map(mul, counted, column)) - one_share)
            powered = [r * weight % modulus for r, weight in zip(joint_rand, powered, strict=True)]
        return wires

    def gadget_values(self, measurement: list[int], seeds: list[int], joint_rand: list[int]) -> list[int]:
        """Return the gadget polynomial of a vector of bits.

        At the roots it is zero but for the seeds: ``b * (b - 1) = 0``. Between them the two wires of each place are
        multiplied.
        """
        made, modulus = self.domain, self.field.modulus
        ones = sum(measurement)
        occupied = (
            {place % self.chunk_length for place, bit in enumerate(measurement) if bit} if ones < 99 else ()
        )
        dense_cost = self.chunk_length * made.size.bit_length()
        if made.size > ROTATIONS_LIMIT:
            between = self._between_large(measurement, seeds, joint_rand)
        elif occupied != () and ones + 3 * len(occupied) < dense_cost:
            between = self._between_sparse(measurement, seeds, joint_rand)
        else:
            between = self._between_dense(measurement, seeds, joint_rand)
        values = [0] * (2 * made.size)
        values[0] = self.gadget(seeds) % modulus
        values[1::2] = [value % modulus for value in between]
        return values

    def _powers(self, measurement: list[int], seeds: list[int], joint_rand: list[int]) -> list[list[int]]:
        """Return the first wire of every place at every root, times ``1 / p``, ready for the transform."""
        made, modulus, chunk = self.domain, self.field.modulus, self.chunk_length
        scale = made.inverse_size
        rows = [[seed * scale % modulus for seed in seeds[::2]]]
        for call, r in enumerate(joint_rand):
            power, row = scale, []
            for bit in measurement[call * chunk : (call + 1) * chunk]:
                power = power * r % modulus
                row.append(power if bit else 0)
            rows.append(row + [0] * (chunk - len(row)))
        rows.extend(repeat([0] * chunk, made.size - len(rows)))
        return made.between(rows)

    def _turned(self, measurement: list[int], place: int) -> int:
        """Return the sum, packed, of the kernels turned to where one place of the chunks has a one."""
        rotations = self.domain.rotations
        column = measurement[place :: self.chunk_length]
        return sum([rotations[call] for call, bit in enumerate(column, 1) if bit])

    def _minus_one(self) -> list[int]:
        """Return what a wire that is 1 in every call is between the roots."""
        modulus, made = self.field.modulus, self.domain
        return [value % modulus for value in made.unpack(sum(made.rotations[1 : 1 + self.calls]))]

    def _between_dense(self, measurement: list[int], seeds: list[int], joint_rand: list[int]) -> list[int]:
        made, modulus = self.domain, self.field.modulus
        powers = self._powers(measurement, seeds, joint_rand)
        bits = zip(
            *[made.unpack(self._turned(measurement, place)) for place in range(self.chunk_length)],
            strict=True,
        )
        second = seeds[1::2]
        return [
            sum(map(mul, wires, row)) + near * (sum(map(mul, wires, second)) % modulus) - one * sum(wires)
            for wires, row, near, one in zip(powers, bits, made.kernel, self._minus_one(), strict=True)
        ]

    def _between_large(self, measurement: list[int], seeds: list[int], joint_rand: list[int]) -> list[int]:
        made, modulus, chunk = self.domain, self.field.modulus, self.chunk_length
        powers = self._powers(measurement, seeds, joint_rand)
        scale = made.inverse_size
        padded = measurement + [0] * (chunk * self.calls - len(measurement))
        rows = [[seed * scale % modulus for seed in seeds[1::2]]]
        rows.extend(
            [0 if bit else -scale for bit in padded[at : at + chunk]] for at in range(0, len(padded), chunk)
        )
        rows.extend(repeat([0] * chunk, made.size - len(rows)))
        return [sum(map(mul, left, right)) for left, right in zip(powers, made.between(rows), strict=True)]

    def _between_sparse(self, measurement: list[int], seeds: list[int], joint_rand: list[int]) -> list[int]:
        made, modulus, chunk = self.domain, self.field.modulus, self.chunk_length
        first, second = seeds[::2], seeds[1::2]
        both, alone = sum(map(mul, first, second)) % modulus, sum(first) % modulus
        ones = self._minus_one()
        total = [
            near * ((near * both - one * alone) % modulus)
            for near, one in zip(made.kernel, ones, strict=True)
        ]
        places: dict[int, list[int]] = {}
        for index, bit in enumerate(measurement):
            if bit:
                places.setdefault(index % chunk, []).append(index // chunk)
        for place, calls in places.items():
            wire = [first[place] * near for near in made.kernel]
            other = [second[place] * near - one for near, one in zip(made.kernel, ones, strict=True)]
            turned = made.unpack(self._turned(measurement, place))
            beyond = [0] * made.size
            for call in calls:
                power = pow(joint_rand[call], place + 1, modulus)
                at = call + 1
                kernel = made.kernel[-at:] + made.kernel[:-at]
                beyond = [sofar + power * near for sofar, near in zip(beyond, kernel, strict=True)]
            total = [
                sofar + (w + e) % modulus * t + e % modulus * o
                for sofar, w, e, t, o in zip(total, wire, beyond, turned, other, strict=True)
            ]
        return total


class SumVec(Chunked[Sequence[int]]):
    """A vector of integers between 0 and ``max_measurement``; the result is the sum at each place."""

    def __init__(self, length: int, max_measurement: int, chunk_length: int, field: Field = FIELD128) -> None:
        positive(length, "length")
        positive(max_measurement, "max_measurement", below=2**64)
        if 1 << max_measurement.bit_length() >= field.modulus:
            raise ParameterInvalid("The largest measurement is too large for the field.")
        self.length = length
        self.max_measurement = max_measurement
        self._weights = bit_weights(max_measurement)
        super().__init__(
            field,
            measurement_length=length * len(self._weights),
            output_length=length,
            chunk_length=chunk_length,
            checks=1,
        )

    def encode(self, measurement: Sequence[int]) -> list[int]:
        """Return the bits of every number."""
        most = self.max_measurement
        bits: list[int] = []
        for value in counted(measurement, self.length, most):
            bits += encode_bits(value, most)
        return bits

    def truncate(self, measurement: list[int]) -> list[int]:
        """Return the number at each place."""
        modulus, weights = self.field.modulus, self._weights
        width = len(weights)
        return [
            sum(map(mul, measurement[at : at + width], weights)) % modulus
            for at in range(0, len(measurement), width)
        ]


class Histogram(Chunked[int]):
    """The number of one bucket of ``length``; the result is the count of each."""

    def __init__(self, length: int, chunk_length: int) -> None:
        self.length = positive(length, "length")
        super().__init__(
            FIELD128, measurement_length=length, output_length=length, chunk_length=chunk_length, checks=2
        )

    def encode(self, measurement: int) -> list[int]:
        """Return a one in the bucket and zeros elsewhere."""
        bucket = bounded(measurement, self.length - 1)
        bits = [0] * self.length
        bits[bucket] = 1
        return bits

    def truncate(self, measurement: list[int]) -> list[int]:
        """Return the share as it is."""
        return measurement

    def outputs(self, measurement: list[int], gadget: list[int], shares: int) -> list[int]:
        """Return that all elements are bits and that their sum is one."""
        return [sum(gadget), sum(measurement) - self.field.inverse(shares)]


class MultihotCountVec(Chunked[Sequence[bool]]):
    """A vector of yes and no with at most ``max_weight`` yes; the result is the number of yes at each place.

    The client adds the number of yes, in bits that cannot mean more than ``max_weight``.
    """

    def __init__(self, length: int, max_weight: int, chunk_length: int) -> None:
        self.length = positive(length, "length")
        self.max_weight = positive(max_weight, "max_weight", below=length + 1)
        self._weights = bit_weights(max_weight)
        super().__init__(
            FIELD128,
            measurement_length=length + len(self._weights),
            output_length=length,
            chunk_length=chunk_length,
            checks=2,
        )

    def encode(self, measurement: Sequence[bool]) -> list[int]:
        """Return the vector followed by the bits of its weight."""
        entries = counted(measurement, self.length, 1)
        weight = sum(entries)
        if weight > self.max_weight:
            raise MeasurementInvalid(
                f"At most {self.max_weight} entries of a measurement of this task are true."
            )
        return entries + encode_bits(weight, self.max_weight)

    def truncate(self, measurement: list[int]) -> list[int]:
        """Return the vector without its weight."""
        return measurement[: self.length]

    def outputs(self, measurement: list[int], gadget: list[int], shares: int) -> list[int]:
        """Return that all elements are bits and that the weight is the one that was claimed."""
        claimed = decode_bits(measurement[self.length :], self._weights)
        return [sum(gadget), sum(measurement[: self.length]) - claimed]
