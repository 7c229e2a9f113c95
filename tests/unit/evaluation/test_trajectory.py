from __future__ import annotations

import csv
import gzip
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from edge_engine.cli.main import main
from edge_engine.errors import InputError
from edge_engine.evaluation.trajectory import evaluate, tables
from edge_engine.evaluation.trajectory.berka import COLUMNS, accounts
from edge_engine.evaluation.trajectory.figures import average_precision
from tests.unit.inference.trajectory.accounts import START, household

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, n: int = 3, days: int = 330) -> Path:
    """A folder with a few accounts in the shape of the set."""
    with (folder / "trans_few.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, COLUMNS)
        rows.writeheader()
        for number in range(n):
            history = household(days)
            balance = 500_000 - 1
            lines = zip(history.days, history.amounts, history.keys, strict=True)
            for seq, (day, amount, key) in enumerate(lines):
                balance += int(amount)
                rows.writerow({
                    "account_id": number, "date": (START + timedelta(days=int(day))).isoformat(),
                    "dir": 1 if amount > 0 else -1, "op": f"op{key}", "amount": abs(int(amount)) / 100,
                    "balance": balance / 100, "k": "", "bank": "", "account": "", "seq": seq,
                })  # fmt: skip
    return folder


def test_accounts_are_read_as_they_were_written(tmp_path: Path) -> None:
    one = accounts(write(tmp_path))[0].history
    told = household(330)
    np.testing.assert_array_equal(one.amounts, told.amounts)
    np.testing.assert_allclose(one.balance, told.balance[: len(one)])


def test_figures_have_the_names_that_programs_read(tmp_path: Path) -> None:
    found = msgspec.to_builtins(evaluate(write(tmp_path)))
    assert {"wape", "ratio_to_exponential_smoothing", "coverage_p10_p90", "path_loss"} <= set(found)
    assert {"balance", "outflow"} == set(found["ratio_to_exponential_smoothing"])
    assert 0 <= found["coverage_p10_p90"] <= 1
    assert found["accounts"] == 3


def test_tables_are_for_people(tmp_path: Path) -> None:
    shown = list(tables(evaluate(write(tmp_path))))
    assert len(shown) == 5
    assert all(len(row) == len(one.columns) for one in shown for row in one.rows)


def test_the_command_prints_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "eval", "trajectory", "--data", str(write(tmp_path)), "--json"]) == 0
    assert "ratio_to_exponential_smoothing" in msgspec.json.decode(capsys.readouterr().out)


def test_a_folder_without_transactions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="trans"):
        evaluate(tmp_path)


def test_a_damaged_table_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "trans.parquet").write_bytes(b"PAR1" + bytes(range(200)) + b"PAR1")
    with pytest.raises(InputError, match="damaged"):
        evaluate(tmp_path)


@pytest.mark.parametrize(("good", "bad"), [("-01-", "-13-"), ("-01-", "\udcff-01-"), (",", ";")])
def test_a_table_with_damaged_cells_is_refused(tmp_path: Path, good: str, bad: str) -> None:
    (file,) = write(tmp_path).glob("trans*")
    text = file.read_bytes().decode("utf-8", "surrogateescape").replace(good, bad)
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError):
        evaluate(tmp_path)


def cells(folder: Path, row: int, **values: str) -> Path:
    """Write the folder with some cells of one row, counted from 1, or of all where it is 0, changed."""
    (file,) = write(folder).glob("trans*")
    with file.open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    for one in rows if row == 0 else [rows[row - 1]]:
        one.update(values)
    with file.open("w", newline="", encoding="utf-8") as opened:
        table = csv.DictWriter(opened, COLUMNS)
        table.writeheader()
        table.writerows(rows)
    return folder


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(
            (column, value)
            for column in ("amount", "balance")
            for value in ("", "nan", "inf", "1e30", "9e15")
        ),
        *(
            ("date", value)
            for value in ("9998-01-01", "0193-01-01", "2500-01-01", "2098-01-01", "1997-13-01")
        ),
        ("date", "1999-01-01"),
        ("dir", "0"),
        ("seq", "one"),
        ("seq", "5"),
        ("account_id", ""),
    ],
)
def test_a_cell_that_no_account_has_is_refused_by_row_and_column(
    tmp_path: Path, column: str, value: str
) -> None:
    with pytest.raises(InputError, match=rf"^row 7 of the transactions: {column} "):
        evaluate(cells(tmp_path, 7, **{column: value}))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("suffix", ["nan", "null", "infinite"])
def test_parquet_without_a_balance_is_refused_by_row_and_column(tmp_path: Path, suffix: str) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    import pyarrow as pa  # noqa: PLC0415 - an extra

    (file,) = write(tmp_path).glob("trans*")
    with file.open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    balances: list[float | None] = [float(row["balance"]) for row in rows]
    balances[3] = {"nan": float("nan"), "null": None, "infinite": float("inf")}[suffix]
    columns = {name: [row[name] for row in rows] for name in COLUMNS} | {"balance": balances}
    parquet.write_table(pa.table(columns), tmp_path / "trans_few.PARQUET")
    file.unlink()
    with pytest.raises(InputError, match=r"^row 4 of the transactions: balance "):
        evaluate(tmp_path)


@pytest.mark.filterwarnings("error")
def test_transactions_that_move_nothing_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="amount is 0 in every row"):
        evaluate(cells(tmp_path, 0, amount="0"))


@pytest.mark.filterwarnings("error")
def test_an_account_that_stands_still_is_measured_among_others(tmp_path: Path) -> None:
    (file,) = write(tmp_path).glob("trans*")
    lines = file.read_text("utf-8").splitlines()
    for number in range(330):
        day = (START + timedelta(days=number)).isoformat()
        lines.append(f"9,{day},1,op,0,0,,,,{number}")
    file.write_text("\n".join(lines), "utf-8")
    found = evaluate(tmp_path)
    assert found.accounts == 4
    assert len(found.deciles) == 3


def test_rows_told_twice_are_refused(tmp_path: Path) -> None:
    (file,) = write(tmp_path).glob("trans*")
    lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([*lines, lines[5]]), "utf-8")
    with pytest.raises(
        InputError, match=rf"^row {len(lines)} of the transactions: seq '4' is that of row 5, "
    ):
        evaluate(tmp_path)


@pytest.mark.parametrize("name", ["trans_few.csv.gz", "TRANS_FEW.CSV", "trans_bom.csv", "Trans_few.CSV.GZ"])
def test_any_suffix_is_read(tmp_path: Path, name: str) -> None:
    (file,) = write(tmp_path).glob("trans*")
    told = accounts(tmp_path)
    content = file.read_bytes()
    file.unlink()
    content = b"\xef\xbb\xbf" + content if "bom" in name else content
    (tmp_path / name).write_bytes(gzip.compress(content) if name.lower().endswith("gz") else content)
    found = accounts(tmp_path)
    assert [len(one.history) for one in found] == [len(one.history) for one in told]


def test_a_file_of_columns_alone_is_told(tmp_path: Path) -> None:
    (tmp_path / "trans.csv").write_text(",".join(COLUMNS) + "\n", "utf-8")
    with pytest.raises(InputError, match="no rows"):
        evaluate(tmp_path)
    (tmp_path / "trans.csv").write_text(",".join(COLUMNS) + "\n1,2\n", "utf-8")
    with pytest.raises(InputError, match=r"row 1 .* cells"):
        evaluate(tmp_path)


def test_accounts_that_are_too_young_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="enough history"):
        evaluate(write(tmp_path, days=60))


def test_average_precision_takes_ties_together() -> None:
    truth = np.array([True, False, True, False])
    assert average_precision(truth, np.array([4.0, 3.0, 2.0, 1.0])) == pytest.approx(0.8333, abs=1e-4)
    assert average_precision(truth, np.zeros(4)) == 0.5
