"""The leader's collections: when a batch is whole, both sums of it are sealed for the collector, once.

A collection waits until no report of its batch is on its way. Then, in one commit, the batch is closed and the question
to the helper is written down; it is asked, with the same bytes, until the helper answers.

Source: draft-ietf-ppm-dap-18, sections 4.6.1 and 4.6.4.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge_engine_sync.aggregator import batches
from edge_engine_sync.aggregator.messages import (
    JOB_ID_SIZE,
    MEDIA_AGGREGATE_SHARE,
    MEDIA_AGGREGATE_SHARE_REQUEST,
    AggregateShare,
    AggregateShareRequest,
    Batch,
    CollectionJobAnswer,
    CollectionJobRequest,
)
from edge_engine_sync.aggregator.peer import NoAnswer, Refused, ask
from edge_engine_sync.aggregator.problems import Problem
from edge_engine_sync.aggregator.schedule import Schedule
from edge_engine_sync.aggregator.sealing import seal_sum
from edge_engine_sync.codec import Reader
from edge_engine_sync.errors import DatabaseUnusable, MalformedMessage
from edge_engine_sync.messages import HpkeCiphertext, Interval
from edge_engine_sync.task import BatchMode

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from edge_engine_sync.aggregator.database import Database
    from edge_engine_sync.aggregator.parties import AggregatorTask
    from edge_engine_sync.transport import Transport

Key = tuple[bytes, bytes]
"""A task and the identifier of one of its collections."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a collection is.

    Attributes:
        collection_id: Its identifier.
        answer: What the collector gets; empty until it is there.
        problem: Why there will be none; empty where there may be.
    """

    collection_id: bytes
    answer: bytes = b""
    problem: str = ""


class Collections:
    """Collects batches.

    Args:
        database: The leader's.
        tasks: By their identifiers.
        transport: How the helper is reached.
    """

    def __init__(
        self, database: Database, tasks: Mapping[bytes, AggregatorTask], transport: Transport
    ) -> None:
        self._database = database
        self._tasks = tasks
        self._transport = transport
        self._schedule: Schedule[Key] = Schedule()
        self._moved = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="collections", daemon=True)

    def start(self) -> None:
        """Take up the collections that were left."""
        with self._database.transaction() as connection:
            left = connection.execute(
                "SELECT task, id FROM collection WHERE state IN ('waiting', 'closed')"
            ).fetchall()
        for key in left:
            self._schedule.put(tuple(key))
        self._thread.start()

    def stop(self) -> None:
        """Stop after what is being done now."""
        self._schedule.close()
        self._thread.join()
        with self._moved:
            self._moved.notify_all()

    def hurry(self) -> None:
        """Look again: reports were added to their sums."""
        self._schedule.hurry()

    def create(self, task: AggregatorTask, body: bytes) -> bytes:
        """Begin a collection, or find the one that the same request began; return its identifier.

        Raises:
            Problem: The request is refused.
        """
        name = task.task.task_id
        request = _read(task, body)
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT id, state FROM collection WHERE task = ? AND request = ?", (name, body)
            ).fetchone()
            edges = request.query.edges()
            if row is None or row[1] == "failed":
                if edges is not None and batches.is_collected(connection, name, edges):
                    raise Problem("batchOverlap", task=name)
                # What failed for want of reports is begun anew: more may have come.
                collection_id = row[0] if row else secrets.token_bytes(JOB_ID_SIZE)
                connection.execute(
                    "INSERT OR REPLACE INTO collection (task, id, request, state) VALUES (?, ?, ?, 'waiting')",
                    (name, collection_id, body),
                )
            else:
                collection_id = row[0]
        self._schedule.put((name, collection_id))
        return collection_id

    def progress(self, task: AggregatorTask, collection_id: bytes, patience: float = 0.0) -> Progress:
        """Return how far a collection is, waiting a while for its end.

        Raises:
            Problem: There is no such collection.
        """
        with self._moved:
            found = self._progress(task, collection_id)
            if not found.answer and not found.problem and patience:
                self._moved.wait(patience)
                found = self._progress(task, collection_id)
        return found

    def delete(self, task: AggregatorTask, collection_id: bytes) -> None:
        """Forget a collection; its batch stays collected.

        Raises:
            Problem: There is no such collection, or the helper is being asked for it.
        """
        name = task.task.task_id
        # Tells who asks for what is not there, too.
        self._progress(task, collection_id)
        with self._database.transaction() as connection:
            gone = connection.execute(
                "UPDATE collection SET request = NULL, answer = NULL, leader_share = NULL, share_request = NULL,"
                " state = 'deleted' WHERE task = ? AND id = ? AND state IN ('done', 'failed', 'waiting')",
                (name, collection_id),
            ).rowcount
        if not gone:
            raise Problem(status=409, task=name)

    def advance(self, key: Key) -> bool:
        """Do what can be done of a collection; return whether there is nothing more to do."""
        task = self._tasks.get(key[0])
        if task is None:
            return True
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT state, request, share_request, leader_share FROM collection WHERE task = ? AND id = ?",
                key,
            ).fetchone()
            if row is None or row[0] not in ("waiting", "closed"):
                return True
            if row[0] == "waiting":
                closed = self._close(connection, task, key, CollectionJobRequest.decode(row[1]))
                if not isinstance(closed, tuple):
                    if closed:
                        self._fail(connection, key, closed)
                    return bool(closed)
                share_request, leader_share = closed
            else:
                share_request, leader_share = row[2], row[3]
        return self._finish(task, key, share_request, leader_share)

    # Within one commit

    def _progress(self, task: AggregatorTask, collection_id: bytes) -> Progress:
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT state, problem, answer FROM collection WHERE task = ? AND id = ?",
                (task.task.task_id, collection_id),
            ).fetchone()
        if row is None or row[0] == "deleted":
            raise Problem(status=404, task=task.task.task_id)
        return Progress(collection_id, row[2] or b"", row[1])

    def _close(
        self, connection: sqlite3.Connection, task: AggregatorTask, key: Key, request: CollectionJobRequest
    ) -> tuple[bytes, bytes] | str:
        """Close the batch of a collection if it is whole.

        Returns:
            The question to the helper and the leader's sealed sum; why there will be none; or nothing: not whole yet.
        """
        name, vdaf = task.task.task_id, task.task.vdaf
        edges = request.query.edges()
        batch = request.query
        if edges is None:
            chosen = self._choose(connection, task)
            if isinstance(chosen, str):
                return chosen
            edges, batch = (chosen, chosen), Batch.selected(chosen)
        elif batches.is_collected(connection, name, edges):
            return "batchOverlap"
        elif self._on_their_way(connection, name, edges):
            return ""
        gathered = batches.gather(connection, vdaf, name, edges)
        # INVARIANT: no sum over fewer reports leaves this process.
        if gathered.count < task.task.configuration.min_batch_size:
            return "invalidBatchSize"
        sealed = seal_sum(task, gathered.share, request)
        share_request = AggregateShareRequest(request, batch, gathered.count, gathered.checksum).encode()
        kept = gathered.interval.encode() + sealed.encode()
        batches.close_batch(connection, name, edges)
        connection.execute(
            "UPDATE collection SET state = 'closed', share_request = ?, leader_share = ? WHERE task = ? AND id = ?",
            (share_request, kept, *key),
        )
        return share_request, kept

    def _on_their_way(self, connection: sqlite3.Connection, name: bytes, edges: batches.Edges) -> bool:
        """Tell whether reports of a range of buckets wait or are asked about."""
        waits = "SELECT 1 FROM report WHERE task = ? AND bucket BETWEEN ? AND ? LIMIT 1"
        asked = "SELECT 1 FROM job_bucket WHERE task = ? AND bucket BETWEEN ? AND ? LIMIT 1"
        return any(connection.execute(sql, (name, *edges)).fetchone() for sql in (waits, asked))

    def _choose(self, connection: sqlite3.Connection, task: AggregatorTask) -> bytes | str:
        """Return a batch of the leader's that is whole; or that there is none, or nothing: one may become whole."""
        name = task.task.task_id
        row = connection.execute(
            "SELECT bucket FROM bucket WHERE task = ? AND count >= ? AND count = assigned"
            " AND NOT EXISTS (SELECT 1 FROM collected WHERE task = bucket.task AND first = bucket.bucket)"
            " ORDER BY last LIMIT 1",
            (name, task.task.configuration.min_batch_size),
        ).fetchone()
        if row is not None:
            chosen: bytes = row[0]
            return chosen
        waits = connection.execute("SELECT 1 FROM report WHERE task = ? LIMIT 1", (name,)).fetchone()
        asked = connection.execute("SELECT 1 FROM job WHERE task = ? LIMIT 1", (name,)).fetchone()
        return "" if waits or asked else "invalidBatchSize"

    def _finish(self, task: AggregatorTask, key: Key, share_request: bytes, kept: bytes) -> bool:
        media = (MEDIA_AGGREGATE_SHARE_REQUEST, MEDIA_AGGREGATE_SHARE)
        try:
            answered = ask(self._transport, task, "aggregate_shares", media, share_request)
            helper_share = None if isinstance(answered, Refused) else AggregateShare.decode(answered).sealed
        except (NoAnswer, MalformedMessage):
            return False
        asked = AggregateShareRequest.decode(share_request)
        edges = asked.batch.edges()
        assert edges is not None  # noqa: S101 - a closed batch has edges
        with self._database.transaction() as connection:
            if isinstance(answered, Refused):
                batches.reopen_batch(connection, key[0], edges)
                self._fail(connection, key, answered.problem)
            elif helper_share is not None:
                self._answer(connection, key, asked.report_count, kept, helper_share)
                batches.forget_shares(connection, key[0], edges)
        return True

    def _answer(
        self,
        connection: sqlite3.Connection,
        key: Key,
        reports: int,
        kept: bytes,
        helper_share: HpkeCiphertext,
    ) -> None:
        reader = Reader(kept)
        interval, leader_share = Interval.read(reader), HpkeCiphertext.read(reader)
        answer = CollectionJobAnswer(reports, interval, leader_share, helper_share).encode()
        connection.execute(
            "UPDATE collection SET state = 'done', answer = ?, share_request = NULL, leader_share = NULL"
            " WHERE task = ? AND id = ?",
            (answer, *key),
        )

    def _fail(self, connection: sqlite3.Connection, key: Key, problem: str) -> None:
        connection.execute(
            "UPDATE collection SET state = 'failed', problem = ?, share_request = NULL, leader_share = NULL"
            " WHERE task = ? AND id = ?",
            (problem, *key),
        )

    def _run(self) -> None:
        while (key := self._schedule.take()) is not None:
            try:
                done = self.advance(key)
            except DatabaseUnusable:
                done = False
            if done:
                self._schedule.done(key)
                with self._moved:
                    self._moved.notify_all()
            else:
                self._schedule.again(key)


def _read(task: AggregatorTask, body: bytes) -> CollectionJobRequest:
    """Return a collector's request.

    Raises:
        Problem: It is refused whatever the leader holds.
    """
    name = task.task.task_id
    try:
        request = CollectionJobRequest.decode(body)
    except MalformedMessage:
        raise Problem("invalidMessage", task=name) from None
    check_request(task, request)
    if request.query.mode == BatchMode.TIME_INTERVAL and request.query.edges() is None:
        raise Problem("batchInvalid", task=name)
    return request


def check_request(task: AggregatorTask, request: CollectionJobRequest) -> None:
    """Refuse what neither aggregator does for a collector.

    Raises:
        Problem: The batch mode is not the task's, or there is a parameter or an extension; none is known.
    """
    name = task.task.task_id
    if request.query.mode != task.task.configuration.batch_mode:
        raise Problem("invalidMessage", task=name)
    if request.aggregation_parameter:
        raise Problem("invalidAggregationParameter", task=name)
    kinds = [extension.kind for extension in request.extensions]
    if kinds != sorted(set(kinds)):
        raise Problem("invalidExtension", task=name)
    if kinds:
        raise Problem("unsupportedExtension", task=name)
