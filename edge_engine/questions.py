"""What the engine asks the person about their life and money, and takes as answers; each under its own purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.consent.purpose import Gate

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from edge_engine.consent.held import HeldGrants
    from edge_engine.hypotheses import Hypotheses
    from edge_engine.insights.hypothesis import Hypothesis
    from edge_engine.vault.store import Vault

LIFE_CHANGES: Final = "life_changes"
INVESTMENT_OFFERS: Final = "investment_offers"


class Questions:
    """Asks, and keeps what is answered. Every method checks consent anew.

    Args:
        vault: Where transactions and answers are.
        grants: Asks for consent each time.
        ready: Sees that everything has its category.
        today: Tells the day.
    """

    def __init__(
        self, vault: Vault, grants: HeldGrants, ready: Callable[[], object], today: Callable[[], date]
    ) -> None:
        self._vault, self._grants, self._ready, self._today = vault, grants, ready, today

    def life_changes(self) -> list[Hypothesis]:
        """Return what looks like a change in the person's life, and what they confirmed; the latest first.

        Raises:
            PurposeDenied: ``life_changes`` is not granted.
        """
        return self._under(LIFE_CHANGES).life_changes()

    def answer_life_change(self, hypothesis_id: str, answer: str) -> Hypothesis:
        """Keep what the person says of a change and return it so.

        Args:
            hypothesis_id: Of what is asked now, or was confirmed.
            answer: ``confirmed``, which may be taken back, or ``not_true``, which is for ever.

        Raises:
            PurposeDenied: ``life_changes`` is not granted.
            InputError: Nothing of this id is asked, or the answer is none.
        """
        asking = self._under(LIFE_CHANGES)
        return asking.answer(asking.life_changes(), hypothesis_id, answer)

    def investment_appetite(self) -> list[Hypothesis]:
        """Return the question whether the person invests, or could; nothing where too little speaks for it.

        Raises:
            PurposeDenied: ``investment_offers`` is not granted.
        """
        return self._under(INVESTMENT_OFFERS).appetite()

    def answer_investment_appetite(self, hypothesis_id: str, answer: str) -> Hypothesis:
        """Keep what the person says of investing; as :meth:`answer_life_change`.

        Raises:
            PurposeDenied: ``investment_offers`` is not granted.
            InputError: Nothing of this id is asked, or the answer is none.
        """
        asking = self._under(INVESTMENT_OFFERS)
        return asking.answer(asking.appetite(), hypothesis_id, answer)

    def _under(self, purpose: str) -> Hypotheses:
        from edge_engine.hypotheses import Hypotheses  # noqa: PLC0415 - numpy loads when first asked for

        self._vault.require_open()
        grant = self._grants.grant(purpose, Gate.READ)
        self._ready()
        return Hypotheses(self._vault, grant, self._today())
