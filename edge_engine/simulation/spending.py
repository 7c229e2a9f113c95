"""Day-to-day spending: baskets by weekday, hour and season, cash, friends, refunds and double charges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from edge_engine.domain.transaction import Channel
from edge_engine.simulation.dice import PERMILLE, Dice, half_up
from edge_engine.simulation.draft import Draft, card_booking, snap
from edge_engine.simulation.merchants import Catalog, Habit, Shop, habits, settle, write
from edge_engine.simulation.truth import EventKind, Role
from edge_engine.simulation.workdays import INSTANT, Roll, roll

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.simulation.draft import Agenda, Window
    from edge_engine.simulation.persona import Persona

_MONTH_DAYS: Final = 30_437
"""Days of an average month, in thousandths."""
_RETURNED: Final = frozenset(
    {"shopping.clothing", "shopping.online_marketplace", "shopping.electronics", "shopping.general"}
)


@dataclass(frozen=True, slots=True)
class _Regular:
    """A shop as one household knows it: its branches' texts are settled.

    Attributes:
        name: As people call it.
        weight: How often this household chooses it.
        median: Price in the middle, minor units.
        spread: Sigma of the price's logarithm, in thousandths.
        texts: How its payments are written, most usual first.
    """

    name: str
    weight: int
    median: int
    spread: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """A habit as one household has it: thousandths of a visit for a day by weekday and month."""

    habit: Habit
    shops: tuple[_Regular, ...]
    weights: tuple[int, ...]
    rates: tuple[tuple[int, ...], ...]
    monthly: int


def know(shop: Shop, book: Catalog, who: Persona, dice: Dice) -> _Regular:
    """Settle ``shop`` for one household: which branches, which local name, how often."""
    local = dice.pick(book.local_first)
    alternatives = shop.texts.split("|")
    texts = []
    for town in who.towns if "{town}" in shop.texts else who.towns[:1]:
        text = dice.pick(alternatives)
        home = {**who.home, "town": town, "LOCAL": local.upper()}
        texts.append(settle(text, dice, home))
    return _Regular(
        name=shop.name.replace("{LOCAL}", local).replace("{town}", who.towns[0]),
        weight=max(1, shop.weight * dice.weighted((0, 300, 1000, 2600), (25, 25, 30, 20)) // 100),
        median=shop.median,
        spread=shop.spread,
        texts=tuple(texts),
    )


def _way(habit: Habit, book: Catalog, who: Persona) -> _Way:
    dice = Dice(who.seed, book.country, "habit", habit.id)
    taste = min(2200, max(350, dice.spread(PERMILLE, 380)))
    people = (PERMILLE if who.adults > 1 else 620) + habit.family * who.children
    monthly = habit.visits * taste // PERMILLE * people // PERMILLE
    week = sum(habit.weekday)
    rates = tuple(
        tuple(monthly * 7 * share * season // (week * _MONTH_DAYS) for share in habit.weekday)
        for season in habit.season
    )
    shops = tuple(know(shop, book, who, dice) for shop in book.shops[habit.id])
    return _Way(habit, shops, tuple(shop.weight for shop in shops), rates, monthly)


def ways(who: Persona, book: Catalog) -> list[_Way]:
    """Return the habits that the household has."""
    return [_way(habit, book, who) for habit in habits() if set(habit.needs) <= who.traits]


def expected(way: _Way) -> int:
    """Return about what a habit costs a month, minor units, were prices as in the catalogue."""
    # The mean of a log-normal price is its median times exp(sigma^2 / 2), here to first order.
    mean = sum(
        shop.weight * shop.median * (PERMILLE + shop.spread * shop.spread // (2 * PERMILLE)) // PERMILLE
        for shop in way.shops
    ) // sum(way.weights)
    return mean * way.monthly // PERMILLE


def plan_spending(
    who: Persona,
    book: Catalog,
    window: Window,
    budget: int,
    away: frozenset[date],
    agenda: Agenda,
) -> None:
    """Plan every purchase of every day at home.

    Args:
        who: The household.
        book: Its country.
        window: The days simulated.
        budget: What may be spent on habits a month, minor units: moves visits and prices alike.
        away: Days spent on holiday.
        agenda: Where the purchases go.
    """
    known = ways(who, book)
    need = sum(expected(way) for way in known if way.habit.id != "cash")
    scale = min(1700, max(420, budget * PERMILLE // max(1, need)))
    visits = min(1150, max(700, (PERMILLE + scale) // 2))
    prices = scale * PERMILLE // visits
    bought: list[Draft] = []
    for way in known:
        dice = Dice(who.seed, book.country, "days", way.habit.id)
        bought += _days(way, who, window, (visits, prices), away, dice)
    _duplicates(bought, who, window, agenda)
    _refunds(bought, who, window, agenda)
    agenda.drafts += bought
    _friends(who, book, window, agenda)


def _days(
    way: _Way,
    who: Persona,
    window: Window,
    scales: tuple[int, int],
    away: frozenset[date],
    dice: Dice,
) -> list[Draft]:
    visits, prices = scales
    # Whole visits of a day and thousandths of one more, by month and weekday: most days are looked up and left.
    rates = [[divmod(rate * visits // PERMILLE, PERMILLE) for rate in row] for row in way.rates]
    below, country = dice.below, window.country
    drafts = []
    for day, month, weekday in _calendar(window.start, window.end):
        times, part = rates[month][weekday]
        if below(PERMILLE) < part:
            times += 1
        for _ in range(times):
            draft = _purchase(way, who, country, day, prices, dice)
            if day not in away:
                drafts.append(draft)
    return drafts


@lru_cache(maxsize=4)
def _calendar(first: date, last: date) -> tuple[tuple[date, int, int], ...]:
    """Return each day with its month from 0 and its weekday from Monday 0."""
    days = (first + timedelta(number) for number in range((last - first).days + 1))
    return tuple((day, day.month - 1, day.weekday()) for day in days)


def _purchase(way: _Way, who: Persona, country: str, day: date, prices: int, dice: Dice) -> Draft:
    habit = way.habit
    shop = dice.weighted(way.shops, way.weights)
    # Poor weeks buy fewer and smaller baskets, but a coffee costs what a coffee costs.
    median = shop.median if shop.spread < 350 else shop.median * prices // PERMILLE
    amount = snap(dice.spread(median, shop.spread), habit.step, habit.less)
    text = shop.texts[0] if len(shop.texts) == 1 or dice.chance(780) else shop.texts[1]
    credit = dice.chance(habit.credit * who.credit // PERMILLE)
    cash = habit.id == "cash"
    home = 550 if habit.family or habit.id in ("groceries", "improvement", "furniture") else 180
    spender = Role.JOINT if dice.chance(home) else Role.CURRENT
    return Draft(
        day=day,
        booked=roll(country, day, Roll.AFTER) if cash else card_booking(country, day, dice),
        minute=dice.pick(habit.hours) * 60 + dice.below(60),
        account=Role.CARD if credit else spender,
        amount=-amount,
        text=write(text, dice, day),
        counterparty="" if cash else shop.name,
        leaf=habit.leaf,
        channel=Channel.CASH if cash else Channel.CARD,
        mcc=habit.mcc,
        elastic=habit.elastic,
        resolve=dice.below(PERMILLE),
    )


def _copy(draft: Draft, day: date, country: str, dice: Dice) -> Draft:
    return Draft(
        day=day,
        booked=card_booking(country, day, dice),
        minute=draft.minute,
        account=draft.account,
        amount=draft.amount,
        text=draft.text,
        counterparty=draft.counterparty,
        leaf=draft.leaf,
        channel=draft.channel,
        mcc=draft.mcc,
        event=draft.event,
    )


def _duplicates(bought: list[Draft], who: Persona, window: Window, agenda: Agenda) -> None:
    """Charge a few purchases twice, about two in a year; some are given back days later."""
    dice = Dice(who.seed, window.country, "duplicates")
    options = [draft for draft in bought if draft.channel is Channel.CARD and draft.amount < -800]
    days = (window.end - window.start).days
    for _ in range(dice.times(2 * PERMILLE * days // 365) if options else 0):
        first = dice.pick(options)
        if first.event:
            continue
        first.event, first.elastic = agenda.happen(EventKind.DUPLICATE, first.day), 0
        again = _copy(first, first.day, window.country, dice)
        again.booked, again.minute = first.booked, first.minute + 1
        bought.append(again)
        if dice.chance(350):
            back = _copy(first, first.day + timedelta(dice.between(3, 9)), window.country, dice)
            back.amount, back.leaf = -first.amount, "income.refund"
            bought.append(back)


def _refunds(bought: list[Draft], who: Persona, window: Window, agenda: Agenda) -> None:
    """Send back a few things bought, the whole or a part of the price."""
    dice = Dice(who.seed, window.country, "refunds")
    for draft in [draft for draft in bought if draft.leaf in _RETURNED and draft.event is None]:
        if not dice.chance(45):
            continue
        draft.event, draft.elastic = agenda.happen(EventKind.REFUND, draft.day), 0
        back = _copy(draft, draft.day + timedelta(dice.between(5, 21)), window.country, dice)
        whole = dice.chance(750)
        back.amount = -draft.amount if whole else half_up(-draft.amount * dice.between(300, 700), PERMILLE)
        back.leaf = "income.refund"
        bought.append(back)


def _friends(who: Persona, book: Catalog, window: Window, agenda: Agenda) -> None:
    """Plan what goes to and comes from friends, mostly about weekends."""
    dice = Dice(who.seed, book.country, "friends")
    day = window.start
    while day <= window.end:
        weekend = 1800 if day.weekday() in (4, 5, 6) else 600
        for sign, monthly in ((-1, 2600), (1, 1700)):
            for _ in range(dice.times(monthly * weekend // _MONTH_DAYS)):
                agenda.drafts.append(_friendly(who, book, day, sign, dice))
        day += timedelta(1)


def _friendly(who: Persona, book: Catalog, day: date, sign: int, dice: Dice) -> Draft:
    person = book.people[dice.below(4 + who.adults)]
    text = _text(book.person_texts, person, sign, book.memos, dice)
    return Draft(
        day=day,
        booked=roll(book.country, day, Roll.STAY if book.country in INSTANT else Roll.AFTER),
        minute=dice.between(600, 1380),
        account=Role.CURRENT,
        amount=sign * snap(dice.spread(1800, 650), 50, 0),
        text=write(text, dice, day),
        counterparty=person,
        leaf="transfers.person",
        channel=Channel.TRANSFER,
        elastic=350 if sign < 0 else 0,
        resolve=dice.below(PERMILLE),
    )


def _text(texts: Sequence[str], person: str, sign: int, memos: Sequence[str], dice: Dice) -> str:
    text = dice.pick(texts).replace("{PERSON}", person.upper()).replace("{memo}", dice.pick(memos))
    return text.replace("{DIRECTION}", "payment to" if sign < 0 else "payment from")
