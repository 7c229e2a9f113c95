"""Money that comes in: pay with its raises and gaps, benefits, gig work, tax refunds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from edge_engine.domain.transaction import Channel
from edge_engine.simulation.dice import PERMILLE, Dice, half_up
from edge_engine.simulation.draft import Draft, Plan
from edge_engine.simulation.merchants import Catalog, write
from edge_engine.simulation.truth import EventKind, Role
from edge_engine.simulation.workdays import END_OF_MONTH, Cadence, Roll, Schedule, roll

if TYPE_CHECKING:
    from edge_engine.simulation.draft import Agenda, Window
    from edge_engine.simulation.persona import Job, Persona
    from edge_engine.simulation.shocks import Fate

_FRIDAY: Final = 4
LONG_AGO: Final = timedelta(900)
"""What pays at the start of the window began so long before."""


def pay_schedule(country: str, rule: str, anchor: date) -> Schedule:
    """Return the pay days of a catalogue's rule: what meets a closed bank comes the banking day before."""
    before = Roll.BEFORE
    if rule in ("weekly", "fortnightly", "four_weekly"):
        friday = anchor + timedelta((_FRIDAY - anchor.weekday()) % 7)
        return Schedule(country, Cadence(rule), friday, rule=before)
    if rule == "last_workday":
        return Schedule(country, Cadence.MONTHLY, anchor, day=END_OF_MONTH, rule=before)
    if rule == "last_friday":
        return Schedule(country, Cadence.MONTHLY, anchor, weekday=_FRIDAY, rule=before)
    return Schedule(country, Cadence.MONTHLY, anchor, day=int(rule.removeprefix("day")), rule=before)


def plan_jobs(who: Persona, book: Catalog, window: Window, fate: Fate, agenda: Agenda) -> None:
    """Plan the pay of every adult, with what `Fate` has in store."""
    for job in who.jobs:
        dice = Dice(who.seed, book.country, "pay", job.name or str(job.adult))
        anchor = window.start + timedelta(dice.below(28))
        schedule = pay_schedule(book.country, job.rule, anchor)
        loss = fate.loss if fate.loss is not None and fate.loss.adult == job.adult else None
        plan = _job_plan(job.stream, job.employer, job.account, schedule, window, job.net)
        plan.leaf = job.leaf
        plan.ended = loss.first if loss else None
        _reviews(plan, job, window, dice, agenda)
        if fate.drop is not None and fate.drop.adult == job.adult:
            _reduce(plan, fate.drop.first, fate.drop.last, fate.drop.permille)
        plan.varies = job.spread > 0 or job.bonus > 0
        agenda.plans.append(plan)
        agenda.drafts += _payslips(plan, job, job.text, window, dice, agenda)
        if loss:
            _relief(loss.first, loss.last, loss.event, book, window, agenda, dice)
            _rehired(job, plan, loss.last, book, window, agenda, dice)


def _job_plan(name: str, employer: str, account: Role, schedule: Schedule, window: Window, net: int) -> Plan:
    started = window.start - LONG_AGO
    return Plan(name, employer, "income.salary", account, True, schedule, [(started, net)], started)


def _reviews(plan: Plan, job: Job, window: Window, dice: Dice, agenda: Agenda) -> None:
    for year in range(window.start.year, window.end.year + 1):
        day = date(year, job.raise_month, 1)
        last = min(window.end, plan.ended) if plan.ended else window.end
        if window.start + timedelta(30) < day <= last and dice.chance(800):
            old = plan.prices[-1][1]
            plan.prices.append((day, half_up(old * (PERMILLE + dice.between(12, 60)), PERMILLE)))
            agenda.happen(EventKind.RAISE, day)


def _reduce(plan: Plan, first: date, last: date, permille: int) -> None:
    """Lower the price from ``first`` to ``last`` and restore what it would then have been."""
    after = plan.price(last)
    kept = [(day, amount) for day, amount in plan.prices if not first <= day <= last]
    kept += [(first, half_up(plan.price(first) * permille, PERMILLE)), (last, after)]
    plan.prices = sorted(kept)


def _payslips(plan: Plan, job: Job, text: str, window: Window, dice: Dice, agenda: Agenda) -> list[Draft]:
    drafts: list[Draft] = []
    last = min(window.end, plan.ended) if plan.ended else window.end
    for due in plan.schedule.nominal(max(window.start, plan.started), last + timedelta(6)):
        day = plan.schedule.booked(due)
        if not window.start <= day <= last:
            continue
        if job.gap and dice.chance(job.gap):
            plan.missed.append(due)
            continue
        amount, event = dice.spread(plan.price(day), job.spread), None
        if (
            job.bonus
            and due.month == 12
            and not any(draft.event and draft.day.year == day.year for draft in drafts)
        ):
            event = agenda.happen(EventKind.BONUS, day)
            amount += half_up(job.monthly * job.bonus, PERMILLE)
        drafts.append(_credit(plan, day, amount, write(text, dice, day), Channel.SALARY, event))
    return drafts


def _credit(plan: Plan, day: date, amount: int, text: str, channel: Channel, event: str | None) -> Draft:
    return Draft(
        day=day,
        booked=day,
        minute=5,
        account=plan.account,
        amount=amount,
        text=text,
        counterparty=plan.merchant,
        leaf=plan.leaf,
        channel=channel,
        stream=plan.id,
        event=event,
    )


def _rehired(
    job: Job, old: Plan, hired: date, book: Catalog, window: Window, agenda: Agenda, dice: Dice
) -> None:
    if hired > window.end - timedelta(20):
        return
    employer = dice.pick([name for name in book.employers if name != job.employer])
    text = dice.pick(book.salary_texts).replace("{EMPLOYER}", employer.upper())
    net = half_up(old.prices[-1][1] * dice.between(880, 1080), PERMILLE)
    plan = _job_plan(f"{old.id}-new", employer, job.account, old.schedule, window, net)
    plan.started, plan.prices = hired, [(hired, net)]
    plan.varies = job.spread > 0 or job.bonus > 0
    agenda.plans.append(plan)
    agenda.drafts += _payslips(plan, job, text.replace("{account}", dice.digits(10)), window, dice, agenda)


def employ(
    job: Job, name: str, hired: date, book: Catalog, window: Window, agenda: Agenda, dice: Dice
) -> Plan:
    """Plan the pay of a job that begins within the window, as the stream ``name``."""
    schedule = pay_schedule(book.country, job.rule, hired)
    plan = _job_plan(name, job.employer, job.account, schedule, window, job.net)
    plan.started, plan.prices = hired, [(hired, job.net)]
    plan.varies = job.spread > 0 or job.bonus > 0
    agenda.plans.append(plan)
    agenda.drafts += _payslips(plan, job, job.text, window, dice, agenda)
    return plan


def credit(plan: Plan, day: date, amount: int, text: str, channel: Channel, event: str | None) -> Draft:
    """Return a payment of an incoming stream."""
    return _credit(plan, day, amount, text, channel, event)


def _relief(
    first: date, last: date, event: str, book: Catalog, window: Window, agenda: Agenda, dice: Dice
) -> None:
    started = first + timedelta(dice.between(18, 30))
    schedule = Schedule(
        book.country, book.relief_cadence, started, day=min(28, started.day), rule=Roll.BEFORE
    )
    plan = Plan(
        "relief",
        book.relief_name,
        "income.benefits",
        Role.CURRENT,
        True,
        schedule,
        [(started, book.relief)],
        started,
        ended=min(last, window.end) if last <= window.end else None,
    )
    text = write(book.relief_text, dice, started)
    drafts = [
        _credit(plan, day, book.relief, text, Channel.TRANSFER, event)
        for due in schedule.nominal(started, min(last, window.end))
        if started <= (day := schedule.booked(due)) <= window.end
    ]
    if drafts:
        agenda.plans.append(plan)
        agenda.drafts += drafts


def plan_benefits(who: Persona, book: Catalog, window: Window, agenda: Agenda) -> None:
    """Plan child benefit, gig payouts and a tax refund now and then."""
    dice = Dice(who.seed, book.country, "benefits")
    if who.children:
        _child_benefit(who, book, window, agenda, dice)
    if "gig" in who.traits:
        _gig(who, book, window, agenda)
    for year in range(window.start.year, window.end.year + 1):
        day = roll(book.country, date(year, dice.between(4, 8), dice.between(3, 27)), Roll.AFTER)
        if dice.chance(550) and window.start < day <= window.end:
            event = agenda.happen(EventKind.TAX_REFUND, day)
            agenda.drafts.append(
                Draft(
                    day=day,
                    booked=day,
                    minute=8,
                    account=Role.CURRENT,
                    amount=dice.spread(book.salary // 8, 600),
                    text=write(book.tax_refund_text, dice, day),
                    counterparty=book.tax_refund_text.split(" {", 1)[0],
                    leaf="income.refund",
                    channel=Channel.TRANSFER,
                    event=event,
                )
            )


def _child_benefit(who: Persona, book: Catalog, window: Window, agenda: Agenda, dice: Dice) -> None:
    started = window.start - timedelta(dice.between(200, 2000))
    schedule = Schedule(
        book.country, book.benefit_cadence, started - timedelta(started.weekday()), day=12, rule=Roll.BEFORE
    )
    share = PERMILLE + 660 * (who.children - 1)
    prices = [(started, half_up(book.benefit * share, PERMILLE))]
    for year in range(window.start.year, window.end.year + 1):
        day = date(year, 4, 8)
        if book.country == "GB" and window.start < day <= window.end:
            prices.append((day, half_up(prices[-1][1] * 1024, PERMILLE)))
    account = Role.JOINT if who.adults > 1 else Role.CURRENT
    plan = Plan(
        "child_benefit",
        book.benefit_name,
        "income.benefits",
        account,
        True,
        schedule,
        prices,
        started,
    )
    text = write(book.benefit_text, dice, started)
    for due in schedule.nominal(window.start, window.end + timedelta(6)):
        day = schedule.booked(due)
        if window.start <= day <= window.end:
            agenda.drafts.append(_credit(plan, day, plan.price(day), text, Channel.TRANSFER, None))
    agenda.plans.append(plan)


def _gig(who: Persona, book: Catalog, window: Window, agenda: Agenda) -> None:
    dice = Dice(who.seed, book.country, "gig")
    choice = dice.below(len(book.gig) // 2) * 2
    name, texts = book.gig[choice], book.gig[choice + 1]
    started = window.start - timedelta(dice.between(30, 300))
    tuesday = started + timedelta((1 - started.weekday()) % 7)
    schedule = Schedule(book.country, Cadence.WEEKLY, tuesday, rule=Roll.AFTER)
    usual = book.salary * dice.between(14, 34) // PERMILLE
    plan = Plan(
        "gig",
        name,
        "income.gig",
        Role.CURRENT,
        True,
        schedule,
        [(started, usual)],
        started,
        varies=True,
    )
    for due in schedule.nominal(window.start, window.end):
        if dice.chance(300):
            plan.missed.append(due)
            continue
        day = schedule.booked(due)
        amount = dice.spread(usual, 380)
        agenda.drafts.append(_credit(plan, day, amount, write(texts, dice, day), Channel.TRANSFER, None))
    agenda.plans.append(plan)
