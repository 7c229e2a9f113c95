"""Standing orders between own accounts, and the fee that a bank takes for keeping one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge_engine.domain.transaction import Channel
from edge_engine.simulation.dice import Dice
from edge_engine.simulation.draft import Draft, Mirror, Plan
from edge_engine.simulation.income import LONG_AGO
from edge_engine.simulation.merchants import Catalog, write
from edge_engine.simulation.truth import Role, SimulatedAccount
from edge_engine.simulation.workdays import END_OF_MONTH, INSTANT, Cadence, Roll, Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from edge_engine.simulation.draft import Agenda, Window
    from edge_engine.simulation.persona import Persona

_ROUND = 5000


@dataclass(frozen=True, slots=True)
class _Order:
    """``amount`` goes from ``source`` on ``day`` of each month and arrives ``lag`` banking days later."""

    name: str
    amount: int
    source: Role
    target: Role
    day: int
    lag: int


def plan_orders(
    who: Persona,
    book: Catalog,
    window: Window,
    accounts: Mapping[Role, SimulatedAccount],
    agenda: Agenda,
    joint_need: int,
) -> None:
    """Plan the standing orders between own accounts, and the account fee where the bank takes one.

    Args:
        who: The household.
        book: Its country.
        window: The days simulated.
        accounts: Its accounts.
        agenda: Where the plans go.
        joint_need: What the joint account lacks a month, minor units; negative where it has too much.
    """
    dice = Dice(who.seed, book.country, "orders")
    saving_day, joint_day = dice.between(1, 28), dice.between(1, 28)
    lag = 0 if book.country in INSTANT else 1
    orders = []
    if who.saving:
        orders.append(_Order("saving", who.saving, Role.CURRENT, Role.SAVINGS, saving_day, 0))
    if amount := abs(joint_need) // _ROUND * _ROUND:
        source, target = (Role.CURRENT, Role.JOINT) if joint_need > 0 else (Role.JOINT, Role.CURRENT)
        orders.append(_Order("household", amount, source, target, joint_day, lag))
    for order in orders:
        _plan_order(order, book, window, accounts, agenda, dice)
    if book.account_fee and dice.chance(500):
        _account_fee(book, window, agenda)


def _plan_order(
    order: _Order,
    book: Catalog,
    window: Window,
    accounts: Mapping[Role, SimulatedAccount],
    agenda: Agenda,
    dice: Dice,
) -> None:
    source, target = accounts[order.source], accounts[order.target]
    started = window.start - LONG_AGO
    plan = Plan(
        id=order.name,
        merchant=target.name,
        leaf="transfers.own",
        account=order.source,
        incoming=False,
        schedule=Schedule(book.country, Cadence.MONTHLY, started, day=order.day),
        prices=[(started, order.amount)],
        started=started,
    )
    for due in plan.schedule.nominal(window.start, window.end):
        day = plan.schedule.booked(due)
        agenda.drafts.append(
            Draft(
                day=day,
                booked=day,
                minute=40,
                account=order.source,
                amount=-order.amount,
                text=own_text(book.to_text, target, dice, day),
                counterparty=target.name,
                leaf="transfers.own",
                channel=Channel.STANDING_ORDER,
                stream=plan.id,
                mirror=Mirror(order.target, own_text(book.from_text, source, dice, day), order.lag),
            )
        )
    agenda.plans.append(plan)


def own_text(template: str, other: SimulatedAccount, dice: Dice, day: date) -> str:
    """Write a movement to or from the own account ``other``."""
    name = other.name if "ransfer" in template or "ertrag" in template else other.name.upper()
    return write(template.replace("{NAME}", name).replace("{DIGITS}", other.number[-4:]), dice, day)


def _account_fee(book: Catalog, window: Window, agenda: Agenda) -> None:
    started = window.start - LONG_AGO
    plan = Plan(
        id="account_fee",
        merchant=book.bank.name,
        leaf="finance.bank_fees",
        account=Role.CURRENT,
        incoming=False,
        schedule=Schedule(book.country, Cadence.MONTHLY, started, day=END_OF_MONTH, rule=Roll.BEFORE),
        prices=[(started, book.account_fee)],
        started=started,
    )
    for due in plan.schedule.nominal(window.start, window.end):
        day = plan.schedule.booked(due)
        agenda.drafts.append(
            Draft(
                day=day,
                booked=day,
                minute=1430,
                account=Role.CURRENT,
                amount=-book.account_fee,
                text=book.account_fee_text,
                counterparty=book.bank.name,
                leaf="finance.bank_fees",
                channel=Channel.FEE,
                stream=plan.id,
            )
        )
    agenda.plans.append(plan)
