"""What the consent ledger keeps: events as JSON, chained by SHA-256 and signed with the device key."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from edge_engine.consent.purpose import Controller, Rule, column_pairs
from edge_engine.errors import LedgerTampered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SCHEMA: Final = 1
"""Version of the event's JSON; a ledger with a newer one does not verify."""

GENESIS: Final = hashlib.sha256(b"edge-engine consent ledger 1").digest()
"""Stands for the hash before the first event."""

SEED_BYTES: Final = 32
"""Length of the device key, an Ed25519 private seed (RFC 8032)."""


class EventKind(StrEnum):
    """What happened."""

    GRANT = "grant"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    SEEN = "seen"


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the person agreed to, word by word, so that no later policy can make it more.

    Attributes:
        policy: Version of the policy.
        digest: SHA-256 of the policy's files, hexadecimal.
        issued: Day of the policy.
        controller: Who answered for the processing.
        title: As the person saw it.
        why: As the person saw it.
        gained: As the person saw it.
        lost: As the person saw it.
        terms: What the purpose was in the Data Privacy Vocabulary.
        days: How long consent was to hold.
        rules: Every rule that spoke about the purpose.
        columns: The store's columns of each data category that the rules allow.
    """

    policy: str
    digest: str
    issued: date
    controller: Controller
    title: str
    why: str
    gained: str
    lost: str
    terms: tuple[str, ...]
    days: int
    rules: tuple[Rule, ...]
    columns: dict[str, tuple[str, ...]]

    def pairs(self, data: Iterable[str]) -> frozenset[tuple[str, str]]:
        """Return the (table, column) pairs that some data categories had; the column ``""`` counts rows."""
        return column_pairs(self.columns.get(term, ()) for term in data)


class ConsentEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the ledger.

    Attributes:
        schema: Version of this shape.
        seq: Position, counted from 1.
        kind: What happened.
        purpose: Identifier of the purpose; empty for ``seen``.
        at: The ledger's time, aware UTC: never earlier than any event before.
        clock: What the clock said, aware UTC; earlier than ``at`` where it was set back.
        expires: When the consent given here ends, or ended by itself, aware UTC; None for other kinds.
        agreement: What was agreed to; None for other kinds.
    """

    schema: int
    seq: int
    kind: EventKind
    purpose: str
    at: datetime
    clock: datetime
    expires: datetime | None = None
    agreement: Agreement | None = None


class StoredEvent(msgspec.Struct, frozen=True):
    """An event as the store keeps it.

    Attributes:
        seq: Position, counted from 1.
        body: The event as canonical JSON.
        hash: SHA-256 of the previous event's hash followed by ``body``.
        signature: Ed25519 signature of ``hash`` with the device key.
    """

    seq: int
    body: bytes
    hash: bytes
    signature: bytes


class LedgerStore(Protocol):
    """Where the ledger is kept; the vault implements it."""

    def events(self) -> list[StoredEvent]:
        """Return every event in the order of ``seq``."""
        ...

    def append(self, event: StoredEvent, *, purge: Sequence[str]) -> dict[str, int]:
        """Keep an event and delete what only the purposes in ``purge`` made, in one durable transaction.

        Args:
            event: The next event.
            purge: Purposes whose derived rows go at once.

        Returns:
            Rows deleted by table.

        Raises:
            VaultError: Nothing was kept and nothing was deleted.
        """
        ...

    def device_key(self) -> bytes:
        """Return the device's Ed25519 private seed, 32 bytes, kept inside the encrypted store."""
        ...


def seal(event: ConsentEvent, previous: bytes, seed: bytes) -> StoredEvent:
    """Return the event chained to ``previous`` and signed with the device key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - costs milliseconds to import
        Ed25519PrivateKey,
    )

    body = msgspec.json.encode(event, order="deterministic")
    digest = hashlib.sha256(previous + body).digest()
    return StoredEvent(event.seq, body, digest, Ed25519PrivateKey.from_private_bytes(seed).sign(digest))


def public_key(seed: bytes) -> bytes:
    """Return the Ed25519 public key, 32 bytes, of the device key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - costs milliseconds to import
        Ed25519PrivateKey,
    )

    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def unseal(stored: Sequence[StoredEvent], seed: bytes, *, every_signature: bool) -> list[ConsentEvent]:
    """Check a whole ledger and return its events.

    The signature of the head covers everything before it through the chain; the others are kept so that any
    earlier head can be shown to somebody.

    Args:
        stored: All events in order.
        seed: The device key.
        every_signature: Check each signature and not the head's alone.

    Raises:
        LedgerTampered: A byte, an order or a number is not as it was written.
    """
    if not stored:
        return []
    if len(seed) != SEED_BYTES:
        raise LedgerTampered("the device key that signs the consent ledger is damaged")
    events: list[ConsentEvent] = []
    previous = GENESIS
    for position, item in enumerate(stored, start=1):
        if hashlib.sha256(previous + item.body).digest() != item.hash:
            raise LedgerTampered(
                f"entry {position} of the consent ledger does not follow from the one before it"
            )
        if every_signature or position == len(stored):
            _check_signature(item, seed, position)
        try:
            event = msgspec.json.decode(item.body, type=ConsentEvent)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise LedgerTampered(f"entry {position} of the consent ledger cannot be read") from None
        if event.schema != SCHEMA or not event.seq == item.seq == position:
            raise LedgerTampered(f"entry {position} of the consent ledger is not the one that belongs there")
        if event.at.tzinfo is None or (events and event.at < events[-1].at):
            raise LedgerTampered(f"entry {position} of the consent ledger is older than the one before it")
        if event.kind is EventKind.GRANT and (event.agreement is None or event.expires is None):
            raise LedgerTampered(f"entry {position} of the consent ledger does not say what was agreed to")
        events.append(event)
        previous = item.hash
    return events


def _check_signature(item: StoredEvent, seed: bytes, position: int) -> None:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - with the rest of cryptography
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - costs milliseconds to import
        Ed25519PrivateKey,
    )

    try:
        Ed25519PrivateKey.from_private_bytes(seed).public_key().verify(item.signature, item.hash)
    except InvalidSignature:
        raise LedgerTampered(
            f"entry {position} of the consent ledger was not signed by this device"
        ) from None
