"""A leader and a helper in this process: real databases, real messages, and a transport that tests bend."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from edge_engine_sync.aggregator.collector import Collector
from edge_engine_sync.aggregator.database import Database
from edge_engine_sync.aggregator.helper import Helper
from edge_engine_sync.aggregator.leader import Leader
from edge_engine_sync.aggregator.messages import Batch
from edge_engine_sync.aggregator.parties import load_aggregator, load_clients, load_collector
from edge_engine_sync.aggregator.problems import MEDIA, Problem
from edge_engine_sync.aggregator.provision import provision
from edge_engine_sync.aggregator.server import Reply, Request
from edge_engine_sync.client import Client
from edge_engine_sync.messages import Interval, Role
from edge_engine_sync.transport import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine_sync.aggregator.parties import AggregatorTask

LEADER, HELPER = "https://leader.example/api/", "https://helper.example/"
NOW = 1_800_000_000.0
UNIT = 500_000
HISTOGRAM = """
[[task]]
name = "test"
vdaf = "histogram"
length = 4
time_precision = 3600
min_batch_size = 5
"""
SELECTED = HISTOGRAM + 'batch_mode = "leader_selected"\n'

Bend = Callable[[str, str, Callable[[], Answer]], Answer]


@dataclass
class House:
    """Both aggregators, their files, and everybody's clock.

    Attributes:
        folder: Where their files are.
        tasks: The tasks, as TOML.
        now: What the clocks say.
        skew: How far the helper's clock is ahead.
        bend: May change what happens to a request: gets the method, the URL and what would answer.
        requests: What was asked.
    """

    folder: Path
    tasks: str = HISTOGRAM
    now: float = NOW
    skew: float = 0.0
    bend: Bend | None = None
    requests: list[tuple[str, str, bytes | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        head = f'leader = "{LEADER}"\nhelper = "{HELPER}"\n'
        for party, document in provision(head + self.tasks).items():
            (self.folder / f"{party}.json").write_text(json.dumps(document))
        self.client = Client(self, clock=lambda: self.now, sleep=lambda _: None)
        self.collector = Collector(self, sleep=lambda _: None)
        self.task = load_clients(self.folder / "client.json")[0].task
        self.collector_task = load_collector(self.folder / "collector.json")[0]
        self.open()

    def open(self) -> None:
        """Open both files; nothing runs by itself but what a test starts."""
        aggregators = {
            role: load_aggregator(self.folder / f"{role.name.lower()}.json", role) for role in ROLES
        }
        self.databases = {role: Database(self.folder / f"{role.name.lower()}.db", role) for role in ROLES}
        self.leader = Leader(aggregators[Role.LEADER], self.databases[Role.LEADER], self, lambda: self.now)
        self.helper = Helper(
            aggregators[Role.HELPER], self.databases[Role.HELPER], lambda: self.now + self.skew
        )
        self.known: dict[Role, AggregatorTask] = {
            role: found.tasks[self.task.task_id] for role, found in aggregators.items()
        }
        self.leader.intake.start(lambda: None)

    def close(self) -> None:
        """Close both files."""
        self.leader.intake.stop()
        for database in self.databases.values():
            database.close()

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Carry a request to one of the two, as a transport does."""
        self.requests.append((method, url, body))

        def answer() -> Answer:
            base = LEADER if url.startswith(LEADER) else HELPER
            names = {name.lower(): value for name, value in headers.items()}
            path = tuple(part for part in url.removeprefix(base).split("/") if part)
            application = self.leader if base == LEADER else self.helper
            try:
                reply = application.answer(Request(method, path, names, body or b""))
            except Problem as problem:
                reply = Reply(problem.status, MEDIA, problem.body())
            told = {name.lower(): value for name, value in reply.headers.items()}
            return Answer(reply.status, {"content-type": reply.media, **told}, reply.body)

        return self.bend(method, url, answer) if self.bend else answer()

    def upload(self, *measurements: int) -> None:
        """Upload reports of a client."""
        for measurement in measurements:
            self.client.send(self.task, measurement)

    def aggregate(self) -> int:
        """Make jobs of all reports that wait and ask the helper once about each job; return how many are left."""
        task = self.known[Role.LEADER]
        while self.leader.jobs.create(task):
            pass
        left = 0
        for (number,) in self.rows(Role.LEADER, "SELECT number FROM job ORDER BY number"):
            left += not self.leader.jobs.send(number)
        return left

    def begin(self, batch: Batch | None = None) -> tuple[bytes, bytes]:
        """Begin a collection at the leader and return its key."""
        from edge_engine_sync.aggregator.messages import CollectionJobRequest  # noqa: PLC0415

        body = CollectionJobRequest(batch or whole()).encode()
        return self.task.task_id, self.leader.collections.create(self.known[Role.LEADER], body)

    def rows(self, role: Role, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Look into a database."""
        with self.databases[role].transaction() as connection:
            return connection.execute(sql, values).fetchall()

    def tallies(self, role: Role) -> dict[str, int]:
        """How many reports came to which end."""
        rows = self.rows(role, "SELECT what, count FROM tally")
        return {str(what): count for what, count in rows}


ROLES = (Role.LEADER, Role.HELPER)


def whole() -> Batch:
    """The batch of the hours around now."""
    return Batch.interval(Interval(UNIT - 2, 5))
