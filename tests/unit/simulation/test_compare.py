"""Two runs beside each other: paired by device, with the difference and how sure it is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine.errors import InputError
from edge_engine.simulation import record
from edge_engine.simulation.compare import FEWEST, compare
from edge_engine.simulation.record import DeviceRecord, Settings
from edge_engine.simulation.trial import Processes, run
from tests.unit.simulation.planted import spammy
from tests.unit.simulation.test_record import device

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine.simulation.compare import Comparison, Difference

SETTINGS = Settings(devices=60, days=65, seed=1, end=date(2027, 6, 30))


def person(number: int, trust: float, leaving: float, *, holdout: bool = False) -> DeviceRecord:
    own = (number % 7) / 100
    return msgspec.structs.replace(
        device(number), trust=(trust + own,), leaving=(leaving + own,), holdout=holdout
    )


def written(folder: Path, records: list[DeviceRecord], settings: Settings = SETTINGS) -> Path:
    folder.mkdir()
    record.write_settings(folder, settings)
    record.write_records(folder / record.DEVICES, records)
    return folder


def of(told: Comparison, name: str) -> Difference:
    return next(one for one in told.differences if one.measure.id == name)


def test_what_a_setting_did_is_told_from_how_people_differ(tmp_path: Path) -> None:
    """People differ by seven hundredths, the settings by one: only pairs tell."""
    one = written(tmp_path / "one", [person(n, 0.5, 0.10) for n in range(60)])
    other = written(tmp_path / "other", [person(n, 0.51, 0.11 + (n % 3) / 1000) for n in range(60)])
    told = compare(one, other)
    assert told.pairs == 60
    trust, staying = of(told, "trust"), of(told, "staying")
    assert trust.difference == pytest.approx(0.01)
    assert trust.better == "second"
    assert staying.difference == pytest.approx(-0.011, abs=1e-3)
    assert staying.high is not None
    assert staying.high < 0.0
    assert (staying.better, told.better) == ("first", "first")


def test_equal_runs_are_not_told_apart(tmp_path: Path) -> None:
    records = [person(n, 0.5, 0.1) for n in range(60)]
    told = compare(written(tmp_path / "one", records), written(tmp_path / "other", records))
    assert {one.difference for one in told.differences} == {0.0}
    assert {one.better for one in told.differences} == {""}


def test_devices_of_the_holdout_are_left_out(tmp_path: Path) -> None:
    one = [person(n, 0.5, 0.1, holdout=n < 10) for n in range(60)]
    told = compare(written(tmp_path / "one", one), written(tmp_path / "other", one))
    assert told.pairs == 50


def test_of_few_pairs_no_interval_is_told(tmp_path: Path) -> None:
    one = [person(n, 0.5, 0.1) for n in range(FEWEST - 1)]
    other = [person(n, 0.9, 0.1) for n in range(FEWEST - 1)]
    trust = of(compare(written(tmp_path / "one", one), written(tmp_path / "other", other)), "trust")
    assert (trust.low, trust.high, trust.better) == (None, None, "")


def test_other_people_or_days_are_not_compared(tmp_path: Path) -> None:
    records = [person(n, 0.5, 0.1) for n in range(3)]
    one = written(tmp_path / "one", records)
    for name, value in (("seed", 2), ("days", 30), ("countries", ("GB",)), ("holdout", 0.5)):
        settings = msgspec.structs.replace(SETTINGS, **{name: value})
        with pytest.raises(InputError, match=f"their {name} differ"):
            compare(one, written(tmp_path / name, records, settings))


def test_settings_that_differ_are_named(tmp_path: Path) -> None:
    records = [person(n, 0.5, 0.1) for n in range(3)]
    other = msgspec.structs.replace(SETTINGS, offers="loud", epsilon_factor=2.0)
    told = compare(written(tmp_path / "one", records), written(tmp_path / "other", records, other))
    assert told.changed == {"offers": ("", "loud"), "epsilon_factor": ("1.0", "2.0")}


def test_a_run_of_holdouts_has_nothing_to_compare(tmp_path: Path) -> None:
    records = [person(n, 0.5, 0.1, holdout=True) for n in range(3)]
    with pytest.raises(InputError, match="no device"):
        compare(written(tmp_path / "one", records), written(tmp_path / "other", records))


@pytest.mark.slow
def test_a_planted_policy_that_spams_is_ranked_below_the_shipped_one(tmp_path: Path) -> None:
    settings = Settings(
        devices=90, days=28, seed=3, end=date(2027, 3, 31), holdout=0.0, history=1, forecasts=0.0, ask_days=2,
        collecting=record.Collecting.NOTHING,
    )  # fmt: skip
    loud = msgspec.structs.replace(settings, offers=str(spammy(tmp_path / "spam")))
    run(settings, tmp_path / "shipped", Processes(2))
    run(loud, tmp_path / "loud", Processes(2))
    told = compare(tmp_path / "shipped", tmp_path / "loud")
    staying = told.differences[0]
    assert told.better == "first"
    assert staying.high is not None
    assert staying.high < 0.0
    assert of(told, "interruptions").difference > 1.0
    assert of(told, "trust").better == "first"
