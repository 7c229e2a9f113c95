"""What is measured of the recommender: few people here, the command has as many as its card."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from edge_engine.cli.main import main
from edge_engine.evaluation import recommender
from edge_engine.evaluation.recommender import NAMES, WORLD_NAMES, figures, interval, off_policy, tables
from edge_engine.inference.recommender import Recommender


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return figures(Recommender.load(), people=40, moments=50)


def test_every_way_to_choose_is_measured_in_every_world(found: dict[str, Any]) -> None:
    assert set(found["worlds"]) == set(WORLD_NAMES)
    for ways in found["worlds"].values():
        assert set(ways) == set(NAMES)
        for one in ways.values():
            assert one["low"] <= one["reward"] <= one["high"]
            assert one["shown"] > 20
        assert ways["no_prior"]["gain"] == 0.0


def test_the_prior_earns_its_place_among_people_like_those_it_was_trained_on(found: dict[str, Any]) -> None:
    assert found["worlds"]["same"]["with_prior"]["gain_low"] > 0.0


def test_logged_chances_estimate_another_way_to_choose() -> None:
    compared = off_policy(Recommender.load(), 600)
    assert compared["difference_low"] <= 0.0 <= compared["difference_high"]
    assert compared["estimate_high"] - compared["estimate_low"] < 0.2


def test_an_interval_holds_the_mean_that_often() -> None:
    rng = np.random.default_rng(1)
    held = [low <= 0.3 <= high for _, low, high in (interval(rng.normal(0.3, 1.0, 50)) for _ in range(1000))]
    assert 0.92 < np.mean(held) < 0.97


def test_tables_are_for_people(found: dict[str, Any]) -> None:
    shown = list(tables(found))
    assert len(shown) == len(WORLD_NAMES) + 1
    assert all(len(row) == len(one.columns) for one in shown for row in one.rows)


def test_the_command_needs_no_data(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recommender, "PEOPLE", 3)
    monkeypatch.setattr(recommender, "MOMENTS", 5)
    assert main(["models", "eval", "recommender"]) == 0
    assert "learning with prior" in capsys.readouterr().out
    assert main(["models", "eval", "trajectory"]) != 0
    assert "--data" in capsys.readouterr().err
