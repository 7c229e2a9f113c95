"""What the engine found out, as data: findings with their evidence, and messages without a language."""

from __future__ import annotations

import hashlib
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import msgspec

from edge_engine.domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence

INSIGHTS: Final = ("insights",)
WITH_CATEGORIES: Final = ("insights", "categorization")


class Severity(StrEnum):
    """How soon the person should look."""

    INFO = "info"
    ATTENTION = "attention"
    URGENT = "urgent"


class Message(msgspec.Struct, frozen=True, tag_field="key"):
    """A sentence before it is put into words: a key and typed arguments.

    :mod:`edge_engine.insights.words` says it in a language.
    """

    @property
    def key(self) -> str:
        """Stable key of the sentence."""
        return str(self.__struct_config__.tag)

    @property
    def args(self) -> dict[str, Any]:
        """The typed arguments by name."""
        return msgspec.structs.asdict(self)


class PriceRise(Message, frozen=True, tag="price_rise"):
    """A bill or subscription costs more than it did. Amounts are positive."""

    merchant: str
    old: Money
    new: Money
    since: date
    a_year: Money


class Overlap(Message, frozen=True, tag="subscription_overlap"):
    """Several subscriptions serve one need, the ``offering``; keeping ``cheapest`` alone saves ``saving``."""

    offering: str
    merchants: tuple[str, ...]
    cheapest: str
    a_year: Money
    saving: Money


class DuplicateCharge(Message, frozen=True, tag="duplicate_charge"):
    """One merchant took one amount twice within days."""

    merchant: str
    amount: Money
    first: date
    second: date


class FeesPaid(Message, frozen=True, tag="fees_paid"):
    """Fees or interest (``category`` is the leaf's id) paid since a day."""

    category: str
    total: Money
    n: int
    since: date


class SpendingUp(Message, frozen=True, tag="spending_up"):
    """More was spent on a category in a month than usual."""

    category: str
    month: date
    spent: Money
    usual: Money
    change: Money


class SpendingDown(Message, frozen=True, tag="spending_down"):
    """Less was spent on a category in a month than usual; ``change`` is positive."""

    category: str
    month: date
    spent: Money
    usual: Money
    change: Money


class Shortfall(Message, frozen=True, tag="shortfall"):
    """The balance may fall below zero: the lowest point of the middle path, and the chance in per cent.

    Where the middle path is below zero before its lowest point, ``starts`` is the first such day and ``below`` its
    balance.
    """

    lowest: Money
    on: date
    chance: int
    starts: date | None = None
    below: Money | None = None


AnyMessage = PriceRise | Overlap | DuplicateCharge | FeesPaid | SpendingUp | SpendingDown | Shortfall


class Insight(msgspec.Struct, frozen=True):
    """One finding.

    Attributes:
        id: A hash of its kind and what it rests on: the same today and tomorrow.
        kind: What was found, such as ``duplicate_charge``.
        as_of: The day it was found for.
        severity: How soon the person should look.
        confidence: 0 to 1.
        evidence: Vault ids of the transactions it rests on, ascending.
        message: What to say, without a language.
        money_a_year: What it is worth to the person in a year, positive; null where that cannot be said.
        purposes: Every purpose that it took to find it.
    """

    id: str
    kind: str
    as_of: date
    severity: Severity
    confidence: float
    evidence: tuple[int, ...]
    message: AnyMessage
    money_a_year: Money | None
    purposes: tuple[str, ...]


def insight(  # noqa: PLR0913 - one argument an attribute
    kind: str,
    as_of: date,
    message: AnyMessage,
    *,
    severity: Severity,
    confidence: float,
    evidence: Sequence[int],
    purposes: tuple[str, ...],
    money_a_year: Money | None = None,
    root: Sequence[int | str] | None = None,
) -> Insight:
    """Make a finding and its identifier: 16 hexadecimal digits of BLAKE2b over its kind and its root.

    The root is the evidence, or less where evidence grows from day to day while the finding stays the same.
    """
    ids = tuple(sorted(set(evidence)))
    text = "\x1f".join((kind, *map(str, ids if root is None else root)))
    digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    sure = round(min(max(confidence, 0.0), 1.0), 3)
    return Insight(digest, kind, as_of, severity, sure, ids, message, money_a_year, purposes)


class Coming(msgspec.Struct, frozen=True):
    """A payment of a known stream that is expected within an outlook."""

    day: date
    stream: str
    merchant: str
    amount: Money


class OutlookWeek(msgspec.Struct, frozen=True):
    """The balance at the end of one coming week: in 10, 50 and 90 of 100 cases it is lower than this."""

    ends: date
    p10: Money
    p50: Money
    p90: Money


class OutflowWeek(msgspec.Struct, frozen=True):
    """The money that leaves within one coming week: in 10, 50 and 90 of 100 cases it is less than this."""

    ends: date
    p10: Money
    p50: Money
    p90: Money


class Risk(msgspec.Struct, frozen=True):
    """The chance, 0 to 1, that the balance stands below a buffer at some time within 30 days."""

    buffer: Money
    chance: float


class ForecastRecord(msgspec.Struct, frozen=True):
    """How the trajectory model did on this person's own past, beside the simple forecasts.

    Attributes:
        used: Whether the outlook is the model's: it is while the model lost less than the simple forecast and the
            credit it starts with, summed in turnovers of each day and so not to be read off ``loss`` and
            ``loss_simple``; and where the outlook from habits was tried, while ``loss_tried`` is less than
            ``loss_habits``.
        weeks: Forecasts of a week that have come since.
        loss: Mean quantile loss of the model over them.
        loss_simple: Of half known bills, half the same days of the last months.
        loss_habits: Of the outlook from habits, over the weeks it was tried on, which are few of all; null where it was
            not.
        coverage: Share of balances within the model's p10 and p90, as wide as they were told; 0.8 is honest.
        loss_tried: Of the model over the weeks that ``loss_habits`` is of; null where that is.
    """

    used: bool
    weeks: int
    loss: Money
    loss_simple: Money
    loss_habits: Money | None
    coverage: float | None
    loss_tried: Money | None = None


class Below(msgspec.Struct, frozen=True):
    """The first day on which the middle path is below zero, and its balance then."""

    on: date
    balance: Money


class Outlook(msgspec.Struct, frozen=True):
    """Where balances are heading.

    Attributes:
        as_of: The day it starts from.
        balance: What is there now.
        weeks: The coming weeks, in order.
        coming: Known payments within them, by day.
        lowest: Lowest end-of-day balance of the middle path.
        lowest_on: Day of the lowest balance; the earliest of equals.
        below_zero: Chance, 0 to 1, to fall below zero: the share of paths that do on some day; where the model
            speaks, the greater of its risk within 30 days and of any week's end.
        history_weeks: Whole weeks of the past that it was made from.
        method: ``model`` where the trajectory model's record on this person earned it, ``habits`` else.
        outflow: What the coming weeks take, as the model says; empty where it is not used.
        risks: Of falling below nothing and below half a month's turnover; empty where the model is not used.
        record: The model's record; null where there is no model, too little history, or pay is missing.
        first_below: Where the middle path falls below zero first; null where it does not.
        chances: Chance, 0 to 1, to have fallen below zero by the end of each week.
        pay_missing: Whether a good part of regular income is missing. The model sees balances alone and counts on what
            came before, so it is not asked then.
        told_until: The last day that a bank told of; what was booked since is not in it. Null where that is not known.
    """

    as_of: date
    balance: Money
    weeks: tuple[OutlookWeek, ...]
    coming: tuple[Coming, ...]
    lowest: Money
    lowest_on: date
    below_zero: float
    history_weeks: int
    method: str = "habits"
    outflow: tuple[OutflowWeek, ...] = ()
    risks: tuple[Risk, ...] = ()
    record: ForecastRecord | None = None
    first_below: Below | None = None
    chances: tuple[float, ...] = ()
    pay_missing: bool = False
    told_until: date | None = None
