from __future__ import annotations

import pytest

from edge_engine.domain.money import MAX_MINOR, Money
from edge_engine.errors import InputError
from edge_engine.feeds import amounts


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("12.50", 1250),
        ("-12.5", -1250),
        ("12", 1200),
        ("+12,50", 1250),
        ("1,234.56", 123456),
        ("1.234,56", 123456),
        ("1 234,56 €", 123456),
        ("1\u202f234,56\xa0€", 123456),
        ("1'000.00", 100000),
        ("1\u2019000.00", 100000),
        ("1,23,456.78", 12345678),
        ("(12.00)", -1200),
        ("($5.00)", -500),
        ("$(5.00)", -500),
        ("12,50-", -1250),
        ("\u22125,00 EUR", -500),
        ("£3.20", 320),
        ("-£3.20", -320),
        ("£-3.20", -320),
        ("- $ 12.00", -1200),
        ("R$ 1.234,56", 123456),
        ("5 kr", 500),
        ("12.00 CR", 1200),
        ("12.00DR", -1200),
        ("-12.00 DR", -1200),
        ("12,00 S", -1200),
        ("12,00 H", 1200),
        (".50", 50),
        ("12.", 1200),
        ("0.500", 50),
        ("1234,5", 123450),
        ("1.234.567", 123456700),
        ("-45.230000000000004", -4523),
        ("12.339999999999998", 1234),
        ("0", 0),
        ("-0.00", 0),
    ],
)
def test_reads_what_banks_write(text: str, cents: int) -> None:
    assert amounts.parse(text, "EUR") == Money(cents, "EUR")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", "abc", "1e5", "1e999999", "NaN", "sNaN", "Infinity", "-inf", "\u0663\u0664",
        "\uff11\uff12", "1_000", "0x10", "1..2", "1,2,3", "1,23.45.6", "--5", "-(5.00)", "(5.00", "5.00)",
        "EUR 1 EUR", "1 2 3,00", "12.00.00", "1,2345.00", "\u202e12.00", "12\u200b.00", "12.00\x00", "1" * 49,
        "5 EURO", "12.00 XX", "(5.00) CR", "1.5.5", "5%",
    ],
)  # fmt: skip
def test_refuses_what_is_no_amount(text: str) -> None:
    with pytest.raises(InputError):
        amounts.parse(text, "EUR")


@pytest.mark.parametrize("text", ["1,234", "1.234", "-12.345", "$ 1,000"])
def test_a_lone_group_of_three_can_be_read_in_two_ways(text: str) -> None:
    with pytest.raises(InputError, match="two ways"):
        amounts.parse(text, "EUR")


def test_a_known_mark_settles_what_one_amount_leaves_open() -> None:
    assert amounts.minor("1,234", "EUR", ".") == 123400
    assert amounts.minor("1.234", "EUR", ",") == 123400
    assert amounts.minor("1,5", "EUR", ",") == 150
    with pytest.raises(InputError, match="finer"):
        amounts.minor("1.234", "EUR", ".")


def test_money_is_never_rounded_but_the_noise_of_a_float_is() -> None:
    with pytest.raises(InputError, match="finer"):
        amounts.parse("12.345678", "EUR")
    with pytest.raises(InputError, match="finer"):
        amounts.parse("12.3412345678901", "EUR")
    assert amounts.minor("12.3400", "EUR", ".") == 1234


def test_the_exponent_of_the_currency_counts() -> None:
    assert amounts.parse("1,234", "JPY").minor == 1234
    assert amounts.parse("1.234", "KWD").minor == 1234
    with pytest.raises(InputError, match="finer"):
        amounts.parse("12.5", "JPY")
    with pytest.raises(InputError):
        amounts.parse("12.5", "EURO")


def test_amounts_beyond_any_household_are_refused_before_they_become_numbers() -> None:
    largest = f"{MAX_MINOR // 100}.00"
    assert amounts.minor(largest, "EUR") == MAX_MINOR
    for text in (largest.replace(".00", ".01"), "9" * 40, "9" * 15, "-" + "9" * 15, "1" + "0" * 13 + ",00"):
        with pytest.raises(InputError, match="too large"):
            amounts.minor(text, "EUR")


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["1,234", "5.50"], "."),
        (["1.234", "5,50"], ","),
        (["1.234,00"], ","),
        (["12,50", "n/a", "1.000"], ","),
        (["1,234", "56"], "."),
        (["1.234", "56", "2.000"], ","),
        (["1,234", "2,500"], ""),
        (["12", "13"], ""),
        (["1.50", "2,50"], ""),
        ([], ""),
    ],
)
def test_a_column_gives_its_decimal_mark_away(texts: list[str], mark: str) -> None:
    assert amounts.decimal_mark(texts, "EUR") == mark


def test_a_currency_is_named_by_code_or_by_a_sign_that_means_one() -> None:
    assert amounts.currency_of("£12.00") == "GBP"
    assert amounts.currency_of("12,00 zł") == "PLN"
    assert amounts.currency_of("CHF 12.00") == "CHF"
    assert amounts.currency_of("$12.00") == ""
    assert amounts.currency_of("12.00") == ""
    assert amounts.currency_of("no amount £") == ""


def test_direction_words() -> None:
    assert amounts.direction_word("12.00 Cr") == "CR"
    assert amounts.direction_word("12.00 D") == "DR"
    assert amounts.direction_word("12.00") == ""
    assert amounts.direction_word("CR") == ""
