"""What the categorizer is worth where nothing was learned of a country: trained anew without it, measured on its rows.

    PYTHONPATH=models_onnx python -m training.unseen ROWS.csv.gz NZ [--mixed] [--json FILE]

For people of a country and its neighbours the training leaves out the lexicon's lists of those countries alone, the
names of the name-suggestion-index that are of those alone, their places, and of the lexicon's mixed list every brand
and phrase that no other country's list has. What is met elsewhere too, words of trades and the ways of card schemes
stay, as they would for any country. The mixed list holds the world's great names beside those of single countries:
without it the figures are too low, with it (``--mixed``) too high. One training, of a few minutes; the file that ships
is not touched.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.domain.category import Taxonomy
from edge_engine.evaluation.categorizer import classes, measure, read
from edge_engine.inference.categorizer import Categorizer
from edge_engine.inference.registry import quiet_runtime
from training import corpus, graph, ngrams, peers
from training.leaves import Leaves
from training.train_categorizer import GRAMS, LEAST_TEMPERATURE, train

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WITHOUT: Final = {"NZ": frozenset(("NZ", "AU", "ZA")), "US": frozenset(("US", "CA"))}
"""By the country of the rows: what is left out. Neighbours too, whose chains and banks are the same."""


@dataclass(frozen=True, slots=True)
class Drop:
    """What leaving a country out costs its people.

    Attributes:
        country: Whose rows were measured.
        without: Countries of which nothing was learned.
        mixed: Whether the lexicon's mixed list was kept.
        entries: How many entries of the corpus that left out.
        n: Rows.
        accuracy: Share right, of the model that learned nothing of the country.
        macro_f1: Mean F1 of the classes.
        surest_half: Share right of the surest half.
        shipped: Share right of the model that ships, on the same rows.
        drop: How much less is right, and the interval of it over resamples of the rows.
        drop_low: Lower end.
        drop_high: Upper end.
    """

    country: str
    without: list[str]
    mixed: bool
    entries: int
    n: int
    accuracy: float
    macro_f1: float
    surest_half: float
    shipped: float
    drop: float
    drop_low: float
    drop_high: float


def strange(entries: list[corpus.Entry], leaves: Leaves, without: frozenset[str]) -> bytes:
    """Return the graph of a model trained on ``entries`` that never names a place of ``without``."""
    bag = train(entries, leaves, without)
    return graph.build(bag, GRAMS, LEAST_TEMPERATURE, leaves.groups, {}).SerializeToString()


def compare(country: str, rows: Sequence[dict[str, str]], *, mixed: bool = False) -> Drop:
    """Train without a country and return what that costs on its rows."""
    taxonomy, without = Taxonomy.default(), WITHOUT[country]
    leaves = Leaves.of(taxonomy)
    names, matrix = classes(taxonomy, leaves.codes)
    all_entries, entries = len(corpus.read(taxonomy)), corpus.read(taxonomy, without, mixed=mixed)
    model = strange(entries, leaves, without)
    texts = [row["description"] for row in rows]
    truth = np.array([names.index(row["category16"]) for row in rows])
    session = quiet_runtime().InferenceSession(model, providers=["CPUExecutionProvider"])
    (heard,) = session.run([graph.OUTPUT], {graph.INPUT: ngrams.encode(texts)})
    theirs = heard.astype(np.float64) @ matrix
    ours = Categorizer.load().probabilities(texts).astype(np.float64) @ matrix
    found = measure(theirs, truth)
    right = _right(ours, truth)
    return Drop(
        country,
        sorted(without),
        mixed,
        all_entries - len(entries),
        len(rows),
        found["accuracy"],
        found["macro_f1"],
        found["precision_at_coverage"]["50"],
        round(float(right.mean()), 4),
        *(round(one, 4) for one in peers.margin(right, _right(theirs, truth))),
    )


def _right(shares: NDArray[np.float64], truth: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray(shares.argmax(axis=1) == truth)


def main() -> None:
    """Train without one country, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("country", choices=sorted(WITHOUT))
    parser.add_argument("--mixed", action="store_true", help="keep the lexicon's list of many countries")
    parser.add_argument("--json", type=Path, help="add the figures to this file too")
    given = parser.parse_args()
    rows = [row for row in read(given.rows) if row.get("country") == given.country]
    drop = compare(given.country, rows, mixed=given.mixed)
    print(
        f"{drop.n} rows of {drop.country}, nothing learned of {', '.join(drop.without)} ({drop.entries} entries)"
        f"{', but for the mixed list' * drop.mixed}:\n"
        f"accuracy {drop.accuracy:.3f}, macro-F1 {drop.macro_f1:.3f}, surest half {drop.surest_half:.3f}; "
        f"shipped {drop.shipped:.3f}, so {drop.drop:.3f} ({drop.drop_low:.3f} to {drop.drop_high:.3f}) less is right"
    )
    if given.json:
        known = json.loads(given.json.read_text(encoding="utf-8")) if given.json.exists() else {}
        given.json.write_text(
            json.dumps({**known, drop.country + ", mixed" * drop.mixed: asdict(drop)}, indent=1) + "\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
