"""A population of simulated people: who they are, what they agree to, how often they look, and their household's money.

A resident follows from the seed and a number alone, on every platform and in every process: chance is drawn in
integers, see ``dice``. Groups, choices and habits stand in ``catalogs/population.toml``. Nobody was observed: the
shares of groups come from public statistics, everything about one person's behaviour is an assumption.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from edge_engine.errors import InputError
from edge_engine.simulation.dice import PERMILLE, Dice
from edge_engine.simulation.groups import Statistics, people
from edge_engine.simulation.household import simulate
from edge_engine.simulation.merchants import catalog
from edge_engine.simulation.truth import Role, ShortfallKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.simulation.persona import Persona
    from edge_engine.simulation.truth import Household, Posting

MONTH: Final = 30
"""Days of a month, where choices are counted by the month."""

_OWN: Final = frozenset({"transfers.own", "finance.card_payment"})
_AT_HAND: Final = (Role.CURRENT, Role.JOINT, Role.SAVINGS)
_ATTITUDES: Final = ("open", "pragmatic", "wary")
_MOST_MONTHS: Final = 240
_CURIOUS_DAYS: Final = 14
_WEEKEND: Final = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """A consent: from ``day_on`` of the run until ``day_off``, which is None where it is never taken back."""

    purpose: str
    day_on: int
    day_off: int | None


@dataclass(frozen=True, slots=True)
class Resident:
    """One simulated person with a device, and their household.

    Attributes:
        number: From 0 on.
        country: ISO 3166-1 alpha-2 code.
        currency: Of their accounts.
        persona: Identifier of their group.
        seed: Of their household.
        taste: Of their behaviour: tastes, patience, what they do on a day.
        attitude: ``open``, ``pragmatic`` or ``wary`` about what is known of them.
        habit: Chance in thousandths of opening the app on a usual day.
        first: Day 0 of the run.
        consents: What they agree to, in the order of asking; at most one a purpose.
    """

    number: int
    country: str
    currency: str
    persona: str
    seed: int
    taste: int
    attitude: str
    habit: int
    first: date
    consents: tuple[Choice, ...]

    def opens(self, day: int) -> bool:
        """Return whether they open the app on a day of the run; each day is drawn by itself."""
        n = Statistics.default().numbers
        when = self.first + timedelta(day)
        chance = self.habit
        if day < _CURIOUS_DAYS:
            chance = chance * n["opens.curious"] // PERMILLE
        if when.weekday() >= _WEEKEND:
            chance = chance * n["opens.weekend"] // PERMILLE
        if when.day <= 3 or when.day >= 27:
            chance = chance * n["opens.payday"] // PERMILLE
        digest = hashlib.blake2b(f"{self.taste}\x1fopens\x1f{day}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") * PERMILLE >> 64 < chance

    def granted(self, day: int) -> frozenset[str]:
        """Return the purposes that are on at the end of a day of the run."""
        return frozenset(
            one.purpose
            for one in self.consents
            if one.day_on <= day and (one.day_off is None or day < one.day_off)
        )


@dataclass(frozen=True, slots=True)
class Population:
    """People with devices, drawn one by one; nothing is kept.

    Attributes:
        seed: What all are drawn from.
        devices: How many.
        days: Days of the run.
        end: Its last day.
        countries: Where they live; each as likely.
        history: Months of money before the run.
    """

    seed: int
    devices: int
    days: int
    end: date
    countries: tuple[str, ...] = ("GB", "US", "DE", "AU")
    history: int = 0

    def __post_init__(self) -> None:
        if self.devices < 1 or self.days < 1 or not self.countries or self.history < 0:
            raise InputError("a population has one device, one day and one country at least")
        if self.months > _MOST_MONTHS:
            raise InputError(f"a run and the months before it are {_MOST_MONTHS} months at most")
        for country in self.countries:
            catalog(country)

    @property
    def first(self) -> date:
        """Day 0 of the run."""
        return self.end - timedelta(self.days - 1)

    @property
    def months(self) -> int:
        """Months that a household is simulated for: whole ones that cover the run, and those before it."""
        return -(-self.days * 12 // 365) + self.history

    def resident(self, number: int) -> Resident:
        """Return somebody: who and where follows from seed, number and countries, whatever else differs.

        Raises:
            InputError: There is nobody of that number.
        """
        if not 0 <= number < self.devices:
            raise InputError(f"a population of {self.devices} has nobody of number {number}")
        statistics = Statistics.default()
        dice = Dice(self.seed, "resident", str(number))
        country = dice.pick(self.countries)
        groups = list(statistics.groups.values())
        group = dice.weighted(groups, [one.share[country] for one in groups])
        seed, taste = (dice.below(1 << 31) << 31 | dice.below(1 << 31) for _ in range(2))
        n = statistics.numbers
        shares = (n["attitude.open"], n["attitude.pragmatic"])
        attitude = dice.weighted(_ATTITUDES, (*shares, PERMILLE - sum(shares)))
        habit = dice.weighted(statistics.habits, group.opens)
        return Resident(
            number=number,
            country=country,
            currency=catalog(country).currency,
            persona=group.id,
            seed=seed,
            taste=taste,
            attitude=attitude,
            habit=habit.chance,
            first=self.first,
            consents=_choices(statistics, attitude, taste, self.days),
        )

    def people(self, resident: Resident) -> Persona:
        """Return who lives in a resident's household: earners, children, home and ways."""
        statistics = Statistics.default()
        group, state = statistics.groups[resident.persona], statistics.states[resident.country]
        return people(resident.seed, group, state, catalog(resident.country))

    def household(self, resident: Resident) -> Household:
        """Return a resident's household with the truth of every line, from ``history`` months before the run on."""
        who = self.people(resident)
        return simulate(
            resident.seed,
            months=self.months,
            end=self.end,
            country=resident.country,
            changes=not who.retired,
            who=who,
        )

    def postings(self) -> Iterator[tuple[Resident, Posting]]:
        """Yield every booked line of everybody, household by household, in the memory of one household."""
        for number in range(self.devices):
            resident = self.resident(number)
            for posting in self.household(resident).postings:
                yield resident, posting


def stressed(household: Household) -> tuple[bool, ...]:
    """Return, for each day from the household's first on, whether it is truly short of money.

    That is a day near one on which a bill could not be paid, or an account for payments was below zero while all
    accounts together held less than some days of usual spending: whoever only forgot to move savings is not in need.
    What is near and how many days stand in ``population.toml`` as ``stress.before``, ``stress.after`` and
    ``stress.cover``.
    """
    n = Statistics.default().numbers
    days = (household.end - household.start).days + 1
    spent = -sum(one.amount for one in household.postings if one.amount < 0 and one.leaf not in _OWN)
    cover = spent * n["stress.cover"] // days
    found = [False] * days
    for shortfall in household.shortfalls:
        at = (shortfall.day - household.start).days
        held = sum(household.balance_by_day[role][at] for role in _AT_HAND)
        if shortfall.kind is ShortfallKind.UNPAID or held < cover:
            for day in range(max(0, at - n["stress.before"]), min(days, at + n["stress.after"] + 1)):
                found[day] = True
    return tuple(found)


def _choices(statistics: Statistics, attitude: str, taste: int, days: int) -> tuple[Choice, ...]:
    """Draw what somebody agrees to within the days of a run."""
    n = statistics.numbers
    at = _ATTITUDES.index(attitude)
    later, withdraw = n[f"later.{attitude}"], n[f"withdraw.{attitude}"]
    found: dict[str, Choice] = {}
    for asked in statistics.choices:
        dice = Dice(taste, "choice", asked.purpose)
        on = 0 if dice.chance(asked.agree[at]) else _month(dice, later, 0)
        # INVARIANT: what a purpose needs is agreed to first. Each purpose has its own chance, so that days change none.
        if on is None or any(need not in found for need in asked.needs):
            continue
        on = max([on, *(found[need].day_on for need in asked.needs)])
        off = _month(dice, withdraw, on)
        if on < days:
            found[asked.purpose] = Choice(asked.purpose, on, off if off is not None and off < days else None)
    return tuple(found.values())


def _month(dice: Dice, permille: int, since: int) -> int | None:
    """Return a day after ``since`` on which something happens that happens ``permille`` times in 1,000 months."""
    for month in range(_MOST_MONTHS):
        if dice.chance(permille):
            return since + month * MONTH + 1 + dice.below(MONTH)
    return None
