"""Frames: what is one, and what is none."""

from __future__ import annotations

import contextlib

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine.doors import wire
from edge_engine.errors import FrameInvalid


def packed(*elements: object) -> bytes:
    made: bytes = msgpack.packb(elements)
    return made


@given(
    st.integers(-wire.MAX_ID, wire.MAX_ID),
    st.text(max_size=25),
    st.dictionaries(st.text(), st.integers(0, 9)),
)
def test_a_request_is_taken_apart_and_its_parameters_stay_bytes(
    number: int, method: str, params: dict[str, int]
) -> None:
    read = wire.read(packed(1, number, method, params))
    assert isinstance(read, wire.Asked)
    assert (read.abi, read.id, read.method, msgpack.unpackb(read.params)) == (1, number, method, params)
    assert wire.read(wire.request(number, method, params)) == read


@pytest.mark.parametrize("number", [-wire.MAX_ID, -1, 1, 127, 128, 255, 65_536, wire.MAX_ID])
def test_a_response_tells_its_result_or_its_error(number: int) -> None:
    good = wire.read(packed(1, number, None, [1, 2]))
    assert isinstance(good, wire.Answered)
    assert (good.id, good.error, msgpack.unpackb(good.result)) == (number, None, [1, 2])
    bad = wire.read(packed(1, number, {"code": "a", "message": "b", "more": 1}, None))
    assert bad == wire.Answered(number, {"code": "a", "message": "b"}, b"\xc0")
    assert wire.read(wire.failure(number, "a", "b")) == bad
    assert wire.read(wire.response(number, wire.plain([1, 2]))) == good


def test_every_width_of_a_whole_number_is_read() -> None:
    for raw in (b"\xcc\x07", b"\xcd\x00\x07", b"\xce\x00\x00\x00\x07", b"\xcf" + bytes(7) + b"\x07", b"\xd0\x07",
                b"\xd1\x00\x07", b"\xd2\x00\x00\x00\x07", b"\xd3" + bytes(7) + b"\x07"):  # fmt: skip
        read = wire.read(b"\x94\x01" + raw + b"\xa4ping\xc0")
        assert read == wire.Asked(1, 7, "ping", b"\xc0")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x93\x01\x01\xa1a",
        b"\x94",
        b"\x94\x01",
        b"\x94\x01\xcd\x00",
        b"\x94\x01\x01\xa4pin",
        b"\x94\x01\x01\xa4ping",
        b"\x94\x01\xa1x\xa1a\xc0",
        b"\x94\xc3\x01\xa1a\xc0",
        b"\x94\x01\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00\xa1a\xc0",
        b"\x94\x01\x01\xc4\x01a\xc0",
        b"\x94\x01\x01\xa2\xff\xfe\xc0",
        b"\x94\x01\xcf\xff\xff\xff\xff\xff\xff\xff\xff\xa1a\xc0",
        b"\x94\x01\x01\xd9\xffa\xc0",
        b"\x94\x01\x01\x81\xa4code\x01\xc0",
        b"\x94\x01\x01\x80\xc0",
        b"\x94\x01\x01\x82\xa4code\xa1a\xa7message\x91\x01\xc0",
        packed(1, 1, {"code": "a" * 5000, "message": ""}, None),
    ],
)
def test_what_is_no_frame_is_refused(raw: bytes) -> None:
    with pytest.raises(FrameInvalid):
        wire.read(raw)


@given(st.binary(max_size=200))
def test_no_bytes_do_anything_but_be_read_or_refused(raw: bytes) -> None:
    for given_ in (raw, b"\x94\x01" + raw, b"\x94\x01\x01" + raw):
        # Anything but FrameInvalid fails the test.
        with contextlib.suppress(FrameInvalid):
            wire.read(given_)
        with contextlib.suppress(FrameInvalid):
            wire.value(given_)


def test_a_small_value_is_small() -> None:
    assert wire.value(packed("a")[0:]) == ["a"]
    for raw in (packed(*range(65)), b"\xc4\x01a", b"\xd4\x01a", b"\x81\x01\x01", b"\xdd\xff\xff\xff\xff"):
        with pytest.raises(FrameInvalid):
            wire.value(raw)
    with pytest.raises(FrameInvalid):
        wire.value(b"\x91" * 2000 + b"\xc0")
    # A million small lists would be a hundred megabytes.
    with pytest.raises(FrameInvalid, match="too large"):
        wire.value(packed(*[[[[0] * 64] * 64] * 20]))


def test_lengths_are_those_of_frames() -> None:
    assert wire.prefixed(b"abc") == b"\x03\x00\x00\x00abc"
    assert wire.length(b"\x00\x00\x00\x01") == wire.MAX_FRAME
    for prefix in (b"\x00\x00\x00\x00", b"\x01\x00\x00\x01", b"\xff\xff\xff\xff"):
        with pytest.raises(FrameInvalid):
            wire.length(prefix)
