"""The client of DAP: measurements in, reports at the leader.

Source: draft-ietf-ppm-dap-18, section 4.4.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

from edge_engine_sync.errors import (
    AnswerInvalid,
    KeyInvalid,
    MalformedMessage,
    ServerBusy,
    Unreachable,
    UploadRefused,
)
from edge_engine_sync.keys import KeyCache, resource
from edge_engine_sync.messages import (
    MEDIA_UPLOAD_ERRORS,
    MEDIA_UPLOAD_REQUEST,
    Report,
    ReportError,
    UploadErrors,
)
from edge_engine_sync.report import Measurement, Randomness, make_report

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_engine_sync.task import Task
    from edge_engine_sync.transport import Answer, Transport

_PROBLEM_NAMESPACE: Final = "urn:ietf:params:ppm:dap:error:"
_TOKEN_LENGTH: Final = 64
OUTDATED: Final = frozenset({"outdated_config", "outdatedConfig"})


class Delivery(Enum):
    """How a report got to the leader."""

    ACCEPTED = "accepted"
    KNOWN = "known"
    """The leader has it already, or has closed its batch without it: it says the same of both. There is nothing more
    to send. Only who is sure that these bytes never went anywhere before knows that it is the second; who followed a
    redirect, or keeps its bytes in what can be put back from an older copy, is not."""


@dataclass(slots=True)
class Client:
    """Makes and uploads reports.

    Attributes:
        transport: How servers are reached.
        clock: Seconds since 1970.
        sleep: Waits for seconds.
        randomness: A cryptographic generator.
        attempts: How often the same bytes are sent at most.
        first_wait: Seconds before the second attempt; each later wait is twice as long, with jitter.
        longest_wait: Seconds that are waited at most; a server that asks for more ends the attempts.
        headers: Sent with every upload, such as a token that the leader asks for.
    """

    transport: Transport
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    randomness: Randomness = secrets.token_bytes
    attempts: int = 3
    first_wait: float = 1.0
    longest_wait: float = 30.0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    keys: KeyCache = field(init=False)

    def __post_init__(self) -> None:
        self.keys = KeyCache(self.transport, self.clock)

    def prepare(self, task: Task, measurement: Measurement) -> bytes:
        """Return the encoded report of a measurement, with keys that the aggregators give.

        Whoever keeps it and sends it again after a crash sends the same report, which is counted once.

        Raises:
            MeasurementInvalid: The measurement is outside of what the task counts.
            ParameterInvalid: The task does not take reports now.
            UploadError: An aggregator does not give its keys.
            SealingError: An aggregator has no usable key.
        """
        when = task.time(self.clock())
        configuration = task.configuration
        leader, helper = self.keys.key(configuration.leader), self.keys.key(configuration.helper)
        try:
            report = make_report(task, measurement, leader, helper, time=when, randomness=self.randomness)
        except KeyInvalid:
            self.keys.forget(configuration.leader, configuration.helper)
            raise
        return report.encode()

    def upload(self, task: Task, report: bytes) -> Delivery:
        """Send an encoded report, the same bytes again where no answer came.

        Raises:
            Unreachable: No answer came; the report may be sent again later.
            ServerBusy: The leader asks to come back later.
            UploadRefused: The leader does not take the report; ``outdated_config`` asks for a fresh one.
            AnswerInvalid: The answer is none of the protocol; the report may be sent again later.
            UploadError: The server is not trusted.
        """
        name = base64.urlsafe_b64encode(task.task_id).rstrip(b"=").decode("ascii")
        url = resource(task.configuration.leader, f"tasks/{name}/reports")
        headers = {**self.headers, "Content-Type": MEDIA_UPLOAD_REQUEST}
        report_id = Report.decode(report).metadata.report_id
        wait, lost = self.first_wait, False
        for attempt in range(self.attempts):
            try:
                answer = self.transport.request("POST", url, headers, report)
                lost = lost or answer.reposts > 0
                return read_answer(answer, report_id)
            except UploadRefused as refusal:
                refusal.certain = not lost
                raise
            except (Unreachable, ServerBusy) as failure:
                lost = lost or failure.sent
                asked = failure.retry_after if isinstance(failure, ServerBusy) else None
                pause = max(wait * (0.5 + self._fraction()), asked or 0.0)
                if attempt + 1 == self.attempts or pause > self.longest_wait:
                    raise
            self.sleep(pause)
            wait *= 2
        raise Unreachable("The report was not sent.")  # no attempt was allowed

    def send(self, task: Task, measurement: Measurement) -> Delivery:
        """Make a report of a measurement and upload it; where the leader's key has changed, make one more.

        None where the leader may have taken the first one at an attempt before: both would count.

        Raises:
            SyncError: As ``prepare`` and ``upload``.
        """
        try:
            return self.upload(task, self.prepare(task, measurement))
        except UploadRefused as refusal:
            if refusal.problem not in OUTDATED or not refusal.certain:
                raise
        self.keys.forget(task.configuration.leader, task.configuration.helper)
        return self.upload(task, self.prepare(task, measurement))

    def _fraction(self) -> float:
        return int.from_bytes(self.randomness(4), "big") / 2**32


def read_answer(answer: Answer, report_id: bytes) -> Delivery:
    """Return what a leader's answer to the upload of one report means.

    A report is taken where the status is any of success and the body is empty, which is all that the protocol says of
    it. Only who speaks the protocol refuses a report for good: a page, or an error without a problem document of the
    protocol, may come from something in between, and the same bytes may be sent again later.

    Raises:
        UploadRefused: The leader does not take it.
        ServerBusy: The leader asks to come back later.
        AnswerInvalid: The answer is none of the protocol.
    """
    if 200 <= answer.status < 300:
        return _read_statuses(answer, report_id)
    if answer.status in (408, 425, 429) or answer.status >= 500:
        raise ServerBusy("The leader cannot take reports now.", retry_after=_retry_after(answer))
    problem = read_problem(answer)
    if 400 <= answer.status < 500 and problem:
        raise UploadRefused(
            f"The leader refused the report: {problem}.", status=answer.status, problem=problem
        )
    raise AnswerInvalid("The leader's answer is none of the protocol.")


def _read_statuses(answer: Answer, report_id: bytes) -> Delivery:
    if not answer.body:
        if answer.is_media(MEDIA_UPLOAD_ERRORS) and not {"content-length", "transfer-encoding"} & set(
            answer.headers
        ):
            # It announces a list of errors, and nothing says that the list ended where it was cut off.
            raise AnswerInvalid("The leader's list of errors is not there.")
        return Delivery.ACCEPTED
    if not answer.is_media(MEDIA_UPLOAD_ERRORS):
        raise AnswerInvalid("The leader's answer is none of the protocol.")
    try:
        listed = UploadErrors.decode(answer.body).status
    except MalformedMessage:
        raise AnswerInvalid("The leader's list of errors is none.") from None
    if [status.report_id for status in listed] != [report_id]:
        raise AnswerInvalid("The leader answers about reports that were not sent.")
    error = listed[0].error
    if error == ReportError.REPORT_REPLAYED:
        return Delivery.KNOWN
    name = error.name.lower()
    raise UploadRefused(f"The leader refused the report: {name}.", status=answer.status, problem=name)


def read_problem(answer: Answer) -> str:
    """Return the token of a DAP error from a problem document; empty where there is none."""
    if not answer.is_media("application/problem+json"):
        return ""
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    kind = document.get("type") if isinstance(document, dict) else None
    if not isinstance(kind, str) or not kind.startswith(_PROBLEM_NAMESPACE):
        return ""
    token = kind.removeprefix(_PROBLEM_NAMESPACE)
    return token if token.isascii() and token.isalnum() and len(token) <= _TOKEN_LENGTH else ""


def _retry_after(answer: Answer) -> float | None:
    """Return the seconds that a server asks to wait; a date is not read, since its clock is not ours."""
    text = answer.headers.get("retry-after", "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
