"""The store: founded once, opened by its key, written by one, asleep and awake again, and closed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from edge_engine.consent.ledger import Ledger
from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import Gate, Recipient
from edge_engine.domain.category import Taxonomy
from edge_engine.errors import (
    Busy,
    Closed,
    Corrupt,
    InputError,
    KeyMissing,
    KeyWrong,
    StoreMissing,
    Suspended,
    VaultError,
)
from edge_engine.vault import keys, queries, schema
from edge_engine.vault.connection import connect
from edge_engine.vault.folder import DATABASE, FILES, KEYS, LOCK
from edge_engine.vault.keys import HostKey, Passphrase
from edge_engine.vault.store import Vault
from tests.fakes.stocked import KEY, NOW, ROWS, stock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge_engine.clock import FakeClock
    from edge_engine.consent.grant import Grant

OTHER = HostKey(b"\x55" * 32)


def rows(vault: Vault) -> int:
    (found,) = vault.connection.execute("SELECT count(*) FROM txn").fetchone()
    return int(found)


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


# -- founding and opening --------------------------------------------------------------------------------------------


def test_a_store_is_founded_closed_and_opened_again(folder: Path, clock: FakeClock) -> None:
    with Vault.open(folder, KEY, clock=clock) as vault:
        stock(vault)
    assert names(folder) == {DATABASE, KEYS, LOCK}  # the log was emptied into the database
    with Vault.open(folder, KEY, clock=clock, create=False) as vault:
        assert rows(vault) == ROWS
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / DATABASE).stat().st_mode & 0o077 == 0


def test_rows_that_are_written_are_counted_from_the_opening_on(folder: Path, clock: FakeClock) -> None:
    with Vault.open(folder, KEY, clock=clock) as vault:
        before = vault.rows_written()
        stock(vault)
        assert vault.rows_written() - before >= ROWS
    with Vault.open(folder, KEY, clock=clock) as vault:
        assert vault.rows_written() < ROWS


def test_nothing_is_made_where_nothing_may_be(folder: Path, clock: FakeClock) -> None:
    with pytest.raises(StoreMissing):
        Vault.open(folder, KEY, clock=clock, create=False)
    assert not folder.exists()
    folder.mkdir()
    with pytest.raises(StoreMissing):
        Vault.open(folder, KEY, clock=clock, create=False)
    assert names(folder) == set()


def test_the_folder_above_must_be_there(tmp_path: Path, clock: FakeClock) -> None:
    with pytest.raises(StoreMissing):
        Vault.open(tmp_path / "no" / "such" / "me.edge", KEY, clock=clock)


def test_a_file_in_the_stores_place_is_not_a_store(folder: Path, clock: FakeClock) -> None:
    folder.write_text("a letter")
    with pytest.raises(StoreMissing, match="a file and not a folder"):
        Vault.open(folder, KEY, clock=clock)
    assert folder.read_text() == "a letter"


def test_a_folder_of_somebody_elses_files_is_not_moved_into(folder: Path, clock: FakeClock) -> None:
    folder.mkdir()
    (folder / "photo.jpg").write_bytes(b"photo")
    with pytest.raises(InputError, match="other files"):
        Vault.open(folder, KEY, clock=clock)
    assert names(folder) == {"photo.jpg"}


def test_a_founding_that_was_cut_short_begins_anew(folder: Path, clock: FakeClock) -> None:
    Vault.open(folder, KEY, clock=clock).close()
    slots = keys.read(folder / KEYS).slots
    for remains in ("nothing", "empty"):
        for name in FILES:
            (folder / name).unlink(missing_ok=True)
        keys.write(folder / KEYS, slots, "founding")
        if remains == "empty":
            (folder / DATABASE).touch()
        with pytest.raises(StoreMissing):
            Vault.open(folder, OTHER, clock=clock, create=False)
        # Nobody was ever let in, so the next key may be another one.
        with Vault.open(folder, OTHER, clock=clock) as vault:
            assert rows(vault) == 0
        assert keys.read(folder / KEYS).state == "ready"


def test_a_founding_cut_short_after_the_database_is_finished_by_its_key(
    folder: Path, clock: FakeClock
) -> None:
    Vault.open(folder, KEY, clock=clock).close()
    keys.write(folder / KEYS, keys.read(folder / KEYS).slots, "founding")
    with pytest.raises(KeyWrong):
        Vault.open(folder, OTHER, clock=clock)
    Vault.open(folder, KEY, clock=clock).close()
    assert keys.read(folder / KEYS).state == "ready"


def test_a_failed_founding_lets_go_of_the_lock(folder: Path, clock: FakeClock) -> None:
    with pytest.raises(KeyMissing):
        Vault.open(folder, HostKey(_no_key), clock=clock)
    with Vault.open(folder, KEY, clock=clock, wait=0) as vault:
        assert rows(vault) == 0


def _no_key() -> bytes:
    raise RuntimeError


def test_sensitive_leaves_follow_the_taxonomy_at_each_opening(folder: Path, clock: FakeClock) -> None:
    expected = {(leaf.code,) for leaf in Taxonomy.default().leaves if leaf.sensitive}
    with Vault.open(folder, KEY, clock=clock) as vault:
        assert set(vault.connection.execute("SELECT leaf FROM sensitive_leaf")) == expected
        vault.connection.execute("DELETE FROM sensitive_leaf")
        vault.put_meta("taxonomy", b"an older one")
    with Vault.open(folder, KEY, clock=clock) as vault:
        assert set(vault.connection.execute("SELECT leaf FROM sensitive_leaf")) == expected


def test_a_stores_database_without_its_log_mode_is_refused(
    folder: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A file system without shared memory answers a request for WAL with another mode.
    monkeypatch.setattr("edge_engine.vault.store.file_location", lambda path: f"file:{path}?nolock=1")
    with pytest.raises(VaultError, match="write-ahead log"):
        Vault.open(folder, KEY, clock=clock)


# -- one writer ------------------------------------------------------------------------------------------------------


def test_a_second_vault_is_told_busy(vault: Vault, folder: Path, clock: FakeClock) -> None:
    with pytest.raises(Busy, match="open already, here or in another process"):
        Vault.open(folder, KEY, clock=clock, wait=0)
    assert rows(vault) == ROWS


def test_a_write_is_all_or_nothing(vault: Vault) -> None:
    with pytest.raises(InputError), vault.writing():
        _empty_and_fail(vault)
    assert vault.connection.execute("SELECT count(*) FROM engagement").fetchone() == (1,)
    with vault.writing():
        vault.connection.execute("DELETE FROM engagement")
    assert vault.connection.execute("SELECT count(*) FROM engagement").fetchone() == (0,)


def _empty_and_fail(vault: Vault) -> None:
    vault.connection.execute("DELETE FROM engagement")
    raise InputError("no")


def test_what_the_database_refuses_is_converted_and_undone(vault: Vault) -> None:
    with pytest.raises(VaultError) as caught, vault.committing() as connection:
        _empty_and_ask_nonsense(connection)
    assert "SECRET" not in caught.value.message
    assert vault.connection.execute("SELECT count(*) FROM engagement").fetchone() == (1,)


def _empty_and_ask_nonsense(connection: sqlcipher.Connection) -> None:
    connection.execute("DELETE FROM engagement")
    connection.execute("SELECT 'SECRET' FROM nowhere")


def test_a_write_within_a_write_is_busy_and_harms_nothing(vault: Vault, folder: Path) -> None:
    with vault.writing():
        vault.connection.execute("DELETE FROM engagement")
        for act in (vault.suspend, vault.erase, vault.integrity, vault.checkpoint):
            with pytest.raises(Busy):
                act()
        with pytest.raises(Busy):
            vault.rekey(KEY)
        with pytest.raises(Busy), vault.writing():
            pytest.fail("a second writer was lent")
    assert vault.connection.execute("SELECT count(*) FROM engagement").fetchone() == (0,)
    assert (folder / KEYS).exists()


def test_only_what_must_not_be_lost_waits_for_the_disk(vault: Vault) -> None:
    with vault.writing():
        assert vault.connection.execute("PRAGMA synchronous").fetchone() == (1,)
    with vault.writing(durable=True):
        assert vault.connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_closing_amid_a_write_undoes_it(vault: Vault, folder: Path, clock: FakeClock) -> None:
    with pytest.raises(Closed), vault.writing():
        _empty_and_close(vault)
    with Vault.open(folder, KEY, clock=clock) as again:
        assert again.connection.execute("SELECT count(*) FROM engagement").fetchone() == (1,)


def _empty_and_close(vault: Vault) -> None:
    vault.connection.execute("DELETE FROM engagement")
    vault.close()


def test_the_writers_connection_is_fenced(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(sqlcipher.DatabaseError, match="not authorized"):
        vault.connection.execute(f"ATTACH '{tmp_path / 'plain.db'}' AS plain KEY ''")
    assert not (tmp_path / "plain.db").exists()


# -- a forked process ------------------------------------------------------------------------------------------------


def test_a_fork_cannot_use_its_parents_store_and_does_it_no_harm(
    vault: Vault, folder: Path, clock: FakeClock
) -> None:
    with vault.writing():
        vault.connection.execute("DELETE FROM engagement")
    child = os.fork()
    if child == 0:
        status = 0
        for act in (vault.slots, vault.suspend, vault.erase, vault.integrity, lambda: vault.add_slot(OTHER)):
            try:
                act()
                status = 1
            except Closed:
                pass
        vault.close()  # harmless
        try:
            Vault.open(folder, KEY, clock=clock, wait=0)
            status = 2
        except Busy:
            pass
        os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert rows(vault) == ROWS
    with pytest.raises(Busy):
        Vault.open(folder, KEY, clock=clock, wait=0)  # the lock is still the parent's
    vault.close()
    with Vault.open(folder, KEY, clock=clock) as again:
        assert again.integrity().ok
        assert again.connection.execute("SELECT count(*) FROM engagement").fetchone() == (0,)


# -- asleep and awake ------------------------------------------------------------------------------------------------


def test_suspending_forgets_the_key_and_lets_others_in(vault: Vault, folder: Path, clock: FakeClock) -> None:
    vault.suspend()
    assert vault._key is None
    assert vault._connection is None
    assert names(folder) == {DATABASE, KEYS, LOCK}
    for act in (vault.slots, vault.suspend, vault.integrity):
        with pytest.raises(Suspended):
            act()
    with pytest.raises(Suspended), vault.writing():
        pytest.fail("a writer was lent")
    Vault.open(folder, KEY, clock=clock, wait=0).close()
    vault.resume()
    assert rows(vault) == ROWS
    vault.resume()  # harmless


def test_resuming_asks_the_host_again(folder: Path, clock: FakeClock) -> None:
    asked: list[int] = []

    def keychain() -> bytes:
        asked.append(1)
        return b"k" * 32

    with Vault.open(folder, HostKey(keychain), clock=clock) as vault:
        vault.suspend()
        assert len(asked) == 1
        vault.resume()
        assert len(asked) == 2


def test_resuming_with_a_wrong_key_stays_suspended(vault: Vault) -> None:
    vault.suspend()
    with pytest.raises(KeyWrong):
        vault.resume(OTHER)
    with pytest.raises(Suspended):
        vault.slots()
    vault.resume()  # the key that opened it before is not forgotten for a wrong one
    assert rows(vault) == ROWS


def test_a_store_can_be_erased_in_its_sleep(vault: Vault, folder: Path, clock: FakeClock) -> None:
    vault.suspend()
    with Vault.open(folder, KEY, clock=clock), pytest.MonkeyPatch.context() as patch:
        patch.setattr(Vault.destroy, "__kwdefaults__", {"wait": 0})
        with pytest.raises(Busy):
            vault.erase()
    assert vault.erase().key_slots == 1
    assert not folder.exists()
    with pytest.raises(Closed):
        vault.resume()


def test_a_store_in_memory_can_be_erased_in_its_sleep(clock: FakeClock) -> None:
    vault = Vault.in_memory(clock=clock)
    stock(vault)
    vault.suspend()
    assert vault.erase().rows["txn"] == ROWS
    with pytest.raises(Closed):
        vault.slots()


def test_resuming_while_another_has_it_is_busy_and_can_be_tried_again(
    vault: Vault, folder: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge_engine.vault.store.BUSY_SECONDS", 0)
    vault.suspend()
    with Vault.open(folder, KEY, clock=clock), pytest.raises(Busy):
        vault.resume()
    vault.resume()
    assert rows(vault) == ROWS


def test_resuming_where_the_store_went_away_makes_none(vault: Vault, folder: Path) -> None:
    vault.suspend()
    for entry in folder.iterdir():
        entry.unlink()
    with pytest.raises(StoreMissing):
        vault.resume()
    assert names(folder) == set()


def test_readers_end_when_the_store_sleeps(vault: Vault, own: Grant) -> None:
    with vault.reading(own) as reader:
        vault.suspend()
        with pytest.raises(Closed):
            reader.rows(queries.ACCOUNTS)
    vault.resume()
    with vault.reading(own) as reader:
        assert reader.rows(queries.ACCOUNTS)


def test_in_memory_sleep_keeps_what_it_holds(clock: FakeClock) -> None:
    with Vault.in_memory(clock=clock) as vault:
        stock(vault)
        vault.suspend()
        with pytest.raises(Suspended):
            vault.integrity()
        vault.resume()
        assert rows(vault) == ROWS


def test_a_closed_vault_stays_closed(vault: Vault) -> None:
    vault.close()
    vault.close()
    for act in (vault.slots, vault.suspend, vault.resume, vault.erase, vault.integrity):
        with pytest.raises(Closed):
            act()


# -- in memory -------------------------------------------------------------------------------------------------------


def test_in_memory_without_the_key_nothing_is_read(clock: FakeClock) -> None:
    with Vault.in_memory(clock=clock) as vault:
        stock(vault)
        unkeyed = sqlcipher.connect(vault._location, uri=True)
        with pytest.raises(sqlcipher.DatabaseError, match="not a database"):
            unkeyed.execute("SELECT count(*) FROM txn")
        unkeyed.close()
        shared = sqlcipher.connect("file:plain?mode=memory&cache=shared", uri=True)
        shared.set_key(b"any")
        shared.execute("CREATE TABLE t (a)")
        second = sqlcipher.connect("file:plain?mode=memory&cache=shared", uri=True)
        assert second.execute("SELECT count(*) FROM t").fetchone() == (0,)  # the trap
        second.close()
        shared.close()


def test_two_stores_in_memory_are_two(clock: FakeClock) -> None:
    with Vault.in_memory(clock=clock) as one, Vault.in_memory(clock=clock) as two:
        stock(one)
        assert (rows(one), rows(two)) == (ROWS, 0)


@pytest.mark.parametrize("act", ["slots", "add", "remove", "rekey"])
def test_in_memory_has_no_key_slots(act: str, clock: FakeClock) -> None:
    with Vault.in_memory(clock=clock) as vault:
        acts: dict[str, Callable[[], object]] = {
            "slots": vault.slots,
            "add": lambda: vault.add_slot(KEY),
            "remove": lambda: vault.remove_slot("0"),
            "rekey": lambda: vault.rekey(KEY),
        }
        with pytest.raises(InputError, match="in memory"):
            acts[act]()


# -- a new key -------------------------------------------------------------------------------------------------------


def test_rekeying_leaves_one_slot_and_the_data(folder: Path, clock: FakeClock) -> None:
    with Vault.open(folder, KEY, clock=clock) as vault:
        stock(vault)
        vault.add_slot(Passphrase("lost with the laptop"))
        stolen = (folder / KEYS).read_bytes()
        vault.rekey(OTHER)
        assert [kind for _, kind in vault.slots()] == ["host"]
        assert vault.integrity().ok
        vault.rekey(OTHER)
        with vault.writing():
            vault.connection.execute("DELETE FROM engagement")
    with pytest.raises(KeyWrong):
        Vault.open(folder, KEY, clock=clock)
    with Vault.open(folder, OTHER, clock=clock) as vault:
        assert rows(vault) == ROWS
    (folder / KEYS).write_bytes(stolen)
    with pytest.raises(Corrupt):  # the old slots open, and what they hold opens nothing any more
        Vault.open(folder, KEY, clock=clock)


def test_rekeying_waits_for_no_reader(vault: Vault, own: Grant) -> None:
    with vault.reading(own), pytest.raises(Busy):
        vault.rekey(OTHER)
    assert len(vault.slots()) == 1


def test_a_rekeying_that_fails_leaves_the_old_key(
    vault: Vault, folder: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert vault._key is not None
    intruder = connect(vault._location, vault._key, busy_ms=0)
    real = keys.write

    def disturbed(path: Path, slots: tuple[keys.Slot, ...]) -> None:
        real(path, slots)
        if not intruder.in_transaction:
            intruder.execute("BEGIN IMMEDIATE")  # the pages cannot be written now

    monkeypatch.setattr(keys, "write", disturbed)
    vault.connection.execute("PRAGMA busy_timeout = 0")
    with pytest.raises(VaultError):
        vault.rekey(OTHER)
    monkeypatch.undo()
    intruder.close()
    assert rows(vault) == ROWS
    assert vault.integrity().ok
    vault.close()
    with pytest.raises(VaultError):
        Vault.open(folder, OTHER, clock=clock)
    with Vault.open(folder, KEY, clock=clock) as again:
        assert rows(again) == ROWS
        assert len(again.slots()) == 1
    with pytest.raises(KeyWrong):
        Vault.open(folder, OTHER, clock=clock)


# -- consent, the log and the disk -----------------------------------------------------------------------------------


def test_withdrawn_rows_are_gone_from_the_pages_when_withdraw_returns(
    vault: Vault, ledger: Ledger, folder: Path
) -> None:
    ledger.grant("insights")
    ledger.withdraw("insights")
    assert (folder / f"{DATABASE}-wal").stat().st_size == 0
    assert vault.connection.execute("SELECT count(*) FROM derived").fetchone() == (0,)
    assert vault.connection.execute("PRAGMA freelist_count").fetchone()[0] >= 0


def test_a_lost_log_loses_no_consent(folder: Path, clock: FakeClock) -> None:
    vault = Vault.open(folder, KEY, clock=clock)
    ledger = Ledger(vault.ledger_store(), Policy.default(), clock)
    ledger.grant("insights")
    ledger.withdraw("insights")
    with vault.writing():
        vault.connection.execute("INSERT INTO engagement VALUES ('e', 1, 'n', 's')")
    # A power cut that takes the log with it, imitated by a copy of the folder without the log.
    copy = folder.with_name("copy.edge")
    copy.mkdir()
    for name in (DATABASE, KEYS):
        (copy / name).write_bytes((folder / name).read_bytes())
    vault.close()
    with Vault.open(copy, KEY, clock=clock) as after:
        assert after.connection.execute("SELECT count(*) FROM engagement").fetchone() == (0,)  # the trap
        assert [event.kind for event in Ledger(after.ledger_store(), Policy.default(), clock).history()] == [
            "grant",
            "withdraw",
        ]


def test_a_reader_puts_the_emptying_of_the_log_off(vault: Vault, own: Grant) -> None:
    with vault.writing():
        vault.connection.execute("DELETE FROM engagement")
    with vault.reading(own) as reader:
        cursor = reader._connection.execute("SELECT id FROM txn")
        cursor.fetchone()  # an old state is being looked at
        vault.connection.execute("PRAGMA busy_timeout = 0")
        with vault.writing():
            vault.connection.execute("DELETE FROM derived")
        with pytest.raises(Busy):
            vault.checkpoint()
    vault.checkpoint()


def test_a_store_of_another_version_is_not_opened(folder: Path, clock: FakeClock) -> None:
    with Vault.open(folder, KEY, clock=clock) as vault:
        vault.connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    with pytest.raises(VaultError, match="newer version"):
        Vault.open(folder, KEY, clock=clock)


def test_an_own_grant_reads_after_reopening(folder: Path, clock: FakeClock) -> None:
    with Vault.open(folder, KEY, clock=clock) as vault:
        stock(vault)
    with Vault.open(folder, KEY, clock=clock) as vault:
        ledger = Ledger(vault.ledger_store(), Policy.default(), clock)
        grant = ledger.mint("own_access", Gate.READ, recipient=Recipient.PERSON)
        with vault.reading(grant) as reader:
            assert len(reader.rows(queries.ACCOUNTS)) == 2
    assert clock.now() == NOW
