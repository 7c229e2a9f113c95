"""The engine's doors to the room of signals; what they lead to loads when it is first asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from edge_engine.errors import InputError
from edge_engine.signals.configuration import Reporting

if TYPE_CHECKING:
    from edge_engine.consent.counting import Counting
    from edge_engine.consent.ledger import Ledger
    from edge_engine.decisions.rules import DecisionRules
    from edge_engine.expectation import Expectation
    from edge_engine.signals.preview import SyncReport
    from edge_engine.signals.reporting import Signals
    from edge_engine.vault.store import Vault


def addressed(reporting: Reporting | None) -> Reporting | None:
    """Return how signals are reported, where that is said.

    Raises:
        InputError: It is something else.
    """
    if reporting is not None and not isinstance(reporting, Reporting):
        raise InputError("how signals are reported is said by a Reporting")
    return reporting


def counting_under(reporting: Reporting | None, purpose: str) -> Counting:
    """Return what may be counted under a purpose, for a consent to keep."""
    from edge_engine.signals.agreed import counting  # noqa: PLC0415 - only who agrees to be counted pays for it
    from edge_engine.signals.catalogue import Catalogue  # noqa: PLC0415 - likewise

    return counting((reporting and reporting.catalogue) or Catalogue.default(), purpose)


class Collecting:
    """What may be counted over many people, over one store; the engine is one."""

    _vault: Vault
    _reporting: Reporting | None
    _given_decisions: DecisionRules | None
    _expectation: Expectation
    consent: Ledger

    @cached_property
    def signals(self) -> Signals:
        """What may be counted over many people: ``state``, ``preview``, ``sent``, ``budget``, ``dropped``."""
        from edge_engine.actions.counted import Counted  # noqa: PLC0415 - only who asks pays for it
        from edge_engine.signals.reporting import Signals  # noqa: PLC0415 - likewise

        # Nothing of this refers to the engine: one that nobody holds any more lets go of its store at once.
        return Signals(
            self._vault,
            self.consent,
            self._reporting or Reporting(),
            self._vault.require_open,
            Counted(self._given_decisions, self._expectation),
        )

    def sync(self, *, hurry: bool = False) -> SyncReport:
        """Measure, seal and send what consent allows now; see `edge_engine.signals.reporting.Signals.sync`.

        Args:
            hurry: Whether reports go at once and not at the random moment drawn for each.

        Raises:
            SignalError: No servers are named, or an address is none that may be used.
        """
        return self.signals.sync(hurry=hurry)
