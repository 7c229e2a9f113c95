"""Bits that cannot mean a number out of range."""

from __future__ import annotations

from itertools import product

import pytest

from edge_engine_sync.ranges import bit_weights, decode_bits, encode_bits


@pytest.mark.parametrize("most", [1, 2, 3, 5, 7, 8, 100, 255, 256, 1337])
def test_every_number_in_range_comes_back(most: int) -> None:
    weights = bit_weights(most)
    assert len(weights) == most.bit_length()
    for value in range(most + 1):
        bits = encode_bits(value, most)
        assert set(bits) <= {0, 1}
        assert decode_bits(bits, weights) == value


@pytest.mark.parametrize("most", [1, 2, 5, 6, 8, 13])
def test_no_bits_mean_a_number_out_of_range(most: int) -> None:
    meant = {decode_bits(list(bits), bit_weights(most)) for bits in product((0, 1), repeat=most.bit_length())}
    assert meant == set(range(most + 1))
