"""What is known of a person at one moment, as decisions see it: facts, moments, and nothing that is not needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from edge_engine.consent.purpose import Gate
from edge_engine.decisions.facts import FACTS, Fact
from edge_engine.decisions.story import MomentNow
from edge_engine.domain.money import Money
from edge_engine.errors import ConsentError
from edge_engine.gathering import Gathering, Memory
from edge_engine.holdings import SPENDING, Stated, moved, stated
from edge_engine.insights.event import Booked, react
from edge_engine.insights.finding import Message
from edge_engine.vault import queries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from edge_engine.consent.grant import Grant
    from edge_engine.consent.held import HeldGrants
    from edge_engine.insights.knowledge import Known
    from edge_engine.insights.moment import Moment
    from edge_engine.vault.store import Vault

INVESTMENT_OFFERS: Final = "investment_offers"
AT_ONCE: Final = 50
"""Transactions that are looked at while they are booked; more are a feed, and everything is looked at."""


class Situation(msgspec.Struct, frozen=True):
    """What is known now.

    Attributes:
        facts: By name of :data:`edge_engine.decisions.facts.FACTS`.
        moments: What is going on.
        why: What the moments say, by their identifiers.
        spends: What goes out in a usual month; None where that is not known.
        purposes: Every purpose that it took to know it.
    """

    facts: dict[str, Fact] = {}
    moments: tuple[MomentNow, ...] = ()
    why: dict[str, Message] = {}
    spends: Money | None = None
    purposes: tuple[str, ...] = ()


class _Held(NamedTuple):
    """A look at everything, and what was booked since."""

    key: tuple[object, ...]
    known: Known
    moments: Sequence[Moment]
    situation: Situation
    latest: int
    stated: dict[int, Stated]


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
        self._held: _Held | None = None
        self._memory: tuple[tuple[object, ...], Memory] | None = None
        self._seen = -1

    def __call__(self, grant: Grant) -> Situation:
        """Return what is known under a grant for reading."""
        self._ready()
        key, investing = self._key(grant)
        if self._held is None or self._held.key != key or self._seen != self._vault.generation:
            # Before looking: what is stored meanwhile is looked at again.
            self._seen = self._vault.generation
            gathering = Gathering(
                self._vault, grant, self._today(), investing=investing, memory=self._memory_of(key[1:])
            )
            self._held = self._looked(key, gathering, grant)
        return self._held.situation

    def at_once(self, grant: Grant) -> Situation:
        """Return what is known once the latest transactions are booked, without another look at everything.

        Where nothing was looked at today, or much was booked since, everything is looked at.
        """
        key, _ = self._key(grant)
        held, today = self._held, self._today().toordinal()
        if held is None or held.key != key:
            return self(grant)
        with self._vault.reading(grant) as reader:
            rows = [
                Booked(*row)
                for row in reader.rows(queries.BOOKED_SINCE, after=held.latest, limit=AT_ONCE + 1)
            ]
            if len(rows) > AT_ONCE:
                return self(grant)
            past = [row for row in rows if row.day <= today]
            told = stated(reader, today, SPENDING)
            moves = [(row.account, row.day, row.amount) for row in past]
            balances = moved(reader, held.known.balances, held.stated, told, moves, today)
        if not past and balances == held.known.balances:
            return held.situation
        known, found = react(held.known, past, balances, held.moments)
        facts = dict(held.situation.facts)
        days = None if known.means is None else known.means.buffer_days
        if days is not None and "buffer_days" in facts:
            facts["buffer_days"] = Fact(min(days, FACTS["buffer_days"].high), facts["buffer_days"].confidence)
        latest = rows[-1].id if rows else held.latest
        self._held = _Held(key, known, found, _situation(known, found, facts), latest, told)
        return self._held.situation

    def forget(self) -> None:
        """Keep nothing in memory of what the store had shown."""
        self._held = self._memory = None

    def _memory_of(self, key: tuple[object, ...]) -> Memory:
        """Return what is remembered of the look before, of another day maybe.

        # INVARIANT: with any consent given or withdrawn, and with anything that changes what was told before, such as
        # an account that is forgotten, it is a new one.
        """
        memory = self._memory
        if memory is None or memory[0] != key:
            memory = self._memory = (key, Memory())
        return memory[1]

    def _key(self, grant: Grant) -> tuple[tuple[object, ...], Grant | None]:
        try:
            investing = self._grants.grant(INVESTMENT_OFFERS, Gate.READ)
        except ConsentError:
            investing = None
        changed = self._vault.changed
        return (self._today(), changed, grant.epoch, investing.epoch if investing else 0), investing

    def _looked(self, key: tuple[object, ...], gathering: Gathering, grant: Grant) -> _Held:
        with self._vault.reading(grant) as reader:
            latest = reader.one(queries.LATEST_ID).id
            told = stated(reader, self._today().toordinal(), SPENDING)
        found = gathering.moments()
        situation = _situation(gathering.known, found, gathering.facts())
        return _Held(key, gathering.known.plain(), found, situation, latest, told)


def _situation(known: Known, found: Sequence[Moment], facts: dict[str, Fact]) -> Situation:
    means = known.means
    taken = {purpose for one in found for purpose in one.purposes} | set(known.purposes)
    return Situation(
        facts=facts,
        moments=tuple(MomentNow(one.type, one.id, one.money_a_year, one.confidence) for one in found),
        why={one.id: one.message for one in found},
        spends=Money(round(means.spent), means.currency) if means else None,
        purposes=tuple(sorted(taken)),
    )
