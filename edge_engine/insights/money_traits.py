"""Traits that money tells: style, prices, travel, bills, income, what is left, what is owed, stage of life."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.insights.cadence import months_of
from edge_engine.insights.habits import codes
from edge_engine.insights.means import DAYS_A_MONTH
from edge_engine.insights.stream import Status, StreamKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from edge_engine.insights.knowledge import Known
    from edge_engine.insights.means import Means
    from edge_engine.insights.thresholds import Thresholds
    from edge_engine.insights.trait import EventCount

_GROCERIES: Final = ("food.groceries", "food.specialty")
_AWAY: Final = ("travel.flights", "travel.lodging", "travel.car_rental", "travel.agencies")
_CHILDREN: Final = ("education.childcare", "education.school")


@dataclass(frozen=True, slots=True)
class Sketch:
    """A trait before it fades.

    Attributes:
        name: Of the trait.
        value: Of the trait.
        confidence: 0 to 1, were everything it rests on of today.
        rests_on: Latest day of what it rests on, as ordinal.
        evidence: Vault ids of transactions.
        events: App events, counted.
    """

    name: str
    value: float | str
    confidence: float
    rests_on: int
    evidence: Sequence[int] = ()
    events: tuple[EventCount, ...] = ()


def money_traits(known: Known, rules: Thresholds) -> Iterator[Sketch]:
    """Yield the traits that the person's money tells.

    Args:
        known: Without anything of a sensitive leaf.
        rules: Thresholds of ``profile.toml``.
    """
    if not len(known.postings):
        return
    last = int(known.postings.days[-1])
    if known.means is not None:
        yield from _of_means(known.means, last, rules)
    yield from _prices(known, rules)
    yield from _travel(known, rules)
    yield from _bills(known, last, rules)
    yield from _stage(known, rules)


def _sure(n: float, half: float) -> float:
    return n / (n + half)


def _of_means(means: Means, last: int, rules: Thresholds) -> Iterator[Sketch]:
    n = rules.number
    sure = _sure(means.months, n("sure.months"))
    if means.steadiness is not None:
        yield Sketch("income_stability", means.steadiness, sure, last, means.pay)
    spare, debt = means.spare_share, means.debt_share
    if spare is not None:
        yield Sketch("spare_share", min(1.0, max(-10.0, spare)), sure, last, means.pay)
        saver, spender = spare >= n("style.saver"), spare <= n("style.spender")
        style = "saver" if saver else "spender" if spender else "balanced"
        # Where much more goes out than comes in, that is a shortage and no style.
        if spare >= n("style.shortage"):
            yield Sketch("money_style", style, sure, last, means.pay)
    if debt is not None:
        yield Sketch("debt_share", min(10.0, max(0.0, debt)), sure, last, means.debts)
    if means.buffer_days is not None:
        yield Sketch("buffer_days", min(3650.0, means.buffer_days), sure, last)
    if means.savings_months is not None:
        there = 1.0 if means.saved is not None else n("sure.no_savings")
        yield Sketch("savings_months", min(1200.0, means.savings_months), sure * there, last)


def _prices(known: Known, rules: Thresholds) -> Iterator[Sketch]:
    """Yield which share of groceries comes from discounters, of a year."""
    rows = known.postings
    bought = _paid(known, _GROCERIES) & (rows.days > known.today.toordinal() - 365)
    count = int(bought.sum())
    if count < rules.number("price.least_payments"):
        return
    words = "|".join(map(re.escape, rules.words("words.discounter")))
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
    cheap = np.array([bool(pattern.search(name.casefold())) for name in rows.merchant_names], dtype=np.bool_)
    mine = bought & cheap[rows.merchants]
    share = float(rows.amounts[mine].sum() / rows.amounts[bought].sum())
    yield Sketch(
        "price_sensitivity",
        min(1.0, share / rules.number("price.full")),
        _sure(count, rules.number("sure.payments")),
        int(rows.days[bought][-1]),
        rows.ids[mine].tolist(),
    )


def _travel(known: Known, rules: Thresholds) -> Iterator[Sketch]:
    """Yield the share of whole months with a trip, or with spending in another currency."""
    rows = known.postings
    months = months_of(rows.days)
    last = known.today.year * 12 + known.today.month - 2
    first = max(int(months[0]) + 1, last - int(rules.number("travel.months")) + 1)
    count = last - first + 1
    if count < rules.number("travel.least_months"):
        return
    main = int(np.bincount(rows.currencies).argmax())
    foreign = (rows.currencies != main) & (rows.amounts < 0) & ~rows.transfers
    within = (months >= first) & (months <= last)
    away = (_paid(known, _AWAY) | foreign) & within
    if not within.any():
        return
    share = len(set(months[away].tolist())) / count
    sure = _sure(count, rules.number("sure.months"))
    yield Sketch("travel", share, sure, int(rows.days[within][-1]), rows.ids[away].tolist())


def _bills(known: Known, last: int, rules: Thresholds) -> Iterator[Sketch]:
    paid = known.discipline
    if paid.due >= rules.number("bills.least"):
        sure = _sure(paid.due, rules.number("sure.bills"))
        yield Sketch("bill_discipline", paid.in_time / paid.due, sure, last, paid.late)


def _stage(known: Known, rules: Thresholds) -> Iterator[Sketch]:
    """Yield the stage of life that most speaks for; nothing where nothing does."""
    signs = [*_stage_signs(known, rules)]
    if signs:
        value, weight, rows = max(signs, key=lambda sign: (sign[1], sign[0]))
        latest = max(known.day_of[key] for key in rows)
        yield Sketch("life_stage", value, min(weight, rules.number("stage.most")), latest, rows)


def _stage_signs(known: Known, rules: Thresholds) -> Iterator[tuple[str, float, list[int]]]:
    n, rows = rules.number, known.postings
    since = known.today.toordinal() - n("stage.months") * DAYS_A_MONTH
    recent = rows.days > since

    def came(leaf: str) -> list[int]:
        mine = np.isin(rows.leaves, sorted(codes(known.taxonomy, leaf))) & (rows.amounts > 0) & recent
        found: list[int] = rows.ids[mine].tolist()
        return found

    pension, salary = came("income.pension"), came("income.salary")
    if len(pension) >= n("stage.child_months") and len(salary) == 0:
        yield "retired", n("stage.pension"), pension
    children = _paid(known, _CHILDREN) & recent
    if len(set(months_of(rows.days[children]).tolist())) >= n("stage.child_months"):
        yield "family", n("stage.children"), rows.ids[children].tolist()
    mortgage = _paid(known, ("housing.mortgage",)) & recent
    if int(mortgage.sum()) >= n("stage.child_months"):
        yield "established", n("stage.mortgage"), rows.ids[mortgage].tolist()
    first = [one for one in known.streams if one.kind is StreamKind.SALARY]
    if first:
        earliest = min(first, key=lambda one: one.first)
        young = earliest.first.toordinal() > known.today.toordinal() - n("stage.first_pay_days")
        unpaid = earliest.first.toordinal() - known.first >= n("stage.unpaid_days")
        if young and unpaid and earliest.status is not Status.ENDED:
            yield "starting_out", n("stage.first_pay"), list(earliest.evidence)
    if not salary:
        words = rules.words("words.studies")
        told = np.array([any(word in name.casefold() for word in words) for name in rows.merchant_names])
        studies = told.astype(np.bool_)[rows.merchants] & recent
        if studies.any():
            yield "student", n("stage.student"), rows.ids[studies].tolist()


def _paid(known: Known, leaves: Sequence[str]) -> NDArray[np.bool_]:
    rows = known.postings
    mine: NDArray[np.bool_] = np.isin(rows.leaves, sorted(codes(known.taxonomy, *leaves)))
    return mine & (rows.amounts < 0) & ~rows.transfers
