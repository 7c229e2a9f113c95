"""A task: what is measured, by whom and under which conditions.

Every share that a client seals is bound to the whole configuration of its task, so that nobody can have it opened or
counted under another: a smaller batch, other aggregators, another function. That is DAP-18's task binding; it needs no
extension of the report. Extensions of a task are part of what is bound.

Source: draft-ietf-ppm-dap-18, sections 4.2 and 8.6.5 and the appendix on VDAF configuration encodings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import Any, Final, Self

from edge_engine_sync.codec import Message, Reader, opaque, uint
from edge_engine_sync.errors import MalformedMessage, ParameterInvalid
from edge_engine_sync.messages import Extension, Interval, encode_extensions, read_extensions
from edge_engine_sync.prio3 import Prio3

TASK_ID_SIZE: Final = 32
TASK_INTERVAL: Final = 1
DAP_VERSION: Final = "dap-18"

COUNT: Final = 1
SUM: Final = 2
SUM_VEC: Final = 3
HISTOGRAM: Final = 4
MULTIHOT_COUNT_VEC: Final = 5

# Parameters of each function with their sizes in bytes, in the order of their encoding.
_PARAMETERS: Final[dict[int, tuple[tuple[str, int], ...]]] = {
    COUNT: (),
    SUM: (("max_measurement", 8),),
    SUM_VEC: (("length", 4), ("max_measurement", 8), ("chunk_length", 4)),
    HISTOGRAM: (("length", 4), ("chunk_length", 4)),
    MULTIHOT_COUNT_VEC: (("length", 4), ("chunk_length", 4), ("max_weight", 8)),
}


class BatchMode(IntEnum):
    """How reports are put into batches."""

    TIME_INTERVAL = 1
    LEADER_SELECTED = 2


@dataclass(frozen=True, slots=True)
class BatchConfig(Message):
    """A batch mode with its configuration, which is empty for the known modes."""

    mode: BatchMode

    def encode(self) -> bytes:
        """Return the encoding."""
        return uint(self.mode, 1) + opaque(b"", 2)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the batch mode at the front of what is left to read."""
        try:
            mode = BatchMode(reader.uint(1))
        except ValueError:
            raise MalformedMessage("The batch mode is not known.") from None
        if reader.opaque(2):
            raise MalformedMessage("The batch mode has no configuration.")
        return cls(mode)


@dataclass(frozen=True, slots=True)
class VdafConfig(Message):
    """A function of the Prio3 family with its parameters; those that it does not have are 0.

    Attributes:
        identifier: ``COUNT``, ``SUM``, ``SUM_VEC``, ``HISTOGRAM`` or ``MULTIHOT_COUNT_VEC``.
        length: Numbers or entries of a vector, or buckets of a histogram.
        max_measurement: Largest number.
        chunk_length: Elements that one call of the proof's gadget checks.
        max_weight: Most entries of a vector that may be true.
    """

    identifier: int
    length: int = 0
    max_measurement: int = 0
    chunk_length: int = 0
    max_weight: int = 0

    def encode(self) -> bytes:
        """Return the encoding."""
        if self.identifier not in _PARAMETERS:
            raise MalformedMessage("The aggregation function is not known.")
        sizes = _PARAMETERS[self.identifier]
        body = b"".join([uint(getattr(self, name), size) for name, size in sizes])
        return uint(self.identifier, 4) + opaque(body, 2)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the function at the front of what is left to read."""
        identifier = reader.uint(4)
        inner = Reader(reader.opaque(2))
        if identifier not in _PARAMETERS:
            raise MalformedMessage("The aggregation function is not known.")
        values = {name: inner.uint(size) for name, size in _PARAMETERS[identifier]}
        inner.finish()
        return cls(identifier, **values)

    def prio3(self) -> Prio3[Any, Any]:
        """Return the function for two aggregators; made once.

        Raises:
            ParameterInvalid: No function has these parameters.
        """
        return _prio3(self)


@lru_cache(maxsize=64)
def _prio3(config: VdafConfig) -> Prio3[Any, Any]:
    match config.identifier:
        case 1:
            return Prio3.count()
        case 2:
            return Prio3.sum(config.max_measurement)
        case 3:
            return Prio3.sum_vec(config.length, config.max_measurement, config.chunk_length)
        case 4:
            return Prio3.histogram(config.length, config.chunk_length)
        case 5:
            return Prio3.multihot_count_vec(config.length, config.max_weight, config.chunk_length)
        case _:
            raise ParameterInvalid("The aggregation function is not known.")


@dataclass(frozen=True, slots=True)
class TaskConfiguration(Message):
    """What everybody who takes part in a task must agree on.

    Attributes:
        task_info: Sets apart tasks that are otherwise alike; 1 to 255 bytes.
        leader: URL of the leader, in the very letters that were agreed on.
        helper: URL of the helper, likewise.
        time_precision: Seconds of one unit of time.
        min_batch_size: Fewest reports of a batch.
        batch_mode: How reports are put into batches.
        vdaf: Aggregation function.
        extensions: In strictly increasing order of their kinds.
    """

    task_info: bytes
    leader: str
    helper: str
    time_precision: int
    min_batch_size: int
    batch_mode: BatchMode
    vdaf: VdafConfig
    extensions: tuple[Extension, ...] = ()

    def encode(self) -> bytes:
        """Return the encoding."""
        return b"".join(
            (
                opaque(self.task_info, 1, 1),
                _encode_url(self.leader),
                _encode_url(self.helper),
                uint(self.time_precision, 8),
                uint(self.min_batch_size, 8),
                BatchConfig(self.batch_mode).encode(),
                self.vdaf.encode(),
                encode_extensions(self.extensions),
            )
        )

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the configuration at the front of what is left to read."""
        return cls(
            task_info=reader.opaque(1, 1),
            leader=_read_url(reader),
            helper=_read_url(reader),
            time_precision=reader.uint(8),
            min_batch_size=reader.uint(8),
            batch_mode=BatchConfig.read(reader).mode,
            vdaf=VdafConfig.read(reader),
            extensions=read_extensions(reader),
        )

    def interval(self) -> Interval | None:
        """Return when reports may be made, if the task says so.

        Raises:
            MalformedMessage: The extension is no interval.
        """
        for extension in self.extensions:
            if extension.kind == TASK_INTERVAL:
                return Interval.decode(extension.data)
        return None


def task_interval(start: int, duration: int) -> Extension:
    """Return the extension that bounds when reports may be made, in units of the task's time precision."""
    return Extension(TASK_INTERVAL, Interval(start, duration).encode())


@dataclass(frozen=True, slots=True)
class Task:
    """A task that a client can take part in.

    Attributes:
        task_id: 32 bytes.
        configuration: What was agreed on.
        version: Version of DAP, which separates its hashes and keys from those of others.
        vdaf: The aggregation function, made from the configuration.
        bound: The identifier and the encoded configuration: what every sealed share is bound to.
        context: Application context of the aggregation function.

    Raises:
        ParameterInvalid: Nobody can take part: the function is none, time has no unit, or an extension is unknown.
        MalformedMessage: The configuration cannot be encoded.
    """

    task_id: bytes
    configuration: TaskConfiguration
    version: str = DAP_VERSION
    vdaf: Prio3[Any, Any] = field(init=False, repr=False, compare=False)
    bound: bytes = field(init=False, repr=False, compare=False)
    context: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.task_id) != TASK_ID_SIZE:
            raise ParameterInvalid("The identifier of a task has 32 bytes.")
        if self.configuration.time_precision < 1:
            raise ParameterInvalid("The time precision of a task is at least one second.")
        if any(extension.kind != TASK_INTERVAL for extension in self.configuration.extensions):
            raise ParameterInvalid("The task has an extension that is not known here.")
        self.configuration.interval()
        object.__setattr__(self, "vdaf", self.configuration.vdaf.prio3())
        object.__setattr__(self, "bound", self.task_id + self.configuration.encode())
        object.__setattr__(self, "context", self.version.encode("ascii") + self.task_id)

    def time(self, seconds: float) -> int:
        """Return seconds since 1970 in the task's unit.

        Raises:
            ParameterInvalid: The task does not take reports then.
        """
        time = int(seconds) // self.configuration.time_precision
        interval = self.configuration.interval()
        if interval is not None and time not in interval:
            raise ParameterInvalid("The task does not take reports at this time.")
        return time


def _encode_url(url: str) -> bytes:
    if not url.isascii():
        raise MalformedMessage("A URL is written in ASCII.")
    return opaque(url.encode("ascii"), 2, 1)


def _read_url(reader: Reader) -> str:
    raw = reader.opaque(2, 1)
    if not raw.isascii():
        raise MalformedMessage("A URL is written in ASCII.")
    return raw.decode("ascii")
