from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from edge_engine.consent import receipt as receipts
from edge_engine.consent.ledger import Ledger
from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import OWN_ACCESS
from edge_engine.consent.receipt import ADVISER, AGGREGATORS, HOST_APP, record
from edge_engine.errors import InputError
from tests.unit.consent.policy_texts import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.clock import FakeClock
    from tests.fakes.ledger_store import MemoryLedgerStore

# Terms of the Data Privacy Vocabulary 2.3 that receipts may use, looked up in its published files.
DPV = frozenset(
    [
        "dpv:AutomatedDecisionMaking",
        "dpv:Assess",
        "dpv:ConsentExpired",
        "dpv:ConsentGiven",
        "dpv:ConsentNotice",
        "dpv:ConsentReceipt",
        "dpv:ConsentRecord",
        "dpv:ConsentRefused",
        "dpv:ConsentWithdrawn",
        "dpv:DataController",
        "dpv:DataSubject",
        "dpv:DataSubjectDataSource",
        "dpv:DataSubjectRight",
        "dpv:DifferentialPrivacy",
        "dpv:DirectMarketing",
        "dpv:Display",
        "dpv:Entity",
        "dpv:ExplicitlyExpressedConsent",
        "dpv:HumanInvolvementForDecision",
        "dpv:Infer",
        "dpv:PaymentManagement",
        "dpv:PersonalData",
        "dpv:Process",
        "dpv:ProvideConsent",
        "dpv:ProvideProductRecommendations",
        "dpv:Purpose",
        "dpv:Recipient",
        "dpv:RenewedConsentGiven",
        "dpv:Required",
        "dpv:Retrieve",
        "dpv:ServiceOptimisation",
        "dpv:ServiceUsageAnalytics",
        "dpv:SpecialCategoryPersonalData",
        "dpv:StorageDeletion",
        "dpv:StorageDuration",
        "dpv:StorageLocation",
        "dpv:Store",
        "dpv:TemporalDuration",
        "dpv:Transmit",
        "dpv:UntilEventDuration",
        "dpv:UntilTimeDuration",
        "dpv:UserInterfacePersonalisation",
        "dpv:WithdrawConsent",
        "dpv:WithinDevice",
        "dpv:hasApplicableLaw",
        "dpv:hasConsentControl",
        "dpv:hasConsentStatus",
        "dpv:hasContext",
        "dpv:hasDataController",
        "dpv:hasDataSource",
        "dpv:hasDataSubject",
        "dpv:hasDuration",
        "dpv:hasEntity",
        "dpv:hasHumanInvolvement",
        "dpv:hasIdentifier",
        "dpv:hasIndicationMethod",
        "dpv:hasJurisdiction",
        "dpv:hasLegalBasis",
        "dpv:hasLocation",
        "dpv:hasName",
        "dpv:hasNecessity",
        "dpv:hasNotice",
        "dpv:hasPersonalData",
        "dpv:hasProcess",
        "dpv:hasProcessing",
        "dpv:hasPurpose",
        "dpv:hasRecipient",
        "dpv:hasRecordOfActivity",
        "dpv:hasRight",
        "dpv:hasStorageCondition",
        "dpv:hasTechnicalMeasure",
        "dpv:isExercisedAt",
        "dpv:isIndicatedAtTime",
        "dpv:isIndicatedBy",
        "eu:law-GDPR",
        "eu-gdpr:A6-1-a",
        "eu-gdpr:A9-2-a",
        "eu-gdpr:A7-3",
        "eu-gdpr:A15",
        "eu-gdpr:A16",
        "eu-gdpr:A17",
        "eu-gdpr:A20",
        "loc:EU",
        "fin:BudgetPlanningAssistance",
        "fin:CreditChecking",
        "fin:ExpenseManagement",
        "fin:InvestmentManagement",
        "fin:PersonalisedServiceProvision",
        "pd:CreditWorthiness",
        "pd:FinancialAccount",
        "pd:Income",
        "pd:LifeHistory",
        "pd:Preference",
        "pd:PrivacyPreference",
        "pd:PurchasesAndSpendingHabit",
        "pd:ServiceConsumptionBehaviour",
        "pd:Transaction",
    ]
)
PREFIXES = ("dpv:", "pd:", "fin:", "eu:", "eu-gdpr:", "loc:")


def names(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield every key and text of a JSON document, its context aside."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "@context":
                yield key
                yield from names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names(inner)
    elif isinstance(value, str):
        yield value


def statuses(document: dict[str, Any]) -> list[str]:
    types = [one["@type"] for one in document["dpv:hasConsentStatus"]]
    return [kind if isinstance(kind, str) else kind[0] for kind in types]


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    document = json.loads(shipped("schema/receipt.schema.json"))
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document)


CONSENTED = [purpose for purpose in Policy.default().purposes if purpose != OWN_ACCESS]


@pytest.mark.parametrize("purpose", CONSENTED)
def test_every_purpose_gets_a_receipt_with_the_fields_of_iso_27560(
    ledger: Ledger, schema: Draft202012Validator, purpose: str
) -> None:
    ledger.grant(purpose)

    given = ledger.receipt(purpose)

    assert [error.message for error in schema.iter_errors(json.loads(json.dumps(given)))] == []
    used = {name for name in names(given) if name.startswith(PREFIXES) and " " not in name}
    assert used <= DPV


def test_the_schema_misses_a_mandatory_field(ledger: Ledger, schema: Draft202012Validator) -> None:
    ledger.grant("insights")
    for field in ("dpv:hasJurisdiction", "dpv:hasConsentControl", "dpv:hasNotice", "dpv:hasConsentStatus"):
        given: Any = ledger.receipt("insights")
        del given["dpv:hasRecordOfActivity"][field]
        assert not schema.is_valid(given)


def test_every_term_is_written_with_a_prefix_that_the_context_explains(ledger: Ledger) -> None:
    ledger.grant("adviser_review")
    given = ledger.receipt("adviser_review")
    context = given["@context"]
    assert isinstance(context, dict)

    for name in names(given):
        prefix, colon, local = name.partition(":")
        if (
            colon
            and local
            and " " not in prefix
            and not name.startswith(("urn:", "https:"))
            and not prefix[-1].isdigit()
        ):
            assert prefix in context, name
    assert all(key == "@context" or key.startswith("@") or ":" in key for key in given)


def test_a_receipt_repeats_the_words_the_person_saw(ledger: Ledger) -> None:
    ledger.grant("insights")
    given: Any = ledger.receipt("insights")
    purpose = ledger.policy.purposes["insights"]

    notice = given["dpv:hasRecordOfActivity"]["dpv:hasNotice"][0]

    assert notice["dct:title"] == purpose.title
    for words in (purpose.why, purpose.gained, purpose.lost):
        assert words in notice["dct:description"]


def test_a_receipt_names_data_recipients_and_the_explicit_consent_to_sensitive_data(ledger: Ledger) -> None:
    ledger.grant("insights")
    ledger.grant("aggregate_statistics")
    insights: Any = receipts.record(ledger, "insights")
    statistics: Any = receipts.record(ledger, "aggregate_statistics")

    assert insights["dpv:hasLegalBasis"][-1] == "eu-gdpr:A9-2-a"
    assert statistics["dpv:hasLegalBasis"][-1] == "eu-gdpr:A6-1-a"
    data = insights["dpv:hasProcess"][0]["dpv:hasPersonalData"]
    assert {"dpv:SpecialCategoryPersonalData", "dpv:PersonalData"} == {one["@type"] for one in data}
    assert insights["dpv:hasProcess"][0]["dpv:hasRecipient"] == ["urn:edge-engine:person"]
    assert statistics["dpv:hasProcess"][1]["dpv:hasRecipient"] == ["urn:edge-engine:aggregators"]
    assert statistics["dpv:hasProcess"][1]["dpv:hasTechnicalMeasure"] == "dpv:DifferentialPrivacy"
    assert [one["@id"] for one in insights["dpv:hasEntity"]] == [
        "urn:edge-engine:person",
        "urn:edge-engine:controller:this-device",
    ]


def test_a_record_tells_everything_that_happened(ledger: Ledger, clock: FakeClock) -> None:
    ledger.withdraw("credit_prescreening")
    ledger.grant("credit_prescreening")
    clock.advance(timedelta(days=1))
    ledger.grant("credit_prescreening", expires_days=30)
    clock.advance(timedelta(days=31))
    expired: Any = receipts.record(ledger, "credit_prescreening")
    ledger.withdraw("credit_prescreening")
    ended: Any = receipts.record(ledger, "credit_prescreening")

    assert statuses(expired) == [
        "dpv:ConsentRefused",
        "dpv:ConsentGiven",
        "dpv:RenewedConsentGiven",
        "dpv:ConsentExpired",
    ]
    assert statuses(ended)[-1] == "dpv:ConsentWithdrawn"
    assert ended["dpv:hasConsentStatus"][2]["dpv:hasDuration"]["rdf:value"] == "2026-06-03T12:00:00Z"
    assert ended["dpv:hasConsentStatus"][3]["dpv:isIndicatedBy"] == "urn:edge-engine:controller:this-device"
    assert len(ended["dpv:hasNotice"]) == 2
    assert (ended["dct:created"], ended["dct:modified"]) == ("2026-05-03T12:00:00Z", "2026-06-04T12:00:00Z")


def test_a_record_keeps_its_identity_and_each_receipt_has_its_own(ledger: Ledger, clock: FakeClock) -> None:
    ledger.grant("insights")
    first: Any = ledger.receipt("insights")
    clock.advance(timedelta(hours=1))
    ledger.withdraw("insights")
    second: Any = ledger.receipt("insights")

    assert first["dpv:hasRecordOfActivity"]["@id"] == second["dpv:hasRecordOfActivity"]["@id"]
    assert first["@id"] != second["@id"]


def test_a_receipt_can_be_held_against_the_ledgers_signed_head(ledger: Ledger) -> None:
    ledger.grant("insights")
    head = ledger.head()
    provenance = ledger.receipt("insights")["dct:provenance"]

    assert isinstance(provenance, str)
    for part in (f"entry {head.seq} ", head.hash, head.signature, head.public_key):
        assert part in provenance


def test_there_is_no_receipt_for_what_was_never_agreed_to(ledger: Ledger) -> None:
    ledger.withdraw("outreach")

    for purpose in ("outreach", OWN_ACCESS, "insights"):
        with pytest.raises(InputError, match="never agreed"):
            ledger.receipt(purpose)
    with pytest.raises(InputError, match="no such purpose"):
        ledger.receipt("profit")


def test_a_receipt_tells_what_was_agreed_even_when_the_policy_has_changed(
    store: MemoryLedgerStore, ledger: Ledger, clock: FakeClock
) -> None:
    ledger.grant("insights")
    changed = Policy.parse(
        shipped("purposes.toml").replace("Find bills, savings and what lies ahead", "Other words"),
        shipped("data.toml"),
    )

    given: Any = Ledger(store, changed, clock).receipt("insights")

    title = given["dpv:hasRecordOfActivity"]["dpv:hasNotice"][0]["dct:title"]
    assert title == "Find bills, savings and what lies ahead"


@pytest.mark.parametrize(
    ("purpose", "rule", "recipient", "name"),
    [
        ("loan_application", "loan-through-your-bank", HOST_APP, "Your bank, or whose app it is"),
        ("automatic_saving", "save-through-your-bank", HOST_APP, "Your bank, or whose app it is"),
        ("adviser_review", "adviser-packet-sent", ADVISER, "A human adviser"),
        ("aggregate_statistics", "statistics-to-aggregators", AGGREGATORS, "Two servers"),
    ],
)
def test_whoever_is_sent_something_is_named_and_nobody_is_said_to_receive_nothing(
    ledger: Ledger, purpose: str, rule: str, recipient: str, name: str
) -> None:
    ledger.grant(purpose)
    told: Any = record(ledger, purpose)
    (process,) = [one for one in told["dpv:hasProcess"] if one["dct:identifier"] == rule]
    assert process["dpv:hasRecipient"] == [recipient]
    (entity,) = [one for one in told["dpv:hasEntity"] if one["@id"] == recipient]
    assert entity["dpv:hasName"].startswith(name)
    assert "on this device" not in entity["schema:address"]["schema:description"]
    assert "no company receives your data" not in repr(told)


def test_where_nothing_is_sent_the_receipt_says_so(ledger: Ledger) -> None:
    ledger.grant("insights")
    assert "no company receives your data" in repr(record(ledger, "insights"))
