"""Columns of transactions for the insights: numbers side by side, no storage and no descriptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Postings:
    """The person's transactions as columns of equal length ``n``, ordered by day and then by id.

    Attributes:
        ids: int64[n], the vault's transaction ids.
        days: int64[n], booking day as proleptic Gregorian ordinal (``date.toordinal()``).
        amounts: int64[n], signed minor units of ``currencies``.
        accounts: int64[n], the vault's account ids.
        leaves: int64[n], taxonomy leaf code, 0 where not categorized.
        merchants: int64[n], index into ``merchant_names``.
        currencies: int64[n], index into ``currency_codes``.
        transfers: bool[n], true where the row is one half of a transfer between the person's own accounts.
        merchant_names: Merchant keys.
        currency_codes: ISO 4217 codes.
    """

    ids: NDArray[np.int64]
    days: NDArray[np.int64]
    amounts: NDArray[np.int64]
    accounts: NDArray[np.int64]
    leaves: NDArray[np.int64]
    merchants: NDArray[np.int64]
    currencies: NDArray[np.int64]
    transfers: NDArray[np.bool_]
    merchant_names: tuple[str, ...]
    currency_codes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)
