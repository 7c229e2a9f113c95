"""Writes the trained trajectory network as an ONNX graph: matrix products and sigmoids, no custom code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from edge_engine.inference.trajectory.inputs import AHEAD, PAST, QUERIES, STATE, WEEKS
from edge_engine.inference.trajectory.model import INPUTS, OUTPUTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

OPSET: Final = 18
IR: Final = 9

_CONSTANTS: Final = {
    "past": "past_w",
    "past_bias": "past_b",
    "trunk": "trunk_w",
    "trunk_bias": "trunk_b",
    "from_trunk": "common_w",
    "span_bias": "common_b",
    "from_ahead": "ahead_w",
    "deep": "deep_w",
    "deep_bias": "deep_b",
    "risk_trunk": "risk_common_w",
    "risk_bias": "risk_common_b",
    "risk_out": "risk_out_w",
    "risk_out_bias": "risk_out_b",
}
"""Parameters that the graph holds as they are, by the names that they have there."""

_OUT_ORDER: Final = [0, 2, 3, 5, 1, 4]
"""The four distances and the two middles of each span come from one product, in this order."""


def build(parameters: Mapping[str, NDArray[np.float32]], metadata: dict[str, str]) -> onnx.ModelProto:
    """Return the model; see the card for its inputs and outputs.

    Args:
        parameters: Of the network.
        metadata: Pairs of text for whoever opens the file.
    """
    p = {name: np.asarray(value, np.float32) for name, value in parameters.items()}
    constants: dict[str, NDArray[Any]] = {
        **{constant: p[name] for name, constant in _CONSTANTS.items()},
        "out_w": p["out"][:, _OUT_ORDER],
        "out_b": p["out_bias"][_OUT_ORDER],
        # A buffer counts as such and as its distance from the balance.
        "risk_place_w": (p["risk_buffer"][0] + p["risk_buffer"][1])[None],
        "risk_balance_w": p["risk_buffer"][1][None],
        "axis_1": np.array([1], np.int64),
        "axis_2": np.array([2], np.int64),
        "zero_at": np.array([0], np.int64),
        "one_at": np.array([1], np.int64),
        "last": np.array([2], np.int64),
    }
    node = helper.make_node
    nodes = [
        node("Flatten", ["weeks"], ["flat"], axis=1),
        node("Gemm", ["flat", "past_w", "past_b"], ["memory_raw"]),
        *_silu("memory_raw", "memory"),
        node("Concat", ["memory", "state"], ["known"], axis=1),
        node("Gemm", ["known", "trunk_w", "trunk_b"], ["trunk_raw"]),
        *_silu("trunk_raw", "trunk"),
        node("Gemm", ["trunk", "common_w", "common_b"], ["common"]),
        node("Unsqueeze", ["common", "axis_1"], ["common_3"]),
        node("MatMul", ["ahead", "ahead_w"], ["spans"]),
        node("Add", ["spans", "common_3"], ["span_raw"]),
        *_silu("span_raw", "span"),
        node("MatMul", ["span", "deep_w"], ["deep_product"]),
        node("Add", ["deep_product", "deep_b"], ["deep_raw"]),
        *_silu("deep_raw", "deep"),
        node("MatMul", ["deep", "out_w"], ["out_product"]),
        node("Add", ["out_product", "out_b"], ["out"]),
        node("Slice", ["out", "zero_at", "four", "last"], ["distances_raw"]),
        node("Softplus", ["distances_raw"], ["distances"]),
        node("Split", ["distances", "quarters"], ["below", "above", "spent_below", "spent_above"], axis=2),
        node("Slice", ["out", "four", "five", "last"], ["middle"]),
        node("Slice", ["out", "five", "six", "last"], ["spent_middle"]),
        node("Sub", ["middle", "below"], ["p10"]),
        node("Add", ["middle", "above"], ["p90"]),
        node("Concat", ["p10", "middle", "p90"], ["balance"], axis=2),
        node("Sub", ["spent_middle", "spent_below"], ["spent_10"]),
        node("Add", ["spent_middle", "spent_above"], ["spent_90"]),
        node("Concat", ["spent_10", "spent_middle", "spent_90"], ["spent"], axis=2),
        node("Relu", ["spent"], ["outflow"]),
        node("Gemm", ["trunk", "risk_common_w", "risk_common_b"], ["risk_common"]),
        node("Slice", ["state", "zero_at", "one_at", "axis_1"], ["present"]),
        node("MatMul", ["present", "risk_balance_w"], ["risk_present"]),
        node("Sub", ["risk_common", "risk_present"], ["risk_here"]),
        node("Unsqueeze", ["risk_here", "axis_1"], ["risk_here_3"]),
        node("Unsqueeze", ["buffers", "axis_2"], ["buffers_3"]),
        node("MatMul", ["buffers_3", "risk_place_w"], ["risk_place"]),
        node("Add", ["risk_place", "risk_here_3"], ["risk_raw"]),
        *_silu("risk_raw", "risk_hidden"),
        node("MatMul", ["risk_hidden", "risk_out_w"], ["risk_product"]),
        node("Add", ["risk_product", "risk_out_b"], ["risk_logit_3"]),
        node("Squeeze", ["risk_logit_3", "axis_2"], ["risk_logit"]),
        node("Sigmoid", ["risk_logit"], ["risk"]),
    ]
    constants |= {name: np.array([n], np.int64) for name, n in (("four", 4), ("five", 5), ("six", 6))}
    constants["quarters"] = np.array([1, 1, 1, 1], np.int64)
    shapes: dict[str, list[str | int]] = {
        "weeks": ["batch", PAST, len(WEEKS)],
        "state": ["batch", len(STATE)],
        "ahead": ["batch", QUERIES, len(AHEAD)],
        "buffers": ["batch", "buffers"],
        "balance": ["batch", QUERIES, 3],
        "outflow": ["batch", QUERIES, 3],
        "risk": ["batch", "buffers"],
    }

    def tensors(names: tuple[str, ...]) -> list[onnx.ValueInfoProto]:
        return [helper.make_tensor_value_info(name, TensorProto.FLOAT, shapes[name]) for name in names]

    model = helper.make_model(
        helper.make_graph(
            nodes,
            "trajectory",
            tensors(INPUTS),
            tensors(OUTPUTS),
            [numpy_helper.from_array(value, name) for name, value in constants.items()],
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR,
        producer_name="edge-engine",
    )
    helper.set_model_props(model, metadata)
    onnx.checker.check_model(model, full_check=True)
    return model


def read(content: bytes) -> dict[str, NDArray[np.float32]]:
    """Return the parameters of a model that :func:`build` wrote, for those who train it further."""
    held = {one.name: numpy_helper.to_array(one) for one in onnx.load_from_string(content).graph.initializer}
    place = np.argsort(_OUT_ORDER)
    balance = held["risk_balance_w"][0]
    return {
        **{name: held[constant] for name, constant in _CONSTANTS.items()},
        "out": held["out_w"][:, place],
        "out_bias": held["out_b"][place],
        "risk_buffer": np.stack([held["risk_place_w"][0] - balance, balance]),
    }


def _silu(given: str, made: str) -> list[onnx.NodeProto]:
    return [
        helper.make_node("Sigmoid", [given], [f"{made}_gate"]),
        helper.make_node("Mul", [given, f"{made}_gate"], [made]),
    ]
