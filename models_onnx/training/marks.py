"""Chooses from which probability of its group on the categorizer is sure of an answer.

    python -m training.marks ROWS.csv.gz

A kind of answer is a group of the taxonomy, or the part of one that is of one class of the rows: fuel apart from
trains, groceries apart from liquor. The rule: of all marks, one a kind out of ``STEPS``, for which ``PERCENT`` of a
hundred answers on the rows are right in total, those that answer most. A kind is sure of ``LEAST`` answers or of none,
so that no mark rests on a handful of rows; one that the rows hardly speak of takes ``UNTRIED``, as sure as its own
probability says. It prints what the marks answer, and what marks chosen on one half of the rows do on the other half,
which is what to expect of other rows.

The marks are written to ``marks.toml``, where the training reads them, and to the manifest. They are a setting chosen
on the rows; the weights know nothing of them.
"""

from __future__ import annotations

import argparse
import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.domain.category import Taxonomy
from edge_engine.evaluation.categorizer import PRECISIONS, answers, classes, read
from edge_engine.inference.categorizer import MODEL, Categorizer, mark_name
from edge_engine.inference.registry import Registry
from training import publication
from training.corpus import HERE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from edge_engine.domain.category import Leaf

PERCENT: Final = 95
LEAST: Final = 20
STEPS: Final = (*(percent / 100 for percent in range(30, 100, 5)), 0.97, 0.99)
UNTRIED: Final = 0.95
"""Mark of a kind of which the rows hold fewer than ``LEAST`` answers: nothing is known against it."""

NEVER: Final = 1.01
"""A mark that no probability reaches."""

FILE: Final = HERE / "marks.toml"
SPLITS: Final = 20


@dataclass(frozen=True, slots=True)
class Chosen:
    """Marks and what they do on the rows that they were chosen on.

    Attributes:
        marks: float64[kinds].
        share: Of the rows that are answered.
        precision: How many of those are right.
    """

    marks: NDArray[np.float64]
    share: float
    precision: float


def known() -> dict[str, float]:
    """Return the marks of ``marks.toml`` as numbers of the manifest."""
    return {
        mark_name(place): float(mark)
        for place, mark in tomllib.loads(FILE.read_text(encoding="utf-8"))["sure_from"].items()
    }


def kinds(taxonomy: Taxonomy, matrix: NDArray[np.float64]) -> dict[tuple[str, int], list[Leaf]]:
    """Return the leaves of each kind of answer, by group and column of the class.

    Args:
        taxonomy: Its leaves are the rows of ``matrix``.
        matrix: float64[leaves, classes], 1 where a leaf is of a class.
    """
    found: dict[tuple[str, int], list[Leaf]] = {}
    for leaf, column in zip(taxonomy.leaves, matrix.argmax(axis=1).tolist(), strict=True):
        found.setdefault((leaf.group, column), []).append(leaf)
    return found


def choose(
    kinds: NDArray[np.int64],
    confidences: NDArray[np.float64],
    right: NDArray[np.bool_],
    n: int,
    percent: int = PERCENT,
) -> Chosen:
    """Return the marks of the rule, found exactly.

    A wrong answer costs what some right ones pay: the table holds, for every balance of the two, the most answers that
    the kinds seen so far can give.

    Args:
        kinds: int64[rows], kind of each answer.
        confidences: float64[rows], its probability, 0 where nothing is said.
        right: bool[rows].
        n: How many kinds there are.
        percent: How many of a hundred answers must be right.
    """
    options = [_options(confidences[kinds == kind], right[kinds == kind], percent) for kind in range(n)]
    least = sum(min(balance for _, balance, _ in of_kind) for of_kind in options)
    most = sum(max(balance for _, balance, _ in of_kind) for of_kind in options)
    answered = np.full(most - least + 1, -1)
    answered[-least] = 0
    taken = []
    for of_kind in options:
        following, chosen = np.full(len(answered), -1), np.zeros(len(answered), np.int64)
        reached = np.flatnonzero(answered >= 0)
        for at, (answers_more, balance, _) in enumerate(of_kind):
            place = reached + balance
            inside = (place >= 0) & (place < len(answered))
            place, total = place[inside], answered[reached[inside]] + answers_more
            better = total > following[place]
            following[place[better]], chosen[place[better]] = total[better], at
        answered = following
        taken.append(chosen)
    end = int(answered[-least:].argmax()) - least
    marks = np.full(n, NEVER)
    for kind in reversed(range(n)):
        _, balance, marks[kind] = options[kind][taken[kind][end]]
        end -= balance
    sure = confidences >= marks[kinds]
    return Chosen(marks, float(sure.mean()), float(right[sure].mean()) if sure.any() else 0.0)


def _options(
    confidences: NDArray[np.float64], right: NDArray[np.bool_], percent: int
) -> list[tuple[int, int, float]]:
    """Return what a kind can do: how many answers, what they pay less what they cost, and from which mark on."""
    found = {(0, 0): NEVER}
    tried = np.count_nonzero(confidences) >= LEAST
    for mark in reversed(STEPS if tried else (UNTRIED,)):  # of marks that answer alike the lowest stays
        sure = confidences >= mark
        answers_more, good = int(sure.sum()), int(right[sure].sum())
        if answers_more >= LEAST or not tried:
            found[answers_more, 100 * good - percent * answers_more] = mark
    return [(answers_more, balance, mark) for (answers_more, balance), mark in found.items()]


def elsewhere(
    of_kind: NDArray[np.int64], confidences: NDArray[np.float64], right: NDArray[np.bool_], n: int
) -> tuple[float, float]:
    """Return share and precision of marks chosen on half of the rows, on the other half, in the mean of ``SPLITS``."""
    random = np.random.default_rng(0)
    found = []
    for _ in range(SPLITS):
        half = random.random(len(right)) < 0.5
        marks = choose(of_kind[half], confidences[half], right[half], n).marks
        sure = ~half & (confidences >= marks[of_kind])
        if sure.any():
            found.append((sure.sum() / (~half).sum(), right[sure].mean()))
    share, precision = np.mean(found, axis=0).tolist() if found else (0.0, 0.0)
    return share, precision


def text(marks: dict[str, float], rows: bytes) -> str:
    """Return ``marks.toml``."""
    lines = "\n".join(f'"{place}" = {mark:.2f}' for place, mark in marks.items())
    return (
        "# From which probability of its group on an answer is sure; below it is a guess. 1.01 is never. Written by\n"
        f"# `python -m training.marks`, for {PERCENT}% right of what is sure, on rows whose\n"
        f"# SHA-256 begins with {hashlib.sha256(rows).hexdigest()[:16]}.\n"
        f"[sure_from]\n{lines}\n"
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """Answers of the shipped model on rows, with the truth.

    Attributes:
        by_kind: Leaves of each kind of answer.
        kinds: int64[rows], kind of each answer.
        confidences: float64[rows], probability of its group, 0 where nothing is said.
        right: bool[rows].
        shares: float64[rows, classes], what the model gives each class.
        truth: int64[rows], the right class.
    """

    by_kind: dict[tuple[str, int], list[Leaf]]
    kinds: NDArray[np.int64]
    confidences: NDArray[np.float64]
    right: NDArray[np.bool_]
    shares: NDArray[np.float64]
    truth: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[dict[str, str]]) -> Judged:
        """Let the shipped model answer."""
        taxonomy = Taxonomy.default()
        names, matrix = classes(taxonomy, [leaf.code for leaf in taxonomy.leaves])
        heard = Categorizer.load().probabilities([row["description"] for row in rows]).astype(np.float64)
        said = answers(heard, matrix, Registry.default().entry(MODEL))
        truth = np.array([names.index(row["category16"]) for row in rows])
        by_kind = kinds(taxonomy, matrix)
        kind_of = {leaf.id: at for at, leaves in enumerate(by_kind.values()) for leaf in leaves}
        return cls(
            by_kind,
            np.array([kind_of[leaf.id] for leaf in taxonomy.leaves])[said.leaves],
            np.where(said.spoken, said.confidences, 0.0),  # silence is never sure
            said.classes == truth,
            heard @ matrix,
            truth,
        )


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was chosen on the other people's rows, measured on one person's.

    Attributes:
        n: Rows of the person.
        share: Of them, sure by marks that the others chose.
        precision: Right of those.
        temperature: What would divide the logits if the others chose it; the shipped model's divides by no more.
        confidence: Mean confidence of the shipped model in its best class.
        accuracy: How many of those classes are right.
    """

    n: int
    share: float
    precision: float
    temperature: float
    confidence: float
    accuracy: float


def left_out(judged: Judged, people: NDArray[np.str_]) -> dict[str, LeftOut]:
    """Return for each of the people what was chosen without them, on their rows."""
    found = {}
    for person in np.unique(people).tolist():
        theirs = people == person
        rest = ~theirs
        marks = choose(
            judged.kinds[rest], judged.confidences[rest], judged.right[rest], len(judged.by_kind)
        ).marks
        sure = theirs & (judged.confidences >= marks[judged.kinds])
        best = judged.shares.max(axis=1)[theirs]
        right = judged.shares.argmax(axis=1)[theirs] == judged.truth[theirs]
        found[str(person)] = LeftOut(
            int(theirs.sum()),
            float(sure.sum() / theirs.sum()),
            float(judged.right[sure].mean()) if sure.any() else 0.0,
            warmth(judged.shares[rest], judged.truth[rest]),
            float(best.mean()),
            float(right.mean()),
        )
    return found


def warmth(shares: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """Return the divisor of the logits of the classes that makes the truth most likely, to a twentieth."""
    logits = np.log(np.maximum(shares, 1e-12))

    def loss(divisor: float) -> float:
        scaled = logits / divisor
        return float(np.mean(np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(len(truth)), truth]))

    return min((step / 20 for step in range(10, 41)), key=loss)


def main() -> None:
    """Choose, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--measure", action="store_true", help="print alone, write nothing")
    given = parser.parse_args()
    path = given.rows
    rows = read(path)
    judged = Judged.of(rows)
    entry, n = Registry.default().entry(MODEL), len(judged.by_kind)
    told = judged.kinds, judged.confidences, judged.right
    for percent in PRECISIONS:
        chosen = choose(*told, n, percent)
        print(f"for {percent}%: {chosen.share:.3f} of the rows sure, {chosen.precision:.3f} of those right")
    share, held = elsewhere(*told, n)
    print(f"chosen for {PERCENT}% on one half, on the other half: {share:.3f} sure, {held:.3f} right")
    for person, one in left_out(judged, np.array([row.get("source") or "" for row in rows])).items():
        print(
            f"chosen without {person}: {one.share:.3f} sure, {one.precision:.3f} right; temperature "
            f"{one.temperature:.2f}; confidence {one.confidence:.3f}, right {one.accuracy:.3f}"
        )
    if given.measure:
        return
    marks = choose(*told, n).marks.tolist()
    divided = {group for group, _ in judged.by_kind if sum(group == other for other, _ in judged.by_kind) > 1}
    named: dict[str, float] = {}
    for ((group, _), leaves), mark in zip(judged.by_kind.items(), marks, strict=True):
        named.update(dict.fromkeys([leaf.id for leaf in leaves] if group in divided else [group], mark))
    FILE.write_text(text(named, path.read_bytes()), encoding="utf-8")
    publication.revise(MODEL, numbers={"abstain_below": entry.number("abstain_below"), **known()})


if __name__ == "__main__":
    main()
