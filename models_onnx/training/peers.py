"""Trains peers of the categorizer in this run and measures them on the same rows: what else the corpus could buy.

    python -m training.peers ROWS.csv.gz

TF-IDF of character n-grams with logistic regression (scikit-learn) and fastText, each once on the project's whole
open corpus as statements write it, once on the brand names of the name-suggestion-index alone. Then the speed of
fastText beside the shipped graph, one thread.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import fasttext
import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from edge_engine.domain.category import Taxonomy
from edge_engine.evaluation.categorizer import classes, figures, measure, read
from edge_engine.inference.categorizer import Categorizer, folded
from edge_engine.inference.registry import Registry
from training import corpus, ngrams
from training.train_categorizer import SEED, Leaves, draw

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

TEXTS: Final = 200_000
"""Descriptors that the peers learn from."""


def linear(texts: Sequence[str], labels: NDArray[np.int64], width: int) -> Callable[[Sequence[str]], Any]:
    """Return what TF-IDF with logistic regression makes of texts, float64[n, width]."""
    model = make_pipeline(
        HashingVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), n_features=2**19, norm=None, alternate_sign=False
        ),
        TfidfTransformer(sublinear_tf=True),
        LogisticRegression(C=8, max_iter=60),
    )
    model.fit([text.casefold() for text in texts], labels)

    def answer(rows: Sequence[str]) -> NDArray[np.float64]:
        out = np.zeros((len(rows), width))
        out[:, model[-1].classes_] = model.predict_proba([row.casefold() for row in rows])
        return out

    return answer


def fast(texts: Sequence[str], labels: NDArray[np.int64], width: int) -> Callable[[Sequence[str]], Any]:
    """Return what fastText makes of texts, float64[n, width]."""
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

    return answer


def seconds(work: Callable[[], object], times: int = 15) -> float:
    """Return the least of some times that ``work`` took."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def speed(rows: list[str], peer: Callable[[Sequence[str]], Any]) -> None:
    """Print microseconds a text of the graph, of the engine's cached answers, and of fastText."""
    session = Registry.default().session("categorizer")
    model = Categorizer.load()
    batch, one = rows[:256], rows[:1]
    packed = np.frombuffer(b"".join(folded(row, ngrams.WINDOW) for row in batch), np.uint8).reshape(
        -1, ngrams.WINDOW
    )
    names = ["probabilities"]
    model.probabilities(batch)
    for what, work, n in (
        ("graph, batch 256", lambda: session.run(names, {"bytes": packed}), 256),
        ("graph, batch 1", lambda: session.run(names, {"bytes": packed[:1]}), 1),
        ("remembered, batch 1", lambda: model.probabilities(one), 1),
        ("fastText, batch 256", lambda: peer(batch), 256),
        ("fastText, batch 1", lambda: peer(one), 1),
    ):
        print(f"{what:22} {seconds(work) / n * 1e6:8.2f} us a text")


def main() -> None:
    """Train, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    rows = read(parser.parse_args().rows)
    taxonomy = Taxonomy.default()
    leaves = Leaves.of(taxonomy)
    names, matrix = classes(taxonomy, leaves.codes)
    truth = np.array([names.index(row["category16"]) for row in rows])
    texts = [row["description"] for row in rows]
    entries = corpus.read(taxonomy)
    written, allowed = draw(entries, leaves, TEXTS, 1.0, SEED)
    order = np.random.default_rng(SEED).permutation(len(written))  # fastText learns in the order of its file
    written, allowed = [written[at] for at in order.tolist()], allowed[order]
    of_leaf = dict(zip(leaves.ids, matrix.argmax(axis=1).tolist(), strict=True))
    brands = [entry for entry in entries if entry.source == "places"]
    brands = [brands[at] for at in np.random.default_rng(SEED).permutation(len(brands)).tolist()]
    sets = {
        "open corpus": (written, (allowed @ matrix).argmax(axis=1)),
        "brand names": ([one.text for one in brands], np.array([of_leaf[one.leaf] for one in brands])),
    }
    own = figures(rows)["overall"]
    print(f"{'this model':34} accuracy {own['accuracy']:.3f}  macro-F1 {own['macro_f1']:.3f}")
    peer = None
    for what, (learned, labels) in sets.items():
        for name, train in (("TF-IDF + logistic regression", linear), ("fastText", fast)):
            answer = train(learned, labels, len(names))
            found = measure(answer(texts), truth)
            print(
                f"{name + ', ' + what:42} accuracy {found['accuracy']:.3f}  macro-F1 {found['macro_f1']:.3f}",
                flush=True,
            )
            if name == "fastText" and peer is None:
                peer = answer
    if peer is not None:
        speed(texts, peer)


if __name__ == "__main__":
    main()
