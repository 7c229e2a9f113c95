"""A moment: something in the person's money, now, that may be worth a word. What follows is decided elsewhere."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.domain.money import Money
from edge_engine.insights.finding import (
    DuplicateCharge,
    FeesPaid,
    Message,
    Overlap,
    PriceRise,
    Severity,
    Shortfall,
)
from edge_engine.insights.hypothesis import NewChild, NewHome, NewJob, NewTown, identify

if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION: Final = 1
"""Of what the types mean; one that changes its meaning gets a new version."""

TYPES: Final = (
    "liquidity_shortfall", "subscription_new", "price_change", "subscription_overlap", "bill_due", "bill_missed",
    "bill_unusual", "income_change", "safe_to_save", "category_drift", "duplicate_or_fee", "credit_cost",
    "life_event_candidate", "stress", "cost_rise",
)  # fmt: skip
"""Every type there is; append-only."""


SHOWS: Final[dict[str, frozenset[str]]] = {
    "liquidity_shortfall": frozenset(("pd:FinancialAccount",)),
    "subscription_new": frozenset(("pd:Transaction",)),
    "price_change": frozenset(("pd:Transaction",)),
    "subscription_overlap": frozenset(("pd:Transaction",)),
    "bill_due": frozenset(("pd:Transaction",)),
    "bill_missed": frozenset(("pd:Transaction",)),
    "bill_unusual": frozenset(("pd:Transaction",)),
    "income_change": frozenset(("pd:FinancialAccount", "pd:Income", "pd:Transaction")),
    "safe_to_save": frozenset(("pd:FinancialAccount",)),
    "category_drift": frozenset(("pd:PurchasesAndSpendingHabit",)),
    "duplicate_or_fee": frozenset(("pd:Transaction",)),
    "credit_cost": frozenset(("pd:PurchasesAndSpendingHabit",)),
    "life_event_candidate": frozenset(("pd:LifeHistory",)),
    "stress": frozenset(("pd:FinancialAccount", "pd:Income")),
    "cost_rise": frozenset(("pd:Transaction",)),
}
"""Kinds of data that the words and sums of a type tell: consent is asked about them where they reach the person."""


class Overdrawn(Message, frozen=True, tag="below_zero"):
    """The balance is below zero now."""

    balance: Money


class AccountOverdrawn(Message, frozen=True, tag="account_below_zero"):
    """One account is below zero now, while all of them together are not."""

    balance: Money


class SubscriptionNew(Message, frozen=True, tag="subscription_new"):
    """A subscription that began. Amounts are positive."""

    merchant: str
    amount: Money
    since: date
    a_year: Money


class BillDue(Message, frozen=True, tag="bill_due"):
    """A bill will be taken within days."""

    merchant: str
    amount: Money
    on: date


class BillMissed(Message, frozen=True, tag="bill_missed"):
    """A bill that is paid regularly was not paid this time."""

    merchant: str
    amount: Money
    due: date


class BillUnusual(Message, frozen=True, tag="bill_unusual"):
    """A bill that varies was higher than any of the year before; ``usual`` is the highest of those."""

    merchant: str
    amount: Money
    usual: Money
    on: date


class IncomeLate(Message, frozen=True, tag="income_late"):
    """Regular income has not come, days after it was due."""

    merchant: str
    amount: Money
    due: date


class IncomeLower(Message, frozen=True, tag="income_lower"):
    """The latest pay was lower than those before."""

    merchant: str
    amount: Money
    usual: Money
    on: date


class IncomeHigher(Message, frozen=True, tag="income_higher"):
    """The latest pay was higher than those before."""

    merchant: str
    amount: Money
    usual: Money
    on: date


class IncomeGone(Message, frozen=True, tag="income_gone"):
    """Regular income stopped and nothing came in its place."""

    merchant: str
    amount: Money
    last: date


class IncomeMissed(Message, frozen=True, tag="income_missed"):
    """Regular income stopped long ago, nothing replaced it, and the balance falls: ``expected`` is the middle path."""

    merchant: str
    last: date
    balance: Money
    expected: Money
    until: date


class IncomeNew(Message, frozen=True, tag="income_new"):
    """Regular income began."""

    merchant: str
    amount: Money
    since: date


class SafeToSave(Message, frozen=True, tag="safe_to_save"):
    """An amount that can be put aside: the balance most likely stays above ``floor`` until a day even so.

    ``a_year`` is what putting it aside month by month comes to; the amount itself where it is a single sum.
    """

    amount: Money
    floor: Money
    until: date
    a_year: Money


class CategoryDrift(Message, frozen=True, tag="category_drift"):
    """A category costs more a month than it did; ``move`` from the budget of ``source`` a month evens it out."""

    category: str
    amount: Money
    usual: Money
    source: str
    move: Money
    a_year: Money


class CreditCost(Message, frozen=True, tag="credit_cost"):
    """Interest paid within a year."""

    total: Money
    n: int
    since: date


class InStress(Message, frozen=True, tag="stress"):
    """Money is short in several ways; the signs are stable words."""

    signs: tuple[str, ...]


AnyMoment = (
    Shortfall
    | Overdrawn
    | AccountOverdrawn
    | SubscriptionNew
    | PriceRise
    | Overlap
    | BillDue
    | BillMissed
    | BillUnusual
    | IncomeLate
    | IncomeLower
    | IncomeHigher
    | IncomeGone
    | IncomeMissed
    | IncomeNew
    | SafeToSave
    | CategoryDrift
    | DuplicateCharge
    | FeesPaid
    | CreditCost
    | NewJob
    | NewHome
    | NewChild
    | NewTown
    | InStress
)


class Moment(msgspec.Struct, frozen=True):
    """One moment.

    Attributes:
        id: A hash of its type and of what it rests on: the same today and tomorrow.
        type: One of :data:`TYPES`.
        version: Of what the type means.
        as_of: The day it was found for.
        valid_until: Last day on which it is worth a word.
        severity: How soon the person should look.
        confidence: 0 to 1.
        evidence: Vault ids of the transactions it rests on, ascending.
        message: What to say, without a language.
        money_a_year: What it is worth to the person in a year, positive; null where that cannot be said.
        purposes: Every purpose that it took.
        models: Every model that it took, with its version.
    """

    id: str
    type: str
    version: int
    as_of: date
    valid_until: date
    severity: Severity
    confidence: float
    evidence: tuple[int, ...]
    message: AnyMoment
    money_a_year: Money | None
    purposes: tuple[str, ...]
    models: tuple[str, ...]


def moment(  # noqa: PLR0913 - one argument an attribute
    type_: str,
    as_of: date,
    message: AnyMoment,
    *,
    root: Iterable[object],
    valid_until: date,
    severity: Severity,
    confidence: float,
    evidence: Iterable[int],
    purposes: tuple[str, ...],
    models: tuple[str, ...],
    money_a_year: Money | None = None,
) -> Moment:
    """Make a moment and its identifier, which its type and its root give."""
    sure = round(min(max(confidence, 0.0), 1.0), 3)
    ids = tuple(sorted(set(evidence)))
    return Moment(
        identify(type_, *root), type_, VERSION, as_of, valid_until, severity, sure, ids, message, money_a_year,
        purposes, models,
    )  # fmt: skip
