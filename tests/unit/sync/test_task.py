"""Tasks: who may take part in what, and when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_engine_sync.errors import MalformedMessage, ParameterInvalid
from edge_engine_sync.messages import Extension, Interval
from edge_engine_sync.task import (
    COUNT,
    HISTOGRAM,
    MULTIHOT_COUNT_VEC,
    SUM,
    SUM_VEC,
    TASK_INTERVAL,
    BatchMode,
    Task,
    VdafConfig,
    task_interval,
)
from tests.fakes.aggregators import make_task


@pytest.mark.parametrize(
    ("config", "identifier", "length"),
    [
        (VdafConfig(COUNT), 1, 1),
        (VdafConfig(SUM, max_measurement=255), 2, 8),
        (VdafConfig(SUM_VEC, length=3, max_measurement=1, chunk_length=2), 3, 3),
        (VdafConfig(HISTOGRAM, length=10, chunk_length=3), 4, 10),
        (VdafConfig(MULTIHOT_COUNT_VEC, length=4, max_weight=1, chunk_length=2), 5, 5),
    ],
)
def test_a_configuration_is_its_function(config: VdafConfig, identifier: int, length: int) -> None:
    function = make_task(config).vdaf
    assert (function.identifier, function.circuit.measurement_length, function.shares) == (
        identifier,
        length,
        2,
    )


def test_the_context_is_the_version_and_the_task() -> None:
    task = make_task()
    assert task.context == b"dap-18" + task.task_id
    assert Task(task.task_id, task.configuration, version="dap-99").context == b"dap-99" + task.task_id


@pytest.mark.parametrize(
    "changes",
    [
        {"min_batch_size": 11},
        {"time_precision": 60},
        {"task_info": b"other"},
        {"helper": "https://helper.example/dap/"},
        {"batch_mode": BatchMode.LEADER_SELECTED},
        {"vdaf": VdafConfig(HISTOGRAM, length=10, chunk_length=4)},
        {"extensions": (task_interval(0, 2**40),)},
    ],
    ids=str,
)
def test_every_part_of_a_configuration_is_in_what_shares_are_bound_to(changes: dict[str, object]) -> None:
    assert make_task(**changes).bound != make_task().bound  # type: ignore[arg-type]


def test_nobody_takes_part_in_a_task_that_cannot_be() -> None:
    with pytest.raises(ParameterInvalid, match="32 bytes"):
        Task(bytes(31), make_task().configuration)
    with pytest.raises(ParameterInvalid, match="time precision"):
        make_task(time_precision=0)
    with pytest.raises(ParameterInvalid, match="not known"):
        make_task(VdafConfig(9))
    with pytest.raises(ParameterInvalid, match="length"):
        make_task(VdafConfig(HISTOGRAM, chunk_length=1))


def test_nobody_takes_part_in_a_task_with_an_extension_that_is_not_known() -> None:
    with pytest.raises(ParameterInvalid, match="extension"):
        make_task(extensions=(task_interval(0, 1), Extension(2)))
    with pytest.raises(MalformedMessage):
        make_task(extensions=(Extension(TASK_INTERVAL, b"short"),))


def test_an_interval_is_found_behind_other_extensions() -> None:
    configuration = replace(make_task().configuration, extensions=(Extension(0, b"x"), task_interval(4, 5)))
    assert configuration.interval() == Interval(4, 5)
    assert make_task().configuration.interval() is None


def test_time_is_whole_units_within_the_tasks_interval() -> None:
    assert make_task().time(7199.9) == 1
    task = make_task(extensions=(task_interval(2, 3),))
    assert [task.time(3600.0 * unit) for unit in (2, 3, 4)] == [2, 3, 4]
    for outside in (1, 5):
        with pytest.raises(ParameterInvalid, match="at this time"):
            task.time(3600.0 * outside)
