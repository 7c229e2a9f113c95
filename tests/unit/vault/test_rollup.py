"""Monthly totals: months of the calendar, found mistakes, rebuilding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine.vault import rollup
from edge_engine.vault.rollup import Changes, month_of
from tests.fakes.told import Story, line

if TYPE_CHECKING:
    from datetime import date

KEY = (24314, "GBP", 0, 0, 1)


@pytest.fixture
def story() -> Story:
    told = Story()
    told.tell(line(0, -100, "A"), line(0, 250, "B"), line(40, -30, "C", account="OTHER"), line(40, 0, "D"))
    return told


def test_totals_of_two_months(story: Story) -> None:
    assert story.rows("SELECT month, inflow, outflow, n FROM month_total ORDER BY month, account_id") == [
        (2026 * 12 + 2, 250, 100, 2),
        (2026 * 12 + 3, 0, 0, 1),
        (2026 * 12 + 3, 0, 30, 1),
    ]


@pytest.mark.parametrize(
    "mistake",
    [
        "UPDATE month_total SET inflow = inflow + 1 WHERE inflow > 0",
        "UPDATE month_total SET n = n + 1 WHERE month = 24315 AND outflow > 0",
        "DELETE FROM month_total WHERE outflow = 100",
        "INSERT INTO month_total VALUES (1, 'GBP', 0, 0, 1, 0, 0, 0)",
        "UPDATE month_total SET leaf = 5 WHERE outflow = 30",
    ],
)
def test_a_mistake_is_found_and_mended(story: Story, mistake: str) -> None:
    connection = story.vault.connection
    connection.execute(mistake)
    assert rollup.mismatches(connection) > 0
    with story.vault.writing():
        rollup.rebuild(connection)
    assert rollup.mismatches(connection) == 0


@given(st.dates())
def test_the_month_of_a_day(day: date) -> None:
    assert divmod(month_of(day.toordinal()), 12) == (day.year, day.month - 1)


@given(st.lists(st.dates(), min_size=1, max_size=20))
def test_the_scan_counts_months_as_the_calendar_does(days: list[date]) -> None:
    connection = Story().vault.connection
    expressions = ", ".join(f"({day.toordinal()})" for day in days)
    month = rollup.MONTH.replace("t.day", "column1")
    found = [found for (found,) in connection.execute(f"SELECT {month} FROM (VALUES {expressions})")]
    assert found == [month_of(day.toordinal()) for day in days]


def test_a_total_that_stands_for_nothing_goes(story: Story) -> None:
    connection = story.vault.connection
    changes = Changes()
    changes.lose((2026 * 12 + 3, "GBP", 0, 0, 2), -30)
    with story.vault.writing():
        changes.write(connection)
    assert story.rows("SELECT count(*) FROM month_total") == [(2,)]


def test_changes_are_written_once(story: Story) -> None:
    connection = story.vault.connection
    changes = Changes()
    changes.gain(KEY, -100)
    changes.lose(KEY, -100)
    before = story.rows("SELECT * FROM month_total")
    with story.vault.writing():
        changes.write(connection)
        changes.write(connection)
    assert story.rows("SELECT * FROM month_total") == before
