"""The Java client's generated files are those of the engine's types, and read as Java and Kotlin want them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine.doors.generation import java
from edge_engine.doors.generation.java_names import camel, constant, javadoc, literal, method, words
from edge_engine.doors.generation.java_records import call
from edge_engine.doors.generation.shapes import Description, Field, Shape, describe

if TYPE_CHECKING:
    from pathlib import Path

REMEDY = (
    "a type of the doors changed: run `python -m edge_engine.doors.generation.java` and look at what changes"
)


@pytest.fixture(scope="module")
def described() -> Description:
    return describe()


@pytest.fixture(scope="module")
def files(described: Description) -> dict[str, str]:
    return java.Client(described).files()


def test_what_is_committed_is_what_the_types_say(files: dict[str, str]) -> None:
    stale = [path for path, text in files.items() if (java.ROOT / path).read_text("utf-8") != text]
    assert stale == [], REMEDY
    kept = {f"{java.MODEL}/{path.name}" for path in (java.ROOT / java.MODEL).glob("*.java")}
    assert kept - files.keys() == set(), REMEDY


def test_a_field_that_is_renamed_is_seen(described: Description, files: dict[str, str]) -> None:
    record = described.records["Transactions"]
    renamed = tuple(
        msgspec.structs.replace(one, name="at_most") if one.name == "limit" else one for one in record.fields
    )
    other = msgspec.structs.replace(
        described,
        records=described.records | {"Transactions": msgspec.structs.replace(record, fields=renamed)},
    )
    changed = {path for path, text in java.Client(other).files().items() if files[path] != text}
    assert changed == {"model/Transactions.java"}


def test_every_operation_waits_and_does_not(described: Description, files: dict[str, str]) -> None:
    source = files["Operations.java"]
    for one in described.operations:
        assert f" {method(one.name)}(" in source
        assert f" {method(one.name)}Async(" in source


def test_every_error_has_a_class_and_a_code(described: Description, files: dict[str, str]) -> None:
    for one in described.errors[1:]:
        assert f" class {one.name} extends " in files["EdgeException.java"]
        assert f"({literal(one.code)})" in files["ErrorCode.java"]


def test_what_opens_a_store_is_never_shown(described: Description, files: dict[str, str]) -> None:
    keys = {
        name
        for name in files
        for field in ("passphrase", "byte[] key,", "byte[] key)")
        if name.startswith("model/") and field in files[name]
    }
    assert {"model/Open.java", "model/Resume.java"} <= keys
    for name in keys:
        assert "String toString()" in files[name]
    assert described.records.keys() >= java.SECRET


def test_names_are_none_of_javas_or_kotlins_words() -> None:
    assert camel("money_a_year") == "moneyAYear"
    assert camel("consent.grant") == "consentGrant"
    assert [camel(one) for one in ("new", "when", "object", "notify")] == [
        "newValue",
        "whenValue",
        "objectValue",
        "notifyValue",
    ]
    assert method("import") == "importStatement"
    assert constant("not_true") == "NOT_TRUE"
    assert constant("24h") == "_24H"


def test_prose_cannot_end_its_comment_or_become_markup() -> None:
    assert words("is a */ of ``x`` & <b> @see") == "is a *&#47; of {@code x} &amp; &lt;b&gt; &#64;see"
    assert literal('a"b\\c\nd\u20ac') == '"a\\"b\\\\c\\nd\\u20ac"'
    assert javadoc("    ", ["One line."]) == ["    /** One line. */"]
    assert all(len(line) <= 120 for line in javadoc("    ", ["word " * 60], ["@param x " + "word " * 60]))


def test_long_lists_take_a_line_each() -> None:
    assert call("f(", ["a", "b"], ");", "") == ["f(a, b);"]
    assert call("f(", ["a" * 60, "b" * 60], ");", "") == [
        "f(",
        f"        {'a' * 60},",
        f"        {'b' * 60});",
    ]


@pytest.mark.parametrize(
    "shape",
    [
        Shape("tuple", items=(Shape("text"), Shape("whole"))),
        Shape("either", items=(Shape("text"), Shape("list", items=(Shape("text"),)))),
    ],
)
def test_a_shape_without_a_type_is_refused_and_not_guessed(described: Description, shape: Shape) -> None:
    record = described.records["Taught"]
    odd = msgspec.structs.replace(
        record, fields=(*record.fields, Field("odd", shape, required=True, default=None, summary=""))
    )
    other = msgspec.structs.replace(described, records=described.records | {"Taught": odd})
    with pytest.raises(TypeError):
        java.Client(other).files()


def test_a_default_without_an_expression_is_refused(described: Description) -> None:
    record = described.records["Categorize"]
    field = Field("odd", Shape("list", items=(Shape("text"),)), required=False, default=["x"], summary="")
    odd = msgspec.structs.replace(record, fields=(*record.fields, field))
    other = msgspec.structs.replace(described, records=described.records | {"Categorize": odd})
    with pytest.raises(TypeError):
        java.Client(other).files()


def test_writing_removes_what_is_gone(tmp_path: Path) -> None:
    stale = tmp_path / java.MODEL / "Gone.java"
    stale.parent.mkdir()
    stale.write_text("class Gone {}")
    java.write(tmp_path)
    assert not stale.exists()
    assert (tmp_path / java.MODEL / "Transactions.java").exists()
