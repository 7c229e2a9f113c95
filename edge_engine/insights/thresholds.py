"""Thresholds of hypotheses, read from the policy folder: every number and word list there has its reason."""

from __future__ import annotations

import functools
import math
import re
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.consent.toml_file import decode, packaged
from edge_engine.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Mapping

LIFE_EVENTS: Final = "life_events.toml"
INVESTMENT_APPETITE: Final = "investment_appetite.toml"
MOMENTS: Final = "moments.toml"
PROFILE: Final = "profile.toml"
AFFORDABILITY: Final = "affordability.toml"

_ID: Final = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*", re.ASCII)
_LEAST_REASON: Final = 10


class _Number(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    value: float
    reason: str


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    values: tuple[str, ...]
    reason: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: int
    version: str
    number: tuple[_Number, ...]
    words: tuple[_Words, ...] = ()


class Thresholds:
    """The numbers and words of one file.

    Args:
        file: Name of the file.
        version: Of the file.
        numbers: By id.
        words: By id; in lower case.
    """

    def __init__(
        self, file: str, version: str, numbers: Mapping[str, float], words: Mapping[str, tuple[str, ...]]
    ) -> None:
        self.file = file
        self.version = version
        self._numbers = dict(numbers)
        self._words = dict(words)

    @property
    def numbers(self) -> Mapping[str, float]:
        """Every number by id."""
        return self._numbers

    @property
    def lists(self) -> Mapping[str, tuple[str, ...]]:
        """Every list of words by id, in lower case."""
        return self._words

    def number(self, name: str) -> float:
        """Return a number.

        Raises:
            PolicyError: The file does not say it.
        """
        found = self._numbers.get(name)
        if found is None:
            raise PolicyError(f"the file does not say {name}", file=self.file)
        return found

    def words(self, name: str) -> tuple[str, ...]:
        """Return a list of words.

        Raises:
            PolicyError: The file does not say it.
        """
        found = self._words.get(name)
        if found is None:
            raise PolicyError(f"the file does not say {name}", file=self.file)
        return found

    @classmethod
    def default(cls, file: str) -> Thresholds:
        """Return the thresholds that ship with the engine; read once a process."""
        return _default(file)

    @classmethod
    def parse(cls, text: str, file: str) -> Thresholds:
        """Read thresholds from the text of their file.

        Raises:
            PolicyError: The text is not valid; the sentence names the line, or the entry.
        """
        read = decode(text, _File, file)
        seen: set[str] = set()
        reasons = [(one.id, one.reason) for one in read.number] + [(one.id, one.reason) for one in read.words]
        for name, reason in reasons:
            if not _ID.fullmatch(name) or name in seen:
                raise PolicyError(f"{name} is no name for a threshold, or is there twice", file=file)
            if len(reason.strip()) < _LEAST_REASON:
                raise PolicyError(f"{name} needs a reason", file=file)
            seen.add(name)
        endless = [one.id for one in read.number if not math.isfinite(one.value)]
        if endless:
            raise PolicyError(f"{endless[0]} is no finite number; a threshold is a finite number", file=file)
        return cls(
            file,
            read.version,
            {one.id: one.value for one in read.number},
            {one.id: tuple(value.casefold() for value in one.values) for one in read.words},
        )


@functools.cache
def _default(file: str) -> Thresholds:
    return Thresholds.parse(packaged(file), file)
