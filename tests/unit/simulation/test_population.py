"""A population: pure of seed and number, choices that hold together, and days without money as they were."""

from __future__ import annotations

import hashlib
import tracemalloc
from collections import Counter, deque
from datetime import date, timedelta
from itertools import islice

import pytest

from edge_engine.domain.transaction import Channel
from edge_engine.errors import InputError
from edge_engine.simulation.groups import Statistics
from edge_engine.simulation.merchants import catalog
from edge_engine.simulation.population import Population, Resident, stressed
from edge_engine.simulation.truth import Household, Role, ShortfallKind

END = date(2026, 6, 30)
AT_HAND = (Role.CURRENT, Role.JOINT, Role.SAVINGS)
DIGEST = "f9cdcb4d91e5bb6d0962cb57"


@pytest.fixture(scope="module")
def town() -> Population:
    return Population(seed=3, devices=60, days=180, end=END)


@pytest.fixture(scope="module")
def homes(town: Population) -> list[tuple[Resident, Household]]:
    residents = [town.resident(number) for number in range(town.devices)]
    return [(one, town.household(one)) for one in residents]


def of(homes: list[tuple[Resident, Household]], persona: str) -> list[tuple[Resident, Household]]:
    return [(who, home) for who, home in homes if who.persona == persona]


def test_a_population_is_the_same_on_every_platform(homes: list[tuple[Resident, Household]]) -> None:
    lines = [
        f"{who}|{[who.opens(day) for day in range(30)]}|"
        f"{[(p.id, p.day, p.amount, p.text, p.leaf, p.balance) for p in home.postings]}|{home.shortfalls}"
        for who, home in homes[:12]
    ]
    assert hashlib.blake2b("\n".join(lines).encode(), digest_size=12).hexdigest() == DIGEST


def test_somebody_is_pure_of_seed_and_number(town: Population) -> None:
    other = Population(seed=3, devices=9999, days=180, end=END)
    assert [town.resident(number) for number in range(20)] == [other.resident(number) for number in range(20)]
    assert Population(4, 60, 180, END).resident(0) != town.resident(0)
    assert len({town.resident(number).seed for number in range(60)}) == 60


def test_a_longer_run_only_adds_to_what_somebody_chooses(town: Population) -> None:
    longer = Population(seed=3, devices=60, days=720, end=END)
    for number in range(60):
        short, long = town.resident(number), longer.resident(number)
        assert (short.persona, short.seed, short.taste, short.habit) == (
            long.persona,
            long.seed,
            long.taste,
            long.habit,
        )
        for day in range(0, 180, 9):
            assert short.granted(day) == long.granted(day)


def test_choices_hold_together(town: Population) -> None:
    needs = {one.purpose: one.needs for one in Statistics.default().choices}
    seen: Counter[str] = Counter()
    for number in range(town.devices):
        chosen = {one.purpose: one for one in town.resident(number).consents}
        assert len(chosen) == len(town.resident(number).consents)
        for one in chosen.values():
            assert 0 <= one.day_on < town.days
            assert one.day_off is None or one.day_on < one.day_off < town.days
            assert all(chosen[need].day_on <= one.day_on for need in needs[one.purpose])
            seen["late"] += one.day_on > 0
            seen["off"] += one.day_off is not None
    assert seen["late"] > 5
    assert seen["off"] > 5


def test_the_open_agree_to_more_than_the_wary() -> None:
    people = Population(1, 1000, 30, END)
    counts: dict[str, list[int]] = {"open": [], "pragmatic": [], "wary": []}
    for number in range(people.devices):
        who = people.resident(number)
        counts[who.attitude].append(len(who.granted(0)))
    means = [sum(found) / len(found) for found in counts.values()]
    assert means == sorted(means, reverse=True)
    assert [round(len(found) / 1000, 1) for found in counts.values()] == [0.1, 0.6, 0.3]


def test_people_open_the_app_as_often_as_their_habit_says(town: Population) -> None:
    for number in range(40):
        who = town.resident(number)
        opened = [who.opens(day) for day in range(180)]
        assert opened == [who.opens(day) for day in range(180)]
        assert abs(sum(opened) / 180 - who.habit / 1000) < 0.16


def test_a_household_covers_the_run_and_the_months_before_it(town: Population) -> None:
    assert town.first == END - timedelta(179)
    for history in (0, 3):
        people = Population(3, 2, 180, END, history=history)
        home = people.household(people.resident(0))
        assert home.end == END
        assert home.start <= people.first - timedelta(27 * history)
        assert home.country == people.resident(0).country
        assert {account.currency for account in home.accounts.values()} == {people.resident(0).currency}


def test_shortfalls_are_the_days_below_zero_and_the_bills_that_failed(
    homes: list[tuple[Resident, Household]],
) -> None:
    kinds: Counter[ShortfallKind] = Counter()
    for _, home in homes:
        below = {
            (home.start + timedelta(at), role, -balance)
            for role in (Role.CURRENT, Role.JOINT)
            for at, balance in enumerate(home.balance_by_day[role])
            if balance < 0
        }
        told = [one for one in home.shortfalls if one.kind is ShortfallKind.OVERDRAWN]
        assert {(one.day, one.account, one.missing) for one in told} == below
        assert [one.day for one in home.shortfalls] == sorted(one.day for one in home.shortfalls)
        kinds.update(one.kind for one in home.shortfalls)
        paid = {(one.day, one.account, -one.amount) for one in home.postings if one.stream}
        failed = {(one.day, one.account, one.missing) for one in home.shortfalls} - below
        assert not failed & paid
        assert all(one.missing > 0 for one in home.shortfalls)
    assert kinds[ShortfallKind.OVERDRAWN] > 50
    assert kinds[ShortfallKind.UNPAID] > 2


def test_a_bank_lets_nobody_pay_beyond_the_overdraft(
    town: Population, homes: list[tuple[Resident, Household]]
) -> None:
    for who, home in homes:
        limit = catalog(who.country).overdraft_limit * town.people(who).overdraft // 1000
        for one in home.postings:
            if one.account in (Role.CURRENT, Role.JOINT) and one.amount < 0 and one.balance < -limit:
                assert one.channel in (Channel.FEE, Channel.INTEREST)


def test_whoever_has_plenty_is_not_in_need_and_many_of_the_poor_are(
    homes: list[tuple[Resident, Household]],
) -> None:
    shares = {
        name: [sum(days) / len(days) for days in (stressed(home) for _, home in of(homes, name))]
        for name in ("saver", "couple", "tight_budget", "single_parent")
    }
    assert not any(shares["saver"])
    poor = shares["tight_budget"] + shares["single_parent"]
    assert sum(poor) / len(poor) > 2 * sum(shares["couple"]) / len(shares["couple"])
    assert any(poor)


def test_need_begins_a_week_before_and_lasts_a_month(homes: list[tuple[Resident, Household]]) -> None:
    numbers = Statistics.default().numbers
    found = 0
    for _, home in homes:
        days = stressed(home)
        for one in home.shortfalls:
            if one.kind is ShortfallKind.UNPAID:
                at = (one.day - home.start).days
                span = days[max(0, at - numbers["stress.before"]) : at + numbers["stress.after"] + 1]
                assert all(span)
                found += 1
        if not home.shortfalls:
            assert not any(days)
    assert found


def test_pensioners_live_off_pensions_and_platforms_pay_by_the_week(
    homes: list[tuple[Resident, Household]],
) -> None:
    for _, home in of(homes, "retired"):
        leaves = {one.leaf for one in home.postings if one.amount > 0 and one.stream}
        assert "income.pension" in leaves
        assert "income.salary" not in leaves
    for _, home in of(homes, "gig_worker"):
        platform = next(stream for stream in home.streams if stream.id == "platform")
        assert platform.cadence.value == "weekly"
        assert platform.varies
        assert platform.missed
        assert len(set(platform.amounts)) > len(platform.amounts) // 2


def test_who_paid_off_the_home_pays_no_mortgage(
    town: Population, homes: list[tuple[Resident, Household]]
) -> None:
    outright = 0
    for who, home in homes:
        people = town.people(who)
        leaves = {stream.leaf for stream in home.streams}
        if people.outright:
            outright += 1
            assert not leaves & {"housing.mortgage", "housing.rent"}
        else:
            assert ("housing.mortgage" if "owner" in people.traits else "housing.rent") in leaves
    assert outright > 5


def test_postings_come_household_by_household(
    town: Population, homes: list[tuple[Resident, Household]]
) -> None:
    first = homes[0][1].postings + homes[1][1].postings
    assert [posting for _, posting in islice(town.postings(), len(first))] == list(first)
    assert next(town.postings())[0] == homes[0][0]


def test_streaming_holds_one_household_and_not_what_came_before() -> None:
    people = Population(seed=2, devices=10**6, days=60, end=END)

    def peak(keep: int) -> int:
        tracemalloc.start()
        kept = deque(islice(people.postings(), 1_500), maxlen=keep)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert len(kept) == keep
        return most

    assert 2 * peak(1) < peak(1_500)


@pytest.mark.parametrize(
    ("devices", "days", "countries", "history"),
    [(0, 30, ("GB",), 0), (1, 0, ("GB",), 0), (1, 30, (), 0), (1, 30, ("ZZ",), 0), (1, 30, ("GB",), -1),
     (1, 30, ("GB",), 240)],
)  # fmt: skip
def test_what_is_no_population_is_refused(
    devices: int, days: int, countries: tuple[str, ...], history: int
) -> None:
    with pytest.raises(InputError):
        Population(1, devices, days, END, countries, history)


def test_there_is_nobody_beyond_the_last(town: Population) -> None:
    for number in (-1, town.devices):
        with pytest.raises(InputError):
            town.resident(number)
