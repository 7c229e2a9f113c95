from __future__ import annotations

import numpy as np
import pytest

from edge_engine.inference.trajectory.bills import REACH, known, repeated
from tests.unit.inference.trajectory.accounts import account, as_known, day, household, on_day


def ahead(history: object, at: int, *, outgoing: bool) -> dict[str, float]:
    """What is projected, by date."""
    found = known(history, np.array([at]))  # type: ignore[arg-type]
    row = (found.outflow if outgoing else found.inflow)[0]
    return {day(at + int(one)).isoformat(): float(row[one]) for one in np.flatnonzero(row)}


def test_a_monthly_bill_is_projected_onto_its_day_of_the_coming_months() -> None:
    history = account(*on_day(12, 4, -7_000, 5), days=125)
    assert ahead(history, 124, outgoing=True) == {"2024-05-12": 7_000.0, "2024-06-12": 7_000.0}


def test_a_salary_in_a_bonus_month_is_still_the_usual_salary() -> None:
    lines = on_day(10, 6, 100_000, 1)
    lines[-1] = (lines[-1][0], 150_000, 1)
    history = account(*lines, days=170)
    assert ahead(history, 169, outgoing=False) == {"2024-07-10": 100_000.0, "2024-08-10": 100_000.0}
    found = known(history, np.array([169]))
    assert (found.bonus[0], found.main[0], found.since_main[0]) == (1.0, 100_000.0, 8.0)


@pytest.mark.parametrize(("every", "times"), [(7, 8), (14, 4)])
def test_wages_by_the_week_or_fortnight_are_projected(every: int, times: int) -> None:
    history = account(*[(at, 50_000, 1) for at in range(3, 118, every)], days=118)
    assert len(ahead(history, 117, outgoing=False)) in (times, times + 1)


def test_amounts_that_vary_are_one_bill_of_their_usual_size() -> None:
    lines = [
        (at, -amount, 4) for (at, _, _), amount in zip(on_day(5, 5, 0, 4), (40, 52, 47, 61, 50), strict=True)
    ]
    history = account(*lines, days=150)
    assert list(ahead(history, 149, outgoing=True).values()) == [52.0, 52.0] or list(
        ahead(history, 149, outgoing=True).values()
    ) == [50.0, 50.0]


def test_what_has_stopped_is_not_projected() -> None:
    history = account(*on_day(5, 4, -9_000, 4), days=200)
    assert ahead(history, 199, outgoing=True) == {}


def test_what_is_awaited_since_days_is_expected_tomorrow() -> None:
    history = account(*on_day(5, 4, -9_000, 4), days=128)
    assert day(127).isoformat() == "2024-05-07"
    assert next(iter(ahead(history, 127, outgoing=True))) == "2024-05-08"


def test_nothing_after_an_origin_changes_what_was_known_there() -> None:
    long = household(300)
    at = np.array([150, 199])
    cut = as_known(long, 200)
    for whole, part in zip(known(long, at), known(cut, at), strict=True):
        np.testing.assert_array_equal(whole, part)


def test_an_amount_is_repeated_only_once_it_was_there_before() -> None:
    history = account((10, -500, 1), (40, -500, 1), (170, -500, 1))
    assert repeated(history).tolist() == [False, False, True, False]


def test_the_projection_has_a_column_a_day() -> None:
    assert known(household(), np.array([100])).inflow.shape == (1, REACH + 1)


def test_what_comes_later_tells_nothing_of_an_amount_that_came_once_or_of_who_pays_a_pension() -> None:
    # 1,500 is a bonus beside 1,000, which comes again only after the origin; and the payer is a pension's from then on.
    lines = [*on_day(10, 3, 150_000, 1), *on_day(10, 7, 100_000, 1)[3:]]
    history = account(*lines, days=210, pension=True)
    history.pension[history.days < 100] = False
    for at in (70, 99, 110, 135, 160, 209):
        whole = known(history, np.array([at]))
        part = known(as_known(history, at + 1), np.array([at]))
        for one, other in zip(whole, part, strict=True):
            np.testing.assert_array_equal(one, other)


def test_two_amounts_a_month_apart_are_no_bill_before_the_third() -> None:
    history = account((5, -4_000, 4), (36, -5_000, 4), (65, -4_500, 4), days=100)
    assert ahead(history, 50, outgoing=True) == {}
    assert list(ahead(history, 70, outgoing=True).values()) == [4_500.0, 4_500.0]


def test_origins_together_and_alone_are_told_the_same() -> None:
    history = household(300)
    at = np.array([0, 3, 40, 150, 299])
    together = known(history, at)
    for place in range(len(at)):
        for one, other in zip(together, known(history, at[place : place + 1]), strict=True):
            np.testing.assert_array_equal(one[place : place + 1], other)


@pytest.mark.parametrize("seed", range(20))
def test_whatever_was_posted_the_future_tells_nothing_of_the_past(seed: int) -> None:
    random = np.random.default_rng(seed)
    amounts = random.choice([-5_000, -5_500, -9_000, 100_000, 150_000, 190_000], 60)
    lines = [
        (int(at), int(amount), int(random.integers(1, 5)))
        for at, amount in zip(np.sort(random.integers(1, 300, 60)), amounts, strict=True)
    ]
    history = account(*lines, *on_day(9, 9, 160_000, 1), *on_day(3, 9, -7_000, 2), days=300, pension=True)
    history.pension[random.random(len(history.pension)) < 0.7] = False
    at = np.arange(20, 300, 20)
    whole = known(history, at)
    for place, one in enumerate(at.tolist()):
        part = known(as_known(history, one + 1), np.array([one]))
        for all_of_it, alone in zip(whole, part, strict=True):
            np.testing.assert_array_equal(all_of_it[place : place + 1], alone)
