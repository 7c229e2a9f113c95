"""A leader and a helper as processes of their own on loopback, with the files that every party has."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from edge_engine_sync.aggregator.collector import Collector
from edge_engine_sync.aggregator.parties import load_clients, load_collector
from edge_engine_sync.aggregator.provision import provision
from edge_engine_sync.aggregator.server import free_ports
from edge_engine_sync.transport import HttpsTransport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine_sync.aggregator.parties import CollectorTask
    from edge_engine_sync.task import Task

ROOT = Path(__file__).resolve().parents[2]
HISTOGRAM = """
[[task]]
name = "test"
vdaf = "histogram"
length = 4
time_precision = 3600
min_batch_size = 10
"""


@dataclass
class Parties:
    """Files of all parties in a folder, and the processes of two of them."""

    folder: Path
    processes: dict[str, subprocess.Popen[str]] = field(default_factory=dict)

    def task(self) -> Task:
        """The first task, as clients know it."""
        return load_clients(self.folder / "client.json")[0].task

    def collector_task(self) -> CollectorTask:
        """The first task, as the collector knows it."""
        return load_collector(self.folder / "collector.json")[0]

    def transport(self, **settings: float) -> HttpsTransport:
        """A transport to this machine."""
        return HttpsTransport(allow_loopback=True, **settings)  # type: ignore[arg-type]

    def collector(self) -> Collector:
        """A collector."""
        return Collector(self.transport(largest_answer=2**26))

    def start(self, role: str, *more: str) -> subprocess.Popen[str]:
        """Start an aggregator and wait until it answers."""
        command = [sys.executable, "-m", "edge_engine.cli.main", "aggregator", role, "--json"]
        command += [
            "--tasks",
            str(self.folder / f"{role}.json"),
            "--database",
            str(self.folder / f"{role}.db"),
        ]
        process = subprocess.Popen([*command, *more], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith('{"role"'):
            process.stdout.close()
            raise RuntimeError(f"the {role} ended with status {process.wait()}")
        self.processes[role] = process
        return process

    def end(self, role: str, *, kill: bool = False) -> int:
        """End a process and return its status."""
        process = self.processes.pop(role)
        process.kill() if kill else process.terminate()
        status = process.wait()
        assert process.stdout is not None
        process.stdout.close()
        return status

    def tallies(self, role: str) -> dict[str, int]:
        """How many reports came to which end at an aggregator that runs."""
        configuration = self.task().configuration
        base = configuration.leader if role == "leader" else configuration.helper
        answer = self.transport().request("GET", f"{base}healthz", {}, None)
        found: dict[str, dict[str, int]] = json.loads(answer.body)["reports"]
        return next(iter(found.values()), {})


@contextmanager
def parties(folder: Path, tasks: str = HISTOGRAM) -> Iterator[Parties]:
    """Provision tasks of two aggregators on free ports; end what was started."""
    leader, helper = free_ports(2)
    head = f'leader = "http://127.0.0.1:{leader}/"\nhelper = "http://127.0.0.1:{helper}/"\n'
    for party, document in provision(head + tasks).items():
        (folder / f"{party}.json").write_text(json.dumps(document))
    made = Parties(folder)
    try:
        yield made
    finally:
        for role in list(made.processes):
            made.end(role, kill=True)
