"""The Java client's methods: one for each operation that waits, and one that does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.doors.generation.java_names import camel, javadoc, literal, method, pascal, words
from edge_engine.doors.generation.java_records import call
from edge_engine.doors.generation.java_types import CLIENT, Types, place, said

if TYPE_CHECKING:
    from edge_engine.doors.generation.shapes import Description, Field, Method, Record, Shape

NEVER_EMPTY: Final = frozenset({"import"})
"""Operations that have no use without parameters, though each of them has a default."""

_MOST_ARGUMENTS: Final = 3
_OWN: Final = "The person's own right: needs no consent."
_ALWAYS: Final = frozenset(
    {"java.util.Map", "java.util.function.Function", "org.jspecify.annotations.Nullable"}
)
_IMPORTS: Final = _ALWAYS | {"edgeengine.client.wire.Read", "java.util.concurrent.CompletableFuture"}


class Methods:
    """The methods of one description.

    Args:
        described: What goes through the doors.
        types: Its types in Java.
    """

    def __init__(self, described: Description, types: Types) -> None:
        self._described = described
        self._types = types

    def source(self) -> str:
        """Return ``Operations.java``."""
        lines: list[str] = []
        imports = set(_IMPORTS)
        for one in self._described.operations:
            kind = self._types.of(one.reply, one.name)
            imports |= kind.imports | {
                f"{CLIENT}.model.{name}" for name in _names(one.reply) if name != "Money"
            }
            if self._described.records[one.request].fields:
                imports.add(f"{CLIENT}.model.{one.request}")
            lines += self._methods(one)
        body = "\n".join(lines)
        needed = {one for one in imports if one.rpartition(".")[2] in body} | _ALWAYS
        return "\n".join(
            [
                "package edgeengine.client;",
                "",
                *(f"import {one};" for one in sorted(needed)),
                "",
                "/** Everything that an engine can be asked; each method waits, or has a form that does not. */",
                "public abstract sealed class Operations permits EdgeEngine {",
                "    Operations() {}",
                "",
                "    abstract <T extends @Nullable Object> T ask(",
                "            String method, @Nullable Map<String, ?> params, Function<@Nullable Object, T> reader);",
                "",
                "    abstract <T extends @Nullable Object> CompletableFuture<T> begin(",
                "            String method, @Nullable Map<String, ?> params, Function<@Nullable Object, T> reader);",
                body,
                "}",
                "",
            ]
        )

    def _methods(self, one: Method) -> list[str]:
        request = self._described.records[one.request]
        if not request.fields:
            return self._pair(one, [], "null", [])
        asked = [f"{request.name} request"]
        lines = self._pair(one, asked, "request.toWire()", ["@param request what is asked"])
        needed = [field for field in request.fields if field.required]
        if len(needed) <= _MOST_ARGUMENTS and one.name not in NEVER_EMPTY:
            lines += self._named(one, request, needed)
        if not needed and len(request.fields) == 1:
            lines += self._named(one, request, list(request.fields))
        return lines

    def _named(self, one: Method, request: Record, fields: list[Field]) -> list[str]:
        """Return the pair that takes fields in the place of a request."""
        types = [self._types.of(field.shape, place(request.name, field.name)) for field in fields]
        given = [f"{kind.name} {camel(field.name)}" for kind, field in zip(types, fields, strict=True)]
        tags = [f"@param {camel(field.name)} {said(field) or 'which'}" for field in fields]
        passed = ", ".join(camel(field.name) for field in fields)
        maker = "of" if all(field.required for field in fields) else "of().with" + pascal(fields[0].name)
        return self._pair(one, given, f"{request.name}.{maker}({passed}).toWire()", tags)

    def _pair(self, one: Method, given: list[str], params: str, tags: list[str]) -> list[str]:
        kind = self._types.of(one.reply, one.name)
        name = method(one.name)
        about = [f"{words(one.summary[:1].upper() + one.summary[1:])}."]
        if one.purpose:
            about.append(
                f"Needs consent to {' and to '.join(f'{{@code {name}}}' for name in (one.purpose, *one.also))}."
                if one.purpose != "own_access"
                else _OWN
            )
        boxed = kind.boxed.replace("@Nullable ", "")
        arguments = [literal(one.name), params, kind.read]
        return [
            "",
            *javadoc("    ", about, [*tags, "@return the answer"]),
            *call(f"    public {kind.name} {name}(", given, ") {", "    "),
            *call("        return ask(", arguments, ");", "        "),
            "    }",
            "",
            *javadoc("    ", [*about, "Does not wait."], [*tags, "@return the answer, once it is there"]),
            *call(f"    public CompletableFuture<{boxed}> {name}Async(", given, ") {", "    "),
            *call("        return begin(", arguments, ");", "        "),
            "    }",
        ]


def _names(shape: Shape) -> set[str]:
    return ({shape.name} if shape.name else set()).union(*(_names(one) for one in shape.items))
