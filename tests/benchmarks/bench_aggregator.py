"""The built-in aggregator: Histogram reports of 100 buckets from the upload to the collected sum.

A leader, a helper, the uploading clients and the collector are processes on the same cores. Reports are made before the
clock starts, since devices make them; it stops when the collector has opened the sum over all of them.
"""

from __future__ import annotations

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from edge_engine_sync.aggregator.messages import Batch
from edge_engine_sync.aggregator.parties import base64url
from edge_engine_sync.client import Client
from edge_engine_sync.keys import resource
from edge_engine_sync.messages import MEDIA_UPLOAD_REQUEST, Interval
from tests.fakes.aggregator_processes import parties

if TYPE_CHECKING:
    from tests.fakes.aggregator_processes import Parties

REPORTS = 4000
TASKS = """
[[task]]
name = "bench"
vdaf = "histogram"
length = 100
chunk_length = 10
time_precision = 3600
min_batch_size = 100
"""


def processor_ms(made: Parties, role: str) -> float:
    """Return the milliseconds that an aggregator has kept a core busy; where the system does not tell, nothing."""
    try:
        fields = Path(f"/proc/{made.processes[role].pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def aggregate(made: Parties, together: int) -> dict[str, float]:
    """Return the reports a second that get from upload requests of so many into a collected sum, and their cost."""
    task = made.task()
    transport = made.transport()
    client = Client(transport)
    reports = [client.prepare(task, number % 100) for number in range(REPORTS)]
    url = resource(task.configuration.leader, f"tasks/{base64url(task.task_id)}/reports")
    bodies = [b"".join(reports[at : at + together]) for at in range(0, REPORTS, together)]
    headers = {"Content-Type": MEDIA_UPLOAD_REQUEST}

    def upload(body: bytes) -> int:
        return transport.request("POST", url, headers, body).status

    before = {role: processor_ms(made, role) for role in ("leader", "helper")}
    unit = int(time.time()) // 3600
    started = time.perf_counter()
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(upload, bodies)) == {201}
    batch = Batch.interval(Interval(unit - 1, 3))
    collected = made.collector().collect(made.collector_task(), batch, patience=120)
    taken = time.perf_counter() - started
    assert collected.report_count == REPORTS
    assert collected.result == [REPORTS // 100] * 100
    figures = {f"reports_per_second_uploads_of_{together}": REPORTS / taken}
    for role, used in before.items():
        figures[f"{role}_processor_ms_uploads_of_{together}"] = (processor_ms(made, role) - used) / REPORTS
    return figures


def measure() -> dict[str, float | str]:
    """Return the figures by name."""
    figures: dict[str, float | str] = {}
    for together in (50, 1):
        with tempfile.TemporaryDirectory() as folder, parties(Path(folder), TASKS) as made:
            made.start("helper")
            made.start("leader")
            figures |= aggregate(made, together)
            for role in ("leader", "helper"):
                made.end(role)
    return figures
