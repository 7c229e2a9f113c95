"""Ending work under way: at places where nothing is held and nothing is half done."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from edge_engine.errors import Cancelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.engine import Engine


class Interruption:
    """Whether what is being done is to end, which the engine asks at its own pace: set by any thread."""

    def __init__(self) -> None:
        self._wanted = False
        self._held = 0

    def set(self) -> None:
        """Want it."""
        self._wanted = True

    def clear(self) -> None:
        """Want it no more."""
        self._wanted = False

    def check(self) -> None:
        """Return unless it is wanted.

        Raises:
            Cancelled: It is.
        """
        if self._wanted and not self._held:
            raise Cancelled("the request was taken back")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let nothing be interrupted in the block."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1

    def attach(self, engine: Engine) -> None:
        """Have an engine look before each of its reads."""
        engine.heed(self.check)
