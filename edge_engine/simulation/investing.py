"""Households that pay into funds and shares month by month, and those that bought once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from edge_engine.domain.transaction import Channel
from edge_engine.simulation.dice import PERMILLE
from edge_engine.simulation.draft import Draft, Plan
from edge_engine.simulation.merchants import settle, write
from edge_engine.simulation.truth import EventKind, Role
from edge_engine.simulation.workdays import Cadence, Roll, Schedule

if TYPE_CHECKING:
    from datetime import date

    from edge_engine.simulation.changes import Stage

_ROUND = 2500


def plan_investing(here: Stage) -> None:
    """Plan a monthly payment to a broker in a quarter of the households, and a single one in a seventh of the rest."""
    dice = here.dice("investing")
    window, broker = here.window, dice.pick(here.life.brokers)
    text = settle(broker.text, dice, here.who.home)
    amount = max(_ROUND, here.who.income * dice.between(25, 110) // PERMILLE // _ROUND * _ROUND)
    if dice.chance(250):
        days = (window.end - window.start).days
        started = window.start - timedelta(200)
        if dice.chance(400):
            started = window.start + timedelta(dice.below(max(1, days - 150)))
        schedule = Schedule(
            window.country, Cadence.MONTHLY, started, day=dice.between(1, 28), rule=Roll.AFTER
        )
        plan = Plan("investing", broker.name, "finance.investment", Role.CURRENT, False, schedule,
                    [(started, amount)], started)  # fmt: skip
        here.agenda.plans.append(plan)
        here.agenda.happen(EventKind.INVESTING, max(started, window.start), window.end)
        for due in schedule.nominal(max(started, window.start), window.end):
            day = schedule.booked(due)
            here.agenda.drafts.append(_paid(day, -amount, write(text, dice, day), broker.name, plan.id, None))
    elif dice.chance(140):
        day = window.start + timedelta(dice.below(max(1, (window.end - window.start).days)))
        event = here.agenda.happen(EventKind.INVESTED_ONCE, day)
        here.agenda.drafts.append(_paid(day, -5 * amount, write(text, dice, day), broker.name, None, event))


def _paid(day: date, amount: int, text: str, name: str, stream: str | None, event: str | None) -> Draft:
    return Draft(
        day=day,
        booked=day,
        minute=80,
        account=Role.CURRENT,
        amount=amount,
        text=text,
        counterparty=name,
        leaf="finance.investment",
        channel=Channel.TRANSFER,
        stream=stream,
        event=event,
    )
