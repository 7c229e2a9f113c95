"""Some rows of postings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_engine.domain.series import Postings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def select(postings: Postings, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Postings:
    """Return the rows that a mask or an index names, in that order, with the same names and currencies."""
    return Postings(
        ids=postings.ids[rows],
        days=postings.days[rows],
        amounts=postings.amounts[rows],
        accounts=postings.accounts[rows],
        leaves=postings.leaves[rows],
        merchants=postings.merchants[rows],
        currencies=postings.currencies[rows],
        transfers=postings.transfers[rows],
        merchant_names=postings.merchant_names,
        currency_codes=postings.currency_codes,
    )
