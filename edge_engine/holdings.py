"""What the person's accounts hold today: the stated balance and what was booked since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import AccountKind
from edge_engine.vault import queries

if TYPE_CHECKING:
    from collections.abc import Collection

    from edge_engine.vault.reader import Reader

SPENDING: Final = frozenset((AccountKind.CURRENT, AccountKind.CASH, AccountKind.OTHER))
"""Kinds of accounts that money is spent from."""

AT_HAND: Final = SPENDING | {AccountKind.SAVINGS}
"""Kinds of accounts whose money can be had within days."""


def holdings(reader: Reader, today: int, kinds: Collection[str]) -> dict[int, Money]:
    """Return what each account of some kinds holds, where any feed stated a balance of it.

    Args:
        reader: Under a grant that covers accounts and transactions.
        today: The day it is, as ordinal.
        kinds: Kinds of accounts.
    """
    chosen = {row.id for row in reader.rows(queries.ACCOUNTS) if row.kind in kinds}
    found = {}
    for account in sorted(chosen):
        for row in reader.rows(queries.LATEST_BALANCE_OF, account=account, until=today):
            booked = reader.one(queries.BOOKED_AFTER, account=account, day=row.day, until=today)
            found[account] = Money(row.amount + booked.amount, row.currency)
    return found
