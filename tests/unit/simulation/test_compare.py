"""Two runs beside each other: paired by device, with the difference and how sure it is."""

from __future__ import annotations

import random
from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine.errors import InputError
from edge_engine.simulation import record
from edge_engine.simulation.compare import COLLECTED, FEWEST, compare, staying
from edge_engine.simulation.record import Aggregate, DeviceRecord, Settings
from edge_engine.simulation.trial import Processes, run
from tests.unit.simulation.planted import spammy
from tests.unit.simulation.test_record import device

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge_engine.simulation.compare import Comparison, Difference

SETTINGS = Settings(devices=60, days=65, seed=1, end=date(2027, 6, 30))


def person(number: int, trust: float, leaving: float, *, holdout: bool = False) -> DeviceRecord:
    own = (number % 7) / 100
    return msgspec.structs.replace(
        device(number), trust=(trust + own,), leaving=(leaving + own,), holdout=holdout
    )


def written(
    folder: Path, records: list[DeviceRecord], settings: Settings = SETTINGS, sums: Sequence[Aggregate] = ()
) -> Path:
    folder.mkdir()
    record.write_settings(folder, msgspec.structs.replace(settings, devices=len(records)))
    record.write_records(folder / record.DEVICES, records)
    record.write_aggregates(folder, sums)
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


def test_what_staying_is_expected_to_come_to_is_the_share_who_stay() -> None:
    """However often people leave: a measure that forgets those who left would say that half of them stay."""
    chance, stays, says = random.Random(5), 0, 0.0
    people, days, daily = 4_000, 60, 0.03
    for number in range(people):
        left = next((day for day in range(days) if chance.random() < daily), None)
        lived = days if left is None else left + 1
        weeks = [daily * len(range(week, min(week + 7, lived))) for week in range(0, lived, 7)]
        stays += left is None
        says += staying(msgspec.structs.replace(device(number), leaving=tuple(weeks)))
    assert stays / people == pytest.approx((1 - daily) ** days, abs=0.02)
    assert says / people == pytest.approx((1 - daily) ** days, abs=0.02)


def test_privacy_settings_differ_in_the_error_of_what_is_collected(tmp_path: Path) -> None:
    def sums(off: float) -> list[Aggregate]:
        return [
            Aggregate(
                signal="active_days", window=window, first=date(2027, 1, 7), labels=("0", "1"), devices=50, least=500,
                told=False, epsilon=0.25, noise="at_collection", way="sampled", truth=(4.0, 5.0),
                collected=(4.0 + off + window % 3, 5.0), deviation=(12.0, 12.0), bound=(23.0, 23.0),
            )
            for window in range(FEWEST)
        ]  # fmt: skip

    people = [person(n, 0.5, 0.1) for n in range(FEWEST)]
    one = written(tmp_path / "one", people, sums=sums(10.0))
    other = written(tmp_path / "other", people, sums=[*sums(2.0), *sums(2.0)[:1]])
    found = of(compare(one, other), COLLECTED.id)
    # Half of an error of 8 in 50 people, as the other number is right in both.
    assert found.difference == pytest.approx(-8.0)
    assert found.first == pytest.approx(11.0)
    assert found.better == "second"


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
