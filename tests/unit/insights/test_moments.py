"""Moments: each from a small household's postings, and the same life without it, of which nothing is said."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from edge_engine.decisions.guard_policy import Guards
from edge_engine.decisions.offer import MOMENTS as DECIDED
from edge_engine.domain.money import Money
from edge_engine.insights import cashflow, recurring
from edge_engine.insights.finding import DuplicateCharge, FeesPaid, Overlap, PriceRise, Severity, Shortfall
from edge_engine.insights.hypothesis import Answer, Evidence, Hypothesis, NewHome
from edge_engine.insights.knowledge import Known
from edge_engine.insights.moment import (
    TYPES,
    BillDue,
    BillMissed,
    BillUnusual,
    CategoryDrift,
    CreditCost,
    IncomeGone,
    IncomeHigher,
    IncomeLate,
    IncomeLower,
    IncomeNew,
    InStress,
    Moment,
    SafeToSave,
    SubscriptionNew,
)
from edge_engine.insights.moments import moments
from edge_engine.insights.thresholds import MOMENTS, Thresholds
from edge_engine.insights.words import render
from tests.unit.insights.stories import TAXONOMY, Story, every, monthly

if TYPE_CHECKING:
    from collections.abc import Sequence

TODAY = date(2026, 6, 30)
RULES = Thresholds.default(MOMENTS)
PURPOSES = ("insights", "categorization")


def household(*, pay: int = 24, last: int = 250000, groceries: int = 6500) -> Story:
    """Two years of pay, rent, energy and groceries, until today; ``pay`` months of it come."""
    story = Story().pay_each(monthly("2024-07-25", pay - 1, shift=-1), 250000, "harrowgate", "income.salary")
    if pay == 24:
        story.pay("2026-06-25", last, "harrowgate", "income.salary")
    story.pay_each(monthly("2024-07-05", 24), -90000, "ashgrove lettings", "housing.rent")
    for at, day in enumerate(monthly("2024-07-12", 24)):
        story.pay(day, -9000 - 1000 * (at % 3), "brightgrid", "utilities.energy")
    story.pay_each(every("2024-07-03", 104, 7), -groceries, "grocer", "food.groceries")
    return story.pay_each(every("2024-07-05", 104, 7), -4000, "bistro", "dining.restaurants")


def known(
    story: Story,
    *,
    balance: int | None = None,
    savings: int = 0,
    hypotheses: Sequence[Hypothesis] = (),
    today: date = TODAY,
) -> Known:
    postings = story.postings()
    streams = recurring.streams(postings, today, TAXONOMY)
    held = {} if balance is None else {1: Money(balance, "EUR")}
    ahead = cashflow.outlook(postings, held, streams, today) if held else None
    return Known(
        postings=postings,
        streams=streams,
        outlooks=() if ahead is None else (ahead,),
        balances=held,
        savings={9: Money(savings, "EUR")} if savings else {},
        today=today,
        taxonomy=TAXONOMY,
        rules=RULES,
        purposes=PURPOSES,
        models=("categorizer-3",),
        hypotheses=hypotheses,
    )


def found(story: Story, kind: str, *, today: date = TODAY, balance: int | None = None) -> list[Moment]:
    return [one for one in moments(known(story, balance=balance, today=today)) if one.type == kind]


def one_of(story: Story, kind: str, *, today: date = TODAY, balance: int | None = None) -> Moment:
    (one,) = found(story, kind, today=today, balance=balance)
    return one


def test_the_types_are_those_that_offers_may_name() -> None:
    assert tuple(DECIDED) == TYPES


def test_of_a_quiet_life_nothing_is_said() -> None:
    assert moments(known(household(), balance=170000)) == []
    assert moments(known(Story())) == []


def test_a_balance_that_will_not_last_is_foreseen() -> None:
    story = household(groceries=20000)
    one = one_of(story, "liquidity_shortfall", balance=20000)
    assert isinstance(one.message, Shortfall)
    assert one.message.lowest.minor < 0
    assert one.severity is Severity.URGENT
    assert one.message.starts is not None
    assert TODAY < one.message.starts == one.valid_until < one.message.on
    assert found(story, "liquidity_shortfall", balance=3000000) == []


def test_a_subscription_that_began_lately_is_new() -> None:
    story = household().pay_each(monthly("2026-04-10", 3), -1299, "netflix", "leisure.streaming")
    one = one_of(story, "subscription_new")
    assert one.message == SubscriptionNew(
        "netflix", Money(1299, "EUR"), date(2026, 4, 10), Money(15588, "EUR")
    )
    assert one.money_a_year == Money(15588, "EUR")
    assert one.models == ("categorizer-3",)
    assert one.purposes == PURPOSES
    old = household().pay_each(monthly("2024-08-10", 23), -1299, "netflix", "leisure.streaming")
    assert found(old, "subscription_new") == []


def test_a_subscription_is_not_new_where_the_import_just_begins() -> None:
    story = Story().pay_each(monthly("2026-04-10", 3), -1299, "netflix", "leisure.streaming")
    assert found(story.pay_each(every("2026-04-08", 12, 7), -6000, "grocer"), "subscription_new") == []


def test_a_price_that_rose_is_told_while_it_is_news() -> None:
    story = household().pay_each(monthly("2025-01-10", 16), -1299, "netflix", "leisure.streaming")
    story.pay_each(monthly("2026-05-10", 2), -1599, "netflix", "leisure.streaming")
    one = one_of(story, "price_change")
    assert isinstance(one.message, PriceRise)
    assert one.money_a_year == Money(3600, "EUR")
    assert found(story, "price_change", today=TODAY + timedelta(days=30)) == []


@pytest.mark.parametrize(
    ("leaf", "type_"),
    [
        ("housing.rent", "cost_rise"),
        ("housing.mortgage", "cost_rise"),
        ("housing.property_tax", "cost_rise"),
        ("utilities.water_waste", "cost_rise"),
        ("education.childcare", "cost_rise"),
        ("transfers.person", "cost_rise"),
        ("utilities.energy", "price_change"),
        ("services.insurance", "price_change"),
    ],
)
def test_what_cannot_be_cancelled_is_no_saving(leaf: str, type_: str) -> None:
    story = household().pay_each(monthly("2025-01-10", 15), -60000, "linden", leaf)
    story.pay_each(monthly("2026-04-10", 3), -66000, "linden", leaf)
    other = {"cost_rise": "price_change", "price_change": "cost_rise"}[type_]
    assert found(story, other, today=date(2026, 6, 9)) == []
    one = one_of(story, type_, today=date(2026, 6, 9))
    assert isinstance(one.message, PriceRise)
    assert one.message.a_year == Money(72000, "EUR")
    assert one.money_a_year is None


def test_who_puts_more_aside_pays_no_higher_price() -> None:
    story = household().pay_each(monthly("2025-01-10", 16), -10000, "nutmeg", "finance.investment")
    story.pay_each(monthly("2026-05-10", 2), -12500, "nutmeg", "finance.investment")
    assert found(story, "price_change") == []


def test_a_bill_that_was_higher_once_is_no_new_price() -> None:
    story = household().pay_each(monthly("2025-01-10", 17), -3000, "pulse mobile", "utilities.mobile")
    story.pay("2026-06-10", -3200, "pulse mobile", "utilities.mobile")
    assert found(story, "price_change") == []
    story.pay("2026-07-10", -3200, "pulse mobile", "utilities.mobile")
    assert isinstance(one_of(story, "price_change", today=date(2026, 7, 12)).message, PriceRise)


def test_two_subscriptions_for_one_need_overlap() -> None:
    story = household().pay_each(monthly("2025-01-10", 18), -1099, "spotify", "leisure.streaming")
    assert found(story, "subscription_overlap") == []
    story.pay_each(monthly("2025-01-12", 18), -1199, "deezer", "leisure.streaming")
    one = one_of(story, "subscription_overlap")
    assert isinstance(one.message, Overlap)
    assert one.money_a_year == Money(14388, "EUR")


def test_a_large_bill_is_told_days_before_it_is_due() -> None:
    one = one_of(household(), "bill_due", today=date(2026, 7, 3))
    assert one.message == BillDue("ashgrove lettings", Money(90000, "EUR"), date(2026, 7, 5))
    assert one.valid_until == date(2026, 7, 5)
    assert found(household(), "bill_due", today=date(2026, 6, 30)) == []


def test_a_bill_that_did_not_come_is_missed() -> None:
    rows = household()
    rows.rows = [
        row for row in rows.rows if not (row.merchant == "brightgrid" and row.day >= date(2026, 6, 1))
    ]
    one = one_of(rows, "bill_missed")
    assert isinstance(one.message, BillMissed)
    assert one.message.due == date(2026, 6, 12)
    assert found(household(), "bill_missed") == []


def test_a_subscription_that_ends_is_no_missed_bill() -> None:
    story = household().pay_each(monthly("2025-01-05", 17), -1299, "netflix", "leisure.streaming")
    assert found(story, "bill_missed") == []


def test_a_bill_with_a_rhythm_of_gaps_is_not_missed() -> None:
    rows = household()
    gaps = {date(2026, 6, 1), date(2025, 3, 1), date(2025, 9, 1), date(2024, 11, 1)}
    rows.rows = [
        row for row in rows.rows if not (row.merchant == "brightgrid" and row.day.replace(day=1) in gaps)
    ]
    assert found(rows, "bill_missed") == []


def test_a_bill_far_above_those_of_the_year_is_unusual() -> None:
    story = household()
    story.rows = [
        row for row in story.rows if not (row.merchant == "brightgrid" and row.day == date(2026, 6, 12))
    ]
    story.pay("2026-06-12", -17000, "brightgrid", "utilities.energy")
    one = one_of(story, "bill_unusual")
    assert one.message == BillUnusual(
        "brightgrid", Money(17000, "EUR"), Money(11000, "EUR"), date(2026, 6, 12)
    )
    assert found(household(), "bill_unusual") == []


def test_pay_that_does_not_come_is_late_and_then_gone() -> None:
    story = household(pay=24)
    story.rows = [row for row in story.rows if row.merchant != "harrowgate" or row.day < date(2026, 6, 1)]
    story.pay_each(every("2026-07-01", 1, 7), -6000, "grocer", "food.groceries").pay(
        "2026-07-03", -4000, "bistro"
    )
    late = one_of(story, "income_change", today=date(2026, 7, 3))
    assert isinstance(late.message, IncomeLate)
    assert late.message.due == date(2026, 6, 25)
    story.pay_each(every("2026-07-08", 5, 7), -6000, "grocer", "food.groceries")
    gone = one_of(story, "income_change", today=date(2026, 8, 5))
    assert isinstance(gone.message, IncomeGone)
    assert gone.severity is Severity.URGENT
    assert found(household(), "income_change") == []


def test_pay_of_another_employer_is_new_and_the_old_one_is_not_gone() -> None:
    story = household(pay=24)
    story.rows = [row for row in story.rows if row.merchant != "harrowgate" or row.day < date(2026, 4, 20)]
    story.pay_each(monthly("2026-04-15", 3), 270000, "pennard", "income.salary")
    one = one_of(story, "income_change")
    assert isinstance(one.message, IncomeNew)
    assert one.message.merchant == "pennard"


@pytest.mark.parametrize(("last", "kind"), [(180000, IncomeLower), (330000, IncomeHigher)])
def test_pay_beyond_its_usual_range_is_told(last: int, kind: type) -> None:
    one = one_of(household(last=last), "income_change")
    assert isinstance(one.message, kind)
    assert isinstance(one.message, IncomeLower | IncomeHigher)
    assert one.message.usual == Money(250000, "EUR")
    assert found(household(last=255000), "income_change") == []


def test_what_is_above_a_buffer_is_safe_to_save() -> None:
    one = one_of(household(), "safe_to_save", balance=900000)
    assert isinstance(one.message, SafeToSave)
    assert one.message.amount == Money(25000, "EUR"), "a tenth of a month's income at most"
    assert one.message.floor.minor > 0
    # What is left each month bounds what the year brings.
    assert one.money_a_year is not None
    assert one.message.amount.minor <= one.money_a_year.minor <= 12 * 25000
    assert found(household(), "safe_to_save", balance=170000) == []


def test_a_category_that_drifts_up_is_told_with_the_budget_that_makes_room() -> None:
    story = household().pay_each(every("2026-03-30", 13, 7), -3000, "corner shop", "food.groceries")
    one = one_of(story, "category_drift", today=date(2026, 7, 1))
    assert isinstance(one.message, CategoryDrift)
    assert one.message.category == "food.groceries"
    assert one.message.source == "dining.restaurants"
    # A seventh of what is eaten out, rounded down to fives.
    assert one.message.move == Money(2500, "EUR")
    assert one.money_a_year == Money(30000, "EUR")
    assert found(household(), "category_drift", today=date(2026, 7, 1)) == []


def test_one_dear_month_is_no_drift() -> None:
    story = household().pay("2026-06-20", -60000, "grocer", "food.groceries")
    assert found(story, "category_drift", today=date(2026, 7, 1)) == []


def test_a_charge_taken_twice_and_a_fee_are_told() -> None:
    story = household().pay("2026-06-20", -8990, "outfitters", "shopping.clothing")
    assert found(story, "duplicate_or_fee") == []
    story.pay("2026-06-20", -8990, "outfitters", "shopping.clothing")
    assert isinstance(one_of(story, "duplicate_or_fee").message, DuplicateCharge)
    fee = household().pay("2026-06-20", -1500, "first bank", "finance.bank_fees")
    assert isinstance(one_of(fee, "duplicate_or_fee").message, FeesPaid)
    assert found(fee, "duplicate_or_fee", today=date(2026, 9, 1)) == []


def test_interest_is_told_by_the_year_while_it_still_costs() -> None:
    story = household().pay_each(monthly("2025-08-28", 11), -2500, "first bank", "finance.interest")
    one = one_of(story, "credit_cost")
    assert one.message == CreditCost(Money(27500, "EUR"), 11, date(2025, 8, 28))
    assert one.money_a_year is None, "what was paid is not what another loan would save"
    assert found(household(), "credit_cost") == []
    paid_back = household().pay_each(monthly("2025-08-28", 6), -2500, "first bank", "finance.interest")
    assert found(paid_back, "credit_cost") == []


def test_a_change_of_life_is_asked_once_and_only_while_it_is_open() -> None:
    evidence = (Evidence("home_mover", 3, date(2026, 5, 2), Money(-80000, "EUR"), "movers"),)
    home = Hypothesis(
        "0123456789abcdef", "home", TODAY, date(2026, 5, 1), 0.8, ("home_mover",), evidence,
        NewHome(date(2026, 5, 1)), ("life_changes",),
    )  # fmt: skip
    (one,) = moments(known(household(), hypotheses=[home]))
    assert one.type == "life_event_candidate"
    assert one.evidence == (3,)
    assert one.purposes == ("insights", "categorization", "life_changes")
    confirmed = Hypothesis(
        *[*(getattr(home, name) for name in home.__struct_fields__[:-1]), Answer.CONFIRMED]
    )
    assert moments(known(household(), hypotheses=[confirmed])) == []


def test_two_signs_of_strain_are_stress_and_one_is_none() -> None:
    spending = household(groceries=40000)
    alone = [one.type for one in moments(known(spending, balance=3000000))]
    assert "stress" not in alone
    one = one_of(spending, "stress", balance=20000)
    assert one.message == InStress(("no_buffer", "living_on_debt"))
    assert one.severity is Severity.URGENT
    assert render(one.message, TAXONOMY) == (
        "Money is short at the moment: the balance is about to run out and more goes out than comes in."
    )


def test_debts_that_take_half_the_income_are_a_sign_too() -> None:
    story = household().pay_each(monthly("2024-07-20", 24), -140000, "lender", "finance.loan")
    one = one_of(story, "stress")
    assert one.message == InStress(("living_on_debt", "heavy_debt"))
    assert one.evidence


def test_the_signs_of_stress_are_those_of_the_guard() -> None:
    guards = Guards.default()
    numbers = {
        (one.id, where.fact): where.below if where.below is not None else where.at_least
        for one in guards.stress_sign
        for where in one.where
    }
    assert numbers == {
        ("no_buffer", "buffer_days"): RULES.number("stress.buffer_days"),
        ("living_on_debt", "spare_share"): RULES.number("stress.spare_share"),
        ("heavy_debt", "debt_share"): RULES.number("stress.debt_share"),
        ("missed_bills", "bill_discipline"): RULES.number("stress.bills_in_time"),
        ("unsteady_income", "income_stability"): RULES.number("stress.steadiness"),
        ("unsteady_income", "savings_months"): RULES.number("stress.savings_months"),
    }
    assert guards.stress.signs_needed == RULES.number("stress.signs")


def test_nothing_sensitive_makes_a_moment() -> None:
    story = household().pay_each(monthly("2026-04-10", 3), -4000, "betting club", "leisure.gambling")
    story.pay_each(every("2026-04-01", 13, 7), -9000, "the crown", "dining.bars")
    story.pay("2026-06-20", -8990, "clinic", "health.doctor").pay(
        "2026-06-20", -8990, "clinic", "health.doctor"
    )
    assert moments(known(story)) == []


def test_a_moment_is_the_same_tomorrow_and_its_evidence_is_in_the_store() -> None:
    story = household().pay_each(monthly("2026-04-10", 3), -1299, "netflix", "leisure.streaming")
    today, tomorrow = (
        one_of(story, "subscription_new"),
        one_of(story, "subscription_new", today=TODAY + timedelta(days=1)),
    )
    assert today.id == tomorrow.id
    assert set(today.evidence) <= set(story.postings().ids.tolist())
