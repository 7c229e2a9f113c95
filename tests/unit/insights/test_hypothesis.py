"""What was answered decides what is asked: a refusal holds for its time, and for all that was known by then."""

from __future__ import annotations

from datetime import date

import pytest

from edge_engine.domain.money import Money
from edge_engine.insights.hypothesis import Answer, Evidence, Hypothesis, NewChild, Said, unanswered

WITHIN = 120
REFUSED = Said("", "child", date(2025, 3, 3).toordinal(), Answer.NOT_TRUE, date(2025, 6, 30).toordinal())


def child(since: date, *days: date, kind: str = "child") -> Hypothesis:
    evidence = tuple(Evidence("child_some", 1, day, Money(-100, "GBP"), "a shop") for day in days)
    return Hypothesis("a", kind, date(2026, 6, 1), since, 0.9, (), evidence, NewChild(since), ())


@pytest.mark.parametrize(
    ("one", "asked"),
    [
        (child(date(2025, 3, 20), date(2025, 3, 20)), False),  # about the time of the refused one
        (child(date(2025, 8, 1), date(2025, 8, 1)), False),  # begins within the window after the refusal
        (child(date(2025, 11, 20), date(2025, 6, 20)), False),  # rests on what was known then
        (child(date(2025, 11, 20), date(2025, 11, 20), date(2025, 12, 1)), True),
        (child(date(2025, 8, 1), date(2025, 8, 1), kind="job"), True),  # another kind
    ],
)
def test_a_refused_child_is_asked_about_anew_only_for_what_came_well_after(
    one: Hypothesis, *, asked: bool
) -> None:
    assert [found.id for found in unanswered([one], [REFUSED], WITHIN)] == (["a"] if asked else [])


def test_two_jobs_at_once_are_two_questions() -> None:
    first = Said("", "job", date(2025, 1, 15).toordinal(), Answer.NOT_TRUE, date(2026, 6, 1).toordinal())
    second = child(date(2025, 9, 15), date(2025, 9, 15), kind="job")
    assert unanswered([second], [first], WITHIN) == [second]


def test_a_confirmation_counts_for_what_is_about_that_time() -> None:
    known = Said("other", "child", date(2025, 3, 3).toordinal(), Answer.CONFIRMED)
    (one,) = unanswered([child(date(2025, 5, 1))], [known], WITHIN)
    assert one.answer is Answer.CONFIRMED
