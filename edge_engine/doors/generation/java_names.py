"""Names and words as Java, Kotlin and Javadoc want them."""

from __future__ import annotations

import html
import re
import textwrap
from typing import Final

METHODS: Final = {"import": "importStatement"}
"""Operations whose own name is no name in Java."""

# Source: JLS 17, 3.9 and 8.10.1 (what a record's component may not be called); the hard keywords of Kotlin 2.
_JAVA: Final = (
    "abstract assert boolean break byte case catch char class const continue default do double else enum extends final "
    "finally float for goto if implements import instanceof int interface long native new package private protected "
    "public return short static strictfp super switch synchronized this throw throws transient try void volatile while "
    "true false null clone finalize getClass hashCode notify notifyAll toString wait"
)
_KOTLIN: Final = "as fun in is object typealias typeof val var when"
RESERVED: Final = frozenset(f"{_JAVA} {_KOTLIN}".split())

_WIDTH: Final = 116
_CODE: Final = re.compile(r"``([^`]*)``|`([^`]*)`")


def camel(name: str) -> str:
    """Return ``money_a_year`` or ``consent.grant`` as a name of a field or a method."""
    first, *others = re.split(r"[._]", name)
    joined = first + "".join(one[:1].upper() + one[1:] for one in others)
    return f"{joined}Value" if joined in RESERVED else joined


def method(operation: str) -> str:
    """Return the method of an operation."""
    return METHODS.get(operation) or camel(operation)


def pascal(name: str) -> str:
    """Return a name as a type's."""
    joined = camel(name)
    return joined[:1].upper() + joined[1:]


def constant(value: str) -> str:
    """Return the value of an enumeration as its constant's name."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", value).strip("_").upper()
    return f"_{name}" if name[:1].isdigit() else name


def literal(text: str) -> str:
    """Return a text as Java writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + "".join(one if one.isascii() else f"\\u{ord(one):04x}" for one in escaped) + '"'


def words(text: str) -> str:
    """Return prose of a docstring as prose of Javadoc, on one line."""
    flat = " ".join(text.split())
    parts, at = [], 0
    for match in _CODE.finditer(flat):
        parts += [_escaped(flat[at : match.start()]), f"{{@code {match[1] or match[2]}}}"]
        at = match.end()
    return "".join([*parts, _escaped(flat[at:])])


def _escaped(text: str) -> str:
    return html.escape(text, quote=False).replace("@", "&#64;").replace("*/", "*&#47;")


def javadoc(indent: str, paragraphs: list[str], tags: list[str] | None = None) -> list[str]:
    """Return the lines of a comment: paragraphs, then tags such as ``@param name what it is``."""
    lines: list[str] = []
    for number, paragraph in enumerate(paragraphs):
        lines += ["", *_wrapped(f"<p>{paragraph}", indent)] if number else _wrapped(paragraph, indent)
    if tags:
        lines.append("")
        for tag in tags:
            lines += _wrapped(tag, indent, "    ")
    if len(lines) == 1 and len(indent) + len(lines[0]) + 8 <= _WIDTH:
        return [f"{indent}/** {lines[0]} */"]
    return [f"{indent}/**", *(f"{indent} * {one}".rstrip() for one in lines), f"{indent} */"]


def _wrapped(text: str, indent: str, more: str = "") -> list[str]:
    return textwrap.wrap(
        text, _WIDTH - len(indent) - 3, subsequent_indent=more, break_long_words=False, break_on_hyphens=False
    )
