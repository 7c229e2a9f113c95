"""Erasure: the keys first, then everything; and a receipt that says so and nothing more."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine.errors import Busy, Closed, KeyMissing, StoreMissing, VaultError
from edge_engine.vault import erase, keys
from edge_engine.vault.erase import ErasureReceipt
from edge_engine.vault.folder import DATABASE, KEYS
from edge_engine.vault.keys import HostKey
from edge_engine.vault.store import Vault
from tests.fakes.stocked import KEY, NOW, ROWS, stock

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine.clock import FakeClock
    from edge_engine.consent.grant import Grant


def test_nothing_is_left_and_the_receipt_tells_what_was(vault: Vault, folder: Path, own: Grant) -> None:
    vault.add_slot(HostKey(b"\x55" * 32))
    slots = sorted(slot for slot, _ in vault.slots())
    receipt = vault.erase()
    assert not folder.exists()
    assert receipt == ErasureReceipt(
        at=NOW,
        key_slots=2,
        slots_digest=hashlib.sha256("\n".join(slots).encode()).hexdigest(),
        rows={
            "account": 2,
            "balance": 1,
            "txn": ROWS,
            "categorization": 96,
            "correction": 2,
            "derived": 1,
            "hypothesis_answer": 1,
            "trait_word": 2,
            "forecast": 1,
            "signal_charge": 1,
            "signal_outbox": 1,
            "signal_sent": 1,
            "engagement": 1,
            "review": 1,
            "workflow": 1,
            "disclosure": 1,
            "outcome": 1,
            "consent_event": 0,
        },
        method=(erase.KEYS_OVERWRITTEN, erase.KEYS_REMOVED, erase.FILES_REMOVED),
        files_left=(),
    )
    written = msgspec.json.encode(receipt)
    assert msgspec.json.decode(written, type=ErasureReceipt) == receipt
    for act in (vault.erase, vault.slots):
        with pytest.raises(Closed):
            act()
    with pytest.raises(Closed), vault.reading(own):
        pytest.fail("a reader was lent")


def test_the_place_can_hold_a_new_store_afterwards(vault: Vault, folder: Path, clock: FakeClock) -> None:
    vault.erase()
    with Vault.open(folder, KEY, clock=clock) as fresh:
        assert fresh.connection.execute("SELECT count(*) FROM txn").fetchone() == (0,)


def test_the_keys_are_destroyed_before_anything_else(
    vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_of_slots = (folder / KEYS).read_bytes()
    seen: list[bool] = []
    real = erase.remove

    def watched(at: Path) -> tuple[str, ...]:
        seen.append((at / KEYS).exists())
        seen.append((at / DATABASE).exists())
        return real(at)

    monkeypatch.setattr(erase, "remove", watched)
    handle = os.open(folder / KEYS, os.O_RDONLY)
    vault.erase()
    assert seen == [False, True]
    assert os.read(handle, 1 << 16) == b"\0" * len(copy_of_slots)  # overwritten in place, not only unlinked
    os.close(handle)


def test_who_still_has_the_database_open_finds_nothing_in_it(vault: Vault, folder: Path) -> None:
    handle = os.open(folder / DATABASE, os.O_RDONLY)
    vault.erase()
    assert os.fstat(handle).st_size == 0
    os.close(handle)


def test_readers_end_with_the_store(vault: Vault, own: Grant) -> None:
    with vault.reading(own) as reader:
        vault.erase()
        with pytest.raises(Closed):
            reader.postings()


def test_somebody_elses_file_stays(vault: Vault, folder: Path) -> None:
    (folder / "letter.txt").write_text("mine")
    assert vault.erase().files_left == ()
    assert [entry.name for entry in folder.iterdir()] == ["letter.txt"]


def test_what_will_not_go_is_told(vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erase, "_remove", lambda path: path.name != DATABASE)
    assert vault.erase().files_left == (DATABASE,)
    assert not (folder / KEYS).exists()


def test_keys_that_cannot_be_destroyed_leave_the_store_open(
    vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: Path, *, missing_ok: bool = False) -> None:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(erase, "_overwrite", lambda _: False)
        patch.setattr(type(folder), "unlink", refused)
        with pytest.raises(VaultError, match="could not be destroyed"):
            vault.erase()
    assert vault.connection.execute("SELECT count(*) FROM txn").fetchone() == (ROWS,)
    assert vault.erase().rows["txn"] == ROWS


def test_a_disk_that_takes_no_overwriting_still_loses_the_keys(
    vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int, data: bytes) -> int:
        raise OSError(28, "no space")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        receipt = vault.erase()
    assert receipt.method == (erase.KEYS_REMOVED, erase.FILES_REMOVED)
    assert not folder.exists()


def test_a_damaged_store_can_be_erased(vault: Vault, folder: Path, clock: FakeClock) -> None:
    vault.close()
    raw = bytearray((folder / DATABASE).read_bytes())
    for page in range(1, len(raw) // 8192):
        raw[page * 8192 + 4000] ^= 1
    (folder / DATABASE).write_bytes(raw)
    receipt = Vault.destroy(folder, clock=clock)
    assert (receipt.key_slots, receipt.rows) == (1, {})
    assert not folder.exists()


def test_damage_behind_the_first_page_does_not_stop_erasing(
    vault: Vault, folder: Path, clock: FakeClock
) -> None:
    root = vault.connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'derived'").fetchone()[0]
    vault.close()
    raw = bytearray((folder / DATABASE).read_bytes())
    raw[(root - 1) * 8192 + 4000] ^= 1
    (folder / DATABASE).write_bytes(raw)
    with Vault.open(folder, KEY, clock=clock) as damaged:
        receipt = damaged.erase()
    assert receipt.rows == {}
    assert not folder.exists()


def test_a_store_whose_key_is_lost_can_be_destroyed(vault: Vault, folder: Path, clock: FakeClock) -> None:
    with pytest.raises(Busy):
        Vault.destroy(folder, clock=clock, wait=0)
    vault.close()
    receipt = Vault.destroy(folder, clock=clock)
    assert receipt.key_slots == 1
    assert not folder.exists()
    with pytest.raises(StoreMissing):
        Vault.destroy(folder, clock=clock)


def test_an_erasure_that_was_cut_short_is_finished_by_opening_or_by_destroying(
    folder: Path, clock: FakeClock
) -> None:
    for finish in ("open", "destroy"):
        with Vault.open(folder, KEY, clock=clock) as vault:
            stock(vault)
        (folder / KEYS).write_bytes(b"\0" * (folder / KEYS).stat().st_size)
        if finish == "destroy":
            assert Vault.destroy(folder, clock=clock).key_slots == 0
        else:
            with pytest.raises(StoreMissing, match="is finished now"):
                Vault.open(folder, KEY, clock=clock, create=False)
        assert not folder.exists()


def test_a_key_file_that_is_missing_erases_nothing(folder: Path, clock: FakeClock) -> None:
    with Vault.open(folder, KEY, clock=clock) as vault:
        stock(vault)
    kept = (folder / KEYS).read_bytes()
    (folder / KEYS).unlink()
    with pytest.raises(KeyMissing, match="put it back"):
        Vault.open(folder, KEY, clock=clock)
    assert (folder / DATABASE).stat().st_size > 0
    (folder / KEYS).write_bytes(kept)
    Vault.open(folder, KEY, clock=clock, create=False).close()


def test_a_slot_file_left_by_a_crash_goes_too(vault: Vault, folder: Path) -> None:
    (folder / "keys.new").write_bytes((folder / KEYS).read_bytes())
    vault.erase()
    assert not folder.exists()


def test_in_memory_erasing_releases_everything(clock: FakeClock) -> None:
    vault = Vault.in_memory(clock=clock)
    stock(vault)
    receipt = vault.erase()
    assert (receipt.rows["txn"], receipt.key_slots, receipt.method) == (ROWS, 0, (erase.MEMORY_RELEASED,))
    assert vault._key is None
    with pytest.raises(Closed):
        vault.erase()


def test_a_second_vault_that_waited_does_not_lock_a_file_that_is_gone(
    vault: Vault, folder: Path, clock: FakeClock
) -> None:
    vault.erase()
    with Vault.open(folder, KEY, clock=clock):
        assert keys.read(folder / KEYS).state == "ready"
        with pytest.raises(Busy):
            Vault.open(folder, KEY, clock=clock, wait=0)


def test_a_file_that_cannot_be_cut_is_removed_all_the_same(
    vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, length: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "truncate", refused)
    assert vault.erase().files_left == ()
    assert not folder.exists()
