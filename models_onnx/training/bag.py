"""A bag of hashed grams with a linear reading of it, trained in numpy: rows summed, scaled, dropped out, read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Shape:
    """Size of the bag.

    Attributes:
        bits: The table has ``2**bits`` rows.
        width: Numbers in a row.
        leaves: Leaves it tells apart.
    """

    bits: int
    width: int
    leaves: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """What keeps the bag from learning its corpus by heart.

    Attributes:
        gram_dropout: Share of a text's grams that a step does not see.
        dropout: Share of the summed numbers that a step does not see.
        smoothing: Share of the target given to all leaves alike.
        group_loss: Weight of the loss of the group beside that of the leaf.
        decay: Share of a touched row that a step of rate 1 would forget.
    """

    gram_dropout: float = 0.3
    dropout: float = 0.2
    smoothing: float = 0.06
    group_loss: float = 0.5
    decay: float = 0.0


@dataclass(slots=True)
class Bag:
    """The parameters, and Adam's memory of them.

    Attributes:
        table: float32[2**bits, width]; row 0 stays zero.
        reading: float32[width, leaves].
        bias: float32[leaves].
    """

    table: NDArray[np.float32]
    reading: NDArray[np.float32]
    bias: NDArray[np.float32]
    _memory: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = field(default_factory=dict)
    _steps: int = 0

    @classmethod
    def new(cls, shape: Shape, seed: int) -> Bag:
        """Return a bag that knows nothing: rows that no gram ever touches stay zero and say nothing."""
        random = np.random.default_rng(seed)
        table = np.zeros((1 << shape.bits, shape.width), np.float32)
        reading = random.normal(0, shape.width**-0.5, (shape.width, shape.leaves)).astype(np.float32)
        bag = cls(table, reading, np.zeros(shape.leaves, np.float32))
        for name in ("table", "reading", "bias"):
            value = getattr(bag, name)
            bag._memory[name] = (np.zeros_like(value), np.zeros_like(value))
        return bag

    def pooled(self, rows: NDArray[np.int32]) -> NDArray[np.float32]:
        """Return float32[n, width]: the sum of each text's rows over the square root of how many there are."""
        counts, touched, matrix = _sparse(rows, None, 0.0)
        pooled: NDArray[np.float32] = (matrix @ self.table[touched]) / np.sqrt(counts)[:, None]
        return pooled

    def logits(self, rows: NDArray[np.int32]) -> NDArray[np.float32]:
        """Return float32[n, leaves]."""
        chunks = [self.pooled(rows[start : start + 4096]) for start in range(0, len(rows), 4096)]
        return np.concatenate(chunks) @ self.reading + self.bias

    def step(
        self,
        rows: NDArray[np.int32],
        allowed: NDArray[np.float32],
        groups: NDArray[np.float32],
        rate: float,
        recipe: Recipe,
        random: np.random.Generator,
    ) -> float:
        """Learn from one batch and return its mean loss.

        The loss is that of the leaf, smoothed, and a share of that of the leaf's group, so that a text of a known group
        whose leaf is doubtful still lands near.

        Args:
            rows: int32[n, grams], see `training.ngrams`.
            allowed: float32[n, leaves], shares of each leaf that the text may be; they sum to 1.
            groups: float32[leaves, groups], 1 where the leaf is of the group.
            rate: Adam's step.
            recipe: What keeps it from learning by heart.
            random: Source of the dropout.
        """
        self._steps += 1
        counts, touched, matrix = _sparse(rows, random, recipe.gram_dropout)
        scale = (1 / np.sqrt(counts) / (1 - recipe.gram_dropout)).astype(np.float32)[:, None]
        hidden = (matrix @ self.table[touched]) * scale
        kept = (random.random(hidden.shape, np.float32) > recipe.dropout).astype(np.float32) / (
            1 - recipe.dropout
        )
        dropped = hidden * kept
        probability = _softmax(dropped @ self.reading + self.bias)
        target = (1 - recipe.smoothing) * allowed + recipe.smoothing / allowed.shape[1]
        by_group = probability @ groups
        wanted = allowed @ groups
        share = probability * ((wanted / np.maximum(by_group, 1e-9)) @ groups.T)
        error = ((probability - target) + recipe.group_loss * (probability - share)) / len(rows)
        loss = -float(np.mean(np.sum(allowed * np.log(np.maximum(probability, 1e-9)), axis=1)))
        into_hidden = (error @ self.reading.T) * kept * scale
        self._adam("reading", dropped.T @ error, rate, None)
        self._adam("bias", error.sum(axis=0), rate, None)
        self._adam("table", matrix.T @ into_hidden, rate, touched)
        if recipe.decay:
            self.table[touched] *= 1 - rate * recipe.decay
        self.table[0] = 0
        return loss

    def _adam(
        self, name: str, gradient: NDArray[np.float32], rate: float, at: NDArray[np.int64] | None
    ) -> None:
        """One step of Adam; on the table only the rows that the batch touched move."""
        value: NDArray[np.float32] = getattr(self, name)
        first, second = self._memory[name]
        where = slice(None) if at is None else at
        first[where] = 0.9 * first[where] + 0.1 * gradient
        second[where] = 0.999 * second[where] + 0.001 * gradient * gradient
        correct = np.sqrt(1 - 0.999**self._steps) / (1 - 0.9**self._steps)
        value[where] -= rate * correct * first[where] / (np.sqrt(second[where]) + 1e-8)


def _sparse(
    rows: NDArray[np.int32], random: np.random.Generator | None, drop: float
) -> tuple[NDArray[np.float32], NDArray[np.int64], sparse.csr_matrix]:
    """Return the number of grams of each text, the rows touched, and the matrix of texts by touched rows."""
    present = rows != 0
    counts = np.maximum(present.sum(axis=1), 1).astype(np.float32)
    if random is not None:
        present &= random.random(rows.shape, np.float32) > drop
    ids = rows[present]
    touched = np.flatnonzero(np.bincount(ids, minlength=1))
    place = np.zeros(int(rows.max()) + 1, np.int32)
    place[touched] = np.arange(len(touched), dtype=np.int32)
    pointers = np.concatenate(([0], np.cumsum(present.sum(axis=1))))
    matrix = sparse.csr_matrix(
        (np.ones(len(ids), np.float32), place[ids], pointers), shape=(len(rows), len(touched))
    )
    return counts, touched, matrix


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = shifted / shifted.sum(axis=1, keepdims=True)
    return shares
