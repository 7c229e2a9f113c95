"""Measures the categorizer on labelled descriptors of 16 classes, and what a person's corrections add.

The rows are CSV, plain or gzipped, with the columns ``description`` and ``category16``, and perhaps ``source`` (whose
statements they are), ``country`` and ``n`` (how often the descriptor was seen). Every row is answered here: what the
engine would leave unsaid or call a guess is told apart. Which leaf counts as which class is a convention of the rows;
it ships beside the model as ``evaluation_classes.toml``.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from edge_engine.domain.category import Taxonomy
from edge_engine.domain.merchant_words import names_merchant
from edge_engine.errors import InputError, ModelRefused
from edge_engine.evaluation import Table, required
from edge_engine.feeds.canonical import merchant_key
from edge_engine.inference.categorizer import MODEL, Categorizer, sure_from
from edge_engine.inference.evidence import Weighing
from edge_engine.inference.registry import CLASSES, Registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from edge_engine.inference.manifest import ModelEntry

COVERAGES: Final = (50, 70, 90)
"""Shares of the rows, the surest first, of which the precision is told, in percent."""

PRECISIONS: Final = (90, 93, 95)
"""Precisions, in percent, of which the share of the rows that a single mark could answer is told."""

LEAST_ROWS: Final = 30
"""Rows that such a share needs: a precision over fewer says nothing."""

CORRECTIONS: Final = (0, 100, 200)
"""How many of a person's most frequent merchants the person corrects in the experiment."""

MAX_BYTES: Final = 256 * 1024 * 1024
"""Largest table that is read, unpacked."""

MAX_COUNT: Final = 10**8
"""Most times that one descriptor may have been seen: nobody pays one shop that often."""

SHOWN: Final = 40
"""Characters of a cell that a refusal repeats."""

GZIP: Final = b"\x1f\x8b"

Row = dict[str, str]


def evaluate(data: Path | None) -> dict[str, Any]:
    """Return the figures of the installed model on the rows of ``data``.

    Returns:
        ``overall``, and the same ``by_source`` and ``by_country``: ``n``, ``accuracy``, ``macro_f1``, ``top3``,
        ``precision_at_coverage``, ``confidence``; ``by_class``, and the same in ``by_country_class``; ``answered``,
        ``guessed`` and ``silent`` at the model's marks; ``coverage_at_precision`` of a single mark; ``corrections`` by
        person; ``calibration``.

    Raises:
        InputError: The file is not named, is not there, is not a table, lacks a column, names another class, or
            counts in something else than whole numbers.
    """
    return figures(read(required(data)))


def figures(rows: Sequence[Row]) -> dict[str, Any]:
    """Return what `evaluate` does, for rows that were read."""
    entry = Registry.default().entry(MODEL)
    names, matrix = classes(Taxonomy.default(), [int(one) for one in entry.output("probabilities").labels])
    heard = Categorizer.load().probabilities([row["description"] for row in rows]).astype(np.float64)
    shares = heard @ matrix
    truth = _truth(rows, names)
    right = shares.argmax(axis=1) == truth
    seen = counts(rows)
    sources = np.array([row.get("source") or "" for row in rows])
    by_source = _apart(sources, shares, truth)
    countries = np.array([row.get("country") or "" for row in rows])
    by_country = _apart(countries, shares, truth)
    said = answers(heard, matrix, entry)
    good = said.classes == truth
    return {
        "model": entry.id,
        "overall": measure(shares, truth),
        "by_source": by_source,
        "by_country": by_country,
        "by_class": _by_class(shares, truth, names),
        "by_country_class": {
            str(country): _by_class(shares[countries == country], truth[countries == country], names)
            for country in by_country
        },
        "answered": _part(said.sure, good),
        "guessed": _part(said.spoken & ~said.sure, good),
        "silent": _part(~said.spoken, good),
        "coverage_at_precision": coverage_at_precision(said.confidences, good),
        "calibration": calibration(shares, truth),
        "corrections": {
            person: {
                str(taught): round(corrected([rows[at] for at in where.tolist()], right[where], taught), 4)
                for taught in CORRECTIONS
            }
            for person in by_source
            for where in [np.flatnonzero(sources == person)]
            # Of somebody of whom nothing was ever seen, no share can be told.
            if seen[where].any()
        },
    }


@dataclass(frozen=True, slots=True)
class Answers:
    """What the engine says of texts alone, without code, hint, channel or sign.

    Attributes:
        classes: int64[n], column of the class of the answer's leaf.
        leaves: int64[n], column of its leaf.
        confidences: float64[n], probability of its group.
        spoken: bool[n], whether it says it at all.
        sure: bool[n], whether it says it without a question mark.
    """

    classes: NDArray[np.int64]
    leaves: NDArray[np.int64]
    confidences: NDArray[np.float64]
    spoken: NDArray[np.bool_]
    sure: NDArray[np.bool_]


def answers(heard: NDArray[np.float64], matrix: NDArray[np.float64], entry: ModelEntry) -> Answers:
    """Return what the engine says where the model gives ``heard``.

    Args:
        heard: float64[n, leaves].
        matrix: float64[leaves, classes], see `classes`.
        entry: The model's entry of the manifest, for its marks.
    """
    taxonomy, labels = Taxonomy.default(), [int(one) for one in entry.output("probabilities").labels]
    leaf, _, share = Weighing(taxonomy, labels).decided(heard.astype(np.float32))
    spoken = heard[np.arange(len(heard)), leaf] >= entry.number("abstain_below")
    sure = spoken & (share >= sure_from(entry, [taxonomy.leaf(code) for code in labels])[leaf])
    return Answers(matrix[leaf].argmax(axis=1), leaf, share.astype(np.float64), spoken, sure)


def coverage_at_precision(
    confidences: NDArray[np.float64], right: NDArray[np.bool_]
) -> dict[str, float | None]:
    """Return the largest share of the rows, the surest first, that is as often right as each of ``PRECISIONS``.

    None where no mark that leaves ``LEAST_ROWS`` rows reaches it.
    """
    order = np.argsort(-confidences, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    found: dict[str, float | None] = {}
    for percent in PRECISIONS:
        held = np.flatnonzero(precision >= percent / 100) + 1
        held = held[held >= LEAST_ROWS]
        found[str(percent)] = round(int(held[-1]) / len(order), 4) if len(held) else None
    return found


def _apart(
    kinds: NDArray[np.str_], shares: NDArray[np.float64], truth: NDArray[np.int64]
) -> dict[str, dict[str, Any]]:
    return {str(kind): measure(shares[kinds == kind], truth[kinds == kind]) for kind in np.unique(kinds)}


def _part(which: NDArray[np.bool_], right: NDArray[np.bool_]) -> dict[str, float]:
    """Return the share of the rows that ``which`` are, and how many of them are right."""
    return {
        "share": round(float(which.mean()), 4),
        "accuracy": round(float(right[which].mean()), 4) if which.any() else 0.0,
    }


def read(data: Path) -> list[Row]:
    """Return the rows of a table.

    Raises:
        InputError: The file is not named, is not there, is not a table, has no rows, or lacks a column.
    """
    table: csv.DictReader[str] | None = None
    try:
        with data.open("rb") as file:
            packed = file.read(2) == GZIP
        with gzip.open(data, "rb") if packed else data.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise InputError("the rows to measure on are too many")
        table = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        rows = list(table)
    except FileNotFoundError:
        raise InputError("there is no file of rows to measure on at this place") from None
    except csv.Error:
        line = 1 if table is None else table.line_num + 1
        raise InputError(
            f"line {line} of the rows to measure on is no CSV, or a text of it is longer than"
            f" {csv.field_size_limit():,} characters"
        ) from None
    except (OSError, EOFError, UnicodeDecodeError, zlib.error):
        raise InputError("the rows to measure on cannot be read as CSV") from None
    if not {"description", "category16"} <= set(table.fieldnames or ()):
        raise InputError("the rows to measure on need the columns description and category16")
    if not rows:
        raise InputError("the rows to measure on are none: the file ends after its columns")
    return [{key: value or "" for key, value in row.items() if key} for row in rows]


def classes(taxonomy: Taxonomy, labels: Sequence[int]) -> tuple[list[str], NDArray[np.float64]]:
    """Return the classes, and float64[leaves, classes] that is 1 where a leaf is of a class.

    Raises:
        ModelMissing: The file of the classes is not installed.
        ModelRefused: It is not the published one, cannot be read, or puts a leaf in no class or in two.
    """
    content = Registry.default().file(MODEL, CLASSES)
    try:
        leaves_of = msgspec.toml.decode(content, type=dict[str, list[str]])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ModelRefused(f"the classes that the model {MODEL} is measured by cannot be read") from None
    ids = [taxonomy.leaf(code).id for code in labels]
    matrix = np.array([[float(leaf in leaves) for leaves in leaves_of.values()] for leaf in ids])
    if not leaves_of or not (matrix.sum(axis=1) == 1).all():
        raise ModelRefused(f"the classes that the model {MODEL} is measured by are not one for every leaf")
    return list(leaves_of), matrix


def measure(shares: NDArray[np.float64], truth: NDArray[np.int64]) -> dict[str, Any]:
    """Return the figures of one set of rows.

    Args:
        shares: float64[n, classes], probability of each class.
        truth: int64[n], column of the right class.
    """
    guess = shares.argmax(axis=1)
    right = guess == truth
    by_confidence = np.argsort(-shares.max(axis=1), kind="stable")
    top3 = np.argsort(-shares, axis=1, kind="stable")[:, :3] == truth[:, None]
    return {
        "n": len(truth),
        "accuracy": round(float(right.mean()), 4),
        "macro_f1": round(float(np.mean(list(_f1(guess, truth, shares.shape[1]).values()))), 4),
        "top3": round(float(top3.any(axis=1).mean()), 4),
        "confidence": round(float(shares.max(axis=1).mean()), 4),
        "precision_at_coverage": {
            str(percent): round(float(right[by_confidence[: max(1, len(truth) * percent // 100)]].mean()), 4)
            for percent in COVERAGES
        },
    }


def calibration(
    shares: NDArray[np.float64], truth: NDArray[np.int64], bins: int = 10
) -> list[dict[str, float]]:
    """Return for each tenth of confidence that occurs: how many rows, their mean confidence, how many were right."""
    sure = shares.max(axis=1)
    right = shares.argmax(axis=1) == truth
    place = np.minimum((sure * bins).astype(int), bins - 1)
    return [
        {
            "n": int(inside.sum()),
            "confidence": round(float(sure[inside].mean()), 4),
            "accuracy": round(float(right[inside].mean()), 4),
        }
        for at in range(bins)
        for inside in [place == at]
        if inside.any()
    ]


def corrected(rows: Sequence[Row], right: NDArray[np.bool_], taught: int) -> float:
    """Return the share of one person's transactions, by count, that are right after some corrections.

    The person corrects the most frequent merchants, each to the class of its most frequent row. A correction holds
    for every row of exactly that merchant, also where that is wrong: as `Corrections.by_merchant`. A row whose key
    names nobody is corrected alone.

    Args:
        rows: The person's.
        right: bool[n], whether the model alone is.
        taught: How many merchants are corrected.
    """
    often = counts(rows)
    keys = [
        key if names_merchant(key) else f"row {at}"
        for at, key in enumerate(merchant_key(row["description"]) for row in rows)
    ]
    total: dict[str, int] = {}
    word: dict[str, str] = {}
    for at in np.argsort(-often, kind="stable").tolist():
        total[keys[at]] = total.get(keys[at], 0) + int(often[at])
        word.setdefault(keys[at], rows[at]["category16"])
    lessons = set(sorted(total, key=lambda key: -total[key])[:taught])
    good = [
        word[key] == row["category16"] if key in lessons else bool(one)
        for key, row, one in zip(keys, rows, right, strict=True)
    ]
    return float((often * np.array(good)).sum() / often.sum())


def tables(found: dict[str, Any]) -> Iterator[Table]:
    """Yield the figures for people."""
    names = ("rows", "accuracy", "macro-F1", "in 3", *(f"surest {percent}%" for percent in COVERAGES))
    sets = {"all": found["overall"], **found["by_source"], **_named_countries(found)}
    yield Table(
        f"{found['model']}, 16 classes, every row answered",
        ("", *names),
        [
            [
                name or "(unnamed)",
                str(one["n"]),
                *(f"{one[key]:.3f}" for key in ("accuracy", "macro_f1", "top3")),
                *(f"{one['precision_at_coverage'][str(percent)]:.3f}" for percent in COVERAGES),
            ]
            for name, one in sets.items()
        ],
        names,
    )
    heads: tuple[str, ...] = ("rows", "F1", "found", "precision")
    yield Table(
        "By class",
        ("", *heads),
        [
            [name, str(one["n"]), *(f"{one[key]:.3f}" for key in ("f1", "recall", "precision"))]
            for name, one in found["by_class"].items()
        ],
        heads,
    )
    for country, of_class in found["by_country_class"].items():
        if country:
            yield Table(
                f"By class, people in {country}",
                ("", *heads),
                [
                    [name, str(one["n"]), *(f"{one[key]:.3f}" for key in ("f1", "recall", "precision"))]
                    for name, one in of_class.items()
                ],
                heads,
            )
    taught = tuple(f"{taught} corrected" for taught in CORRECTIONS)
    yield Table(
        "Transactions right, by count, after a person's most frequent merchants were corrected",
        ("", *taught),
        [
            [person or "(unnamed)", *(f"{one[str(n)]:.3f}" for n in CORRECTIONS)]
            for person, one in found["corrections"].items()
        ],
        taught,
    )
    heads = ("of all rows", "right of those")
    words = {
        "answered": "sure",
        "guessed": "a guess, with a question mark",
        "silent": "silent; would have been",
    }
    yield Table(
        "With its marks",
        ("", *heads),
        [[word, *(f"{found[key][of]:.3f}" for of in ("share", "accuracy"))] for key, word in words.items()],
        heads,
    )
    heads = tuple(f"{percent}% right" for percent in PRECISIONS)
    reached = [found["coverage_at_precision"][str(percent)] for percent in PRECISIONS]
    yield Table(
        "Share of the rows that one mark for all groups would answer",
        heads,
        [["none" if one is None else f"{one:.3f}" for one in reached]],
        heads,
    )


def _named_countries(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f"people in {country}": one for country, one in found["by_country"].items() if country}


def _truth(rows: Sequence[Row], names: Sequence[str]) -> NDArray[np.int64]:
    place = {name: at for at, name in enumerate(names)}
    for at, row in enumerate(rows, 1):
        if row["category16"] not in place:
            raise InputError(
                f"row {at} of the rows to measure on names the class {row['category16'][:SHOWN]!a}, which is not one"
                f" of {', '.join(names)}"
            )
    return np.array([place[row["category16"]] for row in rows])


_WHOLE: Final = re.compile(r"([0-9]{1,12})(?:\.0*)?")


def counts(rows: Sequence[Row]) -> NDArray[np.int64]:
    """Return int64[n]: how often each descriptor was seen, 1 where nothing is said; ``3.0`` is 3.

    Raises:
        InputError: Something else than a whole number from 0 to `MAX_COUNT` is said, or nothing was ever seen.
    """
    told = []
    for at, row in enumerate(rows, 1):
        text = row.get("n", "").strip() or "1"
        found = _WHOLE.fullmatch(text)
        if found is None or int(found[1]) > MAX_COUNT:
            raise InputError(
                f"row {at} of the rows to measure on has n {text[:SHOWN]!a}, which is no whole number from 0 to"
                f" {MAX_COUNT:,}"
            )
        told.append(int(found[1]))
    if told and not any(told):
        raise InputError("the rows to measure on have n 0 in every row: nothing was ever seen")
    return np.array(told, np.int64)


def _f1(guess: NDArray[np.int64], truth: NDArray[np.int64], width: int) -> dict[int, float]:
    """Return the F1 of every class that was told or meant."""
    scores = {}
    for column in range(width):
        told, meant = guess == column, truth == column
        if told.any() or meant.any():
            scores[column] = float(2 * (told & meant).sum() / (told.sum() + meant.sum()))
    return scores


def _by_class(
    shares: NDArray[np.float64], truth: NDArray[np.int64], names: Sequence[str]
) -> dict[str, dict[str, float]]:
    guess = shares.argmax(axis=1)
    found = {}
    for column, score in _f1(guess, truth, len(names)).items():
        told, meant = guess == column, truth == column
        both = int((told & meant).sum())
        found[names[column]] = {
            "n": int(meant.sum()),
            "f1": round(score, 4),
            "recall": round(both / max(1, int(meant.sum())), 4),
            "precision": round(both / max(1, int(told.sum())), 4),
        }
    return found
