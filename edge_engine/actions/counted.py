"""What is counted of decisions: which experiment, which kinds of offer, which observations; the port of signals."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from edge_engine.errors import DecisionError
from edge_engine.signals.decided import Version

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from edge_engine.decisions.posterior import Observation
    from edge_engine.decisions.ranking import Prior
    from edge_engine.decisions.rules import DecisionRules


class Counted:
    """Tells signals of decisions; everything loads when it is first asked for.

    Args:
        rules: Offers and experiments; None for those that ship with the engine.
        prior: Loads what is expected before anything is learned; None where there is nothing.
    """

    def __init__(self, rules: DecisionRules | None, prior: Callable[[], Prior | None]) -> None:
        self._given, self._prior = rules, prior

    @cached_property
    def _rules(self) -> DecisionRules:
        from edge_engine.decisions.rules import DecisionRules  # noqa: PLC0415 - only who asks pays for it

        return self._given or DecisionRules.default()

    def experiment(self, first: date, end: date) -> Version | None:
        """Return the experiment about decisions that ran in a window, by the order of the file the first.

        Rollouts, which compare nothing, and what was stopped are not looked at.
        """
        from edge_engine.decisions.choice import NAMESPACE  # noqa: PLC0415 - loads numpy

        experiments = self._rules.experiments
        for one in experiments.experiments.values():
            namespace = experiments.namespace_of(one)
            if namespace.id != NAMESPACE or namespace.stopped or one.stopped or not one.control:
                continue
            if one.starts < end and first < one.ends:
                return Version(one.id, one.control)
        return None

    def saves(self, kind: str) -> bool:
        """Whether an offer of a kind saves money."""
        from edge_engine.decisions.offer import FAMILIES, Family, OfferKind  # noqa: PLC0415 - as above

        return kind in set(OfferKind) and FAMILIES[OfferKind(kind)] is Family.SAVE

    def prior(self) -> str:
        """Return the name of the prior in use, empty for none."""
        from edge_engine.actions.learning import name_of  # noqa: PLC0415 - loads numpy

        return name_of(self._prior())

    def learned(self, row: bytes) -> Observation | None:
        """Return an observation from its stored bytes, None where it is of another version."""
        from edge_engine.decisions.posterior import Observation  # noqa: PLC0415 - loads numpy

        try:
            return Observation.unpack(row)
        except DecisionError:
            return None
