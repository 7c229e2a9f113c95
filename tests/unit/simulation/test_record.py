"""A fleet run's files: what is written is read back, in one spelling."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine.errors import InputError
from edge_engine.simulation import record
from edge_engine.simulation.record import (
    Aggregate,
    Candidate,
    Categorized,
    DeviceRecord,
    Settings,
    SignalGiven,
    Suggested,
    Withdrawal,
    Work,
)

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = Settings(devices=2, days=65, seed=1, end=date(2027, 6, 30))


def suggested(expected: float = 0.2, best: float = 0.5) -> Suggested:
    return Suggested(
        day=3, offer="bill_reminder", kind="reminder", family="plan", channel="feed", intrusive=False,
        reaction="acted", reward=0.6, expected=expected, best=best, propensity=0.5, prior=0.0, expected_by_engine=0.1,
        context=(128, 0, 0, 0, 0, 0), candidates=(Candidate("bill_reminder", "plan", (128, 0, 0, 0, 0), expected),),
        chosen=0, stressed=False, stress_known=False, value=1200, trust=0.5, tired=0.0,
    )  # fmt: skip


def device(number: int) -> DeviceRecord:
    return DeviceRecord(
        number=number, persona="saver", country="GB", currency="GBP", holdout=False, left_on=None, opened=(1, 3),
        stressed=(), transactions=10, categorized=(Categorized(0, 7, 1, 2),), suggested=(suggested(),),
        silences={"repetition": 2, "nothing": 1}, trust=(0.5,), tired=(0.0,), leaving=(0.01,), forecasts=(),
        value={"reminder": 1200},
        spends=150_000, consents=(("insights",),), withdrawals=(Withdrawal(9, "insights"),),
        signals=(SignalGiven("active_days", 2950, (2,), (2,)),), refused=0, work=Work(imports=3),
    )  # fmt: skip


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    record.write_settings(tmp_path, SETTINGS)
    record.write_records(tmp_path / record.DEVICES, [device(0), device(1)])
    assert record.read_settings(tmp_path) == SETTINGS
    assert list(record.read_records(tmp_path)) == [device(0), device(1)]


def test_a_device_has_one_spelling_whatever_order_its_reasons_came_in() -> None:
    here = device(0)
    turned = dict(reversed(here.silences.items()))
    assert record.encode(here) == record.encode(msgspec.structs.replace(here, silences=turned))


def test_regret_is_what_the_best_would_have_brought_beyond_the_chosen() -> None:
    assert suggested(0.2, 0.5).regret == pytest.approx(0.3)


def test_weeks_and_months_count_parts_of_one() -> None:
    assert (SETTINGS.weeks, SETTINGS.months) == (10, 3)


def test_an_aggregate_is_within_its_bound_entry_by_entry() -> None:
    one = Aggregate(
        signal="active_days", window=1, first=date(2027, 1, 7), labels=("0", "1"), devices=9, least=500, told=False,
        epsilon=0.25, noise="at_collection", way="sampled", truth=(4.0, 5.0), collected=(6.0, 40.0),
        deviation=(11.0, 11.0), bound=(23.0, 23.0),
    )  # fmt: skip
    assert one.within == (True, False)


@pytest.mark.parametrize("read", [record.read_settings, record.read_aggregates, record.read_timings])
def test_a_folder_without_a_run_is_told(tmp_path: Path, read: object) -> None:
    with pytest.raises(InputError, match="no finished run"):
        read(tmp_path)  # type: ignore[operator]
    with pytest.raises(InputError, match="no finished run"):
        list(record.read_records(tmp_path))


def test_another_programs_file_is_told(tmp_path: Path) -> None:
    (tmp_path / record.SETTINGS).write_text('{"devices": "many"}')
    (tmp_path / record.DEVICES).write_text("{}\n")
    with pytest.raises(InputError, match="not written by a run"):
        record.read_settings(tmp_path)
    record.write_settings(tmp_path, SETTINGS)
    with pytest.raises(InputError, match="not written by a run"):
        list(record.read_records(tmp_path))


def test_no_number_is_minus_zero() -> None:
    assert str(record.rounded(-1e-9)) == "0.0"
