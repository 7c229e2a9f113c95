"""The words of consent: purposes, data categories, recipients, gates, and the rules that join them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

OWN_ACCESS: Final = "own_access"
"""The one purpose that rests on the person's right of access and not on consent."""

SENSITIVE: Final = "dpv:SpecialCategoryPersonalData"
"""The data category of rows whose leaf the taxonomy marks as sensitive."""

ANY: Final = "*"
"""In a deny rule's list: everything."""

PREFIXES: Final = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "fin": "https://w3id.org/dpv/sector/finance#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "loc": "https://w3id.org/dpv/loc#",
}
"""Prefixes of the W3C Data Privacy Vocabulary 2.3 that policy files may use."""


class Gate(StrEnum):
    """The five places where consent is asked for, in the order that data passes them."""

    READ = "read"
    INFER = "infer"
    DECIDE = "decide"
    DELIVER = "deliver"
    SEND = "send"


class Recipient(StrEnum):
    """Who would see the data."""

    PERSON = "person"
    DEVICE = "device"
    HOST_APP = "host_app"
    ADVISER = "adviser"
    AGGREGATORS = "aggregators"


class DeliveryChannel(StrEnum):
    """Where something may reach the person."""

    FEED = "feed"
    MODAL = "modal"
    PUSH = "push"
    EMAIL = "email"
    SMS = "sms"
    ADVISER = "adviser"


class Effect(StrEnum):
    """What a rule does."""

    ALLOW = "allow"
    DENY = "deny"


class Basis(StrEnum):
    """What a purpose rests on in law."""

    CONSENT = "consent"
    ACCESS_RIGHT = "access_right"


class Purpose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why data would be used.

    Attributes:
        id: Stable identifier, such as ``insights``.
        terms: What it is in the Data Privacy Vocabulary, as prefixed names.
        title: A few words for a switch.
        why: What happens, in one or two sentences.
        gained: What the person gets from it.
        lost: What the person goes without when it is off.
        expires_days: How long consent holds, 0 where consent is not the basis.
        basis: What it rests on.
    """

    id: str
    terms: tuple[str, ...]
    title: str
    why: str
    gained: str
    lost: str
    expires_days: int
    basis: Basis = Basis.CONSENT


class DataCategory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of data and where the store keeps it.

    Attributes:
        id: Prefixed name in the Data Privacy Vocabulary, such as ``pd:Transaction``.
        title: A few words for people.
        holds: What it is, in one sentence.
        columns: Names of the store's columns as ``table.column``; empty where the category is told by rows.
        personal: False for the store's own bookkeeping, which no grant ever covers.
    """

    id: str
    title: str
    holds: str
    columns: tuple[str, ...] = ()
    personal: bool = True


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence of the policy: it speaks about every combination of what its lists name.

    Attributes:
        id: Stable identifier, which explanations name.
        effect: Allow or deny; deny wins.
        purposes: Exactly one purpose where it allows; ``*`` is everything where it denies.
        gates: Where it holds.
        data: Data categories; an allow rule covers those, a deny rule strikes a request that has any of them.
        recipients: Who would see the data.
        says: The rule as a clause for people, without a full stop.
        channels: Ways to the person; empty where no channel is used.
        until: First day, UTC, on which an allow rule no longer holds.
    """

    id: str
    effect: Effect
    purposes: tuple[str, ...]
    gates: tuple[str, ...]
    data: tuple[str, ...]
    recipients: tuple[str, ...]
    says: str
    channels: tuple[str, ...] = ()
    until: date | None = None


def iri(name: str) -> str:
    """Return the full IRI of a prefixed name such as ``pd:Transaction``.

    Raises:
        KeyError: The prefix is not one of ``PREFIXES``.
    """
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local
