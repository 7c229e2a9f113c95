"""Writes a trained bag as an ONNX graph that takes raw bytes: no string handling, no custom code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from training import ngrams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from training.bag import Bag

OPSET: Final = 18
IR: Final = 9
INPUT: Final = "bytes"
OUTPUT: Final = "probabilities"
GROUPS: Final = "groups"
EMBEDDING: Final = "embedding"


def quantized(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return the table as int8 with one scale a column, clipping the outermost ten-thousandth."""
    limit = np.maximum(np.quantile(np.abs(table), 0.9999, axis=0), 1e-6)
    scale = (limit / 127).astype(np.float32)
    return np.clip(np.round(table / scale), -127, 127).astype(np.int8), scale


def build(
    bag: Bag,
    grams: Sequence[int],
    temperature: float,
    groups: NDArray[np.float32],
    metadata: dict[str, str],
) -> onnx.ModelProto:
    """Return the model: ``uint8[batch, 64]`` in, three answers out.

    ``probabilities`` float32[batch, leaves] are calibrated, ``groups`` float32[batch, groups] are their sums, and
    ``embedding`` float32[batch, width] is the summed table, of length 1 (of length 0 for an empty text).

    Args:
        bag: Trained parameters.
        grams: Sizes of the grams that it was trained with.
        temperature: What its logits are divided by.
        groups: float32[leaves, groups], 1 where the leaf is of the group.
        metadata: Pairs of text for whoever opens the file.
    """
    places = ngrams.places(grams)
    table, scale = quantized(bag.table)
    reading = (bag.reading * scale[:, None] / temperature).astype(np.float32)
    constants: dict[str, NDArray[Any]] = {
        "symbols": ngrams.symbols(),
        "toeplitz": ngrams.toeplitz(grams),
        "mask": np.array(len(table) - 1, np.int32),
        "table": table,
        "ones": np.ones((1, 1, places), np.uint8),
        "last": np.array([1], np.int64),
        "one": np.array(1, np.float32),
        "reading": reading,
        "bias": (bag.bias / temperature).astype(np.float32),
        "scale": scale,
        "members": groups,
        "tiny": np.array(1e-12, np.float32),
    }
    nodes = [
        helper.make_node("Cast", [INPUT], ["positions"], to=TensorProto.INT32),
        helper.make_node("Gather", ["symbols", "positions"], ["values"]),
        helper.make_node("MatMul", ["values", "toeplitz"], ["products"]),
        helper.make_node("Cast", ["products"], ["hashes"], to=TensorProto.INT32),
        helper.make_node("BitwiseAnd", ["hashes", "mask"], ["rows"]),
        helper.make_node("Gather", ["table", "rows"], ["gathered"]),
        helper.make_node("MatMulInteger", ["ones", "gathered"], ["summed"]),
        helper.make_node("Squeeze", ["summed", "last"], ["sum"]),
        helper.make_node("Cast", ["sum"], ["total"], to=TensorProto.FLOAT),
        helper.make_node("Sign", ["rows"], ["present"]),
        helper.make_node("Cast", ["present"], ["counted"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["counted", "last"], ["count"], keepdims=1),
        helper.make_node("Max", ["count", "one"], ["grams"]),
        helper.make_node("Sqrt", ["grams"], ["root"]),
        helper.make_node("Div", ["total", "root"], ["pooled"]),
        helper.make_node("Gemm", ["pooled", "reading", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], [OUTPUT], axis=1),
        helper.make_node("MatMul", [OUTPUT, "members"], [GROUPS]),
        helper.make_node("Mul", ["pooled", "scale"], ["vector"]),
        helper.make_node("Mul", ["vector", "vector"], ["squares"]),
        helper.make_node("ReduceSum", ["squares", "last"], ["square"], keepdims=1),
        helper.make_node("Max", ["square", "tiny"], ["bounded"]),
        helper.make_node("Sqrt", ["bounded"], ["length"]),
        helper.make_node("Div", ["vector", "length"], [EMBEDDING]),
    ]
    model = helper.make_model(
        helper.make_graph(
            nodes,
            "categorizer",
            [helper.make_tensor_value_info(INPUT, TensorProto.UINT8, ["batch", ngrams.WINDOW])],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", width])
                for name, width in (
                    (OUTPUT, len(bag.bias)),
                    (GROUPS, groups.shape[1]),
                    (EMBEDDING, table.shape[1]),
                )
            ],
            [numpy_helper.from_array(value, name) for name, value in constants.items()],
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR,
        producer_name="edge-engine",
    )
    helper.set_model_props(model, metadata)
    onnx.checker.check_model(model, full_check=True)
    return model
