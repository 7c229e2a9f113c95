"""The person's payments as signs of life are looked for in them: columns, texts, and who succeeded whom."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.domain.money import Money
from edge_engine.insights.habits import codes
from edge_engine.insights.hypothesis import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from edge_engine.domain.category import Taxonomy
    from edge_engine.domain.series import Postings
    from edge_engine.insights.hypothesis import Sign
    from edge_engine.insights.thresholds import Thresholds

_MONTH: Final = 30.4


@dataclass(frozen=True)
class Payer:
    """The payments of one merchant, in one direction.

    Attributes:
        rows: int64[n], indices into the postings, by day.
        days: int64[n], ordinals.
        amounts: int64[n], magnitudes.
        merchant: Merchant key.
    """

    rows: NDArray[np.int64]
    days: NDArray[np.int64]
    amounts: NDArray[np.int64]
    merchant: str

    @property
    def first(self) -> int:
        """Day of the first payment."""
        return int(self.days[0])

    @property
    def last(self) -> int:
        """Day of the last payment."""
        return int(self.days[-1])

    @property
    def gap(self) -> float:
        """Usual days between payments; a month where there is one alone."""
        apart = np.diff(np.unique(self.days))
        return float(np.median(apart)) if len(apart) else _MONTH

    def usual(self, *, end: bool) -> float:
        """Return the median of the last, or the first, three amounts."""
        return float(np.median(self.amounts[-3:] if end else self.amounts[:3]))


@dataclass(frozen=True)
class Succession:
    """One payer stopped and another began."""

    old: Payer
    new: Payer

    @property
    def change(self) -> float:
        """By which share the new amount differs from the old one; 0 is the same."""
        return self.new.usual(end=False) / self.old.usual(end=True) - 1


@dataclass(frozen=True)
class Rows:
    """What signs are looked for in.

    Attributes:
        postings: Booked by ``today``.
        texts: What the bank wrote, by the vault's transaction id; may lack some.
        today: The day it is.
        taxonomy: The categories.
        rules: Thresholds, each with its reason.
    """

    postings: Postings
    texts: Mapping[int, str]
    today: date
    taxonomy: Taxonomy
    rules: Thresholds

    @property
    def first(self) -> int:
        """First day that is known."""
        return int(self.postings.days[0])

    @cached_property
    def until(self) -> int:
        """Last day that is known."""
        return min(int(self.postings.days[-1]), self.today.toordinal())

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """Merchant and text of each row in lower case without accents, one blank at the end."""
        names = [fold(name) for name in self.postings.merchant_names]
        return tuple(
            f"{names[merchant]} {fold(self.texts.get(row, ''))} "
            for row, merchant in zip(
                self.postings.ids.tolist(), self.postings.merchants.tolist(), strict=True
            )
        )

    def n(self, name: str) -> float:
        """Return a threshold."""
        return self.rules.number(name)

    def of(self, *leaves: str) -> NDArray[np.bool_]:
        """Return which rows are of some leaves and no half of an own transfer."""
        wanted = np.array(sorted(codes(self.taxonomy, *leaves)), dtype=np.int64)
        return np.isin(self.postings.leaves, wanted) & ~self.postings.transfers

    def saying(self, words: str, unless: str = "", *, outgoing: bool = True) -> NDArray[np.int64]:
        """Return the rows whose merchant or text holds one of a list of words and none of another."""
        wanted = self.rules.words(words)
        unwanted = self.rules.words(unless) if unless else ()
        sign = self.postings.amounts < 0 if outgoing else self.postings.amounts > 0
        rows = np.flatnonzero(sign & ~self.postings.transfers)
        return np.array(
            [
                row
                for row in rows.tolist()
                if any(word in self.folded[row] for word in wanted)
                and not any(word in self.folded[row] for word in unwanted)
            ],
            dtype=np.int64,
        )

    def payers(
        self, chosen: NDArray[np.bool_], *, incoming: bool, least: int = 1, by_account: bool = False
    ) -> list[Payer]:
        """Return the payments of the chosen rows by merchant, or by merchant and account, in order of first day."""
        postings = self.postings
        rows = np.flatnonzero(chosen & ((postings.amounts > 0) == incoming))
        accounts = postings.accounts[rows] if by_account else np.zeros_like(rows)
        found = []
        for merchant, account in np.unique(np.stack([postings.merchants[rows], accounts]), axis=1).T.tolist():
            mine = rows[(postings.merchants[rows] == merchant) & (accounts == account)]
            if len(mine) >= least:
                found.append(
                    Payer(
                        mine,
                        postings.days[mine],
                        np.abs(postings.amounts[mine]),
                        postings.merchant_names[merchant],
                    )
                )
        return sorted(found, key=lambda one: (one.first, one.merchant))

    def successions(
        self,
        payers: Iterable[Payer],
        *,
        overlap: float,
        gap: float,
        silence: float,
        old: int = 3,
        new: int = 2,
    ) -> list[Succession]:
        """Return who stopped while another began.

        Args:
            payers: Of one kind of payment.
            overlap: Days for which both may pay.
            gap: Days that may lie between.
            silence: Usual gaps without a payment after which one has stopped.
            old: Payments that the former must have made.
            new: Payments that the later must have made.
        """
        everyone = list(payers)
        known = self.n("known.days")
        found = []
        for gone in everyone:
            if len(gone.days) < old or self.until - gone.last < silence * gone.gap:
                continue
            for come in everyone:
                apart = come.first - gone.last
                if (
                    come is not gone
                    and len(come.days) >= new
                    and -overlap <= apart <= gap
                    and come.first - self.first >= known
                    and come.first > gone.first + known / 2
                    and come.last > gone.last
                ):
                    found.append(Succession(gone, come))
        return found

    def evidence(self, signs: Iterable[Sign]) -> tuple[Evidence, ...]:
        """Return the payments behind some signs, a few of each."""
        most = int(self.n("ask.evidence_each"))
        postings = self.postings
        return tuple(
            Evidence(
                sign=sign.name,
                posting=int(postings.ids[row]),
                day=date.fromordinal(int(postings.days[row])),
                amount=Money(int(postings.amounts[row]), postings.currency_codes[postings.currencies[row]]),
                merchant=postings.merchant_names[postings.merchants[row]],
            )
            for sign in signs
            for row in sign.rows[:most]
        )


def fold(text: str) -> str:
    """Return a text in lower case without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in plain if not unicodedata.combining(one))
