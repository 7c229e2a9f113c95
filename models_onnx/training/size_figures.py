"""Measures what the size of an amount adds to the categorizer: on simulated households, and on real money.

    PYTHONPATH=models_onnx python -m training.size_figures [--data DIR] [--json FILE]

The simulated households are of a country that the table was learned without. That is partly circular all the same: the
prices of every country were written by this project. The real money has no texts: the council's cards (``cards/``) and
the Czech accounts (``berka/``) of ``--data`` tell what an amount was for, and so whether the true leaf gains by what
the table says of the size alone. They measure; they train nothing.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median_low
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from edge_engine.domain.category import ABSTAIN, Taxonomy
from edge_engine.evaluation.categorizer import classes
from edge_engine.inference.categorizer import Categorizer, Source
from edge_engine.inference.sizes import UNKNOWN, Sizes
from training.corpus import HERE
from training.leaves import Leaves
from training.sizes import COUNTRIES, SEED, Lines, learn, lived

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

MEASURED: Final = (*COUNTRIES, "AU")
"""Countries whose households are measured on; of Australia's the shipped table learned nothing."""

APART: Final = 1_000
"""Seeds between the households that are learned from and those that are measured on."""


class Sized(Categorizer):
    """The shipped categorizer with another table of sizes, or none."""

    def with_sizes(self, content: bytes | None) -> Sized:
        """Take a table; None for none."""
        self._sizes = None if content is None else Sizes.of(content, self._codes.tolist())
        return self


@dataclass(frozen=True, slots=True)
class Figures:
    """How well lines are told, each text counting once.

    Attributes:
        leaf: Share whose leaf is right; silence is wrong.
        of_class: Share whose class of 16 is right.
        said: Share of which anything is said.
        right: Share of those whose class is right.
        sure: Share that is sure.
    """

    leaf: float
    of_class: float
    said: float
    right: float
    sure: float


def told(model: Categorizer, lines: Lines, leaves: Leaves) -> Figures:
    """Return how well a categorizer tells lines by text and amount."""
    _, matrix = classes(Taxonomy.default(), leaves.codes)
    of_class = matrix.argmax(axis=1)
    found = model.predict(lines.texts, lines.amounts, currencies=lines.currencies)
    column = {code: at for at, code in enumerate(leaves.codes)}
    said = found.leaves != ABSTAIN
    guess = np.array([column.get(code, 0) for code in found.leaves.tolist()])

    def share(which: NDArray[np.bool_], among: NDArray[np.bool_] | None = None) -> float:
        weights = lines.weights if among is None else lines.weights * among
        return float((which * weights).sum() / weights.sum())

    right = of_class[guess] == of_class[lines.leaves]
    return Figures(
        share(said & (guess == lines.leaves)),
        share(said & right),
        share(said),
        share(right, said),
        share(said & (found.sources == int(Source.MODEL))),
    )


def measure(leaves: Leaves) -> dict[str, tuple[Figures, Figures]]:
    """Return for each country what is told without sizes, and with sizes learned from the other countries."""
    learned, other = lived(leaves), lived(leaves, SEED + APART, MEASURED)
    model = Sized.load()
    found = {}
    for country in MEASURED:
        lines = other.of(other.countries == country)
        content = learn(learned.of(learned.countries != country), leaves)
        found[country] = (
            told(model.with_sizes(None), lines, leaves),
            told(model.with_sizes(content), lines, leaves),
        )
    return found


@dataclass(frozen=True, slots=True)
class Gain:
    """What sizes alone say of real money.

    Attributes:
        n: Kinds of payment of a card or an account, each once, with its median amount.
        times: By how much the table multiplies the probability of the true leaf, in the geometric mean.
        gained: Share of them whose true leaf gains.
        named: Share told right by size alone among the leaves that occur, each of them counting alike.
        chance: What guessing would tell right.
        by_leaf: By leaf, how many and how many times.
    """

    n: int
    times: float
    gained: float
    named: float
    chance: float
    by_leaf: dict[str, tuple[int, float]]


def gain(pairs: Sequence[tuple[str, int]], content: bytes, leaves: Leaves, currency: str) -> Gain:
    """Return what a table says of money of which nothing is known but its direction, beside the model's prior.

    Args:
        pairs: True leaves, and signed amounts in minor units.
        content: The table.
        leaves: The columns.
        currency: Of the amounts.
    """
    sizes = Sizes.of(content, leaves.codes)
    buckets = np.array([sizes.bucket(amount, currency) for _, amount in pairs])
    pairs = [pair for pair, bucket in zip(pairs, buckets, strict=True) if bucket != UNKNOWN]
    at = np.array([leaves.ids.index(leaf) for leaf, _ in pairs])
    signs = np.array([1 if amount > 0 else -1 for _, amount in pairs])
    heard = np.tile(leaves.prior.astype(np.float32), (len(pairs), 1))
    after = sizes.weighed(heard, signs, buckets[buckets != UNKNOWN])
    rise = np.log(after[np.arange(len(at)), at] / leaves.prior[at])
    named = []
    for sign in (-1, 1):
        which = signs == sign
        present = np.unique(at[which])
        best = present[(after / leaves.prior)[which][:, present].argmax(axis=1)] if len(present) else present
        named += [(float((best == leaf)[at[which] == leaf].mean()), 1 / len(present)) for leaf in present]
    right, chance = np.mean(named, axis=0).tolist()
    return Gain(
        len(pairs),
        float(np.exp(rise.mean())),
        float((rise > 0).mean()),
        right,
        chance,
        {
            leaves.ids[leaf]: (int((at == leaf).sum()), float(np.exp(rise[at == leaf].mean())))
            for leaf in np.unique(at).tolist()
        },
    )


def kinds(rows: Iterable[tuple[object, str | None, int]]) -> list[tuple[str, int]]:
    """Return leaf and median amount of each kind of payment of each card or account."""
    found: dict[tuple[object, str], list[int]] = {}
    for owner, leaf, amount in rows:
        if leaf and amount:
            found.setdefault((owner, leaf), []).append(amount)
    return [(leaf, median_low(amounts)) for (_, leaf), amounts in found.items()]


def real(data: Path) -> dict[str, tuple[list[tuple[str, int]], str]]:
    """Return by name the real money in a folder: leaves and amounts, and their currency."""
    told = tomllib.loads((HERE / "sizes.toml").read_text(encoding="utf-8"))["measured"]
    cards, accounts = told["cards"], told["accounts"]
    return {
        "cards of a British council": (
            kinds(
                (row["card_id"], cards.get(row["cac"]), -round(row["amount"] * 100))
                for row in _rows(data / "cards", "*.parquet")
                if row["amount"] > 0
            ),
            "GBP",
        ),
        "Czech accounts of the 1990s": (
            kinds(
                (
                    row["account_id"],
                    accounts.get(row["k"] or row["op"]),
                    row["dir"] * round(row["amount"] * 100),
                )
                for row in _rows(data / "berka", "trans*.parquet")
            ),
            "CZK",
        ),
    }


def _rows(folder: Path, pattern: str) -> list[dict[str, Any]]:
    from pyarrow import parquet  # noqa: PLC0415 - of the extra, and for real money alone

    return [row for file in sorted(folder.glob(pattern)) for row in parquet.read_table(file).to_pylist()]


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder with cards/ and berka/")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    given = parser.parse_args()
    leaves = Leaves.of(Taxonomy.default())
    simulated = measure(leaves)
    print("Simulated households, sizes learned in other countries; each text of a household counts once")
    print(f"{'':24} {'leaf':>6} {'class':>6} {'said':>6} {'right of said':>14} {'sure':>6}")
    for country, both in simulated.items():
        for name, one in zip(("without sizes", "with sizes"), both, strict=True):
            print(
                f"{country:8} {name:15} {one.leaf:6.3f} {one.of_class:6.3f} {one.said:6.3f} "
                f"{one.right:14.3f} {one.sure:6.3f}"
            )
    content, gains = learn(lived(leaves), leaves), {}
    for name, (pairs, currency) in (real(given.data) if given.data else {}).items():
        if not pairs:
            continue
        found = gains[name] = gain(pairs, content, leaves, currency)
        print(
            f"\n{name}, by size alone: {found.n} kinds of payment, true leaf times {found.times:.2f}, gains in "
            f"{found.gained:.3f}; named right {found.named:.3f}, by chance {found.chance:.3f}"
        )
        for leaf, (n, times) in found.by_leaf.items():
            print(f"  {leaf:26} {n:5} times {times:.2f}")
    if given.json:
        document = {
            "simulated": {name: [asdict(one) for one in both] for name, both in simulated.items()},
            "real": {name: asdict(one) for name, one in gains.items()},
        }
        given.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
