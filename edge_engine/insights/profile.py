"""The profile: the traits of one person, what they add up to, and how the app may arrange itself for them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from edge_engine.insights.archetype import Layout, Tone, Topic, archetype
from edge_engine.insights.trait import Trait

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.insights.archetype import Archetype
    from edge_engine.insights.trait import Word


class Hints(msgspec.Struct, frozen=True):
    """How the app may arrange itself.

    Attributes:
        layout: What comes first.
        tone: How it speaks.
        topics: What it speaks of, the most fitting first.
    """

    layout: Layout
    tone: Tone
    topics: tuple[Topic, ...]


class Profile(msgspec.Struct, frozen=True):
    """A segment of one.

    Attributes:
        as_of: The day it holds for.
        traits: What is known, each with its evidence.
        archetype: What they add up to.
        because: Why, as a clause for people.
        rests_on: Names of the traits whose conditions made it so.
        hints: How the app may arrange itself.
        not_true: Names of traits of which the person said that they are not true; nothing is inferred there.
    """

    as_of: date
    traits: tuple[Trait, ...]
    archetype: str
    because: str
    rests_on: tuple[str, ...]
    hints: Hints
    not_true: tuple[str, ...]


def profile(
    today: date,
    traits: Sequence[Trait],
    words: Sequence[Word],
    table: Sequence[Archetype],
    known_days: int = 0,
) -> Profile:
    """Put traits together.

    Args:
        today: The day it is.
        traits: Of the person.
        words: What the person said of traits.
        table: The archetypes, the last of which fits everybody.
        known_days: Days of payments that are known.
    """
    row = archetype(traits, table, known_days)
    return Profile(
        as_of=today,
        traits=tuple(traits),
        archetype=row.id,
        because=row.says,
        rests_on=tuple(dict.fromkeys(condition.trait for condition in row.where)),
        hints=Hints(row.layout, row.tone, row.topics),
        not_true=tuple(one.name for one in words if one.denied),
    )
