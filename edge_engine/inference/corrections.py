"""What the person taught: their word on a transaction or a merchant wins over every model, code and hint."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


Side = tuple[str, bool]
"""(merchant key, whether money comes in): a shop that pays wages is two."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """The person's corrections, the newest of each kind.

    Attributes:
        by_transaction: Leaf code by transaction id; holds for that transaction alone.
        by_merchant: Leaf code by merchant key and direction; holds for every transaction of exactly that merchant
            whose money goes that way; oldest lesson first.
        apart: Merchants, with the direction, that follow no other one's lesson.
    """

    by_transaction: Mapping[int, int] = field(default_factory=dict)
    by_merchant: Mapping[Side, int] = field(default_factory=dict)
    apart: frozenset[Side] = frozenset()

    @classmethod
    def of(cls, rows: Iterable[tuple[str | None, int | None, int, bool]]) -> Corrections:
        """Build from stored corrections.

        Args:
            rows: Merchant key, transaction id, leaf code and whether money comes in of each correction, oldest
                first. A correction that names a merchant teaches the merchant; one that names a transaction alone
                teaches that transaction. A later one replaces an earlier one on the same subject; leaf code 0 takes
                a lesson back, and a merchant then follows no other one's.
        """
        transactions: dict[int, int] = {}
        merchants: dict[Side, int] = {}
        for merchant, transaction, leaf, inflow in rows:
            if merchant:
                side = merchant, bool(inflow)
                merchants.pop(side, None)
                merchants[side] = leaf
                if transaction is not None:
                    # INVARIANT: the newest word wins: a lesson on the merchant, given at this transaction, replaces
                    # what was said of this transaction alone.
                    transactions.pop(transaction, None)
            elif transaction is not None:
                transactions[transaction] = leaf
        return cls(
            {key: leaf for key, leaf in transactions.items() if leaf},
            {side: leaf for side, leaf in merchants.items() if leaf},
            frozenset(side for side, leaf in merchants.items() if not leaf),
        )

    def leaf(self, merchant: str, transaction: int | None = None, *, inflow: bool = False) -> int:
        """Return the taught leaf code, 0 where nothing was taught.

        Args:
            merchant: Exact merchant key, as `Transaction.merchant`.
            transaction: The vault's id, None where the transaction is not stored.
            inflow: Whether its money comes in.
        """
        if transaction is not None and (leaf := self.by_transaction.get(transaction)):
            return leaf
        return self.by_merchant.get((merchant, inflow), 0)

    def of_direction(self, *, inflow: bool) -> tuple[dict[str, int], frozenset[str]]:
        """Return leaf codes by merchant key, and the merchants that follow nobody, for money that goes one way."""
        taught = {merchant: leaf for (merchant, into), leaf in self.by_merchant.items() if into == inflow}
        return taught, frozenset(merchant for merchant, into in self.apart if into == inflow)

    def __len__(self) -> int:
        return len(self.by_transaction) + len(self.by_merchant)
