"""What Today says of payments to come: a total for each currency, and how many are not shown."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from edge_engine import Engine, FakeClock
from edge_engine.center.desk import Surroundings
from edge_engine.center.pages.today import due
from edge_engine.consent.policy import Policy
from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Account, AccountKind, Balance
from edge_engine.insights.finding import Coming
from edge_engine.simulation import day
from tests.fakes.household import NOW, TODAY, person
from tests.fakes.visitor import visiting


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


def today_of(*untold: str) -> str:
    """The page of somebody no file told the balance of some accounts."""
    with Engine.in_memory(clock=FakeClock(NOW), seed=1) as engine:
        engine.suggestions.zone = UTC
        for purpose in ("categorization", "insights"):
            engine.consent.grant(purpose)
        known = [one for one in day.before(TODAY) if not (isinstance(one, Balance) and one.account in untold)]
        engine.ingest([Account("GB-CARD", day.CURRENCY, AccountKind.CARD, "Card"), *known])
        with visiting(engine, Surroundings("A store of the tests")) as visitor:
            visitor.enter()
            return visitor.get("today").words


@pytest.mark.parametrize("untold", [(), (day.MAIN,), (day.MAIN, day.POT)])
def test_bills_are_due_whether_a_balance_is_known_or_not(untold: tuple[str, ...]) -> None:
    words = today_of(*untold)
    assert "Rent Quayside Lettings in 2 days" in words
    assert "No known payment is due" not in words


def test_what_is_not_in_the_outlook_is_said() -> None:
    assert f"Not in the outlook: current …{day.MAIN[-4:]}. No file told the balance" in today_of(day.MAIN)


def test_what_now_counts_is_said() -> None:
    words = today_of()
    assert f"Counted: current …{day.MAIN[-4:]}, each as last told by a file" in words
    assert "are nothing to spend from: Card" in words
    assert "Not in the outlook" not in words


@pytest.mark.parametrize("granted", [("recommendations",), ("categorization", "recommendations")])
def test_what_a_suggestion_rests_on_is_said_to_be_looked_for_without_insights(
    granted: tuple[str, ...],
) -> None:
    with person(*granted) as engine, visiting(engine, Surroundings("A store of the tests")) as visitor:
        visitor.enter()
        words = visitor.get("today").words
        assert "Nothing is listed here" in words
        assert "Nothing is looked for" not in words
        assert "looked for all the same, as you switched on “Suggest what may help”" in words
        assert engine.suggestions.past()
        rests_on = {
            one
            for past in engine.suggestions.past()
            if past.trace
            for step in past.trace.steps
            for one in step.purposes
        }
        assert "insights" not in rests_on
        kept = engine._vault.connection.execute(
            "SELECT purpose FROM decision UNION SELECT purpose FROM derived"
        )
        assert all("insights" not in purpose.split() for (purpose,) in kept)


def test_without_suggestions_nothing_is_said_to_be_looked_for() -> None:
    with (
        person("categorization") as engine,
        visiting(engine, Surroundings("A store of the tests")) as visitor,
    ):
        visitor.enter()
        assert "looked for all the same" not in visitor.get("today").words


def test_the_purposes_say_what_is_looked_for_without_insights() -> None:
    purposes = Policy.default().purposes
    assert "but what a suggestion rests on" in purposes["insights"].lost
    assert "looks at your money" in purposes["recommendations"].why
