"""Measures the shipped categorizer and writes what it finds into its card, the picture beside it and the manifest.

    python -m training.cards ROWS.csv.gz [--peers FILE] [--unseen FILE] [--sizes FILE]

The prose of a card is written by hand; what stands between ``<!-- name -->`` and ``<!-- /name -->`` is written here,
so that the card's figures are those of the file that it lies beside. The other files are what ``training.peers``,
``training.unseen`` and ``training.size_figures`` wrote with ``--json``; a block whose file is not given stays.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from edge_engine.domain.category import Taxonomy
from edge_engine.evaluation.categorizer import CORRECTIONS, COVERAGES, PRECISIONS, figures, read
from edge_engine.inference.categorizer import MODEL, Categorizer
from edge_engine.inference.registry import CLASSES
from training import pictures, publication
from training.corpus import HERE
from training.marks import Judged, LeftOut, left_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PICTURE: Final = "calibration"
PICTURE_FILE: Final = "calibration.svg"
CLASSES_FILE: Final = "evaluation_classes.toml"

PEOPLE: Final = {
    "nz_banks": "New Zealand banks",
    "us_mint": "United States, an app",
    "us_crowd": "United States, volunteers",
}
"""What the sources of the rows are called in the card."""

MARKS: Final = {"answered": "sure", "guessed": "a guess, shown with a question mark", "silent": "left unsaid"}


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table in Markdown."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def filled(card: str, name: str, content: str) -> str:
    """Return the card with a block's content replaced.

    Raises:
        ValueError: The card has no such block.
    """
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    before, found, rest = card.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"the card has no block {name}")
    return f"{before}{begin}{content}\n{end}{after}"


def rows_of(found: dict[str, Any]) -> str:
    """Return how well it does, over all rows, by source and by country."""
    sets = {
        "all": found["overall"],
        **{PEOPLE.get(name, name): one for name, one in found["by_source"].items()},
        **{f"country {name}": one for name, one in found["by_country"].items() if name},
    }
    surest = " / ".join(f"{percent}%" for percent in COVERAGES)
    return table(
        ["rows", "how many", "accuracy", "macro-F1", "right within 3", f"precision on the surest {surest}"],
        [
            [
                name,
                one["n"],
                *(f"{one[key]:.3f}" for key in ("accuracy", "macro_f1", "top3")),
                " / ".join(f"{one['precision_at_coverage'][str(percent)]:.3f}" for percent in COVERAGES),
            ]
            for name, one in sets.items()
        ],
    )


def marks_of(found: dict[str, Any]) -> str:
    """Return what it answers at its marks, and what one mark for all groups could."""
    reached = [found["coverage_at_precision"][str(percent)] for percent in PRECISIONS]
    one = table(
        ["one mark for all groups", *(f"{percent}% right" for percent in PRECISIONS)],
        [["share answered", *("none" if share is None else f"{share:.3f}" for share in reached)]],
    )
    return (
        table(
            ["answer", "of all rows", "right of those"],
            [
                [words, *(f"{found[key][of]:.3f}" for of in ("share", "accuracy"))]
                for key, words in MARKS.items()
            ],
        )
        + "\n\n"
        + one
    )


def classes_of(found: dict[str, Any]) -> str:
    """Return F1, recall and precision of each class, over all rows and by country."""
    sets = {"all": found["by_class"], **found["by_country_class"]}
    return "\n\n".join(
        table(
            ["class" if name == "all" else f"class, people in {name}", "rows", "F1", "found", "precision"],
            [
                [kind, one["n"], *(f"{one[key]:.2f}" for key in ("f1", "recall", "precision"))]
                for kind, one in of_class.items()
            ],
        )
        for name, of_class in sets.items()
        if name
    )


def left_out_of(found: dict[str, LeftOut]) -> str:
    """Return what was chosen on other people's rows and measured on one person's."""
    return table(
        ["people left out", "rows", "sure", "right of those", "mean confidence", "right", "temperature"],
        [
            [
                PEOPLE.get(name, name),
                one.n,
                *(f"{value:.3f}" for value in (one.share, one.precision, one.confidence, one.accuracy)),
                f"{one.temperature:.2f}",
            ]
            for name, one in found.items()
        ],
    )


def unseen_of(found: dict[str, Any]) -> str:
    """Return what leaving a country out of the training costs its people, as ``training.unseen --json`` wrote it."""
    return table(
        [
            "people in",
            "nothing learned of",
            "mixed list",
            "rows",
            "accuracy",
            "macro-F1",
            "surest half",
            "less right (95%)",
        ],
        [
            [
                one["country"],
                ", ".join(one["without"]),
                "kept" if one["mixed"] else "left out",
                one["n"],
                *(f"{one[key]:.3f}" for key in ("accuracy", "macro_f1", "surest_half")),
                f"{one['drop']:.3f} ({one['drop_low']:.3f} to {one['drop_high']:.3f})",
            ]
            for one in found.values()
        ],
    )


def sizes_of(found: dict[str, Any]) -> str:
    """Return what the size of an amount adds, as ``training.size_figures --json`` wrote it."""
    lived = table(
        [
            "simulated households",
            "size",
            "leaf right",
            "class right",
            "anything said",
            "class right of said",
            "sure",
        ],
        [
            [
                country,
                name,
                *(f"{one[key]:.3f}" for key in ("leaf", "of_class", "said", "right", "sure")),
            ]
            for country, both in found["simulated"].items()
            for name, one in zip(("not heard", "heard"), both, strict=True)
        ],
    )
    real = table(
        [
            "real money, by size alone",
            "kinds of payment",
            "true leaf",
            "gains in",
            "named right",
            "by chance",
        ],
        [
            [
                name,
                one["n"],
                f"times {one['times']:.2f}",
                *(f"{one[key]:.3f}" for key in ("gained", "named", "chance")),
            ]
            for name, one in found["real"].items()
        ],
    )
    return f"{lived}\n\n{real}"


def corrections_of(found: dict[str, Any]) -> str:
    """Return what a person's corrections add."""
    return table(
        ["person", *("none" if not taught else str(taught) for taught in CORRECTIONS)],
        [
            [PEOPLE.get(name, name), *(f"{one[str(taught)]:.3f}" for taught in CORRECTIONS)]
            for name, one in found["corrections"].items()
        ],
    )


def calibration_of(found: dict[str, Any]) -> str:
    """Return how confidence and truth agree, with the picture."""
    return f"![Confidence and truth by tenths]({PICTURE_FILE})\n\n" + table(
        ["rows", "mean confidence", "right"],
        [[one["n"], f"{one['confidence']:.2f}", f"{one['accuracy']:.2f}"] for one in found["calibration"]],
    )


def failures(model: Categorizer, taxonomy: Taxonomy) -> str:
    """Return those of the invented and known merchants that the model does not get right for sure."""
    cases = tomllib.loads((HERE / "failures.toml").read_text(encoding="utf-8"))["case"]
    said = model.categorize([case["text"] for case in cases], [-1000] * len(cases))
    return table(
        ["text", "is", "the model says", "why"],
        [
            [
                f"`{case['text']}`",
                taxonomy.leaf(case["leaf"]).label(),
                f"{one.label}{'?' if one.source == 'guess' else ''} ({one.confidence:.0%})"
                if one.category
                else f"nothing ({one.confidence:.0%})",
                case["why"],
            ]
            for case, one in zip(cases, said, strict=True)
            if one.category != case["leaf"] or one.source == "guess"
        ],
    )


def peers(found: dict[str, Any]) -> str:
    """Return the peers and their speed, as ``training.peers --json`` wrote them."""
    compared = table(
        ["model", "learned from", "accuracy", "macro-F1", "surest half", "ours leads by (95%)"],
        [
            [
                *(one[key] for key in ("model", "learned")),
                *(f"{one[key]:.3f}" for key in ("accuracy", "macro_f1", "surest_half")),
                f"{one['margin']:+.3f} ({one['margin_low']:+.3f} to {one['margin_high']:+.3f})" if at else "",
            ]
            for at, one in enumerate(found["peers"])
        ],
    )
    return (
        compared
        + "\n\n"
        + table(
            ["one thread", "µs a text", "times as fast as fastText"],
            [
                [one["what"], f"{one['microseconds']:.2f}", f"{one['times_faster']:.2f}"]
                for one in found["speed"]
            ],
        )
    )


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--peers", type=Path, help="what training.peers wrote with --json")
    parser.add_argument("--unseen", type=Path, help="what training.unseen wrote with --json")
    parser.add_argument("--sizes", type=Path, help="what training.size_figures wrote with --json")
    given = parser.parse_args()
    rows = read(given.rows)
    found = figures(rows)
    people = np.array([row.get("source") or "" for row in rows])
    place = publication.FOLDER / MODEL / "card.md"
    card = place.read_text(encoding="utf-8")
    blocks = {
        "rows": rows_of(found),
        "marks": marks_of(found),
        "classes": classes_of(found),
        "corrections": corrections_of(found),
        "calibration": calibration_of(found),
        "left_out": left_out_of(left_out(Judged.of(rows), people)),
        "failures": failures(Categorizer.load(), Taxonomy.default()),
    }
    for name, file, written in (
        ("peers", given.peers, peers),
        ("unseen", given.unseen, unseen_of),
        ("sizes", given.sizes, sizes_of),
    ):
        if file:
            blocks[name] = written(json.loads(file.read_text(encoding="utf-8")))
    for name, content in blocks.items():
        card = filled(card, name, content)
    place.write_text(card, encoding="utf-8")
    overall = found["overall"]
    publication.revise(
        MODEL,
        files={
            PICTURE: (
                PICTURE_FILE,
                pictures.calibration(
                    found["calibration"], f"{found['model']}: confidence and truth"
                ).encode(),
            ),
            CLASSES: (CLASSES_FILE, (publication.FOLDER / MODEL / CLASSES_FILE).read_bytes()),
        },
        metrics={
            "descriptors of people's accounts, 16 classes": {
                **{key: overall[key] for key in ("accuracy", "macro_f1", "top3")},
                "precision_on_surest_half": overall["precision_at_coverage"]["50"],
                "share_sure": found["answered"]["share"],
                "precision_of_sure": found["answered"]["accuracy"],
                "share_guessed": found["guessed"]["share"],
                "precision_of_guessed": found["guessed"]["accuracy"],
            }
        },
    )
    print(f"{found['model']}: the card, {PICTURE_FILE} and the manifest are written")


if __name__ == "__main__":
    main()
