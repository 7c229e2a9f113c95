"""How right the question about investing is: ``python -m edge_engine.simulation.appetite_figures``.

Simulated households are asked half a year before their end, with their true merchants and categories. Whether they
invest is known; whether they could is judged by what came: whether what is at hand and invested had not shrunk half a
year later. The same share among all households stands beside it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.domain.category import Taxonomy
from edge_engine.domain.money import Money
from edge_engine.insights.appetite import appetite
from edge_engine.insights.hypothesis import InvestsAlready
from edge_engine.insights.thresholds import INVESTMENT_APPETITE, Thresholds
from edge_engine.simulation.household import simulate
from edge_engine.simulation.life_figures import COUNTRIES, END, given
from edge_engine.simulation.truth import Role

if TYPE_CHECKING:
    from edge_engine.insights.hypothesis import Hypothesis
    from edge_engine.simulation.truth import Household

ASKED: Final = END - timedelta(182)
_AT_HAND: Final = (Role.CURRENT, Role.JOINT, Role.SAVINGS)
_RUNNING: Final = timedelta(75)
_A_PLAN: Final = 3


class Figures(msgspec.Struct, frozen=True):
    """What was asked and how right it was.

    Attributes:
        households: How many.
        investing: That pay into a plan when asked.
        asked_investing: That were asked whether they invest.
        right_investing: Of these, those that do.
        asked_could: That were asked whether they would.
        sound_could: Of these, those whose money had not shrunk half a year later.
        sound_all: Of all households, likewise.
    """

    households: int
    investing: int
    asked_investing: int
    right_investing: int
    asked_could: int
    sound_could: int
    sound_all: int


def ask(household: Household, day: date) -> list[Hypothesis]:
    """Return what the household would be asked on a day."""
    postings, _ = given(household, day)
    accounts = sorted(household.accounts)
    at = (day - household.start).days
    balances = {
        accounts.index(role) + 1: Money(household.balance_by_day[role][at], household.currency)
        for role in _AT_HAND
    }
    savings = [accounts.index(Role.SAVINGS) + 1]
    rules = Thresholds.default(INVESTMENT_APPETITE)
    return appetite(postings, balances, savings, (), day, Taxonomy.default(), rules, ("investment_offers",))


def invests(household: Household, day: date) -> bool:
    """Return whether the household pays into a plan on a day."""
    plan = [
        one.day
        for one in household.postings
        if one.stream and one.leaf == "finance.investment" and day - timedelta(183) <= one.day <= day
    ]
    return len(plan) >= _A_PLAN and day - plan[-1] <= _RUNNING


def sound(household: Household, day: date) -> bool:
    """Return whether what is at hand and invested had not shrunk from a day to the end."""
    at = (day - household.start).days
    then, now = (sum(household.balance_by_day[role][when] for role in _AT_HAND) for when in (at, -1))
    invested = -sum(
        one.amount for one in household.postings if one.leaf == "finance.investment" and one.day > day
    )
    return now + invested >= then


def measure(seeds: range) -> Figures:
    """Ask the households of some seeds."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        home = simulate(seed, months=30, end=END, country=COUNTRIES[seed % 3], changes=True)
        truly, well = invests(home, ASKED), sound(home, ASKED)
        counts.update({"households": 1, "investing": truly, "sound_all": well})
        for one in ask(home, ASKED):
            if isinstance(one.message, InvestsAlready):
                counts.update({"asked_investing": 1, "right_investing": truly})
            else:
                counts.update({"asked_could": 1, "sound_could": well})
    return Figures(**{name: counts[name] for name in Figures.__struct_fields__})


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="appetite_figures", description=__doc__)
    parser.add_argument("--seeds", default="1000-1099", help="first and last seed (default: 1000-1099)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    first, _, last = options.seeds.partition("-")
    found = measure(range(int(first), int(last or first) + 1))
    if options.json:
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
        return 0
    sys.stdout.write(
        f"{found.households} households, {found.investing} of them invest\n"
        f"asked whether they invest: {found.asked_investing}, rightly {found.right_investing}\n"
        f"asked whether they would: {found.asked_could}, money not shrunk half a year later {found.sound_could}"
        f" (of all households {found.sound_all})\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
