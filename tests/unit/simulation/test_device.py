"""One device and its person: lived by the real engine, the same whenever it is lived, within what they agreed to."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine.decisions.reward import reward
from edge_engine.decisions.story import Reaction
from edge_engine.simulation.device import Life, live, population_of
from edge_engine.simulation.equipment import Equipment
from edge_engine.simulation.record import (
    Collecting,
    DecidedBy,
    DeviceRecord,
    Outlooks,
    PriorKind,
    Settings,
    encode,
)

if TYPE_CHECKING:
    from edge_engine.consent.ledger import PurposeState

SETTINGS = Settings(
    devices=40, days=28, seed=11, end=date(2027, 3, 31), holdout=0.0, forecasts=1.0, history=2
)
RECOMMENDING = "recommendations"


def lived(number: int, settings: Settings = SETTINGS) -> DeviceRecord:
    return _lived(number, msgspec.json.encode(settings))


@cache
def _lived(number: int, written: bytes) -> DeviceRecord:
    settings = msgspec.json.decode(written, type=Settings)
    return live(settings, Equipment.of(settings), number)


@cache
def receptive() -> tuple[int, ...]:
    """Numbers of some people who take suggestions from the first day on and stay a while."""
    people = population_of(SETTINGS)
    found: list[int] = []
    for number in range(SETTINGS.devices):
        agreed = {one.purpose: one for one in people.resident(number).consents}.get(RECOMMENDING)
        willing = agreed is not None and agreed.day_on == 0 and agreed.day_off is None
        if willing and len(lived(number).suggested) >= 3:
            found.append(number)
        if len(found) == 2:
            break
    return tuple(found)


def test_a_device_is_the_same_whenever_it_is_lived() -> None:
    number = receptive()[0]
    assert encode(live(SETTINGS, Equipment.of(SETTINGS), number)) == encode(lived(number))


def test_nothing_is_shown_without_consent_and_nothing_after_it_is_taken_back() -> None:
    people = population_of(SETTINGS)
    for number in range(10):
        consents = {one.purpose: one for one in people.resident(number).consents}
        agreed = consents.get(RECOMMENDING)
        for one in lived(number).suggested:
            assert agreed is not None
            assert agreed.day_on <= one.day
            assert agreed.day_off is None or one.day < agreed.day_off


def test_what_is_chosen_is_among_the_candidates_and_none_of_them_is_better_than_the_best() -> None:
    for number in receptive():
        for one in lived(number).suggested:
            chosen = one.candidates[one.chosen]
            assert (chosen.offer, chosen.family, chosen.expected) == (one.offer, one.family, one.expected)
            assert one.best == max(it.expected for it in one.candidates)
            assert one.regret >= 0.0
            assert 0.0 < one.propensity <= 1.0
            assert -1.0 <= one.expected <= 1.0


def test_rewards_are_those_of_the_table() -> None:
    for number in receptive():
        for one in lived(number).suggested:
            value = max(one.candidates[one.chosen].features[3] / 128, 0.0)
            assert one.reward == pytest.approx(reward(Reaction(one.reaction), value), abs=1e-6)


def test_value_is_received_by_acting_alone() -> None:
    for number in receptive():
        record = lived(number)
        assert all(one.value == 0 for one in record.suggested if one.reaction != "acted")
        assert sum(record.value.values()) == sum(one.value for one in record.suggested)


def test_categories_are_judged_of_what_was_booked() -> None:
    record = lived(receptive()[0])
    judged = sum(one.right + one.wrong + one.unsure for one in record.categorized)
    assert 0 < judged <= record.transactions
    assert sum(one.right for one in record.categorized) > judged / 2


def test_weeks_are_noted_until_somebody_leaves() -> None:
    for number in range(10):
        record = lived(number)
        days = SETTINGS.days if record.left_on is None else record.left_on + 1
        weeks = -(-days // 7)
        assert [len(one) for one in (record.trust, record.tired, record.leaving, record.consents)] == [
            weeks
        ] * 4
        assert all(day < days for day in record.opened)


def test_who_leaves_is_gone() -> None:
    """With everybody leaving within days, nothing is noted after the day on which somebody did."""
    hurried = changed(retention={"leave.start": 0.3, "leave.settled": 0.3})
    left = [record for number in range(6) if (record := lived(number, hurried)).left_on is not None]
    assert len(left) == 6
    for record in left:
        last = record.left_on or 0
        assert all(day <= last for day in record.opened)
        assert all(one.day <= last for one in record.suggested)
        assert record.leaving[0] > 0.1


def test_signals_are_given_once_a_window_and_only_by_who_agrees_to_be_counted() -> None:
    given = 0
    for number in range(10):
        record = lived(number)
        keys = [(one.signal, one.window) for one in record.signals]
        assert len(set(keys)) == len(keys)
        if not any("aggregate_statistics" in week for week in record.consents):
            assert not keys
        given += len(keys)
    assert given > 0


def changed(**fields: object) -> Settings:
    return msgspec.structs.replace(SETTINGS, **fields)


def test_a_consent_that_would_run_out_is_given_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credit is agreed to for 90 days at a time."""
    long = changed(days=100, decided_by=DecidedBy.NOBODY, collecting=Collecting.NOTHING)
    people = population_of(long)
    number = next(
        number
        for number in range(SETTINGS.devices)
        if any(
            one.purpose == "credit_prescreening" and one.day_on == 0 and one.day_off is None
            for one in people.resident(number).consents
        )
        and lived(number, long).left_on is None
    )
    resident = people.resident(number)
    life = Life(long, Equipment.of(long), resident, people.household(resident))
    states: list[PurposeState] = []
    record = life._record

    def noting() -> DeviceRecord:
        states.extend(life._engine.consent.state())
        return record()

    monkeypatch.setattr(life, "_record", noting)
    assert "credit_prescreening" in life.live().consents[-1]
    on = {one.purpose for one in states if one.granted}
    assert set(lived(number, long).consents[-1]) == on - {"own_access"}


def test_a_device_of_the_holdout_is_told_nothing_and_lives_on() -> None:
    number = receptive()[0]
    record = lived(number, changed(holdout=1.0))
    assert record.holdout
    assert not record.suggested
    assert record.opened[:3] == lived(number).opened[:3]
    assert lived(number, changed(decided_by=DecidedBy.NOBODY)).suggested == ()


def test_chance_alone_gives_every_candidate_the_same_chance() -> None:
    for number in receptive():
        for one in lived(number, changed(decided_by=DecidedBy.RANDOM)).suggested:
            assert one.propensity == pytest.approx(1.0 / len(one.candidates), abs=1e-6)


def test_who_starts_cold_expects_nothing() -> None:
    number = receptive()[0]
    cold = lived(number, changed(prior=PriorKind.NONE)).suggested
    assert {one.prior for one in cold} == {0.0}
    assert any(one.prior != 0.0 for one in lived(number).suggested)


def test_two_settings_meet_the_same_days_and_people() -> None:
    for number in receptive():
        one, other = lived(number), lived(number, changed(prior=PriorKind.NONE))
        both = min(len(one.opened), len(other.opened))
        assert one.opened[:both] == other.opened[:both]
        first, second = one.suggested[0], other.suggested[0]
        assert (first.day, first.context) == (second.day, second.context)
        assert first.candidates == second.candidates


def test_a_device_may_do_without_the_trajectory_model() -> None:
    record = lived(receptive()[0], changed(outlooks=Outlooks.HABITS))
    assert record.suggested
    assert record.opened == lived(receptive()[0]).opened


def test_without_counting_nothing_is_measured() -> None:
    record = lived(receptive()[0], changed(collecting=Collecting.NOTHING))
    assert record.signals == ()
    assert record.work.report_bytes == 0


def test_a_budget_that_does_not_reach_is_told() -> None:
    one = Equipment.of(SETTINGS)
    small = msgspec.structs.replace(
        one.catalogue, budget=msgspec.structs.replace(one.catalogue.budget, epsilon=0.3)
    )
    people = population_of(SETTINGS)
    number = next(number for number in range(SETTINGS.devices) if lived(number).signals)
    resident = people.resident(number)
    poor = Equipment(one.policy, one.rules, small, one.prior, one.assumptions, one.hazard, one.digests)
    record = Life(SETTINGS, poor, resident, people.household(resident)).live()
    assert record.refused > 0
    assert len(record.signals) < len(lived(number).signals)


def test_outlooks_are_compared_with_what_came() -> None:
    for number in receptive():
        for one in lived(number).forecasts:
            assert one.came == one.inside + one.below + one.above
