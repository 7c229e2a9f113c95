"""What the child process of a first load does, seen from within; from without: ``tests/faults``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from onnx import TensorProto, helper

from edge_engine.errors import ModelRefused
from edge_engine.inference.first_load import MEMORY, Trial, _largest, _try
from edge_engine.inference.onnx_bounds import FREE_AXIS
from edge_engine.inference.registry import Registry
from tests.fakes.models import INFO, NAME, a_model, doubled, publish

if TYPE_CHECKING:
    from pathlib import Path


def test_it_loads_replays_and_runs_at_the_longest(tmp_path: Path) -> None:
    content = a_model().SerializeToString()
    entry = publish(tmp_path, content).entry(NAME)
    verdict = _try(Trial(entry, content, doubled(), MEMORY, 1), "1.0")
    assert (verdict.refused, verdict.runtime, verdict.difference) == ("", "1.0", 0.0)
    assert _largest(entry)["x"].shape == (FREE_AXIS,)


def test_it_inspects_again_what_it_was_given(tmp_path: Path) -> None:
    entry = publish(tmp_path, a_model().SerializeToString()).entry(NAME)
    other = a_model(helper.make_node("Mul", ["x", "x"], ["y"])).SerializeToString()
    with pytest.raises(ModelRefused, match="operators"):
        _try(Trial(entry, other, doubled(), MEMORY, 1), "1.0")


def test_it_finds_a_model_that_only_runs_on_small_batches(tmp_path: Path) -> None:
    node = helper.make_node("Add", ["x", "c"], ["y"])
    constant = helper.make_node("Constant", [], ["c"], value_floats=[1.5, -2.0])
    content = a_model(constant, node).SerializeToString()
    entry = publish(tmp_path, content).entry(NAME)
    with pytest.raises(ModelRefused, match="fails on a batch of 256"):
        _try(Trial(entry, content, doubled(), MEMORY, 1), "1.0")


def test_it_finds_a_shape_that_was_not_promised(tmp_path: Path) -> None:
    model = a_model(
        helper.make_node("Concat", ["x", "x"], ["y"], axis=0), outputs=[INFO("y", TensorProto.FLOAT, [4])]
    )
    content = model.SerializeToString()
    entry = publish(tmp_path, content, outputs=[{"name": "y", "dtype": "float32", "shape": [4]}]).entry(NAME)
    answers = doubled().replace(
        b'"shape":[2],"values":[3.0,-4.0]', b'"shape":[4],"values":[1.5,-2.0,1.5,-2.0]'
    )
    with pytest.raises(ModelRefused, match="another shape"):
        _try(Trial(entry, content, answers, MEMORY, 1), "1.0")


def test_the_shipped_models_would_pass_as_foreign_ones() -> None:
    registry = Registry.default()
    for entry in registry.entries:
        trial = Trial(entry, registry.read(entry.name), registry.file(entry.name, "golden"), MEMORY, 1)
        assert _try(trial, "1.0").difference <= 1e-4
