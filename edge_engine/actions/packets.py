"""What the back end is told: the fields that the policy lists for a step, and no others, sealed to its public key.

A packet is canonical JSON of exactly those fields. It is sealed with HPKE in base mode (RFC 9180): ``info`` names the
protocol and its version, and the associated data names workflow, action and idempotency key, so that nobody on the way,
the host's own app included, can read a packet, change it, or pass it for another order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, Self

from edge_engine.actions.canonical import Value, canonical
from edge_engine.errors import WorkflowRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_engine.actions.rules import Step

INFO: Final = b"edge-engine action packet 1"
"""HPKE's ``info``."""

SUITE: Final = (0x0020, 0x0001, 0x0001)
"""DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM. Source: RFC 9180 section 7."""

_REFERENCE: Final = re.compile(r"(\w+)\.reference", re.ASCII)


class Suite(Protocol):
    """HPKE of one suite, single-shot, base mode."""

    def seal(self, public: bytes, info: bytes, associated: bytes, plaintext: bytes, /) -> tuple[bytes, bytes]:
        """Return the encapsulated key and the ciphertext."""
        ...


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals packets to one back end.

    Attributes:
        suite: HPKE, with a suite that the back end knows.
        public: The back end's public key.
    """

    suite: Suite
    public: bytes

    @classmethod
    def to(cls, public: bytes) -> Self:
        """Return a sealer to an X25519 key, with HKDF-SHA256 and AES-128-GCM.

        Args:
            public: bytes[32], the back end's.
        """
        from edge_engine_sync.hpke import suite  # noqa: PLC0415 - only who sends something needs it

        return cls(suite(*SUITE), public)

    def seal(self, associated: bytes, packet: bytes) -> tuple[bytes, bytes]:
        """Return the encapsulated key and the sealed packet."""
        return self.suite.seal(self.public, INFO, associated, packet)


def packet(step: Step, fields: Mapping[str, str | int], references: Mapping[str, str]) -> bytes:
    """Return a step's packet.

    Args:
        step: Names the fields.
        fields: The workflow's.
        references: What the back end answered to earlier steps, by action.

    Raises:
        WorkflowRefused: A field is not there.
    """
    document: dict[str, Value] = {}
    for name in step.fields:
        found = _REFERENCE.fullmatch(name)
        source, key = (references, found[1]) if found else (fields, name)
        if key not in source:
            raise WorkflowRefused("a field of the packet is missing")
        document[name] = source[key]
    return canonical(document)


def associated(workflow: str, action: str, key: str) -> bytes:
    """Return the associated data of an order's packet."""
    return canonical({"action": action, "key": key, "workflow": workflow})
