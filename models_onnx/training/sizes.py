"""Learns what the size of an amount says of its category, and writes ``categorizer/sizes.json``.

    PYTHONPATH=models_onnx python -m training.sizes

A few seconds, the same bytes each time. What is learned is how often money of each leaf is of each size in households
that this project's simulator makes, every text of a household counting once. The simulator's prices are the project's
own general knowledge, as the lexicon is; nobody's real money is learned from. `training.size_figures` measures what
the table is worth.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from edge_engine.domain.category import Taxonomy
from edge_engine.domain.money import exponent
from edge_engine.inference.categorizer import MODEL, subject
from edge_engine.inference.manifest import Source
from edge_engine.inference.registry import SIZES
from edge_engine.inference.sizes import MOST, UNKNOWN, Sizes
from edge_engine.simulation.household import simulate
from training import publication
from training.corpus import HERE
from training.leaves import Leaves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FILE: Final = "sizes.json"
LEARNED_FROM: Final = Source("simulated households of this project", "Apache-2.0")
COUNTRIES: Final = ("DE", "GB", "US")
HOUSEHOLDS: Final = 30
"""Simulated households a country."""

MONTHS: Final = 12
END: Final = date(2026, 5, 31)
SEED: Final = 70_000
BLUR: Final = (0.1, 0.2, 0.4, 0.2, 0.1)
"""What of a size is counted for its neighbours: prices differ by more than a few households show."""

BASE: Final = 2.0
"""Texts of no size in particular that every leaf begins with."""

LEAST: Final = 3.0
"""Texts below which a leaf has no say."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of households' accounts, side by side.

    Attributes:
        texts: As the categorizer gets them.
        amounts: Signed minor units.
        currencies: Of the amounts.
        leaves: int64[n], column of the true leaf.
        weights: float64[n]: each text of a household counts once in total.
        countries: Of the household.
    """

    texts: list[str]
    amounts: list[int]
    currencies: list[str]
    leaves: NDArray[np.int64]
    weights: NDArray[np.float64]
    countries: NDArray[np.str_]

    def of(self, which: NDArray[np.bool_]) -> Lines:
        """Return some of them."""
        at = np.flatnonzero(which).tolist()
        return Lines(
            [self.texts[one] for one in at],
            [self.amounts[one] for one in at],
            [self.currencies[one] for one in at],
            self.leaves[at],
            self.weights[at],
            self.countries[at],
        )


def lived(leaves: Leaves, seed: int = SEED, countries: Sequence[str] = COUNTRIES) -> Lines:
    """Return the lines of the simulated households of some countries."""
    column = {leaf: at for at, leaf in enumerate(leaves.ids)}
    found = [
        (
            country,
            number,
            subject(line.text, line.counterparty),
            line.amount,
            home.currency,
            column[line.leaf],
        )
        for country in countries
        for number in range(HOUSEHOLDS)
        for home in [simulate(seed + number, months=MONTHS, end=END, country=country)]
        for line in home.postings
        if line.amount and line.leaf in column
    ]
    often = Counter((country, number, text) for country, number, text, *_ in found)
    return Lines(
        [one[2] for one in found],
        [one[3] for one in found],
        [one[4] for one in found],
        np.array([one[5] for one in found]),
        np.array([1 / often[one[:3]] for one in found]),
        np.array([one[0] for one in found]),
    )


def settings() -> tuple[list[int], dict[str, int]]:
    """Return edges and scales of ``sizes.toml``."""
    told = tomllib.loads((HERE / "sizes.toml").read_text(encoding="utf-8"))
    for currency in told["scale"]:
        exponent(currency)  # one that is none is an error
    return told["edges"], told["scale"]


def learn(lines: Lines, leaves: Leaves) -> bytes:
    """Return the file: by how much each size multiplies each leaf that the lines know."""
    edges, scale = settings()
    empty = Sizes(tuple(edges), scale, np.ones((2, len(leaves.ids), len(edges) + 1), np.float32))
    buckets = np.array([empty.bucket(*one) for one in zip(lines.amounts, lines.currencies, strict=True)])
    came = np.array(lines.amounts) > 0
    found = {}
    for name, way in (("out", ~came), ("into", came)):
        which = way & (buckets != UNKNOWN)
        table = np.zeros((len(leaves.ids), len(edges) + 1))
        np.add.at(table, (lines.leaves[which], buckets[which]), lines.weights[which])
        found[name] = _factors(table, leaves)
    return encoded({"edges": edges, "scale": scale, **found})


def _factors(table: NDArray[np.float64], leaves: Leaves) -> dict[str, list[float]]:
    """Return by code the factors of each leaf that was seen often enough.

    Args:
        table: float64[leaves, buckets], texts of each leaf by the sizes of their amounts.
        leaves: The columns.
    """
    total = table.sum(axis=1)
    known = total >= LEAST
    side = len(BLUR) // 2
    padded = np.pad(table, ((0, 0), (side, side)), mode="edge")
    blurred = sum(share * padded[:, at : at + table.shape[1]] for at, share in enumerate(BLUR))
    blurred *= (total / np.maximum(blurred.sum(axis=1), 1e-9))[:, None]
    shares = blurred[known] / total[known, None]
    prior = leaves.prior[known] / leaves.prior[known].sum()
    usual = prior @ shares
    usual = (usual + 1e-3) / (usual + 1e-3).sum()
    shares = (blurred[known] + BASE * usual) / (total[known, None] + BASE)
    factors = np.clip(shares / usual, 1 / MOST, MOST)
    codes = np.array(leaves.codes)[known].tolist()
    return {str(code): np.round(row, 3).tolist() for code, row in zip(codes, factors, strict=True)}


def encoded(document: dict[str, Any]) -> bytes:
    """Return the file's text: one line a leaf, so that a change can be read."""
    parts = []
    for name, value in document.items():
        lines = (
            ",\n".join(f"  {json.dumps(key)}: {json.dumps(one)}" for key, one in value.items())
            if name in ("out", "into")
            else ""
        )
        parts.append(f"{json.dumps(name)}: " + (f"{{\n{lines}\n}}" if lines else json.dumps(value)))
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def main() -> None:
    """Learn and write."""
    leaves = Leaves.of(Taxonomy.default())
    content = learn(lived(leaves), leaves)
    publication.revise(MODEL, files={SIZES: (FILE, content)}, source=LEARNED_FROM)
    print(f"{FILE}: {len(content)} bytes")


if __name__ == "__main__":
    main()
