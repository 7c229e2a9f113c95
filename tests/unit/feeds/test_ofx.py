"""OFX and QFX files read as a person would read them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import pytest

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Account, AccountKind, Balance, Channel, Record, Rejected, Status
from edge_engine.errors import FileRefused
from edge_engine.feeds import detect, ofx

if TYPE_CHECKING:
    from pathlib import Path

SGML = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX>
<SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>
<DTSERVER>20240201120000[-5:EST]<LANGUAGE>ENG<FI><ORG>Riverside Credit Union<FID>77</FI>
<INTU.BID>77
</SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>
<STMTRS><CURDEF>USD
<BANKACCTFROM><BANKID>061000052<ACCTID>55 0042 17<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20240101<DTEND>20240131
<STMTTRN><TRNTYPE>POS<DTPOSTED>20240103120000[-5:EST]<TRNAMT>-12.40<FITID>A-1<SIC>5411
<NAME>GREEN GROCER &amp; SONS #12<MEMO>POS PURCHASE GREEN GROCER &amp; SONS #12 ATLANTA GA
</STMTTRN>
<STMTTRN><TRNTYPE>DIRECTDEBIT<DTPOSTED>20240105<TRNAMT>-61.00<FITID>A-2
<NAME>CITY WATER<MEMO>BILL 0042</STMTTRN>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20240131<TRNAMT>1,250.75<FITID>A-3<MEMO>PAYROLL RIVER MILLS
<BANKACCTTO><BANKID>061000099<ACCTID>900<ACCTTYPE>CHECKING</BANKACCTTO></STMTTRN>
</BANKTRANLIST>
<LEDGERBAL><BALAMT>2177.35<DTASOF>20240131235959</LEDGERBAL>
<AVAILBAL><BALAMT>2000.00<DTASOF>20240131235959</AVAILBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1>
</OFX>
"""


class Held(NamedTuple):
    """What a person reads in a file: accounts, entries (day, amount), balances (account, day, amount)."""

    accounts: list[tuple[str, str, AccountKind]]
    entries: list[tuple[str, str]]
    balances: list[tuple[str, str, str]]


def read(data: bytes) -> list[Account | Balance | Record | Rejected]:
    return list(ofx.parse(data))


def records(data: bytes) -> list[Record]:
    return [item for item in read(data) if isinstance(item, Record)]


def held(data: bytes) -> Held:
    found = read(data)
    assert not [item for item in found if isinstance(item, Rejected)]
    return Held(
        [(item.key, item.currency, item.kind) for item in found if isinstance(item, Account)],
        [(item.booked.isoformat(), str(item.amount)) for item in found if isinstance(item, Record)],
        [
            (item.account, item.day.isoformat(), str(item.amount))
            for item in found
            if isinstance(item, Balance)
        ],
    )


def with_entry(entry: str, currency: str = "EUR") -> bytes:
    text = f"""<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>{currency}
    <BANKACCTFROM><BANKID>9<ACCTID>8</BANKACCTFROM><BANKTRANLIST><STMTTRN><TRNTYPE>OTHER<DTPOSTED>20240105<TRNAMT>-1.00<FITID>0<NAME>first</STMTTRN>
    <STMTTRN>{entry}</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"""
    return text.encode()


def second(entry: str, currency: str = "EUR") -> Record | Rejected:
    found = [item for item in read(with_entry(entry, currency)) if isinstance(item, (Record, Rejected))]
    return found[1]


# --- files of real banks ---------------------------------------------------------------------------------


FIXTURES: dict[str, Held] = {
    "bank-statement-import__test_ofx_iban.ofx": Held(
        [("30001/12345678901", "USD", AccountKind.CURRENT), ("123412341234", "USD", AccountKind.CARD)],
        [("2013-08-24", f"{amount} USD") for amount in ("-80.00", "-90.00", "-100.00", "-90.00")],
        [("30001/12345678901", "2013-08-31", "2156.56 USD"), ("123412341234", "2013-08-31", "-562.00 USD")],
    ),
    "ofxparse__anzcc.ofx": Held(
        [("1234123412341234", "AUD", AccountKind.CARD)],
        [("2017-05-08", "-5.50 AUD")],
        [("1234123412341234", "2017-05-10", "-123.45 AUD")],
    ),
    "ofxparse__bank_medium.ofx": Held(
        [("160000100/12300000012345678", "CAD", AccountKind.CURRENT)],
        [("2009-04-01", "-6.60 CAD"), ("2009-04-02", "-316.67 CAD"), ("2009-04-03", "-22.00 CAD")],
        [("160000100/12300000012345678", "2009-05-23", "382.34 CAD")],
    ),
    "ofxparse__fidelity-savings.ofx": Held(
        [("fidelity.com/X0000001", "USD", AccountKind.INVESTMENT)],
        [
            ("2012-07-20", "-1500.00 USD"),
            ("2012-07-27", "115.83 USD"),
            ("2012-07-27", "-197.11 USD"),
            ("2012-07-27", "-197.12 USD"),
        ],
        [],
    ),
    "ofxparse__multiple_accounts.ofx": Held(
        [("123/9100", "USD", AccountKind.CURRENT), ("123/9200", "USD", AccountKind.SAVINGS)],
        [],
        [("123/9100", "2012-06-03", "111.00 USD"), ("123/9200", "2012-06-03", "222.00 USD")],
    ),
    "ofxtools__br_nubank_cc.ofx": Held(
        [("11111111-UUID-UUID-UUID-111111111111", "BRL", AccountKind.CARD)],
        [("2024-03-23", f"{amount} BRL") for amount in ("-13.00", "-162.90", "-33.46")]
        + [("2024-03-22", f"{amount} BRL") for amount in ("-9.02", "-103.53", "-959.00")],
        [("11111111-UUID-UUID-UUID-111111111111", "2024-03-25", "-1280.91 BRL")],
    ),
    "ofxtools__stmtrs.ofx": Held(
        [("121099999/999988", "USD", AccountKind.CURRENT)],
        [("2005-10-04", "-200.00 USD"), ("2005-10-20", "-300.00 USD")],
        [("121099999/999988", "2005-10-29", "200.29 USD")],
    ),
}


@pytest.mark.parametrize("name", FIXTURES)
def test_fixtures_hold_what_a_person_reads_in_them(shared_data: Path, name: str) -> None:
    data = (shared_data / "fixtures" / "ofx" / name).read_bytes()
    assert detect.is_ofx(data[:4096])
    assert held(data) == FIXTURES[name]


def test_every_fixture_has_its_expectation(shared_data: Path) -> None:
    names = {file.name for file in (shared_data / "fixtures" / "ofx").iterdir()}
    assert names == {*FIXTURES, "ofxparse__decimal_error.ofx"}


def test_the_fixture_with_the_decimal_error_is_refused(shared_data: Path) -> None:
    data = (shared_data / "fixtures" / "ofx" / "ofxparse__decimal_error.ofx").read_bytes()
    assert detect.is_ofx(data)
    with pytest.raises(FileRefused, match="no transaction of the statement can be read"):
        ofx.parse(data)


def test_words_references_and_channels_of_the_fixtures(shared_data: Path) -> None:
    folder = shared_data / "fixtures" / "ofx"
    groceries = records((folder / "ofxparse__bank_medium.ofx").read_bytes())[0]
    assert groceries.description == "POS MERCHANDISE;MCDONALD'S #112"
    assert groceries.counterparty == "MCDONALD'S #112"
    assert groceries.external_id == "0000123456782009040100001"
    assert groceries.channel is Channel.CARD
    cheque, machine = records((folder / "ofxtools__stmtrs.ofx").read_bytes())
    assert (cheque.description, cheque.channel) == ("CHECK 1000", Channel.CHEQUE)
    assert (machine.description, machine.channel) == ("ATM", Channel.CASH)
    loan = records((folder / "ofxparse__fidelity-savings.ofx").read_bytes())[3]
    assert loan.description == "DIRECT DEBIT HOMESTREET LS LOAN PMT"


# --- our own samples -------------------------------------------------------------------------------------


def test_a_statement_in_sgml() -> None:
    account, *rows, balance = read(SGML.encode())
    assert account == Account("061000052/55004217", "USD", AccountKind.CURRENT, "", "Riverside Credit Union")
    assert balance == Balance("061000052/55004217", date(2024, 1, 31), Money(217735, "USD"))
    assert rows == [
        Record(
            account="061000052/55004217",
            booked=date(2024, 1, 3),
            amount=Money(-1240, "USD"),
            description="POS PURCHASE GREEN GROCER & SONS #12 ATLANTA GA",
            external_id="A-1",
            counterparty="GREEN GROCER & SONS #12",
            mcc=5411,
            channel=Channel.CARD,
            row=1,
        ),
        Record(
            account="061000052/55004217",
            booked=date(2024, 1, 5),
            amount=Money(-6100, "USD"),
            description="CITY WATER BILL 0042",
            external_id="A-2",
            counterparty="CITY WATER",
            channel=Channel.DIRECT_DEBIT,
            row=2,
        ),
        Record(
            account="061000052/55004217",
            booked=date(2024, 1, 31),
            amount=Money(125075, "USD"),
            description="PAYROLL RIVER MILLS",
            external_id="A-3",
            counterparty_account="061000099/900",
            row=3,
        ),
    ]


@pytest.mark.parametrize(
    "variant",
    [
        SGML.replace("\n", "\r\n"),
        SGML.replace("\n", ""),
        SGML[SGML.index("<OFX>") :],
        "\n\n\n" + SGML,
        SGML.replace("<OFX>", "<ofx>").replace("STMTTRN>", "stmttrn>"),
        SGML.replace("</BANKTRANLIST>", ""),
        SGML.replace("</STMTTRN>", ""),
        SGML.replace("<MEMO>BILL 0042", "<MEMO><![CDATA[BILL 0042]]>"),
        SGML.replace("<MEMO>BILL 0042", "<MEMO>BILL 0042</MEMO><!-- <TRNAMT>-9.99 -->"),
        SGML.replace("<FITID>A-2", "<FITID>A-2<CATEGORY></CATEGORY><ACCTBAL>12.00</ACCTBAL><NOTE>x<REFNUM>"),
        SGML.replace("<FITID>A-2", "<FITID>A-2<BANK.X><NAME>other</NAME><DEEP>1</DEEP></BANK.X>"),
    ],
    ids=[
        "crlf",
        "one-line",
        "no-header",
        "blank-first",
        "small-letters",
        "list-open",
        "entries-open",
        "cdata",
        "comment",
        "unknown-tags",
        "unknown-aggregate",
    ],
)
def test_the_same_statement_however_the_bank_writes_it(variant: str) -> None:
    assert read(variant.encode()) == read(SGML.encode())


def test_the_same_statement_in_xml() -> None:
    xml = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
    <?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
    <OFX><SIGNONMSGSRSV1><SONRS><FI><ORG>Riverside Credit Union</ORG></FI></SONRS></SIGNONMSGSRSV1>
    <BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD</CURDEF>
      <BANKACCTFROM><BANKID>061000052</BANKID><ACCTID>55004217</ACCTID><ACCTTYPE>CHECKING</ACCTTYPE></BANKACCTFROM>
      <BANKTRANLIST><STMTTRN><TRNTYPE>DIRECTDEBIT</TRNTYPE><DTPOSTED>20240105</DTPOSTED><TRNAMT>-61.00</TRNAMT>
        <FITID>A-2</FITID><NAME>CITY WATER</NAME><MEMO>BILL 0042</MEMO></STMTTRN></BANKTRANLIST>
      <LEDGERBAL><BALAMT>2177.35</BALAMT><DTASOF>20240131</DTASOF></LEDGERBAL>
    </STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"""
    account, row, balance = read(xml.encode())
    first, _, expected, _, last = read(SGML.encode())
    assert (account, balance) == (first, last)
    assert isinstance(row, Record)
    assert isinstance(expected, Record)
    assert (row.description, row.amount, row.external_id) == ("CITY WATER BILL 0042", expected.amount, "A-2")


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("ENCODING:USASCII\nCHARSET:1252\n", "cp1252"),
        ("ENCODING:USASCII\nCHARSET:1252\n", "utf-8"),
        ("ENCODING:UNICODE\nCHARSET:NONE\n", "utf-8"),
        ("ENCODING:USASCII\nCHARSET:ISO-8859-1\n", "iso-8859-1"),
        ("ENCODING:USASCII\nCHARSET:8859-15\n", "iso-8859-15"),
        ("ENCODING:UTF-8\nCHARSET:CSUNICODE\n", "utf-16"),
        ("", "cp1252"),
        ('<?xml version="1.0" encoding="windows-1252"?>', "cp1252"),
    ],
)
def test_the_bytes_decide_the_encoding_and_then_the_header(header: str, encoding: str) -> None:
    text = header + with_entry("<DTPOSTED>20240105<TRNAMT>-2.00<NAME>Crédit d'été").decode()
    assert records(text.encode(encoding))[1].description == "Crédit d'été"


def test_a_declared_code_page_of_another_language_is_used() -> None:
    text = "CHARSET:1250\n" + with_entry("<DTPOSTED>20240105<TRNAMT>-2.00<NAME>Złota Żaba").decode()
    assert records(text.encode("cp1250"))[1].description == "Złota Żaba"


def test_brazilian_decimal_commas_and_time_zones() -> None:
    row = second(
        "<TRNTYPE>DEBIT<DTPOSTED>20240105000000[-3:BRT]<TRNAMT>-1.234,56<FITID>b<MEMO>Pix enviado", "BRL"
    )
    assert isinstance(row, Record)
    assert (row.booked, row.amount, row.description) == (
        date(2024, 1, 5),
        Money(-123456, "BRL"),
        "Pix enviado",
    )


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("-45,90", -4590),
        ("+45,9", 4590),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("-1 234,56", -123456),
        ("1.234.567,00", 123456700),
        ("1,234,567", 123456700),
        ("\u22125,00", -500),
        ("12.345", 1235),
    ],
)
def test_amounts_in_the_ways_banks_write_them(text: str, minor: int) -> None:
    row = second(f"<DTPOSTED>20240105<TRNAMT>{text}<NAME>x")
    assert isinstance(row, Record)
    assert row.amount == Money(minor, "EUR")


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("<DTPOSTED>20240105<TRNAMT>$120<NAME>x", "the amount is not a number"),
        ("<DTPOSTED>20240105<TRNAMT>1e400<NAME>x", "the amount is not a number"),
        ("<DTPOSTED>20240105<TRNAMT>Infinity<NAME>x", "the amount is not a number"),
        ("<DTPOSTED>20240105<TRNAMT>NaN<NAME>x", "the amount is not a number"),
        ("<DTPOSTED>20240105<TRNAMT>" + "9" * 4000 + "<NAME>x", "the amount is not a number"),
        ("<DTPOSTED>20240105<TRNAMT>99999999999999.00<NAME>x", "the amount is too large to be a household's"),
        ("<DTPOSTED>20240105<TRNAMT>1,234<NAME>x", "the amount can be read in two ways"),
        ("<DTPOSTED>20240105<NAME>x", "the amount is not a number"),
        ("<TRNAMT>1.00<NAME>x", "the date is missing"),
        ("<DTPOSTED>20240231<TRNAMT>1.00<NAME>x", "the date is not in the calendar"),
        ("<DTPOSTED>soon<TRNAMT>1.00<NAME>x", "the date is not a date"),
        (
            "<DTPOSTED>20240105<TRNAMT>1.00<CURRENCY><CURRATE>1<CURSYM>E$</CURRENCY>",
            "a currency is three capital letters, as in ISO 4217",
        ),
        (
            "<DTPOSTED>20240105<TRNAMT>1.00<CORRECTFITID>0<CORRECTACTION>DELETE",
            "the bank takes an earlier transaction back, which is not supported",
        ),
    ],
)
def test_a_bad_row_is_rejected_with_its_number_and_the_rest_is_read(entry: str, reason: str) -> None:
    assert second(entry) == Rejected(2, reason)


def test_a_bad_balance_is_rejected_and_an_empty_one_is_none() -> None:
    bad = SGML.replace("<BALAMT>2177.35", "<BALAMT>lots")
    assert [item for item in read(bad.encode()) if isinstance(item, Rejected)] == [
        Rejected(1, "the balance of this statement cannot be read")
    ]
    assert len(records(bad.encode())) == 3
    empty = SGML.replace("<BALAMT>2177.35", "<BALAMT>")
    assert not [item for item in read(empty.encode()) if isinstance(item, (Balance, Rejected))]


def test_a_foreign_amount_keeps_its_currency_and_a_converted_one_the_accounts() -> None:
    foreign = second("<DTPOSTED>20240105<TRNAMT>-3.65<CURRENCY><CURRATE>1.06<CURSYM>USD</CURRENCY>")
    converted = second("<DTPOSTED>20240105<TRNAMT>-3.65<ORIGCURRENCY><CURRATE>1.06<CURSYM>USD</ORIGCURRENCY>")
    assert isinstance(foreign, Record)
    assert isinstance(converted, Record)
    assert foreign.amount == Money(-365, "USD")
    assert converted.amount == Money(-365, "EUR")


def test_where_the_file_names_no_currency_the_first_entry_does() -> None:
    data = with_entry("<DTPOSTED>20240105<TRNAMT>-3.65<CURRENCY><CURRATE>1<CURSYM>AUD</CURRENCY>", "")
    assert next(iter(ofx.parse(data))) == Account("9/8", "AUD", institution="9")


def test_pending_and_correcting_entries() -> None:
    text = with_entry(
        "<DTPOSTED>20240105<TRNAMT>-3.65<FITID>new<CORRECTFITID>old<CORRECTACTION>REPLACE"
    ).decode()
    text = text.replace(
        "</BANKTRANLIST>",
        "</BANKTRANLIST><BANKTRANLISTP><DTASOF>20240106<STMTTRNP><TRNTYPE>POS<DTTRAN>20240106<TRNAMT>-7.00<NAME>Cafe"
        "</STMTTRNP></BANKTRANLISTP>",
    )
    _, correcting, pending = records(text.encode())
    assert (correcting.external_id, correcting.pending_id, correcting.status) == ("new", "old", Status.POSTED)
    assert (pending.status, pending.booked, pending.amount) == (
        Status.PENDING,
        date(2024, 1, 6),
        Money(-700, "EUR"),
    )


def test_a_payee_aggregate_names_the_counterparty_and_not_the_description_of_others() -> None:
    row = second("<DTPOSTED>20240105<TRNAMT>-1<PAYEE><NAME>Mill Lane Dental<CITY>Ely</PAYEE><MEMO>Ref 9")
    assert isinstance(row, Record)
    assert (row.counterparty, row.description) == ("Mill Lane Dental", "Mill Lane Dental Ref 9")


def test_an_iban_as_account_id_is_the_key() -> None:
    text = SGML.replace("<ACCTID>55 0042 17", "<ACCTID>DE02 1203 0000 0000 2020 51")
    first = read(text.encode())[0]
    assert isinstance(first, Account)
    assert first.key == "DE02120300000000202051"


def test_rows_count_on_over_the_statements_of_a_file() -> None:
    both = SGML.replace(
        "</BANKMSGSRSV1>", SGML[SGML.index("<STMTTRNRS>") : SGML.index("</BANKMSGSRSV1>")] + "</BANKMSGSRSV1>"
    )
    assert [row.row for row in records(both.encode())] == [1, 2, 3, 4, 5, 6]


TRADES = """<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS><DTASOF>20240131<CURDEF>USD
<INVACCTFROM><BROKERID>broker.example<ACCTID>77</INVACCTFROM><INVTRANLIST>
<BUYMF><INVBUY><INVTRAN><FITID>1<DTTRADE>20240105</INVTRAN><TOTAL>-50.00</INVBUY></BUYMF>{cash}
</INVTRANLIST></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1></OFX>"""


def test_cash_movements_of_an_investment_account_are_read_and_trades_are_not() -> None:
    cash = (
        "<INVBANKTRAN><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20240104<TRNAMT>60.00<FITID>2<NAME>Deposit</STMTTRN>"
        "<SUBACCTFUND>CASH</INVBANKTRAN>"
    )
    assert held(TRADES.format(cash=cash).encode()) == Held(
        [("broker.example/77", "USD", AccountKind.INVESTMENT)], [("2024-01-04", "60.00 USD")], []
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (TRADES.format(cash=""), "the file holds investments without cash movements, which are not read"),
        ("<OFX></OFX>", "the OFX file holds no statement"),
        (
            "<OFX><BANKMSGSRSV1><STMTTRNRS><STATUS><CODE>2000<SEVERITY>ERROR</STATUS></STMTTRNRS></BANKMSGSRSV1></OFX>",
            "the OFX file is a bank's error message and holds no statement",
        ),
        (SGML.replace("<ACCTID>55 0042 17", "<ACCTID>"), "an OFX statement names no account"),
        (
            SGML.replace("<BANKACCTFROM>", "<!--").replace("</BANKACCTFROM>", "-->"),
            "an OFX statement names no account",
        ),
        (SGML.replace("<CURDEF>USD", ""), "an OFX statement does not say its currency"),
        (SGML.replace("</OFX>", ""), "the OFX file ends early or is damaged"),
        (SGML + "<OFX>", "the OFX file ends early or is damaged"),
        (SGML.replace("<BANKTRANLIST>", "<!-- <BANKTRANLIST>"), "the OFX file ends early or is damaged"),
        ("<!DOCTYPE OFX>" + SGML, "the OFX file declares a document type, which no statement does"),
        (
            '<!DOCTYPE OFX [<!ENTITY a "b">]>' + SGML,
            "the OFX file declares a document type, which no statement does",
        ),
        (
            "<OFX>" + "<STMTRS>" * 100 + "</OFX>",
            "the OFX file is nested or split beyond what a statement needs",
        ),
        ("<OFX>" + "<a>" * 9000 + "</OFX>", "the OFX file is nested or split beyond what a statement needs"),
        ("nothing of the kind", "the OFX file ends early or is damaged"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(FileRefused) as caught:
        ofx.parse(text.encode())
    assert caught.value.message == sentence


def test_every_cut_of_a_statement_is_refused() -> None:
    data = SGML.strip().encode()
    for length in range(len(data)):
        with pytest.raises(FileRefused):
            ofx.parse(data[:length])


def test_text_is_never_expanded_twice() -> None:
    row = second("<DTPOSTED>20240105<TRNAMT>-1<NAME>&amp;lt;A&amp;gt; &#66;")
    assert isinstance(row, Record)
    assert row.description == "&lt;A&gt; B"


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (b"OFXHEADER:100\r\nDATA:OFXSGML", True),
        (b"\xef\xbb\xbf\n\nOFXHEADER:100", True),
        (b'<?xml version="1.0"?>\n<OFX>', True),
        (b"  <ofx>\r\n", True),
        ("OFXHEADER:100".encode("utf-16"), True),
        (b"<Document><BkToCstmrStmt>", False),
        (b"Date,Amount\n", False),
        (b":20:X\n:25:1", False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, known: bool) -> None:  # noqa: FBT001
    assert detect.is_ofx(head) is known
