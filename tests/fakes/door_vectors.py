"""The golden vectors of the doors: what is asked in which order, and what every face answers; see ``docs/doors.md``."""

from __future__ import annotations

import base64
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER: Final = Path(__file__).resolve().parents[1] / "vectors"
FILE: Final = FOLDER / "doors.json"
BANK: Final = FOLDER / "doors_bank.csv"

Json = Any
"""A value as JSON has it."""

ANYTHING: Final = "*"
_NEAR: Final = 1e-6


def places(folder: Path) -> dict[str, str]:
    """Return what the names in the vectors stand for, with everything that is written in one folder."""
    return {
        "bank": str(BANK),
        "store": str(folder / "me.edge"),
        "second": str(folder / "second.edge"),
        "export": str(folder / "me.zip"),
        "missing": str(folder / "not-there.csv"),
    }


def load() -> Json:
    """Return the vectors."""
    return json.loads(FILE.read_text("utf-8"))


def filled(given: Json, known: Mapping[str, Json]) -> Json:
    """Return a value with ``${name}`` replaced by what is known under that name."""
    if isinstance(given, str):
        if given.startswith("${") and given.endswith("}"):
            return known[given[2:-1]]
        return given
    if isinstance(given, list):
        return [filled(one, known) for one in given]
    if isinstance(given, dict):
        return {name: filled(one, known) for name, one in given.items()}
    return given


def plain(given: Any) -> Json:  # noqa: ANN401 - whatever a door answered
    """Return a value as JSON has it: bytes as base64."""
    if isinstance(given, bytes):
        return base64.b64encode(given).decode()
    if isinstance(given, list | tuple):
        return [plain(one) for one in given]
    if isinstance(given, dict):
        return {str(name): plain(one) for name, one in given.items()}
    return given


def at(given: Json, path: str) -> Json:
    """Return what stands at a place such as ``transactions.0.id``."""
    for step in path.split("."):
        given = given[int(step)] if isinstance(given, list) else given[step]
    return given


def differences(expected: Json, found: Json, where: str = "$") -> list[str]:
    """Return the places where an answer is not the expected one.

    ``"*"`` stands for anything. Numbers that are not whole may differ by a millionth. A map may hold fields that are
    not expected: they are newer than the vectors.
    """
    if expected == ANYTHING:
        return []
    if isinstance(expected, dict) and isinstance(found, dict):
        missing = [f"{where}.{name} is missing" for name in expected if name not in found]
        return missing + [
            line
            for name, one in expected.items()
            if name in found
            for line in differences(one, found[name], f"{where}.{name}")
        ]
    if isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return [f"{where} has {len(found)} items and not {len(expected)}"]
        pairs = zip(expected, found, strict=True)
        return [line for n, (one, two) in enumerate(pairs) for line in differences(one, two, f"{where}[{n}]")]
    if isinstance(expected, bool) or isinstance(found, bool):
        same = expected is found
    elif isinstance(expected, int | float) and isinstance(found, int | float):
        same = math.isclose(expected, found, rel_tol=_NEAR, abs_tol=_NEAR)
    else:
        same = expected == found
    return [] if same else [f"{where} is {found!r} and not {expected!r}"]
