"""What was learned from suggestions on this device: the posterior, from its snapshot and the rows after it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.decisions.features import CANDIDATE, CONTEXT, ONE
from edge_engine.decisions.posterior import FOLD, Observation, Posterior, target
from edge_engine.decisions.reward import WAIT_DAYS, reward
from edge_engine.decisions.story import Reaction
from edge_engine.errors import DecisionError
from edge_engine.vault import decision_queries
from edge_engine.vault.deciding import StoredReaction
from edge_engine.vault.decision_queries import ObservedRow

if TYPE_CHECKING:
    from edge_engine.vault.reader import Reader
    from edge_engine.vault.writer import Writer

BEFORE_ALL: Final = 0
_VALUE: Final = len(CONTEXT) + CANDIDATE.index("value")


class Learned(msgspec.Struct, frozen=True, eq=False):
    """What was learned.

    Attributes:
        posterior: Rests on every row.
        observed: How many rows there are, those of other versions included, and the last of them.
        since: The last row of the snapshot that it was made from.
    """

    posterior: Posterior
    observed: ObservedRow
    since: int

    @property
    def worth_keeping(self) -> bool:
        """Whether enough rows came since the snapshot to make a new one."""
        return self.observed.latest - self.since >= FOLD


def learned(reader: Reader, ridge: float, held: Learned | None = None) -> Learned:
    """Return what was learned; a snapshot of other features, or beside another prior, counts for nothing.

    Args:
        reader: Under a grant that covers it.
        ridge: What the prior is worth.
        held: As it was before; returned where it is still so.
    """
    observed = reader.one(decision_queries.OBSERVED)
    if held is not None and held.observed == observed and held.posterior.ridge == ridge:
        return held
    for row in reader.rows(decision_queries.POSTERIOR):
        with suppress(DecisionError):
            kept = Posterior.restore(row.body)
            if kept.ridge == ridge:
                return _onto(kept, reader, observed, row.until)
    return _onto(Posterior(ridge), reader, observed, BEFORE_ALL)


def _onto(posterior: Posterior, reader: Reader, observed: ObservedRow, since: int) -> Learned:
    for row in reader.rows(decision_queries.OBSERVATIONS, after=since):
        with suppress(DecisionError):  # of another version of the features
            posterior.add(Observation.unpack(row.row))
    return Learned(posterior, observed, since)


class Outcome(msgspec.Struct, frozen=True):
    """What came of one suggestion, to be learned from.

    Attributes:
        decision: Its identifier.
        row: As it is appended.
    """

    decision: str
    row: Observation


def came(reader: Reader, now: datetime) -> list[Outcome]:
    """Return suggestions of which it is known by now what came of them: a reaction, or none for long enough."""
    found = []
    for row in reader.rows(decision_queries.UNOBSERVED):
        reaction = Reaction(StoredReaction(row.reaction).name.lower())
        final = reaction not in (Reaction.NONE, Reaction.OPENED)
        if final or now - datetime.fromtimestamp(row.at, UTC) >= timedelta(days=WAIT_DAYS):
            seen = Observation(row.features, 0)
            # What it is worth beside a usual month's spending was a feature of it.
            value = seen.numbers()[_VALUE] / ONE
            found.append(
                Outcome(row.id, Observation(row.features, target(reward(reaction, value), row.prior)))
            )
    return found


def keep(writer: Writer, outcomes: list[Outcome]) -> None:
    """Append what came of suggestions."""
    for one in outcomes:
        writer.decisions.observe(one.decision, one.row.pack())
