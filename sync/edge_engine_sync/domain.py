"""Polynomials given by their values at roots of unity: the only form in which Prio3 needs them.

A wire polynomial of a proof has ``p`` values, one for each ``p``-th root of unity; a gadget polynomial has ``2p``, of
which those at even places belong to the same roots. What Prio3 asks of them is the values between the given ones, and
the value at a random point.

Source: draft-irtf-cfrg-vdaf-20, section 6.1.3, for the order of values; the ways of computing are this package's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, repeat
from operator import add, mul, sub
from typing import TYPE_CHECKING

from edge_engine_sync.errors import VerificationFailed

if TYPE_CHECKING:
    from edge_engine_sync.field import Field

# Above this many values the table of rotations (quadratic in it) gives way to the transform.
ROTATIONS_LIMIT = 256


@dataclass(frozen=True, slots=True)
class Domain:
    """The ``p``-th roots of unity of a field, with what is computed from them once.

    Attributes:
        field: The field.
        size: ``p``, a power of two of at least 2.
        inverse_size: ``1 / p``.
        scaled: ``w**i / p`` for each root.
        odd_root: The root of order ``2p``; it leads from a root of unity to the point between it and the next.
        double_roots: The ``2p`` powers of ``odd_root``.
        kernel: ``h[i]`` is the value at ``odd_root * w**i`` of the polynomial that is 1 at 1 and 0 at the other
            roots. By symmetry a polynomial with values ``a`` has ``sum(a[k] * h[i - k])`` there.
        slot: Bytes between two elements of a packed vector, wide enough for sums without carries.
        rotations: ``h`` turned by ``k`` places, packed in one integer; empty above ``ROTATIONS_LIMIT``.
        inverse_steps: Twiddle factors of the inverse transform, widest step first.
        shifted_steps: Twiddle factors of the transform to the points between, narrowest step first.
    """

    field: Field
    size: int
    inverse_size: int
    scaled: list[int]
    odd_root: int
    double_roots: list[int]
    kernel: list[int]
    slot: int
    rotations: list[int]
    inverse_steps: list[list[int]]
    shifted_steps: list[list[int]]

    def pack(self, elements: list[int]) -> int:
        """Return elements side by side in one integer."""
        return int.from_bytes(b"".join([x.to_bytes(self.slot, "little") for x in elements]), "little")

    def unpack(self, packed: int) -> list[int]:
        """Return the elements of a packed vector; sums of elements come out unreduced."""
        slot, width = self.slot, self.slot * self.size
        raw = packed.to_bytes(width, "little")
        read = int.from_bytes
        return [read(raw[at : at + slot], "little") for at in range(0, width, slot)]

    def between(self, rows: list[list[int]]) -> list[list[int]]:
        """Return values at the points between the roots, for many polynomials at once.

        Args:
            rows: ``rows[k][j]`` is the value of polynomial ``j`` at root ``k``, times ``inverse_size``; ``size`` rows.

        Returns:
            ``rows[i][j]`` at ``odd_root * w**i``, not reduced.
        """
        modulus = self.field.modulus
        rows = list(rows)
        for twiddles in self.inverse_steps:
            half = len(twiddles)
            for start in range(0, self.size, 2 * half):
                for place, twiddle in enumerate(twiddles, start):
                    upper, lower = rows[place], rows[place + half]
                    rows[place] = list(map(add, upper, lower))
                    rows[place + half] = [
                        (u - v) * twiddle % modulus for u, v in zip(upper, lower, strict=True)
                    ]
        for twiddles in self.shifted_steps:
            half = len(twiddles)
            for start in range(0, self.size, 2 * half):
                for place, twiddle in enumerate(twiddles, start):
                    upper = rows[place]
                    lower = [v * twiddle % modulus for v in rows[place + half]]
                    rows[place] = list(map(add, upper, lower))
                    rows[place + half] = list(map(sub, upper, lower))
        return rows

    def weights(self, point: int) -> list[int]:
        """Return what each value counts for at a point: the Lagrange basis there.

        Uses ``(x**p - 1) / (x - w**i) = (x + w**i)(x**2 + w**2i)(x**4 + w**4i)...``, whose later factors are shared,
        so that nothing is inverted.
        """
        modulus, roots = self.field.modulus, self.double_roots[::2]
        powers = [point]
        while 1 << len(powers) < self.size:
            powers.append(powers[-1] * powers[-1] % modulus)
        step = self.size >> 1
        products = [(powers[-1] + root) % modulus for root in roots[::step]]
        for power in reversed(powers[:-1]):
            step >>= 1
            products = [
                (power + root) * product % modulus
                for root, product in zip(roots[::step], products * 2, strict=True)
            ]
        return [product * scale % modulus for product, scale in zip(products, self.scaled, strict=True)]

    def complete(self, values: list[int]) -> list[int]:
        """Return all ``2p`` values of a gadget polynomial from those that a proof carries.

        A polynomial of degree ``2p - 2`` is sent without its last value; that its highest coefficient is zero gives
        it back: ``sum(values[i] * root**i) = 0``.
        """
        if len(values) == 2 * self.size:
            return values
        total = sum(map(mul, values, self.double_roots))
        return [*values, -total * self.odd_root % self.field.modulus]

    def evaluate(self, values: list[int], point: int) -> tuple[list[int], int]:
        """Return the weights of wire values at a point and the value of a gadget polynomial there.

        Args:
            values: All ``2p`` values of the gadget polynomial.
            point: Where; a random element that client and proof cannot know.

        Raises:
            VerificationFailed: The point is a root of unity, where the value would tell of the measurement.
        """
        modulus = self.field.modulus
        power = pow(point, self.size, modulus)
        if power == 1:
            raise VerificationFailed("The random point of a proof is a root of unity.")
        weights = self.weights(point)
        shifted = self.weights(point * self.double_roots[-1] % modulus)
        even = sum(map(mul, values[::2], weights)) % modulus
        odd = sum(map(mul, values[1::2], shifted)) % modulus
        half = (modulus + 1) >> 1
        return weights, (even * (power + 1) + odd * (1 - power)) * half % modulus


@lru_cache(maxsize=32)
def domain(field: Field, size: int) -> Domain:
    """Return the domain of a size that is a power of two of at least 2; made once."""
    modulus = field.modulus
    log2 = size.bit_length() - 1
    odd_root = field.root(log2 + 1)
    double_roots = list(accumulate(repeat(odd_root, 2 * size - 1), lambda x, y: x * y % modulus, initial=1))
    inverse_size = field.inverse(size)
    kernel = [-2 * inverse_size * field.inverse(x - 1) % modulus for x in double_roots[1::2]]
    inverse_steps, shifted_steps = [], []
    for level in range(1, log2 + 1):
        half = 1 << (level - 1)
        stride = size // half
        # Roots of order 2**level are every (2p / 2**level)-th power; the shifted ones lie half a step further.
        inverse_steps.append([double_roots[-stride * i % (2 * size)] for i in range(half)])
        shifted_steps.append([double_roots[stride * i + stride // 2] for i in range(half)])
    inverse_steps.reverse()
    made = Domain(
        field=field,
        size=size,
        inverse_size=inverse_size,
        scaled=[root * inverse_size % modulus for root in double_roots[::2]],
        odd_root=odd_root,
        double_roots=double_roots,
        kernel=kernel,
        slot=field.size + 4,
        rotations=[],
        inverse_steps=inverse_steps,
        shifted_steps=shifted_steps,
    )
    if size <= ROTATIONS_LIMIT:
        made.rotations.extend(made.pack(kernel[-k:] + kernel[:-k] if k else kernel) for k in range(size))
    return made
