"""Tasks: what device and aggregators agree on for each signal, and how a contribution looks as its measurement.

A task follows from the catalogue and the aggregators' addresses alone, its identifier too, so that whoever sets the
aggregators up computes the very same task. Time is told in whole windows: a report says in which window it was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from edge_engine.signals.catalogue import DAY, SignalType
from edge_engine.signals.randomize import largest
from edge_engine_sync.chunks import shortest_chunk_length
from edge_engine_sync.errors import ParameterInvalid
from edge_engine_sync.task import (
    COUNT,
    HISTOGRAM,
    MULTIHOT_COUNT_VEC,
    SUM,
    SUM_VEC,
    BatchMode,
    TaskConfiguration,
    VdafConfig,
)
from edge_engine_sync.taskprov import provisioned_task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.signals.catalogue import Signal
    from edge_engine_sync.report import Measurement
    from edge_engine_sync.task import Task

INFO: Final = "edge-engine"


@dataclass(frozen=True, slots=True)
class Aggregators:
    """The two servers, run by parties that do not collude.

    Attributes:
        leader: URL, in the very letters that were agreed on.
        helper: URL, likewise.
    """

    leader: str
    helper: str


def vdaf_of(signal: Signal) -> VdafConfig:
    """Return the aggregation function of a signal, with the chunk length that makes the shortest proof."""
    length, most = signal.length, largest(signal)
    match signal.type:
        case SignalType.COUNT:
            return VdafConfig(COUNT)
        case SignalType.SUM:
            return VdafConfig(SUM, max_measurement=most)
        case SignalType.SUM_VEC:
            chunk = shortest_chunk_length(length * most.bit_length())
            return VdafConfig(SUM_VEC, length=length, max_measurement=most, chunk_length=chunk)
        case SignalType.HISTOGRAM:
            return VdafConfig(HISTOGRAM, length=length, chunk_length=shortest_chunk_length(length))
        case SignalType.MULTIHOT:
            weight = signal.sensitivity
            chunk = shortest_chunk_length(length + weight.bit_length())
            return VdafConfig(MULTIHOT_COUNT_VEC, length=length, chunk_length=chunk, max_weight=weight)


def task_of(signal: Signal, aggregators: Aggregators) -> Task:
    """Return the task that counts a signal.

    The task's information names the signal and what of it the configuration does not tell: a signal whose labels,
    edges or noise change is another task.

    Raises:
        edge_engine_sync.SyncError: An address is not one that a task can have.
    """
    return provisioned_task(
        TaskConfiguration(
            task_info=f"{INFO}/{signal.id}/{_fingerprint(signal)}".encode(),
            leader=aggregators.leader,
            helper=aggregators.helper,
            time_precision=signal.cadence_days * DAY,
            min_batch_size=signal.min_batch,
            batch_mode=BatchMode.TIME_INTERVAL,
            vdaf=vdaf_of(signal),
        )
    )


def meaning_of(signal: Signal) -> bytes:
    """Return 32 bytes that tell what a contribution counts, whoever it goes to: all of its task but the addresses."""
    import hashlib  # noqa: PLC0415 - only who makes a contribution needs it

    nobody = "https://nobody.invalid/"
    return hashlib.sha256(b"meaning" + task_of(signal, Aggregators(nobody, nobody)).task_id).digest()


class Standing(Enum):
    """How a sealed report stands to the catalogue and the servers of today."""

    SAME = 1
    SERVERS = 2  # sealed for other servers, or another task of theirs
    CATALOGUE = 3  # the signal has changed since


def standing(
    signal: Signal | None, charged: Signal | None, task: bytes, aggregators: Aggregators | None
) -> Standing:
    """Return how a sealed report stands to today.

    Args:
        signal: The signal in the catalogue of today; None where it is not there.
        charged: As it was charged; None where that is not known.
        task: Identifier of the task that the report is sealed for.
        aggregators: Who is named today; None where nobody is, and only the catalogue can be told of.
    """
    if signal is None or (charged is not None and meaning_of(charged) != meaning_of(signal)):
        return Standing.CATALOGUE
    if aggregators is None:
        return Standing.SAME
    try:
        same = task_of(signal, aggregators).task_id == task
    except ParameterInvalid:
        return Standing.SERVERS  # no task can have these addresses
    return Standing.SAME if same else Standing.SERVERS


def measurement_of(signal: Signal, shared: Sequence[int]) -> Measurement:
    """Return a contribution in the form that its function takes."""
    if signal.type is SignalType.MULTIHOT:
        return [bool(value) for value in shared]
    return list(shared) if signal.type is SignalType.SUM_VEC else shared[0]


def _fingerprint(signal: Signal) -> str:
    import hashlib  # noqa: PLC0415 - only who makes a task needs it

    import msgspec  # noqa: PLC0415

    told: tuple[object, ...] = (
        signal.labels,
        signal.edges,
        signal.low,
        signal.high,
        signal.noise,
        signal.loss,
        signal.sensitivity,
    )
    if signal.center:
        told = (*told, signal.center)
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:16]
