"""What was learned about the features: a Gaussian over their weights, from sums that are exact.

A reward is modelled as ``prior + weights . features + noise``. Rows of the log hold whole numbers, and the sums over
them (:class:`Posterior` keeps ``A = sum f f'`` and ``b = sum f y`` in units of 2^-14 and so on) are whole numbers below
2^53: exact in float64 whatever the order, so that a replay of the log gives the same sums bit for bit on every
machine, and sums of many devices may be added.

From the sums the posterior follows by one Cholesky factor. Between two of those, every :data:`FOLD` rows, each row
updates a square root of the covariance in place: fast, and positive definite by construction. As everything starts
anew from exact sums so often, rounding does not add up, however many rows come.

Source: the square-root update is Potter's, in Bierman, "Factorization Methods for Discrete Sequential Estimation",
1977, section II.5.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from edge_engine.decisions.features import CANDIDATE, CONTEXT, FEATURES, ONE
from edge_engine.errors import DecisionError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

N_CONTEXT: Final = len(CONTEXT)
N_CANDIDATE: Final = len(CANDIDATE)
N: Final = N_CONTEXT * N_CANDIDATE
"""Features: 30."""

TARGET_ONE: Final = 1024
"""What stands for 1 in a stored target."""

FOLD: Final = 256
"""Rows between two fresh Cholesky factors."""

MAX_ROWS: Final = 1 << 24
"""Rows that a posterior takes; with them the largest sum is 2^52."""

_UNIT: Final = float(ONE * ONE)
_NUMBERS: Final = struct.Struct(f"<{N_CONTEXT + N_CANDIDATE}h")
_ROW: Final = struct.Struct(f"<BB{_NUMBERS.size}sh")
_INT16: Final = np.dtype("<i2")
_HEAD: Final = struct.Struct("<4sBBBBddQH")
_MAGIC: Final = b"EEPS"
_VERSION: Final = 1
_TRIANGLE: Final = N * (N + 1) // 2


class Observation(msgspec.Struct, frozen=True):
    """One row of the log: what was chosen, in which context, and what came of it. Rows are only ever appended.

    Attributes:
        features: Six numbers of the context and five of the chosen candidate, whole 128ths, as int16 little-endian.
        target: Reward less the prior's mean for it, in 1024ths, clipped to -2 and 2.
    """

    features: bytes
    target: int

    def pack(self) -> bytes:
        """Return the row as 26 bytes: version of the row, version of the features, 12 int16 little-endian."""
        return _ROW.pack(_VERSION, FEATURES, self.features, self.target)

    @classmethod
    def unpack(cls, row: bytes) -> Observation:
        """Read a row.

        Raises:
            DecisionError: It is not such a row, or was made under another version of the features.
        """
        if len(row) != _ROW.size:
            raise DecisionError("a row of what was learned has the wrong length")
        version, kind, features, number = _ROW.unpack(row)
        if version != _VERSION or kind != FEATURES:
            raise DecisionError("a row of what was learned is of another version")
        if max(map(abs, _NUMBERS.unpack(features))) > ONE or abs(number) > 2 * TARGET_ONE:
            raise DecisionError("a row of what was learned is out of bounds")
        return cls(features, number)

    def numbers(self) -> tuple[int, ...]:
        """Return the eleven whole numbers."""
        return _NUMBERS.unpack(self.features)


def target(reward: float, prior: float) -> int:
    """Return a reward less the prior's mean as a stored target.

    Raises:
        DecisionError: One of them is not finite.
    """
    if not (math.isfinite(reward) and math.isfinite(prior)):
        raise DecisionError("a reward is a number")
    return round(TARGET_ONE * min(max(reward - prior, -2.0), 2.0))


class Posterior:
    """The weights as a Gaussian; not to be shared between threads.

    Args:
        ridge: How many observations of one feature alone the prior is worth; 1 at least would be cautious, and it
            must be positive: it keeps features that never vary, or are copies of each other, from becoming infinite.
        noise: Standard deviation of a reward around its mean. It moves no mean, only how wide the weights are drawn
            and so how much is explored; seven tenths of the rewards' own lose least in the worlds of the benchmark.

    Attributes:
        rows: How many observations it rests on.
        root: ``float64[30, 31]``: a square root S of the covariance (S S' = covariance), and the mean, both for
            features in whole numbers, each 2^14 times as large as what it means.
        by_context: ``float64[6, 155]``, the same numbers: a row for each number of the context.

    Raises:
        DecisionError: An argument is not positive and finite.
    """

    def __init__(self, ridge: float = 1.0, noise: float = 0.35) -> None:
        if not (1e-6 <= ridge <= 1e6 and 1e-6 <= noise <= 1e6):
            raise DecisionError("ridge and noise lie between 1e-6 and 1e6")
        self._ridge = ridge
        self._noise = noise
        self._variance = noise * noise
        self._a: NDArray[np.float64] = np.zeros((N, N))
        self._b: NDArray[np.float64] = np.zeros(N)
        self._folded = 0
        self._waiting: list[Observation] = []
        self.root: NDArray[np.float64] = np.empty((N, N + 1))
        self.by_context: NDArray[np.float64] = self.root.reshape(N_CONTEXT, N_CANDIDATE * (N + 1))
        # Room for the products of an update, and views of it.
        self._part: NDArray[np.float64] = np.empty(N_CANDIDATE * (N + 1))
        self._part_by_candidate: NDArray[np.float64] = self._part.reshape(N_CANDIDATE, N + 1)
        self._known: NDArray[np.float64] = np.empty(N + 1)
        self._known_row: NDArray[np.float64] = self._known[None, :]
        self._direction: NDArray[np.float64] = np.empty(N)
        self._column: NDArray[np.float64] = self._direction[:, None]
        self._step: NDArray[np.float64] = np.empty((N, N + 1))
        self._factor()

    @property
    def ridge(self) -> float:
        """How many observations of one feature alone the prior is worth."""
        return self._ridge

    @property
    def rows(self) -> int:
        """How many observations it rests on."""
        return self._folded + len(self._waiting)

    @property
    def mean(self) -> NDArray[np.float64]:
        """The mean of the weights, ``float64[30]``."""
        return self.root[:, N] * _UNIT

    @property
    def covariance(self) -> NDArray[np.float64]:
        """The covariance of the weights, ``float64[30, 30]``."""
        half = self.root[:, :N] * _UNIT
        return half @ half.T

    def add(self, row: Observation) -> None:
        """Take an observation in.

        Raises:
            DecisionError: It has taken as many as its sums can hold exactly.
        """
        if self.rows >= MAX_ROWS:
            raise DecisionError("no more can be learned from: the sums would not be exact")
        self._waiting.append(row)
        if len(self._waiting) >= FOLD:
            self._fold()
        else:
            self._update(row)

    def sums(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return ``A`` and ``b`` over all rows: whole numbers, in units of 2^-28 and 2^-24."""
        f, y = _features(self._waiting)
        return self._a + f.T @ f, self._b + f.T @ y

    def snapshot(self) -> bytes:
        """Return everything as bytes; the rows before it are not needed any more to go on.

        Little-endian: ``EEPS``, version, version of the features, numbers of both kinds of features, ridge, noise,
        rows in the sums (u64), rows that wait (u16); then the upper triangle of A row by row and b as int64, then the
        rows that wait as :meth:`Observation.pack` writes them.
        """
        head = _HEAD.pack(
            _MAGIC,
            _VERSION,
            FEATURES,
            N_CONTEXT,
            N_CANDIDATE,
            self._ridge,
            self._noise,
            self._folded,
            len(self._waiting),
        )
        numbers = np.concatenate((self._a[np.triu_indices(N)], self._b)).astype("<i8")
        return head + numbers.tobytes() + b"".join(row.pack() for row in self._waiting)

    @classmethod
    def restore(cls, snapshot: bytes, rows: Iterable[Observation] = ()) -> Posterior:
        """Return a posterior from a snapshot and the rows that came after it.

        It answers bit for bit like the one that was never written down, on one machine and build of numpy; its sums
        are the same everywhere.

        Raises:
            DecisionError: The bytes are not a snapshot, or one of another version.
        """
        middle = _HEAD.size + 8 * (_TRIANGLE + N)
        if len(snapshot) < middle or snapshot[:4] != _MAGIC:
            raise DecisionError("these bytes are not what was learned")
        _, version, *shape, ridge, noise, folded, waiting = _HEAD.unpack_from(snapshot)
        if version != _VERSION or shape != [FEATURES, N_CONTEXT, N_CANDIDATE]:
            raise DecisionError("what was learned is of another version")
        if len(snapshot) != middle + waiting * _ROW.size or waiting >= FOLD or folded > MAX_ROWS:
            raise DecisionError("what was learned is cut short or out of bounds")
        numbers = np.frombuffer(snapshot, "<i8", _TRIANGLE + N, _HEAD.size).astype(np.float64)
        one = cls(ridge, noise)
        one._a[np.triu_indices(N)] = numbers[:_TRIANGLE]
        one._a = np.triu(one._a) + np.triu(one._a, 1).T
        one._b = numbers[_TRIANGLE:].copy()
        one._folded = folded
        one._factor()
        for at in range(middle, len(snapshot), _ROW.size):
            one.add(Observation.unpack(snapshot[at : at + _ROW.size]))
        for row in rows:
            one.add(row)
        return one

    def _update(self, row: Observation) -> None:
        """Move the root by one row: Potter's update, mean and square root in one product."""
        root, known, step = self.root, self._known, self._step
        numbers = np.frombuffer(row.features, _INT16).astype(np.float64)
        # The features are products: they meet the root as the context first and as the candidate then.
        numbers[:N_CONTEXT].dot(self.by_context, self._part)
        numbers[N_CONTEXT:].dot(self._part_by_candidate, known)
        error = row.target / TARGET_ONE - known.item(N)
        known[N] = 0.0
        gain = 1.0 / (self._variance + known.dot(known).item())
        root.dot(known, self._direction)
        known *= gain / (1.0 + math.sqrt(gain * self._variance))
        known[N] = -gain * error
        # The product of a column and a row: BLAS takes less than half the time of broadcasting.
        self._column.dot(self._known_row, step)
        np.subtract(root, step, root)

    def _fold(self) -> None:
        """Add the rows that wait to the sums and start anew from these."""
        self._a, self._b = self.sums()
        self._folded += len(self._waiting)
        self._waiting.clear()
        self._factor()

    def _factor(self) -> None:
        precision = self._a.copy()
        precision[np.diag_indices(N)] += self._ridge * _UNIT * _UNIT
        try:
            # precision = L L', so L'^-1 is a square root of its inverse.
            root = np.linalg.inv(np.linalg.cholesky(precision)).T
        except np.linalg.LinAlgError:
            raise DecisionError("what was learned is not a sum of observations") from None
        self.root[:, :N] = self._noise * root
        self.root[:, N] = root.dot(root.T.dot(self._b)) / TARGET_ONE


def _features(rows: list[Observation]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the features ``float64[rows, 30]`` and the targets ``float64[rows]``, whole numbers both."""
    numbers = np.frombuffer(b"".join(row.features for row in rows), _INT16).astype(np.float64)
    numbers = numbers.reshape(len(rows), N_CONTEXT + N_CANDIDATE)
    products = numbers[:, :N_CONTEXT, None] * numbers[:, None, N_CONTEXT:]
    return products.reshape(len(rows), N), np.array([row.target for row in rows], dtype=np.float64)
