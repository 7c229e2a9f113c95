"""Holidays abroad: booked months before, paid in foreign money, posted with the bank's rate and fee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from edge_engine.domain.money import plain
from edge_engine.domain.transaction import Channel
from edge_engine.simulation.dice import PERMILLE, Dice, half_up
from edge_engine.simulation.draft import Draft, card_booking
from edge_engine.simulation.merchants import MONTHS, Catalog, ForeignShop, Place, places
from edge_engine.simulation.truth import EventKind, Foreign, Role

if TYPE_CHECKING:
    from edge_engine.simulation.draft import Agenda, Window
    from edge_engine.simulation.persona import Persona

_BOOKINGS: Final = {
    "GB": (
        ("easyJet", "EASYJET {num8} LUTON", "travel.flights", 4511, 16500, 350),
        ("Ryanair", "RYANAIR {num8} DUBLIN", "travel.flights", 4511, 13500, 350),
        ("Booking.com", "BOOKING.COM HOTEL {num8}", "travel.lodging", 7011, 11500, 300),
        ("Airbnb", "AIRBNB * {num8}", "travel.lodging", 7011, 10500, 300),
        ("Europcar", "EUROPCAR {num6}", "travel.car_rental", 7512, 26000, 300),
    ),
    "AU": (
        ("Qantas", "QANTAS AIRW {num8} MASCOT", "travel.flights", 3012, 39000, 400),
        ("Jetstar", "JETSTAR {num8} MELBOURNE", "travel.flights", 4511, 26000, 400),
        ("Booking.com", "BOOKING.COM HOTEL {num8}", "travel.lodging", 7011, 21000, 300),
        ("Airbnb", "AIRBNB * {num8} SYDNEY", "travel.lodging", 7011, 19500, 300),
        ("Hertz", "HERTZ AUSTRALIA {num6}", "travel.car_rental", 7512, 42000, 300),
    ),
    "US": (
        ("Delta", "DELTA AIR {num8} ATLANTA GA", "travel.flights", 3058, 38000, 350),
        ("United", "UNITED {num8} HOUSTON TX", "travel.flights", 3000, 36000, 350),
        ("Booking.com", "BOOKING.COM {num8}", "travel.lodging", 7011, 17500, 300),
        ("Airbnb", "AIRBNB HM{ref8}", "travel.lodging", 7011, 16000, 300),
        ("Hertz", "HERTZ RENT-A-CAR {num6}", "travel.car_rental", 3357, 33000, 300),
    ),
    "DE": (
        ("Lufthansa", "LUFTHANSA {num8} KOELN", "travel.flights", 3008, 19500, 350),
        ("Eurowings", "EUROWINGS {num8}", "travel.flights", 4511, 14500, 350),
        ("Booking.com", "BOOKING.COM HOTEL {num8}", "travel.lodging", 7011, 11500, 300),
        ("Airbnb", "AIRBNB * {num8}", "travel.lodging", 7011, 10500, 300),
        ("Sixt", "SIXT GMBH {num6}", "travel.car_rental", 7512, 27000, 300),
    ),
}
"""By country two airlines, two places to sleep, a car: name, text, leaf, code, unit price and its sigma."""

_SUMMER: Final = ((7, 8), (5, 6, 7, 8, 9))
_SUMMERS: Final = {"AU": ((1, 7), (1, 6, 7, 8, 9))}
"""Months of the long holidays, with children and without; Australians leave in their winter too."""

_FEE: Final = 29
"""Foreign transaction fee, thousandths of the amount."""
_MAX_LATE: Final = 1400


@dataclass(frozen=True, slots=True)
class Trip:
    """A journey: days away from ``first`` to ``last``, both included."""

    place: Place
    first: date
    last: date
    event: str


def plan_trips(who: Persona, book: Catalog, window: Window, agenda: Agenda) -> list[Trip]:
    """Draw the summer holidays and short breaks of the window and note them on ``agenda``."""
    dice = Dice(who.seed, book.country, "trips")
    abroad = [place for place in places() if place.short != book.country]
    trips: list[Trip] = []
    for year in range(window.start.year, window.end.year + 1):
        summer = _SUMMERS.get(book.country, _SUMMER)[0 if who.children else 1]
        wishes = [(750, dice.pick(summer), dice.between(7, 13)), (450, dice.pick((2, 3, 4, 10, 11)), 3)]
        for chance, month, nights in wishes:
            first = date(year, month, dice.between(1, 17))
            place = dice.pick(abroad)
            if dice.chance(chance) and window.start < first and first + timedelta(nights) < window.end:
                event = agenda.happen(EventKind.HOLIDAY, first, first + timedelta(nights))
                trips.append(Trip(place, first, first + timedelta(nights), event))
    return trips


def away(trips: list[Trip]) -> frozenset[date]:
    """Return the days spent on journeys, without those of leaving and returning."""
    return frozenset(
        trip.first + timedelta(number) for trip in trips for number in range(1, (trip.last - trip.first).days)
    )


def plan_travel(who: Persona, book: Catalog, window: Window, trips: list[Trip], agenda: Agenda) -> None:
    """Plan what the journeys cost: bookings months before, and every day there."""
    # A household of the country's usual two earners spends the usual prices; others more or less.
    scale = min(1700, max(450, who.income * PERMILLE // (book.salary * 7 // 4)))
    fee = Dice(who.seed, book.country, "card fee").chance(600)
    for number, trip in enumerate(trips):
        dice = Dice(who.seed, book.country, "trip", str(number))
        _book(who, book, window, trip, scale, agenda, dice)
        _spend(who, book, trip, scale, agenda, dice, fee=fee)


def _book(
    who: Persona, book: Catalog, window: Window, trip: Trip, scale: int, agenda: Agenda, dice: Dice
) -> None:
    air_1, air_2, hotel, flat, car = _BOOKINGS[book.country]
    people = who.adults + who.children
    nights = (trip.last - trip.first).days
    early = max(trip.first - timedelta(dice.between(40, 120)), window.start)
    wishes = [(dice.pick((air_1, air_2)), early, people), (dice.pick((hotel, flat)), early, nights)]
    if nights > 5 and dice.chance(450):
        wishes.append((car, trip.first, 1))
    for (name, text, leaf, mcc, price, sigma), day, units in wishes:
        draft = _draft(book.country, trip, day, dice)
        draft.amount = -(dice.spread(price, sigma) * units * scale // PERMILLE)
        draft.text = text.replace("{num8}", dice.digits(8)).replace("{num6}", dice.digits(6))
        draft.text = draft.text.replace("{ref8}", dice.code(8))
        draft.counterparty, draft.leaf, draft.mcc = name, leaf, mcc
        agenda.drafts.append(draft)


def _spend(
    who: Persona, book: Catalog, trip: Trip, scale: int, agenda: Agenda, dice: Dice, *, fee: bool
) -> None:
    town = dice.pick(trip.place.towns)
    weights = [shop.weight for shop in trip.place.shops]
    # The rate of the week: the catalogue's, moved as markets move within a year.
    rate = (
        dice.about(trip.place.rates[book.currency], 30) if trip.place.currency != book.currency else PERMILLE
    )
    family = scale * (600 + 250 * who.adults + 150 * who.children) // 1100
    day = trip.first
    while day <= trip.last:
        for _ in range(dice.between(1, 4)):
            shop = dice.weighted(trip.place.shops, weights)
            draft = _abroad(book, trip, shop, town, day, dice, rate, family)
            agenda.drafts.append(draft)
            if fee and draft.account is Role.CARD and draft.foreign is not None:
                agenda.drafts.append(_fee(book, draft))
        if day == trip.first:
            agenda.drafts.append(_cash(book, trip, town, dice, rate))
        day += timedelta(1)


def _draft(country: str, trip: Trip, day: date, dice: Dice) -> Draft:
    return Draft(
        day=day,
        booked=card_booking(country, day, dice),
        minute=dice.between(480, _MAX_LATE),
        account=Role.CARD if dice.chance(780) else Role.CURRENT,
        amount=0,
        text="",
        counterparty="",
        leaf="",
        channel=Channel.CARD,
        event=trip.event,
    )


def _convert(draft: Draft, book: Catalog, trip: Trip, minor: int, rate: int) -> None:
    """Set the draft's amount to ``minor`` of the place's currency at ``rate``."""
    draft.amount = -half_up(minor * PERMILLE, rate)
    if trip.place.currency != book.currency:
        draft.foreign = Foreign(-minor, trip.place.currency)
        draft.text += f" {trip.place.currency} {plain(minor, trip.place.currency)}"
        if book.country == "GB":
            draft.text += f" ON {draft.day.day:02d} {MONTHS[draft.day.month - 1]}"


def _abroad(
    book: Catalog, trip: Trip, shop: ForeignShop, town: str, day: date, dice: Dice, rate: int, family: int
) -> Draft:
    draft = _draft(book.country, trip, day, dice)
    local = dice.pick(book.local_first).upper()
    draft.text = f"{shop.texts.replace('{town}', town).replace('{LOCAL}', local)} {trip.place.short}"
    draft.counterparty = shop.name.replace("{LOCAL}", local.title())
    draft.leaf, draft.mcc = shop.leaf, shop.mcc
    _convert(draft, book, trip, dice.spread(shop.median, shop.spread) * family // PERMILLE, rate)
    return draft


def _cash(book: Catalog, trip: Trip, town: str, dice: Dice, rate: int) -> Draft:
    draft = _draft(book.country, trip, trip.first, dice)
    draft.account, draft.channel = Role.CURRENT, Channel.CASH
    draft.text, draft.leaf, draft.mcc = f"ATM {town} {trip.place.short}", "transfers.cash", 6011
    home = dice.between(8, 20) * 1000
    _convert(draft, book, trip, home * rate // PERMILLE // 1000 * 1000, rate)
    return draft


def _fee(book: Catalog, paid: Draft) -> Draft:
    return Draft(
        day=paid.day,
        booked=paid.booked,
        minute=paid.minute,
        account=paid.account,
        amount=-max(1, half_up(-paid.amount * _FEE, PERMILLE)),
        text=book.foreign_fee_text,
        counterparty=book.card_bank.name,
        leaf="finance.bank_fees",
        channel=Channel.FEE,
        event=paid.event,
    )
