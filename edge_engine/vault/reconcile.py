"""One truth: what a statement tells is compared with what the store has, and each transaction is kept once.

`plan` decides and `edge_engine.vault.settling` writes. The rules themselves are in `edge_engine.domain.matching`.

# INVARIANT: the first three bytes of a fingerprint are the day of its row. The unique index on fingerprints is
# thereby an index on days as well, and a second one, which would make imports slower, is not needed.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from edge_engine.domain import matching
from edge_engine.domain.matching import Fit, Line, Sign, Span
from edge_engine.domain.transaction import Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlcipher3 import dbapi2 as sqlcipher

    from edge_engine.domain.transaction import Transaction

LEAST_RENUMBERED: Final = 3
RENUMBERED: Final = 0.8
"""How many unknown lines, and what share of those on days told before, must equal rows before identifiers are taken for
changed."""

RELEASED_AFTER: Final = 14
"""Days that a statement must tell beyond a pending line before its silence means that the money was not taken."""


class Stored(NamedTuple):
    """A row of the store, as far as it is compared."""

    id: int
    line: Line


@dataclass(slots=True)
class _Near:
    """Rows of the store near the unknown lines, which this batch does not name.

    Attributes:
        rows: Rows that this feed has not told as booked.
        announced: Those that it has told as pending.
    """

    rows: list[Stored]
    announced: frozenset[int]


@dataclass(slots=True)
class Plan:
    """What to do with the lines of one account that the store does not know, by their index.

    Attributes:
        settle: (row, index): the row becomes this line.
        seen: (row, index): the row is this line, told otherwise.
        fold: (index, index): the first is the pending version of the second.
        add: New transactions.
        release: Rows that were announced and never booked.
    """

    settle: list[tuple[int, int]] = field(default_factory=list)
    seen: list[tuple[int, int]] = field(default_factory=list)
    fold: list[tuple[int, int]] = field(default_factory=list)
    add: list[int] = field(default_factory=list)
    release: list[int] = field(default_factory=list)


class Coverage:
    """Which days of which account each feed has told, read once and kept up to date."""

    def __init__(self, connection: sqlcipher.Connection) -> None:
        self._connection = connection
        rows: Iterable[tuple[int, int, int, int, int]] = connection.execute(
            "SELECT account_id, feed_id, identified, first_day, last_day FROM coverage"
        )
        self._spans: dict[tuple[int, int, int], Span] = {
            (account, feed, identified): (first, last) for account, feed, identified, first, last in rows
        }

    def told(self, account: int) -> bool:
        """Say whether any feed has told anything of the account."""
        return any(key[0] == account for key in self._spans)

    def told_otherwise(self, account: int, feed: int, identified: int, span: Span) -> bool:
        """Say whether another feed, or this one in another form, has told days of the account near ``span``."""
        near = (span[0] - matching.BOOKED_APART, span[1] + matching.BOOKED_APART)
        return any(
            key[0] == account and key[1:] != (feed, identified) and first <= near[1] and last >= near[0]
            for key, (first, last) in self._spans.items()
        )

    def told_before(self, account: int, feed: int, identified: int) -> Span:
        """Return the days of the account that this very feed has told in this form; an empty span where it has not."""
        return self._spans.get((account, feed, identified), (0, -1))

    def spans(self, account: int) -> dict[int, Span]:
        """Return the days of the account that each feed has told."""
        found: dict[int, Span] = {}
        for (of, feed, _), span in self._spans.items():
            if of == account:
                found[feed] = joined(found.get(feed, span), span)
        return found

    def extend(self, account: int, feed: int, identified: int, span: Span) -> None:
        """Note that a feed told these days of an account."""
        key = (account, feed, identified)
        known = self._spans.get(key)
        new = span if known is None else joined(known, span)
        if new != known:
            self._spans[key] = new
            self._connection.execute(
                "INSERT INTO coverage (account_id, feed_id, identified, first_day, last_day) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET first_day = excluded.first_day, last_day = excluded.last_day",
                (*key, *new),
            )


def joined(one: Span, other: Span) -> Span:
    """Return the span from the earlier first to the later last day."""
    return (min(one[0], other[0]), max(one[1], other[1]))


def line_of(transaction: Transaction, feed: int) -> Line:
    """Return what can be compared of a told transaction."""
    record = transaction.record
    return Line(
        record.booked.toordinal(),
        None if record.value_date is None else record.value_date.toordinal(),
        record.amount.minor,
        record.amount.currency,
        int(record.status),
        feed,
        record.external_id,
        record.pending_id,
        transaction.merchant,
        f"{record.description} {record.counterparty}",
    )


_FEW_AMOUNTS: Final = 4
"""Amounts that are named to the store one by one; each number of them is a statement of its own."""

_LINE: Final = (
    "SELECT t.id, t.day, t.value_day, t.amount, t.currency, t.status, t.feed_id, t.external_id, t.pending_id, m.key,"
    " t.description || ' ' || t.counterparty FROM txn t JOIN merchant m ON m.id = t.merchant_id WHERE "
)


def pending_rows(connection: sqlcipher.Connection, account: int) -> list[Stored]:
    """Return the account's pending rows, by the partial index that holds nothing else."""
    rows: Iterable[tuple[object, ...]] = connection.execute(
        f"{_LINE} t.account_id = ? AND t.status = 1 ORDER BY t.day, t.id", (account,)
    )
    return [_stored(row) for row in rows]


def day_prefix(day: int) -> bytes:
    """Return how the fingerprints of a day begin."""
    return max(day, 0).to_bytes(3, "big")


def _stored(row: Sequence[object]) -> Stored:
    return Stored(row[0], Line(*row[1:]))  # type: ignore[arg-type] # the columns of `_LINE`, in their order


@dataclass(frozen=True, slots=True)
class Statement:
    """What one batch says of one account.

    Attributes:
        account: The store's identifier.
        feed: The feed's identifier.
        unknown: Indexes and lines of what the store does not know by fingerprint.
        stated: Rows of the store that the batch names by fingerprint.
        span: First and last day the batch tells of the account.
        told_before: First and last day that this feed told of the account before.
    """

    account: int
    feed: int
    unknown: Mapping[int, Line]
    stated: frozenset[int]
    span: Span
    told_before: Span = (0, -1)


def plan(connection: sqlcipher.Connection, statement: Statement, coverage: Coverage) -> Plan:
    """Decide what the unknown lines of one account are.

    Args:
        connection: The writer's connection, in a transaction.
        statement: What the batch says.
        coverage: What feeds have told so far, this batch not included.
    """
    result = Plan()
    left = dict(statement.unknown)
    _fold_within(left, result)
    waiting = {
        row.id: row for row in pending_rows(connection, statement.account) if row.id not in statement.stated
    }
    _restate(left, waiting, statement, result)
    _settle(left, waiting, Sign.IDENTIFIER, result)
    spans = coverage.spans(statement.account)
    near = _near(connection, statement, left) if left and spans else _Near([], frozenset())
    told_span = joined(spans.get(statement.feed, statement.span), statement.span)
    _renumbered(left, near, statement, result)
    match = functools.partial(_match_other_feeds, left, near, (told_span, spans), result)
    # The surest first, so that what is told twice is not taken for a booking of something else.
    match(Status.POSTED, (Fit.IDENTIFIER, Fit.DAY_AND_TEXT))
    _settle(left, waiting, Sign.AMOUNT, result)
    match(Status.POSTED, tuple(Fit))
    _settle(left, waiting, Sign.FINAL_AMOUNT, result)
    _find_already_booked(left, near, statement, result)
    match(Status.PENDING, tuple(Fit))
    result.add.extend(left)
    _release(waiting, statement, result)
    return result


def _fold_within(left: dict[int, Line], result: Plan) -> None:
    """Find pending lines whose booking stands in the same batch, by identifier alone."""
    pending = _by_identifier((index, line) for index, line in left.items() if line.status == Status.PENDING)
    if not pending:
        return
    for index, line in list(left.items()):
        if line.status != Status.POSTED:
            continue
        before = pending.get(line.pending_id) if line.pending_id else None
        if before is None:
            before = pending.get(line.external_id)
            # A bank that lists both at once under one identifier means one thing only where the amounts agree.
            if before is None or left[before].amount != line.amount:
                continue
        pending.pop(left[before].external_id)
        result.fold.append((before, index))
        del left[before]


def _by_identifier(lines: Iterable[tuple[int, Line]]) -> dict[str, int]:
    """Return who bears which identifier; one that several bear identifies nobody."""
    found: dict[str, int] = {}
    shared = {""}
    for key, line in lines:
        if line.external_id in found:
            shared.add(line.external_id)
        found[line.external_id] = key
    return {identifier: key for identifier, key in found.items() if identifier not in shared}


def _restate(left: dict[int, Line], waiting: dict[int, Stored], statement: Statement, result: Plan) -> None:
    """Find pending lines that the bank lists again under the same identifier with another day or amount."""
    known = _by_identifier((row.id, row.line) for row in waiting.values() if row.line.feed == statement.feed)
    for index, line in list(left.items()):
        row = known.get(line.external_id)
        if row is None or line.status != Status.PENDING or not matching.plausible(waiting[row].line, line):
            continue
        del known[line.external_id], left[index], waiting[row]
        result.settle.append((row, index))


def _settle(left: dict[int, Line], waiting: dict[int, Stored], sign: Sign, result: Plan) -> None:
    rows = list(waiting.values())
    booked = [(index, line) for index, line in left.items() if line.status == Status.POSTED]
    for i, j in matching.settled([row.line for row in rows], [line for _, line in booked], sign):
        result.settle.append((rows[i].id, booked[j][0]))
        del waiting[rows[i].id], left[booked[j][0]]


def _near(connection: sqlcipher.Connection, statement: Statement, left: Mapping[int, Line]) -> _Near:
    days = [day for line in left.values() for day in (line.day, line.value_day or line.day)]
    first, last = min(days) - matching.SETTLES_WITHIN, max(days) + matching.SETTLES_WITHIN
    wider = matching.IDENTIFIED_WITHIN
    sighted: dict[int, set[int]] = {Status.POSTED: set(), Status.PENDING: set()}
    for row, status in connection.execute(
        "SELECT txn_id, status FROM sighting WHERE feed_id = ? AND fingerprint >= ? AND fingerprint < ?",
        (statement.feed, day_prefix(first - wider), day_prefix(last + wider)),
    ):
        sighted[status].add(row)
    amounts = {line.amount for line in left.values()}
    # Few lines, as when a card is paid: rows of other amounts are not even made.
    named = list(amounts) if len(amounts) <= _FEW_AMOUNTS else []
    alike = f" AND t.amount IN ({','.join('?' * len(named))})" if named else ""
    rows: Iterable[tuple[object, ...]] = connection.execute(
        f"{_LINE} t.fingerprint >= ? AND t.fingerprint < ? AND t.account_id = ?{alike} ORDER BY t.day, t.id",
        (day_prefix(first), day_prefix(last + 1), statement.account, *named),
    )
    known = statement.stated | sighted[Status.POSTED]
    return _Near(
        [row for row in map(_stored, rows) if row.line.amount in amounts and row.id not in known],
        frozenset(sighted[Status.PENDING]),
    )


def _renumbered(left: dict[int, Line], near: _Near, statement: Statement, result: Plan) -> None:
    """Find booked lines that only bear another identifier than last time: some banks number each download anew.

    A statement that tells days again names what it told of them before. Where nearly all lines that the store does not
    know are equal, in all but the identifier, to rows of those days that the statement does not name, they are these.
    A few are not enough: two equal coffees on a day are two, and some feeds tell only what is new.
    """
    first, last = statement.told_before
    free: dict[tuple[int, int, str, str], list[Stored]] = {}
    for row in near.rows:
        line = row.line
        if line.feed == statement.feed and line.status == Status.POSTED and line.external_id:
            free.setdefault((line.day, line.amount, line.currency, line.text), []).append(row)
    again = [
        (index, line)
        for index, line in left.items()
        if line.status == Status.POSTED and line.external_id and first <= line.day <= last
    ]
    pairs: list[tuple[Stored, int]] = []
    for index, line in again:
        same = free.get((line.day, line.amount, line.currency, line.text))
        if same:
            pairs.append((same.pop(0), index))
    kinds = {(row.line.amount, row.line.text) for row, _ in pairs}
    if len(pairs) < LEAST_RENUMBERED or len(kinds) < 2 or len(pairs) < RENUMBERED * len(again):
        return
    for row, index in pairs:
        result.seen.append((row.id, index))
        del left[index]
    taken = {row.id for row, _ in pairs}
    near.rows = [row for row in near.rows if row.id not in taken]


def _match_other_feeds(
    left: dict[int, Line],
    near: _Near,
    spans: tuple[Span, Mapping[int, Span]],
    result: Plan,
    status: Status,
    fits: Collection[Fit],
) -> None:
    told = [(index, line) for index, line in left.items() if line.status == status]
    rows = [
        row
        for row in near.rows
        if row.line.status == status and (status is Status.POSTED or row.id not in near.announced)
    ]
    matched = matching.same_in_both([row.line for row in rows], [line for _, line in told], *spans, fits)
    for i, j in matched:
        result.seen.append((rows[i].id, told[j][0]))
        del left[told[j][0]]
    taken = {rows[i].id for i, _ in matched}
    near.rows = [row for row in near.rows if row.id not in taken]


def _find_already_booked(left: dict[int, Line], near: _Near, statement: Statement, result: Plan) -> None:
    pending = [(index, line) for index, line in left.items() if line.status == Status.PENDING]
    booked = [row for row in near.rows if row.line.status == Status.POSTED and row.id not in near.announced]
    matched = matching.already_booked(
        [line for _, line in pending], [row.line for row in booked], statement.span[1], statement.feed
    )
    for i, j in matched:
        result.seen.append((booked[j].id, pending[i][0]))
        del left[pending[i][0]]
    taken = {booked[j].id for _, j in matched}
    near.rows = [row for row in near.rows if row.id not in taken]


def _release(waiting: Mapping[int, Stored], statement: Statement, result: Plan) -> None:
    """Find pending rows that their own feed passes over although it tells the days before and long after."""
    first, last = statement.span
    told = {row for row, _ in result.seen}
    result.release.extend(
        row.id
        for row in waiting.values()
        if row.id not in told
        and row.line.feed == statement.feed
        and first <= row.line.day
        and row.line.day + RELEASED_AFTER <= last
    )
