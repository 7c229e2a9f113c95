"""What the bank knows beside the text: merchant category code, the source's own category, channel and sign."""

from __future__ import annotations

import re
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

LEAF_WEIGHT: Final = 600.0
"""By how much a code or hint that names one trade multiplies the odds of its leaf: about how many times likelier
pharmacies carry the code of pharmacies than other trades do."""

VAGUE_WEIGHT: Final = 60.0
"""By how much one does that stands for many trades, such as *miscellaneous retail*."""

CHANNEL_WEIGHT: Final = 20_000.0
"""By how much a channel multiplies the odds of its leaf: a bank knows its own fees, interest and cash."""

GROUP_WEIGHT: Final = 8.0
"""By how much a code or hint multiplies the other leaves of its leaf's group."""

REFUNDS: Final = 0.15
"""How likely money that comes in is a refund where its words are as good for spending as for an income."""

REVERSED: Final = 0.3
"""How likely the words of an income stand for the payment they name in ``OUTFLOW_OF`` when the money goes out."""

KNOWN_SHOP: Final = 0.5
"""Probability of spending in one group from which money coming in is taken for a refund."""

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

CHANNELS: Final[dict[str, tuple[str, str]]] = {
    Channel.CASH: ("transfers.cash", "transfers.cash"),
    Channel.FEE: ("finance.bank_fees", "income.refund"),
    Channel.INTEREST: ("finance.interest", "income.investment"),
    Channel.SALARY: ("transfers.person", "income.salary"),
}
"""Leaf that a channel speaks for, when money goes out and when it comes in."""

MOVED_BY_BANK: Final[frozenset[str]] = frozenset(
    (Channel.TRANSFER, Channel.STANDING_ORDER, Channel.DIRECT_DEBIT)
)
BETWEEN_PEOPLE: Final[frozenset[str]] = frozenset((Channel.TRANSFER, Channel.STANDING_ORDER))

OVER_THE_COUNTER: Final = frozenset(("food", "dining", "shopping", "personal"))
COUNTER_SHARE: Final = 0.2
"""By how much a payment through the bank multiplies the odds of the groups that are paid for on the spot."""

PERSON_WEIGHT: Final = 5.0
"""By how much a transfer multiplies the odds of *to and from people*."""

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


LATIN: Final = (
    (0x41, 0x5A),
    (0x61, 0x7A),
    (0xAA, 0xAA),
    (0xBA, 0xBA),
    (0xC0, 0x24F),
    (0x300, 0x36F),
    (0x1E00, 0x1EFF),
    (0xFB00, 0xFB06),
    (0xFF21, 0xFF3A),
    (0xFF41, 0xFF5A),
)
"""Characters, first and last, of the script that 171,673 of the 173,797 texts of the training are of, and all rows on
which the marks were chosen: what a mark promises was measured of nothing else."""

UNWRITTEN: Final = (
    (0x00, 0x40),
    (0x5B, 0x60),
    (0x7B, 0xA9),
    (0xAB, 0xB9),
    (0xBB, 0xBF),
    (0x2000, 0x206F),
    (0x20A0, 0x20CF),
    (0x2100, 0x214F),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFFD, 0xFFFD),
)
"""Characters that are of no script: digits, signs, currencies. Every other one is of a script without a promise."""


FEW_LETTERS: Final = 2
"""Different letters of a text up to which it may be `monotonous`; bytes of letters beyond ASCII count as letters."""

REPEATED: Final = 4
"""How often each of so few letters stands in a text, on average, for it to be. No row on which the marks were chosen,
and no brand of one or two letters, has theirs so often."""

_NO_LETTERS: Final = bytes(byte for byte in range(128) if not chr(byte).isalpha())


@dataclass(frozen=True, slots=True)
class Weighed:
    """What remains when everything was heard.

    Attributes:
        probabilities: float32[n, leaves].
        by_mcc: int64[n], column that the merchant category code speaks for, -1 where none does.
        by_hint: int64[n], column that the hint or the channel speaks for, -1 where none does.
    """

    probabilities: NDArray[np.float32]
    by_mcc: NDArray[np.int64]
    by_hint: NDArray[np.int64]


def promised(text: str) -> bool:
    """Return whether the marks hold for a text: not where at least half of what is written is of another script.

    Args:
        text: As much as the model reads of it.
    """
    if text.isascii():
        return True
    other = len(_OTHER.findall(text))
    return not other or other < len(_LATIN.findall(text))


def monotonous(row: bytes) -> bool:
    """Return whether an input row says nothing but the same letter or two over and over: ``XXXX XXXX 1234``.

    No mark was measured of such a text, which names nobody. Names as short as ``OTTO`` repeat theirs less.

    Args:
        row: As `edge_engine.inference.categorizer.folded` gives it, letters of either case alike.
    """
    letters = row.translate(None, _NO_LETTERS)
    return 0 < len(set(letters)) <= FEW_LETTERS and len(letters) >= REPEATED * len(set(letters))


def _class(ranges: Sequence[tuple[int, int]], begin: str = "[") -> re.Pattern[str]:
    return re.compile(begin + "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges) + "]")


_LATIN: Final = _class(LATIN)
_OTHER: Final = _class((*LATIN, *UNWRITTEN), "[^")


class Weighing:
    """Weighs the model's probabilities with the other evidence.

    Args:
        taxonomy: Knows which leaf a code or a hint speaks for.
        labels: Taxonomy codes of the model's columns.

    Attributes:
        groups: Ids of the groups that the columns are of, in the order of the taxonomy.
    """

    def __init__(self, taxonomy: Taxonomy, labels: Sequence[int]) -> None:
        leaves = [taxonomy.leaf(code) for code in labels]
        self._taxonomy = taxonomy
        self._column = {leaf.id: at for at, leaf in enumerate(leaves)}
        present = {leaf.group for leaf in leaves}
        self.groups = groups = [group.id for group in taxonomy.groups if group.id in present]
        self._member = np.array([[leaf.group == group for leaf in leaves] for group in groups])
        self._group = np.array([groups.index(leaf.group) for leaf in leaves])
        self._by_group = np.argsort(self._group, kind="stable")
        self._begins = np.searchsorted(self._group[self._by_group], np.arange(len(groups)))
        self._vague = np.array([leaf.id in VAGUE for leaf in leaves])
        self._may_come_in = np.array(
            [leaf.group in INFLOW_GROUPS or leaf.id in INFLOW_LEAVES for leaf in leaves]
        )
        self._outflow_of = self._moves(OUTFLOW_OF, REVERSED)
        self._inflow_of = self._moves(INFLOW_OF, 1.0)
        self._by_bank = np.array(
            [COUNTER_SHARE if leaf.group in OVER_THE_COUNTER else 1.0 for leaf in leaves], np.float32
        )
        self._to_person = self._by_bank.copy()
        self._to_person[self._column["transfers.person"]] = PERSON_WEIGHT
        self._refund = self._column["income.refund"]
        self._other = self._column["income.other"]

    def best(self, probabilities: NDArray[np.float32]) -> NDArray[np.int64]:
        """Return int64[n]: the column of the most probable leaf within the most probable group."""
        return self.decided(probabilities)[0]

    def decided(
        self, probabilities: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        """Return the column of the most probable leaf within the most probable group, that group, and its share.

        Args:
            probabilities: float32[n, leaves].

        Returns:
            int64[n] columns, int64[n] places in `groups`, float32[n] sums of the groups' leaves.
        """
        by_group = self._by_groups(probabilities)
        group = by_group.argmax(axis=1)
        columns: NDArray[np.int64] = np.where(self._member[group], probabilities, np.float32(-1)).argmax(
            axis=1
        )
        return columns, group, by_group[np.arange(len(group)), group]

    def _by_groups(self, probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return float32[n, groups]: the sums.

        Not a product of matrices: numpy's wakes threads that spin, for nothing, on the device's other cores.
        """
        sums: NDArray[np.float32] = np.add.reduceat(probabilities[:, self._by_group], self._begins, axis=1)
        return sums

    def weigh(
        self,
        heard: NDArray[np.float32],
        signs: Sequence[int],
        mccs: Sequence[int],
        hints: Sequence[str],
        channels: Sequence[str],
    ) -> Weighed:
        """Return the probabilities after all evidence; columns as in `Categorizer.predict`.

        Args:
            heard: float32[n, leaves], the model's own.
            signs: 1 where money comes in, -1 where it goes out, 0 where nobody knows.
            mccs: Merchant category codes.
            hints: Categories named by the source.
            channels: How the money moved.
        """
        by_mcc = self._columns([self._taxonomy.mcc_prior(mcc) if mcc else None for mcc in mccs])
        by_hint = self._columns([self._taxonomy.from_plaid(hint) if hint else None for hint in hints])
        by_channel = np.full(len(heard), -1, np.int64)
        for at, (channel, sign) in enumerate(zip(channels, signs, strict=True)):
            if named_by := CHANNELS.get(channel):
                by_channel[at] = self._column[named_by[sign > 0]]
        heard = self._by_way(heard, channels)
        spoken = (by_mcc >= 0) | (by_hint >= 0) | (by_channel >= 0)
        if spoken.any():
            # Rows that nobody speaks for stay as they are, whoever is in their company.
            heard = np.where(spoken[:, None], np.maximum(heard, FLOOR), heard)
            named = np.where(self._vague, VAGUE_WEIGHT, LEAF_WEIGHT)
            heard = self._raised(heard, by_mcc, named)
            heard = self._raised(heard, by_hint, named)
            heard = self._raised(heard, by_channel, np.full(len(named), CHANNEL_WEIGHT))
        heard = self.by_sign(heard, np.asarray(signs))
        return Weighed(heard, by_mcc, np.where(by_channel >= 0, by_channel, by_hint))

    def by_sign(self, heard: NDArray[np.float32], signs: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the probabilities that the sign of the money leaves possible.

        Money coming in is income, a transfer, a card paid off, savings sold or a loan paid out. A share of what the
        model gave to spending goes to *refunds* where it is sure of one shop, else to *other income*. Money going out
        is never income: a share of what the model gave to a kind of income goes to what those words mean then
        (``OUTFLOW_OF``). The rest is forgotten, and the rows sum to 1 again.

        Args:
            heard: float32[n, leaves].
            signs: int64[n], of the amounts; rows of 0 stay as they are.
        """
        out = heard.copy()
        gone = signs < 0
        if gone.any():
            outward = _moved(heard[gone], self._outflow_of)
            out[gone] = outward / outward.sum(axis=1, keepdims=True)
        came = signs > 0
        if came.any():
            inward = _moved(heard[came], self._inflow_of)
            spending = np.where(self._may_come_in, np.float32(0), inward)
            inward = np.where(self._may_come_in, inward, np.float32(0))
            sure = self._by_groups(spending).max(axis=1) >= KNOWN_SHOP
            back = np.float32(REFUNDS) * spending.sum(axis=1)
            inward[:, self._refund] += np.where(sure, back, np.float32(0))
            inward[:, self._other] += np.where(sure, np.float32(0), back)
            out[came] = inward / inward.sum(axis=1, keepdims=True)
        return out

    def _by_way(self, heard: NDArray[np.float32], channels: Sequence[str]) -> NDArray[np.float32]:
        """Return the probabilities weighed by how a payment of each kind usually travels."""
        by_bank = np.array([channel in MOVED_BY_BANK for channel in channels], bool)
        if not by_bank.any():
            return heard
        between = np.array([channel in BETWEEN_PEOPLE for channel in channels], bool)
        weight = np.where(between[:, None], self._to_person, self._by_bank)
        out = np.where(by_bank[:, None], heard * weight, heard)
        scaled: NDArray[np.float32] = out / out.sum(axis=1, keepdims=True)
        return scaled

    def _raised(
        self, heard: NDArray[np.float32], column: NDArray[np.int64], weights: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        """Return the probabilities with the leaf in ``column`` raised by its weight, and its group by a little."""
        spoken = column >= 0
        if not spoken.any():
            return heard
        at = column[spoken]
        weight = np.where(self._member[self._group[at]], np.float32(GROUP_WEIGHT), np.float32(1))
        weight[np.arange(len(at)), at] = weights[at]
        raised = heard[spoken] * weight
        out = heard.copy()
        out[spoken] = raised / raised.sum(axis=1, keepdims=True)
        return out

    def _columns(self, leaves: Sequence[Leaf | None]) -> NDArray[np.int64]:
        return np.array([self._column.get(leaf.id, -1) if leaf else -1 for leaf in leaves], np.int64)

    def _moves(self, moved: dict[str, str], share: float) -> list[tuple[int, int, float]]:
        return [(self._column[source], self._column[target], share) for source, target in moved.items()]


def _moved(heard: NDArray[np.float32], moves: Sequence[tuple[int, int, float]]) -> NDArray[np.float32]:
    """Give a share of some columns to others and let the rest of them go, in place."""
    gone = [source for source, _, _ in moves]
    given = heard[:, gone] * np.array([share for _, _, share in moves], np.float32)
    heard[:, gone] = 0
    for at, (_, target, _) in enumerate(moves):
        heard[:, target] += given[:, at]
    return heard
