"""What is written for TypeScript says what the engine is."""

from __future__ import annotations

import re

import msgspec
import pytest

from edge_engine.doors.generation.shapes import Field, Method, describe
from edge_engine.doors.generation.typescript import BY_HAND, COMMAND, TARGET, render
from edge_engine.operations import OPERATIONS


def test_the_committed_types_are_those_of_the_engine() -> None:
    assert TARGET.read_text("utf-8") == render(describe()), f"requests or replies changed: run {COMMAND}"


def test_a_field_that_is_renamed_is_renamed_there() -> None:
    told = describe()
    correct = told.records["Correct"]
    (field,) = (one for one in correct.fields if one.name == "transaction_id")
    others = tuple(one for one in correct.fields if one is not field)
    renamed = msgspec.structs.replace(
        correct, fields=(msgspec.structs.replace(field, name="row_id"), *others)
    )
    altered = msgspec.structs.replace(told, records={**told.records, "Correct": renamed})
    assert render(altered) != render(told)
    assert "correct(rowId: number, category: string" in render(altered)


def test_every_operation_and_every_error_is_there() -> None:
    told = render(describe())
    asked = set(re.findall(r'#ask(?:<.*>)?\("([\w.]+)"', told))
    assert asked == set(OPERATIONS) - BY_HAND
    for error in describe().errors[1:]:
        assert f"export class {error.name} extends " in told
        assert f'  "{error.code}": {error.name},' in told


def test_what_has_a_default_may_be_left_out_of_requests_and_never_of_replies() -> None:
    told = render(describe())
    assert "  readonly only_this?: boolean | undefined;\n" in told
    report = re.search(r"export interface IngestReport \{(.*?)\n\}", told, re.DOTALL)
    assert report is not None
    assert "?:" not in report[1]
    assert "readonly notes: readonly string[];" in report[1]


def test_alternatives_are_told_apart_by_a_field() -> None:
    told = render(describe())
    assert 'export interface PriceRise {\n  readonly key: "price_rise";' in told
    assert 'export interface MomentEvent {\n  readonly kind: "moment";' in told


def test_an_operation_cannot_take_a_name_that_the_client_needs() -> None:
    told = describe()
    fields: tuple[Field, ...] = ()
    nothing = msgspec.structs.replace(told.records["Nothing"], fields=fields)
    close: Method = msgspec.structs.replace(told.operations[0], name="close.all", request="Nothing")
    altered = msgspec.structs.replace(
        told, operations=(*told.operations, close), records={**told.records, "Nothing": nothing}
    )
    with pytest.raises(ValueError, match="close"):
        render(altered)
