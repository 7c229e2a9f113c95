"""Seeded worlds in which rewards are linear in the features, and a plain Thompson sampler to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge_engine.decisions.features import CANDIDATE, CONTEXT, Candidates, Context
from edge_engine.decisions.posterior import N_CANDIDATE, N_CONTEXT, N, Observation

if TYPE_CHECKING:
    from numpy.typing import NDArray

SCALE = 128.0


def any_context(rng: np.random.Generator) -> Context:
    """Return a context of numbers between -1 and 1."""
    return Context.of(dict(zip(CONTEXT[1:], rng.uniform(-1, 1, N_CONTEXT - 1).tolist(), strict=True)))


def any_candidates(rng: np.random.Generator, n: int) -> Candidates:
    """Return candidates of numbers between -1 and 1."""
    rows = rng.uniform(-1, 1, (n, N_CANDIDATE - 1)).tolist()
    return Candidates.of([dict(zip(CANDIDATE[1:], row, strict=True)) for row in rows])


def single_candidates() -> Candidates:
    """Return one candidate for each candidate feature, with that feature alone: as many separate linear models."""
    numbers = SCALE * np.eye(N_CANDIDATE)
    stored = tuple(row.astype("<i2").tobytes() for row in numbers)
    return Candidates(numbers, stored, np.ascontiguousarray(-numbers.T))


def features(context: Context, candidates: Candidates) -> NDArray[np.float64]:
    """Return the products, ``float64[n, 30]``."""
    products = candidates.numbers[:, None, :] * context.numbers[None, :, None] / SCALE**2
    return products.reshape(len(candidates), N)


def any_row(rng: np.random.Generator) -> Observation:
    """Return an observation of no particular world."""
    numbers = rng.integers(-128, 129, N_CONTEXT + N_CANDIDATE).astype("<i2")
    return Observation(numbers.tobytes(), int(rng.integers(-2048, 2049)))


class PlainSampler:
    """Linear Thompson sampling as a textbook writes it: the covariance is inverted for each choice."""

    def __init__(self, ridge: float, noise: float, rng: np.random.Generator) -> None:
        self.precision = ridge * np.eye(N)
        self.moment: NDArray[np.float64] = np.zeros(N)
        self._noise = noise
        self._rng = rng

    def choose(self, rows: NDArray[np.float64]) -> int:
        covariance = np.linalg.inv(self.precision)
        weights = self._rng.multivariate_normal(
            covariance @ self.moment, self._noise**2 * covariance, method="cholesky"
        )
        return int((rows @ weights).argmax())

    def learn(self, row: NDArray[np.float64], reward: float) -> None:
        self.precision += np.outer(row, row)
        self.moment += reward * row
