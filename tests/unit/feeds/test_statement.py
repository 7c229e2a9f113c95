"""What bank statement formats share: keys, days, amounts, and the order of a file's items."""

from __future__ import annotations

from datetime import date

import pytest

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Account, Balance, Record, Rejected
from edge_engine.errors import FileRefused, InputError
from edge_engine.feeds import statement
from edge_engine.feeds.statement import Statement, account_key, amount, day, items

HOME = Account(key="NL01BANK0123456789", currency="EUR")


@pytest.mark.parametrize(
    ("number", "bank", "currency", "key"),
    [
        ("nl01 bank 0123 4567 89", "", "EUR", "NL01BANK0123456789"),
        ("NL01BANK0123456789", "BANKNL2A", "EUR", "NL01BANK0123456789"),
        ("1234 567", "10020030", "EUR", "10020030/1234567"),
        ("12.34.56.789", "", "EUR", "123456789"),
        ("61 1090 1014 0000 0712 1981 2874", "", "PLN", "PL61109010140000071219812874"),
        ("61109010140000071219812874", "", "EUR", "61109010140000071219812874"),
        ("", "10020030", "EUR", ""),
    ],
)
def test_account_keys(number: str, bank: str, currency: str, key: str) -> None:
    assert account_key(number, bank, currency=currency) == key


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("300,", "EUR", 30000),
        ("0,4", "EUR", 40),
        ("000000001000,00", "EUR", 100000),
        ("-00000000001500.0000", "USD", -150000),
        ("+115.8331", "USD", 11583),
        ("-197.1063", "USD", -19711),
        ("0.005", "EUR", 1),
        (".5", "EUR", 50),
        ("2700", "JPY", 2700),
        ("2700.4", "JPY", 2700),
        ("1.2345", "KWD", 1235),
        ("0", "EUR", 0),
    ],
)
def test_amounts_are_rounded_half_away_from_zero_to_the_minor_unit(
    text: str, currency: str, minor: int
) -> None:
    assert amount(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "$120",
        "NaN",
        "Infinity",
        "1e999",
        "1,2,3",
        "1.2.3",
        "--1",
        "1 000",
        "\u0661\u0662",
        "1_000",
        ",",
        "+",
        "9" * 17,
        "9" * 16,
        "0" * 49,
        "1" + "0" * 5_000_000,
    ],
)
def test_what_is_no_amount_is_an_error_at_once(text: str) -> None:
    with pytest.raises(InputError):
        amount(text, "EUR")


@pytest.mark.parametrize("currency", ["", "eur", "EU", "EURO", "E1R"])
def test_an_amount_needs_a_currency(currency: str) -> None:
    with pytest.raises(InputError, match="currency"):
        amount("1.00", currency)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20130824080000", date(2013, 8, 24)),
        ("20120720000000.000[-4:EDT]", date(2012, 7, 20)),
        ("2014-12-31T13:15:00+01:00", date(2014, 12, 31)),
        ("2014-12-31+01:00", date(2014, 12, 31)),
    ],
)
def test_a_day_is_the_banks_own_as_written(text: str, expected: date) -> None:
    assert day(text) == expected


@pytest.mark.parametrize(
    "text", ["", "yesterday", "20120231", "201120000000", "00010101", "99991231", "2014-13-01"]
)
def test_what_is_no_day_is_an_error(text: str) -> None:
    with pytest.raises(InputError):
        day(text)


def _record(booked: date, minor: int = 100) -> Record:
    return Record(HOME.key, booked, Money(minor, "EUR"), "x")


def _balance(on: date, minor: int) -> Balance:
    return Balance(HOME.key, on, Money(minor, "EUR"))


def test_an_opening_balance_dated_like_an_entry_is_the_evening_before() -> None:
    first = date(2024, 1, 2)
    same = Statement(HOME, opening=_balance(first, 5), items=[_record(first)])
    earlier = Statement(HOME, opening=_balance(date(2024, 1, 1), 5), items=[_record(first)])
    expected = _balance(date(2024, 1, 1), 5)
    assert list(items([same]))[1] == expected
    assert list(items([earlier]))[1] == expected


def test_an_opening_balance_that_repeats_the_last_closing_one_is_left_out() -> None:
    one = Statement(HOME, opening=_balance(date(2024, 1, 1), 5), closing=_balance(date(2024, 1, 31), 7))
    two = Statement(HOME, opening=_balance(date(2024, 2, 1), 7), closing=_balance(date(2024, 2, 29), 9))
    gap = Statement(HOME, opening=_balance(date(2024, 4, 1), 8), closing=_balance(date(2024, 4, 30), 8))
    found = [item.amount.minor for item in items([one, two, gap]) if isinstance(item, Balance)]
    assert found == [5, 7, 9, 8, 8]


def test_an_account_comes_once_and_before_what_is_in_it() -> None:
    found = list(items([Statement(HOME, items=[_record(date(2024, 1, 1))]), Statement(HOME)]))
    assert found[0] == HOME
    assert found.count(HOME) == 1


def test_a_file_with_no_readable_entry_is_refused_and_one_with_some_is_not() -> None:
    bad = Rejected(1, "the amount is not a number")
    with pytest.raises(FileRefused, match="no transaction"):
        items([Statement(HOME, items=[bad])])
    good = _record(date(2024, 1, 1))
    assert list(items([Statement(HOME, items=[bad]), Statement(HOME, items=[good])])) == [HOME, bad, good]


def test_the_number_of_unreadable_entries_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement, "MAX_REJECTED", 2)
    one = Statement(HOME)
    one.reject(1, "the date is missing")
    one.reject(2, "the date is missing")
    assert [item.row for item in one.items if isinstance(item, Rejected)] == [1, 2]
    with pytest.raises(FileRefused, match="too many"):
        one.reject(3, "the date is missing")


def test_the_number_of_statements_is_bounded() -> None:
    statement.check_count(statement.MAX_STATEMENTS)
    with pytest.raises(FileRefused, match="more statements"):
        statement.check_count(statement.MAX_STATEMENTS + 1)
