"""The Java client's types and methods, written from the shapes.

::

    python -m edge_engine.doors.generation.java        # writes them into edge_engine/doors/jvm

What it writes is committed, and a test holds it fresh.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import DEFAULT_EXPONENT, EXPONENTS
from edge_engine.doors.generation import java_errors
from edge_engine.doors.generation.java_methods import Methods
from edge_engine.doors.generation.java_names import camel, constant, javadoc, literal, words
from edge_engine.doors.generation.java_records import Component, JavaRecord, call
from edge_engine.doors.generation.java_types import Types, place, said
from edge_engine.doors.generation.shapes import describe

if TYPE_CHECKING:
    from edge_engine.doors.generation.shapes import Choice, Description, Record, Shape

ROOT: Final = Path(__file__).parents[1] / "jvm" / "src" / "main" / "java" / "edgeengine" / "client"
MODEL: Final = "model"

SECRET: Final = frozenset({"Open", "Resume"})
"""Requests that hold keys."""

DAYS: Final = frozenset({("Transactions", "since"), ("Transactions", "until")})
"""Texts that are days, or empty."""

_BY_HAND: Final = frozenset({"Money", "Cancel"})
_NOTE: Final = (
    "// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead."
)


class Client:
    """The files of one description.

    Args:
        described: What goes through the doors.

    Raises:
        TypeError: Something has no type in Java yet.
    """

    def __init__(self, described: Description) -> None:
        self._all = described
        self._types = Types(described)
        self._asked: set[str] = set()
        self._told: set[str] = set()
        self._unions: dict[str, tuple[str, ...]] = {}
        for one in (*described.lifecycle, *described.operations):
            self._meet(described.records[one.request], self._asked)
            self._follow(one.reply, self._told, one.name)
        for one in described.ports:
            self._meet(described.records[one.request], self._told)
            self._follow(one.reply, self._asked, one.name)
        for event in described.events:
            self._meet(described.records[event], self._told)
        self._unions["Event"] = described.events
        if [one.name for one in described.records["Money"].fields] != ["minor", "currency"]:
            raise TypeError("Money.java is written by hand and knows two fields")

    def files(self) -> dict[str, str]:
        """Return every file by its path below `ROOT`."""
        found = {
            "EdgeException.java": java_errors.exceptions(self._all.errors),
            "ErrorCode.java": java_errors.codes(self._all.errors),
            "MinorUnits.java": _minor_units(),
            "Operations.java": Methods(self._all, self._types).source(),
            f"{MODEL}/package-info.java": _PACKAGE,
        }
        for name in sorted(self._asked | self._told):
            record = self._all.records[name]
            if name not in _BY_HAND and (record.fields or name in self._told):
                found[f"{MODEL}/{name}.java"] = self._record(record)
        for name, choice in self._all.choices.items():
            found[f"{MODEL}/{name}.java"] = _choice(choice)
        for name, records in self._unions.items():
            found[f"{MODEL}/{name}.java"] = self._union(name, records)
            found[f"{MODEL}/Unknown{name}.java"] = self._unknown(name, records)
        return {path: f"{_NOTE}\n{text}" for path, text in found.items()}

    # -- who meets whom ------------------------------------------------------------------------------------------

    def _meet(self, record: Record, into: set[str]) -> None:
        if record.name in into:
            return
        into.add(record.name)
        for one in record.fields:
            self._follow(one.shape, into, place(record.name, one.name))

    def _follow(self, shape: Shape, into: set[str], where: str) -> None:
        if tagged := self._types.tagged(shape):
            self._unions[where] = tagged
        if shape.kind == "named" and shape.name in self._all.records:
            self._meet(self._all.records[shape.name], into)
        for one in shape.items:
            self._follow(one, into, where)

    # -- records, choices, unions --------------------------------------------------------------------------------

    def _record(self, record: Record) -> str:
        components = []
        for one in record.fields:
            default, imports = (None, frozenset[str]())
            if not one.required:
                default, imports = self._types.default(one.shape, one.default)
            kind = self._types.of(one.shape, place(record.name, one.name))
            about = said(one) or "as its name says"
            days = (record.name, one.name) in DAYS
            components.append(Component(one.name, kind, about, default, imports, day=days))
        return JavaRecord(
            record.name,
            [words(record.summary)],
            components,
            asked=record.name in self._asked,
            told=record.name in self._told,
            interfaces=tuple(sorted(name for name, cases in self._unions.items() if record.name in cases)),
            secret=record.name in SECRET,
        ).source()

    def _union(self, name: str, records: tuple[str, ...]) -> str:
        known = [self._all.records[one] for one in records]
        field = known[0].tag_field
        about = "What the engine tells by itself" if name == "Event" else "One of several kinds of messages"
        return "\n".join(
            [
                "package edgeengine.client.model;",
                "",
                "import edgeengine.client.wire.Read;",
                "import java.util.Map;",
                "import org.jspecify.annotations.Nullable;",
                "",
                *javadoc("", [f"{about}; a newer engine may tell kinds that are not known here."]),
                *call(f"public sealed interface {name} permits ", [*records, f"Unknown{name}"], " {", ""),
                *javadoc(
                    "    ",
                    ["Reads what the engine writes."],
                    ["@param value plain values", "@return the record of its kind"],
                ),
                f"    static {name} fromWire(@Nullable Object value) {{",
                "        Map<String, @Nullable Object> fields = Read.fields(value);",
                f'        String kind = Read.field(fields, "{field}", Read::text);',
                "        return switch (kind) {",
                *(f"            case {literal(one.tag)} -> {one.name}.fromWire(value);" for one in known),
                f"            default -> new Unknown{name}(kind, Read.map(value, Read::plain));",
                "        };",
                "    }",
                "}",
                "",
            ]
        )

    def _unknown(self, name: str, records: tuple[str, ...]) -> str:
        field = self._all.records[records[0]].tag_field
        return "\n".join(
            [
                "package edgeengine.client.model;",
                "",
                "import java.util.Map;",
                "import org.jspecify.annotations.Nullable;",
                "",
                *javadoc(
                    "",
                    ["A kind that only a newer engine knows."],
                    [f"@param {camel(field)} its name", "@param fields what it says, as plain values"],
                ),
                *call(
                    f"public record Unknown{name}(",
                    [f"String {camel(field)}", "Map<String, @Nullable Object> fields"],
                    f") implements {name} {{}}",
                    "",
                ),
                "",
            ]
        )


_PACKAGE: Final = """\
/** What is asked and answered: a record for each request, answer and event. */
@NullMarked
package edgeengine.client.model;

import org.jspecify.annotations.NullMarked;
"""


def _choice(choice: Choice) -> str:
    lines = []
    for value in choice.values:
        lines += [f"    /** {{@code {value}}}. */", f"    {constant(value)}({literal(value)}),", ""]
    return "\n".join(
        [
            "package edgeengine.client.model;",
            "",
            "import edgeengine.client.wire.Read;",
            "import org.jspecify.annotations.Nullable;",
            "",
            *javadoc("", [words(choice.summary)]),
            f"public enum {choice.name} {{",
            *lines,
            "    /** One that only a newer engine knows. */",
            '    UNRECOGNIZED("");',
            "",
            "    private final String value;",
            "",
            f"    {choice.name}(String value) {{",
            "        this.value = value;",
            "    }",
            "",
            "    /**",
            "     * Returns the text that the engine uses.",
            "     *",
            f"     * @return such as {{@code {choice.values[0]}}}",
            "     */",
            "    public String value() {",
            "        return value;",
            "    }",
            "",
            "    /**",
            "     * Reads what the engine writes.",
            "     *",
            "     * @param value a text",
            "     * @return the constant, {@link #UNRECOGNIZED} where there is none",
            "     */",
            f"    public static {choice.name} fromWire(@Nullable Object value) {{",
            "        String text = Read.text(value);",
            f"        for ({choice.name} one : values()) {{",
            "            if (one.value.equals(text)) {",
            "                return one;",
            "            }",
            "        }",
            "        return UNRECOGNIZED;",
            "    }",
            "}",
            "",
        ]
    )


def _minor_units() -> str:
    by_digits: dict[int, list[str]] = {}
    for code, digits in EXPONENTS.items():
        by_digits.setdefault(digits, []).append(code)
    return "\n".join(
        [
            "package edgeengine.client;",
            "",
            "/** How many decimals currencies have, as ISO 4217 and the engine say. */",
            "final class MinorUnits {",
            "    private MinorUnits() {}",
            "",
            "    static int digits(String currency) {",
            "        return switch (currency) {",
            *(
                line
                for digits, codes in sorted(by_digits.items())
                for line in call(
                    "            case ", [literal(one) for one in sorted(codes)], f" -> {digits};", "    "
                )
            ),
            f"            default -> {DEFAULT_EXPONENT};",
            "        };",
            "    }",
            "}",
            "",
        ]
    )


def write(root: Path = ROOT) -> None:
    """Write every file, and remove those of types that are gone."""
    files = Client(describe()).files()
    for stale in {path.name for path in (root / MODEL).glob("*.java")} - {Path(path).name for path in files}:
        (root / MODEL / stale).unlink()
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
