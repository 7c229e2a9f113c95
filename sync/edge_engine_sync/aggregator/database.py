"""The file of one aggregator: SQLite, one process, one writer, durable before anything is answered.

In it are sealed shares, shares of sums and of reports that are being verified, identifiers and times of reports, and
sealed answers. Keys and tokens are not. A share alone tells nothing; whoever has the files of both aggregators and
their keys could read measurements that have not been summed yet.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from edge_engine_sync.errors import DatabaseUnusable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_engine_sync.messages import Role

SCHEMA: Final = 1

_TABLES: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
-- Every report that was taken: none is taken again. Times are in the task's units.
CREATE TABLE seen (task BLOB, report BLOB, time INTEGER NOT NULL, PRIMARY KEY (task, report)) WITHOUT ROWID;
-- Reports before this time may have been forgotten above and are never taken, and it does not go back.
CREATE TABLE horizon (task BLOB PRIMARY KEY, time INTEGER NOT NULL) WITHOUT ROWID;
-- Sums of verified reports. A bucket is a time (eight bytes) or a batch that the leader selected (32 bytes).
CREATE TABLE bucket (
    task BLOB, bucket BLOB, count INTEGER NOT NULL, assigned INTEGER NOT NULL, checksum BLOB NOT NULL, share BLOB,
    first INTEGER, last INTEGER, PRIMARY KEY (task, bucket)
) WITHOUT ROWID;
-- Ranges of buckets that were collected, or are being.
CREATE TABLE collected (task BLOB, first BLOB, last BLOB, PRIMARY KEY (task, first)) WITHOUT ROWID;
-- How many reports came to which end.
CREATE TABLE tally (task BLOB, what TEXT, count INTEGER NOT NULL, PRIMARY KEY (task, what)) WITHOUT ROWID;
-- The leader's: reports that wait, jobs that the helper was or will be asked to do, and collections.
CREATE TABLE report (number INTEGER PRIMARY KEY, task BLOB NOT NULL, bucket BLOB, body BLOB NOT NULL);
CREATE INDEX report_by_task ON report (task, number);
CREATE TABLE job (number INTEGER PRIMARY KEY, task BLOB NOT NULL, request BLOB NOT NULL, states BLOB NOT NULL);
CREATE TABLE job_bucket (
    job INTEGER, task BLOB, bucket BLOB, count INTEGER NOT NULL, PRIMARY KEY (job, bucket)
) WITHOUT ROWID;
CREATE INDEX job_bucket_by_bucket ON job_bucket (task, bucket);
CREATE TABLE collection (
    task BLOB, id BLOB, request BLOB, state TEXT NOT NULL, problem TEXT NOT NULL DEFAULT '',
    share_request BLOB, leader_share BLOB, answer BLOB, PRIMARY KEY (task, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX collection_by_request ON collection (task, request);
-- The helper's: what it answered, so that a question that comes again gets the same answer.
CREATE TABLE answered (
    task BLOB, id BLOB, kind TEXT NOT NULL, answer BLOB NOT NULL, PRIMARY KEY (task, id)
) WITHOUT ROWID;
"""


class Database:
    """A connection that all threads of an aggregator share.

    Args:
        path: The file; made where it is not there, readable by its owner alone.
        role: Whose it is.

    Raises:
        DatabaseUnusable: It cannot be opened, is in use, or is another's.
    """

    def __init__(self, path: Path, role: Role) -> None:
        self._lock = threading.RLock()
        try:
            path.touch(mode=0o600)
            self._connection = sqlite3.connect(
                path, timeout=2, isolation_level=None, check_same_thread=False, cached_statements=256
            )
        except (OSError, sqlite3.Error):
            raise DatabaseUnusable("The aggregator's file cannot be opened.") from None
        try:
            self._open(role)
        except BaseException:
            self._connection.close()
            raise

    def _open(self, role: Role) -> None:
        with translated():
            # INVARIANT: one process at a time; two leaders on one file would ask for every job twice.
            self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._connection.execute("PRAGMA journal_mode = WAL")
            # INVARIANT: what was answered is on the disk, even if the power fails in the next moment.
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA secure_delete = ON")
        with self.transaction() as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                for statement in _TABLES.split(";"):
                    connection.execute(statement)
                connection.execute(
                    "INSERT INTO meta VALUES ('schema', ?), ('role', ?)", (SCHEMA, role.name.lower())
                )
                return
            try:
                meta = dict(connection.execute("SELECT name, value FROM meta").fetchall())
            except sqlite3.OperationalError:
                meta = {}
            if meta.get("role") != role.name.lower():
                raise DatabaseUnusable("The file belongs to another aggregator, or to none.")
            if meta.get("schema") != SCHEMA:
                raise DatabaseUnusable("The aggregator's file is of a newer version.")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for one transaction: all of it is on the disk when the block ends, or nothing.

        Raises:
            DatabaseUnusable: The file is damaged, in use or on a full disk.
        """
        with self._lock, translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


@contextmanager
def translated() -> Iterator[None]:
    """Turn what SQLite raises into an error of this package."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        # A statement that is wrong is a mistake of this program and no state of the file.
        if isinstance(error, sqlite3.ProgrammingError) or name == "SQLITE_ERROR":
            raise
        busy = name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
        told = "is in use by another process" if busy else "is damaged, or its disk is full or failing"
        raise DatabaseUnusable(f"The aggregator's file {told}.") from None
