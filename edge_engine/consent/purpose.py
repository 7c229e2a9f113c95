"""The words of consent: purposes, data categories, recipients, gates, and the rules that join them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

OWN_ACCESS: Final = "own_access"
"""The one purpose that rests on the person's right of access and not on consent."""

SENSITIVE: Final = "dpv:SpecialCategoryPersonalData"
"""The data category without which rows of sensitive leaves stay unseen."""

ANY: Final = "*"
"""In a prohibition: every purpose, every recipient."""

PREFIXES: Final = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "fin": "https://w3id.org/dpv/sector/finance#",
    "eu": "https://w3id.org/dpv/legal/eu#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "gb": "https://w3id.org/dpv/legal/gb#",
    "us": "https://w3id.org/dpv/legal/us#",
    "loc": "https://w3id.org/dpv/loc#",
}
"""Prefixes of the W3C Data Privacy Vocabulary 2.3 that policy files may use."""


class Gate(StrEnum):
    """The five places where consent is asked for, in the order that data passes them."""

    __hash__ = str.__hash__  # as its equality has it, and in C: every use of a grant asks

    READ = "read"
    INFER = "infer"
    DECIDE = "decide"
    DELIVER = "deliver"
    SEND = "send"


class Recipient(StrEnum):
    """Who would see the data."""

    __hash__ = str.__hash__  # as its equality has it, and in C: every use of a grant asks

    PERSON = "person"
    DEVICE = "device"
    HOST_APP = "host_app"
    ADVISER = "adviser"
    AGGREGATORS = "aggregators"


class DeliveryChannel(StrEnum):
    """Where something may reach the person."""

    __hash__ = str.__hash__  # as its equality has it, and in C: every use of a grant asks

    FEED = "feed"
    MODAL = "modal"
    PUSH = "push"
    EMAIL = "email"
    SMS = "sms"
    ADVISER = "adviser"


class Effect(StrEnum):
    """What a rule does; deny wins."""

    ALLOW = "allow"
    DENY = "deny"


class Basis(StrEnum):
    """What a purpose rests on in law."""

    CONSENT = "consent"
    RIGHT_OF_ACCESS = "right_of_access"


class Purpose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that the person may allow.

    Attributes:
        id: Identifier in snake case.
        title: A few words for people.
        dpv: What it is in the Data Privacy Vocabulary.
        why: What is done and why.
        gained: What the person has from it.
        lost: What happens when it is off.
        expires_days: Days until a consent ends by itself.
        basis: Consent, or the right of access, which needs no consent and cannot be switched off.
    """

    id: str
    title: str
    dpv: tuple[str, ...]
    why: str
    gained: str
    lost: str
    expires_days: int = 365
    basis: Basis = Basis.CONSENT


class DataCategory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of data and where the store keeps it.

    Attributes:
        id: Name in the Data Privacy Vocabulary, such as ``pd:Transaction``.
        title: A few words for people.
        holds: What it is, one sentence.
        columns: The store's columns as ``table.column``; empty where rows and not columns tell it.
        personal: False for the store's own bookkeeping, which no rule may touch.
    """

    id: str
    title: str
    holds: str
    columns: tuple[str, ...] = ()
    personal: bool = True


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One allowance or prohibition: every combination of what its lists name.

    Attributes:
        id: Identifier in kebab case; explanations name it.
        purpose: A purpose's id; ``*`` for all, in prohibitions alone.
        effect: Allow or deny; deny wins.
        gates: Where it holds.
        data: Data categories. An allowance covers those; a prohibition strikes any use that has one of them.
        recipients: Who may see it; ``*`` for all, in prohibitions alone.
        says: The rule as a clause for people, without a full stop.
        channels: Where it may be delivered. An allowance without channels is about undelivered use alone; a
            prohibition without channels is about every use.
        until: First day, UTC, on which an allowance no longer holds.
    """

    id: str
    purpose: str
    effect: Effect
    gates: tuple[Gate, ...]
    data: tuple[str, ...]
    recipients: tuple[str, ...]
    says: str
    channels: tuple[DeliveryChannel, ...] = ()
    until: date | None = None


class Controller(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who answers for the processing; receipts name it.

    Attributes:
        id: IRI.
        name: Legal name, or words for people.
        contact: Where to reach it.
        address: Postal address.
        jurisdiction: Location in the Data Privacy Vocabulary, such as ``loc:EU``.
        law: Law in the Data Privacy Vocabulary, such as ``eu:law-GDPR``, or by its URN:LEX (RFC 9676).
    """

    id: str
    name: str
    contact: str
    address: str
    jurisdiction: str
    law: str


def column_pairs(groups: Iterable[tuple[str, ...]]) -> frozenset[tuple[str, str]]:
    """Return names such as ``txn.day`` as (table, column) pairs, with (table, ``""``) for counting rows.

    Args:
        groups: The names, as each data category lists them.
    """
    return frozenset[tuple[str, str]]().union(*map(_pairs, groups))


@lru_cache(maxsize=256)
def _pairs(names: tuple[str, ...]) -> frozenset[tuple[str, str]]:
    """Return the pairs of one category; a policy has few, and every grant that is minted asks."""
    pairs: set[tuple[str, str]] = set()
    for name in names:
        table, _, column = name.partition(".")
        pairs.update(((table, column), (table, "")))
    return frozenset(pairs)


def iri(name: str) -> str:
    """Return the full IRI of a prefixed name such as ``pd:Transaction``.

    Raises:
        KeyError: The prefix is not one of ``PREFIXES``.
    """
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local
