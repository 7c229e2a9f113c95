"""Untrusted JSON to a plain tree: numbers stay text, doubled keys are found, size and depth are bounded."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from edge_engine.errors import FileRefused, InputError
from edge_engine.feeds import amounts
from edge_engine.feeds.text import clean, decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_BYTES: Final = 64 * 2**20
"""Largest JSON file, in bytes."""

_NUMBER: Final = re.compile(r"-?\d{1,16}(?:\.\d{1,24})?", re.ASCII)

Tree = dict[str, object]


class Number(str):
    """A JSON number as it was written; it never becomes a float."""

    __slots__ = ()


class Doubled(dict[str, object]):
    """An object in which a key stands twice: two readers would read two different things."""


def load(text: str) -> object:
    """Parse a JSON document.

    Raises:
        InputError: It is no JSON, ends early, is nested too deep, or has NaN or infinity in it.
    """
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=Number,
            parse_int=Number,
            parse_constant=_refuse_constant,
        )
    except RecursionError:
        raise InputError("the JSON is nested deeper than any statement") from None
    except ValueError:
        raise InputError("the JSON is damaged or ends early") from None


def load_file(data: bytes) -> object:
    """Parse a file that is one JSON document.

    Raises:
        FileRefused: It is too large, no text, or :func:`load` refuses it.
    """
    if len(data) > MAX_BYTES:
        raise FileRefused("the file is larger than any JSON statement")
    try:
        return load(decode(data))
    except InputError as error:
        raise FileRefused(error.message) from None


def _object(pairs: Sequence[tuple[str, object]]) -> Tree:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Doubled(pairs)


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def each(node: object, key: str) -> Iterator[Tree]:
    """Give the objects of the list that ``node`` holds under ``key``; nothing where there is no such list."""
    listed = node.get(key) if isinstance(node, dict) else None
    if isinstance(listed, list):
        yield from (one for one in listed if isinstance(one, dict))


def members(node: object, key: str) -> Iterator[object]:
    """Give all that the list under ``key`` of ``node`` holds; nothing where there is no such list."""
    listed = node.get(key) if isinstance(node, dict) else None
    if isinstance(listed, list):
        yield from listed


def child(node: object, *path: str) -> Tree:
    """Return the object at ``path`` below ``node``, empty where there is none."""
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else {}


def word(node: object, *path: str) -> str:
    """Return the tidied text or number at ``path`` below ``node``, empty where there is none."""
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    return clean(node) if isinstance(node, str) else ""


def words(node: object, key: str) -> str:
    """Return the text under ``key``, or the texts of the list under it, joined."""
    held = node.get(key) if isinstance(node, dict) else None
    if isinstance(held, list):
        return clean(" ".join(part for part in held[:32] if isinstance(part, str)))
    return clean(held) if isinstance(held, str) else ""


def refuse_doubled(row: Tree) -> None:
    """Refuse an object that has a key twice, in itself or below.

    Raises:
        InputError: It has.
    """
    waiting: list[object] = [row]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Doubled):
            raise InputError("a key stands twice")
        waiting.extend(here.values() if isinstance(here, dict) else here if isinstance(here, list) else ())


def minor(held: object, currency: str) -> int:
    """Read an amount, a JSON number or a text of one, into minor units of ``currency``.

    Raises:
        InputError: It is missing, no plain decimal number, too fine or too large.
    """
    if not isinstance(held, str):
        raise InputError("the amount is missing" if held is None else amounts.NO_NUMBER)
    text = held.strip().removeprefix("+")
    if not _NUMBER.fullmatch(text):
        raise InputError(amounts.NO_NUMBER)
    return amounts.minor(text, currency, ".")
