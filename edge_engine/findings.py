"""Where the store meets the insights: one granted reading, and everything that is found in it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from edge_engine import arguments
from edge_engine.domain.category import Taxonomy
from edge_engine.errors import InputError, ModelError
from edge_engine.foretold import ForecastRecords
from edge_engine.holdings import SPENDING, holdings
from edge_engine.inference.registry import Registry
from edge_engine.inference.trajectory.model import NAME, Trajectory
from edge_engine.insights import budget, cashflow, fees, recurring, subscriptions, trajectory
from edge_engine.insights.finding import Severity
from edge_engine.insights.pay import lost
from edge_engine.insights.thresholds import MOMENTS, Thresholds

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from edge_engine.consent.grant import Grant
    from edge_engine.domain.money import Money
    from edge_engine.domain.series import Postings
    from edge_engine.insights.budget import MonthSpend
    from edge_engine.insights.coverage import ForecastCoverage
    from edge_engine.insights.finding import Insight, Outlook
    from edge_engine.insights.stream import Stream
    from edge_engine.vault.store import Vault

PURPOSE: Final = "insights"
CATEGORIZATION: Final = "categorization"
HISTORY_DAYS: Final = 3 * 366
"""How far back insights look: three years tell annual bills apart and keep a long history quick."""

_URGENCY: Final = {Severity.URGENT: 0, Severity.ATTENTION: 1, Severity.INFO: 2}


class Findings:
    """Everything found on one day under one grant; made anew for each question, so that consent is always fresh.

    Args:
        vault: Where transactions are.
        grant: Of the purpose ``insights``.
        sorting: Of the purpose ``categorization``; None where it is off.
        today: The day it is.
    """

    def __init__(self, vault: Vault, grant: Grant, sorting: Grant | None, today: date) -> None:
        self._vault = vault
        self._grant = grant
        self._sorting = sorting
        self._today = today
        self._taxonomy = Taxonomy.default()
        with vault.reading(grant) as reader:
            self._postings: Postings = reader.postings(today.toordinal() - HISTORY_DAYS)
        # Where transactions are categorized, every finding had those categories before it.
        sorted_ones = bool(self._postings.leaves.any())
        self._purposes = (PURPOSE, CATEGORIZATION) if sorted_ones else (PURPOSE,)
        self._streams: list[Stream] | None = None
        self._records = ForecastRecords(vault, grant, today.toordinal(), self._check)

    def streams(self) -> list[Stream]:
        """Return recurring bills and incomes, the costliest first."""
        if self._streams is None:
            found = recurring.streams(self._postings, self._today, self._taxonomy)
            self._streams = sorted(found, key=lambda one: (one.next is None, one.a_year.minor, one.id))
            self._keep("stream", self._streams)
        return self._streams

    def spending(self, months: int, by: str) -> list[MonthSpend]:
        """Return money by month and category, oldest month first.

        Raises:
            InputError: A parameter is out of range.
        """
        arguments.within(months, 1, 120, "months is 1 to 120")
        if by not in ("group", "leaf"):
            raise InputError("by is group or leaf")
        level: Literal["group", "leaf"] = "group" if by == "group" else "leaf"
        first = self._today.year * 12 + self._today.month - months
        lines = budget.months(self._postings, self._today, self._taxonomy, by=level)
        return [one for one in lines if one.month.year * 12 + one.month.month - 1 >= first]

    def insights(self) -> list[Insight]:
        """Return what was found, the most pressing and then the most valuable first."""
        streams = self.streams()
        found = [
            *subscriptions.overlaps(streams, self._today, self._taxonomy),
            *subscriptions.price_rises(streams, self._today),
            *fees.duplicates_and_fees(self._postings, streams, self._today, self._taxonomy),
            *budget.changes(self._postings, streams, self._today, self._taxonomy),
        ]
        for ahead in self.forecast():
            short = cashflow.shortfall(ahead, streams)
            if short is not None:
                found.append(short)
        found.sort(key=_pressing)
        self._keep("insight", found)
        return found

    def forecast(self, weeks: int = 8) -> list[Outlook]:
        """Return where the balances of spending accounts are heading, one outlook a currency.

        Raises:
            InputError: ``weeks`` is out of range.
        """
        arguments.within(weeks, 1, 26, "an outlook reaches 1 to 26 weeks ahead")
        by_currency: dict[str, dict[int, Money]] = {}
        for account, balance in self._balances().items():
            by_currency.setdefault(balance.currency, {})[account] = balance
        found = []
        for _, balances in sorted(by_currency.items()):
            ahead = cashflow.outlook(self._postings, balances, self.streams(), self._today, weeks)
            if ahead is not None:
                found.append(self._foretold(ahead, balances))
                self._records.keep(found[-1], balances, made_by(found[-1]), self._purposes)
        return found

    def coverage(self) -> ForecastCoverage:
        """Return how the forecasts did whose weeks have come, by weeks ahead."""
        self._records.settle(self._postings)
        return self._records.coverage()

    def _foretold(self, ahead: Outlook, balances: dict[int, Money]) -> Outlook:
        """Return the outlook with the trajectory model's path where it has earned it; a lost model costs only that."""
        if lost(self._postings, self.streams(), self._today, self._taxonomy, Thresholds.default(MOMENTS)):
            return msgspec.structs.replace(ahead, pay_missing=True)
        try:
            model = foretelling()
        except ModelError:
            return ahead
        return trajectory.foretold(ahead, self._postings, balances, self._today, self._taxonomy, model)

    def _keep(self, kind: str, items: Iterable[Stream | Insight]) -> None:
        """Store what was found as rows of its purposes, so that withdrawal has them to delete."""
        bodies = {one.id: msgspec.json.encode(one) for one in items}
        with self._vault.writing(aside=True) as writer:
            self._check()
            writer.put_derived(kind, self._purposes, self._today.toordinal(), bodies)

    def _check(self) -> None:
        """See that consent still holds, within the turn of writing.

        # INVARIANT: nothing is kept of a consent that another thread withdrew meanwhile; its purge takes turns.
        """
        self._grant.check()
        if self._sorting is not None and CATEGORIZATION in self._purposes:
            self._sorting.check()

    def _balances(self) -> dict[int, Money]:
        """Return what each spending account holds today: its stated balance and what was booked since."""
        with self._vault.reading(self._grant) as reader:
            return holdings(reader, self._today.toordinal(), SPENDING)


@functools.cache
def foretelling() -> Trajectory:
    """Return the published trajectory model, loaded once a process."""
    return Trajectory.load()


def made_by(ahead: Outlook) -> str:
    """Return what made an outlook, with its version where it has one."""
    if ahead.method != "model":
        return ahead.method
    return f"{NAME} {Registry.default().entry(NAME).version}"


def _pressing(one: Insight) -> tuple[int, int, str]:
    return (_URGENCY[one.severity], -one.money_a_year.minor if one.money_a_year else 0, one.id)
