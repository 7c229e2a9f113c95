"""Money is exact: what is read is what is written, and nothing is rounded in silence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine.domain.money import CODES, EXPONENTS, MAX_MINOR, Money, exponent, parse_plain, plain
from edge_engine.errors import InputError

currencies = st.sampled_from(["EUR", "GBP", "USD", *EXPONENTS]) | st.sampled_from(sorted(CODES))
minors = st.integers(-MAX_MINOR, MAX_MINOR)


@pytest.mark.parametrize(
    ("currency", "digits"),
    [
        ("EUR", 2),
        ("USD", 2),
        ("JPY", 0),
        ("KRW", 0),
        ("KWD", 3),
        ("TND", 3),
        ("CLF", 4),
        ("UYW", 4),
        ("MGA", 2),
    ],
)
def test_the_minor_unit_of_a_currency(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


@pytest.mark.parametrize("currency", ["", "EU", "EURO", "eur", "E1R", "EUR\n", "ÉUR", "ΕUR"])  # noqa: RUF001 - a Greek letter
def test_a_currency_is_three_capital_letters(currency: str) -> None:
    with pytest.raises(InputError):
        exponent(currency)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.50", "EUR", 1250),
        ("-12.5", "EUR", -1250),
        ("+12", "EUR", 1200),
        ("0.00", "EUR", 0),
        ("-0", "EUR", 0),
        ("007", "JPY", 7),
        ("12.000", "JPY", 12),
        ("1.2345", "CLF", 12345),
        ("1.500000000000", "EUR", 150),
        ("1000000000000.00", "EUR", MAX_MINOR),
    ],
)
def test_plain_amounts_are_read(text: str, currency: str, minor: int) -> None:
    assert parse_plain(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        ".",
        "1.",
        ".5",
        "1,5",
        "1 000",
        "1e3",
        "1_000",
        "nan",
        "inf",
        "--1",
        "1.2.3",
        "\u0663",
        "\uff11\uff12",
        "²",
        "1\n",
        "0x1",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="digits"):
        parse_plain(text, "EUR")


@pytest.mark.parametrize(("text", "currency"), [("1.005", "EUR"), ("0.5", "JPY"), ("1.00001", "CLF")])
def test_nothing_is_rounded(text: str, currency: str) -> None:
    with pytest.raises(InputError, match="finer"):
        parse_plain(text, currency)


@pytest.mark.parametrize("text", ["1000000000000.01", "-1000000000000.01", "9999999999999999"])
def test_giant_amounts_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="too large"):
        parse_plain(text, "EUR")


def test_a_longer_number_is_refused_before_it_is_computed() -> None:
    with pytest.raises(InputError):
        parse_plain("9" * 1_000_000, "EUR")


@pytest.mark.parametrize("currency", ["ZZZ", "BTC", "XAU", "XTS"])
def test_a_code_that_is_no_money_is_refused(currency: str) -> None:
    with pytest.raises(InputError, match="not one of ISO 4217"):
        exponent(currency)


def test_current_and_former_currencies_and_none_are_listed() -> None:
    assert {"EUR", "DEM", "EEK", "HRK", "CSK", "SLE", "XCG", "XXX"} | set(EXPONENTS) <= CODES
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in CODES)


@given(minors, currencies)
def test_what_is_written_is_read_back(minor: int, currency: str) -> None:
    assert parse_plain(plain(minor, currency), currency) == Money(minor, currency)


@given(minors, currencies)
def test_the_written_form_has_the_digits_of_its_currency(minor: int, currency: str) -> None:
    _, point, fraction = plain(minor, currency).partition(".")
    assert len(fraction) == exponent(currency)
    assert bool(point) == bool(fraction)
    assert plain(minor, currency).startswith("-") == (minor < 0)


@given(minors, minors, currencies)
def test_addition_is_that_of_integers(one: int, other: int, currency: str) -> None:
    first, second = Money(one, currency), Money(other, currency)
    assert first + second == second + first == Money(one + other, currency)
    assert first - second == -(second - first)
    assert first + -first == Money(0, currency)


@given(st.text(max_size=30), currencies)
def test_any_text_is_read_exactly_or_refused(text: str, currency: str) -> None:
    try:
        money = parse_plain(text, currency)
    except InputError:
        return
    assert abs(money.minor) <= MAX_MINOR
    assert parse_plain(plain(money.minor, currency), currency) == money


def test_currencies_do_not_mix() -> None:
    with pytest.raises(InputError, match="different currencies"):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(InputError, match="different currencies"):
        Money(1, "EUR") - Money(1, "USD")


def test_money_is_a_value() -> None:
    assert Money(150, "EUR") == Money(150, "EUR") != Money(150, "USD")
    assert len({Money(150, "EUR"), Money(150, "EUR")}) == 1
    with pytest.raises(AttributeError):
        Money(1, "EUR").minor = 2  # type: ignore[misc]


def test_money_reads_well() -> None:
    assert [str(Money(-5, "EUR")), str(Money(5, "JPY")), str(Money(1, "KWD"))] == [
        "-0.05 EUR",
        "5 JPY",
        "0.001 KWD",
    ]
