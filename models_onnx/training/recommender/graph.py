"""Writes the trained recommender as an ONNX graph: three matrix products and their curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from edge_engine.inference.recommender import CANDIDATE, CONTEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

OPSET: Final = 18
IR: Final = 9


def build(parameters: Mapping[str, NDArray[np.float64]], metadata: dict[str, str]) -> onnx.ModelProto:
    """Return the model; see the card for its inputs and outputs.

    Args:
        parameters: Of the network.
        metadata: Pairs of text for whoever opens the file.
    """
    first = parameters["in"]
    constants = {
        "context_w": first[: len(CONTEXT)],
        "candidate_w": first[len(CONTEXT) :],
        "deep_w": parameters["deep"],
        "deep_b": parameters["deep_bias"],
        "out_w": parameters["out"],
        "out_b": parameters["out_bias"],
    }
    node = helper.make_node
    nodes = [
        # One context serves all candidates: its part is worked out once and added to each.
        node("MatMul", ["context", "context_w"], ["here"]),
        node("MatMul", ["candidates", "candidate_w"], ["each"]),
        node("Add", ["each", "here"], ["first_raw"]),
        node("Tanh", ["first_raw"], ["first"]),
        node("Gemm", ["first", "deep_w", "deep_b"], ["deep_raw"]),
        node("Tanh", ["deep_raw"], ["deep"]),
        node("Gemm", ["deep", "out_w", "out_b"], ["out_raw"]),
        node("Squeeze", ["out_raw", "last"], ["out"]),
        node("Tanh", ["out"], ["reward"]),
    ]

    def tensor(name: str, *shape: str | int) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    model = helper.make_model(
        helper.make_graph(
            nodes,
            "recommender",
            [tensor("context", "contexts", len(CONTEXT)), tensor("candidates", "batch", len(CANDIDATE))],
            [tensor("reward", "batch")],
            [
                *(
                    numpy_helper.from_array(value.astype(np.float32), name)
                    for name, value in constants.items()
                ),
                numpy_helper.from_array(np.array([1], np.int64), "last"),
            ],
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR,
        producer_name="edge-engine",
    )
    helper.set_model_props(model, metadata)
    onnx.checker.check_model(model)
    return model
