"""Measures of suggestions, experiments and guesses, from typed readings."""

from __future__ import annotations

import pytest

from edge_engine.signals.catalogue import DAY, Catalogue
from edge_engine.signals.measure import Facts, Measurement, measure
from edge_engine.signals.outcomes import Exposed, Judged, Suggested

SIGNALS = Catalogue.default().signals


def measured(name: str, **facts: object) -> Measurement:
    return measure(SIGNALS[name], Facts(**facts))  # type: ignore[arg-type]


def named(name: str, **facts: object) -> dict[str, int]:
    """The entries that are not zero, by label."""
    found = measured(name, **facts).values
    return {label: value for label, value in zip(SIGNALS[name].labels, found, strict=True) if value}


def test_what_was_acted_on_was_shown_and_each_outcome_is_told_once() -> None:
    suggested = (
        Suggested("standard", "none"),
        Suggested("standard", "acted"),
        Suggested("standard", "acted"),
    )
    assert named("offer_funnel", suggested=suggested) == {"standard.shown": 1, "standard.acted": 1}
    both = (*suggested, Suggested("changed", "closed"))
    assert named("offer_funnel", suggested=both).keys() == {
        "standard.shown",
        "standard.acted",
        "changed.shown",
        "changed.closed",
    }
    assert named("offer_funnel") == {}


def test_the_first_meeting_counts_whatever_came_later() -> None:
    met = (Exposed(20, "standard"), Exposed(10, "changed"))
    assert measured("exposure", exposed=met).values == (2,)
    assert measured("exposure", exposed=met[:1]).values == (1,)
    assert measured("exposure").values == (0,)


def test_days_with_the_app_are_told_for_the_arm_that_was_met_first() -> None:
    events = tuple((day * DAY + hour, "app.opened", "") for day in range(40) for hour in (0, 60))
    met = (Exposed(20, "standard"), Exposed(10, "changed"))
    assert named("experiment_metric", events=events[:6], exposed=met) == {"changed": 3}
    many = measured("experiment_metric", events=events, exposed=met[:1])
    assert (many.values, many.clipped) == ((28, 0), 1)
    assert named("experiment_metric", events=events) == {}


@pytest.mark.parametrize(
    ("confidence", "span"),
    [(0, 60), (600, 60), (601, 70), (700, 70), (701, 80), (900, 90), (901, 100), (1000, 100)],
)
def test_confidence_falls_into_its_span(confidence: int, span: int) -> None:
    assert named("calibration", judged=(Judged(confidence, stood=True),)) == {f"stood.to_{span}_percent": 1}
    assert named("calibration", judged=(Judged(confidence, stood=False),)) == {
        f"corrected.to_{span}_percent": 1
    }


def test_shares_of_a_full_span_stay_what_they_are() -> None:
    judged = (Judged(650, stood=True),) * 500 + (Judged(650, stood=False),) * 200
    assert named("calibration", judged=judged) == {"stood.to_70_percent": 5, "corrected.to_70_percent": 2}
    full = tuple(
        Judged(confidence, stood) for confidence in (550, 650, 750, 850, 950) for stood in (True, False) * 40
    )
    found = measured("calibration", judged=full)
    assert (sum(found.values), found.clipped) == (SIGNALS["calibration"].sensitivity, 0)


def test_savings_are_counted_up_to_more() -> None:
    assert [measured("savings_realised", savings=n).values[0] for n in (0, 1, 2, 3, 9)] == [0, 1, 2, 3, 3]


def test_who_stays_is_told_beside_the_holdout() -> None:
    event = ((0, "app.opened", ""),)
    labels = SIGNALS["retention_holdout"].labels
    assert measured("retention_holdout", events=event).values == (labels.index("not_drawn"),)
    for holdout, events, label in (
        (False, (), "treated.away"),
        (False, event, "treated.stayed"),
        (True, (), "holdout.away"),
        (True, event, "holdout.stayed"),
    ):
        (at,) = measured("retention_holdout", holdout=holdout, events=events).values
        assert labels[at] == label
