"""What is known of a person at one moment, as decisions see it: facts, moments, and nothing that is not needed."""

from __future__ import annotations

import msgspec

from edge_engine.decisions.facts import Fact
from edge_engine.decisions.story import MomentNow
from edge_engine.domain.money import Money


class Situation(msgspec.Struct, frozen=True):
    """What is known now.

    Attributes:
        facts: By name of :data:`edge_engine.decisions.facts.FACTS`.
        moments: What is going on.
        why: The moments in words, by their identifiers.
        spends: What goes out in a usual month; None where that is not known.
        purposes: Every purpose that it took to know it.
    """

    facts: dict[str, Fact] = {}
    moments: tuple[MomentNow, ...] = ()
    why: dict[str, str] = {}
    spends: Money | None = None
    purposes: tuple[str, ...] = ()
