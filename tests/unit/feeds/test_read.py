from __future__ import annotations

import io
import os
import subprocess
from datetime import date
from typing import TYPE_CHECKING

import pytest

from edge_engine.domain.transaction import Account, Balance, Record
from edge_engine.errors import FeedMissing, FileRefused, FormatUnknown, InputError
from edge_engine.feeds import detect
from edge_engine.feeds.read import read

if TYPE_CHECKING:
    from pathlib import Path

CSV = b"Date,Description,Amount\n2024-01-02,A,-1.00\n2024-01-03,B,2.00\n"
QIF = b"!Type:Bank\nD13/1/24\nT-1.00\n^\n"
OFX = (
    b"OFXHEADER:100\r\nDATA:OFXSGML\r\n\r\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>1"
    b"<ACCTID>2<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20240105<TRNAMT>-3.20"
    b"<FITID>f1<NAME>Shop</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
)
MT940 = (
    b":20:1\r\n:25:DE02120300000000202051\r\n:28C:1/1\r\n:60F:C240101EUR10,00\r\n:61:2401050105D3,20NMSCNONREF\r\n"
    b":86:Shop\r\n:62F:C240105EUR6,80\r\n-\r\n"
)
JSON = b'{"transactions": [{"account_id": "a", "amount": 3.2, "iso_currency_code": "EUR", "date": "2024-01-05"}]}'
EVENTS = b'{"at": 5, "name": "app_open"}\n'


@pytest.mark.parametrize(
    ("data", "name"),
    [(CSV, "csv"), (QIF, "qif"), (OFX, "ofx"), (MT940, "mt940"), (JSON, "plaid"), (EVENTS, "events")],
)
class TestDetection:
    def test_the_bytes_tell_the_format(self, data: bytes, name: str) -> None:
        feed = read(data)
        assert feed.format == name
        assert feed.size == len(data)
        list(feed.items)
        assert feed.position() == len(data)

    def test_a_path_a_stream_and_bytes_give_the_same(self, data: bytes, name: str, tmp_path: Path) -> None:
        path = tmp_path / "file"
        path.write_bytes(data)
        expected = list(read(data).items)
        assert list(read(path).items) == expected
        stream = io.BytesIO(data)
        stream.read(3)
        assert list(read(stream).items) == expected
        assert not stream.closed
        with path.open("rb") as opened:
            assert list(read(opened).items) == expected
            assert not opened.closed

    def test_the_format_may_be_named(self, data: bytes, name: str) -> None:
        assert read(data, format=name).format == name

    def test_a_byte_order_mark_hides_nothing(self, data: bytes, name: str) -> None:
        assert read(b"\xef\xbb\xbf" + data).format == name


@pytest.mark.parametrize(
    ("data", "name"), [(CSV, "csv"), (QIF, "qif"), (OFX, "ofx"), (MT940, "mt940"), (JSON, "plaid")]
)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_text_of_two_bytes_a_character_is_text(data: bytes, name: str, encoding: str) -> None:
    feed = read(data.decode().encode(encoding))
    assert feed.format == name
    assert any(isinstance(item, Record) for item in feed.items)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04" + b"x" * 50, "spreadsheet or ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "spreadsheet"),
        (b"\x1f\x8b\x08\x00", "compressed"),
        (b"SQLite format 3\x00", "database"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b'<?xml version="1.0"?><invoice/>', "XML"),
        (bytes(range(1, 32)) * 10, "no text"),
        (b"just words", "none of the formats"),
        (
            b"101 031300012 2313801041908161055A094101Federal Reserve Bank   My Bank Name           12345678\n",
            "ACH",
        ),
    ],
)
def test_other_files_are_named_for_what_they_are(data: bytes, sentence: str) -> None:
    with pytest.raises(FormatUnknown, match=sentence):
        read(data)


@pytest.mark.parametrize("name", ["ach__ccd-debit.ach", "ach__iat-mixedCreditDebit.ach"])
def test_payment_instructions_are_no_statement(shared_data: Path, name: str) -> None:
    with pytest.raises(FormatUnknown, match="ACH payment instructions"):
        read(shared_data / "fixtures" / "ach" / name)


@pytest.mark.parametrize("data", [b"", b" \n", b"\x00" * 100, b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(FileRefused, match="empty"):
        read(data)
    with pytest.raises(FileRefused):
        list(read(data, format="csv").items)


class TestPlaces:
    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(FeedMissing):
            read(tmp_path / "missing.csv")

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(FeedMissing):
            read(tmp_path)

    def test_a_device_that_never_ends(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        for path in ("/dev/zero", tmp_path / "pipe"):
            with pytest.raises(FeedMissing):
                read(tmp_path / path)

    def test_a_name_that_cannot_be(self, tmp_path: Path) -> None:
        for name in ("a\x00b", "x" * 5000):
            with pytest.raises(FeedMissing):
                read(tmp_path / name)

    def test_a_file_that_vanishes_before_it_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_bytes(CSV)
        feed = read(path)
        path.unlink()
        with pytest.raises(FeedMissing):
            list(feed.items)

    def test_a_file_that_changes_while_it_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_bytes(CSV)
        feed = read(path)
        path.write_bytes(CSV + b"2024-01-04,\xff\xff,-1.00\n")
        with pytest.raises(FileRefused):
            list(feed.items)

    def test_a_pipe_is_read_whole(self) -> None:
        with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(CSV)
            process.stdin.close()
            with open(process.stdout.fileno(), "rb", closefd=False) as pipe:
                assert sum(isinstance(item, Record) for item in read(pipe).items) == 2

    def test_a_closed_stream(self) -> None:
        stream = io.BytesIO(CSV)
        stream.close()
        with pytest.raises(FeedMissing):
            read(stream)


class TestWhatTheCallerKnows:
    def test_the_only_account_of_a_file_may_be_called_otherwise(self) -> None:
        items = list(read(MT940, account="mine").items)
        assert {item.account for item in items if isinstance(item, (Record, Balance))} == {"mine"}
        assert [item.key for item in items if isinstance(item, Account)] == ["mine"]

    def test_a_currency_that_cannot_be(self) -> None:
        with pytest.raises(InputError):
            read(CSV, currency="euro")

    def test_a_format_that_does_not_exist(self) -> None:
        with pytest.raises(InputError, match="csv, ofx, qif"):
            read(CSV, format="xlsx")

    def test_balances_without_a_date_are_of_the_day_the_file_was_written(self, tmp_path: Path) -> None:
        path = tmp_path / "plaid.json"
        path.write_text(
            '{"accounts": [{"account_id": "a", "balances": {"current": 5, "iso_currency_code": "EUR"}}]}'
        )
        os.utime(path, (1704452400, 1704452400))
        assert [item.day for item in read(path).items if isinstance(item, Balance)] == [date(2024, 1, 5)]


def test_formats_are_named_once() -> None:
    assert len(set(detect.FORMATS)) == len(detect.FORMATS) == 9


@pytest.mark.parametrize("name", [name for name in detect.FORMATS if name not in {"csv", "events"}])
def test_a_wrong_name_is_refused_and_nothing_is_stored(name: str) -> None:
    with pytest.raises((FileRefused, FormatUnknown)):
        read(CSV, format=name)
