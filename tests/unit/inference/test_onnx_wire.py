"""Reading ONNX without the runtime: what the library writes is read, and nothing else passes for a model."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from edge_engine.errors import ModelRefused
from edge_engine.inference.onnx_wire import Constant, Value, scan
from tests.fakes.models import INFO, a_model


def test_what_the_library_writes_is_read() -> None:
    weights = np.arange(6, dtype=np.float32).reshape(2, 3)
    node = helper.make_node("Gemm", ["x", "w"], ["y"], alpha=0.5, transB=1)
    model = a_model(node, constants={"w": weights}, inputs=[INFO("x", TensorProto.FLOAT, ["n", 3])])
    found = scan(model.SerializeToString())
    assert (found.opset, found.operators) == (18, frozenset(("Gemm",)))
    assert found.inputs == (Value("x", "float32", ("n", 3)),)
    assert found.outputs == (Value("y", "float32", ("n",)),)
    assert found.nodes[0].inputs == ("x", "w")
    assert found.nodes[0].attributes == {"alpha": 0.5, "transB": 1}
    assert (found.constants["w"].shape, bytes(found.constants["w"].raw)) == ((2, 3), weights.tobytes())


def test_every_kind_of_attribute_is_read() -> None:
    node = helper.make_node("Constant", ["x"], ["y"])
    kinds = {"a": 1.5, "b": [0.5, 2.0], "c": [3, -1], "d": "linear", "e": ["tanh", "relu"], "f": -7}
    node.attribute.extend(helper.make_attribute(name, value) for name, value in kinds.items())
    node.attribute.append(helper.make_attribute("g", numpy_helper.from_array(np.array([4, -4], np.int64))))
    (found,) = scan(a_model(node).SerializeToString()).nodes
    tensor = found.attributes.pop("g")
    assert isinstance(tensor, Constant)
    assert tensor.integers() == (4, -4)
    assert found.attributes == {
        "a": 1.5,
        "b": (0.5, 2.0),
        "c": (3, -1),
        "d": b"linear",
        "e": (b"tanh", b"relu"),
        "f": -7,
    }


def test_nodes_are_counted_as_the_library_counts_them() -> None:
    model = a_model(helper.make_node("Neg", ["x"], ["a"]), helper.make_node("Relu", ["a"], ["y"]))
    found = scan(model.SerializeToString())
    assert found.operators == frozenset(("Neg", "Relu"))
    assert len(found.nodes) == 2


def refused(model: onnx.ModelProto, message: str) -> None:
    with pytest.raises(ModelRefused, match=message):
        scan(model.SerializeToString())


def test_a_tensor_of_another_size_than_its_bytes_is_refused() -> None:
    model = a_model(constants={"w": np.ones(4, np.float32)})
    model.graph.initializer[0].dims[0] = 2**40
    refused(model, "another size")


@pytest.mark.parametrize("dims", [[-1], [1] * 9])
def test_a_tensor_of_an_impossible_shape_is_refused(dims: list[int]) -> None:
    model = a_model(constants={"w": np.ones(1, np.float32)})
    del model.graph.initializer[0].dims[:]
    model.graph.initializer[0].dims.extend(dims)
    refused(model, "such a shape")


def test_constants_that_are_not_raw_bytes_are_refused() -> None:
    model = a_model()
    model.graph.initializer.append(helper.make_tensor("w", TensorProto.FLOAT, [2], [1.0, 2.0]))
    refused(model, "raw bytes")


def test_texts_are_refused() -> None:
    model = a_model()
    model.graph.initializer.append(
        TensorProto(name="w", data_type=TensorProto.STRING, dims=[1], string_data=[b"text"])
    )
    refused(model, "numbers alone")
    refused(a_model(inputs=[INFO("x", TensorProto.STRING, ["n"])]), "numbers alone")
    sequence = helper.make_tensor_sequence_value_info("x", TensorProto.FLOAT, ["n"])
    refused(a_model(inputs=[sequence]), "tensors alone")


@pytest.mark.parametrize("version", [1, 12, 99])
def test_versions_of_the_operators_that_are_not_known_are_refused(version: int) -> None:
    model = a_model()
    model.opset_import[0].version = version
    refused(model, "version of ONNX's operators")


def test_what_two_readers_could_understand_differently_is_refused() -> None:
    once = a_model().SerializeToString()
    with pytest.raises(ModelRefused):  # protobuf would merge the two graphs
        scan(once + onnx.ModelProto(graph=a_model().graph).SerializeToString())
    node = helper.make_node("Add", ["x", "x"], ["y"])
    twice = node.SerializeToString() + b"\x22\x04Loop"  # protobuf would take the last name
    graph = onnx.GraphProto(name="g", input=a_model().graph.input, output=a_model().graph.output)
    body = b"\x0a" + bytes([len(twice)]) + twice + graph.SerializeToString()
    opset = onnx.ModelProto(opset_import=a_model().opset_import).SerializeToString()
    with pytest.raises(ModelRefused):
        scan(opset + b"\x3a" + bytes([len(body)]) + body)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"\x08",
        b"\x3a\xff\xff\xff\xff\x0f",
        b"\x3a\x02\x0a\x05",
        b"\xff" * 20,
        b"\x3b",
        b"\x38\x01",
        b"\x00\x00",
        b"\xfa\xff\xff\xff\xff\x0f\x00",
    ],
)
def test_bytes_that_are_no_model_are_refused(content: bytes) -> None:
    with pytest.raises(ModelRefused):
        scan(content)


@given(st.binary(max_size=200))
def test_no_bytes_do_anything_but_pass_or_be_refused(content: bytes) -> None:
    try:
        scan(content)
    except ModelRefused:
        return


@given(st.integers(min_value=0, max_value=400), st.integers(min_value=0, max_value=255))
def test_a_damaged_model_does_nothing_but_pass_or_be_refused(at: int, byte: int) -> None:
    content = bytearray(a_model(constants={"w": np.ones(4, np.float32)}).SerializeToString())
    content[at % len(content)] = byte
    try:
        assert scan(bytes(content)).nodes
    except ModelRefused:
        return
