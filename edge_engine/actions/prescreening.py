"""From an assessment to a human: what was found becomes the evidence of a loan's review, or nothing happens.

# INVARIANT: there is no way from an assessment to a refusal. Every assessment may be put before an adviser, whatever
# its verdict; one that cannot tell or looks tight carries no advice at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.actions.review import Evidence, ReviewView
from edge_engine.actions.rules_checks import ENGINE
from edge_engine.errors import InputError

if TYPE_CHECKING:
    from edge_engine.actions.approval import Reviews
    from edge_engine.insights.affordability import Assessment, LoanTerms

KIND: Final = "loan"


def evidence(assessment: Assessment) -> tuple[Evidence, ...]:
    """Return an assessment as a reviewer may see it: its figures, and the thresholds that speak."""
    purposes = tuple(sorted({purpose for one in assessment.figures for purpose in one.purposes}))
    (credit,) = {one.data for one in assessment.figures if one.name == "affordability"}
    return (
        *(Evidence(one.name, one.data, one.purposes, one.value) for one in assessment.figures),
        Evidence("reasons", credit, purposes, " ".join(name for name, _ in assessment.reasons)),
    )


def propose(
    reviews: Reviews,
    assessment: Assessment,
    terms: LoanTerms,
    *,
    product: str,
    account: str,
    proposer: str = ENGINE,
) -> ReviewView:
    """Put a loan and what was found of it before an adviser.

    Args:
        reviews: The queue.
        assessment: What was found.
        terms: The loan, the one that was assessed.
        product: The bank's name of it.
        account: Where it is paid out.
        proposer: ``engine``, or ``person`` where they asked for it themselves.

    Raises:
        InputError: Another instalment was assessed.
        PurposeDenied: A purpose that it rests on is not granted.
    """
    if not any(one.name == "instalment" and one.value == terms.monthly for one in assessment.figures):
        raise InputError("another instalment was assessed than is proposed")
    return reviews.propose(
        KIND,
        {
            "product": product,
            "account": account,
            "amount": terms.amount.minor,
            "currency": terms.amount.currency,
            "term_months": terms.months,
            "monthly": terms.monthly.minor,
        },
        evidence=evidence(assessment),
        proposer=proposer,
        advice=assessment.advice,
    )
