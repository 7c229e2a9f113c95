"""A ledger store in memory that can be told to fail and to be tampered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_engine.errors import DiskFull

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.consent.event import StoredEvent


class MemoryLedgerStore:
    """Keeps events in a list, as the vault keeps them in a table.

    Attributes:
        kept: The events.
        derived: Rows by purpose; a purge deletes them in the same step as it keeps the event.
        full: Refuse every event, as a full disk does.
        full_once_kept: Keep the next event and fail all the same, as a failing checkpoint does.
        seed: The device key.
    """

    def __init__(self, seed: bytes = bytes(range(32))) -> None:
        self.kept: list[StoredEvent] = []
        self.derived: dict[str, int] = {}
        self.full = False
        self.full_once_kept = False
        self.unreadable = False
        self.seed = seed

    def events(self) -> list[StoredEvent]:
        if self.unreadable:
            raise DiskFull("the store cannot be read")
        return list(self.kept)

    def append(self, event: StoredEvent, *, purge: Sequence[str]) -> dict[str, int]:
        if self.full:
            raise DiskFull("the disk is full; nothing of this change was stored")
        assert event.seq == len(self.kept) + 1, "the store's primary key would refuse this"
        self.kept.append(event)
        removed = sum(self.derived.pop(purpose, 0) for purpose in purge)
        if self.full_once_kept:
            self.full_once_kept = False
            raise DiskFull("the event is kept but the disk is full")
        return {"derived": removed} if removed else {}

    def device_key(self) -> bytes:
        return self.seed
