"""Signs of another home: another landlord, a deposit, movers, post sent on, furniture, suppliers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.insights.hypothesis import Hypothesis, NewHome, Sign, confidence, identify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from edge_engine.insights.life_rows import Rows, Succession

_FURNITURE: Final = ("home.furniture", "home.improvement")
_DAYS_A_YEAR: Final = 365
_OVERLAP: Final = 45
_GAP: Final = 75
"""Days that two landlords may both be paid, and that may lie between: a month of either, and late payments."""
_SILENCE: Final = 1.6


class Homes:
    """Looks for moves.

    Args:
        rows: The person's payments.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._landlords = self._changes("housing.rent")
        self._lenders = self._changes("housing.mortgage")
        self._suppliers = [
            one for leaf in ("utilities.energy", "utilities.internet_tv") for one in self._changes(leaf)
        ]
        self._movers = rows.saying("words.mover", "words.not_mover")
        self._mail = rows.saying("words.mail")
        self._legal = self._large(rows.saying("words.legal"))
        self._tax = self._tax_changes()

    def homes(self, purposes: tuple[str, ...]) -> list[Hypothesis]:
        """Return moves: around each day with a strong sign, what speaks for one."""
        found = [self._hypothesis(day, purposes) for day in self._days()]
        found.sort(key=lambda one: (-one.confidence, one.since))
        kept: list[Hypothesis] = []
        apart = self._rows.n("ask.same_within_days")
        for one in found:
            if all(abs((one.since - other.since).days) > apart for other in kept):
                kept.append(one)
        return kept

    def signs(self, day: int) -> list[Sign]:
        """Return the signs of a move around a day."""
        n = self._rows.n
        signs = [
            *self._payee(self._landlords, day, "other_rent"),
            *self._payee(self._lenders, day, "other_lender"),
        ]
        for name, rows in (("mover", self._movers), ("mail", self._mail), ("legal", self._legal)):
            if len(near := self._near(rows, day)):
                signs.append(Sign(f"home_{name}", n(f"home.{name}"), tuple(near.tolist())))
        signs += self._deposit(day)
        signs += self._furnished(day)
        for one in self._suppliers:
            if self._within(one.new.first, day):
                rows_of = (int(one.old.rows[-1]), int(one.new.rows[0]))
                signs.append(Sign("home_supplier", n("home.supplier"), rows_of))
        if len(near := self._near(self._tax, day)):
            signs.append(Sign("home_tax", n("home.tax"), tuple(near.tolist())))
        return signs

    def _days(self) -> list[int]:
        """Return the days around which a move is worth looking for."""
        days = {one.new.first for one in (*self._landlords, *self._lenders)}
        for rows in (self._movers, self._mail, self._legal):
            days.update(self._rows.postings.days[rows].tolist())
        return sorted(days)

    def _changes(self, leaf: str) -> list[Succession]:
        rows = self._rows
        payers = rows.payers(rows.of(leaf), incoming=False, least=2)
        found = rows.successions(payers, overlap=_OVERLAP, gap=_GAP, silence=_SILENCE, old=3, new=2)
        # A payer that began anew twice is none that came with a home.
        return [one for one in found if one.new.gap <= 2 * _GAP]

    def _payee(self, changes: list[Succession], day: int, name: str) -> Iterator[Sign]:
        n = self._rows.n
        for one in changes:
            if self._within(one.new.first, day):
                same = abs(one.change) <= 0.01
                weight = n("home.same_amount") if same else n(f"home.{name}")
                rows = (int(one.old.rows[-1]), *one.new.rows[:2].tolist())
                yield Sign("home_same_amount" if same else f"home_{name}", weight, rows)
                return

    def _deposit(self, day: int) -> Iterator[Sign]:
        """A single payment to the new landlord beyond the rent."""
        for one in self._landlords:
            if self._within(one.new.first, day) and len(one.new.amounts) > 2:
                usual = float(np.median(one.new.amounts))
                early = one.new.rows[
                    (one.new.amounts > 1.15 * usual) & (one.new.days <= one.new.first + _GAP)
                ]
                if len(early):
                    yield Sign("home_deposit", self._rows.n("home.deposit"), tuple(early.tolist()))
                    return

    def _furnished(self, day: int) -> Iterator[Sign]:
        rows, n = self._rows, self._rows.n
        mine = np.flatnonzero(rows.of(*_FURNITURE) & (rows.postings.amounts < 0))
        near = self._near(mine, day)
        if len(near) < n("home.furniture_count"):
            return
        span = n("home.before_days") + n("home.after_days")
        known = max(1.0, rows.until - rows.first - span)
        spent = float(-rows.postings.amounts[near].sum())
        other = float(-rows.postings.amounts[mine].sum()) - spent
        if spent > n("home.furniture_times") * other * span / known:
            order = near[np.argsort(rows.postings.amounts[near], kind="stable")]
            yield Sign("home_furniture", n("home.furniture"), tuple(order.tolist()))

    def _large(self, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return those of about a month of housing and more."""
        rows = self._rows
        housing = np.flatnonzero(rows.of("housing.rent", "housing.mortgage") & (rows.postings.amounts < 0))
        if not len(housing):
            return chosen[:0]
        least = rows.n("home.legal_share") * float(np.median(-rows.postings.amounts[housing]))
        return chosen[-rows.postings.amounts[chosen] >= least]

    def _tax_changes(self) -> NDArray[np.int64]:
        """Return the first payments of another amount of property tax that no yearly change explains."""
        rows, found = self._rows, []
        for payer in rows.payers(rows.of("housing.property_tax"), incoming=False, least=6):
            amounts = payer.amounts.astype(np.float64)
            for at in range(2, len(amounts) - 2):
                before, after = amounts[at - 2 : at], amounts[at : at + 2]
                if np.ptp(before) or np.ptp(after):
                    continue
                if abs(after[0] / before[0] - 1) > rows.n("home.tax_change"):
                    found.append(int(payer.rows[at]))
        return np.array(found, dtype=np.int64)

    def _within(self, when: int, day: int) -> bool:
        return day - self._rows.n("home.before_days") <= when <= day + self._rows.n("home.after_days")

    def _near(self, chosen: NDArray[np.int64], day: int) -> NDArray[np.int64]:
        days = self._rows.postings.days[chosen]
        n = self._rows.n
        return chosen[(days >= day - n("home.before_days")) & (days <= day + n("home.after_days"))]

    def _hypothesis(self, day: int, purposes: tuple[str, ...]) -> Hypothesis:
        rows = self._rows
        signs = sorted(self.signs(day), key=lambda sign: -sign.weight)
        since = date.fromordinal(day)
        return Hypothesis(
            id=identify("home", day),
            kind="home",
            as_of=rows.today,
            since=since,
            confidence=confidence(rows.n("home.bias"), signs),
            signs=tuple(dict.fromkeys(sign.name for sign in signs)),
            evidence=rows.evidence(signs),
            message=NewHome(since),
            purposes=purposes,
        )
