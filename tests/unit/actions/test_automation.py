"""What begins by itself stays within what the person confirmed, and above the forecast's floor."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine import Money
from edge_engine.actions import saving
from edge_engine.actions.automation import LowEnd, Purchase
from edge_engine.errors import (
    ApprovalExpired,
    ApprovalMissing,
    EdgeError,
    InputError,
    PurposeDenied,
    WorkflowRefused,
)
from tests.fakes.acting import LOW, NOW, mandate, purchase

if TYPE_CHECKING:
    from edge_engine import Engine, FakeClock
    from edge_engine.actions.review import Term
    from tests.fakes.ledgered_bank import LedgeredBank

SWEEP: dict[str, Term] = {
    "from_account": "GB1",
    "to_account": "GB2",
    "currency": "GBP",
    "per_sweep": 20_000,
    "per_month": 30_000,
    "floor": 50_000,
}
minor = st.integers(-(10**9), 10**9)


def sweep_mandate(engine: Engine) -> str:
    made = engine.reviews.propose("sweep_saving", SWEEP)
    engine.reviews.approve(made.id, seen=made.digest)
    return made.id


def low(balance: int, at_hours: int = -1) -> LowEnd:
    return LowEnd(Money(balance, "GBP"), NOW + timedelta(hours=at_hours))


def moved(bank: LedgeredBank) -> list[int]:
    return [packet["amount"] for action, packet in bank.done if action == "transfer"]


# -- arithmetic ------------------------------------------------------------------------------------------------------


@given(paid=minor, unit=st.integers(-5, 10**6 + 5))
def test_a_round_up_reaches_the_next_whole_unit(paid: int, unit: int) -> None:
    up = saving.round_up(paid, unit)
    if paid > 0 and 1 <= unit <= saving.MAX_UNIT:
        assert 0 <= up < unit
        assert (paid + up) % unit == 0
    else:
        assert up == 0


@given(wanted=minor, caps=st.lists(minor, max_size=3), left=minor, floor=minor)
def test_no_cap_and_no_floor_is_ever_broken(wanted: int, caps: list[int], left: int, floor: int) -> None:
    for found in (
        saving.spare(wanted, caps=tuple(caps), low=left, floor=floor),
        saving.sweep(caps=tuple(caps), low=left, floor=floor),
    ):
        assert found.amount >= 0
        if found.amount:
            assert all(found.amount <= cap for cap in caps)
            assert left - found.amount >= floor
            assert found.because in {"whole", "cap"}
        else:
            assert found.because in {"nothing", "cap", "floor"}


# -- round-ups -------------------------------------------------------------------------------------------------------


def test_a_purchase_is_rounded_up_once(engine: Engine, bank: LedgeredBank) -> None:
    review = mandate(engine)
    for _ in range(2):
        assert engine.automation.round_up(review, purchase(1, 1234), LOW) is not None
        engine.workflows.run()
    assert bank.done == [
        ("transfer", {"amount": 66, "currency": "GBP", "from_account": "GB1", "to_account": "GB2"})
    ]


def test_caps_of_a_purchase_and_of_a_week_hold(engine: Engine, bank: LedgeredBank, clock: FakeClock) -> None:
    review = mandate(engine, per_purchase=50, per_week=120)
    for number in range(6):
        engine.automation.round_up(review, purchase(number, 1201), LOW)
    engine.workflows.run()
    assert moved(bank) == [50, 50, 20]
    clock.advance(timedelta(days=7))
    engine.automation.round_up(review, purchase(9, 1201), LOW)
    engine.workflows.run()
    assert moved(bank) == [50, 50, 20, 50]


def test_what_was_taken_back_does_not_count_against_the_cap(engine: Engine, bank: LedgeredBank) -> None:
    review = mandate(engine, per_week=66)
    bank.refuses["transfer"] = "closed"
    engine.automation.round_up(review, purchase(1), LOW)
    engine.workflows.run()
    bank.refuses.clear()
    assert engine.automation.round_up(review, purchase(2), LOW) is not None


def test_the_floor_holds_against_the_low_end_less_what_moved_since(
    engine: Engine, bank: LedgeredBank
) -> None:
    review = mandate(engine, floor=5_000)
    begun = [engine.automation.round_up(review, purchase(n, 1201), low(5_199)) for n in range(4)]
    assert [one is not None for one in begun] == [True, True, False, False]
    # A forecast made after they moved has them in it.
    assert engine.automation.round_up(review, purchase(9, 1201), low(5_199, at_hours=1)) is not None


@pytest.mark.parametrize(
    "other",
    [
        Purchase("p", "GB9", Money(1234, "GBP"), NOW + timedelta(seconds=1)),
        Purchase("p", "GB1", Money(1234, "EUR"), NOW + timedelta(seconds=1)),
        Purchase("p", "GB1", Money(1234, "GBP"), NOW - timedelta(seconds=1)),
        Purchase("p", "GB1", Money(1200, "GBP"), NOW + timedelta(seconds=1)),
        Purchase("p", "GB1", Money(-1234, "GBP"), NOW + timedelta(seconds=1)),
    ],
    ids=["another account", "another currency", "before the approval", "nothing to round", "money back"],
)
def test_what_the_mandate_does_not_cover_is_left_alone(engine: Engine, other: Purchase) -> None:
    assert engine.automation.round_up(mandate(engine), other, LOW) is None
    assert engine.workflows.all() == []


def test_a_new_mandate_does_not_round_up_what_an_earlier_one_did(
    engine: Engine, bank: LedgeredBank, clock: FakeClock
) -> None:
    bought = purchase(1)
    engine.automation.round_up(mandate(engine), bought, LOW)
    engine.workflows.run()
    engine.consent.withdraw("automatic_saving")
    engine.consent.grant("automatic_saving")
    clock.advance(timedelta(minutes=1))
    assert engine.automation.round_up(mandate(engine), bought, LOW) is None


def test_a_mandate_ends(engine: Engine, clock: FakeClock) -> None:
    review = mandate(engine)
    clock.advance(timedelta(days=364))
    engine.consent.grant("automatic_saving")
    clock.advance(timedelta(days=1))
    with pytest.raises(ApprovalExpired):
        engine.automation.round_up(review, purchase(1), LOW)


def test_nothing_is_rounded_up_without_a_confirmed_mandate(engine: Engine) -> None:
    waiting = engine.reviews.propose("sweep_saving", SWEEP).id
    for review in (waiting, sweep_mandate(engine), ""):
        with pytest.raises(ApprovalMissing):
            engine.automation.round_up(review, purchase(1), LOW)


def test_moments_are_aware(engine: Engine) -> None:
    review, naive = mandate(engine), NOW.replace(tzinfo=None)
    with pytest.raises(InputError, match="aware"):
        engine.automation.round_up(review, Purchase("p", "GB1", Money(1234, "GBP"), naive), LOW)
    with pytest.raises(InputError, match="aware"):
        engine.automation.sweep(review, "2026-W26", LowEnd(Money(1, "GBP"), naive))


def test_amounts_are_a_households_and_of_one_currency(engine: Engine) -> None:
    review = mandate(engine)
    with pytest.raises(InputError):
        engine.automation.round_up(review, purchase(1, 10**15), LOW)
    with pytest.raises(WorkflowRefused, match="another currency"):
        engine.automation.round_up(review, purchase(1), LowEnd(Money(10**6, "EUR"), NOW))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"unit": -1}, "a unit is 1 to 1,000,000"),
        ({"unit": 0}, "a unit is 1 to 1,000,000"),
        ({"per_week": "much"}, "per_week is an amount in minor units"),
        ({"floor": -5}, "floor is an amount in minor units"),
        ({"currency": "NOPE"}, "ISO 4217"),
        ({"to_account": "GB1"}, "from an account to itself"),
    ],
)
def test_nobody_is_asked_to_approve_what_could_not_be_done(
    engine: Engine, change: dict[str, Term], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        mandate(engine, **change)


@pytest.mark.parametrize("days", [-400, -9, 2, 400])
def test_nothing_is_put_aside_on_a_forecast_of_another_time(engine: Engine, days: int) -> None:
    review = mandate(engine)
    old = LowEnd(LOW.balance, NOW + timedelta(days=days))
    assert engine.automation.round_up(review, purchase(1), old) is None
    assert engine.automation.sweep(sweep_mandate(engine), "2026-W26", old) is None
    assert engine.automation.round_up(review, purchase(1), LOW) is not None


def test_nothing_is_put_aside_while_money_is_said_to_be_short(engine: Engine) -> None:
    review = mandate(engine)
    engine.suggestions.say_money_is_short()
    assert engine.automation.round_up(review, purchase(1), LOW) is None
    engine.suggestions.say_money_is_short(short=False)
    assert engine.automation.round_up(review, purchase(1), LOW) is not None


def test_what_is_of_another_type_is_refused_in_a_sentence(engine: Engine) -> None:
    review, anything = mandate(engine), cast("Any", "x")
    automation, pound = engine.automation, Money(100, "GBP")
    for wrong in (
        lambda: automation.round_up(review, anything, LOW),
        lambda: automation.round_up(review, purchase(1), anything),
        lambda: automation.sweep(review, "2026-W26", anything),
        lambda: automation.sweep(review, cast("Any", 5), LOW),
        lambda: automation.remind("rent", anything, pound),
        lambda: automation.remind("rent", date(2026, 7, 1), anything),
        lambda: automation.move_budget("a", "b", cast("Any", None), pound),
        lambda: automation.move_budget("a", "b", "2026-06", anything),
        lambda: automation.apply_for_loan("\ud800"),
        lambda: engine.workflows.retry("\ud800"),
        lambda: engine.workflows.start(cast("Any", []), "key", {}),
        lambda: engine.reviews.propose(cast("Any", []), {}),
        lambda: engine.reviews.answer("\ud800", "yes"),
        lambda: engine.outcomes.record("a", "b", cast("Any", []), purpose="recommendations"),
        lambda: engine.outcomes.record("a", "b", "acted", purpose="recommendations", value=cast("Any", True)),
    ):
        with pytest.raises(InputError):
            wrong()


# -- the others ------------------------------------------------------------------------------------------------------


def test_a_sweep_moves_what_lies_above_the_floor_once_a_period_within_its_caps(
    engine: Engine, bank: LedgeredBank
) -> None:
    review = sweep_mandate(engine)
    assert engine.automation.sweep(review, "2026-W26", low(50_000)) is None
    for period, balance in (
        ("2026-W26", 62_000),
        ("2026-W26", 90_000),
        ("2026-W27", 99_000),
        ("2026-W28", 99_000),
    ):
        engine.automation.sweep(review, period, low(balance, at_hours=1))
    engine.workflows.run()
    assert moved(bank) == [12_000, 18_000]


def test_a_bill_is_reminded_of_once_a_day_of_its(engine: Engine, bank: LedgeredBank) -> None:
    for day in (1, 1, 2):
        engine.automation.remind("rent", date(2026, 7, day), Money(90_000, "GBP"))
    engine.workflows.run()
    assert [packet["day"] for _, packet in bank.done] == ["2026-07-01", "2026-07-02"]


def test_a_budget_moves_whole_or_not_at_all(engine: Engine, bank: LedgeredBank) -> None:
    bank.refuses["raise_budget"] = "locked"
    engine.automation.move_budget("food.restaurants", "food.groceries", "2026-06", Money(2_000, "GBP"))
    engine.workflows.run()
    assert [action for action, _ in bank.done] == ["lower_budget", "restore_lowered_budget"]
    for frm, to, amount in (("a", "a", 1), ("a", "b", 0), ("a", "b", -5)):
        with pytest.raises(WorkflowRefused):
            engine.automation.move_budget(frm, to, "2026-06", Money(amount, "GBP"))


def test_without_insights_nothing_is_reminded_of(engine: Engine) -> None:
    engine.consent.withdraw("insights")
    with pytest.raises(PurposeDenied):
        engine.automation.remind("rent", date(2026, 7, 1), Money(1, "GBP"))


def test_every_refusal_is_of_the_engines_own(engine: Engine) -> None:
    with pytest.raises(EdgeError):
        engine.automation.apply_for_loan("nothing")
