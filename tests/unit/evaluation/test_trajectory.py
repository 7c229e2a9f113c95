from __future__ import annotations

import csv
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


def test_accounts_that_are_too_young_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="enough history"):
        evaluate(write(tmp_path, days=60))


def test_average_precision_takes_ties_together() -> None:
    truth = np.array([True, False, True, False])
    assert average_precision(truth, np.array([4.0, 3.0, 2.0, 1.0])) == pytest.approx(0.8333, abs=1e-4)
    assert average_precision(truth, np.zeros(4)) == 0.5
