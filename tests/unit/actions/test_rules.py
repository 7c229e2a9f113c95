"""The files of reviews and workflows: what ships is good, and each mistake is told with its line."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from edge_engine import Engine
from edge_engine.actions.rules import REVIEWS, WORKFLOWS, ActionRules, Approver, Uses
from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import Gate
from edge_engine.errors import InputError, PolicyError
from tests.fakes.acting import ADVISERS, DESK, adviser, rules, shipped

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Mistake:
    """One change of a good file, and what is said about it."""

    file: str
    old: str
    new: str
    says: str
    between: bool = False
    """One entry against another, which a JSON Schema cannot see."""


LOAN = 'id = "loan"\ntitle = "A loan"\nlevel = 3'
HEX = DESK.public_key().public_bytes_raw().hex()
MISTAKES = [
    Mistake("reviews", "schema = 1", "schema = 2", "schema must be 1"),
    Mistake("reviews", LOAN, LOAN.replace("loan", "Loan", 1), "a review's id is in snake_case"),
    Mistake("reviews", LOAN, LOAN.replace("A loan", " "), "title needs words for people"),
    Mistake("reviews", LOAN, LOAN.replace("3", "4"), "level is 1, 2 or 3"),
    Mistake("reviews", LOAN, LOAN.replace("3", '"3"'), "level must be a whole number, not text"),
    Mistake("reviews", LOAN, LOAN + "\ncolour = 1", "there is no field colour"),
    Mistake(
        "reviews",
        LOAN,
        LOAN.replace('"loan"', '"sweep_saving"'),
        "review sweep_saving is there twice",
        between=True,
    ),
    Mistake("reviews", '"credit_prescreening"', '"own_access"', "there is no purpose own_access"),
    Mistake("reviews", '"credit_prescreening"', '"astrology"', "there is no purpose astrology", between=True),
    Mistake("reviews", 'approver = "adviser"', 'approver = "person"', "at level 3 an adviser decides"),
    Mistake("reviews", 'approver = "adviser"', 'approver = "oracle"', "approver cannot be 'oracle'"),
    Mistake("reviews", 'uses = "once"', 'uses = "standing"', "from level 2 on, an approval is used once"),
    Mistake("reviews", "due_days = 5", "due_days = 0", "due_days is from 1 to 366"),
    Mistake("reviews", "valid_days = 7", "valid_days = 367", "valid_days is from 1 to 366"),
    Mistake("reviews", 'terms = ["product",', 'terms = ["Product",', "terms names fields in snake_case"),
    Mistake("reviews", 'terms = ["product",', 'terms = ["account",', "terms names fields in snake_case"),
    Mistake(
        "reviews",
        '"pd:Income", "pd:Credit',
        '"pd:Dreams", "pd:Credit',
        "there is no data category pd:Dreams",
        between=True,
    ),
    Mistake(
        "reviews",
        '"pd:Income", "pd:Credit',
        '"pd:Transaction", "pd:Credit',
        "no rule lets an adviser see pd:Transaction",
        between=True,
    ),
    Mistake(
        "reviews",
        '"pd:Income", "pd:Credit',
        '"dpv:SpecialCategoryPersonalData", "pd:Credit',
        "sensitive data is never evidence",
    ),
    Mistake(
        "reviews",
        'id = "desk"',
        'id = "person"',
        "an adviser's id is in snake_case, and neither person nor engine",
    ),
    Mistake("reviews", 'id = "desk"', 'id = "second"', "adviser second is there twice", between=True),
    Mistake("reviews", 'name = "Adviser desk"', 'name = ""', "name needs words for people"),
    Mistake("reviews", HEX, HEX[1:], "key is an Ed25519 public key"),
    Mistake("reviews", HEX, HEX.upper(), "key is an Ed25519 public key"),
    Mistake("reviews", '\nreviews = ["loan"]', "\nreviews = []", "reviews names at least one kind of review"),
    Mistake(
        "reviews",
        '\nreviews = ["loan"]',
        '\nreviews = ["mortgage"]',
        "there is no review mortgage",
        between=True,
    ),
    Mistake(
        "reviews",
        '\nreviews = ["loan"]',
        '\nreviews = ["sweep_saving"]',
        "sweep_saving is decided by the person",
        between=True,
    ),
    Mistake(
        "reviews",
        "\nsince = 2026-01-01",
        "\nsince = 2026-01-01\nuntil = 2026-01-01",
        "until is after since",
        between=True,
    ),
    Mistake("reviews", "\nsince = 2026-01-01", "", "the field since is missing"),
    Mistake("workflows", 'id = "round_up"', 'id = "round-up"', "a workflow's id is in snake_case"),
    Mistake("workflows", 'id = "sweep"', 'id = "round_up"', "workflow round_up is there twice", between=True),
    Mistake(
        "workflows",
        'workflow = "bill_reminder"',
        'workflow = "budget_move"',
        "workflow bill_reminder has no step",
        between=True,
    ),
    Mistake("workflows", 'title = "Remind of a bill"', 'title = ""', "title needs words for people"),
    Mistake("workflows", 'connector = "device"', 'connector = "Device"', "connector is a name in snake_case"),
    Mistake(
        "workflows", 'review = "loan"', 'review = "mortgage"', "there is no review mortgage", between=True
    ),
    Mistake(
        "workflows",
        'level = 3\nreview = "loan"',
        "level = 3",
        "level must be 0, as of its review",
        between=True,
    ),
    Mistake("workflows", "level = 3", "level = 1", "level must be 3, as of its review", between=True),
    Mistake("workflows", 'gate = "deliver"', 'gate = "read"', "gate is send or deliver"),
    Mistake(
        "workflows",
        'purpose = "loan_application"',
        'purpose = "astrology"',
        "there is no purpose astrology",
        between=True,
    ),
    Mistake(
        "workflows",
        'purpose = "loan_application"',
        'purpose = "insights"',
        "no rule of insights lets pd:FinancialAccount pass",
        between=True,
    ),
    Mistake(
        "workflows",
        'channel = "feed"',
        'channel = "push"',
        "no rule of insights lets pd:PurchasesAndSpendingHabit pass",
        between=True,
    ),
    Mistake(
        "workflows", 'data = ["pd:FinancialAccount"]', "data = []", "data names at least one data category"
    ),
    Mistake("workflows", "attempts = 8", "attempts = 0", "attempts is from 1 to 100"),
    Mistake("workflows", "wait_seconds = 60", "wait_seconds = 90000", "wait_seconds is from 1 to 86400"),
    Mistake(
        "workflows",
        'workflow = "bill_reminder"\n',
        'workflow = "nothing"\n',
        "workflow bill_reminder has no step",
        between=True,
    ),
    Mistake(
        "workflows",
        '[[step]]\nworkflow = "sweep"',
        '[[step]]\nworkflow = "nowhere"\naction = "a"\nfields = ["b"]\n\n[[step]]\nworkflow = "sweep"',
        "there is no workflow nowhere",
        between=True,
    ),
    Mistake(
        "workflows",
        'action = "raise_budget"',
        'action = "lower_budget"',
        "action lower_budget is there twice in this workflow",
        between=True,
    ),
    Mistake("workflows", 'action = "apply"', 'action = "Apply"', "action is a name in snake_case"),
    Mistake("workflows", 'undo = "cancel_provision"', 'undo = "no!"', "undo is a name in snake_case"),
    Mistake(
        "workflows",
        'fields = ["apply.reference", "account"]',
        "fields = []",
        "fields names what the packet holds",
    ),
    Mistake(
        "workflows",
        '"apply.reference"',
        '"Merchant"',
        "Merchant is neither a field in snake_case nor action.reference",
    ),
    Mistake(
        "workflows",
        '"apply.reference"',
        '"provision.reference"',
        "no earlier step is called provision",
        between=True,
    ),
    Mistake("workflows", "schema = 1", "schema = ", "this is not TOML", between=True),
]


def texts(mistake: Mistake | None = None) -> dict[str, str]:
    found = {"reviews": shipped("reviews.toml") + ADVISERS, "workflows": shipped("workflows.toml")}
    if mistake is not None:
        assert mistake.old in found[mistake.file]
        found[mistake.file] = found[mistake.file].replace(mistake.old, mistake.new, 1)
    return found


def line_of(mistake: Mistake) -> range:
    """The lines of the entry that the mistake was made in."""
    text = texts()[mistake.file]
    at = text[: text.index(mistake.old)].count("\n") + 1
    return range(max(1, at - 20), at + 20)


def test_what_ships_keeps_the_promises_of_the_design() -> None:
    found = ActionRules.default()
    assert found.advisers == {}
    assert {kind.id: kind.level for kind in found.reviews.values()} == {
        "round_up_saving": 1,
        "sweep_saving": 1,
        "loan": 3,
    }
    loan = found.reviews["loan"]
    assert (loan.approver, loan.uses) == (Approver.ADVISER, Uses.ONCE)
    assert set(found.workflows) == {"round_up", "sweep", "loan", "bill_reminder", "budget_move"}
    for kind in found.workflows.values():
        assert all(step.undo for step in found.steps[kind.id])
        assert (kind.gate is Gate.SEND) == (kind.connector == "bank")


def test_no_packet_has_a_field_that_tells_what_money_was_spent_on() -> None:
    sent = {
        name
        for kind in ActionRules.default().workflows.values()
        if kind.gate is Gate.SEND
        for step in ActionRules.default().steps[kind.id]
        for name in step.fields
    }
    assert sent == {
        "from_account", "to_account", "amount", "currency", "product", "account", "term_months", "apply.reference",
    }  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: f"{one.file}-{one.says}")
def test_a_mistake_is_told_with_its_file_and_line(mistake: Mistake) -> None:
    found = texts(mistake)
    with pytest.raises(PolicyError) as refused:
        ActionRules.parse(found["reviews"], found["workflows"])
    assert mistake.says in refused.value.message or mistake.says in str(refused.value)
    assert refused.value.file == f"{mistake.file}.toml"
    assert refused.value.line > 0
    if not mistake.between:
        assert refused.value.line in line_of(mistake)


def validator(name: str) -> Draft202012Validator:
    schema = json.loads(shipped(f"schema/{name}.schema.json"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("name", ["reviews", "workflows"])
def test_good_files_fit_their_schema(name: str) -> None:
    document = json.loads(json.dumps(tomllib.loads(texts()[name]), default=str))
    assert [error.message for error in validator(name).iter_errors(document)] == []


@pytest.mark.parametrize(
    "mistake", [one for one in MISTAKES if not one.between], ids=lambda one: f"{one.file}-{one.says}"
)
def test_what_the_loader_refuses_the_schema_refuses(mistake: Mistake) -> None:
    document = json.loads(json.dumps(tomllib.loads(texts(mistake)[mistake.file]), default=str))
    assert list(validator(mistake.file).iter_errors(document))


def test_an_engine_takes_rules_and_nothing_else() -> None:
    with pytest.raises(InputError, match=r"ActionRules\.load"):
        Engine.in_memory(rules="our-policies")  # type: ignore[arg-type]


def test_two_advisers_never_share_a_key() -> None:
    with pytest.raises(PolicyError, match="another adviser's"):
        rules(adviser("desk", DESK) + adviser("second", DESK))


def test_a_folder_may_word_one_file_and_keep_the_other(tmp_path: Path) -> None:
    (tmp_path / REVIEWS).write_text(shipped(REVIEWS) + adviser("desk", DESK, "until = 2027-01-01"), "utf-8")
    found = ActionRules.load(tmp_path)
    assert found.advisers["desk"].until == date(2027, 1, 1)
    assert found.workflows == ActionRules.default().workflows
    (tmp_path / WORKFLOWS).write_bytes(b"schema = 1\n\xff")
    with pytest.raises(PolicyError, match=re.escape("workflows.toml:2: the file is not UTF-8")):
        ActionRules.load(tmp_path)
    (tmp_path / WORKFLOWS).write_bytes(b"#" * (1 << 21))
    with pytest.raises(PolicyError, match="too large"):
        ActionRules.load(tmp_path, Policy.default())
    (tmp_path / WORKFLOWS).unlink()
    (tmp_path / WORKFLOWS).mkdir()
    with pytest.raises(PolicyError, match="cannot be read"):
        ActionRules.load(tmp_path)
    with pytest.raises(PolicyError, match=r"reviews\.toml in it"):
        ActionRules.load(tmp_path / "nowhere")
