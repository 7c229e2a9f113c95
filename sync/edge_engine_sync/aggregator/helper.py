"""The helper: verifies what the leader asks about and gives its share of a sum, once.

Source: draft-ietf-ppm-dap-18, sections 4.5.3.2 and 4.6.4.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

from edge_engine_sync.aggregator import batches
from edge_engine_sync.aggregator.application import (
    answer_common,
    authenticate,
    find_task,
    identifier,
    location,
    require,
)
from edge_engine_sync.aggregator.collections import check_request
from edge_engine_sync.aggregator.jobs import VERIFICATION_KEY
from edge_engine_sync.aggregator.messages import (
    BATCH_ID_SIZE,
    JOB_ID_SIZE,
    LEADER_SELECTED_BATCH_ID,
    MEDIA_AGGREGATE_SHARE,
    MEDIA_AGGREGATE_SHARE_REQUEST,
    MEDIA_AGGREGATION_JOB,
    MEDIA_AGGREGATION_JOB_CONTINUE,
    MEDIA_AGGREGATION_JOB_INIT,
    AggregateShare,
    AggregateShareRequest,
    AggregationJobAnswer,
    AggregationJobContinue,
    AggregationJobInit,
    Step,
    VerifyAnswer,
    time_bucket,
)
from edge_engine_sync.aggregator.parties import base64url
from edge_engine_sync.aggregator.problems import Problem
from edge_engine_sync.aggregator.retention import Retention
from edge_engine_sync.aggregator.sealing import seal_sum
from edge_engine_sync.aggregator.server import Reply
from edge_engine_sync.aggregator.verification import answer, check_time, tally
from edge_engine_sync.errors import MalformedMessage
from edge_engine_sync.messages import ReportError
from edge_engine_sync.task import BatchMode

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from edge_engine_sync.aggregator.database import Database
    from edge_engine_sync.aggregator.parties import Aggregator, AggregatorTask
    from edge_engine_sync.aggregator.server import Request

_JOB, _SHARE = "job", "share"
_MEDIA = {_JOB: MEDIA_AGGREGATION_JOB, _SHARE: MEDIA_AGGREGATE_SHARE}

Verified = tuple[bytes, list[int]] | ReportError


class Helper:
    """A helper.

    Args:
        aggregator: Its keys and tasks.
        database: Its file.
        clock: Seconds since 1970.
    """

    def __init__(
        self, aggregator: Aggregator, database: Database, clock: Callable[[], float] = time.time
    ) -> None:
        self._aggregator = aggregator
        self._database = database
        self._clock = clock
        self._retention = Retention(database, aggregator, clock)
        self._keys = {pair.config.identifier: pair for pair in aggregator.keys}

    def start(self) -> None:
        """Forget what is too old, now and every hour."""
        self._retention.start()

    def stop(self) -> None:
        """Stop forgetting; nothing else goes on by itself."""
        self._retention.stop()

    def answer(self, request: Request) -> Reply:
        """Return the answer to a request.

        Raises:
            Problem: The request is refused.
            DatabaseUnusable: Nothing can be kept now.
        """
        common = answer_common(self._aggregator, self._database, request)
        if common is not None:
            return common
        task, path = find_task(self._aggregator, request)
        authenticate(task, request)
        match path:
            case ("aggregation_jobs",):
                require(request, "POST", media=MEDIA_AGGREGATION_JOB_INIT)
                return self._once(task, _JOB, request)
            case ("aggregate_shares",):
                require(request, "POST", media=MEDIA_AGGREGATE_SHARE_REQUEST)
                return self._once(task, _SHARE, request)
            case ("aggregation_jobs", name) if request.method == "POST":
                require(request, "POST", media=MEDIA_AGGREGATION_JOB_CONTINUE)
                return self._continue(task, name, request.body)
            case ("aggregation_jobs" | "aggregate_shares" as what, name):
                require(request, "GET", "DELETE")
                kind = _JOB if what == "aggregation_jobs" else _SHARE
                return self._resource(task, kind, identifier(name, JOB_ID_SIZE, task), request.method)
            case _:
                raise Problem(status=404, task=task.task.task_id)

    def _once(self, task: AggregatorTask, kind: str, request: Request) -> Reply:
        """Answer a question, as it was answered before if it was."""
        name, body = task.task.task_id, request.body
        # The name of what is made follows from the question: the same bytes find the same answer.
        answer_id = hashlib.sha256(kind.encode() + name + body).digest()[:JOB_ID_SIZE]
        with self._database.transaction() as connection:
            found = self._find(connection, name, kind, answer_id)
        if found is None:
            found = (
                self._verify(task, answer_id, body) if kind == _JOB else self._share(task, answer_id, body)
            )
        return Reply(201, _MEDIA[kind], found, {"Location": location(request, base64url(answer_id))})

    def _find(self, connection: sqlite3.Connection, task: bytes, kind: str, answer_id: bytes) -> bytes | None:
        row = connection.execute(
            "SELECT answer FROM answered WHERE task = ? AND id = ? AND kind = ?", (task, answer_id, kind)
        ).fetchone()
        return row[0] if row else None

    def _verify(self, task: AggregatorTask, answer_id: bytes, body: bytes) -> bytes:
        """Verify the reports of a job, add the valid ones to their sums and return the answer."""
        name = task.task.task_id
        job, batch = _read_job(task, body)
        # Outside of the transaction: it takes long and changes nothing.
        verified = [answer(task, self._keys, one) for one in job.reports]
        now = self._clock()
        with self._database.transaction() as connection:
            # INVARIANT: looked for again under the lock; the same question may have come twice at once.
            found = self._find(connection, name, _JOB, answer_id)
            if found is not None:
                return found
            oldest = batches.oldest(connection, name)
            outputs: dict[bytes, list[batches.Output]] = {}
            answers, refused = [], []
            for one, result in zip(job.reports, verified, strict=True):
                metadata = one.share.metadata
                bucket = batch or time_bucket(metadata.time)
                early = check_time(task, metadata.time, now, oldest)
                judged = early or self._judge(
                    connection, name, bucket, result, metadata.report_id, metadata.time
                )
                if isinstance(judged, ReportError):
                    refused.append(judged)
                    answers.append(VerifyAnswer(metadata.report_id, Step.REJECT, error=judged))
                    continue
                message, share = judged
                outputs.setdefault(bucket, []).append(
                    batches.Output(metadata.report_id, metadata.time, share)
                )
                answers.append(VerifyAnswer(metadata.report_id, Step.CONTINUE, message))
            batches.add(connection, task.task.vdaf, name, outputs)
            batches.count(connection, name, "counted", sum(map(len, outputs.values())))
            for what, reports in tally(refused).items():
                batches.count(connection, name, what, reports)
            encoded = AggregationJobAnswer(tuple(answers)).encode()
            # Reports that are of the future alone changed nothing; the same question may be answered otherwise later.
            if outputs or ReportError.REPORT_TOO_EARLY not in refused:
                connection.execute(
                    "INSERT INTO answered VALUES (?, ?, ?, ?)", (name, answer_id, _JOB, encoded)
                )
        return encoded

    def _judge(
        self,
        connection: sqlite3.Connection,
        task: bytes,
        bucket: bytes,
        result: Verified,
        report_id: bytes,
        made: int,
    ) -> Verified:
        """Return what is to be answered about a report; one that is to be counted is noted as seen."""
        if isinstance(result, ReportError):
            return result
        if batches.is_collected(connection, task, (bucket, bucket)):
            return ReportError.BATCH_COLLECTED
        if not batches.is_new(connection, task, report_id, made):
            return ReportError.REPORT_REPLAYED
        return result

    def _share(self, task: AggregatorTask, answer_id: bytes, body: bytes) -> bytes:
        """Close a batch and return the sealed share of its sum."""
        name = task.task.task_id
        asked, edges = _read_share_request(task, body)
        with self._database.transaction() as connection:
            found = self._find(connection, name, _SHARE, answer_id)
            if found is not None:
                return found
            if batches.is_collected(connection, name, edges):
                raise Problem("batchOverlap", task=name)
            gathered = batches.gather(connection, task.task.vdaf, name, edges)
            # INVARIANT: no sum over fewer reports leaves this process, whatever the leader says.
            if gathered.count < task.task.configuration.min_batch_size:
                raise Problem("invalidBatchSize", task=name)
            if (gathered.count, gathered.checksum) != (asked.report_count, asked.checksum):
                raise Problem("batchMismatch", task=name)
            encoded = AggregateShare(seal_sum(task, gathered.share, asked.collection)).encode()
            batches.close_batch(connection, name, edges)
            batches.forget_shares(connection, name, edges)
            connection.execute("INSERT INTO answered VALUES (?, ?, ?, ?)", (name, answer_id, _SHARE, encoded))
        return encoded

    def _continue(self, task: AggregatorTask, text: str, body: bytes) -> Reply:
        """Refuse to go on with a job: a function of one round never does."""
        name = task.task.task_id
        job = identifier(text, JOB_ID_SIZE, task)
        with self._database.transaction() as connection:
            if self._find(connection, name, _JOB, job) is None:
                raise Problem("unrecognizedAggregationJob", task=name)
        try:
            step = AggregationJobContinue.decode(body).step
        except MalformedMessage:
            step = 0
        raise Problem("stepMismatch" if step else "invalidMessage", task=name)

    def _resource(self, task: AggregatorTask, kind: str, answer_id: bytes, method: str) -> Reply:
        """Give an answer again, or forget it; what was counted stays counted and what was collected stays collected."""
        name = task.task.task_id
        with self._database.transaction() as connection:
            found = self._find(connection, name, kind, answer_id)
            if found is None:
                token = "unrecognizedAggregationJob" if kind == _JOB else ""
                raise Problem(token, status=404, task=name)
            if method == "DELETE":
                connection.execute("DELETE FROM answered WHERE task = ? AND id = ?", (name, answer_id))
                return Reply()
        return Reply(200, _MEDIA[kind], found)


def _read_job(task: AggregatorTask, body: bytes) -> tuple[AggregationJobInit, bytes]:
    """Return a job, and the batch of its reports where the leader selects it.

    Raises:
        Problem: It is refused whatever the helper holds.
    """
    name = task.task.task_id
    try:
        job = AggregationJobInit.decode(body)
    except MalformedMessage:
        raise Problem("invalidMessage", task=name) from None
    if any(extension.kind != LEADER_SELECTED_BATCH_ID for extension in job.extensions):
        raise Problem("unsupportedExtension", task=name)
    if job.aggregation_parameter:
        raise Problem("invalidAggregationParameter", task=name)
    selects = task.task.configuration.batch_mode == BatchMode.LEADER_SELECTED
    batch = job.extensions[0].data if job.extensions else b""
    identifiers = [one.share.metadata.report_id for one in job.reports]
    if (
        job.verification_key != VERIFICATION_KEY
        or len(batch) != (BATCH_ID_SIZE if selects else 0)
        or (job.extensions and not selects)
        or not identifiers
        or len(set(identifiers)) < len(identifiers)
    ):
        raise Problem("invalidMessage", task=name)
    return job, batch


def _read_share_request(task: AggregatorTask, body: bytes) -> tuple[AggregateShareRequest, batches.Edges]:
    """Return the leader's question for a sum and the buckets that it is about.

    Raises:
        Problem: It is refused whatever the helper holds.
    """
    name = task.task.task_id
    try:
        asked = AggregateShareRequest.decode(body)
    except MalformedMessage:
        raise Problem("invalidMessage", task=name) from None
    if asked.batch.mode != task.task.configuration.batch_mode:
        raise Problem("invalidMessage", task=name)
    check_request(task, asked.collection)
    edges, wished = asked.batch.edges(), asked.collection.query.edges()
    if edges is None:
        raise Problem("batchInvalid", task=name)
    if asked.batch.mode == BatchMode.TIME_INTERVAL and (
        wished is None or not (wished[0] <= edges[0] and edges[1] <= wished[1])
    ):
        raise Problem("batchInvalid", task=name)
    return asked, edges
