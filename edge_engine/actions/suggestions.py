"""Suggestions: from what is known now to one suggestion on one channel, shown once, and what comes of it."""

from __future__ import annotations

import secrets
import threading
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from edge_engine import arguments
from edge_engine.actions import learning
from edge_engine.actions.decision import Decision, Past, kept_suggestion, moment_of, past_of, suggestion_of
from edge_engine.actions.remembered import remembered, unit_of
from edge_engine.consent.purpose import DeliveryChannel, Gate, Recipient
from edge_engine.decisions.assignment import expose
from edge_engine.decisions.choice import Choice, choose
from edge_engine.decisions.guards import Ruling, Standing, judge, strain, suppressed
from edge_engine.decisions.offer import ADVISER_REVIEW, FAMILIES, OUTREACH, OUTSIDE, Family, OfferKind
from edge_engine.decisions.ranking import EXPLORE, Prior, Ranker
from edge_engine.decisions.rules import EXPERIMENTING
from edge_engine.decisions.story import Never, Reaction, Refused, Story
from edge_engine.domain.money import household
from edge_engine.errors import ConsentError, InputError
from edge_engine.situation import Situation
from edge_engine.vault import decision_queries
from edge_engine.vault.acting import OutcomeVerdict, StoredOutcome
from edge_engine.vault.deciding import DecisionState, StoredDecision, StoredReaction

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    import numpy as np

    from edge_engine.actions.channels import Channel, Suggestion
    from edge_engine.consent.grant import Grant
    from edge_engine.consent.held import HeldGrants
    from edge_engine.consent.ledger import Ledger
    from edge_engine.decisions.assignment import Assignment
    from edge_engine.decisions.offer import Offer
    from edge_engine.decisions.rules import DecisionRules
    from edge_engine.domain.money import Money
    from edge_engine.vault.decision_queries import DecisionRow
    from edge_engine.vault.reader import Reader
    from edge_engine.vault.store import Vault
    from edge_engine.vault.writer import Writer

PURPOSE: Final = "recommendations"
LONE_RIDGE: Final = 1.0
"""What no prior is worth, in observations of one feature."""
STALE: Final = timedelta(days=1)
"""What waited longer for its channel is not shown any more: its moment has passed."""
_UNIT_BYTES: Final = 16
UNIT: Final = "unit"
"""Name under which the store keeps what this installation is told apart by in experiments."""

_OUTCOMES: Final = {
    "opened": (StoredReaction.OPENED, None),
    "acted": (StoredReaction.ACTED, OutcomeVerdict.ACTED),
    "dismissed": (StoredReaction.CLOSED, OutcomeVerdict.DISMISSED),
    "not_now": (StoredReaction.NOT_NOW, OutcomeVerdict.NOT_NOW),
    "never": (StoredReaction.NEVER, OutcomeVerdict.NEVER),
}


class Looking(Protocol):
    """Says what is known now."""

    def __call__(self, grant: Grant) -> Situation:
        """Look at everything, under a grant for reading."""
        ...

    def at_once(self, grant: Grant) -> Situation:
        """Look at what was booked since the last look."""
        ...


class Suggestions:
    """Decides, delivers and learns, over one store. Every method checks consent anew.

    Args:
        vault: The store.
        ledger: Its consent ledger.
        grants: Asks for consent each time.
        rules: Offers, guards and experiments.
        situation: Says what is known now, under a grant.
        prior: Loads what is expected before anything was learned here; None where there is nothing.
        rng: Chance.
        explore: Chance that any candidate comes first, all alike; 1 learns and does not use it.
    """

    def __init__(
        self,
        vault: Vault,
        ledger: Ledger,
        grants: HeldGrants,
        rules: DecisionRules,
        *,
        situation: Looking,
        prior: Callable[[], Prior | None],
        rng: np.random.Generator,
        explore: float = EXPLORE,
    ) -> None:
        rules.require_covered(ledger.policy)
        self._vault, self._ledger, self._grants, self._rules = vault, ledger, grants, rules
        self._situation, self._prior, self._rng = situation, prior, rng
        self._explore = explore
        self._offered = {one.purpose for one in rules.catalog.offers.values()}
        self._deciding = {EXPERIMENTING, OUTREACH} | self._offered
        self._channels: dict[DeliveryChannel, Channel] = {}
        self._zone: tzinfo | None = None
        # One thread decides at a time: what is shown together with another suggestion counts for both. It is taken
        # before the ledger's lock and the store's turn, and by nobody who holds one of them.
        self._choosing = threading.Lock()
        self._learned: learning.Learned | None = None

    @property
    def zone(self) -> tzinfo | None:
        """The person's time zone, which quiet hours are read in; None for the device's own."""
        return self._zone

    @zone.setter
    def zone(self, zone: tzinfo | None) -> None:
        if zone is not None and not isinstance(zone, tzinfo):
            raise InputError("a time zone is a tzinfo, such as zoneinfo.ZoneInfo gives")
        self._zone = zone

    # -- ways to the person --------------------------------------------------------------------------------------

    def connect(self, channel: str, to: Channel) -> None:
        """Name the way to the person for a channel; the feed needs none, it is the store itself.

        Raises:
            InputError: There is no such channel, or it is the feed.
        """
        known = arguments.word(DeliveryChannel, channel, "channel")
        if known is DeliveryChannel.FEED:
            raise InputError("the feed is in the store and needs no channel")
        arguments.function(getattr(to, "show", None), "a channel has a method show")
        self._channels[known] = to

    def feed(self, limit: int = 20) -> list[Past]:
        """Return what the feed shows, the latest first: suggestions that were not closed or refused.

        Withdrawn consent takes them out of it: what rests on a purpose is deleted with it. So do "never", and stress
        what is kept back from people in it.
        """
        arguments.within(limit, 1, 1_000, "limit is 1 to 1,000")
        shown = (Reaction.NONE, Reaction.OPENED, Reaction.ACTED)
        with self._vault.reading(self._own()) as reader:
            story = self._story(Situation(), frozenset(), reader, self._ledger.now())
        short = strain(self._rules.guards, story).in_stress
        found = [
            one
            for one in self.past(limit=1_000)
            if one.channel is DeliveryChannel.FEED and one.state == "delivered" and one.reaction in shown
        ]
        return [one for one in found if not self._taken_back(one.offer, story.never, short=short)][:limit]

    def _taken_back(self, offer: str, never: Iterable[Never], *, short: bool) -> bool:
        """Return whether something that was shown is shown no longer: refused since, or money is short now."""
        known = self._rules.catalog.offers.get(offer)
        return known is None or (short and suppressed(known)) or any(one.covers(known) for one in never)

    # -- deciding ------------------------------------------------------------------------------------------------

    def decide(self, channel: str = "feed") -> Decision:
        """Choose what to suggest on a channel now, or nothing, and deliver it.

        Raises:
            PurposeDenied: ``recommendations`` is not granted.
            InputError: There is no such channel, or it is not connected.
        """
        where = self._where(channel)
        grant = self._grant()
        return self._decide(self._situation(grant), where, grant)

    def require(self, channel: str) -> None:
        """See that something could be suggested on a channel now.

        Raises:
            PurposeDenied: ``recommendations`` is not granted.
            InputError: There is no such channel, or it is not connected.
        """
        self._where(channel)
        self._grant()

    def decide_at_once(self, channel: str = "feed") -> Decision:
        """Choose as :meth:`decide` does, from the last look at everything and what was booked since.

        Raises:
            PurposeDenied: ``recommendations`` is not granted.
            InputError: There is no such channel, or it is not connected.
        """
        where = self._where(channel)
        grant = self._grant()
        return self._decide(self._situation.at_once(grant), where, grant)

    def _decide(self, now_known: Situation, where: DeliveryChannel, grant: Grant) -> Decision:
        with self._choosing:
            while True:
                with suppress(_Overtaken):
                    return self._decide_alone(now_known, where, grant)

    def _decide_alone(self, now_known: Situation, where: DeliveryChannel, grant: Grant) -> Decision:
        now, granted = self._ledger.now(), self._granted()
        shut = self._shut(granted, where)
        prior = self._prior()
        identifier = self._identifier() if EXPERIMENTING in granted else ""
        with self._vault.reading(grant) as reader:
            came = learning.came(reader, now)
            ridge = LONE_RIDGE if prior is None else prior.ridge
            known = learning.learned(reader, ridge, self._learned, prior=prior)
            story = self._story(now_known, granted, reader, now, shut=shut)
            unit = unit_of(identifier, reader, now)
        # What is learned here is on the disk only later: whoever comes next reads it from there.
        self._learned = None if came else known
        for one in came:
            known.posterior.add(learning.rebased(one.row, one.model, one.prior, prior))
        ranker = Ranker(known.posterior, self._rng, prior=prior, explore=self._explore)
        chosen = choose(self._rules, story, where, ranker, unit, spends=now_known.spends)
        key = secrets.token_hex(8)
        purposes = self._purposes(chosen, where, now_known)
        row = self._row(key, now, where, chosen, purposes, learning.name_of(prior))
        grants = self._held(purposes, [one for one in chosen.assignments if one.kept is not None])
        shown: frozenset[str] = frozenset()
        if chosen.offer is not None:
            reaching = self._deliverable(chosen.offer.purpose, where)
            shown = reaching.data
            if where is DeliveryChannel.FEED:
                grants.append(reaching)
        with self._vault.writing(aside=True) as writer:
            # INVARIANT: here, where a withdrawal by another thread comes wholly before or wholly after.
            for held in grants:
                held.check()
            if chosen.offer is not None and _barred(writer, chosen.offer):
                # Said by another thread since the story was read: it is decided anew.
                raise _Overtaken
            learning.keep(writer, came)
            if known.worth_keeping and not came:
                writer.decisions.keep_posterior(
                    known.observed.latest, known.posterior.snapshot(), known.prior
                )
            if chosen.trace.stress.rule in {"moment", "signs"}:
                writer.decisions.see_stress((*now_known.purposes, PURPOSE), int(now.timestamp()))
            self._keep_experiments(writer, chosen, now)
            writer.decisions.add(row, msgspec.json.encode(chosen.trace))
        suggestion = suggestion_of(key, now, where, chosen, now_known, shown)
        delivered = suggestion is not None and (
            where is DeliveryChannel.FEED or self._show(suggestion, self._channels[where])
        )
        return Decision(key, now, where, suggestion, delivered, chosen.trace.because, chosen.trace)

    def _story(
        self,
        known: Situation,
        granted: frozenset[str],
        reader: Reader,
        now: datetime,
        without: Collection[str] = (),
        shut: frozenset[str] = frozenset(),
    ) -> Story:
        """Return the person at this moment; times in their own zone, without some suggestions that were made."""
        before = Story(
            now=now.astimezone(self._zone),
            facts=known.facts,
            moments=known.moments,
            granted=granted,
            shut=shut,
            channels=frozenset((DeliveryChannel.FEED, *self._channels)),
        )
        return remembered(before, reader, without)

    def _granted(self) -> frozenset[str]:
        """Return the purposes of suggestions that are granted now.

        The ledger waits for the store while it holds its own lock, so it is never asked by who holds the store.
        """
        found = set()
        for purpose in (*self._deciding, ADVISER_REVIEW):
            with suppress(ConsentError):
                self._grants.grant(purpose, self._gate(purpose))
                found.add(purpose)
        return frozenset(found)

    def _shut(self, granted: frozenset[str], where: DeliveryChannel) -> frozenset[str]:
        """Return the granted purposes of offers that the policy lets reach nobody on a channel."""
        found = set()
        for purpose in granted & self._offered:
            try:
                self._deliverable(purpose, where)
            except ConsentError:
                found.add(purpose)
        return frozenset(found)

    def _identifier(self) -> str:
        """Return what this installation is told apart by: random, and made where it is first needed."""
        held = self._vault.meta(UNIT)
        if held is None:
            held = secrets.token_hex(_UNIT_BYTES).encode()
            self._vault.put_meta(UNIT, held)
        return held.decode()

    def _held(self, purposes: Iterable[str], assigned: Sequence[Assignment] = ()) -> list[Grant]:
        """Return live grants of everything that is rested on, asked for before the store's turn is taken."""
        wanted = {*purposes, *([EXPERIMENTING] if assigned else [])}
        return [self._grants.grant(purpose, self._gate(purpose)) for purpose in sorted(wanted)]

    def _gate(self, purpose: str) -> Gate:
        """Return the gate at which a purpose takes part: what only finds, and an adviser, read; others decide."""
        return Gate.DECIDE if purpose in self._deciding else Gate.READ

    @staticmethod
    def _keep_experiments(writer: Writer, chosen: Choice, now: datetime) -> None:
        for one in chosen.assignments:
            if one.kept is not None:
                writer.decisions.assign(one.kept.experiment, one.kept.arm)
                exposure = expose(one, frozenset(), now) if one.experiment in chosen.met else None
                if exposure is not None:
                    writer.decisions.expose(exposure.experiment, exposure.arm)

    def _purposes(self, chosen: Choice, where: DeliveryChannel, known: Situation) -> tuple[str, ...]:
        """Return every purpose that a decision rests on."""
        needed = {PURPOSE, *known.purposes}
        if chosen.offer is not None:
            needed |= chosen.offer.purposes(where)
        return tuple(sorted(needed))

    def _row(
        self,
        key: str,
        now: datetime,
        where: DeliveryChannel,
        chosen: Choice,
        purposes: tuple[str, ...],
        model: str,
    ) -> StoredDecision:
        offer, ranking, money = chosen.offer, chosen.ranking, chosen.money_a_year
        state = DecisionState.SILENT
        if offer is not None:
            state = DecisionState.DELIVERED if where is DeliveryChannel.FEED else DecisionState.WAITING
        return StoredDecision(
            id=key,
            at=int(now.timestamp()),
            channel=where.value,
            offer="" if offer is None else offer.id,
            kind="" if offer is None else offer.kind.value,
            level=0 if offer is None else offer.level,
            support=int(offer is not None and offer.family is Family.SUPPORT),
            subject=chosen.subject,
            purpose=" ".join(purposes),
            state=int(state),
            propensity=1.0 if ranking is None else ranking.propensity,
            prior=0.0 if ranking is None else ranking.prior,
            model=model,
            features=b"" if ranking is None else ranking.features,
            money=0 if money is None else money.minor,
            currency="" if money is None else money.currency,
        )

    # -- delivering ----------------------------------------------------------------------------------------------

    def deliver(self) -> int:
        """Show what waits for its channel, such as after a crash, and return how many arrived.

        Raises:
            PurposeDenied: ``recommendations`` is not granted.
        """
        grant = self._grant()
        known, arrived = self._situation(grant), 0
        now, granted = self._ledger.now(), self._granted()
        with self._vault.reading(grant) as reader:
            waiting = reader.rows(decision_queries.WAITING)
            story = self._story(known, granted, reader, now, without={row.id for row in waiting})
        standing = Standing.of(self._rules.guards, story)
        for row in waiting:
            channel = self._channels.get(DeliveryChannel(row.channel))
            offer = self._rules.catalog.offers.get(row.offer)
            ruling = (
                None if offer is None else judge(standing, offer, DeliveryChannel(row.channel), row.subject)
            )
            stale = offer is None or abs(now - moment_of(row.at)) > STALE
            # A channel that is not connected yet says nothing: what is for it goes on waiting.
            if stale or (channel is not None and ruling and _for_good(ruling)):
                with self._vault.writing(aside=True) as writer:
                    writer.decisions.move(row.id, DecisionState.LAPSED)
            elif channel is not None and offer is not None and ruling and ruling.kept:
                with suppress(ConsentError):
                    shown = self._deliverable(offer.purpose, DeliveryChannel(row.channel)).data
                    arrived += self._show(kept_suggestion(row, offer, known, shown), channel)
        return arrived

    def _show(self, suggestion: Suggestion, channel: Channel) -> bool:
        """Have a channel show a suggestion, once; False where consent is gone or the channel could not."""
        offer = self._rules.catalog.offers[suggestion.offer]
        with suppress(ConsentError, _NotShown):
            grants = self._held(offer.purposes(suggestion.channel))
            grants.append(self._deliverable(offer.purpose, suggestion.channel))
            with self._vault.writing(durable=True, aside=True) as writer:
                # INVARIANT: consent is asked for at the moment of showing, while a withdrawal has to wait.
                for one in grants:
                    one.check()
                if _barred(writer, offer):
                    writer.decisions.move(suggestion.id, DecisionState.LAPSED)
                    return False
                if not writer.decisions.move(suggestion.id, DecisionState.DELIVERED):
                    return False
                try:
                    channel.show(suggestion)
                except Exception:  # noqa: BLE001 - whatever the host's channel raises, it was not shown
                    raise _NotShown from None
            return True
        return False

    def _deliverable(self, purpose: str, channel: DeliveryChannel) -> Grant:
        """Return a grant to let something of a purpose reach the person on a channel.

        Raises:
            PurposeDenied: The policy, or the lack of consent, does not let it.
        """
        if channel is DeliveryChannel.ADVISER:
            return self._grants.grant(ADVISER_REVIEW, Gate.READ)
        behind = OUTREACH if channel in OUTSIDE else purpose
        return self._grants.grant(behind, Gate.DELIVER, Recipient.PERSON, channel)

    # -- what comes of it ----------------------------------------------------------------------------------------

    def outcome(
        self, decision: str, verdict: str, *, value: Money | None = None, covers: str = "kind"
    ) -> bool:
        """Keep what came of a suggestion, and learn from it.

        Args:
            decision: Its identifier.
            verdict: ``opened``, ``acted``, ``dismissed``, ``not_now`` or ``never``. Never needs no consent and is for
                ever.
            value: What the person has from it, where they acted.
            covers: What ``never`` covers: the ``offer``, its ``kind``, its ``family``, or ``everything``.

        Returns:
            Whether it is new.

        Raises:
            InputError: There is no such delivered decision or verdict, or a value that nothing was done for.
            PurposeDenied: ``recommendations`` is not granted.
        """
        sentence = f"an outcome is one of: {', '.join(_OUTCOMES)}"
        if arguments.text(verdict, sentence) not in _OUTCOMES:
            raise InputError(sentence)
        if value is not None:
            sentence = "only what was acted upon has a value, an amount that is not negative"
            if household(value, sentence).minor < 0 or verdict != "acted":
                raise InputError(sentence)
        refused = arguments.word(Refused, covers, "reach of never")
        grant = None if verdict == "never" else self._grant()
        row = self._delivered(decision)
        reaction, kept = _OUTCOMES[verdict]
        with self._vault.writing(aside=True) as writer:
            if grant is not None:
                grant.check()
            new = writer.decisions.react(row.id, reaction)
            if verdict == "never":
                # By its kind: the offer may have another name by now, or be gone.
                family = FAMILIES[OfferKind(row.kind)].value
                names = {Refused.OFFER: row.offer, Refused.KIND: row.kind, Refused.FAMILY: family}
                writer.decisions.refuse(refused.value, names.get(refused, ""))
            if new and kept is not None and kept is not OutcomeVerdict.NEVER:
                minor, currency = (value.minor, value.currency) if value else (0, "")
                at = writer.actions.now(int(self._ledger.now().timestamp()))
                purpose = " ".join(sorted(row.purpose.split()))
                writer.actions.add_outcome(
                    StoredOutcome(row.id, row.kind, purpose, kept, at, minor, currency)
                )
        return new

    def never(self, covers: str = "everything", name: str = "") -> bool:
        """Keep that something is never to be suggested again; it needs no consent and is for ever.

        Returns:
            Whether it is new.

        Raises:
            InputError: There is no such offer, kind or family.
        """
        refused = arguments.word(Refused, covers, "reach of never")
        offers = self._rules.catalog.offers.values()
        names = {
            Refused.OFFER: {one.id for one in offers},
            Refused.KIND: {one.kind.value for one in offers},
            Refused.FAMILY: {one.family.value for one in offers},
            Refused.EVERYTHING: {""},
        }[refused]
        if arguments.text(name, "what is refused is named by a text") not in names:
            raise InputError(
                "everything has no name beside it"
                if refused is Refused.EVERYTHING
                else f"there is no such {refused} of offers"
            )
        with self._vault.writing(durable=True, aside=True) as writer:
            return writer.decisions.refuse(refused.value, name)

    def say_money_is_short(self, *, short: bool = True) -> bool:
        """Keep, or take back, that the person said that money is short: credit and investments are not suggested.

        Returns:
            Whether it is said now.
        """
        arguments.switch(short, "short is true or false")
        with self._vault.writing(durable=True, aside=True) as writer:
            writer.decisions.say_stress(short=short)
        return short

    def past(self, limit: int = 50, *, silent: bool = False) -> list[Past]:
        """Return decisions, the latest first; the person's own right of access.

        Args:
            limit: How many at most; 1 to 1,000.
            silent: Whether decisions for silence are among them.
        """
        arguments.within(limit, 1, 1_000, "limit is 1 to 1,000")
        arguments.switch(silent, "silent is true or false")
        with self._vault.reading(self._own()) as reader:
            rows = reader.rows(decision_queries.DECISIONS, limit=limit, silent=silent)
            return [past_of(row, self._rules.catalog.offers) for row in rows]

    def one(self, decision: str) -> Past:
        """Return a decision of the past with its trace.

        Raises:
            InputError: There is no such decision.
        """
        return past_of(self._found(decision), self._rules.catalog.offers)

    # -- wiring --------------------------------------------------------------------------------------------------

    def _where(self, channel: str) -> DeliveryChannel:
        where = arguments.word(DeliveryChannel, channel, "channel")
        if where is not DeliveryChannel.FEED and where not in self._channels:
            raise InputError(f"the channel {where} is not connected")
        return where

    def _grant(self) -> Grant:
        self._vault.require_open()
        self._grants.grant(PURPOSE, Gate.DECIDE)
        return self._grants.grant(PURPOSE, Gate.READ)

    def _own(self) -> Grant:
        self._vault.require_open()
        return self._grants.grant("own_access", Gate.READ, Recipient.PERSON)

    def _found(self, decision: str) -> DecisionRow:
        arguments.text(decision, "a decision is named by its identifier")
        with self._vault.reading(self._own()) as reader:
            rows = reader.rows(decision_queries.DECISION, id=decision)
        if not rows:
            raise InputError("there is no decision of this id")
        return rows[0]

    def _delivered(self, decision: str) -> DecisionRow:
        row = self._found(decision)
        if row.state != DecisionState.DELIVERED:
            raise InputError("nothing was shown with this decision, so nothing can come of it")
        return row


class _Overtaken(Exception):
    """What the person said meanwhile forbids what was chosen."""


class _NotShown(Exception):
    """A channel could not show a suggestion."""


def _barred(writer: Writer, offer: Offer) -> bool:
    """Return whether the person said meanwhile what forbids an offer; in the transaction that would keep or show it."""
    return writer.decisions.barred(
        offer.id, offer.kind.value, offer.family.value, suppressed=suppressed(offer)
    )


def _for_good(ruling: Ruling) -> bool:
    """Return whether something that waits is not to be shown any more; an hour that is silent passes."""
    return not ruling.kept and not ruling.rule.startswith("quiet:")
