"""Transfers between the person's own accounts, found over the days that changed; memory stays flat."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from edge_engine.domain import transfers
from edge_engine.domain.transaction import Account, AccountKind
from edge_engine.domain.transfers import APART, Half
from edge_engine.vault.reconcile import day_prefix
from edge_engine.vault.rollup import Changes, chunks, places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlcipher3 import dbapi2 as sqlcipher

_SWEEP: Final = 20_000
"""Rows between two looks at which groups are closed."""

_FEW: Final = 1_000
"""Rows of which a first look at the amounts alone tells which of them went both ways."""


class _Member(NamedTuple):
    """A row of a group: equal magnitude and currency, each at most ``APART`` days after the one before."""

    id: int
    account: int
    day: int
    incoming: bool


def pair(connection: sqlcipher.Connection, account_ids: Sequence[int], since_day: int) -> int:
    """Pair halves; see `Writer.pair_transfers`.

    A pair found earlier is looked at again with the rows that came since: a half that was taken for want of a better
    one is given back when the better one arrives.
    """
    accounts = _accounts(connection)
    if len(accounts) < 2 or not account_ids:
        return 0
    changed = set(account_ids)
    new: set[tuple[int, int]] = set()
    gone: set[tuple[int, int]] = set()
    for group in _groups(connection, since_day - APART):
        if changed.isdisjoint(member.account for member in group):
            continue
        before = _paired(connection, group)
        ids = {member.id for member in group}
        fixed = {row for couple in before if not ids.issuperset(couple) for row in couple}
        found = set(transfers.pairs(_halves(connection, ids - fixed), accounts))
        inside = {couple for couple in before if ids.issuperset(couple)}
        new |= found - inside
        gone |= inside - found
    _write(connection, new, gone)
    return len(new)


def _accounts(connection: sqlcipher.Connection) -> dict[int, Account]:
    rows: Iterable[tuple[int, str, str, str, str, str]] = connection.execute(
        "SELECT id, key, currency, kind, name, institution FROM account"
    )
    return {row: Account(key, cur, AccountKind(kind), name, bank) for row, key, cur, kind, name, bank in rows}


def _groups(connection: sqlcipher.Connection, since_day: int) -> Iterator[list[_Member]]:
    """Yield groups in which money both left and arrived, on two accounts at least."""
    rows = _rows(connection, since_day)
    open_groups: dict[tuple[int, str], list[_Member]] = {}
    for number, (row, account, day, amount, currency) in enumerate(rows, 1):
        if number % _SWEEP == 0:
            closed = [key for key, group in open_groups.items() if group[-1].day < day - APART]
            for key in closed:
                yield from _worth(open_groups.pop(key))
        if amount == 0:
            continue
        key = (abs(amount), currency)
        group = open_groups.get(key)
        member = _Member(row, account, day, amount > 0)
        if group is None:
            open_groups[key] = [member]
        elif group[-1].day < day - APART:
            yield from _worth(group)
            open_groups[key] = [member]
        else:
            group.append(member)
    for group in open_groups.values():
        yield from _worth(group)


def _rows(connection: sqlcipher.Connection, since_day: int) -> Iterable[tuple[int, int, int, int, str]]:
    """Return id, account, day, amount and currency since a day; where they are few, of amounts that went both ways.

    Of most days of most people there are none: what goes one way alone makes no group.
    """
    select = "SELECT id, account_id, day, amount, currency FROM txn WHERE fingerprint >= ?"
    since = day_prefix(since_day)
    few = connection.execute(
        "SELECT amount FROM txn WHERE fingerprint >= ? LIMIT ?", (since, _FEW)
    ).fetchall()
    if len(few) == _FEW:
        every: Iterable[tuple[int, int, int, int, str]] = connection.execute(
            f"{select} ORDER BY fingerprint", (since,)
        )
        return every
    amounts = {amount for (amount,) in few}
    both = [amount for amount in amounts if amount and -amount in amounts]
    if not both:
        return ()
    named = "(SELECT value FROM json_each(?))"
    some: Iterable[tuple[int, int, int, int, str]] = connection.execute(
        f"{select} AND amount IN {named} ORDER BY fingerprint", (since, json.dumps(both))
    )
    return some


def _worth(group: list[_Member]) -> Iterator[list[_Member]]:
    left = {member.account for member in group if not member.incoming}
    arrived = {member.account for member in group if member.incoming}
    if left and arrived and len(left | arrived) > 1:
        yield group


def _paired(connection: sqlcipher.Connection, group: list[_Member]) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for marks, part in chunks([member.id for member in group]):
        rows: Iterable[tuple[int, int]] = connection.execute(
            f"SELECT out_id, in_id FROM transfer WHERE out_id IN ({marks}) OR in_id IN ({marks})", part + part
        )
        found.update(rows)
    return found


def _halves(connection: sqlcipher.Connection, ids: set[int]) -> list[Half]:
    found: list[Half] = []
    for marks, part in chunks(sorted(ids)):
        rows: Iterable[tuple[int, int, int, int, str, str, str, str, int, str]] = connection.execute(
            "SELECT t.id, t.account_id, t.day, t.amount, m.key, t.description, t.counterparty,"
            " t.counterparty_account, t.mcc, t.channel FROM txn t JOIN merchant m ON m.id = t.merchant_id"
            f" WHERE t.id IN ({marks}) ORDER BY t.id",
            part,
        )
        found.extend(Half(*row) for row in rows)
    return found


def _write(connection: sqlcipher.Connection, new: set[tuple[int, int]], gone: set[tuple[int, int]]) -> None:
    """Keep the new pairs and let go of the others; totals move between internal and external."""
    if not new and not gone:
        return
    before = {row for couple in gone for row in couple}
    after = {row for couple in new for row in couple}
    changes = Changes()
    for row, place in places(connection, before ^ after).items():
        changes.lose(place.key, place.amount)
        changes.gain(place.under(internal=int(row in after)), place.amount)
    connection.executemany("DELETE FROM transfer WHERE out_id = ?", [(left,) for left, _ in sorted(gone)])
    connection.executemany("INSERT INTO transfer (out_id, in_id) VALUES (?, ?)", sorted(new))
    changes.write(connection)
