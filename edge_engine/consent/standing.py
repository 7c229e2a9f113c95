"""What is allowed at one moment: today's policy, each purpose's latest event and the time, and nothing hidden."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from edge_engine.consent import wording
from edge_engine.consent.answer import Explanation, PurposeState
from edge_engine.consent.evaluation import Use, judge, nameable
from edge_engine.consent.event import EventKind
from edge_engine.consent.purpose import Basis, DeliveryChannel, Gate, Recipient

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from edge_engine.consent.evaluation import Verdict
    from edge_engine.consent.event import Agreement, ConsentEvent
    from edge_engine.consent.policy import Policy
    from edge_engine.consent.purpose import Purpose, Rule

CLOSED: Final = "ledger-closed"
TAMPERED: Final = "ledger-tampered"

_W = TypeVar("_W", Gate, Recipient, DeliveryChannel)


@dataclass(frozen=True, slots=True)
class Answer:
    """An explanation, with what a grant needs where it allows.

    Attributes:
        explanation: For people.
        use: What is allowed, None where denied.
        rules: The allowances of today and of the agreement that cover it.
        consent: The consent it rests on, None where it rests on the right of access.
    """

    explanation: Explanation
    use: Use | None = None
    rules: tuple[Rule, ...] = ()
    consent: ConsentEvent | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that one question is decided by.

    Attributes:
        policy: Today's policy.
        latest: The latest event of each purpose.
        now: The ledger's time, which never runs backwards.
        wall: What the clock says.
        stopped: ``ledger-closed``, which denies everything, ``ledger-tampered``, which denies everything that rests on
            consent, or empty.
    """

    policy: Policy
    latest: Mapping[str, ConsentEvent]
    now: datetime
    wall: datetime
    stopped: str = ""

    def answer(
        self,
        purpose: str,
        gate: str,
        data: Iterable[str] | None,
        recipient: str,
        channel: str | None,
    ) -> Answer:
        """Decide a use of data; everything that the rules name where ``data`` is None.

        In this order: unknown words, today's policy, the ledger's health, consent, and what was agreed to.
        """
        if self.stopped == CLOSED:
            return _fixed(CLOSED)
        known = self.policy.purposes.get(purpose)
        if known is None:
            return _fixed("unknown-purpose")
        at, who = _word(Gate, gate), _word(Recipient, recipient)
        way = None if channel is None else _word(DeliveryChannel, channel)
        if at is None:
            return _fixed("unknown-gate")
        if who is None:
            return _fixed("unknown-recipient")
        if channel is not None and way is None:
            return _fixed("unknown-channel")
        named = None if data is None else frozenset(data)
        if named is not None and not named <= self.policy.data.keys():
            return _fixed("unknown-data")
        rules = self.policy.speaking_of(purpose)
        use = Use(purpose, at, named or frozenset(), who, way)
        if named is None:
            use = replace(use, data=nameable(rules, use, self.now.date()))
        verdict = judge(rules, use, self.now.date())
        if not verdict.allowed:
            return self._denied_by_policy(known, use, verdict)
        if known.basis is Basis.RIGHT_OF_ACCESS:
            because = wording.allowed_by_right(verdict.rules)
            return Answer(_yes(verdict.rules, because), use, verdict.rules)
        return self._by_consent(known, use, verdict.rules, everything=named is None)

    def off(self, purpose: Purpose) -> Explanation | None:
        """Return why a purpose is off, None where it is on."""
        if self.stopped:
            return _fixed(self.stopped).explanation
        event = self.latest.get(purpose.id)
        if event is None:
            return _no("not-granted", wording.not_granted(purpose))
        if event.kind is EventKind.WITHDRAW:
            return _no("withdrawn", wording.withdrawn(purpose, event.clock))
        if not self.is_live(event):
            return _no("expired", wording.expired(purpose, self._ended(event)))
        return None

    def state(self, purpose: Purpose) -> PurposeState:
        """Return a purpose's switch."""
        event = self.latest.get(purpose.id)
        off = None if purpose.basis is Basis.RIGHT_OF_ACCESS else self.off(purpose)
        since = expires = None
        if event is not None and not self.stopped:
            since = self._ended(event) if off and off.rule == "expired" else event.clock
            expires = None if off else self.expiry(event)
        rule = off.rule if off else "granted" if event else "own-access"
        return PurposeState(
            purpose.id,
            purpose.title,
            off is None,
            since,
            expires,
            rule,
            purpose.gained,
            purpose.lost,
            purpose.why,
            purpose.basis,
        )

    def expiry(self, event: ConsentEvent) -> datetime:
        """Return when a consent ends: as agreed, or sooner where today's policy lets it hold less long."""
        return expiry(self.policy, event)

    def is_live(self, event: ConsentEvent) -> bool:
        """Return whether an event is a consent that has ended neither by the ledger's time nor by the clock's.

        The clock's own counts too because a clock that once ran ahead leaves the ledger's time standing still.
        """
        if event.kind is not EventKind.GRANT:
            return False
        ends, ends_by_clock = terms(self.policy, event)
        return self.now < ends and self.wall < ends_by_clock

    def ends(self, answer: Answer, at_most: timedelta) -> datetime:
        """Return when a grant for ``answer`` ends: with its consent or rules, or after ``at_most`` without consent."""
        ends = [datetime.combine(rule.until, time(), UTC) for rule in answer.rules if rule.until]
        ends.append(self.expiry(answer.consent) if answer.consent else self.now + at_most)
        return min(ends)

    def _by_consent(self, known: Purpose, use: Use, rules: tuple[Rule, ...], *, everything: bool) -> Answer:
        """Decide a use that today's policy allows."""
        off = self.off(known)
        if off is not None:
            return Answer(off)
        consent, today = self.latest[known.id], self.now.date()
        agreed = agreement(consent)
        if everything:
            use = replace(use, data=use.data & nameable(agreed.rules, use, today))
            rules = judge(rules, use, today).rules
        then = judge(agreed.rules, use, today)
        # INVARIANT: a policy can take away from what was agreed to and never add: no rule, data, purpose or company.
        same = set(known.dpv) <= set(agreed.terms) and self.policy.controller.id == agreed.controller.id
        if not (then.allowed and same):
            return Answer(_no("new-since-consent", wording.new_since_consent(known, consent.clock)))
        because = wording.allowed(rules, consent.clock, self.expiry(consent))
        return Answer(_yes(rules, because), use, (*rules, *then.rules), consent)

    def _denied_by_policy(self, known: Purpose, use: Use, verdict: Verdict) -> Answer:
        if verdict.rules:
            rule = verdict.rules[0]
            return Answer(_no(rule.id, wording.prohibited(rule)))
        missing = [one for term, one in self.policy.data.items() if term in verdict.uncovered]
        return Answer(_no("default-deny", wording.uncovered(known, use, missing)))

    def _ended(self, event: ConsentEvent) -> datetime:
        return event.expires or event.at if event.kind is EventKind.EXPIRE else self.expiry(event)


def expiry(policy: Policy, event: ConsentEvent) -> datetime:
    """Return when a consent ends: as agreed, or sooner where the policy lets it hold less long."""
    days = agreement(event).days
    known = policy.purposes.get(event.purpose)
    return event.at + timedelta(days=min(days, known.expires_days) if known else days)


def terms(policy: Policy, event: ConsentEvent) -> tuple[datetime, datetime]:
    """Return when a consent ends by the ledger's time, and by the clock's."""
    ends = expiry(policy, event)
    return ends, event.clock + (ends - event.at)


def agreement(event: ConsentEvent) -> Agreement:
    """Return what a consent agreed to; reading the ledger made sure that every consent says it."""
    assert event.agreement is not None  # noqa: S101 - `event.unseal` refuses a consent without it
    return event.agreement


def _word(kind: type[_W], word: str) -> _W | None:
    """Return a word of a fixed list, None where it is unknown."""
    try:
        return kind(word)
    except ValueError:
        return None


def _yes(rules: tuple[Rule, ...], because: str) -> Explanation:
    return Explanation(allowed=True, rule="+".join(rule.id for rule in rules), because=because)


def _no(rule: str, because: str) -> Explanation:
    return Explanation(allowed=False, rule=rule, because=because)


def _fixed(rule: str) -> Answer:
    return Answer(_no(rule, wording.fixed(rule)))
