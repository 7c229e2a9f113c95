"""The hash that turns bytes into rows of a table, the same integers here as inside the exported graph.

A text is its first ``WINDOW`` bytes of UTF-8, padded with zeros. Every byte becomes a small symbol: capital and small
letters share one, all digits share one, white space and most punctuation are the symbol 0, which is also the padding:
the start, the end and every gap between words look alike. A gram of ``g`` bytes that ends at position ``i`` is the
integer dot product of its symbols with ``g`` fixed odd weights; its low bits are its row. One matrix product with a
Toeplitz matrix computes them all, exactly, because no sum reaches 2**24, where float32 stops counting by ones. A few
more columns of it hash the first bytes of the text alone: who is paid mostly stands first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WINDOW: Final = 64
"""Bytes of a text that are read."""

PREFIXES: Final = tuple(range(2, 14))
"""How many of the first bytes each of the further columns hashes."""

MAX_SYMBOL: Final = 127
_SEED: Final = 20_241
_KEPT: Final = b"&+'*"
_CONTINUATION: Final = range(0x80, 0xC0)


def symbols() -> NDArray[np.float32]:
    """Return float32[256]: the symbol of each byte, a whole number from 0 to ``MAX_SYMBOL``."""
    random = np.random.default_rng(_SEED)
    values = random.permutation(np.arange(1, MAX_SYMBOL + 1))
    table = np.zeros(256, np.float32)
    following = iter(values)
    digit = next(following)
    for byte in range(256):
        if byte in _KEPT or 0x61 <= byte <= 0x7A or byte >= 0xA0:
            table[byte] = next(following, None) or values[byte % len(values)]
    for byte in range(0x30, 0x3A):
        table[byte] = digit
    for byte in range(0x41, 0x5B):
        table[byte] = table[byte + 0x20]
    for byte in range(0x80, 0xA0):  # É is C3 89 and é is C3 A9: the second bytes share a symbol
        table[byte] = table[byte + 0x20]
    return table


def toeplitz(grams: Sequence[int], window: int = WINDOW) -> NDArray[np.float32]:
    """Return float32[window, places(grams)]: column ``k * window + i`` weighs the gram ``k`` ending at ``i``.

    The last columns weigh the first bytes, one column a length of ``PREFIXES``.
    """
    random = np.random.default_rng(_SEED + 1)
    matrix = np.zeros((window, places(grams, window)), np.float32)
    for column, gram in enumerate(grams):
        largest = (2**24 - 1) // (MAX_SYMBOL * gram)
        weights = random.integers(1, largest, gram) | 1
        for end in range(window):
            for back in range(gram):
                if (start := end - back) >= 0:
                    matrix[start, column * window + end] = weights[back]
    for column, length in enumerate(PREFIXES, start=window * len(grams)):
        matrix[:length, column] = random.integers(1, (2**24 - 1) // (MAX_SYMBOL * length), length) | 1
    return matrix


def places(grams: Sequence[int], window: int = WINDOW) -> int:
    """Return how many rows of the table a text of ``window`` bytes names at most."""
    return window * len(grams) + len(PREFIXES)


def encode(texts: Sequence[str], window: int = WINDOW) -> NDArray[np.uint8]:
    """Return uint8[n, window]: the first bytes of each text, padded with zeros."""
    packed = b"".join(text.encode("utf-8", "replace")[:window].ljust(window, b"\0") for text in texts)
    return np.frombuffer(packed, np.uint8).reshape(len(texts), window)


def rows(texts: Sequence[str], grams: Sequence[int], bits: int) -> NDArray[np.int32]:
    """Return the row of every gram of every text, int32[n, places(grams)]; 0 is the empty gram.

    Args:
        texts: As banks write them.
        grams: Sizes of the grams.
        bits: The table has ``2**bits`` rows; at most 24.
    """
    values = symbols()[encode(texts)]
    out = np.empty((len(texts), places(grams)), np.int32)
    matrix = toeplitz(grams)
    for start in range(0, len(texts), 8192):
        product = values[start : start + 8192] @ matrix
        out[start : start + 8192] = product.astype(np.int32) & ((1 << bits) - 1)
    return out
