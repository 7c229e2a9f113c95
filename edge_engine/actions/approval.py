"""The review queue: what waits for a person's word, what a reviewer may see, and what becomes of it.

An approval is bound to the SHA-256 of exactly what was shown, holds for a while, and from level 2 on is used once. The
person decides for themselves; an adviser's word is a signature by a key that the policy names. Whoever proposed
something at level 3 does not decide it.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine import arguments
from edge_engine.actions.approved import require_key
from edge_engine.actions.canonical import digest
from edge_engine.actions.disclosure import disclosed
from edge_engine.actions.review import (
    APPROVE,
    ASK,
    MAX_WORDS,
    REJECT,
    SCHEMA,
    Content,
    Evidence,
    Question,
    ReviewView,
    Shown,
    Signed,
    Term,
    exact_terms,
    plausible,
    shown,
    verify,
    view,
)
from edge_engine.actions.rules import Approver, ReviewKind
from edge_engine.actions.rules_checks import ENGINE, PERSON
from edge_engine.consent.held import HeldGrants
from edge_engine.consent.purpose import DeliveryChannel, Gate, Recipient
from edge_engine.errors import (
    ApprovalAltered,
    ApprovalExpired,
    ApprovalReplayed,
    ApproverRefused,
    InputError,
    ReviewClosed,
)
from edge_engine.vault import action_queries
from edge_engine.vault.reviewing import OPEN, ReviewState, StoredReview, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from edge_engine.actions.rules import ActionRules, Adviser
    from edge_engine.consent.grant import Grant
    from edge_engine.consent.ledger import Ledger
    from edge_engine.vault.acting import Actions
    from edge_engine.vault.store import Vault

DAY: Final = 86_400
SKEW: Final = 300
"""Seconds by which an adviser's clock may be ahead of the device's."""

_ADVISER_REVIEW: Final = "adviser_review"
_ACCOUNTS: Final = "pd:FinancialAccount"


class OverrideRate(msgspec.Struct, frozen=True):
    """How often people decided otherwise than the engine would have.

    Attributes:
        kind: Of the review.
        decided: Reviews that the engine had a view on and somebody approved or rejected.
        overridden: Of those, the ones decided the other way.
        expired: Reviews that nobody decided in time.
    """

    kind: str
    decided: int
    overridden: int
    expired: int


class Reviews:
    """The queue of one person.

    Args:
        vault: The store.
        ledger: Its consent ledger.
        rules: What people decide, and whose keys are believed.
    """

    def __init__(self, vault: Vault, ledger: Ledger, rules: ActionRules) -> None:
        self._vault = vault
        self._ledger = ledger
        self._rules = rules
        self._grants = HeldGrants(ledger)

    # -- proposing -----------------------------------------------------------------------------------------------

    def propose(
        self,
        kind: str,
        terms: Mapping[str, Term],
        *,
        evidence: Sequence[Evidence] = (),
        proposer: str = ENGINE,
        advice: str = "",
    ) -> ReviewView:
        """Put something before whoever decides it.

        Args:
            kind: Of the review, as the rules name it.
            terms: What would be done; exactly the fields of the kind.
            evidence: Why; of the data categories that the kind names, with the purposes that found it.
            proposer: ``engine``, ``person``, or an adviser's identifier.
            advice: What the engine would say: ``approve``, ``reject`` or nothing. It decides nothing.

        Raises:
            InputError: There is no such kind, or the terms, the evidence or the proposer do not fit it.
            PurposeDenied: A purpose that it rests on is not granted.
        """
        known = self._kind(kind)
        self._check_proposal(known, evidence, proposer, advice)
        purposes = {known.purpose} | {one for fact in evidence for one in fact.purposes}
        grants = [self._ledger.mint(known.purpose, Gate.DECIDE)]
        grants += [
            self._ledger.mint(one, Gate.READ) for one in sorted(purposes - {known.purpose, _ADVISER_REVIEW})
        ]
        if known.approver is Approver.ADVISER:
            purposes.add(_ADVISER_REVIEW)
            grants.append(self._to_adviser({fact.data for fact in evidence}))
        key = secrets.token_hex(16)
        with self._vault.writing(durable=True, aside=True) as writer:
            for grant in grants:
                grant.check()
            now = self._now(writer.actions)
            content = Content(
                schema=SCHEMA,
                review=key,
                kind=known.id,
                level=known.level,
                title=known.title,
                proposer=proposer,
                advice=advice,
                terms=plausible(exact_terms(terms, known.terms)),
                evidence=tuple(evidence),
                asked=(),
                due=now + known.due_days * DAY,
            )
            raw = content.canonical()
            row = StoredReview(
                id=key,
                kind=known.id,
                level=known.level,
                purpose=" ".join(sorted(purposes)),
                proposer=proposer,
                advice=advice,
                state=ReviewState.PENDING,
                made=now,
                due=content.due,
                content=raw,
                digest=digest(raw),
            )
            writer.actions.reviews.add(row)
        return view(row)

    def _check_proposal(
        self, kind: ReviewKind, evidence: Sequence[Evidence], proposer: str, advice: str
    ) -> None:
        if proposer not in (ENGINE, PERSON) and proposer not in self._rules.advisers:
            raise InputError("a proposer is engine, person, or an adviser that the policy names")
        if advice not in ("", APPROVE, REJECT):
            raise InputError("advice is approve, reject or nothing")
        for fact in evidence:
            if type(fact) is not Evidence or fact.data not in kind.evidence:
                raise InputError("evidence is of the data categories that its kind of review names")
            if not fact.purposes:
                raise InputError("evidence names every purpose that it took to find it")

    # -- looking -------------------------------------------------------------------------------------------------

    def pending(self) -> list[ReviewView]:
        """Return what waits: for a decision, or for the person's answer; the soonest due first."""
        return [one for one in self.history() if one.state in ("pending", "asked")]

    def history(self) -> list[ReviewView]:
        """Return every review, the soonest due first."""
        rows = self._rows()
        now = int(self._ledger.now().timestamp())
        if any(row.state in OPEN and row.due <= now for row in rows):
            self._expire()
            rows = self._rows()
        return [view(row) for row in rows]

    def show(self, review: str, *, adviser: str = "") -> Shown:
        """Return exactly what an approval of this review is bound to.

        Args:
            review: Its identifier.
            adviser: Who looks; empty for the person, who may always look.

        Raises:
            InputError: There is no such review.
            ApproverRefused: This adviser does not decide such reviews.
            PurposeDenied: ``adviser_review`` does not let an adviser see it.
        """
        arguments.text(review, "a review is named by its identifier, a text")
        row = next((one for one in self._rows() if one.id == review), None)
        if row is None:
            raise _unknown()
        found = shown(row.content)
        if adviser:
            named = self._rules.advisers.get(adviser)
            now = int(self._ledger.now().timestamp())
            self._check_adviser(named, row.kind, now)
            grant = self._to_adviser({fact.data for fact in found.content.evidence})
            with self._vault.writing(durable=True, aside=True) as writer:
                grant.check()
                _disclose(writer.actions, grant, adviser, found.content, row.digest, now)
        return found

    def override_rates(self) -> Sequence[OverrideRate]:
        """Return how often people decided otherwise than the engine would have, by kind."""
        with self._vault.reading(self._own()) as reader:
            rows = reader.rows(action_queries.REVIEW_COUNTS)
        told = {"approved": APPROVE, "rejected": REJECT}
        return [
            OverrideRate(
                kind=kind,
                decided=sum(row.n for row in rows if row.kind == kind and row.advice and row.verdict in told),
                overridden=sum(
                    row.n
                    for row in rows
                    if row.kind == kind and row.advice and told.get(row.verdict, row.advice) != row.advice
                ),
                expired=sum(row.n for row in rows if row.kind == kind and row.verdict == "expired"),
            )
            for kind in sorted({row.kind for row in rows})
        ]

    def _rows(self) -> Sequence[action_queries.ReviewRow]:
        with self._vault.reading(self._own()) as reader:
            return reader.rows(action_queries.REVIEWS)

    # -- deciding ------------------------------------------------------------------------------------------------

    def approve(self, review: str, *, seen: str = "", signed: Signed | None = None) -> ReviewView:
        """Approve a review.

        Args:
            review: Its identifier.
            seen: The person's word: the digest of what they saw, as `show` returned it.
            signed: An adviser's word.

        Raises:
            ApprovalForged: No key that the policy names signed this.
            ApprovalReplayed: It was accepted before, or is another review's.
            ApprovalExpired: The review is overdue, or the approval's time is over or has not begun.
            ApprovalAltered: Something else was shown, or another verdict signed.
            ApproverRefused: Somebody else decides this review.
            ReviewClosed: It was decided already.
            PurposeDenied: ``adviser_review`` is not granted.
            InputError: There is no such review, or not exactly one of ``seen`` and ``signed`` is given.
        """
        return self._decide(review, APPROVE, seen, signed)

    def reject(self, review: str, *, seen: str = "", signed: Signed | None = None) -> ReviewView:
        """Reject a review; as `approve`."""
        return self._decide(review, REJECT, seen, signed)

    def ask(self, review: str, *, signed: Signed | None) -> ReviewView:
        """Ask the person something, in an adviser's signed note; as `approve`."""
        return self._decide(review, ASK, "", signed)

    def answer(self, review: str, words: str) -> ReviewView:
        """Answer what an adviser asked. What is shown is another then: only new approvals fit it.

        Raises:
            InputError: There is no such review, nothing was asked, or the answer is empty or too long.
            ApprovalExpired: It is overdue.
        """
        text = _words(words)
        arguments.text(review, "a review is named by its identifier, a text")
        self._expire()
        with self._vault.writing(durable=True, aside=True) as writer:
            row = _found(writer.actions, review)
            if row.state == ReviewState.EXPIRED:
                raise ApprovalExpired("the review is overdue; nobody can decide it any more")
            if row.state != ReviewState.ASKED:
                raise InputError("nothing was asked about this review")
            content = Content.read(row.content)
            *before, last = content.asked
            asked = (*before, msgspec.structs.replace(last, answer=text))
            _rewrite(writer.actions, row, ReviewState.PENDING, msgspec.structs.replace(content, asked=asked))
            return view(_found(writer.actions, review))

    def _decide(self, review: str, verdict: str, seen: str, signed: Signed | None) -> ReviewView:
        arguments.text(review, "a review is named by its identifier, a text")
        if bool(seen) == (signed is not None):
            raise InputError("a decision is the digest of what you saw, or an adviser's signed word")
        if signed is None:
            self._expire()
            return self._by_person(review, verdict, seen)
        if type(signed) is not Signed:
            raise InputError("an adviser's word is a statement with its signature")
        # INVARIANT: nothing of an unsigned statement is looked at.
        signature = verify(signed, self._rules.advisers.get(signed.statement.adviser))
        self._expire()
        return self._by_adviser(review, verdict, signed, signature)

    def _by_person(self, review: str, verdict: str, seen: str) -> ReviewView:
        with self._vault.writing(durable=True, aside=True) as writer:
            actions = writer.actions
            row, now = _found(actions, review), self._now(actions)
            if self._kind(row.kind).approver is not Approver.PERSON:
                raise ApproverRefused("an adviser decides this review, not the person")
            _check_open(row, now)
            if seen != row.digest.hex():
                raise ApprovalAltered("what is to be decided is not what was shown; look at it again")
            self._keep(actions, row, Verdict(_STATES[verdict], PERSON), now)
            return view(_found(actions, review))

    def _by_adviser(self, review: str, verdict: str, signed: Signed, signature: bytes) -> ReviewView:
        statement, spent = signed.statement, digest(signature)
        if statement.verdict != verdict:
            raise ApprovalAltered("another verdict was signed")
        if statement.review != review:
            raise ApprovalReplayed("this was signed for another review")
        self._to_adviser(())
        grant = self._to_adviser({fact.data for fact in self.show(review).content.evidence})
        with self._vault.writing(durable=True, aside=True) as writer:
            grant.check()
            actions = writer.actions
            row, now = _found(actions, review), self._now(actions)
            if actions.reviews.is_spent(spent):
                raise ApprovalReplayed("this approval was accepted before")
            _check_open(row, now)
            self._check_adviser(self._rules.advisers.get(statement.adviser), row.kind, now)
            if row.level == 3 and statement.adviser == row.proposer:
                raise ApproverRefused("whoever proposed this does not decide it")
            if statement.content != row.digest.hex():
                raise ApprovalAltered("what is to be decided is not what was shown to the adviser")
            if statement.at > now + SKEW or statement.until <= now:
                raise ApprovalExpired("the approval's time is over or has not begun")
            actions.reviews.spend(spent, now)
            # Who signed its digest has seen it, by whatever way the host showed it.
            content = Content.read(row.content)
            _disclose(actions, grant, statement.adviser, content, row.digest, now)
            if verdict == ASK:
                asked = (*content.asked, Question(statement.adviser, _words(statement.note)))
                _rewrite(actions, row, ReviewState.ASKED, msgspec.structs.replace(content, asked=asked))
                return view(_found(actions, review))
            decided = Verdict(_STATES[verdict], statement.adviser, statement.canonical(), signature)
            self._keep(actions, row, decided, now, statement.until)
            return view(_found(actions, review))

    def _keep(
        self, actions: Actions, row: StoredReview, verdict: Verdict, now: int, until: int | None = None
    ) -> None:
        """Keep a verdict; an approval holds as long as its kind says, or shorter where the adviser says so."""
        if verdict.state is ReviewState.APPROVED:
            longest = now + self._kind(row.kind).valid_days * DAY
            verdict = verdict._replace(until=longest if until is None else min(longest, until))
        actions.reviews.decide(row, verdict, now)

    # -- time and consent ----------------------------------------------------------------------------------------

    def expire(self) -> int:
        """Note what is overdue, for ever, and return how many reviews that ended."""
        return self._expire()

    def _expire(self) -> int:
        with self._vault.writing(durable=True, aside=True) as writer:
            now = self._now(writer.actions)
            overdue = writer.actions.reviews.overdue(now)
            for row in overdue:
                writer.actions.reviews.expire(row, now)
        return len(overdue)

    def _now(self, actions: Actions) -> int:
        return actions.now(int(self._ledger.now().timestamp()))

    def _own(self) -> Grant:
        return self._grants.grant("own_access", Gate.READ, Recipient.PERSON)

    def _to_adviser(self, data: Collection[str]) -> Grant:
        """Return the permission to show evidence to an adviser.

        Raises:
            PurposeDenied: There is none.
        """
        return self._ledger.mint(
            _ADVISER_REVIEW, Gate.SEND, {_ACCOUNTS, *data}, Recipient.ADVISER, DeliveryChannel.ADVISER
        )

    def _check_adviser(self, adviser: Adviser | None, kind: str, now: int) -> None:
        if adviser is None or kind not in adviser.reviews:
            raise ApproverRefused("this adviser does not decide such reviews")
        require_key(adviser, now)

    def _kind(self, kind: str) -> ReviewKind:
        known = self._rules.reviews.get(arguments.text(kind, "a kind of review is named by a text"))
        if known is None:
            raise InputError("there is no such kind of review")
        return known


_STATES: Final = {APPROVE: ReviewState.APPROVED, REJECT: ReviewState.REJECTED}


def _check_open(row: StoredReview, now: int) -> None:
    if row.state == ReviewState.EXPIRED or (row.state in OPEN and row.due <= now):
        raise ApprovalExpired("the review is overdue; nobody can decide it any more")
    if row.state not in OPEN:
        raise ReviewClosed("the review was decided already")


def _disclose(
    actions: Actions, grant: Grant, adviser: str, content: Content, shown_as: bytes, now: int
) -> None:
    """Note that an adviser sees a review as it is now: names of its terms and figures, and nothing of them."""
    named = (*content.terms, *(fact.name for fact in content.evidence))
    mark = f"{shown_as.hex()} {adviser}"
    actions.disclosures.add(disclosed(grant, mark, adviser, content.kind, "", named, now))


def _rewrite(actions: Actions, row: StoredReview, state: ReviewState, content: Content) -> None:
    raw = content.canonical()
    actions.reviews.rewrite(row, state, raw, digest(raw))


def _found(actions: Actions, review: str) -> StoredReview:
    row = actions.reviews.find(review)
    if row is None:
        raise _unknown()
    return row


def _unknown() -> InputError:
    return InputError("there is no such review; it may have gone with its consent")


def _words(text: str) -> str:
    sentence = f"a question or an answer has 1 to {MAX_WORDS} characters"
    if not arguments.text(text, sentence).strip() or len(text) > MAX_WORDS:
        raise InputError(sentence)
    return text
