"""Instruments on the engine: they note what it does and change nothing of it."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import msgspec
import numpy as np
import pytest

from edge_engine.clock import FakeClock
from edge_engine.decisions.features import Candidates, Context
from edge_engine.decisions.posterior import Posterior
from edge_engine.decisions.ranking import Ranker
from edge_engine.inference.recommender import Recommender
from edge_engine.simulation.equipment import Equipment
from edge_engine.simulation.instrument import Watch, WatchedEngine
from edge_engine.simulation.record import PriorKind, Settings

SETTINGS = Settings(devices=1, days=1, seed=1, end=date(2027, 6, 30))
CONTEXT = Context.of({"engagement": 0.5})
CANDIDATES = Candidates.of([{"saves": 1.0, "value": 0.3}, {"protects": 1.0}, {}])


def rankings(prior: Watch | Recommender | None) -> list[int]:
    ranker = Ranker(Posterior(), np.random.default_rng(3), prior=prior)
    return [ranker.rank(CONTEXT, CANDIDATES).first for _ in range(50)]


def test_what_is_watched_ranks_as_what_is_not() -> None:
    assert rankings(Watch(None)) == rankings(None)
    shipped = Recommender.load()
    assert rankings(Watch(shipped)) == rankings(shipped)


def test_what_was_asked_is_noted_once_however_often_its_means_are_wanted() -> None:
    watch = Watch(None)
    for _ in range(2):
        watch.means(CONTEXT, CANDIDATES)
    assert watch.asked == (CONTEXT, CANDIDATES)
    assert watch.rankings == 1


def test_a_prior_is_worth_what_it_says_or_what_the_run_says() -> None:
    shipped = Recommender.load()
    assert (Watch(shipped).ridge, Watch(shipped, 7.0).ridge) == (shipped.ridge, 7.0)
    assert (Watch(None).ridge, Watch(None).name) == (1.0, "")


@pytest.mark.parametrize(("kind", "ridge"), [(PriorKind.NONE, 1.0), (PriorKind.SHIPPED, 30.0)])
def test_only_a_fleets_prior_is_weighed_by_the_run(kind: PriorKind, ridge: float) -> None:
    settings = msgspec.structs.replace(SETTINGS, prior=kind, prior_ridge=5.0)
    clock = FakeClock(datetime(2027, 1, 1, tzinfo=UTC))
    with WatchedEngine(Equipment.of(settings), clock, settings, random.Random(1)) as engine:
        assert engine.watch.ridge == ridge


def test_two_engines_of_one_chance_are_told_apart_alike() -> None:
    clock = FakeClock(datetime(2027, 1, 1, tzinfo=UTC))
    units = []
    for seed in (1, 1, 2):
        with WatchedEngine(Equipment.of(SETTINGS), clock, SETTINGS, random.Random(seed)) as engine:
            units.append(engine._vault.meta("unit"))
    assert units[0] == units[1] != units[2]
