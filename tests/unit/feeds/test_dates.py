from __future__ import annotations

from datetime import date

import pytest

from edge_engine.errors import InputError
from edge_engine.feeds import dates
from edge_engine.feeds.dates import Order

FIFTH = date(2024, 1, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-05", "2024/01/05", "2024.1.5", "20240105", "2024-01-05T10:11:12.000Z", "2024-01-05 10:11:12+01:00",
        "2024-01-05 00:00:00 UTC", "5.1.2024", "05.01.24", "5. Januar 2024", "05-Jan-24", "05JAN2024", "5 Jan 2024",
        "Jan 5, 2024", "January 5 2024", "5th January 2024", "Fri 5 Jan 2024", "Friday, 5 January 2024", "5 janv. 2024",
        "5 de enero de 2024", "5 stycznia 2024", "5 gen 2024", "5 tammikuuta 2024", " 2024-01-05 ", "05.01.2024 14:30",
    ],
)  # fmt: skip
def test_reads_one_day_as_many_banks_write_it(text: str) -> None:
    assert dates.parse(text) == FIFTH


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("05/01/2024", Order.DMY),
        ("05/01/24", Order.DMY),
        ("05012024", Order.DMY),
        ("5-1-2024 09:30", Order.DMY),
        ("01/05/2024", Order.MDY),
        ("1/5/24", Order.MDY),
        ("01/ 5'24", Order.MDY),
        ("01052024", Order.MDY),
        ("24-01-05", Order.YMD),
        ("01/05/2024 9:30 PM", Order.MDY),
    ],
)
def test_the_order_says_which_number_is_the_day(text: str, order: Order) -> None:
    assert dates.parse(text, order) == FIFTH


def test_without_an_order_only_one_reading_is_believed() -> None:
    assert dates.parse("13/05/2024") == date(2024, 5, 13)
    assert dates.parse("05/13/2024") == date(2024, 5, 13)
    assert dates.parse("05/05/2024") == date(2024, 5, 5)
    with pytest.raises(InputError, match="two ways"):
        dates.parse("01/05/2024")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing"),
        ("   ", "missing"),
        ("tomorrow", "no|not"),
        ("31/02/2024", "calendar"),
        ("2023-02-29", "calendar"),
        ("2024-13-01", "calendar"),
        ("00/00/2024", "calendar|two ways"),
        ("9999-01-01", "beyond"),
        ("1969-12-31", "beyond"),
        ("2024-01-05\x00", "not a date"),
        ("\u0660\u0665/\u0660\u0661/\u0662\u0660\u0662\u0664", "not a date"),
        ("\uff15/\uff11/2024", "not a date"),
        ("5 Foo 2024", "not a date"),
        ("12.50", "not a date"),
        ("2" * 60, "not a date"),
        ("2024-01-05 and more words behind it", "not a date"),
    ],
)
def test_refuses_what_is_no_day(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        dates.parse(text)


def test_two_digit_years_turn_at_1970() -> None:
    assert dates.parse("05.01.69").year == 2069
    assert dates.parse("05.01.70").year == 1970


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["01/02/2024", "13/02/2024"], Order.DMY),
        (["01/02/2024", "02/13/2024"], Order.MDY),
        (["05.06.2024"], Order.DMY),
        (["2024-05-06"], Order.DMY),
        (["5 Jan 2024"], Order.DMY),
        (["98-01-05", "99-05-06"], Order.YMD),
        # Rows that run one way under one reading alone.
        (["01/02/2024", "01/09/2024", "02/03/2024", "02/04/2024"], Order.MDY),
        (["09/02/2024", "04/02/2024", "11/01/2024", "02/01/2024"], Order.DMY),
        (["01/02/2024", "02/03/2024"], None),
        (["01/02/2024", "13/02/2024", "02/13/2024"], None),
    ],
)
def test_a_column_gives_its_order_away(texts: list[str], order: Order | None) -> None:
    assert dates.infer(texts) is order


def test_one_damaged_row_does_not_outvote_the_others() -> None:
    texts = [f"{day:02}/03/2024" for day in range(1, 29)] * 3
    assert dates.infer([*texts, "03/31/2024"]) is Order.DMY


def test_a_preference_counts_only_where_the_column_is_silent() -> None:
    assert dates.infer(["01/02/2024"], Order.MDY) is Order.MDY
    assert dates.infer(["13/02/2024"], Order.MDY) is Order.DMY
