"""Amounts, dates and texts: what is written in any bank's way is read back, and nothing else is."""

from __future__ import annotations

import unicodedata
from datetime import date

import hypothesis.strategies as st
from hypothesis import assume, given

from edge_engine.domain.money import EXPONENTS, MAX_MINOR
from edge_engine.domain.transaction import MAX_TEXT
from edge_engine.errors import FileRefused, InputError
from edge_engine.feeds import amounts, dates
from edge_engine.feeds.dates import Order
from edge_engine.feeds.text import clean, decode, encoding_of

CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "KWD", "CLF"])
MARKS = st.sampled_from(
    [(".", ","), (".", ""), (".", " "), (".", "'"), (",", "."), (",", ""), (",", " "), (",", "\u202f")]
)
AROUND = st.sampled_from(
    ["{}", " {} ", "€{}", "{} €", "EUR {}", "{} zł", "$ {}"],
)


def written(minor: int, currency: str, mark: str, group: str) -> str:
    """Write the magnitude of an amount with a decimal mark and groups of three."""
    digits = EXPONENTS.get(currency, 2)
    whole, fraction = divmod(abs(minor), 10**digits)
    grouped = f"{whole:,}".replace(",", group)
    return f"{grouped}{mark}{fraction:0{digits}}" if digits else grouped


@given(
    st.integers(-MAX_MINOR, MAX_MINOR),
    CURRENCIES,
    MARKS,
    AROUND,
    st.sampled_from(["-{}", "{}-", "({})", "{} DR"]),
)
def test_every_way_of_writing_is_read_back(
    minor: int, currency: str, marks: tuple[str, str], around: str, negative: str
) -> None:
    text = written(minor, currency, *marks)
    if minor < 0 and negative != "{} DR":
        text = negative.format(text)
    text = around.format(text)
    if minor < 0 and negative == "{} DR":
        text = negative.format(text.strip())
    assert amounts.parse(text, currency, marks[0]).minor == minor


@given(st.integers(0, MAX_MINOR), MARKS)
def test_cents_show_the_mark_without_being_told(minor: int, marks: tuple[str, str]) -> None:
    assert amounts.minor(written(minor, "EUR", *marks), "EUR") == minor


@given(st.text(max_size=60), CURRENCIES, st.sampled_from(["", ".", ","]))
def test_any_text_is_an_amount_or_refused(text: str, currency: str, mark: str) -> None:
    try:
        found = amounts.parse(text, currency, mark)
    except InputError:
        return
    assert abs(found.minor) <= MAX_MINOR
    assert any(c in "0123456789" for c in text)
    # Whatever digits of other scripts stand in a text, they are no part of an amount.
    assert not any(c.isdigit() and not c.isascii() for c in text)


@given(st.text(alphabet="0123456789.,'+-() €$CRDEUR\u2212\xa0", max_size=50))
def test_texts_that_look_like_amounts_take_one_value_or_none(text: str) -> None:
    try:
        free = amounts.minor(text, "EUR")
    except InputError:
        return
    values = set()
    for mark in ".,":
        try:
            values.add(amounts.minor(text, "EUR", mark))
        except InputError:
            continue
    assert free in values


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=20), MARKS)
def test_a_column_of_cents_shows_its_mark(values: list[int], marks: tuple[str, str]) -> None:
    column = [written(value, "EUR", *marks) for value in values]
    assert amounts.decimal_mark(column, "EUR") == marks[0]


DAYS = st.dates(min_value=date(1970, 1, 1), max_value=date(2199, 12, 31))
STYLES = st.sampled_from(
    [
        (Order.DMY, "%d/%m/%Y"),
        (Order.MDY, "%m/%d/%Y"),
        (Order.DMY, "%d.%m.%Y"),
        (Order.DMY, "%d-%m-%Y %H:%M"),
        (Order.MDY, "%m-%d-%Y"),
        (Order.DMY, "%d%m%Y"),
        (Order.YMD, "%Y-%m-%d"),
        (Order.DMY, "%Y%m%d"),
        (Order.DMY, "%d %b %Y"),
        (Order.MDY, "%B %d, %Y"),
        (Order.DMY, "%Y-%m-%dT00:00:00Z"),
    ]
)


@given(DAYS, STYLES)
def test_a_day_is_read_back(day: date, style: tuple[Order, str]) -> None:
    order, form = style
    # Eight digits that are a day in both forms are read with the year in front.
    assume(form != "%d%m%Y" or not (1970 <= int(day.strftime("%d%m")) <= 2199 and 1 <= day.year // 100 <= 12))
    assert dates.parse(day.strftime(form), order) == day


@given(st.text(max_size=60), st.sampled_from([None, *Order]))
def test_any_text_is_a_day_or_refused(text: str, order: Order | None) -> None:
    try:
        found = dates.parse(text, order)
    except InputError:
        return
    assert 1970 <= found.year <= 2199


@given(st.lists(DAYS, min_size=3, max_size=40), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_evidence_never_contradicts_the_truth(days: list[date], form: str) -> None:
    found = dates.infer([day.strftime(form) for day in sorted(days)])
    truth = Order.DMY if form == "%d/%m/%Y" else Order.MDY
    if any(day.day > 12 for day in days):
        assert found is truth


@given(st.text(max_size=2000))
def test_cleaning_is_stable_bounded_and_visible(text: str) -> None:
    found = clean(text)
    assert clean(found) == found
    assert len(found) <= MAX_TEXT
    assert all(c.isprintable() for c in found)
    assert unicodedata.is_normalized("NFC", found)
    found.encode()


@given(st.binary(max_size=300), st.integers(1, 9))
def test_pieces_and_the_whole_agree(data: bytes, size: int) -> None:
    def outcome(pieces: list[bytes]) -> str:
        try:
            return encoding_of(pieces)
        except FileRefused:
            return "refused"

    # What the first piece shows settles UTF-16, so it is the same in both.
    assume(b"\x00" not in data and data[:1] not in (b"\xff", b"\xfe", b"\xef"))
    whole = outcome([data])
    assert outcome([data[at : at + size] for at in range(0, len(data), size)]) == whole
    if whole != "refused":
        assert decode(data) == data.decode(whole).rstrip("\x00\x1a")
