"""Writes the types of the Node client: ``python -m edge_engine.doors.generation.typescript``.

An interface for each request, reply, event and question to the host, a method for each operation, a class for each
error. What is written is committed; a test holds it to what the engine is.

Source: the TypeScript handbook; names of fields stay as they are on the wire, names of methods follow the language.
"""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import DEFAULT_EXPONENT, EXPONENTS
from edge_engine.doors.generation.shapes import describe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge_engine.doors.generation.shapes import (
        Choice,
        Description,
        ErrorCode,
        Field,
        Method,
        Record,
        Shape,
    )

TARGET: Final = Path(__file__).parents[1] / "node" / "src" / "generated.ts"

COMMAND: Final = "python -m edge_engine.doors.generation.typescript"

BY_HAND: Final = frozenset({"import", "react"})
"""Operations whose methods are written in ``client.ts``: they take a file's path or its bytes."""

TAKEN: Final = frozenset(
    {"ask", "close", "constructor", "events", "greeting", "open", "pending", "ping", "resume", "suspend"}
)
"""What the client's class has beside the operations: none of them may begin with such a name."""

_WIDTH: Final = 120
_NONE: Final = re.compile(r"\bNone\b")
_ROLE: Final = re.compile(r":\w+:(?=`)")

_HEAD: Final = f"""\
/**
 * What the engine can be asked, and everything that it answers, tells and refuses.
 *
 * Written by `{COMMAND}` from the engine itself; not to be edited.
 */
import {{ EdgeError, type EdgeErrorOptions }} from "./errors.js";
import type {{ CallOptions }} from "./exchange.js";

/** A day, `YYYY-MM-DD`. */
export type Day = `${{number}}-${{number}}-${{number}}`;

/** A moment in time, as RFC 3339. */
export type Instant = `${{number}}-${{number}}-${{number}}T${{string}}`;
"""

_ASKING: Final = """\
/** Asks the engine whatever it can be asked; calls are done in the order in which they are made. */
export abstract class Operations {
  /** Carries a call to the engine. */
  protected abstract ask(method: string, params: object, options: CallOptions): Promise<unknown>;

  #ask<R>(method: string, params: object, { signal, ...fields }: CallOptions = {}): Promise<R> {
    return this.ask(method, { ...params, ...fields }, { signal }) as Promise<R>;
  }
"""

_PLAIN: Final[dict[str, str]] = {
    "text": "string",
    "whole": "number",
    "number": "number",
    "truth": "boolean",
    "bytes": "Uint8Array",
    "date": "Day",
    "time": "Instant",
    "any": "unknown",
    "nothing": "null",
}


def render(described: Description) -> str:
    """Return the module that describes the engine to TypeScript.

    Raises:
        ValueError: Two things would have one name.
    """
    parts: list[str] = [_HEAD]
    parts += [_choice(one) for one in described.choices.values()]
    # What the host says may leave out what has a default; what the engine says is always whole.
    said = {one.request for one in (*described.lifecycle, *described.operations)}
    said |= {one.reply.name for one in described.ports}
    parts += [_record(one, said=one.name in said) for one in described.records.values() if one.fields]
    parts.append(
        f"/** What the engine tells unasked. */\n{_union('export type EngineEvent =', described.events)};\n"
    )
    parts += _errors(described)
    parts.append(_exponents())
    parts += _operations(described)
    return "\n".join(parts)


def _comment(text: str, indent: str = "") -> str:
    """Return a text as a documentation comment, none for none."""
    plain = _NONE.sub("null", _ROLE.sub("", text)).replace("``", "`").replace("*/", "*\\/").strip()
    if not plain:
        return ""
    if len(indent) + len(plain) + 7 <= _WIDTH:
        return f"{indent}/** {plain} */\n"
    lines = textwrap.wrap(plain, _WIDTH - len(indent) - 3)
    return f"{indent}/**\n" + "".join(f"{indent} * {line}\n" for line in lines) + f"{indent} */\n"


# -- types ---------------------------------------------------------------------------------------------------------


def _spelled(shape: Shape) -> str:
    if shape.kind == "named":
        return shape.name
    inner = [_spelled(one) for one in shape.items]
    match shape.kind:
        case "list":
            return f"readonly ({inner[0]})[]" if " " in inner[0] else f"readonly {inner[0]}[]"
        case "map":
            return f"Readonly<Record<string, {inner[0]}>>"
        case "tuple":
            return f"readonly [{', '.join(inner)}]"
        case "optional":
            return f"{inner[0]} | null"
        case "either":
            return " | ".join(dict.fromkeys(inner))
    return _PLAIN[shape.kind]


def _choice(one: Choice) -> str:
    values = _union(f"export type {one.name} =", [json.dumps(value) for value in one.values])
    return f"{_comment(one.summary)}{values};\n"


def _union(before: str, names: Sequence[str]) -> str:
    """Return alternatives after something, on one line where they fit."""
    line = f"{before} {' | '.join(names)}"
    return line if len(line) < _WIDTH else before + "".join(f"\n  | {name}" for name in names)


def _record(one: Record, *, said: bool) -> str:
    body = ""
    if one.tag:
        body = f"  readonly {one.tag_field}: {json.dumps(one.tag)};\n"
    body += "".join(
        _comment(field.summary, "  ") + f"  readonly {_field(field, said=said)};\n" for field in one.fields
    )
    return f"{_comment(one.summary)}export interface {one.name} {{\n{body}}}\n"


def _field(field: Field, *, said: bool) -> str:
    if said and not field.required:
        return f"{field.name}?: {_spelled(field.shape)} | undefined"
    return f"{field.name}: {_spelled(field.shape)}"


def _errors(described: Description) -> Iterator[str]:
    classes = {one.code: one for one in described.errors}
    yield (
        "/** Every code that an error of this engine may have. A newer engine may have more. */\n"
        f"{_union('export type ErrorCode =', [json.dumps(code) for code in classes])};\n"
    )
    for one in described.errors:
        if one.parent:
            parent = classes[one.parent].name
            yield (
                f"{_comment(one.summary)}export class {one.name} extends {parent} {{\n"
                f"  static override readonly code: string = {json.dumps(one.code)};\n{_carried(one)}}}\n"
            )
    rows = "".join(f"  {json.dumps(code)}: {one.name},\n" for code, one in classes.items())
    yield (
        "/** The class of each code. */\n"
        f"export const REFUSALS: Readonly<Record<string, typeof EdgeError>> = {{\n{rows}}};\n"
    )


def _carried(error: ErrorCode) -> str:
    """Return the fields of an error, and how they are taken from what the engine told."""
    if not error.fields:
        return ""
    fields = "".join(
        f"\n  /** {_sentence(one.summary)} Empty where the engine did not say. */\n  readonly {one.name}: string;\n"
        for one in error.fields
    )
    taken = "".join(f'    this.{one.name} = options.told?.["{one.name}"] ?? "";\n' for one in error.fields)
    return (
        f"{fields}\n  constructor(message: string, options: EdgeErrorOptions = {{}}) {{\n    super(message, options);\n"
        f"{taken}  }}\n"
    )


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _exponents() -> str:
    rows = "".join(f"  {code}: {digits},\n" for code, digits in sorted(EXPONENTS.items()))
    return (
        "/** Digits after the point of an amount, where a currency is not among `EXPONENTS`. */\n"
        f"export const DEFAULT_EXPONENT = {DEFAULT_EXPONENT};\n\n"
        "/** Digits after the point of a currency's amounts, by ISO 4217. */\n"
        f"export const EXPONENTS: Readonly<Record<string, number>> = {{\n{rows}}};\n"
    )


# -- methods -------------------------------------------------------------------------------------------------------


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def _operations(described: Description) -> Iterator[str]:
    groups: dict[str, dict[str, Method]] = {}
    for one in described.operations:
        first, _, rest = one.name.partition(".")
        groups.setdefault(first, {})[rest] = one
    if wrong := TAKEN & {_camel(first) for first in groups}:
        raise ValueError(f"the client has another use for {', '.join(sorted(wrong))}")
    members = ""
    for first, methods in groups.items():
        if first in BY_HAND:
            continue
        if list(methods) == [""]:
            members += f"\n{_method(methods[''], described)}"
            continue
        kind = f"{_camel('_' + first)}Calls"
        yield _group(kind, methods, described)
        members += f"\n  readonly {_camel(first)}: {kind} = {_grouped(methods, described)};\n"
    yield f"{_ASKING}{members}}}\n"


def _taken(one: Method, described: Description) -> tuple[str, str]:
    """Return what a method takes, with types, and the parameters as they are sent."""
    fields = described.records[one.request].fields
    needed = [field for field in fields if field.required]
    given = [f"{_camel(field.name)}: {_spelled(field.shape)}" for field in needed]
    if len(needed) == len(fields):
        options = "CallOptions"
    elif needed:
        names = " | ".join(json.dumps(field.name) for field in needed)
        options = f"Omit<{one.request}, {names}> & CallOptions"
    else:
        options = f"{one.request} & CallOptions"
    sent = ", ".join(
        field.name if _camel(field.name) == field.name else f"{field.name}: {_camel(field.name)}"
        for field in needed
    )
    return ", ".join([*given, f"options?: {options}"]), f"{{ {sent} }}" if sent else "{}"


def _about(one: Method) -> str:
    purposes = " and ".join(f"`{name}`" for name in (one.purpose, *one.also))
    purpose = f" Takes the purpose{'s' if one.also else ''} {purposes}." if one.purpose else ""
    return f"{one.summary[0].upper()}{one.summary[1:]}.{purpose}"


def _method(one: Method, described: Description) -> str:
    taken, sent = _taken(one, described)
    reply = _spelled(one.reply)
    return (
        f"{_comment(_about(one), '  ')}  {_camel(one.name)}({taken}): Promise<{reply}> {{\n"
        f"    return this.#ask({json.dumps(one.name)}, {sent}, options);\n  }}\n"
    )


def _group(kind: str, methods: dict[str, Method], described: Description) -> str:
    body = ""
    for rest, one in methods.items():
        taken, _ = _taken(one, described)
        body += f"{_comment(_about(one), '  ')}  {_camel(rest)}({taken}): Promise<{_spelled(one.reply)}>;\n"
    return f"export interface {kind} {{\n{body}}}\n"


def _grouped(methods: dict[str, Method], described: Description) -> str:
    def arrow(one: Method) -> str:
        taken, sent = _taken(one, described)
        return f"({taken}) => this.#ask<{_spelled(one.reply)}>({json.dumps(one.name)}, {sent}, options)"

    rows = "".join(f"    {_camel(rest)}: {arrow(one)},\n" for rest, one in methods.items() if rest)
    if "" not in methods:
        return f"{{\n{rows}  }}"
    return f"Object.assign({arrow(methods[''])}, {{\n{rows}  }})"


def main() -> None:
    """Write the module."""
    TARGET.write_text(render(describe()), encoding="utf-8")


if __name__ == "__main__":
    main()
