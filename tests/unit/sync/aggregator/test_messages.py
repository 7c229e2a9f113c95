"""The messages of aggregators and collectors: known bytes, and bytes that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine_sync.aggregator.messages import (
    AggregateShare,
    AggregateShareRequest,
    AggregationJobAnswer,
    AggregationJobContinue,
    AggregationJobInit,
    Batch,
    CollectionJobAnswer,
    CollectionJobRequest,
    ReportShare,
    Step,
    VerifyAnswer,
    VerifyContinue,
    VerifyInit,
    aggregate_associated,
    aggregate_info,
    time_bucket,
)
from edge_engine_sync.errors import MalformedMessage
from edge_engine_sync.messages import Extension, HpkeCiphertext, Interval, ReportError, ReportMetadata, Role
from tests.fakes.aggregators import make_task

if TYPE_CHECKING:
    from edge_engine_sync.codec import Message

ID = bytes(range(16))
SEALED = HpkeCiphertext(10, b"0123", b"4567")
SHARE = ReportShare(ReportMetadata(ID, 54321), b"", HpkeCiphertext(42, b"012345", b"543210"))
SHARE_HEX = (
    "000102030405060708090a0b0c0d0e0f000000000000d4310000000000002a000630313233343500000006353433323130"
)
INTERVAL = Batch.interval(Interval(54321, 12345))
INTERVAL_HEX = "010010000000000000d4310000000000003039"
WISH = CollectionJobRequest(INTERVAL)
WISH_HEX = INTERVAL_HEX + "00000000" + "0000"

KNOWN: list[tuple[Message, str]] = [
    (SHARE, SHARE_HEX),
    (VerifyInit(SHARE, b"012345"), SHARE_HEX + "00000006303132333435"),
    (AggregationJobInit(7, (), ()), "07" + "00000000" + "0000"),
    (
        AggregationJobInit(0, (Extension(1, bytes(32)),), (VerifyInit(SHARE, b"0"),)),
        "00" + "00000000" + "0024" + "00010020" + "00" * 32 + SHARE_HEX + "0000000130",
    ),
    (AggregationJobContinue(42405, (VerifyContinue(ID, b"01"),)), "a5a5" + ID.hex() + "000000023031"),
    (VerifyAnswer(ID, Step.CONTINUE, b"0123"), ID.hex() + "00" + "0000000430313233"),
    (VerifyAnswer(ID, Step.FINISH), ID.hex() + "01"),
    (VerifyAnswer(ID, Step.REJECT, error=ReportError.VDAF_VERIFY_ERROR), ID.hex() + "02" + "06"),
    (
        AggregationJobAnswer((VerifyAnswer(ID, Step.FINISH), VerifyAnswer(ID, Step.FINISH))),
        (ID.hex() + "01") * 2,
    ),
    (INTERVAL, INTERVAL_HEX),
    (Batch.selected(), "020000"),
    (Batch.selected(b"\x0c" * 32), "020020" + "0c" * 32),
    (WISH, WISH_HEX),
    (
        CollectionJobRequest(Batch.selected(), b"012345", (Extension(0), Extension(1, b"ext"))),
        "020000" + "00000006303132333435" + "000b" + "00000000" + "00010003657874",
    ),
    (
        CollectionJobAnswer(23, Interval(54321, 12345), SEALED, SEALED),
        "0000000000000017" + "000000000000d4310000000000003039" + "0a00043031323300000004" + "34353637"
        "0a0004303132330000000434353637",
    ),
    (
        AggregateShareRequest(WISH, INTERVAL, 439, b"\xff" * 32),
        WISH_HEX + INTERVAL_HEX + "00000000000001b7" + "ff" * 32,
    ),
    (AggregateShare(SEALED), "0a0004303132330000000434353637"),
]


@pytest.mark.parametrize(("message", "encoded"), KNOWN)
def test_a_message_is_these_bytes(message: Message, encoded: str) -> None:
    assert message.encode().hex() == encoded
    assert type(message).decode(bytes.fromhex(encoded)) == message


@pytest.mark.parametrize(("message", "encoded"), KNOWN)
def test_a_message_that_is_cut_off_is_none(message: Message, encoded: str) -> None:
    raw = bytes.fromhex(encoded)
    for end in range(len(raw)):
        try:
            found = type(message).decode(raw[:end])
        except MalformedMessage:
            continue
        # A list may end after any of its members, and then it is a shorter list.
        assert found != message
        assert found.encode() == raw[:end]


@pytest.mark.parametrize(
    ("kind", "encoded"),
    [
        (VerifyAnswer, ID.hex() + "03"),
        (VerifyAnswer, ID.hex() + "02" + "00"),
        (VerifyAnswer, ID.hex() + "00" + "00000000"),
        (Batch, "000000"),
        (Batch, "030000"),
        (Batch, "01000f" + "00" * 15),
        (Batch, "020001" + "00"),
        (CollectionJobRequest, "020020" + "00" * 32 + "00000000" + "0000"),
        (AggregationJobInit, "00" + "00000000" + "0008" + "0001000000010000"),
        (AggregationJobInit, "00" + "00000000" + "0000" + "00"),
        (AggregateShareRequest, WISH_HEX + INTERVAL_HEX + "00000000000001b7" + "ff" * 33),
    ],
)
def test_bytes_that_are_no_message_are_refused(kind: type[Message], encoded: str) -> None:
    with pytest.raises(MalformedMessage):
        kind.decode(bytes.fromhex(encoded))


@pytest.mark.parametrize(
    "message",
    [
        VerifyAnswer(ID, Step.REJECT),
        VerifyAnswer(b"short", Step.FINISH),
        AggregateShareRequest(WISH, INTERVAL, 1, b""),
        AggregationJobInit(256, (), ()),
        AggregationJobInit(0, (Extension(2), Extension(1)), ()),
    ],
)
def test_values_that_no_message_can_hold_are_refused(message: Message) -> None:
    with pytest.raises(MalformedMessage):
        message.encode()


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_refused(raw: bytes) -> None:
    for kind in (AggregationJobInit, AggregationJobAnswer, CollectionJobRequest, AggregateShareRequest):
        try:
            found = kind.decode(raw)
        except MalformedMessage:
            continue
        assert found.encode() == raw


@pytest.mark.parametrize(
    ("batch", "edges"),
    [
        (Batch.interval(Interval(5, 3)), (time_bucket(5), time_bucket(7))),
        (Batch.interval(Interval(5, 0)), None),
        (Batch.interval(Interval(2**64 - 1, 1)), (b"\xff" * 8, b"\xff" * 8)),
        (Batch.interval(Interval(2**64 - 1, 2)), None),
        (Batch.selected(b"x" * 32), (b"x" * 32, b"x" * 32)),
        (Batch.selected(), None),
    ],
)
def test_a_batch_is_a_range_of_buckets(batch: Batch, edges: tuple[bytes, bytes] | None) -> None:
    assert batch.edges() == edges


def test_a_sum_is_bound_to_who_seals_it_and_to_the_whole_task() -> None:
    task = make_task()
    assert aggregate_info(task, Role.HELPER) == b"dap-18 aggregate share\x03\x00"
    assert aggregate_associated(task, WISH) == task.task_id + task.configuration.encode() + WISH.encode()
