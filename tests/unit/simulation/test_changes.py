"""Changes of life and what looks like them: only where asked for, with their truth, and money that still adds up."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from edge_engine.domain.category import Taxonomy
from edge_engine.simulation.household import EventKind, Household, simulate
from edge_engine.simulation.truth import LIFE_CHANGES

END = date(2026, 6, 30)
COUNTRIES = ("GB", "US", "DE")
LOOKALIKES = frozenset(
    EventKind(name)
    for name in (
        "employer_renamed", "second_job", "windfall", "landlord_renamed", "remortgage", "removal_van", "renovation",
        "supplier_switch", "baby_gift", "nursery_change", "visit", "long_holiday", "work_elsewhere", "invested_once",
    )
)  # fmt: skip


@pytest.fixture(scope="module")
def changed() -> list[Household]:
    return [simulate(seed, end=END, country=COUNTRIES[seed % 3], changes=True) for seed in range(60)]


def first(households: list[Household], kind: EventKind) -> tuple[Household, date]:
    return next((home, event.first) for home in households for event in home.events if event.kind is kind)


def test_every_kind_happens_and_some_households_stay_calm(changed: list[Household]) -> None:
    kinds = Counter(event.kind for home in changed for event in home.events)
    assert set(kinds) >= LIFE_CHANGES | LOOKALIKES
    calm = [home for home in changed if not {event.kind for event in home.events} & LIFE_CHANGES]
    assert 10 < len(calm) < 30


def test_nothing_of_it_happens_unasked(demo: Household) -> None:
    assert not {event.kind for event in demo.events} & (LIFE_CHANGES | LOOKALIKES)


def test_the_same_seed_gives_the_same_changes(changed: list[Household]) -> None:
    again = simulate(7, end=END, country=COUNTRIES[1], changes=True)
    assert again.events == changed[7].events
    assert again.postings == changed[7].postings


def test_every_balance_follows_and_every_leaf_is_in_the_taxonomy(changed: list[Household]) -> None:
    taxonomy = Taxonomy.default()
    for home in changed[:20]:
        balances = {role: account.opening for role, account in home.accounts.items()}
        for posting in home.postings:
            balances[posting.account] += posting.amount
            assert posting.balance == balances[posting.account]
            assert taxonomy.leaf(posting.leaf).id == posting.leaf
            assert "{" not in posting.text


def test_a_job_ends_before_the_next_begins(changed: list[Household]) -> None:
    for home in changed:
        for event in home.events:
            if event.kind is EventKind.JOB_CHANGE:
                ended = [s for s in home.streams if s.leaf == "income.salary" and s.ended == event.first]
                begun = [s for s in home.streams if s.id.endswith("-next") and s.started == event.last]
                assert ended
                assert len(begun) == 1
                assert begun[0].merchant != ended[0].merchant


def test_a_move_brings_another_payee_and_a_child_things_for_it(changed: list[Household]) -> None:
    home, day = first(changed, EventKind.HOME_MOVE)
    payees = [s for s in home.streams if s.leaf in ("housing.rent", "housing.mortgage")]
    assert {s.merchant for s in payees if s.ended == day} != {s.merchant for s in payees if s.started == day}
    home, _ = first(changed, EventKind.CHILD)
    event = next(event for event in home.events if event.kind is EventKind.CHILD)
    assert len(event.postings) > 6


def test_who_relocates_shops_elsewhere_for_good_and_who_visits_comes_back(changed: list[Household]) -> None:
    home, day = first(changed, EventKind.RELOCATION)
    bought = [p for p in home.postings if p.leaf.partition(".")[0] in ("food", "dining") and not p.event]
    early = Counter(
        word for p in bought if p.purchased <= day for word in p.text.upper().replace("/", " ").split()
    )
    late = Counter(
        word for p in bought if p.purchased > day for word in p.text.upper().replace("/", " ").split()
    )
    gone = [word for word, n in early.items() if n > 10 and late[word] == 0 and word.isalpha()]
    came = [word for word, n in late.items() if n > 5 and early[word] == 0 and word.isalpha()]
    assert gone
    assert came
    home, _ = first(changed, EventKind.VISIT)
    event = next(event for event in home.events if event.kind is EventKind.VISIT)
    days = {p.purchased for p in home.postings if p.id in event.postings}
    assert all(event.first <= day <= event.last for day in days)


def test_a_new_name_for_an_employer_pays_what_the_old_one_would_have(changed: list[Household]) -> None:
    home, day = first(changed, EventKind.EMPLOYER_RENAMED)
    (old,) = [s for s in home.streams if s.leaf == "income.salary" and s.ended == day]
    (new,) = [s for s in home.streams if s.id == f"{old.id}-next"]
    assert old.merchant != new.merchant
    assert 0.9 < new.amounts[0] / old.amounts[-1] < 2.2  # a raise, or a bonus at most


def test_a_window_too_short_for_a_change_has_none() -> None:
    home = simulate(3, months=6, end=END, changes=True)
    assert not {event.kind for event in home.events} & LIFE_CHANGES
