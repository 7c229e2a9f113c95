"""How much memory and work a graph can take at most, told before it runs.

Free axes, which the caller chooses, are taken at `FREE_AXIS`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Final

from edge_engine.errors import ModelRefused
from edge_engine.inference.onnx_shapes import RULES, Shape, Step
from edge_engine.inference.onnx_wire import MAX_RANK, NO_MODEL, Constant

if TYPE_CHECKING:
    from edge_engine.inference.onnx_wire import Graph, Node

FREE_AXIS: Final = 256
"""Length at which an axis that the caller chooses is taken; the engine runs no larger batch."""

MAX_ELEMENTS: Final = 2**24
"""Most elements of one tensor: 64 MiB of float32."""

MAX_TOTAL: Final = 2**26
"""Most elements of all results together."""

MAX_WORK: Final = 2**33
"""Most multiplications of one run: some seconds on a slow core."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run takes at most, free axes at `FREE_AXIS`.

    Attributes:
        largest: Elements of the largest result.
        total: Elements of all results together.
        work: Multiplications and element operations.
    """

    largest: int
    total: int
    work: int


def bound(graph: Graph) -> Cost:
    """Return what one run of ``graph`` takes at most.

    Raises:
        ModelRefused: It uses an operator that is not allowed, takes more than the limits, or its sizes cannot be told.
    """
    known = _Known()
    for value in graph.inputs:
        known.define(value.name, tuple(FREE_AXIS if isinstance(axis, str) else axis for axis in value.shape))
    for name, constant in graph.constants.items():
        known.define(name, constant.shape)
        known.remember(name, constant)
    largest = total = work = 0
    for node in graph.nodes:
        sizes, more = known.run(node)
        largest, total = max(largest, *sizes), total + sum(sizes)
        work += sum(sizes) + more
        if total > MAX_TOTAL:
            raise ModelRefused("the model would make too many tensors")
        if work > MAX_WORK:
            raise ModelRefused("the model would take too long")
    if any(value.name not in known.shapes for value in graph.outputs):
        raise ModelRefused("the model does not make what it promises")
    return Cost(largest, total, work)


@dataclass(slots=True)
class _Known:
    """What is known of every tensor that is there so far."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    values: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def define(self, name: str, shape: Shape) -> int:
        """Take a new tensor in and return how many elements it has."""
        if name in self.shapes:
            raise ModelRefused("a model must not give two tensors one name")
        self.shapes[name] = shape
        return _size(shape)

    def remember(self, name: str, constant: Constant) -> None:
        """Keep the numbers of a small constant, from which shapes are told."""
        if (numbers := constant.integers()) is not None:
            self.values[name] = numbers

    def run(self, node: Node) -> tuple[list[int], int]:
        """Return the elements of each output of a node, and its work beyond one operation an element."""
        rule = RULES.get(node.operator)
        if rule is None:
            raise ModelRefused(f"the model uses an operator that is not allowed: {node.operator[:40]}")
        if any(name and name not in self.shapes for name in node.inputs):
            raise ModelRefused("the model uses a tensor before it is made")
        made, work = rule(
            Step(
                node,
                tuple(self.shapes[name] if name else None for name in node.inputs),
                tuple(self.values.get(name) for name in node.inputs),
            )
        )
        if not 0 < len(node.outputs) <= len(made):
            raise ModelRefused(NO_MODEL)
        # An output that nobody wants is made all the same.
        sizes = [
            self.define(name, shape) if name else _size(shape)
            for name, shape in zip(node.outputs, made, strict=False)
        ]
        if node.operator == "Constant" and node.outputs[0]:
            self._remember_setting(node)
        return sizes, work

    def _remember_setting(self, node: Node) -> None:
        (value,) = node.attributes.values()
        if isinstance(value, Constant):
            self.remember(node.outputs[0], value)
            return
        listed = value if isinstance(value, tuple) else (value,)
        whole = tuple(one for one in listed if isinstance(one, int))
        if len(whole) == len(listed):
            self.values[node.outputs[0]] = whole


def _size(shape: Shape) -> int:
    size = prod(shape)
    if len(shape) > MAX_RANK or size > MAX_ELEMENTS:
        raise ModelRefused("the model would make a tensor that is too large")
    return size
