"""What the person lives on: a usual month's income and spending, debts, what is put aside, how bills are paid.

Moments and traits look at the same figures. Amounts are of one currency, the one that most is booked in, and stay
here: what leaves are shares, days and months.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.domain.columns import distinct
from edge_engine.insights.cadence import months_of
from edge_engine.insights.habits import Trait, codes, traits
from edge_engine.insights.stream import STEPS, Status, Stream, StreamKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from edge_engine.domain.category import Taxonomy
    from edge_engine.domain.money import Money
    from edge_engine.domain.series import Postings
    from edge_engine.insights.finding import Outlook
    from edge_engine.insights.thresholds import Thresholds

DAYS_A_MONTH: Final = 30.44
SET_ASIDE: Final = ("finance.investment", "transfers.own")
"""Leaves of what is moved and not spent."""

_TRIMMED_FROM: Final = 5
"""Months from which the highest and the lowest are left out of what is usual."""

_NO_PAY: Final = ("income.refund",)

_DEBTS: Final = ("finance.loan", "finance.interest", "housing.mortgage")


@dataclass(frozen=True, slots=True)
class Means:
    """What somebody lives on.

    Attributes:
        currency: ISO 4217 code; amounts are its minor units.
        months: Whole months it was seen in.
        income: Of a usual month, positive.
        lately: Income of the latest month, the lower of the last whole one and of the days until today.
        spent: In a usual month, positive; what is moved to savings or investments is not spent.
        debt: What pays debts in a usual month, positive.
        nothing_comes: Whether hardly anything at all came in, of whatever kind: no income, and no loan or money
            of one's own in its place.
        steadiness: Of the months' income, 0 to 1: one less its coefficient of variation.
        lowest: Lowest coming balance of the middle path; None without an outlook.
        saved: What savings accounts hold; None where none is known.
        pay: Vault ids of the income.
        debts: Vault ids of what paid debts.
    """

    currency: str
    months: int
    income: float
    lately: float
    spent: float
    debt: float
    nothing_comes: bool
    steadiness: float | None
    lowest: int | None
    saved: int | None
    pay: tuple[int, ...]
    debts: tuple[int, ...]

    @property
    def spare_share(self) -> float | None:
        """Share of a usual month's income that is left; None without income.

        Where nothing comes in and money is spent all the same, it is without bound.
        """
        if self.income > 0:
            return (self.income - self.spent) / self.income
        return -math.inf if self.nothing_comes else None

    @property
    def debt_share(self) -> float | None:
        """Share of income that pays debts; None without income."""
        return self.debt / self.income if self.income > 0 else None

    @property
    def buffer_days(self) -> float | None:
        """Days of usual spending that the lowest coming balance covers."""
        if self.lowest is None or self.spent <= 0:
            return None
        return max(0.0, self.lowest / (self.spent / DAYS_A_MONTH))

    @property
    def savings_months(self) -> float | None:
        """Months of usual spending that are put aside; nothing known to be is none."""
        return None if self.spent <= 0 else max(0.0, (self.saved or 0) / self.spent)


def means(
    postings: Postings,
    outlooks: Sequence[Outlook],
    savings: Mapping[int, Money],
    today: date,
    taxonomy: Taxonomy,
    rules: Thresholds,
    streams: Sequence[Stream] = (),
) -> Means | None:
    """Return what somebody lives on; None where too few whole months are known.

    Args:
        postings: Of the person, without those of sensitive leaves.
        outlooks: Where balances are heading.
        savings: What each savings account holds.
        today: The day it is.
        taxonomy: The categories.
        rules: Has the numbers and words of ``means``, and ``income.confidence``.
        streams: Recurring ones: pay that comes regularly is income whatever it was taken for.
    """
    past = postings.days <= today.toordinal()
    if not past.any():
        return None
    main = int(np.bincount(postings.currencies[past]).argmax())
    currency = postings.currency_codes[main]
    months = months_of(postings.days)
    first = _first_whole(date.fromordinal(int(postings.days[0])))
    last = today.year * 12 + today.month - 2
    first = max(first, last - int(rules.number("means.months")) + 1)
    count = last - first + 1
    if count < rules.number("means.least_months"):
        return None
    own = np.isin(postings.leaves, _codes(taxonomy, SET_ASIDE)) | np.isin(postings.accounts, sorted(savings))
    counted = (
        (postings.currencies == main) & ~postings.transfers & ~own & (months >= first) & (months <= last)
    )
    group = _groups(postings, taxonomy)
    came = counted & (postings.amounts > 0)
    regular = _regular(postings, came, group, streams, rules)
    plain = np.isin(group, ("income", "")) & ~np.isin(postings.leaves, _codes(taxonomy, _NO_PAY))
    pay = plain | regular
    earned = came & pay
    # A loan that is paid out is neither earned nor given back.
    back = came & ~earned & (group != "finance")
    owed = np.isin(postings.leaves, _codes(taxonomy, _DEBTS)) | _lenders(postings, rules)
    debts = counted & (postings.amounts < 0) & owed

    def monthly(chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        sums = np.zeros(count)
        np.add.at(sums, months[chosen] - first, postings.amounts[chosen])
        return sums

    income = monthly(earned)
    spent = max(0.0, _usual(-monthly(counted & (postings.amounts < 0)) - monthly(back)))
    within = (months >= first) & (months <= last)
    anything = postings.amounts[(postings.currencies == main) & within & (postings.amounts > 0)].sum()
    mine = (postings.currencies == main) & (postings.amounts > 0) & pay & ~postings.transfers & ~own
    until_now = mine & past & (postings.days > today.toordinal() - rules.number("means.lately_days"))
    lowest = [one.lowest.minor for one in outlooks if one.lowest.currency == currency]
    saved = [one.minor for one in savings.values() if one.currency == currency]
    return Means(
        currency=currency,
        months=count,
        income=_usual(income),
        lately=min(float(income[-1]), float(postings.amounts[until_now].sum())),
        spent=spent,
        debt=_usual(-monthly(debts)),
        nothing_comes=spent > 0 and bool(anything < rules.number("means.nothing") * count * spent),
        steadiness=_steadiness(income),
        lowest=lowest[0] if lowest else None,
        saved=sum(saved) if saved else None,
        pay=tuple(postings.ids[earned].tolist()),
        debts=tuple(postings.ids[debts].tolist()),
    )


def _regular(
    postings: Postings,
    came: NDArray[np.bool_],
    group: NDArray[np.str_],
    streams: Sequence[Stream],
    rules: Thresholds,
) -> NDArray[np.bool_]:
    """Return bool[n], what came as a large regular stream: pay from a school or a hospital is no money back.

    What comes from whoever is paid as much is money back, and what a lender or one's own account sends is no income.
    """
    total = float(postings.amounts[came].sum())
    months = max(1, len(np.unique(months_of(postings.days[came]))))
    ids: list[int] = []
    for one in streams:
        if one.outgoing or one.confidence < rules.number("income.confidence"):
            continue
        if one.a_year.minor / 12 < rules.number("means.regular_share") * total / months:
            continue
        if one.merchant in postings.merchant_names:
            theirs = postings.merchants == postings.merchant_names.index(one.merchant)
            if postings.amounts[theirs].sum() <= 0:
                continue
        ids += one.evidence
    found: NDArray[np.bool_] = np.isin(postings.ids, np.array(ids, dtype=np.int64))
    return found & ~np.isin(group, ("finance", "transfers"))


def _lenders(postings: Postings, rules: Thresholds) -> NDArray[np.bool_]:
    """Return bool[n], what goes to or comes from those who lend for purchases, whatever leaf it has."""
    words = "|".join(map(re.escape, rules.words("words.lender")))
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
    named = np.array(
        [bool(pattern.search(name.casefold())) for name in postings.merchant_names], dtype=np.bool_
    )
    found: NDArray[np.bool_] = named[postings.merchants]
    return found


@dataclass(frozen=True, slots=True)
class Discipline:
    """How bills were paid within a year.

    Attributes:
        due: Bills that came due.
        in_time: Of these, paid in time.
        late: Vault ids of payments that came late.
    """

    due: int
    in_time: int
    late: tuple[int, ...]


def discipline(
    postings: Postings, streams: Sequence[Stream], today: date, taxonomy: Taxonomy, rules: Thresholds
) -> Discipline:
    """Return how many of the bills of the last year were paid in time.

    Args:
        postings: Of the person.
        streams: Recurring ones.
        today: The day it is.
        taxonomy: The categories.
        rules: Has ``bills.late_days``, ``bills.days`` and ``bills.confidence``.
    """
    since = today - timedelta(days=rules.number("bills.days"))
    days = dict(zip(postings.ids.tolist(), postings.days.tolist(), strict=True))
    due = in_time = 0
    late: list[int] = []
    for stream in bills(streams, taxonomy, rules.number("bills.confidence")):
        paid = [(days[one], one) for one in stream.evidence if one in days]
        reach = STEPS[stream.cadence].period / 2
        for day in stream.schedule.between(max(since, stream.first), stream.last):
            near = [(abs(one - day.toordinal()), one - day.toordinal(), key) for one, key in paid]
            distance, behind, key = min(near, default=(reach + 1, 0, 0))
            due += 1
            if distance <= reach and behind <= rules.number("bills.late_days"):
                in_time += 1
            elif distance <= reach:
                late.append(key)
        due += stream.status is Status.LATE
    return Discipline(due, in_time, tuple(late))


def bills(streams: Sequence[Stream], taxonomy: Taxonomy, least: float) -> list[Stream]:
    """Return streams that somebody expects to be paid: what goes out monthly or less often and is no mere habit."""
    known = traits(taxonomy)
    return [
        one
        for one in streams
        if one.outgoing
        and one.confidence >= least
        and STEPS[one.cadence].a_year <= 13
        and (known.get(one.leaf) is Trait.BILL or one.kind is StreamKind.SUBSCRIPTION)
    ]


def _first_whole(first: date) -> int:
    return first.year * 12 + first.month - (first.day <= 3)


def _codes(taxonomy: Taxonomy, names: Sequence[str]) -> list[int]:
    return sorted(codes(taxonomy, *names))


def _groups(postings: Postings, taxonomy: Taxonomy) -> NDArray[np.str_]:
    """Return str[n], the group of each row's leaf, empty where it has none."""
    present, index, _ = distinct(postings.leaves)
    leaves = [taxonomy.by_code.get(code) for code in present.tolist()]
    names = np.array(["" if leaf is None else leaf.group for leaf in leaves], dtype=np.str_)
    return names[index]


def _usual(sums: NDArray[np.float64]) -> float:
    """Return the mean of months, without the highest and the lowest where there are many."""
    ordered = np.sort(sums)
    return float((ordered[1:-1] if len(ordered) >= _TRIMMED_FROM else ordered).mean())


def _steadiness(income: NDArray[np.float64]) -> float | None:
    mean = float(income.mean())
    return None if mean <= 0 else max(0.0, 1 - float(income.std()) / mean)
