"""The collector: asks the leader for a batch, opens both sums and puts them together.

Source: draft-ietf-ppm-dap-18, sections 4.6.1, 4.6.5 and 4.6.6.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from edge_engine_sync.aggregator.messages import (
    JOB_ID_SIZE,
    MEDIA_COLLECTION_JOB,
    MEDIA_COLLECTION_JOB_REQUEST,
    Batch,
    CollectionJobAnswer,
    CollectionJobRequest,
    aggregate_associated,
    aggregate_info,
)
from edge_engine_sync.aggregator.parties import base64url, unbase64
from edge_engine_sync.client import read_problem
from edge_engine_sync.errors import (
    AnswerInvalid,
    CollectionRefused,
    KeyInvalid,
    MalformedMessage,
    OpenFailed,
    Unreachable,
)
from edge_engine_sync.hpke import suite
from edge_engine_sync.keys import resource
from edge_engine_sync.messages import HpkeCiphertext, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_engine_sync.aggregator.parties import CollectorTask
    from edge_engine_sync.messages import Interval
    from edge_engine_sync.transport import Answer, Transport

_LONGEST_PAUSE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Collected:
    """The sum over a batch.

    Attributes:
        report_count: Reports in it.
        interval: The smallest that holds all their times, in the task's units.
        result: What the function says; with noise, numbers may be below zero.
    """

    report_count: int
    interval: Interval
    result: Any


@dataclass(slots=True)
class Collector:
    """Collects batches.

    Attributes:
        transport: How leaders are reached.
        monotonic: Seconds of a clock that never goes back.
        sleep: Waits for seconds.
        put: Name the collection here and create it with PUT, as aggregators do that are between drafts 17 and 18.
    """

    transport: Transport
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    put: bool = False
    _names: dict[bytes, str] = field(default_factory=dict)

    def collect(self, task: CollectorTask, batch: Batch, *, patience: float = 60.0) -> Collected:
        """Return the sum over a batch, waiting for it.

        Asking again for a batch that was collected gives the same answer, as long as the leader keeps it.

        Args:
            task: The task.
            batch: An interval, or whichever the leader has next.
            patience: Seconds to wait.

        Raises:
            CollectionRefused: The aggregators will not give it, such as for want of reports.
            Unreachable: It was not there in time.
            AnswerInvalid: The answer is none of the protocol.
            OpenFailed: The sums were not sealed for this collector, task and batch.
        """
        request = CollectionJobRequest(batch)
        deadline = self.monotonic() + patience
        place = ""
        while True:
            try:
                answer = self._ask(task, request, place)
            except Unreachable:
                if self.monotonic() + 1.0 > deadline:
                    raise
                self.sleep(1.0)
                continue
            if answer.status < 500 and answer.body:
                return open_sums(task, request, self._read(answer))
            place = place or _place(answer)
            pause = _pause(answer)
            if self.monotonic() + pause > deadline:
                raise Unreachable("The sum over the batch was not there in time; it may be asked for again.")
            self.sleep(pause)

    def _ask(self, task: CollectorTask, request: CollectionJobRequest, place: str) -> Answer:
        name = base64url(task.task.task_id)
        url = resource(task.task.configuration.leader, f"tasks/{name}/collection_jobs")
        headers = {"Authorization": f"Bearer {task.token}"}
        if place:
            answer = self.transport.request("GET", f"{url}/{place}", headers, None)
        else:
            body = request.encode()
            headers["Content-Type"] = MEDIA_COLLECTION_JOB_REQUEST
            if self.put:
                chosen = self._names.setdefault(
                    name.encode() + body, base64url(secrets.token_bytes(JOB_ID_SIZE))
                )
                answer = self.transport.request("PUT", f"{url}/{chosen}", headers, body)
                if 200 <= answer.status < 300 and not answer.body:
                    answer = self.transport.request("GET", f"{url}/{chosen}", headers, None)
            else:
                answer = self.transport.request("POST", url, headers, body)
        if 400 <= answer.status < 500 and answer.status not in (408, 425, 429):
            problem = read_problem(answer)
            said = f": {problem}" if problem else f" (HTTP status {answer.status})"
            raise CollectionRefused(
                f"The leader does not give the sum over the batch{said}.", problem=problem
            )
        return answer

    def _read(self, answer: Answer) -> CollectionJobAnswer:
        if not answer.is_media(MEDIA_COLLECTION_JOB):
            raise AnswerInvalid("The leader's answer is no collection.")
        try:
            return CollectionJobAnswer.decode(answer.body)
        except MalformedMessage:
            raise AnswerInvalid("The leader's answer is no collection.") from None


def open_sums(task: CollectorTask, request: CollectionJobRequest, answer: CollectionJobAnswer) -> Collected:
    """Return what both sums say together.

    Raises:
        OpenFailed: One was not sealed for this collector, task and request.
        AnswerInvalid: One is no sum of this task, or there are fewer reports than the task allows.
    """
    if answer.report_count < task.task.configuration.min_batch_size:
        raise AnswerInvalid("The batch has fewer reports than the task allows.")
    associated = aggregate_associated(task.task, request)
    sealed = ((Role.LEADER, answer.leader_share), (Role.HELPER, answer.helper_share))
    shares = [_open(task, role, one, associated) for role, one in sealed]
    vdaf = task.task.vdaf
    try:
        total = vdaf.decode_aggregate(vdaf.merge(shares))
    except MalformedMessage:
        raise AnswerInvalid("What was sealed is no sum of this task.") from None
    half, modulus = vdaf.field.modulus // 2, vdaf.field.modulus
    # With noise a sum may be below zero, which a field writes as a very large number.
    signed = [value - modulus if value > half else value for value in total]
    return Collected(answer.report_count, answer.interval, vdaf.circuit.decode(signed))


def _open(task: CollectorTask, role: Role, sealed: HpkeCiphertext, associated: bytes) -> bytes:
    key = task.keys.config
    if sealed.config_id != key.identifier:
        raise OpenFailed("The sum was sealed for another key.")
    chosen = suite(key.kem, key.kdf, key.aead)
    info = aggregate_info(task.task, role)
    try:
        return chosen.open(task.keys.private_key, sealed.encapsulated, info, associated, sealed.payload)
    except KeyInvalid:
        raise OpenFailed("The encapsulated key is none of this suite.") from None


def _place(answer: Answer) -> str:
    """Return the name of a collection from where the leader says it is; the rest of that address is known anyway."""
    name = answer.headers.get("location", "").partition("?")[0].rstrip("/").rpartition("/")[2]
    try:
        return name if len(unbase64(name)) == JOB_ID_SIZE else ""
    except ValueError:
        return ""


def _pause(answer: Answer) -> float:
    text = answer.headers.get("retry-after", "").strip()
    asked = float(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1.0
    return min(max(asked, 0.1), _LONGEST_PAUSE)
