"""A trait: one thing that is supposed of a person's habits, or that the person said, with how sure it is and why."""

from __future__ import annotations

import math
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "life_stage": ("student", "starting_out", "family", "established", "retired"),
    "money_style": ("saver", "balanced", "spender"),
    "platform": ("android", "desktop", "ios"),
}
"""What a trait that is a word may be."""

DATA: Final[dict[str, tuple[str, ...]]] = {
    "life_stage": ("pd:LifeHistory",),
    "money_style": ("pd:PurchasesAndSpendingHabit",),
    "price_sensitivity": ("pd:PurchasesAndSpendingHabit",),
    "travel": ("pd:PurchasesAndSpendingHabit",),
    "bill_discipline": ("pd:PurchasesAndSpendingHabit",),
    "investing_appetite": ("pd:Preference",),
    "engagement": ("pd:ServiceConsumptionBehaviour",),
    "days_known": ("pd:ServiceConsumptionBehaviour",),
    "platform": ("pd:ServiceConsumptionBehaviour",),
    "income_stability": ("pd:Income",),
    "spare_share": ("pd:FinancialAccount", "pd:Income"),
    "buffer_days": ("pd:FinancialAccount", "pd:Income"),
    "savings_months": ("pd:FinancialAccount",),
    "debt_share": ("pd:FinancialAccount", "pd:Income"),
}
"""Every trait there is, with the data categories that it is worked out from; append-only."""

Value = float | str


class Source(StrEnum):
    """Who says so."""

    INFERRED = "inferred"
    CONFIRMED = "confirmed"
    """The person confirmed a question about it."""
    STATED = "stated"
    """The person's own word."""


class EventCount(msgspec.Struct, frozen=True):
    """How often something happened in the app."""

    name: str
    n: int


class Trait(msgspec.Struct, frozen=True):
    """One trait.

    Attributes:
        name: One of :data:`DATA`.
        value: A word, or a number: a share of 1, days or months.
        confidence: 0 to 1, as of the day; what rests on old things fades.
        source: Who says so.
        as_of: The day it holds for.
        rests_on: Latest day of what it rests on; null where it is the person's word.
        half_life_days: After so many days without anything new half of the confidence is left; null for ever.
        evidence: Vault ids of transactions, ascending.
        events: App events that it rests on, counted by name.
        purposes: Every purpose that it took.
        data: Data categories that it is worked out from.
    """

    name: str
    value: Value
    confidence: float
    source: Source
    as_of: date
    rests_on: date | None
    half_life_days: int | None
    evidence: tuple[int, ...]
    events: tuple[EventCount, ...]
    purposes: tuple[str, ...]
    data: tuple[str, ...]


class Word(msgspec.Struct, frozen=True):
    """What the person said of a trait.

    Attributes:
        name: Of the trait.
        denied: Whether it was said not to be true, which is for ever.
        value: The person's own word; null where there is none.
    """

    name: str
    denied: bool
    value: Value | None


def faded(confidence: float, days: int, half_life: float) -> float:
    """Return what is left of a confidence after some days; the future fades nothing."""
    return confidence * math.exp2(-max(0, days) / half_life)
