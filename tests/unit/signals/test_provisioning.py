"""The aggregators' task file: the very tasks that devices send to, with noise as wide as devices can differ."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from edge_engine.signals.catalogue import MICRO, Catalogue, Noise
from edge_engine.signals.provisioning import task_file
from edge_engine.signals.randomize import span
from edge_engine.signals.tasks import Aggregators, task_of
from edge_engine_sync.aggregator.noise import scale_of, sensitivity, standard_deviation
from edge_engine_sync.aggregator.parties import load_aggregator, load_clients, load_collector
from edge_engine_sync.aggregator.provision import provision
from edge_engine_sync.errors import TaskFileInvalid
from edge_engine_sync.messages import Role

if TYPE_CHECKING:
    from pathlib import Path

SERVERS = Aggregators("https://leader.example/api/", "https://helper.example/")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for party, document in provision(task_file(Catalogue.default(), SERVERS)).items():
        (tmp_path / f"{party}.json").write_text(json.dumps(document))
    return tmp_path


def test_the_servers_tasks_are_the_devices_tasks(folder: Path) -> None:
    expected = {one.id: task_of(one, SERVERS) for one in Catalogue.default()}
    assert {one.name: one.task for one in load_clients(folder / "client.json")} == expected
    assert {one.name: one.task for one in load_collector(folder / "collector.json")} == expected
    for role in (Role.LEADER, Role.HELPER):
        known = load_aggregator(folder / f"{role.name.lower()}.json", role).tasks
        assert {task_id: one.task for task_id, one in known.items()} == {
            task.task_id: task for task in expected.values()
        }


def test_noise_is_as_wide_as_two_devices_can_differ(folder: Path) -> None:
    collected = {one.name: one for one in load_collector(folder / "collector.json")}
    for signal in Catalogue.default():
        one = collected[signal.id]
        if signal.noise is not Noise.AT_COLLECTION:
            assert (one.epsilon, one.sensitivity) == (None, None)  # it is blurred on the device
            continue
        assert one.epsilon == Fraction(signal.loss, MICRO)
        scale = scale_of(one.task.vdaf, one.epsilon, one.sensitivity)
        assert scale == Fraction(span(signal) * MICRO, signal.loss)
        assert scale <= sensitivity(one.task.vdaf) / one.epsilon
        assert standard_deviation(one.task.vdaf, one.epsilon, one.sensitivity) == pytest.approx(
            2 * float(scale), rel=0.02
        )


def test_a_sensitivity_never_widens_what_the_function_allows() -> None:
    histogram = task_of(Catalogue.default().signal("active_days"), SERVERS).vdaf
    assert scale_of(histogram, Fraction(1), 100) == scale_of(histogram, Fraction(1)) == 2
    assert scale_of(histogram, Fraction(1, 2), 1) == 2


@pytest.mark.parametrize(
    "line", ['identifier = "mine"', 'task_info = ""', "sensitivity = 0", 'sensitivity = "2"', "task_info = 5"]
)
def test_a_mistake_in_these_fields_is_refused(line: str) -> None:
    text = task_file([Catalogue.default().signal("active_days")], SERVERS)
    field = line.partition(" ")[0]
    kept = [one for one in text.splitlines() if not one.startswith(f"{field} ")]
    with pytest.raises(TaskFileInvalid):
        provision("\n".join([*kept, line]))
