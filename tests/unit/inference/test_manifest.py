"""The manifest: strict, and general enough for every model of the engine."""

from __future__ import annotations

import json
from typing import Any

import pytest

from edge_engine.errors import ModelRefused
from edge_engine.inference import manifest

FILE = {"sha256": "0" * 64, "bytes": 10}


def entry(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 - wrong on purpose
    """A model of several inputs and outputs, with side files."""
    return {
        "name": "trajectory",
        "version": 3,
        "interface": 1,
        "license": "Apache-2.0",
        "model": {"path": "trajectory/model.onnx", **FILE},
        "card": {"path": "trajectory/card.md", **FILE},
        "golden": {"path": "trajectory/golden.json", **FILE},
        "files": {"scales": {"path": "trajectory/scales.json", **FILE}},
        "inputs": [
            {"name": "weeks", "dtype": "float32", "shape": ["batch", 26, 2], "labels": ["inflow", "outflow"]},
            {"name": "bills", "dtype": "float32", "shape": ["batch", 8]},
        ],
        "outputs": [
            {
                "name": "balance",
                "dtype": "float32",
                "shape": ["batch", 8, 3],
                "labels": ["p10", "p50", "p90"],
            },
            {
                "name": "outflow",
                "dtype": "float32",
                "shape": ["batch", 8, 3],
                "labels": ["p10", "p50", "p90"],
            },
        ],
        "operators": ["Concat", "GRU"],
        "numbers": {"horizon": 8},
        "sources": [{"name": "simulated households of this project", "license": "Apache-2.0"}],
        "metrics": {"accounts never seen": {"wape": 0.3}},
    } | changed


def read(*entries: dict[str, Any], **changed: object) -> manifest.Manifest:
    return manifest.decode(json.dumps({"schema": 2, "models": entries} | changed).encode())


def test_a_model_of_many_tensors_is_described() -> None:
    (model,) = read(entry()).models
    assert model.id == "trajectory-3"
    assert [tensor.name for tensor in model.inputs] == ["weeks", "bills"]
    assert model.output("outflow").labels == ("p10", "p50", "p90")
    assert set(model.published()) == {"model", "card", "golden", "scales"}


def test_what_is_written_is_read_again_in_the_order_of_names() -> None:
    second = entry(name="categorizer", files={}, **{
        role: {"path": f"categorizer/{role}", **FILE} for role in ("model", "card", "golden")
    })  # fmt: skip
    models = read(entry(), second).models
    assert manifest.decode(manifest.encode(models)).models == (models[1], models[0])


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Trajectory"},
        {"name": ""},
        {"version": 0},
        {"version": "3"},
        {"version": 2**31},
        {"interface": 0},
        {"model": {"path": "trajectory/model.onnx", "sha256": "0" * 63, "bytes": 10}},
        {"model": {"path": "trajectory/model.onnx", "sha256": "A" * 64, "bytes": 10}},
        {"model": {"path": "C:\\model.onnx", **FILE}},
        {"model": {"path": "a/b/c/d/e.onnx", **FILE}},
        {"model": {"path": ".hidden", **FILE}},
        {"inputs": []},
        {"inputs": [{"name": "x", "dtype": "string", "shape": []}]},
        {"inputs": [{"name": "x", "dtype": "float32", "shape": [0]}]},
        {"inputs": [{"name": "x", "dtype": "float32", "shape": [1] * 9}]},
        {"operators": []},
        {"sources": []},
        {"numbers": {"x": "1"}},
        {"metrics": {"x": 1}},
        {"more": 1},
        {"files": {f"r{at}": {"path": f"f{at}", **FILE} for at in range(17)}},
    ],
)
def test_values_outside_their_bounds_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ModelRefused, match="not valid"):
        read(entry(**changed))


@pytest.mark.parametrize(
    "field", ["name", "version", "license", "card", "golden", "operators", "sources", "inputs"]
)
def test_every_field_that_tells_of_a_model_must_be_there(field: str) -> None:
    one = entry()
    del one[field]
    with pytest.raises(ModelRefused, match="not valid"):
        read(one)


def test_labels_name_every_place_of_the_last_axis() -> None:
    outputs = entry()["outputs"]
    outputs[0] |= {"labels": ["p10", "p50"]}
    with pytest.raises(ModelRefused, match="labels"):
        read(entry(outputs=outputs))


def test_the_files_of_a_model_are_bounded_together() -> None:
    large = {f"r{at}": {"path": f"f{at}", "sha256": "0" * 64, "bytes": 8 * 1024 * 1024} for at in range(4)}
    with pytest.raises(ModelRefused, match="together"):
        read(entry(files=large))


def test_names_stand_once() -> None:
    with pytest.raises(ModelRefused, match="twice"):
        read(entry(), entry())
    inputs = entry()["inputs"]
    with pytest.raises(ModelRefused, match="twice"):
        read(entry(inputs=[inputs[0], inputs[0]]))


def test_another_schema_is_told_from_a_broken_one() -> None:
    with pytest.raises(ModelRefused, match="does not know"):
        read(entry(), schema=3)
