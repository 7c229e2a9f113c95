"""Spending by month and category, and how it differs from the months before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from statistics import pstdev
from typing import TYPE_CHECKING, Final, Literal

import msgspec
import numpy as np

from edge_engine.domain.columns import distinct
from edge_engine.domain.money import Money
from edge_engine.insights.cadence import months_of
from edge_engine.insights.finding import WITH_CATEGORIES, Insight, Severity, SpendingDown, SpendingUp, insight
from edge_engine.insights.habits import codes
from edge_engine.insights.selection import select
from edge_engine.insights.stream import STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from edge_engine.domain.category import Taxonomy
    from edge_engine.domain.series import Postings
    from edge_engine.insights.stream import Stream

TRAILING: Final = 6
"""Months before that make what is usual."""

_NO_SPENDING: Final = frozenset(
    ("", "transfers.person", "transfers.other", "finance.card_payment", "finance.investment")
)
_NOTHING_BOUGHT: Final = frozenset(("income", "transfers", "finance"))
"""Groups in which nothing is bought that could be given back."""

_LEAST_MONTHS: Final = 3
_SHARE_OF_USUAL: Final = 0.25
_SHARE_OF_TOTAL: Final = 0.03
_SPREADS: Final = 1.5


class MonthSpend(msgspec.Struct, frozen=True):
    """One category in one month.

    Attributes:
        month: First day of the month.
        category: Leaf or group id; empty where not categorized.
        income: Whether this is money that came in.
        amount: Positive: what was spent less refunds, or earned. Negative where refunds outweigh.
        usual: Mean of the up to ``TRAILING`` whole months before; null without any.
        change: ``amount - usual``; null where ``usual`` is.
        n: Transactions.
        complete: Whether the month is over and was seen from its start.
    """

    month: date
    category: str
    income: bool
    amount: Money
    usual: Money | None
    change: Money | None
    n: int
    complete: bool


def months(
    postings: Postings, today: date, taxonomy: Taxonomy, *, by: Literal["leaf", "group"] = "leaf"
) -> list[MonthSpend]:
    """Return spending and income of every month, in order of month and then of size.

    Transfers between own accounts are left out. A refund counts against the leaf it is categorized as;
    money that comes in without a category is income without a category.
    """
    postings = less_refunds(postings, taxonomy)
    rows = _counted(postings, today, taxonomy)
    if not len(rows):
        return []
    names, index, income = _categories(postings, rows, taxonomy, by)
    currencies = len(postings.currency_codes)
    line = (index * 2 + income) * currencies + postings.currencies[rows]
    lines, line_of, _ = distinct(line)
    month = months_of(postings.days[rows])
    first, last = int(month[0]), today.year * 12 + today.month - 1
    sums = np.zeros((len(lines), last - first + 1), dtype=np.int64)
    counts = np.zeros_like(sums)
    np.add.at(sums, (line_of, month - first), np.where(income, 1, -1) * postings.amounts[rows])
    np.add.at(counts, (line_of, month - first), 1)
    whole_from = 0 if date.fromordinal(int(postings.days[rows[0]])).day <= _LEAST_MONTHS else 1

    found: list[MonthSpend] = []
    for which, packed in enumerate(lines.tolist()):
        rest, currency = divmod(packed, currencies)
        category, is_income = divmod(rest, 2)
        code = postings.currency_codes[currency]
        history: list[int] = sums[which].tolist()
        for at, amount in enumerate(history):
            before = history[max(whole_from, at - TRAILING) : at]
            usual = round(sum(before) / len(before)) if before else None
            if amount == 0 and not usual and not counts[which, at]:
                continue
            found.append(
                MonthSpend(
                    month=_first_day(first + at),
                    category=names[category],
                    income=bool(is_income),
                    amount=Money(amount, code),
                    usual=None if usual is None else Money(usual, code),
                    change=None if usual is None else Money(amount - usual, code),
                    n=int(counts[which, at]),
                    complete=whole_from <= at < len(history) - 1,
                )
            )
    found.sort(key=lambda one: (one.month, one.income, -one.amount.minor, one.category, one.amount.currency))
    return found


def less_refunds(postings: Postings, taxonomy: Taxonomy) -> Postings:
    """Return the postings with money back from a shop under what was bought there, so that it counts against it.

    Money back is what came in as a refund, as other income, as a credit or without a category, from whom this person
    mostly buys one kind of thing. Pay from the same company has a category of its own and stays income.
    """
    back = codes(taxonomy, "income.refund", "income.other", "finance.loan", "finance.card_payment") | {0}
    bought = np.array([0, *(leaf.code for leaf in taxonomy.leaves if leaf.group not in _NOTHING_BOUGHT)])
    came = (postings.amounts > 0) & ~postings.transfers
    came &= np.isin(postings.leaves, np.array(sorted(back), dtype=np.int64))
    spent = (postings.amounts < 0) & ~postings.transfers & np.isin(postings.leaves, bought[1:])
    if not came.any() or not spent.any():
        return postings
    width = int(max(postings.leaves.max(), bought.max())) + 1
    pairs, _, counts = distinct(postings.merchants[spent] * width + postings.leaves[spent])
    usual: dict[int, tuple[int, int]] = {}
    for pair, n in zip(pairs.tolist(), counts.tolist(), strict=True):
        merchant, leaf = divmod(pair, width)
        usual[merchant] = max(usual.get(merchant, (0, 0)), (n, leaf))
    leaves = postings.leaves.copy()
    for row in np.flatnonzero(came).tolist():
        _, leaf = usual.get(int(postings.merchants[row]), (0, int(leaves[row])))
        leaves[row] = leaf
    return replace(postings, leaves=leaves)


def changes(postings: Postings, streams: Sequence[Stream], today: date, taxonomy: Taxonomy) -> list[Insight]:
    """Return what was unusual in the last whole month, the greatest change first.

    A change counts where it is more than a quarter of what is usual, more than one and a half times the usual
    spread, and matters within the month's spending. Bills that come less often than monthly are not
    surprises and are left out.
    """
    seldom = [one for s in streams if STEPS[s.cadence].a_year < 12 for one in s.evidence]
    keep = ~np.isin(postings.ids, np.array(seldom, dtype=np.int64))
    kept = less_refunds(select(postings, keep), taxonomy)
    latest = _first_day(today.year * 12 + today.month - 2)
    lines = months(kept, today, taxonomy)
    spending = [line for line in lines if not line.income and line.category not in _NO_SPENDING]
    totals: dict[str, int] = {}
    history: dict[tuple[str, str], list[int]] = {}
    for line in spending:
        if line.month == latest:
            totals[line.amount.currency] = totals.get(line.amount.currency, 0) + line.amount.minor
        elif line.complete and line.month < latest:
            history.setdefault((line.category, line.amount.currency), []).append(line.amount.minor)
    whole = len({line.month for line in lines if line.complete and line.month < latest})
    found = []
    for line in spending:
        if line.month != latest or not line.complete or line.change is None or whole < _LEAST_MONTHS:
            continue
        usual = line.amount.minor - line.change.minor
        past = history.get((line.category, line.amount.currency), [])[-TRAILING:]
        past += [0] * (min(whole, TRAILING) - len(past))
        size = abs(line.change.minor)
        matters = _SHARE_OF_TOTAL * totals[line.amount.currency]
        if usual > 0 and size > max(_SHARE_OF_USUAL * usual, _SPREADS * pstdev(past), matters):
            found.append((size, _change(kept, line, usual, len(past), today, taxonomy)))
    return [one for _, one in sorted(found, key=lambda pair: (-pair[0], pair[1].id))]


def _change(
    postings: Postings, line: MonthSpend, usual: int, past: int, today: date, taxonomy: Taxonomy
) -> Insight:
    currency = line.amount.currency
    month = line.month.year * 12 + line.month.month - 1
    counted = np.zeros(len(postings), dtype=np.bool_)
    counted[_counted(postings, today, taxonomy)] = True
    mine = (
        counted
        & (months_of(postings.days) == month)
        & (postings.leaves == taxonomy.leaf(line.category).code)
        & (postings.currencies == postings.currency_codes.index(currency))
    )
    change = line.amount.minor - usual
    kind = SpendingUp if change > 0 else SpendingDown
    message = kind(
        line.category, line.month, line.amount, Money(usual, currency), Money(abs(change), currency)
    )
    return insight(
        "spending_change",
        today,
        message,
        severity=Severity.ATTENTION if change > usual / 2 else Severity.INFO,
        confidence=past / (past + 1),
        evidence=postings.ids[mine].tolist(),
        purposes=WITH_CATEGORIES,
    )


def _counted(postings: Postings, today: date, taxonomy: Taxonomy) -> NDArray[np.int64]:
    own = np.array(sorted(codes(taxonomy, "transfers.own")), dtype=np.int64)
    past = postings.days <= today.toordinal()
    return np.flatnonzero(past & ~postings.transfers & ~np.isin(postings.leaves, own))


def _categories(
    postings: Postings, rows: NDArray[np.int64], taxonomy: Taxonomy, by: Literal["leaf", "group"]
) -> tuple[list[str], NDArray[np.int64], NDArray[np.bool_]]:
    """Return category ids, each row's index into them, and whether the row is income."""
    present, leaf_of, _ = distinct(postings.leaves[rows])
    leaves = [taxonomy.by_code.get(int(code)) for code in present]
    ids = ["" if leaf is None else leaf.id if by == "leaf" else leaf.group for leaf in leaves]
    names = sorted(set(ids))
    earning = np.array([leaf is not None and leaf.group == "income" for leaf in leaves])
    nameless = np.array([leaf is None for leaf in leaves])
    income = earning[leaf_of] | (nameless[leaf_of] & (postings.amounts[rows] > 0))
    return names, np.array([names.index(one) for one in ids], dtype=np.int64)[leaf_of], income


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
