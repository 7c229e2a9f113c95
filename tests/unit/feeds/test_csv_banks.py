"""The CSV files of some sixty banks and programs, see ``csv_banks.toml`` beside this module."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
import pytest

from edge_engine.domain.transaction import Account, Balance, Record, Rejected, Status
from edge_engine.feeds import csv_columns
from edge_engine.feeds.csv_columns import fold, normalize
from edge_engine.feeds.read import read


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file and what a person reading it would say."""

    name: str
    text: str
    rows: list[tuple[str, int, str]]
    currency: str
    account: str = ""
    balances: list[tuple[str, int]] = []
    encoding: str = "utf-8"
    rejected: int = 0
    pending: int = 0
    told_currency: str = ""


SAMPLES = msgspec.convert(
    tomllib.loads(Path(__file__).with_name("csv_banks.toml").read_text(encoding="utf-8"))["sample"],
    list[Sample],
)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_bank_file_is_read_as_a_person_reads_it(sample: Sample) -> None:
    feed = read(sample.text.encode(sample.encoding), currency=sample.told_currency)
    items = list(feed.items)
    assert feed.format == "csv"
    records = [item for item in items if isinstance(item, Record)]
    assert [(str(r.booked), r.amount.minor) for r in records] == [
        (day, minor) for day, minor, _ in sample.rows
    ]
    for record, (_, _, words) in zip(records, sample.rows, strict=True):
        assert words in record.description
        assert record.amount.currency == sample.currency
        assert record.row > 0
    assert sum(isinstance(item, Rejected) for item in items) == sample.rejected
    assert sum(r.status is Status.PENDING for r in records) == sample.pending
    balances = [(str(item.day), item.amount.minor) for item in items if isinstance(item, Balance)]
    assert sorted(balances) == sorted(sample.balances)
    accounts = [item for item in items if isinstance(item, Account)]
    assert len(accounts) == 1
    assert all(record.account == accounts[0].key for record in records)
    if sample.account:
        assert accounts[0].key == sample.account


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_line_ends_and_a_byte_order_mark_change_nothing(sample: Sample) -> None:
    plain = list(read(sample.text.encode(), currency=sample.told_currency).items)
    marked = b"\xef\xbb\xbf" + sample.text.replace("\n", "\r\n").encode()
    assert list(read(marked, currency=sample.told_currency).items) == plain


def test_the_words_are_written_as_headings_are_looked_up() -> None:
    words = csv_columns.words()
    for table in words.languages.values():
        assert [word for word in table if normalize(word) != word] == []
    for bank in words.banks:
        assert [word for word in bank.columns if normalize(word) != word] == []
    for listed in (*words.cells.values(), words.channels, *(listed for _, listed in words.fuzzy)):
        assert [word for word in listed if fold(word) != word] == []
