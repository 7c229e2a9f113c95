"""How two aggregators take turns to verify a report, and what one of them keeps between its turns.

Source: draft-irtf-cfrg-vdaf-20, section 5.7.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Self

from edge_engine_sync.codec import Message, Reader, opaque, uint
from edge_engine_sync.errors import MalformedMessage
from edge_engine_sync.prio3 import VerifyState

if TYPE_CHECKING:
    from edge_engine_sync.prio3 import Prio3


class Turn(IntEnum):
    """Whose turn a message ends."""

    INITIALIZE = 0
    CONTINUE = 1
    FINISH = 2


@dataclass(frozen=True, slots=True)
class PingPong(Message):
    """One message about one report.

    Attributes:
        turn: What it does.
        verifier_message: Of the round that ends; absent where the turn is ``INITIALIZE``.
        verifier_share: Of the round that begins; absent where the turn is ``FINISH``.
    """

    turn: Turn
    verifier_message: bytes = field(default=b"", repr=False)
    verifier_share: bytes = field(default=b"", repr=False)

    def encode(self) -> bytes:
        """Return the encoding."""
        message = b"" if self.turn == Turn.INITIALIZE else opaque(self.verifier_message, 4)
        share = b"" if self.turn == Turn.FINISH else opaque(self.verifier_share, 4)
        return uint(self.turn, 1) + message + share

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the message at the front of what is left to read."""
        try:
            turn = Turn(reader.uint(1))
        except ValueError:
            raise MalformedMessage("A message about a report is of no known type.") from None
        message = b"" if turn == Turn.INITIALIZE else reader.opaque(4)
        return cls(turn, message, b"" if turn == Turn.FINISH else reader.opaque(4))


def initialize(verifier_share: bytes) -> bytes:
    """Return the leader's first message."""
    return PingPong(Turn.INITIALIZE, verifier_share=verifier_share).encode()


def finish(verifier_message: bytes) -> bytes:
    """Return the helper's answer, the last message where there is one round."""
    return PingPong(Turn.FINISH, verifier_message=verifier_message).encode()


def encode_state(vdaf: Prio3[Any, Any], state: VerifyState) -> bytes:
    """Return what an aggregator keeps of a report, of ``state_size`` bytes; it is a secret share."""
    return vdaf.field.encode(state.output_share) + state.joint_rand_seed


def state_size(vdaf: Prio3[Any, Any]) -> int:
    """Return the bytes of an encoded state."""
    return vdaf.circuit.output_length * vdaf.field.size + vdaf.seed_size


def decode_state(vdaf: Prio3[Any, Any], encoded: bytes) -> VerifyState:
    """Return the state that was kept.

    Raises:
        MalformedMessage: The bytes are none.
    """
    length = vdaf.circuit.output_length * vdaf.field.size
    if len(encoded) != state_size(vdaf):
        raise MalformedMessage("The kept state of a report has the wrong length.")
    return VerifyState(vdaf.decode_aggregate(encoded[:length]), encoded[length:])
