"""Verifying many reports at once: the leader's first half, the helper's whole part, the leader's second half.

Nothing here is kept anywhere or sent; ``jobs`` and ``helper`` do that.

Source: draft-ietf-ppm-dap-18, sections 4.5.3 and 4.5.4; draft-irtf-cfrg-vdaf-20, section 5.7.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge_engine_sync.aggregator.batches import Output
from edge_engine_sync.aggregator.messages import ReportShare, Step, VerifyAnswer, VerifyInit
from edge_engine_sync.aggregator.pingpong import (
    PingPong,
    Turn,
    decode_state,
    encode_state,
    finish,
    initialize,
    state_size,
)
from edge_engine_sync.errors import MalformedMessage, SealingError, SyncError, VerificationFailed
from edge_engine_sync.messages import HpkeCiphertext, Report, ReportError, ReportMetadata, Role
from edge_engine_sync.report import open_sealed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edge_engine_sync.aggregator.parties import AggregatorTask, KeyPair
    from edge_engine_sync.prio3 import VerifyState

TAG_SIZE = 16
_PLAINTEXT_HEAD = 6
Keyring = dict[int, "KeyPair"]


@dataclass(frozen=True, slots=True)
class Begun:
    """What the leader made of reports.

    Attributes:
        inits: For the helper.
        states: What the leader keeps for its second half, one after another in the same order; secret shares.
        refused: Reports that are not asked about, by why.
    """

    inits: list[VerifyInit]
    states: bytes = field(repr=False)
    refused: list[ReportError]


@dataclass(frozen=True, slots=True)
class Finished:
    """How the reports of a job ended.

    Attributes:
        outputs: The verified ones.
        early: Places in the job of those that are ahead of the helper's clock; they may be asked about again.
        refused: Why the others were not verified.
    """

    outputs: list[Output]
    early: list[int]
    refused: list[ReportError]


class AnswerUnfit(Exception):
    """The helper's answer does not belong to the job; the job is abandoned."""


def check_time(task: AggregatorTask, time: int, now: float, oldest: int) -> ReportError | None:
    """Return why a report of this time is not counted; none where it may be.

    Args:
        task: The task.
        time: The report's, in the task's units.
        now: Seconds since 1970.
        oldest: Reports before this may have been forgotten.
    """
    configuration = task.task.configuration
    precision = configuration.time_precision
    interval = configuration.interval()
    if interval is not None and time < interval.start:
        return ReportError.TASK_NOT_STARTED
    if interval is not None and time not in interval:
        return ReportError.TASK_EXPIRED
    if time > int(now + task.clock_skew) // precision:
        return ReportError.REPORT_TOO_EARLY
    if time < max(oldest, oldest_counted(task, now)):
        return ReportError.REPORT_DROPPED
    return None


def oldest_counted(task: AggregatorTask, now: float) -> int:
    """Return the time before which reports are too old to be counted."""
    if task.expiry is None:
        return 0
    return max(0, int(now - task.expiry)) // task.task.configuration.time_precision


def has_right_sizes(task: AggregatorTask, report: Report) -> bool:
    """Tell whether the parts of a report have the only sizes that a report of this task can have."""
    public, leader, helper = task.task.vdaf.share_sizes()
    overhead = _PLAINTEXT_HEAD + TAG_SIZE
    return (
        len(report.public_share) == public
        and len(report.leader_share.payload) == leader + overhead
        and len(report.helper_share.payload) == helper + overhead
        and not report.metadata.extensions
    )


def begin(task: AggregatorTask, keys: Keyring, reports: Sequence[Report]) -> Begun:
    """Do the leader's first half."""
    vdaf = task.task.vdaf
    inits, states, refused = [], [], []
    for report in reports:
        started = _start(task, keys, report.metadata, report.public_share, report.leader_share)
        if isinstance(started, ReportError):
            refused.append(started)
            continue
        state, verifier_share = started
        share = ReportShare(report.metadata, report.public_share, report.helper_share)
        inits.append(VerifyInit(share, initialize(verifier_share)))
        states.append(encode_state(vdaf, state))
    return Begun(inits, b"".join(states), refused)


def answer(task: AggregatorTask, keys: Keyring, asked: VerifyInit) -> tuple[bytes, list[int]] | ReportError:
    """Do the helper's part about one report.

    Returns:
        The message for the leader and the output share, or why there is none.
    """
    share = asked.share
    started = _start(task, keys, share.metadata, share.public_share, share.sealed)
    if isinstance(started, ReportError):
        return started
    state, own = started
    vdaf, context = task.task.vdaf, task.task.context
    try:
        inbound = PingPong.decode(asked.payload)
        if inbound.turn != Turn.INITIALIZE:
            return ReportError.VDAF_VERIFY_ERROR
        message = vdaf.verifier_shares_to_message(context, [inbound.verifier_share, own])
        return finish(message), vdaf.verify_next(state, message)
    except (MalformedMessage, VerificationFailed):
        return ReportError.VDAF_VERIFY_ERROR


def conclude(
    task: AggregatorTask, inits: Sequence[VerifyInit], states: bytes, answers: Sequence[VerifyAnswer]
) -> Finished:
    """Do the leader's second half.

    Raises:
        AnswerUnfit: The answers are not about these reports, or are none that a function of one round has.
    """
    vdaf = task.task.vdaf
    asked = [init.share.metadata for init in inits]
    if [one.report_id for one in answers] != [metadata.report_id for metadata in asked]:
        raise AnswerUnfit
    if any(one.step == Step.FINISH for one in answers):
        raise AnswerUnfit
    size = state_size(vdaf)
    outputs: list[Output] = []
    early: list[int] = []
    refused: list[ReportError] = []
    for number, (metadata, one) in enumerate(zip(asked, answers, strict=True)):
        if one.error == ReportError.REPORT_TOO_EARLY:
            early.append(number)
            continue
        if one.error is not None:
            refused.append(one.error)
            continue
        try:
            inbound = PingPong.decode(one.payload)
            if inbound.turn != Turn.FINISH:
                raise VerificationFailed("The helper's message is not the last.")  # noqa: TRY301 - as the draft has it
            state = decode_state(vdaf, states[number * size : (number + 1) * size])
            share = vdaf.verify_next(state, inbound.verifier_message)
        except (MalformedMessage, VerificationFailed):
            refused.append(ReportError.VDAF_VERIFY_ERROR)
            continue
        outputs.append(Output(metadata.report_id, metadata.time, share))
    return Finished(outputs, early, refused)


def tally(refused: Sequence[ReportError]) -> Mapping[str, int]:
    """Return how often each error is there, by its name."""
    found: dict[str, int] = {}
    for error in refused:
        name = error.name.lower()
        found[name] = found.get(name, 0) + 1
    return found


def _start(
    task: AggregatorTask, keys: Keyring, metadata: ReportMetadata, public_share: bytes, sealed: HpkeCiphertext
) -> tuple[VerifyState, bytes] | ReportError:
    pair = keys.get(sealed.config_id)
    if pair is None:
        return ReportError.HPKE_DECRYPT_ERROR
    leads = task.role == Role.LEADER
    try:
        share = open_sealed(
            task.task, task.role, pair.config, pair.private_key, metadata, public_share, sealed
        )
        return task.task.vdaf.verify_init(
            task.verify_key, task.task.context, 0 if leads else 1, metadata.report_id, public_share, share
        )
    except SealingError:
        return ReportError.HPKE_DECRYPT_ERROR
    except VerificationFailed:
        return ReportError.VDAF_VERIFY_ERROR
    except SyncError:
        return ReportError.INVALID_MESSAGE
