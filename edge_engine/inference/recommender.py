"""The recommender: what is expected of suggestions before anything was learned on this device.

It answers what :class:`edge_engine.decisions.ranking.Prior` asks, without knowing the decisions: two arrays of whole
128ths come in, one mean reward a candidate goes out. Which numbers these are is the manifest's to say, and has to be
what this module says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from edge_engine.errors import ModelRefused
from edge_engine.inference.registry import Registry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge_engine.inference.registry import Loaded, Loader

NAME: Final = "recommender"
INTERFACE: Final = 1
"""The meaning of inputs and outputs that this module knows."""

FEATURES: Final = 1
"""Version of the features that it is given; the same as the decisions' own."""

CONTEXT: Final = ("always", "buffer", "spare", "engagement", "fatigue", "investing_appetite")
CANDIDATE: Final = ("always", "saves", "protects", "value", "intrusive")
OUTPUTS: Final = ("reward",)

ONE: Final = 128.0
"""What stands for 1 in features that are kept as whole numbers."""


class Numbers(Protocol):
    """Features: of one context ``float64[6]``, or of candidates ``float64[n, 5]``, whole 128ths."""

    @property
    def numbers(self) -> NDArray[np.float64]:
        """The array."""
        ...


class Recommender:
    """The model, ready to run.

    Args:
        model: With its session.

    Raises:
        ModelRefused: Its features are not the ones that this engine makes.
    """

    def __init__(self, model: Loaded) -> None:
        entry = model.entry
        told = {tensor.name: tuple(tensor.labels) for tensor in entry.inputs}
        if (
            entry.interface != INTERFACE
            or told != {"context": CONTEXT, "candidates": CANDIDATE}
            or entry.number("features") != FEATURES
        ):
            raise ModelRefused("the recommender does not take the features that this engine makes")
        self._run = model.session.run
        self._name = f"{entry.name} {entry.version}"
        self._ridge = entry.number("ridge")

    @classmethod
    def load(cls, models: Loader | None = None) -> Recommender:
        """Load the model that ``models`` gives, which is the shipped one where none is given.

        Raises:
            ModelMissing: It is not installed.
            ModelRefused: Its bytes are refused, or its features are not the ones that this engine makes.
        """
        return cls((models or Registry.default()).load(NAME))

    @property
    def name(self) -> str:
        """Name and version, for the trace."""
        return self._name

    @property
    def ridge(self) -> float:
        """How many observations of one feature it is worth: the posterior's ``ridge`` beside it."""
        return self._ridge

    def means(self, context: Numbers, candidates: Numbers) -> NDArray[np.float64]:
        """Return the mean reward of each candidate, ``float64[n]``, between -1 and 1."""
        given = (context.numbers / ONE).astype(np.float32)[None]
        asked = (candidates.numbers / ONE).astype(np.float32)
        found: NDArray[np.float32] = self._run(OUTPUTS, {"context": given, "candidates": asked})[0]
        return found.astype(np.float64)
