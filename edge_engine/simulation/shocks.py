"""What nobody plans: repairs, illness, work lost or reduced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from edge_engine.domain.transaction import Channel
from edge_engine.simulation.dice import Dice
from edge_engine.simulation.draft import Draft, card_booking
from edge_engine.simulation.truth import EventKind, Role

if TYPE_CHECKING:
    from edge_engine.simulation.draft import Agenda, Window
    from edge_engine.simulation.merchants import Catalog
    from edge_engine.simulation.persona import Persona


@dataclass(frozen=True, slots=True)
class Loss:
    """An adult is without work from ``first`` until hired on ``last``."""

    adult: int
    first: date
    last: date
    event: str


@dataclass(frozen=True, slots=True)
class Drop:
    """An adult earns ``permille`` thousandths of the usual pay from ``first`` to ``last``."""

    adult: int
    first: date
    last: date
    permille: int


@dataclass(frozen=True, slots=True)
class Fate:
    """What happens to the household's work: at most one of each."""

    loss: Loss | None
    drop: Drop | None


_YEAR: Final = 365

_REPAIRS: Final = {
    "GB": {
        EventKind.CAR_REPAIR: ("Kwik Fit", "KWIK FIT {CITY}", "transport.car_service", 7538, 34000, 550),
        EventKind.BOILER: ("Pipeline Heating", "PIPELINE HEATING LTD", "home.services", 1711, 95000, 600),
        EventKind.MEDICAL: ("Spire", "SPIRE HEALTHCARE {CITY}", "health.care", 8062, 62000, 500),
        EventKind.VET: ("Vets Now", "VETS NOW EMERGENCY", "shopping.pets", 742, 52000, 500),
    },
    "AU": {
        EventKind.CAR_REPAIR: (
            "mycar",
            "MYCAR TYRE & AUTO {CITY}",
            "transport.car_service",
            7538,
            68000,
            550,
        ),
        EventKind.BOILER: (
            "Saltbush Hot Water",
            "SALTBUSH HOT WATER PTY LTD",
            "home.services",
            1711,
            180000,
            500,
        ),
        EventKind.MEDICAL: ("Ramsay Health", "RAMSAY HEALTH CARE {CITY}", "health.care", 8062, 95000, 600),
        EventKind.VET: ("Greencross Vets", "GREENCROSS VETS {CITY}", "shopping.pets", 742, 92000, 500),
    },
    "US": {
        EventKind.CAR_REPAIR: (
            "Firestone",
            "FIRESTONE {num6} {CITY}",
            "transport.car_service",
            7538,
            62000,
            550,
        ),
        EventKind.BOILER: ("Trusty HVAC", "TRUSTY HVAC & PLUMBING", "home.services", 1711, 190000, 600),
        EventKind.MEDICAL: ("Mercy Ridge", "MERCY RIDGE HOSP PATIENT", "health.care", 8062, 145000, 600),
        EventKind.VET: ("BluePearl", "BLUEPEARL VET HOSPITAL", "shopping.pets", 742, 98000, 500),
    },
    "DE": {
        EventKind.CAR_REPAIR: (
            "ATU",
            "A.T.U AUTO-TEILE-UNGER//{CITY}/DE",
            "transport.car_service",
            7538,
            46000,
            550,
        ),
        EventKind.BOILER: (
            "Waermetechnik Buchholz",
            "WAERMETECHNIK BUCHHOLZ",
            "home.services",
            1711,
            110000,
            600,
        ),
        EventKind.MEDICAL: (
            "Klinik am Seeufer",
            "KLINIK AM SEEUFER RECHNUNG",
            "health.care",
            8062,
            48000,
            500,
        ),
        EventKind.VET: ("Tierklinik", "TIERKLINIK {CITY}", "shopping.pets", 742, 55000, 500),
    },
}
"""By country and kind: name, statement text, leaf, ISO 18245 code, median cost in minor units, sigma."""

_A_YEAR: Final = {
    EventKind.CAR_REPAIR: 750,
    EventKind.BOILER: 350,
    EventKind.MEDICAL: 220,
    EventKind.VET: 250,
}
_NEEDS: Final = {EventKind.CAR_REPAIR: "car", EventKind.BOILER: "owner", EventKind.VET: "pets"}


def plan_fate(who: Persona, country: str, window: Window, agenda: Agenda) -> Fate:
    """Draw what happens to the household's work and note it on ``agenda``."""
    if who.retired:
        return Fate(None, None)
    dice = Dice(who.seed, country, "fate")
    days = (window.end - window.start).days
    loss = drop = None
    if dice.chance(min(600, 120 * days // _YEAR)) and days > 200:
        first = window.start + timedelta(60 + dice.below(days - 150))
        last = first + timedelta(dice.between(50, 170))
        event = agenda.happen(EventKind.JOB_LOSS, first, min(last, window.end))
        loss = Loss(dice.below(who.adults), first, last, event)
    elif dice.chance(min(600, 130 * days // _YEAR)) and days > 200:
        first = window.start + timedelta(60 + dice.below(days - 150))
        last = first + timedelta(dice.between(80, 200))
        agenda.happen(EventKind.INCOME_DROP, first, min(last, window.end))
        drop = Drop(dice.below(who.adults), first, last, dice.between(550, 820))
    return Fate(loss, drop)


def plan_repairs(who: Persona, book: Catalog, window: Window, agenda: Agenda) -> None:
    """Plan the one-off costs: each kind as often a year as households meet it."""
    days = (window.end - window.start).days + 1
    for kind, yearly in _A_YEAR.items():
        if _NEEDS.get(kind, "") not in {"", *who.traits}:
            continue
        dice = Dice(who.seed, book.country, "repair", kind.value)
        for _ in range(dice.times(yearly * days // _YEAR)):
            day = window.start + timedelta(dice.below(days))
            name, text, leaf, mcc, median, sigma = _REPAIRS[book.country][kind]
            event = agenda.happen(kind, day)
            agenda.drafts.append(
                Draft(
                    day=day,
                    booked=card_booking(book.country, day, dice),
                    minute=dice.between(540, 1020),
                    account=dice.pick((Role.CARD, Role.CARD, Role.CURRENT)),
                    amount=-dice.spread(median, sigma),
                    text=text.replace("{CITY}", who.home["CITY"]).replace("{num6}", dice.digits(6)),
                    counterparty=name,
                    leaf=leaf,
                    channel=Channel.CARD,
                    mcc=mcc,
                    event=event,
                )
            )
