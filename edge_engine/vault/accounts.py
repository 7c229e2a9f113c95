"""Which account of the store a key names: the same key, or another way to write it (an IBAN, and bank and number)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edge_engine.domain.matching import same_account

if TYPE_CHECKING:
    from sqlcipher3 import dbapi2 as sqlcipher


class Known(NamedTuple):
    """An account of the store, by the key that it was first told under."""

    id: int
    key: str
    currency: str


def find(connection: sqlcipher.Connection, key: str, currency: str) -> Known | None:
    """Return the account that ``key`` names, None where it is new.

    Args:
        connection: The vault's.
        key: As a feed writes it.
        currency: ISO 4217 code; the accounts of one number in several currencies are several.
    """
    rows = [
        Known(*row)
        for row in connection.execute("SELECT id, key, currency FROM account ORDER BY id").fetchall()
    ]
    found = next((row for row in rows if row.key == key), None)
    if found is not None:
        return found
    return next((row for row in rows if row.currency == currency and same_account(row.key, key)), None)
