"""Measures the shipped categorizer on labelled descriptors of 16 classes: accuracy, macro-F1, precision at coverage.

    python -m training.evaluate_categorizer ROWS.csv.gz [--json]

The rows need the columns ``description`` and ``category16``, and may have ``source``. They are never trained on.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from edge_engine.domain.category import Taxonomy
from edge_engine.inference.categorizer import MODEL, Categorizer
from edge_engine.inference.registry import Registry
from training.corpus import HERE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

COVERAGES: Final = (50, 70, 90)


def classes_of_leaves(taxonomy: Taxonomy, labels: Sequence[int]) -> tuple[list[str], NDArray[np.float64]]:
    """Return the classes, and float64[leaves, classes] that is 1 where a leaf is of a class.

    Raises:
        ValueError: A leaf is in no class or in two.
    """
    leaves_of = tomllib.loads((HERE / "evaluation_classes.toml").read_text(encoding="utf-8"))
    ids = [taxonomy.leaf(code).id for code in labels]
    matrix = np.array([[float(leaf in leaves) for leaves in leaves_of.values()] for leaf in ids])
    if not (matrix.sum(axis=1) == 1).all():
        raise ValueError("every leaf belongs to exactly one class")
    return list(leaves_of), matrix


def measure(shares: NDArray[np.float64], truth: NDArray[np.int64]) -> dict[str, Any]:
    """Return the figures of one set of rows.

    Args:
        shares: float64[n, classes], probability of each class.
        truth: int64[n], column of the right class.
    """
    guess = shares.argmax(axis=1)
    right = guess == truth
    f1 = []
    for column in range(shares.shape[1]):
        told, meant = guess == column, truth == column
        if meant.any() or told.any():
            f1.append(2 * (told & meant).sum() / (told.sum() + meant.sum()))
    by_confidence = np.argsort(-shares.max(axis=1), kind="stable")
    top3 = np.argsort(-shares, axis=1)[:, :3] == truth[:, None]
    return {
        "n": len(truth),
        "accuracy": round(float(right.mean()), 4),
        "macro_f1": round(float(np.mean(f1)), 4),
        "top3": round(float(top3.any(axis=1).mean()), 4),
        "precision_at_coverage": {
            str(percent): round(float(right[by_confidence[: max(1, len(truth) * percent // 100)]].mean()), 4)
            for percent in COVERAGES
        },
    }


def evaluate(rows: Sequence[dict[str, str]]) -> dict[str, Any]:
    """Return ``overall`` figures and the same ``by_source``, and what the threshold for silence does.

    Args:
        rows: Each with ``description``, ``category16`` and perhaps ``source``.
    """
    taxonomy, entry = Taxonomy.default(), Registry.default().entry(MODEL)
    names, matrix = classes_of_leaves(
        taxonomy, [int(label) for label in entry.output("probabilities").labels]
    )
    heard = Categorizer.load().probabilities([row["description"] for row in rows]).astype(np.float64)
    shares = heard @ matrix
    truth = np.array([names.index(row["category16"]) for row in rows])
    spoken = heard.max(axis=1) >= entry.number("abstain_below")
    sources = np.array([row.get("source", "") for row in rows])
    return {
        "model": entry.id,
        "overall": measure(shares, truth),
        "by_source": {
            str(source): measure(shares[sources == source], truth[sources == source])
            for source in np.unique(sources)
        },
        "answered": {
            "share": round(float(spoken.mean()), 4),
            "accuracy": round(float((shares.argmax(axis=1) == truth)[spoken].mean()), 4),
        },
    }


def main() -> None:
    """Read the rows named on the command line and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with gzip.open(arguments.rows, "rt", encoding="utf-8") as file:
        figures = evaluate(list(csv.DictReader(file)))
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return
    for name, figure in (("overall", figures["overall"]), *figures["by_source"].items()):
        at = "  ".join(f"{share}%: {value:.3f}" for share, value in figure["precision_at_coverage"].items())
        print(
            f"{name:10} n {figure['n']:5}  accuracy {figure['accuracy']:.3f}  macro-F1 {figure['macro_f1']:.3f}  "
            f"top 3 {figure['top3']:.3f}  precision at {at}"
        )
    print(
        f"answered {figures['answered']['share']:.3f} of them, right in {figures['answered']['accuracy']:.3f}"
    )


if __name__ == "__main__":
    main()
