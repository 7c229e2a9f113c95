"""Changes of a household's life: another job, another home, a child, another town; what is planned moves with them."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from edge_engine.domain.transaction import Channel
from edge_engine.simulation.dice import PERMILLE, Dice, half_up
from edge_engine.simulation.draft import Draft, Plan, card_booking
from edge_engine.simulation.income import credit, employ
from edge_engine.simulation.merchants import Catalog, Payee, life_book, settle, write
from edge_engine.simulation.persona import PAYS_A_YEAR
from edge_engine.simulation.truth import EventKind, Role
from edge_engine.simulation.workdays import Cadence, Roll, Schedule, roll

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from edge_engine.simulation.draft import Agenda, Window
    from edge_engine.simulation.merchants import LifeBook
    from edge_engine.simulation.persona import Job, Persona

HEAD: Final = 150
TAIL: Final = 110
"""Days of a window before and after a change: enough to know how life was, and to see how it is."""

_HOUSING: Final = ("housing.rent", "housing.mortgage")
EVERYDAY: Final = frozenset({
    "food.groceries", "food.specialty", "dining.restaurants", "dining.fast_food", "dining.coffee", "dining.bars",
    "transport.public_transit", "transport.taxi", "transport.fuel", "transport.parking_tolls", "shopping.general",
    "shopping.clothing", "shopping.books_media", "shopping.sports_hobbies", "shopping.gifts_jewelry",
    "shopping.pets", "home.furniture", "home.improvement", "home.services", "health.pharmacy",
    "personal.hair_beauty", "leisure.events", "services.post", "transfers.cash",
})  # fmt: skip
"""Leaves of what is bought where one is."""


@dataclasses.dataclass(frozen=True, slots=True)
class Stage:
    """What a change works on."""

    who: Persona
    book: Catalog
    life: LifeBook
    window: Window
    agenda: Agenda

    def dice(self, *names: str) -> Dice:
        """Return the chance of one corner of the household's changes."""
        return Dice(self.who.seed, self.book.country, "life", *names)

    def spend(
        self, day: date, payee: Payee, leaf: str, event: str, dice: Dice, *, sigma: int = 250, mcc: int = 0
    ) -> None:
        """Plan one payment to somebody that a change, or what looks like it, pays."""
        if not self.window.start <= day <= self.window.end:
            return
        text = settle(payee.text, dice, self.who.home)
        self.agenda.drafts.append(
            Draft(
                day=day,
                booked=card_booking(self.book.country, day, dice),
                minute=dice.between(540, 1260),
                account=dice.pick((Role.CURRENT, Role.JOINT, Role.CARD)),
                amount=-dice.spread(payee.amount, sigma),
                text=write(text, dice, day),
                counterparty=payee.name,
                leaf=leaf,
                channel=Channel.CARD,
                mcc=mcc,
                event=event,
            )
        )

    def running(self, day: date, leaves: Iterable[str], *, incoming: bool = False) -> list[Plan]:
        """Return the streams of some leaves that run on ``day`` and go on."""
        chosen = set(leaves)
        return [
            plan
            for plan in self.agenda.plans
            if plan.leaf in chosen
            and plan.incoming is incoming
            and plan.started < day
            and (plan.ended is None or plan.ended > day + timedelta(60))
        ]

    def of(self, plan: Plan) -> list[Draft]:
        """Return the payments of a stream."""
        return [draft for draft in self.agenda.drafts if draft.stream == plan.id]


def stage(who: Persona, book: Catalog, window: Window, agenda: Agenda) -> Stage:
    """Return what changes of the household work on."""
    return Stage(who, book, life_book(book.country), window, agenda)


def plan_changes(here: Stage) -> frozenset[EventKind]:
    """Draw which changes come to the household, work them into its plans and return their kinds.

    Thirty-five of a hundred households have none, one in seven has two that are months apart.
    """
    dice = here.dice("which")
    span = (here.window.end - here.window.start).days - HEAD - TAIL
    if span <= 0:
        return frozenset()
    kinds = (None, EventKind.JOB_CHANGE, EventKind.HOME_MOVE, EventKind.CHILD, EventKind.RELOCATION)
    first = dice.weighted(kinds, (35, 18, 16, 16, 15))
    second = dice.weighted(kinds, (86, 5, 3, 4, 2))
    half = span // 2
    days = [here.window.start + timedelta(HEAD + dice.below(max(1, part))) for part in (span, half)]
    if second is not None:
        days = [days[1], here.window.end - timedelta(TAIL + dice.below(max(1, half - 60)))]
    happened = set()
    for kind, day in zip((first, second), days, strict=True):
        if kind is not None and kind not in happened and _CHANGES[kind](here, day):
            happened.add(kind)
    return frozenset(happened)


def change_job(here: Stage, day: date) -> bool:
    """Let an adult leave one employer and begin at another, at once or after a while; false where nobody can."""
    dice = here.dice("job")
    plans = {f"salary-{job.adult + 1}": job for job in here.who.jobs}
    paid = here.running(day, ["income.salary"], incoming=True)
    able = [plan for plan in paid if plan.id in plans and plan.ended is None]
    if not able:
        return False
    plan = dice.pick(able)
    job = plans[plan.id]
    gap = dice.weighted((0, dice.between(7, 21), dice.between(30, 75)), (50, 30, 20))
    _stop(here, plan, day)
    employer = dice.pick(other_employers(here))
    text = dice.pick(here.book.salary_texts).replace("{EMPLOYER}", employer.upper())
    rule = job.rule if dice.chance(500) else dice.weighted(here.book.pay_rules, here.book.pay_weights)
    monthly = half_up(job.monthly * dice.between(920, 1320), PERMILLE)
    other: Job = dataclasses.replace(
        job,
        employer=employer,
        text=text.replace("{account}", dice.digits(10)),
        net=half_up(monthly * 12, PAYS_A_YEAR.get(rule, 12)),
        rule=rule,
    )
    hired = day + timedelta(1 + gap)
    here.agenda.happen(EventKind.JOB_CHANGE, day, hired)
    employ(other, f"{plan.id}-next", hired, here.book, here.window, here.agenda, dice)
    return True


def other_employers(here: Stage) -> list[str]:
    """Return employers that pay nobody of the household yet."""
    known = {plan.merchant for plan in here.agenda.plans}
    return [name for name in here.book.employers if name not in known]


def _stop(here: Stage, plan: Plan, day: date) -> None:
    """End a stream: nothing of it is paid after ``day``."""
    plan.ended = day
    plan.prices = [(since, amount) for since, amount in plan.prices if since <= day]
    here.agenda.drafts[:] = [
        draft for draft in here.agenda.drafts if draft.stream != plan.id or draft.day <= day
    ]


def switch(here: Stage, plan: Plan, day: date, payee: Payee, dice: Dice, permille: int) -> Plan:
    """Let another payee take over a stream from ``day`` on, at ``permille`` thousandths of the amounts."""
    name = f"{plan.id}-next"
    prices = [(since, half_up(amount * permille, PERMILLE)) for since, amount in plan.prices if since > day]
    present = half_up(plan.price(day) * permille, PERMILLE)
    fresh = dataclasses.replace(
        plan, id=name, merchant=payee.name, prices=[(day, present), *prices], started=day, missed=[]
    )
    text = settle(payee.text, dice, here.who.home)
    for draft in here.of(plan):
        if draft.day > day:
            draft.stream, draft.counterparty = name, payee.name
            draft.text = write(text, dice, draft.day)
            draft.amount = half_up(draft.amount * permille, PERMILLE)
    plan.ended = day
    plan.prices = [(since, amount) for since, amount in plan.prices if since <= day]
    plan.missed = [missed for missed in plan.missed if missed <= day]
    here.agenda.plans.append(fresh)
    return fresh


def move_home(here: Stage, day: date) -> bool:
    """Let the household move within its town; false where it pays for no home."""
    if not here.running(day, _HOUSING):
        return False
    event = here.agenda.happen(EventKind.HOME_MOVE, day)
    _move(here, day, event, here.dice("home"))
    return True


def _move(here: Stage, day: date, event: str, dice: Dice) -> None:
    """Plan another home with all that it brings, some of it only in most households."""
    for plan in here.running(day, _HOUSING):
        owner = plan.leaf == "housing.mortgage"
        payee = dice.pick(here.life.lenders if owner else here.life.landlords)
        switch(here, plan, day, payee, dice, dice.between(880, 1380))
        if owner or dice.chance(150):
            here.spend(day - timedelta(dice.between(2, 20)), dice.pick(here.life.legal), "services.professional",
                       event, dice)  # fmt: skip
        else:
            deposit = at_price(payee, plan.price(day) * dice.between(100, 200) // 100)
            here.spend(day - timedelta(dice.between(1, 15)), deposit, plan.leaf, event, dice, sigma=0)
    if dice.chance(820):
        here.spend(
            day + timedelta(dice.between(-3, 4)), dice.pick(here.life.removal), "home.services", event, dice
        )
    if dice.chance(500):
        here.spend(day - timedelta(dice.between(0, 9)), here.life.redirection[0], "services.post", event, dice,
                   sigma=0, mcc=9402)  # fmt: skip
    if dice.chance(900):
        furnish(here, day, event, dice, dice.between(3, 8), 55)
    _other_bills(here, day, dice)


def _other_bills(here: Stage, day: date, dice: Dice) -> None:
    """Let suppliers and the property tax follow to the other home."""
    for leaf, chance in (("utilities.energy", 600), ("utilities.internet_tv", 500)):
        for plan in here.running(day, [leaf])[:1]:
            if dice.chance(chance):
                another_supplier(here, plan, day, dice)
    for plan in here.running(day, ["housing.property_tax"]):
        permille = dice.between(820, 1300)
        for draft in here.of(plan):
            if draft.day > day:
                draft.amount = half_up(draft.amount * permille, PERMILLE)
        plan.prices = sorted(
            [(since, amount) for since, amount in plan.prices if since <= day]
            + [(day, half_up(plan.price(day) * permille, PERMILLE))]
            + [(since, half_up(amount * permille, PERMILLE)) for since, amount in plan.prices if since > day]
        )


def at_price(payee: Payee, amount: int) -> Payee:
    """Return the payee with another usual amount."""
    return Payee(payee.name, amount, payee.text)


def another_supplier(here: Stage, plan: Plan, day: date, dice: Dice) -> bool:
    """Let another supplier of the catalogue take over a bill; false where there is none."""
    bill = next((bill for bill in here.book.bill if bill.id == plan.id), None)
    others = [one for one in bill.providers if one.name != plan.merchant] if bill else []
    if not others:
        return False
    one = dice.pick(others)
    switch(here, plan, day, Payee(one.name, 0, one.texts.split("|")[0]), dice, dice.between(850, 1150))
    return True


def furnish(here: Stage, day: date, event: str, dice: Dice, count: int, within: int) -> None:
    """Buy ``count`` pieces of furniture and material around ``day``."""
    for _ in range(count):
        habit = dice.pick(("furniture", "furniture", "improvement"))
        shop = dice.pick(here.book.shops[habit])
        home = {**here.who.home, "town": here.who.towns[0], "LOCAL": here.book.local_first[0].upper()}
        text = settle(shop.texts.split("|")[0], dice, home)
        price = shop.median * dice.between(120, 420) // 100
        payee = Payee(shop.name.replace("{LOCAL}", here.book.local_first[0]), price, text)
        mcc = 5712 if habit == "furniture" else 5200
        here.spend(
            day + timedelta(dice.between(-6, within)), payee, f"home.{habit}", event, dice, sigma=300, mcc=mcc
        )


def relocate(here: Stage, day: date) -> bool:
    """Let the household move to another town, where it shops from then on; half find other work there."""
    if not here.running(day, _HOUSING):
        return False
    dice = here.dice("relocation")
    event = here.agenda.happen(EventKind.RELOCATION, day)
    towns = elsewhere(here, dice)
    in_town(here, towns, dice, lambda when: when > day)
    _move(here, day, event, dice)
    if dice.chance(500):
        change_job(here, day + timedelta(dice.between(-20, 15)))
    return True


def elsewhere(here: Stage, dice: Dice) -> tuple[str, str]:
    """Return another town of the country and a district there."""
    home, district = here.who.towns
    town = dice.pick([city for city in here.book.cities if city != home])
    return town, dice.pick([one for one in here.book.districts if one != district])


def in_town(
    here: Stage,
    towns: tuple[str, str],
    dice: Dice,
    when: Callable[[date], bool],
    share: int = PERMILLE,
    event: str | None = None,
) -> int:
    """Have what is bought on some days bought in another town, at other branches and local shops.

    Args:
        here: The household.
        towns: The other town and a district of it.
        dice: Chance.
        when: Says which days.
        share: Thousandths of the purchases that are made there.
        event: What the purchases belong to.

    Returns:
        How many purchases moved.
    """
    suffix = here.book.country == "US"
    old, new = (
        [(town.upper(), town.rsplit(" ", 1)[0].upper() if suffix else town.upper()) for town in pair]
        for pair in (here.who.towns[:1], towns[:1])
    )
    names: dict[str, str] = {}
    words = [local.upper() for local in here.book.local_first]
    moved = 0
    for draft in here.agenda.drafts:
        if draft.leaf not in EVERYDAY or not when(draft.day) or not dice.chance(share):
            continue
        if draft.event is not None and draft.event.startswith("holiday"):
            continue
        text = draft.text
        text = _replaced(text, old[0][0], new[0][0])
        text = _replaced(text, old[0][1], new[0][1])
        text = _replaced(text, here.who.towns[1], towns[1])
        for word in words:
            if word in text.upper():
                fresh = names.setdefault(word, dice.pick([one for one in words if one != word]))
                text = _replaced(text, word, fresh)
                draft.counterparty = _replaced(draft.counterparty, word, fresh.title())
        if text != draft.text:
            moved += 1
            draft.text = text
            draft.event = draft.event or event
    return moved


def _replaced(text: str, old: str, new: str) -> str:
    """Replace a word in any case."""
    at = text.upper().find(old.upper())
    return text if at < 0 else text[:at] + new + text[at + len(old) :]


def have_child(here: Stage, day: date) -> bool:
    """Let a child be born on ``day``: things for it, the benefit, less pay for a while, and often a nursery."""
    dice = here.dice("child")
    event = here.agenda.happen(EventKind.CHILD, day)
    shops = [dice.pick(here.life.baby) for _ in range(2)]
    for _ in range(dice.between(7, 16)):
        here.spend(day + timedelta(dice.between(-100, 200)), dice.pick(shops), "shopping.general", event, dice,
                   sigma=500, mcc=5641)  # fmt: skip
    _benefit(here, day, event, dice)
    if dice.chance(600):
        _parental_pay(here, day, dice)
    if dice.chance(550):
        _nursery(here, day + timedelta(dice.between(220, 330)), event, dice)
    return True


def _benefit(here: Stage, day: date, event: str, dice: Dice) -> None:
    book, since = here.book, day + timedelta(dice.between(35, 90))
    present = here.running(since, ["income.benefits"], incoming=True)
    for plan in [plan for plan in present if plan.id == "child_benefit"]:
        old = plan.price(since)
        more = half_up(book.benefit * 660, PERMILLE)
        plan.prices = sorted(
            [(when, amount) for when, amount in plan.prices if when <= since]
            + [(since, old + more)]
            + [(when, amount + more) for when, amount in plan.prices if when > since]
        )
        for draft in here.of(plan):
            if draft.day >= since:
                draft.amount, draft.event = draft.amount + more, draft.event or event
        return
    schedule = Schedule(
        book.country, book.benefit_cadence, since - timedelta(since.weekday()), day=12, rule=Roll.BEFORE
    )
    plan = Plan("child_benefit", book.benefit_name, "income.benefits", Role.CURRENT, True, schedule,
                [(since, book.benefit)], since)  # fmt: skip
    text = write(book.benefit_text, dice, since)
    for due in schedule.nominal(since, here.window.end + timedelta(6)):
        booked = schedule.booked(due)
        if since <= booked <= here.window.end:
            here.agenda.drafts.append(credit(plan, booked, book.benefit, text, Channel.TRANSFER, event))
    here.agenda.plans.append(plan)


def _parental_pay(here: Stage, day: date, dice: Dice) -> None:
    names = {f"salary-{job.adult + 1}" for job in here.who.jobs}
    plans = [
        plan
        for plan in here.running(day, ["income.salary"], incoming=True)
        if plan.id.removesuffix("-next") in names
    ]
    if not plans:
        return
    plan, last = dice.pick(plans), day + timedelta(dice.between(90, 270))
    permille = dice.between(450, 880)
    for draft in here.of(plan):
        if day <= draft.day <= last:
            draft.amount = half_up(draft.amount * permille, PERMILLE)
    after = plan.price(last)
    kept = [(when, amount) for when, amount in plan.prices if not day <= when <= last]
    plan.prices = sorted([*kept, (day, half_up(plan.price(day) * permille, PERMILLE)), (last, after)])
    plan.varies = True


def _nursery(here: Stage, day: date, event: str | None, dice: Dice) -> None:
    payee = dice.pick(here.life.nurseries)
    price = dice.about(payee.amount, 150)
    schedule = Schedule(here.book.country, Cadence.MONTHLY, day, day=dice.between(1, 28), rule=Roll.AFTER)
    plan = Plan(
        "nursery_new", payee.name, "education.childcare", Role.JOINT, False, schedule, [(day, price)], day
    )
    text = settle(payee.text, dice, here.who.home)
    drafts = [
        Draft(booked, booked, 90, Role.JOINT, -price, write(text, dice, booked), payee.name, plan.leaf,
              Channel.DIRECT_DEBIT, stream=plan.id, event=event)
        for due in schedule.nominal(day, here.window.end)
        if (booked := roll(here.book.country, due, Roll.AFTER)) <= here.window.end
    ]  # fmt: skip
    if drafts:
        here.agenda.plans.append(plan)
        here.agenda.drafts += drafts


_CHANGES: Final[dict[EventKind, Callable[[Stage, date], bool]]] = {
    EventKind.JOB_CHANGE: change_job,
    EventKind.HOME_MOVE: move_home,
    EventKind.CHILD: have_child,
    EventKind.RELOCATION: relocate,
}
