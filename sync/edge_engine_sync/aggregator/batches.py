"""Which reports were counted and what they sum up to, within a transaction of the caller.

Both aggregators keep the same books. A report is counted once: it has to be new, and its bucket must not have been
collected.

Source: draft-ietf-ppm-dap-18, section 4.5.3.6 (batch buckets).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from edge_engine_sync.aggregator.messages import CHECKSUM_SIZE
from edge_engine_sync.messages import Interval

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from edge_engine_sync.prio3 import Prio3

Edges = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Output:
    """One verified report.

    Attributes:
        report_id: Its identifier.
        time: Its time in the task's units.
        share: This aggregator's share of what it adds to the sum.
    """

    report_id: bytes
    time: int
    share: list[int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the buckets of a batch hold together.

    Attributes:
        count: Reports.
        checksum: Exclusive or of the hashes of their identifiers.
        share: This aggregator's share of the sum.
        interval: The smallest that holds the times of all reports.
    """

    count: int
    checksum: bytes
    share: bytes = field(repr=False)
    interval: Interval


def is_new(connection: sqlite3.Connection, task: bytes, report: bytes, time: int) -> bool:
    """Note a report and tell whether it had not been noted before."""
    noted = connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (task, report, time))
    return noted.rowcount == 1


def is_seen(connection: sqlite3.Connection, task: bytes, report: bytes) -> bool:
    """Tell whether a report was noted before."""
    found = connection.execute("SELECT 1 FROM seen WHERE task = ? AND report = ?", (task, report))
    return found.fetchone() is not None


def is_collected(connection: sqlite3.Connection, task: bytes, edges: Edges) -> bool:
    """Tell whether a range of buckets meets one that was collected or is being collected."""
    first, last = edges
    found = connection.execute(
        "SELECT 1 FROM collected WHERE task = ? AND first <= ? AND last >= ?", (task, last, first)
    )
    return found.fetchone() is not None


def close_batch(connection: sqlite3.Connection, task: bytes, edges: Edges) -> None:
    """Let no more reports into a range of buckets."""
    connection.execute("INSERT INTO collected VALUES (?, ?, ?)", (task, *edges))


def reopen_batch(connection: sqlite3.Connection, task: bytes, edges: Edges) -> None:
    """Take back ``close_batch``: the sum was not given away."""
    connection.execute("DELETE FROM collected WHERE task = ? AND first = ? AND last = ?", (task, *edges))


def forget_shares(connection: sqlite3.Connection, task: bytes, edges: Edges) -> None:
    """Delete the shares of sums that were given away."""
    connection.execute(
        "UPDATE bucket SET share = NULL WHERE task = ? AND bucket BETWEEN ? AND ?", (task, *edges)
    )


def add(
    connection: sqlite3.Connection,
    vdaf: Prio3[Any, Any],
    task: bytes,
    outputs: Mapping[bytes, Sequence[Output]],
) -> None:
    """Add verified reports to their buckets."""
    for bucket, reports in outputs.items():
        if not reports:
            continue
        row = connection.execute(
            "SELECT count, checksum, share, first, last FROM bucket WHERE task = ? AND bucket = ?",
            (task, bucket),
        ).fetchone()
        count, checksum, share, first, last = row or (0, bytes(CHECKSUM_SIZE), None, None, None)
        parts = [report.share for report in reports]
        if share is not None:
            parts.append(vdaf.decode_aggregate(share))
        times = [report.time for report in reports] + [time for time in (first, last) if time is not None]
        values = {
            "task": task,
            "bucket": bucket,
            "count": count + len(reports),
            "checksum": checksum_of((report.report_id for report in reports), checksum),
            "share": vdaf.aggregate(parts),
            "first": min(times),
            "last": max(times),
        }
        connection.execute(
            "INSERT INTO bucket (task, bucket, count, assigned, checksum, share, first, last)"
            " VALUES (:task, :bucket, :count, 0, :checksum, :share, :first, :last)"
            " ON CONFLICT DO UPDATE SET count = :count, checksum = :checksum, share = :share,"
            " first = :first, last = :last",
            values,
        )


def gather(connection: sqlite3.Connection, vdaf: Prio3[Any, Any], task: bytes, edges: Edges) -> Gathered:
    """Return what a range of buckets holds."""
    rows = connection.execute(
        "SELECT count, checksum, share, first, last FROM bucket"
        " WHERE task = ? AND bucket BETWEEN ? AND ? AND count > 0",
        (task, *edges),
    ).fetchall()
    checksum = 0
    for row in rows:
        checksum ^= int.from_bytes(row[1], "big")
    first, last = min((row[3] for row in rows), default=0), max((row[4] for row in rows), default=-1)
    return Gathered(
        count=sum(row[0] for row in rows),
        checksum=checksum.to_bytes(CHECKSUM_SIZE, "big"),
        share=vdaf.merge([row[2] for row in rows if row[2] is not None]),
        interval=Interval(first, last - first + 1),
    )


def checksum_of(reports: Iterable[bytes], start: bytes = bytes(CHECKSUM_SIZE)) -> bytes:
    """Return the exclusive or of the hashes of reports' identifiers."""
    total = int.from_bytes(start, "big")
    for report in reports:
        total ^= int.from_bytes(hashlib.sha256(report).digest(), "big")
    return total.to_bytes(CHECKSUM_SIZE, "big")


def oldest(connection: sqlite3.Connection, task: bytes) -> int:
    """Return the time before which reports may have been forgotten."""
    row = connection.execute("SELECT time FROM horizon WHERE task = ?", (task,)).fetchone()
    return row[0] if row else 0


def forget_before(connection: sqlite3.Connection, task: bytes, time: int) -> int:
    """Forget reports before a time, which from now on are never taken; return how many.

    A clock that is set back changes nothing: the time never goes back.
    """
    if time <= oldest(connection, task):
        return 0
    connection.execute(
        "INSERT INTO horizon VALUES (?, ?) ON CONFLICT DO UPDATE SET time = excluded.time", (task, time)
    )
    return connection.execute("DELETE FROM seen WHERE task = ? AND time < ?", (task, time)).rowcount


def count(connection: sqlite3.Connection, task: bytes, what: str, reports: int) -> None:
    """Note that so many reports came to an end."""
    if reports:
        connection.execute(
            "INSERT INTO tally VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
            (task, what, reports),
        )


def tallies(connection: sqlite3.Connection) -> dict[bytes, dict[str, int]]:
    """Return how many reports of each task came to which end."""
    found: dict[bytes, dict[str, int]] = {}
    for task, what, number in connection.execute("SELECT task, what, count FROM tally ORDER BY task, what"):
        found.setdefault(task, {})[what] = number
    return found
