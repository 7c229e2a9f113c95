"""Comparing two versions of something that a policy file names: figures and lists in words, with their direction."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edge_engine.consent.policy_changes import Change, Direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


class Figure(NamedTuple):
    """A figure of something, and which way it widens.

    Attributes:
        field: Its name.
        words: A clause for people; ``{}`` stands for the figure.
        larger_widens: False where a smaller one does; None where neither does and the engine only behaves otherwise.
    """

    field: str
    words: str
    larger_widens: bool | None


def way(*, widens: bool | None) -> Direction:
    """Return the direction of a change; None for one that lets nobody see or get more."""
    if widens is None:
        return Direction.BEHAVES
    return Direction.WIDENS if widens else Direction.NARROWS


def told(widens: bool | None, sentence: str) -> Change:  # noqa: FBT001 - the first thing that is said of a change
    """Return a change that no consent pins: it holds at once."""
    return Change(way(widens=widens), sentence, at_once=True)


def figures(old: object, new: object, subject: str, specs: Iterable[Figure]) -> Iterator[Change]:
    """Yield the figures in which two versions of something differ."""
    for spec in specs:
        before, after = getattr(old, spec.field), getattr(new, spec.field)
        if before != after:
            widens = None if spec.larger_widens is None else (after > before) is spec.larger_widens
            yield told(widens, f"{subject}: {spec.words.format(_plain(after))} instead of {_plain(before)}.")


def members(
    old: Sequence[str],
    new: Sequence[str],
    subject: str,
    added: str,
    gone: str,
    *,
    more_widens: bool | None = True,
) -> Iterator[Change]:
    """Yield what a list has more and less than before; ``{}`` in the words stands for the members."""
    fewer = None if more_widens is None else not more_widens
    for widens, words, some in (
        (more_widens, added, [one for one in new if one not in old]),
        (fewer, gone, [one for one in old if one not in new]),
    ):
        if some:
            yield told(widens, f"{subject} {words.format(', '.join(some))}.")


def otherwise(old: object, new: object, subject: str, fields: Mapping[str, str]) -> Iterator[Change]:
    """Yield fields of which nobody says which of two values lets more happen, so that any other one widens."""
    for field, words in fields.items():
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield told(True, f"{subject}: {words} is {_plain(after)} instead of {_plain(before)}.")


def worded(old: object, new: object, subject: str, fields: Iterable[str]) -> Iterator[Change]:
    """Yield other words, the old and the new."""
    for field in fields:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            sentence = f"{subject}: {field} is “{after}” instead of “{before}”."
            yield Change(Direction.WORDS, sentence, at_once=True)


def _plain(value: object) -> str:
    if value is None or value in ("", ()):
        return "none"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
