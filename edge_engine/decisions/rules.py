"""The rules of decisions: offers, guards and experiments of one policy folder, beside what consent covers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.consent.purpose import Effect, Gate
from edge_engine.decisions.catalog import FILE as OFFERS
from edge_engine.decisions.catalog import Catalog
from edge_engine.decisions.experiments import FILE as EXPERIMENTS
from edge_engine.decisions.experiments import Experiments
from edge_engine.decisions.guard_policy import FILE as GUARDS
from edge_engine.decisions.guard_policy import Guards
from edge_engine.errors import PolicyError

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine.consent.policy import Policy

EXPERIMENTING: Final = "experiments"
"""The purpose without which everybody sees the standard version."""
RECOMMENDING: Final = "recommendations"
"""The purpose without which nothing is suggested."""
READ_FOR_SUGGESTIONS: Final = frozenset(
    ("pd:Transaction", "pd:PurchasesAndSpendingHabit", "pd:Preference", "pd:ServiceConsumptionBehaviour")
)
"""Kinds of data that suggestions are found in, and that keep what came of them."""


class DecisionRules(msgspec.Struct, frozen=True):
    """Everything that decides about suggestions.

    Attributes:
        catalog: What may be suggested.
        guards: What keeps it back.
        experiments: Who may see another version.
    """

    catalog: Catalog
    guards: Guards
    experiments: Experiments

    @classmethod
    def default(cls) -> DecisionRules:
        """Return the rules that ship with the engine; read once a process."""
        return _default()

    @classmethod
    def load(cls, folder: str | Path) -> DecisionRules:
        """Read ``offers.toml``, ``guards.toml`` and ``experiments.toml`` of a folder.

        Raises:
            PolicyError: One cannot be read or is not valid; the sentence names the file and the line.
        """
        return cls(Catalog.load(folder), Guards.load(folder), Experiments.load(folder))

    @property
    def digests(self) -> dict[str, str]:
        """SHA-256 of each file by its name, hexadecimal."""
        return {
            OFFERS: self.catalog.digest,
            GUARDS: self.guards.digest,
            EXPERIMENTS: self.experiments.digest,
        }

    def require_covered(self, policy: Policy) -> None:
        """See that every condition rests on data which its own purpose may use to decide.

        # INVARIANT: no file of offers widens what a person agreed to.

        Raises:
            PolicyError: One does not, or suggestions may not read what they are found in.
        """
        if RECOMMENDING in policy.purposes:
            unread = READ_FOR_SUGGESTIONS - _usable(policy, RECOMMENDING, Gate.READ)
            if unread:
                raise PolicyError(
                    f"{RECOMMENDING} may not read {min(unread)}, which suggestions are found in"
                )
        for offer in self.catalog.offers.values():
            if offer.purpose not in policy.purposes:
                raise PolicyError(f"{OFFERS}: the purpose of the offer {offer.id} is not in the policy")
            if not offer.data() <= _usable(policy, offer.purpose):
                raise PolicyError(
                    f"{OFFERS}: a condition of the offer {offer.id} rests on data that {offer.purpose} may not use"
                )
        for one in self.experiments.experiments.values():
            if not one.data() <= _usable(policy, EXPERIMENTING):
                raise PolicyError(
                    f"{EXPERIMENTS}: a condition of the experiment {one.id} rests on data that experiments may not use"
                )


def _usable(policy: Policy, purpose: str, gate: Gate = Gate.DECIDE) -> frozenset[str]:
    """Return the data categories that a purpose's rules allow at a gate, by default to decide by."""
    return frozenset(
        term
        for rule in policy.rules
        if rule.effect is Effect.ALLOW and rule.purpose == purpose and gate in rule.gates
        for term in rule.data
    )


@cache
def _default() -> DecisionRules:
    return DecisionRules(Catalog.default(), Guards.default(), Experiments.default())
