"""Taking reports: many requests, one commit.

A report is answered for once it is on the disk. Forcing a disk to write takes milliseconds however little it is; so the
reports of all requests that wait are committed together.
"""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from edge_engine_sync.aggregator import batches
from edge_engine_sync.aggregator.messages import time_bucket
from edge_engine_sync.aggregator.problems import Problem
from edge_engine_sync.aggregator.verification import check_time, has_right_sizes
from edge_engine_sync.messages import ReportError
from edge_engine_sync.task import BatchMode

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from edge_engine_sync.aggregator.database import Database
    from edge_engine_sync.aggregator.parties import AggregatorTask
    from edge_engine_sync.aggregator.verification import Keyring
    from edge_engine_sync.messages import Report

TOGETHER: Final = 2000
LONGEST_QUEUE: Final = 1_000_000
_PATIENCE: Final = 30.0

Verdicts = list[ReportError | None]


@dataclass(slots=True)
class _Waiting:
    task: AggregatorTask
    reports: Sequence[Report]
    verdicts: Future[Verdicts] = field(default_factory=Future)


class Intake:
    """Takes reports into the database.

    Args:
        database: The leader's.
        keys: The leader's.
        clock: Seconds since 1970.
    """

    def __init__(self, database: Database, keys: Keyring, clock: Callable[[], float]) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._taken: Callable[[], None] = lambda: None
        self._counting = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
        with database.transaction() as connection:
            self._waiting: int = connection.execute("SELECT count(*) FROM report").fetchone()[0]

    def start(self, taken: Callable[[], None]) -> None:
        """Start taking, and call ``taken`` after each commit."""
        self._taken = taken
        self._thread.start()

    def stop(self) -> None:
        """Finish what waits and stop."""
        self._queue.put(None)
        self._thread.join()

    def submit(self, task: AggregatorTask, reports: Sequence[Report]) -> Verdicts:
        """Take reports and return, once they are on the disk, which were not taken and why.

        Raises:
            Problem: There are too many reports already.
            DatabaseUnusable: Nothing can be kept now.
        """
        if self._waiting > LONGEST_QUEUE:
            raise Problem(status=503)
        waiting = _Waiting(task, reports)
        self._queue.put(waiting)
        try:
            return waiting.verdicts.result(_PATIENCE)
        except TimeoutError:
            raise Problem(status=503) from None

    def aggregated(self, reports: int) -> None:
        """Note that reports do not wait any more."""
        with self._counting:
            self._waiting -= reports

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            together, size = [first], len(first.reports)
            last = False
            while size < TOGETHER and not self._queue.empty():
                following = self._queue.get()
                if following is None:
                    last = True
                    break
                together.append(following)
                size += len(following.reports)
            self._commit(together)
            if last:
                return

    def _commit(self, together: list[_Waiting]) -> None:
        try:
            with self._database.transaction() as connection:
                verdicts = [self._take(connection, one) for one in together]
        except Exception as error:  # noqa: BLE001 - whoever waits has to learn of it
            for one in together:
                one.verdicts.set_exception(error)
            return
        for one, found in zip(together, verdicts, strict=True):
            with self._counting:
                self._waiting += found.count(None)
            one.verdicts.set_result(found)
        self._taken()

    def _take(self, connection: sqlite3.Connection, waiting: _Waiting) -> Verdicts:
        task = waiting.task
        now, oldest = self._clock(), batches.oldest(connection, task.task.task_id)
        by_time = task.task.configuration.batch_mode == BatchMode.TIME_INTERVAL
        verdicts: Verdicts = []
        for report in waiting.reports:
            error = self._judge(connection, task, report, now, oldest)
            verdicts.append(error)
            if error is None:
                bucket = time_bucket(report.metadata.time) if by_time else None
                connection.execute(
                    "INSERT INTO report (task, bucket, body) VALUES (?, ?, ?)",
                    (task.task.task_id, bucket, report.encode()),
                )
        return verdicts

    def _judge(
        self, connection: sqlite3.Connection, task: AggregatorTask, report: Report, now: float, oldest: int
    ) -> ReportError | None:
        """Return why a report is not taken; note it as seen where it is.

        Whether it came before is judged first, and next whether it is so old that this may be forgotten: who sends a
        report again must not be told that its key is outdated, or a fresh report would be made and counted beside the
        one that was taken. A report that is taken keeps its
        identifier even where it turns out later that its share does not open: the leader discards whatever comes under
        the identifier of a report that was uploaded. Nobody but its client knows it before.

        Source: draft-ietf-ppm-dap-18, section 4.4.2.2.
        """
        name, metadata = task.task.task_id, report.metadata
        if batches.is_seen(connection, name, metadata.report_id):
            return ReportError.REPORT_REPLAYED
        error = check_time(task, metadata.time, now, oldest)
        if error is not None:
            return error if error == ReportError.REPORT_TOO_EARLY else ReportError.REPORT_DROPPED
        if report.leader_share.config_id not in self._keys:
            return ReportError.OUTDATED_CONFIG
        if not has_right_sizes(task, report):
            return ReportError.INVALID_MESSAGE
        bucket = time_bucket(metadata.time)
        by_time = task.task.configuration.batch_mode == BatchMode.TIME_INTERVAL
        if by_time and batches.is_collected(connection, name, (bucket, bucket)):
            return ReportError.REPORT_REPLAYED
        batches.is_new(connection, name, metadata.report_id, metadata.time)
        return None
