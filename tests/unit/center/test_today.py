"""What Today says of payments to come: a total for each currency, and how many are not shown."""

from __future__ import annotations

from datetime import date, timedelta

from edge_engine.center.pages.today import due
from edge_engine.domain.money import Money
from edge_engine.insights.finding import Coming

TODAY = date(2026, 6, 15)


def bill(days: int, minor: int, currency: str = "GBP") -> Coming:
    """A payment that is due in some days."""
    return Coming(TODAY + timedelta(days=days), f"s{days}", f"merchant {days}", Money(minor, currency))


def test_what_is_due_is_added_up_in_each_currency() -> None:
    told = due(
        [bill(3, -500, "EUR"), bill(1, -1000), bill(7, -250), bill(2, -9000, "JPY"), bill(8, -7)], TODAY
    )
    assert told["totals"] == [Money(1250, "GBP"), Money(9000, "JPY"), Money(500, "EUR")]
    assert told["soon"] == 4


def test_what_is_not_shown_is_counted_and_still_added_up() -> None:
    told = due([bill(1, -100) for _ in range(9)] + [bill(2, 100) for _ in range(5)], TODAY)
    assert (len(told["rows"]), told["more"]) == (6, 3)
    assert (len(told["income"]), told["more_income"]) == (3, 2)
    assert told["totals"] == [Money(900, "GBP")]


def test_nothing_due_has_no_total() -> None:
    told = due([bill(8, -100), bill(1, 100)], TODAY)
    assert told["totals"] == []
    assert told["more"] == 0
