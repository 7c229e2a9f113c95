"""One truth: what a person who reads the statements would call one transaction is stored once."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tests.fakes.told import Story, file, line

if TYPE_CHECKING:
    from edge_engine.domain.transaction import Record


@pytest.fixture
def story() -> Story:
    return Story()


# -- the same file again -----------------------------------------------------------------------------------------


def test_the_same_file_again_adds_nothing(story: Story) -> None:
    lines = [line(0, -250, "COFFEE"), line(0, -250, "COFFEE"), line(1, -4200, "GROCER", id="a1")]
    assert len(story.tell(*lines).ids) == 3
    again = story.tell(*lines)
    assert (again.ids, again.updated, again.duplicates) == ([], 0, 3)


def test_two_equal_purchases_on_one_day_are_two(story: Story) -> None:
    story.tell(line(0, -250, "COFFEE"), line(0, -250, "COFFEE"))
    assert story.lines() == [(0, -250, "COFFEE", ""), (0, -250, "COFFEE", "")]


def test_a_purchase_made_after_the_first_download_is_added_by_the_second(story: Story) -> None:
    story.tell(line(0, -250, "COFFEE"))
    done = story.tell(line(0, -250, "COFFEE"), line(0, -250, "COFFEE"))
    assert (len(done.ids), done.duplicates) == (1, 1)


def test_overlapping_files_add_only_what_is_new(story: Story) -> None:
    lines = [line(day, -100 - day, f"SHOP {day}") for day in range(20)]
    assert len(story.tell(*lines[:12]).ids) == 12
    done = story.tell(*lines[8:])
    assert (len(done.ids), done.duplicates) == (8, 4)


def test_a_file_in_descending_order_is_the_same_file(story: Story) -> None:
    lines = [line(day, -250, "COFFEE") for day in (0, 0, 1, 2, 2, 2)]
    story.tell(*lines)
    assert story.tell(*reversed(lines)).ids == []


def test_rows_of_a_descending_file_are_numbered_by_day(story: Story) -> None:
    done = story.tell(*(line(day, -day, f"SHOP {day}") for day in (5, 4, 3, 1)))
    assert [transaction.record.amount.minor for transaction in done.transactions] == [-1, -3, -4, -5]
    assert done.ids == sorted(done.ids)


def test_one_fingerprint_twice_in_a_batch_is_one(story: Story) -> None:
    told = file(line(0, -250, "COFFEE", id="x"))
    done = story.add(told + told)
    assert (len(done.ids), done.duplicates) == (1, 1)


def test_one_fingerprint_pending_and_booked_in_a_batch_is_booked(story: Story) -> None:
    pending = file(line(0, -250, "COFFEE", pending=True))
    booked = file(line(0, -250, "COFFEE"))
    done = story.add(pending + booked)
    assert (len(done.ids), done.duplicates) == (1, 1)
    assert story.lines() == [(0, -250, "COFFEE", "")]


# -- pending becomes booked --------------------------------------------------------------------------------------


def test_pending_becomes_booked_by_the_banks_word(story: Story) -> None:
    story.tell(line(0, -5000, "PENDING 8812", pending=True, id="p1"))
    done = story.tell(line(2, -6000, "TRATTORIA DA ENZO", id="b1", replaces="p1"))
    assert (done.ids, done.updated) == ([], 1)
    assert story.lines() == [(2, -6000, "TRATTORIA DA ENZO", "")]


def test_the_row_keeps_its_identity(story: Story) -> None:
    first = story.tell(line(0, -5000, "TRATTORIA", pending=True, id="p1"))
    done = story.tell(line(2, -5000, "TRATTORIA DA ENZO", id="b1", replaces="p1"))
    assert done.updated_ids == first.ids
    assert done.updated_transactions[0].record.description == "TRATTORIA DA ENZO"


def test_a_purchase_abroad_is_announced_in_the_shops_currency(story: Story) -> None:
    story.tell(line(0, -5000, "TRATTORIA", pending=True, id="p1", currency="EUR"))
    done = story.tell(line(2, -4391, "TRATTORIA ROMA", id="b1", replaces="p1"))
    assert (done.ids, done.updated) == ([], 1)
    assert story.rows("SELECT amount, currency FROM txn") == [(-4391, "GBP")]


def test_pending_becomes_booked_under_the_same_identifier(story: Story) -> None:
    story.tell(line(0, -5000, "TRATTORIA", pending=True, id="t1"))
    done = story.tell(line(2, -5000, "DA ENZO ROMA", id="t1"))
    assert (done.ids, done.updated) == ([], 1)


def test_pending_becomes_booked_with_nothing_else_changed(story: Story) -> None:
    story.tell(line(0, -5000, "TRATTORIA", pending=True))
    done = story.tell(line(0, -5000, "TRATTORIA"))
    assert (done.ids, done.updated, done.duplicates) == ([], 1, 0)
    assert story.lines() == [(0, -5000, "TRATTORIA", "")]


def test_a_redownloaded_file_lists_booked_what_was_pending(story: Story) -> None:
    story.tell(line(0, -900, "GROCER 12"), line(1, -4210, "PENDING TESCO STORES", pending=True))
    done = story.tell(line(0, -900, "GROCER 12"), line(3, -4210, "TESCO STORES 6143 LONDON"))
    assert (done.ids, done.updated, done.duplicates) == ([], 1, 1)
    assert story.lines() == [(0, -900, "GROCER 12", ""), (3, -4210, "TESCO STORES 6143 LONDON", "")]


def test_a_pending_line_that_names_nobody_is_settled_by_its_amount(story: Story) -> None:
    story.tell(line(1, -4210, "CARD PAYMENT PENDING", pending=True))
    assert story.tell(line(2, -4210, "TESCO STORES 6143")).updated == 1


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_files_may_come_in_any_order(story: Story, order: tuple[int, ...]) -> None:
    files: list[list[Record]] = [
        [line(0, -900, "GROCER 12"), line(1, -4210, "TESCO STORES", pending=True)],
        [line(0, -900, "GROCER 12"), line(2, -4210, "TESCO STORES 6143 LONDON"), line(2, -300, "BUS")],
        [line(2, -4210, "TESCO STORES 6143 LONDON"), line(2, -300, "BUS"), line(8, -700, "BOOKS")],
    ]
    for index in order:
        story.tell(*files[index])
    assert story.lines() == [
        (0, -900, "GROCER 12", ""),
        (2, -300, "BUS", ""),
        (2, -4210, "TESCO STORES 6143 LONDON", ""),
        (8, -700, "BOOKS", ""),
    ]
    for lines in files:
        done = story.tell(*lines)
        assert (done.ids, done.updated) == ([], 0)


def test_a_pending_line_that_the_file_still_lists_is_not_the_booked_one(story: Story) -> None:
    story.tell(line(1, -250, "COFFEE HOUSE", pending=True))
    done = story.tell(line(1, -250, "COFFEE HOUSE 7"), line(1, -250, "COFFEE HOUSE", pending=True))
    assert (len(done.ids), done.updated, done.duplicates) == (1, 0, 1)


def test_of_two_pending_lines_one_booking_settles_one(story: Story) -> None:
    story.tell(line(1, -250, "COFFEE", pending=True), line(1, -250, "COFFEE", pending=True))
    assert story.tell(line(2, -250, "COFFEE"), line(1, -250, "COFFEE", pending=True)).updated == 1
    assert story.lines() == [(1, -250, "COFFEE", "pending"), (2, -250, "COFFEE", "")]
    assert story.tell(line(2, -250, "COFFEE"), line(2, -250, "COFFEE")).updated == 1
    assert story.lines() == [(2, -250, "COFFEE", ""), (2, -250, "COFFEE", "")]


def test_another_merchant_of_the_same_amount_is_another_transaction(story: Story) -> None:
    story.tell(line(1, -999, "SPOTIFY", pending=True))
    done = story.tell(line(2, -999, "NETFLIX"))
    assert (len(done.ids), done.updated) == (1, 0)


def test_a_booking_long_after_is_another_transaction(story: Story) -> None:
    story.tell(line(0, -999, "SPOTIFY", pending=True))
    assert len(story.tell(line(9, -999, "SPOTIFY")).ids) == 1


def test_a_tip_changes_the_amount_of_a_card_payment(story: Story) -> None:
    story.tell(line(0, -5000, "TRATTORIA DA ENZO", pending=True))
    done = story.tell(line(2, -6000, "TRATTORIA DA ENZO ROMA"))
    assert (done.ids, done.updated) == ([], 1)
    assert story.lines() == [(2, -6000, "TRATTORIA DA ENZO ROMA", "")]


@pytest.mark.parametrize(("minor", "text"), [(-7000, "TRATTORIA"), (-4000, "TRATTORIA"), (-6000, "OSTERIA")])
def test_more_than_a_tip_is_another_transaction(story: Story, minor: int, text: str) -> None:
    story.tell(line(0, -5000, "TRATTORIA", pending=True))
    assert len(story.tell(line(2, minor, text)).ids) == 1


def test_the_exact_amount_comes_before_a_tip(story: Story) -> None:
    story.tell(line(0, -5000, "TRATTORIA", pending=True))
    story.tell(line(1, -5500, "TRATTORIA"), line(2, -5000, "TRATTORIA"))
    assert story.lines() == [(1, -5500, "TRATTORIA", ""), (2, -5000, "TRATTORIA", "")]


def test_a_booking_names_the_pending_line_it_replaces_and_settles_no_other(story: Story) -> None:
    story.tell(line(0, -300, "BUS", pending=True, id="p1"), line(0, -300, "BUS", pending=True, id="p2"))
    done = story.tell(
        line(1, -300, "BUS", id="b2", replaces="p2"), line(0, -300, "BUS", pending=True, id="p1")
    )
    assert done.updated == 1
    assert story.rows("SELECT external_id, status FROM txn ORDER BY id") == [("p1", 1), ("b2", 0)]


def test_pending_and_booked_in_one_file_are_one(story: Story) -> None:
    lines = [
        line(2, -6000, "TRATTORIA", id="b1", replaces="p1"),
        line(0, -5000, "TRATTORIA", pending=True, id="p1"),
    ]
    done = story.tell(*lines)
    assert (len(done.ids), done.duplicates) == (1, 1)
    assert story.lines() == [(2, -6000, "TRATTORIA", "")]
    assert story.tell(*lines).duplicates == 2


def test_one_identifier_for_all_pending_lines_identifies_none(story: Story) -> None:
    story.tell(line(0, -500, "BAKER", pending=True, id="0"), line(0, -900, "BUTCHER", pending=True, id="0"))
    done = story.tell(line(1, -700, "CHEMIST", id="0"))
    assert len(done.ids) == 1
    assert len(story.lines()) == 3


def test_a_pending_line_told_again_with_another_amount_is_the_same(story: Story) -> None:
    story.tell(line(0, -100, "PETROL STATION", pending=True, id="p1"))
    done = story.tell(line(1, -4512, "PETROL STATION", pending=True, id="p1"))
    assert (done.ids, done.updated) == ([], 1)
    assert story.lines() == [(1, -4512, "PETROL STATION", "pending")]


def test_an_older_file_does_not_bring_back_what_was_booked_since(story: Story) -> None:
    older = [line(0, -900, "GROCER 12"), line(1, -4210, "TESCO STORES", pending=True)]
    story.tell(*older)
    story.tell(line(0, -900, "GROCER 12"), line(3, -4210, "TESCO STORES 6143"))
    done = story.tell(*older)
    assert (done.ids, done.updated, done.duplicates) == ([], 0, 2)


def test_a_pending_purchase_beside_a_booked_one_is_new(story: Story) -> None:
    story.tell(line(0, -250, "COFFEE"), line(3, -100, "BUS"))
    done = story.tell(line(0, -250, "COFFEE"), line(3, -100, "BUS"), line(3, -250, "COFFEE", pending=True))
    assert len(done.ids) == 1


# -- announced and never booked ----------------------------------------------------------------------------------


def test_what_its_bank_lets_go_is_taken_out(story: Story) -> None:
    story.tell(line(0, -900, "GROCER"), line(1, -20000, "HOTEL DEPOSIT", pending=True))
    done = story.tell(line(0, -900, "GROCER"), line(16, -300, "BUS"))
    assert (len(done.ids), done.released) == (1, 1)
    assert story.lines() == [(0, -900, "GROCER", ""), (16, -300, "BUS", "")]


def test_what_was_let_go_does_not_come_back_with_an_older_file(story: Story) -> None:
    older = [line(0, -900, "GROCER"), line(1, -20000, "HOTEL DEPOSIT", pending=True)]
    story.tell(*older)
    story.tell(line(0, -900, "GROCER"), line(16, -300, "BUS"))
    assert story.tell(*older).ids == []
    booked = story.tell(line(1, -20000, "HOTEL DEPOSIT"))
    assert len(booked.ids) == 1


def test_what_is_still_announced_long_after_stays(story: Story) -> None:
    story.tell(line(0, -900, "GROCER"), line(1, -20000, "HOTEL DEPOSIT", pending=True))
    later = [line(0, -900, "GROCER"), line(1, -20000, "HOTEL DEPOSIT", pending=True), line(16, -300, "BUS")]
    assert story.tell(*later).released == 0
    assert len(story.lines()) == 3


def test_silence_of_a_file_that_begins_later_means_nothing(story: Story) -> None:
    story.tell(line(1, -20000, "HOTEL DEPOSIT", pending=True))
    assert story.tell(line(20, -300, "BUS"), line(40, -300, "BUS")).released == 0


def test_what_is_let_go_takes_its_category_with_it(story: Story) -> None:
    (row,) = story.tell(line(1, -20000, "HOTEL DEPOSIT", pending=True)).ids
    with story.vault.writing() as writer:
        writer.correct(row, 7, only_this=True)
    assert story.tell(line(0, -900, "GROCER"), line(16, -300, "BUS")).released == 1
    assert story.rows("SELECT count(*) FROM categorization") == [(0,)]
    assert story.rows("SELECT count(*) FROM correction") == [(0,)]


# -- two feeds of one account ------------------------------------------------------------------------------------


def test_the_same_line_of_another_feed_is_known(story: Story) -> None:
    story.tell(line(0, -4210, "TESCO STORES 6143", id="FIT1"), feed="ofx")
    done = story.tell(line(0, -4210, "Card payment to Tesco"), feed="csv")
    assert (done.ids, done.duplicates) == ([], 1)


def test_the_other_feed_again_adds_nothing(story: Story) -> None:
    ofx = [line(0, -250, "COFFEE", id="1"), line(0, -250, "COFFEE", id="2"), line(1, -250, "COFFEE", id="3")]
    csv = [line(0, -250, "Cafe"), line(0, -250, "Cafe"), line(1, -250, "Cafe")]
    story.tell(*ofx, feed="ofx")
    for _ in range(2):
        assert story.tell(*csv, feed="csv").ids == []
        assert story.tell(*ofx, feed="ofx").ids == []


def test_feeds_are_matched_one_to_one(story: Story) -> None:
    story.tell(line(0, -250, "COFFEE", id="1"), feed="ofx")
    done = story.tell(line(0, -250, "Cafe"), line(0, -250, "Cafe"), line(0, -250, "Cafe"), feed="csv")
    assert (len(done.ids), done.duplicates) == (2, 1)


def test_text_says_which_of_two_equal_amounts_is_meant(story: Story) -> None:
    story.tell(line(0, -1000, "SHELL OIL 123", id="1"), feed="ofx")
    story.tell(line(0, -1000, "Tesco"), line(0, -1000, "Shell"), feed="csv")
    assert story.lines() == [(0, -1000, "SHELL OIL 123", ""), (0, -1000, "Tesco", "")]


def test_a_line_of_one_feed_is_claimed_once(story: Story) -> None:
    story.tell(line(0, -250, "COFFEE", id="1"), feed="ofx")
    story.tell(line(0, -250, "Cafe one"), feed="csv")
    assert len(story.tell(line(0, -250, "Cafe two"), feed="csv").ids) == 1


def test_booking_day_of_one_feed_is_value_day_of_the_other(story: Story) -> None:
    story.tell(line(3, -250, "COFFEE", value=1, id="1"), feed="camt053")
    assert story.tell(line(1, -250, "Cafe"), feed="csv").ids == []


def test_days_may_differ_where_both_feeds_tell_both(story: Story) -> None:
    story.tell(
        line(0, -99, "START", id="0"),
        line(4, -250, "COFFEE", id="1"),
        line(9, -98, "END", id="2"),
        feed="ofx",
    )
    done = story.tell(line(0, -99, "Start"), line(3, -250, "Cafe Coffee"), line(9, -98, "End"), feed="csv")
    assert (done.ids, done.duplicates) == ([], 3)


def test_months_in_different_formats_meet_without_merging(story: Story) -> None:
    story.tell(line(0, -280, "BUS FARE", id="1"), line(1, -280, "BUS FARE", id="2"), feed="ofx")
    assert len(story.tell(line(2, -280, "Bus fare"), line(3, -280, "Bus fare"), feed="csv").ids) == 2


def test_a_pending_line_of_one_feed_is_booked_by_another_and_then_by_its_own(story: Story) -> None:
    story.tell(line(0, -99, "START", id="0"), line(4, -4210, "TESCO", pending=True, id="p"), feed="plaid")
    done = story.tell(line(0, -99, "Start"), line(5, -4210, "Tesco Stores"), feed="csv")
    assert (done.ids, done.updated, done.duplicates) == ([], 1, 1)
    done = story.tell(line(5, -4210, "Tesco 6143", id="b", replaces="p"), feed="plaid")
    assert (done.ids, done.duplicates) == ([], 1)


def test_two_feeds_announce_one_pending_purchase(story: Story) -> None:
    story.tell(line(4, -4210, "TESCO", pending=True, id="p"), feed="plaid")
    assert story.tell(line(4, -4210, "Tesco Stores", pending=True), feed="csv").ids == []
    assert story.tell(line(5, -4210, "Tesco Stores"), feed="csv").updated == 1
    assert story.lines() == [(5, -4210, "Tesco Stores", "")]


def test_a_feed_with_identifiers_and_the_same_without(story: Story) -> None:
    story.tell(line(0, -250, "COFFEE HOUSE", id="A1"), line(0, -900, "GROCER", id="A2"))
    done = story.tell(line(0, -250, "Coffee House"), line(0, -900, "Grocer"))
    assert done.ids == []


def test_one_layout_with_references_for_some_rows_keeps_both(story: Story) -> None:
    story.tell(line(0, -5000, "CHEQUE", id="1001"))
    assert len(story.tell(line(0, -5000, "GARAGE MILLER")).ids) == 1


def test_what_the_other_feed_knows_more_is_kept(story: Story) -> None:
    story.tell(line(0, -4210, "TESCO", id="1"), feed="ofx")
    story.tell(line(0, -4210, "Tesco", mcc=5411, counterparty="Tesco PLC", hint="csv:groceries"), feed="csv")
    assert story.rows("SELECT mcc, counterparty, hint, description FROM txn") == [
        (5411, "Tesco PLC", "csv:groceries", "TESCO")
    ]


def test_other_accounts_and_currencies_never_match(story: Story) -> None:
    story.tell(line(0, -250, "COFFEE", id="1"), feed="ofx")
    done = story.tell(
        line(0, -250, "COFFEE", account="OTHER"), line(0, -250, "COFFEE", currency="EUR"), feed="csv"
    )
    assert len(done.ids) == 2


def test_a_feed_that_names_the_account_by_its_iban_is_a_feed_of_that_account(story: Story) -> None:
    story.tell(line(0, -250, "COFFEE", account="37040044/532013000", currency="EUR", id="1"), feed="ofx")
    done = story.tell(line(0, -250, "Cafe", account="DE89370400440532013000", currency="EUR"), feed="camt053")
    assert done.ids == []
    assert story.rows("SELECT count(*) FROM account") == [(1,)]


def test_a_pending_line_told_again_in_another_layout_is_not_let_go(story: Story) -> None:
    story.tell(line(0, -5000, "HOTEL", pending=True))
    done = story.tell(line(0, -5000, "HOTEL", pending=True, id="1"), line(14, -300, "BUS"))
    assert (len(done.ids), done.duplicates, done.released) == (1, 1, 0)
