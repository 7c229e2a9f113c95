"""The description that clients are generated from, and what is generated of it here."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from edge_engine.doors.generation.reference import reference
from edge_engine.doors.generation.shapes import Field, Shape, _Found, describe
from edge_engine.doors.ports import PORTS
from edge_engine.errors import EdgeError
from edge_engine.operations import OPERATIONS
from tests.conftest import ROOT

TOLD = describe()


def test_every_operation_and_question_is_described() -> None:
    assert [one.name for one in TOLD.operations] == list(OPERATIONS)
    assert [one.name for one in TOLD.ports] == list(PORTS)
    assert {one.code for one in TOLD.errors} >= {EdgeError.code, "vault.key_wrong", "door.frame", "cancelled"}
    assert len({one.code for one in TOLD.errors}) == len(TOLD.errors)


def test_every_name_that_is_used_is_described() -> None:
    def used(shape: Shape) -> set[str]:
        return ({shape.name} if shape.kind == "named" else set()).union(*map(used, shape.items))

    methods = (*TOLD.lifecycle, *TOLD.operations, *TOLD.notifications, *TOLD.ports)
    found: set[str] = set().union(*(used(one.reply) for one in methods))
    found |= {one.request for one in methods} | set(TOLD.events)
    found |= set().union(*(used(field.shape) for one in TOLD.records.values() for field in one.fields))
    assert found == {*TOLD.records, *TOLD.choices}


def test_a_field_tells_its_type_its_default_and_its_meaning() -> None:
    fields = {one.name: one for one in TOLD.records["Transactions"].fields}
    assert fields["limit"] == Field(
        "limit", Shape("whole"), required=False, default=50, summary="How many at most; 1 to 100,000."
    )
    money = Shape("optional", items=(Shape("named", "Money"),))
    assert {one.name: one.shape for one in TOLD.records["AccountView"].fields}["balance"] == money
    assert TOLD.records["ProgressEvent"].tag == "progress"
    assert [one.name for one in TOLD.records["Money"].fields] == ["minor", "currency"]


def test_events_are_told_apart_by_their_kind() -> None:
    assert {TOLD.records[name].tag_field for name in TOLD.events} == {"kind"}
    assert len({TOLD.records[name].tag for name in TOLD.events}) == len(TOLD.events)


def test_requests_hold_only_what_every_language_can_make() -> None:
    for one in (*TOLD.lifecycle, *TOLD.operations):
        for field in TOLD.records[one.request].fields:
            assert "any" not in kinds(field.shape), (one.name, field.name)


def kinds(shape: Shape) -> set[str]:
    return {shape.kind}.union(*map(kinds, shape.items))


def test_two_types_of_one_name_are_refused() -> None:
    one = msgspec.defstruct("Twin", [("a", int)])
    other = msgspec.defstruct("Twin", [("b", int)])
    found = _Found()
    found.record(one)
    with pytest.raises(TypeError, match="two types"):
        found.record(other)


def test_a_type_that_other_languages_lack_is_refused() -> None:
    strange: Any = msgspec.defstruct("Strange", [("a", complex)])
    with pytest.raises(TypeError, match="no shape"):
        _Found().record(strange)


def test_the_reference_is_fresh() -> None:
    written = (ROOT / "docs" / "api.md").read_text("utf-8")
    assert written == reference(TOLD), "docs/api.md is stale: run `make generate`"
