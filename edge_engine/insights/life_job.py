"""Signs of another job: pay from one payer stopped and from another began."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.insights.hypothesis import Hypothesis, NewJob, Sign, confidence, identify

if TYPE_CHECKING:
    from edge_engine.insights.life_rows import Payer, Rows, Succession

_PAY: Final = ("income.salary",)
_PERHAPS_PAY: Final = ("income.other", "income.refund", "transfers.other")
_LONGEST_PERIOD: Final = 36
"""Days between payments of what is pay: a month and a weekend at most."""
_MONTH: Final = 31
_STEADY: Final = 2.0
"""Days by which gaps of a rhythm of weeks wander, at most: only holidays move it."""
_TELLING: Final = 4
"""Letters of a word that can tell two payers to be one."""


def jobs(rows: Rows, purposes: tuple[str, ...]) -> list[Hypothesis]:
    """Return changes of job, at most one for each payer that began."""
    # Two of one household may work for one employer; their accounts tell them apart.
    payers = pay(rows)
    candidates = rows.successions(
        payers,
        overlap=rows.n("job.longest_overlap_days"),
        gap=rows.n("job.longest_gap_days"),
        silence=rows.n("job.silence"),
        old=int(rows.n("job.old_payments")),
        new=int(rows.n("job.new_payments")),
    )
    best: dict[tuple[str, int], tuple[float, Hypothesis]] = {}
    for one in candidates:
        if _monthly(one.new, end=False) < rows.n("job.least_share") * _monthly(one.old, end=True):
            continue
        found = _hypothesis(rows, one, purposes)
        apart = abs(one.new.first - one.old.last)
        key = (one.new.merchant, int(rows.postings.accounts[one.new.rows[0]]))
        known = best.get(key)
        if known is None or (found.confidence, -apart) > (known[1].confidence, -known[0]):
            best[key] = (apart, found)
    return [found for _, found in best.values()]


def pay(rows: Rows) -> list[Payer]:
    """Return who pays wages: categorized so, or without a clear category and regular, and a good part of income."""
    least = int(rows.n("job.new_payments"))
    found = rows.payers(rows.of(*_PAY), incoming=True, least=least, by_account=True)
    known = {(one.merchant, int(rows.postings.accounts[one.rows[0]])) for one in found}
    unclear = (rows.of(*_PERHAPS_PAY) | (rows.postings.leaves == 0)) & ~rows.postings.transfers
    coming = (rows.postings.amounts > 0) & ~rows.postings.transfers
    income = float(rows.postings.amounts[coming].sum()) / max(1, rows.until - rows.first + 1)
    for one in rows.payers(unclear, incoming=True, least=least, by_account=True):
        key = (one.merchant, int(rows.postings.accounts[one.rows[0]]))
        if (
            key not in known
            and one.gap <= _LONGEST_PERIOD
            and _regular(one)
            and float(np.median(one.amounts)) / max(one.gap, 1.0) >= rows.n("job.pay_share") * income
        ):
            found.append(one)
    return sorted(found, key=lambda one: (one.first, one.merchant))


def _regular(payer: Payer) -> bool:
    apart = np.diff(payer.days)
    return float(np.median(np.abs(apart - payer.gap))) <= 0.2 * payer.gap and payer.gap >= 6


def _monthly(payer: Payer, *, end: bool) -> float:
    return payer.usual(end=end) / max(payer.gap, 1.0)


def _other_pay(rows: Rows, old: Payer, new: Payer) -> bool:
    """Return whether the new pay is another one than the same employer's, perhaps with a raise, would be."""
    n, spread = rows.n, _spread(old)
    same_rhythm = abs(new.gap / old.gap - 1) <= n("job.same_rhythm")
    before, after = float(np.median(old.amounts[-6:])), float(np.median(new.amounts[:6]))
    change = after / before - 1 if same_rhythm else (after / new.gap) / (before / old.gap) - 1
    if spread == 0 and change < -n("job.fixed_pay"):
        return True
    return abs(change) > max(n("job.same_pay"), n("job.spread_times") * spread)


def _spread(payer: Payer) -> float:
    """Return by which share a payer's amounts usually differ from their middle: hours worked, not a new price."""
    recent = payer.amounts[-8:].astype(np.float64)
    middle = float(np.median(recent))
    return float(np.median(np.abs(recent - middle))) / middle


def _hypothesis(rows: Rows, one: Succession, purposes: tuple[str, ...]) -> Hypothesis:
    old, new, n = one.old, one.new, rows.n
    signs = [Sign("job_old_pay", 0.0, tuple(old.rows[::-1].tolist()))]
    signs.append(Sign("job_new_pay", 0.0, tuple(new.rows.tolist())))
    other_pay = _other_pay(rows, old, new)
    other_days = not _same_days(rows, old, new)
    gap = new.first - old.last > n("job.gap_times") * old.gap + 3
    if other_pay:
        signs.append(Sign("job_other_pay", n("job.other_pay")))
    if other_days:
        signs.append(Sign("job_other_days", n("job.other_days")))
    if gap:
        signs.append(Sign("job_gap", n("job.gap")))
    if not (other_pay or other_days or gap):
        signs.append(Sign("job_one_name", n("job.one_name")))
    if _words(old.merchant) & _words(new.merchant):
        signs.append(Sign("job_shared_word", n("job.shared_word")))
    since = date.fromordinal(new.first)
    return Hypothesis(
        id=identify("job", old.merchant, new.merchant),
        kind="job",
        as_of=rows.today,
        since=since,
        confidence=confidence(n("job.bias"), signs),
        signs=tuple(sign.name for sign in signs),
        evidence=rows.evidence(signs),
        message=NewJob(old.merchant, new.merchant, since),
        purposes=purposes,
    )


def _same_days(rows: Rows, old: Payer, new: Payer) -> bool:
    """Return whether both pay in one rhythm, the new one on the days that the old one would have."""
    if len(new.days) < 2:
        return True
    if abs(new.gap / old.gap - 1) > rows.n("job.same_rhythm"):
        return False
    within = rows.n("job.same_day_within")
    if float(np.std(np.diff(old.days))) < _STEADY and old.gap % 7 == 0:
        apart = (new.first - old.last) % old.gap
        return min(apart, old.gap - apart) <= within
    former, later = (
        [date.fromordinal(day).day for day in one.tolist()] for one in (old.days[-6:], new.days[:6])
    )
    # Round the month: what is due on the first is paid on the last where that is a weekend.
    nearest = [min(min(abs(day - one), _MONTH - abs(day - one)) for one in former) for day in later]
    return float(np.median(nearest)) <= within


def _words(merchant: str) -> set[str]:
    return {word for word in merchant.casefold().split() if len(word) >= _TELLING and word not in _COMMON}


_COMMON: Final = frozenset({
    "salary", "payroll", "lohn", "gehalt", "bezuege", "bacs", "group", "limited", "gmbh", "holding",
    "services", "company", "system", "systems", "software", "logistics", "logistik", "school", "health",
    "council", "academy", "district", "bank", "direct", "deposit", "pay",
})  # fmt: skip
"""Words of many payers' names; they tell nothing."""
