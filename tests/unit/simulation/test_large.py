from __future__ import annotations

import csv
import hashlib
import io
import tracemalloc
from datetime import date
from typing import TYPE_CHECKING

import pytest

from edge_engine.errors import InputError
from edge_engine.simulation.large import write_csv

if TYPE_CHECKING:
    from pathlib import Path

END = date(2026, 6, 30)


def _minor(text: str) -> int:
    return round(float(text or 0) * 100)


def test_rows_are_day_ordered_and_add_up() -> None:
    file = io.BytesIO()
    told = write_csv(file, 5_000, end=END)
    data = file.getvalue()
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    assert told.rows == len(rows) == 5_000
    assert told.size == len(data)
    days = [row["Date"][6:] + row["Date"][3:5] + row["Date"][:2] for row in rows]
    assert days == sorted(days)
    assert (days[0], days[-1]) == (f"{told.first:%Y%m%d}", f"{told.last:%Y%m%d}")
    moves = [_minor(row["Money In"]) - _minor(row["Money Out"]) for row in rows]
    assert sum(moves) == told.total
    assert sum(move > 0 for move in moves) == told.incoming
    assert _minor(rows[-1]["Balance"]) == told.balance
    assert told.last == END


def test_variety_is_a_real_accounts() -> None:
    file = io.BytesIO()
    write_csv(file, 20_000, end=END)
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode())))
    texts = {row["Description"] for row in rows}
    assert len(texts) > 4_000
    assert {row["Type"] for row in rows} == {"DEB", "CPT", "BGC"}
    same = len(rows) - len({tuple(row.values())[:5] for row in rows})
    assert same >= 1, "equal purchases on one day happen"


def test_a_seed_gives_the_same_bytes() -> None:
    file = io.BytesIO()
    write_csv(file, 2_000, end=END)
    assert hashlib.blake2b(file.getvalue(), digest_size=12).hexdigest() == "c546f1c4ad56fd21a1340998"
    other = io.BytesIO()
    write_csv(other, 2_000, seed=2, end=END)
    assert other.getvalue() != file.getvalue()


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    peaks = []
    for rows in (3_000, 24_000):
        tracemalloc.start()
        write_csv(tmp_path / "large.csv", rows, end=END)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.3


def test_nothing_is_no_statement() -> None:
    with pytest.raises(InputError):
        write_csv(io.BytesIO(), 0, end=END)


def test_one_row_is_a_statement(tmp_path: Path) -> None:
    told = write_csv(tmp_path / "one.csv", 1, end=END, country="DE")
    assert (tmp_path / "one.csv").stat().st_size == told.size
    assert told.first == told.last == END
