from __future__ import annotations

import csv
import gzip
import tomllib
from pathlib import Path
from typing import Any

import defusedxml.ElementTree
import numpy as np

from edge_engine.domain.category import Taxonomy
from edge_engine.evaluation.categorizer import evaluate
from edge_engine.inference.categorizer import Categorizer, mark_name, sure_from
from edge_engine.inference.registry import Registry

TRAINING = Path(__file__).resolve().parents[3] / "models_onnx" / "training"


def read(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((TRAINING / name).read_text(encoding="utf-8"))


def lexicon(name: str) -> dict[str, Any]:
    document = tomllib.loads((TRAINING / "lexicon" / f"{name}.toml").read_text(encoding="utf-8"))
    document.pop("countries", None)
    return document


def classes_of_rows() -> dict[str, list[str]]:
    text = (TRAINING.parent / "edge_engine_models" / "categorizer" / "evaluation_classes.toml").read_text(
        "utf-8"
    )
    return tomllib.loads(text)


def test_the_training_names_leaves_of_the_taxonomy_and_every_one() -> None:
    leaves = {leaf.id for leaf in Taxonomy.default().leaves}
    classes = [leaf for leaves_of in classes_of_rows().values() for leaf in leaves_of]
    assert {f"{group}.{name}" for group, names in lexicon("general").items() for name in names} == leaves
    for file in sorted((TRAINING / "lexicon").glob("*.toml")):
        assert {f"{group}.{name}" for group, names in lexicon(file.stem).items() for name in names} <= leaves
    assert sorted(classes) == sorted(leaves)
    assert set(read("prior.toml")["share"]) == leaves
    assert set(read("osm_leaves.toml")["leaves"]) <= leaves


def test_the_models_columns_are_the_leaves_of_the_taxonomy() -> None:
    labels = Registry.default().entry("categorizer").output("probabilities").labels
    assert list(labels) == [leaf.code for leaf in Taxonomy.default().leaves]


def test_real_descriptors_that_were_never_seen_are_mostly_understood(shared_data: Path) -> None:
    with gzip.open(shared_data / "text" / "consumer_dev.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    leaves_of = classes_of_rows()
    names = list(leaves_of)
    ids = [
        Taxonomy.default().leaf(code).id
        for code in Registry.default().entry("categorizer").output("probabilities").labels
    ]
    matrix = np.array([[leaf in leaves_of[name] for name in names] for leaf in ids], float)
    shares = Categorizer.load().probabilities([row["description"] for row in rows]) @ matrix
    right = shares.argmax(axis=1) == np.array([names.index(row["category16"]) for row in rows])
    assert right.mean() >= 0.72
    surest = np.argsort(-shares.max(axis=1))[: len(rows) // 2]
    assert right[surest].mean() >= 0.85


def test_what_is_sure_is_right_as_often_as_the_rule_says(shared_data: Path) -> None:
    found = evaluate(shared_data / "text" / "consumer_dev.csv.gz")
    told = next(iter(Registry.default().entry("categorizer").metrics.values()))
    assert found["answered"]["accuracy"] >= 0.95
    assert found["answered"]["share"] >= 0.3
    assert found["guessed"]["accuracy"] > 0.5 > found["silent"]["accuracy"]
    assert told["accuracy"] == found["overall"]["accuracy"]
    assert told["share_sure"] == found["answered"]["share"]
    assert told["precision_of_sure"] == found["answered"]["accuracy"]


def test_the_marks_of_the_manifest_are_those_that_the_rule_chose() -> None:
    numbers = Registry.default().entry("categorizer").numbers
    marks = tomllib.loads((TRAINING / "marks.toml").read_text(encoding="utf-8"))["sure_from"]
    leaves = Taxonomy.default().leaves
    assert all(leaf.id in marks or leaf.group in marks for leaf in leaves)
    assert {name: value for name, value in numbers.items() if name.startswith("sure_from")} == {
        mark_name(place): mark for place, mark in marks.items()
    }
    expected = [marks.get(leaf.id, marks.get(leaf.group)) for leaf in leaves]
    assert sure_from(Registry.default().entry("categorizer"), leaves).tolist() == expected


def test_the_card_shows_a_picture_that_stands_on_its_own() -> None:
    registry = Registry.default()
    picture = defusedxml.ElementTree.fromstring(registry.file("categorizer", "calibration"))
    tags = {element.tag.rpartition("}")[2] for element in picture.iter()}
    assert tags <= {"svg", "rect", "text", "path", "circle", "title"}
    assert sum(element.tag.endswith("circle") for element in picture.iter()) >= 5
    card = registry.file("categorizer", "card").decode()
    name = registry.entry("categorizer").files["calibration"].path.rpartition("/")[2]
    assert f"]({name})" in card
    assert "<!-- /failures -->" in card


def test_nothing_is_said_twice_of_one_leaf() -> None:
    document = lexicon("general")
    said = [texts for leaves in document.values() for kinds in leaves.values() for texts in kinds.values()]
    assert len(said) > 100
    assert [texts for texts in said if len(texts) != len(set(texts))] == []
