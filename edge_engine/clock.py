"""The engine's only source of time: a port, so that tests and simulations own their clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time, aware and in UTC."""

    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime."""
        ...


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime."""
        return datetime.now(UTC)


class FakeClock:
    """A clock that moves only when told to; for tests and simulations.

    Args:
        start: The first moment it tells; must be aware.
    """

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware datetime")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment this clock was last set to."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move the clock by ``by``, which may be negative to imitate a clock set back."""
        self._now += by
