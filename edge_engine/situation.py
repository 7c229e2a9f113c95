"""What is known of a person at one moment, as decisions see it: facts, moments, and nothing that is not needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from edge_engine.consent.purpose import Gate
from edge_engine.decisions.facts import Fact
from edge_engine.decisions.story import MomentNow
from edge_engine.domain.category import Taxonomy
from edge_engine.domain.money import Money
from edge_engine.errors import ConsentError
from edge_engine.gathering import Gathering
from edge_engine.insights.words import render

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from edge_engine.consent.grant import Grant
    from edge_engine.consent.held import HeldGrants
    from edge_engine.vault.store import Vault

INVESTMENT_OFFERS = "investment_offers"


class Situation(msgspec.Struct, frozen=True):
    """What is known now.

    Attributes:
        facts: By name of :data:`edge_engine.decisions.facts.FACTS`.
        moments: What is going on.
        why: The moments in words, by their identifiers.
        spends: What goes out in a usual month; None where that is not known.
        purposes: Every purpose that it took to know it.
    """

    facts: dict[str, Fact] = {}
    moments: tuple[MomentNow, ...] = ()
    why: dict[str, str] = {}
    spends: Money | None = None
    purposes: tuple[str, ...] = ()


class Situations:
    """Says what is known, worked out anew only when something changed: the day, a consent, or what the store holds.

    Args:
        vault: Where transactions are.
        grants: Asks for consent each time.
        ready: Sees that everything has its category.
        today: Tells the day.
    """

    def __init__(
        self, vault: Vault, grants: HeldGrants, ready: Callable[[], object], today: Callable[[], date]
    ) -> None:
        self._vault, self._grants, self._ready, self._today = vault, grants, ready, today
        self._held: tuple[object, Situation] | None = None

    def __call__(self, grant: Grant) -> Situation:
        """Return what is known under a grant for reading."""
        self._ready()
        investing = self._investing()
        today = self._today()
        key = (today, self._vault.generation, grant.epoch, investing.epoch if investing else 0)
        if self._held is None or self._held[0] != key:
            self._held = (key, _gathered(Gathering(self._vault, grant, today, investing=investing)))
        return self._held[1]

    def forget(self) -> None:
        """Keep nothing in memory of what the store had shown."""
        self._held = None

    def _investing(self) -> Grant | None:
        try:
            return self._grants.grant(INVESTMENT_OFFERS, Gate.READ)
        except ConsentError:
            return None


def _gathered(gathering: Gathering) -> Situation:
    taxonomy = Taxonomy.default()
    found = gathering.moments()
    means = gathering.known.means
    taken = {purpose for one in found for purpose in one.purposes} | set(gathering.known.purposes)
    return Situation(
        facts=gathering.facts(),
        moments=tuple(MomentNow(one.type, one.id, one.money_a_year) for one in found),
        why={one.id: render(one.message, taxonomy) for one in found},
        spends=Money(round(means.spent), means.currency) if means else None,
        purposes=tuple(sorted(taken)),
    )
