"""A bank's back end in a folder: one file an order, so that each is done once whoever asks, and however often.

For demonstrations. It keeps what a real one has to promise (`edge_engine.actions.connector`): a key is performed
once and gets the first answer again, and what was undone stays so.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from edge_engine.actions.connector import Done, Refused, Reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge_engine.actions.connector import Order

_ASKED: Final = "asked.log"


class FolderBank:
    """The other side of workflows.

    Args:
        folder: Where it keeps its orders; it has to be there.
        amid: Called after an order was performed and before the answer is given.
    """

    def __init__(self, folder: Path, amid: Callable[[], object] | None = None) -> None:
        self._folder = folder
        self._amid = amid

    def perform(self, order: Order) -> Reply:
        """Do what the order says, once for its key."""
        self._note(f"perform {order.action} {order.key} {len(order.packet)}")
        if (self._folder / f"{order.key}.undone").exists():
            return Refused("taken_back")
        done = self._folder / f"{order.key}.done"
        if not done.exists():
            part = self._folder / f"{order.key}.part"
            part.write_text(f"{order.action}\n", "utf-8")
            part.replace(done)
        if self._amid is not None:
            self._amid()
        return Done(f"bank-{order.key[:8]}")

    def undo(self, order: Order) -> Reply:
        """Take back what was done for the order's key, or see to it that it never is."""
        self._note(f"undo {order.action} {order.key} {len(order.packet)}")
        (self._folder / f"{order.key}.undone").touch()
        return Done(f"bank-{order.key[:8]}")

    def asked(self) -> list[str]:
        """Return what it was asked to do, in order."""
        log = self._folder / _ASKED
        return [line.split()[1] for line in log.read_text("utf-8").splitlines()] if log.exists() else []

    def done(self) -> list[str]:
        """Return what it did."""
        return sorted(path.read_text("utf-8").strip() for path in self._folder.glob("*.done"))

    def _note(self, line: str) -> None:
        # Appended in one write: a process that is killed leaves whole lines.
        descriptor = os.open(self._folder / _ASKED, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, f"{line}\n".encode())
        finally:
            os.close(descriptor)
