"""Signs of a child: things for a baby, a benefit that began or rose, childcare, pay that fell.

Payments of sensitive leaves, such as for a doctor or a clinic, are never among them.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.insights.hypothesis import Hypothesis, NewChild, Sign, confidence, identify
from edge_engine.insights.life_job import pay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.insights.life_rows import Rows


_LEAST_PAYMENTS: Final = 7
"""Payments that show pay, its fall, and that it stays so."""


def children(rows: Rows, purposes: tuple[str, ...]) -> list[Hypothesis]:
    """Return the likeliest child, where anything speaks for one."""
    marks = _marks(rows)
    found = [_hypothesis(rows, day, purposes) for day in marks]
    return [max(found, key=lambda one: (one.confidence, -one.since.toordinal()))] if found else []


def _marks(rows: Rows) -> list[int]:
    """Return the days around which to look: of benefits that changed and of things for a baby."""
    days = {int(rows.postings.days[row]) for sign in _benefits(rows) for row in sign.rows[:1]}
    days.update(rows.postings.days[rows.saying("words.baby", "words.not_baby")].tolist())
    return sorted(days)


def _hypothesis(rows: Rows, day: int, purposes: tuple[str, ...]) -> Hypothesis:
    span = rows.n("child.window_days")
    days = rows.postings.days

    def near(sign: Sign) -> bool:
        return day - 30 <= int(days[sign.rows[0]]) <= day + span

    signs = [*_things(rows, day), *filter(near, _benefits(rows)), *filter(near, _care(rows))]
    signs += list(filter(near, _pay(rows)))[:1]
    signs.sort(key=lambda sign: -sign.weight)
    began = [int(days[sign.rows[0]]) for sign in signs if sign.name.startswith("child_benefit")]
    since = date.fromordinal(min(began, default=day))
    return Hypothesis(
        id=identify("child", since.toordinal()),
        kind="child",
        as_of=rows.today,
        since=since,
        confidence=confidence(rows.n("child.bias"), signs),
        signs=tuple(sign.name for sign in signs),
        evidence=rows.evidence(signs),
        message=NewChild(since),
        purposes=purposes,
    )


def _things(rows: Rows, day: int) -> Iterator[Sign]:
    """Things for a baby within the window, where there were hardly any before."""
    mine = rows.saying("words.baby", "words.not_baby")
    days, n = rows.postings.days[mine], rows.n
    near = mine[(days >= day - 30) & (days <= day + n("child.window_days"))]
    before = mine[days < day - 30]
    times = len(np.unique(rows.postings.days[near]))
    known = day - 30 - rows.first
    usual = len(np.unique(rows.postings.days[before])) / max(known, 1) * (n("child.window_days") + 30)
    if times < n("child.some_days") or times < 2.5 * usual or known < n("known.days") - 30:
        return
    yield Sign("child_some", n("child.some"), tuple(near.tolist()))
    if times >= n("child.many_days"):
        yield Sign("child_many", n("child.many"))


def _benefits(rows: Rows) -> Iterator[Sign]:
    """A benefit for children that began, or rose by a child's share."""
    n = rows.n
    saying = np.zeros(len(rows.postings), dtype=np.bool_)
    saying[rows.saying("words.child_benefit", outgoing=False)] = True
    for payer in rows.payers(saying, incoming=True, least=2):
        if payer.first - rows.first >= n("known.days"):
            yield Sign("child_benefit_began", n("child.benefit_began"), tuple(payer.rows.tolist()))
        amounts = payer.amounts.astype(np.float64)
        for at in range(1, len(amounts) - 1):
            rise = amounts[at] / np.median(amounts[max(0, at - 3) : at]) - 1
            kept = amounts[at + 1] / amounts[at] - 1
            if rise >= n("child.benefit_rise") and abs(kept) < n("child.benefit_rise") / 2:
                rows_of = (int(payer.rows[at]), int(payer.rows[at - 1]))
                yield Sign("child_benefit_rose", n("child.benefit_rose"), rows_of)


def _care(rows: Rows) -> Iterator[Sign]:
    """Childcare that began where nobody was paid for it before."""
    payers = rows.payers(rows.of("education.childcare"), incoming=False, least=2)
    if payers and payers[0].first - rows.first >= rows.n("known.days"):
        yield Sign("child_care_began", rows.n("child.care_began"), tuple(payers[0].rows.tolist()))


def _pay(rows: Rows) -> Iterator[Sign]:
    """Regular pay that fell for months."""
    for payer in pay(rows):
        if len(payer.rows) < _LEAST_PAYMENTS:
            continue
        amounts = payer.amounts.astype(np.float64)
        for at in range(3, len(amounts) - 2):
            before, after = np.median(amounts[at - 3 : at]), np.median(amounts[at : at + 3])
            if after < (1 - rows.n("child.pay_fall")) * before and amounts[at] < before:
                rows_of = (int(payer.rows[at]), int(payer.rows[at - 1]))
                yield Sign("child_pay_fell", rows.n("child.pay_fell"), rows_of)
                break
