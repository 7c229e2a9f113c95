"""From an assessment to a human: a review that waits, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_engine.actions.prescreening import evidence, propose
from edge_engine.errors import InputError, PurposeDenied
from edge_engine.insights.affordability import Assessment, Verdict, assess
from tests.unit.insights.test_affordability import RULES, loan, means

if TYPE_CHECKING:
    from edge_engine import Engine

TERMS = {
    Verdict.AFFORDABLE: loan(20_000),
    Verdict.TIGHT: loan(90_000),
    Verdict.CANNOT_TELL: loan(20_000),
}


def assessed(verdict: Verdict) -> Assessment:
    some = means(weeks=()) if verdict is Verdict.CANNOT_TELL else means()
    said = assess(some, TERMS[verdict], RULES)
    assert said.verdict is verdict
    return said


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_assessment_may_be_put_before_a_human_and_none_is_declined(
    engine: Engine, verdict: Verdict
) -> None:
    said = assessed(verdict)
    made = propose(engine.reviews, said, TERMS[verdict], product="personal", account="GB1")
    assert made.state == "pending"
    content = engine.reviews.show(made.id, adviser="desk").content
    assert content.advice in {"approve", ""}
    assert content.evidence == evidence(said)
    assert content.terms["monthly"] == TERMS[verdict].monthly.minor
    (word,) = [one.value for one in content.evidence if one.name == "affordability"]
    assert word == verdict.value


def test_without_consent_nothing_comes_of_it(engine: Engine) -> None:
    engine.consent.withdraw("credit_prescreening")
    with pytest.raises(PurposeDenied):
        propose(
            engine.reviews,
            assessed(Verdict.TIGHT),
            TERMS[Verdict.TIGHT],
            product="personal",
            account="GB1",
        )
    assert engine.reviews.history() == []


def test_withdrawing_takes_what_was_proposed_with_it(engine: Engine) -> None:
    propose(
        engine.reviews,
        assessed(Verdict.AFFORDABLE),
        TERMS[Verdict.AFFORDABLE],
        product="personal",
        account="GB1",
    )
    engine.consent.withdraw("insights")
    assert engine.reviews.history() == []


def test_another_loan_than_the_assessed_one_is_refused(engine: Engine) -> None:
    with pytest.raises(InputError):
        propose(engine.reviews, assessed(Verdict.AFFORDABLE), loan(21_000), product="personal", account="GB1")
