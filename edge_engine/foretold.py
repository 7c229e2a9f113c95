"""Where forecasts meet what came of them: kept when made, compared once their week is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.insights.coverage import WEEK, ForecastCoverage, Week, coverage, outflow
from edge_engine.vault import queries
from edge_engine.vault.foretold import Came, Foretold

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from edge_engine.consent.grant import Grant
    from edge_engine.domain.money import Money
    from edge_engine.domain.series import Postings
    from edge_engine.insights.finding import Outlook
    from edge_engine.vault.queries import ForecastRow
    from edge_engine.vault.reader import Reader
    from edge_engine.vault.store import Vault

MOST_WEEKS: Final = 8
"""Weeks ahead that are kept."""

_TOLD_DAYS: Final = 3
"""Days after a week until which the bank may still book something of it."""


class ForecastRecords:
    """What was foretold and what came, under one grant.

    Args:
        vault: Where they are.
        grant: Of the purpose ``insights``.
        today: The day it is, as ordinal.
        check: Raises where a consent that it took ended meanwhile; asked within the turn of writing.
    """

    def __init__(self, vault: Vault, grant: Grant, today: int, check: Callable[[], None]) -> None:
        self._vault = vault
        self._check = check
        self._grant = grant
        self._today = today

    def keep(
        self, ahead: Outlook, accounts: Mapping[int, Money], model: str, purposes: Collection[str]
    ) -> None:
        """Keep an outlook's weeks, of each number of weeks ahead one in seven days.

        Args:
            ahead: The outlook; one that reaches beyond ``MOST_WEEKS`` is another kind and is not kept.
            accounts: What it is of, by vault id.
            model: What made it, with its version.
            purposes: Every purpose that it took.
        """
        if len(ahead.weeks) > MOST_WEEKS:
            return
        made, currency = ahead.as_of.toordinal(), ahead.balance.currency
        ids = " ".join(map(str, sorted(accounts)))
        with self._vault.reading(self._grant) as reader:
            recent = {
                (row.quantity, row.ends - row.made)
                for row in reader.rows(queries.FORECASTS)
                if row.currency == currency and row.made > made - WEEK
            }
        rows = [
            Foretold(currency, quantity, made, week.ends.toordinal(), model, ids,
                     week.p10.minor, week.p50.minor, week.p90.minor)
            for quantity, weeks in (("balance", ahead.weeks), ("outflow", ahead.outflow))
            for week in weeks
            if (quantity, week.ends.toordinal() - made) not in recent
        ]  # fmt: skip
        if rows:
            with self._vault.writing(aside=True) as writer:
                self._check()
                writer.keep_forecasts(purposes, rows)

    def settle(self, postings: Postings) -> None:
        """Compare every week that is told by now and was not compared before."""
        with self._vault.reading(self._grant) as reader:
            waiting = [row for row in reader.rows(queries.FORECASTS) if row.actual is None]
            came = [one for row in waiting if (one := self._came(reader, row, postings)) is not None]
        if came:
            with self._vault.writing(aside=True) as writer:
                self._check()
                writer.settle_forecasts(came)

    def _came(self, reader: Reader, row: ForecastRow, postings: Postings) -> Came | None:
        """Return what came of a week; None where not every account has told so far."""
        if row.ends + _TOLD_DAYS > self._today:
            return None
        accounts = [int(one) for one in row.accounts.split()]
        balance = 0
        for account in accounts:
            told = reader.one(queries.TOLD_UNTIL, account=account).last_day
            stated = reader.rows(queries.LATEST_BALANCE_OF, account=account, until=row.ends)
            if told is None or told < row.ends + _TOLD_DAYS or not stated:
                return None
            (start,) = stated
            booked = reader.one(queries.BOOKED_AFTER, account=account, day=start.day, until=row.ends)
            balance += start.amount + booked.amount
        if row.quantity == "outflow":
            return Came(*row[:4], outflow(postings, accounts, row.currency, row.ends))
        return Came(*row[:4], balance)

    def coverage(self) -> ForecastCoverage:
        """Return how the forecasts did that are kept."""
        with self._vault.reading(self._grant) as reader:
            rows = reader.rows(queries.FORECASTS)
        return coverage(
            Week(row.quantity, row.made, row.ends, row.model, row.p10, row.p50, row.p90, row.actual)
            for row in rows
        )
