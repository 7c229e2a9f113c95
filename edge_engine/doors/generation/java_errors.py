"""The engine's errors as a sealed tree of Java exceptions and an enumeration of their codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.doors.generation.java_names import constant, javadoc, literal, words
from edge_engine.doors.generation.java_records import call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.doors.generation.shapes import ErrorCode

_SERIAL: Final = "private static final long serialVersionUID = 1L;"

_EXCEPTION: Final = """\
    {serial}

    /** Stable and append-only, for programs. */
    private final String code;

    EdgeException(String code, String message) {{
        super(message);
        this.code = code;
    }}

    /**
     * Returns the stable code as the engine told it; a newer engine may tell codes that are not known here.
     *
     * @return such as {{@code vault.key_wrong}}
     */
    public String code() {{
        return code;
    }}

    /**
     * Returns the code as a constant.
     *
     * @return the nearest one that is known here
     */
    public ErrorCode errorCode() {{
        return ErrorCode.nearest(code);
    }}

    static EdgeException of(String code, String message) {{
        return of(code, message, Map.of());
    }}

    static EdgeException of(String code, String message, Map<String, String> told) {{
        return switch (ErrorCode.nearest(code)) {{
{cases}
        }};
    }}"""

_CODE: Final = """\
    private final String code;

    ErrorCode(String code) {
        this.code = code;
    }

    /**
     * Returns the code as it is told.
     *
     * @return such as {@code vault.key_wrong}
     */
    public String code() {
        return code;
    }

    /**
     * Returns the code that is nearest to one: itself, or what is before its last point, and so on.
     *
     * @param code as it was told
     * @return {@link #EDGE} where nothing is nearer
     */
    public static ErrorCode nearest(String code) {
        for (String rest = code; !rest.isEmpty(); rest = rest.substring(0, Math.max(0, rest.lastIndexOf('.')))) {
            for (ErrorCode one : values()) {
                if (one.code.equals(rest)) {
                    return one;
                }
            }
        }
        return EDGE;
    }
}
"""


def exceptions(errors: tuple[ErrorCode, ...]) -> str:
    """Return ``EdgeException.java``."""
    root = errors[0]
    groups = ["ClientException", *(f"EdgeException.{one.name}" for one in _below(errors, root))]
    doc = [
        "What the engine refuses or cannot do; every error of it has a class here and a stable code.",
        "Unchecked, so that nobody has to declare it. An error that only a newer engine has is the nearest class here.",
    ]
    cases = "\n".join(
        f"            case {constant(one.code)} -> new {_class(one, root)}({_given(one)});" for one in errors
    )
    return "\n".join(
        [
            "package edgeengine.client;",
            "",
            "import java.util.Map;",
            "",
            *javadoc("", doc),
            "public sealed class EdgeException extends RuntimeException",
            *call("        permits ", groups, " {", "        ", each=True),
            _EXCEPTION.format(serial=_SERIAL, cases=cases),
            *(line for one in errors[1:] for line in ("", *_nested(errors, one))),
            "}",
            "",
        ]
    )


def _below(errors: tuple[ErrorCode, ...], parent: ErrorCode) -> list[ErrorCode]:
    return [one for one in errors if one.parent == parent.code]


def _class(error: ErrorCode, root: ErrorCode) -> str:
    return "EdgeException" if error == root else error.name


def _given(error: ErrorCode) -> str:
    more = [f'told.getOrDefault({literal(one.name)}, "")' for one in error.fields]
    return ", ".join(["code", "message", *more])


def _nested(errors: tuple[ErrorCode, ...], error: ErrorCode) -> list[str]:
    below = _below(errors, error)
    parent = next(one for one in errors if one.code == error.parent)
    kind = "sealed" if below else "final"
    head = f"    public static {kind} class {error.name} extends {_class(parent, errors[0])}"
    return [
        *javadoc("    ", [words(error.summary)]),
        *(call(f"{head} permits ", [one.name for one in below], " {", "    ") if below else [f"{head} {{"]),
        f"        {_SERIAL}",
        "",
        *_carried(error),
        "    }",
    ]


def _carried(error: ErrorCode) -> Iterator[str]:
    """Yield the fields of an exception, its constructor, and how its fields are had."""
    for one in error.fields:
        yield f"        private final String {one.name};"
    if error.fields:
        yield ""
    given = ", ".join(["String code", "String message", *(f"String {one.name}" for one in error.fields)])
    yield f"        {error.name}({given}) {{"
    yield "            super(code, message);"
    for one in error.fields:
        yield f"            this.{one.name} = {one.name};"
    yield "        }"
    for one in error.fields:
        yield ""
        yield "        /**"
        yield f"         * Returns what the engine told: {words(one.summary)[:1].lower()}{words(one.summary)[1:]}"
        yield "         *"
        yield "         * @return empty where it did not say"
        yield "         */"
        yield f"        public String {one.name}() {{"
        yield f"            return {one.name};"
        yield "        }"


def codes(errors: tuple[ErrorCode, ...]) -> str:
    """Return ``ErrorCode.java``."""
    lines = []
    for error in errors:
        lines += [
            *javadoc("    ", [words(error.summary)]),
            f"    {constant(error.code)}({literal(error.code)}){';' if error is errors[-1] else ','}",
            "",
        ]
    return "\n".join(
        [
            "package edgeengine.client;",
            "",
            "/** The stable codes of the engine's errors. */",
            "public enum ErrorCode {",
            *lines,
            _CODE,
        ]
    )
