"""The consent ledger's place in the store: append-only, each event durable before the call returns."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from edge_engine.consent.event import StoredEvent
from edge_engine.vault.connection import converting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.vault.store import Vault

DEVICE_KEY: Final = "device_key"
SEED_BYTES: Final = 32


class VaultLedgerStore:
    """Implements ``consent.event.LedgerStore`` over a vault."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def events(self) -> list[StoredEvent]:
        """Return every event in order."""
        with converting():
            rows = self._vault.connection.execute(
                "SELECT seq, body, hash, signature FROM consent_event ORDER BY seq"
            ).fetchall()
        return [StoredEvent(*row) for row in rows]

    def append(self, event: StoredEvent, *, purge: Sequence[str]) -> dict[str, int]:
        """Keep an event and delete what only the purposes in ``purge`` made, in one durable transaction.

        When something was deleted, the write-ahead log is emptied too: a deleted row stays readable, with the
        key, until then.

        Returns:
            Rows deleted by table.
        """
        with self._vault.writing(durable=True) as writer:
            writer.append_event(event)
            removed = writer.purge(purge)
        if removed:
            self._vault.checkpoint()
        return removed

    def device_key(self) -> bytes:
        """Return the device's Ed25519 seed, made when first asked for."""
        found = self._vault.meta(DEVICE_KEY)
        if found is None:
            found = secrets.token_bytes(SEED_BYTES)
            self._vault.put_meta(DEVICE_KEY, found)
        return found
