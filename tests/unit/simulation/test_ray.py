"""The same run on a Ray cluster: the same numbers."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING

import pytest

from edge_engine.errors import InputError
from edge_engine.simulation import record
from edge_engine.simulation.ray import Ray
from edge_engine.simulation.trial import Processes, run
from tests.unit.simulation.test_trial import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

HERE = importlib.util.find_spec("ray") is not None


@pytest.mark.slow
@pytest.mark.skipif(not HERE, reason="Ray is not installed (extra ray)")
@pytest.mark.filterwarnings("default")  # Ray's own
def test_a_local_cluster_of_two_workers_gives_the_same_numbers(tmp_path: Path) -> None:
    run(SETTINGS, tmp_path / "here", Processes(1))
    timings = run(SETTINGS, tmp_path / "there", Ray(processors=2))
    assert (timings.on, timings.workers, timings.devices) == ("ray", 2, 12)
    for name in (record.SETTINGS, record.DEVICES, record.AGGREGATES):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()


def test_without_ray_it_is_said_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InputError, match="extra ray"):
        Ray()
