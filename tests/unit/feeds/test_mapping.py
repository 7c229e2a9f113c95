from __future__ import annotations

from pathlib import Path

import pytest

from edge_engine.domain.transaction import Account, AccountKind, Record, Rejected, Status
from edge_engine.errors import FileRefused, MappingInvalid
from edge_engine.feeds.dates import Order
from edge_engine.feeds.mapping import Mapping
from edge_engine.feeds.read import read

FULL = b"""
name = "My Bank"
encoding = "cp1252"
delimiter = ";"
skip = 2
dates = "dmy"
decimal = ","
currency = "EUR"
account = "DE02 1203 0000 0000 2020 51"
kind = "savings"

[columns]
date = "Wann"
amount = "Wie viel"
direction = "Richtung"
description = ["Wozu", 5]
payee = "Wer"
status = "Stand"

[words]
out = ["raus"]
in = ["rein"]
pending = ["bald"]
void = ["nie"]
"""

FILE = (
    "Meine Bank\nkein Kopf\nWann;Wer;Wie viel;Richtung;Notiz;Wozu;Stand\n"
    "01.02.24;Bäcker;1.234,50;raus;Nr 7;Brot;gebucht\n"
    "02.02.24;Acme;2.000,00;rein;;Lohn;gebucht\n"
    "03.02.24;Kino;9,00;raus;;Film;bald\n"
    "04.02.24;Bar;9,00;raus;;Bier;nie\n"
    "05.02.24;Bar;9,00;quer;;Bier;gebucht\n"
).encode("cp1252")


def test_a_mapping_says_everything_that_a_file_does_not() -> None:
    items = list(read(FILE, mapping=Mapping.parse(FULL)).items)
    records = [item for item in items if isinstance(item, Record)]
    assert [(str(r.booked), str(r.amount), r.description) for r in records] == [
        ("2024-02-01", "-1234.50 EUR", "Bäcker Brot Nr 7"),
        ("2024-02-02", "2000.00 EUR", "Acme Lohn"),
        ("2024-02-03", "-9.00 EUR", "Kino Film"),
    ]
    assert records[2].status is Status.PENDING
    assert records[0].row == 4
    assert [item.row for item in items if isinstance(item, Rejected)] == [7, 8]
    assert items[0] == Account("DE02120300000000202051", "EUR", AccountKind.SAVINGS, "My Bank", "My Bank")


def test_what_a_mapping_leaves_out_is_found() -> None:
    mapping = Mapping.parse(b'[columns]\ndate = "when"\namount = "how much"\n')
    items = read(b"what,when,how much\nx,2024-01-02,-1.50\n", mapping=mapping).items
    assert [i.amount.minor for i in items if isinstance(i, Record)] == [-150]


def test_columns_are_numbered_where_there_are_no_headings() -> None:
    mapping = Mapping.parse(b'headings = false\ndates = "mdy"\n[columns]\ndate = 2\ndebit = 3\ncredit = 4\n')
    items = read(b"a\t01/02/2024\t5.00\t\nb\t01/03/2024\t\t7.00\n", mapping=mapping).items
    found = [item for item in items if isinstance(item, Record)]
    assert [(str(r.booked), r.amount.minor, r.row) for r in found] == [
        ("2024-01-02", -500, 1),
        ("2024-01-03", 700, 2),
    ]


def test_purchases_may_be_positive() -> None:
    mapping = Mapping.parse(b'purchases = "positive"\n[columns]\ndate = "Date"\namount = "Amount"\n')
    text = b"Date,Amount\n2024-01-02,5.00\n2024-01-03,6.00\n2024-01-04,7.00\n"
    assert [i.amount.minor for i in read(text, mapping=mapping).items if isinstance(i, Record)] == [
        -500,
        -600,
        -700,
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "columns"),
        (b"[columns]\ndate = 1\n", "no amount"),
        (b"[columns]\ndate = 1\namount = 2\ndebit = 3\n", "both"),
        (b"[columns]\namount = 2\n", "date"),
        (b"[columns]\ndate = 1\namount = 2\ncolour = 3\n", "colour"),
        (b"[columns]\ndate = 1.5\namount = 2\n", "date"),
        (b'dates = "ddmmyy"\n[columns]\ndate = 1\namount = 2\n', "dates|Invalid enum"),
        (b'decimal = ";"\n[columns]\ndate = 1\namount = 2\n', "decimal"),
        (b'purchases = "maybe"\n[columns]\ndate = 1\namount = 2\n', "purchases"),
        (b'delimiter = "ab"\n[columns]\ndate = 1\namount = 2\n', "delimiter"),
        (b"delimiter = '\"'\n[columns]\ndate = 1\namount = 2\n", "delimiter"),
        (b"skip = -1\n[columns]\ndate = 1\namount = 2\n", "skip"),
        (b'currency = "euro"\n[columns]\ndate = 1\namount = 2\n', "currency"),
        (b'encoding = "klingon"\n[columns]\ndate = 1\namount = 2\n', "encoding"),
        (b'encoding = "rot13"\n[columns]\ndate = 1\namount = 2\n', "encoding"),
        (b'encoding = "hex"\n[columns]\ndate = 1\namount = 2\n', "encoding"),
        (b"[columns\n", "TOML"),
        (b"\xff\xfe", "UTF-8"),
        (b"a = " + b"[" * 5000, "TOML|deep"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(text: bytes, sentence: str) -> None:
    with pytest.raises(MappingInvalid, match=sentence) as caught:
        Mapping.parse(text)
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("column", ['"Betrag"', "9", "0", "-1"])
def test_a_column_that_is_not_in_the_file_is_refused(column: str) -> None:
    mapping = Mapping.parse(f'[columns]\ndate = "Date"\namount = {column}\n'.encode())
    with pytest.raises(MappingInvalid, match="column"):
        read(b"Date,Amount\n2024-01-02,-1.00\n", mapping=mapping)


@pytest.mark.parametrize(
    ("encoding", "word"), [("cp932", "コーヒー"), ("cp1250", "Nákup Šťáva"), ("koi8-r", "Кофе")]
)
def test_an_encoding_that_is_not_found_can_be_named(encoding: str, word: str) -> None:
    text = f"Date,Text,Amount\n2024-01-02,{word},-1.00\n2024-01-03,{word},2.00\n"
    mapping = Mapping.parse(
        f'encoding = "{encoding}"\n[columns]\ndate = "Date"\namount = "Amount"\ndescription = "Text"\n'.encode()
    )
    found = [item for item in read(text.encode(encoding), mapping=mapping).items if isinstance(item, Record)]
    assert [record.description for record in found] == [word, word]


def test_damaged_letters_are_told() -> None:
    text = "Date,Text,Amount\n2024-01-02,Café,-1.00\n2024-01-03,Ba\xffr,2.00\n"
    data = text.encode().replace("\xff".encode(), b"\xff")
    assert any("damaged" in note for note in read(data).notes)
    assert read(text.replace("\xff", "").encode()).notes == ()
    assert read(text.replace("\xff", "").encode("cp1252")).notes == ()


def test_a_wrong_encoding_is_refused_before_anything_is_given() -> None:
    mapping = Mapping.parse(b'encoding = "ascii"\n[columns]\ndate = "Date"\namount = "Amount"\n')
    with pytest.raises(FileRefused, match="encoding"):
        read("Date,Amount,Text\n2024-01-02,-1.00,é\n".encode(), mapping=mapping)


def test_the_example_of_the_documentation_reads_its_file() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "feeds.md").read_text(encoding="utf-8")
    example = text.partition("```toml\n")[2].partition("```")[0]
    records = [
        item for item in read(FILE, mapping=Mapping.parse(example.encode())).items if isinstance(item, Record)
    ]
    assert [record.amount.minor for record in records] == [-123450, 200000, -900]


def test_a_mapping_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "bank.toml"
    path.write_bytes(FULL)
    assert Mapping.load(path).dates is Order.DMY
    with pytest.raises(MappingInvalid, match="cannot be read"):
        Mapping.load(tmp_path / "missing.toml")
    path.write_bytes(b"#" * 70_000)
    with pytest.raises(MappingInvalid, match="too large"):
        Mapping.load(path)
