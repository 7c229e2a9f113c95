"""Mistakes in the policy files of decisions: what is changed, what is said about it, and where."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    import pytest

    from edge_engine.errors import PolicyError


@dataclass(frozen=True)
class Mistake:
    """A change to a good file, what is said about it, and the text of the line that is named.

    ``between`` marks what a JSON Schema cannot see: one entry against another, sums, and TOML that does not parse.
    """

    old: str
    new: str
    says: str
    at: str
    between: bool = False


def shipped(name: str) -> str:
    """Return the text of a policy file that ships."""
    return (resources.files("edge_engine_policies") / name).read_text("utf-8")


def schema(name: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the schema that editors use."""
    return json.loads(shipped(f"schema/{name}.schema.json"))


def validator(name: str) -> Draft202012Validator:
    """Return what checks a document against the schema that editors use."""
    Draft202012Validator.check_schema(schema(name))
    return Draft202012Validator(schema(name), format_checker=Draft202012Validator.FORMAT_CHECKER)


def document(text: str) -> Any:  # noqa: ANN401 - any TOML
    """Return the TOML as the JSON that an editor checks: dates and times are texts."""
    return json.loads(json.dumps(tomllib.loads(text), default=str))


def assert_told(error: pytest.ExceptionInfo[PolicyError], mistake: Mistake, text: str, file: str) -> None:
    """Check that a complaint says what it should and names the file and the line."""
    said = error.value
    assert mistake.says in said.message
    assert said.file == file
    if mistake.at:
        lines = text.split("\n")
        assert re.search(re.escape(mistake.at), lines[said.line - 1]), (
            f"{said.message} ({lines[said.line - 1]})"
        )
    else:
        assert said.line == 1
