"""What the person's accounts hold today: the stated balance and what was booked since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import AccountKind
from edge_engine.vault import account_queries, queries

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from edge_engine.vault.reader import Reader

SPENDING: Final = frozenset((AccountKind.CURRENT, AccountKind.CASH, AccountKind.OTHER))
"""Kinds of accounts that money is spent from."""

AT_HAND: Final = SPENDING | {AccountKind.SAVINGS}
"""Kinds of accounts whose money can be had within days."""


class Stated(NamedTuple):
    """What a bank said that an account held at the end of a day, as ordinal."""

    day: int
    balance: Money


def stated(reader: Reader, today: int, kinds: Collection[str]) -> dict[int, Stated]:
    """Return the latest stated balance of each account of some kinds, where any feed stated one.

    Args:
        reader: Under a grant that covers accounts.
        today: The day it is, as ordinal.
        kinds: Kinds of accounts.
    """
    return {
        row.account_id: Stated(row.day, Money(row.amount, row.currency))
        for row in reader.rows(account_queries.LATEST_BALANCES, until=today)
        if row.kind in kinds
    }


def holdings(reader: Reader, today: int, kinds: Collection[str]) -> dict[int, Money]:
    """Return what each account of some kinds holds, where any feed stated a balance of it.

    Args:
        reader: Under a grant that covers accounts and transactions.
        today: The day it is, as ordinal.
        kinds: Kinds of accounts.
    """
    found = {}
    for account, (day, balance) in stated(reader, today, kinds).items():
        booked = reader.one(queries.BOOKED_AFTER, account=account, day=day, until=today)
        found[account] = Money(balance.minor + booked.amount, balance.currency)
    return found


def moved(
    reader: Reader,
    before: Mapping[int, Money],
    told: Mapping[int, Stated],
    now: Mapping[int, Stated],
    rows: Sequence[tuple[int, int, int]],
    today: int,
) -> dict[int, Money]:
    """Return what accounts hold once rows were booked, reading nothing again where no balance was stated meanwhile.

    Args:
        reader: As :func:`holdings` needs it.
        before: What they held.
        told: The balances that were stated then.
        now: Those that are stated now.
        rows: Account, day and amount in minor units of each row, none after today.
        today: The day it is, as ordinal.
    """
    found = {}
    for account, (day, balance) in now.items():
        since = sum(amount for one, on, amount in rows if one == account and on > day)
        if account in before and told.get(account) == now[account]:
            found[account] = Money(before[account].minor + since, balance.currency)
        elif day >= today:
            found[account] = balance
        else:
            all_after = reader.one(queries.BOOKED_AFTER, account=account, day=day, until=today)
            found[account] = Money(balance.minor + all_after.amount, balance.currency)
    return found
