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
    from edge_engine.insights.profile import Profile
    from edge_engine.understanding import Understanding
    from edge_engine.vault.store import Vault

INSIGHTS: Final = "insights"
LIFE_CHANGES: Final = "life_changes"
PERSONALIZATION: Final = "personalization"
INVESTMENT_OFFERS: Final = "investment_offers"


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

    def profile(self) -> Profile:
        """Return what is supposed of the person's habits, what they said themselves, and how the app may fit them.

        Raises:
            PurposeDenied: ``personalization`` is not granted.
        """
        return self._gathering(PERSONALIZATION).profile()

    def answer_trait(self, name: str, answer: str) -> Profile:
        """Keep what the person says of a trait, and return the profile so.

        Args:
            name: Of the trait.
            answer: ``not_true``: it is never inferred again, for ever; only :meth:`set_trait` puts anything there.
                ``confirmed``: what is shown becomes the person's own word.

        Raises:
            PurposeDenied: ``personalization`` is not granted.
            InputError: There is no such trait, nothing of it is shown, or the answer is none.
        """
        gathering = self._gathering(PERSONALIZATION)
        gathering.answer(name, answer)
        return gathering.profile()

    def set_trait(self, name: str, value: float | str | None) -> Profile:
        """Keep the person's own word of a trait, which nothing inferred replaces, and return the profile so.

        Args:
            name: Of the trait.
            value: A word or a number as the trait has it; None takes the word back.

        Raises:
            PurposeDenied: ``personalization`` is not granted.
            InputError: There is no such trait, or it cannot have this value.
        """
        gathering = self._gathering(PERSONALIZATION)
        gathering.set(name, value)
        return gathering.profile()

    def _gathering(self, purpose: str) -> Gathering:
        """Return what is known under a purpose."""
        from edge_engine.gathering import Gathering  # noqa: PLC0415 - numpy loads when first asked for

        self._require_open()
        grant = self._grants.grant(purpose, Gate.READ)
        self._understanding.catch_up()
        life = self._also(LIFE_CHANGES) if purpose == INSIGHTS else None
        investing = self._also(INVESTMENT_OFFERS)
        return Gathering(self._vault, grant, self._today(), life, investing)

    def _also(self, purpose: str) -> Grant | None:
        """Return a grant of another purpose, where it is on."""
        with suppress(ConsentError):
            return self._grants.grant(purpose, Gate.READ)
        return None
