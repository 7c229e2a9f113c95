"""Whether somebody invests, or could: what speaks for it, what against, and that "not true" ends it."""

from __future__ import annotations

from datetime import date

import pytest

from edge_engine.domain.category import Taxonomy
from edge_engine.domain.money import Money
from edge_engine.insights.appetite import appetite
from edge_engine.insights.hypothesis import Answer, CouldInvest, Hypothesis, InvestsAlready, Said
from edge_engine.insights.thresholds import INVESTMENT_APPETITE, Thresholds
from edge_engine.insights.words import render, sign
from tests.unit.insights.stories import Story, every, monthly

TODAY = date(2026, 6, 30)
RULES = Thresholds.default(INVESTMENT_APPETITE)
SAVINGS = 2


def asked(story: Story, held: int = 1_500_000, said: tuple[Said, ...] = ()) -> list[Hypothesis]:
    return appetite(
        story.postings(),
        {1: Money(held, "EUR")},
        [SAVINGS],
        said,
        TODAY,
        Taxonomy.default(),
        RULES,
        ("investment_offers", "categorization"),
    )


def thrifty(groceries: int = 9000) -> Story:
    """A year and a half with money left each month."""
    story = Story().pay_each(monthly("2025-01-25", 18, shift=-1), 250000, "harrowgate", "income.salary")
    story.pay_each(monthly("2025-01-01", 18), -90000, "ashgrove lettings", "housing.rent")
    return story.pay_each(every("2025-01-03", 77, 7), -groceries, "grocer", "food.groceries")


def saving(story: Story) -> Story:
    for day in monthly("2025-01-26", 18):
        story.pay(day, -40000, "to savings", "transfers.own", transfer=True)
        story.pay(day, 40000, "from current", "transfers.own", account=SAVINGS, transfer=True)
    return story


def test_a_plan_that_is_paid_into_is_asked_about_with_its_payments() -> None:
    story = thrifty().pay_each(monthly("2025-08-05", 11), -30000, "vanguard", "finance.investment")
    (one,) = asked(story)
    assert (one.kind, one.message, one.since) == (
        "investing",
        InvestsAlready(Money(30000, "EUR")),
        date(2025, 8, 5),
    )
    assert next(e.day for e in one.evidence if e.sign == "invest_regular") == date(2026, 6, 5)
    assert "€300.00 a month" in render(one.message, Taxonomy.default())
    assert all(sign(name) for name in one.signs)


def test_a_brokers_name_is_enough_where_the_category_is_missing() -> None:
    story = thrifty().pay_each(monthly("2025-08-05", 11), -30000, "trade republic")
    (one,) = asked(story)
    assert isinstance(one.message, InvestsAlready)


def test_who_saves_has_money_left_and_a_buffer_could_invest() -> None:
    (one,) = asked(saving(thrifty()))
    assert isinstance(one.message, CouldInvest)
    assert {"saving_regular", "surplus_stable", "buffer_enough"} == set(one.signs)
    assert one.message.buffer_months > 3
    assert one.message.a_month.minor > 80000


@pytest.mark.parametrize("lacking", ["saving", "buffer", "surplus", "debts"])
def test_who_could_hardly_invest_is_not_asked(lacking: str) -> None:
    story = thrifty(groceries=40000) if lacking == "surplus" else thrifty()
    if lacking != "saving":
        saving(story)
    if lacking == "debts":
        story.pay_each(monthly("2026-01-02", 6), -2500, "bank", "finance.interest")
    assert (
        asked(story, held=60_000 if lacking == "buffer" else 150_000 if lacking == "saving" else 900_000)
        == []
    )


def test_one_purchase_is_no_plan_and_an_ended_one_neither() -> None:
    once = thrifty(groceries=30000).pay("2026-03-05", -300000, "vanguard", "finance.investment")
    assert asked(once, held=100_000) == []
    ended = thrifty(groceries=30000).pay_each(
        monthly("2025-01-05", 8), -9000, "vanguard", "finance.investment"
    )
    assert asked(ended, held=100_000) == []


def test_half_a_year_must_be_known() -> None:
    story = Story().pay_each(monthly("2026-03-25", 4), 250000, "harrowgate", "income.salary")
    story.pay_each(monthly("2026-03-05", 4), -30000, "vanguard", "finance.investment")
    assert asked(story) == []
    assert asked(Story()) == []


def test_not_true_ends_it_for_ever_and_for_both_questions() -> None:
    said = (Said("another", "investing", date(2020, 1, 1).toordinal(), Answer.NOT_TRUE),)
    assert asked(saving(thrifty()), said=said) == []
    plan = thrifty().pay_each(monthly("2025-08-05", 11), -30000, "vanguard", "finance.investment")
    assert asked(plan, said=said) == []
    assert asked(plan, said=(Said("another", "job", TODAY.toordinal(), Answer.NOT_TRUE),)) != []
