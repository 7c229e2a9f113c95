"""Reads of an ONNX file what decides whether it may run, without the runtime and without a protobuf library.

Source: onnx.proto3 of ONNX 1.18 (field numbers), Protocol Buffers encoding (wire types).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_engine.errors import ModelRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARINT: Final = 0
_FIXED64: Final = 1
_BYTES: Final = 2
_FIXED32: Final = 5

_MODEL_GRAPH: Final = 7
_MODEL_TRAINING: Final = 20
_MODEL_FUNCTIONS: Final = 25
_GRAPH_NODE: Final = 1
_GRAPH_INITIALIZER: Final = 5
_GRAPH_SPARSE: Final = 15
_NODE_OPERATOR: Final = 4
_NODE_ATTRIBUTE: Final = 5
_NODE_DOMAIN: Final = 7
_ATTRIBUTE_TENSORS: Final = frozenset((5, 10))
_ATTRIBUTE_GRAPHS: Final = frozenset((6, 11))
_ATTRIBUTE_SPARSE: Final = frozenset((22, 23))
_TENSOR_EXTERNAL: Final = 13
_TENSOR_LOCATION: Final = 14


@dataclass(frozen=True, slots=True)
class GraphSummary:
    """What a model would run.

    Attributes:
        operators: Names of the operators, all of the standard domain.
        nodes: How many operators the graph has.
    """

    operators: frozenset[str]
    nodes: int


def scan(model: bytes) -> GraphSummary:
    """Return what ``model`` would run.

    Raises:
        ModelRefused: It is not a model, keeps data outside its file, holds subgraphs, functions, training graphs or
            sparse tensors, or uses another domain than ONNX's own.
    """
    operators: set[str] = set()
    nodes = 0
    graphs = 0
    for field, body in _fields(memoryview(model)):
        if field in {_MODEL_FUNCTIONS, _MODEL_TRAINING}:
            raise ModelRefused("a model must not bring functions or training graphs")
        if field != _MODEL_GRAPH:
            continue
        graphs += 1
        for part, content in _fields(_message(body)):
            if part == _GRAPH_NODE:
                operators.add(_operator(_message(content)))
                nodes += 1
            elif part == _GRAPH_INITIALIZER:
                _refuse_external(_message(content))
            elif part == _GRAPH_SPARSE:
                raise ModelRefused("a model must not hold sparse tensors")
    if graphs != 1 or not nodes:
        raise ModelRefused("the file is not an ONNX model")
    return GraphSummary(frozenset(operators), nodes)


def _operator(node: memoryview) -> str:
    name = ""
    for field, body in _fields(node):
        if field == _NODE_OPERATOR:
            name = bytes(_message(body)).decode("ascii", "replace")
        elif field == _NODE_DOMAIN and bytes(_message(body)) not in {b"", b"ai.onnx"}:
            raise ModelRefused("a model must use the operators of ONNX's own domain alone")
        elif field == _NODE_ATTRIBUTE:
            for part, content in _fields(_message(body)):
                if part in _ATTRIBUTE_GRAPHS:
                    raise ModelRefused("a model must not hold graphs within its graph")
                if part in _ATTRIBUTE_SPARSE:
                    raise ModelRefused("a model must not hold sparse tensors")
                if part in _ATTRIBUTE_TENSORS:
                    _refuse_external(_message(content))
    return name


def _refuse_external(tensor: memoryview) -> None:
    for field, body in _fields(tensor):
        if field == _TENSOR_EXTERNAL or (field == _TENSOR_LOCATION and body):
            raise ModelRefused("a model must keep all its data in its own file")


def _message(body: memoryview | int) -> memoryview:
    if isinstance(body, int):
        raise ModelRefused("the file is not an ONNX model")
    return body


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """Yield the number and the content of each field: a view of its bytes, or the integer itself."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire == _BYTES:
            length, at = _varint(message, at)
        elif wire == _FIXED64:
            length = 8
        elif wire == _FIXED32:
            length = 4
        else:
            raise ModelRefused("the file is not an ONNX model")
        if at + length > len(message):
            raise ModelRefused("the file is not an ONNX model")
        yield number, message[at : at + length]
        at += length


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            break
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ModelRefused("the file is not an ONNX model")
