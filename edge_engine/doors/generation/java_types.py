"""Shapes as Java types: how they are called, read and written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from edge_engine.doors.generation.java_names import constant, literal, pascal, words
from edge_engine.doors.generation.java_records import JavaType

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_engine.doors.generation.shapes import Description, Field, Shape

CLIENT: Final = "edgeengine.client"
_LIST: Final = "java.util.List"
_MAP: Final = "java.util.Map"

_PLAIN: Final = {
    "text": JavaType("String", "String", "Read::text"),
    "whole": JavaType("long", "Long", "Read::whole"),
    "number": JavaType("double", "Double", "Read::number"),
    "truth": JavaType("boolean", "Boolean", "Read::truth"),
    "bytes": JavaType("byte[]", "byte[]", "Read::bytes", array=True),
    "date": JavaType(
        "LocalDate", "LocalDate", "Read::day", "%s.toString()", frozenset({"java.time.LocalDate"})
    ),
    "time": JavaType("Instant", "Instant", "Read::moment", "%s.toString()", frozenset({"java.time.Instant"})),
    "any": JavaType("@Nullable Object", "@Nullable Object", "Read::plain"),
    "nothing": JavaType("@Nullable Void", "@Nullable Void", "Read::nothing"),
}
_MONEY: Final = JavaType("Money", "Money", "Money::fromWire", "%s.toWire()", frozenset({f"{CLIENT}.Money"}))
_VALUE: Final = JavaType("Value", "Value", "Value::fromWire", "%s.toWire()", frozenset({f"{CLIENT}.Value"}))
_SCALARS: Final = frozenset({"text", "whole", "number"})

_LITERALS: Final[dict[str, Callable[[Any], str]]] = {
    "text": literal,
    "truth": lambda value: str(value).lower(),
    "whole": lambda value: f"{value}L",
    "number": lambda value: repr(float(value)),
}
_EMPTY: Final[dict[str, tuple[str, frozenset[str]]]] = {
    "bytes": ("new byte[0]", frozenset()),
    "list": ("List.of()", frozenset({_LIST})),
    "map": ("Map.of()", frozenset({_MAP})),
}


class Types:
    """Java types of one description's shapes.

    Args:
        described: What goes through the doors.
    """

    def __init__(self, described: Description) -> None:
        self._described = described

    def of(self, shape: Shape, place: str, depth: int = 0) -> JavaType:
        """Return the type of a shape.

        Args:
            shape: What it is.
            place: Name of what holds it, for a union that has no name of its own, such as ``MomentMessage``.
            depth: How many readers it lies in.

        Raises:
            TypeError: There is no Java type for it yet.
        """
        if shape.kind in _PLAIN:
            return _PLAIN[shape.kind]
        if shape.kind == "named":
            return self._named(shape.name)
        if shape.kind == "optional":
            return _optional(self.of(shape.items[0], place, depth + 1), depth)
        if shape.kind == "map":
            return _map(self.of(shape.items[0], place, depth + 1), depth)
        if shape.kind == "either":
            return self._either(shape, place)
        if shape.kind == "list" or len(set(shape.items)) == 1:
            return _list(self.of(shape.items[0], place, depth + 1), depth)
        raise TypeError(f"{place} is a tuple of different types, which Java has no name for")

    def tagged(self, shape: Shape) -> tuple[str, ...]:
        """Return the names of a union's records where each has a tag, none where it is another shape."""
        if shape.kind != "either":
            return ()
        names = tuple(one.name for one in shape.items)
        known = self._described.records
        return names if all(name in known and known[name].tag for name in names) else ()

    def _named(self, name: str) -> JavaType:
        if name == "Money":
            return _MONEY
        if name in self._described.choices:
            return JavaType(name, name, f"{name}::fromWire", "%s.value()")
        return JavaType(name, name, f"{name}::fromWire", "%s.toWire()")

    def _either(self, shape: Shape, place: str) -> JavaType:
        if self.tagged(shape):
            return JavaType(place, place, f"{place}::fromWire")
        if all(one.kind in _SCALARS or one.name == "Money" for one in shape.items):
            return _VALUE
        raise TypeError(f"{place} is one of several types, and no tag says which")

    def default(self, shape: Shape, value: Any) -> tuple[str, frozenset[str]]:  # noqa: ANN401 - plain values
        """Return a default as an expression of Java, and what it needs imported.

        Raises:
            TypeError: There is no expression for it yet.
        """
        if value is None:
            return "null", frozenset()
        if shape.kind == "optional":
            return self.default(shape.items[0], value)
        if shape.kind == "named" and shape.name in self._described.choices:
            return f"{shape.name}.{constant(value)}", frozenset()
        if shape.kind in _LITERALS:
            return _LITERALS[shape.kind](value), frozenset()
        if shape.kind in _EMPTY and not value:
            return _EMPTY[shape.kind]
        raise TypeError(f"a default of this kind has no expression in Java yet: {shape.kind}")


def place(record: str, field: str) -> str:
    """Return the name of a union that a field has no other name for."""
    return record + pascal(field)


def said(field: Field) -> str:
    """Return what a field means as the words after its name in Javadoc; empty where nothing is said."""
    return words(field.summary[:1].lower() + field.summary[1:].rstrip("."))


def _optional(inner: JavaType, depth: int) -> JavaType:
    v = f"v{depth}"
    name = "byte @Nullable []" if inner.array else f"@Nullable {inner.boxed}"
    write = inner.write if inner.write == "%s" else f"%s == null ? null : {inner.write}"
    return JavaType(
        name, name, f"{v} -> Read.optional({v}, {inner.read})", write, inner.imports, array=inner.array
    )


def _list(inner: JavaType, depth: int) -> JavaType:
    v = f"v{depth}"
    name = f"List<{inner.boxed}>"
    read, write = f"{v} -> Read.list({v}, {inner.read})", _each("list", inner, v)
    return JavaType(name, name, read, write, imports=inner.imports | {_LIST})


def _map(inner: JavaType, depth: int) -> JavaType:
    v = f"v{depth}"
    name = f"Map<String, {inner.boxed}>"
    read, write = f"{v} -> Read.map({v}, {inner.read})", _each("map", inner, v)
    return JavaType(name, name, read, write, imports=inner.imports | {_MAP})


def _each(kind: str, inner: JavaType, v: str) -> str:
    """Return how a list or a map is told: as it is where what it holds is plain."""
    return "%s" if inner.write == "%s" else f"Write.{kind}(%s, {v} -> {inner.write % v})"
