"""Every moment of one day: what is known goes in, what may be worth a word comes out, the most pressing first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_engine.insights.balance_moments import liquidity_shortfall, safe_to_save, stress
from edge_engine.insights.bill_moments import (
    bill_due,
    bill_missed,
    bill_unusual,
    cost_rise,
    price_change,
    subscription_new,
    subscription_overlap,
)
from edge_engine.insights.finding import Severity
from edge_engine.insights.hypothesis import Answer, NewChild, NewHome, NewJob, NewTown
from edge_engine.insights.income_moments import income_change
from edge_engine.insights.moment import Moment, moment
from edge_engine.insights.money_moments import (
    category_drift,
    credit_cost,
    duplicate_or_fee,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.insights.knowledge import Known

_URGENCY: Final = {Severity.URGENT: 0, Severity.ATTENTION: 1, Severity.INFO: 2}


def moments(known: Known) -> list[Moment]:
    """Return the moments of a day, the most pressing and then the most valuable first.

    Args:
        known: What was read under one grant; nothing of a sensitive leaf counts, whatever it covers.
    """
    plain = known.plain()
    if not len(plain.postings):
        return []
    found = [one for kind in _KINDS for one in kind(plain)]
    return sorted(found, key=_pressing)


def life_event_candidate(known: Known) -> Iterator[Moment]:
    """Yield changes of life that the person was not asked about, or did not answer: it asks and assumes nothing."""
    for one in known.hypotheses:
        until = one.since + timedelta(days=known.n("life.days"))
        message = one.message
        if one.answer is not Answer.OPEN or not isinstance(message, NewJob | NewHome | NewChild | NewTown):
            continue
        if known.today <= until:
            yield moment(
                "life_event_candidate",
                known.today,
                message,
                root=(one.id,),
                valid_until=until,
                severity=Severity.INFO,
                confidence=one.confidence,
                evidence=[row.posting for row in one.evidence],
                purposes=tuple(dict.fromkeys((*known.purposes, *one.purposes))),
                models=known.models,
            )


_KINDS: Final = (
    liquidity_shortfall, subscription_new, price_change, subscription_overlap, bill_due, bill_missed, bill_unusual,
    income_change, safe_to_save, category_drift, duplicate_or_fee, credit_cost, life_event_candidate, stress,
    cost_rise,
)  # fmt: skip


def _pressing(one: Moment) -> tuple[int, int, str]:
    return (_URGENCY[one.severity], -one.money_a_year.minor if one.money_a_year else 0, one.id)
