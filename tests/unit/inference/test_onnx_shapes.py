"""Bounds of shapes: never below what the runtime makes, for every operator that is allowed."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from edge_engine.errors import ModelRefused
from edge_engine.inference.onnx_bounds import FREE_AXIS, bound
from edge_engine.inference.onnx_shapes import OPERATORS, RULES
from edge_engine.inference.onnx_wire import scan
from edge_engine.inference.registry import open_session
from tests.fakes.models import INFO, a_model

I64 = np.int64
FLOATS = [
    "Abs",
    "Ceil",
    "Clip",
    "Elu",
    "Erf",
    "Exp",
    "Floor",
    "HardSigmoid",
    "HardSwish",
    "Identity",
    "IsNaN",
    "LeakyRelu",
    "Log",
    "LogSoftmax",
    "Mish",
    "Neg",
    "Reciprocal",
    "Relu",
    "Round",
    "Selu",
    "Sigmoid",
    "Sign",
    "Softmax",
    "Softplus",
    "Softsign",
    "Sqrt",
    "Tanh",
]
PAIRS = [
    "Add",
    "Div",
    "Equal",
    "Greater",
    "GreaterOrEqual",
    "Less",
    "LessOrEqual",
    "Max",
    "Mean",
    "Min",
    "Mul",
    "Pow",
    "Sub",
    "Sum",
]
BOOLS = ["And", "Or", "Xor"]
WHOLE = ["BitwiseAnd", "BitwiseOr", "BitwiseXor", "Mod"]
REDUCED = ["ReduceL2", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum"]
ONE = np.float32(1)

Constants = dict[str, np.ndarray[Any, Any]]


def case(
    operator: str,
    shape: tuple[int, ...],
    constants: Constants | None = None,
    kind: int = TensorProto.FLOAT,
    **more: Any,  # noqa: ANN401 - settings of any kind
) -> Any:  # noqa: ANN401 - what pytest makes of it
    outputs = more.pop("outputs", ["y"])
    names = more.pop("names", ["x", *(constants or {})])
    return pytest.param(
        operator, shape, constants or {}, kind, names, outputs, more, id=f"{operator}-{shape}-{more}"
    )


ROWS = np.ones((5, 4), np.float32)
CASES = [
    *(case(name, (3, 4)) for name in FLOATS),
    *(case(name, (3, 4), {"b": np.ones((2, 1, 4), np.float32)}) for name in PAIRS),
    *(case(name, (3, 1), {"b": np.ones((1, 4), bool)}, TensorProto.BOOL) for name in BOOLS),
    *(case(name, (3, 1), {"b": np.full((1, 4), 3, np.int32)}, TensorProto.INT32) for name in WHOLE),
    *(case(name, (3, 4), keepdims=0) for name in REDUCED),
    case("BitShift", (3, 1), {"b": np.ones((1, 4), np.uint8)}, TensorProto.UINT8, direction="LEFT"),
    case("Not", (3, 4), kind=TensorProto.BOOL),
    case("Where", (3, 1), {"a": np.ones((1, 4), np.float32), "b": np.ones(4, np.float32)}, TensorProto.BOOL),
    case("Cast", (3, 4), to=TensorProto.INT32),
    case("CumSum", (3, 4), {"axis": np.array(1, I64)}),
    case("LayerNormalization", (3, 4), {"s": np.ones(4, np.float32)}),
    case("QuantizeLinear", (3, 4), {"s": np.array(ONE), "z": np.array(0, np.uint8)}),
    case("DequantizeLinear", (3, 4), {"s": np.array(ONE)}, TensorProto.UINT8),
    case("DynamicQuantizeLinear", (3, 4), outputs=["y", "s", "z"]),
    case("ReduceSum", (3, 4), {"axes": np.array([1], I64)}),
    case("ReduceSum", (3, 4), {"axes": np.array([], I64)}, noop_with_empty_axes=1),
    case("ReduceMax", (3, 4), {"axes": np.array([-2], I64)}, keepdims=0),
    case("ArgMax", (3, 4), axis=1, keepdims=0),
    case("ArgMin", (3, 4), axis=-1),
    case("Concat", (3, 4), {"b": np.ones((3, 2), np.float32)}, axis=1),
    case("Gather", (3, 4), {"i": np.zeros((2, 2), I64)}, axis=1),
    case("GatherElements", (3, 4), {"i": np.zeros((3, 9), I64)}, axis=1),
    case("Flatten", (2, 3, 4), axis=2),
    case("Flatten", (2, 3, 4), axis=-1),
    case("Flatten", (2, 3), axis=0),
    case("MatMul", (3, 4), {"b": np.ones((2, 4, 5), np.float32)}),
    case("MatMul", (3, 4), {"b": np.ones(4, np.float32)}),
    case("MatMulInteger", (3, 4), {"b": np.ones((4, 5), np.int8)}, TensorProto.UINT8),
    case("Gemm", (4, 3), {"b": np.ones((5, 4), np.float32)}, transA=1, transB=1),
    case("Gemm", (3, 4), {"b": np.ones((4, 5), np.float32)}),
    case("Reshape", (3, 4), {"s": np.array([0, 2, -1], I64)}),
    case("Reshape", (3, 4), {"s": np.array([12], I64)}),
    case("Squeeze", (3, 1, 4), {"axes": np.array([-2], I64)}),
    case("Unsqueeze", (3, 4), {"axes": np.array([0, -1], I64)}),
    case("Transpose", (2, 3, 4), perm=[2, 0, 1]),
    case("Transpose", (2, 3, 4)),
    case("Slice", (3, 9), {"s": np.array([1], I64), "e": np.array([8], I64), "a": np.array([1], I64),
                           "t": np.array([3], I64)}),
    case("Slice", (3, 9), {"s": np.array([-4], I64), "e": np.array([2**62], I64), "a": np.array([-1], I64)}),
    case("Slice", (3, 9), {"s": np.array([8], I64), "e": np.array([-20], I64), "a": np.array([1], I64),
                           "t": np.array([-2], I64)}),
    case("Split", (3, 9), {"s": np.array([2, 7], I64)}, axis=1, outputs=["y", "b"]),
    case("Split", (3, 9), axis=1, num_outputs=2, outputs=["y", "b"]),
    case("TopK", (3, 9), {"k": np.array([4], I64)}, outputs=["y", "i"]),
    case("Conv", (2, 3, 9), {"w": np.ones((5, 3, 4), np.float32)}, pads=[2, 1], strides=[2], dilations=[2]),
    case("Conv", (2, 3, 9), {"w": np.ones((5, 3, 4), np.float32)}, auto_pad="SAME_UPPER", strides=[2]),
    case("GRU", (7, 2, 3), {"w": np.ones((1, 15, 3), np.float32), "r": np.ones((1, 15, 5), np.float32)},
         hidden_size=5, outputs=["y", "h"]),
    case("LSTM", (7, 2, 3), {"w": np.ones((2, 20, 3), np.float32), "r": np.ones((2, 20, 5), np.float32)},
         hidden_size=5, direction="bidirectional", outputs=["y", "h", "c"]),
]  # fmt: skip
# Their rules are those of operators above; the runtime's processor has no kernel for them at this opset, or they need
# no input at all.
ELSEWHERE = {"Constant", "Gelu"}


@pytest.mark.parametrize(("operator", "shape", "constants", "kind", "names", "outputs", "settings"), CASES)
def test_the_bound_is_what_the_runtime_makes(
    operator: str,
    shape: tuple[int, ...],
    constants: Constants,
    kind: int,
    names: list[str],
    outputs: list[str],
    settings: dict[str, Any],
) -> None:
    node = helper.make_node(operator, names, outputs, **settings)
    inputs = [INFO("x", kind, list(shape))]
    # The types of outputs are inferred by the library, as the runtime wants them.
    model = a_model(node, constants=constants, inputs=inputs, outputs=[])
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True)
    kept = {value.name: value for value in inferred.graph.value_info}
    for name in outputs:
        model.graph.output.append(INFO(name, kept[name].type.tensor_type.elem_type, None))
    session = open_session("case", model.SerializeToString())
    given = np.ones(shape, helper.tensor_dtype_to_np_dtype(kind))
    made = session.run(outputs, {"x": given})

    for at, name in enumerate(outputs):
        del model.graph.output[:]
        model.graph.output.append(INFO(name, kept[name].type.tensor_type.elem_type, list(made[at].shape)))
    cost = bound(scan(model.SerializeToString()))
    assert cost.total >= sum(answer.size for answer in made)
    assert cost.largest == max(answer.size for answer in made) or operator in {"Conv", "Slice"}
    assert cost.largest <= 4 * max(answer.size for answer in made)
    assert cost.work >= cost.total


def test_every_operator_that_is_allowed_was_tried() -> None:
    tried = {str(one.values[0]) for one in CASES}
    assert tried | ELSEWHERE == OPERATORS
    assert RULES["Gelu"] is RULES["Erf"]


def test_operators_that_loop_branch_or_allocate_by_numbers_are_not_allowed() -> None:
    never = (
        "Loop If Scan SequenceMap ConstantOfShape Expand Tile Range RandomNormal RandomUniform Resize Upsample OneHot"
        " EyeLike Pad NonZero Compress Unique StringSplit ImageDecoder OptionalGetElement"
    )
    assert not OPERATORS & set(never.split())


def test_free_axes_are_taken_at_their_longest() -> None:
    model = a_model(inputs=[INFO("x", TensorProto.FLOAT, ["n", "m", 3])])
    assert bound(scan(model.SerializeToString())).largest == FREE_AXIS * FREE_AXIS * 3


def refused(model: onnx.ModelProto, message: str) -> None:
    with pytest.raises(ModelRefused, match=message):
        bound(scan(model.SerializeToString()))


def test_tensors_that_grow_too_large_are_refused() -> None:
    column, row = np.ones((8192, 1), np.float32), np.ones((1, 8192), np.float32)
    refused(
        a_model(helper.make_node("MatMul", ["a", "b"], ["y"]), constants={"a": column, "b": row}), "too large"
    )
    refused(
        a_model(helper.make_node("Add", ["a", "b"], ["y"]), constants={"a": column, "b": row}), "too large"
    )
    wide: Constants = {"t": np.ones((2, 60_000), np.float32), "i": np.zeros(60_000, np.int64)}
    refused(a_model(helper.make_node("Gather", ["t", "i"], ["y"]), constants=wide), "too large")
    doubling = [helper.make_node("Concat", [f"a{at}", f"a{at}"], [f"a{at + 1}"], axis=0) for at in range(40)]
    refused(a_model(helper.make_node("Identity", ["x"], ["a0"]), *doubling), "too large")


def test_many_large_tensors_are_refused() -> None:
    many = [helper.make_node("Add", ["a", "b"], [f"y{at}"]) for at in range(20)]
    sides = {"a": np.ones((2048, 1), np.float32), "b": np.ones((1, 2048), np.float32)}
    refused(a_model(*many, constants=sides), "too many tensors")


def test_much_work_on_little_memory_is_refused() -> None:
    square = {"a": np.ones((1024, 1024), np.float32)}
    chain = [
        helper.make_node("MatMul", ["a" if at == 0 else f"y{at}", "a"], [f"y{at + 1}"]) for at in range(20)
    ]
    refused(a_model(*chain, constants=square), "too long")


def test_sizes_that_only_a_run_could_tell_are_refused() -> None:
    shape = [INFO("s", TensorProto.INT64, [2])]
    floats = [INFO("x", TensorProto.FLOAT, [4, 4])]
    refused(
        a_model(helper.make_node("Reshape", ["x", "s"], ["y"]), inputs=[*floats, *shape]), "before it runs"
    )
    refused(a_model(helper.make_node("Squeeze", ["x"], ["y"]), inputs=floats), "before it runs")
    spoilt = {"s": np.array([0, -1, -1], np.int64)}
    refused(
        a_model(helper.make_node("Reshape", ["x", "s"], ["y"]), inputs=floats, constants=spoilt),
        "before it runs",
    )


def test_names_lead_to_one_tensor_that_is_there() -> None:
    refused(a_model(helper.make_node("Add", ["x", "z"], ["y"])), "before it is made")
    refused(a_model(helper.make_node("Neg", ["x"], ["x"])), "one name")
    refused(a_model(constants={"x": np.ones(2, np.float32)}), "one name")
    refused(a_model(helper.make_node("Neg", ["x"], ["z"])), "promises")
    refused(a_model(helper.make_node("Neg", ["x"], ["y", "z", "u", "v"])), "not an ONNX model")
    refused(a_model(helper.make_node("Neg", [], ["y"])), "not an ONNX model")


def test_constants_within_the_graph_count_as_constants() -> None:
    nodes = [
        helper.make_node("Constant", [], ["s"], value_ints=[2, -1]),
        helper.make_node("Reshape", ["x", "s"], ["y"]),
    ]
    model = a_model(*nodes, inputs=[INFO("x", TensorProto.FLOAT, [4, 4])])
    assert bound(scan(model.SerializeToString())).largest == prod((4, 4))
    nodes[0] = helper.make_node("Constant", [], ["s"], value_floats=[2.0, -1.0])
    refused(a_model(*nodes, inputs=[INFO("x", TensorProto.FLOAT, [4, 4])]), "before it runs")
