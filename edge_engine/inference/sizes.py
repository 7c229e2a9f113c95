"""What the size of an amount says of its category: a table beside the model, heard where the text is not sure.

Rents are large and coffees small, in every currency once it is counted in what a dollar buys. The table holds, for
money out and money in, by how much an amount of each size multiplies the odds of each leaf.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import numpy as np

from edge_engine.errors import ModelRefused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

MOST: Final = 2.0
"""By how much a size multiplies or divides a leaf at most, and no published table may say more: where one would have to
be believed beyond that, the prices of one country speak, not sizes."""

UNKNOWN: Final = -1
"""Bucket of an amount of which nothing can be said."""

_Weight = Annotated[float, msgspec.Meta(ge=1 / MOST - 1e-3, le=MOST)]
_Whole = Annotated[int, msgspec.Meta(ge=1, le=10**9)]
_Row = Annotated[list[_Weight], msgspec.Meta(min_length=2, max_length=64)]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    edges: Annotated[list[_Whole], msgspec.Meta(min_length=1, max_length=63)]
    scale: Annotated[dict[str, _Whole], msgspec.Meta(max_length=400)]
    out: dict[str, _Row]
    into: dict[str, _Row]


@dataclass(frozen=True, slots=True)
class Sizes:
    """The table.

    Attributes:
        edges: Where buckets begin but the first, in units of `scale`, growing.
        scale: By currency, how many minor units buy what a dollar buys.
        weights: float32[2, leaves, buckets], for money out and for money in; 1 where nothing is known.
    """

    edges: tuple[int, ...]
    scale: Mapping[str, int]
    weights: NDArray[np.float32]

    @classmethod
    def of(cls, content: bytes, codes: Sequence[int]) -> Sizes:
        """Read the published file.

        Args:
            content: Checked bytes.
            codes: Taxonomy codes of the model's columns.

        Raises:
            ModelRefused: It is no such table.
        """
        try:
            file = msgspec.json.decode(content, type=_File)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise ModelRefused("the sizes of amounts of the categorizer cannot be read") from None
        width = len(file.edges) + 1
        rows = (*file.out.values(), *file.into.values())
        growing = all(low < high for low, high in zip(file.edges, file.edges[1:], strict=False))
        if not growing or any(len(row) != width for row in rows):
            raise ModelRefused("the sizes of amounts of the categorizer do not fit each other")
        even = [1.0] * width
        weights = [[way.get(str(code), even) for code in codes] for way in (file.out, file.into)]
        return cls(tuple(file.edges), file.scale, np.array(weights, np.float32))

    def bucket(self, amount: int, currency: str) -> int:
        """Return how many edges an amount has reached, or `UNKNOWN` for none and in a currency without a scale."""
        scale = self.scale.get(currency)
        if scale is None or not amount:
            return UNKNOWN
        return bisect_right(self.edges, abs(amount) // scale)

    def weighed(
        self, heard: NDArray[np.float32], signs: NDArray[np.int64], buckets: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the probabilities after the sizes were heard; rows sum to 1.

        Args:
            heard: float32[n, leaves].
            signs: int64[n], 1 where money comes in, -1 where it goes out.
            buckets: int64[n], none of them `UNKNOWN`.
        """
        spoken = heard * self.weights[(signs > 0).astype(np.int64), :, buckets]
        weighed: NDArray[np.float32] = spoken / spoken.sum(axis=1, keepdims=True)
        return weighed
