"""Bills, spending, findings and the weeks ahead: under consent, with and without categories, gone with it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from edge_engine import Engine, FakeClock, Money
from edge_engine.domain.transaction import Account, AccountKind, Balance, Record
from edge_engine.errors import InputError, PurposeDenied
from edge_engine.insights.finding import Severity
from edge_engine.insights.stream import Cadence
from tests.unit.engine.test_import import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

QUESTIONS: list[Callable[[Engine], object]] = [
    Engine.streams,
    Engine.spending,
    Engine.insights,
    Engine.forecast,
]


@pytest.fixture(scope="module")
def household(statements: list[Path]) -> Iterator[Engine]:
    """A household imported with consent to everything here; tests only look at it."""
    with Engine.in_memory(clock=FakeClock(datetime(2026, 6, 30, 12, tzinfo=UTC))) as engine:
        engine.consent.grant("categorization")
        engine.consent.grant("insights")
        for file in statements:
            engine.ingest(file)
        yield engine


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_question_without_consent_names_the_rule(
    engine: Engine, question: Callable[[Engine], object]
) -> None:
    with pytest.raises(PurposeDenied) as denied:
        question(engine)
    assert (denied.value.purpose, denied.value.rule) == ("insights", "not-granted")
    assert "not-granted" in str(denied.value)


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_empty_store_has_nothing_to_tell(engine: Engine, question: Callable[[Engine], object]) -> None:
    engine.consent.grant("insights")
    assert question(engine) == []


def test_bills_and_incomes_are_found_the_costliest_first(household: Engine) -> None:
    streams = household.streams()
    running = [one for one in streams if one.next is not None]
    assert any(one.outgoing and one.cadence is Cadence.MONTHLY for one in running)
    assert any(not one.outgoing for one in running)
    yearly = [one.a_year.minor for one in running]
    assert yearly == sorted(yearly)
    assert all(one.next > date(2026, 6, 1) for one in running if one.next)
    assert [one.next is None for one in streams] == sorted(one.next is None for one in streams)


def test_spending_is_told_by_month_and_category(household: Engine) -> None:
    lines = household.spending(3)
    assert {one.month for one in lines} == {date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)}
    assert [one.month for one in lines] == sorted(one.month for one in lines)
    assert "food" in {one.category for one in lines}
    assert {one.month for one in household.spending(1)} == {date(2026, 6, 1)}
    leaves = {one.category for one in household.spending(3, by="leaf")}
    assert "food.groceries" in leaves


def test_spending_adds_up_to_what_was_booked(household: Engine) -> None:
    may = household.transactions(limit=10_000, since="2026-05-01", until="2026-05-31").transactions
    booked = sum(row.amount.minor for row in may if not row.transfer and row.status == "posted")
    lines = [one for one in household.spending(2) if one.month == date(2026, 5, 1)]
    told = sum(one.amount.minor if one.income else -one.amount.minor for one in lines)
    assert told == booked


def test_findings_come_the_most_pressing_first_with_their_evidence(household: Engine) -> None:
    found = household.insights()
    order = [[Severity.URGENT, Severity.ATTENTION, Severity.INFO].index(one.severity) for one in found]
    assert found
    assert order == sorted(order)
    assert all("insights" in one.purposes for one in found)
    total = household.transactions().total
    assert all(1 <= row <= total + 100 for one in found for row in one.evidence)
    assert len({one.id for one in found}) == len(found)


def test_the_outlook_starts_from_todays_balance_of_spending_accounts(household: Engine) -> None:
    (ahead,) = household.forecast(weeks=4)
    current = [one for one in household.accounts() if one.kind == "current" and one.balance]
    assert ahead.balance.minor == sum(one.balance.minor for one in current if one.balance)
    assert (ahead.as_of, len(ahead.weeks)) == (date(2026, 6, 30), 4)
    assert all(week.p10.minor <= week.p50.minor <= week.p90.minor for week in ahead.weeks)
    assert len(household.forecast(weeks=26)[0].weeks) == 26


def test_without_categories_bills_and_the_outlook_are_still_found(
    engine: Engine, household: Engine, statements: list[Path]
) -> None:
    engine.consent.grant("insights")
    for file in statements:
        engine.ingest(file)
    assert len(engine.streams()) > 5
    assert engine.forecast()[0].balance == household.forecast()[0].balance
    assert {one.category for one in engine.spending(3)} == {""}
    assert all("categorization" not in one.purposes for one in engine.insights())


def test_withdrawing_insights_deletes_what_was_found_and_refuses(
    engine: Engine, statements: list[Path]
) -> None:
    engine.consent.grant("insights")
    for file in statements:
        engine.ingest(file)
    found = len(engine.streams()) + len(engine.insights())
    foretold = engine.forecast_coverage().waiting
    assert foretold > 0
    assert engine.consent.withdraw("insights").purged == {"derived": found, "forecast": foretold}
    with pytest.raises(PurposeDenied) as denied:
        engine.insights()
    assert denied.value.rule == "withdrawn"
    assert engine.consent.withdraw("insights").purged == {}


def test_what_is_kept_is_todays_and_not_a_pile(
    engine: Engine, clock: FakeClock, statements: list[Path]
) -> None:
    engine.consent.grant("insights")
    for file in statements[:4]:
        engine.ingest(file)
    engine.streams()
    clock.advance(timedelta(days=1))
    found = len(engine.streams()) + len(engine.insights())
    assert engine.consent.withdraw("insights").purged["derived"] == found


def test_consent_to_insights_expires_by_the_clock(engine: Engine, clock: FakeClock) -> None:
    engine.consent.grant("insights", expires_days=7)
    assert engine.insights() == []
    clock.advance(timedelta(days=7))
    with pytest.raises(PurposeDenied) as denied:
        engine.insights()
    assert denied.value.rule == "expired"


def test_balances_count_what_was_booked_since_they_were_stated(engine: Engine) -> None:
    engine.consent.grant("insights")
    shopping = [record(1 + day % 28, -500 - day, f"SHOP {day}", "MAIN") for day in range(28)]
    engine.ingest(
        [
            Account("MAIN", "GBP", AccountKind.CURRENT),
            Account("POT", "GBP", AccountKind.SAVINGS),
            Balance("MAIN", date(2026, 1, 27), Money(100_000, "GBP")),
            Balance("POT", date(2026, 1, 27), Money(900_000, "GBP")),
            *shopping,
        ]
    )
    findings = engine._findings()
    spent = sum(one.amount.minor for one in shopping if one.booked > date(2026, 1, 27))
    assert spent < 0
    assert findings._balances() == {1: Money(100_000 + spent, "GBP")}


def test_currencies_have_an_outlook_each(engine: Engine, clock: FakeClock) -> None:
    engine.consent.grant("insights")
    today = clock.now().date()
    items: list[Account | Balance | Record] = []
    for key, currency in (("MAIN", "GBP"), ("FERIEN", "EUR")):
        items += [Account(key, currency, AccountKind.CURRENT), Balance(key, today, Money(50_000, currency))]
        for back in range(0, 200, 2):
            day = today - timedelta(days=back)
            items.append(Record(key, day, Money(-1000 - back, currency), f"SHOP {back % 7}"))
    engine.ingest(items)
    assert [one.balance for one in engine.forecast()] == [Money(50_000, "EUR"), Money(50_000, "GBP")]


def test_an_outlook_says_until_when_it_knows_and_of_old_accounts_nothing(
    engine: Engine, clock: FakeClock
) -> None:
    engine.consent.grant("insights")
    today = clock.now().date()
    spent = [
        Record("MAIN", today - timedelta(days=back), Money(-1000 - back, "GBP"), f"SHOP {back % 7}")
        for back in range(3, 200, 2)
    ]
    engine.ingest(
        [
            Account("MAIN", "GBP", AccountKind.CURRENT),
            Balance("MAIN", today - timedelta(days=3), Money(50_000, "GBP")),
            *spent,
        ]
    )
    (ahead,) = engine.forecast()
    assert ahead.told_until == today - timedelta(days=3)
    clock.advance(timedelta(days=32))
    assert [one.told_until for one in engine.forecast()] == [today - timedelta(days=3)]
    clock.advance(timedelta(days=1))
    assert engine.forecast() == []
    engine.ingest([Record("MAIN", clock.now().date(), Money(-1000, "GBP"), "SHOP 1")])
    assert len(engine.forecast()) == 1


@pytest.mark.parametrize("months", [0, -1, 121])
def test_months_are_1_to_120(household: Engine, months: int) -> None:
    with pytest.raises(InputError, match="1 to 120"):
        household.spending(months)


@pytest.mark.parametrize("weeks", [0, -1, 27])
def test_weeks_are_1_to_26(household: Engine, weeks: int) -> None:
    with pytest.raises(InputError, match="1 to 26"):
        household.forecast(weeks=weeks)


def test_spending_is_by_group_or_leaf(household: Engine) -> None:
    with pytest.raises(InputError) as refused:
        household.spending(by="mood")
    assert refused.value.code == "input"


def test_a_balance_heading_below_zero_is_an_urgent_finding(engine: Engine, clock: FakeClock) -> None:
    engine.consent.grant("insights")
    today = clock.now().date()
    bills = [
        Record("MAIN", today - timedelta(days=back), Money(-20_000, "GBP"), "LANDLORD")
        for back in range(3, 200, 7)
    ]
    engine.ingest(
        [
            Account("MAIN", "GBP", AccountKind.CURRENT),
            Balance("MAIN", today, Money(30_000, "GBP")),
            *reversed(bills),
        ]
    )
    first = engine.insights()[0]
    assert (first.kind, first.severity) == ("shortfall", Severity.URGENT)


def test_findings_that_rest_on_categories_go_with_them(tmp_path: Path) -> None:
    months = [f"2026-{month:02d}" for month in range(1, 11)]
    text = "Date,Description,Amount,Currency,Account\n" + "".join(
        f"{month}-03,NETFLIX.COM,-10.99,GBP,A1\n{month}-25,ACME SALARY,2000.00,GBP,A1\n" for month in months
    )
    with Engine.in_memory(clock=FakeClock(datetime(2026, 11, 1, tzinfo=UTC))) as engine:
        engine.consent.grant("categorization")
        engine.consent.grant("insights")
        engine.ingest(text.encode())
        assert engine.streams()
        engine.consent.withdraw("categorization")
        rows = engine.export(tmp_path / "mine.zip")
        assert rows["findings.jsonl"] == 0
        assert {stream.leaf for stream in engine.streams()} == {0}
