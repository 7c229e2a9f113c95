"""The store's guarded connections: those that are lent, and a few that wait for the same columns to be asked again."""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from edge_engine.vault.authorizer import authorizer
from edge_engine.vault.reader import TAXONOMY, Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlcipher3 import dbapi2 as sqlcipher

    from edge_engine.consent.event import LedgerStore
    from edge_engine.consent.grant import Grant

Columns = frozenset[tuple[str, str]]

MAX_IDLE: Final = 4
"""Connections that wait: of the person's own access, of what finds, of what decides, and one more."""


class Readers:
    """Lends readers, each on a connection whose authorizer has allowed one set of columns from its first statement.

    A connection serves one set of columns for its whole life, because its statement cache would outlive a change of
    authorizer. Those that were used last, a few, are kept for the next grant that covers exactly the same columns:
    opening one costs as much as storing a transaction. The grant itself is checked before each query all the same.

    Args:
        connect: Opens a fresh read-only connection.

    Attributes:
        check: Called before each lending, when nothing is held; what it raises ends the call that wanted to read.
    """

    def __init__(self, connect: Callable[[], sqlcipher.Connection]) -> None:
        self._connect = connect
        self.check: Callable[[], None] = _nothing
        self._lent: list[sqlcipher.Connection] = []
        self._idle: dict[Columns, sqlcipher.Connection] = {}

    @property
    def lent(self) -> bool:
        """Whether somebody reads."""
        return bool(self._lent)

    @contextmanager
    def lend(self, grant: Grant, store: LedgerStore) -> Iterator[Reader]:
        """Lend a reader for the block; it is useless afterwards.

        Args:
            grant: Live; checked again before each query.
            store: The ledger store that the grant must come from.
        """
        self.check()
        columns = _covered(grant.columns)
        connection = self._take(columns)
        self._lent.append(connection)
        reader = Reader(connection, grant, store)
        whole = False
        try:
            yield reader
            whole = True
        finally:
            reader.end()
            # Closed meanwhile where the store went to sleep under the block.
            if connection in self._lent:
                self._lent.remove(connection)
                if whole:
                    self._keep(columns, connection)
                else:
                    connection.close()

    def let_go(self) -> None:
        """Close the connections that wait, and with them what they remember of pages."""
        while self._idle:
            self._idle.popitem()[1].close()

    def close(self) -> None:
        """Close every connection; readers that are lent end."""
        self.let_go()
        for connection in self._lent:
            connection.close()
        self._lent.clear()

    def _take(self, columns: Columns) -> sqlcipher.Connection:
        waiting = self._idle.pop(columns, None)
        if waiting is not None:
            return waiting
        connection = self._connect()
        connection.set_authorizer(authorizer(columns))
        return connection

    def _keep(self, columns: Columns, connection: sqlcipher.Connection) -> None:
        """Let a connection wait; of those that wait longest, one goes where they would be too many."""
        twin = self._idle.pop(columns, None)
        if twin is not None:
            twin.close()
        elif len(self._idle) >= MAX_IDLE:
            self._idle.pop(next(iter(self._idle))).close()
        self._idle[columns] = connection


@lru_cache(maxsize=64)
def _covered(columns: Columns) -> Columns:
    """Return what a grant's connection may read; the same object each time, whose hash is worked out once."""
    return columns | TAXONOMY


def _nothing() -> None:
    """Nobody wants to end what is being done."""
