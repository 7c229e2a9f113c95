"""The real engine with instruments on it: what was put in order, what was known, and what was given to be counted.

Nothing is decided otherwise than an app's engine would decide it. What differs is where chance and priors come from (a
run has to be repeatable) and that what the engine looks at anyway is noted.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.actions.counted import Counted
from edge_engine.actions.suggestions import LONE_RIDGE, UNIT, Suggestions
from edge_engine.consent.purpose import OWN_ACCESS, Gate, Recipient
from edge_engine.decisions.ranking import EXPLORE
from edge_engine.engine import Engine
from edge_engine.errors import ModelError
from edge_engine.expectation import Expectation
from edge_engine.gathering import Gathering
from edge_engine.signals.collection import Collection
from edge_engine.signals.configuration import Reporting
from edge_engine.signals.sizes import sizes_of
from edge_engine.signals.tasks import Aggregators
from edge_engine.simulation.record import DecidedBy, Outlooks, SignalGiven
from edge_engine.situation import Situation, Situations
from edge_engine.vault import signal_queries
from edge_engine.vault.store import Vault

if TYPE_CHECKING:
    import random

    from numpy.typing import NDArray

    from edge_engine.clock import Clock
    from edge_engine.consent.grant import Grant
    from edge_engine.decisions.features import Candidates, Context
    from edge_engine.decisions.ranking import Prior
    from edge_engine.inference.trajectory.model import Trajectory
    from edge_engine.simulation.equipment import Equipment
    from edge_engine.simulation.record import Settings

SERVERS: Final = Aggregators("https://leader.invalid/", "https://helper.invalid/")
"""Addresses that a task needs and nobody has: what is sampled is sent to nobody."""


class Watch:
    """A prior that notes what it was asked; in place of none, it expects nothing and says so.

    Args:
        prior: What is expected; None for nothing.

    Attributes:
        name: The prior's, empty for none: as the engine has it.
        ridge: Likewise.
        asked: The latest moment and candidates; None before the first.
        rankings: How often candidates were looked at.
    """

    def __init__(self, prior: Prior | None) -> None:
        self._prior = prior
        self.name = "" if prior is None else prior.name
        self.ridge = LONE_RIDGE if prior is None else prior.ridge
        self.asked: tuple[Context, Candidates] | None = None
        self.rankings = 0

    def means(self, context: Context, candidates: Candidates) -> NDArray[np.float64]:
        """Return the mean reward of each candidate, ``float64[n]``, between -1 and 1."""
        if self.asked is None or self.asked[1] is not candidates:
            self.rankings += 1
        self.asked = context, candidates
        return np.zeros(len(candidates)) if self._prior is None else self._prior.means(context, candidates)


class _Given(Expectation):
    """Expects what a run says, whatever a store holds."""

    def __init__(self, vault: Vault, watch: Watch) -> None:
        super().__init__(vault)
        self._watch = watch

    def __call__(self) -> Prior | None:
        return self._watch

    def forget(self) -> None:
        """Keep it: there is nothing to load anew."""


class _Seen(Situations):
    """Notes what is known, as it is told."""

    latest: Situation | None = None
    looks = 0

    def __call__(self, grant: Grant) -> Situation:
        found = super().__call__(grant)
        self.looks += found is not self.latest
        self.latest = found
        return found


class _ByHabits(Gathering):
    """Looks at everything without the trajectory model."""

    def _model(self) -> Trajectory:
        raise ModelError("this device has no trajectory model")


class WatchedEngine(Engine):
    """One device's engine over an encrypted store in memory.

    Args:
        equipment: What the run's devices have in common.
        clock: The device's own.
        settings: Of the run.
        dice: Chance of this device: what it is told apart by, noise, draws.
    """

    def __init__(self, equipment: Equipment, clock: Clock, settings: Settings, dice: random.Random) -> None:
        super().__init__(
            Vault.in_memory(clock=clock),
            equipment.policy,
            clock,
            reporting=Reporting(
                SERVERS.leader, SERVERS.helper, equipment.catalogue, randomness=dice.randbytes
            ),
            decisions=equipment.rules,
            seed=dice.getrandbits(64),
        )
        self._vault.put_meta(UNIT, dice.randbytes(16).hex().encode())
        self.watch = Watch(equipment.prior)
        self._expectation = _Given(self._vault, self.watch)
        self._rules, self._catalogue = equipment.rules, equipment.catalogue
        self._explore = 1.0 if settings.decided_by is DecidedBy.RANDOM else EXPLORE
        self._by_habits = settings.outlooks is Outlooks.HABITS

    @cached_property
    def _situations(self) -> _Seen:
        clock = self._clock
        seen = _Seen(self._vault, self._grants, self._understanding.catch_up, lambda: clock.now().date())
        if self._by_habits:
            seen.gathering = _ByHabits
        return seen

    @cached_property
    def suggestions(self) -> Suggestions:
        """Suggestions, as any engine has them, ranked by chance alone where the run says so."""
        return Suggestions(
            self._vault,
            self.consent,
            self._grants,
            self._rules,
            situation=self._situations,
            prior=self._expectation,
            rng=np.random.default_rng(self._seed),
            explore=self._explore,
        )

    @property
    def known(self) -> Situation:
        """What was known when something was last decided; nothing before."""
        return self._situations.latest or Situation()

    @property
    def looks(self) -> int:
        """How often everything was looked at anew."""
        return self._situations.looks

    @property
    def rows_written(self) -> int:
        """How many rows were written to the store."""
        return self._vault.rows_written()

    @cached_property
    def _measuring(self) -> Collection:
        counted = Counted(self._rules, self._expectation)
        reporting = self._reporting or Reporting()
        return Collection(self._vault, self.consent, self._catalogue, reporting, SERVERS, counted)

    def measure(self) -> list[str]:
        """Measure every signal that is due, charge it and put it into the outbox, as before any sending.

        Returns:
            Signals that the budget did not reach for.
        """
        over: list[str] = []
        self._measuring.collect(lambda signal, _: over.append(signal.id))
        return over

    def outbox(self) -> list[SignalGiven]:
        """Return what waits to be sent, oldest first."""
        grant = self.consent.mint(OWN_ACCESS, Gate.READ, recipient=Recipient.PERSON)
        with self._vault.reading(grant) as reader:
            rows = reader.rows(signal_queries.SIGNAL_OUTBOX)
        return [
            SignalGiven(row.signal, row.window, _numbers(row.measured or ""), _numbers(row.shared))
            for row in rows
        ]

    def report_bytes(self, signal: str) -> int:
        """Return how large a report of a signal is; the same for every value."""
        return sizes_of(self._catalogue.signal(signal), None).report


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(","))) if text else ()
