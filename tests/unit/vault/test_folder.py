"""The folder: races around its lock, and a full disk told as one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from edge_engine.errors import Busy, DiskFull, EdgeError, StoreMissing, VaultError
from edge_engine.vault import folder as module
from edge_engine.vault import store
from edge_engine.vault.folder import FILES, LOCK, lock, telling_full_disk
from edge_engine.vault.store import Vault
from tests.fakes.stocked import KEY

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine.clock import FakeClock


@pytest.mark.parametrize("create", [False, True], ids=["only open", "or create"])
def test_a_store_erased_while_one_waited_is_missing_or_founded_anew(
    create: bool,  # noqa: FBT001 - a parameter of the test
    folder: Path,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Vault.open(folder, KEY, clock=clock).close()

    def after_its_erasure(place: Path, wait: float) -> sqlcipher.Connection:
        for name in FILES:
            (place / name).unlink(missing_ok=True)
        return lock(place, wait)

    monkeypatch.setattr(store, "lock", after_its_erasure)
    if create:
        with Vault.open(folder, KEY, clock=clock) as vault:
            assert vault.integrity().ok
    else:
        with pytest.raises(StoreMissing):
            Vault.open(folder, KEY, clock=clock, create=False)


def test_a_lock_on_a_file_that_is_gone_is_taken_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    turns: list[int] = []

    def connect(*arguments: object, **named: object) -> sqlcipher.Connection:
        opened = sqlcipher.connect(*arguments, **named)
        turns.append(1)
        if len(turns) == 1:
            # Its last holder removes the file between our opening and our locking of it.
            opened.execute("PRAGMA user_version").fetchone()
            (folder / LOCK).unlink()
        return opened

    monkeypatch.setattr(module, "sqlcipher", SimpleNamespace(**{**vars(sqlcipher), "connect": connect}))
    holder = lock(folder, 0)
    monkeypatch.undo()
    assert len(turns) == 2
    with pytest.raises(Busy):
        lock(folder, 0)
    holder.close()
    lock(folder, 0).close()


@pytest.mark.parametrize(
    ("free", "raised", "told"),
    [
        (0, VaultError, DiskFull),
        (10**9, VaultError, VaultError),
        (0, Busy, Busy),
    ],
)
def test_a_failure_on_a_full_disk_is_a_full_disk(
    free: int, raised: type[EdgeError], told: type[EdgeError], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "disk_usage", lambda _: SimpleNamespace(free=free))
    with pytest.raises(VaultError) as caught, telling_full_disk(tmp_path):
        raise raised("the disk failed")
    assert type(caught.value) is told


def test_a_disk_that_does_not_say_how_full_it_is_is_not_called_full(tmp_path: Path) -> None:
    with pytest.raises(VaultError) as caught, telling_full_disk(tmp_path / "gone"):
        raise VaultError("the disk failed")
    assert type(caught.value) is VaultError
