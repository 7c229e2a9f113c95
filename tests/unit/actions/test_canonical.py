"""One way to write a document: the bytes that a port to another language has to make too."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine.actions.canonical import MAX_INTEGER, Value, canonical, digest, parse
from edge_engine.errors import InputError

# Frozen: a change here breaks every approval that was ever signed.
VECTORS = [
    ({}, b"{}", "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"),
    (
        {"b": [1, -2, True, None], "a": {"z": "", "y": '€/\\"\n\x1f'}},
        '{"a":{"y":"€/\\\\\\"\\n\\u001f","z":""},"b":[1,-2,true,null]}'.encode(),
        "",
    ),
    ({"text": "\x7f\u2028é😀"}, '{"text":"\x7f\u2028é😀"}'.encode(), ""),
]

values: st.SearchStrategy[Value] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc_XYZ019", max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(("document", "raw", "hexadecimal"), VECTORS)
def test_known_documents_have_known_bytes(document: Value, raw: bytes, hexadecimal: str) -> None:
    assert canonical(document) == raw
    assert not hexadecimal or digest(raw).hex() == hexadecimal


@given(values)
def test_what_is_written_is_read_again_and_only_one_way(document: Value) -> None:
    raw = canonical(document)
    assert parse(raw) == document
    assert canonical(json.loads(json.dumps(document))) == raw


@pytest.mark.parametrize(
    "document",
    [1.5, float("nan"), 2**53, -(2**53), b"bytes", {1: 2}, {"é": 1}, "\ud800", {"a": {1, 2}}, "x" * 65_536],
    ids=str,
)
def test_what_is_not_exact_everywhere_is_refused(document: object) -> None:
    with pytest.raises(InputError):
        canonical(document)  # type: ignore[arg-type]


def test_what_is_too_deep_is_refused() -> None:
    document: Value = "a"
    for _ in range(17):
        document = [document]
    with pytest.raises(InputError, match="too deep"):
        canonical(document)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'"\\u00e9"',
        b"1e2",
        b"\xff",
        b"[" * 9000,
        b"x" * 70_000,
    ],
    ids=lambda raw: repr(raw[:12]),
)
def test_another_way_of_writing_is_refused(raw: bytes) -> None:
    with pytest.raises(InputError):
        parse(raw)
