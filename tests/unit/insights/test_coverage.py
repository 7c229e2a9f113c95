"""Coverage of forecasts: shares by weeks ahead, and what left accounts within a week."""

from __future__ import annotations

from datetime import date

from edge_engine.insights.coverage import Week, coverage, outflow
from tests.unit.insights.stories import Story

MADE = date(2026, 1, 5).toordinal()


def week(
    weeks: int, actual: int | None, *, quantity: str = "balance", model: str = "habits", made: int = MADE
) -> Week:
    return Week(quantity, made, made + 7 * weeks, model, 100, 200, 300, actual)


def test_nothing_foretold_is_nothing_to_tell() -> None:
    found = coverage([])
    assert (found.horizons, found.n, found.within, found.waiting, found.since) == ((), 0, None, 0, None)


def test_what_came_is_counted_by_model_quantity_and_weeks_ahead() -> None:
    found = coverage(
        [
            week(1, 100),
            week(1, 300, made=MADE + 7),
            week(1, 99, made=MADE + 14),
            week(1, 301, made=MADE + 21),
            week(2, 250),
            week(2, 150, model="trajectory 2"),
            week(1, 5, quantity="outflow", model="trajectory 2"),
            week(8, None),
        ]
    )
    assert [(one.model, one.quantity, one.weeks, one.n) for one in found.horizons] == [
        ("habits", "balance", 1, 4),
        ("habits", "balance", 2, 1),
        ("trajectory 2", "balance", 2, 1),
        ("trajectory 2", "outflow", 1, 1),
    ]
    first = found.horizons[0]
    assert (first.within, first.below, first.above, first.below_middle) == (0.5, 0.25, 0.25, 0.5)
    assert (found.n, found.waiting, found.goal) == (7, 1, 0.8)
    assert found.within == round(4 / 7, 3)
    assert found.since == date(2026, 1, 5)


def test_the_outflow_of_a_week_leaves_out_what_moves_among_the_accounts() -> None:
    story = Story()
    story.pay("2026-01-11", -1000, "before", "food.groceries")
    story.pay("2026-01-12", -2000, "first day", "food.groceries")
    story.pay("2026-01-14", -50000, "to the other", "transfers.own", transfer=True)
    story.pay("2026-01-14", 50000, "from the one", "transfers.own", account=2, transfer=True)
    story.pay("2026-01-15", 9999, "pay", "income.salary")
    story.pay("2026-01-16", -700, "elsewhere", "food.groceries", account=3)
    story.pay("2026-01-18", -300, "last day", "food.groceries", account=2)
    story.pay("2026-01-19", -4000, "after", "food.groceries")
    ends = date(2026, 1, 18).toordinal()
    assert outflow(story.postings(), [1, 2], "EUR", ends) == 2300
    assert outflow(story.postings(), [1], "EUR", ends) == 52000
    assert outflow(story.postings(), [1, 2], "GBP", ends) == 0
