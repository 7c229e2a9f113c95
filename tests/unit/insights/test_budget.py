from __future__ import annotations

from datetime import date

from edge_engine.domain.money import Money
from edge_engine.insights.budget import MonthSpend, changes, months
from edge_engine.insights.finding import Severity, SpendingDown, SpendingUp
from edge_engine.insights.recurring import streams
from edge_engine.insights.stream import Cadence
from tests.unit.insights.stories import TAXONOMY, Story, monthly

TODAY = date(2025, 6, 20)


def line(story: Story, month: str, category: str, **how: str) -> MonthSpend:
    by_group = how.get("by") == "group"
    lines = months(story.postings(), TODAY, TAXONOMY, by="group" if by_group else "leaf")
    (one,) = [
        one for one in lines if one.month == date.fromisoformat(f"{month}-01") and one.category == category
    ]
    return one


def groceries(*amounts: int) -> Story:
    """Spend on the 1st of months from January."""
    story = Story()
    for day, minor in zip(monthly("2025-01-01", len(amounts)), amounts, strict=True):
        story.pay(day, -minor, "supermarket", "food.groceries")
    return story


def test_nothing_was_spent() -> None:
    assert months(Story().postings(), TODAY, TAXONOMY) == []


def test_a_month_is_compared_with_the_mean_of_those_before() -> None:
    may = line(groceries(10000, 20000, 30000, 20000, 26000), "2025-05", "food.groceries")
    assert may.amount == Money(26000, "EUR")
    assert may.usual == Money(20000, "EUR")
    assert may.change == Money(6000, "EUR")
    assert (may.n, may.complete, may.income) == (1, True, False)


def test_the_first_month_has_nothing_to_compare_with() -> None:
    january = line(groceries(10000, 20000), "2025-01", "food.groceries")
    assert (january.usual, january.change) == (None, None)


def test_a_month_seen_from_its_middle_is_not_whole_and_is_no_measure() -> None:
    story = Story().pay("2025-01-17", -3000, "supermarket", "food.groceries")
    story.pay("2025-02-03", -20000, "supermarket", "food.groceries")
    story.pay("2025-03-03", -21000, "supermarket", "food.groceries")
    assert not line(story, "2025-01", "food.groceries").complete
    assert line(story, "2025-02", "food.groceries").usual is None
    assert line(story, "2025-03", "food.groceries").usual == Money(20000, "EUR")


def test_the_running_month_is_not_whole() -> None:
    assert not line(groceries(1, 2, 3, 4, 5, 6), "2025-06", "food.groceries").complete


def test_only_six_months_make_what_is_usual() -> None:
    story = Story()
    for day, minor in zip(monthly("2024-09-01", 9), [990000, 990000, *[1000] * 6, 5000], strict=True):
        story.pay(day, -minor, "supermarket", "food.groceries")
    assert line(story, "2025-05", "food.groceries").usual == Money(1000, "EUR")


def test_a_month_without_is_told_where_there_used_to_be_some() -> None:
    story = groceries(10000, 20000).pay("2025-03-05", -100, "bus", "transport.public_transit")
    march = line(story, "2025-03", "food.groceries")
    assert (march.amount.minor, march.n) == (0, 0)
    assert march.change == Money(-15000, "EUR")


def test_a_refund_counts_against_its_leaf() -> None:
    story = groceries(10000).pay("2025-01-20", 2500, "supermarket", "food.groceries")
    january = line(story, "2025-01", "food.groceries")
    assert (january.amount.minor, january.n) == (7500, 2)


def test_transfers_between_own_accounts_are_not_spending() -> None:
    story = groceries(10000).pay("2025-01-20", -50000, "savings", transfer=True)
    story.pay("2025-01-21", -50000, "savings", "transfers.own")
    assert [one.category for one in months(story.postings(), date(2025, 1, 31), TAXONOMY)] == [
        "food.groceries"
    ]


def test_income_is_apart_and_positive() -> None:
    story = groceries(10000).pay("2025-01-28", 250000, "employer", "income.salary")
    salary = line(story, "2025-01", "income.salary")
    assert (salary.amount.minor, salary.income) == (250000, True)


def test_without_a_category_money_in_is_income_and_money_out_is_spending() -> None:
    story = Story().pay("2025-01-02", -700, "x").pay("2025-01-03", 900, "y")
    lines = months(story.postings(), date(2025, 1, 31), TAXONOMY)
    assert [(one.category, one.income, one.amount.minor) for one in lines] == [
        ("", False, 700),
        ("", True, 900),
    ]


def test_groups_add_up_their_leaves() -> None:
    story = groceries(10000).pay("2025-01-09", -1500, "bakery", "food.specialty")
    assert line(story, "2025-01", "food", by="group").amount.minor == 11500


def test_currencies_are_apart() -> None:
    story = groceries(10000).pay("2025-01-09", -1500, "bakery", "food.groceries", currency="GBP")
    lines = months(story.postings(), date(2025, 1, 31), TAXONOMY)
    assert {str(one.amount) for one in lines} == {"100.00 EUR", "15.00 GBP"}


class TestChanges:
    def test_a_jump_is_found_with_its_evidence(self) -> None:
        story = groceries(20000, 21000, 19000, 20000, 41000, 3000)
        (found,) = changes(story.postings(), [], TODAY, TAXONOMY)
        assert found.message == SpendingUp(
            "food.groceries",
            date(2025, 5, 1),
            Money(41000, "EUR"),
            Money(20000, "EUR"),
            Money(21000, "EUR"),
        )
        assert (found.kind, found.evidence, found.severity) == ("spending_change", (5,), Severity.ATTENTION)
        assert found.purposes == ("insights", "categorization")

    def test_a_drop_is_found(self) -> None:
        (found,) = changes(groceries(20000, 21000, 19000, 20000, 9000).postings(), [], TODAY, TAXONOMY)
        assert isinstance(found.message, SpendingDown)
        assert found.message.change == Money(11000, "EUR")

    def test_the_usual_up_and_down_is_not_news(self) -> None:
        story = groceries(20000, 31000, 12000, 24000, 31000)
        assert changes(story.postings(), [], TODAY, TAXONOMY) == []

    def test_what_does_not_matter_in_the_month_is_not_news(self) -> None:
        story = groceries(*[200000] * 5)
        for day, minor in zip(monthly("2025-01-05", 5), (500, 500, 500, 500, 2500), strict=True):
            story.pay(day, -minor, "post office", "services.post")
        assert changes(story.postings(), [], TODAY, TAXONOMY) == []

    def test_three_months_are_needed(self) -> None:
        story = Story()
        for day, minor in zip(monthly("2025-03-01", 3), (20000, 20000, 50000), strict=True):
            story.pay(day, -minor, "supermarket", "food.groceries")
        assert changes(story.postings(), [], TODAY, TAXONOMY) == []

    def test_a_yearly_bill_is_no_surprise(self) -> None:
        story = groceries(*[20000] * 5).pay_each(
            monthly("2022-05-10", 4, step=12), -60000, "insurer", "services.insurance"
        )
        postings = story.postings()
        known = streams(postings, TODAY, TAXONOMY)
        assert Cadence.YEARLY in {one.cadence for one in known}
        assert changes(postings, known, TODAY, TAXONOMY) == []


def test_money_back_from_a_shop_counts_against_what_is_bought_there() -> None:
    story = Story().pay("2025-05-02", -4200, "supermarket", "food.groceries")
    story.pay("2025-05-03", 1200, "supermarket", "income.other").pay("2025-05-04", 300, "supermarket")
    story.pay("2025-05-05", 800, "taxi", "income.refund").pay("2025-05-28", 200000, "acme", "income.salary")
    assert line(story, "2025-05", "food.groceries").amount == Money(2700, "EUR")
    assert line(story, "2025-05", "income.refund").amount == Money(800, "EUR")
    assert line(story, "2025-05", "income", by="group").amount == Money(200800, "EUR")


def test_pay_from_a_shop_is_no_refund() -> None:
    story = Story().pay("2025-05-02", -4200, "supermarket", "food.groceries")
    story.pay("2025-05-28", 150000, "supermarket", "income.salary")
    assert line(story, "2025-05", "food.groceries").amount == Money(4200, "EUR")
    assert line(story, "2025-05", "income.salary").amount == Money(150000, "EUR")
