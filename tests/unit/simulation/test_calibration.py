"""Distances between simulated and real money: they measure, and what is not there is skipped with its reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_engine.simulation import calibration
from edge_engine.simulation.calibration import calibrate, kolmogorov_smirnov, variation, wasserstein
from edge_engine.simulation.ledgers import Ledger, simulated
from edge_engine.simulation.population import Population
from edge_engine.simulation.truth import Role

DATA = Path(__file__).parents[4] / "shared" / "data"

samples = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40).map(np.array)


def ledger(lines: list[tuple[str, int, int]]) -> Ledger:
    """Return a ledger of day, amount and side."""
    days = np.array([date.fromisoformat(day).toordinal() for day, _, _ in lines])
    moved = np.array([amount for _, amount, _ in lines])
    return Ledger(days, moved, np.array([side for *_, side in lines]), 1000 + np.cumsum(moved))


@settings(deadline=None)
@given(samples, samples)
def test_distances_are_symmetric_and_nothing_from_a_thing_to_itself(
    left: np.ndarray, right: np.ndarray
) -> None:
    for distance in (kolmogorov_smirnov, wasserstein):
        assert distance(left, left) == 0.0
        assert distance(left, right) == pytest.approx(distance(right, left))
        assert distance(left, right) >= 0.0
    assert kolmogorov_smirnov(left, right) <= 1.0


def test_distances_have_the_values_that_they_should() -> None:
    left = np.arange(100.0)
    assert kolmogorov_smirnov(left, left + 1000.0) == 1.0
    assert kolmogorov_smirnov(left, left + 25.0) == pytest.approx(0.25)
    assert wasserstein(left, left + 3.0) == pytest.approx(3.0)
    assert variation(np.array([1.0, 0.0]), np.array([0.25, 0.75])) == 0.75


def test_what_returns_by_the_month_is_found() -> None:
    rent = [(f"2026-{month:02d}-03", -70000, 1) for month in range(1, 7)]
    coffee = [(f"2026-{month:02d}-{day:02d}", -300, 2) for month in range(1, 7) for day in (5, 9)]
    assert calibration.returning([ledger(sorted(rent + coffee))]) == pytest.approx(6 / 18)


def test_profiles_name_the_days() -> None:
    one = ledger([("2026-06-01", -500, 1), ("2026-06-06", -500, 1), ("2026-06-15", 900, 2)])
    assert calibration.weekdays([one], -1).tolist() == [0.5, 0, 0, 0, 0, 0.5, 0]
    assert calibration.month_days([one], 1)[14] == 1.0


def test_a_household_is_one_account_without_what_moves_within_it() -> None:
    people = Population(seed=9, devices=3, days=90, end=date(2026, 6, 30))
    accounts, cards = simulated(people)
    assert len(accounts) == len(cards) == 3
    for number, one in enumerate(accounts):
        home = people.household(people.resident(number))
        at_hand = [home.balance_by_day[role][-1] for role in (Role.CURRENT, Role.JOINT, Role.SAVINGS)]
        on_the_way = sum(
            p.amount for p in home.postings if p.leaf == "transfers.own" and p.account is not Role.CARD
        )
        assert one.balances[-1] == sum(at_hand) - on_the_way
        assert (np.diff(one.days) >= 0).all()
        assert (cards[number].amounts < 0).all()


def test_a_set_that_is_not_there_is_skipped_with_the_reason(tmp_path: Path) -> None:
    report = calibrate(tmp_path, devices=2, days=60)
    assert set(report.skipped) == {"berka", "cards"}
    assert not report.distances
    assert [line.split(":")[0] for line in calibration.write(report)] == ["skipped berka", "skipped cards"]


def test_a_damaged_set_is_skipped_with_the_reason(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "spend.parquet").write_bytes(b"PAR1 is not enough")
    assert "damaged" in calibrate(tmp_path, devices=2, days=60).skipped["cards"]


@pytest.mark.skipif(not (DATA / "cards").is_dir(), reason=f"there are no real cards at {DATA}")
def test_the_real_sets_are_nearer_to_themselves_than_to_the_population() -> None:
    pytest.importorskip("pyarrow")
    report = calibrate(DATA, devices=12, days=120)
    assert not report.skipped
    assert {one.real for one in report.distances} == {"berka", "cards"}
    for one in report.distances:
        assert 0.0 <= one.floor < one.distance
    basket = next(
        one for one in report.distances if (one.real, one.what, one.kind) == ("cards", "amounts paid", "ks")
    )
    assert basket.distance < 0.12
