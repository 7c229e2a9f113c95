"""The JSON Schemas that editors use say the same as the loader."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.unit.consent.mistakes import MISTAKES, Mistake
from tests.unit.consent.policy_texts import DATA, HEAD, INSIGHTS, shipped

# What a schema cannot see: one entry against another, and TOML that does not parse.
BETWEEN_ENTRIES = (
    "is there twice",
    "there is no purpose",
    "there is no data category",
    "no rule may touch it",
    "own access",
    "to the person alone",
    "this is not TOML",
)


def validator(name: str) -> Draft202012Validator:
    schema = json.loads(shipped(f"schema/{name}.schema.json"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def document(text: str) -> Any:  # noqa: ANN401 - any TOML
    """Return the TOML as the JSON that an editor checks: dates are texts."""
    return json.loads(json.dumps(tomllib.loads(text), default=str))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("purposes", shipped("purposes.toml")),
        ("data", shipped("data.toml")),
        ("purposes", HEAD + INSIGHTS),
        ("data", DATA),
    ],
    ids=["shipped purposes", "shipped data", "small purposes", "small data"],
)
def test_good_files_fit_the_schema(name: str, text: str) -> None:
    assert [error.message for error in validator(name).iter_errors(document(text))] == []


@pytest.mark.parametrize(
    "mistake",
    [one for one in MISTAKES if not any(part in one.says for part in BETWEEN_ENTRIES)],
    ids=lambda mistake: f"{mistake.file}-{mistake.says}",
)
def test_what_the_loader_refuses_the_schema_refuses(mistake: Mistake) -> None:
    text = {"purposes": HEAD + INSIGHTS, "data": DATA}[mistake.file].replace(mistake.old, mistake.new, 1)

    assert list(validator(mistake.file).iter_errors(document(text)))
