"""The catalogue: complete, held against policy and taxonomy, and refused with the line of what is wrong."""

from __future__ import annotations

import json
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from edge_engine import Engine
from edge_engine.actions.counted import Counted
from edge_engine.consent.policy import Policy
from edge_engine.errors import InputError, PolicyError
from edge_engine.signals.catalogue import FILE, Catalogue, Noise, SignalType
from edge_engine.signals.documentation import markdown
from edge_engine.signals.measure import MEASURES
from edge_engine.signals.readings import Readings
from edge_engine.signals.tasks import Aggregators, task_of
from tests.fakes.collecting import HEAD, SIGNAL, catalogue

ROOT = Path(__file__).resolve().parents[3]
POLICIES = resources.files("edge_engine_policies")
SHIPPED = (POLICIES / FILE).read_text("utf-8")
GOOD = HEAD + SIGNAL


def test_every_signal_that_was_planned_is_there() -> None:
    assert list(Catalogue.default().signals) == [
        "active_days",
        "insight_outcomes",
        "offer_funnel",
        "exposure",
        "experiment_metric",
        "correction_rate",
        "abstain_rate",
        "calibration",
        "forecast_coverage",
        "savings_realised",
        "retention_holdout",
        "consent_state",
        "health",
        "what_helps",
    ]


def test_a_signal_says_it_is_measured_exactly_where_its_facts_can_be_read() -> None:
    with Engine.in_memory() as engine:
        readable = Readings(engine._vault, engine.consent, Counted(None, lambda: None)).readable
    assert {one.id for one in Catalogue.default() if one.measured} == readable


def test_every_signal_has_a_measure() -> None:
    assert {one.id for one in Catalogue.default()} == set(MEASURES)


def test_the_whole_catalogue_fits_into_the_budget_of_an_epoch() -> None:
    budget = Catalogue.default().budget
    cost = sum(one.loss * (budget.epoch_days // one.cadence_days) for one in Catalogue.default())
    assert cost <= budget.most


def test_losses_are_the_decimals_that_people_wrote() -> None:
    (one,) = catalogue(SIGNAL.replace("epsilon = 0.25", "epsilon = 0.1"))
    assert one.loss == 100_000


def test_buckets_have_words() -> None:
    (one,) = catalogue(SIGNAL.replace("edges = [1, 2, 3, 4, 5, 6, 7]", "edges = [1, 5]"))
    assert [one.entry(at) for at in range(one.length)] == ["0", "1 to 4", "5 to 7"]


def test_an_unknown_signal_is_refused() -> None:
    with pytest.raises(InputError, match="no such signal"):
        Catalogue.default().signal("mood")


def test_the_documentation_is_in_step_with_the_catalogue() -> None:
    """Made anew by ``edge-engine signals document > docs/signals.md``."""
    assert (ROOT / "docs" / "signals.md").read_text("utf-8") == markdown(Catalogue.default())


def test_a_catalogue_is_read_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(GOOD, "utf-8")
    assert list(Catalogue.load(tmp_path, Policy.default()).signals) == ["days_used"]
    with pytest.raises(PolicyError, match="cannot be read"):
        Catalogue.load(tmp_path / "nowhere", Policy.default())
    (tmp_path / FILE).write_bytes(b"#" * (1 << 21))
    with pytest.raises(PolicyError, match="too large"):
        Catalogue.load(tmp_path, Policy.default())


VECTOR = SIGNAL.replace('"histogram"', '"sum_vec"').replace(
    "edges = [1, 2, 3, 4, 5, 6, 7]", 'labels = ["a", "b"]'
)
ELSEWHERE = {
    'purpose = "insights"': 'data = ["pd:ServiceConsumptionBehaviour"]',  # it is the data that may not be sent
    "edges = [1, 2]\nlabels = ['a']": 'purpose = "aggregate_statistics"',  # one line down
    "expires = 2027-11-26\nmeasured = false": "[[signal]]",  # what is missing has no line
}
LINES = {text: number for number, text in enumerate(GOOD.splitlines(), 1)}

MISTAKES = [
    ("schema = 1", "schema = 2", "schema must be 1"),
    ("schema = 1", "schema = ", "this is not TOML"),
    ('title = "Days"', 'title = ""', "title needs words"),
    ('title = "Days"', 'titel = "Days"', "there is no field titel"),
    ('owner = "tests"', 'owner = " "', "owner needs words"),
    ('id = "days_used"', 'id = "Days"', "snake_case"),
    ('id = "days_used"', 'id = "merchant_days"', "would tell of merchants"),
    ('id = "days_used"', 'id = "amount"', "would tell of amounts"),
    ('id = "days_used"', 'id = "lowest_balance"', "would tell of balances"),
    ('id = "days_used"', 'id = "pay_day"', "would tell of dates"),
    ('id = "days_used"', 'id = "new_job"', "would tell of life events"),
    ('type = "histogram"', 'type = "median"', "type cannot be"),
    ("high = 7", "high = 0", "low is the smaller"),
    ("edges = [1, 2, 3, 4, 5, 6, 7]", "edges = [2, 1]", "edges rise"),
    ("edges = [1, 2, 3, 4, 5, 6, 7]", "edges = [1, 8]", "edges rise"),
    (
        "edges = [1, 2, 3, 4, 5, 6, 7]",
        "edges = [1, 2]\nlabels = ['a']",
        "edges has 3 labels",
    ),
    ('purpose = "aggregate_statistics"', 'purpose = "fun"', "there is no purpose fun"),
    ('purpose = "aggregate_statistics"', 'purpose = "own_access"', "that people agree to"),
    (
        'purpose = "aggregate_statistics"',
        'purpose = "insights"',
        "rule default-deny keeps insights from the gate",
    ),
    ('data = ["pd:ServiceConsumptionBehaviour"]', "data = []", "data names at least one"),
    ('data = ["pd:ServiceConsumptionBehaviour"]', 'data = ["pd:Mood"]', "there is no data category"),
    (
        'data = ["pd:ServiceConsumptionBehaviour"]',
        'data = ["pd:Transaction"]',
        "keeps aggregate_statistics from",
    ),
    (
        'data = ["pd:ServiceConsumptionBehaviour"]',
        'data = ["pd:LifeHistory"]',
        "keeps aggregate_statistics from",
    ),
    (
        'data = ["pd:ServiceConsumptionBehaviour"]',
        'data = ["dpv:SpecialCategoryPersonalData"]',
        "keeps aggregate_statistics from",
    ),
    ('noise = "at_collection"', 'noise = "laplace"', "laplace does not blur a histogram"),
    ("sensitivity = 1", "sensitivity = 2", "sensitivity is 1"),
    ("epsilon = 0.25", "epsilon = 0.0", "epsilon is above 0"),
    ("epsilon = 0.25", "epsilon = nan", "epsilon is above 0"),
    ("epsilon = 0.25", "epsilon = 0.0000001", "six decimals"),
    ("epsilon = 0.25", "epsilon = 2.5", "costs more than its budget"),
    ("min_batch = 100", "min_batch = 99", "min_batch is 100 or more"),
    ("cadence_days = 7", "cadence_days = 5", "divides the days"),
    ('reason = "A signal that the tests change."', 'reason = "Because."', "reason needs a sentence"),
    ("expires = 2027-11-26", "expires = 2026-01-01", "after the day of the policy"),
    ("expires = 2027-11-26", "expires = 2036-01-01", "two years at most"),
    ("expires = 2027-11-26", "expires = 2027-11-26\nmeasured = false", "missing says why"),
    ("epoch_days = 28", "epoch_days = 0", "epoch_days is from 1"),
    ("delta = 1e-6", "delta = 0.5", "delta is above 0"),
]


@pytest.mark.parametrize(("old", "new", "says"), MISTAKES, ids=[f"{new}" for _, new, _ in MISTAKES])
def test_a_mistake_is_told_with_its_line(old: str, new: str, says: str) -> None:
    with pytest.raises(PolicyError, match=says) as refused:
        Catalogue.parse(GOOD.replace(old, new, 1), Policy.default())
    assert refused.value.file == FILE
    assert refused.value.line == LINES[ELSEWHERE.get(new, old)]


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ('["a", "a"]', "twice"),
        ('["A b"]', "no label"),
        ('["health.doctor"]', "is sensitive"),
        ('["giving"]', "is sensitive"),
        ('["leisure.gambling.high"]', "is sensitive"),
        ('["employer.job"]', "life events"),
    ],
)
def test_labels_never_name_what_must_not_leave(labels: str, says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        catalogue(VECTOR.replace('["a", "b"]', labels))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('labels = ["a", "b"]', "labels = []", "1 to 1024 labels"),
        ('labels = ["a", "b"]', 'labels = ["a"]\nedges = [1]', "only a histogram has edges"),
        ('labels = ["a", "b"]', 'labels = ["a"]\nlow = 1', "only a histogram starts above 0"),
        ("sensitivity = 1", "sensitivity = 15", "sensitivity is from 1 to 14"),
        ('labels = ["a", "b"]', 'labels = ["a"]\ncenter = 8', "center lies within"),
        ('labels = ["a", "b"]', 'labels = ["a"]\ncenter = -1', "center lies within"),
        ("sensitivity = 1", "center = 3\nsensitivity = 9", "sensitivity is from 1 to 8"),
        ('"sum_vec"', '"multihot"', "entry of a multihot is 0 or 1"),
        ('"sum_vec"', '"sum"', "a single number has no labels"),
        ('noise = "at_collection"', 'noise = "randomized_response"', "does not blur"),
        ("owner", 'needs = ["aggregate_statistics"]\nowner', "twice"),
    ],
)
def test_a_vector_has_its_own_rules(old: str, new: str, says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        catalogue(VECTOR.replace(old, new, 1))


def test_a_center_is_for_vectors_of_sums_and_makes_another_task() -> None:
    with pytest.raises(PolicyError, match="only a sum_vec has one"):
        catalogue(SIGNAL.replace("high = 7", "high = 7\ncenter = 3"))
    plain, around = (
        catalogue(VECTOR.replace("high = 7", f"high = 7{more}")).signal("days_used")
        for more in ("", "\ncenter = 3")
    )
    servers = Aggregators("https://leader.example/", "https://helper.example/")
    assert task_of(plain, servers).task_id != task_of(around, servers).task_id
    assert "3 stands for nothing" in markdown(catalogue(VECTOR.replace("high = 7", "high = 7\ncenter = 3")))


def test_a_signal_is_there_once() -> None:
    with pytest.raises(PolicyError, match="is there twice"):
        catalogue(SIGNAL, SIGNAL)


def validator() -> Draft202012Validator:
    schema = json.loads((POLICIES / "schema" / "signals.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def document(text: str) -> Any:  # noqa: ANN401 - any TOML
    return json.loads(json.dumps(tomllib.loads(text), default=str))


@pytest.mark.parametrize("text", [SHIPPED, GOOD, HEAD + VECTOR], ids=["shipped", "small", "vector"])
def test_good_catalogues_fit_the_schema_that_editors_use(text: str) -> None:
    assert [error.message for error in validator().iter_errors(document(text))] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (old, new)
        for old, new, says in MISTAKES
        if any(part in says for part in ("needs words", "no field", "snake_case", "cannot be", "100 or more"))
    ],
)
def test_what_one_line_shows_the_schema_refuses(old: str, new: str) -> None:
    assert list(validator().iter_errors(document(GOOD.replace(old, new, 1))))


def test_the_schema_knows_every_word() -> None:
    properties = validator().schema["$defs"]["signal"]["properties"]  # type: ignore[index]
    assert set(properties["type"]["enum"]) == set(SignalType)
    assert set(properties["noise"]["enum"]) == set(Noise)
