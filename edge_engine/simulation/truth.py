"""What is true of a simulated household: its accounts, every posting and why it is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from edge_engine.domain.transaction import AccountKind, Channel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from edge_engine.simulation.workdays import Cadence


class Role(StrEnum):
    """What an account is for in its household."""

    CURRENT = "current"
    SAVINGS = "savings"
    CARD = "card"
    JOINT = "joint"


KINDS = {
    Role.CURRENT: AccountKind.CURRENT,
    Role.SAVINGS: AccountKind.SAVINGS,
    Role.CARD: AccountKind.CARD,
    Role.JOINT: AccountKind.CURRENT,
}


@dataclass(frozen=True, slots=True)
class SimulatedAccount:
    """An account and how its bank names it.

    Attributes:
        role: What it is for.
        kind: What kind of account it is.
        currency: ISO 4217 code.
        name: Words for people.
        bank: Name of its bank.
        bic: BIC of its bank.
        branch: Sort code, routing number or Bankleitzahl, digits; empty where its files do not tell it.
        number: Account number as its files tell it: of a card masked, of an American savings account the end.
        iban: IBAN, empty where its files do not tell it.
        opening: Booked balance before the first day, minor units.
    """

    role: Role
    kind: AccountKind
    currency: str
    name: str
    bank: str
    bic: str
    branch: str
    number: str
    iban: str
    opening: int

    @property
    def key(self) -> str:
        """How its files name it: IBAN, else branch and number, else the number alone."""
        if self.iban:
            return self.iban
        return f"{self.branch}/{self.number}" if self.branch else self.number


@dataclass(frozen=True, slots=True)
class Foreign:
    """The amount in the currency of purchase: signed minor units."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of an account, with the truth of it.

    Attributes:
        id: Unique in the household, ordered as booked.
        account: Role of the account.
        day: Booking day; for a pending one, the day of purchase.
        purchased: Day on which it happened.
        minute: Minute of the day on which it happened.
        amount: Signed minor units of the account's currency.
        text: As the bank writes it.
        counterparty: Name of the other side.
        counterparty_account: IBAN or number of the other side; empty where a bank would not say.
        mcc: ISO 18245 code, 0 where the payment is no card payment.
        channel: How the money moved.
        leaf: True leaf of the taxonomy.
        stream: Id of the `Stream` it belongs to, or None.
        event: Id of the `LifeEvent` that caused it, or None.
        transfer: Shared by the two halves of a movement between the household's own accounts, or None.
        foreign: The amount abroad, or None.
        balance: Booked balance of the account after it; for a pending one, after the last booked one.
        pending: Whether it is announced and not yet booked.
    """

    id: str
    account: Role
    day: date
    purchased: date
    minute: int
    amount: int
    text: str
    counterparty: str
    counterparty_account: str
    mcc: int
    channel: Channel
    leaf: str
    stream: str | None
    event: str | None
    transfer: str | None
    foreign: Foreign | None
    balance: int
    pending: bool


@dataclass(frozen=True, slots=True)
class PriceChange:
    """From ``day`` on the usual amount is ``new``; both are magnitudes in minor units."""

    day: date
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Stream:
    """A payment that returns, as it truly is.

    Attributes:
        id: Unique in the household.
        merchant: Name of the other side.
        leaf: Leaf of the taxonomy.
        account: Role of the account that pays or receives it.
        incoming: Whether it pays the household.
        cadence: How often it is due.
        amount: Usual magnitude at the end, minor units.
        varies: Whether amounts differ from payment to payment beyond price changes.
        family: What it is the same kind of, such as ``music streaming``; empty where nothing.
        postings: Ids of its payments, in order.
        amounts: Magnitudes of its payments, in order.
        missed: Days on which it was due and did not pay.
        price_changes: In order of day.
        trial_until: Last day of a free or cheap trial, or None.
        started: When it began; may lie before the window.
        ended: When it ended, or None while it is active.
        expected: Booking day of the next payment after the window, or None where it ended.
    """

    id: str
    merchant: str
    leaf: str
    account: Role
    incoming: bool
    cadence: Cadence
    amount: int
    varies: bool
    family: str
    postings: tuple[str, ...]
    amounts: tuple[int, ...]
    missed: tuple[date, ...]
    price_changes: tuple[PriceChange, ...]
    trial_until: date | None
    started: date
    ended: date | None
    expected: date | None

    @property
    def active(self) -> bool:
        """Whether it still pays at the end of the window."""
        return self.ended is None


@dataclass(frozen=True, slots=True)
class Overlap:
    """Streams of one family that run side by side at the end.

    Attributes:
        family: What they are the same kind of.
        streams: Their ids.
        yearly: What keeping only the dearest saves a year, minor units.
    """

    family: str
    streams: tuple[str, ...]
    yearly: int


class EventKind(StrEnum):
    """What happened to the household."""

    CAR_REPAIR = "car_repair"
    BOILER = "boiler"
    MEDICAL = "medical"
    VET = "vet"
    JOB_LOSS = "job_loss"
    INCOME_DROP = "income_drop"
    RAISE = "raise"
    BONUS = "bonus"
    TAX_REFUND = "tax_refund"
    HOLIDAY = "holiday"
    DUPLICATE = "duplicate_charge"
    REFUND = "refund"
    # Changes of life, and what looks like one and is none; made where `simulate` is asked for changes.
    JOB_CHANGE = "job_change"
    HOME_MOVE = "home_move"
    CHILD = "child"
    RELOCATION = "relocation"
    EMPLOYER_RENAMED = "employer_renamed"
    SECOND_JOB = "second_job"
    WINDFALL = "windfall"
    LANDLORD_RENAMED = "landlord_renamed"
    REMORTGAGE = "remortgage"
    REMOVAL_VAN = "removal_van"
    RENOVATION = "renovation"
    SUPPLIER_SWITCH = "supplier_switch"
    BABY_GIFT = "baby_gift"
    NURSERY_CHANGE = "nursery_change"
    VISIT = "visit"
    LONG_HOLIDAY = "long_holiday"
    WORK_ELSEWHERE = "work_elsewhere"
    INVESTING = "investing"
    INVESTED_ONCE = "invested_once"


LIFE_CHANGES = frozenset({EventKind.JOB_CHANGE, EventKind.HOME_MOVE, EventKind.CHILD, EventKind.RELOCATION})
"""Events that change a life; `simulate` makes them only where asked for."""

UNPAID = frozenset(
    {
        EventKind.EMPLOYER_RENAMED,
        EventKind.SECOND_JOB,
        EventKind.LANDLORD_RENAMED,
        EventKind.REMORTGAGE,
        EventKind.SUPPLIER_SWITCH,
        EventKind.NURSERY_CHANGE,
        EventKind.INVESTING,
    }
)
"""Events that show in streams alone and own no payment."""

SHOCKS = frozenset(
    {
        EventKind.CAR_REPAIR,
        EventKind.BOILER,
        EventKind.MEDICAL,
        EventKind.VET,
        EventKind.JOB_LOSS,
        EventKind.INCOME_DROP,
    }
)


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """Something that happened, from ``first`` to ``last``; ``postings`` are the ids that it caused."""

    id: str
    kind: EventKind
    first: date
    last: date
    postings: tuple[str, ...] = ()


class ShortfallKind(StrEnum):
    """How money was missing."""

    OVERDRAWN = "overdrawn"
    UNPAID = "unpaid"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A day on which money was missing.

    Attributes:
        day: When.
        account: Where.
        kind: Whether the account was below zero at the end of the day, or a bill could not be paid.
        missing: By how much the account was below zero, or what was not paid; minor units.
    """

    day: date
    account: Role
    kind: ShortfallKind
    missing: int


@dataclass(frozen=True, slots=True)
class Household:
    """A household's two years, or however long was asked for.

    Attributes:
        seed: What it was drawn from.
        country: ISO 3166-1 alpha-2 code.
        currency: Of all its accounts.
        start: First day.
        end: Last day; what was bought by then and is booked later is pending.
        accounts: By role.
        postings: Booked lines in order of day, then time.
        pending: Lines announced at ``end`` and not yet booked.
        streams: What returns, in order of id.
        events: What happened, in order of day.
        overlaps: Subscriptions of the same kind that run side by side at the end.
        balance_by_day: Booked balance at the end of each day from ``start``, minor units.
        shortfalls: Days on which an account for payments was overdrawn or a bill failed, in order of day.
    """

    seed: int
    country: str
    currency: str
    start: date
    end: date
    accounts: Mapping[Role, SimulatedAccount]
    postings: tuple[Posting, ...]
    pending: tuple[Posting, ...]
    streams: tuple[Stream, ...]
    events: tuple[LifeEvent, ...]
    overlaps: tuple[Overlap, ...]
    balance_by_day: Mapping[Role, tuple[int, ...]] = field(repr=False)
    shortfalls: tuple[Shortfall, ...] = field(default=(), repr=False)

    @property
    def shocks(self) -> tuple[LifeEvent, ...]:
        """Events that cost or withheld money unforeseen."""
        return tuple(event for event in self.events if event.kind in SHOCKS)
