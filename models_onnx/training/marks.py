"""Chooses from which probability on the categorizer is sure of an answer, group by group.

    python -m training.marks ROWS.csv.gz

The rule: of all marks, one a group out of ``STEPS``, for which ``PERCENT`` of a hundred answers on the rows are right
in total, those that answer most. A group is sure of ``LEAST`` answers or of none, so that no mark rests on a handful of
rows; one that the rows hardly speak of takes ``UNTRIED``, as sure as its own probability says. It prints what the marks
answer, and what marks chosen on one half of the rows do on the other half, which is what to expect of other rows.

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
from edge_engine.evaluation.categorizer import PRECISIONS, answers, classes, read
from edge_engine.inference.categorizer import MODEL, Categorizer
from edge_engine.inference.registry import Registry
from training import publication
from training.corpus import HERE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge_engine.evaluation.categorizer import Answers

PERCENT: Final = 95
LEAST: Final = 20
STEPS: Final = (*(percent / 100 for percent in range(30, 100, 5)), 0.97, 0.99)
UNTRIED: Final = 0.95
"""Mark of a group of which the rows hold fewer than ``LEAST`` answers: nothing is known against it."""

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
    percent: int = PERCENT,
) -> Chosen:
    """Return the marks of the rule, found exactly.

    A wrong answer costs what some right ones pay: the table holds, for every balance of the two, the most answers that
    the groups seen so far can give.

    Args:
        groups: int64[rows], group of each answer.
        confidences: float64[rows], its probability, 0 where nothing is said.
        right: bool[rows].
        n: How many groups there are.
        percent: How many of a hundred answers must be right.
    """
    options = [_options(confidences[groups == group], right[groups == group], percent) for group in range(n)]
    least = sum(min(balance for _, balance, _ in of_group) for of_group in options)
    most = sum(max(balance for _, balance, _ in of_group) for of_group in options)
    answered = np.full(most - least + 1, -1)
    answered[-least] = 0
    taken = []
    for of_group in options:
        following, chosen = np.full(len(answered), -1), np.zeros(len(answered), np.int64)
        reached = np.flatnonzero(answered >= 0)
        for at, (answers_more, balance, _) in enumerate(of_group):
            place = reached + balance
            inside = (place >= 0) & (place < len(answered))
            place, total = place[inside], answered[reached[inside]] + answers_more
            better = total > following[place]
            following[place[better]], chosen[place[better]] = total[better], at
        answered = following
        taken.append(chosen)
    end = int(answered[-least:].argmax()) - least
    marks = np.full(n, NEVER)
    for group in reversed(range(n)):
        _, balance, marks[group] = options[group][taken[group][end]]
        end -= balance
    sure = confidences >= marks[groups]
    return Chosen(marks, float(sure.mean()), float(right[sure].mean()) if sure.any() else 0.0)


def _options(
    confidences: NDArray[np.float64], right: NDArray[np.bool_], percent: int
) -> list[tuple[int, int, float]]:
    """Return what a group can do: how many answers, what they pay less what they cost, and from which mark on."""
    tried = np.count_nonzero(confidences) >= LEAST
    found = {(0, 0): NEVER} if tried else {}
    for mark in STEPS if tried else (UNTRIED,):
        sure = confidences >= mark
        answers_more, good = int(sure.sum()), int(right[sure].sum())
        if answers_more >= LEAST or not tried:
            found.setdefault((answers_more, 100 * good - percent * answers_more), mark)
    return [(answers_more, balance, mark) for (answers_more, balance), mark in found.items()]


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
        f"# `python -m training.marks`, for {PERCENT}% right of what is sure, on rows whose\n"
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
    for percent in PRECISIONS:
        chosen = choose(said.groups, said.confidences, right, len(ids), percent)
        print(
            f"for {percent}%: {chosen.share:.3f} of the rows are sure, {chosen.precision:.3f} of those right"
        )
    share, held = elsewhere(said, right, len(ids))
    print(f"chosen for {PERCENT}% on one half, on the other half: {share:.3f} sure, {held:.3f} right")
    marks = dict(zip(ids, choose(said.groups, said.confidences, right, len(ids)).marks.tolist(), strict=True))
    FILE.write_text(text(marks, path.read_bytes()), encoding="utf-8")
    publication.revise(MODEL, numbers={**known(), "abstain_below": entry.number("abstain_below")})


if __name__ == "__main__":
    main()
