"""The ledger's place: append-only, durable, and what a withdrawal deletes goes in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_engine.consent.event import LedgerStore, StoredEvent
from edge_engine.consent.ledger import Ledger
from edge_engine.consent.policy import Policy
from edge_engine.errors import Busy, Corrupt, LedgerTampered, VaultError
from edge_engine.vault import rollup
from edge_engine.vault.store import Vault
from tests.fakes.stocked import GROCERIES, KEY, ROWS, stock

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine.clock import FakeClock
    from edge_engine.consent.grant import Grant


def event(seq: int) -> StoredEvent:
    return StoredEvent(seq, b"body", b"h" * 32, b"s" * 64)


def count(vault: Vault, table: str) -> int:
    (found,) = vault.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(found)


def test_events_come_back_as_they_were_kept(vault: Vault, folder: Path, clock: FakeClock) -> None:
    store: LedgerStore = vault.ledger_store()
    assert store.events() == []
    assert store.append(event(1), purge=()) == {}
    assert store.append(event(2), purge=()) == {}
    vault.close()
    with Vault.open(folder, KEY, clock=clock) as again:
        assert again.ledger_store().events() == [event(1), event(2)]


def test_the_place_is_one_object_so_that_grants_can_be_held_to_it(vault: Vault) -> None:
    assert vault.ledger_store() is vault.ledger_store()


def test_withdrawing_categories_deletes_them_and_keeps_the_sums(vault: Vault) -> None:
    spent = vault.connection.execute("SELECT sum(outflow) FROM month_total").fetchone()
    removed = vault.ledger_store().append(event(1), purge=("categorization",))
    assert removed == {"categorization": 96, "correction": 2}
    assert count(vault, "categorization") == count(vault, "correction") == 0
    assert vault.connection.execute("SELECT DISTINCT leaf FROM month_total").fetchall() == [(0,)]
    assert vault.connection.execute("SELECT sum(outflow) FROM month_total").fetchone() == spent
    assert rollup.mismatches(vault.connection) == 0
    assert (count(vault, "txn"), count(vault, "derived")) == (ROWS, 1)


def test_withdrawing_insights_deletes_findings_alone(vault: Vault) -> None:
    assert vault.ledger_store().append(event(1), purge=("insights",)) == {"derived": 1, "forecast": 1}
    assert count(vault, "categorization") == 96


def test_an_event_that_is_refused_deletes_nothing(vault: Vault) -> None:
    store = vault.ledger_store()
    for wrong in (event(2), event(0)):
        with pytest.raises(VaultError):
            store.append(wrong, purge=("categorization", "insights"))
    assert store.events() == []
    assert (count(vault, "categorization"), count(vault, "derived")) == (96, 1)


def test_nothing_is_appended_amid_a_write(vault: Vault) -> None:
    store = vault.ledger_store()
    store.device_key()
    with vault.writing(), pytest.raises(Busy):
        store.append(event(1), purge=())
    assert store.append(event(1), purge=()) == {}


def test_a_reader_does_not_stop_a_withdrawal(vault: Vault, own: Grant) -> None:
    vault.connection.execute("PRAGMA busy_timeout = 0")
    with vault.reading(own) as reader:
        cursor = reader._connection.execute("SELECT id FROM txn")
        cursor.fetchone()
        assert vault.ledger_store().append(event(1), purge=("insights",)) == {"derived": 1, "forecast": 1}


def test_the_device_key_is_made_once_and_kept_in_the_store(
    vault: Vault, folder: Path, clock: FakeClock
) -> None:
    made = vault.ledger_store().device_key()
    assert len(made) == 32
    assert vault.ledger_store().device_key() == made
    vault.close()
    for file in folder.iterdir():
        assert made not in file.read_bytes()
    with Vault.open(folder, KEY, clock=clock) as again:
        assert again.ledger_store().device_key() == made


def test_the_device_key_is_not_made_amid_a_write_that_may_be_undone(vault: Vault) -> None:
    with vault.writing(), pytest.raises(Busy):
        vault.ledger_store().device_key()


def test_a_damaged_device_key_is_corrupt(vault: Vault) -> None:
    vault.put_meta("device_key", b"short")
    with pytest.raises(Corrupt, match="device key"):
        vault.ledger_store().device_key()


def test_a_ledger_edited_with_the_key_does_not_verify(vault: Vault, ledger: Ledger, clock: FakeClock) -> None:
    ledger.grant("insights")
    ledger.withdraw("insights")
    # Whoever has the key can drop the triggers and the last entry: the consent that was withdrawn would live again.
    vault.connection.execute("DROP TRIGGER consent_event_keeps_words")
    for edited in ("'text'", "CAST(replace(body, 'withdraw', 'grant') AS BLOB)", "7"):
        vault.connection.execute(f"UPDATE consent_event SET body = {edited} WHERE seq = 2")
        with pytest.raises(LedgerTampered):
            Ledger(vault.ledger_store(), Policy.default(), clock).verify()


def test_categories_come_back_after_consent_is_given_again(clock: FakeClock) -> None:
    with Vault.in_memory(clock=clock) as vault:
        stock(vault)
        ledger = Ledger(vault.ledger_store(), Policy.default(), clock)
        ledger.grant("categorization")
        assert ledger.withdraw("categorization").purged == {"categorization": 96, "correction": 2}
        with vault.committing() as connection:
            connection.execute(
                "INSERT INTO categorization VALUES (1, ?, 900, 1, 'm', 0, 0, '')", (GROCERIES,)
            )
        assert count(vault, "categorization") == 1
