"""Writes the names that clients rely on: ``python -m tests.vectors.freeze_door_names``.

Run it where something was added. It refuses where something is gone or means something else: old clients read it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge_engine.doors.generation.shapes import describe

if TYPE_CHECKING:
    from edge_engine.doors.generation.shapes import Description, Shape

FILE: Final = Path(__file__).with_name("door_names.json")

Names = dict[str, dict[str, Any]]


def written(shape: Shape) -> str:
    """Return a shape as a text that two shapes share where they are the same."""
    inner = ", ".join(written(one) for one in shape.items)
    return (shape.name or shape.kind) + (f"[{inner}]" if inner else "")


def names(told: Description) -> Names:
    """Return every name of the doors, with what it stands for."""
    methods = (*told.lifecycle, *told.operations, *told.notifications, *told.ports)
    return {
        "methods": {one.name: f"{one.request} -> {written(one.reply)}" for one in methods},
        "fields": {
            f"{record.name}.{field.name}": written(field.shape)
            for record in told.records.values()
            for field in record.fields
        }
        | {f"{one.name}.{field.name}": written(field.shape) for one in told.errors for field in one.fields},
        "required": {
            f"{one.request}.{field.name}": True
            for one in methods
            for field in told.records[one.request].fields
            if field.required
        },
        "tags": {
            record.name: f"{record.tag_field} {record.tag}"
            for record in told.records.values()
            if record.tag_field
        },
        "events": {name: told.records[name].tag for name in told.events},
        "values": {f"{one.name}.{value}": True for one in told.choices.values() for value in one.values},
        "errors": {one.code: one.parent for one in told.errors},
        "features": dict.fromkeys(told.features, True),
    }


def broken(frozen: Names, now: Names) -> list[str]:
    """Return what an old client would trip over."""
    found = []
    for kind, entries in frozen.items():
        for name, meaning in entries.items():
            if name not in now[kind]:
                if kind != "required":
                    found.append(f"{kind}: `{name}` is gone or renamed")
            elif now[kind][name] != meaning and not (kind == "fields" and _more(name, meaning, now)):
                found.append(f"{kind}: `{name}` was {meaning} and is {now[kind][name]}")
    known = {name.partition(".")[0] for name in frozen["fields"]}
    found += [
        f"required: `{name}` is new, and old clients do not give it: let it have a default"
        for name in now["required"]
        if name not in frozen["required"] and name.partition(".")[0] in known
    ]
    return found


def _more(field: str, before: str, now: Names) -> bool:
    """Return whether an answer's field may now be one of more records: clients pass over tags that they do not know."""
    after, record = now["fields"][field], field.partition(".")[0]
    asked = {meaning.partition(" -> ")[0] for meaning in now["methods"].values()}
    if record in asked or not (before.startswith("either[") and after.startswith("either[")):
        return False
    old, new = (set(one.removeprefix("either[").removesuffix("]").split(", ")) for one in (before, after))
    tagged = {name for name in new - old if name in now["tags"]}
    return old <= new and tagged == new - old


def main() -> int:
    """Write the file, unless that would break a client."""
    now = names(describe())
    if FILE.exists():
        wrong = broken(json.loads(FILE.read_text("utf-8")), now)
        if wrong:
            sys.stderr.write("\n".join(["these names stay as they are:", *wrong, ""]))
            return 1
    FILE.write_text(json.dumps(now, indent=1, sort_keys=True) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
