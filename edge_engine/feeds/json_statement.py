"""What the JSON formats share: accounts as they turn up, the best balance of a day, rows good and bad."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import CODES, UNLISTED
from edge_engine.domain.transaction import Account, AccountKind, Balance, Channel, Record, Rejected
from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from edge_engine.feeds.json_tree import Tree

Item = Account | Balance | Record | Rejected

_CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)

# Words in a bank's own code for a transaction, the most telling first.
_WORDS: Final[tuple[tuple[str, Channel], ...]] = (
    ("standingorder", Channel.STANDING_ORDER),
    ("directdebit", Channel.DIRECT_DEBIT),
    ("salary", Channel.SALARY),
    ("payroll", Channel.SALARY),
    ("cashwithdrawal", Channel.CASH),
    ("cashdeposit", Channel.CASH),
    ("atm", Channel.CASH),
    ("cheque", Channel.CHEQUE),
    ("interest", Channel.INTEREST),
    ("fee", Channel.FEE),
    ("charge", Channel.FEE),
    ("card", Channel.CARD),
    ("pos", Channel.CARD),
    ("payment", Channel.TRANSFER),
    ("transfer", Channel.TRANSFER),
)


@dataclass(slots=True)
class Book:
    """One document while it is read.

    Attributes:
        accounts: Accounts by key, in the document's order.
        rows: Records and rejected rows, in the document's order.
    """

    accounts: dict[str, Account] = field(default_factory=dict)
    rows: list[Record | Rejected] = field(default_factory=list)
    _balances: dict[tuple[str, date], tuple[int, Balance]] = field(default_factory=dict)
    _count: int = 0

    def open(self, key: str, currency: str) -> None:
        """Note an account that is only mentioned, unless it is described already.

        Raises:
            InputError: There is no key or no currency to note.
        """
        self.check(key)
        if key not in self.accounts:
            self.accounts[key] = Account(key, code(currency))

    @staticmethod
    def check(key: str) -> None:
        """Refuse an account without a key.

        Raises:
            InputError: There is none.
        """
        if not key:
            raise InputError("the account is not named")

    def balance(self, rank: int, balance: Balance) -> None:
        """Keep a balance unless a better one, of lower rank, is known of the same account and day."""
        place = (balance.account, balance.day)
        if place not in self._balances or rank < self._balances[place][0]:
            self._balances[place] = (rank, balance)

    def read(self, row: object, reader: Callable[[Tree, int], Record]) -> None:
        """Read one transaction and keep it, or the reason why it cannot be read."""
        self._count += 1
        if not isinstance(row, dict):
            self.rows.append(Rejected(self._count, "it is no object, as a transaction is"))
            return
        try:
            self.rows.append(reader(row, self._count))
        except InputError as error:
            self.rows.append(Rejected(self._count, error.message))

    def items(self) -> list[Item]:
        """Return accounts, balances and rows, in this order."""
        return [*self.accounts.values(), *(found for _, found in self._balances.values()), *self.rows]


def code(currency: str) -> str:
    """Return ``currency`` if it is an ISO 4217 code.

    Raises:
        InputError: It is not.
    """
    if not _CURRENCY.fullmatch(currency):
        raise InputError(
            "the currency is not three capital letters" if currency else "the currency is missing"
        )
    if currency not in CODES:
        raise InputError(UNLISTED)
    return currency


def kind_or_other(kinds: dict[str, AccountKind], *names: str) -> AccountKind:
    """Return the first of ``names`` that ``kinds`` knows."""
    return next((kinds[name] for name in names if name in kinds), AccountKind.OTHER)


def channel_in(*names: str) -> Channel:
    """Return how the money moved, by words in a bank's own code for the transaction."""
    for name in names:
        tight = re.sub(r"[^a-z]", "", name.casefold())
        found = next((channel for word, channel in _WORDS if word in tight), Channel.UNKNOWN)
        if found:
            return found
    return Channel.UNKNOWN
