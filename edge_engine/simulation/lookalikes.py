"""What looks like a change of life and is none: gifts, visits, long holidays, vans, new names for old payers."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from edge_engine.domain.transaction import Channel
from edge_engine.simulation.changes import (
    HEAD,
    TAIL,
    another_supplier,
    at_price,
    elsewhere,
    furnish,
    in_town,
    other_employers,
    switch,
)
from edge_engine.simulation.dice import PERMILLE, half_up
from edge_engine.simulation.draft import Draft
from edge_engine.simulation.income import employ
from edge_engine.simulation.merchants import Payee, places, write
from edge_engine.simulation.persona import PAYS_A_YEAR
from edge_engine.simulation.truth import EventKind, Role
from edge_engine.simulation.workdays import Roll, roll

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_engine.simulation.changes import Stage
    from edge_engine.simulation.dice import Dice


def plan_lookalikes(here: Stage, changed: frozenset[EventKind]) -> None:
    """Plan look-alikes, each kind in one to three of ten households.

    Args:
        here: The household.
        changed: Changes that it has; what would be a part of one of them is left out.
    """
    room = (here.window.end - here.window.start).days - HEAD - TAIL
    if room <= 0:
        return
    for kind, (chance, unless, plan) in _KINDS.items():
        dice = here.dice(kind.value)
        day = here.window.start + timedelta(HEAD + dice.below(room))
        if dice.chance(chance) and not unless & changed:
            plan(here, day, dice)


def _renamed(here: Stage, day: date, dice: Dice) -> None:
    """The employer takes another name: pay goes on to the cent."""
    names = {f"salary-{job.adult + 1}" for job in here.who.jobs}
    plans = [plan for plan in here.running(day, ["income.salary"], incoming=True) if plan.id in names]
    if plans:
        plan = dice.pick(plans)
        name = f"{dice.pick(here.book.local_first)} Group"
        here.agenda.happen(EventKind.EMPLOYER_RENAMED, day)
        template = dice.pick(here.book.salary_texts).replace("{EMPLOYER}", name.upper())
        switch(here, plan, day, Payee(name, 0, template), dice, PERMILLE)


def _second_job(here: Stage, day: date, dice: Dice) -> None:
    """A small job beside the one that goes on."""
    job = dice.pick(here.who.jobs)
    employer = dice.pick(other_employers(here))
    text = dice.pick(here.book.salary_texts).replace("{EMPLOYER}", employer.upper())
    net = half_up(job.monthly * dice.between(150, 320), PERMILLE)
    small = dataclasses.replace(
        job,
        employer=employer,
        text=text.replace("{account}", dice.digits(10)),
        net=half_up(net * 12, PAYS_A_YEAR.get(job.rule, 12)),
        bonus=0,
    )
    here.agenda.happen(EventKind.SECOND_JOB, day)
    employ(small, "salary-second", day, here.book, here.window, here.agenda, dice)


def _windfall(here: Stage, day: date, dice: Dice) -> None:
    """Money that comes once: a claim paid, a car sold."""
    payee = dice.pick(here.life.insurers)
    booked = roll(here.book.country, day, Roll.AFTER)
    event = here.agenda.happen(EventKind.WINDFALL, booked)
    here.agenda.drafts.append(
        Draft(
            booked,
            booked,
            9,
            Role.CURRENT,
            dice.spread(payee.amount, 300),
            write(payee.text, dice, booked),
            payee.name,
            "income.other",
            Channel.TRANSFER,
            event=event,
        )
    )


def _housing(here: Stage, day: date, dice: Dice) -> None:
    """Another lender at another rate, or an agency that took another name at the same rent."""
    for plan in here.running(day, ("housing.rent", "housing.mortgage"))[:1]:
        if plan.leaf == "housing.mortgage":
            here.agenda.happen(EventKind.REMORTGAGE, day)
            switch(here, plan, day, dice.pick(here.life.lenders), dice, dice.between(860, 1180))
        else:
            here.agenda.happen(EventKind.LANDLORD_RENAMED, day)
            switch(here, plan, day, dice.pick(here.life.landlords), dice, PERMILLE)


def _van(here: Stage, day: date, dice: Dice) -> None:
    """A removal firm for somebody else, or for one large piece."""
    payee = dice.pick(here.life.removal)
    event = here.agenda.happen(EventKind.REMOVAL_VAN, day)
    here.spend(
        day, at_price(payee, payee.amount * dice.between(30, 100) // 100), "home.services", event, dice
    )


def _renovation(here: Stage, day: date, dice: Dice) -> None:
    """New furniture and material for the home that stays."""
    event = here.agenda.happen(EventKind.RENOVATION, day, day + timedelta(60))
    furnish(here, day, event, dice, dice.between(5, 12), 60)


def _supplier(here: Stage, day: date, dice: Dice) -> None:
    """Cheaper energy or broadband."""
    for plan in here.running(day, ("utilities.energy", "utilities.internet_tv"))[:2]:
        if another_supplier(here, plan, day, dice):
            here.agenda.happen(EventKind.SUPPLIER_SWITCH, day)


def _gift(here: Stage, day: date, dice: Dice) -> None:
    """Something for somebody else's baby."""
    event = here.agenda.happen(EventKind.BABY_GIFT, day)
    shop = dice.pick(here.life.baby)
    for _ in range(dice.between(1, 2)):
        here.spend(day, shop, "shopping.general", event, dice, sigma=400, mcc=5641)


def _other_nursery(here: Stage, day: date, dice: Dice) -> None:
    """A child that is there goes to another nursery."""
    for plan in here.running(day, ["education.childcare"])[:1]:
        here.agenda.happen(EventKind.NURSERY_CHANGE, day)
        switch(here, plan, day, dice.pick(here.life.nurseries), dice, dice.between(900, 1150))


def _visit(here: Stage, day: date, dice: Dice) -> None:
    """Some weeks with the parents, shopping where they live."""
    last = day + timedelta(dice.between(10, 24))
    event = here.agenda.happen(EventKind.VISIT, day, last)
    in_town(here, elsewhere(here, dice), dice, lambda when: day <= when <= last, event=event)


def _long_holiday(here: Stage, day: date, dice: Dice) -> None:
    """Five to eight weeks somewhere else."""
    last = day + timedelta(dice.between(32, 56))
    event = here.agenda.happen(EventKind.LONG_HOLIDAY, day, last)
    towns = dice.pick([place for place in places() if place.short != here.book.country]).towns
    in_town(here, (towns[0].upper(), towns[-1].upper()), dice, lambda when: day <= when <= last, event=event)


def _elsewhere(here: Stage, day: date, dice: Dice) -> None:
    """Work in another town: a part of what is bought is bought there from then on."""
    event = here.agenda.happen(EventKind.WORK_ELSEWHERE, day)
    share = dice.between(150, 300)
    in_town(here, elsewhere(here, dice), dice, lambda when: when > day and when.weekday() < 5, share, event)


_NO: Final[frozenset[EventKind]] = frozenset()
_JOB: Final = frozenset({EventKind.JOB_CHANGE, EventKind.RELOCATION})
_HOME: Final = frozenset({EventKind.HOME_MOVE, EventKind.RELOCATION})
_BABY: Final = frozenset({EventKind.CHILD})
_KINDS: Final[dict[EventKind, tuple[int, frozenset[EventKind], Callable[[Stage, date, Dice], None]]]] = {
    EventKind.EMPLOYER_RENAMED: (200, _JOB, _renamed),
    EventKind.SECOND_JOB: (150, _NO, _second_job),
    EventKind.WINDFALL: (250, _NO, _windfall),
    EventKind.REMORTGAGE: (250, _HOME, _housing),
    EventKind.REMOVAL_VAN: (200, _HOME, _van),
    EventKind.RENOVATION: (200, _HOME, _renovation),
    EventKind.SUPPLIER_SWITCH: (250, _HOME, _supplier),
    EventKind.BABY_GIFT: (300, _BABY, _gift),
    EventKind.NURSERY_CHANGE: (400, _BABY, _other_nursery),
    EventKind.VISIT: (250, _NO, _visit),
    EventKind.LONG_HOLIDAY: (120, _NO, _long_holiday),
    EventKind.WORK_ELSEWHERE: (150, frozenset({EventKind.RELOCATION}), _elsewhere),
}
"""Households in a thousand that meet each, the changes of which it would be a part, and what it does."""
