"""What the bank knows beside the text: merchant category code, the source's own category, channel and sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.domain.transaction import Channel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from edge_engine.domain.category import Leaf, Taxonomy

FLOOR: Final = 1e-4
"""Probability that the model always leaves to a leaf, so that strong evidence beside it can still be heard."""

LEAF_WEIGHT: Final = 60.0
"""By how much a code that names one trade multiplies the odds of its leaf."""

VAGUE_WEIGHT: Final = 8.0
"""By how much one does that stands for many trades, such as *miscellaneous retail*."""

GROUP_WEIGHT: Final = 4.0
"""By how much a code or hint multiplies the other leaves of its leaf's group."""

KNOWN_SHOP: Final = 0.5
"""Probability of spending at one leaf from which money coming in is taken for a refund."""

VAGUE: Final = frozenset(
    (
        "shopping.general",
        "shopping.online_marketplace",
        "services.other",
        "services.professional",
        "food.specialty",
        "utilities.energy",
        "utilities.mobile",
        "transport.public_transit",
        "transfers.other",
        "transfers.person",
        "finance.bank_fees",
        "finance.loan",
        "giving.charity",
        "income.other",
        "dining.restaurants",
    )
)
"""Leaves whose codes and hints gather more than the leaf says: bars, cafes and takeaways often carry 5812."""

CHANNELS: Final = {
    Channel.CASH: ("transfers.cash", "transfers.cash"),
    Channel.FEE: ("finance.bank_fees", "income.refund"),
    Channel.INTEREST: ("finance.interest", "income.investment"),
    Channel.SALARY: ("transfers.person", "income.salary"),
}
"""Leaf that a channel speaks for, when money goes out and when it comes in."""

INFLOW_GROUPS: Final = frozenset(("income", "transfers"))
INFLOW_LEAVES: Final = frozenset(("finance.card_payment", "finance.investment", "finance.loan"))
"""What money coming in can be beside income and transfers: a card paid off, savings sold, a loan paid out."""

OUTFLOW_OF: Final = {
    "income.salary": "transfers.person",
    "income.gig": "services.professional",
    "income.benefits": "finance.tax",
    "income.pension": "finance.investment",
    "income.investment": "finance.interest",
    "income.refund": "transfers.other",
    "income.other": "transfers.other",
}
"""What the words of an income mean when the money goes out."""

INFLOW_OF: Final = {"finance.interest": "income.investment", "finance.tax": "income.refund"}
"""What the words of a payment mean when the money comes in."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What remains when everything was heard.

    Attributes:
        probabilities: float64[n, leaves].
        by_mcc: int64[n], column that the merchant category code speaks for, -1 where none does.
        by_hint: int64[n], column that the hint or the channel speaks for, -1 where none does.
    """

    probabilities: NDArray[np.float64]
    by_mcc: NDArray[np.int64]
    by_hint: NDArray[np.int64]


class Weighing:
    """Weighs the model's probabilities with the other evidence.

    Args:
        taxonomy: Knows which leaf a code or a hint speaks for.
        labels: Taxonomy codes of the model's columns.
    """

    def __init__(self, taxonomy: Taxonomy, labels: Sequence[int]) -> None:
        leaves = [taxonomy.leaf(code) for code in labels]
        self._taxonomy = taxonomy
        self._column = {leaf.id: at for at, leaf in enumerate(leaves)}
        self._same_group = np.array([[a.group == b.group for b in leaves] for a in leaves])
        self._vague = np.array([leaf.id in VAGUE for leaf in leaves])
        self._may_come_in = np.array(
            [leaf.group in INFLOW_GROUPS or leaf.id in INFLOW_LEAVES for leaf in leaves]
        )
        self._income = np.array([leaf.group == "income" for leaf in leaves])
        self._outflow_of = self._moves(OUTFLOW_OF)
        self._inflow_of = self._moves(INFLOW_OF)
        self._refund = self._column["income.refund"]
        self._other = self._column["income.other"]

    def weigh(
        self,
        heard: NDArray[np.float64],
        amounts: Sequence[int] | None,
        mccs: Sequence[int] | None,
        hints: Sequence[str] | None,
        channels: Sequence[str] | None,
    ) -> Weighed:
        """Return the probabilities after all evidence; arguments as in `Categorizer.predict`.

        Args:
            heard: float64[n, leaves], the model's own.
            amounts: Signed amounts.
            mccs: Merchant category codes.
            hints: Categories named by the source.
            channels: How the money moved.
        """
        n = len(heard)
        mcc_leaves = [self._taxonomy.mcc_prior(mcc) if mcc else None for mcc in mccs or ()]
        hint_leaves = [self._taxonomy.from_plaid(hint) if hint else None for hint in hints or ()]
        by_mcc = self._columns(mcc_leaves, n)
        by_hint = self._columns(hint_leaves, n)
        by_channel = np.full(n, -1, np.int64)
        for at, channel in enumerate(channels or ()):
            if spoken := CHANNELS.get(Channel(channel)):
                comes_in = amounts is not None and amounts[at] > 0
                by_channel[at] = self._column[spoken[comes_in]]
        if max(by_mcc.max(initial=-1), by_hint.max(initial=-1), by_channel.max(initial=-1)) >= 0:
            heard = np.maximum(heard, FLOOR)
            for spoken_for in (by_mcc, by_hint, by_channel):
                heard = self._raised(heard, spoken_for)
        if amounts is not None:
            heard = self.by_sign(heard, np.asarray(amounts))
        return Weighed(heard, by_mcc, np.where(by_channel >= 0, by_channel, by_hint))

    def by_sign(self, heard: NDArray[np.float64], amounts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the probabilities that the sign of the money leaves possible.

        Money coming in is income, a transfer, a card paid off, savings sold or a loan paid out. What the model gave
        to spending goes to *refunds* where it is sure of one shop, else to *other income*. Money going out is never
        income: what the model gave to a kind of income goes to what those words mean then (``OUTFLOW_OF``).

        Args:
            heard: float64[n, leaves].
            amounts: int64[n], signed; rows of 0 stay as they are.
        """
        out = heard.copy()
        gone = amounts < 0
        if gone.any():
            out[gone] = heard[gone] @ self._outflow_of
        came = amounts > 0
        if came.any():
            inward = heard[came] @ self._inflow_of
            spending = np.where(self._may_come_in, 0.0, inward)
            inward = np.where(self._may_come_in, inward, 0.0)
            sure = spending.max(axis=1) >= KNOWN_SHOP
            inward[:, self._refund] += np.where(sure, spending.sum(axis=1), 0.0)
            inward[:, self._other] += np.where(sure, 0.0, spending.sum(axis=1))
            out[came] = inward
        return out

    def _raised(self, heard: NDArray[np.float64], column: NDArray[np.int64]) -> NDArray[np.float64]:
        spoken = column >= 0
        if not spoken.any():
            return heard
        at = column[spoken]
        weight = np.where(self._same_group[at], GROUP_WEIGHT, 1.0)
        weight[np.arange(len(at)), at] = np.where(self._vague[at], VAGUE_WEIGHT, LEAF_WEIGHT)
        raised = heard[spoken] * weight
        out = heard.copy()
        out[spoken] = raised / raised.sum(axis=1, keepdims=True)
        return out

    def _columns(self, leaves: Sequence[Leaf | None], n: int) -> NDArray[np.int64]:
        if not leaves:
            return np.full(n, -1, np.int64)
        return np.array([self._column.get(leaf.id, -1) if leaf else -1 for leaf in leaves], np.int64)

    def _moves(self, moved: dict[str, str]) -> NDArray[np.float64]:
        matrix = np.eye(len(self._column))
        for source, target in moved.items():
            matrix[self._column[source]] = 0.0
            matrix[self._column[source], self._column[target]] = 1.0
        return matrix
