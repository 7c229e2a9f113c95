"""App-engagement events: a JSON object a line, ``{"at": ..., "name": ..., "subject": ..., "id": ...}``.

``at`` is an RFC 3339 moment with its zone, or whole seconds since 1970-01-01 UTC. ``subject`` and ``id`` may be
missing. Lines stream; one bad line is rejected and the rest goes on.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO, Final

from edge_engine.domain.transaction import Event, Rejected
from edge_engine.errors import InputError
from edge_engine.feeds import json_tree
from edge_engine.feeds.json_tree import Number, Tree, refuse_doubled
from edge_engine.feeds.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE: Final = 64 * 1024
"""Longest line, in bytes."""
MAX_NAME: Final = 64
MAX_SUBJECT: Final = 128

_NAME: Final = re.compile(r"[a-z][a-z0-9_.]{0,63}", re.ASCII)
_SECONDS: Final = re.compile(r"\d{1,11}", re.ASCII)
_MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)", re.ASCII
)
_FRACTION: Final = re.compile(r"\.\d+")
_LAST: Final = 7258118400
"""2200-01-01, beyond any statement."""


def fits(tree: object) -> bool:
    """Tell whether a parsed line is an event."""
    return isinstance(tree, dict) and isinstance(tree.get("name"), str) and "at" in tree


def parse(stream: BinaryIO) -> Iterator[Event | Rejected]:
    """Read a stream of events, a line at a time."""
    line = 0
    whole = True
    while chunk := stream.readline(MAX_LINE):
        starts, whole = whole, chunk.endswith(b"\n")
        line += starts
        if not starts:
            continue
        if not whole and len(chunk) >= MAX_LINE:
            yield Rejected(line, "the line is longer than any event")
            continue
        if not chunk.strip(b" \t\r\n\x00\x1a\xef\xbb\xbf"):
            continue
        try:
            yield event(chunk)
        except InputError as error:
            yield Rejected(line, error.message)


def event(line: bytes) -> Event:
    """Read one line.

    Raises:
        InputError: It is no event.
    """
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("the line is not UTF-8 text") from None
    tree = json_tree.load(text)
    if not isinstance(tree, dict):
        raise InputError("the line is no JSON object")
    return from_tree(tree)


def from_tree(tree: Tree) -> Event:
    """Read one parsed object.

    Raises:
        InputError: It is no event.
    """
    refuse_doubled(tree)
    name = tree.get("name")
    if not isinstance(name, str) or isinstance(name, Number) or not _NAME.fullmatch(name):
        raise InputError("the name is not lower-case words joined by underscores")
    at = _moment(tree.get("at"))
    subject = _text(tree.get("subject"), "subject", MAX_SUBJECT)
    given = _text(tree.get("id"), "id", MAX_SUBJECT)
    return Event(at=at, name=name, subject=subject, id=given or _identity(at, name, subject))


def _text(held: object, name: str, limit: int) -> str:
    if held is None:
        return ""
    if not isinstance(held, str):
        raise InputError(f"the {name} is no text")
    if len(held) > limit:
        raise InputError(f"the {name} is too long")
    return clean(held, limit)


def _moment(held: object) -> int:
    if isinstance(held, Number):
        if not _SECONDS.fullmatch(held) or int(held) >= _LAST:
            raise InputError("the moment is not whole seconds since 1970")
        return int(held)
    if not isinstance(held, str) or not _MOMENT.fullmatch(held):
        raise InputError(
            "the moment has no date, time and zone" if held is not None else "the moment is missing"
        )
    try:
        # INVARIANT: fractions are cut, so that the same event written finer or coarser is the same second.
        found = datetime.fromisoformat(_FRACTION.sub("", held).upper())
        seconds = int(found.astimezone(UTC).timestamp())
    except (ValueError, OverflowError):
        raise InputError("the moment is not in the calendar") from None
    if not 0 <= seconds < _LAST:
        raise InputError("the moment is beyond any statement")
    return seconds


def _identity(at: int, name: str, subject: str) -> str:
    """Return an identifier for an event that has none: the same event in two files is one event."""
    return hashlib.blake2b(f"{at}\x1f{name}\x1f{subject}".encode(), digest_size=12).hexdigest()
