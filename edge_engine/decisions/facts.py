"""The facts about a person that rules may speak of: a closed list of names, each with its type and its bounds.

No fact holds money: shares, days and months mean the same in every currency. No fact is made from a sensitive leaf.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

_ACCOUNTS: Final = frozenset(("pd:FinancialAccount",))
_BALANCES: Final = frozenset(("pd:FinancialAccount", "pd:Income"))
_HABITS: Final = frozenset(("pd:PurchasesAndSpendingHabit",))
_INCOME: Final = frozenset(("pd:Income",))
_LIFE: Final = frozenset(("pd:LifeHistory",))
_PREFERENCE: Final = frozenset(("pd:Preference",))
_USE: Final = frozenset(("pd:ServiceConsumptionBehaviour",))


class Kind(StrEnum):
    """What a fact's value is."""

    FLAG = "flag"
    NUMBER = "number"
    WORD = "word"


class FactKind(msgspec.Struct, frozen=True):
    """One name that rules may use.

    Attributes:
        kind: What its value is.
        says: The fact as words for people.
        data: Data categories that it is worked out from; consent is asked for these.
        words: The words it may be, for a word.
        low: Smallest value, for a number.
        high: Largest value, for a number.
    """

    kind: Kind
    says: str
    data: frozenset[str]
    words: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0


FACTS: Final[Mapping[str, FactKind]] = {
    "life_stage": FactKind(
        Kind.WORD,
        "stage of life",
        _LIFE,
        words=("student", "starting_out", "family", "established", "retired"),
    ),
    "money_style": FactKind(Kind.WORD, "style with money", _HABITS, words=("saver", "balanced", "spender")),
    "price_sensitivity": FactKind(Kind.NUMBER, "attention to prices", _HABITS),
    "travel": FactKind(Kind.NUMBER, "share of months with spending abroad", _HABITS),
    "bill_discipline": FactKind(Kind.NUMBER, "share of bills paid in time", _HABITS),
    "investing_appetite": FactKind(Kind.NUMBER, "stated appetite for investing", _PREFERENCE),
    "engagement": FactKind(Kind.NUMBER, "share of weeks with the app in use", _USE),
    "days_known": FactKind(Kind.NUMBER, "days since the app was first used", _USE, high=36_500.0),
    "platform": FactKind(Kind.WORD, "kind of device", _USE, words=("android", "desktop", "ios")),
    "income_stability": FactKind(Kind.NUMBER, "steadiness of income", _INCOME),
    "spare_share": FactKind(
        Kind.NUMBER, "share of a usual month's income that is left", _BALANCES, low=-10.0
    ),
    "buffer_days": FactKind(
        Kind.NUMBER, "days of usual spending that the lowest coming balance covers", _BALANCES, high=3650.0
    ),
    "savings_months": FactKind(
        Kind.NUMBER, "months of usual spending that are put aside", _ACCOUNTS, high=1200.0
    ),
    "debt_share": FactKind(Kind.NUMBER, "share of income that pays debts", _BALANCES, high=10.0),
}
"""Every name that a rule may use. Names are for ever: a fact that changes its meaning gets a new name."""


class Fact(msgspec.Struct, frozen=True):
    """What is known about one name.

    Attributes:
        value: True or false, a number, or a word, as :data:`FACTS` says.
        confidence: 0 to 1.
    """

    value: bool | float | str
    confidence: float = 1.0


def check_facts(facts: Mapping[str, Fact]) -> None:
    """Check facts against the list before any rule sees them.

    Raises:
        InputError: A name is not on the list, or a value is of another type or out of bounds.
    """
    for name, fact in facts.items():
        kind = FACTS.get(name)
        if kind is None:
            raise InputError(f"there is no fact {name}")
        if not fits(kind, fact.value):
            raise InputError(f"the value of the fact {name} does not fit its type")
        if not 0.0 <= fact.confidence <= 1.0:
            raise InputError(f"the confidence of the fact {name} is from 0 to 1")


def fits(kind: FactKind, value: bool | float | str) -> bool:  # noqa: FBT001 - a value, not a switch
    """Return whether a value is of a fact's type and within its bounds."""
    if kind.kind is Kind.FLAG:
        return isinstance(value, bool)
    if kind.kind is Kind.WORD:
        return isinstance(value, str) and value in kind.words
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # Compared first: a whole number may be larger than any float.
    return kind.low <= value <= kind.high and math.isfinite(value)
