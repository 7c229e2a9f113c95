"""Java records of requests and answers: Javadoc, readers, and withers where there are defaults."""

from __future__ import annotations

from dataclasses import dataclass

from edge_engine.doors.generation.java_names import camel, javadoc, pascal

_WIDTH = 116


WRITTEN = "fields"
"""The variable that a request's plain values are put into."""


@dataclass(frozen=True, slots=True)
class JavaType:
    """A type, and how its values cross the door.

    Attributes:
        name: As a component has it, such as ``long`` or ``@Nullable Money``.
        boxed: As a type argument, such as ``Long`` or ``Money``.
        read: A function from a plain value, such as ``Read::whole`` or ``value -> Read.list(value, Read::text)``.
        write: Makes the plain value of the expression ``%s``.
        imports: What is named that is not of `java.lang`.
        array: Whether values are compared by their contents and not by themselves.
    """

    name: str
    boxed: str
    read: str
    write: str = "%s"
    imports: frozenset[str] = frozenset()
    array: bool = False


@dataclass(frozen=True, slots=True)
class Component:
    """One field of a record.

    Attributes:
        name: As the door has it.
        type: In Java.
        doc: What it is, as Javadoc.
        default: What stands for it where it is not told, an expression; None where it has to be told.
        default_imports: What the expression names.
        day: Whether its text is a day, so that a `LocalDate` may be given too.
    """

    name: str
    type: JavaType
    doc: str
    default: str | None = None
    default_imports: frozenset[str] = frozenset()
    day: bool = False

    @property
    def parameter(self) -> str:
        """Its type and name in Java."""
        return f"{self.type.name} {camel(self.name)}"

    @property
    def written(self) -> str:
        """An expression of its plain value."""
        name = camel(self.name)
        # What is written stands in a variable of that name.
        return self.type.write.replace("%s", f"this.{name}" if name == WRITTEN else name)


@dataclass(frozen=True, slots=True)
class JavaRecord:
    """One request or answer.

    Attributes:
        name: Of the type.
        doc: Paragraphs of Javadoc.
        components: Its fields.
        asked: Whether hosts make it.
        told: Whether the engine makes it.
        interfaces: What it is a case of.
        secret: Whether it may hold a key, so that it never shows what it holds.
    """

    name: str
    doc: list[str]
    components: list[Component]
    asked: bool
    told: bool
    interfaces: tuple[str, ...] = ()
    secret: bool = False

    def source(self) -> str:
        """Return its file."""
        body = [*self._head(), *self._checks()]
        if self.asked:
            body += [*self._of(), *self._withers(), *self._to_wire()]
        if self.told:
            body += self._from_wire()
        if any(one.type.array for one in self.components):
            body += self._equality()
        if self.secret:
            body += [
                "    /** Returns the type's name and nothing else: what it holds opens a store. */",
                "    @Override",
                "    public String toString() {",
                f'        return "{self.name}";',
                "    }",
            ]
        while body[-1] == "":
            body.pop()
        return "\n".join([*self._preamble(body), *body, "}", ""])

    # -- parts ---------------------------------------------------------------------------------------------------

    def _preamble(self, body: list[str]) -> list[str]:
        text = "\n".join(body)
        names = {"org.jspecify.annotations.Nullable"} if "@Nullable" in text else set()
        for one in self.components:
            names |= one.type.imports | one.default_imports
        names |= {
            full
            for short, full in (
                ("Read.", "edgeengine.client.wire.Read"),
                ("Read::", "edgeengine.client.wire.Read"),
                ("Write.", "edgeengine.client.wire.Write"),
                ("Map<", "java.util.Map"),
                ("LinkedHashMap<", "java.util.LinkedHashMap"),
                ("LocalDate ", "java.time.LocalDate"),
                ("Arrays.", "java.util.Arrays"),
                ("Objects.", "java.util.Objects"),
            )
            if short in text
        }
        needed = sorted(one for one in names if one.rpartition(".")[2] in text)
        return [
            "package edgeengine.client.model;",
            "",
            *(f"import {one};" for one in needed),
            *([""] if needed else []),
        ]

    def _head(self) -> list[str]:
        cases = f" implements {', '.join(self.interfaces)}" if self.interfaces else ""
        tags = [f"@param {camel(one.name)} {one.doc}" for one in self.components]
        return [
            *javadoc("", self.doc, tags),
            *call(
                f"public record {self.name}(", [one.parameter for one in self.components], f"){cases} {{", ""
            ),
        ]

    def _checks(self) -> list[str]:
        copied = [
            one for one in self.components if one.type.boxed.startswith(("List<", "Map<")) and self.asked
        ]
        if not copied:
            return []
        lines = ["    /** Keeps copies of what could change. */", f"    public {self.name} {{"]
        for one in copied:
            name, kind = camel(one.name), one.type.boxed[: one.type.boxed.index("<")]
            lines.append(f"        {name} = {kind}.copyOf({name});")
        return [*lines, "    }", ""]

    def _of(self) -> list[str]:
        if all(one.default is None for one in self.components):
            return self._simple_of()
        needed = [one for one in self.components if one.default is None]
        arguments = [camel(one.name) if one.default is None else one.default for one in self.components]
        return [
            *javadoc(
                "    ",
                ["Returns a request with the usual values of what is not named here."],
                [*(f"@param {camel(one.name)} {one.doc}" for one in needed), "@return the request"],
            ),
            *call(f"    public static {self.name} of(", [one.parameter for one in needed], ") {", "    "),
            *call(f"        return new {self.name}(", arguments, ");", "        "),
            "    }",
            "",
        ]

    def _simple_of(self) -> list[str]:
        return [
            *javadoc(
                "    ",
                ["Returns a request."],
                [*(f"@param {camel(one.name)} {one.doc}" for one in self.components), "@return the request"],
            ),
            *call(
                f"    public static {self.name} of(",
                [one.parameter for one in self.components],
                ") {",
                "    ",
            ),
            *call(
                f"        return new {self.name}(",
                [camel(one.name) for one in self.components],
                ");",
                "        ",
            ),
            "    }",
            "",
        ]

    def _withers(self) -> list[str]:
        lines = []
        for one in self.components:
            if one.default is None:
                continue
            name = camel(one.name)
            lines += [
                *javadoc(
                    "    ",
                    ["Returns this with another value."],
                    [f"@param {name} {one.doc}", "@return a copy"],
                ),
                f"    public {self.name} with{pascal(one.name)}({one.parameter}) {{",
                *call(
                    f"        return new {self.name}(",
                    [camel(c.name) for c in self.components],
                    ");",
                    "        ",
                ),
                "    }",
                "",
            ]
            if one.day:
                lines += [
                    *javadoc(
                        "    ",
                        ["Returns this with another day."],
                        [f"@param {name} {one.doc}", "@return a copy"],
                    ),
                    f"    public {self.name} with{pascal(one.name)}(LocalDate {name}) {{",
                    f"        return with{pascal(one.name)}({name}.toString());",
                    "    }",
                    "",
                ]
        return lines

    def _to_wire(self) -> list[str]:
        return [
            *javadoc("    ", ["Returns the request as the engine reads it."], ["@return plain values"]),
            "    public Map<String, @Nullable Object> toWire() {",
            f"        Map<String, @Nullable Object> {WRITTEN} = new LinkedHashMap<>();",
            *(f'        {WRITTEN}.put("{one.name}", {one.written});' for one in self.components),
            f"        return {WRITTEN};",
            "    }",
            "",
        ]

    def _from_wire(self) -> list[str]:
        reads = []
        for one in self.components:
            read = f'Read.field(fields, "{one.name}", {one.type.read}'
            reads.append(f"{read})" if one.default is None else f"{read}, {one.default})")
        return [
            *javadoc(
                "    ",
                ["Reads the answer as the engine writes it."],
                [
                    "@param value plain values",
                    "@return the answer",
                    "@throws edgeengine.client.wire.Malformed if it is another",
                ],
            ),
            f"    public static {self.name} fromWire(@Nullable Object value) {{",
            "        Map<String, @Nullable Object> fields = Read.fields(value);",
            *call(f"        return new {self.name}(", reads, ");", "        ", each=True),
            "    }",
            "",
        ]

    def _equality(self) -> list[str]:
        names = [camel(one.name) for one in self.components]
        pairs = [
            f"Arrays.equals({name}, that.{name})"
            if one.type.array
            else f"Objects.deepEquals({name}, that.{name})"
            for name, one in zip(names, self.components, strict=True)
        ]
        return [
            "    @Override",
            "    public boolean equals(@Nullable Object other) {",
            f"        return other instanceof {self.name} that",
            *(f"                && {one}" for one in pairs[:-1]),
            f"                && {pairs[-1]};",
            "    }",
            "",
            "    @Override",
            "    public int hashCode() {",
            *call("        return Arrays.deepHashCode(new Object[] {", names, "});", "        "),
            "    }",
            "",
        ]


def call(head: str, arguments: list[str], tail: str, indent: str, *, each: bool = False) -> list[str]:
    """Return a declaration or a call, on one line or with one argument a line.

    Args:
        head: Up to its open bracket.
        arguments: What is in the brackets.
        tail: From the closing bracket on.
        indent: Of its first line.
        each: Whether two arguments take two lines even where one has room for both.
    """
    whole = f"{head}{', '.join(arguments)}{tail}"
    if len(whole) <= _WIDTH and not (each and len(arguments) > 1):
        return [whole]
    return [
        head.rstrip(),
        *(f"{indent}        {one}," for one in arguments[:-1]),
        f"{indent}        {arguments[-1]}{tail}",
    ]
