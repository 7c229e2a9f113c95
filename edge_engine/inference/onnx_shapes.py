"""The shape of what each allowed operator makes, from the shapes of what it is given.

An operator is allowed exactly if its rule is here: then no graph of allowed operators can loop, read files, or
allocate more than can be told before it runs. Every axis is an upper bound; that a graph makes sense is for the
runtime to say. What needs numbers to tell a shape (where to slice, what to reshape to) must have them as constants.

Source: the ONNX operator schemas, opsets 13 to 25.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Final

from edge_engine.errors import ModelRefused
from edge_engine.inference.onnx_wire import NO_MODEL, Constant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from edge_engine.inference.onnx_wire import Node

_UNBOUNDED: Final = "the model's sizes cannot be told before it runs"
_TO_THE_END: Final = 2**31 - 1
"""An end of a slice beyond every axis, as exporters write it."""

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One node with what is known of its inputs.

    Attributes:
        node: The node.
        shapes: Bound of each input's shape, None where an input is left out.
        values: Numbers of the inputs that are small constants of the file.
    """

    node: Node
    shapes: tuple[Shape | None, ...]
    values: tuple[tuple[int, ...] | None, ...]

    def shape(self, at: int) -> Shape:
        """Return the shape of an input that must be given."""
        found = self.shapes[at] if at < len(self.shapes) else None
        if found is None:
            raise ModelRefused(NO_MODEL)
        return found

    def has(self, at: int) -> bool:
        """Return whether an input is given."""
        return at < len(self.shapes) and self.shapes[at] is not None

    def constants(self, at: int) -> tuple[int, ...]:
        """Return the numbers of an input that must be a constant of the file."""
        found = self.values[at] if at < len(self.values) else None
        if found is None:
            raise ModelRefused(_UNBOUNDED)
        return found

    def integer(self, name: str, default: int) -> int:
        """Return a setting that is one whole number."""
        value = self.node.attributes.get(name, default)
        if not isinstance(value, int):
            raise ModelRefused(_UNBOUNDED)
        return value

    def integers(self, name: str) -> tuple[int, ...] | None:
        """Return a setting that is a list of whole numbers, None where it is left out."""
        value = self.node.attributes.get(name)
        if value is None:
            return None
        if not isinstance(value, tuple) or not all(isinstance(one, int) for one in value):
            raise ModelRefused(_UNBOUNDED)
        return tuple(int(one) for one in value)

    def axis(self, axis: int, rank: int) -> int:
        """Return an axis counted from the front."""
        if not -rank <= axis < rank:
            raise ModelRefused(_UNBOUNDED)
        return axis % rank


def _same(step: Step) -> tuple[Sequence[Shape], int]:
    """Every output is as the first input: elementwise operators and normalizations."""
    shape = step.shape(0)
    return [shape] * 3, 8 * prod(shape)


def _broadcast(step: Step) -> tuple[Sequence[Shape], int]:
    return [_together(shape for shape in step.shapes if shape is not None)], 0


def _together(shapes: Iterable[Shape]) -> Shape:
    """Return an upper bound of shapes that are broadcast: the longest of each axis, aligned at the end."""
    out: list[int] = []
    for shape in shapes:
        out = [1] * (len(shape) - len(out)) + out
        offset = len(out) - len(shape)
        for at, axis in enumerate(shape):
            # An empty axis wins over one of length 1; as a bound, the longer one does for both.
            out[offset + at] = max(out[offset + at], axis)
    return tuple(out)


def _matmul(step: Step) -> tuple[Sequence[Shape], int]:
    left, right = step.shape(0), step.shape(1)
    if not left or not right:
        raise ModelRefused(_UNBOUNDED)
    rows = left[-2:-1] if len(left) > 1 else ()
    columns = right[-1:] if len(right) > 1 else ()
    out = (*_together((left[:-2], right[:-2])), *rows, *columns)
    return [out], prod(out) * max(left[-1], 1)


def _gemm(step: Step) -> tuple[Sequence[Shape], int]:
    left, right = step.shape(0), step.shape(1)
    if len(left) != 2 or len(right) != 2:
        raise ModelRefused(_UNBOUNDED)
    if step.integer("transA", 0):
        left = left[::-1]
    if step.integer("transB", 0):
        right = right[::-1]
    out = (left[0], right[1])
    return [out], prod(out) * left[1]


def _gather(step: Step) -> tuple[Sequence[Shape], int]:
    data, indices = step.shape(0), step.shape(1)
    axis = step.axis(step.integer("axis", 0), len(data))
    return [(*data[:axis], *indices, *data[axis + 1 :])], 0


def _gather_elements(step: Step) -> tuple[Sequence[Shape], int]:
    return [step.shape(1)], 0


def _concat(step: Step) -> tuple[Sequence[Shape], int]:
    shapes = [step.shape(at) for at in range(len(step.shapes))]
    rank = len(shapes[0]) if shapes else 0
    axis = step.axis(step.integer("axis", 0), rank)
    if any(len(shape) != rank for shape in shapes):
        raise ModelRefused(_UNBOUNDED)
    out = list(map(max, zip(*shapes, strict=True)))
    out[axis] = sum(shape[axis] for shape in shapes)
    return [tuple(out)], 0


def _reshape(step: Step) -> tuple[Sequence[Shape], int]:
    data, wanted = step.shape(0), step.constants(1)
    if step.integer("allowzero", 0) or wanted.count(-1) > 1 or any(axis < -1 for axis in wanted):
        raise ModelRefused(_UNBOUNDED)
    if any(axis == 0 and at >= len(data) for at, axis in enumerate(wanted)):
        raise ModelRefused(_UNBOUNDED)
    copied = {at for at, axis in enumerate(wanted) if axis == 0}
    # What is not copied is shared out among the lengths that are named and the one that is left open.
    rest = prod(axis for at, axis in enumerate(data) if at not in copied)
    named = prod(axis for axis in wanted if axis > 0)
    out = tuple(
        data[at] if axis == 0 else -(-rest // named) if axis == -1 else axis for at, axis in enumerate(wanted)
    )
    return [out], 0


def _flatten(step: Step) -> tuple[Sequence[Shape], int]:
    data, axis = step.shape(0), step.integer("axis", 1)
    if not -len(data) <= axis <= len(data):
        raise ModelRefused(_UNBOUNDED)
    axis %= len(data) + (axis >= 0)
    return [(prod(data[:axis]), prod(data[axis:]))], 0


def _axes(step: Step, rank: int) -> set[int]:
    """Return the axes that an operator names by an input of opset 13 or later, or by an attribute before."""
    named = step.constants(1) if step.has(1) else step.integers("axes")
    return {step.axis(axis, rank) for axis in named or ()}


def _squeeze(step: Step) -> tuple[Sequence[Shape], int]:
    data = step.shape(0)
    axes = _axes(step, len(data))
    if not axes:
        # Which axes are of length 1 may depend on the caller's batch.
        raise ModelRefused(_UNBOUNDED)
    return [tuple(axis for at, axis in enumerate(data) if at not in axes)], 0


def _unsqueeze(step: Step) -> tuple[Sequence[Shape], int]:
    data = list(step.shape(0))
    named = step.constants(1)
    rank = len(data) + len(named)
    for axis in sorted(step.axis(axis, rank) for axis in named):
        data.insert(axis, 1)
    return [tuple(data)], 0


def _transpose(step: Step) -> tuple[Sequence[Shape], int]:
    data = step.shape(0)
    order = step.integers("perm") or tuple(reversed(range(len(data))))
    if sorted(order) != list(range(len(data))):
        raise ModelRefused(_UNBOUNDED)
    return [tuple(data[at] for at in order)], 0


def _reduce(step: Step) -> tuple[Sequence[Shape], int]:
    data = step.shape(0)
    axes = _axes(step, len(data))
    if not axes and not step.integer("noop_with_empty_axes", 0):
        axes = set(range(len(data)))
    return [_without(data, axes, keep=bool(step.integer("keepdims", 1)))], prod(data)


def _arg(step: Step) -> tuple[Sequence[Shape], int]:
    data = step.shape(0)
    axis = step.axis(step.integer("axis", 0), len(data))
    return [_without(data, {axis}, keep=bool(step.integer("keepdims", 1)))], prod(data)


def _without(data: Shape, axes: set[int], *, keep: bool) -> Shape:
    if keep:
        return tuple(1 if at in axes else axis for at, axis in enumerate(data))
    return tuple(axis for at, axis in enumerate(data) if at not in axes)


def _slice(step: Step) -> tuple[Sequence[Shape], int]:
    data = list(step.shape(0))
    starts, ends = step.constants(1), step.constants(2)
    axes = step.constants(3) if step.has(3) else tuple(range(len(starts)))
    steps = step.constants(4) if step.has(4) else (1,) * len(starts)
    places = [step.axis(axis, len(data)) for axis in axes]
    if not len(starts) == len(ends) == len(places) == len(steps) or len(set(places)) != len(places):
        raise ModelRefused(_UNBOUNDED)
    for start, end, at, stride in zip(starts, ends, places, steps, strict=True):
        most = data[at]
        if stride > 0 and start >= 0 and end >= 0:
            most = max(0, min(most, end) - start)
        elif stride > 0 and start < 0 and end >= _TO_THE_END:
            most = min(most, -start)
        data[at] = -(-most // max(abs(stride), 1))
    return [tuple(data)], 0


def _split(step: Step) -> tuple[Sequence[Shape], int]:
    data = step.shape(0)
    axis = step.axis(step.integer("axis", 0), len(data))
    parts = len(step.node.outputs)
    sizes = step.constants(1) if step.has(1) else (-(-data[axis] // max(parts, 1)),) * parts
    if any(size < 0 for size in sizes) or len(sizes) != parts:
        raise ModelRefused(_UNBOUNDED)
    return [(*data[:axis], min(size, data[axis]), *data[axis + 1 :]) for size in sizes], 0


def _constant(step: Step) -> tuple[Sequence[Shape], int]:
    if len(step.node.attributes) != 1:
        raise ModelRefused(NO_MODEL)
    (value,) = step.node.attributes.values()
    if isinstance(value, bytes) or (
        isinstance(value, tuple) and any(isinstance(one, bytes) for one in value)
    ):
        raise ModelRefused("a model must hold numbers alone")
    return [
        value.shape if isinstance(value, Constant) else (len(value),) if isinstance(value, tuple) else ()
    ], 0


def _recurrent(gates: int) -> Callable[[Step], tuple[Sequence[Shape], int]]:
    """Return the rule of GRU and LSTM, whose weights are ``[directions, gates * hidden, inputs]``."""

    def rule(step: Step) -> tuple[Sequence[Shape], int]:
        data, weights, recurrence = step.shape(0), step.shape(1), step.shape(2)
        if not len(data) == len(weights) == len(recurrence) == 3 or step.integer("layout", 0):
            raise ModelRefused(_UNBOUNDED)
        length, batch, width = data
        hidden = recurrence[2]
        directions = recurrence[0]
        if step.integer("hidden_size", hidden) != hidden or recurrence[1] != gates * hidden:
            raise ModelRefused(_UNBOUNDED)
        last = (directions, batch, hidden)
        out = [(length, directions, batch, hidden), last, last]
        return out[: 3 if gates == 4 else 2], length * batch * directions * gates * hidden * (hidden + width)

    return rule


def _conv(step: Step) -> tuple[Sequence[Shape], int]:
    data, kernel = step.shape(0), step.shape(1)
    if len(data) < 3 or len(kernel) != len(data):
        raise ModelRefused(_UNBOUNDED)
    pads = step.integers("pads") or (0,) * (2 * (len(data) - 2))
    strides = step.integers("strides") or (1,) * (len(data) - 2)
    if len(pads) != 2 * len(strides) or len(strides) != len(data) - 2 or min((*pads, *strides)) < 0:
        raise ModelRefused(_UNBOUNDED)
    places = [
        -(-(axis + pads[at] + pads[at + len(strides)]) // max(strides[at], 1))
        for at, axis in enumerate(data[2:])
    ]
    out = (data[0], kernel[0], *places)
    return [out], prod(out) * prod(kernel[1:])


def _topk(step: Step) -> tuple[Sequence[Shape], int]:
    data = list(step.shape(0))
    axis = step.axis(step.integer("axis", -1), len(data))
    (most,) = step.constants(1) or (0,)
    work = 16 * prod(data)
    data[axis] = min(data[axis], max(most, 0))
    return [tuple(data), tuple(data)], work


def _dynamic_quantize(step: Step) -> tuple[Sequence[Shape], int]:
    return [step.shape(0), (), ()], 0


RULES: Final[dict[str, Callable[[Step], tuple[Sequence[Shape], int]]]] = {
    **dict.fromkeys(
        (
            "Abs", "Cast", "Ceil", "Clip", "CumSum", "DequantizeLinear", "Elu", "Erf", "Exp", "Floor", "Gelu",
            "HardSigmoid", "HardSwish", "Identity", "IsNaN", "LayerNormalization", "LeakyRelu", "Log", "LogSoftmax",
            "Mish", "Neg", "Not", "QuantizeLinear", "Reciprocal", "Relu", "Round", "Selu", "Sigmoid", "Sign",
            "Softmax", "Softplus", "Softsign", "Sqrt", "Tanh",
        ),
        _same,
    ),
    **dict.fromkeys(
        (
            "Add", "And", "BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "Div", "Equal", "Greater",
            "GreaterOrEqual", "Less", "LessOrEqual", "Max", "Mean", "Min", "Mod", "Mul", "Or", "Pow", "Sub", "Sum",
            "Where", "Xor",
        ),
        _broadcast,
    ),
    **dict.fromkeys(("ReduceL2", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum"), _reduce),
    "ArgMax": _arg,
    "ArgMin": _arg,
    "Concat": _concat,
    "Constant": _constant,
    "Conv": _conv,
    "DynamicQuantizeLinear": _dynamic_quantize,
    "Flatten": _flatten,
    "GRU": _recurrent(3),
    "Gather": _gather,
    "GatherElements": _gather_elements,
    "Gemm": _gemm,
    "LSTM": _recurrent(4),
    "MatMul": _matmul,
    "MatMulInteger": _matmul,
    "Reshape": _reshape,
    "Slice": _slice,
    "Split": _split,
    "Squeeze": _squeeze,
    "TopK": _topk,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}  # fmt: skip
"""How each allowed operator bounds its results."""

OPERATORS: Final = frozenset(RULES)
"""Operators of the standard domain that a model may use."""
