"""Whatever nodes, settings and constants a graph has: it is bounded, or refused with a typed error."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from edge_engine.errors import ModelRefused
from edge_engine.inference.onnx_bounds import MAX_ELEMENTS, MAX_TOTAL, MAX_WORK, bound
from edge_engine.inference.onnx_shapes import OPERATORS
from edge_engine.inference.onnx_wire import scan
from tests.fakes.models import INFO, a_model

NUMBERS = st.sampled_from([-(2**63), -2, -1, 0, 1, 2, 3, 7, 2**31, 2**63 - 1])
NAMES = (
    "axis axes keepdims perm hidden_size layout pads strides allowzero transA transB noop_with_empty_axes value"
    " value_ints to split"
)
SETTINGS = st.dictionaries(
    st.sampled_from(NAMES.split()),
    st.one_of(NUMBERS, st.lists(NUMBERS, min_size=1, max_size=4), st.just(1.5), st.just("text")),
    max_size=3,
)
TENSORS = ("x", "batch", "scalar", "numbers", "cube", "empty", "wide")
CONSTANTS: dict[str, np.ndarray] = {
    "scalar": np.array(2, np.int64),
    "cube": np.ones((2, 6, 2), np.float32),
    "empty": np.zeros((0, 3), np.float32),
    "wide": np.zeros((1, 5000), np.uint8),
}
NODES = st.lists(
    st.tuples(
        st.sampled_from(sorted(OPERATORS)),
        st.lists(st.sampled_from((*TENSORS, "", "y0", "y1", "y2")), max_size=5),
        st.integers(min_value=0, max_value=4),
        SETTINGS,
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=400)
@given(NODES, st.lists(NUMBERS, max_size=4))
def test_every_graph_is_bounded_or_refused(
    nodes: list[tuple[str, list[str], int, dict[str, object]]], numbers: list[int]
) -> None:
    made = []
    for at, (operator, inputs, outputs, told) in enumerate(nodes):
        names = [f"y{at}", *(f"y{at}_{more}" for more in range(1, outputs))][:outputs]
        node = helper.make_node(operator, inputs, names)
        node.attribute.extend(helper.make_attribute(name, value) for name, value in told.items())
        made.append(node)
    model = a_model(
        *made,
        constants={**CONSTANTS, "numbers": np.array(numbers, np.int64)},
        inputs=[INFO("x", TensorProto.FLOAT, [3, 4]), INFO("batch", TensorProto.FLOAT, ["n", 2, 2])],
        outputs=[INFO("x", TensorProto.FLOAT, [3, 4])],
    )
    try:
        cost = bound(scan(model.SerializeToString()))
    except ModelRefused:
        return
    assert cost.largest <= MAX_ELEMENTS
    assert cost.total <= MAX_TOTAL
    assert cost.work <= MAX_WORK
