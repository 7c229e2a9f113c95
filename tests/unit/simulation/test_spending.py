"""What many households' days look like together."""

from __future__ import annotations

from collections import Counter

import pytest

from edge_engine.domain.transaction import Channel
from edge_engine.simulation.dice import half_up
from edge_engine.simulation.household import Household, Posting, Role


def _lines(street: list[Household], leaf: str) -> list[Posting]:
    return [p for household in street for p in household.postings if p.leaf == leaf and p.stream is None]


def test_groceries_are_a_saturday_thing_and_coffee_is_not(street: list[Household]) -> None:
    groceries = Counter(p.purchased.weekday() for p in _lines(street, "food.groceries") if p.event is None)
    coffee = Counter(p.purchased.weekday() for p in _lines(street, "dining.coffee") if p.event is None)
    assert groceries.most_common(1)[0][0] == 5
    assert groceries[5] > 1.4 * groceries[1]
    assert coffee[2] > 1.5 * coffee[6]


def test_coffee_comes_in_the_morning_and_bars_at_night(street: list[Household]) -> None:
    coffee = [p.minute // 60 for p in _lines(street, "dining.coffee") if p.event is None]
    bars = [p.minute // 60 for p in _lines(street, "dining.bars") if p.event is None]
    assert sum(hour < 12 for hour in coffee) > 0.6 * len(coffee)
    assert all(hour >= 18 for hour in bars)


def test_december_is_dearer_than_february(street: list[Household]) -> None:
    gifts = ("shopping.gifts_jewelry", "shopping.sports_hobbies", "shopping.general", "shopping.clothing")
    spent: Counter[int] = Counter()
    for leaf in gifts:
        for posting in _lines(street, leaf):
            spent[posting.purchased.month] -= posting.amount
    assert spent[12] > 1.5 * spent[2]


def test_heating_costs_more_in_winter(street: list[Household]) -> None:
    winter = summer = 0
    for household in street:
        by_id = {posting.id: posting for posting in household.postings}
        cold, warm = {12, 1, 2}, {6, 7, 8}
        if household.country == "AU":
            cold, warm = warm, cold
        for stream in household.streams:
            if stream.varies and stream.id in {"energy", "gas"}:
                for name in stream.postings:
                    posting = by_id[name]
                    winter -= posting.amount * (posting.day.month in cold)
                    summer -= posting.amount * (posting.day.month in warm)
    assert summer > 0
    assert winter > 1.8 * summer


def test_abroad_is_paid_in_foreign_money_at_a_plain_rate(street: list[Household]) -> None:
    rates: dict[str, list[float]] = {}
    for household in street:
        for posting in household.postings:
            if posting.foreign is not None:
                assert posting.foreign.currency != household.currency
                assert posting.event is not None
                assert posting.event.startswith("holiday")
                assert (posting.foreign.minor < 0) is (posting.amount < 0)
                pair = household.currency + posting.foreign.currency
                rates.setdefault(pair, []).append(posting.foreign.minor / posting.amount)
    assert len(rates) > 5
    for found in rates.values():
        assert max(found) / min(found) < 1.15


def test_foreign_fees_are_a_share_of_what_they_are_for(street: list[Household]) -> None:
    for household in street:
        abroad = {
            (p.purchased, p.minute, -max(1, half_up(-p.amount * 29, 1000)))
            for p in (*household.postings, *household.pending)
            if p.foreign is not None
        }
        fees = [p for p in household.postings if p.leaf == "finance.bank_fees" and p.event is not None]
        assert all((fee.purchased, fee.minute, fee.amount) in abroad for fee in fees)


def test_nobody_shops_at_home_while_away(street: list[Household]) -> None:
    for household in street:
        for event in household.events:
            if event.id.startswith("holiday"):
                at_home = [
                    p
                    for p in household.postings
                    if event.first < p.purchased < event.last
                    and p.leaf == "food.groceries"
                    and p.stream is None
                ]
                assert all(p.event == event.id for p in at_home)


def test_refunds_come_later_and_never_exceed_the_price(street: list[Household]) -> None:
    seen = 0
    for household in street:
        by_id = {posting.id: posting for posting in household.postings}
        for event in household.events:
            if event.kind.value == "refund" and len(event.postings) == 2:
                bought, back = (by_id[name] for name in event.postings)
                if bought.amount > 0:
                    continue
                assert 0 < back.amount <= -bought.amount
                assert back.purchased > bought.purchased
                assert back.leaf == "income.refund"
                seen += 1
    assert seen > 50


def test_cash_is_round_and_from_a_machine(street: list[Household]) -> None:
    cash = [p for p in _lines(street, "transfers.cash") if p.foreign is None and p.event is None]
    assert len(cash) > 200
    assert all(p.amount % 1000 == 0 and p.channel is Channel.CASH for p in cash)
    assert all(p.account is not Role.CARD for p in cash)


def test_an_overdraft_costs_interest_or_fees(street: list[Household]) -> None:
    charged = {
        "GB": "finance.interest",
        "DE": "finance.interest",
        "US": "finance.bank_fees",
        "AU": "finance.interest",
    }
    deep = 0
    for household in street:
        leaf = charged[household.country]
        for role in (Role.CURRENT, Role.JOINT):
            days = household.balance_by_day[role]
            if sum(-balance for balance in days[:-40] if balance < 0) > 1_000_000:
                deep += 1
                lines = [p for p in household.postings if p.account is role and p.leaf == leaf]
                assert lines
    assert deep > 3


@pytest.mark.parametrize(
    ("country", "words"),
    [
        ("GB", ("TESCO", "LNK ", "DELIVEROO", "COUNCIL")),
        ("US", ("KROGER", "PPD ID:", "AMZN Mktp US*", "Online Transfer")),
        ("DE", ("SAGT DANKE", "//", "Uebertrag", "RUNDFUNK")),
    ],
)
def test_statements_speak_as_the_countrys_banks_do(
    street: list[Household], country: str, words: tuple[str, ...]
) -> None:
    texts = {p.text for household in street if household.country == country for p in household.postings}
    for word in words:
        assert any(word in text for text in texts), word


def test_no_text_has_a_hole_left(street: list[Household]) -> None:
    for household in street:
        for posting in (*household.postings, *household.pending):
            assert "{" not in posting.text + posting.counterparty, posting
            assert posting.text == " ".join(posting.text.split())
            assert posting.text.isprintable()
            assert len(posting.text) < 100
