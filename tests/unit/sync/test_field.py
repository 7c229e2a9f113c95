"""Field elements: their laws, their encoding and what is no element."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine_sync.errors import MalformedMessage
from edge_engine_sync.field import FIELD64, FIELD128, Field

FIELDS = pytest.mark.parametrize("field", [FIELD64, FIELD128], ids=["Field64", "Field128"])


def edges(field: Field) -> list[int]:
    """Elements where carries and reductions happen."""
    return [0, 1, 2, field.modulus - 1, field.modulus - 2, field.modulus >> 1, 255, 256, 2**32 - 1, 2**32]


@FIELDS
def test_a_root_has_its_order_and_no_smaller_one(field: Field) -> None:
    for log2 in (1, 2, 7, field.order_log2):
        root = field.root(log2)
        assert pow(root, 1 << log2, field.modulus) == 1
        assert pow(root, 1 << (log2 - 1), field.modulus) == field.modulus - 1


@FIELDS
def test_an_inverse_is_one(field: Field) -> None:
    for element in edges(field)[1:]:
        assert element * field.inverse(element) % field.modulus == 1


@FIELDS
def test_elements_are_little_endian_and_come_back(field: Field) -> None:
    encoded = field.encode(edges(field))
    assert encoded == b"".join(element.to_bytes(field.size, "little") for element in edges(field))
    assert field.decode(encoded, len(edges(field))) == edges(field)


@FIELDS
@pytest.mark.parametrize("beyond", [0, 1, 2**20])
def test_the_modulus_and_more_are_no_elements(field: Field, beyond: int) -> None:
    largest = 256**field.size - 1
    wrong = min(field.modulus + beyond, largest).to_bytes(field.size, "little")
    good = (field.modulus - 1).to_bytes(field.size, "little")
    assert field.is_canonical(good * 3)
    for place in range(3):
        vector = good * place + wrong + good * (2 - place)
        assert not field.is_canonical(vector)
        with pytest.raises(MalformedMessage, match="modulus"):
            field.decode(vector, 3)


@FIELDS
def test_ones_across_two_elements_are_no_reason_to_refuse(field: Field) -> None:
    pair = (field.modulus - 1, 256 ** (field.size // 2) - 1)
    assert field.decode(field.encode(list(pair)), 2) == list(pair)


@FIELDS
@pytest.mark.parametrize("change", [-1, 1])
def test_a_vector_of_another_length_is_refused(field: Field, change: int) -> None:
    with pytest.raises(MalformedMessage, match="length"):
        field.decode(bytes(3 * field.size + change), 3)
    with pytest.raises(MalformedMessage, match="length"):
        field.decode(bytes(2 * field.size), 3)


@FIELDS
@given(data=st.data())
def test_subtracting_an_encoded_vector_is_subtracting_its_elements(field: Field, data: st.DataObject) -> None:
    element = st.one_of(st.sampled_from(edges(field)), st.integers(0, field.modulus - 1))
    pairs = data.draw(st.lists(st.tuples(st.integers(0, 255), element), min_size=1, max_size=9))
    values, elements = [value for value, _ in pairs], [other for _, other in pairs]
    expected = [(value - other) % field.modulus for value, other in pairs]
    assert field.unpack(field.subtract(values, field.encode(elements))) == expected


@FIELDS
def test_a_difference_that_would_be_the_modulus_is_zero(field: Field) -> None:
    """Where an element is its value, the quick way leaves the modulus itself, in one place or in all."""
    for values in ([7], [7, 200, 7], [0, 0], [0, 255, 1]):
        assert field.subtract(values, field.encode(values)) == bytes(field.size * len(values))
    assert field.subtract([255], field.encode([0])) == field.encode([255])
