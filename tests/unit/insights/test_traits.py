"""Traits: each from a small household, and from its opposite; what fades, what is refused, what never counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_engine.decisions.facts import FACTS, Fact, Kind, check_facts
from edge_engine.domain.money import Money
from edge_engine.insights.hypothesis import Answer, CouldInvest, Hypothesis, InvestsAlready
from edge_engine.insights.thresholds import PROFILE, Thresholds
from edge_engine.insights.trait import DATA, WORDS, EventCount, Source, Trait, Word, faded
from edge_engine.insights.traits import Person, traits
from tests.unit.insights.stories import Row, Story, every, monthly
from tests.unit.insights.test_moments import TODAY, household, known

if TYPE_CHECKING:
    from collections.abc import Sequence

RULES = Thresholds.default(PROFILE)
Event = tuple[int, str, str]


def all_of(
    story: Story,
    *,
    events: Sequence[Event] = (),
    words: Sequence[Word] = (),
    appetite: Hypothesis | None = None,
    balance: int | None = None,
    savings: int = 0,
    today: date = TODAY,
) -> dict[str, Trait]:
    seen = known(story, balance=balance, savings=savings, today=today)
    return {one.name: one for one in traits(Person(seen, events, words, appetite, RULES))}


def used(days: Sequence[int], name: str = "app.open", subject: str = "") -> list[Event]:
    """Events some days ago, oldest first."""
    return [(TODAY.toordinal() - ago, name, subject) for ago in sorted(days, reverse=True)]


def test_the_traits_are_the_facts_that_rules_speak_of() -> None:
    assert list(DATA) == list(FACTS)
    for name, kind in FACTS.items():
        assert set(DATA[name]) == kind.data
        assert WORDS.get(name, ()) == kind.words
        assert (kind.kind is Kind.WORD) == (name in WORDS)


def test_of_nobody_nothing_is_known() -> None:
    assert all_of(Story()) == {}


@pytest.mark.parametrize(("groceries", "style"), [(6500, "saver"), (23000, "balanced"), (30000, "spender")])
def test_style_is_told_by_what_is_left(groceries: int, style: str) -> None:
    found = all_of(household(groceries=groceries))
    assert found["money_style"].value == style
    spare = found["spare_share"].value
    assert isinstance(spare, float)
    assert found["money_style"].evidence
    assert found["money_style"].source is Source.INFERRED
    assert {"saver": spare > 0.15, "balanced": 0.02 < spare < 0.15, "spender": spare < 0.02}[style]


def test_prices_matter_to_who_shops_at_discounters() -> None:
    cheap = Story().pay_each(every("2025-07-03", 52, 7), -6000, "lidl", "food.groceries")
    assert all_of(cheap)["price_sensitivity"].value == 1.0
    dear = Story().pay_each(every("2025-07-03", 52, 7), -6000, "delicatessen", "food.groceries")
    assert all_of(dear)["price_sensitivity"].value == 0.0
    seldom = Story().pay_each(every("2026-05-03", 8, 7), -6000, "lidl", "food.groceries")
    assert "price_sensitivity" not in all_of(seldom)


def test_months_with_a_trip_or_foreign_money_are_travel() -> None:
    story = household()
    assert all_of(story)["travel"].value == 0.0
    for day in monthly("2025-08-10", 3):
        story.pay(day, -30000, "airline", "travel.flights")
    for day in monthly("2026-01-10", 3):
        story.pay(day, -3000, "trattoria", "dining.restaurants", currency="CHF")
    one = all_of(story)["travel"]
    assert one.value == 0.5
    assert len(one.evidence) == 6


def test_bills_paid_late_lower_discipline() -> None:
    assert all_of(household())["bill_discipline"].value == 1.0
    story = household()
    # Energy varies by nobody's fault; rent comes twelve days late every third month.
    for at, day in enumerate(monthly("2025-07-05", 12)):
        if at % 3 == 1:
            story.rows = [row for row in story.rows if not (row.leaf == "housing.rent" and row.day == day)]
            story.pay(day + timedelta(days=12), -90000, "ashgrove lettings", "housing.rent")
    one = all_of(story)["bill_discipline"]
    assert isinstance(one.value, float)
    assert one.value < 0.9


def test_steady_pay_is_steadier_than_odd_jobs() -> None:
    steady = all_of(household())["income_stability"]
    odd = Story().pay_each(every("2024-07-03", 104, 7), -6000, "grocer", "food.groceries")
    for at, day in enumerate(monthly("2024-07-12", 24)):
        odd.pay(day, (10000, 400000, 30000)[at % 3], f"client {at}", "income.gig")
    assert steady.value == 1.0
    unsteady = all_of(odd)["income_stability"].value
    assert isinstance(unsteady, float)
    assert unsteady < 0.3


def test_savings_and_buffers_are_counted_in_months_and_days_of_spending() -> None:
    found = all_of(household(), balance=900000, savings=600000)
    months, days = found["savings_months"].value, found["buffer_days"].value
    assert isinstance(months, float)
    assert isinstance(days, float)
    assert 3 < months < 5
    assert days > 100
    none = all_of(household())
    assert none["savings_months"].value == 0.0
    assert none["savings_months"].confidence < found["savings_months"].confidence, "they may lie elsewhere"
    assert "buffer_days" not in none


def test_debts_are_a_share_of_income() -> None:
    assert all_of(household())["debt_share"].value == 0.0
    story = household().pay_each(monthly("2024-07-20", 24), -50000, "lender", "finance.loan")
    assert all_of(story)["debt_share"].value == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("rows", "stage"),
    [
        ([("income.pension", 180000, "pension fund")], "retired"),
        ([("education.childcare", -60000, "nursery"), ("income.salary", 200000, "employer")], "family"),
        ([("housing.mortgage", -120000, "bank"), ("income.salary", 400000, "employer")], "established"),
        ([("", 80000, "student finance england")], "student"),
        ([("housing.rent", -80000, "landlord"), ("income.salary", 400000, "employer")], None),
    ],
)
def test_a_stage_of_life_is_supposed_with_its_signs_and_never_sure(
    rows: list[tuple[str, int, str]], stage: str | None
) -> None:
    story = Story().pay_each(every("2024-07-03", 104, 7), -6000, "grocer", "food.groceries")
    for leaf, minor, merchant in rows:
        story.pay_each(monthly("2024-07-20", 24), minor, merchant, leaf)
    found = all_of(story).get("life_stage")
    assert (found.value if found else None) == stage
    if found:
        assert found.confidence <= 0.5
        assert found.evidence


def test_a_first_pay_after_months_without_is_starting_out() -> None:
    story = Story().pay_each(every("2024-07-03", 104, 7), -6000, "grocer", "food.groceries")
    story.pay_each(monthly("2025-09-25", 10), 200000, "employer", "income.salary")
    assert all_of(story)["life_stage"].value == "starting_out"


def test_use_of_the_app_is_counted_by_weeks() -> None:
    found = all_of(household(), events=used([100, 99, 80, 50, 22, 8, 7, 1]))
    assert found["days_known"].value == 100.0
    # Of twelve weeks: that of 1, of 7 and 8, of 22, of 50 and of 80 days ago.
    assert found["engagement"].value == pytest.approx(5 / 12, abs=0.001)
    assert found["engagement"].events == (EventCount("app.open", 6),)
    assert found["engagement"].evidence == ()
    assert "platform" not in found
    assert all_of(household(), events=used([200, 150]))["engagement"].value == 0.0
    assert "engagement" not in all_of(household())
    later = [(TODAY.toordinal() + 5, "app.open", "")]
    assert "days_known" not in all_of(household(), events=later)


def test_the_device_is_what_the_app_told_last() -> None:
    events = [
        *used([9], "app.device", "ios"),
        *used([3], "app.device", "toaster"),
        *used([2], "app.device", "android"),
    ]
    assert all_of(household(), events=events)["platform"].value == "android"


def asked(message: InvestsAlready | CouldInvest, answer: Answer) -> Hypothesis:
    return Hypothesis(
        "0123456789abcdef", "investing", TODAY, TODAY, 0.8, (), (), message, ("investment_offers",), answer
    )


def test_an_appetite_for_investing_is_only_what_was_said() -> None:
    invests = InvestsAlready(Money(10000, "EUR"))
    story = household().pay_each(monthly("2025-01-10", 18), -10000, "nutmeg", "finance.investment")
    assert "investing_appetite" not in all_of(story)
    assert "investing_appetite" not in all_of(story, appetite=asked(invests, Answer.OPEN))
    assert "investing_appetite" not in all_of(story, appetite=asked(invests, Answer.NOT_TRUE))
    one = all_of(story, appetite=asked(invests, Answer.CONFIRMED))["investing_appetite"]
    assert (one.value, one.source) == (0.8, Source.CONFIRMED)
    assert "investment_offers" in one.purposes
    could = asked(CouldInvest(Money(10000, "EUR"), 3.0), Answer.CONFIRMED)
    assert all_of(story, appetite=could)["investing_appetite"].value == 0.6
    refused = [Word("investing_appetite", denied=True, value=None)]
    assert "investing_appetite" not in all_of(story, appetite=could, words=refused)


def test_confidence_fades_with_the_age_of_what_it_rests_on() -> None:
    fresh = all_of(household())["bill_discipline"]
    assert fresh.half_life_days == 180
    old = all_of(household(), today=TODAY + timedelta(days=180))
    # What is half a year old is half as sure; fewer bills came due within the year.
    assert old["bill_discipline"].confidence < 0.55 * fresh.confidence
    assert old["bill_discipline"].rests_on == fresh.rests_on
    assert all_of(household(), today=TODAY + timedelta(days=3650)) == {}
    assert faded(0.8, 0, 90) == 0.8
    assert faded(0.8, 90, 90) == pytest.approx(0.4)
    assert faded(0.8, -5, 90) == 0.8


def test_the_persons_own_word_stands_and_does_not_fade() -> None:
    words = [Word("money_style", denied=False, value="spender")]
    one = all_of(household(), words=words)["money_style"]
    assert (one.value, one.confidence, one.source) == ("spender", 1.0, Source.STATED)
    assert one.half_life_days is None
    assert one.evidence == ()
    assert (
        all_of(household(), words=words, today=TODAY + timedelta(days=5000))["money_style"].confidence == 1.0
    )


def test_what_was_refused_is_not_inferred_and_a_word_may_stand_there() -> None:
    refused = [Word("money_style", denied=True, value=None)]
    found = all_of(household(), words=refused)
    assert "money_style" not in found
    assert "spare_share" in found
    said = [Word("money_style", denied=True, value="balanced")]
    assert all_of(household(), words=said)["money_style"].value == "balanced"


def test_sensitive_spending_changes_no_trait_but_what_a_balance_says() -> None:
    plain = household()
    story = household()
    for merchant, leaf in (
        ("betting club", "leisure.gambling"),
        ("clinic", "health.doctor"),
        ("the crown", "dining.bars"),
    ):
        story.pay_each(every("2024-07-06", 104, 7), -9000, merchant, leaf)
        story.pay_each(monthly("2024-07-11", 24), -12000, f"{merchant} club", leaf)
    # Rows are numbered by day: the ids of the evidence differ, and nothing else does.
    told, same = all_of(story), all_of(plain)
    assert {name: msgspec.structs.replace(one, evidence=()) for name, one in told.items()} == {
        name: msgspec.structs.replace(one, evidence=()) for name, one in same.items()
    }


ROWS = st.builds(
    Row,
    day=st.dates(date(2024, 6, 1), TODAY),
    minor=st.integers(-(10**9), 10**9).filter(bool),
    merchant=st.sampled_from(["lidl", "grocer", "employer", "lender", "betting club"]),
    leaf=st.sampled_from(
        [
            "",
            "food.groceries",
            "income.salary",
            "finance.loan",
            "travel.flights",
            "leisure.gambling",
            "income.refund",
        ]
    ),
    currency=st.sampled_from(["EUR", "CHF"]),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(ROWS, max_size=60),
    st.one_of(st.none(), st.integers(-(10**11), 10**11)),
    st.integers(0, 10**11),
    st.lists(st.integers(0, 900), max_size=10),
)
def test_every_value_fits_the_facts(
    rows: list[Row], balance: int | None, savings: int, days: list[int]
) -> None:
    found = all_of(Story(rows), balance=balance, savings=savings, events=used(days))
    check_facts({one.name: Fact(one.value, one.confidence) for one in found.values()})
