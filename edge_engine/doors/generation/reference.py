"""Writes ``docs/api.md``: everything that may be asked through a door, what comes back, and what may go wrong.

::

    python -m edge_engine.doors.generation.reference > docs/api.md
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.doors.generation.shapes import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edge_engine.doors.generation.shapes import Description, Field, Method, Record, Shape

HEAD: Final = """# What may be asked

Generated from the types by `make generate`; a test holds it fresh. How it travels is in [doors.md](doors.md). In
Python each method is one of `Engine`'s ([their names](#their-names-in-python)), and on the command line most are a
command.

Every method, field, value and code here stays: new ones may come, none goes or changes its meaning.

In the tables, *text*, *whole* (an integer of 64 bits), *number* (a double), *truth*, *bytes*, *date* (`YYYY-MM-DD`)
and *time* (RFC 3339) are plain values; `[x]` is a list, `{text: x}` a map, `x?` may be null, and other names are
further down.

A frame holds 16 MiB at most. So does what is imported by its bytes (`content`), with all that goes with it: a larger
file is given by its `path`.
"""

_ROLE: Final = re.compile(r":\w+:`~?([^`]+)`")


def reference(told: Description) -> str:
    """Return the document."""
    return "\n".join([*_lines(told), ""])


def _lines(told: Description) -> Iterator[str]:
    yield HEAD
    yield "## The door itself\n"
    for method in told.lifecycle:
        yield from _method(told, method)
    yield "## Operations\n"
    for method in told.operations:
        yield from _method(told, method)
    yield "## Their names in Python\n"
    yield "On an `Engine`, and awaitable on an `AsyncEngine`.\n"
    yield "| operation | in Python |\n|---|---|"
    for method in told.operations:
        yield f"| `{method.name}` | `{method.engine}` |"
    yield ""
    yield "## What a host tells\n"
    for method in told.notifications:
        yield from _method(told, method)
    yield "## What the engine asks its host\n"
    for method in told.ports:
        yield from _method(told, method)
    yield "## Events\n"
    yield "The notification `event`; its field `kind` tells which it is.\n"
    for name in told.events:
        yield from _record(told.records[name])
    asked = {one.request for one in (*told.lifecycle, *told.operations, *told.notifications, *told.ports)}
    yield "## Answers and what they hold\n"
    for name, record in told.records.items():
        if name not in asked and name not in told.events:
            yield from _record(record)
    yield "## Values of which it is one\n"
    for choice in told.choices.values():
        yield f"### {choice.name}\n\n{_words(choice.summary)} {', '.join(f'`{one}`' for one in choice.values)}.\n"
    yield from _errors(told)


def _errors(told: Description) -> Iterator[str]:
    yield "## Errors\n"
    yield "A host acts on the code; the message is one sentence for people, without private data.\n"
    yield "What stands under *more* are fields beside both; each is a text and may be missing.\n"
    yield "| code | when | more |\n|---|---|---|"
    for error in told.errors:
        more = "; ".join(f"`{one.name}`: {_words(one.summary)}" for one in error.fields)
        yield f"| `{error.code}` | {_words(error.summary)} | {more} |"
    yield "| `internal` | A mistake of the engine's own; the message names its kind alone. | |"


def _method(told: Description, method: Method) -> Iterator[str]:
    yield f"### `{method.name}`\n"
    needed = {"": "", "own_access": " The person's own right; it needs no consent."}
    purposes = " and to ".join(f"`{one}`" for one in (method.purpose, *method.also))
    consent = needed.get(method.purpose, f" Needs consent to {purposes}.")
    waits = f" Port `{method.port}`; waited for {method.seconds:g} s." if method.port else ""
    answer = "" if method.name == "cancel" else f" Answers {_shape(method.reply)}."
    yield f"{_sentence(method.summary)}{consent}{waits}{answer}\n"
    fields = told.records[method.request].fields
    if fields:
        yield from _fields(fields)


def _record(record: Record) -> Iterator[str]:
    yield f"### {record.name}\n"
    tag = f" Its field `{record.tag_field}` is `{record.tag}`." if record.tag_field else ""
    yield f"{_words(record.summary)}{tag}\n"
    yield from _fields(record.fields)


def _fields(fields: Iterable[Field]) -> Iterator[str]:
    yield "| field | type | if left out | meaning |\n|---|---|---|---|"
    for one in fields:
        left_out = "" if one.required else f"`{msgspec.json.encode(one.default).decode()}`"
        yield f"| `{one.name}` | {_shape(one.shape)} | {left_out} | {_words(one.summary)} |"
    yield ""


def _shape(shape: Shape) -> str:
    inner = [_shape(one) for one in shape.items]
    match shape.kind:
        case "named":
            return f"[{shape.name}](#{shape.name.lower()})"
        case "list":
            return f"\\[{inner[0]}\\]"
        case "map":
            return f"{{text: {inner[0]}}}"
        case "tuple":
            return f"\\[{', '.join(inner)}\\]"
        case "optional":
            return f"{inner[0]}?"
        case "either":
            return " or ".join(inner)
        case "nothing":
            return "null"
        case plain:
            return plain


def _words(text: str) -> str:
    """Return a docstring's words as Markdown, in a cell of a table."""
    return _ROLE.sub(r"`\1`", text).replace("``", "`").replace("|", "\\|")


def _sentence(text: str) -> str:
    text = _words(text)
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


if __name__ == "__main__":
    sys.stdout.write(reference(describe()))
