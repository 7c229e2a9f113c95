"""The messages of DAP between the aggregators, and between a collector and the leader.

Source: draft-ietf-ppm-dap-18, sections 4.5, 4.6 and 5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Final, Self

from edge_engine_sync.codec import Message, Reader, opaque, read_all, uint
from edge_engine_sync.errors import MalformedMessage
from edge_engine_sync.messages import (
    REPORT_ID_SIZE,
    Extension,
    HpkeCiphertext,
    Interval,
    ReportError,
    ReportMetadata,
    encode_extensions,
    read_extensions,
)
from edge_engine_sync.task import BatchMode

if TYPE_CHECKING:
    from edge_engine_sync.task import Task

BATCH_ID_SIZE: Final = 32
CHECKSUM_SIZE: Final = 32
JOB_ID_SIZE: Final = 16
LEADER_SELECTED_BATCH_ID: Final = 1
TIME_LIMIT: Final = 1 << 64

_MEDIA = "application/ppm-dap;message="
MEDIA_AGGREGATION_JOB_INIT: Final = f"{_MEDIA}aggregation-job-init-req"
MEDIA_AGGREGATION_JOB_CONTINUE: Final = f"{_MEDIA}aggregation-job-continue-req"
MEDIA_AGGREGATION_JOB: Final = f"{_MEDIA}aggregation-job-resp"
MEDIA_AGGREGATE_SHARE_REQUEST: Final = f"{_MEDIA}aggregate-share-req"
MEDIA_AGGREGATE_SHARE: Final = f"{_MEDIA}aggregate-share"
MEDIA_COLLECTION_JOB_REQUEST: Final = f"{_MEDIA}collection-job-req"
MEDIA_COLLECTION_JOB: Final = f"{_MEDIA}collection-job-resp"


class Step(IntEnum):
    """How far the helper got with one report."""

    CONTINUE = 0
    FINISH = 1
    REJECT = 2


@dataclass(frozen=True, slots=True)
class ReportShare(Message):
    """What the helper needs of a report."""

    metadata: ReportMetadata
    public_share: bytes
    sealed: HpkeCiphertext

    def encode(self) -> bytes:
        """Return the encoding."""
        return self.metadata.encode() + opaque(self.public_share, 4) + self.sealed.encode()

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the share at the front of what is left to read."""
        return cls(ReportMetadata.read(reader), reader.opaque(4), HpkeCiphertext.read(reader))


@dataclass(frozen=True, slots=True)
class VerifyInit(Message):
    """One report of a new aggregation job.

    Attributes:
        share: What the helper needs of the report.
        payload: The leader's first message about it; see ``pingpong``.
    """

    share: ReportShare
    payload: bytes = field(repr=False)

    def encode(self) -> bytes:
        """Return the encoding."""
        return self.share.encode() + opaque(self.payload, 4, 1)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the report at the front of what is left to read."""
        return cls(ReportShare.read(reader), reader.opaque(4, 1))


@dataclass(frozen=True, slots=True)
class AggregationJobInit(Message):
    """A new aggregation job: the leader asks the helper to verify reports.

    Attributes:
        verification_key: Number of the verification key.
        extensions: Of the job, such as the batch that the leader selected.
        reports: What is to be verified.
        aggregation_parameter: Empty for all of Prio3.
    """

    verification_key: int
    extensions: tuple[Extension, ...]
    reports: tuple[VerifyInit, ...]
    aggregation_parameter: bytes = b""

    def encode(self) -> bytes:
        """Return the encoding."""
        head = uint(self.verification_key, 1) + opaque(self.aggregation_parameter, 4)
        return head + encode_extensions(self.extensions) + b"".join(one.encode() for one in self.reports)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the job that is left to read."""
        key, parameter = reader.uint(1), reader.opaque(4)
        extensions, reports = read_extensions(reader), []
        while reader:
            reports.append(VerifyInit.read(reader))
        return cls(key, extensions, tuple(reports), parameter)


@dataclass(frozen=True, slots=True)
class VerifyContinue(Message):
    """One report of a job that goes on; Prio3 never has any."""

    report_id: bytes
    payload: bytes = field(repr=False)

    def encode(self) -> bytes:
        """Return the encoding."""
        return _identifier(self.report_id) + opaque(self.payload, 4, 1)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the report at the front of what is left to read."""
        return cls(reader.take(REPORT_ID_SIZE), reader.opaque(4, 1))


@dataclass(frozen=True, slots=True)
class AggregationJobContinue(Message):
    """The next step of an aggregation job."""

    step: int
    reports: tuple[VerifyContinue, ...]

    def encode(self) -> bytes:
        """Return the encoding."""
        return uint(self.step, 2) + b"".join(one.encode() for one in self.reports)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the step that is left to read."""
        step, reports = reader.uint(2), []
        while reader:
            reports.append(VerifyContinue.read(reader))
        return cls(step, tuple(reports))


@dataclass(frozen=True, slots=True)
class VerifyAnswer(Message):
    """What the helper says about one report.

    Attributes:
        report_id: The report's.
        step: How far it got.
        payload: The helper's message about it, where the step is ``CONTINUE``.
        error: Why it was rejected, where the step is ``REJECT``.
    """

    report_id: bytes
    step: Step
    payload: bytes = field(default=b"", repr=False)
    error: ReportError | None = None

    def encode(self) -> bytes:
        """Return the encoding."""
        head = _identifier(self.report_id) + uint(self.step, 1)
        if self.step == Step.CONTINUE:
            return head + opaque(self.payload, 4, 1)
        if self.step == Step.FINISH:
            return head
        if self.error is None:
            raise MalformedMessage("A rejected report has an error.")
        return head + uint(self.error, 1)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the answer at the front of what is left to read."""
        report_id, kind = reader.take(REPORT_ID_SIZE), reader.uint(1)
        if kind == Step.CONTINUE:
            return cls(report_id, Step.CONTINUE, reader.opaque(4, 1))
        if kind == Step.FINISH:
            return cls(report_id, Step.FINISH)
        if kind == Step.REJECT:
            return cls(report_id, Step.REJECT, error=ReportError.read(reader))
        raise MalformedMessage("The answer about a report is of no known type.")


@dataclass(frozen=True, slots=True)
class AggregationJobAnswer(Message):
    """What the helper says about each report of a job, in the job's order."""

    reports: tuple[VerifyAnswer, ...]

    def encode(self) -> bytes:
        """Return the encoding."""
        return b"".join(one.encode() for one in self.reports)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the answers that are left to read."""
        found = []
        while reader:
            found.append(VerifyAnswer.read(reader))
        return cls(tuple(found))


@dataclass(frozen=True, slots=True)
class Batch(Message):
    """Which reports are meant: a query of a collector or a selector of the leader, which have one form.

    Attributes:
        mode: How the task's reports are put into batches.
        config: An ``Interval``, the identifier of a batch, or nothing: whichever batch is next.
    """

    mode: BatchMode
    config: bytes

    @classmethod
    def interval(cls, interval: Interval) -> Batch:
        """Return the reports of an interval."""
        return cls(BatchMode.TIME_INTERVAL, interval.encode())

    @classmethod
    def selected(cls, batch_id: bytes = b"") -> Batch:
        """Return a batch that the leader selected; without an identifier, the next one."""
        return cls(BatchMode.LEADER_SELECTED, batch_id)

    def encode(self) -> bytes:
        """Return the encoding."""
        return uint(self.mode, 1) + opaque(self.config, 2)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the batch at the front of what is left to read."""
        try:
            mode = BatchMode(reader.uint(1))
        except ValueError:
            raise MalformedMessage("The batch mode is not known.") from None
        config = reader.opaque(2)
        if mode == BatchMode.TIME_INTERVAL:
            Interval.decode(config)
        elif len(config) not in (0, BATCH_ID_SIZE):
            raise MalformedMessage("The identifier of a batch has 32 bytes.")
        return cls(mode, config)

    def edges(self) -> tuple[bytes, bytes] | None:
        """Return the first and the last bucket that are meant; nothing where no set of buckets is.

        A bucket is named by its time, eight bytes, or by the identifier of its batch.
        """
        if self.mode == BatchMode.LEADER_SELECTED:
            return (self.config, self.config) if self.config else None
        meant = Interval.decode(self.config)
        if not meant.duration or meant.start + meant.duration > TIME_LIMIT:
            return None
        return time_bucket(meant.start), time_bucket(meant.start + meant.duration - 1)


def time_bucket(time: int) -> bytes:
    """Return the name of the bucket of a time, which sorts as the time does."""
    return uint(time, 8)


@dataclass(frozen=True, slots=True)
class CollectionJobRequest(Message):
    """A collector's wish for the sum over a batch."""

    query: Batch
    aggregation_parameter: bytes = b""
    extensions: tuple[Extension, ...] = ()

    def encode(self) -> bytes:
        """Return the encoding."""
        listed = b"".join(extension.encode() for extension in self.extensions)
        return self.query.encode() + opaque(self.aggregation_parameter, 4) + opaque(listed, 2)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the wish at the front of what is left to read; extensions may be in any order here."""
        query, parameter = Batch.read(reader), reader.opaque(4)
        if query.mode == BatchMode.LEADER_SELECTED and query.config:
            raise MalformedMessage("A collector does not choose a batch that the leader selects.")
        return cls(query, parameter, read_all(Extension, reader.opaque(2)))


@dataclass(frozen=True, slots=True)
class CollectionJobAnswer(Message):
    """What a collector gets: both sums, sealed.

    Attributes:
        report_count: Reports in the batch.
        interval: The smallest that holds the times of all of them.
        leader_share: The leader's sum.
        helper_share: The helper's.
    """

    report_count: int
    interval: Interval
    leader_share: HpkeCiphertext
    helper_share: HpkeCiphertext

    def encode(self) -> bytes:
        """Return the encoding."""
        shares = self.leader_share.encode() + self.helper_share.encode()
        return uint(self.report_count, 8) + self.interval.encode() + shares

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the answer at the front of what is left to read."""
        count, interval = reader.uint(8), Interval.read(reader)
        return cls(count, interval, HpkeCiphertext.read(reader), HpkeCiphertext.read(reader))


@dataclass(frozen=True, slots=True)
class AggregateShareRequest(Message):
    """The leader's wish for the helper's sum.

    Attributes:
        collection: The collector's wish.
        batch: Which reports.
        report_count: How many the leader has.
        checksum: Exclusive or of the hashes of their identifiers.
    """

    collection: CollectionJobRequest
    batch: Batch
    report_count: int
    checksum: bytes

    def encode(self) -> bytes:
        """Return the encoding."""
        if len(self.checksum) != CHECKSUM_SIZE:
            raise MalformedMessage("The checksum of a batch has 32 bytes.")
        return self.collection.encode() + self.batch.encode() + uint(self.report_count, 8) + self.checksum

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the wish at the front of what is left to read."""
        collection, batch = CollectionJobRequest.read(reader), Batch.read(reader)
        return cls(collection, batch, reader.uint(8), reader.take(CHECKSUM_SIZE))


@dataclass(frozen=True, slots=True)
class AggregateShare(Message):
    """The helper's sum, sealed for the collector."""

    sealed: HpkeCiphertext

    def encode(self) -> bytes:
        """Return the encoding."""
        return self.sealed.encode()

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the sum at the front of what is left to read."""
        return cls(HpkeCiphertext.read(reader))


def aggregate_info(task: Task, role: int) -> bytes:
    """Return what the keys of a sealed sum are bound to: the protocol and who talks to the collector."""
    return f"{task.version} aggregate share".encode("ascii") + bytes((role, 0))


def aggregate_associated(task: Task, request: CollectionJobRequest) -> bytes:
    """Return what a sealed sum is bound to: the task's whole configuration and the collector's wish."""
    return task.bound + request.encode()


def _identifier(report_id: bytes) -> bytes:
    if len(report_id) != REPORT_ID_SIZE:
        raise MalformedMessage("The identifier of a report has 16 bytes.")
    return report_id
