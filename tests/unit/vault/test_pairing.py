"""Transfers in the store: halves of different imports, better halves that come later, totals that follow."""

from __future__ import annotations

import pytest

from edge_engine.domain.transaction import AccountKind, Channel
from edge_engine.vault import pairing
from tests.fakes.told import Story, line, named


@pytest.fixture
def story() -> Story:
    told = Story()
    told.accounts(
        named("CURRENT", name="Everyday", bank="Northshire"),
        named("SAVINGS", AccountKind.SAVINGS, "Rainy day", "Harbour"),
        named("JOINT", name="House", bank="Tallgrass"),
    )
    return told


def test_halves_of_one_import(story: Story) -> None:
    story.tell(line(0, -50000, "TO SAVINGS"), line(0, 50000, "FROM CURRENT", account="SAVINGS"))
    assert story.pair() == 1
    assert story.transfers() == [("TO SAVINGS", "FROM CURRENT")]


def test_halves_of_different_imports_in_either_order(story: Story) -> None:
    story.tell(line(0, -50000, "TO SAVINGS"))
    assert story.pair() == 0
    story.tell(line(2, 50000, "DEPOSIT", account="SAVINGS"), line(30, 700, "DEPOSIT", account="SAVINGS"))
    assert story.pair(since=2) == 1
    story.tell(line(29, -700, "TO SAVINGS"))
    assert story.pair(since=29) == 1
    assert story.pair() == 0


def test_transfers_are_kept_apart_in_the_totals(story: Story) -> None:
    story.tell(line(0, -50000, "TO SAVINGS"), line(1, 50000, "X", account="SAVINGS"), line(1, -900, "TESCO"))
    story.pair()
    assert story.rows("SELECT internal, sum(inflow), sum(outflow) FROM month_total GROUP BY internal") == [
        (0, 0, 900),
        (1, 50000, 50000),
    ]


def test_a_better_half_takes_the_place_of_a_worse_one(story: Story) -> None:
    story.tell(
        line(0, -50000, "TRANSFER TO TALLGRASS"),
        line(1, 50000, "TRANSFER", account="SAVINGS"),
    )
    assert story.pair() == 1
    story.tell(line(1, 50000, "FROM NORTHSHIRE", account="JOINT"))
    assert story.pair(since=1) == 1
    assert story.transfers() == [("TRANSFER TO TALLGRASS", "FROM NORTHSHIRE")]


def test_a_pair_that_begins_before_the_days_looked_at_stays(story: Story) -> None:
    story.tell(line(0, -50000, "TRANSFER TO SAVINGS"), line(3, 50000, "TRANSFER", account="SAVINGS"))
    assert story.pair() == 1
    story.tell(line(6, -50000, "TRANSFER TO SAVINGS"))
    assert story.pair(since=6) == 0
    assert story.rows("SELECT count(*) FROM transfer") == [(1,)]


def test_only_accounts_that_changed_are_looked_at(story: Story) -> None:
    story.tell(line(0, -50000, "TO SAVINGS"), line(0, 50000, "X", account="SAVINGS"))
    (joint,) = story.rows("SELECT id FROM account WHERE key = 'JOINT'")
    with story.vault.writing() as writer:
        assert writer.pair_transfers([joint[0]], 1) == 0
        assert writer.pair_transfers([], 1) == 0


def test_one_account_has_no_transfers() -> None:
    story = Story()
    story.tell(line(0, -50000, "TRANSFER"), line(0, 50000, "TRANSFER"))
    assert story.pair() == 0


def test_currencies_do_not_mix(story: Story) -> None:
    story.tell(line(0, -50000, "TRANSFER"), line(0, 50000, "TRANSFER", account="SAVINGS", currency="EUR"))
    assert story.pair() == 0


def test_a_chain_over_three_accounts(story: Story) -> None:
    story.tell(
        line(0, -50000, "TRANSFER A"),
        line(0, 50000, "TRANSFER B", account="SAVINGS"),
        line(0, -50000, "TRANSFER C", account="SAVINGS"),
        line(0, 50000, "TRANSFER D", account="JOINT"),
    )
    assert story.pair() == 2
    assert len({text for couple in story.transfers() for text in couple}) == 4


def test_a_settled_half_of_another_amount_leaves_its_transfer(story: Story) -> None:
    story.tell(
        line(0, -50000, "TO SAVINGS", pending=True, id="p1"),
        line(0, 50000, "DEPOSIT", account="SAVINGS", id="s1"),
    )
    assert story.pair() == 1
    story.tell(line(1, -45000, "TO SAVINGS", id="b1", replaces="p1"))
    assert story.transfers() == []
    assert story.rows("SELECT DISTINCT internal FROM month_total") == [(0,)]


def test_a_settled_half_of_another_currency_leaves_its_transfer(story: Story) -> None:
    story.tell(
        line(0, -50000, "TO SAVINGS", pending=True, id="p1"),
        line(0, 50000, "DEPOSIT", account="SAVINGS", id="s1"),
    )
    assert story.pair() == 1
    done = story.tell(line(1, -50000, "TO SAVINGS", id="b1", replaces="p1", currency="EUR"))
    assert done.updated == 1
    assert story.transfers() == []


def test_a_settled_half_of_the_same_amount_stays_in_it(story: Story) -> None:
    story.tell(
        line(0, -50000, "TO SAVINGS", pending=True, id="p1"),
        line(0, 50000, "DEPOSIT", account="SAVINGS", id="s1"),
    )
    story.pair()
    story.tell(line(1, -50000, "TO SAVINGS 7741", id="b1", replaces="p1"))
    assert story.transfers() == [("TO SAVINGS 7741", "DEPOSIT")]


def test_a_half_that_its_bank_lets_go_leaves_its_transfer(story: Story) -> None:
    story.tell(line(1, -50000, "TO SAVINGS", pending=True), line(1, 50000, "DEPOSIT", account="SAVINGS"))
    assert story.pair() == 1
    assert story.tell(line(0, -1, "A"), line(20, -2, "B")).released == 1
    assert story.transfers() == []


def test_long_histories_are_swept(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "_SWEEP", 10)
    lines = [line(day, -1000 - day, f"SHOP {day}") for day in range(60)]
    for day in (3, 30, 55):
        lines += [line(day, -99900, "TO SAVINGS"), line(day, 99900, "DEPOSIT", account="SAVINGS")]
    story.tell(*lines)
    assert story.pair() == 3


def test_a_fee_of_nothing_is_no_half(story: Story) -> None:
    story.tell(line(0, 0, "TRANSFER", channel=Channel.TRANSFER), line(0, 0, "TRANSFER", account="SAVINGS"))
    assert story.pair() == 0
