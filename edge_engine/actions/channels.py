"""Channels: ways from a decision to the person. The feed is the store itself; the host supplies the others.

A suggestion is on the disk, as waiting, before a channel is asked to show it, and is marked as delivered after. A
process that dies in between asks again with the same identifier. So a channel promises one thing:

**Once.** A message whose ``id`` was shown before is not shown again.

A channel is asked while the store waits: a withdrawal of consent comes wholly before it is asked, or wholly after it
has answered. It must be quick, and must not use the engine.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

import msgspec

from edge_engine.consent.purpose import DeliveryChannel
from edge_engine.domain.money import Money
from edge_engine.errors import InputError


class Suggestion(msgspec.Struct, frozen=True):
    """What a channel shows.

    Attributes:
        id: Of the decision; the same message has the same.
        channel: Where.
        offer: Identifier of the offer.
        title: A few words.
        worth: What the person has from it, as a sentence.
        why: What called for it, as a sentence; empty for nothing in particular.
        level: The care it takes, 0 to 3.
        at: When it was decided.
        money_a_year: What it is worth in a year; null where that cannot be said.
    """

    id: str
    channel: DeliveryChannel
    offer: str
    title: str
    worth: str
    why: str
    level: int
    at: datetime
    money_a_year: Money | None = None


class Channel(Protocol):
    """A way to the person that the host supplies."""

    def show(self, suggestion: Suggestion) -> None:
        """Show it, once for its ``id``. Whatever is raised counts as not shown, and it is asked again later."""
        ...


class FileChannel:
    """A folder with one JSON file a suggestion, for programs that read files.

    Args:
        folder: Where; it has to be there.

    Raises:
        InputError: It is not there.
    """

    def __init__(self, folder: str | Path) -> None:
        self._folder: Final = Path(folder)
        if not self._folder.is_dir():
            raise InputError("the channel's folder does not exist")

    def show(self, suggestion: Suggestion) -> None:
        """Write ``<id>.json`` whole or not at all; one that is there already stays as it is.

        Raises:
            OSError: The file cannot be written.
        """
        target = self._folder / f"{suggestion.id}.json"
        if target.exists():
            return
        part = target.with_suffix(".part")
        # For its owner alone: it is about the person's money.
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(suggestion))
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
