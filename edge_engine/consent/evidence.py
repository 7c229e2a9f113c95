"""The ledger and its records as files that an auditor checks without the store and without its key."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.consent.event import GENESIS, ConsentEvent, EventKind
from edge_engine.consent.receipt import record
from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edge_engine.consent.event import StoredEvent
    from edge_engine.consent.ledger import Ledger

LEDGER: Final = "ledger.jsonl"
HEAD: Final = "ledger_head.json"
_STATEMENT: Final = b"edge-engine evidence 1\x00"


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the ledger as the file has it.

    Attributes:
        seq: Position, counted from 1.
        body: The event as canonical JSON, byte for byte what was hashed.
        hash: SHA-256 of the previous entry's hash followed by ``body``, hexadecimal.
        signature: Ed25519 signature of ``hash`` with the device key, hexadecimal.
    """

    seq: int
    body: str
    hash: str
    signature: str


class HeadLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the ledger ends with, and the key that its entries are checked with."""

    seq: int
    hash: str
    signature: str
    public_key: str


def files(ledger: Ledger, stored: Sequence[StoredEvent]) -> dict[str, bytes]:
    """Return the ledger, its head, every policy that was agreed to, and each purpose's record and receipt, by path.

    Args:
        ledger: The consent ledger, verified.
        stored: Its entries as they are kept.

    Raises:
        LedgerTampered: The ledger does not verify.
    """
    lines = [
        Line(one.seq, one.body.decode(), one.hash.hex(), one.signature.hex())
        for one in stored[: ledger.head().seq]
    ]
    events = [event for event in ledger.history() if event.kind is EventKind.GRANT]
    found = {
        LEDGER: b"".join(msgspec.json.encode(line) + b"\n" for line in lines),
        HEAD: _readable(msgspec.to_builtins(ledger.head())),
    }
    for event in events:
        agreed = event.agreement
        if agreed is not None:
            name = f"policies/{agreed.issued.isoformat()}_{agreed.digest[:12]}_{event.purpose}.json"
            found[name] = _readable(msgspec.to_builtins(agreed))
    for purpose in dict.fromkeys(event.purpose for event in events):
        found[f"records/{purpose}.jsonld"] = _readable(record(ledger, purpose))
        found[f"receipts/{purpose}.jsonld"] = _readable(ledger.receipt(purpose))
    return found


def attested(seed: bytes, content: bytes) -> str:
    """Return the Ed25519 signature of a manifest by the device key, hexadecimal.

    What is signed begins with what it is: no signature of the ledger can pass for one of a manifest.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - costs milliseconds to import
        Ed25519PrivateKey,
    )

    return (
        Ed25519PrivateKey.from_private_bytes(seed).sign(_STATEMENT + hashlib.sha256(content).digest()).hex()
    )


def key_of(head: bytes) -> str:
    """Return the public key that a ledger's head names, hexadecimal; empty where it cannot be read."""
    try:
        return msgspec.json.decode(head, type=HeadLine).public_key
    except msgspec.MsgspecError:
        return ""


def attests(key: str, content: bytes, signature: str) -> bool:
    """Return whether a manifest was signed by a key."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - costs milliseconds to import
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - likewise

    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(signature), _STATEMENT + hashlib.sha256(content).digest())
    except (InvalidSignature, ValueError):
        return False
    return True


def faults(ledger: bytes, head: bytes) -> Iterable[str]:
    """Yield what is wrong with a ledger's two files; nothing where every link and signature holds."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - costs milliseconds to import
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - likewise

    try:
        lines = [msgspec.json.decode(line, type=Line) for line in ledger.splitlines()]
        last = msgspec.json.decode(head, type=HeadLine)
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(last.public_key))
        parts = [(one, bytes.fromhex(one.hash), bytes.fromhex(one.signature)) for one in lines]
    except (msgspec.MsgspecError, ValueError):
        yield "the ledger's files cannot be read"
        return
    previous, latest = GENESIS, ""
    for place, (one, digest, signature) in enumerate(parts, 1):
        if one.seq != place or hashlib.sha256(previous + one.body.encode()).digest() != digest:
            yield f"entry {place} of the ledger does not follow from the one before it"
        try:
            key.verify(signature, digest)
        except InvalidSignature:
            yield f"entry {place} of the ledger was not signed by this key"
        previous, latest = digest, one.signature
    if (last.seq, last.hash, last.signature) != (len(parts), previous.hex(), latest):
        yield "the ledger does not end as its head says"


def agreed_purposes(ledger: bytes) -> list[str]:
    """Return the purposes that were ever granted by a ledger's file.

    Raises:
        InputError: It cannot be read.
    """
    try:
        lines = [msgspec.json.decode(line, type=Line) for line in ledger.splitlines()]
        events = [msgspec.json.decode(one.body, type=ConsentEvent) for one in lines]
    except msgspec.MsgspecError:
        raise InputError("the ledger's file cannot be read") from None
    return list(dict.fromkeys(one.purpose for one in events if one.kind is EventKind.GRANT))


def _readable(told: object) -> bytes:
    """Return JSON as people read it."""
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"
