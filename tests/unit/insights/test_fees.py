from __future__ import annotations

from datetime import date

import msgspec
import pytest

from edge_engine.domain.money import Money
from edge_engine.insights.fees import duplicates, duplicates_and_fees, fees
from edge_engine.insights.finding import DuplicateCharge, FeesPaid, Insight
from edge_engine.insights.recurring import streams
from tests.unit.insights.stories import TAXONOMY, Story, every, monthly

TODAY = date(2025, 6, 20)


def double(story: Story) -> list[Insight]:
    """Find double charges in a story where other, smaller and larger, payments happen too."""
    for at, day in enumerate(every("2025-01-02", 20, 8)):
        story.pay(day, -1000 - 331 * at, f"shop {at}")
    postings = story.postings()
    return duplicates(postings, streams(postings, TODAY, TAXONOMY), TODAY, TAXONOMY)


def test_one_amount_twice_on_a_day() -> None:
    story = Story().pay("2025-06-02", -8450, "furniture").pay("2025-06-02", -8450, "furniture")
    (found,) = double(story)
    day = date(2025, 6, 2)
    assert found.message == DuplicateCharge("furniture", Money(8450, "EUR"), day, day)
    assert len(found.evidence) == 2
    assert found.purposes == ("insights",)
    assert found.money_a_year is None


@pytest.mark.parametrize(("second", "n"), [("2025-06-03", 1), ("2025-06-04", 1), ("2025-06-05", 0)])
def test_only_a_short_time_apart(second: str, n: int) -> None:
    assert len(double(Story().pay("2025-06-02", -8450, "hotel").pay(second, -8450, "hotel"))) == n


def test_the_further_apart_the_less_sure() -> None:
    sure = [
        double(Story().pay("2025-06-02", -8450, "hotel").pay(f"2025-06-0{day}", -8450, "hotel"))[0].confidence
        for day in (2, 3, 4)
    ]
    assert sure == sorted(sure, reverse=True)
    assert sure[0] > sure[2]


def test_a_small_bill_taken_three_times_is_told_as_well() -> None:
    story = Story().pay_each(monthly("2024-07-14", 11), -900, "telephone", "utilities.mobile")
    story.pay("2025-06-16", -900, "telephone", "utilities.mobile")
    story.pay("2025-06-14", -900, "telephone", "utilities.mobile")
    story.pay("2025-06-16", -900, "telephone", "utilities.mobile")
    assert {one.message.merchant for one in double(story) if isinstance(one.message, DuplicateCharge)} == {
        "telephone"
    }


def test_a_bill_taken_twice_is_surer() -> None:
    story = Story().pay_each(monthly("2024-06-02", 13), -3500, "internet", "utilities.internet_tv")
    (found,) = double(story.pay("2025-06-02", -3500, "internet", "utilities.internet_tv"))
    assert found.confidence > 0.8


@pytest.mark.parametrize(
    "story",
    [
        Story().pay("2025-06-02", -8450, "hotel").pay("2025-06-02", -8451, "hotel"),
        Story().pay("2025-06-02", -8450, "hotel").pay("2025-06-02", -8450, "motel"),
        Story().pay("2025-06-02", -8450, "hotel").pay("2025-06-02", -8450, "hotel", account=2),
        Story().pay("2025-06-02", -8450, "hotel").pay("2025-06-02", 8450, "hotel"),
        Story().pay("2025-06-02", -8450, "me", transfer=True).pay("2025-06-02", -8450, "me", transfer=True),
        Story().pay("2025-01-02", -8450, "hotel").pay("2025-01-02", -8450, "hotel"),
        Story().pay("2025-06-21", -8450, "hotel").pay("2025-06-21", -8450, "hotel"),
        Story().pay("2025-06-02", -100, "kiosk").pay("2025-06-02", -100, "kiosk"),
        Story().pay_each(every("2025-06-02", 2, 0), -2400, "cinema", "leisure.events"),
    ],
    ids=[
        "another amount", "another merchant", "another account", "a refund", "own transfers", "long ago",
        "not yet", "very small", "tickets",
    ],
)  # fmt: skip
def test_what_is_no_double_charge(story: Story) -> None:
    assert double(story) == []


def test_what_was_paid_back_is_settled() -> None:
    story = Story().pay("2025-06-02", -8450, "hotel").pay("2025-06-02", -8450, "hotel")
    assert double(story.pay("2025-06-09", 8450, "hotel")) == []


def test_who_often_pays_this_amount_there_did_so_again() -> None:
    story = Story().pay("2025-06-02", -4500, "fuel").pay("2025-06-03", -4500, "fuel")
    assert double(story.pay_each(every("2025-02-01", 5, 17), -4500, "fuel")) == []


def test_a_vending_machine_takes_one_amount_again_and_again() -> None:
    story = Story()
    for day in every("2025-05-01", 4, 9):
        story.pay(day, -1500, "laundry").pay(day, -1500, "laundry")
    assert double(story) == []


def test_two_streams_that_meet_are_no_double_charge() -> None:
    days = [*monthly("2024-12-12", 6), date(2025, 6, 12), date(2025, 6, 12)]
    postings = Story().pay_each(days, -2500, "mobile", "utilities.mobile").postings()
    (line,) = streams(postings, TODAY, TAXONOMY)
    one = msgspec.structs.replace(line, id="one", evidence=(1, 2, 3, 4, 5, 6, 7))
    two = msgspec.structs.replace(line, id="two", evidence=(8,))
    (found,) = duplicates(postings, [one], TODAY, TAXONOMY)
    assert found.evidence == (7, 8)
    assert duplicates(postings, [one, two], TODAY, TAXONOMY) == []


def test_the_latest_comes_first() -> None:
    story = Story()
    for day, merchant in (("2025-05-02", "hotel"), ("2025-06-02", "garage")):
        story.pay(day, -8450, merchant).pay(day, -8450, merchant)
    messages = [one.message for one in double(story)]
    assert [one.merchant for one in messages if isinstance(one, DuplicateCharge)] == ["garage", "hotel"]


class TestFees:
    def test_a_year_of_fees_is_added_up(self) -> None:
        story = Story().pay_each(monthly("2024-01-31", 17), -490, "bank", "finance.bank_fees")
        (found,) = fees(story.postings(), TODAY, TAXONOMY)
        assert found.message == FeesPaid("finance.bank_fees", Money(12 * 490, "EUR"), 12, date(2024, 6, 30))

    def test_fees_and_interest_are_apart(self) -> None:
        story = Story().pay("2025-05-31", -490, "bank", "finance.bank_fees")
        story.pay("2025-05-31", -1490, "bank", "finance.interest")
        assert [one.kind for one in fees(story.postings(), TODAY, TAXONOMY)] == ["bank_fees", "interest"]

    def test_a_fee_given_back_costs_nothing(self) -> None:
        story = Story().pay("2025-05-01", -490, "bank", "finance.bank_fees")
        story.pay("2025-05-03", 490, "bank", "finance.bank_fees")
        assert fees(story.postings(), TODAY, TAXONOMY) == []

    def test_interest_earned_is_no_fee(self) -> None:
        story = Story().pay("2025-05-01", 1200, "bank", "finance.interest")
        assert fees(story.postings(), TODAY, TAXONOMY) == []

    def test_without_categories_nothing_is_said(self) -> None:
        assert (
            duplicates_and_fees(Story().pay("2025-05-31", -490, "bank").postings(), [], TODAY, TAXONOMY) == []
        )
