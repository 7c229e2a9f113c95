from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise

import msgspec
import pytest

from edge_engine.domain.money import Money
from edge_engine.errors import InputError
from edge_engine.insights.backtest import backtest
from edge_engine.insights.cashflow import outlook, shortfall
from edge_engine.insights.finding import Outlook, Severity, Shortfall
from edge_engine.insights.recurring import streams
from tests.unit.insights.stories import TAXONOMY, Story, every, monthly, person

TODAY = date(2025, 6, 20)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def ahead(story: Story, balance: int, weeks: int = 8) -> Outlook:
    postings = story.postings()
    result = outlook(postings, {1: eur(balance)}, streams(postings, TODAY, TAXONOMY), TODAY, weeks)
    assert result is not None
    return result


def steady() -> Story:
    """Pay out 10.00 every day, and nothing else."""
    return Story().pay_each(every("2024-06-21", 365, 1), -1000, "daily", "food.groceries")


def test_what_is_spent_every_day_goes_on() -> None:
    result = ahead(steady(), 100_000)
    assert [week.p50.minor for week in result.weeks] == [100_000 - 7000 * week for week in range(1, 9)]
    assert [week.ends for week in result.weeks] == every("2025-06-27", 8, 7)
    assert all(week.p10 == week.p50 == week.p90 for week in result.weeks)
    assert result.lowest == eur(100_000 - 56 * 1000)
    assert result.lowest_on == date(2025, 8, 15)
    assert (result.below_zero, result.history_weeks, result.coming) == (0.0, 52, ())


def test_known_payments_come_on_their_days() -> None:
    story = steady().pay_each(monthly("2024-07-01", 12), -90000, "landlord", "housing.rent")
    story.pay_each(monthly("2024-06-28", 12), 150000, "employer", "income.salary")
    result = ahead(story, 200_000)
    assert [(payment.day.isoformat(), payment.amount.minor) for payment in result.coming] == [
        ("2025-06-28", 150000),
        ("2025-07-01", -90000),
        ("2025-07-28", 150000),
        ("2025-08-01", -90000),
    ]
    # The first two payments of a stream were surprises then, and are still in the spread; the middle is not moved.
    fourth = result.weeks[3]
    assert fourth.p50.minor == pytest.approx(200_000 + 150_000 - 90_000 - 28 * 1000, abs=2500)


def test_a_payment_awaited_since_days_is_expected_tomorrow() -> None:
    story = steady().pay_each(monthly("2024-06-19", 12), -90000, "landlord", "housing.rent")
    assert ahead(story, 0).coming[0].day == date(2025, 6, 21)


def test_what_has_ended_is_not_expected() -> None:
    story = steady().pay_each(monthly("2024-06-19", 8), -90000, "landlord", "housing.rent")
    assert ahead(story, 0).coming == ()


def test_spread_comes_from_the_past() -> None:
    rng = random.Random(1)
    story = Story()
    for day in every("2023-06-21", 730, 1):
        story.pay(day, -rng.randint(0, 6000), "shops")
    result = ahead(story, 1_000_000)
    widths = [week.p90.minor - week.p10.minor for week in result.weeks]
    assert all(week.p10.minor < week.p50.minor < week.p90.minor for week in result.weeks)
    assert widths[-1] > widths[0] > 0


@pytest.mark.parametrize("weeks", [8, 9, 10, 11, 12, 16, 20])
def test_a_short_history_is_never_certain(weeks: int) -> None:
    """Stretches that ran on around a short history all added up to the same after a lap: certainty out of nothing."""
    rng = random.Random(weeks)
    story = Story()
    for back in range(weeks * 7):
        story.pay(TODAY - timedelta(days=back), -rng.randint(0, 6000), "shops")
    result = outlook(story.postings(), {1: eur(1_000_000)}, [], TODAY, 26)
    assert result is not None
    widths = [week.p90.minor - week.p10.minor for week in result.weeks]
    assert min(widths) > 0
    assert all(later > 0.6 * sooner for sooner, later in pairwise(widths))
    assert widths[-1] > 1.5 * widths[0]
    assert outlook(story.postings(), {1: eur(1_000_000)}, [], TODAY, 26) == result


def test_that_new_bills_turn_up_is_part_of_the_spread() -> None:
    story = steady().pay_each(monthly("2025-01-10", 6), -40000, "gym", "personal.fitness")
    last = ahead(story, 1_000_000).weeks[-1]
    assert last.p90.minor - last.p10.minor > 30000


def test_spending_late_in_the_month_is_seen_late_in_the_month() -> None:
    story = Story()
    for day in every("2023-06-21", 730, 1):
        story.pay(day, -4000 if day.day > 21 else -500, "shops", "food.groceries")
    result = ahead(story, 1_000_000)
    ends = [1_000_000, *(week.p50.minor for week in result.weeks)]
    spent = [before - after for before, after in pairwise(ends)]
    assert spent[0] > 2.5 * spent[2]  # 21 to 27 June, 5 to 11 July


def test_a_low_balance_is_told() -> None:
    result = ahead(steady(), 30_000)
    assert result.below_zero == 1.0
    found = shortfall(result, [])
    assert found is not None
    assert found.message == Shortfall(
        eur(30_000 - 56_000), date(2025, 8, 15), 100, starts=date(2025, 7, 21), below=eur(-1_000)
    )
    assert found.severity is Severity.URGENT


def test_plenty_is_not_told() -> None:
    assert shortfall(ahead(steady(), 10_000_000), []) is None


def test_the_bills_before_the_low_point_are_its_evidence() -> None:
    postings = steady().pay_each(monthly("2024-07-01", 12), -90000, "landlord", "housing.rent").postings()
    known = streams(postings, TODAY, TAXONOMY)
    result = outlook(postings, {1: eur(0)}, known, TODAY)
    assert result is not None
    found = shortfall(result, known)
    assert found is not None
    assert found.evidence == (known[0].evidence[-1],)


def test_movements_among_the_accounts_cancel() -> None:
    story = steady()
    for day in every("2024-07-01", 50, 7):
        story.pay(day, -5000, "me", transfer=True).pay(day, 5000, "me", account=2, transfer=True)
    postings = story.postings()
    both = outlook(postings, {1: eur(100_000), 2: eur(50_000)}, [], TODAY)
    one = outlook(postings, {1: eur(100_000)}, [], TODAY)
    assert both is not None
    assert one is not None
    assert both.weeks[-1].p50.minor == 150_000 - 56 * 1000
    assert one.weeks[-1].p50.minor == pytest.approx(100_000 - 56 * 1000 - 8 * 5000, abs=1500)


def test_little_history_says_nothing() -> None:
    story = Story().pay_each(every("2025-05-01", 50, 1), -1000, "daily")
    assert outlook(story.postings(), {1: eur(1)}, [], TODAY) is None


def test_ten_weeks_of_history_are_enough_for_eight_weeks() -> None:
    story = Story().pay_each(every("2025-04-12", 70, 1), -1000, "daily", "food.groceries")
    assert ahead(story, 0).weeks[-1].p50 == eur(-56_000)


def test_an_account_without_transactions_says_nothing() -> None:
    assert outlook(steady().postings(), {7: eur(1)}, [], TODAY) is None
    assert outlook(steady().postings(), {1: Money(1, "GBP")}, [], TODAY) is None


@pytest.mark.parametrize(
    ("balances", "weeks"),
    [
        ({}, 8),
        ({1: Money(1, "EUR"), 2: Money(1, "GBP")}, 8),
        ({1: Money(1, "EUR")}, 0),
        ({1: Money(1, "EUR")}, 27),
    ],
)
def test_what_cannot_be_meant_is_refused(balances: dict[int, Money], weeks: int) -> None:
    with pytest.raises(InputError):
        outlook(steady().postings(), balances, [], TODAY, weeks)


def test_an_outlook_survives_json() -> None:
    result = ahead(steady(), 5)
    assert msgspec.json.decode(msgspec.json.encode(result), type=Outlook) == result


def test_the_outlook_beats_the_simple_forecasts_on_the_past() -> None:
    errors, last, smoothing, coverage = 0.0, 0.0, 0.0, []
    for seed in range(4):
        one = person(seed)
        result = backtest(one.postings, {1: eur(300_000)}, one.today, TAXONOMY, origins=6)
        assert result is not None
        assert result.origins == 6
        errors += result.error
        last += result.error_last
        smoothing += result.error_smoothing
        coverage.append(result.coverage)
    assert errors < 0.6 * last
    assert errors < 0.6 * smoothing
    assert 0.6 <= sum(coverage) / len(coverage) <= 0.95


def test_a_history_without_change_is_forecast_without_error() -> None:
    result = backtest(steady().postings(), {1: eur(0)}, TODAY, TAXONOMY, origins=3)
    assert result is not None
    assert result.error == 0
    assert result.ratio_to_last == 0
    assert result.ratio_to_smoothing == 0
    assert result.coverage == 1


def test_nothing_can_be_tested_on_nothing() -> None:
    short = Story().pay_each(every("2025-05-01", 40, 1), -1000, "daily")
    assert backtest(short.postings(), {1: eur(0)}, TODAY, TAXONOMY) is None
    assert backtest(short.postings(), {2: eur(0)}, TODAY, TAXONOMY) is None


def paid_monthly() -> Story:
    """Pay 20.00 to 40.00 on most days of two years, with pay that covers it."""
    rng = random.Random(3)
    story = Story().pay_each(monthly("2023-07-01", 24), 100_000, "employer", "income.salary")
    for day in every("2023-06-21", 730, 1):
        story.pay(day, -rng.randint(2000, 4000), "shops", "food.groceries")
    return story


@pytest.mark.parametrize("minor", [-2_000_000, -400_000, 3_000_000, 90_000_000])
@pytest.mark.parametrize("back", [5, 40, 150])
def test_a_payment_that_came_once_is_no_habit(minor: int, back: int) -> None:
    without = ahead(paid_monthly(), 300_000)
    result = ahead(paid_monthly().pay(TODAY - timedelta(days=back), minor, "once"), 300_000)
    assert [week.p50 for week in result.weeks] == [week.p50 for week in without.weeks]
    assert result.below_zero == without.below_zero == 0.0
    assert result.weeks[-1].p10.minor > 200_000
    assert result.weeks[-1].p90.minor < 450_000


def test_a_large_payment_in_a_short_history_is_no_habit() -> None:
    rng = random.Random(3)
    story = Story().pay("2025-05-20", -2_000_000, "car dealer")
    for day in every("2024-12-01", 201, 1):
        story.pay(day, -rng.randint(500, 1500), "shops", "food.groceries")
    result = ahead(story, 300_000)
    assert result.weeks[-1].p50.minor == pytest.approx(300_000 - 56 * 1000, abs=8000)
    assert result.below_zero == 0.0


def test_large_payments_that_come_again_and_again_are_a_habit() -> None:
    """Invoices at no regular time are what a freelancer lives on."""
    days = [date(2024, 7, 2) + timedelta(days=day) for day in (0, 31, 75, 93, 140, 201, 219, 266, 310, 333)]
    story = steady()
    for at, day in enumerate(days):
        story.pay(day, 60_000 + 9000 * (at % 3), f"client {at}", "income.gig")
    assert ahead(story, 100_000).weeks[-1].p50.minor > 100_000 - 56 * 1000 + 50_000


def test_what_came_twice_stays_in_the_spread_with_its_amount() -> None:
    once = ahead(paid_monthly().pay("2024-08-03", -400_000, "agency"), 600_000)
    twice = ahead(
        paid_monthly().pay("2024-08-03", -400_000, "agency").pay("2025-04-05", -390_000, "agency"), 600_000
    )
    assert twice.weeks[-1].p50 == once.weeks[-1].p50
    assert twice.weeks[-1].p10.minor < once.weeks[-1].p10.minor - 100_000


def test_most_of_what_comes_lies_within_the_spread() -> None:
    inside = []
    for seed in range(10, 18):
        one = person(seed)
        result = backtest(one.postings, {1: eur(300_000)}, one.today, TAXONOMY, origins=6)
        assert result is not None
        inside.append(result.coverage)
    assert 0.75 <= sum(inside) / len(inside) <= 0.95
