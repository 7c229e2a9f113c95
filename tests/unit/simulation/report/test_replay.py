"""Regret, and who else chose at the same moments."""

from __future__ import annotations

import statistics

import msgspec
import pytest

from edge_engine.simulation.report import peers
from edge_engine.simulation.report.replay import Choosing, Contestant, Regret, drawn
from tests.unit.simulation.report.made import SETTINGS, candidate, device, suggested

GOOD, BAD = (
    candidate("bill_reminder", 0.4),
    msgspec.structs.replace(candidate("cashback", 0.0), features=(128, 128, 0, 0, 0)),
)


def moment(chosen: int = 0, day: int = 3) -> object:
    pair = (GOOD, BAD)
    return suggested(
        pair[chosen].offer, day=day, expected=pair[chosen].expected, best=0.4, candidates=pair, chosen=chosen
    )


def chose(*records: object, most: int = 1_000) -> Regret:
    choosing = Choosing(SETTINGS, most)
    for one in records:
        choosing.add(one)  # type: ignore[arg-type]
    return choosing.told()


def by_name(told: Regret) -> dict[str, Contestant]:
    return {one.name: one for one in told.contestants}


def test_the_runs_own_regret_is_as_recorded() -> None:
    told = chose(
        device(0, suggested=(moment(0), moment(1), moment(1, day=40))),
        device(1, suggested=(moment(0), suggested())),
    )
    run = by_name(told)["run"]
    # Moments without a choice are left out: four are left, two of them with 0.4 given away.
    assert (told.choices, told.recorded, told.best) == (4, 4, 0.4)
    assert (run.regret.mean, run.regret.devices) == (0.2, 2)
    assert run.first_month.mean == pytest.approx(0.4 / 3, abs=1e-6)
    assert run.steps[0].mean == 0.2
    assert run.steps[1].mean is None


def test_chance_gives_away_half_of_the_difference_between_two() -> None:
    assert by_name(chose(device(0, suggested=(moment(), moment()))))["chance"].regret.mean == 0.2


def test_choices_are_replayed_by_whole_devices_until_there_are_enough() -> None:
    records = [device(at, suggested=(moment(), moment(1))) for at in range(5)]
    told = chose(*records, most=3)
    assert (told.choices, told.recorded) == (4, 10)
    assert told.whole.mean == 0.2


def test_our_ranking_learns_what_is_better() -> None:
    records = [device(at, suggested=tuple(moment() for _ in range(60))) for at in range(20)]
    cold = by_name(chose(*records))["cold"]
    first, *_, last = (one.mean for one in cold.steps)
    assert first is not None
    assert last is not None
    assert last < 0.5 * first < 0.2


@pytest.mark.parametrize("name", list(peers.NEEDS))
def test_peers_choose_and_learn_where_they_are_installed(name: str) -> None:
    if peers.missing(name):
        pytest.skip(f"{name} is not installed: pip install edge-engine[bench]")
    records = [device(at, suggested=tuple(moment() for _ in range(60))) for at in range(10)]
    found = by_name(chose(*records))[name]
    again = by_name(chose(*records))[name]
    assert found == again
    last = found.steps[-1].mean
    assert last is not None
    assert last < 0.2


def test_peers_that_are_not_installed_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "NEEDS", {"mabwiser": "no.such.module", "vowpal": "no_such_module"})
    assert peers.missing("mabwiser")
    monkeypatch.setattr("edge_engine.simulation.report.replay.NEEDS", peers.NEEDS)
    told = chose(device(0, suggested=(moment(),)))
    assert told.missing == ("mabwiser", "vowpal")
    assert set(by_name(told)) == {"run", "cold", "chance"}


@pytest.mark.parametrize("expected", [-0.5, -0.2, 0.0, 0.3, 0.6])
def test_a_drawn_reward_has_the_expected_mean(expected: float) -> None:
    marks = [(at + 0.5) / 2_000 for at in range(2_000)]
    mean = statistics.fmean(drawn(candidate("bill_reminder", expected), mark) for mark in marks)
    assert mean == pytest.approx(expected, abs=1e-3)


def test_nothing_to_choose_has_no_contestants() -> None:
    told = chose(device(0, suggested=(suggested(),)))
    assert (told.contestants, told.choices, told.best) == ((), 0, None)
