"""Reading: one fresh, guarded connection a grant; what the grant does not cover does not exist."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from edge_engine.domain.series import Postings
from edge_engine.errors import QueryDenied
from edge_engine.vault import queries
from edge_engine.vault.authorizer import authorizer
from edge_engine.vault.connection import converting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlcipher3 import dbapi2 as sqlcipher

    from edge_engine.consent.grant import Grant
    from edge_engine.vault.queries import Query

R = TypeVar("R", bound=tuple[object, ...])

_TAXONOMY: Final = frozenset({("sensitive_leaf", "leaf")})
_BEFORE_ALL_DAYS: Final = 0


class Reader:
    """Answers queries within one grant. Made by ``Vault.reading`` alone; useless after its block."""

    def __init__(self, connection: sqlcipher.Connection, grant: Grant) -> None:
        self._connection = connection
        self._grant = grant

    def rows(self, query: Query[R], **parameters: object) -> list[R]:
        """Return every row of a query.

        The grant is checked each time, and all rows are fetched at once: an open cursor would go on yielding
        after the grant ended.

        Args:
            query: One of `edge_engine.vault.queries`.
            parameters: The query's named parameters without ``sensitive``, which comes from the grant.

        Raises:
            GrantExpired: The grant ran out or its purpose was withdrawn.
            QueryDenied: The query touches a column outside the grant.
            VaultError: The store cannot be read.
        """
        self._grant.check()
        if type(query) is not queries.Query:
            raise QueryDenied("only the store's own queries can be asked")
        bound = {**parameters, "sensitive": self._grant.sensitive}
        with converting():
            found = self._connection.execute(query.sql, bound).fetchall()
        return [query.row(*row) for row in found]

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

        self._grant.check()
        with converting():
            found = self._connection.execute(
                queries.POSTINGS.sql, {"since": since, "sensitive": self._grant.sensitive}
            ).fetchall()
        merchants = self.rows(queries.MERCHANTS)
        place = {row.id: index for index, row in enumerate(merchants)}
        columns: list[tuple[object, ...]] = list(zip(*found, strict=True)) if found else [()] * 8
        codes = tuple(sorted({str(code) for code in columns[6]}))
        code_of = {code: index for index, code in enumerate(codes)}
        return Postings(
            ids=np.array(columns[0], dtype=np.int64),
            days=np.array(columns[1], dtype=np.int64),
            amounts=np.array(columns[2], dtype=np.int64),
            accounts=np.array(columns[3], dtype=np.int64),
            leaves=np.array(columns[4], dtype=np.int64),
            merchants=np.array([place[row[5]] for row in found], dtype=np.int64),
            currencies=np.array([code_of[row[6]] for row in found], dtype=np.int64),
            transfers=np.array(columns[7], dtype=np.bool_),
            merchant_names=tuple(row.key for row in merchants),
            currency_codes=codes,
        )


@contextmanager
def guarded(
    connection: sqlcipher.Connection, grant: Grant, log: set[tuple[str, str]] | None = None
) -> Iterator[Reader]:
    """Put a grant's authorizer on a fresh connection, lend a reader, and close the connection.

    A fresh connection, because the statement cache of an old one outlives a change of authorizer.
    """
    try:
        connection.set_authorizer(authorizer(grant.columns | _TAXONOMY, log))
        yield Reader(connection, grant)
    finally:
        connection.set_authorizer(None)
        connection.close()
