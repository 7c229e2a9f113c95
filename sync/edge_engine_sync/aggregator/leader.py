"""The leader: takes reports from clients, has them verified with the helper, and answers the collector.

Source: draft-ietf-ppm-dap-18, sections 4.4 to 4.6.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from edge_engine_sync.aggregator.application import (
    answer_common,
    authenticate,
    find_task,
    identifier,
    location,
    require,
)
from edge_engine_sync.aggregator.collections import Collections
from edge_engine_sync.aggregator.intake import Intake
from edge_engine_sync.aggregator.jobs import Jobs
from edge_engine_sync.aggregator.messages import (
    JOB_ID_SIZE,
    MEDIA_COLLECTION_JOB,
    MEDIA_COLLECTION_JOB_REQUEST,
)
from edge_engine_sync.aggregator.parties import base64url
from edge_engine_sync.aggregator.problems import Problem
from edge_engine_sync.aggregator.retention import Retention
from edge_engine_sync.aggregator.server import Reply
from edge_engine_sync.errors import MalformedMessage
from edge_engine_sync.messages import (
    MEDIA_UPLOAD_ERRORS,
    MEDIA_UPLOAD_REQUEST,
    ReportUploadStatus,
    UploadErrors,
    UploadRequest,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_engine_sync.aggregator.collections import Progress
    from edge_engine_sync.aggregator.database import Database
    from edge_engine_sync.aggregator.parties import Aggregator, AggregatorTask
    from edge_engine_sync.aggregator.server import Request
    from edge_engine_sync.transport import Transport

PATIENCE: Final = 5.0
"""Seconds that a collector's question is held open for a collection that is not done."""


class Leader:
    """A leader.

    Args:
        aggregator: Its keys and tasks.
        database: Its file.
        transport: How the helper is reached.
        clock: Seconds since 1970.
    """

    def __init__(
        self,
        aggregator: Aggregator,
        database: Database,
        transport: Transport,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._aggregator = aggregator
        self._database = database
        self._retention = Retention(database, aggregator, clock)
        keys = {pair.config.identifier: pair for pair in aggregator.keys}
        self.collections = Collections(database, aggregator.tasks, transport)
        self.intake = Intake(database, keys, clock)
        self.jobs = Jobs(
            database, aggregator.tasks, keys, transport, self.intake.aggregated, self.collections.hurry
        )

    def start(self) -> None:
        """Take up what was left and start."""
        self._retention.start()
        self.intake.start(self.jobs.wake)
        self.collections.start()
        self.jobs.start()

    def stop(self) -> None:
        """Stop after what is being done now."""
        self.intake.stop()
        self.jobs.stop()
        self.collections.stop()
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
        match path:
            case ("reports",):
                require(request, "POST", media=MEDIA_UPLOAD_REQUEST)
                return self._upload(task, request.body)
            case ("collection_jobs",):
                authenticate(task, request)
                require(request, "POST", media=MEDIA_COLLECTION_JOB_REQUEST)
                collection_id = self.collections.create(task, request.body)
                progress = self.collections.progress(task, collection_id, PATIENCE)
                place = location(request, base64url(collection_id))
                return self._tell(task, progress, 201, {"Location": place})
            case ("collection_jobs", name):
                authenticate(task, request)
                require(request, "GET", "DELETE")
                collection_id = identifier(name, JOB_ID_SIZE, task)
                if request.method == "DELETE":
                    self.collections.delete(task, collection_id)
                    return Reply()
                return self._tell(task, self.collections.progress(task, collection_id, PATIENCE), 200, {})
            case _:
                raise Problem(status=404, task=task.task.task_id)

    def _upload(self, task: AggregatorTask, body: bytes) -> Reply:
        try:
            reports = UploadRequest.decode(body).reports
        except MalformedMessage:
            raise Problem("invalidMessage", task=task.task.task_id) from None
        if not reports:
            raise Problem("invalidMessage", task=task.task.task_id)
        verdicts = self.intake.submit(task, reports)
        refused = [
            ReportUploadStatus(report.metadata.report_id, error)
            for report, error in zip(reports, verdicts, strict=True)
            if error is not None
        ]
        if not refused:
            return Reply(201)
        return Reply(200, MEDIA_UPLOAD_ERRORS, UploadErrors(tuple(refused)).encode())

    def _tell(self, task: AggregatorTask, progress: Progress, status: int, headers: dict[str, str]) -> Reply:
        if progress.problem:
            raise Problem(progress.problem, task=task.task.task_id)
        if not progress.answer:
            return Reply(status, headers={**headers, "Retry-After": "1"})
        return Reply(status, MEDIA_COLLECTION_JOB, progress.answer, headers)
