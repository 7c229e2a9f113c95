"""What was learned from suggestions on this device: the posterior, from its snapshot and the rows after it."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from edge_engine.decisions.features import CANDIDATE, CONTEXT, ONE, Candidates, Context
from edge_engine.decisions.posterior import FOLD, TARGET_ONE, Observation, Posterior, target
from edge_engine.decisions.ranking import prior_means
from edge_engine.decisions.reward import WAIT_DAYS, reward
from edge_engine.decisions.story import Reaction
from edge_engine.errors import DecisionError
from edge_engine.vault import decision_queries
from edge_engine.vault.deciding import StoredReaction
from edge_engine.vault.decision_queries import ObservedRow

if TYPE_CHECKING:
    from datetime import datetime

    from edge_engine.decisions.ranking import Prior
    from edge_engine.vault.reader import Reader
    from edge_engine.vault.writer import Writer

BEFORE_ALL: Final = 0
_CONTEXT_BYTES: Final = 2 * len(CONTEXT)
_VALUE: Final = len(CONTEXT) + CANDIDATE.index("value")


class Learned(msgspec.Struct, frozen=True, eq=False):
    """What was learned.

    Attributes:
        posterior: Rests on every row.
        observed: How many rows there are, those of other versions included, and the last of them.
        since: The last row of the snapshot that it was made from.
        prior: Name of the prior that it is beside; empty for none.
    """

    posterior: Posterior
    observed: ObservedRow
    since: int
    prior: str = ""

    @property
    def worth_keeping(self) -> bool:
        """Whether enough rows came since the snapshot to make a new one."""
        return self.observed.latest - self.since >= FOLD


def learned(
    reader: Reader, ridge: float, held: Learned | None = None, *, prior: Prior | None = None
) -> Learned:
    """Return what was learned beside a prior; a snapshot of other features, or beside another, counts for nothing.

    Rows that were learned beside another prior are taken as they would stand beside this one, see :func:`rebased`.

    Args:
        reader: Under a grant that covers it.
        ridge: What the prior is worth.
        held: As it was before; returned where it is still so.
        prior: What is expected before anything is learned; None expects nothing.
    """
    name = name_of(prior)
    observed = reader.one(decision_queries.OBSERVED)
    same = held is not None and held.prior == name and held.posterior.ridge == ridge
    if held is not None and same and held.observed == observed:
        return held
    for row in reader.rows(decision_queries.POSTERIOR):
        with suppress(DecisionError):
            kept = Posterior.restore(row.body)
            if row.model == name and kept.ridge == ridge:
                return _onto(kept, reader, observed, row.until, prior)
    return _onto(Posterior(ridge), reader, observed, BEFORE_ALL, prior)


def _onto(
    posterior: Posterior, reader: Reader, observed: ObservedRow, since: int, prior: Prior | None
) -> Learned:
    for row in reader.rows(decision_queries.OBSERVATIONS, after=since):
        with suppress(DecisionError):  # of another version of the features
            posterior.add(rebased(Observation.unpack(row.row), row.model, row.prior, prior))
    return Learned(posterior, observed, since, name_of(prior))


def name_of(prior: Prior | None) -> str:
    """Return what the store calls a prior: its name, empty for none."""
    return "" if prior is None else prior.name


def rebased(row: Observation, model: str, mean: float, prior: Prior | None) -> Observation:
    """Return an observation as it would stand beside a prior: its target is the reward less that prior's mean.

    The row keeps the mean of its own prior with it, so that prior need not be there any more.

    Args:
        row: As it was learned.
        model: Name of the prior that it was learned beside.
        mean: What that prior expected.
        prior: The one that is used now.
    """
    if model == name_of(prior):
        return row
    expected = 0.0
    if prior is not None:
        numbers = np.array(row.numbers(), dtype=np.float64)
        context, candidate = numbers[: len(CONTEXT)], numbers[None, len(CONTEXT) :]
        stored = row.features[:_CONTEXT_BYTES], row.features[_CONTEXT_BYTES:]
        one = Candidates(candidate, (stored[1],), np.ascontiguousarray(-candidate.T))
        expected = float(prior_means(prior, Context(context, stored[0]), one).item(0))
    return Observation(row.features, target(row.target / TARGET_ONE + mean, expected))


class Outcome(msgspec.Struct, frozen=True):
    """What came of one suggestion, to be learned from.

    Attributes:
        decision: Its identifier.
        row: As it is appended.
        model: Name of the prior that was asked.
        prior: What that prior expected.
    """

    decision: str
    row: Observation
    model: str
    prior: float


def came(reader: Reader, now: datetime) -> list[Outcome]:
    """Return suggestions of which it is known by now what came of them: a reaction, or none for long enough."""
    found = []
    # What was answered for good, and what was not for long enough; opening alone is no last word.
    until = math.floor((now - timedelta(days=WAIT_DAYS)).timestamp())
    for row in reader.rows(decision_queries.UNOBSERVED, until=until):
        reaction = Reaction(StoredReaction(row.reaction).name.lower())
        # What it is worth beside a usual month's spending was a feature of it.
        value = Observation(row.features, 0).numbers()[_VALUE] / ONE
        found.append(
            Outcome(
                row.id,
                Observation(row.features, target(reward(reaction, value), row.prior)),
                row.model,
                row.prior,
            )
        )
    return found


def keep(writer: Writer, outcomes: list[Outcome]) -> None:
    """Append what came of suggestions."""
    for one in outcomes:
        writer.decisions.observe(one.decision, one.row.pack())
