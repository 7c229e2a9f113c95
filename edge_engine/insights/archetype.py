"""Archetypes: what traits add up to, as ``archetypes.toml`` says, and how the app may arrange itself then."""

from __future__ import annotations

import functools
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.consent.toml_file import decode, packaged
from edge_engine.consent.toml_lines import unknown
from edge_engine.errors import PolicyError
from edge_engine.insights.trait import DATA, WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edge_engine.insights.trait import Trait

FILE: Final = "archetypes.toml"


class Layout(StrEnum):
    """What comes first on the screen."""

    OVERVIEW_FIRST = "overview_first"
    NEXT_DAYS_FIRST = "next_days_first"
    CALENDAR_FIRST = "calendar_first"
    GOALS_FIRST = "goals_first"
    SAVINGS_FIRST = "savings_first"
    MONTH_FIRST = "month_first"


class Tone(StrEnum):
    """How the app speaks."""

    PLAIN = "plain"
    CALM = "calm"
    PRACTICAL = "practical"
    BRIEF = "brief"
    FACTUAL = "factual"
    LIGHT = "light"


class Topic(StrEnum):
    """What the app speaks of."""

    OVERVIEW = "overview"
    CASH_FLOW = "cash_flow"
    BILLS = "bills"
    SUPPORT = "support"
    BUDGETS = "budgets"
    SAVING = "saving"
    TRAVEL = "travel"
    GOALS = "goals"
    FORECAST = "forecast"
    PRICE_RISES = "price_rises"
    SUBSCRIPTIONS = "subscriptions"


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"is_": "is"}):
    """What must hold of one trait; a trait that is not known fulfils none.

    Attributes:
        trait: Its name.
        is_: The word it is.
        at_least: Smallest value.
        below: The value it stays under.
        confidence: How sure it must be.
    """

    trait: str
    is_: str | None = None
    at_least: float | None = None
    below: float | None = None
    confidence: float = 0.0

    def holds(self, known: Mapping[str, Trait]) -> bool:
        """Return whether it holds."""
        one = known.get(self.trait)
        if one is None or one.confidence < self.confidence:
            return False
        if isinstance(one.value, str):
            return one.value == self.is_
        high = self.at_least is None or one.value >= self.at_least
        return high and (self.below is None or one.value < self.below)


class Archetype(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the table.

    Attributes:
        id: Stable word.
        says: Why somebody is one, as a clause for people.
        why: Why the app arranges itself so.
        where: What must hold, all of it.
        layout: What comes first.
        tone: How the app speaks.
        topics: What it speaks of, the most fitting first.
        known_days: Days of payments that must be known.
    """

    id: str
    says: str
    why: str
    where: tuple[Condition, ...]
    layout: Layout
    tone: Tone
    topics: tuple[Topic, ...]
    known_days: int = 0


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: int
    version: str
    archetype: tuple[Archetype, ...]


def parse(text: str) -> tuple[Archetype, ...]:
    """Read the table.

    Raises:
        PolicyError: It is not valid: a name is there twice, a condition says nothing or speaks of no trait, or the last
            row, which stands for everybody else, has conditions.
    """
    table = decode(text, _File, FILE).archetype
    if not table or table[-1].where or table[-1].known_days > 0:
        raise PolicyError("the last archetype stands for everybody else and has no conditions", file=FILE)
    names = [one.id for one in table]
    for one in table:
        for_some = bool(one.where) or one.known_days > 0
        if names.count(one.id) > 1 or not one.topics or (not for_some and one is not table[-1]):
            raise PolicyError(f"{one.id} is there twice, has no topics or no conditions", file=FILE)
        for condition in one.where:
            if condition.trait not in DATA:
                raise PolicyError(f"{one.id}: there is no trait {unknown(condition.trait, DATA)}", file=FILE)
            if not _means_something(condition):
                raise PolicyError(f"a condition of {one.id} on {condition.trait} can never hold", file=FILE)
    return table


def _means_something(one: Condition) -> bool:
    if one.trait in WORDS:
        return one.is_ in WORDS[one.trait] and one.at_least is None and one.below is None
    numeric = one.at_least is not None or one.below is not None
    return one.trait in DATA and one.is_ is None and numeric and 0 <= one.confidence <= 1


@functools.cache
def default() -> tuple[Archetype, ...]:
    """Return the table that ships with the engine; read once a process."""
    return parse(packaged(FILE))


def archetype(traits: Sequence[Trait], table: Sequence[Archetype], known_days: int = 0) -> Archetype:
    """Return the first row whose conditions all hold; the last has none.

    Args:
        traits: Of the person.
        table: The archetypes.
        known_days: Days of payments that are known.
    """
    known = {one.name: one for one in traits}
    return next(
        one
        for one in table
        if known_days >= one.known_days and all(condition.holds(known) for condition in one.where)
    )
