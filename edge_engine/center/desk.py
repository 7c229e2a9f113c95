"""The desk: one engine, asked by one request at a time, and what the center knows beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

import anyio
import anyio.to_thread

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from edge_engine.actions.review import Signed, Statement
    from edge_engine.center.importing import Importing
    from edge_engine.center.pages.today import Suggested
    from edge_engine.engine import Engine
    from edge_engine.vault.erase import ErasureReceipt

_R = TypeVar("_R")


class Signer(Protocol):
    """An adviser's program: shows nothing, signs what it is given with a key that the center never sees."""

    @property
    def adviser(self) -> str:
        """Identifier of the adviser, as the rules name them."""
        ...

    def sign(self, statement: Statement) -> Signed:
        """Return the statement with the adviser's signature."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the host tells the center.

    Attributes:
        label: What the store is, in words.
        leader: Address of the leading server that signals may go to; empty for none.
        helper: Address of the helping server.
        signer: Signs as an adviser, where the host plays one.
    """

    label: str
    leader: str = ""
    helper: str = ""
    signer: Signer | None = None


class Desk:
    """Holds the engine; whoever asks waits until it is their turn.

    Args:
        engine: The one engine.
        surroundings: What the host tells.

    Attributes:
        receipt: Of the erasure, once the store is gone.
        suspended: Whether the store is suspended.
        importing: The import that runs or ran last.
        leaving: Whether the person asked to close the center.
        suggested: What was suggested in this run, by the decision's identifier, with its reason in words.
        decided_on: The day on which there was nothing more to suggest.
    """

    def __init__(self, engine: Engine, surroundings: Surroundings) -> None:
        self.engine = engine
        self.surroundings = surroundings
        self.receipt: ErasureReceipt | None = None
        self.suspended = False
        self.importing: Importing | None = None
        self.leaving = False
        self.suggested: dict[str, Suggested] = {}
        self.decided_on: date | None = None
        self._turn = anyio.CapacityLimiter(1)

    def forget(self) -> None:
        """Keep nothing in memory of what was shown: consent ended, or what it rested on is gone."""
        self.suggested.clear()
        self.decided_on = None

    async def run(self, work: Callable[[], _R]) -> _R:
        """Do some work with the engine in a thread of its own, alone; requests take turns in the order they came."""
        return await anyio.to_thread.run_sync(work, limiter=self._turn)
