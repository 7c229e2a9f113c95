"""The household simulator: two years of a household's money from one seed, with the truth of every line.

The same seed gives the same household on every platform: chance is drawn in integers alone, see `dice`.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from edge_engine.errors import InputError
from edge_engine.simulation.changes import plan_changes, stage
from edge_engine.simulation.dice import PERMILLE
from edge_engine.simulation.draft import Agenda, Plan, Window
from edge_engine.simulation.income import plan_benefits, plan_jobs
from edge_engine.simulation.investing import plan_investing
from edge_engine.simulation.lookalikes import plan_lookalikes
from edge_engine.simulation.merchants import Catalog, catalog
from edge_engine.simulation.obligations import plan_bills, yearly_cost
from edge_engine.simulation.orders import plan_orders
from edge_engine.simulation.persona import Persona, accounts, persona
from edge_engine.simulation.settlement import Line, Settlement
from edge_engine.simulation.shocks import plan_fate, plan_repairs
from edge_engine.simulation.spending import plan_spending
from edge_engine.simulation.travel import away, plan_travel, plan_trips
from edge_engine.simulation.truth import (
    LIFE_CHANGES,
    UNPAID,
    EventKind,
    Foreign,
    Household,
    LifeEvent,
    Overlap,
    Posting,
    PriceChange,
    Role,
    SimulatedAccount,
    Stream,
)
from edge_engine.simulation.workdays import PER_YEAR, Cadence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "DEMO_SEED",
    "Cadence",
    "EventKind",
    "Foreign",
    "Household",
    "LifeEvent",
    "Overlap",
    "Posting",
    "PriceChange",
    "Role",
    "SimulatedAccount",
    "Stream",
    "simulate",
]

DEMO_SEED: Final = 16
"""A British household with much to tell: income lost, subscriptions that overlap, double charges, an overdraft."""

_MAX_MONTHS: Final = 240


def simulate(
    seed: int,
    *,
    months: int = 24,
    end: date,
    country: str = "GB",
    changes: bool = False,
    who: Persona | None = None,
) -> Household:
    """Simulate a household.

    Args:
        seed: What everything is drawn from.
        months: Length of the history, 1 to 240.
        end: Last day; purchases booked later are pending.
        country: ``GB``, ``US`` or ``DE``.
        changes: Whether jobs, homes and towns may change and children be born, and what only looks so may happen.
        who: Who lives there, drawn from the same seed; without it those that the seed alone draws.

    Returns:
        The household, the same for the same arguments on every platform.

    Raises:
        InputError: The country or the number of months is not one that can be simulated.
    """
    if not 1 <= months <= _MAX_MONTHS:
        raise InputError(f"a household is simulated for 1 to {_MAX_MONTHS} months")
    book = catalog(country)
    window = Window(country, _months_before(end, months), end)
    if who is None:
        who = persona(seed, book)
    owned = accounts(who, book)
    agenda = _plan(who, book, window, owned)
    if changes:
        here = stage(who, book, window, agenda)
        plan_lookalikes(here, plan_changes(here))
        plan_investing(here)
    settlement = Settlement(who, book, window, owned, agenda)
    settlement.run()
    booked = [line for line in settlement.lines if not line.pending]
    pending = [line for line in settlement.lines if line.pending]
    others = _other_sides(booked, owned)
    postings = tuple(_posting(f"p{number:05d}", line, others) for number, line in enumerate(booked, 1))
    streams = tuple(_streams(agenda.plans, postings, window))
    return Household(
        seed=seed,
        country=country,
        currency=book.currency,
        start=window.start,
        end=window.end,
        accounts=owned,
        postings=postings,
        pending=tuple(_posting(f"n{number:03d}", line, others) for number, line in enumerate(pending, 1)),
        streams=streams,
        events=tuple(_events(agenda, postings)),
        overlaps=tuple(_overlaps(streams)),
        balance_by_day={role: tuple(days) for role, days in settlement.by_day.items()},
        shortfalls=settlement.shortfalls(),
    )


def _months_before(end: date, months: int) -> date:
    """Return the day after the one ``months`` before ``end``, shortened where that month has no such day."""
    year, month = divmod(end.year * 12 + end.month - 1 - months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(1)).day
    return date(year, month + 1, min(end.day, last)) + timedelta(1)


def _plan(who: Persona, book: Catalog, window: Window, owned: Mapping[Role, SimulatedAccount]) -> Agenda:
    """Plan everything that does not depend on balances."""
    agenda = Agenda()
    fate = plan_fate(who, book.country, window, agenda)
    plan_bills(who, book, window, agenda)
    bills = list(agenda.plans)
    trips = plan_trips(who, book, window, agenda)
    middle = window.start + (window.end - window.start) // 2
    fixed = yearly_cost(bills, middle) // 12
    travel = who.income * 55 // PERMILLE * len(trips) * 12 // max(12, (window.end - window.start).days // 30)
    budget = who.income * 970 // PERMILLE - fixed - who.saving - travel
    plan_jobs(who, book, window, fate, agenda)
    plan_benefits(who, book, window, agenda)
    shared = [plan for plan in bills if plan.account is Role.JOINT]
    pay = sum(job.monthly for job in who.jobs if job.account is Role.JOINT)
    need = yearly_cost(shared, middle) // 12 + max(0, budget) * 380 // PERMILLE - pay
    plan_orders(who, book, window, owned, agenda, need)
    plan_travel(who, book, window, trips, agenda)
    plan_repairs(who, book, window, agenda)
    plan_spending(who, book, window, budget, away(trips), agenda)
    return agenda


def _other_sides(
    lines: Iterable[Line], owned: Mapping[Role, SimulatedAccount]
) -> dict[tuple[str, Role], SimulatedAccount]:
    """Return, for each half of a transfer, the account of the other half."""
    halves: dict[str, list[Role]] = defaultdict(list)
    for line in lines:
        if line.transfer is not None:
            halves[line.transfer].append(line.draft.account)
    return {
        (transfer, role): owned[other]
        for transfer, roles in halves.items()
        for role, other in zip(roles, reversed(roles), strict=True)
        if role is not other
    }


def _posting(name: str, line: Line, others: Mapping[tuple[str, Role], SimulatedAccount]) -> Posting:
    draft = line.draft
    other = others.get((line.transfer, draft.account)) if line.transfer else None
    return Posting(
        id=name,
        account=draft.account,
        day=line.day,
        purchased=draft.day,
        minute=draft.minute,
        amount=draft.amount,
        text=draft.text,
        counterparty=draft.counterparty,
        counterparty_account=other.key if other else "",
        mcc=draft.mcc,
        channel=draft.channel,
        leaf=draft.leaf,
        stream=draft.stream,
        event=draft.event,
        transfer=line.transfer if other else None,
        foreign=draft.foreign,
        balance=line.balance,
        pending=line.pending,
    )


def _streams(plans: Iterable[Plan], postings: Iterable[Posting], window: Window) -> Iterable[Stream]:
    paid: dict[str, list[Posting]] = defaultdict(list)
    for posting in postings:
        if posting.stream is not None:
            paid[posting.stream].append(posting)
    for plan in sorted(plans, key=lambda plan: plan.id):
        payments = paid[plan.id]
        if not payments:
            continue
        ended = plan.ended if plan.ended is not None and plan.ended <= window.end else None
        amounts = tuple(abs(posting.amount) for posting in payments)
        yield Stream(
            id=plan.id,
            merchant=plan.merchant,
            leaf=plan.leaf,
            account=plan.account,
            incoming=plan.incoming,
            cadence=plan.schedule.cadence,
            amount=plan.price(ended or window.end),
            varies=plan.varies,
            family=plan.family,
            postings=tuple(posting.id for posting in payments),
            amounts=amounts,
            missed=tuple(sorted(plan.missed)),
            price_changes=plan.changes([posting.purchased for posting in payments]),
            trial_until=plan.trial_until,
            started=plan.started,
            ended=ended,
            expected=None if ended else _expected(plan, window.end),
        )


def _expected(plan: Plan, end: date) -> date | None:
    """Return the booking day of the next payment after ``end``."""
    day = plan.schedule.after(end)
    while plan.months and day.month not in plan.months:
        day = plan.schedule.after(day)
    if plan.ended is not None and day > plan.ended:
        return None
    return day


def _events(agenda: Agenda, postings: Iterable[Posting]) -> Iterable[LifeEvent]:
    caused: dict[str, list[str]] = defaultdict(list)
    for posting in postings:
        if posting.event is not None:
            caused[posting.event].append(posting.id)
    silent = {EventKind.RAISE, EventKind.JOB_LOSS, EventKind.INCOME_DROP, *LIFE_CHANGES, *UNPAID}
    for event in sorted(agenda.events, key=lambda event: (event.first, event.id)):
        if caused[event.id] or event.kind in silent:
            yield LifeEvent(event.id, event.kind, event.first, event.last, tuple(caused[event.id]))


def _overlaps(streams: Iterable[Stream]) -> Iterable[Overlap]:
    families: dict[str, list[Stream]] = defaultdict(list)
    for stream in streams:
        if stream.family and stream.active:
            families[stream.family].append(stream)
    for family, members in sorted(families.items()):
        if len(members) > 1:
            costs = [stream.amount * PER_YEAR[stream.cadence] for stream in members]
            yield Overlap(family, tuple(stream.id for stream in members), sum(costs) - max(costs))
