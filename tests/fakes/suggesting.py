"""A person who allows suggestions, what is known of them as a test says it, and channels that remember."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.actions.suggestions import Suggestions
from edge_engine.clock import FakeClock
from edge_engine.consent.held import HeldGrants
from edge_engine.consent.ledger import Ledger
from edge_engine.consent.policy import Policy
from edge_engine.decisions.rules import DecisionRules
from edge_engine.decisions.story import MomentNow
from edge_engine.domain.money import Money
from edge_engine.insights.finding import DuplicateCharge
from edge_engine.situation import Situation
from edge_engine.vault.keys import HostKey
from edge_engine.vault.store import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine.actions.channels import Suggestion
    from edge_engine.consent.grant import Grant

NOON: Final = datetime(2026, 5, 6, 12, tzinfo=UTC)
KEY: Final = HostKey(bytes(range(32)))
FEE_SAYS: Final = DuplicateCharge("a shop", Money(1_000, "GBP"), date(2026, 5, 4), date(2026, 5, 5))
FEE: Final = MomentNow("duplicate_or_fee", "fee", Money(12_000, "GBP"))
RISE: Final = MomentNow("price_change", "rise", Money(6_000, "GBP"))
SHORT: Final = MomentNow("liquidity_shortfall", "short")


class Recorded:
    """A channel that remembers what it showed, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.shown: list[Suggestion] = []
        self.failures = failures

    def show(self, suggestion: Suggestion) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the phone is off")
        self.shown.append(suggestion)


class Told:
    """Says what a test says is known."""

    def __init__(self, life: Life) -> None:
        self._life = life

    def __call__(self, grant: Grant) -> Situation:
        grant.check()
        return self._life.known

    at_once = __call__


class Life:
    """One store with its ledger and what is known of its person.

    Args:
        folder: The store; None for one in memory.
        granted: Purposes that the person agrees to.
        policy: The consent policy; the engine's own where None.
    """

    def __init__(
        self,
        folder: Path | None = None,
        granted: tuple[str, ...] = ("recommendations",),
        policy: Policy | None = None,
    ) -> None:
        self.policy = policy or Policy.default()
        self.clock = FakeClock(NOON)
        self.folder = folder
        self.known = Situation(moments=(FEE,), why={"fee": FEE_SAYS}, spends=Money(120_000, "GBP"))
        self.open()
        for purpose in granted:
            self.ledger.grant(purpose)

    def open(self, rules: DecisionRules | None = None, seed: int = 1) -> None:
        """Open the store as after a start of the program."""
        self.vault = (
            Vault.in_memory(clock=self.clock)
            if self.folder is None
            else Vault.open(self.folder, KEY, clock=self.clock)
        )
        self.ledger = Ledger(self.vault.ledger_store(), self.policy, self.clock)
        self.suggestions = Suggestions(
            self.vault,
            self.ledger,
            HeldGrants(self.ledger),
            rules or DecisionRules.default(),
            situation=Told(self),
            prior=lambda: None,
            rng=np.random.default_rng(seed),
        )
        self.suggestions.zone = UTC

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        (n,) = self.vault.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(n)
