from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge_engine.domain.money import Money
from edge_engine.inference.trajectory.model import Trajectory
from edge_engine.insights.cashflow import outlook
from edge_engine.insights.recurring import streams
from edge_engine.insights.trajectory import below_zero, foretold, history_of
from tests.unit.insights.stories import TAXONOMY, Person, person

if TYPE_CHECKING:
    from edge_engine.insights.finding import Outlook


def told(who: Person, weeks: int = 8) -> tuple[Outlook, Outlook]:
    balances = {1: Money(300_000, who.postings.currency_codes[0])}
    found = streams(who.postings, who.today, TAXONOMY)
    habits = outlook(who.postings, balances, found, who.today, weeks)
    assert habits is not None
    return habits, foretold(habits, who.postings, balances, who.today, TAXONOMY, Trajectory.load())


@pytest.mark.parametrize("seed", [1, 3])
def test_the_model_speaks_only_where_its_record_beats_every_simple_forecast(seed: int) -> None:
    habits, ahead = told(person(seed))
    record = ahead.record
    assert record is not None
    assert record.used == (ahead.method == "model")
    if record.used:
        assert record.loss.minor < record.loss_simple.minor
        assert len(ahead.outflow) == len(ahead.weeks) == 8
        assert [week.ends for week in ahead.weeks] == [week.ends for week in habits.weeks]
        assert next(risk.buffer.minor for risk in ahead.risks) == 0
    else:
        assert ahead.weeks == habits.weeks
        assert not ahead.outflow
        assert not ahead.risks


def test_the_chance_to_end_below_zero_follows_the_quantiles() -> None:
    weeks = [
        [0, 50, 100],
        [50, 60, 100],
        [-100, 0, 100],
        [-200, -100, 0],
        [-300, -200, -100],
        [90, 1000, 1500],
    ]
    chances = below_zero(np.array(weeks, dtype=np.float64)).tolist()
    assert chances[:4] == pytest.approx([0.1, 0.0, 0.5, 0.9])
    assert chances[4] == 1.0
    assert 0.0 < chances[5] < 0.1


def test_the_chance_is_the_models_where_the_model_speaks() -> None:
    ahead = next(
        one
        for _, one in map(told, map(person, range(1, 12)))
        if one.method == "model" and one.lowest.minor > 0
    )
    assert ahead.below_zero >= next(risk.chance for risk in ahead.risks if risk.buffer.minor == 0)
    assert list(ahead.chances) == sorted(ahead.chances)
    assert ahead.chances[-1] == ahead.below_zero
    assert ahead.first_below is None, "the middle path stays above zero"


def test_beyond_eight_weeks_habits_speak() -> None:
    habits, ahead = told(person(3), weeks=12)
    assert ahead.method == "habits"
    assert ahead.weeks == habits.weeks


def test_the_history_ends_at_the_present_balance() -> None:
    who = person(1)
    history = history_of(
        who.postings, {1: Money(300_000, who.postings.currency_codes[0])}, who.today, TAXONOMY
    )
    assert history is not None
    assert history.balance[-1] == 300_000
    assert len(history) == who.today.toordinal() - history.first + 1


def test_where_the_outlook_from_habits_was_tried_the_record_holds_what_was_compared() -> None:
    tried = 0
    for seed in range(1, 4):
        _, ahead = told(person(seed))
        record = ahead.record
        assert record is not None
        assert (record.loss_tried is None) == (record.loss_habits is None)
        if record.loss_tried is not None and record.loss_habits is not None:
            tried += 1
            assert record.used == (record.loss_tried.minor < record.loss_habits.minor)
    assert tried
