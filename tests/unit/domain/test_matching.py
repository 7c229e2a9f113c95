"""Pure rules: when two lines, or two account keys, are one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine.domain import matching
from edge_engine.domain.matching import Fit, Line, Sign, same_account, similar, words
from edge_engine.domain.transaction import Status

SPAN = (0, 100)


def a_line(
    text: str = "SHOP",
    *,
    day: int = 10,
    amount: int = -100,
    feed: int = 1,
    id: str = "",  # noqa: A002 - reads as a statement does
    replaces: str = "",
    merchant: str = "",
    value: int | None = None,
    currency: str = "GBP",
    pending: bool = False,
) -> Line:
    status = Status.PENDING if pending else Status.POSTED
    return Line(day, value, amount, currency, status, feed, id, replaces, merchant, text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TESCO STORES 6143 LONDON", "Tesco"),
        ("CARD PURCHASE TESCO STOR", "TESCO STORES"),
        ("TESCOSTORES 12", "TESCO STORES"),
        ("SQ *BLUE BOTTLE COFFEE", "BLUE BOTTLE COFFEE OAKLAND CA"),
        ("Kartenzahlung REWE SAGT DANKE 4411", "REWE SAGT DANKE"),
        ("Überweisung Müller GmbH", "MÜLLER GMBH"),
    ],
)
def test_texts_that_name_one_merchant(one: str, other: str) -> None:
    assert similar(a_line(one), a_line(other))
    assert similar(a_line(other), a_line(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SPOTIFY", "NETFLIX"),
        ("ROSSMANN 3040 MAINZ", "CAFE KUPFERKESSEL MAINZ"),
        ("CARD PAYMENT", "CARD PAYMENT"),
        ("", ""),
        ("1234", "1234"),
    ],
)
def test_texts_that_do_not(one: str, other: str) -> None:
    assert not similar(a_line(one), a_line(other))


def test_a_merchant_key_decides_unless_it_names_nobody() -> None:
    assert similar(a_line("X1", merchant="blue bottle"), a_line("Y2", merchant="blue bottle"))
    assert not similar(a_line("X1", merchant="card payment"), a_line("Y2", merchant="card payment"))


def test_banking_words_and_numbers_name_nobody() -> None:
    assert words("Card payment to TESCO 6143 REF AB12") == {"tesco"}


def test_a_pending_line_goes_to_the_booking_closest_after_it() -> None:
    pending = [a_line(day=1), a_line(day=3)]
    booked = [a_line(day=2), a_line(day=4)]
    assert matching.settled(pending, booked, Sign.AMOUNT) == [(0, 0), (1, 1)]


@pytest.mark.parametrize(("day", "settles"), [(8, False), (9, True), (10, True), (17, True), (18, False)])
def test_a_booking_comes_within_a_week(day: int, settles: bool) -> None:  # noqa: FBT001
    assert bool(matching.settled([a_line()], [a_line(day=day)], Sign.AMOUNT)) is settles


@pytest.mark.parametrize(
    ("amount", "settles"), [(-96, False), (-97, True), (-130, True), (-131, False), (100, False)]
)
def test_a_final_amount_is_near_the_announced_one(amount: int, settles: bool) -> None:  # noqa: FBT001
    assert bool(matching.settled([a_line()], [a_line(amount=amount)], Sign.FINAL_AMOUNT)) is settles


def test_incoming_money_gets_no_tip() -> None:
    assert not matching.settled([a_line(amount=100)], [a_line(amount=110)], Sign.FINAL_AMOUNT)


def test_identifiers_mean_something_within_one_feed_only() -> None:
    pending = [a_line("A", id="7")]
    assert matching.settled(pending, [a_line("B", id="9", replaces="7", amount=-5)], Sign.IDENTIFIER)
    assert not matching.settled(pending, [a_line("B", id="9", replaces="7", feed=2)], Sign.IDENTIFIER)
    assert not matching.settled(pending, [a_line("B", id="9", replaces="7", day=60)], Sign.IDENTIFIER)


def test_currencies_do_not_mix() -> None:
    euro = a_line(currency="EUR")
    assert not matching.settled([a_line()], [euro], Sign.AMOUNT)
    assert not matching.same_in_both([a_line()], [euro._replace(feed=2)], SPAN, {})


def test_the_same_day_and_text_comes_before_the_same_day() -> None:
    stored = [a_line("SHELL"), a_line("TESCO")]
    told = [a_line("Tesco", feed=2), a_line("Garage", feed=2)]
    assert sorted(matching.same_in_both(stored, told, SPAN, {1: SPAN})) == [(0, 1), (1, 0)]


@pytest.mark.parametrize(
    ("day", "text", "known"),
    [(10, "OTHER", True), (11, "OTHER", True), (12, "OTHER", False), (14, "SHOP", True), (15, "SHOP", False)],
)
def test_how_far_two_feeds_may_be_apart(day: int, text: str, known: bool) -> None:  # noqa: FBT001
    assert bool(matching.same_in_both([a_line()], [a_line(text, day=day, feed=2)], SPAN, {1: SPAN})) is known


def test_days_apart_count_only_where_both_feeds_tell_both() -> None:
    told = [a_line(day=11, feed=2)]
    assert not matching.same_in_both([a_line()], told, (11, 100), {1: SPAN})
    assert not matching.same_in_both([a_line()], told, SPAN, {1: (0, 10)})


def test_only_what_is_good_enough_is_matched() -> None:
    told = [a_line("OTHER", feed=2)]
    assert not matching.same_in_both([a_line()], told, SPAN, {1: SPAN}, (Fit.DAY_AND_TEXT,))


def test_one_identifier_in_two_feeds_is_one_transaction() -> None:
    told = [a_line("X", day=13, id="REF1", feed=2)]
    assert matching.same_in_both([a_line("Y", id="REF1")], told, (13, 13), {1: (10, 10)})


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=30))
def test_every_line_is_used_at_most_once(pairs: list[tuple[int, int]]) -> None:
    chosen = matching.one_to_one(((i + j, False, 0), i, j) for i, j in pairs)
    assert len({i for i, _ in chosen}) == len({j for _, j in chosen}) == len(chosen)
    assert set(chosen) <= set(pairs)
    # Nothing that could still be paired is left.
    left, right = {i for i, _ in chosen}, {j for _, j in chosen}
    assert all(i in left or j in right for i, j in pairs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("DE89370400440532013000", "37040044/532013000"),
        ("DE89 3704 0044 0532 0130 00", "37040044/0532013000"),
        ("GB29NWBK60161331926819", "60-16-13/31926819"),
        ("GB29NWBK60161331926819", "NWBK/31926819"),
        ("FR1420041010050500013M02606", "20041/FR1420041010050500013M02606"),
        ("NL91ABNA0417164300", "ABNA/417164300"),
        ("NL91ABNA0417164300", "417164300"),
        ("200000/12345678", "12345678"),
        ("20-00-00/12345678", "200000/12345678"),
        ("ES9121000418450200051332", "21000418/0200051332"),
        ("20-00-0012345678", "200000/12345678"),
        ("600000-12345678", "600000/12345678"),
        ("032000123456", "032000/123456"),
        ("12-3456-0123456-50", "12-3456/0123456-50"),
    ],
)
def test_keys_of_one_account(one: str, other: str) -> None:
    assert same_account(one, other)
    assert same_account(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("DE89370400440532013000", "37040044/532013001"),
        ("DE89370400440532013000", "50010517/532013000"),
        ("DE89370400440532013000", "DE02120300000000202051"),
        ("DE89370400440532013000", "3000"),
        ("200000/12345678", "300000/12345678"),
        ("card/1234", "other/1234"),
        ("1234", "bank/1234"),
        ("", ""),
        ("plaid-Abc12345", "12345"),
        ("600000-12345678", "600001/12345678"),
        ("12/345678", "12345678"),
        ("20000012345678", "2000001/2345679"),
    ],
)
def test_keys_of_different_accounts(one: str, other: str) -> None:
    assert not same_account(one, other)
    assert not same_account(other, one)
