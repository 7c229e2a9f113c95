"""Polynomials by their values: each way of computing beside the definition."""

from __future__ import annotations

import random

import pytest

from edge_engine_sync.domain import ROTATIONS_LIMIT, Domain, domain
from edge_engine_sync.errors import VerificationFailed
from edge_engine_sync.field import FIELD64, FIELD128, Field

SIZES = pytest.mark.parametrize("size", [2, 4, 16, 32])
FIELDS = pytest.mark.parametrize("field", [FIELD64, FIELD128], ids=["Field64", "Field128"])


def interpolate(field: Field, nodes: list[int], values: list[int], point: int) -> int:
    """Lagrange's formula as it stands in books."""
    total = 0
    for at, (node, value) in enumerate(zip(nodes, values, strict=True)):
        term = value
        for other in nodes[:at] + nodes[at + 1 :]:
            term = term * (point - other) * field.inverse(node - other) % field.modulus
        total += term
    return total % field.modulus


def drawn(field: Field, count: int, seed: int = 1) -> list[int]:
    """Elements that look random."""
    dice = random.Random(seed)
    return [dice.randrange(field.modulus) for _ in range(count)]


def test_a_domain_is_made_once() -> None:
    assert domain(FIELD64, 8) is domain(FIELD64, 8)


@FIELDS
@SIZES
def test_values_between_the_roots(field: Field, size: int) -> None:
    made = domain(field, size)
    roots, points = made.double_roots[::2], made.double_roots[1::2]
    polynomials = [drawn(field, size, seed) for seed in range(3)]
    rows = [[p[k] * made.inverse_size % field.modulus for p in polynomials] for k in range(size)]
    found = [[value % field.modulus for value in row] for row in made.between(rows)]
    assert found == [[interpolate(field, roots, p, point) for p in polynomials] for point in points]


@FIELDS
@SIZES
def test_a_sum_of_turned_kernels_is_the_polynomial_of_bits(field: Field, size: int) -> None:
    made = domain(field, size)
    bits = [(7 * place + 3) % 5 % 2 for place in range(size)]
    packed = sum(made.rotations[place] for place, bit in enumerate(bits) if bit)
    expected = [interpolate(field, made.double_roots[::2], bits, point) for point in made.double_roots[1::2]]
    assert [value % field.modulus for value in made.unpack(packed)] == expected


@FIELDS
@SIZES
def test_the_value_at_a_point(field: Field, size: int) -> None:
    made = domain(field, size)
    coefficients = drawn(field, 2 * size - 1)

    def value(point: int) -> int:
        total = 0
        for coefficient in reversed(coefficients):
            total = (total * point + coefficient) % field.modulus
        return total

    values = [value(root) for root in made.double_roots]
    assert made.complete(values[:-1]) == values
    assert made.complete(values) == values
    point = 123456789
    weights, found = made.evaluate(values, point)
    assert found == value(point)
    wire = drawn(field, size, 2)
    at_point = sum(weight * one for weight, one in zip(weights, wire, strict=True)) % field.modulus
    assert at_point == interpolate(field, made.double_roots[::2], wire, point)


def wrong_points(made: Domain) -> list[int]:
    """The roots of unity."""
    return made.double_roots[::2]


@FIELDS
def test_a_root_of_unity_is_no_random_point(field: Field) -> None:
    made = domain(field, 8)
    for point in wrong_points(made):
        with pytest.raises(VerificationFailed, match="root of unity"):
            made.evaluate([0] * 16, point)


def test_a_large_domain_keeps_no_table_of_rotations() -> None:
    assert len(domain(FIELD128, ROTATIONS_LIMIT).rotations) == ROTATIONS_LIMIT
    assert domain(FIELD128, 2 * ROTATIONS_LIMIT).rotations == []
