"""Integrity: what each examination finds, and what it would miss alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_engine.errors import Busy, Corrupt, LedgerTampered
from edge_engine.vault import doctor
from edge_engine.vault.folder import DATABASE
from edge_engine.vault.store import Vault
from tests.fakes.stocked import KEY, stock

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine.clock import FakeClock
    from edge_engine.consent.grant import Grant
    from edge_engine.consent.ledger import Ledger
    from edge_engine.vault.doctor import IntegrityReport

PAGE = 8192


def failing(report: IntegrityReport) -> set[str]:
    assert report.ok == all(check.ok for check in report.checks)
    return {check.name for check in report.checks if not check.ok}


def root(vault: Vault, name: str) -> int:
    (page,) = vault.connection.execute(
        "SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)
    ).fetchone()
    return int(page)


def test_a_sound_store_is_found_sound(vault: Vault, ledger: Ledger) -> None:
    ledger.grant("insights")
    report = vault.integrity(ledger.verify)
    assert failing(report) == set()
    assert [check.detail for check in report.checks] == ["sound"] * 6


def test_a_store_in_memory_is_examined_too(clock: FakeClock) -> None:
    with Vault.in_memory(clock=clock) as vault:
        stock(vault)
        report = vault.integrity()
    assert report.ok
    assert len(report.checks) == 4


def test_fresh_writes_in_the_log_are_no_damage(vault: Vault, folder: Path) -> None:
    with vault.writing():
        vault.connection.execute("DELETE FROM engagement")
    assert (folder / f"{DATABASE}-wal").stat().st_size > 0
    assert vault.integrity().ok
    assert (folder / f"{DATABASE}-wal").stat().st_size == 0


def test_a_flipped_bit_is_found_and_told_by_every_examination_it_stops(
    vault: Vault, folder: Path, clock: FakeClock
) -> None:
    page = root(vault, "txn")
    vault.close()
    raw = bytearray((folder / DATABASE).read_bytes())
    raw[(page - 1) * PAGE + 1234] ^= 1
    (folder / DATABASE).write_bytes(raw)
    with Vault.open(folder, KEY, clock=clock) as damaged:
        report = damaged.integrity()
    assert "pages are authentic" in failing(report)
    assert {check.detail for check in report.checks if check.name == "pages are authentic"} == {
        "1 page fails its authentication code"
    }
    assert "the file has its full length" not in failing(report)


def test_two_swapped_pages_are_found(vault: Vault, folder: Path, clock: FakeClock) -> None:
    one, two = root(vault, "engagement") - 1, root(vault, "derived") - 1
    vault.close()
    raw = bytearray((folder / DATABASE).read_bytes())
    first = raw[one * PAGE : one * PAGE + PAGE]
    raw[one * PAGE : one * PAGE + PAGE] = raw[two * PAGE : two * PAGE + PAGE]
    raw[two * PAGE : two * PAGE + PAGE] = first
    (folder / DATABASE).write_bytes(raw)
    with Vault.open(folder, KEY, clock=clock) as damaged:
        assert "pages are authentic" in failing(damaged.integrity())


def test_a_file_cut_at_a_page_while_open_is_found_though_its_pages_are_authentic(
    vault: Vault, folder: Path
) -> None:
    vault.connection.executemany(
        "INSERT INTO engagement VALUES (?, 1, 'n', 's')", [(f"{number:0200d}",) for number in range(1000)]
    )
    vault.checkpoint()
    with (folder / DATABASE).open("r+b") as file:
        file.truncate((folder / DATABASE).stat().st_size - PAGE)
    report = vault.integrity()
    found = failing(report)
    assert "pages are authentic" not in found  # the trap
    assert "the file has its full length" in found


def test_a_file_cut_at_a_page_does_not_open(vault: Vault, folder: Path, clock: FakeClock) -> None:
    vault.close()
    with (folder / DATABASE).open("r+b") as file:
        file.truncate((folder / DATABASE).stat().st_size - PAGE)
    with pytest.raises(Corrupt):
        Vault.open(folder, KEY, clock=clock)


def test_bytes_behind_the_last_page_are_found(vault: Vault, folder: Path, clock: FakeClock) -> None:
    vault.close()
    with (folder / DATABASE).open("ab") as file:
        file.write(b"x" * PAGE)
    with Vault.open(folder, KEY, clock=clock) as damaged:
        assert "the file has its full length" in failing(damaged.integrity())


def test_a_wrong_total_is_found(vault: Vault) -> None:
    vault.connection.execute("UPDATE month_total SET outflow = outflow + 1 WHERE leaf = 0")
    report = vault.integrity()
    assert failing(report) == {"monthly totals equal what they sum up"}
    assert all("differ" in check.detail for check in report.checks if not check.ok)


def test_a_dangling_reference_is_found(vault: Vault) -> None:
    vault.connection.execute("PRAGMA foreign_keys = OFF")
    vault.connection.execute("INSERT INTO balance VALUES (99, 1, 1, 'GBP')")
    assert failing(vault.integrity()) == {"references lead somewhere"}


def test_a_ledger_that_does_not_verify_is_told_in_its_own_words(vault: Vault) -> None:
    def verify() -> None:
        raise LedgerTampered("entry 2 is not the one that was signed")

    report = vault.integrity(verify)
    assert failing(report) == {"the consent ledger verifies"}
    assert report.checks[-1].detail == "entry 2 is not the one that was signed"


def test_a_database_that_vanished_is_told(vault: Vault, folder: Path) -> None:
    vault.checkpoint()
    (folder / DATABASE).unlink()
    assert "the file has its full length" in failing(vault.integrity())


def test_a_store_being_read_is_not_examined(vault: Vault, own: Grant) -> None:
    vault.connection.execute("PRAGMA busy_timeout = 0")
    with vault.reading(own) as reader:
        cursor = reader._connection.execute("SELECT id FROM txn")
        cursor.fetchone()
        with vault.writing():
            vault.connection.execute("DELETE FROM engagement")
        with pytest.raises(Busy):
            vault.integrity()
    assert vault.integrity().ok


def test_damage_that_stops_the_emptying_of_the_log_does_not_stop_the_examination(
    vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(_: object) -> bool:
        raise Corrupt("the store is damaged")

    monkeypatch.setattr(doctor, "checkpoint", damaged)
    assert len(vault.integrity().checks) == 5
