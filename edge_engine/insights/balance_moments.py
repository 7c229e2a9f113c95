"""Moments of what is there and what is left: short, spare, strained."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from edge_engine.domain.money import Money, round_down
from edge_engine.insights import cashflow
from edge_engine.insights.bill_moments import missing_since
from edge_engine.insights.finding import Severity, Shortfall
from edge_engine.insights.means import DAYS_A_MONTH
from edge_engine.insights.moment import AccountOverdrawn, InStress, Moment, Overdrawn, SafeToSave
from edge_engine.insights.pay import lost, pays
from edge_engine.insights.stream import Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from edge_engine.insights.finding import Outlook
    from edge_engine.insights.knowledge import Known
    from edge_engine.insights.means import Means


def liquidity_shortfall(known: Known) -> Iterator[Moment]:
    """Yield balances that are below zero, and those that may fall there soon."""
    together: dict[str, int] = {}
    for balance in known.balances.values():
        together[balance.currency] = together.get(balance.currency, 0) + balance.minor
    # Where an outlook speaks of a balance, it says what that is.
    together |= {ahead.balance.currency: ahead.balance.minor for ahead in known.outlooks}
    for currency, minor in sorted(together.items()):
        if minor < 0:
            yield _below(known, Overdrawn(Money(minor, currency)), (currency, "now"))
    for ahead in known.outlooks:
        # Where an account that money is spent from never stated its balance, nobody knows what is there in all.
        if ahead.balance.minor >= 0 and ahead.balance.currency not in known.unstated:
            yield from _soon(known, ahead)
    for account, balance in sorted(known.balances.items()):
        # Money in another account keeps no account above zero by itself.
        if balance.minor < 0 and together[balance.currency] >= 0:
            yield _below(known, AccountOverdrawn(balance), (balance.currency, account, "now"))


def _below(known: Known, message: Overdrawn | AccountOverdrawn, root: tuple[object, ...]) -> Moment:
    """Return that a balance is below zero already."""
    return known.moment(
        "liquidity_shortfall",
        message,
        root=root,
        valid_until=known.today,
        severity=Severity.URGENT,
        confidence=1.0,
        evidence=(),
    )


def _soon(known: Known, ahead: Outlook) -> Iterator[Moment]:
    """Yield that a balance may fall below zero within some weeks, be it for good or until the next pay."""
    found = cashflow.shortfall(ahead, known.streams)
    if found is None or not isinstance(found.message, Shortfall):
        return
    days, least = known.n("shortfall.days"), known.n("shortfall.chance")
    until = known.today + timedelta(days=days)
    first = ahead.first_below
    if ahead.lowest_on > until and (first is None or first.on > until or ahead.weeks[-1].p50.minor >= 0):
        # The spread alone of a path that stays above zero that long, or comes back, and is lowest later, is no news.
        return
    near = [chance for week, chance in zip(ahead.weeks, ahead.chances, strict=False) if week.ends <= until]
    chance = found.confidence if ahead.lowest_on <= until else max(near, default=0.0)
    if chance < least:
        return
    message = _by(ahead, until, chance) or found.message
    starts = message.starts or message.on
    yield known.moment(
        "liquidity_shortfall",
        message,
        root=(ahead.balance.currency, starts.isocalendar()[:2]),
        valid_until=starts,
        severity=Severity.URGENT if message.lowest.minor < 0 else Severity.ATTENTION,
        confidence=chance,
        evidence=found.evidence,
    )


def _by(ahead: Outlook, until: date, chance: float) -> Shortfall | None:
    """Return the shortfall as far as it lies within some weeks; None where its lowest point does."""
    if ahead.lowest_on <= until:
        return None
    first = ahead.first_below
    if first is None:
        return None
    low = min((week for week in ahead.weeks if week.ends <= until), key=lambda one: one.p50.minor)
    per_cent = round(100 * chance)
    if low.p50.minor >= first.balance.minor or low.ends <= first.on:
        return Shortfall(first.balance, first.on, per_cent)
    return Shortfall(low.p50, low.ends, per_cent, starts=first.on, below=first.balance)


def safe_to_save(known: Known) -> Iterator[Moment]:
    """Yield what can be put aside without the balance falling below a buffer, even where it goes badly.

    Nothing is, while money is short: an account below zero, pay that is late, gone or lower, or signs of stress.
    """
    means = known.means
    if means is None or means.income <= 0 or means.spent <= 0:
        return
    # What is not known of the last days, or is still to come, cannot be put aside.
    if known.latest < known.today.toordinal() - known.n("save.fresh_days") or _pay_is_missing(known, means):
        return
    if any(one.minor < 0 for one in known.balances.values()) or len(signs(known)) >= known.n("stress.signs"):
        return
    for ahead in known.outlooks:
        if ahead.balance.currency != means.currency or ahead.below_zero >= known.n("save.chance"):
            continue
        if cashflow.falls(ahead, known.n("save.falls") * means.spent):
            continue
        floor = min((ahead.lowest.minor, *(week.p10.minor for week in ahead.weeks)))
        spare = floor - means.spent * known.n("save.buffer_days") / DAYS_A_MONTH
        income = min(means.income, means.lately)
        amount = round_down(
            min(spare * known.n("save.part"), known.n("save.of_income") * income), means.currency
        )
        if amount <= 0 or amount < known.n("save.least_share") * means.income:
            continue
        # What is put aside again each month can only come from what is left each month.
        a_year = max(amount, min(12 * amount, round(12 * (income - means.spent))))
        yield known.moment(
            "safe_to_save",
            SafeToSave(
                Money(amount, means.currency),
                Money(floor - amount, means.currency),
                ahead.weeks[-1].ends,
                Money(a_year, means.currency),
            ),
            root=(means.currency, known.today.isocalendar()[:2]),
            valid_until=known.today + timedelta(days=known.n("save.days")),
            severity=Severity.INFO,
            confidence=0.9,  # of the p10 of each week
            evidence=means.pay[-3:],
            money_a_year=Money(a_year, means.currency),
        )


def _pay_is_missing(known: Known, means: Means) -> bool:
    """Return whether regular income is late, gone, or clearly lower than what is usual."""
    if means.lately < known.n("save.of_usual") * means.income:
        return True
    if any(
        not one.outgoing and one.status is Status.LATE and missing_since(known, one) is not None
        for one in known.streams
    ):
        return True
    if lost(known.postings, known.streams, known.today, known.taxonomy, known.rules):
        return True
    # From its very day: pay that may come tomorrow is not there today.
    least = known.n("income.share") * means.income
    return any(
        one.status is not Status.ENDED
        and one.a_year.minor / 12 >= least
        and missing_since(known, one) is not None
        for one in pays(known.streams, known.taxonomy, known.rules)
        if one.expected.currency == means.currency
    )


def signs(known: Known) -> dict[str, tuple[int, ...]]:
    """Return the signs of stress that hold, each with what it rests on; those of the guard in ``guards.toml``."""
    means, paid = known.means, known.discipline
    found: dict[str, tuple[int, ...]] = {}
    if means is None:
        return found
    if means.buffer_days is not None and means.buffer_days < known.n("stress.buffer_days"):
        found["no_buffer"] = ()
    if means.spare_share is not None and means.spare_share < known.n("stress.spare_share"):
        found["living_on_debt"] = means.pay
    if means.debt_share is not None and means.debt_share >= known.n("stress.debt_share"):
        found["heavy_debt"] = means.debts
    enough = paid.due >= known.n("stress.bills_due")
    if enough and paid.in_time < known.n("stress.bills_in_time") * paid.due:
        found["missed_bills"] = paid.late
    saved = means.savings_months
    unsteady = means.steadiness is not None and means.steadiness < known.n("stress.steadiness")
    if unsteady and saved is not None and saved < known.n("stress.savings_months"):
        found["unsteady_income"] = means.pay
    return found


def stress(known: Known) -> Iterator[Moment]:
    """Yield that money is short in several ways; the guard that keeps offers back looks for the same signs."""
    found = signs(known)
    if len(found) >= known.n("stress.signs"):
        yield known.moment(
            "stress",
            InStress(tuple(found)),
            root=(known.today.year, known.today.month),
            valid_until=known.today + timedelta(days=known.n("stress.days")),
            severity=Severity.URGENT,
            confidence=1 - 0.5 ** len(found),
            evidence=[key for rows in found.values() for key in rows],
        )
