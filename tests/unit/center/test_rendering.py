"""How amounts, days and names are written, and that text stays text."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine.center.rendering import (
    FLUSH,
    category,
    count,
    day,
    environment,
    moment,
    money,
    own_file,
    percent,
    pieces,
    size,
    spoken,
    tied,
    weekday,
)
from edge_engine.domain.money import Money
from edge_engine.insights import words


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [
        (123456, "GBP", "£1,234.56"),
        (-5, "EUR", "\N{MINUS SIGN}€0.05"),
        (0, "USD", "$0.00"),
        (1234567, "JPY", "¥1,234,567"),
        (-1234, "KWD", "\N{MINUS SIGN}1.234\N{NO-BREAK SPACE}KWD"),
        (100, "CHF", "1.00\N{NO-BREAK SPACE}CHF"),
        (10**14, "GBP", "£1,000,000,000,000.00"),
    ],
)
def test_money_is_written_exactly(minor: int, currency: str, written: str) -> None:
    assert money(Money(minor, currency)) == written


def test_what_comes_in_has_a_plus_where_that_is_asked_for() -> None:
    assert money(Money(1, "GBP"), signed=True) == "+£0.01"
    assert money(Money(-1, "GBP"), signed=True) == "\N{MINUS SIGN}£0.01"
    assert money(Money(0, "GBP"), signed=True) == "£0.00"
    assert money(Money(1999, "GBP"), whole=True) == "£19"


@given(st.integers(-(10**14), 10**14), st.sampled_from(["GBP", "JPY", "BHD", "CLF"]))
def test_no_digit_is_lost(minor: int, currency: str) -> None:
    digits = "".join(one for one in money(Money(minor, currency)) if one in "0123456789")
    assert int(digits) == abs(minor)


def test_days_and_moments() -> None:
    assert day(date(2026, 3, 1)) == "1\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}2026"
    assert day(date(2026, 3, 1), year=False) == "1\N{NO-BREAK SPACE}Mar"
    assert weekday(date(2026, 11, 26)) == "Thursday"
    local = datetime(2026, 3, 1, 14, 5, tzinfo=UTC).astimezone()
    assert moment(datetime(2026, 3, 1, 14, 5, tzinfo=UTC)).endswith(f"{local:%H:%M}")


def test_numbers_with_their_nouns() -> None:
    assert count(1, "report") == "1 report"
    assert count(2000, "report") == "2,000 reports"
    assert count(2, "entry", "entries") == "2 entries"
    assert percent(0.276) == "28%"
    assert [size(n) for n in (1, 1500, 3_757_407)] == ["1 byte", "1.5 KiB", "3.6 MiB"]


def test_categories_in_words() -> None:
    assert category("food.groceries") == "Groceries"
    assert category("food") == "Food and drink at home"
    assert category(None) == category("") == "Not sorted"
    assert spoken("not_true") == "not true"


@given(st.text())
def test_a_text_of_a_value_is_never_markup(text: str) -> None:
    page = environment().from_string("<p>{{ text }}</p>").render(text=text)
    inside = page.removeprefix("<p>").removesuffix("</p>")
    assert not {"<", ">", '"', "'"} & set(inside)


def test_a_page_is_cut_where_it_says_so() -> None:
    cut = list(pieces("broken.html", {"sentence": "It broke.", "code": "internal"}))
    assert len(cut) == 1
    assert FLUSH not in cut[0]


def test_only_the_own_files_are_given() -> None:
    assert own_file("center.css")
    for name in ("../app.py", "none", "", "center.css/", "/etc/passwd"):
        assert own_file(name) is None


def test_own_files_name_nothing_elsewhere() -> None:
    for name in ("center.css", "center.js"):
        content = own_file(name) or b""
        assert b"http" not in content
        assert b"@import" not in content
        assert b"innerHTML" not in content
        assert b"eval(" not in content


def test_a_negative_amount_in_a_sentence_is_never_torn_and_text_stays_text() -> None:
    low = tied("A & B: \N{MINUS SIGN}€393.50, <b>then</b> £4.")
    assert low == ('A &amp; B: <span class="tied">\N{MINUS SIGN}€393.50,</span> &lt;b&gt;then&lt;/b&gt; £4.')


def test_sentences_have_a_real_minus() -> None:
    assert words.english_money(Money(-39_350, "EUR")) == "\N{MINUS SIGN}€393.50"
