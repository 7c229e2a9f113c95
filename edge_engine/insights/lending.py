"""What is known of somebody's money, as an assessment of an instalment looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.domain.money import Money
from edge_engine.insights.affordability import Means
from edge_engine.insights.cadence import months_of

if TYPE_CHECKING:
    from edge_engine.insights.knowledge import Known

_MONTHS_A_YEAR: Final = 12


def means_of(known: Known) -> Means | None:
    """Return what an assessment needs; None where too little is known to say what somebody lives on.

    Args:
        known: What was read under one grant.
    """
    plain = known.plain()
    lives_on = plain.means
    if lives_on is None:
        return None
    currency = lives_on.currency

    def money(amount: float) -> Money:
        return Money(round(amount), currency)

    rows = plain.postings
    mine = ~rows.transfers & (rows.currencies == rows.currency_codes.index(currency))
    month, amounts = months_of(rows.days[mine]), rows.amounts[mine]
    # The first month may have begun before anything is known, and the last one is not over.
    whole = np.unique(month)[1:-1]
    came = [int(amounts[(month == one) & (amounts > 0)].sum()) for one in whole]
    went = [-int(amounts[(month == one) & (amounts < 0)].sum()) for one in whole]
    bills = sum(
        abs(one.a_year.minor)
        for one in plain.streams
        if one.outgoing and one.next is not None and one.expected.currency == currency
    )
    weeks = next((one.weeks for one in plain.outlooks if one.balance.currency == currency), ())
    return Means(
        incomes=tuple(map(money, came)),
        spare=tuple(money(one - other) for one, other in zip(came, went, strict=True)),
        weeks=weeks,
        bills=money(bills / _MONTHS_A_YEAR),
        debts=money(lives_on.debt),
        purposes=plain.purposes,
    )
