"""Disclosures in the store: what the bank or an adviser was given, as kinds of data; each noted once, for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sqlcipher3 import dbapi2 as sqlcipher


class StoredDisclosure(NamedTuple):
    """A disclosure as it is kept; see the schema."""

    mark: str
    recipient: str
    who: str
    kind: str
    step: str
    fields: str
    data: str
    purpose: str
    rule: str
    entry: int
    at: int


class DisclosureRows:
    """Writes disclosures inside the writer's transaction.

    Args:
        connection: The writer's connection, in a transaction.
    """

    def __init__(self, connection: sqlcipher.Connection) -> None:
        self._connection = connection

    def add(self, disclosure: StoredDisclosure) -> None:
        """Note a disclosure; the same one is noted once, however often it is tried."""
        marks = ", ".join("?" * len(disclosure))
        columns = ", ".join(disclosure._fields)
        self._connection.execute(f"INSERT OR IGNORE INTO disclosure ({columns}) VALUES ({marks})", disclosure)
