"""Reading: queries within one grant, on a guarded connection; what the grant does not cover does not exist."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, TypeVar

from edge_engine.domain.series import Postings
from edge_engine.errors import Closed, QueryDenied
from edge_engine.vault import queries
from edge_engine.vault.connection import converting

if TYPE_CHECKING:
    from sqlcipher3 import dbapi2 as sqlcipher

    from edge_engine.consent.event import LedgerStore
    from edge_engine.consent.grant import Grant
    from edge_engine.vault.query import Query

R = TypeVar("R", bound=tuple[object, ...])

TAXONOMY: Final = frozenset({("sensitive_leaf", "leaf")})
"""Columns of rules and not of people, which every grant covers."""
_BEFORE_ALL_DAYS: Final = 0
_KNOWN: Final = frozenset(map(id, queries.ALL))
"""Identities of the package's queries, which live as long as it does."""


class Reader:
    """Answers queries within one grant. Made by ``Vault.reading`` alone; useless after its block."""

    def __init__(self, connection: sqlcipher.Connection, grant: Grant, store: LedgerStore) -> None:
        self._connection = connection
        self._grant = grant
        self._store = store
        self._process = os.getpid()
        self._ended = False

    def end(self) -> None:
        """End the reader: its connection may serve another one."""
        self._ended = True

    def rows(self, query: Query[R], **parameters: object) -> list[R]:
        """Return every row of a query.

        The grant is checked each time, and all rows are fetched at once: an open cursor would go on yielding
        after the grant ended.

        Args:
            query: One of `edge_engine.vault.queries`.
            parameters: The query's named parameters without ``sensitive`` and ``purpose``, which come from the grant.

        Raises:
            GrantExpired: The grant ran out or its purpose was withdrawn.
            QueryDenied: The query touches a column outside the grant.
            VaultError: The store cannot be read.
        """
        found = self._fetch(query, parameters)
        return [query.row(*row) for row in found]

    def _fetch(self, query: Query[Any], parameters: dict[str, object]) -> list[tuple[Any, ...]]:
        self._grant.check(self._store)
        if self._ended:
            raise Closed("a reader ends with its block; ask the store for another one")
        if os.getpid() != self._process:
            raise Closed("a forked process cannot use its parent's store; open it anew")
        # INVARIANT: the very queries of this package: one made elsewhere could leave out what hides sensitive rows.
        if id(query) not in _KNOWN:
            raise QueryDenied("only the store's own queries can be asked")
        bound = {**parameters, "sensitive": self._grant.sensitive, "purpose": self._grant.purpose}
        with converting():
            found: list[tuple[Any, ...]] = self._connection.execute(query.sql, bound).fetchall()
        return found

    def one(self, query: Query[R], **parameters: object) -> R:
        """Return the only row of a query that always has one."""
        (row,) = self.rows(query, **parameters)
        return row

    def postings(self, since: int = _BEFORE_ALL_DAYS) -> Postings:
        """Return the transactions booked on or after a day as columns.

        Args:
            since: First day as a proleptic ordinal.

        Raises:
            GrantExpired: The grant ended.
            QueryDenied: The grant does not cover transactions and their categories.
        """
        import numpy as np  # noqa: PLC0415 - core import stays light

        from edge_engine.domain.columns import distinct  # noqa: PLC0415 - likewise

        columns = self.one(queries.POSTINGS, since=since)
        if columns.ids is None:
            none = np.empty(0, np.int64)
            return Postings(none, none, none, none, none, none, none, none.astype(np.bool_), (), ())
        # One text a column is three times quicker than a tuple a row.
        numbers = [np.fromstring(text or "", np.int64, sep=",") for text in columns[:-1]]
        order = np.lexsort((numbers[0], numbers[1]))
        ids, days, amounts, accounts, leaves, merchants, transfers = (column[order] for column in numbers)
        written = (columns.currencies or "").split(",")
        codes = sorted(set(written))
        place = {code: at for at, code in enumerate(codes)}
        currencies = np.fromiter((place[code] for code in written), np.int64, len(written))
        used, merchants, _ = distinct(merchants)
        names = {row.id: row.key for row in self.rows(queries.MERCHANTS)}
        return Postings(
            ids=ids,
            days=days,
            amounts=amounts,
            accounts=accounts,
            leaves=leaves,
            merchants=merchants,
            currencies=currencies[order],
            transfers=transfers.astype(np.bool_),
            merchant_names=tuple(names[merchant] for merchant in used.tolist()),
            currency_codes=tuple(codes),
        )
