"""The messages of DAP between a client and its aggregators.

Source: draft-ietf-ppm-dap-18, sections 4.1, 4.2 and 4.4.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Self

from edge_engine_sync.codec import Message, Reader, opaque, read_all, uint
from edge_engine_sync.errors import MalformedMessage

if TYPE_CHECKING:
    from collections.abc import Iterable

REPORT_ID_SIZE: Final = 16
MEDIA_HPKE_CONFIG_LIST: Final = "application/ppm-dap;message=hpke-config-list"
MEDIA_UPLOAD_REQUEST: Final = "application/ppm-dap;message=upload-req"
MEDIA_UPLOAD_ERRORS: Final = "application/ppm-dap;message=upload-errors"


class Role(IntEnum):
    """Who takes part."""

    COLLECTOR = 0
    CLIENT = 1
    LEADER = 2
    HELPER = 3


class ReportError(IntEnum):
    """Why one report was not taken."""

    BATCH_COLLECTED = 1
    REPORT_REPLAYED = 2
    REPORT_DROPPED = 3
    HPKE_UNKNOWN_CONFIG_ID = 4
    HPKE_DECRYPT_ERROR = 5
    VDAF_VERIFY_ERROR = 6
    TASK_EXPIRED = 7
    INVALID_MESSAGE = 8
    REPORT_TOO_EARLY = 9
    TASK_NOT_STARTED = 10
    OUTDATED_CONFIG = 11

    @classmethod
    def read(cls, reader: Reader) -> ReportError:
        """Return the error at the front of what is left to read.

        Raises:
            MalformedMessage: It is not one of them.
        """
        try:
            return cls(reader.uint(1))
        except ValueError:
            raise MalformedMessage("A report error is not one that the protocol has.") from None


@dataclass(frozen=True, slots=True)
class Extension(Message):
    """Something more about a report or a task, by its registered number."""

    kind: int
    data: bytes = b""

    def encode(self) -> bytes:
        """Return the encoding."""
        return uint(self.kind, 2) + opaque(self.data, 2)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the extension at the front of what is left to read."""
        return cls(reader.uint(2), reader.opaque(2))


def encode_extensions(extensions: Iterable[Extension]) -> bytes:
    """Return the encoding of a list of extensions.

    Raises:
        MalformedMessage: They are not in strictly increasing order of their kinds.
    """
    listed = tuple(extensions)
    _check_order(listed)
    return opaque(b"".join(extension.encode() for extension in listed), 2)


def read_extensions(reader: Reader) -> tuple[Extension, ...]:
    """Return the list of extensions at the front of what is left to read.

    Raises:
        MalformedMessage: They are not in strictly increasing order of their kinds.
    """
    found = read_all(Extension, reader.opaque(2))
    _check_order(found)
    return found


def _check_order(extensions: tuple[Extension, ...]) -> None:
    kinds = [extension.kind for extension in extensions]
    if any(kind >= following for kind, following in pairwise(kinds)):
        raise MalformedMessage("Extensions are not in strictly increasing order.")


@dataclass(frozen=True, slots=True)
class Interval(Message):
    """A half-open interval of time.

    Attributes:
        start: In units of the task's time precision since 1970.
        duration: In the same units.
    """

    start: int
    duration: int

    def __contains__(self, time: int) -> bool:
        return self.start <= time < self.start + self.duration

    def encode(self) -> bytes:
        """Return the encoding."""
        return uint(self.start, 8) + uint(self.duration, 8)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the interval at the front of what is left to read."""
        return cls(reader.uint(8), reader.uint(8))


@dataclass(frozen=True, slots=True)
class HpkeConfig(Message):
    """A public key of an aggregator with its suite.

    Attributes:
        identifier: The aggregator's number for it.
        kem: Registered number of the key encapsulation.
        kdf: Registered number of the key derivation.
        aead: Registered number of the cipher.
        public_key: The key.
    """

    identifier: int
    kem: int
    kdf: int
    aead: int
    public_key: bytes

    def encode(self) -> bytes:
        """Return the encoding."""
        numbers = uint(self.kem, 2) + uint(self.kdf, 2) + uint(self.aead, 2)
        return uint(self.identifier, 1) + numbers + opaque(self.public_key, 2, 1)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the configuration at the front of what is left to read."""
        return cls(reader.uint(1), reader.uint(2), reader.uint(2), reader.uint(2), reader.opaque(2, 1))


@dataclass(frozen=True, slots=True)
class HpkeConfigList(Message):
    """The public keys of an aggregator in decreasing order of preference, at least one."""

    configs: tuple[HpkeConfig, ...]

    def encode(self) -> bytes:
        """Return the encoding."""
        return opaque(b"".join(config.encode() for config in self.configs), 2, 10)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the list at the front of what is left to read."""
        configs = read_all(HpkeConfig, reader.opaque(2, 10))
        if len({config.identifier for config in configs}) < len(configs):
            raise MalformedMessage("Two keys of an aggregator have the same number.")
        return cls(configs)


@dataclass(frozen=True, slots=True)
class HpkeCiphertext(Message):
    """A sealed message.

    Attributes:
        config_id: Number of the receiver's key.
        encapsulated: Encapsulated key.
        payload: Ciphertext.
    """

    config_id: int
    encapsulated: bytes
    payload: bytes

    def encode(self) -> bytes:
        """Return the encoding."""
        return uint(self.config_id, 1) + opaque(self.encapsulated, 2, 1) + opaque(self.payload, 4, 1)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the sealed message at the front of what is left to read."""
        return cls(reader.uint(1), reader.opaque(2, 1), reader.opaque(4, 1))


@dataclass(frozen=True, slots=True)
class ReportMetadata(Message):
    """What anybody may know of a report.

    Attributes:
        report_id: 16 random bytes.
        time: When it was made, in units of the task's time precision.
        extensions: Public extensions.
    """

    report_id: bytes
    time: int
    extensions: tuple[Extension, ...] = ()

    def encode(self) -> bytes:
        """Return the encoding."""
        if len(self.report_id) != REPORT_ID_SIZE:
            raise MalformedMessage("The identifier of a report has 16 bytes.")
        return self.report_id + uint(self.time, 8) + encode_extensions(self.extensions)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the metadata at the front of what is left to read."""
        return cls(reader.take(REPORT_ID_SIZE), reader.uint(8), read_extensions(reader))


@dataclass(frozen=True, slots=True)
class PlaintextInputShare(Message):
    """What one aggregator finds when it opens its share.

    Attributes:
        payload: The input share.
        extensions: Extensions for this aggregator alone.
    """

    payload: bytes = field(repr=False)
    extensions: tuple[Extension, ...] = ()

    def encode(self) -> bytes:
        """Return the encoding."""
        return encode_extensions(self.extensions) + opaque(self.payload, 4, 1)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the share at the front of what is left to read."""
        extensions = read_extensions(reader)
        return cls(reader.opaque(4, 1), extensions)


@dataclass(frozen=True, slots=True)
class Report(Message):
    """What a client uploads of one measurement."""

    metadata: ReportMetadata
    public_share: bytes
    leader_share: HpkeCiphertext
    helper_share: HpkeCiphertext

    def encode(self) -> bytes:
        """Return the encoding."""
        shares = self.leader_share.encode() + self.helper_share.encode()
        return self.metadata.encode() + opaque(self.public_share, 4) + shares

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the report at the front of what is left to read."""
        metadata, public_share = ReportMetadata.read(reader), reader.opaque(4)
        return cls(metadata, public_share, HpkeCiphertext.read(reader), HpkeCiphertext.read(reader))


@dataclass(frozen=True, slots=True)
class UploadRequest(Message):
    """Reports one after another."""

    reports: tuple[Report, ...]

    def encode(self) -> bytes:
        """Return the encoding."""
        return b"".join(report.encode() for report in self.reports)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return all reports that are left to read."""
        found = []
        while reader:
            found.append(Report.read(reader))
        return cls(tuple(found))


@dataclass(frozen=True, slots=True)
class ReportUploadStatus(Message):
    """Why the leader did not take one report."""

    report_id: bytes
    error: ReportError

    def encode(self) -> bytes:
        """Return the encoding."""
        return self.report_id + uint(self.error, 1)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the status at the front of what is left to read."""
        return cls(reader.take(REPORT_ID_SIZE), ReportError.read(reader))


@dataclass(frozen=True, slots=True)
class UploadErrors(Message):
    """The reports of a request that the leader did not take."""

    status: tuple[ReportUploadStatus, ...]

    def encode(self) -> bytes:
        """Return the encoding."""
        return b"".join(status.encode() for status in self.status)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return every status that is left to read."""
        found = []
        while reader:
            found.append(ReportUploadStatus.read(reader))
        return cls(tuple(found))
