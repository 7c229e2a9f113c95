"""Reads an ONNX file into plain values, without the runtime and without a protobuf library.

It reads what decides whether a graph may run: its operators with their attributes, its constants, its inputs and
outputs. What a protobuf reader and this one could understand differently is refused: repeated fields that must be
single, groups, overlong numbers.

Source: onnx.proto3 of ONNX 1.18 (field numbers), Protocol Buffers encoding (wire types).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from edge_engine.errors import ModelRefused

MAX_NODES: Final = 2_000
"""Most operators in one graph: the runtime's own set-up takes seconds at tens of thousands."""

MAX_FIELDS: Final = 200_000
"""Most protobuf fields that are looked at: a few tenths of a second."""

MAX_RANK: Final = 8
OPSETS: Final = range(13, 26)
"""Versions of ONNX's own operators whose shapes `edge_engine.inference.onnx_bounds` knows."""

ELEMENTS: Final = {
    1: ("float32", 4),
    2: ("uint8", 1),
    3: ("int8", 1),
    4: ("uint16", 2),
    5: ("int16", 2),
    6: ("int32", 4),
    7: ("int64", 8),
    9: ("bool", 1),
    10: ("float16", 2),
    11: ("float64", 8),
    12: ("uint32", 4),
    13: ("uint64", 8),
}
"""Name and bytes of each type of element that a model may use."""

_VARINT: Final = 0
_FIXED64: Final = 1
_BYTES: Final = 2
_FIXED32: Final = 5

_ATTRIBUTE_FIELDS: Final = {1: 2, 2: 3, 3: 4, 4: 5, 6: 7, 7: 8, 8: 9}
"""Which field holds the value of each type of attribute: float, integer, text, tensor, and lists of them."""

NO_MODEL: Final = "the file is not an ONNX model"
_OWN_FILE: Final = "a model must keep all its data in its own file"

_Fields = dict[int, list["memoryview | int"]]


@dataclass(frozen=True, slots=True)
class Value:
    """An input or output of the graph.

    Attributes:
        name: Its name.
        dtype: Name of the type of its elements.
        shape: Length of each axis; a name where the caller chooses.
    """

    name: str
    dtype: str
    shape: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """A tensor that the file holds.

    Attributes:
        dtype: Name of the type of its elements.
        shape: Length of each axis.
        raw: Its elements, little-endian.
    """

    dtype: str
    shape: tuple[int, ...]
    raw: memoryview

    def integers(self) -> tuple[int, ...] | None:
        """Return the elements of a small tensor of whole numbers, None for any other."""
        code = {"int64": "q", "int32": "i"}.get(self.dtype)
        if code is None or len(self.raw) > 8 * 256:
            return None
        return struct.unpack(f"<{len(self.raw) // struct.calcsize(code)}{code}", self.raw)


Attribute = int | float | bytes | tuple[int, ...] | tuple[float, ...] | tuple[bytes, ...] | Constant


@dataclass(frozen=True, slots=True)
class Node:
    """One step of the graph.

    Attributes:
        operator: Name of an operator of the standard domain.
        inputs: Names of its inputs, empty where one is left out.
        outputs: Names of its outputs, empty where one is not wanted.
        attributes: Its settings.
    """

    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Attribute]


@dataclass(frozen=True, slots=True)
class Graph:
    """What a model would run.

    Attributes:
        opset: Version of the standard operators.
        inputs: What the caller gives.
        outputs: What the caller gets.
        constants: Tensors that the file holds, by name.
        nodes: The steps in the order of the file.
    """

    opset: int
    inputs: tuple[Value, ...]
    outputs: tuple[Value, ...]
    constants: dict[str, Constant]
    nodes: tuple[Node, ...]

    @property
    def operators(self) -> frozenset[str]:
        """Names of the operators that are used."""
        return frozenset(node.operator for node in self.nodes)


def scan(model: bytes) -> Graph:
    """Return what ``model`` would run.

    Raises:
        ModelRefused: It is not a model, keeps data outside its file, holds subgraphs, functions, training graphs,
            sparse tensors or texts, uses another domain than ONNX's own, or has too many parts.
    """
    return _Scan().model(memoryview(model))


class _Scan:
    """One reading of one file; counts fields, so that no file takes long."""

    def __init__(self) -> None:
        self._left = MAX_FIELDS

    def model(self, view: memoryview) -> Graph:
        fields = self._fields(view)
        if fields.get(25) or fields.get(20):
            raise ModelRefused("a model must not bring functions or training graphs")
        graph = self._fields(_bytes(_one(fields, 7)))
        if graph.get(15):
            raise ModelRefused("a model must not hold sparse tensors")
        nodes = graph.get(1, [])
        if not nodes:
            raise ModelRefused(NO_MODEL)
        if len(nodes) > MAX_NODES:
            raise ModelRefused(f"a model must not have more than {MAX_NODES} operators")
        constants = {}
        for one in graph.get(5, []):
            name, constant = self._tensor(_bytes(one))
            if name in constants:
                raise ModelRefused("a model must not give two constants one name")
            constants[name] = constant
        return Graph(
            self._opset(fields.get(8, [])),
            tuple(self._value(_bytes(one)) for one in graph.get(11, [])),
            tuple(self._value(_bytes(one)) for one in graph.get(12, [])),
            constants,
            tuple(self._node(_bytes(one)) for one in nodes),
        )

    def _opset(self, imports: list[memoryview | int]) -> int:
        versions = []
        for one in imports:
            fields = self._fields(_bytes(one))
            if _text(fields, 1) in {"", "ai.onnx"}:
                versions.append(_integer(_one(fields, 2)))
        if len(versions) != 1 or versions[0] not in OPSETS:
            raise ModelRefused("the model uses a version of ONNX's operators that this engine does not know")
        return versions[0]

    def _node(self, view: memoryview) -> Node:
        fields = self._fields(view)
        if _text(fields, 7) not in {"", "ai.onnx"} or fields.get(8):
            raise ModelRefused("a model must use the operators of ONNX's own domain alone")
        attributes: dict[str, Attribute] = {}
        for one in fields.get(5, []):
            name, value = self._attribute(_bytes(one))
            if name in attributes:
                raise ModelRefused(NO_MODEL)
            attributes[name] = value
        return Node(_text(fields, 4), _texts(fields, 1), _texts(fields, 2), attributes)

    def _attribute(self, view: memoryview) -> tuple[str, Attribute]:
        fields = self._fields(view)
        if fields.get(6) or fields.get(11):
            raise ModelRefused("a model must not hold graphs within its graph")
        if fields.get(22) or fields.get(23):
            raise ModelRefused("a model must not hold sparse tensors")
        if fields.get(21) or fields.get(14) or fields.get(15) or fields.get(10):
            raise ModelRefused("a model must not refer to types, lists of tensors or attributes of functions")
        kind = _integer(_one(fields, 20))
        own = _ATTRIBUTE_FIELDS.get(kind)
        if own is None or any(other in fields for other in _ATTRIBUTE_FIELDS.values() if other != own):
            raise ModelRefused(NO_MODEL)
        return _text(fields, 1), self._setting(fields, own)

    def _setting(self, fields: _Fields, number: int) -> Attribute:
        """Return the value of an attribute; a zero may be left out of the file."""
        found = fields.get(number, [])
        if number == 8:
            return self._integers(found)
        if number == 7:
            return _floats(found)
        if number == 9:
            return tuple(bytes(_bytes(one)) for one in found)
        if number == 5:
            return self._tensor(_bytes(_one(fields, 5)))[1]
        if not found:
            return {2: 0.0, 3: 0}.get(number, b"")
        value = _one(fields, number)
        return (
            _floats([value])[0] if number == 2 else _integer(value) if number == 3 else bytes(_bytes(value))
        )

    def _tensor(self, view: memoryview) -> tuple[str, Constant]:
        fields = self._fields(view)
        if fields.get(13) or any(_integer(one) for one in fields.get(14, [])):
            raise ModelRefused(_OWN_FILE)
        kind = _integer(_one(fields, 2))
        if kind not in ELEMENTS:
            raise ModelRefused("a model must hold numbers alone")
        dtype, width = ELEMENTS[kind]
        shape = self._integers(fields.get(1, []))
        if len(shape) > MAX_RANK or any(axis < 0 for axis in shape):
            raise ModelRefused("a model must not hold a tensor of such a shape")
        raw = _bytes(_one(fields, 9)) if 9 in fields else memoryview(b"")
        if any(number in fields for number in (3, 4, 5, 6, 7, 10, 11)):
            raise ModelRefused("a model must hold its constants as raw bytes")
        size = width
        for axis in shape:
            size *= axis
        if size != len(raw):
            raise ModelRefused("a model must not hold a tensor of another size than its bytes")
        return _text(fields, 8), Constant(dtype, shape, raw)

    def _value(self, view: memoryview) -> Value:
        fields = self._fields(view)
        kind = self._fields(_bytes(_one(fields, 2)))
        if set(kind) - {1, 6}:
            raise ModelRefused("a model must take and give tensors alone")
        tensor = self._fields(_bytes(_one(kind, 1)))
        element = _integer(_one(tensor, 1))
        if element not in ELEMENTS:
            raise ModelRefused("a model must take and give numbers alone")
        axes = self._fields(_bytes(_one(tensor, 2))).get(1, [])
        if len(axes) > MAX_RANK:
            raise ModelRefused("a model must not take or give a tensor of such a shape")
        return Value(_text(fields, 1), ELEMENTS[element][0], tuple(self._axis(_bytes(one)) for one in axes))

    def _axis(self, view: memoryview) -> int | str:
        fields = self._fields(view)
        if 1 in fields and 2 in fields:
            raise ModelRefused(NO_MODEL)
        length = _integer(_one(fields, 1)) if 1 in fields else 0
        if length < 0:
            raise ModelRefused(NO_MODEL)
        return length if 1 in fields else _text(fields, 2) or "any"

    def _integers(self, values: list[memoryview | int]) -> tuple[int, ...]:
        """Return repeated whole numbers, packed or one by one."""
        found: list[int] = []
        for one in values:
            if isinstance(one, int):
                found.append(_integer(one))
                continue
            at = 0
            while at < len(one):
                self._spend()
                value, at = _varint(one, at)
                found.append(_integer(value))
        return tuple(found)

    def _fields(self, message: memoryview) -> _Fields:
        """Return the contents of each field by its number: views of bytes, or integers."""
        found: _Fields = {}
        at = 0
        while at < len(message):
            self._spend()
            key, at = _varint(message, at)
            number, wire = key >> 3, key & 7
            if not 0 < number < 2**29:
                raise ModelRefused(NO_MODEL)
            value: memoryview | int
            if wire == _VARINT:
                value, at = _varint(message, at)
            else:
                if wire == _BYTES:
                    length, at = _varint(message, at)
                elif wire in {_FIXED64, _FIXED32}:
                    length = 8 if wire == _FIXED64 else 4
                else:
                    raise ModelRefused(NO_MODEL)
                if at + length > len(message):
                    raise ModelRefused(NO_MODEL)
                value = message[at : at + length]
                at += length
            found.setdefault(number, []).append(value)
        return found

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise ModelRefused(f"a model must not have more than {MAX_FIELDS} parts")


def _one(fields: _Fields, number: int) -> memoryview | int:
    """Return a field that must be there once: protobuf would merge or overwrite, and readers may differ."""
    found = fields.get(number, [])
    if len(found) != 1:
        raise ModelRefused(NO_MODEL)
    return found[0]


def _bytes(value: memoryview | int) -> memoryview:
    if isinstance(value, int):
        raise ModelRefused(NO_MODEL)
    return value


def _integer(value: memoryview | int) -> int:
    """Return a signed 64-bit number."""
    if not isinstance(value, int):
        raise ModelRefused(NO_MODEL)
    return value - 2**64 if value >= 2**63 else value


def _text(fields: _Fields, number: int) -> str:
    return _decoded(_one(fields, number)) if number in fields else ""


def _texts(fields: _Fields, number: int) -> tuple[str, ...]:
    return tuple(_decoded(one) for one in fields.get(number, []))


def _decoded(value: memoryview | int) -> str:
    try:
        return str(_bytes(value), "utf-8")
    except UnicodeDecodeError:
        raise ModelRefused(NO_MODEL) from None


def _floats(values: list[memoryview | int]) -> tuple[float, ...]:
    raw = b"".join(_bytes(one) for one in values)
    if len(raw) % 4:
        raise ModelRefused(NO_MODEL)
    return struct.unpack(f"<{len(raw) // 4}f", raw)


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            break
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if value >= 2**64:
                break
            return value, at
    raise ModelRefused(NO_MODEL)
