from __future__ import annotations

import csv
import gzip
import tomllib
from pathlib import Path

import numpy as np

from edge_engine.domain.category import Taxonomy
from edge_engine.inference.categorizer import Categorizer
from edge_engine.inference.registry import Registry

TRAINING = Path(__file__).resolve().parents[3] / "models_onnx" / "training"


def read(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((TRAINING / name).read_text(encoding="utf-8"))


def test_the_training_names_leaves_of_the_taxonomy_and_every_one() -> None:
    leaves = {leaf.id for leaf in Taxonomy.default().leaves}
    lexicon = {f"{group}.{name}" for group, names in read("lexicon.toml").items() for name in names}
    classes = [leaf for leaves_of in read("evaluation_classes.toml").values() for leaf in leaves_of]
    assert lexicon == leaves
    assert sorted(classes) == sorted(leaves)
    assert set(read("prior.toml")["share"]) == leaves
    assert set(read("osm_leaves.toml")["leaves"]) <= leaves


def test_the_models_columns_are_the_leaves_of_the_taxonomy() -> None:
    labels = Registry.default().entry("categorizer").output("probabilities").labels
    assert list(labels) == [leaf.code for leaf in Taxonomy.default().leaves]


def test_real_descriptors_that_were_never_seen_are_mostly_understood(shared_data: Path) -> None:
    with gzip.open(shared_data / "text" / "consumer_dev.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    leaves_of = read("evaluation_classes.toml")
    names = list(leaves_of)
    ids = [
        Taxonomy.default().leaf(code).id
        for code in Registry.default().entry("categorizer").output("probabilities").labels
    ]
    matrix = np.array([[leaf in leaves_of[name] for name in names] for leaf in ids], float)
    shares = Categorizer.load().probabilities([row["description"] for row in rows]) @ matrix
    right = shares.argmax(axis=1) == np.array([names.index(row["category16"]) for row in rows])
    assert right.mean() >= 0.66
    surest = np.argsort(-shares.max(axis=1))[: len(rows) // 2]
    assert right[surest].mean() >= 0.85


def test_nothing_is_said_twice_of_one_leaf() -> None:
    document = tomllib.loads((TRAINING / "lexicon.toml").read_text(encoding="utf-8"))
    said = [texts for leaves in document.values() for kinds in leaves.values() for texts in kinds.values()]
    assert len(said) > 100
    assert [texts for texts in said if len(texts) != len(set(texts))] == []
