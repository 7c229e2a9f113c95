"""Accounts with what their banks last said that they hold, in one statement each."""

from __future__ import annotations

from typing import Final, NamedTuple

from edge_engine.vault.query import Query, columns


class StatedRow(NamedTuple):
    """The latest stated balance of an account of some kind."""

    account_id: int
    kind: str
    day: int
    amount: int
    currency: str


_LATEST: Final = "b.day = (SELECT max(day) FROM balance WHERE account_id = a.id AND day <= :until)"

LATEST_BALANCES: Final = Query(
    "latest balance of each account that has one",
    "SELECT a.id, a.kind, b.day, b.amount, b.currency FROM account a"
    f" JOIN balance b ON b.account_id = a.id AND {_LATEST} ORDER BY a.id",
    columns(account="id kind", balance="account_id day amount currency"),
    StatedRow,
)


class AccountTotalRow(NamedTuple):
    """One account, how many transactions it has, and its latest stated balance, where there is one."""

    id: int
    key: str
    currency: str
    kind: str
    name: str
    transactions: int
    day: int | None
    amount: int | None
    balance_currency: str | None


ACCOUNT_TOTALS: Final = Query(
    "one account, or all, with their latest balances",
    "SELECT a.id, a.key, a.currency, a.kind, a.name,"
    " (SELECT coalesce(sum(n), 0) FROM month_total WHERE account_id = a.id), b.day, b.amount, b.currency"
    f" FROM account a LEFT JOIN balance b ON b.account_id = a.id AND {_LATEST}"
    " WHERE :account IN (0, a.id) ORDER BY a.id",
    columns(
        account="id key currency kind name",
        balance="account_id day amount currency",
        month_total="account_id n",
    ),
    AccountTotalRow,
)

ALL: Final[tuple[Query[tuple[object, ...]], ...]] = tuple(
    value for value in dict(globals()).values() if isinstance(value, Query)
)
