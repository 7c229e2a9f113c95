"""Thresholds: numbers and words with their reasons, strictly read."""

from __future__ import annotations

import json
import re
import tomllib
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import edge_engine.insights
from edge_engine.errors import PolicyError
from edge_engine.insights.thresholds import (
    AFFORDABILITY,
    INVESTMENT_APPETITE,
    LIFE_EVENTS,
    MOMENTS,
    PROFILE,
    Thresholds,
)
from edge_engine.insights.trait import DATA

GOOD = """
schema = 1
version = "1"
[[number]]
id = "job.gap"
value = 3
reason = "three of them make a rhythm"
[[words]]
id = "words.baby"
values = ["Baby"]
reason = "shops for parents alone"
"""
FILES = [LIFE_EVENTS, INVESTMENT_APPETITE, MOMENTS, PROFILE, AFFORDABILITY]


def policy(name: str) -> str:
    return (resources.files("edge_engine_policies") / name).read_text("utf-8")


def test_numbers_and_words_are_had_by_name() -> None:
    rules = Thresholds.parse(GOOD, "a.toml")
    assert (rules.number("job.gap"), rules.words("words.baby")) == (3.0, ("baby",))
    for ask in (rules.number, rules.words):
        with pytest.raises(PolicyError, match="does not say"):
            ask("job.nothing")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("schema = 1", "schema = 2"),
        ("value = 3", 'value = "three"'),
        ("value = 3", "value = inf"),
        ("value = 3", "value = 3\nunit = 1"),
        ('reason = "three of them make a rhythm"', 'reason = " "'),
        ('id = "job.gap"', 'id = "gap"'),
        ('id = "words.baby"', 'id = "job.gap"'),
        ("[[number]]", "[[number"),
    ],
)
def test_what_is_not_a_threshold_with_its_reason_is_refused(old: str, new: str) -> None:
    with pytest.raises(PolicyError):
        Thresholds.parse(GOOD.replace(old, new, 1), "a.toml")


@pytest.mark.parametrize("name", FILES)
def test_the_shipped_files_fit_their_schema(name: str) -> None:
    schema = json.loads(policy("schema/thresholds.schema.json"))
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(tomllib.loads(policy(name)))) == []


def test_every_threshold_is_used_and_every_used_one_is_there() -> None:
    code = "".join(
        path.read_text("utf-8") for path in Path(edge_engine.insights.__path__[0]).glob("*.py")
    ) + (Path(edge_engine.insights.__path__[0]).parent / "hypotheses.py").read_text("utf-8")
    named = {
        one["id"]
        for name in FILES
        for kind, entries in tomllib.loads(policy(name)).items()
        if kind in ("number", "words")
        for one in entries
    }
    built = {f"home.{word}" for word in ("mover", "mail", "legal", "other_rent", "other_lender")}
    built |= {f"half_life.{name}" for name in DATA}
    used = set(re.findall(r'"([a-z_]+\.[a-z_]+)"', code)) | built
    assert named - used == set()
