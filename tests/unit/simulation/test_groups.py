"""The numbers of a population: documented, complete, and people who are what their group says."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import Basis
from edge_engine.simulation.groups import Group, Statistics, people
from edge_engine.simulation.merchants import COUNTRIES, catalog

if TYPE_CHECKING:
    from edge_engine.simulation.persona import Persona

STATISTICS = Statistics.default()
SHAPED = {"share", "owner", "car"}


def drawn(group: str, country: str = "GB", count: int = 300) -> list[Persona]:
    """Return people of one group."""
    book, state = catalog(country), STATISTICS.states[country]
    return [people(seed, STATISTICS.groups[group], state, book) for seed in range(count)]


def test_every_country_has_shares_of_all_groups_that_sum_to_a_thousand() -> None:
    assert set(STATISTICS.states) == set(COUNTRIES)
    for country in COUNTRIES:
        assert sum(group.share[country] for group in STATISTICS.groups.values()) == 1000
    for group in STATISTICS.groups.values():
        for name in SHAPED:
            assert set(getattr(group, name)) == set(COUNTRIES)
        assert len(group.opens) == len(STATISTICS.habits)
        assert group.pay > 0
        assert group.saving[0] <= group.saving[1]
        assert group.cushion[0] <= group.cushion[1]


def test_whatever_is_explained_is_a_number_of_its_table() -> None:
    for group in STATISTICS.groups.values():
        assert set(group.reasons) <= set(Group.__struct_fields__)
        assert "share" in group.reasons
        assert all(len(reason) > 8 for reason in group.reasons.values())
    for one in STATISTICS.targets:
        assert len(one.source) > 8
    assert all(one.reason for one in STATISTICS.choices)


def test_people_are_asked_for_every_purpose_that_needs_consent_and_for_no_other() -> None:
    asked = [one.purpose for one in STATISTICS.choices]
    purposes = {one.id for one in Policy.default().purposes.values() if one.basis is Basis.CONSENT}
    assert set(asked) == purposes
    assert len(asked) == len(set(asked))
    for at, one in enumerate(STATISTICS.choices):
        assert set(one.needs) <= set(asked[:at])
        assert one.agree[0] > one.agree[1] > one.agree[2]


@pytest.mark.parametrize("country", COUNTRIES)
def test_everybody_has_an_income_and_a_home(country: str) -> None:
    for name in STATISTICS.groups:
        for who in drawn(name, country, 30):
            assert who.income > 0
            assert ("owner" in who.traits) is not ("renter" in who.traits)
            assert ("children" in who.traits) is (who.children > 0)
            assert not who.outright or "owner" in who.traits
            assert 0 <= who.saving <= who.income
            assert len({job.stream for job in who.jobs}) == len(who.jobs)


def test_groups_are_what_their_names_say() -> None:
    assert all(
        who.adults == 1 and who.children == 0 and "renter" in who.traits for who in drawn("single_renter")
    )
    assert all(who.adults == 2 and who.children for who in drawn("young_family"))
    assert all(who.adults == 1 and who.children for who in drawn("single_parent"))
    assert all(who.jobs[0].leaf == "income.gig" for who in drawn("gig_worker"))
    assert all(
        {job.leaf for job in who.jobs} == {"income.pension"} for who in drawn("retired") if not _support(who)
    )
    middle = {
        name: sorted(who.cushion / who.income for who in drawn(name))[150]
        for name in ("saver", "tight_budget")
    }
    assert middle["saver"] > 8
    assert middle["tight_budget"] < 1


def _support(who: Persona) -> bool:
    return any(job.leaf == "income.benefits" for job in who.jobs)


def test_support_hangs_on_nobodys_work() -> None:
    supported = [who for who in drawn("single_parent") if _support(who)]
    assert 100 < len(supported) < 220
    for who in supported:
        job = next(job for job in who.jobs if job.leaf == "income.benefits")
        assert job.adult not in range(who.adults)
    assert not any(_support(who) for who in drawn("single_parent", "US"))


def test_who_lives_there_is_the_same_each_time_and_differs_from_home_to_home() -> None:
    assert drawn("couple", count=20) == drawn("couple", count=20)
    assert len(Counter(who.income for who in drawn("couple", count=100))) > 90
