"""What was learned from suggestions on this device: the posterior, from its snapshot and the rows after it."""

from __future__ import annotations

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

if TYPE_CHECKING:
    from edge_engine.vault.reader import Reader
    from edge_engine.vault.writer import Writer

BEFORE_ALL: Final = 0
_VALUE: Final = len(CONTEXT) + CANDIDATE.index("value")


class Learned(msgspec.Struct, frozen=True, eq=False):
    """What was learned.

    Attributes:
        posterior: Rests on every row.
        until: The last row in it.
        since: The last row of the snapshot that it was made from.
    """

    posterior: Posterior
    until: int
    since: int

    @property
    def worth_keeping(self) -> bool:
        """Whether enough rows came since the snapshot to make a new one."""
        return self.until - self.since >= FOLD


def learned(reader: Reader) -> Learned:
    """Return what was learned; a snapshot of another version of the features counts for nothing."""
    rows = reader.rows(decision_queries.POSTERIOR)
    if rows:
        try:
            return _onto(Posterior.restore(rows[0].body), reader, rows[0].until)
        except DecisionError:
            pass
    return _onto(Posterior(), reader, BEFORE_ALL)


def _onto(posterior: Posterior, reader: Reader, since: int) -> Learned:
    until = since
    for row in reader.rows(decision_queries.OBSERVATIONS, after=since):
        try:
            posterior.add(Observation.unpack(row.row))
        except DecisionError:
            continue  # of another version of the features
        finally:
            until = row.id
    return Learned(posterior, until, since)


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
