"""What a bank tells an app of a household, day by day, as records that its program parsed itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Account, Balance, Record

if TYPE_CHECKING:
    from datetime import date

    from edge_engine.domain.transaction import Event
    from edge_engine.ingestion import Item
    from edge_engine.simulation.truth import Household, Posting


class BankFeed:
    """What was not told yet; it only goes on.

    Args:
        household: Whose.
    """

    def __init__(self, household: Household) -> None:
        self._household = household
        self._told = 0
        self._until: date | None = None
        self._beside: list[Item] = []

    def add(self, event: Event) -> None:
        """Tell of something that happened in the app, with what is told next."""
        self._beside.append(event)

    def until(self, day: date) -> list[Item]:
        """Return what was booked until the end of a day and was not told before, with the balances at its end."""
        items: list[Item] = list(self._beside)
        self._beside.clear()
        if self._until is not None and day <= self._until:
            return items
        home = self._household
        if self._until is None:
            items += [
                Account(one.key, one.currency, one.kind, one.name, one.bank) for one in home.accounts.values()
            ]
        last = self._told
        while last < len(home.postings) and home.postings[last].day <= day:
            last += 1
        items += [self._record(one) for one in home.postings[self._told : last]]
        self._told, self._until = last, day
        at = (day - home.start).days
        if 0 <= at < len(next(iter(home.balance_by_day.values()))):
            items += [
                Balance(account.key, day, Money(home.balance_by_day[role][at], account.currency))
                for role, account in home.accounts.items()
            ]
        return items

    def booked(self, first: date, last: date) -> int:
        """Return how many lines were booked within some days, both included."""
        return sum(first <= one.day <= last for one in self._household.postings)

    def _record(self, one: Posting) -> Record:
        account = self._household.accounts[one.account]
        return Record(
            account.key,
            one.day,
            Money(one.amount, account.currency),
            one.text,
            external_id=one.id,
            counterparty=one.counterparty,
            counterparty_account=one.counterparty_account,
            mcc=one.mcc,
            channel=one.channel,
        )
