"""A bank's feed: each line is told once, and balances with it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from edge_engine.domain.transaction import Account, Balance, Event, Record
from edge_engine.simulation.bank_feed import BankFeed

if TYPE_CHECKING:
    from edge_engine.simulation.household import Household


def test_every_line_is_told_once_whenever_the_feed_is_asked(demo: Household) -> None:
    feed = BankFeed(demo)
    told = []
    day = demo.start
    while day < demo.end:
        told += feed.until(day)
        day += timedelta(days=11)
    told += feed.until(demo.end)
    told += feed.until(demo.end)
    records = [one for one in told if isinstance(one, Record)]
    assert [one.external_id for one in records] == [one.id for one in demo.postings]
    assert len([one for one in told if isinstance(one, Account)]) == len(demo.accounts)


def test_balances_are_those_of_the_end_of_the_day(demo: Household) -> None:
    day = demo.start + timedelta(days=100)
    told = [one for one in BankFeed(demo).until(day) if isinstance(one, Balance)]
    keys = {account.key: role for role, account in demo.accounts.items()}
    assert {one.account for one in told} == set(keys)
    for one in told:
        assert one.day == day
        assert one.amount.minor == demo.balance_by_day[keys[one.account]][100]


def test_what_happened_in_the_app_is_told_once_beside_it(demo: Household) -> None:
    feed = BankFeed(demo)
    feed.until(demo.end)
    happened = Event(at=1, name="app.opened")
    feed.add(happened)
    assert feed.until(demo.end) == [happened]
    assert feed.until(demo.end) == []


def test_lines_within_some_days_are_counted(demo: Household) -> None:
    feed, day = BankFeed(demo), demo.start + timedelta(days=30)
    assert feed.booked(demo.start, demo.end) == len(demo.postings)
    assert feed.booked(demo.start, day) + feed.booked(day + timedelta(1), demo.end) == len(demo.postings)
