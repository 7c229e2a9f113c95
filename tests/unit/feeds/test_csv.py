from __future__ import annotations

import tracemalloc
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Account, Balance, Channel, Record, Rejected
from edge_engine.errors import FileRefused, FormatUnknown
from edge_engine.feeds.read import Item, read

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "Date,Description,Amount\n"


def items_of(text: str, *, account: str = "", currency: str = "") -> list[Item]:
    return list(read(text.encode(), account=account, currency=currency).items)


def records(text: str, *, account: str = "", currency: str = "") -> list[Record]:
    items = items_of(text, account=account, currency=currency)
    return [item for item in items if isinstance(item, Record)]


def rejected(text: str) -> list[Rejected]:
    return [item for item in items_of(text) if isinstance(item, Rejected)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("yesterday,B,-2.00", "the date is not a date"),
        ("2024-02-30,B,-2.00", "the date is not in the calendar"),
        ("1900-01-01,B,-2.00", "the date is beyond any statement"),
        (",B,-2.00", "the date is missing"),
        ("2024-01-04,B,", "the amount is missing"),
        ("2024-01-04,B,1e999999", "the amount is not a number"),
        ("2024-01-04,B,\u0663\u0664", "the amount is not a number"),
        ("2024-01-04,B,1_000", "the amount is not a number"),
        ("2024-01-04,B,NaN", "the amount is not a number"),
        ("2024-01-04,B,-Infinity", "the amount is not a number"),
        ("2024-01-04,B,\u202e-2.00", "the amount is not a number"),
        ("2024-01-04,B," + "9" * 30, "the amount is too large to be a household's"),
        ("2024-01-04,B,-2.005", "the amount is finer than its currency's smallest coin"),
        ("2024-01-04,-2.00", "the row has fewer cells than the file's columns"),
        ("2024-01-04,B, with a comma,-2.00", "the row has more cells than the file's columns"),
    ],
)
def test_a_bad_row_is_rejected_with_its_line_and_the_rest_goes_on(row: str, reason: str) -> None:
    text = f"{HEAD}2024-01-02,A,-1.00\n{row}\n2024-01-05,C,-3.00\n"
    assert rejected(text) == [Rejected(3, reason)]
    assert [record.row for record in records(text)] == [2, 4]


def test_rows_are_numbered_by_lines_as_an_editor_counts_them() -> None:
    text = f'{HEAD}2024-01-02,"A\nsecond line",-1.00\n\n2024-01-03,B,x\n2024-01-04,C,-3.00\n'
    assert [(r.row, r.description) for r in records(text)] == [(2, "A second line"), (6, "C")]
    assert [r.row for r in rejected(text)] == [5]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_counts_as_one(end: str) -> None:
    text = f"{HEAD}2024-01-02,A,-1.00\nx,B,-1\n2024-01-03,C,-2.00\n".replace("\n", end)
    assert [record.row for record in records(text)] == [2, 4]
    assert [one.row for one in rejected(text)] == [3]


def test_an_apostrophe_that_marks_text_for_a_spreadsheet_is_no_text() -> None:
    rows = ("'1234 14JAN26,'-1.00,'601234-12345678", "'s-Hertogenbosch,-2.00,601234-12345678", "'t',-3.00,")
    text = "Date,Description,Amount,Account Number\n" + "".join(f"2026-01-14,{row}\n" for row in rows)
    found = records(text)
    assert [r.description for r in found] == ["1234 14JAN26", "'s-Hertogenbosch", "'t'"]
    assert [r.amount.minor for r in found] == [-100, -200, -300]
    assert {r.account for r in found[:2]} == {"601234-12345678"}


def test_texts_are_cleaned() -> None:
    [record] = records(f"{HEAD}2024-01-02,\u202e  e\u0301vil\u202c \t shop\u200b,-1.00\n")
    assert record.description == "évil shop"


class TestQuotes:
    def test_a_quote_that_stays_open_costs_its_own_line_only(self) -> None:
        lines = "".join(f"2024-01-{day:02},shop {day},-1.00\n" for day in range(3, 29))
        text = f'{HEAD}2024-01-02,"A,-1.00\n{lines}'
        assert rejected(text) == [Rejected(2, "a quote is opened and never closed")]
        assert len(records(text)) == 26

    def test_a_quote_that_closes_lines_later_does_not_swallow_them(self) -> None:
        text = f'{HEAD}2024-01-02,"A,-1.00\n2024-01-03,"B",-2.00\n2024-01-04,C,-3.00\n'
        assert [one.row for one in rejected(text)] == [2]
        assert [record.description for record in records(text)] == ["B", "C"]

    def test_many_open_quotes_take_no_longer_than_their_lines(self) -> None:
        text = HEAD + "2024-01-01,A,-1.00\n" + '2024-01-02,"A,-1.00\n' * 5001
        assert len(rejected(text)) >= 5000
        assert len(records(text)) == 1

    def test_a_field_beyond_the_limit_is_one_bad_row(self) -> None:
        text = (
            f"{HEAD}2024-01-02,A,-1.00\n"
            '2024-01-03,"' + ("x" * 9000 + "\n") * 20 + '",-2\n2024-01-04,C,-3.00\n'
        )
        assert [record.description for record in records(text)] == ["A", "C"]
        assert rejected(text)[0].row == 3

    def test_a_stray_blank_behind_a_quote_does_no_harm(self) -> None:
        assert [r.description for r in records(HEAD + '2024-01-02,"A" ,-1.00\n2024-01-03,"B, C" ,-2.00')] == [
            "A",
            "B, C",
        ]

    def test_an_inch_sign_within_a_text_is_a_text(self) -> None:
        [record] = records(f'{HEAD}2024-01-02,12" PIZZA,-1.00\n')
        assert record.description == '12" PIZZA'


class TestTruncation:
    def test_a_row_cut_before_its_amount_is_rejected(self) -> None:
        text = f"{HEAD}2024-01-02,A,-1.00\n2024-01-03,Sho"
        assert [one.row for one in rejected(text)] == [3]

    def test_an_amount_cut_within_its_digits_is_rejected(self) -> None:
        text = f"{HEAD}2024-01-02,A,-1.00\n2024-01-03,B,-12.00\n2024-01-04,C,-123.4"
        assert rejected(text) == [Rejected(4, "the file ends in the middle of this row")]

    def test_a_last_row_without_a_line_end_is_whole_if_its_amount_is(self) -> None:
        assert len(records(f"{HEAD}2024-01-02,A,-1.00\n2024-01-03,B,-12.00")) == 2

    @pytest.mark.parametrize("rest", ["", "\n", "\n2026-01-16,C,-3.00"])
    def test_a_balance_that_is_cut_off_is_no_balance(self, rest: str) -> None:
        text = f"Date,Description,Amount,Balance\n2026-01-15,B,-2.00{rest}"
        items = items_of(text, currency="GBP")
        assert [item.amount.minor for item in items if isinstance(item, Record)][:1] == [-200]
        assert not any(isinstance(item, Balance) for item in items)

    def test_an_open_quote_at_the_end_is_rejected(self) -> None:
        text = f'{HEAD}2024-01-02,A,-1.00\n2024-01-03,"B, and'
        assert rejected(text) == [Rejected(3, "a quote is opened and never closed")]

    def test_a_file_cut_within_a_character_is_refused(self) -> None:
        with pytest.raises(FileRefused, match="middle of a character"):
            read(f"{HEAD}2024-01-02,Caf\u00e9".encode()[:-1])


class TestRefusal:
    """A file that is bad as a whole is refused before anything of it is given."""

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            (
                HEAD + "01/02/2024,A,-1.00\n02/03/2024,B,2.00\n",
                "the dates can be read in two ways.*a mapping",
            ),
            (
                HEAD + "".join(f"2024-01-0{n},A,{n}.00\n" for n in range(1, 6)),
                "nothing in the file tells money out from money in.*a mapping",
            ),
            (
                HEAD + '2024-01-02,A,"-1,234"\n2024-01-03,B,"-2,500"\n',
                "the amounts can be read in two ways.*a mapping",
            ),
            ("2024-01-02,A,1.00,2.00\n2024-01-03,B,5.00,9.00\n", "not recognized.*a mapping"),
            (HEAD + "2024-01-02,A,x\n2024-01-03,B,y\n", "not one row of the table can be read"),
            (HEAD + "2024-01-02,A,\x00-1.00\n", "NUL"),
            (HEAD + "2024-01-02," + "A" * 300_000 + ",-1.00\n", "longer than any row"),
            ("Date,Amount," + "x," * 10_000 + "\n2024-01-02,5.00," + "y," * 10_000 + "\n", "more columns"),
            ("2024-01-02,5.00," + "y," * 10_000 + "\n", "more columns"),
            ("", "empty"),
            ("\n \r\n\t\n", "empty"),
        ],
        ids=range(11),
    )
    def test_with_one_sentence(self, text: str, sentence: str) -> None:
        with pytest.raises((FileRefused, FormatUnknown), match=sentence) as caught:
            read(text.encode())
        assert "\n" not in caught.value.message

    @pytest.mark.parametrize(
        "text", ["hello world\n", "a, b\nc, d\n", "1,2\n3,4\n", "Dear Sir,\nplease find,\n"]
    )
    def test_what_is_no_table_is_in_no_known_format(self, text: str) -> None:
        with pytest.raises(FormatUnknown):
            read(text.encode())

    def test_words_of_american_banks_tell_the_order_of_the_date(self) -> None:
        text = f"{HEAD}02/01/2024,Zelle from Jo,-1.00\n05/04/2024,B,-2.00\n"
        assert [str(r.booked) for r in records(text)] == ["2024-02-01", "2024-05-04"]
        assert [str(r.booked) for r in records(text, currency="GBP")] == ["2024-01-02", "2024-04-05"]

    def test_a_currency_tells_the_order_of_the_date(self) -> None:
        text = HEAD + "01/02/2024,A,-1.00\n02/03/2024,B,2.00\n"
        assert [r.booked.month for r in records(text, currency="USD")] == [1, 2]
        assert [r.booked.month for r in records(text, currency="GBP")] == [2, 3]


def test_a_decimal_comma_that_splits_its_amount_is_no_smaller_amount() -> None:
    with pytest.raises(FileRefused, match="more cells"):
        read(f"{HEAD}2024-01-05,Shop,-12,50\n2024-01-06,Shop,-7,00\n".encode())
    text = f"{HEAD}2024-01-05,Shop,-12,50\n2024-01-06,Shop,-7.00\n"
    assert [record.amount.minor for record in records(text)] == [-700]


class TestSigns:
    def test_a_card_statement_without_any_known_heading(self) -> None:
        rows = [
            "01/13/2024,Shop,12.00",
            "01/14/2024,Cafe,3.00",
            "01/15/2024,Fuel,30.00",
            "01/17/2024,Deli,9.00",
        ]
        text = HEAD + "\n".join([*rows, "01/18/2024,PAYMENT - THANK YOU,-54.00"]) + "\n"
        assert [r.amount.minor for r in records(text)] == [-1200, -300, -3000, -900, 5400]

    @pytest.mark.parametrize(
        "words",
        ["PAYMENT RECEIVED - THANK YOU", "Payment Thank You-Mobile", "DIRECT DEBIT PAYMENT", "SHOP REFUND"],
    )
    def test_a_short_card_statement_tells_it_by_its_words(self, words: str) -> None:
        text = f"{HEAD}15/01/2026,WAITROSE,23.10\n16/01/2026,{words},-500.00\n"
        assert [r.amount.minor for r in records(text, currency="GBP")] == [-2310, 50000]

    def test_a_payment_received_alone_tells_it(self) -> None:
        text = f"{HEAD}16/01/2026,PAYMENT RECEIVED - THANK YOU,-500.00\n"
        assert [r.amount.minor for r in records(text, currency="GBP")] == [50000]

    @pytest.mark.parametrize(
        "text",
        [
            "16/01/2026,DIRECT DEBIT PAYMENT POWER CO,-50.00\n",
            "16/01/2026,A SALARY,50.00\n17/01/2026,DIRECT DEBIT PAYMENT POWER CO,-50.00\n",
            "16/01/2026,A,-5.00\n17/01/2026,B,-5.00\n18/01/2026,PAYMENT RECEIVED - THANK YOU,50.00\n",
            "16/01/2026,INTEREST,5.00\n17/01/2026,B,5.00\n18/01/2026,C,5.00\n19/01/2026,D,-5.00\n",
        ],
    )
    def test_an_account_that_is_no_card_is_read_as_written(self, text: str) -> None:
        written = [round(float(line.rsplit(",", 1)[1]) * 100) for line in text.splitlines()]
        assert [r.amount.minor for r in records(HEAD + text, currency="GBP")] == written

    def test_purchases_beside_a_refund_that_nothing_names_are_not_money_in(self) -> None:
        rows = "15/01/2026,WAITROSE,23.10\n16/01/2026,UBER,9.00\n16/01/2026,TFL,3.00\n"
        text = f"{HEAD}{rows}17/01/2026,AMAZON,-20.00\n18/01/2026,BA,100.00\n19/01/2026,BOOTS,4.00\n"
        with pytest.raises(FileRefused, match="a mapping"):
            records(text, currency="GBP")

    def test_balances_prove_that_positive_means_out(self) -> None:
        text = (
            "Date,Description,Amount,Balance\n2024-01-02,A,10.00,90.00\n2024-01-03,B,5.00,85.00\n"
            "2024-01-04,C,-20.00,105.00\n2024-01-05,D,1.00,104.00\n"
        )
        assert [r.amount.minor for r in records(text)] == [-1000, -500, 2000, -100]

    def test_cr_behind_some_amounts_makes_the_others_debits(self) -> None:
        text = (
            "Date,Details,Amount\n13/01/2024,Shop,12.00\n14/01/2024,Payment,40.00 CR\n15/01/2024,Cafe,2.00\n"
        )
        assert [r.amount.minor for r in records(text)] == [-1200, 4000, -200]

    def test_an_explicit_plus_is_a_sign(self) -> None:
        text = HEAD + "2024-01-02,A,+1.00\n2024-01-03,B,+2.00\n2024-01-04,C,+3.00\n"
        assert [r.amount.minor for r in records(text)] == [100, 200, 300]

    def test_a_description_is_no_direction(self) -> None:
        with pytest.raises(FileRefused):
            records(HEAD + "2024-01-02,D,1.00\n2024-01-03,C,2.00\n")
        text = "Date,Type,Description,Amount\n2024-01-02,D,A,+1.00\n2024-01-03,D,B,+2.00\n"
        assert [r.amount.minor for r in records(text)] == [100, 200]

    @pytest.mark.parametrize(
        "rows", ["2024-01-02,TESCO,20.00\n", "2024-01-02,TESCO,20.00\n2024-01-03,SHELL,40.00\n"]
    )
    def test_few_amounts_without_a_sign_are_refused_like_many(self, rows: str) -> None:
        with pytest.raises(FileRefused, match="money out from money in"):
            records(HEAD + rows)
        assert [r.amount.minor for r in records(HEAD + "2024-01-02,ACME SALARY,20.00\n")] == [2000]

    @pytest.mark.parametrize("shop", ["HOTEL DEPOSIT LONDON", "PENSION BEE", "INTEREST", "PAYPAL TRANSFER"])
    def test_a_word_of_income_in_one_purchase_turns_no_card_round(self, shop: str) -> None:
        rows = "".join(f"2024-01-{day:02},SHOP {day},{day}.00\n" for day in range(2, 22))
        text = f"{HEAD}{rows}2024-01-23,PAYMENT RECEIVED - THANK YOU,-150.00\n2024-01-24,{shop},35.00\n"
        found = [r.amount.minor for r in records(text)]
        assert found[-2:] == [15000, -3500]
        assert all(minor < 0 for minor in found[:-2])

    @pytest.mark.parametrize("newest_first", [False, True])
    def test_unsigned_amounts_that_balances_show_to_go_both_ways_are_refused(
        self, *, newest_first: bool
    ) -> None:
        rows = [
            "2024-03-01,TESCO,20.00,980.00",
            "2024-03-02,SHELL,30.00,950.00",
            "2024-03-15,SALARY,1000.00,1950.00",
            "2024-03-16,LIDL,10.00,1940.00",
        ]
        text = "\n".join(("Date,Description,Amount,Balance", *(reversed(rows) if newest_first else rows), ""))
        with pytest.raises(FileRefused, match="money out from money in"):
            records(text)

    @pytest.mark.parametrize(
        "word", ["Reversed", "Returned", "Void", "Declined - insufficient funds", "Not processed"]
    )
    def test_what_did_not_go_through_is_rejected(self, word: str) -> None:
        text = f"Date,Description,Amount,Status\n2024-01-02,A,-1.00,Completed\n2024-01-03,B,-2.00,{word}\n"
        assert [r.amount.minor for r in records(text)] == [-100]

    def test_a_direction_needs_no_heading(self) -> None:
        text = "2024-01-02,Shop,1.00,D\n2024-01-03,Acme,2.00,C\n2024-01-04,Cafe,3.00,D\n"
        assert [r.amount.minor for r in records(text)] == [-100, 200, -300]

    def test_a_row_with_both_money_out_and_in_is_rejected(self) -> None:
        text = (
            "Date,Description,Debit,Credit\n2024-01-02,A,1.00,\n2024-01-03,B,1.00,2.00\n2024-01-04,C,,3.00\n"
        )
        assert rejected(text) == [Rejected(3, "the row has both money out and money in")]

    def test_debit_alone_is_a_list_of_spending(self) -> None:
        text = "Date,Description,Spent\n2024-01-02,A,1.00\n2024-01-03,B,2.00\n2024-01-04,C,3.00\n"
        assert [r.amount.minor for r in records(text)] == [-100, -200, -300]


class TestBalances:
    ROWS = ("2024-01-05,C,-5.00,85.00", "2024-01-05,B,-10.00,90.00", "2024-01-03,A,100.00,100.00")
    EXPECTED = frozenset(
        (
            Balance("csv", date(2024, 1, 5), Money(8500, "EUR")),
            Balance("csv", date(2024, 1, 3), Money(10000, "EUR")),
        )
    )

    @pytest.mark.parametrize("newest_first", [True, False])
    def test_the_balance_at_the_end_of_each_day_is_told(self, *, newest_first: bool) -> None:
        rows = self.ROWS if newest_first else self.ROWS[::-1]
        text = "Date,Description,Amount,Balance\n" + "\n".join(rows) + "\n"
        found = {item for item in items_of(text, currency="EUR") if isinstance(item, Balance)}
        assert found == self.EXPECTED

    @pytest.mark.parametrize("newest_first", [True, False])
    def test_the_dates_tell_the_order_of_equal_amounts(self, *, newest_first: bool) -> None:
        rows = [f"DEBIT,01/28/2026,A,-1.00,ACH,1{n}.00,," for n in range(3)]
        rows.append("DEBIT,01/27/2026,A,-1.00,ACH,13.00,,")
        text = "Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\n"
        items = items_of(text + "\n".join(rows if newest_first else rows[::-1]) + "\n")
        told = {(item.day.day, item.amount.minor) for item in items if isinstance(item, Balance)}
        assert told == {(28, 1000), (27, 1300)}
        assert {item.amount.minor for item in items if isinstance(item, Record)} == {-100}

    def test_balances_that_follow_no_order_are_not_told(self) -> None:
        rows = ("2024-01-05,A,-1.00,7.00", "2024-01-05,B,-2.00,70.00", "2024-01-05,C,-3.00,4.00")
        text = "Date,Description,Amount,Balance\n" + "\n".join(rows) + "\n"
        assert not any(isinstance(item, Balance) for item in items_of(text))


class TestSummaries:
    def test_opening_and_closing_rows_and_totals_are_no_transactions(self) -> None:
        text = (
            "Date,Description,Amount,Balance\n2024-01-01,Opening balance,,100.00\n2024-01-02,A,-1.00,99.00\n"
            "2024-01-03,Closing Balance,99.00,99.00\nTotal,,-1.00,\n,Total,-1.00,\n"
        )
        assert [record.description for record in records(text)] == ["A"]
        assert not rejected(text)

    def test_a_shop_with_such_a_word_in_its_name_is_one(self) -> None:
        text = HEAD + "2024-01-02,Balance Bikes Ltd,-90.00\n2024-01-03,Total Wine,-9.00\nx,Total Wine,-3.00\n"
        assert len(records(text)) == 2
        assert [one.row for one in rejected(text)] == [4]

    def test_a_payee_of_that_name_is_one(self) -> None:
        text = "Date,Payee,Memo,Amount\n2024-01-02,Total,,-40.00\n2024-01-03,Shop,,-9.00\n"
        assert [record.description for record in records(text)] == ["Total", "Shop"]

    def test_headings_repeated_on_every_page_are_skipped(self) -> None:
        text = f"{HEAD}2024-01-02,A,-1.00\n{HEAD}2024-01-03,B,-2.00\n"
        assert len(records(text)) == 2
        assert not rejected(text)


class TestAccounts:
    def test_each_account_of_a_file_comes_before_its_rows(self) -> None:
        text = "Date,Description,Amount,Account\n" + "".join(
            f"2024-01-{day:02},x,-1.00,{'Main' if day % 2 else 'Joint'} 123\n" for day in range(1, 29)
        )
        items = items_of(text)
        assert [item.key for item in items if isinstance(item, Account)] == ["Main123", "Joint123"]
        seen = set()
        for item in items:
            if isinstance(item, Account):
                seen.add(item.key)
            elif isinstance(item, Record):
                assert item.account in seen

    def test_an_iban_in_the_file_name_is_the_account(self, tmp_path: Path) -> None:
        path = tmp_path / "NL02ABNA0123456789_01-01-2024_31-01-2024.csv"
        path.write_text(f"{HEAD}2024-01-02,A,-1.00\n")
        assert [i.key for i in read(path).items if isinstance(i, Account)] == ["NL02ABNA0123456789"]

    def test_the_caller_names_an_account_that_the_file_does_not(self) -> None:
        [record] = records(f"{HEAD}2024-01-02,A,-1.00\n", account="GB29 NWBK 6016 1331 9268 19")
        assert record.account == "GB29NWBK60161331926819"

    def test_another_name_of_the_same_file_is_the_same_account(self, tmp_path: Path) -> None:
        keys = set()
        for name in ("a.csv", "b (1).csv"):
            (tmp_path / name).write_text(f"{HEAD}2024-01-02,A,-1.00\n")
            keys |= {item.key for item in read(tmp_path / name).items if isinstance(item, Account)}
        assert len(keys) == 1

    def test_more_accounts_than_any_household_has_are_rejected(self) -> None:
        body = "".join(f"2024-01-02,x,-1.00,{'A' if n < 700 else n}\n" for n in range(2000))
        text = f"Date,Description,Amount,Account\n{body}"
        assert sum(isinstance(item, Account) for item in items_of(text)) == 1000
        assert rejected(text)[0].reason == "the file names more accounts than a household has"


class TestDetails:
    def test_currency_of_each_row(self) -> None:
        rows = (
            "2024-01-02,A,-1.00,EUR",
            "2024-01-03,B,-150,JPY",
            "2024-01-04,C,-1.00,euros",
            "2024-01-04,D,-1,BTC",
        )
        text = "Date,Description,Amount,Currency\n" + "\n".join(rows) + "\n"
        assert [str(r.amount) for r in records(text)] == ["-1.00 EUR", "-150 JPY"]
        reason = "the currency is not one of ISO 4217"
        assert rejected(text) == [Rejected(4, reason), Rejected(5, reason)]

    def test_channel_value_date_code_hint_and_identifier(self) -> None:
        text = (
            "Date,Value date,Type,Description,Amount,MCC,Category,Transaction ID\n"
            "2024-01-02,2024-01-04,Direct Debit,A,-1.00,5411,Bills,t1\n2024-01-03,2024-01-03,POS,B,-2.00,,,t2\n"
        )
        first, second = records(text)
        assert first.channel is Channel.DIRECT_DEBIT
        assert first.value_date == date(2024, 1, 4)
        assert (first.mcc, first.hint, first.external_id) == (5411, "csv:Bills", "t1")
        assert second.channel is Channel.CARD
        assert second.value_date is None
        assert (second.mcc, second.hint) == (0, "")

    def test_identifiers_that_repeat_identify_nothing(self) -> None:
        text = "Date,Description,Amount,ID\n2024-01-02,A,-1.00,7\n2024-01-03,B,-2.00,7\n"
        assert [record.external_id for record in records(text)] == ["", ""]

    def test_the_separator_line_of_a_spreadsheet_is_read_over(self) -> None:
        [record] = records("sep=;\nDate;Description;Amount\n2024-01-02;A;-1,00\n")
        assert (record.row, record.amount.minor) == (3, -100)

    def test_headings_without_rows_are_an_empty_statement(self) -> None:
        assert [type(item) for item in items_of(HEAD)] == [Account]

    def test_quoted_numbers_may_be_grouped(self) -> None:
        text = f'{HEAD}2024-01-02,A,"-1,234.50"\n2024-01-03,B,"2,000,000.00"\n'
        assert [r.amount.minor for r in records(text)] == [-123450, 200000000]


def write_long(path: Path, rows: int) -> None:
    with path.open("w") as stream:
        stream.write("Date,Description,Amount,Balance\n")
        balance = 0
        for n in range(rows):
            balance -= n % 999 + 1
            day = date(2010, 1, 1) + timedelta(days=n // 20)
            stream.write(f"{day},SHOP {n % 500},{-(n % 999 + 1) / 100:.2f},{balance / 100:.2f}\n")


def test_a_long_file_streams_in_flat_memory_and_tells_its_position(tmp_path: Path) -> None:
    peaks = []
    for rows in (5_000, 40_000):
        path = tmp_path / f"{rows}.csv"
        write_long(path, rows)
        tracemalloc.start()
        feed = read(path)
        before = feed.position()
        count = sum(isinstance(item, Record) for item in feed.items)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert count == rows
        assert before == 0
        assert feed.size == path.stat().st_size == feed.position()
    assert peaks[1] < peaks[0] * 1.5


def test_a_feed_that_is_left_early_leaves_no_file_open(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_long(path, 100)
    feed = read(path)
    next(feed.items)
    del feed
    path.unlink()
    assert not path.exists()


def test_a_closing_balance_below_rows_without_headings_is_no_income() -> None:
    rows = (
        "01/03/2026;-12,00;Carte;;CB MONOPRIX 27/02/26;;0;Divers\n"
        "14/03/2026;2500,00;Virement;;VIR ACME SALAIRE;;0;Divers\n"
    )
    items = items_of(f"{rows}31/03/2026;2373,00;;;01234 123456A\n", currency="EUR")
    assert [item.amount.minor for item in items if isinstance(item, Record)] == [-1200, 250000]
    assert [item for item in items if isinstance(item, Balance)] == [
        Balance("csv", date(2026, 3, 31), Money(237300, "EUR"))
    ]
    # A row of words that is as short is still a transaction, and one that lost its words is told.
    assert len(records(f"{rows}31/03/2026;-5,00;Carte;;CB SNCF\n")) == 3
    assert rejected(f"{rows}31/03/2026;2373,00\n")


def test_the_line_below_a_label_names_the_account() -> None:
    table = "#Data operacji;#Opis operacji;#Kwota;\n2026-03-04;ZAKUP;-12,50;\n2026-03-05;ZAKUP;-7,50;\n"
    for label in ("#Numer rachunku;\n12 1140 2004 0000 3002 0135 5387;\n", "#Numer rachunku;;\n\n"):
        (account,) = (
            item for item in items_of(f"mBank S.A.;\n{label}\n{table}") if isinstance(item, Account)
        )
        assert account.key == ("PL12114020040000300201355387" if "12 1140" in label else "csv")


def test_a_card_with_too_few_rows_to_show_its_signs_is_refused() -> None:
    head = "Item #,Card #,Transaction Date,Posting Date,Transaction Amount,Description\n"
    shop, paid = (
        "1,'5191xxxx1234',20260304,20260305,12.5,TIM HORTONS\n",
        "2,'5191xxxx1234',20260301,20260302,-500.0,TRSF\n",
    )
    for rows in (shop, shop + paid):
        with pytest.raises(FileRefused, match="money out from money in"):
            records(head + rows)
    assert len(records(head + paid)) == 1
    assert len(records(f"{head}{paid}3,'5191xxxx1234',20260301,20260302,40.0,REFUND SHOP\n")) == 2


def test_announced_rows_without_a_day_are_not_booked_yet() -> None:
    head = "Bokföringsdag;Belopp;Rubrik;Saldo\n2026/03/05;-125,00;ICA;24875,00\n"
    assert rejected(f"{head}Reserverat;-50,00;SL;\noffen;-5,00;SL;\n") == [
        Rejected(3, "it is not booked yet"),
        Rejected(4, "it is not booked yet"),
    ]


def test_balances_and_text_around_the_table_are_no_rows() -> None:
    table = "Buchungstag;Wertstellung;Vorgang;Umsatz in EUR\n05.03.2026;05.03.2026;Strom;-85,00\n"
    below = "Alter Kontostand;-12,50 EUR\nAccount balance;03/31/2026;2.402,50\nDisclaimer:\nDer Inhalt ist gefiltert.\n"
    assert rejected(table + below) == []
    # What a cut row leaves is told.
    cut = ["05.03.2026", "06.0", "Mar", "05.03.2026;05.03.2026;Alter Kontostand", "Strom;-85,00"]
    assert [one.row for one in rejected(table + "\n".join(cut) + "\n")] == [3, 4, 5, 6, 7]


def test_an_amount_in_the_column_of_another_currency_is_read() -> None:
    head = (
        '"Account Type","Account Number","Transaction Date","Cheque Number","Description 1","CAD$","USD$"\n'
    )
    canadian = "Chequing,01234-1234567,3/15/2026,,TIM HORTONS,-4.50,\n"
    american = "Chequing,01234-7654321,3/4/2026,,WIRE,,500.00\nChequing,01234-7654321,3/5/2026,,SHOP,,-2.00\n"
    found = {
        "01234-1234567": [Money(-450, "CAD")],
        "01234-7654321": [Money(50000, "USD"), Money(-200, "USD")],
    }
    for rows in (canadian, american, canadian + american):
        for record in records(head + rows):
            assert record.amount in found[record.account]
        assert len(records(head + rows)) == rows.count("\n")
    none = rejected(f"{head}{canadian}Chequing,01234-1234567,3/15/2026,,NOTHING,,\n")
    assert none == [Rejected(3, "the amount is missing")]


def test_a_refund_that_is_paid_to_somebody_turns_no_signs() -> None:
    sales = "".join(f"2026-03-0{day},Client {day},4{day}.00\n" for day in range(1, 6))
    assert [record.amount.minor for record in records(f"{HEAD}{sales}2026-03-09,Refund from shop,-19.99\n")][
        -1
    ] == 1999
    with pytest.raises(FileRefused, match="money out from money in"):
        records(f"{HEAD}{sales}2026-03-09,Refund to client,-19.99\n")
