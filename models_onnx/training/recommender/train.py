"""Trains the recommender on simulated people and publishes it: ``make train-recommender``.

What people do is made up by the behaviour model: no person's account, choice or taste is used. A year of each is
lived with suggestions chosen at random among those that conditions and guards let through. One thread; the same digest
on the same machine with the same versions.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Final

import numpy as np
import onnxruntime

from edge_engine.inference import golden
from edge_engine.inference.manifest import Source
from edge_engine.inference.recommender import CANDIDATE, CONTEXT, FEATURES, INTERFACE, NAME, ONE, OUTPUTS
from edge_engine.simulation.behaviour import Assumptions
from edge_engine.simulation.suggestions import Life, World
from training import publication
from training.recommender import graph
from training.recommender.network import Examples, Recipe, answer, train

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.decisions.features import Candidates, Context

VERSION: Final = 1
SEED: Final = 11
PEOPLE: Final = 6_000
HELD_OUT: Final = 600
"""People that the figures are told of, not learned from."""

RECIPE: Final = Recipe()
RIDGE: Final = 30.0
"""What the model is worth beside a person's own outcomes; see the card for how it was chosen."""

TOLERANCE: Final = 1e-5


class AtRandom:
    """Chooses any candidate, all alike.

    Args:
        seed: Of the choices.
    """

    def __init__(self, seed: tuple[int, ...]) -> None:
        self._chance = np.random.default_rng(seed)

    def choose(self, context: Context, candidates: Candidates) -> int:
        """Return any place."""
        del context
        return int(self._chance.integers(len(candidates)))

    def learn(self, reward: float) -> None:
        """Learn nothing."""


def lived(numbers: range) -> Examples:
    """Return what some people's years show."""
    world = World(Assumptions.default())
    given, rewards = [], []
    for number in numbers:
        for turn in Life.draw(world, (SEED, number)).live(AtRandom((SEED, number, 2))):
            given.append(np.concatenate([turn.context.numbers, turn.candidates.numbers[turn.chosen]]))
            rewards.append(turn.reward)
    return Examples(np.array(given) / ONE, np.array(rewards))


def cases(model: bytes) -> Iterator[golden.Case]:
    """Yield golden answers: one context and many candidates, then each candidate with a context of its own."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    chance = np.random.default_rng((SEED, 3))
    for contexts, candidates, note in ((1, 25, "one context"), (25, 25, "a context each"), (1, 1, "one")):
        feeds = {
            "context": chance.integers(-128, 129, (contexts, len(CONTEXT))).astype(np.float32) / 128,
            "candidates": chance.integers(-128, 129, (candidates, len(CANDIDATE))).astype(np.float32) / 128,
        }
        for values in feeds.values():
            values[:, 0] = 1.0
        found = session.run(OUTPUTS, feeds)
        yield golden.Case(
            {name: golden.given(values) for name, values in feeds.items()},
            {name: golden.expected(values, 8) for name, values in zip(OUTPUTS, found, strict=True)},
            note,
        )


def figures(told: np.ndarray, held: Examples, learned: Examples) -> dict[str, float]:
    """Return how much of the rewards' variance is told, beside the best that is linear in the products."""

    def told_share(means: np.ndarray) -> float:
        return round(float(1.0 - ((held.reward - means) ** 2).sum() / variance), 4)

    def products(some: Examples) -> np.ndarray:
        context, candidate = some.given[:, : len(CONTEXT)], some.given[:, len(CONTEXT) :]
        return (context[:, :, None] * candidate[:, None, :]).reshape(len(context), -1)

    variance = float(((held.reward - learned.reward.mean()) ** 2).sum())
    weights = np.linalg.lstsq(products(learned), learned.reward, rcond=None)[0]
    return {"variance_told": told_share(told), "variance_told_linear": told_share(products(held) @ weights)}


def main() -> None:
    """Simulate, train, publish."""
    start = time.monotonic()
    learned, held = lived(range(PEOPLE)), lived(range(PEOPLE, PEOPLE + HELD_OUT))
    print(f"{len(learned.reward)} choices of {PEOPLE} people in {time.monotonic() - start:.0f} s")
    parameters = train(learned, RECIPE)
    measured = figures(answer(parameters, held.given), held, learned)
    about = {"about": "expected reward of suggestions", "seed": str(SEED)}
    model = graph.build(parameters, about).SerializeToString()
    publication.publish(
        NAME,
        model,
        version=VERSION,
        interface=INTERFACE,
        cases=list(cases(model)),
        tolerance=TOLERANCE,
        sources=[Source("simulated people of this project", "Apache-2.0", f"seed {SEED}")],
        labels={"context": CONTEXT, "candidates": CANDIDATE},
        numbers={"features": FEATURES, "ridge": RIDGE},
        metrics={"simulated people, held out": measured},
    )
    print(measured)
    print(
        f"{len(model) / 1e3:.1f} kB, SHA-256 {hashlib.sha256(model).hexdigest()[:16]}, "
        f"{time.monotonic() - start:.0f} s"
    )


if __name__ == "__main__":
    main()
