"""Moments of income: late, lower, higher, gone, new."""

from __future__ import annotations

from datetime import timedelta
from statistics import median_low
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.domain.money import Money
from edge_engine.insights.bill_moments import missing_since
from edge_engine.insights.finding import Severity
from edge_engine.insights.habits import codes
from edge_engine.insights.moment import (
    IncomeGone,
    IncomeHigher,
    IncomeLate,
    IncomeLower,
    IncomeNew,
    Moment,
)
from edge_engine.insights.stream import STEPS, Status, Stream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from edge_engine.insights.knowledge import Known
    from edge_engine.insights.moment import AnyMoment

_RECENT: Final = 6
"""Payments that say what is usual."""


def income_change(known: Known) -> Iterator[Moment]:
    """Yield what changed in income that makes up a good part of all: one change a payer at most."""
    if known.means is None or known.means.income <= 0:
        return
    # Money back, interest and dividends come as they come.
    no_pay = codes(known.taxonomy, "income.refund", "income.investment")
    a_month = known.n("income.share") * known.means.income
    for one in known.streams:
        if one.outgoing or one.confidence < known.n("income.confidence") or one.leaf in no_pay:
            continue
        if one.expected.currency != known.means.currency or one.a_year.minor / 12 < a_month:
            continue
        yield from (_missing(known, one) if one.status is not Status.ACTIVE else _changed(known, one))


def _missing(known: Known, one: Stream) -> Iterator[Moment]:
    if one.status is Status.LATE:
        due = missing_since(known, one)
        if due is not None:
            until = due + timedelta(days=known.n("income.news_days"))
            if known.today <= until:
                late = IncomeLate(one.merchant, one.expected, due)
                yield _moment(known, one, late, due, until, Severity.URGENT)
        return
    until = one.last + timedelta(days=known.n("income.gone_days"))
    if known.today <= until and not _replaced(known, one):
        message = IncomeGone(one.merchant, one.expected, one.last)
        yield _moment(known, one, message, one.last, until, Severity.URGENT)


def _replaced(known: Known, one: Stream) -> bool:
    """Return whether somebody else pays nearly as much since, also where that is no stream yet."""
    rows = known.postings
    since = one.last.toordinal() - STEPS[one.cadence].period
    least = known.n("income.replaced") * one.expected.minor
    merchant = np.array([name == one.merchant for name in rows.merchant_names], dtype=np.bool_)[
        rows.merchants
    ]
    came = (rows.days > since) & (rows.amounts >= least) & ~rows.transfers & ~merchant
    known_before = rows.days <= since
    # Who paid before as well has not come in its place.
    others = np.setdiff1d(rows.merchants[came], rows.merchants[known_before & (rows.amounts >= least)])
    return len(others) > 0


def _changed(known: Known, one: Stream) -> Iterator[Moment]:
    age = (known.today - one.first).days
    known_before = one.first.toordinal() - known.first
    if age <= known.n("income.new_days"):
        if known_before >= known.n("income.known_days"):
            until = one.first + timedelta(days=known.n("income.new_days"))
            message = IncomeNew(one.merchant, one.expected, one.first)
            yield _moment(known, one, message, one.first, until, Severity.INFO)
        return
    paid = [known.amount_of[key] for key in one.evidence if key in known.amount_of]
    before = paid[-1 - _RECENT : -1]
    until = one.last + timedelta(days=known.n("income.news_days"))
    if len(before) < known.n("income.payments") or known.today > until:
        return
    usual, change, spread = median_low(before), known.n("income.change"), known.n("income.spread")
    now, normal = Money(paid[-1], one.expected.currency), Money(usual, one.expected.currency)
    if paid[-1] < (1 - change) * usual and paid[-1] < (1 - spread) * min(before):
        lower = IncomeLower(one.merchant, now, normal, one.last)
        yield _moment(known, one, lower, one.last, until, Severity.ATTENTION)
    elif paid[-1] > (1 + change) * usual and paid[-1] > (1 + spread) * max(before):
        higher = IncomeHigher(one.merchant, now, normal, one.last)
        yield _moment(known, one, higher, one.last, until, Severity.INFO)


def _moment(
    known: Known, one: Stream, message: AnyMoment, day: date, until: date, severity: Severity
) -> Moment:
    return known.moment(
        "income_change",
        message,
        root=(message.key, one.id, day),
        valid_until=until,
        severity=severity,
        confidence=one.confidence,
        evidence=one.evidence[-1 - _RECENT :],
    )
