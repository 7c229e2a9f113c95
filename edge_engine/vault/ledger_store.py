"""The consent ledger's place in the store: append-only, each event durable before the call returns."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from edge_engine.consent.event import SEED_BYTES, StoredEvent
from edge_engine.errors import Busy, Corrupt, VaultError
from edge_engine.vault.connection import checkpoint, converting
from edge_engine.vault.turns import in_turn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from edge_engine.vault.store import Vault

DEVICE_KEY: Final = "device_key"


class VaultLedgerStore:
    """Implements ``consent.event.LedgerStore`` over a vault."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    @property
    def turn(self) -> AbstractContextManager[object]:
        """The vault's."""
        return self._vault.turn

    @in_turn
    def events(self) -> list[StoredEvent]:
        """Return every event in order."""
        connection = self._vault.connection
        with converting():
            rows = connection.execute(
                "SELECT seq, body, hash, signature FROM consent_event ORDER BY seq"
            ).fetchall()
        return [StoredEvent(seq, _blob(body), _blob(digest), _blob(sign)) for seq, body, digest, sign in rows]

    @in_turn
    def append(self, event: StoredEvent, *, purge: Sequence[str]) -> dict[str, int]:
        """Keep an event and delete what only the purposes in ``purge`` made, in one durable transaction.

        Then the write-ahead log is emptied: a deleted row stays readable, with the key, until then, and a log
        that is lost takes the commits in it along, which no consent may depend on.

        Returns:
            Rows deleted by table.

        Raises:
            Busy: A write is under way.
            VaultError: Nothing was kept and nothing was deleted.
        """
        with self._vault.writing(durable=True) as writer:
            writer.append_event(event)
            removed = writer.purge(purge)
        # INVARIANT: no connection remembers pages of what a consent had shown.
        self._vault.readers.let_go()
        # The event is kept and the rows are gone: a reader or a full disk puts off only the emptying of the log,
        # which the next one, or closing, makes good.
        with suppress(VaultError):
            checkpoint(self._vault.connection)
        return removed

    @in_turn
    def device_key(self) -> bytes:
        """Return the device's Ed25519 seed, made when first asked for."""
        found = self._vault.meta(DEVICE_KEY)
        if found is None:
            if self._vault.connection.in_transaction:
                raise Busy("the device key cannot be made while a write is under way")
            found = secrets.token_bytes(SEED_BYTES)
            self._vault.put_meta(DEVICE_KEY, found)
        if len(found) != SEED_BYTES:
            raise Corrupt("the device key in the store is damaged")
        return found


def _blob(value: object) -> bytes:
    """Return a stored blob; what somebody put in its place is nothing, so that the ledger does not verify."""
    return value if isinstance(value, bytes) else b""
