from __future__ import annotations

from datetime import date

import pytest

from edge_engine.domain.category import Taxonomy
from edge_engine.domain.transaction import Channel
from edge_engine.errors import InputError
from edge_engine.simulation.dice import Dice
from edge_engine.simulation.merchants import COUNTRIES, catalog, habits, places, settle, write
from edge_engine.simulation.truth import Role

TRAITS = {
    "renter",
    "owner",
    "car",
    "electric",
    "pets",
    "children",
    "drinks",
    "smokes",
    "bets",
    "plays",
    "gig",
}


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(InputError):
        catalog("ZZ")


def test_habits_are_whole_weeks_and_years() -> None:
    taxonomy = Taxonomy.default()
    for habit in habits():
        assert len(habit.weekday) == 7
        assert len(habit.season) == 12
        assert all(0 <= hour < 24 for hour in habit.hours)
        assert set(habit.needs) <= TRAITS
        assert taxonomy.leaf(habit.leaf).id == habit.leaf
        assert 900 < sum(habit.season) / 12 < 1150


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_catalogue_has_shops_for_every_habit_and_sound_bills(country: str) -> None:
    book = catalog(country)
    taxonomy = Taxonomy.default()
    assert set(book.shops) == {habit.id for habit in habits()}
    assert len({bill.id for bill in book.bill}) == len(book.bill) > 25
    for bill in book.bill:
        assert taxonomy.leaf(bill.leaf).id == bill.leaf
        assert set(bill.needs) <= TRAITS
        assert Role(bill.pays_from) in set(Role)
        assert Channel(bill.channel)
        assert bill.share or all(0 < provider.low <= provider.high for provider in bill.providers)
        assert bill.shape in {"fixed", "usage", "energy", "summer", "workdays", "term"}
        assert len(bill.rise) in {0, 3}
    assert len(book.pay_rules) == len(book.pay_weights)
    assert len(book.people) >= 6


def test_there_are_rates_for_every_home_currency() -> None:
    home = {catalog(country).currency for country in COUNTRIES}
    for place in places():
        assert set(place.rates) == home
        assert place.rates.get(place.currency, 1000) == 1000


def test_a_branch_stays_and_a_reference_changes() -> None:
    dice = Dice(1, "text")
    known = settle("TESCO STORES {store} {town} REF {num6}", dice, {"town": "LEEDS"})
    head, _, tail = known.partition(" LEEDS ")
    assert head.removeprefix("TESCO STORES ").isdigit()
    assert tail == "REF {num6}"
    written = {write(known, dice, date(2026, 1, 5)) for _ in range(4)}
    assert len(written) == 4
    assert all(text.startswith(head) for text in written)


def test_dates_in_texts_do_not_depend_on_the_locale() -> None:
    assert write("LYFT *RIDE {dmon}", Dice(1, "x"), date(2026, 3, 5)) == "LYFT *RIDE 05MAR"
    assert write("LOHN {mmyy}", Dice(1, "x"), date(2026, 3, 5)) == "LOHN 03/26"
