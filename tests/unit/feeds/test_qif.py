from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Account, AccountKind, Balance, Channel, Record, Rejected
from edge_engine.errors import FileRefused
from edge_engine.feeds import detect, qif
from edge_engine.feeds.read import read

if TYPE_CHECKING:
    from pathlib import Path


def records(text: str, *, currency: str = "") -> list[Record]:
    return [item for item in qif.parse(text.encode(), currency=currency) if isinstance(item, Record)]


# What a person reading the file would say: day, amount, description, line.
FIXTURES = {
    "actual__data-payee-memo.qif": [
        ("2019-01-23", -1000, "Payee Name Note Text", 2),
        ("2019-01-23", -2000, "Payee Name Only", 7),
        ("2019-01-23", -3000, "Note Only Text", 11),
        ("2019-01-23", -4000, "", 15),
    ],
    "actual__data-with-categories.qif": [
        ("2018-12-19", -10058, "Outlet", 2),
        ("2018-12-19", -2015, "GroceriesYou", 7),
        ("2018-12-19", -4060, "RestaurantExample", 12),
    ],
    "bank-statement-import__test_qif.qif": [
        ("2013-08-12", -100000, "Delta PC", 2),
        ("2013-08-15", -7546, "Walts Drugs", 6),
        ("2013-03-03", -37900, "Epic Technologies", 10),
        ("2013-03-04", -2028, "YOUR LOCAL SUPERMARKET", 14),
        ("2013-03-03", -42135, "SPRINGFIELD WATER UTILITY", 18),
    ],
    "gnucash__web.qif": [
        ("1999-03-25", -9999, "Share Withdrawal", 2),
        ("1999-03-24", -9999, "Point of Sale Transaction TGI FRIDAYS #1859 SCOTTSDALE AZUS", 8),
        ("1999-03-22", -9999, "Check Number: 200", 14),
        ("1999-03-21", -9999, "Point of Sale Transaction ABCO FOODS #425 4101 N. 28TH STREET PHOENIX", 20),
        ("1999-03-20", -9999, "Point of Sale Transaction FRY'S FOOD STOR 7770 E. MCDOWELL SCOTTSDALE", 26),
        ("1999-03-19", 9999, "Direct Deposit ADMINISTAFF COMP", 32),
        ("1999-03-18", -9999, "Check Number: 203", 38),
    ],
}


@pytest.mark.parametrize("name", FIXTURES)
def test_a_real_file(shared_data: Path, name: str) -> None:
    feed = read(shared_data / "fixtures" / "qif" / name)
    items = list(feed.items)
    assert feed.format == "qif"
    assert [
        (str(item.booked), item.amount.minor, item.description, item.row)
        for item in items
        if isinstance(item, Record)
    ] == FIXTURES[name]
    assert items[0] == Account("qif", "USD", AccountKind.CURRENT)
    assert not any(isinstance(item, (Rejected, Balance)) for item in items)


ACCOUNTS = """!Option:AutoSwitch
!Account
NEveryday
TBank
^
NVisa 1234
TCCard
^
!Clear:AutoSwitch
!Account
NEveryday
TBank
^
!Type:Bank
D13/ 1'24
T100.00
POpening Balance
L[Everyday]
^
D14.1.2024
U-1,250.50
T-1,250.50
PLandlord
MRent
LHome:Rent
N1042
^
D15/1/24
T-30.00
PVisa
L[Visa 1234]
^
D16/1/24
T-9.00
PMarket
SFood:Bread
EBread
$-4.00
SFood:Milk
$-5.00
^
!Account
NVisa 1234
TCCard
^
!Type:CCard
D15/1/24
T30.00
PPayment
L[Everyday]
^
!Type:Cat
NFood
D13/13/13
^
"""


def test_accounts_balances_transfers_splits_and_lists() -> None:
    items = list(qif.parse(ACCOUNTS.encode(), currency="GBP"))
    assert items[:2] == [
        Account("Everyday", "GBP", AccountKind.CURRENT, "Everyday"),
        Account("Visa1234", "GBP", AccountKind.CARD, "Visa 1234"),
    ]
    assert items[2] == Balance("Everyday", date(2024, 1, 12), Money(10000, "GBP"))
    rent, payment, market, paid = [item for item in items if isinstance(item, Record)]
    assert (str(rent.booked), rent.amount.minor, rent.description) == ("2024-01-14", -125050, "Landlord Rent")
    assert (rent.hint, rent.channel, rent.row) == ("qif:Home:Rent", Channel.CHEQUE, 20)
    assert (payment.channel, payment.hint) == (Channel.TRANSFER, "")
    assert (market.amount.minor, market.hint) == (-900, "qif:Food:Bread")
    assert paid.account == "Visa1234"


def test_the_order_of_the_date_is_found_or_told() -> None:
    text = "!Type:Bank\nD{0}\nT-1.00\n^\n"
    assert records(text.format("13/1/24"))[0].booked == date(2024, 1, 13)
    assert records(text.format("1/13/24"))[0].booked == date(2024, 1, 13)
    assert records(text.format("2024-01-13"))[0].booked == date(2024, 1, 13)
    assert records(text.format("1/2/24"), currency="GBP")[0].booked == date(2024, 2, 1)
    assert records(text.format("1/2/24"), currency="USD")[0].booked == date(2024, 1, 2)
    with pytest.raises(FileRefused, match="two ways"):
        qif.parse(text.format("1/2/24").encode())


def test_years_of_old_programs() -> None:
    days = ("12/31/99", "12/31/099", "12/31/104", "1/ 2'04", "1/ 2' 4")
    text = "!Type:Bank\n" + "".join(f"D{day}\nT1.00\n^\n" for day in days)
    assert [record.booked.year for record in records(text)] == [1999, 1999, 2004, 2004, 2004]


def test_no_currency_is_no_currency() -> None:
    assert records("!Type:Bank\nD13/1/24\nT-1.00\n^\n")[0].amount.currency == "XXX"


def test_a_bad_transaction_is_rejected_with_its_line() -> None:
    entries = (
        "D13/1/24\nT-1.00",
        "D32/1/24\nT-1.00\n^",
        "T5",
        "D14/1/24\nTNaN",
        "D15/1/24",
        "D16/1/24\nT-1e999999",
    )
    text = "!Type:Bank\n" + "".join(f"{entry}\n^\n" for entry in entries)
    items = list(qif.parse(text.encode()))
    assert [(item.row, item.reason) for item in items if isinstance(item, Rejected)] == [
        (5, "the date is not in the calendar"),
        (9, "the date is missing"),
        (11, "the amount is not a number"),
        (14, "the amount is missing"),
        (16, "the amount is not a number"),
    ]
    assert sum(isinstance(item, Record) for item in items) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("!Type:Bank\nD13/1/24\nT-1.00\n", "ends in the middle"),
        ("!Type:Bank\nD13/1/24\nT-1.00\n!Type:CCard\n", "lost the end"),
        ("D13/1/24\nT-1.00\n^\n", "not a QIF"),
        ("", "not a QIF"),
        ("!Type:Bank\nD13/1/24\nTx\n^\n", "no transaction"),
        ("!Type:Invst\nD13/1/24\nNBuy\nT5\n^\n", "investment"),
        ("!Type:Bank\nP" + "x" * 5000 + "\n^\n", "longer than any field"),
        ("!Type:Bank\n" + "Ax\n" * 600 + "^\n", "more lines"),
        ("!Type:Bank\nD13/1/24\nT-1.00\x00\n^\n", "NUL"),
    ],
)
def test_a_bad_file_is_refused_whole(text: str, sentence: str) -> None:
    with pytest.raises(FileRefused, match=sentence):
        qif.parse(text.encode())


def test_sniff() -> None:
    assert detect.is_qif(b"!Type:Bank\n")
    assert detect.is_qif(b"\xef\xbb\xbf\r\n!account\r\n")
    assert detect.is_qif("!Type:Bank\n".encode("utf-16"))
    assert not detect.is_qif(b"Date,Amount\n")
    assert not detect.is_qif(b"! important\n")
