"""The recommender's network and its training: two small layers, squared error, Adam; numpy alone, seeded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from edge_engine.inference.recommender import CANDIDATE, CONTEXT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Parameters = dict[str, NDArray[np.float64]]

HIDDEN: Final = 24
_FIRST_MOMENT: Final = 0.9
_SECOND_MOMENT: Final = 0.999


class Examples(NamedTuple):
    """What the network learns from, ``n`` choices.

    Attributes:
        given: float64[n, 11], the context and the candidate that was shown, -1 to 1.
        reward: float64[n], what came of it.
    """

    given: NDArray[np.float64]
    reward: NDArray[np.float64]


class Recipe(NamedTuple):
    """How to train.

    Attributes:
        epochs: Passes over the examples.
        batch: Examples a step.
        rate: First learning rate; it falls along a cosine.
        decay: Weight decay.
        seed: Of the start and the order.
    """

    epochs: int = 12
    batch: int = 1024
    rate: float = 5e-3
    decay: float = 1e-4
    seed: int = 0


def begin(seed: int) -> Parameters:
    """Return untrained parameters."""
    chance = np.random.default_rng(seed)
    inputs = len(CONTEXT) + len(CANDIDATE)

    def matrix(rows: int, columns: int) -> NDArray[np.float64]:
        return chance.normal(0.0, 1.0 / np.sqrt(rows), (rows, columns))

    return {
        "in": matrix(inputs, HIDDEN),
        "deep": matrix(HIDDEN, HIDDEN),
        "deep_bias": np.zeros(HIDDEN),
        "out": matrix(HIDDEN, 1) * 0.1,
        "out_bias": np.zeros(1),
    }


def answer(parameters: Parameters, given: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean reward float64[n]."""
    return _forward(parameters, given)[-1]


def _forward(p: Parameters, given: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    # ``always`` is 1 among the inputs, so the first layer needs no bias.
    first = np.tanh(given @ p["in"])
    deep = np.tanh(first @ p["deep"] + p["deep_bias"])
    return first, deep, np.tanh(deep @ p["out"] + p["out_bias"])[:, 0]


def _gradient(p: Parameters, batch: Examples) -> Parameters:
    first, deep, told = _forward(p, batch.given)
    out = (2.0 / len(told) * (told - batch.reward) * (1.0 - told**2))[:, None]
    inner = out @ p["out"].T * (1.0 - deep**2)
    outer = inner @ p["deep"].T * (1.0 - first**2)
    return {
        "in": batch.given.T @ outer,
        "deep": first.T @ inner,
        "deep_bias": inner.sum(0),
        "out": deep.T @ out,
        "out_bias": out.sum(0),
    }


def train(examples: Examples, recipe: Recipe) -> Parameters:
    """Return trained parameters."""
    p = begin(recipe.seed)
    moment = {name: np.zeros_like(value) for name, value in p.items()}
    square = {name: np.zeros_like(value) for name, value in p.items()}
    chance = np.random.default_rng((recipe.seed, 1))
    per_epoch = len(examples.reward) // recipe.batch
    steps = recipe.epochs * per_epoch
    at = 0
    for _ in range(recipe.epochs):
        order = chance.permutation(len(examples.reward))
        for step in range(per_epoch):
            rows = order[step * recipe.batch : (step + 1) * recipe.batch]
            gradient = _gradient(p, Examples(examples.given[rows], examples.reward[rows]))
            rate = recipe.rate * (0.5 + 0.5 * np.cos(np.pi * at / steps))
            at += 1
            for name, slope in gradient.items():
                moment[name] = _FIRST_MOMENT * moment[name] + (1 - _FIRST_MOMENT) * slope
                square[name] = _SECOND_MOMENT * square[name] + (1 - _SECOND_MOMENT) * slope**2
                push = moment[name] / (1 - _FIRST_MOMENT**at)
                width = np.sqrt(square[name] / (1 - _SECOND_MOMENT**at)) + 1e-8
                p[name] = p[name] - rate * (push / width + recipe.decay * p[name])
    return p
