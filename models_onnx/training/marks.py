"""Chooses from which probability on the categorizer is sure of an answer, group by group.

    python -m training.marks ROWS.csv.gz

The rule: of all marks, one a group, for which at least ``PRECISION`` of the answers on the rows are right in total,
those that answer most. Such marks share a price: in every group answers are taken, the surest first, as long as that
adds more right ones than the price asks of their number; the lowest price that reaches the precision is the answer.
A group with fewer than ``LEAST`` answers that good is never sure. It prints the marks, what they answer, and what
marks chosen on one half of the rows do on the other half, which is what to expect of other rows.

The marks are written to ``marks.toml``, where the training reads them, and to the manifest. They are a setting chosen
on the rows; the weights know nothing of them.
"""

from __future__ import annotations

import argparse
import hashlib
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.domain.category import Taxonomy
from edge_engine.evaluation.categorizer import answers, classes, read
from edge_engine.inference.categorizer import MODEL, Categorizer
from edge_engine.inference.registry import Registry
from training import publication
from training.corpus import HERE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge_engine.evaluation.categorizer import Answers

PRECISION: Final = 0.95
LEAST: Final = 10
NEVER: Final = 1.01
"""A mark that no probability reaches."""

FILE: Final = HERE / "marks.toml"
SPLITS: Final = 20


@dataclass(frozen=True, slots=True)
class Chosen:
    """Marks and what they do on the rows that they were chosen on.

    Attributes:
        marks: float64[groups].
        share: Of the rows that are answered.
        precision: How many of those are right.
    """

    marks: NDArray[np.float64]
    share: float
    precision: float


def known() -> dict[str, float]:
    """Return the marks of ``marks.toml`` as numbers of the manifest."""
    return {
        f"sure_from_{group}": float(mark)
        for group, mark in tomllib.loads(FILE.read_text(encoding="utf-8"))["sure_from"].items()
    }


def choose(
    groups: NDArray[np.int64],
    confidences: NDArray[np.float64],
    right: NDArray[np.bool_],
    n: int,
    precision: float = PRECISION,
) -> Chosen:
    """Return the marks of the rule.

    Args:
        groups: int64[rows], group of each answer.
        confidences: float64[rows], its probability.
        right: bool[rows].
        n: How many groups there are.
        precision: Share of the answers that must be right.
    """
    for price in np.arange(precision - 0.5, 1.0, 0.002):
        marks = np.full(n, NEVER)
        for group in range(n):
            where = np.flatnonzero(groups == group)
            order = where[np.argsort(-confidences[where], kind="stable")]
            gain = np.cumsum(right[order] - price)
            if len(order) and gain.max() > 0 and gain.argmax() + 1 >= LEAST:
                marks[group] = np.floor(confidences[order[gain.argmax()]] * 100) / 100
        answered = confidences >= marks[groups]
        if answered.any() and right[answered].mean() >= precision:
            return Chosen(marks, float(answered.mean()), float(right[answered].mean()))
    return Chosen(np.full(n, NEVER), 0.0, 0.0)


def elsewhere(said: Answers, right: NDArray[np.bool_], n: int) -> tuple[float, float]:
    """Return share and precision of marks chosen on half of the rows, on the other half, in the mean of ``SPLITS``."""
    random = np.random.default_rng(0)
    found = []
    for _ in range(SPLITS):
        half = random.random(len(right)) < 0.5
        marks = choose(said.groups[half], said.confidences[half], right[half], n).marks
        answered = ~half & (said.confidences >= marks[said.groups])
        if answered.any():
            found.append((answered.sum() / (~half).sum(), right[answered].mean()))
    share, precision = np.mean(found, axis=0).tolist() if found else (0.0, 0.0)
    return share, precision


def text(marks: dict[str, float], rows: bytes) -> str:
    """Return ``marks.toml``."""
    lines = "\n".join(f"{group} = {mark:.2f}" for group, mark in marks.items())
    return (
        "# From which probability of its group on an answer is sure; below it is a guess. 1.01 is never. Written by\n"
        f"# `python -m training.marks`, for {PRECISION:.0%} right of what is sure, on rows whose\n"
        f"# SHA-256 begins with {hashlib.sha256(rows).hexdigest()[:16]}.\n"
        f"[sure_from]\n{lines}\n"
    )


def main() -> None:
    """Choose, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    path = parser.parse_args().rows
    rows, taxonomy = read(path), Taxonomy.default()
    entry = Registry.default().entry(MODEL)
    names, matrix = classes(taxonomy, [int(one) for one in entry.output("probabilities").labels])
    heard = Categorizer.load().probabilities([row["description"] for row in rows]).astype(np.float64)
    said = answers(heard, matrix, entry)
    said = replace(said, confidences=np.where(said.spoken, said.confidences, 0.0))  # silence is never sure
    right = said.classes == np.array([names.index(row["category16"]) for row in rows])
    ids = [group.id for group in taxonomy.groups]
    for precision in (0.90, 0.93, PRECISION):
        chosen = choose(said.groups, said.confidences, right, len(ids), precision)
        print(
            f"for {precision:.0%}: {chosen.share:.3f} of the rows are answered, {chosen.precision:.3f} right"
        )
    share, held = elsewhere(said, right, len(ids))
    print(
        f"chosen for {PRECISION:.0%} on one half, on the other half: {share:.3f} answered, {held:.3f} right"
    )
    marks = dict(zip(ids, choose(said.groups, said.confidences, right, len(ids)).marks.tolist(), strict=True))
    FILE.write_text(text(marks, path.read_bytes()), encoding="utf-8")
    publication.revise(MODEL, numbers={**known(), "abstain_below": entry.number("abstain_below")})


if __name__ == "__main__":
    main()
