"""Changes of life: what is asked about, what is not, and what never counts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from edge_engine.domain.category import Taxonomy
from edge_engine.insights.hypothesis import Answer, Hypothesis, NewJob, NewTown, Said
from edge_engine.insights.life_events import life_events
from edge_engine.insights.thresholds import LIFE_EVENTS, Thresholds
from edge_engine.insights.words import render, sign
from edge_engine.simulation.household import EventKind, simulate
from edge_engine.simulation.life_figures import ask_given, changes
from tests.unit.insights.stories import Story, every, monthly

if TYPE_CHECKING:
    from collections.abc import Sequence

TODAY = date(2026, 6, 30)
RULES = Thresholds.default(LIFE_EVENTS)
PURPOSES = ("life_changes", "categorization")


def asked(
    story: Story, said: Sequence[Said] = (), texts: dict[int, str] | None = None, today: date = TODAY
) -> list[Hypothesis]:
    return life_events(story.postings(), texts or {}, said, today, Taxonomy.default(), RULES, PURPOSES)


def worker(*, until: int = 12) -> Story:
    """Two years in which nothing happens but pay, rent and groceries; pay stops after ``until`` months."""
    story = Story().pay_each(monthly("2024-07-25", until, shift=-1), 250000, "harrowgate", "income.salary")
    story.pay_each(monthly("2024-07-01", 24), -90000, "ashgrove lettings", "housing.rent")
    return story.pay_each(every("2024-07-03", 104, 7), -6000, "grocer", "food.groceries")


def test_a_quiet_life_is_asked_nothing() -> None:
    assert asked(worker(until=24)) == []
    assert asked(Story()) == []


def test_another_employer_is_asked_about_with_the_pay_that_says_so() -> None:
    story = worker(until=14).pay_each(monthly("2025-10-15", 9), 290000, "pennard", "income.salary")
    (one,) = asked(story)
    assert one.kind == "job"
    assert one.message == NewJob("harrowgate", "pennard", date(2025, 10, 15))
    assert one.answer is Answer.OPEN
    assert one.purposes == PURPOSES
    assert {"job_other_pay", "job_other_days"} <= set(one.signs)
    assert {evidence.merchant for evidence in one.evidence} == {"harrowgate", "pennard"}
    ids = story.postings().ids.tolist()
    for evidence in one.evidence:
        at = ids.index(evidence.posting)
        assert story.postings().days[at] == evidence.day.toordinal()
        assert story.postings().amounts[at] == evidence.amount.minor
    words = render(one.message, Taxonomy.default())
    assert (
        words
        == "Since 15 October 2025 pay comes from Pennard, and no longer from Harrowgate. Is this a new job?"
    )


@pytest.mark.parametrize(
    ("pay", "minor"),
    [
        (monthly("2025-09-25", 10, shift=-1), 250000),  # another name for the same employer
        (monthly("2025-09-25", 10, shift=-1), 260000),  # and a yearly raise at the same moment
        (monthly("2025-09-10", 10), 60000),  # far less than what stopped
        (monthly("2025-10-10", 1), 290000),  # paid once
    ],
    ids=["renamed", "renamed with a raise", "a small job", "once"],
)
def test_what_only_looks_like_another_job_is_not_asked_about(pay: list[date], minor: int) -> None:
    assert asked(worker(until=14).pay_each(pay, minor, "pennard", "income.salary")) == []


def test_a_job_beside_the_one_that_goes_on_is_none() -> None:
    story = worker(until=24).pay_each(monthly("2025-09-10", 10), 190000, "pennard", "income.salary")
    assert asked(story) == []


def test_pay_without_a_category_is_still_pay() -> None:
    story = worker(until=14).pay_each(monthly("2025-10-15", 9), 290000, "pennard")
    assert [one.kind for one in asked(story)] == ["job"]


def move(story: Story) -> Story:
    """Replace the second half of the rent by another landlord's."""
    story.rows = [
        row for row in story.rows if row.merchant != "ashgrove lettings" or row.day < date(2025, 11, 1)
    ]
    return story.pay_each(monthly("2025-11-01", 8), -117000, "quayside homes", "housing.rent")


def test_another_landlord_and_movers_are_a_move() -> None:
    story = move(worker(until=24)).pay("2025-10-30", -52000, "pickering removals", "home.services")
    (one,) = asked(story)
    assert one.kind == "home"
    assert abs((one.since - date(2025, 11, 1)).days) < 7
    assert {"home_other_rent", "home_mover"} <= set(one.signs)


def test_a_removal_firm_alone_moves_no_home() -> None:
    assert asked(worker(until=24).pay("2025-10-30", -52000, "pickering removals", "home.services")) == []


def test_an_agency_with_another_name_is_no_move() -> None:
    story = worker(until=24)
    story.rows = [
        row for row in story.rows if row.merchant != "ashgrove lettings" or row.day < date(2025, 11, 1)
    ]
    story.pay_each(monthly("2025-11-01", 8), -90000, "quayside homes", "housing.rent")
    assert asked(story) == []


def baby(story: Story, days: Sequence[str]) -> Story:
    for day in days:
        story.pay(day, -4200, "jojo maman bebe", "shopping.general")
    return story


def test_things_for_a_baby_and_the_benefit_are_a_child() -> None:
    story = baby(worker(until=24), ["2025-08-02", "2025-09-14", "2025-10-11", "2025-11-20", "2025-12-05"])
    story.pay_each(every("2025-11-03", 8, 28), 10240, "hmrc child benefit", "income.benefits")
    (one,) = asked(story)
    assert one.kind == "child"
    assert {"child_some", "child_many", "child_benefit_began"} <= set(one.signs)
    assert one.confidence > 0.9


def test_a_gift_is_no_child() -> None:
    assert asked(baby(worker(until=24), ["2025-09-14", "2025-09-14"])) == []


def test_payments_that_tell_of_health_never_speak_for_a_child() -> None:
    quiet = baby(worker(until=24), ["2025-09-14", "2025-10-20", "2025-11-21"])
    without = asked(quiet)
    for day in ("2025-08-04", "2025-09-01", "2025-10-06", "2025-11-03"):
        quiet.pay(day, -9000, "baby scan clinic", "health.care")  # sensitive
        quiet.pay(day, -9000, "babyfirst midwife")  # not categorized, and of health all the same
    assert [one.confidence for one in asked(quiet)] == [one.confidence for one in without]


def shopping(first: str, n: int, town: str, texts: dict[date, list[str]]) -> None:
    brands = ("TESCO", "COSTA", "BOOTSHOP", "ALDI", "SHELL", "GREGGS")
    for at, day in enumerate(every(first, n, 3)):
        texts.setdefault(day, []).append(f"{brands[at % len(brands)]} STORES 3321 {town}")


def told(story: Story, where: dict[date, list[str]]) -> dict[int, str]:
    """Pay for what was bought and return the texts by the id that the payments get."""
    for day, lines in sorted(where.items()):
        for line in lines:
            story.pay(day, -1500, line.split()[0].lower(), "food.groceries")
    ordered = sorted(story.rows, key=lambda row: row.day)
    left = {day: list(lines) for day, lines in where.items()}
    names = {}
    for number, row in enumerate(ordered, 1):
        if row.minor == -1500:
            names[number] = left[row.day].pop(0)
    return names


def test_another_town_in_the_texts_of_many_shops_is_a_relocation() -> None:
    story = move(worker(until=24))
    where: dict[date, list[str]] = {}
    shopping("2025-01-02", 100, "LEEDS", where)
    shopping("2025-11-03", 75, "EXETER", where)
    found = asked(story, texts=told(story, where))
    (one,) = found
    assert one.kind == "relocation"
    assert one.message == NewTown("LEEDS", "EXETER", one.since)
    assert abs((one.since - date(2025, 11, 3)).days) < 10


def test_weeks_with_the_parents_are_no_relocation() -> None:
    story = worker(until=24)
    where: dict[date, list[str]] = {}
    shopping("2025-01-02", 60, "LEEDS", where)
    shopping("2025-07-03", 10, "EXETER", where)
    shopping("2025-08-04", 108, "LEEDS", where)
    assert asked(story, texts=told(story, where)) == []


def test_what_is_not_true_is_not_asked_again_whatever_comes() -> None:
    story = worker(until=14).pay_each(monthly("2025-10-15", 9), 290000, "pennard", "income.salary")
    (one,) = asked(story)
    no = Said(one.id, one.kind, one.since.toordinal(), Answer.NOT_TRUE)
    assert asked(story, [no]) == []
    # Imported anew, or with more payments, it has other evidence and perhaps another id: the answer still counts.
    assert asked(story, [Said("another", "job", one.since.toordinal() - 30, Answer.NOT_TRUE)]) == []
    # A later change of the same kind is another one.
    assert asked(story, [Said("another", "job", one.since.toordinal() - 200, Answer.NOT_TRUE)]) == [one]
    yes = Said(one.id, one.kind, one.since.toordinal(), Answer.CONFIRMED)
    (known,) = asked(story, [yes])
    assert known.answer is Answer.CONFIRMED


def test_an_old_change_is_no_news() -> None:
    story = worker(until=14).pay_each(monthly("2025-10-15", 36), 290000, "pennard", "income.salary")
    assert asked(story, today=date(2026, 6, 30)) != []
    assert [one for one in asked(story, today=date(2028, 6, 30)) if one.kind == "job"] == []


def test_every_sign_has_words() -> None:
    seen = set()
    for seed in range(12):
        home = simulate(seed, end=TODAY, country=("GB", "US", "DE")[seed % 3], changes=True)
        seen |= {name for one in ask_given(home) for name in one.signs}
    assert len(seen) > 8
    assert all(sign(name) for name in seen)


@pytest.mark.slow
def test_simulated_households_are_asked_what_happened_and_little_else() -> None:
    right = true = questions = 0
    for seed in range(2000, 2024):
        home = simulate(seed, end=TODAY, country=("GB", "US", "DE")[seed % 3], changes=True)
        happened = changes(home)
        found = ask_given(home)
        questions += len(found)
        true += len(happened)
        right += sum(
            any(one.kind == kind and abs((one.since - day).days) <= 120 for one in found)
            for kind, day in happened
        )
    assert true > 12
    assert right >= 0.75 * true
    assert right >= 0.8 * questions


def test_bonuses_holidays_and_repairs_are_asked_about_in_no_household_without_changes() -> None:
    homes = [simulate(seed, end=TODAY) for seed in range(14)]
    calm = [one for one in homes if all(event.kind is not EventKind.JOB_LOSS for event in one.events)]
    assert len(calm) > 7
    assert {EventKind.BONUS, EventKind.HOLIDAY} <= {event.kind for one in calm for event in one.events}
    assert [ask_given(one) for one in calm] == [[]] * len(calm)
