"""What the store remembers of suggestions: what was shown, refused and said, and the versions that were seen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.actions.decision import moment_of
from edge_engine.consent.purpose import DeliveryChannel
from edge_engine.decisions.assignment import Kept
from edge_engine.decisions.choice import Unit
from edge_engine.decisions.story import Never, Reaction, Refused, Shown
from edge_engine.vault import decision_queries
from edge_engine.vault.deciding import StoredReaction

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from edge_engine.decisions.story import Story
    from edge_engine.vault.reader import Reader

HISTORY: Final = timedelta(days=365)
"""How far back contact rules look."""


def remembered(story: Story, reader: Reader, without: Collection[str] = ()) -> Story:
    """Return a person's story with what the store remembers.

    Args:
        story: The person now.
        reader: Reads the store.
        without: Identifiers of decisions that are passed over.
    """
    rows = reader.rows(decision_queries.SHOWN, since=int((story.now - HISTORY).timestamp()))
    stress = {row.source: row.at for row in reader.rows(decision_queries.STRESS)}
    return msgspec.structs.replace(
        story,
        shown=tuple(
            Shown(
                row.offer,
                DeliveryChannel(row.channel),
                moment_of(row.at),
                row.subject,
                Reaction(StoredReaction(row.reaction).name.lower()),
                bool(row.support),
            )
            for row in rows
            if row.id not in without
        ),
        never=frozenset(Never(Refused(row.what), row.name) for row in reader.rows(decision_queries.NEVER)),
        marked_in_stress="said" in stress,
        last_stress=moment_of(stress["signs"]) if "signs" in stress else None,
    )


def unit_of(identifier: str, reader: Reader, now: datetime) -> Unit:
    """Return who takes part in experiments; nobody where there is no identifier, for want of consent."""
    if not identifier:
        return Unit("nobody", now.date())
    kept = {
        row.experiment: Kept(row.experiment, row.arm) for row in reader.rows(decision_queries.ASSIGNMENTS)
    }
    return Unit(identifier, now.date(), consented=True, kept=kept)
