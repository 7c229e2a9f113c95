"""The whole engine and people who are short of money: what is suggested to them, and what is not."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import pytest

from edge_engine import Engine, FakeClock
from edge_engine.insights import words
from tests.unit.insights.stories import TAXONOMY, monthly

TODAY = date(2026, 11, 26)
GRANTS = (
    "categorization", "insights", "personalization", "recommendations", "automatic_saving", "investment_offers",
    "credit_prescreening", "adviser_review",
)  # fmt: skip
CREDIT = {"overdraft_buffer", "cheaper_loan", "card_limit", "mortgage_talk"}
SAVING = {"savings_goal", "round_up_saving"}

Rows = list[tuple[date, str, int]]


def months(text: str, day: int, minor: int, *, until: date = TODAY) -> Rows:
    return [(on, text, minor) for on in monthly(f"2025-10-{day:02}", 14) if on <= until]


def shopping(mean: int = 6000) -> Rows:
    rng = random.Random(0)
    shops = ("TESCO STORES 3421", "LIDL GB LONDON", "SAINSBURYS S/MKT")
    return [
        (month.replace(day=day), rng.choice(shops), -round(rng.uniform(0.5, 1.5) * mean))
        for month in monthly("2025-10-01", 14)
        for day in range(2, 29, 3)
        if month.replace(day=day) <= TODAY
    ]


def household(pay: int, *, until: date = TODAY) -> Rows:
    return [
        *months("HARBOUR LOGISTICS LTD SALARY", 25, pay, until=until),
        *months("QUAYSIDE LETTINGS RENT", 1, -95000),
        *months("OCTOPUS ENERGY DD", 5, -12000),
        *months("VODAFONE LTD DD", 12, -2500),
        *shopping(),
    ]


def written(rows: Rows, start: int) -> bytes:
    balance, lines = start, ["Date,Description,Amount,Balance"]
    for day, text, minor in sorted(rows):
        balance += minor
        lines.append(f"{day.isoformat()},{text},{minor / 100:.2f},{balance / 100:.2f}")
    return ("\n".join(lines) + "\n").encode()


@pytest.fixture
def engine() -> Engine:
    made = Engine.in_memory(clock=FakeClock(datetime(2026, 11, 26, 12, tzinfo=UTC)), seed=1)
    for purpose in GRANTS:
        made.consent.grant(purpose)
    return made


def suggested(engine: Engine) -> list[str]:
    """Return what is suggested one after the other until silence."""
    found: list[str] = []
    while len(found) < 12:
        suggestion = engine.decide().suggestion
        if suggestion is None:
            break
        found.append(suggestion.offer)
    return found


def kinds(engine: Engine) -> set[str]:
    return {one.type for one in engine.moments()}


def test_interest_beside_a_sure_shortfall_brings_no_loan_and_no_worth(engine: Engine) -> None:
    rows = [
        *household(240000), *months("ZOPA LOAN REPAYMENT", 3, -42000), *months("BARCLAYCARD PAYMENT", 15, -20000),
        *months("CREDIT CARD INTEREST", 20, -3500),
    ]  # fmt: skip
    engine.ingest(written(rows, 50000), currency="GBP")
    assert {"liquidity_shortfall", "credit_cost"} <= kinds(engine)
    assert all(one.money_a_year is None for one in engine.moments() if one.type == "credit_cost")
    offers = suggested(engine)
    assert offers[0] == "bill_move"
    assert not CREDIT & set(offers)
    assert any("(shortfall)" in line for line in engine.decide().explain())


def test_interest_alone_may_bring_a_loan_but_no_worth(engine: Engine) -> None:
    rows = [*household(280000), *months("CREDIT CARD INTEREST", 20, -3500)]
    engine.ingest(written(rows, 800000), currency="GBP")
    decisions = [engine.decide() for _ in range(4)]
    (loan,) = [
        one.suggestion for one in decisions if one.suggestion and one.suggestion.offer == "cheaper_loan"
    ]
    assert loan.money_a_year is None


def test_without_income_there_is_support_and_no_payday_to_move_a_bill_behind(engine: Engine) -> None:
    rows = [
        *shopping(2500), *months("QUAYSIDE LETTINGS RENT", 1, -60000), *months("UNPAID DIRECT DEBIT FEE", 9, -2500),
        *months("OVERDRAFT INTEREST", 28, -3900),
    ]  # fmt: skip
    engine.ingest(written(rows, -50000), currency="GBP")
    assert "stress" in kinds(engine)
    offers = suggested(engine)
    assert offers[:2] == ["support_guide", "hardship_support"]
    assert not {"bill_move"} & set(offers)
    assert not (CREDIT | SAVING) & set(offers)
    assert engine.profile().archetype == "stretched"


@pytest.mark.parametrize("last", [date(2026, 6, 28), date(2026, 8, 28), date(2026, 9, 28)])
def test_after_lost_pay_something_is_said_and_it_is_not_to_save(engine: Engine, last: date) -> None:
    engine.ingest(written(household(280000, until=last), 300000), currency="GBP")
    assert "income_change" in kinds(engine)
    assert "safe_to_save" not in kinds(engine)
    offers = suggested(engine)
    assert offers
    assert not (CREDIT | SAVING) & set(offers)
    (ahead,) = engine.forecast()
    assert ahead.pay_missing
    assert ahead.method == "habits"
    assert all(one.amount.minor < 0 for one in ahead.coming)
    assert "regular pay is missing" in words.method(ahead)
    assert engine.profile().archetype != "free_spender"


def test_while_pay_comes_the_outlook_and_saving_are_as_ever(engine: Engine) -> None:
    engine.ingest(written(household(280000), 150000), currency="GBP")
    assert suggested(engine)[0] == "savings_goal"
    (ahead,) = engine.forecast()
    assert not ahead.pay_missing
    assert engine.profile().archetype == "all_rounder"


def test_pay_from_a_hospital_is_income(engine: Engine) -> None:
    rows = [
        *months("HARBOUR LOGISTICS SALARY", 25, 160000), *months("ST MARYS HOSPITAL NHS PAY", 28, 190000),
        *months("NATIONWIDE MORTGAGE", 1, -130000), *months("COUNCIL TAX", 2, -18000), *shopping(7000),
    ]  # fmt: skip
    engine.ingest(written(rows, 50000), currency="GBP")
    known = {one.name: one.value for one in engine.profile().traits}
    assert known["spare_share"] == pytest.approx(0.38, abs=0.03)
    assert known["debt_share"] == pytest.approx(130000 / 350000, abs=0.01)


def test_an_overdrawn_account_comes_before_saving(engine: Engine) -> None:
    current = [*months("HARBOUR LOGISTICS SALARY", 25, 200000), *months("QUAYSIDE LETTINGS RENT", 1, -150000)]
    engine.ingest(written([*current, *shopping(6500)], -10000), currency="GBP", account="CUR")
    engine.ingest(written(months("INTEREST", 2, 500), 900000), currency="GBP", account="SAV")
    told = [words.render(one.message, TAXONOMY) for one in engine.moments()]
    assert any(one.startswith("One of your accounts is below zero: \N{MINUS SIGN}£") for one in told)
    offers = suggested(engine)
    assert offers[0] == "bill_move"
    assert not (CREDIT | SAVING) & set(offers)


def without_balances(rows: Rows) -> bytes:
    lines = [f"{day.isoformat()},{text},{minor / 100:.2f}" for day, text, minor in sorted(rows)]
    return ("\n".join(["Date,Description,Amount", *lines]) + "\n").encode()


def test_where_the_account_that_pay_comes_to_states_no_balance_nobody_says_that_money_runs_out(
    engine: Engine,
) -> None:
    """A joint account that is fed from one without a balance falls, as far as anybody can see, and never does."""
    bills = [*months("QUAYSIDE LETTINGS RENT", 1, -95000), *months("OCTOPUS ENERGY DD", 5, -12000)]
    engine.ingest(written(bills, 1_540_000), currency="GBP", account="JOINT")
    assert "liquidity_shortfall" in {one.type for one in engine.moments()}
    pay = [*months("HARBOUR LOGISTICS LTD SALARY", 25, 260000), *shopping()]
    engine.ingest(without_balances(pay), currency="GBP", account="MAIN")
    assert "liquidity_shortfall" not in {one.type for one in engine.moments()}


def test_what_comes_in_another_currency_moves_no_outlook(engine: Engine) -> None:
    rent = [*months("RENT LANDLORD", 1, -50000), *months("NETFLIX.COM", 28, -999)]
    engine.ingest(written(rent, 800_000), currency="EUR", account="E")
    (alone,) = engine.forecast()
    engine.ingest(written(months("SALARY ACME LTD", 25, 250000), 300_000), currency="GBP", account="G")
    beside = next(one for one in engine.forecast() if one.balance.currency == "EUR")
    assert beside == alone
