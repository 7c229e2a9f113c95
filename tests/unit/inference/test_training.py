"""What the training programs promise: what is left out stays out, and sizes are learned as they say."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from edge_engine.domain.category import Taxonomy
from edge_engine.inference.sizes import MOST, Sizes

FOLDER = Path(__file__).resolve().parents[3] / "models_onnx"


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - modules of the training folder
    """The programs that train; their folder is on nobody's path but its own."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return lambda name: importlib.import_module(f"training.{name}")


def test_a_country_that_is_left_out_leaves_no_brand_or_phrase_of_its_own(training: Any) -> None:  # noqa: ANN401
    corpus = training("corpus")
    told, rest = list(corpus._lexicon()), list(corpus._lexicon(frozenset(("NZ", "AU", "ZA"))))
    texts = {entry.text.casefold() for entry in rest}
    assert {"countdown", "paknsave", "briscoes"} & {entry.text.casefold() for entry in told}
    assert not {"countdown", "paknsave", "briscoes"} & texts
    assert list(corpus._lexicon(frozenset(("NZ", "AU", "ZA")), mixed=True)) != rest
    assert {"paknsave"} <= {
        entry.text.casefold() for entry in corpus._lexicon(frozenset(("NZ", "AU", "ZA")), mixed=True)
    }
    words = [entry for entry in told if entry.kind is corpus.Kind.WORD]
    assert sum(entry.kind is corpus.Kind.WORD for entry in rest) > 0.9 * len(words)


def lines(sizes: Any, leaves: Any, told: list[tuple[str, int]]) -> Any:  # noqa: ANN401
    n = len(told)
    return sizes.Lines(
        ["TEXT"] * n,
        [amount for _, amount in told],
        ["EUR"] * n,
        np.array([leaves.ids.index(leaf) for leaf, _ in told]),
        np.ones(n),
        np.array(["DE"] * n),
    )


def test_sizes_are_learned_apart_for_money_out_and_in_and_stay_within_bounds(training: Any) -> None:  # noqa: ANN401
    sizes, leaves = training("sizes"), training("leaves").Leaves.of(Taxonomy.default())
    told = (
        [("housing.rent", -90_000)] * 40 + [("dining.coffee", -300)] * 40 + [("income.salary", 250_000)] * 40
    )
    content = sizes.learn(lines(sizes, leaves, [*told, ("health.optical", -300)]), leaves)
    file = msgspec.json.decode(content)
    table = Sizes.of(content, leaves.codes)
    code = {leaf: str(number) for leaf, number in zip(leaves.ids, leaves.codes, strict=True)}
    large, small = table.bucket(-90_000, "EUR"), table.bucket(-300, "EUR")
    assert file["out"][code["housing.rent"]][large] > 1 > file["out"][code["housing.rent"]][small]
    assert file["out"][code["dining.coffee"]][small] > 1 > file["out"][code["dining.coffee"]][large]
    assert set(file["into"]) == {code["income.salary"]}
    assert code["health.optical"] not in file["out"]  # one text says nothing
    assert 1 / MOST - 1e-3 <= table.weights.min() <= table.weights.max() <= MOST
    assert sizes.learn(lines(sizes, leaves, [*told, ("health.optical", -300)]), leaves) == content


def test_the_shipped_sizes_have_the_edges_and_scales_of_the_settings(training: Any) -> None:  # noqa: ANN401
    published = (FOLDER / "edge_engine_models" / "categorizer" / "sizes.json").read_bytes()
    edges, scale = training("sizes").settings()
    file = msgspec.json.decode(published)
    assert (file["edges"], file["scale"]) == (edges, scale)
