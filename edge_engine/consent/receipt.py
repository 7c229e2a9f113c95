"""Consent records and receipts: the fields of ISO/IEC TS 27560:2023 as JSON-LD in the Data Privacy Vocabulary 2.3.

Source: "Consent Records and Receipts as per ISO/IEC TS 27560:2023 using DPV" (W3C DPVCG, 15 February 2026), sections
8 (record) and 9 (receipt). The context is written out, so that nothing has to be fetched to read a receipt.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_engine import arguments
from edge_engine.consent.event import ConsentEvent, EventKind
from edge_engine.consent.purpose import PREFIXES, SENSITIVE, Effect, Gate, Recipient
from edge_engine.consent.standing import agreement
from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from edge_engine.consent.event import Agreement
    from edge_engine.consent.ledger import Ledger
    from edge_engine.consent.purpose import Rule

RECORD_SCHEMA: Final = "https://w3id.org/dpv/schema/dpv-27560#record"
RECEIPT_SCHEMA: Final = "https://w3id.org/dpv/schema/dpv-27560#receipt"

PERSON: Final = "urn:edge-engine:person"
ADVISER: Final = "urn:edge-engine:adviser"
AGGREGATORS: Final = "urn:edge-engine:aggregators"
HOST_APP: Final = "urn:edge-engine:host-app"
THIS_DEVICE: Final = "urn:edge-engine:controller:this-device"
"""The controller of the engine's own policy: the person's device, and no company."""

_NOBODY: Final = "; no company receives your data"
"""What the address of this device goes on to say; it is true only of purposes that send nothing."""

_LINKS: Final = (
    "dct:audience",
    "dct:conformsTo",
    "dpv:hasApplicableLaw",
    "dpv:hasConsentControl",
    "dpv:hasContext",
    "dpv:hasDataController",
    "dpv:hasDataSource",
    "dpv:hasDataSubject",
    "dpv:hasEntity",
    "dpv:hasHumanInvolvement",
    "dpv:hasJurisdiction",
    "dpv:hasLegalBasis",
    "dpv:hasLocation",
    "dpv:hasNecessity",
    "dpv:hasPersonalData",
    "dpv:hasProcessing",
    "dpv:hasPurpose",
    "dpv:hasRecipient",
    "dpv:hasTechnicalMeasure",
    "dpv:isIndicatedBy",
    "skos:broader",
)
_MOMENTS: Final = ("dct:created", "dct:modified", "dpv:isIndicatedAtTime")

CONTEXT: Final[dict[str, object]] = {
    **PREFIXES,
    "dct": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{name: {"@type": "@id"} for name in _LINKS},
    **{name: {"@type": "xsd:dateTime"} for name in _MOMENTS},
}

_PROCESSING: Final = {
    Gate.READ: "dpv:Retrieve",
    Gate.INFER: "dpv:Infer",
    Gate.DECIDE: "dpv:Assess",
    Gate.DELIVER: "dpv:Display",
    Gate.SEND: "dpv:Transmit",
}
_NOT_PURPOSES: Final = {
    "dpv:AutomatedDecisionMaking": "dpv:hasContext",
    "dpv:HumanInvolvementForDecision": "dpv:hasHumanInvolvement",
    "dpv:DifferentialPrivacy": "dpv:hasTechnicalMeasure",
}
"""Terms that say how a purpose is served and not what it is, with the relation that they belong to."""

_STATUS: Final = {
    EventKind.GRANT: "dpv:ConsentGiven",
    EventKind.WITHDRAW: "dpv:ConsentWithdrawn",
    EventKind.EXPIRE: "dpv:ConsentExpired",
}
_RIGHTS: Final = {
    "eu-gdpr:A7-3": (
        "Right to withdraw consent",
        "Switch the purpose off; it takes effect before the switch has moved.",
    ),
    "eu-gdpr:A15": ("Right of access", "Look at everything that is stored."),
    "eu-gdpr:A16": ("Right to rectification", "Correct a category; your word wins."),
    "eu-gdpr:A17": ("Right to erasure", "Erase the store; its keys are destroyed first."),
    "eu-gdpr:A20": ("Right to data portability", "Export everything to a file of your own."),
}
GDPR: Final = "eu:law-GDPR"
"""The one law whose articles the vocabulary has terms for; the rights themselves hold everywhere."""
_SETTINGS: Final = "the privacy settings of the app"


def record(ledger: Ledger, purpose: str) -> dict[str, object]:
    """Return the consent record of a purpose: what was agreed to, and everything that happened to it since.

    Args:
        ledger: The consent ledger.
        purpose: Identifier of a purpose that was granted at least once.

    Returns:
        A JSON-LD document.

    Raises:
        InputError: The person never agreed to this purpose.
        LedgerTampered: The ledger does not verify.
    """
    return {"@context": CONTEXT, **_record(ledger, purpose)}


def receipt(ledger: Ledger, purpose: str) -> dict[str, object]:
    """Return the consent receipt of a purpose, for the person to keep: a copy of its record.

    Args:
        ledger: The consent ledger.
        purpose: Identifier of a purpose that was granted at least once.

    Returns:
        A JSON-LD document.

    Raises:
        InputError: The person never agreed to this purpose.
        LedgerTampered: The ledger does not verify.
    """
    arguments.text(purpose, "a purpose is named by its identifier, a text")
    inner = _record(ledger, purpose)
    head, created = ledger.head(), _text(ledger.now())
    identifier = _uuid(f"receipt {inner['dct:identifier']} {head.hash} {created}")
    return {
        "@context": CONTEXT,
        "@id": f"urn:uuid:{identifier}",
        "@type": "dpv:ConsentReceipt",
        "dct:identifier": identifier,
        "dpv:hasIdentifier": identifier,
        "dct:conformsTo": RECEIPT_SCHEMA,
        "dct:created": created,
        "dct:audience": PERSON,
        "dct:provenance": (
            f"entry {head.seq} of the consent ledger, SHA-256 {head.hash}, "
            f"Ed25519 signature {head.signature} by key {head.public_key}"
        ),
        "dpv:hasRecordOfActivity": inner,
    }


def _record(ledger: Ledger, purpose: str) -> dict[str, object]:
    events = [event for event in ledger.history() if event.purpose == purpose]
    given = [event for event in events if event.kind is EventKind.GRANT]
    if not given and purpose not in ledger.policy.purposes:
        raise InputError("there is no such purpose")
    if not given:
        raise InputError("there is no receipt: you have never agreed to this purpose")
    agreed = agreement(given[-1])
    head = ledger.head()
    identifier = _uuid(f"record {head.public_key} {purpose} {given[0].seq}")
    settings = {"dpv:isExercisedAt": _SETTINGS}
    return {
        "@id": f"urn:uuid:{identifier}",
        "@type": "dpv:ConsentRecord",
        "dct:identifier": identifier,
        "dpv:hasIdentifier": identifier,
        "dct:conformsTo": RECORD_SCHEMA,
        "dct:created": _text(given[0].at),
        "dct:modified": _text(events[-1].at),
        "dct:language": "en",
        "dpv:hasDataSubject": PERSON,
        "dpv:hasDataController": agreed.controller.id,
        "dpv:hasJurisdiction": agreed.controller.jurisdiction,
        "dpv:hasApplicableLaw": agreed.controller.law,
        "dpv:hasLegalBasis": _legal_basis(agreed),
        "dpv:hasNotice": [_notice(event) for event in given],
        "dpv:hasProcess": [
            _process(purpose, agreed, rule) for rule in agreed.rules if rule.effect is Effect.ALLOW
        ],
        "dpv:hasConsentControl": {"@type": ["dpv:ProvideConsent", "dpv:WithdrawConsent"], **settings},
        "dpv:hasRight": [
            {
                "@type": ["dpv:DataSubjectRight", *([right] if agreed.controller.law == GDPR else [])],
                "dct:title": title,
                "dct:description": words,
                **settings,
            }
            for right, (title, words) in _RIGHTS.items()
        ],
        "dpv:hasEntity": _entities(agreed, head.public_key),
        "dpv:hasConsentStatus": _statuses(ledger, events),
    }


def _legal_basis(agreed: Agreement) -> list[str]:
    basis = ["dpv:ExplicitlyExpressedConsent"]
    if agreed.controller.law != GDPR:
        return basis
    return [*basis, "eu-gdpr:A6-1-a", *(["eu-gdpr:A9-2-a"] if SENSITIVE in agreed.columns else [])]


def _notice(event: ConsentEvent) -> dict[str, object]:
    """Return the words that the person saw when agreeing."""
    agreed = agreement(event)
    return {
        "@id": f"urn:uuid:{_uuid(f'notice {agreed.digest} {event.purpose}')}",
        "@type": "dpv:ConsentNotice",
        "dct:title": agreed.title,
        "dct:description": f"{agreed.why} With it: {agreed.gained} Without it: {agreed.lost}",
        "dct:date": agreed.issued.isoformat(),
        "dct:language": "en",
        "dct:identifier": f"policy {agreed.policy}, SHA-256 {agreed.digest}",
    }


def _process(purpose: str, agreed: Agreement, rule: Rule) -> dict[str, object]:
    how: dict[str, object] = {
        relation: term for term, relation in _NOT_PURPOSES.items() if term in agreed.terms
    }
    return {
        "@type": "dpv:Process",
        "dct:identifier": rule.id,
        "dct:description": rule.says,
        "dpv:hasPurpose": {
            "@type": "dpv:Purpose",
            "dct:identifier": purpose,
            "dct:title": agreed.title,
            "dct:description": agreed.why,
            "skos:broader": [term for term in agreed.terms if term not in _NOT_PURPOSES],
        },
        "dpv:hasPersonalData": [
            {
                "@type": SENSITIVE if term == SENSITIVE else "dpv:PersonalData",
                "skos:broader": term,
                "dpv:hasNecessity": "dpv:Required",
            }
            for term in rule.data
        ],
        "dpv:hasProcessing": ["dpv:Store", *(_PROCESSING[gate] for gate in rule.gates)],
        "dpv:hasDataSource": "dpv:DataSubjectDataSource",
        "dpv:hasStorageCondition": [
            {"@type": "dpv:StorageLocation", "dpv:hasLocation": "dpv:WithinDevice"},
            {
                "@type": "dpv:StorageDuration",
                "dpv:hasDuration": {
                    "@type": "dpv:UntilEventDuration",
                    "rdf:value": "until the consent is withdrawn or ends, or the store is erased",
                },
            },
            {
                "@type": "dpv:StorageDeletion",
                "dpv:hasDuration": {"@type": "dpv:TemporalDuration", "rdf:value": "PT0S"},
            },
        ],
        "dpv:hasDataController": agreed.controller.id,
        "dpv:hasRecipient": _recipients(agreed, rule),
        **how,
    }


def _recipients(agreed: Agreement, rule: Rule) -> list[str]:
    """Return who receives the data; what stays on the device is received by nobody but the person."""
    places = {
        Recipient.PERSON: PERSON,
        Recipient.DEVICE: PERSON,
        # Whoever puts a company of their own into the policy is the app's company; a device is nobody's.
        Recipient.HOST_APP: HOST_APP if agreed.controller.id == THIS_DEVICE else agreed.controller.id,
        Recipient.ADVISER: ADVISER,
        Recipient.AGGREGATORS: AGGREGATORS,
    }
    return sorted({places[Recipient(recipient)] for recipient in rule.recipients})


def _entities(agreed: Agreement, public_key: str) -> list[dict[str, object]]:
    controller = agreed.controller
    named = {one for rule in agreed.rules if rule.effect is Effect.ALLOW for one in _recipients(agreed, rule)}
    sends = any(Gate.SEND in rule.gates for rule in agreed.rules if rule.effect is Effect.ALLOW)
    address = controller.address.removesuffix(_NOBODY) if sends else controller.address
    settled = [
        _entity(PERSON, "dpv:DataSubject", "The person whose device this is", f"device key {public_key}"),
        {
            **_entity(controller.id, "dpv:DataController", controller.name, controller.id),
            "schema:contactPoint": {
                "@type": "schema:ContactPoint",
                "schema:description": controller.contact,
            },
            "schema:address": {"@type": "schema:PostalAddress", "schema:description": address},
        },
    ]
    outside = {
        HOST_APP: "Your bank, or whose app it is that this engine is part of",
        ADVISER: "A human adviser whom the controller names",
        AGGREGATORS: "Two servers that add up totals, of which neither can read a single contribution",
    }
    return settled + [
        {
            **_entity(key, "dpv:Recipient", words, key),
            "schema:contactPoint": {
                "@type": "schema:ContactPoint",
                "schema:description": f"through {controller.contact}",
            },
            "schema:address": {
                "@type": "schema:PostalAddress",
                "schema:description": f"not known to this device; ask through {controller.contact}",
            },
        }
        for key, words in outside.items()
        if key in named
    ]


def _entity(key: str, role: str, name: str, identifier: str) -> dict[str, object]:
    return {"@id": key, "@type": ["dpv:Entity", role], "dpv:hasName": name, "dpv:hasIdentifier": identifier}


def _statuses(ledger: Ledger, events: Sequence[ConsentEvent]) -> list[dict[str, object]]:
    """Return each event as a state; a consent that ran out unnoticed has been noted by the ledger first."""
    statuses: list[dict[str, object]] = []
    agreed_before = False
    for event in events:
        status = _STATUS[event.kind]
        if event.kind is EventKind.GRANT and agreed_before:
            status = "dpv:RenewedConsentGiven"
        if event.kind is EventKind.WITHDRAW and not agreed_before:
            status = "dpv:ConsentRefused"
        agreed_before = agreed_before or event.kind is EventKind.GRANT
        by_itself = event.kind is EventKind.EXPIRE
        statuses.append(
            {
                "@type": [status, "dpv:ExplicitlyExpressedConsent"]
                if event.kind is EventKind.GRANT
                else status,
                "dpv:isIndicatedAtTime": _text(event.at),
                "dpv:isIndicatedBy": ledger.policy.controller.id if by_itself else PERSON,
                "dpv:hasIndicationMethod": "by itself, when its time was over"
                if by_itself
                else "a switch in the app, or a command",
                "dpv:hasDuration": _duration(event),
            }
        )
    return statuses


def _duration(event: ConsentEvent) -> dict[str, object]:
    if event.kind is EventKind.GRANT:
        until = event.at + timedelta(days=agreement(event).days)
        return {"@type": "dpv:UntilTimeDuration", "rdf:value": _text(until)}
    return {"@type": "dpv:UntilEventDuration", "rdf:value": "until consent is given anew"}


def _uuid(name: str) -> str:
    """Return a UUID that is the same each time the same thing is asked about."""
    return str(uuid.UUID(bytes=hashlib.sha256(name.encode()).digest()[:16], version=4))


def _text(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
