"""Messages: what is written is read back, and hostile bytes are refused with one kind of error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine_sync.codec import Message, Reader, opaque, read_all, uint
from edge_engine_sync.errors import MalformedMessage
from edge_engine_sync.messages import (
    Extension,
    HpkeCiphertext,
    HpkeConfig,
    HpkeConfigList,
    Interval,
    PlaintextInputShare,
    Report,
    ReportError,
    ReportMetadata,
    ReportUploadStatus,
    UploadErrors,
    UploadRequest,
)
from edge_engine_sync.task import (
    COUNT,
    HISTOGRAM,
    BatchConfig,
    BatchMode,
    TaskConfiguration,
    VdafConfig,
    task_interval,
)

SEALED = HpkeCiphertext(7, b"enc", b"payload")
METADATA = ReportMetadata(bytes(range(16)), 5, (Extension(3, b"a"), Extension(9)))
REPORT = Report(METADATA, b"public", SEALED, HpkeCiphertext(8, b"e", b"p"))
CONFIG = HpkeConfig(1, 0x20, 1, 1, bytes(32))
EXAMPLES: list[Message] = [
    Extension(65535, b"data"),
    Interval(1, 2**64 - 1),
    CONFIG,
    HpkeConfigList((CONFIG, HpkeConfig(2, 16, 1, 3, b"k"))),
    SEALED,
    METADATA,
    PlaintextInputShare(b"share", (Extension(1, b"x"),)),
    REPORT,
    UploadRequest((REPORT, REPORT)),
    UploadRequest(()),
    ReportUploadStatus(bytes(16), ReportError.TASK_EXPIRED),
    UploadErrors((ReportUploadStatus(bytes(16), ReportError.OUTDATED_CONFIG),)),
    BatchConfig(BatchMode.LEADER_SELECTED),
    VdafConfig(HISTOGRAM, length=4, chunk_length=2),
    TaskConfiguration(
        b"info",
        "https://a.example",
        "https://b.example/",
        60,
        3,
        BatchMode.TIME_INTERVAL,
        VdafConfig(COUNT),
        (task_interval(4, 5), Extension(2)),
    ),
]
ALL = pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: type(message).__name__)


@ALL
def test_a_message_comes_back(message: Message) -> None:
    assert type(message).decode(message.encode()) == message


@ALL
def test_a_cut_or_longer_message_is_refused(message: Message) -> None:
    encoded = message.encode()
    lists = (UploadRequest, UploadErrors)
    for end in range(len(encoded)):
        if isinstance(message, lists) and end in (0, len(REPORT.encode())):
            continue  # a list may end after any of its messages
        with pytest.raises(MalformedMessage):
            type(message).decode(encoded[:end])
    with pytest.raises(MalformedMessage) as refused:
        type(message).decode(encoded + b"\x00")
    assert refused.value.code == "sync.malformed"


@given(st.sampled_from(EXAMPLES), st.data())
def test_changed_bytes_are_another_message_or_none(message: Message, data: st.DataObject) -> None:
    encoded = bytearray(message.encode())
    for _ in range(data.draw(st.integers(1, 3))):
        if encoded:
            at = data.draw(st.integers(0, len(encoded) - 1))
            encoded[at] = data.draw(st.integers(0, 255))
    try:
        found = type(message).decode(bytes(encoded))
    except MalformedMessage:
        return
    assert found.encode() == bytes(encoded)


@given(st.binary(max_size=80), st.sampled_from([type(message) for message in EXAMPLES]))
def test_any_bytes_are_a_message_or_refused(content: bytes, kind: type[Message]) -> None:
    try:
        found = kind.decode(content)
    except MalformedMessage:
        return
    assert found.encode() == content


@pytest.mark.parametrize(
    "message",
    [
        Extension(65536),
        Extension(1, bytes(65536)),
        Interval(-1, 0),
        Interval(2**64, 0),
        HpkeConfig(256, 1, 1, 1, b"k"),
        HpkeConfig(1, 1, 1, 1, b""),
        HpkeConfigList(()),
        HpkeCiphertext(1, b"", b"p"),
        HpkeCiphertext(1, b"e", b""),
        ReportMetadata(bytes(15), 1),
        ReportMetadata(bytes(16), 1, (Extension(2), Extension(1))),
        ReportMetadata(bytes(16), 1, (Extension(2), Extension(2))),
        PlaintextInputShare(b""),
        VdafConfig(99),
        VdafConfig(HISTOGRAM, length=2**32),
        TaskConfiguration(b"", "a", "b", 1, 1, BatchMode.TIME_INTERVAL, VdafConfig(COUNT)),
        TaskConfiguration(b"i", "", "b", 1, 1, BatchMode.TIME_INTERVAL, VdafConfig(COUNT)),
        TaskConfiguration(
            b"i", "a", "https://b\u00fc.example", 1, 1, BatchMode.TIME_INTERVAL, VdafConfig(COUNT)
        ),
    ],
    ids=str,
)
def test_what_does_not_fit_is_not_written(message: Message) -> None:
    with pytest.raises(MalformedMessage):
        message.encode()


def test_a_url_is_never_rewritten() -> None:
    """Its letters are in what shares are bound to; another slash is another task."""
    for url in ("HTTPS://A.example:443", "https://a.example//x/../y?q#f", "https://a.example/%41"):
        configuration = TaskConfiguration(b"i", url, "b", 1, 1, BatchMode.TIME_INTERVAL, VdafConfig(COUNT))
        assert url.encode() in configuration.encode()
        assert TaskConfiguration.decode(configuration.encode()).leader == url


def test_a_url_in_other_letters_is_refused() -> None:
    good = TaskConfiguration(b"i", "xx", "b", 1, 1, BatchMode.TIME_INTERVAL, VdafConfig(COUNT)).encode()
    with pytest.raises(MalformedMessage, match="ASCII"):
        TaskConfiguration.decode(good.replace(b"xx", "\u00fc".encode()))


def test_two_keys_of_the_same_number_are_refused() -> None:
    with pytest.raises(MalformedMessage, match="same number"):
        HpkeConfigList.decode(HpkeConfigList((CONFIG, CONFIG)).encode())


def test_an_error_that_is_none_is_refused() -> None:
    for number in (0, 12, 255):
        with pytest.raises(MalformedMessage, match="report error"):
            ReportUploadStatus.decode(bytes(16) + bytes((number,)))


def test_the_pieces_of_the_presentation_language() -> None:
    assert uint(258, 2) == b"\x01\x02"
    assert opaque(b"ab", 1) == b"\x02ab"
    with pytest.raises(MalformedMessage, match="too short"):
        opaque(b"", 1, 1)
    with pytest.raises(MalformedMessage, match="does not fit"):
        uint(256, 1)
    reader = Reader(b"\x00\x01x")
    assert reader.opaque(2) == b"x"
    assert not reader
    with pytest.raises(MalformedMessage, match="too short"):
        Reader(b"\x00").opaque(1, 1)
    assert read_all(Extension, b"") == ()
