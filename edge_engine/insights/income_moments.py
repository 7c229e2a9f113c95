"""Moments of income: late, lower, higher, gone, new."""

from __future__ import annotations

from datetime import timedelta
from statistics import median_low
from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import Money
from edge_engine.insights.bill_moments import missing_since
from edge_engine.insights.cashflow import falls
from edge_engine.insights.finding import Severity
from edge_engine.insights.moment import (
    IncomeGone,
    IncomeHigher,
    IncomeLate,
    IncomeLower,
    IncomeMissed,
    IncomeNew,
    Moment,
)
from edge_engine.insights.pay import came_beside, pays, replaced
from edge_engine.insights.stream import Status, Stream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from edge_engine.insights.knowledge import Known
    from edge_engine.insights.moment import AnyMoment

_RECENT: Final = 6
"""Payments that say what is usual."""


def income_change(known: Known) -> Iterator[Moment]:
    """Yield what changed in income that makes up a good part of all: one change a payer at most."""
    if known.means is None:
        return
    # Whoever has no income any more lives on what is spent: pay that stopped is measured by that.
    a_month = known.n("income.share") * (known.means.income or known.means.spent)
    for one in pays(known.streams, known.taxonomy, known.rules):
        if one.expected.currency != known.means.currency or one.a_year.minor / 12 < a_month:
            continue
        yield from (_missing(known, one) if one.status is not Status.ACTIVE else _changed(known, one))


def _missing(known: Known, one: Stream) -> Iterator[Moment]:
    """Yield that pay has not come: late, then gone, and then that the balance falls without it."""
    if one.status is Status.LATE:
        due = missing_since(known, one)
        if due is not None:
            # Told for as long as it is awaited; each payday that passes without it is news.
            latest = one.overdue(known.today)[-1]
            until = max(known.today, latest + timedelta(days=known.n("income.news_days")))
            late = IncomeLate(one.merchant, one.expected, due)
            yield _moment(known, one, late, latest, until, Severity.URGENT)
        return
    if replaced(known.postings, one, known.rules):
        return
    until = one.last + timedelta(days=known.n("income.gone_days"))
    if known.today <= until:
        message = IncomeGone(one.merchant, one.expected, one.last)
        yield _moment(known, one, message, one.last, until, Severity.URGENT)
    elif (known.today - one.last).days <= known.n("income.lost_days") and not came_beside(
        known.postings, one, known.rules
    ):
        yield from _falling(known, one)


def _falling(known: Known, one: Stream) -> Iterator[Moment]:
    """Yield that the balance falls since pay stopped: once a month."""
    ahead = next((ahead for ahead in known.outlooks if ahead.balance.currency == one.expected.currency), None)
    if ahead is None or known.means is None:
        return
    if falls(ahead, known.n("income.falls") * known.means.spent):
        end = ahead.weeks[-1]
        yield _moment(
            known,
            one,
            IncomeMissed(one.merchant, one.last, ahead.balance, end.p50, end.ends),
            known.today.replace(day=1),
            known.today + timedelta(days=known.n("income.falls_days")),
            Severity.URGENT,
        )


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
