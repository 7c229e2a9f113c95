"""What a run's devices are made with: read from where the settings say, and told by digests."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from edge_engine.decisions.fleet_prior import CorrectedPrior, LinearPrior, Origin, publish
from edge_engine.decisions.posterior import N
from edge_engine.errors import DecisionError, InputError
from edge_engine.inference.recommender import Recommender
from edge_engine.signals.catalogue import Catalogue
from edge_engine.simulation.equipment import Equipment, scaled
from edge_engine.simulation.record import PriorKind, Settings
from tests.unit.simulation.planted import copied

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = Settings(devices=1, days=1, seed=1, end=date(2027, 6, 30))


def fleet_prior(file: Path, beside: str) -> LinearPrior:
    prior = publish(np.full(N, 0.01), 1, Origin("what_helps", "", 9, 0.2), beside=beside)
    file.write_bytes(prior.file.encode())
    return prior


def settings(file: Path) -> Settings:
    return msgspec.structs.replace(SETTINGS, prior=PriorKind.FLEET, prior_file=str(file))


def test_rules_come_from_the_folder_that_is_named(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    guards = (folder / "guards.toml").read_text().replace("lasts_days = 45", "lasts_days = 46")
    (folder / "guards.toml").write_text(guards)
    shipped = Equipment.of(SETTINGS)
    other = Equipment.of(msgspec.structs.replace(SETTINGS, offers=str(folder)))
    assert other.rules.guards.stress.lasts_days == 46
    assert other.digests["guards.toml"] != shipped.digests["guards.toml"]
    assert other.digests["offers.toml"] == shipped.digests["offers.toml"]


def test_losses_and_budget_are_multiplied_alike() -> None:
    catalogue = Catalogue.default()
    found = scaled(catalogue, 3.0)
    assert found.budget.epsilon == pytest.approx(3 * catalogue.budget.epsilon)
    for one in catalogue:
        assert found.signal(one.id).epsilon == pytest.approx(3 * one.epsilon)
    assert scaled(catalogue, 1.0) is catalogue
    with pytest.raises(InputError):
        scaled(catalogue, -1.0)


def test_a_fleets_prior_stands_alone_or_beside_the_model_that_ships(tmp_path: Path) -> None:
    alone = fleet_prior(tmp_path / "alone.json", "")
    found = Equipment.of(settings(tmp_path / "alone.json")).prior
    assert isinstance(found, LinearPrior)
    assert found.name == alone.name
    fleet_prior(tmp_path / "beside.json", Recommender.load().name)
    assert isinstance(Equipment.of(settings(tmp_path / "beside.json")).prior, CorrectedPrior)


def test_a_prior_beside_another_model_is_refused(tmp_path: Path) -> None:
    fleet_prior(tmp_path / "other.json", "recommender 77")
    with pytest.raises(DecisionError, match="another model"):
        Equipment.of(settings(tmp_path / "other.json"))


def test_a_prior_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text("{}")
    with pytest.raises(DecisionError):
        Equipment.of(settings(tmp_path / "none.json"))
    with pytest.raises(InputError, match="cannot be read"):
        Equipment.of(settings(tmp_path / "nowhere.json"))


def test_numbers_of_the_models_are_changed_by_name() -> None:
    found = Equipment.of(
        msgspec.structs.replace(SETTINGS, behaviour={"act.base": -1.0}, retention={"tired": 0.5})
    )
    assert found.assumptions.numbers["act.base"] == -1.0
    assert found.hazard.values["tired"] == 0.5
