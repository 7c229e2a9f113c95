"""What goes through the doors, described without any language: what generators of client types read.

::

    python -m edge_engine.doors.generation.shapes      # prints it as JSON

Everything comes from the types themselves and their docstrings: the requests, the replies, the door's own methods, the
events and the questions to the host.
"""

from __future__ import annotations

import inspect
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
from msgspec import inspect as types

from edge_engine import errors, replies
from edge_engine.doors import events, lifecycle, names, wire
from edge_engine.doors.ports import PORTS
from edge_engine.doors.session import LIFECYCLE
from edge_engine.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import Enum

    from edge_engine.operations import Operation

Kind = Literal[
    "text", "whole", "number", "truth", "bytes", "date", "time", "any", "nothing", "list", "map", "tuple", "named",
    "optional", "either",
]  # fmt: skip


class Shape(msgspec.Struct, frozen=True, omit_defaults=True):
    """A type.

    Attributes:
        kind: ``text``, ``whole`` (an integer of 64 bits), ``number`` (a double), ``truth``, ``bytes`` (msgpack bin),
            ``date`` (text ``YYYY-MM-DD``), ``time`` (text of RFC 3339), ``any`` (plain values), ``nothing`` (nil), or
            one of those that follow.
        name: Of the record or choice, where the kind is ``named``.
        items: What it holds: one shape of a ``list``, of a ``map`` (whose keys are text) and of ``optional`` (or nil);
            those of a ``tuple`` in their order (an array of that length); the alternatives of ``either``.
    """

    kind: Kind
    name: str = ""
    items: tuple[Shape, ...] = ()


class Field(msgspec.Struct, frozen=True):
    """One field of a record.

    Attributes:
        name: As it is on the wire.
        shape: Its type.
        required: Whether it has to be given.
        default: What it is where it is not given, as plain values; null where it is required.
        summary: What it means.
    """

    name: str
    shape: Shape
    required: bool
    default: Any
    summary: str


class Record(msgspec.Struct, frozen=True):
    """A map with known fields.

    Attributes:
        name: Of the type.
        summary: What it is, in one sentence.
        fields: In the order that they were made in.
        tag: What its field ``tag_field`` holds, which tells it apart from others in its place; empty where it has none.
        tag_field: Name of a field that stands on the wire before the others, and is none of ``fields``.
    """

    name: str
    summary: str
    fields: tuple[Field, ...]
    tag: str = ""
    tag_field: str = ""


class Choice(msgspec.Struct, frozen=True):
    """Texts of which it is one.

    Attributes:
        name: Of the type.
        summary: What it is.
        values: The texts; more may be added.
    """

    name: str
    summary: str
    values: tuple[str, ...]


class Method(msgspec.Struct, frozen=True):
    """Something that may be asked.

    Attributes:
        name: On the wire.
        request: Name of the record of its parameters.
        reply: Shape of its answer.
        purpose: Consent that it needs; empty where none is.
        summary: What it does.
        port: For questions of the engine to its host, what ``open`` lists for it; empty for methods.
        seconds: For those, how long the engine waits; 0 for methods.
        also: Further consents that it needs.
        engine: What it is called in Python, from an `Engine` on; empty where it is none of its methods.
    """

    name: str
    request: str
    reply: Shape
    purpose: str
    summary: str
    port: str = ""
    seconds: float = 0.0
    also: tuple[str, ...] = ()
    engine: str = ""


class ErrorCode(msgspec.Struct, frozen=True):
    """An error.

    Attributes:
        code: On the wire.
        name: Of its class in Python.
        parent: Code of the error that it is a kind of; empty for the first.
        summary: What happened.
        fields: What it carries beside its code and message; each a text, empty or missing where it is not known.
    """

    code: str
    name: str
    parent: str
    summary: str
    fields: tuple[Field, ...] = ()


class Description(msgspec.Struct, frozen=True):
    """Everything that goes through the doors.

    Attributes:
        abi: Version of the protocol.
        features: What ``hello`` tells.
        lifecycle: The door's own methods.
        operations: The engine's.
        notifications: What a host tells, without an answer.
        ports: What the engine asks.
        events: Names of the records that it tells.
        records: Every record by its name, sorted.
        choices: Every choice by its name, sorted.
        errors: Every error.
    """

    abi: int
    features: tuple[str, ...]
    lifecycle: tuple[Method, ...]
    operations: tuple[Method, ...]
    notifications: tuple[Method, ...]
    ports: tuple[Method, ...]
    events: tuple[str, ...]
    records: dict[str, Record]
    choices: dict[str, Choice]
    errors: tuple[ErrorCode, ...]


def describe() -> Description:
    """Describe what goes through the doors of this engine.

    Raises:
        TypeError: Two types share a name, or one has no shape: say it otherwise where it is defined.
    """
    found = _Found()
    own = tuple(
        Method(name, found.record(request), found.shape(reply), "", _summary(request))
        for name, (request, reply) in LIFECYCLE.items()
    )
    operations = tuple(
        Method(
            name,
            found.record(one.request),
            found.shape(replies.resolve(one.reply)),
            one.purpose,
            one.summary,
            also=one.also,
            engine=_in_python(one),
        )
        for name, one in OPERATIONS.items()
    )
    ports = tuple(
        Method(
            name, found.record(one.request), found.shape(one.reply), "", one.summary, one.port, one.seconds
        )
        for name, one in PORTS.items()
    )
    cancel = Method(
        "cancel", found.record(lifecycle.Cancel), Shape("nothing"), "", _summary(lifecycle.Cancel)
    )
    told = tuple(found.record(one) for one in events.EVENTS)
    return Description(
        abi=wire.ABI,
        features=names.FEATURES,
        lifecycle=own,
        operations=operations,
        notifications=(cancel,),
        ports=ports,
        events=told,
        records=dict(sorted(found.records.items())),
        choices=dict(sorted(found.choices.items())),
        errors=tuple(_errors(errors.EdgeError, "")),
    )


_CALLED: Final = re.compile(r"\bengine\.([a-z_.]+)\(")


def _in_python(operation: Operation) -> str:
    """Return the engine's method that the table calls."""
    found = _CALLED.search(inspect.getsource(operation.method))
    if found is None:
        raise TypeError("an operation calls one of the engine's methods")
    return found[1]


RENAMED: Final = {
    "edge_engine.insights.stream.Rule": "StreamRule",
    "edge_engine.actions.review.Evidence": "ReviewEvidence",
    "edge_engine.requests.Fact": "ReviewFact",
    "edge_engine.insights.affordability.Assessment": "LoanAssessment",
    "edge_engine.insights.affordability.Figure": "LoanFigure",
    "edge_engine.insights.affordability.Verdict": "LoanVerdict",
}
"""Names of types whose own names are those of others."""


def _name_of(kind: type) -> str:
    return RENAMED.get(f"{kind.__module__}.{kind.__qualname__}", kind.__name__)


_PLAIN: Final[dict[type, Kind]] = {
    types.StrType: "text",
    types.IntType: "whole",
    types.FloatType: "number",
    types.BoolType: "truth",
    types.BytesType: "bytes",
    types.DateType: "date",
    types.DateTimeType: "time",
    types.AnyType: "any",
    types.NoneType: "nothing",
}


@dataclass
class _Found:
    """The named types that were met so far."""

    records: dict[str, Record] = field(default_factory=dict)
    choices: dict[str, Choice] = field(default_factory=dict)
    met: dict[str, type] = field(default_factory=dict)

    def record(self, kind: Any) -> str:  # noqa: ANN401 - a struct's type
        return self.shape(kind).name

    def shape(self, kind: Any) -> Shape:  # noqa: ANN401 - a type
        return self._of(types.type_info(kind))

    def _of(self, kind: types.Type) -> Shape:
        plain = _PLAIN.get(type(kind))
        if plain is not None:
            return Shape(plain)
        if isinstance(kind, types.ListType | types.VarTupleType | types.SetType | types.FrozenSetType):
            return Shape("list", items=(self._of(kind.item_type),))
        if isinstance(kind, types.TupleType):
            return Shape("tuple", items=tuple(self._of(one) for one in kind.item_types))
        if isinstance(kind, types.DictType):
            return Shape("map", items=(self._of(kind.value_type),))
        if isinstance(kind, types.UnionType):
            return self._either([one for one in kind.types if not isinstance(one, types.NoneType)], kind)
        if isinstance(kind, types.EnumType):
            return self._choice(kind.cls)
        if isinstance(kind, types.StructType):
            return self._record(kind)
        raise TypeError(f"{kind} has no shape that every language knows")

    def _either(self, kinds: list[types.Type], union: types.UnionType) -> Shape:
        shapes = tuple(self._of(one) for one in kinds)
        one = shapes[0] if len(shapes) == 1 else Shape("either", items=shapes)
        return Shape("optional", items=(one,)) if union.includes_none else one

    def _choice(self, kind: type[Enum]) -> Shape:
        self._meet(kind)
        name = _name_of(kind)
        self.choices[name] = Choice(name, _summary(kind), tuple(str(one.value) for one in kind))
        return Shape("named", name)

    def _record(self, kind: types.StructType) -> Shape:
        name = _name_of(kind.cls)
        if self._meet(kind.cls):
            told = _attributes(kind.cls)
            fields = tuple(
                Field(
                    one.encode_name, self._of(one.type), one.required, _default(one), told.get(one.name, "")
                )
                for one in kind.fields
            )
            self.records[name] = Record(
                name, _summary(kind.cls), fields, str(kind.tag or ""), kind.tag_field or ""
            )
        return Shape("named", name)

    def _meet(self, kind: type) -> bool:
        """Return whether a type is met for the first time."""
        name = _name_of(kind)
        known = self.met.setdefault(name, kind)
        if known is not kind:
            raise TypeError(f"two types of the doors are called {name}; give one another name in RENAMED")
        if name in self.records or name in self.choices:
            return False
        # Named before its fields are looked at: one of them may be of this very type.
        if issubclass(kind, msgspec.Struct):
            self.records[name] = Record(name, "", ())
        return True


def _default(one: types.Field) -> Any:  # noqa: ANN401 - plain values
    if one.required:
        return None
    if one.default is one.default_factory is msgspec.NODEFAULT:
        return ""  # a field that may be left out: bytes that may be none are something else than no bytes
    value = one.default if one.default_factory is msgspec.NODEFAULT else one.default_factory()
    # Bytes are only ever empty by themselves.
    return "" if value == b"" else msgspec.to_builtins(value)


def _summary(kind: type) -> str:
    return " ".join((inspect.getdoc(kind) or "").split("\n\n")[0].split())


_SECTION: Final = re.compile(r"\n\s*Attributes:\n(.*?)(?=\n\s*\n|\Z)", re.DOTALL)
_ENTRY: Final = re.compile(r"^(\w+): ", re.MULTILINE)


def _attributes(kind: type) -> dict[str, str]:
    """Return what the docstring says about each attribute."""
    section = _SECTION.search(inspect.getdoc(kind) or "")
    if section is None:
        return {}
    text = re.sub(r"^ {4}", "", section[1], flags=re.MULTILINE)
    pieces = _ENTRY.split(text)
    return {name: " ".join(said.split()) for name, said in zip(pieces[1::2], pieces[2::2], strict=True)}


def _errors(kind: type[errors.EdgeError], parent: str) -> Iterable[ErrorCode]:
    words = _attributes(kind)
    fields = tuple(
        Field(one, Shape("text"), required=False, default="", summary=words[one]) for one in kind.told
    )
    yield ErrorCode(kind.code, kind.__name__, parent, _summary(kind), fields)
    for one in kind.__subclasses__():
        if one.__module__ == errors.__name__:
            yield from _errors(one, kind.code)


if __name__ == "__main__":
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(describe()), indent=1).decode() + "\n")
