"""Trains peers of the categorizer in this run and measures them on the same rows: what else the corpus could buy.

    python -m training.peers ROWS.csv.gz [--json FILE]

TF-IDF of character n-grams with logistic regression (scikit-learn) and fastText, each once on the project's whole
open corpus as statements write it, once on the brand names of the name-suggestion-index alone. Then the speed of
fastText beside the shipped graph. One thread throughout; about four minutes, of which the regression on the whole
corpus takes half.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import fasttext
import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from edge_engine.domain.category import Taxonomy
from edge_engine.evaluation.categorizer import classes, measure, read
from edge_engine.inference.categorizer import Categorizer, folded
from edge_engine.inference.registry import Registry
from training import corpus, ngrams
from training.leaves import Leaves
from training.train_categorizer import SEED, draw

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

TEXTS: Final = 200_000
"""Descriptors that the peers learn from."""

STEPS: Final = 200
"""Passes over the corpus that the regression may take; to need more is an error: what did not converge is no peer."""

RESAMPLED: Final = 2_000
"""Resamples of the rows behind each interval."""

OURS: Final = "this model"


@dataclass(frozen=True, slots=True)
class Trained:
    """A peer that was trained.

    Attributes:
        answer: Texts to float64[n, classes].
        effort: What training took, in words.
        name: Prepared texts to their best class alone, as fast as the peer can; None where speed is not compared.
    """

    answer: Callable[[Sequence[str]], NDArray[np.float64]]
    effort: str
    name: Callable[[Sequence[str]], object] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table.

    Attributes:
        model: What was measured.
        learned: From what.
        accuracy: Share right of all rows.
        macro_f1: Mean F1 of the classes.
        surest_half: Share right of the surest half of the rows.
        margin: By how much this project's model is more accurate.
        margin_low: Lower end of the margin's interval: 95% of resamples of the rows lie above 2.5% of them.
        margin_high: Upper end.
        effort: What training took, in words.
    """

    model: str
    learned: str
    accuracy: float
    macro_f1: float
    surest_half: float
    margin: float
    margin_low: float
    margin_high: float
    effort: str


@dataclass(frozen=True, slots=True)
class Pace:
    """How long one text takes.

    Attributes:
        what: Which model, and how many texts at once.
        microseconds: A text.
        times_faster: Than fastText at as many texts at once; 1 for fastText itself.
    """

    what: str
    microseconds: float
    times_faster: float


def linear(texts: Sequence[str], labels: NDArray[np.int64], width: int) -> Trained:
    """Train TF-IDF of character 2- to 5-grams with logistic regression, until it has converged.

    SAGA gets there in minutes; L-BFGS had not after twice as long.

    Raises:
        RuntimeError: It did not converge within `STEPS`.
    """
    model = make_pipeline(
        HashingVectorizer(
            analyzer="char_wb",
            ngram_range=(2, 5),
            n_features=2**18,
            norm=None,
            alternate_sign=False,
            dtype=np.float32,
        ),
        TfidfTransformer(sublinear_tf=True),
        LogisticRegression(C=8, solver="saga", max_iter=STEPS, tol=1e-3, random_state=SEED),
    )
    start = time.monotonic()
    model.fit([text.casefold() for text in texts], labels)
    steps = int(model[-1].n_iter_.max())
    if steps >= STEPS:
        raise RuntimeError(f"the regression did not converge in {steps} passes")

    def answer(rows: Sequence[str]) -> NDArray[np.float64]:
        out = np.zeros((len(rows), width))
        out[:, model[-1].classes_] = model.predict_proba([row.casefold() for row in rows])
        return out

    return Trained(answer, f"converged in {steps} passes, {time.monotonic() - start:.0f} s")


def fast(texts: Sequence[str], labels: NDArray[np.int64], width: int) -> Trained:
    """Train fastText on words, pairs of words and 2- to 5-grams."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.txt"
        file.write_text(
            "\n".join(
                f"__label__{label} {' '.join(text.casefold().split())}"
                for text, label in zip(texts, labels, strict=True)
            ),
            encoding="utf-8",
        )
        model = fasttext.train_supervised(
            str(file),
            dim=32,
            epoch=10,
            lr=0.5,
            minn=2,
            maxn=5,
            wordNgrams=2,
            bucket=500_000,
            thread=1,
            seed=1,
            verbose=0,
        )

    def answer(rows: Sequence[str]) -> NDArray[np.float64]:
        out = np.zeros((len(rows), width))
        for at, row in enumerate(rows):
            for share, label in model.f.predict(
                " ".join(row.casefold().split()) + "\n", width, 0.0, "replace"
            ):
                out[at, int(label.removeprefix("__label__"))] = share
        return out

    def name(rows: Sequence[str]) -> object:
        return [model.f.predict(row, 1, 0.0, "replace") for row in rows]

    return Trained(answer, f"10 epochs, {time.monotonic() - start:.0f} s", name)


def margin(
    ours: NDArray[np.bool_], theirs: NDArray[np.bool_], resampled: int = RESAMPLED
) -> tuple[float, float, float]:
    """Return by how much more of the rows we have right, and the 95% interval of it over resamples of the rows.

    Args:
        ours: bool[n], whether this project's model is right.
        theirs: bool[n], whether the peer is, on the same rows.
        resampled: How many resamples.
    """
    lead = ours.astype(np.float64) - theirs
    picked = np.random.default_rng(SEED).integers(0, len(lead), (resampled, len(lead)))
    low, high = np.quantile(lead[picked].mean(axis=1), (0.025, 0.975))
    return float(lead.mean()), float(low), float(high)


def corpora(taxonomy: Taxonomy, leaves: Leaves) -> dict[str, tuple[list[str], NDArray[np.int64]]]:
    """Return by name what the peers learn from: texts, and the column of the class of each."""
    _, matrix = classes(taxonomy, leaves.codes)
    entries = corpus.read(taxonomy)
    written, allowed = draw(entries, leaves, TEXTS, 1.0, SEED)
    order = np.random.default_rng(SEED).permutation(len(written))  # fastText learns in the order of its file
    of_leaf = dict(zip(leaves.ids, matrix.argmax(axis=1).tolist(), strict=True))
    brands = [entry for entry in entries if entry.source == "places"]
    brands = [brands[at] for at in np.random.default_rng(SEED).permutation(len(brands)).tolist()]
    return {
        "open corpus": ([written[at] for at in order.tolist()], (allowed[order] @ matrix).argmax(axis=1)),
        "brand names": ([one.text for one in brands], np.array([of_leaf[one.leaf] for one in brands])),
    }


def compare(
    texts: Sequence[str], truth: NDArray[np.int64], taxonomy: Taxonomy
) -> tuple[list[Line], Callable[[Sequence[str]], object]]:
    """Train every peer on every corpus; return the table, ours first, and the peer that speed is compared with."""
    leaves = Leaves.of(taxonomy)
    names, matrix = classes(taxonomy, leaves.codes)
    shares = Categorizer.load().probabilities(texts).astype(np.float64) @ matrix
    ours = shares.argmax(axis=1) == truth
    lines = [_line(OURS, "open corpus", shares, truth, ours, "shipped")]
    print(told(lines[0]), flush=True)
    swift = None
    for learned, (written, labels) in corpora(taxonomy, leaves).items():
        for name, train in (("fastText", fast), ("TF-IDF + logistic regression", linear)):
            peer = train(written, labels, len(names))
            lines.append(_line(name, learned, peer.answer(texts), truth, ours, peer.effort))
            print(told(lines[-1]), flush=True)
            swift = swift or peer.name
    if swift is None:
        raise RuntimeError("no peer was trained")
    return lines, swift


def _line(
    model: str,
    learned: str,
    shares: NDArray[np.float64],
    truth: NDArray[np.int64],
    ours: NDArray[np.bool_],
    effort: str,
) -> Line:
    found = measure(shares, truth)
    half = found["precision_at_coverage"]["50"]
    lead = margin(ours, shares.argmax(axis=1) == truth)
    return Line(model, learned, found["accuracy"], found["macro_f1"], half, *lead, effort)


def told(line: Line) -> str:
    """Return a line for people."""
    lead = (
        f"{line.margin:+.3f} ({line.margin_low:+.3f} to {line.margin_high:+.3f})"
        if line.model != OURS
        else ""
    )
    return (
        f"{line.model:29} {line.learned:12} {line.accuracy:8.3f} {line.macro_f1:8.3f} {line.surest_half:11.3f}  "
        f"{lead:26} {line.effort}"
    )


def seconds(work: Callable[[], object], times: int = 40) -> float:
    """Return the least of some times that ``work`` took."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def speed(rows: Sequence[str], peer: Callable[[Sequence[str]], object]) -> list[Pace]:
    """Return microseconds a text of the graph, of the engine with what it remembers, and of fastText.

    A text that was not met before costs the graph; one that was met costs a look-up, which is what *remembered* says
    and which folds the text too. The others get their texts prepared.
    """
    session = Registry.default().session("categorizer")
    model = Categorizer.load()
    batch, one = rows[:256], rows[:1]
    packed = np.frombuffer(b"".join(folded(row, ngrams.WINDOW) for row in batch), np.uint8).reshape(
        -1, ngrams.WINDOW
    )
    names = ["probabilities"]
    model.probabilities(batch)
    prepared = [" ".join(row.casefold().split()) + "\n" for row in batch]
    many = seconds(lambda: peer(prepared)) / len(prepared)
    single = seconds(lambda: peer(prepared[:1]))
    found = [
        ("graph, batch 256", seconds(lambda: session.run(names, {"bytes": packed})) / len(batch), many),
        (
            "graph, batch 1, not met before",
            seconds(lambda: session.run(names, {"bytes": packed[:1]})),
            single,
        ),
        ("engine, batch 1, remembered", seconds(lambda: model.probabilities(one)), single),
        ("fastText, batch 256", many, many),
        ("fastText, batch 1", single, single),
    ]
    return [Pace(what, taken * 1e6, against / taken) for what, taken, against in found]


def main() -> None:
    """Train, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    given = parser.parse_args()
    rows = read(given.rows)
    taxonomy = Taxonomy.default()
    names, _ = classes(taxonomy, Leaves.of(taxonomy).codes)
    truth = np.array([names.index(row["category16"]) for row in rows])
    texts = [row["description"] for row in rows]
    print(f"Peers of the categorizer, trained in this run; 16 classes, {len(rows)} rows")
    print(
        f"{'model':29} {'learned from':12} accuracy macro-F1 surest half  {'ours leads by (95%)':26} training"
    )
    lines, swift = compare(texts, truth, taxonomy)
    print("\nSpeed, one thread")
    paces = speed(texts, swift)
    for pace in paces:
        print(f"{pace.what:31} {pace.microseconds:8.2f} us a text  {pace.times_faster:6.2f} x fastText")
    if given.json:
        found = {"peers": [asdict(line) for line in lines], "speed": [asdict(pace) for pace in paces]}
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
