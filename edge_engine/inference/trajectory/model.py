"""The trajectory model: quantiles of balance and outflow for the coming weeks, and the risk to fall below a buffer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from edge_engine.errors import ModelRefused
from edge_engine.inference.registry import Registry
from edge_engine.inference.trajectory.inputs import AHEAD, PAST, QUERIES, STATE, WEEKS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

    from edge_engine.inference.trajectory.inputs import Inputs

NAME: Final = "trajectory"
INTERFACE: Final = 1
"""The meaning of inputs and outputs that this module knows."""

QUANTILES: Final = (0.1, 0.5, 0.9)
MOST: Final = 512
"""Origins answered in one run, which bounds memory."""

INPUTS: Final = ("weeks", "state", "ahead", "buffers")
OUTPUTS: Final = ("balance", "outflow", "risk")


class Paths(NamedTuple):
    """What the model says at ``n`` origins, in minor units.

    Attributes:
        balance: float64[n, QUERIES, 3], p10, p50 and p90 of the balance at the end of each span.
        outflow: float64[n, QUERIES, 3], the same of the money that leaves within each span.
        risk: float64[n, buffers], chance that the balance stands below the buffer at some time within 30 days.
    """

    balance: NDArray[np.float64]
    outflow: NDArray[np.float64]
    risk: NDArray[np.float64]


class Trajectory:
    """The model, ready to run.

    Args:
        session: The runtime over its checked bytes.
    """

    def __init__(self, session: InferenceSession) -> None:
        self._session = session

    @classmethod
    def load(cls, registry: Registry | None = None) -> Trajectory:
        """Load the published model.

        Raises:
            ModelMissing: It is not installed.
            ModelRefused: Its bytes are refused, or its inputs are not the ones that this engine makes.
        """
        registry = registry or Registry.default()
        entry = registry.entry(NAME)
        shapes = {tensor.name: tensor.shape[1:] for tensor in entry.inputs}
        wanted = {
            "weeks": (PAST, len(WEEKS)),
            "state": (len(STATE),),
            "ahead": (QUERIES, len(AHEAD)),
            "buffers": ("buffers",),
        }
        if entry.interface != INTERFACE or shapes != wanted:
            raise ModelRefused("the trajectory model does not take the inputs that this engine makes")
        return cls(registry.session(NAME))

    def paths(self, given: Inputs, buffers: NDArray[np.float64]) -> Paths:
        """Return what lies ahead.

        Args:
            given: From :func:`edge_engine.inference.trajectory.inputs.inputs`, n origins.
            buffers: float64[n, buffers], minor units.
        """
        asked = (buffers / given.scale[:, None]).astype(np.float32)
        found = [
            self._session.run(
                OUTPUTS,
                {
                    "weeks": given.weeks[at : at + MOST],
                    "state": given.state[at : at + MOST],
                    "ahead": given.ahead[at : at + MOST],
                    "buffers": asked[at : at + MOST],
                },
            )
            for at in range(0, len(asked), MOST)
        ]
        balance, outflow, risk = (
            np.concatenate(parts).astype(np.float64) for parts in zip(*found, strict=True)
        )
        scale = given.scale[:, None, None]
        return Paths(balance * scale + given.balance[:, None, None], outflow * scale, risk)
