"""Export: everything the person owns, readable by other programs, in a file that was not there."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine.consent.purpose import Gate, Recipient
from edge_engine.errors import DiskFull, GrantExpired, InputError, ReadOnly
from edge_engine.vault import export as module
from edge_engine.vault.export import export
from tests.fakes.stocked import NOW, ROWS, SENSITIVE_MERCHANT

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine.consent.grant import Grant
    from edge_engine.consent.ledger import Ledger
    from edge_engine.vault.store import Vault


def table(path: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


def test_everything_is_in_it(vault: Vault, ledger: Ledger, own: Grant, tmp_path: Path) -> None:
    ledger.grant("insights")
    path = tmp_path / "me.zip"
    with vault.reading(own) as reader:
        written = export(reader, vault.ledger_store().events(), path, NOW)
    assert written == {
        "accounts.csv": 2,
        "transactions.csv": ROWS,
        "balances.csv": 1,
        "corrections.csv": 2,
        "app_events.csv": 1,
        "traits.csv": 2,
        "forecasts.csv": 1,
        "signals_sent.csv": 1,
        "signals_waiting.csv": 1,
        "workflows.csv": 1,
        "disclosures.csv": 1,
        "outcomes.csv": 1,
        "experiments.csv": 1,
        "never_again.csv": 1,
        "decisions.jsonl": 2,
        "answers.jsonl": 1,
        "findings.jsonl": 1,
        "reviews.jsonl": 1,
        "consent.jsonl": 1,
    }
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == {*written, "README.txt"}
        assert "2026-03-01" in archive.read("README.txt").decode()
        (consent,) = archive.read("consent.jsonl").decode().splitlines()
    assert msgspec.json.decode(consent)["purpose"] == "insights"
    rows = {int(row["id"]): row for row in table(path, "transactions.csv")}
    assert rows[1]["amount"] == "-1.01"
    assert (
        rows[2] | {"amount": "50.00", "currency": "EUR", "account": "GB2", "own_transfer": "yes"} == rows[2]
    )
    assert rows[5]["merchant"] == SENSITIVE_MERCHANT  # the person sees what is theirs
    assert rows[4]["category"] == ""
    assert (rows[3]["category"], rows[3]["confidence"], rows[3]["source"]) == (
        "food.groceries",
        "0.9",
        "model",
    )
    assert path.stat().st_mode & 0o077 == 0


def test_pages_join_without_a_gap(
    vault: Vault, own: Grant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 7)
    with vault.reading(own) as reader:
        export(reader, [], tmp_path / "me.zip", NOW)
    assert [int(row["id"]) for row in table(tmp_path / "me.zip", "transactions.csv")] == list(
        range(1, ROWS + 1)
    )


@pytest.mark.parametrize("text", ["=1+1", "+1", "-cmd", "@SUM(A1)", "\tx"])
def test_a_spreadsheet_runs_nothing_that_a_merchant_wrote(
    text: str, vault: Vault, own: Grant, tmp_path: Path
) -> None:
    vault.connection.execute("UPDATE txn SET description = ? WHERE id = 1", (text,))
    with vault.reading(own) as reader:
        export(reader, [], tmp_path / "me.zip", NOW)
    first = table(tmp_path / "me.zip", "transactions.csv")[0]
    assert first["description"] == "'" + text
    assert first["amount"] == "-1.01"


def test_no_file_is_overwritten(vault: Vault, own: Grant, tmp_path: Path) -> None:
    path = tmp_path / "me.zip"
    path.write_text("a letter")
    with vault.reading(own) as reader, pytest.raises(InputError, match="exists already"):
        export(reader, [], path, NOW)
    assert path.read_text() == "a letter"


def test_a_missing_folder_is_told(vault: Vault, own: Grant, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in ("nowhere", "file"):
        with vault.reading(own) as reader, pytest.raises(InputError, match="folder does not exist"):
            export(reader, [], tmp_path / folder / "me.zip", NOW)


def test_a_place_that_cannot_be_written_is_told(vault: Vault, own: Grant, tmp_path: Path) -> None:
    with vault.reading(own) as reader, pytest.raises(ReadOnly, match="cannot be written"):
        export(reader, [], tmp_path / ("n" * 300), NOW)


def test_a_part_of_an_export_is_not_left(
    vault: Vault, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.grant("insights")
    narrow = ledger.mint("insights", Gate.READ)
    with vault.reading(narrow) as reader:
        ledger.withdraw("insights")
        with pytest.raises(GrantExpired):
            export(reader, [], tmp_path / "me.zip", NOW)
    assert list(tmp_path.glob("*.zip")) == []

    def full(*_: object) -> int:
        raise OSError(28, "no space")

    own = ledger.mint("own_access", Gate.READ, recipient=Recipient.PERSON)
    monkeypatch.setattr(module, "_lines", full)
    with vault.reading(own) as reader, pytest.raises(DiskFull):
        export(reader, [], tmp_path / "me.zip", NOW)
    assert list(tmp_path.glob("*.zip")) == []
