"""Lives in which money runs short: each was told something false, or nothing at all, before."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from edge_engine.domain.money import Money
from edge_engine.insights import cashflow, recurring
from edge_engine.insights.balance_moments import signs
from edge_engine.insights.finding import Outlook, Shortfall
from edge_engine.insights.knowledge import Known
from edge_engine.insights.moment import (
    AccountOverdrawn,
    IncomeGone,
    IncomeLate,
    IncomeMissed,
    InStress,
    Moment,
    Overdrawn,
    SafeToSave,
)
from edge_engine.insights.moments import moments
from edge_engine.insights.money_traits import money_traits
from edge_engine.insights.pay import lost
from edge_engine.insights.stream import Status
from edge_engine.insights.thresholds import PROFILE, Thresholds
from tests.unit.insights.stories import TAXONOMY, Story, monthly
from tests.unit.insights.test_moments import PURPOSES, RULES

START, MONTHS = "2025-10-01", 17
SEEN_FROM = date(2026, 10, 23)


def life(
    until: date, last_pay: date, *, pay: int = 280000, cut: date = date.max, cut_to: int = 70000
) -> Story:
    """A household paid on the 25th; from ``cut`` on it is paid less, and after ``last_pay`` nothing."""
    story = Story()
    for day in monthly("2025-10-25", MONTHS):
        if day <= last_pay:
            story.pay(day, pay if day < cut else cut_to, "harbour logistics", "income.salary")
    for first, minor, who, leaf in (
        ("2025-10-01", -95000, "quayside lettings", "housing.rent"),
        ("2025-10-05", -12000, "octopus", "utilities.energy"),
        ("2025-10-12", -2500, "vodafone", "utilities.mobile"),
    ):
        story.pay_each(monthly(first, MONTHS), minor, who, leaf)
    for month in monthly(START, MONTHS):
        for shopping in range(2, 29, 3):
            story.pay(month.replace(day=shopping), -6000, "grocer", "food.groceries")
    story.rows = [row for row in story.rows if row.day <= until]
    return story


def seen(story: Story, today: date, balance: int, **others: int) -> Known:
    """Return what is known where the one account holds ``balance`` today; ``others`` are accounts of GBP."""
    postings = story.postings()
    streams = recurring.streams(postings, today, TAXONOMY)
    held = {1: Money(balance, "EUR")} | {
        int(key.removeprefix("account_")): Money(minor, "EUR") for key, minor in others.items()
    }
    ahead = cashflow.outlook(postings, held, streams, today)
    outlooks = () if ahead is None else (ahead,)
    return Known(postings, streams, outlooks, held, {}, today, TAXONOMY, RULES, PURPOSES)


def of(known: Known, kind: str) -> list[Moment]:
    return [one for one in moments(known) if one.type == kind]


@pytest.mark.parametrize("balance", [146247, 106247, 66247, 26247])
def test_who_slides_below_zero_for_good_is_told_when_it_starts(balance: int) -> None:
    today = date(2026, 11, 26)
    known = seen(life(today, today, cut=date(2026, 8, 1)), today, balance)
    (ahead,) = known.outlooks
    assert ahead.lowest_on > today + timedelta(days=35), "the lowest point lies at the end, beyond five weeks"
    (one,) = of(known, "liquidity_shortfall")
    message = one.message
    assert isinstance(message, Shortfall)
    starts, below = message.starts or message.on, message.below or message.lowest
    assert ahead.first_below is not None
    assert (starts, below) == (ahead.first_below.on, ahead.first_below.balance)
    assert today < starts <= message.on <= today + timedelta(days=35)
    assert message.lowest.minor <= below.minor < 0
    assert one.confidence >= 0.5
    assert of(seen(life(today, today), today, balance + 500000), "liquidity_shortfall") == []


def test_chances_grow_week_by_week_and_end_at_the_whole_chance() -> None:
    today = date(2026, 11, 26)
    (ahead,) = seen(life(today, today, cut=date(2026, 8, 1)), today, 146247).outlooks
    assert list(ahead.chances) == sorted(ahead.chances)
    assert len(ahead.chances) == len(ahead.weeks)
    assert ahead.chances[-1] == ahead.below_zero


@pytest.mark.parametrize("off", range(0, 100, 3))
def test_lost_pay_is_told_every_day_and_saving_on_none(off: int) -> None:
    today, last = SEEN_FROM + timedelta(days=off), date(2026, 9, 25)
    known = seen(life(today, last), today, 900000 - 5400 * off)
    told = of(known, "income_change")
    if today < date(2026, 10, 25):
        assert told == []
        assert isinstance(of(known, "safe_to_save")[0].message, SafeToSave), "it is no silence for everybody"
        return
    assert of(known, "safe_to_save") == []
    if today > date(2026, 10, 31):
        (one,) = told
        assert isinstance(one.message, IncomeLate | IncomeGone | IncomeMissed)
        assert one.valid_until >= today
    if today > date(2026, 12, 9):
        assert isinstance(told[0].message, IncomeMissed)
        assert told[0].message.expected.minor < told[0].message.balance.minor


def test_pay_that_missed_two_days_is_not_counted_on_until_it_comes() -> None:
    last = date(2026, 9, 25)

    def coming(today: date, last: date = last) -> list[date]:
        known = seen(life(today, last), today, 500000)
        return [one.day for one in known.outlooks[0].coming if one.amount.minor > 0]

    assert coming(date(2026, 11, 4)) == [date(2026, 11, 25), date(2026, 12, 25)]
    assert coming(date(2026, 11, 28)) == []
    assert coming(date(2026, 11, 28), last=date(2026, 11, 25)) == [date(2026, 12, 25)]


def test_pay_is_lost_while_it_is_missing_and_nothing_replaced_it() -> None:
    today = date(2026, 12, 10)

    def names(story: Story) -> list[str]:
        known = seen(story, today, 500000)
        return [one.merchant for one in lost(known.postings, known.streams, today, TAXONOMY, RULES)]

    gone = life(today, date(2026, 9, 25))
    assert names(gone) == ["harbour logistics"]
    assert names(life(today, today)) == []
    gone.pay("2026-11-20", 240000, "pennard", "income.salary")
    assert names(gone) == []
    late = life(today, date(2026, 9, 25)).pay("2026-11-28", 200000, "harbour logistics", "income.salary")
    assert names(late) == [], "what came later and was less is pay all the same"


@pytest.mark.parametrize("months", range(1, 8))
def test_after_a_cut_in_pay_nothing_is_safe_to_save(months: int) -> None:
    today, cut = date(2026, 11, 26), date(2026, 12 - months, 1)
    for balance in (1696247, 796247):
        known = seen(life(today, today, cut=cut), today, balance)
        assert of(known, "safe_to_save") == []
    before = seen(life(today, today), today, 1696247)
    (one,) = of(before, "safe_to_save")
    assert one.money_a_year is not None
    assert before.means is not None
    left = 12 * (before.means.income - before.means.spent)
    assert one.money_a_year.minor <= left


def test_a_year_rests_on_what_comes_in_now() -> None:
    today = date(2026, 11, 26)
    known = seen(life(today, today, cut=date(2026, 11, 1), cut_to=215000), today, 1696247)
    (one,) = of(known, "safe_to_save")
    assert known.means is not None
    assert known.means.lately == 215000 < known.means.income
    assert one.money_a_year is not None
    assert one.money_a_year.minor <= max(21500, 12 * (215000 - known.means.spent))


def no_income(today: date) -> Story:
    story = life(today, date.min)
    return story.pay_each(monthly("2025-10-28", 14), -3900, "bank", "finance.interest")


def test_without_any_income_and_without_money_somebody_is_in_stress() -> None:
    today = date(2026, 11, 30)
    known = seen(no_income(today), today, -1294568)
    (one,) = of(known, "stress")
    assert one.message == InStress(("no_buffer", "living_on_debt"))
    assert tuple(signs(known)) == ("no_buffer", "living_on_debt")
    told = {one.name: one.value for one in money_traits(known.plain(), Thresholds.default(PROFILE))}
    assert told["spare_share"] == -10.0
    assert "money_style" not in told, "to have no income is no style"
    assert "debt_share" not in told
    assert of(seen(no_income(today), today, 5000000), "stress") == [], "one sign alone is none"


def test_who_lives_on_a_loan_or_on_own_money_from_elsewhere_is_not_without_income() -> None:
    today = date(2026, 11, 30)
    for leaf in ("finance.loan", "transfers.own"):
        story = no_income(today).pay("2026-09-25", 320000, "somebody", leaf)
        known = seen(story, today, 1000)
        assert known.means is not None
        assert not known.means.nothing_comes
        assert of(known, "stress") == []


def test_an_account_below_zero_is_told_beside_one_with_money_and_nothing_is_saved() -> None:
    today = date(2026, 11, 26)
    story = life(today, today)
    known = seen(story, today, -139155, account_2=1907000)
    assert [one.message for one in of(known, "liquidity_shortfall")] == [
        AccountOverdrawn(Money(-139155, "EUR"))
    ]
    assert of(known, "safe_to_save") == []
    assert of(seen(story, today, 139155, account_2=1628690), "safe_to_save")


def test_an_account_below_zero_is_told_before_an_outlook_can_be_made() -> None:
    known = seen(Story().pay("2026-11-20", -1234, "grocer", "food.groceries"), date(2026, 11, 26), -1234)
    assert known.outlooks == ()
    assert [one.message for one in of(known, "liquidity_shortfall")] == [Overdrawn(Money(-1234, "EUR"))]


def test_regular_pay_is_income_whatever_it_was_sorted_under() -> None:
    today = date(2026, 11, 30)
    story = life(today, today).pay_each(
        monthly("2025-10-28", 14), 190000, "st marys hospital pay", "income.refund"
    )
    known = seen(story, today, 500000)
    assert known.means is not None
    assert known.means.income == 470000
    back = life(today, today)
    for minor in (-60000, 60000):
        back.pay_each(monthly("2025-10-28", 14), minor, "outfitters", "shopping.clothing")
    given = seen(back, today, 500000).means
    assert given is not None
    assert given.income == 280000, "what comes from whoever is paid as much is money back"


def test_instalments_are_debts_whatever_they_were_sorted_under() -> None:
    today = date(2026, 11, 30)
    story = life(today, today).pay_each(
        monthly("2025-10-09", 14), -28000, "klarna", "shopping.online_marketplace"
    )
    means = seen(story, today, 500000).means
    assert means is not None
    assert means.debt_share == pytest.approx(0.1)


def test_a_path_falls_where_both_months_do() -> None:
    today = date(2026, 11, 26)
    (ahead,) = seen(life(today, date(2026, 9, 25)), today, 500000).outlooks
    assert cashflow.falls(ahead, 1000)
    assert not cashflow.falls(ahead, 1000000)
    short: Outlook = msgspec.structs.replace(ahead, weeks=ahead.weeks[:7])
    assert not cashflow.falls(short, 0)
    assert not cashflow.falls(seen(life(today, today), today, 500000).outlooks[0], 0)


def test_late_pay_is_late_once_a_payday_and_the_same_in_between() -> None:
    last = date(2026, 9, 25)

    def told(today: date) -> Moment:
        (one,) = of(seen(life(today, last), today, 900000), "income_change")
        return one

    first, same, second = told(date(2026, 11, 4)), told(date(2026, 11, 19)), told(date(2026, 11, 28))
    assert first.id == same.id != second.id
    assert all(isinstance(one.message, IncomeLate) for one in (first, same, second))
    assert {one.message.due for one in (first, second) if isinstance(one.message, IncomeLate)} == {
        date(2026, 10, 25)
    }
    streams = seen(life(date(2026, 11, 28), last), date(2026, 11, 28), 900000).streams
    assert next(one for one in streams if not one.outgoing).status is Status.LATE
