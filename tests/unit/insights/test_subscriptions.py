from __future__ import annotations

from datetime import date

import pytest

from edge_engine.domain.money import Money
from edge_engine.insights.finding import Insight, Overlap, PriceRise
from edge_engine.insights.recurring import streams
from edge_engine.insights.subscriptions import overlaps, price_rises
from tests.unit.insights.stories import TAXONOMY, Story, monthly

TODAY = date(2025, 6, 20)


def overlapping(*subscriptions: tuple[str, int, str], until: int = 18) -> list[Insight]:
    story = Story()
    for at, (merchant, minor, leaf) in enumerate(subscriptions):
        story.pay_each(monthly(f"2024-01-{at + 3:02d}", until), -minor, merchant, leaf)
    return overlaps(streams(story.pay(TODAY, -1, "x").postings(), TODAY, TAXONOMY), TODAY, TAXONOMY)


def test_two_music_services_and_the_saving() -> None:
    (found,) = overlapping(
        ("spotify", 1099, "leisure.streaming"), ("deezer", 1199, "leisure.streaming"),
    )  # fmt: skip
    assert found.message == Overlap(
        "music", ("deezer", "spotify"), "spotify", Money(12 * 2298, "EUR"), Money(12 * 1199, "EUR")
    )
    assert found.money_a_year == Money(12 * 1199, "EUR")
    assert len(found.evidence) == 4


def test_of_three_the_cheapest_is_kept() -> None:
    (found,) = overlapping(
        ("netflix.com", 1799, "leisure.streaming"),
        ("disney plus", 1099, "leisure.streaming"),
        ("dazn", 2499, "leisure.streaming"),
    )
    assert found.money_a_year == Money(12 * (1799 + 2499), "EUR")


def test_music_and_films_are_two_needs() -> None:
    assert not overlapping(("spotify", 1099, "leisure.streaming"), ("netflix", 1199, "leisure.streaming"))


@pytest.mark.parametrize(
    ("leaf", "offering"),
    [("personal.fitness", "gym"), ("leisure.news", "news"), ("leisure.streaming", "streaming")],
)
def test_unknown_names_overlap_by_their_leaf(leaf: str, offering: str) -> None:
    (found,) = overlapping(("one company", 2999, leaf), ("another", 1999, leaf))
    assert isinstance(found.message, Overlap)
    assert found.message.offering == offering


def test_a_second_line_is_no_luxury_and_one_merchant_no_overlap() -> None:
    assert not overlapping(("one", 2999, "utilities.mobile"), ("two", 1999, "utilities.mobile"))
    assert not overlapping(("one", 2999, "utilities.internet_tv"), ("two", 1999, "utilities.internet_tv"))
    assert not overlapping(("one gym", 2999, "personal.fitness"), ("one gym", 1999, "personal.fitness"))
    parts = ("planet gym dues", 1000, "personal.fitness"), ("planet gym yearly fee", 4900, "personal.fitness")
    assert not overlapping(*parts)
    assert overlapping(("the times", 2999, "leisure.news"), ("the guardian", 1999, "leisure.news"))


def test_a_store_that_bills_for_many_serves_no_known_need() -> None:
    assert not overlapping(
        ("apple itunes", 2999, "leisure.streaming"), ("sky digital", 1999, "leisure.streaming")
    )


def test_two_papers_are_less_surely_one_too_many_than_two_gyms() -> None:
    (papers,) = overlapping(("one", 2999, "leisure.news"), ("two", 1999, "leisure.news"))
    (gyms,) = overlapping(("one", 2999, "personal.fitness"), ("two", 1999, "personal.fitness"))
    assert papers.confidence < gyms.confidence


def test_software_is_no_need_of_its_own() -> None:
    assert not overlapping(("editor", 1999, "services.software"), ("drawing", 999, "services.software"))


def test_cloud_storage_is_known_by_name() -> None:
    (found,) = overlapping(("dropbox", 1199, "services.software"), ("google one", 199, "services.software"))
    assert found.money_a_year == Money(12 * 1199, "EUR")


def test_what_has_ended_does_not_overlap() -> None:
    assert not overlapping(
        ("spotify", 1099, "leisure.streaming"), ("deezer", 1199, "leisure.streaming"), until=10
    )


def test_the_finding_stays_the_same_while_payments_go_on() -> None:
    story = Story()
    ids = []
    for day in monthly("2024-01-03", 18):
        story.pay(day, -1099, "spotify", "leisure.streaming").pay(day, -1199, "deezer", "leisure.streaming")
        found = overlaps(streams(story.postings(), day, TAXONOMY), day, TAXONOMY)
        ids += [one.id for one in found]
    assert len(ids) > 12
    assert len(set(ids)) == 1


class TestPriceRises:
    def rise(self, old: int, new: int, months_ago: int) -> list[Insight]:
        days = monthly("2023-01-09", 30)
        story = Story().pay_each(days[:-months_ago], -old, "films", "leisure.streaming")
        story.pay_each(days[-months_ago:], -new, "films", "leisure.streaming")
        return price_rises(streams(story.postings(), TODAY, TAXONOMY), TODAY)

    def test_a_rise_costs_so_much_a_year(self) -> None:
        (found,) = self.rise(1099, 1299, 4)
        assert found.message == PriceRise(
            "films", Money(1099, "EUR"), Money(1299, "EUR"), date(2025, 3, 9), Money(2400, "EUR")
        )
        assert found.money_a_year == Money(2400, "EUR")
        assert found.evidence == (26, 27)

    def test_a_rise_seen_once_is_less_sure(self) -> None:
        assert self.rise(1099, 1299, 1)[0].confidence < self.rise(1099, 1299, 2)[0].confidence

    def test_cheaper_is_no_rise(self) -> None:
        assert self.rise(1299, 1099, 4) == []

    def test_a_rise_of_long_ago_is_no_news(self) -> None:
        assert self.rise(1099, 1299, 14) == []

    def test_more_pay_is_no_price_rise(self) -> None:
        days = monthly("2023-01-09", 30)
        story = Story().pay_each(days[:-4], 250000, "employer", "income.salary")
        story.pay_each(days[-4:], 270000, "employer", "income.salary")
        (salary,) = streams(story.postings(), TODAY, TAXONOMY)
        assert salary.change is not None
        assert price_rises([salary], TODAY) == []
