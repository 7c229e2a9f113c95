"""Whole aggregators with their threads, on loopback in this process."""

from __future__ import annotations

import json
import signal
import socket
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from edge_engine_sync.aggregator.messages import Batch, CollectionJobRequest
from edge_engine_sync.aggregator.parties import base64url
from edge_engine_sync.aggregator.provision import provision
from edge_engine_sync.aggregator.server import free_ports
from edge_engine_sync.aggregator.service import running, serve
from edge_engine_sync.client import Client
from edge_engine_sync.errors import DatabaseUnusable, ParameterInvalid, TaskFileInvalid, Unreachable
from edge_engine_sync.messages import Interval, Role
from edge_engine_sync.transport import server_address
from tests.fakes.aggregator_processes import HISTOGRAM, Parties
from tests.fakes.https_server import Authority

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def batch() -> Batch:
    """The hours around now."""
    return Batch.interval(Interval(int(time.time()) // 3600 - 2, 5))


@pytest.fixture
def made(tmp_path: Path) -> Parties:
    """Files of parties whose aggregators nobody runs yet."""
    leader, helper = free_ports(2)
    return provisioned(tmp_path, f"http://127.0.0.1:{leader}/api/", f"http://127.0.0.1:{helper}/")


def provisioned(folder: Path, leader: str, helper: str) -> Parties:
    """Write every party's file."""
    documents = provision(f'leader = "{leader}"\nhelper = "{helper}"\n{HISTOGRAM}')
    for party, document in documents.items():
        (folder / f"{party}.json").write_text(json.dumps(document))
    return Parties(folder)


@contextmanager
def run(made: Parties, *roles: Role) -> Iterator[None]:
    """Run aggregators until the block ends."""
    with ExitStack() as stack:
        for role in roles:
            name = role.name.lower()
            stack.enter_context(running(role, made.folder / f"{name}.json", made.folder / f"{name}.db"))
        yield


def test_a_sum_is_collected_and_health_is_told(made: Parties) -> None:
    client = Client(made.transport())
    with run(made, Role.HELPER, Role.LEADER):
        for bucket in [0] * 4 + [2] * 8:
            client.send(made.task(), bucket)
        assert made.collector().collect(made.collector_task(), batch()).result == [4, 0, 8, 0]
        assert made.tallies("leader") == made.tallies("helper") == {"counted": 12}


def test_what_was_left_is_taken_up(made: Parties) -> None:
    client = Client(made.transport())
    with run(made, Role.HELPER, Role.LEADER):
        reports = [client.prepare(made.task(), 1) for _ in range(12)]
    with run(made, Role.LEADER):
        for report in reports:
            client.upload(made.task(), report)
        # The collection is begun, and outlives the leader.
        with pytest.raises(Unreachable, match="not there"):
            made.collector().collect(made.collector_task(), batch(), patience=0)
    with run(made, Role.HELPER, Role.LEADER):
        assert made.collector().collect(made.collector_task(), batch()).result == [0, 12, 0, 0]


def test_an_aggregator_runs_until_it_is_told_to_end(made: Parties, monkeypatch: pytest.MonkeyPatch) -> None:
    handlers: list[object] = []
    monkeypatch.setattr(signal, "signal", lambda _, handler: handlers.append(handler))
    monkeypatch.setattr(sys, "setswitchinterval", lambda _: None)
    addresses: list[str] = []

    def ready(address: str) -> None:
        addresses.append(address)
        assert callable(handlers[0])
        handlers[0](15, None)

    folder = made.folder
    thread = threading.Thread(
        target=serve,
        args=(Role.HELPER, folder / "helper.json", folder / "helper.db"),
        kwargs={"ready": ready, "listen": ("127.0.0.1", 0)},
    )
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert addresses[0].startswith("127.0.0.1:")


def test_what_is_too_old_is_forgotten_while_an_aggregator_runs(
    made: Parties, monkeypatch: pytest.MonkeyPatch
) -> None:
    from edge_engine_sync.aggregator import retention  # noqa: PLC0415

    called = threading.Semaphore(0)

    def forget(*_: object) -> int:
        called.release()
        if failures:
            raise failures.pop()
        return 0

    failures: list[Exception] = []
    monkeypatch.setattr(retention, "EVERY_SECONDS", 0.001)
    monkeypatch.setattr(retention, "forget_old", forget)
    with run(made, Role.HELPER):
        failures.append(DatabaseUnusable("full"))
        assert all(called.acquire(timeout=20) for _ in range(4))
    assert failures == []


def test_an_address_that_cannot_be_served_is_refused(tmp_path: Path) -> None:
    port = free_ports(1)[0]
    own = f"http://127.0.0.1:{port}/"
    for leader, helper, role, told in (
        ("http://leader.example/", own, Role.LEADER, "--listen"),
        (f"https://127.0.0.1:{port}/", "http://helper.example/", Role.LEADER, "certificate"),
        (own, "http://helper.example/", Role.LEADER, "The helper's URL"),
    ):
        made = provisioned(tmp_path, leader, helper)
        with pytest.raises(TaskFileInvalid, match=told), run(made, role):
            pass
        (tmp_path / "leader.db").unlink(missing_ok=True)
    made = provisioned(tmp_path, own, "https://helper.example/")
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(TaskFileInvalid, match="cannot be listened on"),
        run(made, Role.LEADER),
    ):
        pass


def test_an_aggregator_speaks_tls(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.server()
    port = free_ports(1)[0]
    made = provisioned(tmp_path, f"https://localhost:{port}/", "https://helper.example/")
    certificate = tmp_path / "localhost10.pem"
    with running(Role.LEADER, tmp_path / "leader.json", tmp_path / "x.db", certificate=certificate):
        transport = made.transport(context=authority.client())  # type: ignore[arg-type]
        assert transport.request("GET", f"https://localhost:{port}/hpke_config", {}, None).status == 200


def test_a_disk_that_fails_for_a_while_loses_nothing(made: Parties, monkeypatch: pytest.MonkeyPatch) -> None:
    from edge_engine_sync.aggregator import batches, collections, jobs  # noqa: PLC0415

    failures = {"store": 2, "add": 2, "close": 2}

    def failing(name: str, real: object) -> object:
        def maybe(*arguments: object, **named: object) -> object:
            if failures[name]:
                failures[name] -= 1
                raise DatabaseUnusable("full")
            assert callable(real)
            return real(*arguments, **named)

        return maybe

    monkeypatch.setattr(jobs.Jobs, "_store", failing("store", jobs.Jobs._store))
    monkeypatch.setattr(collections.Collections, "_close", failing("close", collections.Collections._close))
    client = Client(made.transport())
    with run(made, Role.HELPER, Role.LEADER):
        for _ in range(12):
            client.send(made.task(), 3)
        monkeypatch.setattr(batches, "add", failing("add", batches.add))
        assert made.collector().collect(made.collector_task(), batch()).result == [0, 0, 0, 12]
    assert failures == {"store": 0, "add": 0, "close": 0}


def test_reports_that_cannot_be_kept_are_not_answered_for(
    made: Parties, monkeypatch: pytest.MonkeyPatch
) -> None:
    from edge_engine_sync.aggregator import intake  # noqa: PLC0415
    from edge_engine_sync.errors import ServerBusy  # noqa: PLC0415

    def full(*_: object) -> None:
        raise DatabaseUnusable("full")

    client = Client(made.transport(), attempts=1)
    with run(made, Role.HELPER, Role.LEADER):
        report = client.prepare(made.task(), 1)
        with monkeypatch.context() as bent:
            bent.setattr(intake.Intake, "_take", full)
            with pytest.raises(ServerBusy):
                client.upload(made.task(), report)
        with monkeypatch.context() as bent:
            bent.setattr(intake, "_PATIENCE", 0.0)
            with pytest.raises(ServerBusy):
                client.upload(made.task(), report)
        # Sending again is safe either way: whether it was kept just too late is not known.
        assert client.upload(made.task(), report).value in ("accepted", "known")


def test_a_collection_that_is_not_done_is_told_as_such(
    made: Parties, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge_engine_sync.aggregator.leader.PATIENCE", 0.0)
    client = Client(made.transport())
    with run(made, Role.HELPER, Role.LEADER):
        reports = [client.prepare(made.task(), 1) for _ in range(12)]
    with run(made, Role.LEADER):
        for report in reports:
            client.upload(made.task(), report)
        name = base64url(made.task().task_id)
        url = f"{made.task().configuration.leader}tasks/{name}/collection_jobs"
        shown = {"Authorization": f"Bearer {made.collector_task().token}"}
        media = {"Content-Type": "application/ppm-dap;message=collection-job-req"}
        body = CollectionJobRequest(batch()).encode()
        first = made.transport().request("POST", url, {**shown, **media}, body)
        assert (first.status, first.body, first.headers["retry-after"]) == (201, b"", "1")
        again = made.transport().request("POST", url, {**shown, **media}, body)
        assert again.headers["location"] == first.headers["location"]
        place = url.rpartition("/")[0] + "/" + first.headers["location"]
        polled = made.transport().request("GET", place, shown, None)
        assert (polled.status, polled.body, polled.headers["retry-after"]) == (200, b"", "1")


@pytest.mark.parametrize("url", ["", "ftp://x/", "http:///x", "http://x:y/", "http://[::1", "x"])
def test_what_is_no_url_leads_nowhere(url: str) -> None:
    with pytest.raises(ParameterInvalid):
        server_address(url)


def test_a_url_leads_to_a_server() -> None:
    found = server_address("https://leader.example/api/dap?x=1")
    assert (found.secure, found.host, found.port, found.path) == (True, "leader.example", 443, "/api/dap")
    assert not found.loopback
    assert server_address("http://[::1]").loopback
    assert server_address("http://localhost:81/").port == 81
