"""Trains the categorizer from the open sources and writes its model, golden answers and manifest entry.

It trains twice: once without a twentieth of the entries, whose answers set temperature and threshold, then with all.

Run as ``make train-categorizer``. One thread, a few minutes, the same bytes on the same machine and versions.
"""

from __future__ import annotations

import hashlib
import math
import random
import time
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.domain.category import Taxonomy
from edge_engine.inference.golden import Case, Given, columns, expected
from edge_engine.inference.manifest import Source, Tensor
from edge_engine.inference.registry import quiet_runtime
from training import corpus, graph, marks, ngrams, publication, sources
from training.bag import Bag, Recipe, Shape
from training.descriptors import Scribe
from training.leaves import Leaves

if TYPE_CHECKING:
    from numpy.typing import NDArray

VERSION: Final = 3
GRAMS: Final = (3, 4, 5, 6)
BITS: Final = 17
WIDTH: Final = 28
EPOCHS: Final = 6
TEXTS: Final = 300_000
NAMELESS: Final = 0.06
PRIVATE: Final = 0.02
BATCH: Final = 1024
RATE: Final = 0.01
RECIPE: Final = Recipe(gram_dropout=0.5, dropout=0.4, smoothing=0.06, group_loss=0.5, decay=0.2)
HELD_OUT: Final = 0.05
PRECISION: Final = 0.5
FLATTENED: Final = 0.55
"""Power put on the prior while drawing, so that rare leaves are seen often enough; undone in the bias."""

LEAST_TEMPERATURE: Final = 1.0
"""Least divisor of the logits: held-out names are easier than life, and real rows ask for no more certainty."""

PRIOR_POWER: Final = 1.15
"""Power of the prior in the bias: names that say nothing, spread over many leaves, have weakened it a little."""

SEED: Final = 20_240_607
GOLDEN: Final = corpus.HERE / "golden_texts.txt"

NAMELESS_LEAVES: Final = {
    "dining.restaurants": 0.42,
    "dining.bars": 0.13,
    "dining.coffee": 0.08,
    "dining.fast_food": 0.05,
    "shopping.clothing": 0.05,
    "shopping.sports_hobbies": 0.03,
    "shopping.general": 0.03,
    "shopping.gifts_jewelry": 0.02,
    "shopping.electronics": 0.02,
    "home.improvement": 0.03,
    "home.furniture": 0.02,
    "personal.hair_beauty": 0.025,
    "personal.fitness": 0.015,
    "leisure.events": 0.03,
    "travel.lodging": 0.03,
    "services.professional": 0.02,
}
"""What a name that says nothing most often turns out to be: two in three are places to eat."""


def draw(
    entries: list[corpus.Entry],
    leaves: Leaves,
    n: int,
    power: float,
    seed: int,
    without: frozenset[str] = frozenset(),
) -> tuple[list[str], NDArray[np.float32]]:
    """Draw about ``n`` descriptors and what each may be.

    Args:
        entries: What to draw from; every leaf needs one.
        leaves: The columns.
        n: How many, before the nameless and the private ones.
        power: Exponent on the prior.
        seed: Of all choices.
        without: Countries whose places are not named.

    Returns:
        Texts, and float32[len(texts), leaves] whose rows sum to 1.
    """
    chooser, scribe = random.Random(seed), Scribe(seed, without)
    by_leaf: dict[str, list[corpus.Entry]] = {leaf: [] for leaf in leaves.ids}
    for entry in entries:
        by_leaf[entry.leaf].append(entry)
    share = leaves.prior**power / np.sum(leaves.prior**power)
    texts: list[str] = []
    columns: list[int] = []
    for column, leaf in enumerate(leaves.ids):
        weights = [entry.weight for entry in by_leaf[leaf]]
        for entry in chooser.choices(by_leaf[leaf], weights, k=max(1, round(n * share[column]))):
            texts.append(scribe.write(entry))
            columns.append(column)
    allowed = np.eye(len(leaves.ids), dtype=np.float32)[columns]
    nameless = np.array([NAMELESS_LEAVES.get(leaf, 0.0) for leaf in leaves.ids], np.float32)
    extra = round(n * NAMELESS)
    texts += [scribe.nameless() for _ in range(extra)]
    person = np.array([float(leaf == "transfers.person") for leaf in leaves.ids], np.float32)
    people = round(n * PRIVATE)
    texts += [scribe.private() for _ in range(people)]
    return texts, np.concatenate([allowed, np.tile(nameless, (extra, 1)), np.tile(person, (people, 1))])


def split(entries: list[corpus.Entry]) -> tuple[list[corpus.Entry], list[corpus.Entry]]:
    """Return the entries to learn from and those held out: a text is held out with all its leaves or not at all."""

    def held(entry: corpus.Entry) -> bool:
        digest = hashlib.sha256(entry.text.casefold().encode()).digest()
        return int.from_bytes(digest[:4], "big") < HELD_OUT * 2**32

    return [entry for entry in entries if not held(entry)], [entry for entry in entries if held(entry)]


def train(entries: list[corpus.Entry], leaves: Leaves, without: frozenset[str] = frozenset()) -> Bag:
    """Return a bag trained on ``entries``, its bias corrected to the prior; places of ``without`` are not named."""
    bag = Bag.new(Shape(BITS, WIDTH, len(leaves.ids)), SEED)
    generator = np.random.default_rng(SEED)
    steps = EPOCHS * (round(TEXTS * (1 + NAMELESS + PRIVATE)) // BATCH)
    step = 0
    seen = np.zeros(len(leaves.ids))
    for epoch in range(EPOCHS):
        texts, allowed = draw(entries, leaves, TEXTS, FLATTENED, SEED + epoch, without)
        seen += allowed.sum(axis=0)
        rows = ngrams.rows(texts, GRAMS, BITS)
        order = generator.permutation(len(texts))
        losses = []
        for start in range(0, len(texts) - BATCH + 1, BATCH):
            at = order[start : start + BATCH]
            done = min(1.0, step / steps)
            rate = RATE * (done / 0.1 if done < 0.1 else (1 - done) / 0.9 + 0.02)
            losses.append(bag.step(rows[at], allowed[at], leaves.groups, rate, RECIPE, generator))
            step += 1
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {np.mean(losses):.3f}")
    bag.bias += (PRIOR_POWER * np.log(leaves.prior) - np.log(seen / seen.sum())).astype(np.float32)
    return bag


def temperature(logits: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    """Return the number that makes the probabilities of held-out texts most likely when it divides the logits."""

    def loss(divisor: float) -> float:
        scaled = logits / divisor
        log_sum = np.log(np.exp(scaled - scaled.max(axis=1, keepdims=True)).sum(axis=1)) + scaled.max(axis=1)
        return float(np.mean(log_sum - scaled[np.arange(len(truth)), truth]))

    low, high = 0.3, 4.0
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(40):
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return (low + high) / 2


def threshold(
    probabilities: NDArray[np.float32], truth: NDArray[np.int64], groups: NDArray[np.float32]
) -> float:
    """Return the probability from which on an answer on held-out texts is of the right group more often than not.

    Answers are sorted into bins of one twentieth; the first bin from which on ``PRECISION`` is held is taken.
    """
    best = probabilities.max(axis=1)
    right = groups[probabilities.argmax(axis=1)].argmax(axis=1) == groups[truth].argmax(axis=1)
    lowest = 0.0
    for edge in np.arange(0, 0.95, 0.05):
        inside = (best >= edge) & (best < edge + 0.05)
        if inside.sum() >= 50 and right[inside].mean() < PRECISION:
            lowest = float(edge) + 0.05
    return round(lowest, 2)


def golden(model: bytes, leaves: Leaves) -> list[Case]:
    """Return texts with the three most probable leaves and their probabilities, for other languages to replay."""
    onnxruntime = quiet_runtime()

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    texts = GOLDEN.read_text(encoding="utf-8").splitlines()
    names = [graph.OUTPUT, graph.GROUPS, graph.EMBEDDING]
    leaf = Tensor(graph.OUTPUT, "float32", ("batch", len(leaves.codes)), tuple(leaves.codes))
    group = Tensor(graph.GROUPS, "float32", ("batch", len(leaves.group_codes)), tuple(leaves.group_codes))
    return [
        Case(
            {graph.INPUT: Given(text=text)},
            {
                graph.OUTPUT: columns(leaf, by_leaf),
                graph.GROUPS: columns(group, by_group),
                graph.EMBEDDING: expected(vector[None]),
            },
            note=leaves.ids[int(by_leaf.argmax())],
        )
        for text, by_leaf, by_group, vector in zip(
            texts, *session.run(names, {graph.INPUT: ngrams.encode(texts)}), strict=True
        )
    ]


def publish(model: bytes, leaves: Leaves, abstain_below: float) -> None:
    """Write the model, its golden answers and its manifest entry."""
    publication.publish(
        "categorizer",
        model,
        version=VERSION,
        interface=1,
        cases=golden(model, leaves),
        tolerance=1e-4,
        sources=[
            Source("lexicon of this project", "Apache-2.0"),
            *(Source(package.name, package.license, package.version) for package in sources.PACKAGES),
        ],
        labels={graph.OUTPUT: leaves.codes, graph.GROUPS: leaves.group_codes},
        numbers={"abstain_below": abstain_below, **marks.known()},
    )


def main() -> None:
    """Train, calibrate, export."""
    start = time.monotonic()
    taxonomy = Taxonomy.default()
    leaves = Leaves.of(taxonomy)
    learned, held_out = split(corpus.read(taxonomy))
    print(f"{len(learned)} entries to learn from, {len(held_out)} held out")
    trial = train(learned, leaves)
    texts, allowed = draw(_with_every_leaf(held_out, learned, leaves), leaves, 20_000, 1.0, SEED - 1)
    named = allowed.max(axis=1) == 1
    logits = trial.logits(ngrams.rows(texts, GRAMS, BITS))[named]
    truth = allowed[named].argmax(axis=1)
    divisor = max(LEAST_TEMPERATURE, temperature(logits, truth))
    scaled = logits / divisor
    probabilities = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    abstain_below = threshold(probabilities, truth, leaves.groups)
    accuracy = float(np.mean(probabilities.argmax(axis=1) == truth))
    print(f"names never seen, {len(leaves.ids)} leaves: accuracy {accuracy:.3f}")
    bag = train(learned + held_out, leaves)
    model = graph.build(
        bag,
        GRAMS,
        divisor,
        leaves.groups,
        {"version": str(VERSION), "license": "Apache-2.0", "leaves": " ".join(leaves.ids)},
    ).SerializeToString()
    publish(model, leaves, abstain_below)
    print(f"temperature {divisor:.3f}, silent below {abstain_below}")
    print(f"{len(model) / 1e6:.2f} MB in {time.monotonic() - start:.0f} s")


def _with_every_leaf(
    held_out: list[corpus.Entry], learned: list[corpus.Entry], leaves: Leaves
) -> list[corpus.Entry]:
    """Return the held-out entries; a leaf that has none lends one of those learned from."""
    present = {entry.leaf for entry in held_out}
    lent = {entry.leaf: entry for entry in learned if entry.leaf not in present}
    return held_out + [lent[leaf] for leaf in leaves.ids if leaf in lent]


if __name__ == "__main__":
    main()
