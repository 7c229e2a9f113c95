"""The catalogue: shops, suppliers, bills and habits of a country, and how a bank writes each payment."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from edge_engine.errors import InputError
from edge_engine.simulation.workdays import Cadence

if TYPE_CHECKING:
    from datetime import date

    from edge_engine.simulation.dice import Dice

COUNTRIES: Final = ("AU", "DE", "GB", "US")
MONTHS: Final = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]

_C = TypeVar("_C")


class Shop(msgspec.Struct, frozen=True, array_like=True):
    """A place to spend at.

    Attributes:
        name: As people call it.
        weight: How often it is chosen among its habit's shops.
        median: Price in the middle, minor units.
        spread: Sigma of the price's logarithm, in thousandths.
        texts: How a statement may write it, alternatives parted by ``|``.
    """

    name: str
    weight: int
    median: int
    spread: int
    texts: str


class ForeignShop(msgspec.Struct, frozen=True, array_like=True):
    """A shop abroad; prices are in the currency of its place."""

    name: str
    weight: int
    median: int
    spread: int
    texts: str
    leaf: str
    mcc: int


class Place(msgspec.Struct, frozen=True):
    """A country to travel to; ``rates`` are its units for one of the home currency, in thousandths."""

    name: str
    short: str
    currency: str
    rates: dict[str, int]
    towns: tuple[str, ...]
    shops: tuple[ForeignShop, ...]


class Habit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rhythm of spending; see the head of ``catalogs/habits.toml`` for each field's unit."""

    id: str
    leaf: str
    mcc: int
    visits: int
    weekday: tuple[int, ...]
    hours: tuple[int, ...]
    elastic: int
    credit: int
    season: tuple[int, ...] = (1000,) * 12
    step: int = 1
    less: int = 0
    family: int = 0
    needs: tuple[str, ...] = ()


class Provider(msgspec.Struct, frozen=True, array_like=True):
    """A supplier of a bill: name, lowest and highest usual price in minor units, statement texts."""

    name: str
    low: int
    high: int
    texts: str


class Bill(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payment that returns.

    Attributes:
        id: Its name in the catalogue.
        leaf: Its leaf of the taxonomy.
        channel: How it is collected, a value of ``domain.transaction.Channel``.
        pays_from: Role of the account that pays it.
        cadence: How often.
        providers: Who may supply it.
        chance: How many households in a thousand have it, of those with its ``needs``.
        needs: Traits that a household must have.
        shape: ``fixed``, or how the amount moves: ``usage``, ``energy`` (dearest in winter), ``summer``,
            ``workdays`` (of the month), ``term`` (of schools).
        spread: Sigma of a moving amount's logarithm, in thousandths.
        rise: Month of price changes (0: the anniversary), lowest and highest change in thousandths, or empty.
        rises: At most so many price changes.
        copies: ``adults``: one for each adult, at the same supplier.
        months: Months in which it is collected; empty: all.
        share: Amount as thousandths of the household's monthly income, instead of the providers' prices.
        late: Chance in thousandths that a payment comes days late.
        pause: Chance in thousandths that a payment is left out.
        join: Chance in thousandths that it begins within the window.
        cancel: Chance in thousandths that it ends within the window.
        trial: Days of a trial before the first full price.
        trial_price: What the trial costs, once.
        family: What it is the same kind of; two at once overlap.
        step: Prices are a multiple of it, minus ``less``.
        less: See ``step``.
    """

    id: str
    leaf: str
    channel: str
    pays_from: str
    cadence: Cadence
    providers: tuple[Provider, ...]
    chance: int = 1000
    needs: tuple[str, ...] = ()
    shape: str = "fixed"
    spread: int = 0
    rise: tuple[int, ...] = ()
    rises: int = 99
    copies: str = ""
    months: tuple[int, ...] = ()
    share: int = 0
    late: int = 0
    pause: int = 0
    join: int = 0
    cancel: int = 0
    trial: int = 0
    trial_price: int = 0
    family: str = ""
    step: int = 1
    less: int = 0


class Bank(msgspec.Struct, frozen=True):
    """A bank: its name, BIC, the bank code of its IBANs and its sort code or routing number."""

    name: str
    bic: str
    code: str
    branch: str


class Catalog(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything about money that differs between countries; see the files in ``catalogs``."""

    country: str
    currency: str
    cities: tuple[str, ...]
    districts: tuple[str, ...]
    suffix: str
    salary: int
    salary_spread: int
    pay_rules: tuple[str, ...]
    pay_weights: tuple[int, ...]
    benefit_cadence: Cadence
    benefit: int
    benefit_text: str
    benefit_name: str
    relief: int
    relief_cadence: Cadence
    relief_text: str
    relief_name: str
    employers: tuple[str, ...]
    salary_texts: tuple[str, ...]
    tax_refund_text: str
    people: tuple[str, ...]
    person_texts: tuple[str, ...]
    memos: tuple[str, ...]
    local_first: tuple[str, ...]
    gig: tuple[str, ...]
    overdraft_rate: int
    overdraft_text: str
    overdraft_fee: int
    overdraft_fee_text: str
    overdraft_limit: int
    interest_rate: int
    interest_text: str
    card_interest_text: str
    card_fee_text: str
    card_fee: int
    card_rate: int
    foreign_fee_text: str
    card_payment_text: str
    card_debit_text: str
    to_text: str
    from_text: str
    account_fee: int
    account_fee_text: str
    bank: Bank
    second_bank: Bank
    card_bank: Bank
    shops: dict[str, tuple[Shop, ...]]
    bill: tuple[Bill, ...]


class Payee(msgspec.Struct, frozen=True, array_like=True):
    """Whom a change of life pays: name, usual amount in minor units (0: as planned), statement text."""

    name: str
    amount: int
    text: str


class LifeBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom changes of life, and what looks like them, pay in one country; see ``catalogs/life.toml``."""

    baby: tuple[Payee, ...]
    removal: tuple[Payee, ...]
    legal: tuple[Payee, ...]
    landlords: tuple[Payee, ...]
    lenders: tuple[Payee, ...]
    redirection: tuple[Payee, ...]
    nurseries: tuple[Payee, ...]
    insurers: tuple[Payee, ...]
    brokers: tuple[Payee, ...]


class _Habits(msgspec.Struct, frozen=True):
    habit: tuple[Habit, ...]


class _Places(msgspec.Struct, frozen=True):
    place: tuple[Place, ...]


def _read(name: str, kind: type[_C]) -> _C:
    source = resources.files("edge_engine.simulation").joinpath("catalogs", name)
    return msgspec.toml.decode(source.read_bytes(), type=kind)


@lru_cache(maxsize=8)
def catalog(country: str) -> Catalog:
    """Return the catalogue of ``country``.

    Raises:
        InputError: The country is not one of ``COUNTRIES``.
    """
    if country not in COUNTRIES:
        raise InputError(f"households are simulated for {', '.join(COUNTRIES)} alone")
    return _read(f"{country}.toml", Catalog)


@lru_cache(maxsize=1)
def habits() -> tuple[Habit, ...]:
    """Return the rhythms of spending, the same in every country."""
    return _read("habits.toml", _Habits).habit


@lru_cache(maxsize=1)
def _life() -> dict[str, LifeBook]:
    return _read("life.toml", dict[str, LifeBook])


def life_book(country: str) -> LifeBook:
    """Return whom changes of life pay in ``country``."""
    return _life()[country]


@lru_cache(maxsize=1)
def places() -> tuple[Place, ...]:
    """Return the countries that households travel to."""
    return _read("abroad.toml", _Places).place


def settle(text: str, dice: Dice, home: dict[str, str]) -> str:
    """Fill what stays the same for one household at one shop: its branch, town and local name."""
    if "{" not in text:
        return text
    for name, value in home.items():
        text = text.replace(f"{{{name}}}", value)
    if "{store}" in text:
        text = text.replace("{store}", str(dice.between(1021, 8899)))
    if "{account}" in text:
        text = text.replace("{account}", dice.digits(10))
    return text


def write(text: str, dice: Dice, day: date) -> str:
    """Fill what differs in every payment: references, numbers and the date."""
    if "{" not in text:
        return text
    for length in (4, 6, 8, 10):
        if f"{{num{length}}}" in text:
            text = text.replace(f"{{num{length}}}", dice.digits(length))
    for length in (8, 9):
        if f"{{ref{length}}}" in text:
            text = text.replace(f"{{ref{length}}}", dice.code(length))
    return text.replace("{dmon}", f"{day.day:02d}{MONTHS[day.month - 1]}").replace(
        "{mmyy}", f"{day.month:02d}/{day.year % 100:02d}"
    )
