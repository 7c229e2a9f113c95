"""A whole round through leader, helper and collector: the built-in ones, and any deployment of DAP-18 that is named.

To run it against a deployment, such as Janus, provision one task there whose function is a histogram and set

- ``EDGE_ENGINE_DAP_FOLDER`` to a folder with its ``client.json`` and ``collector.json`` (``docs/deploy.md``),
- ``EDGE_ENGINE_DAP_PUT=1`` if its leader creates collections with PUT,
- ``EDGE_ENGINE_DAP_CA`` to a PEM file of its authority, if that is not one of the system's.

It uploads as many reports as the smallest batch has and collects the hours around now, which nobody may have collected.
"""

from __future__ import annotations

import os
import ssl
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge_engine_sync.aggregator.collector import Collector
from edge_engine_sync.aggregator.messages import Batch
from edge_engine_sync.aggregator.noise import standard_deviation
from edge_engine_sync.client import Client
from edge_engine_sync.messages import Interval
from edge_engine_sync.task import HISTOGRAM, BatchMode
from edge_engine_sync.transport import HttpsTransport
from tests.fakes.aggregator_processes import HISTOGRAM as TASKS
from tests.fakes.aggregator_processes import Parties, parties

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e
BUILT_IN, NAMED = "built in", "EDGE_ENGINE_DAP_FOLDER"


@pytest.fixture(params=[BUILT_IN, NAMED])
def deployment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Parties]:
    """Files of clients and of the collector of a deployment that runs."""
    if request.param == NAMED:
        folder = os.environ.get(NAMED)
        if not folder:
            pytest.skip(f"{NAMED} names no folder with the files of a DAP deployment")
        yield Parties(Path(folder))
        return
    with parties(tmp_path, TASKS + 'epsilon = "2"\n') as made:
        made.start("helper")
        made.start("leader")
        yield made


def test_what_devices_upload_is_what_the_collector_gets(deployment: Parties) -> None:
    task, collects = deployment.task(), deployment.collector_task()
    configuration = task.configuration
    assert configuration.vdaf.identifier == HISTOGRAM, "the task of this test is a histogram"
    authority = os.environ.get("EDGE_ENGINE_DAP_CA")
    context = ssl.create_default_context(cafile=authority)
    transport = HttpsTransport(allow_loopback=True, context=context)
    client = Client(transport)
    truth = [0] * configuration.vdaf.length
    for number in range(configuration.min_batch_size):
        bucket = number * number % len(truth)
        client.send(task, bucket)
        truth[bucket] += 1
    unit = int(time.time()) // configuration.time_precision
    selects = configuration.batch_mode == BatchMode.LEADER_SELECTED
    batch = Batch.selected() if selects else Batch.interval(Interval(unit - 1, 3))
    collector = Collector(transport, put=os.environ.get("EDGE_ENGINE_DAP_PUT") == "1")
    collected = collector.collect(collects, batch, patience=900)
    assert collected.report_count == sum(truth)
    if collects.epsilon is None:
        assert collected.result == truth
        return
    # One number is further off once in more than 10**6 times for noise that falls off as exp(-x).
    bound = 12 * standard_deviation(task.vdaf, collects.epsilon)
    assert all(abs(value - true) <= bound for value, true in zip(collected.result, truth, strict=True))
