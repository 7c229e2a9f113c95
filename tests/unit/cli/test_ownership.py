"""``export``, ``erase``, ``doctor``, ``models``: the person's own rights."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from edge_engine import Engine, Passphrase

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Command


def test_an_export_says_what_is_in_it_and_is_never_overwritten(imported: Command, tmp_path: Path) -> None:
    path = tmp_path / "mine.zip"
    told = imported("export", str(path))
    assert told.status == 0
    assert "6 in transactions.csv" in " ".join(told.out.split())
    assert "not encrypted" in " ".join(told.out.split())
    assert zipfile.is_zipfile(path)
    again = imported("export", str(path))
    assert (again.status, again.err.endswith("[input]\n")) == (1, True)
    assert imported("export", str(tmp_path / "more.zip"), "--json").json["transactions.csv"] == 6


def test_a_file_imported_under_a_wrong_currency_can_be_taken_back(command: Command, file: Path) -> None:
    command("import", str(file))
    (kept,) = command("accounts", "--json").json
    assert kept["currency"] == "XXX"
    assert command("forget", "--account", kept["key"]).status == 2
    told = command("forget", "--account", kept["key"], "--yes")
    assert (told.status, "6 transactions" in told.out) == (0, True)
    command("import", str(file), "--currency", "GBP")
    (kept,) = command("accounts", "--json").json
    assert (kept["currency"], kept["transactions"]) == ("GBP", 6)
    refused = command("forget", "--account", "nobody", "--yes")
    assert (refused.status, "[input]" in refused.err) == (1, True)
    assert command("forget", "--account", kept["key"], "--yes", "--json").json["txn"] == 6


def test_erasing_needs_a_yes_and_leaves_nothing(imported: Command, tmp_path: Path) -> None:
    assert imported("erase").status == 2
    told = imported("erase", "--yes").out
    assert "1 key slot destroyed" in " ".join(told.split())
    assert not (tmp_path / "data" / "edge-engine" / "me.edge").exists()
    assert "[vault.store_missing]" in imported("transactions").err


def test_the_receipt_of_an_erasure_is_json(imported: Command) -> None:
    receipt = imported("erase", "--yes", "--json").json
    assert receipt["key_slots"] == 1
    assert receipt["rows"]["txn"] == 6


def test_the_doctor_finds_a_sound_store(imported: Command) -> None:
    told = imported("doctor")
    assert told.status == 0
    assert "sound" in told.out
    assert "BROKEN" not in told.out
    assert imported("doctor", "--json").json["ok"] is True


def test_the_doctor_finds_a_broken_total_and_ends_with_1(imported: Command, tmp_path: Path) -> None:
    store = tmp_path / "data" / "edge-engine" / "me.edge"
    with (
        Engine.open(store, key=Passphrase("correct horse")) as engine,
        engine._vault.committing() as connection,
    ):
        connection.execute("UPDATE month_total SET n = n + 1")
    told = imported("doctor")
    assert (told.status, told.err) == (1, "")
    assert "BROKEN" in told.out
    coded = imported("doctor", "--json")
    assert (coded.status, coded.json["ok"]) == (1, False)


def test_models_need_no_store(command: Command) -> None:
    assert "categorizer" in command("models").out
    (model,) = [one for one in command("models", "--json").json if one["name"] == "categorizer"]
    assert len(model["digest"]) == 64


def test_a_store_whose_keys_are_lost_can_still_be_erased(imported: Command, tmp_path: Path) -> None:
    store = tmp_path / "data" / "edge-engine" / "me.edge"
    (store / "keys.json").unlink()
    assert "[vault.key_missing]" in imported("transactions").err
    erased = imported("erase", "--yes", "--json")
    assert (erased.status, erased.json["files_left"]) == (0, [])
    assert not store.exists()
