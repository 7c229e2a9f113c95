"""The columns of the categorizer that is trained: the taxonomy's leaves with how common each is."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from training import corpus

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge_engine.domain.category import Taxonomy


@dataclass(frozen=True, slots=True)
class Leaves:
    """The model's columns.

    Attributes:
        ids: Leaf ids, in the order of the taxonomy.
        codes: Their codes.
        prior: float64[leaves], share of each among a household's distinct descriptors.
        groups: float32[leaves, groups], 1 where a leaf is of a group.
        group_codes: Codes of the groups.
    """

    ids: list[str]
    codes: list[int]
    prior: NDArray[np.float64]
    groups: NDArray[np.float32]
    group_codes: list[int]

    @classmethod
    def of(cls, taxonomy: Taxonomy) -> Leaves:
        """Return the columns with the prior of the training's own file."""
        share = tomllib.loads((corpus.HERE / "prior.toml").read_text(encoding="utf-8"))["share"]
        ids = [leaf.id for leaf in taxonomy.leaves]
        names = [group.id for group in taxonomy.groups]
        groups = np.array([[leaf.group == name for name in names] for leaf in taxonomy.leaves], np.float32)
        prior = np.array([share[leaf] for leaf in ids])
        return cls(
            ids,
            [leaf.code for leaf in taxonomy.leaves],
            prior / prior.sum(),
            groups,
            [group.code for group in taxonomy.groups],
        )
