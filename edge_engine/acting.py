"""The engine's doors to the room of actions; what they lead to loads when it is first asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

from edge_engine.errors import InputError

if TYPE_CHECKING:
    from edge_engine.actions.approval import Reviews
    from edge_engine.actions.automation import Automation
    from edge_engine.actions.disclosure import Disclosure
    from edge_engine.actions.outcomes import Outcomes
    from edge_engine.actions.rules import ActionRules
    from edge_engine.actions.workflow import Workflows
    from edge_engine.consent.ledger import Ledger
    from edge_engine.vault.store import Vault


def accepted(rules: ActionRules | None) -> ActionRules | None:
    """Return rules that are some.

    Raises:
        InputError: They are something else.
    """
    if rules is None:
        return None
    from edge_engine.actions.rules import ActionRules  # noqa: PLC0415 - only who words their own needs it

    if not isinstance(rules, ActionRules):
        raise InputError("rules are read from their folder by ActionRules.load")
    return rules


class Acting(ABC):
    """What people decide and what is done about it, over one store; the engine is one."""

    _vault: Vault
    _given_rules: ActionRules | None
    consent: Ledger

    @abstractmethod
    def _require_open(self) -> None:
        """Raise Closed or Suspended where the store is."""

    @property
    def reviews(self) -> Reviews:
        """What waits for a person's word: ``pending``, ``show``, ``approve``, ``reject``, ``ask``, ``answer``."""
        self._require_open()
        return self._acting[0]

    @property
    def workflows(self) -> Workflows:
        """What is asked of the bank: ``connect`` its back end, ``start``, ``run``, ``all``."""
        self._require_open()
        return self._acting[1]

    @property
    def automation(self) -> Automation:
        """Workflows that begin by themselves: ``round_up``, ``sweep``, ``remind``, ``move_budget``."""
        from edge_engine.actions.automation import Automation  # noqa: PLC0415 - likewise

        return Automation(self.workflows)

    @property
    def outcomes(self) -> Outcomes:
        """What the person did with what was offered: ``record``, ``never``, ``value``."""
        from edge_engine.actions.outcomes import Outcomes  # noqa: PLC0415 - likewise

        self._require_open()
        return Outcomes(self._vault, self.consent)

    @property
    def action_rules(self) -> ActionRules:
        """What people decide, and what the bank may be asked, in the rules that hold."""
        from edge_engine.actions.rules import ActionRules  # noqa: PLC0415 - only who asks pays for it

        return self._given_rules or ActionRules.default()

    def disclosures(self) -> list[Disclosure]:
        """Return what the bank and advisers were given, oldest first: kinds of data, never the data."""
        from edge_engine.actions.disclosure import disclosures  # noqa: PLC0415 - only who asks pays for it

        self._require_open()
        return disclosures(self._vault, self.consent)

    @cached_property
    def _acting(self) -> tuple[Reviews, Workflows]:
        from edge_engine.actions.approval import Reviews  # noqa: PLC0415 - signatures load when first needed
        from edge_engine.actions.workflow import Workflows  # noqa: PLC0415

        rules = self.action_rules
        return Reviews(self._vault, self.consent, rules), Workflows(self._vault, self.consent, rules)
