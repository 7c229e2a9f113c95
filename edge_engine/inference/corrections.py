"""What the person taught: their word on a transaction or a merchant wins over every model, code and hint."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Corrections:
    """The person's corrections, the newest of each kind.

    Attributes:
        by_transaction: Leaf code by transaction id; holds for that transaction alone.
        by_merchant: Leaf code by merchant key; holds for every transaction of exactly that merchant.
    """

    by_transaction: Mapping[int, int] = field(default_factory=dict)
    by_merchant: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[str | None, int | None, int]]) -> Corrections:
        """Build from stored corrections.

        Args:
            rows: Merchant key, transaction id and leaf code of each correction, oldest first. A correction that
                names a merchant teaches the merchant; one that names a transaction alone teaches that transaction.
                A later one replaces an earlier one on the same subject; leaf code 0 takes a lesson back.
        """
        transactions: dict[int, int] = {}
        merchants: dict[str, int] = {}
        for merchant, transaction, leaf in rows:
            if merchant:
                merchants[merchant] = leaf
                if transaction is not None:
                    # INVARIANT: the newest word wins: a lesson on the merchant, given at this transaction, replaces
                    # what was said of this transaction alone.
                    transactions.pop(transaction, None)
            elif transaction is not None:
                transactions[transaction] = leaf
        return cls(
            {key: leaf for key, leaf in transactions.items() if leaf},
            {key: leaf for key, leaf in merchants.items() if leaf},
        )

    def leaf(self, merchant: str, transaction: int | None = None) -> int:
        """Return the taught leaf code, 0 where nothing was taught.

        Args:
            merchant: Exact merchant key, as `Transaction.merchant`.
            transaction: The vault's id, None where the transaction is not stored.
        """
        if transaction is not None and (leaf := self.by_transaction.get(transaction)):
            return leaf
        return self.by_merchant.get(merchant, 0)

    def __len__(self) -> int:
        return len(self.by_transaction) + len(self.by_merchant)
