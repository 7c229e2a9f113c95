"""Affordability: it says what could be borne and why, and has no word that declines."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine.domain.money import Money
from edge_engine.errors import InputError
from edge_engine.insights.affordability import (
    LoanTerms,
    Means,
    Verdict,
    assess,
    floors_with,
    instalments,
)
from edge_engine.insights.finding import OutlookWeek
from edge_engine.insights.thresholds import AFFORDABILITY, Thresholds

RULES = Thresholds.default(AFFORDABILITY)
TODAY = date(2026, 5, 1)


def pounds(minor: int) -> Money:
    return Money(minor, "GBP")


def week(at: int, low: int, middle: int, high: int) -> OutlookWeek:
    return OutlookWeek(TODAY + timedelta(days=7 * at), pounds(low), pounds(middle), pounds(high))


def means(**changes: Any) -> Means:  # noqa: ANN401 - any attribute
    """Somebody with 2,400 a month, 500 of it left, and enough at hand."""
    known = Means(
        incomes=(pounds(240_000),) * 8,
        spare=(pounds(50_000),) * 8,
        weeks=tuple(week(at, 200_000, 250_000, 300_000) for at in range(1, 9)),
        bills=pounds(90_000),
        debts=pounds(0),
        purposes=("credit_prescreening", "insights"),
    )
    return msgspec.structs.replace(known, **changes)


def loan(monthly: int, months: int = 24) -> LoanTerms:
    return LoanTerms(pounds(monthly * months), months, pounds(monthly))


def reasons(some: Means, terms: LoanTerms) -> set[str]:
    return {name for name, _ in assess(some, terms, RULES).reasons}


def test_what_fits_into_what_is_left_looks_affordable() -> None:
    said = assess(means(), loan(20_000), RULES)
    assert (said.verdict, said.advice) == (Verdict.AFFORDABLE, "approve")
    assert said.bearable == pounds(35_000)
    assert said.burden == pytest.approx(20 / 35, abs=0.001)
    assert said.risk < 0.1


@pytest.mark.parametrize(
    ("change", "monthly", "reason"),
    [
        ({}, 36_000, "spare.share"),
        ({"debts": pounds(70_000)}, 20_000, "debt.share"),
        ({"bills": pounds(170_000)}, 20_000, "bills.share"),
        ({"weeks": tuple(week(at, 1_000, 30_000, 60_000) for at in range(1, 9))}, 20_000, "risk.tight"),
        ({"incomes": (pounds(240_000),) * 7 + (pounds(90_000),)}, 20_000, "income.least_share"),
    ],
)
def test_each_reason_makes_it_tight_and_is_named(change: dict[str, Any], monthly: int, reason: str) -> None:
    said = assess(means(**change), loan(monthly), RULES)
    assert (said.verdict, said.advice) == (Verdict.TIGHT, "")
    assert reason in reasons(means(**change), loan(monthly))
    assert reason not in reasons(means(), loan(20_000)) - {"spare.share"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"incomes": (pounds(240_000),) * 3, "spare": (pounds(50_000),) * 3}, "known.months"),
        ({"incomes": (pounds(0),) * 8}, "known.months"),
        ({"weeks": ()}, "known.weeks"),
    ],
)
def test_where_too_little_is_known_nothing_is_told(change: dict[str, Any], reason: str) -> None:
    said = assess(means(**change), loan(20_000), RULES)
    assert (said.verdict, said.advice, said.bearable) == (Verdict.CANNOT_TELL, "", None)
    assert reason in {name for name, _ in said.reasons}


def test_nobody_bears_less_than_nothing() -> None:
    said = assess(means(spare=(pounds(-10_000),) * 8), loan(20_000), RULES)
    assert (said.bearable, said.burden) == (pounds(0), 9.99)


def test_instalments_fall_due_month_by_month_and_end_with_the_loan() -> None:
    assert [instalments(at) for at in (1, 4, 5, 8, 9)] == [1, 1, 2, 2, 3]
    weeks = means().weeks
    assert floors_with(weeks, loan(10_000))[0] == 190_000
    assert floors_with(weeks, loan(10_000))[-1] == 180_000
    assert floors_with(weeks, loan(10_000, months=1))[-1] == 190_000


def test_every_figure_names_its_data_and_its_purposes() -> None:
    for figure in assess(means(), loan(20_000), RULES).figures:
        assert figure.data in {"pd:FinancialAccount", "pd:Income", "pd:CreditWorthiness"}
        assert figure.purposes == ("credit_prescreening", "insights")


@pytest.mark.parametrize(
    ("some", "terms"),
    [
        (means(), LoanTerms(pounds(100_000), 2, pounds(40_000))),
        (means(), LoanTerms(pounds(0), 2, pounds(40_000))),
        (means(), LoanTerms(pounds(100), 0, pounds(40_000))),
        (means(), LoanTerms(Money(100, "EUR"), 2, pounds(40_000))),
        (means(spare=()), loan(20_000)),
        (means(purposes=()), loan(20_000)),
    ],
)
def test_what_is_no_loan_or_does_not_fit_is_refused(some: Means, terms: LoanTerms) -> None:
    with pytest.raises(InputError):
        assess(some, terms, RULES)


amounts = st.integers(-(10**7), 10**7)


@given(
    st.lists(st.tuples(st.integers(0, 10**7), amounts), max_size=14),
    st.lists(st.tuples(amounts, amounts, amounts).map(sorted), max_size=9),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.integers(1, 10**6),
)
def test_nothing_that_is_known_declines(
    months: list[tuple[int, int]], paths: list[list[int]], bills: int, debts: int, monthly: int
) -> None:
    some = means(
        incomes=tuple(pounds(one) for one, _ in months),
        spare=tuple(pounds(one) for _, one in months),
        weeks=tuple(week(at, *path) for at, path in enumerate(paths, start=1)),
        bills=pounds(bills),
        debts=pounds(debts),
    )
    said = assess(some, loan(monthly), RULES)
    assert said.verdict in {"looks affordable", "tight", "cannot tell"}
    assert said.advice == ("approve" if said.verdict == "looks affordable" else "")
    assert said.reasons
    assert 0.0 <= said.risk <= 1.0


@given(st.integers(1, 10**5), st.integers(0, 10**5))
def test_a_greater_instalment_is_never_less_of_a_risk_or_burden(monthly: int, more: int) -> None:
    less, greater = (assess(means(), loan(one), RULES) for one in (monthly, monthly + more))
    assert greater.risk >= less.risk
    assert greater.burden >= less.burden
