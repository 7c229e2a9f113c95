"""Leader, helper and collector as processes over sockets: whoever dies when, each report is counted once."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from edge_engine_sync.aggregator.messages import Batch
from edge_engine_sync.client import Client, Delivery
from edge_engine_sync.errors import CollectionRefused, Unreachable
from edge_engine_sync.messages import Interval
from tests.fakes.aggregator_processes import HISTOGRAM, parties

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fakes.aggregator_processes import Parties


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Parties]:
    with parties(tmp_path) as made:
        yield made


def batch() -> Batch:
    """The hours around now."""
    return Batch.interval(Interval(int(time.time()) // 3600 - 2, 5))


def client(made: Parties) -> Client:
    """A client that gives up at once; tests send again themselves."""
    return Client(made.transport(timeout=10), attempts=1)


def test_a_sum_over_processes_is_the_sum(made: Parties) -> None:
    made.start("helper")
    made.start("leader")
    measurements = [0] * 3 + [1] * 5 + [3] * 12
    sends = client(made)
    for measurement in measurements:
        assert sends.send(made.task(), measurement) is Delivery.ACCEPTED
    collected = made.collector().collect(made.collector_task(), batch())
    assert (collected.report_count, collected.result) == (20, [3, 5, 0, 12])
    assert made.collector().collect(made.collector_task(), batch()) == collected
    assert made.end("leader") == made.end("helper") == 0


def test_too_few_reports_give_no_sum(made: Parties) -> None:
    made.start("helper")
    made.start("leader")
    for _ in range(9):
        client(made).send(made.task(), 1)
    with pytest.raises(CollectionRefused, match="invalidBatchSize"):
        made.collector().collect(made.collector_task(), batch())
    client(made).send(made.task(), 2)
    assert made.collector().collect(made.collector_task(), batch()).result == [0, 9, 1, 0]


def test_a_helper_that_comes_late_is_waited_for(made: Parties) -> None:
    made.start("helper")
    keys = client(made)
    leader = made.start("leader")
    reports = [keys.prepare(made.task(), 2) for _ in range(12)]
    made.end("helper", kill=True)
    for report in reports:
        assert keys.upload(made.task(), report) is Delivery.ACCEPTED
    with pytest.raises(Unreachable):
        made.collector().collect(made.collector_task(), batch(), patience=0)
    assert leader.poll() is None
    made.start("helper")
    assert made.collector().collect(made.collector_task(), batch()).result == [0, 0, 12, 0]


def deliver(made: Parties, reports: list[bytes], delivered: Counter[Delivery], stop: threading.Event) -> None:
    """Send each report again until the leader says that it has it."""
    sends = client(made)
    for report in reports:
        while not stop.is_set():
            try:
                delivered[sends.upload(made.task(), report)] += 1
            except Unreachable:
                continue
            break


@pytest.mark.slow
@pytest.mark.parametrize("victims", [("leader",), ("helper",), ("leader", "helper")])
def test_processes_that_are_killed_count_every_report_once(made: Parties, victims: tuple[str, ...]) -> None:
    dice = random.Random(f"20261126 {victims}")
    made.start("helper")
    made.start("leader")
    keys = client(made)
    truth = Counter(dice.randrange(4) for _ in range(300))
    reports = [keys.prepare(made.task(), bucket) for bucket in truth.elements()]
    dice.shuffle(reports)
    delivered: Counter[Delivery] = Counter()
    stop = threading.Event()
    threads = [
        threading.Thread(target=deliver, args=(made, reports[part::2], delivered, stop)) for part in range(2)
    ]
    for thread in threads:
        thread.start()
    try:
        for _ in range(4):
            for victim in victims:
                # Somewhere in what it is doing: taking, asking, answering or writing down.
                threads[0].join(dice.random() * 0.3)
                made.end(victim, kill=True)
            for victim in victims:
                made.start(victim)
        for thread in threads:
            thread.join(60)
    finally:
        stop.set()
    assert sum(delivered.values()) == len(reports)
    collected = made.collector().collect(made.collector_task(), batch(), patience=90)
    assert collected.result == [truth[bucket] for bucket in range(4)]
    assert collected.report_count == len(reports)
    assert made.tallies("leader") == {"counted": 300}
    assert made.tallies("helper") == {"counted": 300}


@pytest.mark.slow
def test_a_leader_that_is_killed_amid_a_collection_gives_one_sum(tmp_path: Path) -> None:
    with parties(tmp_path, HISTOGRAM + 'epsilon = "1"\n') as made:
        made.start("helper")
        made.start("leader")
        for _ in range(15):
            client(made).send(made.task(), 1)
        made.end("helper", kill=True)
        with pytest.raises(Unreachable):
            made.collector().collect(made.collector_task(), batch(), patience=0)
        made.end("leader", kill=True)
        made.start("leader")
        made.start("helper")
        first = made.collector().collect(made.collector_task(), batch())
        for role in ("leader", "helper"):
            made.end(role, kill=True)
            made.start(role)
        # The noise was drawn once by each and what was given once is given again.
        assert made.collector().collect(made.collector_task(), batch()) == first
        assert first.report_count == 15


def test_one_file_serves_one_process(made: Parties, capfd: pytest.CaptureFixture[str]) -> None:
    made.start("helper")
    with pytest.raises(RuntimeError, match="status 1"):
        made.start("helper")
    assert "sync.database" in capfd.readouterr().err
