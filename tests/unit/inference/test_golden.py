"""Golden answers: what they hold of a model, and how they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from onnx import TensorProto, helper

from edge_engine.errors import ModelRefused
from edge_engine.inference import golden
from edge_engine.inference.golden import Case, Expected, Given, Golden
from edge_engine.inference.manifest import Tensor
from tests.fakes.models import INFO, NAME, a_model, doubled, publish

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine.inference.registry import Registry


@pytest.fixture
def adder(tmp_path: Path) -> Registry:
    return publish(tmp_path, a_model().SerializeToString())


@pytest.fixture
def reader(tmp_path: Path) -> Registry:
    """Gives the first four bytes of a text as numbers."""
    model = a_model(
        helper.make_node("Cast", ["x"], ["y"], to=TensorProto.FLOAT),
        inputs=[INFO("x", TensorProto.UINT8, ["batch", 4])],
        outputs=[INFO("y", TensorProto.FLOAT, ["batch", 4])],
    )
    return publish(
        tmp_path,
        model.SerializeToString(),
        inputs=[{"name": "x", "dtype": "uint8", "shape": ["batch", 4]}],
        outputs=[{"name": "y", "dtype": "float32", "shape": ["batch", 4], "labels": [101, 102, "p10", 104]}],
    )


def replay(registry: Registry, *cases: Case, tolerance: float = 1e-4) -> float:
    return golden.replay(registry.session(NAME), registry.entry(NAME), Golden(tolerance, cases))


def test_what_is_written_is_read_again() -> None:
    read = golden.decode(doubled())
    assert golden.decode(golden.encode(read)) == read
    assert golden.encode(read).count(b"\n") == 3, "a case a line"


def test_answers_within_the_tolerance_pass_and_the_largest_difference_is_told(adder: Registry) -> None:
    case = Case(
        {"x": Given(shape=(2,), values=(1.0, 1000.0))}, {"y": Expected(shape=(2,), values=(2.00005, 2000.1))}
    )
    assert replay(adder, case) == pytest.approx(5e-5, rel=0.01), "relative to the value where that is large"
    with pytest.raises(ModelRefused, match="golden answer 1"):
        replay(adder, case, tolerance=1e-5)


@pytest.mark.parametrize(
    "expected",
    [
        Expected(shape=(1,), values=(3.0,)),
        Expected(shape=(2,), values=(3.0,)),
        Expected(shape=(2, 1), values=(3.0, -4.0)),
        Expected(columns={"a": 3.0}),
    ],
)
def test_an_answer_of_another_shape_is_refused(adder: Registry, expected: Expected) -> None:
    good = Case({"x": Given(shape=(0,))}, {"y": Expected(shape=(0,))})
    with pytest.raises(ModelRefused, match="golden answer 2"):
        replay(adder, good, Case({"x": Given(shape=(2,), values=(1.5, -2.0))}, {"y": expected}))


def test_a_number_that_is_none_never_passes(tmp_path: Path) -> None:
    registry = publish(tmp_path, a_model(helper.make_node("Sqrt", ["x"], ["y"])).SerializeToString())
    case = Case({"x": Given(shape=(1,), values=(-1.0,))}, {"y": Expected(shape=(1,), values=(0.0,))})
    with pytest.raises(ModelRefused, match="golden answer 1"):
        replay(registry, case, tolerance=0.01)


@pytest.mark.parametrize(
    ("text", "numbers"), [("abcdef", (97, 98, 99, 100)), ("é", (195, 169, 0, 0)), ("", (0, 0, 0, 0))]
)
def test_a_text_stands_for_its_bytes_cut_and_padded(
    reader: Registry, text: str, numbers: tuple[float, ...]
) -> None:
    assert replay(reader, Case({"x": Given(text=text)}, {"y": Expected(shape=(1, 4), values=numbers)})) == 0.0


def test_columns_are_named_by_their_labels(reader: Registry) -> None:
    assert (
        replay(reader, Case({"x": Given(text="ab")}, {"y": Expected(columns={"102": 98, "p10": 0})})) == 0.0
    )
    for wrong in ({"102": 97.0}, {"103": 0.0}):
        with pytest.raises(ModelRefused, match="golden answer 1"):
            replay(reader, Case({"x": Given(text="ab")}, {"y": Expected(columns=wrong)}))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "exactly its inputs"),
        ({"x": Given(text="a"), "z": Given(text="a")}, "exactly its inputs"),
        ({"x": Given(shape=(1, 3), values=(1, 2, 3))}, "shape"),
        ({"x": Given(shape=(4,), values=(1, 2, 3, 4))}, "shape"),
        ({"x": Given(shape=(1, 4), values=(1, 2, 3))}, "shape"),
        ({"x": Given(shape=(1, 4), values=(1, 2, 3, 256))}, "type"),
        ({"x": Given(shape=(1, 4), values=(1, 2, 3, 0.5))}, "type"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(reader: Registry, given: dict[str, Given], message: str) -> None:
    with pytest.raises(ModelRefused, match=message):
        replay(reader, Case(given, {"y": Expected(columns={"101": 0.0})}))


def test_a_text_for_an_input_of_numbers_is_refused(adder: Registry) -> None:
    with pytest.raises(ModelRefused, match="takes none"):
        replay(adder, Case({"x": Given(text="a")}, {"y": Expected(shape=(1,), values=(1.0,))}))


def test_an_output_that_is_not_there_is_refused(adder: Registry) -> None:
    with pytest.raises(ModelRefused, match="no output z"):
        replay(adder, Case({"x": Given(shape=(0,))}, {"z": Expected(shape=(0,))}))


def test_a_model_that_fails_while_it_runs_is_refused(tmp_path: Path) -> None:
    model = a_model(helper.make_node("Gather", ["x", "i"], ["y"]), constants={"i": np.array([9], np.int64)})
    registry = publish(tmp_path, model.SerializeToString())
    with pytest.raises(ModelRefused, match="fails on golden case 1"):
        replay(
            registry, Case({"x": Given(shape=(2,), values=(1, 2))}, {"y": Expected(shape=(1,), values=(1,))})
        )


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b'{"tolerance": 0.5, "cases": []}',
        b'{"tolerance": 0.1, "cases": [{"inputs": {}, "outputs": {}}]}',
        b'{"tolerance": 0.001, "cases": []}',
        b'{"tolerance": 0.001, "cases": [{"inputs": {}, "outputs": {}, "more": 1}]}',
    ],
)
def test_golden_answers_that_are_none_are_refused(text: bytes) -> None:
    with pytest.raises(ModelRefused, match="golden answers are not valid"):
        golden.decode(text)


def test_arrays_are_written_as_cases_hold_them() -> None:
    array = np.array([[1.23456789, 2.0]], np.float32)
    assert golden.given(array) == Given(shape=(1, 2), values=(float(array[0, 0]), 2.0))
    assert golden.expected(array) == Expected(shape=(1, 2), values=(1.23457, 2.0))
    tensor = Tensor("y", "float32", ("batch", 3), (7, 8, 9))
    row = np.array([0.1, 0.7, 0.2], np.float32)
    assert golden.columns(tensor, row, most=2) == Expected(columns={"8": 0.7, "9": 0.2})
