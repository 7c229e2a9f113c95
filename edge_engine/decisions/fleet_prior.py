"""A prior that a fleet taught: linear in the ranking's features, solved from a noisy sum, published as a small file.

Devices contribute means of feature times target for some of the features (`edge_engine.signals.learning`), and only
their sum with noise is ever seen. Where devices have the mean products ``A`` of features, taken from simulated ones,
the expected mean is ``A w``; the weights that are most probable given the sum, its noise and that weights are small are
the prior. Noise makes it cautious by itself: where it drowns the sum, the weights fall to zero.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import numpy as np
from msgspec import Meta

from edge_engine.decisions.features import CANDIDATE, CONTEXT, FEATURES, ONE
from edge_engine.decisions.posterior import N_CANDIDATE, N_CONTEXT, TARGET_ONE, N, Observation, target
from edge_engine.errors import DecisionError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from edge_engine.decisions.features import Candidates, Context
    from edge_engine.decisions.ranking import Prior

WEIGHT_ONE: Final = 1024
"""What stands for 1 in a published weight; whole numbers have one spelling and so one digest."""

LARGEST_WEIGHT: Final = 4 * WEIGHT_ONE
LARGEST_FILE: Final = 16 * 1024
SPREAD: Final = 0.15
"""How large weights usually are, as standard deviation: an outcome is between -1 and 1 and has 30 weights."""

SAMPLE_SPREAD: Final = 0.1
"""Standard deviation of one device's mean products, whose L1 norm is 1 at most: what is left without any noise."""

_SCHEMA: Final = 1

Weight = Annotated[int, Meta(ge=-LARGEST_WEIGHT, le=LARGEST_WEIGHT)]


Name = Annotated[str, Meta(pattern=r"\A[ -~]{0,128}\Z")]
"""Name of a model; people are shown it, and a control character in it would write over their terminal."""


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a prior comes from.

    Attributes:
        signal: The signal whose sum it was solved from.
        task: Identifier of the task, hexadecimal.
        devices: Over how many devices the sum was.
        epsilon: Privacy loss of each of them.
        after: Name of the prior that was in use while they learned; empty for none.
    """

    signal: Annotated[str, Meta(pattern=r"\A[ -~]{0,64}\Z")]
    task: Annotated[str, Meta(pattern=r"\A[0-9a-f]{0,64}\Z")]
    devices: Annotated[int, Meta(ge=1)]
    epsilon: Annotated[float, Meta(gt=0, le=20)]
    after: Name = ""


class PriorFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A prior as it is published.

    Attributes:
        schema: Of the file: 1.
        features: Version of the features that its weights are for.
        version: Grows with each publication.
        weights: 30 whole 1024ths: of each number of the context its five of the candidate.
        origin: Where it comes from.
        beside: Name of the model that devices expected by while they learned, and that the weights are added to; empty
            where they stand alone.
    """

    schema: int
    features: int
    version: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    weights: Annotated[tuple[Weight, ...], Meta(min_length=N, max_length=N)]
    origin: Origin
    beside: Name = ""

    def encode(self) -> bytes:
        """Return the file's bytes: JSON, of one spelling."""
        return msgspec.json.encode(self) + b"\n"


class LinearPrior:
    """A prior of published weights; the ranking's port ``Prior``.

    Args:
        file: What was published.

    Attributes:
        file: The same.
        weights: ``float64[6, 5]``.
        name: ``fleet-<version>-<first digits of the digest>``.
        ridge: What it is worth beside what a device learns, in outcomes: as many as the recommender. What noise drowned
            was shrunk to nothing when it was solved, so what is left of it is meant; a device that trusts it no more
            than one outcome draws its first choices nearly at random (`docs/trial.md` has the figures).
    """

    ridge: float = 30.0

    def __init__(self, file: PriorFile) -> None:
        self.file = file
        self.weights: NDArray[np.float64] = (
            np.array(file.weights, dtype=np.float64).reshape(N_CONTEXT, N_CANDIDATE) / WEIGHT_ONE
        )
        self.name = f"fleet-{file.version}-{self.digest[:12]}"
        self._in_whole = self.weights / (ONE * ONE)

    @property
    def digest(self) -> str:
        """SHA-256 of the file, hexadecimal."""
        return hashlib.sha256(self.file.encode()).hexdigest()

    @classmethod
    def decode(cls, content: bytes) -> LinearPrior:
        """Read a published prior.

        Raises:
            DecisionError: It is none, is for other features, or is not written in its one spelling.
        """
        try:
            file = msgspec.json.decode(content[: LARGEST_FILE + 1], type=PriorFile)
        except msgspec.MsgspecError:
            raise DecisionError("these bytes are no prior") from None
        if file.schema != _SCHEMA or file.features != FEATURES:
            raise DecisionError("the prior is for another version of the features")
        if file.encode() != content:
            raise DecisionError("the prior is not written as it is published")
        return cls(file)

    def means(self, context: Context, candidates: Candidates) -> NDArray[np.float64]:
        """Return the mean reward of each candidate, ``float64[n]``, between -1 and 1."""
        means: NDArray[np.float64] = candidates.numbers @ (context.numbers @ self._in_whole)
        return np.clip(means, -1.0, 1.0)

    def mean_of(self, row: Observation) -> float:
        """Return the mean reward of what an observation chose."""
        numbers = np.array(row.numbers(), dtype=np.float64)
        mean = float(numbers[:N_CONTEXT] @ self._in_whole @ numbers[N_CONTEXT:])
        return min(max(mean, -1.0), 1.0)


class CorrectedPrior:
    """What a model expects and what a fleet found it to get wrong; the ranking's port ``Prior``.

    Args:
        model: What devices expected by while they learned.
        correction: What they taught beside it.

    Attributes:
        name: Both names.
        ridge: The model's: what is added to it was shrunk already as far as its noise asked for.
    """

    def __init__(self, model: Prior, correction: LinearPrior) -> None:
        self._model, self._correction = model, correction
        self.name = f"{model.name} + {correction.name}"
        self.ridge = model.ridge

    def means(self, context: Context, candidates: Candidates) -> NDArray[np.float64]:
        """Return the mean reward of each candidate, ``float64[n]``, between -1 and 1."""
        expected = self._model.means(context, candidates) + self._correction.means(context, candidates)
        return np.clip(expected, -1.0, 1.0)


def rebase(row: Observation, old: LinearPrior | None, new: LinearPrior | None) -> Observation:
    """Return an observation as it would stand under another prior: its target is the reward less that prior's mean.

    What a device learned under the old prior so stays learned under the new one. Targets are clipped to -2 and 2 and
    rounded to 1024ths; beyond that nothing is lost.
    """
    before, after = (0.0 if one is None else one.mean_of(row) for one in (old, new))
    return Observation(row.features, target(row.target / TARGET_ONE + before, after))


def mean_products(rows: Iterable[Observation]) -> NDArray[np.float64]:
    """Return the mean of ``f f'`` over observations, ``float64[30, 30]``: how features go along with each other.

    Raises:
        DecisionError: There are no observations.
    """
    numbers = np.array([row.numbers() for row in rows], dtype=np.float64) / ONE
    if not len(numbers):
        raise DecisionError("without observations there are no products")
    products = numbers[:, :N_CONTEXT, None] * numbers[:, None, N_CONTEXT:]
    features = products.reshape(len(numbers), N)
    mean: NDArray[np.float64] = features.T @ features / len(numbers)
    return mean


class NoisySum(msgspec.Struct, frozen=True):
    """What the collector got, and what it means.

    Attributes:
        result: The sum of each entry over all devices, noise included.
        labels: What each entry is: ``context.candidate``.
        devices: How many there are.
        center: Value of an entry that stands for nothing.
        steps: How many steps a mean of 1 has.
        deviation: Standard deviation of the noise on each entry, of both servers together.
    """

    result: Sequence[int]
    labels: Sequence[str]
    devices: int
    center: int
    steps: int
    deviation: float


def share_kept(devices: Iterable[Sequence[Observation]], labels: Sequence[str]) -> float:
    """Return how much of devices' means the bound of 1 on their L1 norm leaves, on average; of simulated devices.

    Raises:
        DecisionError: There are no devices, or one without observations.
    """
    places, kept = [_place(label) for label in labels], []
    for rows in devices:
        if not rows:
            raise DecisionError("a device without observations keeps no share of anything")
        numbers = np.array([row.numbers() for row in rows], dtype=np.float64) / ONE
        features = (numbers[:, :N_CONTEXT, None] * numbers[:, None, N_CONTEXT:]).reshape(len(rows), N)
        targets = np.array([row.target for row in rows], dtype=np.float64) / TARGET_ONE
        kept.append(min(1.0, 1.0 / max(float(np.abs(targets @ features[:, places]).sum()) / len(rows), 1e-9)))
    if not kept:
        raise DecisionError("without devices nothing is known of their means")
    return sum(kept) / len(kept)


def solve_weights(
    total: NoisySum, products: NDArray[np.float64], kept: float = 1.0, spread: float = SPREAD
) -> NDArray[np.float64]:
    """Return the most probable weights, ``float64[30]``; those of features that were not counted are 0.

    Args:
        total: The sum.
        products: ``float64[30, 30]``, see :func:`mean_products`.
        kept: How much of the means their bound left, see :func:`share_kept`; the sum is that much too small.
        spread: How large weights usually are.

    Raises:
        DecisionError: The sum and its labels do not belong together, or a number is none.
    """
    places = [_place(label) for label in total.labels]
    if len(places) != len(total.result) or len(set(places)) < len(places) or total.devices < 1:
        raise DecisionError("the sum has not one number for each label, or is over no devices")
    if products.shape != (N, N) or not np.isfinite(products).all():
        raise DecisionError("the products of features are 30 times 30 numbers")
    if not 0.0 < kept <= 1.0:
        raise DecisionError("what is kept of a mean is a share of it")
    unit = total.devices * total.steps * kept
    mean = (np.array(total.result, dtype=np.float64) - total.center * total.devices) / unit
    error = math.hypot(total.deviation / unit, SAMPLE_SPREAD / math.sqrt(total.devices))
    design = products[np.ix_(places, places)]
    precision = design.T @ design + np.eye(len(places)) * (error / spread) ** 2
    weights: NDArray[np.float64] = np.zeros(N)
    weights[places] = np.linalg.solve(precision, design.T @ mean)
    return weights


def publish(
    weights: NDArray[np.float64],
    version: int,
    origin: Origin,
    base: LinearPrior | None = None,
    beside: str = "",
) -> LinearPrior:
    """Return the prior of weights, added to those of the prior that was in use while devices learned.

    Args:
        weights: ``float64[30]``.
        version: Greater than the one published before.
        origin: Where they come from.
        base: The fleet's prior that was in use; None for none.
        beside: Name of the model that was in use, beside that prior or alone; empty for none.

    Raises:
        DecisionError: They are not 30 finite numbers.
    """
    if weights.shape != (N,) or not np.isfinite(weights).all():
        raise DecisionError("a prior has 30 weights, all of them numbers")
    if base is not None and base.file.beside != beside:
        raise DecisionError("the prior that was in use stood beside another model")
    whole = np.rint(weights * WEIGHT_ONE).astype(np.int64)
    if base is not None:
        whole = whole + np.array(base.file.weights, dtype=np.int64)
    clipped = np.clip(whole, -LARGEST_WEIGHT, LARGEST_WEIGHT)
    return LinearPrior(PriorFile(_SCHEMA, FEATURES, version, tuple(map(int, clipped)), origin, beside))


def _place(label: str) -> int:
    context, _, candidate = label.partition(".")
    if context not in CONTEXT or candidate not in CANDIDATE:
        raise DecisionError("a label names a feature of the context and one of the candidate")
    return CONTEXT.index(context) * N_CANDIDATE + CANDIDATE.index(candidate)
