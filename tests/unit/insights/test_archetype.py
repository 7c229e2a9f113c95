"""Archetypes: the first row that fits, its reason, and a table in which every condition can hold."""

from __future__ import annotations

import json
import tomllib
from importlib import resources

import pytest
from jsonschema import Draft202012Validator

from edge_engine.errors import PolicyError
from edge_engine.insights.archetype import (
    FILE,
    Archetype,
    Condition,
    Layout,
    Tone,
    Topic,
    archetype,
    default,
    parse,
)
from edge_engine.insights.profile import profile
from edge_engine.insights.trait import DATA, Source, Trait, Value, Word
from tests.unit.insights.stories import TAXONOMY
from tests.unit.insights.test_moments import TODAY


def trait(name: str, value: Value, confidence: float = 0.8) -> Trait:
    return Trait(
        name, value, confidence, Source.INFERRED, TODAY, TODAY, 90, (1,), (), ("personalization",), DATA[name]
    )


@pytest.mark.parametrize(
    ("traits", "expected"),
    [
        ([], "newcomer"),
        ([trait("buffer_days", 2.0), trait("spare_share", -0.1), trait("travel", 0.9)], "stretched"),
        ([trait("buffer_days", 2.0)], "newcomer"),
        ([trait("buffer_days", 2.0, 0.1), trait("spare_share", -0.1)], "newcomer"),
        ([trait("life_stage", "family", 0.4), trait("travel", 0.9)], "family_planner"),
        ([trait("travel", 0.5), trait("money_style", "spender")], "traveller"),
        ([trait("money_style", "saver"), trait("savings_months", 5.0)], "builder"),
        ([trait("money_style", "saver"), trait("savings_months", 1.0)], "newcomer"),
        ([trait("price_sensitivity", 0.7)], "bargain_hunter"),
        ([trait("money_style", "spender")], "free_spender"),
    ],
)
def test_the_first_row_whose_conditions_hold_is_taken(traits: list[Trait], expected: str) -> None:
    assert archetype(traits, default()).id == expected


def test_who_lives_beyond_the_income_is_no_free_spender() -> None:
    beyond = [trait("spare_share", -0.6), trait("travel", 0.9)]
    assert archetype(beyond, default()).id == "running_down"
    assert archetype([trait("spare_share", -0.05)], default()).id == "newcomer"


@pytest.mark.parametrize(("days", "expected"), [(0, "newcomer"), (119, "newcomer"), (120, "all_rounder")])
def test_only_of_whom_little_is_known_it_is_said_that_little_is_known(days: int, expected: str) -> None:
    assert archetype([], default(), days).id == expected
    assert archetype([trait("price_sensitivity", 0.7)], default(), days).id == "bargain_hunter"


def test_a_profile_names_the_reason_and_what_the_app_may_do() -> None:
    words = [Word("platform", denied=True, value=None), Word("travel", denied=False, value=0.5)]
    made = profile(TODAY, [trait("travel", 0.5)], words, default())
    assert made.archetype == "traveller"
    assert made.rests_on == ("travel",)
    assert made.because == "much of the year goes with travel"
    assert made.hints.layout is Layout.OVERVIEW_FIRST
    assert made.hints.tone is Tone.BRIEF
    assert made.hints.topics[0] is Topic.TRAVEL
    assert made.not_true == ("platform",)


def test_the_words_of_the_table_are_those_of_its_schema() -> None:
    text = (resources.files("edge_engine_policies") / "schema/archetypes.schema.json").read_text("utf-8")
    schema = json.loads(text)
    Draft202012Validator.check_schema(schema)
    table = (resources.files("edge_engine_policies") / FILE).read_text("utf-8")
    assert list(Draft202012Validator(schema).iter_errors(tomllib.loads(table))) == []
    shape = schema["properties"]["archetype"]["items"]["properties"]
    assert shape["layout"]["enum"] == [one.value for one in Layout]
    assert shape["tone"]["enum"] == [one.value for one in Tone]
    assert shape["topics"]["items"]["enum"] == [one.value for one in Topic]


HEAD = 'schema = 1\nversion = "1"\n'
LAST = """[[archetype]]
id = "anybody"
says = "nothing else fits"
why = "It fits everybody."
where = []
layout = "overview_first"
tone = "plain"
topics = ["overview"]
"""


def row(where: str, name: str = "other") -> str:
    return LAST.replace("anybody", name).replace("where = []", f"where = [{where}]")


def test_a_table_is_read() -> None:
    first, last = parse(HEAD + row('{ trait = "travel", at_least = 0.5 }') + LAST)
    assert first == Archetype(
        "other", "nothing else fits", "It fits everybody.", (Condition("travel", at_least=0.5),),
        Layout.OVERVIEW_FIRST, Tone.PLAIN, (Topic.OVERVIEW,),
    )  # fmt: skip
    assert last.where == ()


@pytest.mark.parametrize(
    "where",
    [
        '{ trait = "shoe_size", at_least = 3 }',
        '{ trait = "travel" }',
        '{ trait = "travel", is = "often" }',
        '{ trait = "money_style", is = "miser" }',
        '{ trait = "money_style", at_least = 1 }',
        '{ trait = "travel", below = 1, confidence = 2 }',
        "",
    ],
)
def test_a_condition_that_can_never_hold_is_refused(where: str) -> None:
    with pytest.raises(PolicyError):
        parse(HEAD + row(where) + LAST)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + row('{ trait = "travel", at_least = 0.5 }'),
        HEAD + LAST + LAST,
        HEAD + LAST.replace('"overview"', ""),
        HEAD + LAST.replace("plain", "rude"),
    ],
)
def test_a_table_without_somebody_for_everybody_is_refused(text: str) -> None:
    with pytest.raises(PolicyError):
        parse(text)


def test_no_archetype_rests_on_anything_sensitive() -> None:
    leaves = {leaf.id for leaf in TAXONOMY.leaves if leaf.sensitive}
    text = (resources.files("edge_engine_policies") / "archetypes.toml").read_text("utf-8")
    assert not any(leaf in text for leaf in leaves)
