"""The models' speed and size: the categorizer beside fastText trained in the run, and one call of the trajectory.

fastText learns the descriptors of simulated households with 2- to 5-grams and pairs of words, into 16 classes; how
good it gets does not matter here (`make eval-categorizer` tells), only what it costs to ask about descriptors that it
did not learn. One thread each, in turns.
"""

from __future__ import annotations

import importlib
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from edge_engine.evaluation.trajectory import microseconds_a_call
from edge_engine.inference.categorizer import Categorizer, folded
from edge_engine.inference.registry import Registry
from edge_engine.simulation.household import simulate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from onnxruntime import InferenceSession

HOUSEHOLDS: Final = 12
TURNS: Final = 60


def measure() -> dict[str, float | str]:
    """Return the figures by name; those beside fastText are left out where it is not installed."""
    registry = Registry.default()
    told: dict[str, float | str] = {
        f"{name}_file_mb": len(registry.read(name)) / 1e6
        for name in ("categorizer", "recommender", "trajectory")
    }
    told["largest_file_mb"] = max(float(size) for size in told.values())
    told["trajectory_call_us"] = microseconds_a_call(registry)
    try:
        fasttext = importlib.import_module("fasttext")
    except ImportError:
        return {**told, "fasttext": "skipped: fastText is not installed"}
    known = descriptors(range(HOUSEHOLDS))
    peer = _peer(fasttext, list(known), list(known.values()))
    return told | _paces([one for one in descriptors(range(100, 104)) if one not in known], peer, registry)


def descriptors(seeds: Iterable[int]) -> dict[str, str]:
    """Return different descriptors of simulated households and the group of each."""
    found: dict[str, str] = {}
    for seed in seeds:
        home = simulate(seed, months=12, end=date(2026, 6, 30), country=("GB", "US", "DE")[seed % 3])
        found |= {one.text: one.leaf.partition(".")[0] for one in home.postings}
    return found


def _peer(fasttext: Any, texts: list[str], labels: list[str]) -> Any:  # noqa: ANN401 - the peer has no types
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.txt"
        rows = zip(texts, labels, strict=True)
        file.write_text(
            "".join(f"__label__{label} {_prepared(text)}" for text, label in rows), encoding="utf-8"
        )
        return fasttext.train_supervised(
            str(file),
            dim=32,
            epoch=5,
            minn=2,
            maxn=5,
            wordNgrams=2,
            bucket=500_000,
            thread=1,
            seed=1,
            verbose=0,
        )


def _paces(texts: list[str], peer: Any, registry: Registry) -> dict[str, float | str]:  # noqa: ANN401 - no types
    """Return microseconds a text of both, and how many times faster ours is; the least of turns taken alternately."""
    session, model = registry.session("categorizer"), Categorizer.load()
    window = _window(session)
    batch, ready = texts[:256], [_prepared(text) for text in texts[:256]]
    packed = np.frombuffer(b"".join(folded(text, window) for text in batch), np.uint8).reshape(-1, window)
    model.probabilities(batch)
    ask = peer.f.predict
    took = least(
        {
            "graph_256": lambda: session.run(["probabilities"], {"bytes": packed}),
            "fasttext_256": lambda: [ask(row, 1, 0.0, "replace") for row in ready],
            "graph_1": lambda: session.run(["probabilities"], {"bytes": packed[:1]}),
            "known_1": lambda: model.probabilities(batch[:1]),
            "fasttext_1": lambda: ask(ready[0], 1, 0.0, "replace"),
        }
    )
    return {
        "graph_256_us_a_text": took["graph_256"] / 256,
        "fasttext_256_us_a_text": took["fasttext_256"] / 256,
        "graph_1_us": took["graph_1"],
        "known_1_us": took["known_1"],
        "fasttext_1_us": took["fasttext_1"],
        "batch_256_times_faster": took["fasttext_256"] / took["graph_256"],
        "one_new_times_faster": took["fasttext_1"] / took["graph_1"],
        "one_known_times_faster": took["fasttext_1"] / took["known_1"],
    }


def least(works: dict[str, Callable[[], object]], turns: int = TURNS) -> dict[str, float]:
    """Return the least microseconds of each piece of work over alternating turns."""
    took = dict.fromkeys(works, float("inf"))
    for _ in range(turns):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            took[name] = min(took[name], 1e6 * (time.perf_counter() - began))
    return took


def _window(session: InferenceSession) -> int:
    """Return how many bytes of a text the graph reads."""
    return int(session.get_inputs()[0].shape[1])


def _prepared(text: str) -> str:
    return " ".join(text.casefold().split()) + "\n"
