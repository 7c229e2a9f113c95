"""Every policy file names its schema, fits it, and is told in docs/policies.md."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted((ROOT / "policies").rglob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_names_its_schema_and_fits_it(file: Path) -> None:
    first, _, text = file.read_text("utf-8").partition("\n")
    assert first.startswith("#:schema ")
    schema = json.loads((file.parent / first.removeprefix("#:schema ")).read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    document: Any = json.loads(json.dumps(tomllib.loads(text), default=str))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(document)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_told(file: Path) -> None:
    docs = (ROOT / "docs" / "policies.md").read_text("utf-8")
    assert f"`{file.name}`" in docs or f"`{file.parent.name}/`" in docs or f"policies/{file.name}" in docs
