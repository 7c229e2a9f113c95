"""Moments of bills and subscriptions: new, dearer, doubled, due, missed, unusual."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec

from edge_engine.domain.money import Money
from edge_engine.insights import subscriptions
from edge_engine.insights.finding import Overlap, PriceRise, Severity
from edge_engine.insights.habits import codes
from edge_engine.insights.means import SET_ASIDE, bills
from edge_engine.insights.moment import BillDue, BillMissed, BillUnusual, Moment, SubscriptionNew
from edge_engine.insights.pay import came_beside
from edge_engine.insights.stream import STEPS, Status, Stream, StreamKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.insights.knowledge import Known


def subscription_new(known: Known) -> Iterator[Moment]:
    """Yield subscriptions that began lately; not those that were there when the import begins."""
    for one in known.streams:
        age = (known.today - one.first).days
        before = one.first.toordinal() - known.first
        if one.kind is not StreamKind.SUBSCRIPTION or one.status is Status.ENDED:
            continue
        if age <= known.n("subscription.new_days") and before >= known.n("subscription.known_days"):
            yield known.moment(
                "subscription_new",
                SubscriptionNew(one.merchant, -one.expected, one.first, -one.a_year),
                root=(one.id,),
                valid_until=one.first + timedelta(days=known.n("subscription.new_days")),
                severity=Severity.INFO,
                confidence=one.confidence,
                evidence=one.evidence,
                money_a_year=-one.a_year,
            )


def price_change(known: Known) -> Iterator[Moment]:
    """Yield prices that rose lately, of what the person can cancel, or can have from somebody else.

    It is worth the difference only where cancelling saves at least that.
    """
    cancelled = _leaves(known, "words.cancelled")
    changed = _leaves(known, "words.changed")
    for leaf, one in _rises(known):
        if leaf in cancelled:
            yield one
        elif leaf in changed:
            yield msgspec.structs.replace(one, money_a_year=None)


def cost_rise(known: Known) -> Iterator[Moment]:
    """Yield costs that rose lately and cannot just be cancelled, such as the rent: they are worth nothing.

    So is what is not sorted: it may be the rent.
    """
    free = _leaves(known, "words.cancelled") | _leaves(known, "words.changed")
    for leaf, one in _rises(known, "cost_rise"):
        if leaf not in free:
            yield msgspec.structs.replace(one, money_a_year=None)


def _leaves(known: Known, name: str) -> frozenset[int]:
    return codes(known.taxonomy, *known.rules.words(name))


def _rises(known: Known, kind: str = "price_change") -> Iterator[tuple[int, Moment]]:
    """Yield the leaf and the moment of each price that rose lately; to put more aside is no price.

    A subscription has a price; another bill may just have been higher once, and is told when the new amount was paid
    twice.
    """
    leaf_of = {max(one.change.payments): one.leaf for one in known.streams if one.change is not None}
    aside = codes(known.taxonomy, *SET_ASIDE)
    unsure = {
        key
        for one in known.streams
        if one.leaf in aside
        or (one.change and not one.change.confirmed and one.kind is not StreamKind.SUBSCRIPTION)
        for key in one.evidence
    }
    for one in subscriptions.price_rises(known.streams, known.today):
        message = one.message
        if not isinstance(message, PriceRise):
            continue
        more = message.new.minor - message.old.minor
        if (known.today - message.since).days > known.n("price.days") or one.evidence[-1] in unsure:
            continue
        if more >= known.n("price.least_share") * message.old.minor:
            until = message.since + timedelta(days=known.n("price.days"))
            found = known.moment_of(kind, one, message, root=(one.id,), valid_until=until)
            yield leaf_of[one.evidence[-1]], found


def subscription_overlap(known: Known) -> Iterator[Moment]:
    """Yield needs that several subscriptions serve."""
    for one in subscriptions.overlaps(known.streams, known.today, known.taxonomy):
        if isinstance(one.message, Overlap) and one.confidence >= known.n("overlap.confidence"):
            yield known.moment_of(
                "subscription_overlap",
                one,
                one.message,
                root=(one.id,),
                valid_until=known.today + timedelta(days=known.n("overlap.days")),
            )


def bill_due(known: Known) -> Iterator[Moment]:
    """Yield bills that will be taken within days and are large enough to matter."""
    if known.means is None:
        return
    least = known.n("due.share") * known.means.spent
    until = known.today + timedelta(days=known.n("due.days"))
    for one in bills(known.streams, known.taxonomy, known.n("due.confidence")):
        if one.status is not Status.ACTIVE or one.next is None or not known.today < one.next <= until:
            continue
        if one.expected.currency == known.means.currency and -one.expected.minor >= least:
            yield known.moment(
                "bill_due",
                BillDue(one.merchant, -one.expected, one.next),
                root=(one.id, one.next),
                valid_until=one.next,
                severity=Severity.INFO,
                confidence=one.confidence,
                evidence=one.evidence[-3:],
            )


def bill_missed(known: Known) -> Iterator[Moment]:
    """Yield bills that are paid regularly and were not paid this time; a subscription that ends is none."""
    for one in bills(known.streams, known.taxonomy, known.n("missed.confidence")):
        payments = len(one.evidence)
        if one.status is not Status.LATE or one.kind is not StreamKind.BILL:
            continue
        if payments < known.n("missed.payments"):
            continue
        due = missing_since(known, one)
        if due is None or one.missed > known.n("missed.gaps") * payments:
            continue
        until = due + timedelta(days=known.n("missed.days"))
        if known.today <= until:
            yield known.moment(
                "bill_missed",
                BillMissed(one.merchant, -one.expected, due),
                root=(one.id, due),
                valid_until=until,
                severity=Severity.ATTENTION,
                confidence=one.confidence,
                evidence=one.evidence[-3:],
            )


def bill_unusual(known: Known) -> Iterator[Moment]:
    """Yield bills that vary and were lately higher than any of the year before."""
    if known.means is None:
        return
    least = known.n("unusual.share") * known.means.spent
    for one in bills(known.streams, known.taxonomy, known.n("due.confidence")):
        a_year = STEPS[one.cadence].a_year
        paid = [-known.amount_of[key] for key in one.evidence if key in known.amount_of]
        before = paid[-1 - a_year : -1]
        until = one.last + timedelta(days=known.n("unusual.days"))
        if not one.varying or len(paid) - 1 < known.n("unusual.payments") or known.today > until:
            continue
        highest = max(before)
        if paid[-1] > (1 + known.n("unusual.above")) * highest and paid[-1] - highest >= least:
            currency = one.expected.currency
            yield known.moment(
                "bill_unusual",
                BillUnusual(one.merchant, Money(paid[-1], currency), Money(highest, currency), one.last),
                root=(one.id, one.evidence[-1]),
                valid_until=until,
                severity=Severity.ATTENTION,
                confidence=one.confidence,
                evidence=one.evidence[-1 - a_year :],
            )


def missing_since(known: Known, stream: Stream) -> date | None:
    """Return the first due day without its payment; None where every one has come, be it days beside its day."""
    due = next(iter(stream.overdue(known.today)), None)
    return None if due is None or came_beside(known.postings, stream, known.rules) else due
