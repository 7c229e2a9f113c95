"""MT940 files of many banks read as a person would read them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Account, AccountKind, Balance, Channel, Record, Rejected, Status
from edge_engine.errors import FileRefused
from edge_engine.feeds import camt053, detect, mt940, ofx, xml
from edge_engine.feeds.read import read as read_file

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


def read(data: bytes) -> list[Account | Balance | Record | Rejected]:
    return list(mt940.parse(data))


def records(data: bytes) -> list[Record]:
    return [item for item in read(data) if isinstance(item, Record)]


def told(data: bytes) -> list[str]:
    """Tell every item of a file in one line each, without words."""
    lines = []
    for item in read(data):
        if isinstance(item, Account):
            lines.append(f"{item.key} {item.currency}")
        elif isinstance(item, Balance):
            lines.append(f"= {item.day} {item.amount}")
        elif isinstance(item, Record):
            lines.append(f"{item.booked} {item.amount}")
        else:
            lines.append(f"! {item.row} {item.reason}")
    return lines


def statement(*entries: str, opening: str = "C240101EUR1000,00", closing: str = "C240131EUR1000,00") -> bytes:
    return "\r\n".join(
        (
            ":20:STARTUMS",
            ":25:10020030/1234567",
            ":28C:1/1",
            f":60F:{opening}",
            *entries,
            f":62F:{closing}",
            "-",
            "",
        )
    ).encode()


def entry(details: str, line: str = "2401050105D1,00NTRFNONREF", *, before: str = "") -> Record:
    """Read one entry with the given :86: field."""
    found = records(statement(*([before] if before else []), f":61:{line}", f":86:{details}"))
    return found[-1]


# --- files of real banks ---------------------------------------------------------------------------------


def fixture(shared_data: Path, name: str) -> bytes:
    return (shared_data / "fixtures" / "mt940" / f"mt940__{name}").read_bytes()


def test_the_ing_fixture(shared_data: Path) -> None:
    data = fixture(shared_data, "ing.sta")
    assert told(data) == [
        "INGBNL2A/0001234567 EUR",
        "= 2010-07-21 0.00 EUR",
        "2010-07-22 -25.03 EUR",
        "2010-07-22 -3.03 EUR",
        "2010-07-22 -1.11 EUR",
        "2010-07-22 -20.00 EUR",
        "2010-07-22 -1.10 EUR",
        "2010-07-22 3.68 EUR",
        "2010-07-23 1.00 EUR",
        # The entries add up to -45.59: the bank's own words stand, and every entry is read.
        "= 2010-07-23 3.47 EUR",
    ]
    first, second, *_, last = records(data)
    assert first.description.startswith("RC AFREKENING BETALINGSVERKEER BETREFT REKENING 4715589 PERIODE:")
    assert (second.counterparty_account, second.description) == (
        "0111111111",
        "GPSEOUL SPOEDBETALING MPBZS1016000047 GPSEOUL",
    )
    assert last.description.endswith("Betaling transactiedatum: 22-07-2010")


def test_the_mbank_fixture(shared_data: Path) -> None:
    data = fixture(shared_data, "mBank_mt940.sta")
    assert told(data) == [
        "PL29114010810000267002001002 PLN",
        "= 2017-01-18 0.40 PLN",
        "2017-01-19 0.01 PLN",
        "2017-01-19 0.01 PLN",
        "2017-01-19 0.01 PLN",
        "= 2017-01-19 0.43 PLN",
    ]
    found = records(data)
    assert [row.external_id for row in found] == ["MB170119012058", "MB170119012085", "MB170119012121"]
    assert {(row.counterparty, row.counterparty_account, row.description) for row in found} == {
        ("JAN NOWAK", "PL56114010810000267002001001", "PRZELEW SRODKOW")
    }


def test_the_fixture_of_three_banks(shared_data: Path) -> None:
    data = fixture(shared_data, "mt940.sta")
    assert told(data) == [
        "45050050/76198810 DEM",
        "= 2013-10-16 84349.74 DEM",
        "2013-10-17 -6800.00 DEM",
        "2013-10-17 -620.30 DEM",
        "2013-10-17 18500.00 DEM",
        "2013-10-15 -14220.00 DEM",
        "2013-10-17 -1507.00 DEM",
        "2013-10-24 4200.00 DEM",
        "2013-10-17 -19900.00 DEM",
        "2013-10-17 -400.00 DEM",
        "2013-10-18 3656.74 DEM",
        "2013-10-19 23040.00 DEM",
        "2013-10-27 -5862.14 DEM",
        "= 2013-10-17 84437.04 DEM",
        "10020030/1234567 EUR",
        "= 2002-11-01 2187.95 EUR",
        "2002-11-02 -800.00 EUR",
        "2002-11-02 3000.00 EUR",
        "= 2002-11-30 4387.95 EUR",
        "BPHKPLPK/320000546101 PLN",
        "= 2003-10-02 40000.00 PLN",
        "2003-10-20 20000.00 PLN",
        "2003-10-20 -10000.00 PLN",
        "2003-10-20 40.00 PLN",
        "= 2002-03-25 50040.00 PLN",
    ]
    found = records(data)
    assert (found[0].description, found[0].channel) == ("SCHECK-NR. 0000016703074", Channel.CHEQUE)
    rent, salary, steel = found[11:14]
    assert rent == Record(
        account="10020030/1234567",
        booked=date(2002, 11, 2),
        amount=Money(-80000, "EUR"),
        description="Miete November",
        external_id="55555",
        counterparty="MUELLER",
        counterparty_account="10020030/234567",
        value_date=date(2002, 11, 1),
        channel=Channel.STANDING_ORDER,
        row=36,
    )
    assert salary.description == "Gehalt Oktober Firma Mustermann GmbH"
    assert salary.value_date is None
    assert steel.counterparty == "HUTA SZKLA TOPIC UL PRZEMY SLOWA 67 32-669 WROCLAW"
    assert steel.counterparty_account == "PL08106000760000777777777777"


def test_the_asn_fixture_of_a_month_of_days(shared_data: Path) -> None:
    data = fixture(shared_data, "mt940.txt")
    lines = told(data)
    assert lines[:3] == ["NL81ASNB9999999999 EUR", "= 2019-12-31 444.29 EUR", "2020-01-01 -65.00 EUR"]
    assert [line for line in lines if line[0] not in "=N"] == [
        "2020-01-01 -65.00 EUR",
        "2020-01-05 1000.00 EUR",
        "2020-01-05 -801.55 EUR",
        "2020-01-25 -1.65 EUR",
        "2020-01-29 828.72 EUR",
        "2020-01-29 -1000.00 EUR",
        "2020-01-31 1000.18 EUR",
        "2020-01-31 -903.76 EUR",
    ]
    closing = [line for line in lines if line[0] == "="][1:]
    assert len(closing) == 31
    assert closing[0] == "= 2020-01-01 379.29 EUR"
    assert closing[4] == "= 2020-01-05 577.74 EUR"
    assert closing[-1] == "= 2020-01-31 501.23 EUR"
    jewels, _, card, fee, *_ = records(data)
    assert jewels.description == "Betaling sieraden"
    assert jewels.counterparty == "hr gjlm paulissen"
    assert jewels.counterparty_account == "NL47INGB9999999999"
    assert "Betaling aan ICS 99999999999 ICS Referentie" in card.description
    assert fee.description == "Kosten gebruik betaalrekening inclusief 1 betaalpas"
    assert (fee.counterparty, fee.counterparty_account) == ("", "")


def test_the_rabobank_fixture(shared_data: Path) -> None:
    data = fixture(shared_data, "rabobank-iban.sta")
    assert told(data) == [
        "NL71RABO0123456789 EUR",
        "= 2012-12-31 1000.00 EUR",
        "2013-01-01 -25.00 EUR",
        "2013-01-02 -10.00 EUR",
        "= 2013-01-08 965.00 EUR",
        "2013-01-08 -25.00 EUR",
        "2013-01-09 -10.00 EUR",
        "= 2013-01-15 930.00 EUR",
    ]
    holder, friend, *_ = records(data)
    assert (holder.counterparty, holder.counterparty_account) == (
        "CONTRA ACCOUNT HOLDER",
        "NL70ABNA0987654321",
    )
    assert (friend.counterparty, friend.description) == ("JOHN DOE", "Reference 201301234")


# Account, opening and closing balance of each statement of the file, the pages of one statement together.
SEPA = """\
0194774600888 -1234718.36 -1237628.23
0194777100888 -970499.90 -1455749.85
0194778300888 -1709296.34 -2237334.85
0194779500888 3192675.04 4242675.04
0194780100888 -2368827.87 -3095522.14
0194780101888 152970.15 203960.20
0194781300888 -40432.20 -100854.45
0194782500888 -1552497.38 -2303471.11
0194783700888 -3829477.87 -5019697.96
0194784900888 -5777585.57 -8844425.38
0194784901888 13990.05 27980.10
0194785000888 -3612519.02 -5113593.52
0194785001888 152970.15 203960.20
0194786200888 145964.58 238954.77
0194787400888 766656.49 1125250.40
0194791600888 -1970431.87 -4472049.09
0194791601888 -324910.25 -397310.25
0194798900888 -450.00 -600.00
0194799000888 -450.00 -600.00
0194804000888 0.00 50.05
"""


def test_the_sepa_fixture(shared_data: Path) -> None:
    data = fixture(shared_data, "sepa_mt9401.sta")
    found = read(data)
    assert not [item for item in found if isinstance(item, Rejected)]
    rows = [item for item in found if isinstance(item, Record)]
    assert len(rows) == 97
    assert {row.booked for row in rows} == {date(2007, 9, 4)}
    told_balances = []
    for account in (item for item in found if isinstance(item, Account)):
        opening, closing = [b for b in found if isinstance(b, Balance) and b.account == account.key]
        number = account.key.removeprefix("50880050/")
        told_balances.append(f"{number} {str(opening.amount)[:-4]} {str(closing.amount)[:-4]}")
        total = sum(row.amount.minor for row in rows if row.account == account.key)
        assert opening.amount.minor + total == closing.amount.minor
    assert told_balances == SEPA.splitlines()


def test_details_of_the_sepa_fixture(shared_data: Path) -> None:
    rows = {row.row: row for row in records(fixture(shared_data, "sepa_mt9401.sta"))}
    returned, reversal, transfer, later = rows[5], rows[19], rows[103], rows[490]
    assert returned.external_id == "0724710345313905"
    assert "Grund nicht spezifiziert Reject aus SEPA-Ueberweisungsauftrag" in returned.description
    assert (reversal.amount, reversal.external_id) == (Money(-20488, "EUR"), "")
    assert transfer.counterparty == "Empfaenger Florian Frech UK 01"
    assert transfer.counterparty_account == "DE76508800500194780101"
    assert transfer.description == "Verwend CTSc-01 eBB TFNr 21005"
    assert transfer.channel is Channel.TRANSFER
    assert later.value_date == date(2007, 9, 7)


def test_every_fixture_is_sniffed_and_whole(shared_data: Path) -> None:
    files = sorted((shared_data / "fixtures" / "mt940").iterdir())
    assert [len(records(file.read_bytes())) for file in files] == [7, 3, 16, 8, 4, 97]
    assert all(detect.is_mt940(file.read_bytes()[:4096]) for file in files)


# --- the :61: line ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "booked", "value", "minor"),
    [
        ("2401050105D12,5NTRFNONREF", date(2024, 1, 5), None, -1250),
        ("2401050105CR300,NTRFNONREF", date(2024, 1, 5), None, 30000),
        ("2401050105RCR7,01NTRFNONREF", date(2024, 1, 5), None, -701),
        ("2401050105RD7,01NTRFNONREF", date(2024, 1, 5), None, 701),
        ("240105    D7,01NTRFNONREF", date(2024, 1, 5), None, -701),
        ("240105D7,01NTRFNONREF", date(2024, 1, 5), None, -701),
        ("240105D7,01", date(2024, 1, 5), None, -701),
        ("2401020103C0,40NTRFNONREF", date(2024, 1, 3), date(2024, 1, 2), 40),
        ("2312310102C1,00NTRFNONREF", date(2024, 1, 2), date(2023, 12, 31), 100),
        ("2401021231C1,00NTRFNONREF", date(2023, 12, 31), date(2024, 1, 2), 100),
        ("2402290229C1,00NTRFNONREF", date(2024, 2, 29), None, 100),
        ("2302300301D6,00N024NONREF", date(2023, 3, 1), date(2023, 2, 28), -600),
        ("9912311231D000000000012,50N024NONREF", date(1999, 12, 31), None, -1250),
    ],
)
def test_dates_directions_and_amounts_of_entries(
    line: str, booked: date, value: date | None, minor: int
) -> None:
    row = entry("text", line)
    assert (row.booked, row.value_date, row.amount) == (booked, value, Money(minor, "EUR"))


def test_expected_entries_are_pending() -> None:
    assert entry("x", "2401050105ED5,00NTRFNONREF").status is Status.PENDING
    assert entry("x", "2401050105EC5,00NTRFNONREF").amount == Money(500, "EUR")
    assert entry("x").status is Status.POSTED


@pytest.mark.parametrize(
    ("line", "reference"),
    [
        ("2401050105D1,00NTRFNONREF//B4E07XM00J000023", "B4E07XM00J000023"),
        ("2401050105D1,00NTRFKREF+//NONREF", ""),
        ("2401050105D1,00NTRFNONREF", ""),
        ("2401050105D1,00NMSCNONREF//", ""),
    ],
)
def test_the_banks_reference_is_the_external_id(line: str, reference: str) -> None:
    assert entry("x", line).external_id == reference


@pytest.mark.parametrize(
    ("kind", "channel"),
    [
        ("NSTO", Channel.STANDING_ORDER),
        ("NCHG", Channel.FEE),
        ("NCHK", Channel.CHEQUE),
        ("NINT", Channel.INTEREST),
        ("NDDT", Channel.DIRECT_DEBIT),
        ("NBEA", Channel.CARD),
        ("NMSC", Channel.UNKNOWN),
        ("N024", Channel.UNKNOWN),
    ],
)
def test_the_type_code_says_how_money_moved(kind: str, channel: Channel) -> None:
    assert entry("plain words", f"2401050105D1,00{kind}NONREF").channel is channel


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "the statement line has not the form of field 61"),
        ("2401050105X1,00NTRF", "the statement line has not the form of field 61"),
        ("2413050105D1,00NTRFNONREF", "the value date is not in the calendar"),
        ("2401051399D1,00NTRFNONREF", "the entry date is not in the calendar"),
        ("2401050105D1,0,0NTRFNONREF", "the amount is not a number"),
        ("2401050105D99999999999999,00NTRFNONREF", "the amount is too large to be a household's"),
        ("2401050105DNTRFNONREF", "the statement line has not the form of field 61"),
    ],
)
def test_a_bad_entry_is_rejected_with_its_line_and_the_rest_is_read(line: str, reason: str) -> None:
    found = read(statement(":61:2401040104D2,00NTRFNONREF", ":86:good", f":61:{line}", ":86:bad"))
    assert [item.row for item in found if isinstance(item, Record)] == [5]
    assert [item for item in found if isinstance(item, Rejected)] == [Rejected(7, reason)]


# --- accounts, balances, files ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ("10020030/1234567", "10020030/1234567"),
        ("10020030/1234567EUR", "10020030/1234567"),
        ("NL71RABO0123456789", "NL71RABO0123456789"),
        ("NL71RABO0123456789 EUR", "NL71RABO0123456789"),
        ("/NL71RABO0123456789", "NL71RABO0123456789"),
        ("RABONL2U/NL71RABO0123456789", "NL71RABO0123456789"),
        ("1291.99.348EUR", "129199348"),
        ("UBRTHUHB/123456789150/EUR", "UBRTHUHB/123456789150"),
        ("TRIODOSBANK/0390123456", "TRIODOSBANK/0390123456"),
    ],
)
def test_account_keys(field: str, key: str) -> None:
    account = read(statement().replace(b"10020030/1234567", field.encode()))[0]
    assert isinstance(account, Account)
    assert (account.key, account.kind) == (key, AccountKind.CURRENT)


@pytest.mark.parametrize(
    "head",
    [
        "{1:F01INGBNL2ABXXX0000000000}{2:I940INGBNL2AXXXN}{4:",
        "0000 01INGBNL2AXXXX00001",
        "INGBNL2A\n940\nINGBNL2A",
    ],
)
def test_the_head_of_a_message_names_the_bank(head: str) -> None:
    data = statement().decode().replace("10020030/1234567", "0001234567")
    data = data.replace("\r\n-\r\n", "\r\n-}{5:}\r\n" if head[0] == "{" else "\r\n-XXX\r\n")
    assert detect.is_mt940((head + "\r\n" + data).encode())
    assert read((head + "\r\n" + data).encode())[0] == Account(
        "INGBNL2A/0001234567", "EUR", AccountKind.CURRENT, "", "INGBNL2A"
    )


def test_pages_of_a_statement_are_one() -> None:
    pages = (
        ":20:A\n:25:1\n:28C:7/1\n:60F:C240101EUR10,00\n:61:2401020102D1,00NTRFNONREF\n:86:one\n:62M:C240102EUR9,00\n-\n"
        ":20:A\n:25:1\n:28C:7/2\n:60M:C240102EUR9,00\n:61:2401020102D2,00NTRFNONREF\n:86:two\n:62F:C240102EUR7,00\n-\n"
    )
    assert told(pages.encode()) == [
        "1 EUR",
        "= 2024-01-01 10.00 EUR",
        "2024-01-02 -1.00 EUR",
        "2024-01-02 -2.00 EUR",
        "= 2024-01-02 7.00 EUR",
    ]


def test_a_page_at_the_end_keeps_its_balance() -> None:
    page = ":20:A\n:25:1\n:60F:C240101EUR10,00\n:61:2401020102D1,00NTRFNONREF\n:62M:C240102EUR9,00\n-\n"
    assert told(page.encode())[-1] == "= 2024-01-02 9.00 EUR"


def test_the_closing_remark_belongs_to_no_entry() -> None:
    data = statement(":61:2401050105D1,00NTRFNONREF", ":86:bread")
    data = data.replace(b"\r\n-\r\n", b"\r\n:86:D000001C0D1,00C0,\r\n-\r\n")
    assert [row.description for row in records(data)] == ["bread"]


def test_rabobank_statements_begin_with_940_and_end_without_a_trailer() -> None:
    data = statement(":61:2401050105C5,00N541NONREF", ":86:x", closing="C240105EUR1005,00").decode()
    bare = ":940:\r\n" + data.replace("\r\n-\r\n", "\r\n").replace(
        "10020030/1234567", "NL71RABO0123456789 EUR"
    )
    assert told(bare.encode())[0] == "NL71RABO0123456789 EUR"
    assert len(records(bare.encode())) == 1


def test_two_accounts_in_a_file() -> None:
    other = statement(":61:2401050105D1,00NTRFNONREF").replace(b"1234567", b"7654321")
    assert [line for line in told(statement() + other) if " EUR" in line and "/" in line] == [
        "10020030/1234567 EUR",
        "10020030/7654321 EUR",
    ]


def test_a_debit_balance_is_negative() -> None:
    assert told(statement(opening="D240101EUR5,00", closing="D240131EUR5,00"))[1:] == [
        "= 2024-01-01 -5.00 EUR",
        "= 2024-01-31 -5.00 EUR",
    ]


def test_a_balance_without_a_real_day_is_left_out() -> None:
    assert told(statement(opening="C000000EUR0,00")) == ["10020030/1234567 EUR", "= 2024-01-31 1000.00 EUR"]


def test_an_interim_report_has_no_balances() -> None:
    report = (
        ":20:CYC/1\n:25:PL29114010810000267002001002\n:28C:1/1\n:34F:PLN0\n:13D:1701191815+0100\n"
        ":61:1701190119CN0,01NTRFNONREF//MB1\n:86:911 x\n:90D:0PLN0,00\n:90C:1PLN0,01\n-\n"
    )
    assert detect.is_mt940(report.encode())
    assert told(report.encode()) == ["PL29114010810000267002001002 PLN", "2017-01-19 0.01 PLN"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "@@"])
def test_line_ends(newline: str) -> None:
    data = statement(":61:2401050105D1,00NTRFNONREF", ":86:bread").decode().replace("\r\n", newline)
    assert [row.description for row in records(data.encode())] == ["bread"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "iso-8859-1", "cp850", "cp437", "cp852", "utf-16"]
)
def test_umlauts_in_the_code_pages_of_german_banks(encoding: str) -> None:
    data = statement(":61:2401050105D1,00NTRFNONREF", ":86:Gr\u00fc\u00dfe aus K\u00f6ln").decode()
    row = records(data.encode(encoding))[0]
    assert row.description == "Gr\u00fc\u00dfe aus K\u00f6ln"


def test_entries_that_do_not_add_up_are_still_the_banks_entries() -> None:
    assert told(statement(":61:2401050105D1,00NTRFNONREF", ":86:filtered"))[-2:] == [
        "2024-01-05 -1.00 EUR",
        "= 2024-01-31 1000.00 EUR",
    ]


WHOLE = (
    ":20:A\r\n:25:NL71RABO0123456789\r\n:28C:7\r\n:60F:C240101EUR10,00\r\n"
    ":61:2401020102D1,25NTRFNONREF//1\r\n:86:one\r\n:61:2401030103C2,50NTRFNONREF//2\r\n:86:two\r\n:62F:C240103EUR11,25\r\n"
)


def test_every_cut_of_a_statement_is_refused() -> None:
    for length in range(len(WHOLE.rstrip())):
        with pytest.raises(FileRefused):
            mt940.parse(WHOLE[:length].encode())


def test_a_cut_behind_a_whole_statement_loses_no_entry_of_what_it_keeps() -> None:
    double = WHOLE.replace("11,25\r\n", "11,25\r\n-\r\n") * 2
    for length in range(len(double)):
        try:
            found = records(double[:length].encode())
        except FileRefused:
            continue
        assert len(found) in {2, 4}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the file holds no MT940 statement"),
        ("1\n2\n3", "the file holds no MT940 statement"),
        (WHOLE.replace(":62F:", ":64:"), "the MT940 file ends early or has lost a part"),
        (WHOLE.replace(":62F:C", ":62F:X"), "the MT940 file ends early or has lost a part"),
        (
            WHOLE.replace(":62F:", ":20:B\r\n:25:NL71RABO0123456789\r\n:60F:C240103EUR1,\r\n:62F:"),
            "the MT940 file ends early or has lost a part",
        ),
        (WHOLE.replace("11,25\r\n", "11,2"), "the MT940 file ends early or has lost a part"),
        (
            "{1:F01ASNBNL21XXXX0000000000}{2:O940ASNBNL21XXXXN}{3:}{4:\r\n" + WHOLE,
            "the MT940 file ends early or has lost a part",
        ),
        (WHOLE.replace(":25:NL71RABO0123456789\r\n", ""), "an MT940 statement names no account"),
        (WHOLE.replace("NL71RABO0123456789", " "), "an MT940 statement names no account"),
        (WHOLE.replace("EUR", ""), "an MT940 statement does not say its currency"),
        (
            WHOLE.replace("C240103EUR11,25", "C240103EUR" + "9" * 30),
            "a balance of the MT940 file cannot be read",
        ),
        (WHOLE.replace(":61:", ":61:x"), "no transaction of the statement can be read"),
        (":20:A\r\n:25:1\r\n" + ":86:\r\n" * 5000, "the MT940 file is split beyond what a statement needs"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(FileRefused) as caught:
        mt940.parse(text.encode())
    assert caught.value.message == sentence


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (b":20:STARTUMS\r\n:25:10020030/1234567\r\n", True),
        (b"\r\n:20:X\n:21:Y\n:25:1\n", True),
        (b"\x01\n:20:X\n:25:1\n", True),
        (b"ABNANL2A\n940\nABNANL2A\n:20:X\n:25:1\n", True),
        (
            b"{1:F01ASNBNL21XXXX0000000000}{2:O940ASNBNL21XXXXN}{3:}{4:\n:20:0\n:25P:NL81ASNB9999999999\n",
            True,
        ),
        (":20:X\n:25:1\n".encode("utf-16"), True),
        (b":20:X\n:32A:240101EUR1,\n", False),
        (b"OFXHEADER:100\n", False),
        (b"Date;Amount\n:20:;1\n", False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, known: bool) -> None:  # noqa: FBT001
    assert detect.is_mt940(head) is known


@pytest.mark.parametrize("parser", [mt940, ofx, camt053])
def test_size_is_bounded_before_reading(parser: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (mt940, ofx, xml):
        monkeypatch.setattr(module, "MAX_BYTES", 10)
    with pytest.raises(FileRefused, match="larger than any bank statement"):
        parser.parse(b"<A>" + b" " * 20 + b"</A>")


def test_a_statement_that_does_not_add_up_is_read_and_told() -> None:
    entries = (":61:2401050105D1,00NTRFNONREF", ":86:Shop")
    whole = statement(*entries, closing="C240131EUR999,00")
    short = statement(*entries, closing="C240131EUR900,00")
    assert read_file(whole).notes == ()
    feed = read_file(short)
    assert sum(isinstance(item, Record) for item in feed.items) == 1
    assert len(feed.notes) == 1
    assert "the statement do not add up" in feed.notes[0]
    assert "1 of the 2 statements" in read_file(whole + short).notes[0]
