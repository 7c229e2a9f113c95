"""The fleet learns: noisy sums of a run become a prior that points where rewards were."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from edge_engine.decisions.features import Candidates, Context
from edge_engine.errors import InputError
from edge_engine.signals.catalogue import Catalogue
from edge_engine.signals.learning import help_statistics
from edge_engine.simulation import record
from edge_engine.simulation.aggregate import sums_of
from edge_engine.simulation.equipment import read_prior, scaled
from edge_engine.simulation.lesson import SIGNAL, observations, teach
from edge_engine.simulation.record import Candidate, DeviceRecord, PriorKind, Settings, SignalGiven, Suggested
from tests.unit.simulation.test_record import device, suggested

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = Settings(
    devices=400, days=28, seed=1, end=date(2027, 6, 30), prior=PriorKind.NONE, epsilon_factor=40.0
)
SIGNAL_OF_ALL = Catalogue.default().signal(SIGNAL)
WINDOW = 745
SAVES, PLANS = (128, 128, 0, 0, 0), (128, 0, 0, 0, 0)


def shown(features: tuple[int, ...], reward: float) -> Suggested:
    one = Candidate("any", "save", features, 0.0)
    return msgspec.structs.replace(
        suggested(), reward=reward, context=(128, 0, 0, 64, 0, 0), candidates=(one,), chosen=0
    )


def lived(number: int) -> DeviceRecord:
    """Somebody whom savings help and plans bother."""
    chance = np.random.default_rng(number)
    rows = [
        shown(SAVES, 0.4 + 0.1 * float(chance.standard_normal()))
        if chance.random() < 0.5
        else shown(PLANS, -0.2)
        for _ in range(6)
    ]
    bare = msgspec.structs.replace(device(number), suggested=tuple(rows), signals=())
    values = help_statistics(SIGNAL_OF_ALL, observations(bare))
    return msgspec.structs.replace(bare, signals=(SignalGiven(SIGNAL, WINDOW, values, values),))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("lesson")
    records = [lived(number) for number in range(SETTINGS.devices)]
    record.write_settings(made, SETTINGS)
    record.write_records(made / record.DEVICES, records)
    catalogue = scaled(Catalogue.default(), SETTINGS.epsilon_factor)
    record.write_aggregates(made, sums_of(SETTINGS, catalogue, records))
    return made


def test_the_prior_expects_more_of_what_helped(folder: Path, tmp_path: Path) -> None:
    told = teach(folder, folder, tmp_path / "prior.json", untold=True)
    prior = read_prior(tmp_path / "prior.json")
    context = Context.of({"engagement": 0.5})
    saves, plans = prior.means(context, Candidates.of([{"saves": 1.0}, {}])).tolist()
    assert saves > 0.2
    assert plans < 0.0
    assert (told.devices, told.windows, told.prior) == (400, 1, prior.name)
    assert told.a_quarter == pytest.approx(40 * 0.2 * 91 / 28)


def test_only_noisy_sums_of_the_run_that_teaches_are_used(folder: Path, tmp_path: Path) -> None:
    """Without its devices, which nobody has, the same prior comes of it."""
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in (record.SETTINGS, record.AGGREGATES):
        (bare / name).write_bytes((folder / name).read_bytes())
    teach(bare, folder, tmp_path / "one.json", untold=True)
    teach(folder, folder, tmp_path / "other.json", untold=True)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "other.json").read_bytes()


def test_sums_that_no_server_tells_teach_only_where_that_is_asked_for(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="3,000 devices"):
        teach(folder, folder, tmp_path / "prior.json")
    assert not (tmp_path / "prior.json").exists()
    told = tmp_path / "told"
    shutil.copytree(folder, told)
    sums = [msgspec.structs.replace(one, told=True) for one in record.read_aggregates(folder)]
    record.write_aggregates(told, sums)
    found = teach(told, told, tmp_path / "prior.json")
    assert (found.devices, found.untold) == (400, False)


def test_of_suggestions_of_which_nothing_came_nothing_is_learned(folder: Path, tmp_path: Path) -> None:
    idle = tmp_path / "idle"
    shutil.copytree(folder, idle)
    people = [msgspec.structs.replace(one, suggested=()) for one in record.read_records(folder)]
    record.write_records(idle / record.DEVICES, people)
    with pytest.raises(InputError, match="too little"):
        teach(folder, idle, tmp_path / "prior.json", untold=True)


def test_a_run_without_the_signal_teaches_nothing(folder: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    record.write_settings(bare, SETTINGS)
    record.write_aggregates(bare, [])
    with pytest.raises(InputError, match="no device"):
        teach(bare, folder, tmp_path / "prior.json", untold=True)


def test_a_run_that_a_fleet_taught_is_not_taken_for_one_that_was_not(folder: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    record.write_settings(bare, msgspec.structs.replace(SETTINGS, prior=PriorKind.FLEET))
    with pytest.raises(InputError, match="fleet's prior"):
        teach(bare, folder, tmp_path / "prior.json", untold=True)


def test_observations_are_those_that_a_ranking_learned_from() -> None:
    one = msgspec.structs.replace(device(0), suggested=(shown(SAVES, 0.5),))
    (row,) = observations(one)
    assert row.numbers() == (128, 0, 0, 64, 0, 0, *SAVES)
    assert row.target == 512
