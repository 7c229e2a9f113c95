"""What an instalment would do to somebody's money: what could be borne, the risk to run out, and why.

It speaks for the person and to a person. The verdict is ``looks affordable``, ``tight`` or ``cannot tell``; it becomes
the advice and the evidence of a review that a human decides, or nothing.

# INVARIANT: nothing here declines. There is no such verdict, and the only advice is ``approve`` or none.
"""

from __future__ import annotations

from enum import StrEnum
from statistics import median
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.domain.money import Money
from edge_engine.errors import InputError
from edge_engine.insights.finding import OutlookWeek

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge_engine.insights.thresholds import Thresholds

MOST_MONTHS: Final = 600
ACCOUNTS: Final = "pd:FinancialAccount"
INCOME: Final = "pd:Income"
CREDIT: Final = "pd:CreditWorthiness"

BEYOND: Final = 9.99
"""What ``burden`` is at most: where nothing can be borne."""


class Verdict(StrEnum):
    """What is said of an instalment."""

    AFFORDABLE = "looks affordable"
    TIGHT = "tight"
    CANNOT_TELL = "cannot tell"


class LoanTerms(msgspec.Struct, frozen=True):
    """A loan as somebody states it.

    Attributes:
        amount: What is paid out.
        months: How many instalments.
        monthly: One instalment.
    """

    amount: Money
    months: int
    monthly: Money


class Means(msgspec.Struct, frozen=True):
    """What is known of somebody's money; amounts of one currency.

    Attributes:
        incomes: Income of each of the latest whole months, the latest last.
        spare: What was left of it in the same months; negative where more went out.
        weeks: The coming weeks of the outlook, in order.
        bills: Known bills a month.
        debts: What already goes to debts a month, as far as known.
        purposes: Every purpose that it took to find all this.
    """

    incomes: tuple[Money, ...]
    spare: tuple[Money, ...]
    weeks: tuple[OutlookWeek, ...]
    bills: Money
    debts: Money
    purposes: tuple[str, ...]


class Figure(msgspec.Struct, frozen=True):
    """One number that an assessment rests on.

    Attributes:
        name: In snake case.
        value: An amount, a whole number, or a word.
        data: Its data category.
        purposes: Every purpose that it took.
    """

    name: str
    value: Money | int | str
    data: str
    purposes: tuple[str, ...]


class Assessment(msgspec.Struct, frozen=True):
    """What an instalment would do.

    Attributes:
        verdict: One of three, none of which declines.
        bearable: What could be borne a month; None where nothing can be said.
        risk: Chance, 0 to 1, that a coming week ends below zero with the instalments added.
        burden: The instalment as a multiple of what could be borne, :data:`BEYOND` at most.
        reasons: Why, as clauses for people; identifiers of the thresholds first.
        figures: Every number that it rests on.
    """

    verdict: Verdict
    bearable: Money | None
    risk: float
    burden: float
    reasons: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]

    @property
    def advice(self) -> str:
        """What a review is told: ``approve``, or nothing."""
        return "approve" if self.verdict is Verdict.AFFORDABLE else ""


def assess(means: Means, terms: LoanTerms, rules: Thresholds) -> Assessment:
    """Return what an instalment would do to somebody's money.

    Args:
        means: What is known.
        terms: What is asked about.
        rules: Thresholds of ``affordability.toml``.

    Raises:
        InputError: The terms are not those of a loan, currencies are mixed, or months do not match.
    """
    _check(means, terms)
    count = int(rules.number("look.months"))
    incomes = [one.minor for one in means.incomes][-count:]
    spare = [one.minor for one in means.spare][-count:]
    unknown = tuple(_unknown(means, incomes, rules))
    if unknown:
        return Assessment(
            Verdict.CANNOT_TELL, None, 0.0, 0.0, unknown, _figures(means, terms, Verdict.CANNOT_TELL)
        )
    income, currency = median(incomes), terms.monthly.currency
    limits = {
        "spare.share": rules.number("spare.share") * median(spare),
        "debt.share": rules.number("debt.share") * income - means.debts.minor,
        "bills.share": rules.number("bills.share") * income - means.bills.minor,
    }
    bearable = max(0, int(min(limits.values())))
    asked = terms.monthly.minor
    burden = min(asked / bearable, BEYOND) if bearable else BEYOND
    risk = _risk(means.weeks, terms)
    reasons = [(name, REASONS[name]) for name, most in limits.items() if asked > most]
    if risk >= rules.number("risk.tight"):
        reasons.append(("risk.tight", REASONS["risk.tight"]))
    if min(incomes) < rules.number("income.least_share") * income:
        reasons.append(("income.least_share", REASONS["income.least_share"]))
    verdict = Verdict.TIGHT if reasons else Verdict.AFFORDABLE
    if not reasons:
        reasons = [("spare.share", _FITS)]
    could = Money(bearable, currency)
    figures = (
        *_figures(means, terms, verdict),
        Figure("usual_income", Money(int(income), currency), INCOME, means.purposes),
        Figure("usually_left", Money(int(median(spare)), currency), INCOME, means.purposes),
        Figure("could_be_borne", could, CREDIT, means.purposes),
        Figure("risk_permille", round(1000 * risk), CREDIT, means.purposes),
        Figure(
            "lowest_floor",
            Money(min(floors_with(means.weeks, terms)), currency),
            ACCOUNTS,
            means.purposes,
        ),
    )
    return Assessment(verdict, could, risk, round(burden, 3), tuple(reasons), figures)


REASONS: Final = {
    "spare.share": "the instalment takes more than what is usually left, less a reserve",
    "debt.share": "debts would take a large part of the income",
    "bills.share": "bills and the instalment would leave little of the income",
    "risk.tight": "within weeks money could run out with the instalment added",
    "income.least_share": "income varies, and its worst month brings little",
}
"""Why an instalment is tight, as clauses, by the threshold that says so."""
_FITS: Final = "the instalment fits into what is usually left, with room to spare"


_UNKNOWN: Final = {
    "known.months": "too few months of income are known",
    "known.weeks": "the coming weeks are not known well enough",
}


def reason(name: str, verdict: str) -> str:
    """Return a reason as a clause for people, by the identifier and the verdict that a review names."""
    if verdict == Verdict.AFFORDABLE:
        return _FITS
    return REASONS.get(name) or _UNKNOWN.get(name) or name.replace("_", " ").replace(".", ", ")


def instalments(week: int) -> int:
    """Return how many instalments are due by the end of a coming week, from 1; the first is taken to be due at once."""
    return 1 + 7 * week // 31


def floors_with(weeks: Sequence[OutlookWeek], terms: LoanTerms) -> list[int]:
    """Return p10 at each week's end less the instalments due by then, minor units."""
    return [
        week.p10.minor - terms.monthly.minor * min(instalments(at), terms.months)
        for at, week in enumerate(weeks, start=1)
    ]


def _risk(weeks: Sequence[OutlookWeek], terms: LoanTerms) -> float:
    """Return the chance that the worst coming week ends below zero with the instalments added."""
    import numpy as np  # noqa: PLC0415 - only who assesses pays for it

    from edge_engine.insights.trajectory import below_zero  # noqa: PLC0415

    due = [terms.monthly.minor * min(instalments(at), terms.months) for at in range(1, len(weeks) + 1)]
    path = np.array([[week.p10.minor, week.p50.minor, week.p90.minor] for week in weeks], np.float64)
    return round(float(below_zero(path - np.array(due, np.float64)[:, None]).max()), 3)


def _unknown(means: Means, incomes: Sequence[int], rules: Thresholds) -> Iterator[tuple[str, str]]:
    if len(incomes) < rules.number("known.months"):
        yield "known.months", _UNKNOWN["known.months"]
    elif median(incomes) <= 0:
        yield "known.months", "no usual income is known"
    if len(means.weeks) < rules.number("known.weeks"):
        yield "known.weeks", _UNKNOWN["known.weeks"]


def _figures(means: Means, terms: LoanTerms, verdict: Verdict) -> tuple[Figure, ...]:
    return (
        Figure("affordability", verdict.value, CREDIT, means.purposes),
        Figure("instalment", terms.monthly, CREDIT, means.purposes),
        Figure("months_known", len(means.incomes), INCOME, means.purposes),
        Figure("known_bills", means.bills, ACCOUNTS, means.purposes),
        Figure("paid_on_debts", means.debts, CREDIT, means.purposes),
    )


def _check(means: Means, terms: LoanTerms) -> None:
    if terms.amount.minor <= 0 or terms.monthly.minor <= 0 or not 1 <= terms.months <= MOST_MONTHS:
        raise InputError(f"a loan has an amount, an instalment and 1 to {MOST_MONTHS} months")
    if terms.monthly.minor * terms.months < terms.amount.minor:
        raise InputError("the instalments do not pay back the amount")
    if len(means.incomes) != len(means.spare):
        raise InputError("income and what was left of it are given for the same months")
    if not means.purposes:
        raise InputError("an assessment rests on a purpose")
    amounts = [terms.amount, terms.monthly, *means.incomes, *means.spare, means.bills, means.debts]
    amounts += [one for week in means.weeks for one in (week.p10, week.p50, week.p90)]
    if len({one.currency for one in amounts}) != 1:
        raise InputError("an assessment is of one currency")
