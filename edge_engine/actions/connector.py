"""The other side of a workflow: a port that the host supplies, and what it must promise.

The engine makes no connection of its own. It writes down what it is about to ask, asks, and writes down the answer; a
process that dies in between asks again with the same key. So the other side promises:

1. **Once.** An order with a key that was performed before is not performed again: the first answer is given again.
2. **Undone is final.** `undo` takes back what a key did. Where the key was never seen, it is remembered as undone, and
   an order with it that arrives later is refused: a slow network may deliver the order after its undoing.
3. **Undone once.** Undoing again gives the first answer again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

MAX_REFERENCE: Final = 200
"""Longest reference that a back end may answer with."""


@dataclass(frozen=True, slots=True)
class Order:
    """One call of the other side.

    Attributes:
        workflow: The kind of workflow, such as ``round_up``.
        action: What to do, or what to do to take it back.
        key: Idempotency key, 64 hexadecimal digits: of the step that is done or taken back.
        packet: What is needed for it and nothing else: canonical JSON, sealed where it leaves the device. Empty
            where something is taken back: the key says all.
        encapsulated: The key that the packet was sealed with, encapsulated; empty where it is not sealed.
        associated: What the seal is bound to besides the packet, see `edge_engine.actions.packets`.
    """

    workflow: str
    action: str
    key: str
    packet: bytes = b""
    encapsulated: bytes = b""
    associated: bytes = b""


@dataclass(frozen=True, slots=True)
class Done:
    """It is done, now or before.

    Attributes:
        reference: The other side's own name for it, at most `MAX_REFERENCE` characters.
    """

    reference: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not done and will not be: nothing is to be taken back.

    Attributes:
        reason: In snake case, such as ``account_closed``.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows yet: no answer, an unreadable one, or one that is still to come. It is asked again."""


Reply = Done | Refused | Unknown


class Connector(Protocol):
    """The bank's back end, or another place where something is done, as the host reaches it.

    Called without any lock of the store held, so it may take its time; an exception counts as `Unknown`.
    """

    def perform(self, order: Order) -> Reply:
        """Do what the order says, once for its key."""
        ...

    def undo(self, order: Order) -> Reply:
        """Take back what was done for the order's key, or see to it that it never is."""
        ...
