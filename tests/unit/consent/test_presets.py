from __future__ import annotations

import json
import tomllib
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from edge_engine import Policy
from edge_engine.consent.ledger import Ledger
from edge_engine.consent.policy_changes import Direction, changes
from edge_engine.consent.presets import preset, presets, written
from edge_engine.consent.purpose import Effect
from edge_engine.errors import InputError
from tests.fakes.ledger_store import MemoryLedgerStore
from tests.unit.consent.policy_texts import shipped

if TYPE_CHECKING:
    from edge_engine.clock import FakeClock

NAMES = [one.id for one in presets()]


def policy(name: str) -> Policy:
    return Policy.parse(written(preset(name)), shipped("data.toml"))


def test_there_is_one_for_each_place_that_is_promised() -> None:
    assert NAMES == ["br", "eu", "uk", "us"]
    with pytest.raises(InputError, match="a preset is one of: br, eu, uk, us"):
        preset("atlantis")


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_only_takes_away(name: str) -> None:
    assert all(rule.effect is Effect.DENY for rule in preset(name).rule)
    found = changes(Policy.default(), policy(name), date(2027, 1, 1))
    assert [one.sentence for one in found if one.direction is Direction.WIDENS] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_a_preset_says_is_in_its_policy(name: str) -> None:
    one, made = preset(name), policy(name)
    assert (made.controller.jurisdiction, made.controller.law) == (one.jurisdiction, one.law)
    assert made.version == f"{Policy.default().version}-{name}"
    for expiry in one.expiry:
        assert made.purposes[expiry.purpose].expires_days == expiry.days
    assert {rule.id for rule in one.rule} <= {rule.id for rule in made.rules}
    assert all(source.law in written(one) for source in one.source)


@pytest.mark.parametrize("name", NAMES)
def test_editors_read_the_file_as_the_loader_does(name: str) -> None:
    schema = json.loads(shipped("schema/preset.schema.json"))
    Draft202012Validator.check_schema(schema)
    document = tomllib.loads(shipped(f"presets/{name}.toml"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(document)] == []
    purposes = json.loads(shipped("schema/purposes.schema.json"))
    made: Any = json.loads(json.dumps(tomllib.loads(written(preset(name))), default=str))
    assert [error.message for error in Draft202012Validator(purposes).iter_errors(made)] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_receipt_names_the_law_of_the_place_and_articles_only_where_they_are_its_own(
    name: str, clock: FakeClock
) -> None:
    ledger = Ledger(MemoryLedgerStore(), policy(name), clock)
    ledger.grant("insights")
    given: Any = ledger.receipt("insights")
    schema = Draft202012Validator(json.loads(shipped("schema/receipt.schema.json")))
    assert [error.message for error in schema.iter_errors(json.loads(json.dumps(given)))] == []
    assert given["dpv:hasRecordOfActivity"]["dpv:hasApplicableLaw"] == preset(name).law
    assert ("eu-gdpr:A" in json.dumps(given["dpv:hasRecordOfActivity"])) is (name == "eu")
