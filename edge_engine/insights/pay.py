"""Regular pay: what is a good part of all that comes in, whether it is missing, and whether other pay replaced it.

Moments of income, what may be saved and the outlook ask the same questions of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.insights.habits import codes
from edge_engine.insights.stream import STEPS, Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from edge_engine.domain.category import Taxonomy
    from edge_engine.domain.series import Postings
    from edge_engine.insights.stream import Stream
    from edge_engine.insights.thresholds import Thresholds

NO_PAY: Final = ("income.refund", "income.investment")
"""Money back, interest and dividends come as they come."""


def pays(streams: Sequence[Stream], taxonomy: Taxonomy, rules: Thresholds) -> list[Stream]:
    """Return the streams of regular pay that are surely ones, running or not.

    Args:
        streams: Recurring ones.
        taxonomy: The categories.
        rules: Has ``income.confidence``.
    """
    no_pay = codes(taxonomy, *NO_PAY)
    least = rules.number("income.confidence")
    return [one for one in streams if not one.outgoing and one.confidence >= least and one.leaf not in no_pay]


def lost(
    postings: Postings, streams: Sequence[Stream], today: date, taxonomy: Taxonomy, rules: Thresholds
) -> list[Stream]:
    """Return regular pay that made up a good part of all, does not come any more, and that nothing replaced.

    Args:
        postings: Of the person.
        streams: Recurring ones.
        today: The day it is.
        taxonomy: The categories.
        rules: Has ``income.confidence``, ``income.share``, ``income.replaced``, ``income.lost_days`` and
            ``missing.least_share``.
    """
    known = pays(streams, taxonomy, rules)
    found = []
    for one in known:
        if one.status is Status.ACTIVE or (today - one.last).days > rules.number("income.lost_days"):
            continue
        # Beside what came while it came: what ended before tells nothing of it.
        beside = [other for other in known if other.last >= one.first and other.first <= one.last]
        same = [other.a_year.minor for other in beside if other.expected.currency == one.expected.currency]
        large = one.a_year.minor >= rules.number("income.share") * sum(same)
        if large and not came_beside(postings, one, rules) and not replaced(postings, one, rules):
            found.append(one)
    return found


def came_beside(postings: Postings, one: Stream, rules: Thresholds) -> bool:
    """Return whether a payment of about the expected amount came that the stream did not take for its own.

    Args:
        postings: Of the person.
        one: A stream whose payment is awaited.
        rules: Has ``missing.least_share``.
    """
    if one.merchant not in postings.merchant_names:
        return False
    since = one.last.toordinal() + int(STEPS[one.cadence].period / 2)
    own = postings.merchants == postings.merchant_names.index(one.merchant)
    own &= (postings.days > since) & ((postings.amounts < 0) == one.outgoing)
    least = rules.number("missing.least_share") * abs(one.expected.minor)
    return bool((np.abs(postings.amounts[own]) >= least).any())


def replaced(postings: Postings, one: Stream, rules: Thresholds) -> bool:
    """Return whether somebody else pays nearly as much since, also where that is no stream yet.

    Args:
        postings: Of the person.
        one: Pay that stopped.
        rules: Has ``income.replaced``.
    """
    since = one.last.toordinal() - STEPS[one.cadence].period
    least = rules.number("income.replaced") * one.expected.minor
    merchant = np.array([name == one.merchant for name in postings.merchant_names], dtype=np.bool_)[
        postings.merchants
    ]
    came = (postings.days > since) & (postings.amounts >= least) & ~postings.transfers & ~merchant
    before = postings.days <= since
    # Who paid before as well has not come in its place.
    others = np.setdiff1d(postings.merchants[came], postings.merchants[before & (postings.amounts >= least)])
    return len(others) > 0
