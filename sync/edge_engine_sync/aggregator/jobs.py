"""The leader's aggregation jobs: reports are verified with the helper, a hundred at a time.

A job is written down with the very bytes of its question before the helper is asked, and struck off in the same commit
that adds its reports to their sums. Whoever kills either process at any moment finds the job asked again with the same
bytes, which the helper answers as it did before: nothing is counted twice and nothing is lost.
"""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING, Final

from edge_engine_sync.aggregator import batches
from edge_engine_sync.aggregator.messages import (
    BATCH_ID_SIZE,
    CHECKSUM_SIZE,
    LEADER_SELECTED_BATCH_ID,
    MEDIA_AGGREGATION_JOB,
    MEDIA_AGGREGATION_JOB_INIT,
    AggregationJobAnswer,
    AggregationJobInit,
    time_bucket,
)
from edge_engine_sync.aggregator.peer import NoAnswer, Refused, ask
from edge_engine_sync.aggregator.pingpong import state_size
from edge_engine_sync.aggregator.schedule import Schedule
from edge_engine_sync.aggregator.verification import AnswerUnfit, Begun, Finished, begin, conclude, tally
from edge_engine_sync.errors import DatabaseUnusable, MalformedMessage
from edge_engine_sync.messages import Extension, Report
from edge_engine_sync.task import BatchMode

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from edge_engine_sync.aggregator.database import Database
    from edge_engine_sync.aggregator.parties import AggregatorTask
    from edge_engine_sync.aggregator.verification import Keyring
    from edge_engine_sync.transport import Transport

REPORTS: Final = 100
OUTSTANDING: Final = 8
_SENDERS: Final = 2
_GATHER_SECONDS: Final = 0.1
_EARLY_SECONDS: Final = 5.0
VERIFICATION_KEY: Final = 0


class Jobs:
    """Makes jobs of the reports that wait and asks the helper until each is done.

    Args:
        database: The leader's.
        tasks: By their identifiers.
        keys: The leader's.
        transport: How the helper is reached.
        aggregated: Called with the number of reports that do not wait any more.
        finished: Called when a job is done.
    """

    def __init__(
        self,
        database: Database,
        tasks: Mapping[bytes, AggregatorTask],
        keys: Keyring,
        transport: Transport,
        aggregated: Callable[[int], None],
        finished: Callable[[], None],
    ) -> None:
        self._database = database
        self._tasks = tasks
        self._keys = keys
        self._transport = transport
        self._aggregated = aggregated
        self._finished = finished
        self._schedule: Schedule[int] = Schedule()
        self._come = threading.Event()
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._create_all, name="jobs", daemon=True)]
        self._threads += [
            threading.Thread(target=self._send_all, name=f"sender {number}", daemon=True)
            for number in range(_SENDERS)
        ]

    def start(self) -> None:
        """Take up the jobs that were left and wait for reports."""
        with self._database.transaction() as connection:
            left = connection.execute("SELECT number FROM job ORDER BY number").fetchall()
        for (number,) in left:
            self._schedule.put(number)
        self._come.set()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop after what is being done now."""
        self._stopped.set()
        self._come.set()
        self._schedule.close()
        for thread in self._threads:
            thread.join()

    def wake(self) -> None:
        """Note that reports have come."""
        self._come.set()

    def hurry(self) -> None:
        """Ask about everything now."""
        self._schedule.hurry()
        self._come.set()

    def create(self, task: AggregatorTask) -> int:
        """Make one job of the oldest reports of a task that wait; return how many there were."""
        name = task.task.task_id
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT number, body FROM report WHERE task = ? ORDER BY number LIMIT ?", (name, REPORTS)
            ).fetchall()
        if not rows:
            return 0
        begun = begin(task, self._keys, [Report.decode(body) for _, body in rows])
        with self._database.transaction() as connection:
            connection.executemany("DELETE FROM report WHERE number = ?", [(number,) for number, _ in rows])
            for what, reports in tally(begun.refused).items():
                batches.count(connection, name, what, reports)
            job = self._store(connection, task, begun) if begun.inits else None
        if job is not None:
            self._schedule.put(job)
        self._aggregated(len(rows))
        return len(rows)

    def send(self, number: int) -> bool:
        """Ask the helper about a job; return whether it is done with, one way or the other."""
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT task, request, states FROM job WHERE number = ?", (number,)
            ).fetchone()
        if row is None or row[0] not in self._tasks:
            return True
        task, request, states = self._tasks[row[0]], row[1], row[2]
        media = (MEDIA_AGGREGATION_JOB_INIT, MEDIA_AGGREGATION_JOB)
        asked = AggregationJobInit.decode(request)
        try:
            answered = ask(self._transport, task, "aggregation_jobs", media, request)
            finished = None
            if not isinstance(answered, Refused):
                answers = AggregationJobAnswer.decode(answered).reports
                finished = conclude(task, asked.reports, states, answers)
        except (NoAnswer, MalformedMessage):
            return False
        except AnswerUnfit:
            finished = None
        self._finish(number, task, asked, states, finished)
        return True

    # Within one commit

    def _store(self, connection: sqlite3.Connection, task: AggregatorTask, begun: Begun) -> int:
        """Write a job down and return its number."""
        name = task.task.task_id
        extensions: tuple[Extension, ...] = ()
        buckets: dict[bytes, int] = {}
        if task.task.configuration.batch_mode == BatchMode.LEADER_SELECTED:
            batch = self._select(connection, task, len(begun.inits))
            extensions = (Extension(LEADER_SELECTED_BATCH_ID, batch),)
            buckets[batch] = len(begun.inits)
        else:
            for init in begun.inits:
                bucket = time_bucket(init.share.metadata.time)
                buckets[bucket] = buckets.get(bucket, 0) + 1
        request = AggregationJobInit(VERIFICATION_KEY, extensions, tuple(begun.inits)).encode()
        return self._insert(connection, name, request, begun.states, buckets)

    def _insert(
        self,
        connection: sqlite3.Connection,
        task: bytes,
        request: bytes,
        states: bytes,
        buckets: Mapping[bytes, int],
    ) -> int:
        made = connection.execute(
            "INSERT INTO job (task, request, states) VALUES (?, ?, ?)", (task, request, states)
        ).lastrowid
        assert made is not None  # noqa: S101 - SQLite gives every row a number
        connection.executemany(
            "INSERT INTO job_bucket VALUES (?, ?, ?, ?)",
            [(made, task, bucket, reports) for bucket, reports in buckets.items()],
        )
        return made

    def _select(self, connection: sqlite3.Connection, task: AggregatorTask, reports: int) -> bytes:
        """Return the batch that reports go to: one that is not full, or a new one."""
        name, least = task.task.task_id, task.task.configuration.min_batch_size
        row = connection.execute(
            "SELECT bucket FROM bucket WHERE task = ? AND assigned < ?"
            " AND NOT EXISTS (SELECT 1 FROM collected WHERE task = bucket.task AND first = bucket.bucket)",
            (name, least),
        ).fetchone()
        batch: bytes = row[0] if row else secrets.token_bytes(BATCH_ID_SIZE)
        connection.execute(
            "INSERT INTO bucket (task, bucket, count, assigned, checksum) VALUES (?, ?, 0, ?, ?)"
            " ON CONFLICT DO UPDATE SET assigned = assigned + excluded.assigned",
            (name, batch, reports, bytes(CHECKSUM_SIZE)),
        )
        return batch

    def _finish(
        self,
        number: int,
        task: AggregatorTask,
        asked: AggregationJobInit,
        states: bytes,
        finished: Finished | None,
    ) -> None:
        """Strike a job off, and add its reports to their sums; without an answer that fits, they are not counted."""
        name, vdaf = task.task.task_id, task.task.vdaf
        batch = asked.extensions[0].data if asked.extensions else None
        again = None
        with self._database.transaction() as connection:
            # INVARIANT: whoever strikes the job off adds its reports; an answer that comes twice finds it gone.
            if not connection.execute("DELETE FROM job WHERE number = ?", (number,)).rowcount:
                return
            connection.execute("DELETE FROM job_bucket WHERE job = ?", (number,))
            if finished is None:
                batches.count(connection, name, "abandoned", len(asked.reports))
                lost = len(asked.reports)
            else:
                outputs: dict[bytes, list[batches.Output]] = {}
                for output in finished.outputs:
                    outputs.setdefault(batch or time_bucket(output.time), []).append(output)
                batches.add(connection, vdaf, name, outputs)
                batches.count(connection, name, "counted", len(finished.outputs))
                for what, reports in tally(finished.refused).items():
                    batches.count(connection, name, what, reports)
                lost = len(finished.refused)
                again = self._ask_later(connection, task, asked, states, finished.early)
            if batch is not None:
                connection.execute(
                    "UPDATE bucket SET assigned = assigned - ? WHERE task = ? AND bucket = ?",
                    (lost, name, batch),
                )
        if again is not None:
            self._schedule.put(again, _EARLY_SECONDS)
        self._finished()

    def _ask_later(
        self,
        connection: sqlite3.Connection,
        task: AggregatorTask,
        asked: AggregationJobInit,
        states: bytes,
        early: list[int],
    ) -> int | None:
        """Write down a job of the reports that the helper takes for early, and return its number."""
        if not early:
            return None
        size = state_size(task.task.vdaf)
        reports = tuple(asked.reports[place] for place in early)
        kept = b"".join(states[place * size : (place + 1) * size] for place in early)
        buckets: dict[bytes, int] = {}
        for report in reports:
            batch = asked.extensions[0].data if asked.extensions else time_bucket(report.share.metadata.time)
            buckets[batch] = buckets.get(batch, 0) + 1
        request = AggregationJobInit(VERIFICATION_KEY, asked.extensions, reports).encode()
        return self._insert(connection, task.task.task_id, request, kept, buckets)

    # Threads

    def _create_all(self) -> None:
        while not self._stopped.is_set():
            self._come.clear()
            most = 0
            try:
                for task in self._tasks.values():
                    if len(self._schedule) < OUTSTANDING:
                        most = max(most, self.create(task))
            except DatabaseUnusable:
                # Nothing was changed; what waits is taken up when the disk has room again.
                self._stopped.wait(1.0)
                continue
            if most < REPORTS:
                self._come.wait(1.0)
                # Many small jobs cost more than few full ones: let reports gather.
                self._stopped.wait(_GATHER_SECONDS)

    def _send_all(self) -> None:
        while (number := self._schedule.take()) is not None:
            try:
                done = self.send(number)
            except DatabaseUnusable:
                done = False
            if done:
                self._schedule.done(number)
                self._come.set()
            else:
                self._schedule.again(number)
