"""What returns: bills, subscriptions and the prices, pauses and endings that life gives them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from edge_engine.domain.transaction import Channel
from edge_engine.simulation.dice import PERMILLE, Dice, half_up
from edge_engine.simulation.draft import Draft, Plan, card_booking, snap
from edge_engine.simulation.merchants import Bill, Catalog, Provider, settle, write
from edge_engine.simulation.truth import Role
from edge_engine.simulation.workdays import PER_YEAR, Roll, Schedule, easter, roll, workdays_in

if TYPE_CHECKING:
    from edge_engine.simulation.draft import Agenda, Window
    from edge_engine.simulation.persona import Persona

_SEASONS: Final = {
    "energy": (1560, 1480, 1300, 1050, 780, 620, 560, 560, 680, 900, 1220, 1460),
    "summer": (950, 890, 850, 820, 900, 1200, 1480, 1460, 1180, 900, 850, 930),
}
"""Thousandths of the usual amount by month, January first."""

_FIXED: Final = "fixed"

_BY_SIZE: Final = frozenset({"housing.property_tax", "utilities.energy", "utilities.water_waste"})
"""Leaves whose bills follow the size of the home."""

_OPTIONAL: Final = (
    "leisure.",
    "giving.",
    "personal.",
    "shopping.",
    "food.",
    "services.software",
    "finance.investment",
)
"""Leaves of bills that a household may do without."""


def in_term(day: date, country: str = "") -> bool:
    """Return whether schools are open: not in summer, at Christmas, at Easter or in late October.

    Australia's year has four terms, its summer lies at Christmas.
    """
    if country == "AU":
        month, number = day.month, day.day
        summer = (month == 12 and number > 19) or (month == 1 and number < 29)
        between = (month == 7 and number < 15) or (month == 9 and number > 22) or (month == 10 and number < 7)
        return not summer and not between and not -3 <= (day - easter(day.year)).days <= 12
    if day.month == 8 or (day.month == 7 and day.day > 21):
        return False
    if (day.month == 12 and day.day > 19) or (day.month == 1 and day.day < 5):
        return False
    if day.month == 10 and day.day > 24:
        return False
    return not -8 <= (day - easter(day.year)).days <= 7


def _window_day(window: Window, dice: Dice, head: int, tail: int) -> date:
    """Return a day ``head`` days or more after the start and ``tail`` before the end, as room allows."""
    room = (window.end - window.start).days - head - tail
    return window.start + timedelta(head + dice.below(max(1, room)))


def _first_price(bill: Bill, provider: Provider, who: Persona, dice: Dice) -> int:
    if bill.share:
        return snap(dice.about(who.income * bill.share // PERMILLE, 150), 500, 0)
    if provider.low == provider.high:
        return provider.low
    price = dice.between(provider.low, provider.high)
    if bill.leaf in _BY_SIZE:
        price = price * who.size // PERMILLE
    return snap(price, bill.step, bill.less)


def _changes(bill: Bill, plan: Plan, window: Window, dice: Dice) -> None:
    """Append the price changes of the window to ``plan.prices``."""
    if not bill.rise:
        return
    month, low, high = bill.rise
    days = []
    if month == 0 and bill.rises == 1:
        days = [_window_day(window, dice, 60, 60)]
    elif month == 0:
        anniversary = plan.schedule.anchor.month
        days = [date(year, anniversary, 1) for year in range(window.start.year, window.end.year + 1)]
    else:
        days = [
            date(year, month, dice.between(1, 28)) for year in range(window.start.year, window.end.year + 1)
        ]
    left = bill.rises
    for day in days:
        if left and max(window.start, plan.started + timedelta(180)) < day <= window.end and dice.chance(850):
            left -= 1
            old = plan.prices[-1][1]
            new = snap(half_up(old * (PERMILLE + dice.between(low, high)), PERMILLE), bill.step, bill.less)
            if new != old:
                plan.prices.append((day, new))


def _schedule(bill: Bill, country: str, dice: Dice, started: date, *, joined: bool) -> Schedule:
    day = started.day if joined else 1 if bill.share else dice.between(1, 28)
    rule = Roll.STAY if bill.channel == "card" else Roll.AFTER
    anchor = started if joined else started.replace(day=1) + timedelta(dice.below(28))
    return Schedule(country=country, cadence=bill.cadence, anchor=anchor, day=day, rule=rule)


def _life(bill: Bill, window: Window, dice: Dice) -> tuple[date, date | None, bool]:
    """Return when a bill began, when it ended or None, and whether it began within the window."""
    joined = dice.chance(bill.join)
    started = (
        _window_day(window, dice, 45, 130) if joined else window.start - timedelta(dice.between(40, 1400))
    )
    ended = None
    if dice.chance(bill.cancel):
        day = _window_day(window, dice, 130, 40)
        ended = day if day > started + timedelta(100) else None
    return started, ended, joined


def _amount(bill: Bill, shape: str, usual: int, day: date, country: str, dice: Dice) -> int:
    """Return the magnitude of one payment."""
    if shape in _SEASONS:
        return dice.spread(usual * _SEASONS[shape][day.month - 1] // PERMILLE, bill.spread)
    if shape == "workdays":
        attended = workdays_in(country, day.year, day.month) - dice.weighted((0, 1, 2, 4), (50, 20, 20, 10))
        return half_up(usual * attended, 21)
    if shape == "usage" and dice.chance(400):
        return usual + abs(dice.spread(usual, bill.spread) - usual)
    if shape == "term" and bill.spread:
        return snap(dice.spread(usual, bill.spread), bill.step, bill.less)
    return usual


def _due(bill: Bill, plan: Plan, window: Window) -> list[date]:
    """Return the days on which a bill is due in the window."""
    first = max(window.start, plan.started)
    if plan.trial_until is not None:
        first = max(first, plan.trial_until + timedelta(1))
    last = min(window.end, plan.ended) if plan.ended else window.end
    return [
        day
        for day in plan.schedule.nominal(first, last)
        if (not bill.months or day.month in bill.months)
        and (bill.shape != "term" or in_term(day, window.country))
    ]


def _payments(bill: Bill, plan: Plan, texts: str, window: Window, dice: Dice) -> list[Draft]:
    """Plan every payment of one bill."""
    text = dice.pick(texts.split("|"))
    shape = bill.shape
    if shape == "energy" and dice.chance(300):
        shape = _FIXED
    plan.varies = shape != _FIXED and not (shape == "term" and not bill.spread)
    drafts = []
    dues = [(day, False) for day in _due(bill, plan, window)]
    if plan.trial_until is not None and bill.trial_price:
        dues.insert(0, (plan.started, True))
    for due, trial in dues:
        if not trial and dice.chance(bill.pause):
            plan.missed.append(due)
            continue
        day = plan.schedule.booked(due)
        if dice.chance(bill.late):
            day = roll(window.country, day + timedelta(dice.between(1, 4)), Roll.AFTER)
        card = bill.channel == "card"
        amount = (
            bill.trial_price if trial else _amount(bill, shape, plan.price(day), due, window.country, dice)
        )
        drafts.append(
            Draft(
                day=day,
                booked=card_booking(window.country, day, dice) if card else day,
                minute=dice.between(120, 1400) if card else dice.between(60, 240),
                account=plan.account,
                amount=-amount,
                text=write(text, dice, day),
                counterparty=plan.merchant,
                leaf=bill.leaf,
                channel=Channel(bill.channel),
                mcc=_MCC.get(bill.leaf, 0) if card else 0,
                stream=plan.id,
            )
        )
    return drafts


_MCC: Final = {
    "services.insurance": 6300,
    "utilities.internet_tv": 4899,
    "utilities.mobile": 4814,
    "education.school": 8299,
    "leisure.streaming": 4899,
    "services.software": 5817,
    "shopping.online_marketplace": 5968,
    "shopping.general": 5300,
    "leisure.news": 5968,
    "leisure.games": 5816,
    "food.groceries": 5411,
}
"""ISO 18245 codes of bills that are paid by card."""


def plan_bills(who: Persona, book: Catalog, window: Window, agenda: Agenda) -> None:
    """Plan every bill and subscription of the household onto ``agenda``."""
    for bill in book.bill:
        shared = Dice(who.seed, book.country, "bill", bill.id)
        chance = bill.chance * who.extras // PERMILLE if bill.leaf.startswith(_OPTIONAL) else bill.chance
        paid_off = who.outright and bill.leaf == "housing.mortgage"
        if paid_off or not set(bill.needs) <= who.traits or not shared.chance(chance):
            continue
        provider = shared.pick(bill.providers)
        for copy in range(who.adults if bill.copies == "adults" else 1):
            _plan_bill(bill, provider, copy, who, window, agenda)


def _plan_bill(
    bill: Bill, provider: Provider, copy: int, who: Persona, window: Window, agenda: Agenda
) -> None:
    dice = Dice(who.seed, window.country, "bill", bill.id, str(copy))
    started, ended, joined = _life(bill, window, dice)
    trial = bill.trial if joined else 0
    plan = Plan(
        id=f"{bill.id}-{copy + 1}" if bill.copies else bill.id,
        merchant=provider.name,
        leaf=bill.leaf,
        account=Role(bill.pays_from),
        incoming=False,
        schedule=_schedule(
            bill, window.country, dice, started + timedelta(trial) if joined else started, joined=joined
        ),
        prices=[(min(started, window.start), _first_price(bill, provider, who, dice))],
        started=started,
        family=bill.family,
        ended=ended,
        trial_until=started + timedelta(trial - 1) if trial else None,
        months=bill.months,
    )
    _changes(bill, plan, window, dice)
    texts = settle(provider.texts, dice, who.home)
    payments = _payments(bill, plan, texts, window, dice)
    if payments:
        agenda.plans.append(plan)
        agenda.drafts += payments


def yearly_cost(plans: list[Plan], day: date) -> int:
    """Return what the outgoing ``plans`` that run on ``day`` cost a year, minor units."""
    return sum(
        plan.price(day) * (len(plan.months) or PER_YEAR[plan.schedule.cadence])
        for plan in plans
        if not plan.incoming and plan.started <= day and (plan.ended is None or plan.ended > day)
    )
