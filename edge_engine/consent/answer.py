"""What the consent ledger answers: typed values that the facade, the command line and every binding share."""

from __future__ import annotations

from datetime import datetime

import msgspec

from edge_engine.consent.event import ConsentEvent
from edge_engine.consent.purpose import Basis


class PurposeState(msgspec.Struct, frozen=True):
    """One switch.

    Attributes:
        purpose: Identifier.
        title: A few words for people.
        granted: Whether it is on now.
        since: When it became what it is; None where the person never touched it.
        expires: When it ends by itself; None where it is off or always on.
        rule: ``granted``, ``own-access``, or the rule that keeps it off.
        gained: What the person has from it.
        lost: What happens when it is off.
        why: What is done and why.
        basis: Consent, or the right of access.
    """

    purpose: str
    title: str
    granted: bool
    since: datetime | None
    expires: datetime | None
    rule: str
    gained: str
    lost: str
    why: str
    basis: Basis


class Explanation(msgspec.Struct, frozen=True):
    """Why a use of data is allowed or denied.

    Attributes:
        allowed: Whether a grant would be minted now.
        rule: Identifier of the rule that decides; several are joined by ``+``.
        because: One sentence for people that names the rule.
    """

    allowed: bool
    rule: str
    because: str


class Withdrawal(msgspec.Struct, frozen=True):
    """What a withdrawal did.

    Attributes:
        event: The ledger's entry.
        purged: Rows deleted by table.
    """

    event: ConsentEvent
    purged: dict[str, int]


class Head(msgspec.Struct, frozen=True):
    """The ledger's latest entry, to be shown to somebody who checks it later.

    Attributes:
        seq: How many entries there are.
        hash: SHA-256 of the chain, hexadecimal.
        signature: Ed25519 signature of the hash, hexadecimal; empty where there is no entry.
        public_key: The device's Ed25519 public key, hexadecimal.
    """

    seq: int
    hash: str
    signature: str
    public_key: str
