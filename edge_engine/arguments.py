"""What the engine's questions take: values that a program may get wrong, checked once, where they come in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from enum import StrEnum

    _W = TypeVar("_W", bound=StrEnum)


MAX_TEXTS: Final = 10_000
"""Texts categorized in one question: a second of work, not minutes in which nothing else is answered."""

MAX_TEXT: Final = 65_536
"""Characters of one of them: a hundred times what any bank writes."""


def within(value: object, low: int, high: int, sentence: str) -> int:
    """Return a whole number between two bounds.

    Raises:
        InputError: It is no whole number, or lies outside; the error says ``sentence``.
    """
    if type(value) is not int or not low <= value <= high:
        raise InputError(sentence)
    return value


def ordinal(day: object, default: int) -> int:
    """Return a day as its ordinal: a date, or text as ``YYYY-MM-DD``; ``default`` for empty text.

    Raises:
        InputError: It is no day.
    """
    if isinstance(day, date):
        return day.toordinal()
    if day == "":
        return default
    try:
        return date.fromisoformat(day).toordinal() if isinstance(day, str) else _refuse_day()
    except ValueError:
        return _refuse_day()


def _refuse_day() -> int:
    raise InputError("a day is a date, or is written as YYYY-MM-DD") from None


def word(kind: type[_W], text: str, what: str) -> _W:
    """Return one of an enumeration's words.

    Raises:
        InputError: It is not one; the error lists them.
    """
    try:
        return kind(text)
    except ValueError:
        raise InputError(f"{what} is one of: {', '.join(kind)}") from None


def texts(values: object) -> Sequence[str]:
    """Return a list or tuple of texts; one text alone would be taken for its letters.

    Raises:
        InputError: It is something else, or more than `MAX_TEXTS`, or one is longer than `MAX_TEXT`.
    """
    if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
        raise InputError("texts are given as a list of them, also where there is only one")
    if len(values) > MAX_TEXTS:
        raise InputError(f"at most {MAX_TEXTS:,} texts are categorized at once")
    if any(len(one) > MAX_TEXT for one in values):
        raise InputError(f"a text has at most {MAX_TEXT:,} characters")
    return values


def folder(path: object) -> Path:
    """Return the folder of a store.

    Raises:
        InputError: It is no path, or an empty one.
    """
    if not isinstance(path, str | Path) or not str(path).strip() or "\0" in str(path):
        raise InputError("the store is named by the path of its folder")
    return Path(path)


def text(value: object, sentence: str) -> str:
    """Return a text that can be kept.

    Raises:
        InputError: It is something else, or holds half of a character; the error says ``sentence``.
    """
    if not isinstance(value, str):
        raise InputError(sentence)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InputError(sentence) from None
    return value


def aware(value: object, sentence: str) -> datetime:
    """Return a moment with its time zone.

    Raises:
        InputError: It is something else, or has none; the error says ``sentence``.
    """
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise InputError(sentence)
    return value


def switch(value: object, sentence: str) -> bool:
    """Return a truth value.

    Raises:
        InputError: It is something else, such as a text, which would be taken for true.
    """
    if not isinstance(value, bool):
        raise InputError(sentence)
    return value


def file(path: object) -> Path:
    """Return the path of a file.

    Raises:
        InputError: It is no path, or an empty one.
    """
    if not isinstance(path, str | Path) or not str(path).strip() or "\0" in str(path):
        raise InputError("a file is named by its path")
    return Path(path)


def function(value: object, sentence: str) -> None:
    """Require something that can be called.

    Raises:
        InputError: It cannot.
    """
    if not callable(value):
        raise InputError(sentence)


def fields(value: object, sentence: str) -> None:
    """Require values by name.

    Raises:
        InputError: It is something else.
    """
    if not isinstance(value, Mapping):
        raise InputError(sentence)
