"""The engine's doors to what it knows of the person: moments and the profile; they load when first asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from edge_engine.consent.purpose import Gate
from edge_engine.errors import ConsentError

if TYPE_CHECKING:
    from datetime import date

    from edge_engine.consent.grant import Grant
    from edge_engine.consent.held import HeldGrants
    from edge_engine.gathering import Gathering
    from edge_engine.insights.moment import Moment
    from edge_engine.understanding import Understanding
    from edge_engine.vault.store import Vault

INSIGHTS: Final = "insights"
LIFE_CHANGES: Final = "life_changes"


class Knowing(ABC):
    """What is known of one person, over one store; the engine is one."""

    _vault: Vault
    _grants: HeldGrants
    _understanding: Understanding

    @abstractmethod
    def _require_open(self) -> None:
        """Raise Closed or Suspended where the store is."""

    @abstractmethod
    def _today(self) -> date:
        """Return the day it is."""

    def moments(self) -> list[Moment]:
        """Return what may be worth a word now, the most pressing first.

        Changes of life are among them only where ``life_changes`` is granted.

        Raises:
            PurposeDenied: ``insights`` is not granted.
        """
        return self._gathering(INSIGHTS).moments()

    def _gathering(self, purpose: str) -> Gathering:
        """Return what is known under a purpose."""
        from edge_engine.gathering import Gathering  # noqa: PLC0415 - numpy loads when first asked for

        self._require_open()
        grant = self._grants.grant(purpose, Gate.READ)
        self._understanding.catch_up()
        return Gathering(self._vault, grant, self._today(), self._also(LIFE_CHANGES))

    def _also(self, purpose: str) -> Grant | None:
        """Return a grant of another purpose, where it is on."""
        with suppress(ConsentError):
            return self._grants.grant(purpose, Gate.READ)
        return None
