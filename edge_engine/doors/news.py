"""What is new since the host was last told, for the kinds of events that it wants."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from edge_engine.errors import ConsentError, InputError
from edge_engine.requests import Import

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge_engine.doors.events import Event
    from edge_engine.doors.interruption import Interruption
    from edge_engine.engine import Engine
    from edge_engine.ingestion import Tally

KINDS: Final = ("moment", "decision", "review", "sync", "progress")

CHANGING: Final = frozenset(
    (
        "open",
        "resume",
        "import",
        "react",
        "accounts.forget",
        "correct",
        "uncorrect",
        "profile.answer",
        "profile.set",
        "life.answer",
        "appetite.answer",
        "money_is_short",
        "never",
        "outcome",
        "decide",
        "consent.grant",
        "consent.withdraw",
        "reviews.approve",
        "reviews.reject",
        "reviews.ask",
        "reviews.answer",
        "reviews.propose",
        "loans.propose",
    )
)
"""Methods after which there may be moments or reviews that there were not before."""

PAUSE: Final = 0.1
"""Seconds between two words about the same request: a bar on a screen needs no more."""


class News:
    """Tells each thing once.

    Args:
        emit: Carries an event, as plain values.
    """

    def __init__(self, emit: Callable[[dict[str, Any]], None]) -> None:
        self._emit = emit
        self._wanted: frozenset[str] = frozenset()
        self._stale = False
        self._told: dict[str, set[str]] = {}

    @staticmethod
    def require(kinds: Sequence[str]) -> None:
        """Return where every kind is known.

        Raises:
            InputError: One is not.
        """
        if any(kind not in KINDS for kind in kinds):
            raise InputError(f"a kind of event is one of {', '.join(KINDS)}")

    def begin(self, kinds: Sequence[str]) -> None:
        """Tell these kinds from now on; nothing of them was told yet."""
        self._wanted = frozenset(kinds)
        self._told = {"moment": set(), "review": set()}
        self._stale = False

    def note(self, method: str, reply: Any) -> None:  # noqa: ANN401 - any typed reply
        """Take note of what was done, and tell what follows from it alone."""
        self._stale |= method in CHANGING
        if method in ("decide", "react") and "decision" in self._wanted:
            from edge_engine.doors.events import DecisionEvent  # noqa: PLC0415 - what is told loads when it is

            made = reply if method == "decide" else reply.decision
            self._say(DecisionEvent(made.id, made.channel, made.delivered, made.suggestion))
        elif method == "sync" and "sync" in self._wanted:
            from edge_engine.doors.events import SyncEvent  # noqa: PLC0415 - likewise

            self._say(SyncEvent(reply))

    def tell(self, engine: Engine) -> None:
        """Look for new moments and reviews, and tell them. Without consent there are none.

        Raises:
            EdgeError: It was cut short, or the store refused; what was not told is looked for again.
        """
        if not self._stale or not self._wanted & {"moment", "review"}:
            return
        from edge_engine.doors.events import MomentEvent, ReviewEvent  # noqa: PLC0415 - likewise

        if "review" in self._wanted:
            self._each("review", {one.id: ReviewEvent(one) for one in engine.reviews.pending()})
        if "moment" in self._wanted:
            try:
                found = {one.id: MomentEvent(one) for one in engine.moments()}
            except ConsentError:
                found = {}
            self._each("moment", found)
        self._stale = False

    def progress(
        self, number: int, asked: msgspec.Struct, interruption: Interruption
    ) -> Callable[[Tally, int], None]:
        """Return what a long request calls after each commit: it ends there where it was taken back."""
        total, last = -1, time.monotonic()

        def report(tally: Tally, position: int) -> None:
            nonlocal total, last
            interruption.check()
            now = time.monotonic()
            if "progress" not in self._wanted or now - last < PAUSE:
                return
            from edge_engine.doors.events import ProgressEvent  # noqa: PLC0415 - likewise

            total, last = total if total >= 0 else _size(asked), now
            self._say(ProgressEvent(number, position, total, tally.added, tally.duplicates))

        return report

    def _each(self, kind: str, found: dict[str, Any]) -> None:
        told = self._told[kind]
        for key, event in found.items():
            if key not in told:
                told.add(key)
                self._say(event)
        # What is gone may come again, and is new then.
        told &= found.keys()

    def _say(self, event: Event) -> None:
        self._emit(msgspec.to_builtins(event, builtin_types=(bytes,), str_keys=True))


def _size(asked: msgspec.Struct) -> int:
    if not isinstance(asked, Import):
        return 0
    try:
        return Path(asked.path).stat().st_size if asked.path else len(asked.content or b"")
    except OSError:
        return 0
