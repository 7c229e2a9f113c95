"""The groups that a population is made of, and the people of one household of a group.

All numbers stand in ``catalogs/population.toml``, each with its reason and, where one is behind it, the public
statistic. Shares and chances are thousandths.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.simulation.dice import PERMILLE, Dice, half_up
from edge_engine.simulation.persona import PAYS_A_YEAR, Job, Persona, persona
from edge_engine.simulation.truth import Role

if TYPE_CHECKING:
    from edge_engine.simulation.merchants import Catalog

FILE: Final = "population.toml"

_ROUND: Final = 1000
"""People set standing orders in tens."""
_GIG_SPREAD: Final = 380
_GIG_GAP: Final = 125
_APRIL: Final = 4

NOBODY: Final = -1
"""The adult of pay that hangs on nobody's work."""


class Number(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One number with its reason and the statistic behind it, empty where it is set by hand."""

    id: str
    value: int
    reason: str
    source: str


class OpeningHabit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often somebody opens the app: chance of a day in thousandths."""

    id: str
    chance: int
    reason: str


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a country's state pays; see the head of its part of the file."""

    id: str
    pension: int
    pension_rule: str
    pension_name: str
    pension_text: str
    support: int
    support_rule: str
    support_name: str
    support_text: str
    reasons: dict[str, str]
    source: str


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Households of one kind; see the head of its part of the file for each field."""

    id: str
    share: dict[str, int]
    owner: dict[str, int]
    outright: int
    single: int
    works: int
    pay: int
    second: int
    spread: int
    children: tuple[int, int, int, int]
    saving: tuple[int, int]
    cushion: tuple[int, int]
    support: int
    car: dict[str, int]
    gig: int
    cautious: int
    full: int
    opening: int
    extras: int
    size: int
    overdraft: int
    opens: tuple[int, ...]
    reasons: dict[str, str]
    source: str


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many of each attitude (open, pragmatic, wary) agree to a purpose at the start, once its ``needs`` are on."""

    purpose: str
    agree: tuple[int, int, int]
    reason: str
    needs: tuple[str, ...] = ()


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a public statistic says of a whole country, in thousandths; see ``census.MEASURES`` for what."""

    what: str
    country: str
    value: int
    source: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: int
    target: tuple[Target, ...]
    number: tuple[Number, ...]
    habit: tuple[OpeningHabit, ...]
    country: tuple[State, ...]
    group: tuple[Group, ...]
    choice: tuple[Asked, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Statistics:
    """Everything that a population is drawn from.

    Attributes:
        numbers: Single numbers by identifier.
        habits: How often the app is opened, from seldom to daily.
        states: What the state pays, by country.
        groups: By identifier, in the order of the file.
        choices: What people are asked for, in the order of asking.
        targets: What the groups together are held against; nothing is drawn from it.
    """

    numbers: dict[str, int]
    habits: tuple[OpeningHabit, ...]
    states: dict[str, State]
    groups: dict[str, Group]
    choices: tuple[Asked, ...]
    targets: tuple[Target, ...]

    @classmethod
    def default(cls) -> Statistics:
        """Return the numbers of ``population.toml``; read once a process."""
        return _default()


@cache
def _default() -> Statistics:
    source = resources.files("edge_engine.simulation").joinpath("catalogs", FILE)
    read = msgspec.toml.decode(source.read_bytes(), type=_File)
    return Statistics(
        {one.id: one.value for one in read.number},
        read.habit,
        {one.id: one for one in read.country},
        {one.id: one for one in read.group},
        read.choice,
        read.target,
    )


def people(seed: int, group: Group, state: State, book: Catalog) -> Persona:
    """Draw the people of one household of a group.

    Args:
        seed: The household's seed.
        group: Their group.
        state: What their country's state pays.
        book: Their country.

    Returns:
        The people; where they live, shop and how they are called is what ``persona`` draws of the seed.
    """
    anybody = persona(seed, book)
    dice = Dice(seed, book.country, "group")
    adults = 1 if dice.chance(group.single) else 2
    children = dice.weighted((0, 1, 2, 3), group.children)
    owner, outright = dice.chance(group.owner[book.country]), dice.chance(group.outright)
    retired = group.id == "retired"
    jobs = _pensions(seed, group, state, book, adults) if retired else _jobs(seed, group, state, book, adults)
    income = sum(job.monthly for job in jobs)
    part = dice.below(PERMILLE)
    low, high = group.cushion
    return dataclasses.replace(
        anybody,
        adults=adults,
        children=children,
        traits=_traits(anybody, group, book.country, dice, children=children, owner=owner),
        jobs=jobs,
        pays_in_full=dice.chance(group.full),
        saving=income * dice.between(*group.saving) // PERMILLE // _ROUND * _ROUND,
        cushion=income * (low + (high - low) * part * part // PERMILLE**2) // PERMILLE,
        cautious=dice.chance(group.cautious),
        retired=retired,
        outright=owner and outright,
        opening=group.opening,
        extras=group.extras,
        size=group.size,
        overdraft=group.overdraft,
        bounces=True,
    )


def _traits(
    anybody: Persona, group: Group, country: str, dice: Dice, *, children: int, owner: bool
) -> frozenset[str]:
    traits = set(anybody.traits) - {"owner", "renter", "car", "gig", "children"}
    traits.add("owner" if owner else "renter")
    if dice.chance(group.car[country]):
        traits.add("car")
    else:
        traits.discard("electric")
    if dice.chance(group.gig):
        traits.add("gig")
    if children:
        traits.add("children")
    return frozenset(traits)


def _jobs(seed: int, group: Group, state: State, book: Catalog, adults: int) -> tuple[Job, ...]:
    """Draw what the adults earn; an adult without work has no job."""
    jobs = []
    usual = persona(seed, book).jobs
    for adult in range(adults):
        dice = Dice(seed, book.country, "earner", str(adult))
        if adult and not dice.chance(group.works):
            continue
        share = group.second if adult else group.pay
        monthly = dice.spread(book.salary * share // PERMILLE, group.spread)
        if group.id == "gig_worker" and not adult:
            jobs.append(_platform(book, dice, monthly))
        else:
            jobs.append(_employed(usual[min(adult, len(usual) - 1)], adult, monthly))
    if state.support:
        dice = Dice(seed, book.country, "support")
        if dice.chance(group.support):
            support = _paid("support", state.support_name, state.support_text, state.support, state.support_rule,
                            "income.benefits")  # fmt: skip
            jobs.append(dataclasses.replace(support, adult=NOBODY))
    return tuple(jobs)


def _employed(job: Job, adult: int, monthly: int) -> Job:
    net = half_up(monthly * 12, PAYS_A_YEAR.get(job.rule, 12))
    return dataclasses.replace(job, adult=adult, net=net, account=Role.CURRENT if adult == 0 else Role.JOINT)


def _platform(book: Catalog, dice: Dice, monthly: int) -> Job:
    """Weekly payouts of a platform that differ and leave out weeks."""
    at = dice.below(len(book.gig) // 2) * 2
    # What comes in weeks with a payout, so that all weeks together make the month.
    net = half_up(monthly * 12 * PERMILLE, 52 * (PERMILLE - _GIG_GAP))
    paid = _paid("platform", book.gig[at], book.gig[at + 1], net, "weekly", "income.gig")
    return dataclasses.replace(paid, spread=_GIG_SPREAD, gap=_GIG_GAP)


def _pensions(seed: int, group: Group, state: State, book: Catalog, adults: int) -> tuple[Job, ...]:
    """Draw the state's pension and, for most, one of a former employer."""
    jobs = []
    for adult in range(adults):
        dice = Dice(seed, book.country, "pensioner", str(adult))
        account = Role.CURRENT if adult == 0 else Role.JOINT
        due = dice.about(state.pension, 250)
        pension = _paid(f"pension-{adult + 1}", state.pension_name, state.pension_text, due, state.pension_rule,
                        "income.pension")  # fmt: skip
        jobs.append(dataclasses.replace(pension, adult=adult, account=account, raise_month=_APRIL))
        if dice.chance(700):
            monthly = dice.spread(
                book.salary * (group.second if adult else group.pay) // PERMILLE, group.spread
            )
            employer = dice.pick(book.employers)
            name = f"{employer} Pension"
            rule = dice.pick([rule for rule in book.pay_rules if rule not in PAYS_A_YEAR])
            private = _paid(f"private-pension-{adult + 1}", name, f"{name.upper()} {{num6}}", monthly, rule,
                            "income.pension")  # fmt: skip
            jobs.append(dataclasses.replace(private, adult=adult, account=account, raise_month=_APRIL))
    return tuple(jobs)


def _paid(name: str, payer: str, text: str, net: int, rule: str, leaf: str) -> Job:
    return Job(0, payer, text, net, rule, 0, _APRIL, 0, Role.CURRENT, leaf, 0, name)
