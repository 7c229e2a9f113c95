"""No bytes make a reader crash, hang, or raise anything but a FeedError; what it gives is always storable."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from datetime import date
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, example, given, settings

from edge_engine.domain.money import MAX_MINOR
from edge_engine.domain.transaction import MAX_TEXT, Account, Balance, Event, Record, Rejected
from edge_engine.errors import FeedError
from edge_engine.feeds import csv_columns, csv_rows, detect
from edge_engine.feeds.canonical import MAX_KEY, canonicalize
from edge_engine.feeds.dates import FIRST_YEAR, LAST_YEAR
from edge_engine.feeds.read import read
from edge_engine.feeds.text import clean

UNIT = Path(__file__).resolve().parents[1] / "unit" / "feeds"
SAMPLES = tomllib.loads((UNIT / "csv_banks.toml").read_text(encoding="utf-8"))["sample"]
BANKS: list[bytes] = [one["text"].encode(one.get("encoding", "utf-8")) for one in SAMPLES]
TOLD: list[str] = [one.get("told_currency", "") for one in SAMPLES]

QIF = (
    b"!Account\nNBank\nTBank\n^\n!Type:Bank\nD13/1/24\nT-1,234.50\nPShop\nMMemo\nLFood\n^\nD1/ 2'04\nT5\n^\n"
)
OFX = (
    b"OFXHEADER:100\r\nDATA:OFXSGML\r\nCHARSET:1252\r\n\r\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR"
    b"<BANKACCTFROM><BANKID>1<ACCTID>2<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><STMTTRN><TRNTYPE>DEBIT"
    b"<DTPOSTED>20240105120000[-5:EST]<TRNAMT>-3.20<FITID>f1<NAME>Shop</STMTTRN></BANKTRANLIST><LEDGERBAL><BALAMT>5.00"
    b"<DTASOF>20240105</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
)
MT940 = (
    b":20:1\r\n:25:DE02120300000000202051\r\n:28C:1/1\r\n:60F:C240101EUR10,00\r\n:61:2401050105D3,20NMSCNONREF//9\r\n"
    b":86:177?00LASTSCHRIFT?20SVWZ+Strom?32Stadtwerke\r\n:62F:C240105EUR6,80\r\n-\r\n"
)
CAMT053 = (
    b'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>'
    b"<Id>1</Id><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></Acct><Bal><Tp><CdOrPrtry><Cd>CLBD</Cd>"
    b'</CdOrPrtry></Tp><Amt Ccy="EUR">6.80</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2024-01-05</Dt></Dt></Bal><Ntry>'
    b'<Amt Ccy="EUR">3.20</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2024-01-05</Dt></BookgDt>'
    b"<AddtlNtryInf>Shop</AddtlNtryInf></Ntry></Stmt></BkToCstmrStmt></Document>"
)
OTHERS = [
    QIF,
    OFX,
    MT940,
    CAMT053,
    json.dumps(
        {
            "Data": {
                "Account": [{"AccountId": "1", "Currency": "GBP", "AccountSubType": "Savings"}],
                "Balance": [
                    {"AccountId": "1", "Type": "InterimBooked", "CreditDebitIndicator": "Credit",
                     "DateTime": "2024-01-05T00:00:00Z", "Amount": {"Amount": "5.00", "Currency": "GBP"}}
                ],
                "Transaction": [
                    {"AccountId": "1", "TransactionId": "t", "CreditDebitIndicator": "Debit", "Status": "Booked",
                     "BookingDateTime": "2024-01-05T00:00:00Z", "Amount": {"Amount": "5.00", "Currency": "GBP"}}
                ],
            }
        }
    ).encode(),
    json.dumps(
        {
            "account": {"iban": "DE02120300000000202051", "currency": "EUR"},
            "transactions": {
                "booked": [{"bookingDate": "2024-01-05", "transactionAmount": {"amount": "-5.1", "currency": "EUR"}}],
                "pending": [{"valueDate": "2024-01-05", "transactionAmount": {"amount": "9", "currency": "EUR"}}],
            },
        }
    ).encode(),
    json.dumps(
        {
            "accounts": [{"account_id": "a", "type": "credit", "balances": {"current": 1.5}}],
            "added": [{"account_id": "a", "amount": 3.2, "date": "2024-01-05", "name": "Shop", "transaction_id": "t"}],
            "removed": [{"transaction_id": "u"}],
        }
    ).encode(),
    (
        b'{"override_accounts": [{"type": "depository", "starting_balance": 5, "transactions": '
    b'[{"date_posted": "2024-01-05", "amount": 5.5, "description": "x", "currency": "USD"}]}]}'
    ),
    b'{"at": 1704445200, "name": "screen_view", "subject": "budget"}\n{"at": "2024-01-05T10:00:00Z", "name": "x"}\n',
]  # fmt: skip
VALID = [*BANKS, *OTHERS]

NASTY = [
    b"\x00", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"1e999999", b"-Infinity", b"NaN", b"9" * 40,
    "\u0663\u0664".encode(), b"1_000", "\u202e".encode(), b'"', b"'", b"\r", b"\n\n", b",,,,", b";", b"\t", b"(", b")",
    b"[" * 40, b"{" * 40, b"<", b"&#x0;", b"&amp;", b"]]>", b"<!DOCTYPE x>", b":61:", b"-}", b"^", b"!Type:", b"=CMD()",
    b"2024-02-30", b"0000-00-00", b"99/99/9999", b'"a":1,"a":2,', b"null", b"\\ud800", b"\\u0000",
]  # fmt: skip


def check(data: bytes, format_: str = "auto") -> None:
    """Read, and hold what comes to the promises of `Record` and the others."""
    try:
        items = list(read(data, format=format_).items)
    except FeedError as error:
        refused = error.message
        items = []
    else:
        refused = "no"
    assert refused
    assert "\n" not in refused
    keys = set()
    for item in items:
        if isinstance(item, Account):
            assert item.key
            keys.add(item.key)
        elif isinstance(item, Rejected):
            assert item.row > 0
            assert item.reason
        elif isinstance(item, Balance):
            assert abs(item.amount.minor) <= MAX_MINOR
            assert item.account in keys
        elif isinstance(item, Event):
            assert item.at >= 0
            item.subject.encode()
        else:
            assert item.account in keys
            storable(item)
    for transaction in canonicalize(item for item in items if isinstance(item, Record)):
        assert len(transaction.merchant) <= MAX_KEY
        transaction.merchant.encode()
        assert len(transaction.fingerprint) == 16


def storable(record: Record) -> None:
    assert isinstance(record.amount.minor, int)
    assert abs(record.amount.minor) <= MAX_MINOR
    assert len(record.amount.currency) == 3
    assert record.amount.currency.isascii()
    assert FIRST_YEAR <= record.booked.year <= LAST_YEAR
    assert record.row > 0
    for text in (record.description, record.counterparty, record.external_id, record.hint, record.account):
        assert len(text) <= MAX_TEXT
        assert all(c.isprintable() for c in text)
        text.encode()


@given(st.binary(max_size=600))
@example(b"\x00\x1a")
@example(b"[")
@example(b"!Type:Bank\n^")
def test_random_bytes(data: bytes) -> None:
    check(data)


@given(st.binary(max_size=200), st.sampled_from(detect.FORMATS))
def test_random_bytes_called_by_a_format(data: bytes, format_: str) -> None:
    check(data, format_)


@given(st.text(alphabet="0123456789-/.,;\t\"'\r\n abcDEF€\u202e\u0663", max_size=400))
def test_random_tables(text: str) -> None:
    check(text.encode())


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """A valid file with a few places cut out, doubled or overwritten."""
    data: bytes = draw(st.sampled_from(VALID))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        kind = draw(st.sampled_from(("insert", "overwrite", "cut", "end", "double", "swap case")))
        piece = draw(st.sampled_from(NASTY) | st.binary(min_size=1, max_size=4))
        if kind == "insert":
            data = data[:at] + piece + data[at:]
        elif kind == "overwrite":
            data = data[:at] + piece + data[at + len(piece) :]
        elif kind == "cut":
            data = data[:at] + data[at + draw(st.integers(1, 60)) :]
        elif kind == "end":
            data = data[:at]
        elif kind == "double":
            data = data[:at] + data[max(0, at - 80) : at] + data[at:]
        else:
            data = data[:at] + data[at : at + 20].swapcase() + data[at + 20 :]
    return data


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(mutations())
def test_mutations_of_valid_files(data: bytes) -> None:
    check(data)


@settings(max_examples=60)
@given(
    st.sampled_from(VALID), st.sampled_from(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp037", "utf-7"))
)
def test_valid_files_in_other_encodings(data: bytes, encoding: str) -> None:
    check(data.decode("utf-8", "replace").encode(encoding, "replace"))


@pytest.mark.parametrize(
    ("data", "currency"), [*zip(BANKS, TOLD, strict=True), *((one, "") for one in OTHERS)]
)
def test_every_file_is_valid_before_it_is_mutated(data: bytes, currency: str) -> None:
    assert any(isinstance(item, (Record, Event)) for item in read(data, currency=currency).items)
    check(data)


ROWS = st.lists(
    st.tuples(
        st.dates(min_value=date(1970, 1, 1), max_value=date(2199, 12, 31)),
        st.integers(-(10**11), 10**11),
        st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=40),
    ),
    min_size=1,
    max_size=20,
)


@given(ROWS, st.sampled_from(",;\t"), st.sampled_from(("utf-8", "utf-8-sig", "utf-16")))
def test_what_is_written_is_what_is_read(
    rows: list[tuple[date, int, str]], delimiter: str, encoding: str
) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(["Date", "Description", "Amount"])
    for day, minor, text in rows:
        writer.writerow(
            [day.isoformat(), text, f"{'-' if minor < 0 else '+'}{abs(minor) // 100}.{abs(minor) % 100:02}"]
        )
    items = list(read(stream.getvalue().encode(encoding), currency="EUR").items)
    found = [item for item in items if isinstance(item, Record)]
    assert not any(isinstance(item, Rejected) for item in items)
    told = [(day, minor, csv_rows.unmarked([text])[0]) for day, minor, text in rows]
    kept = [(day, minor, clean(text)) for day, minor, text in told if not _is_a_balance(text)]
    assert [(r.booked, r.amount.minor, r.description) for r in found] == kept


def _is_a_balance(text: str) -> bool:
    """Tell whether a text is an opening or closing balance; one ambiguous word alone is a text."""
    cells = csv_columns.words().cells
    return clean(text).lower() in (cells["opening"] | cells["closing"]) - {"balance", "saldo", "solde"}
