"""The consent ledger: what the person agreed to, and the only place where grants are made.

Append-only, hash-chained and signed. Everything is off until granted; unknown anything denies; deny wins; a policy
upgrade never widens what was agreed to; a ledger that does not verify denies everything but the person's own access.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Never

from edge_engine import arguments
from edge_engine.consent import wording
from edge_engine.consent.answer import Explanation, Head, PurposeState, Withdrawal
from edge_engine.consent.event import (
    GENESIS,
    SCHEMA,
    Agreement,
    ConsentEvent,
    EventKind,
    LedgerStore,
    StoredEvent,
    public_key,
    seal,
    unseal,
)
from edge_engine.consent.grant import _MINT, Grant
from edge_engine.consent.purpose import OWN_ACCESS, SENSITIVE, Gate, Purpose, Recipient
from edge_engine.consent.standing import CLOSED, TAMPERED, Standing, terms
from edge_engine.errors import EdgeError, GrantExpired, InputError, LedgerTampered, PurposeDenied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from edge_engine.clock import Clock
    from edge_engine.consent.policy import Policy
    from edge_engine.consent.purpose import DeliveryChannel

__all__ = [
    "ConsentEvent",
    "Explanation",
    "Head",
    "Ledger",
    "LedgerStore",
    "PurposeState",
    "StoredEvent",
    "Withdrawal",
]

OWN_ACCESS_HOLDS: Final = timedelta(days=1)
"""How long a grant of the person's own access holds before it is asked for again."""

MARK_EVERY: Final = timedelta(days=1)
"""How far time moves on before the ledger notes it, so that a clock set back regains a day at most."""

_ENDED: Final = "the consent behind the grant was withdrawn, ran out or was given anew"


class Ledger:
    """Keeps consent and mints grants.

    Grants may be checked from any thread.

    Args:
        store: Where events are kept.
        policy: Today's policy.
        clock: The engine's time. Set back, it revives nothing: the ledger's own time never runs backwards.

    Raises:
        VaultError: The store cannot be read. A ledger that does not verify raises nothing here: it denies.
    """

    def __init__(self, store: LedgerStore, policy: Policy, clock: Clock) -> None:
        self._store = store
        self._policy = policy
        self._clock = clock
        self._lock = threading.RLock()
        self._closed = False
        self._forgetting: list[Callable[[str], None]] = []
        self._damage = ""
        self._events: list[ConsentEvent] = []
        self._last: StoredEvent | None = None
        self._latest: dict[str, ConsentEvent] = {}
        self._terms: dict[str, tuple[ConsentEvent, datetime, datetime]] = {}
        self._unkept: set[str] = set()  # purposes whose withdrawal the store would not take
        self._stale = False  # the store refused an event: what it holds has to be read again
        self._high = datetime.min.replace(tzinfo=UTC)
        self._load()
        self._settle()
        self._mark_time()

    @property
    def seq(self) -> int:
        """Sequence number of the latest entry; 0 for none."""
        return 0 if self._last is None else self._last.seq

    @property
    def policy(self) -> Policy:
        """Today's policy."""
        return self._policy

    # -- giving and withdrawing ----------------------------------------------------------------------------------

    def grant(self, purpose: str, expires_days: int | None = None) -> ConsentEvent:
        """Note that the person agrees to a purpose, under today's policy and no more than it.

        Args:
            purpose: Identifier of the purpose.
            expires_days: Days until it ends; the purpose's own number, which is also the most, where None.

        Raises:
            PurposeDenied: There is no such purpose, or it needs no consent.
            InputError: It cannot hold that long.
            LedgerTampered: The ledger does not verify.
            VaultError: It could not be kept; nothing was granted.
        """
        with self._lock:
            known = self._consentable(purpose)
            if known is None:
                self._deny(purpose, "unknown-purpose")
            days = known.expires_days if expires_days is None else expires_days
            if not 1 <= days <= known.expires_days:
                raise InputError(f"this consent holds from 1 to {known.expires_days} days")
            self._settle()
            event, _ = self._append(EventKind.GRANT, purpose, self._agreement(known, days))
            return event

    def withdraw(self, purpose: str) -> Withdrawal:
        """Note that the person takes a consent back, or refuses it; what only it made is gone when this returns.

        Withdrawing twice, or before ever granting, is harmless.

        Raises:
            PurposeDenied: There is no such purpose, or it cannot be withdrawn.
            LedgerTampered: The ledger does not verify; everything is denied already.
            VaultError: It could not be kept; it is denied all the same while this ledger is open, and tried again.
        """
        with self._lock:
            if self._consentable(purpose) is None and purpose not in self._latest:
                self._deny(purpose, "unknown-purpose")
            self._settle()
            # INVARIANT: denied from here on, before and whether or not the store takes it.
            self._latest[purpose] = self._event(EventKind.WITHDRAW, purpose)
            self._unkept.add(purpose)
            return Withdrawal(*self._append(EventKind.WITHDRAW, purpose))

    # -- asking --------------------------------------------------------------------------------------------------

    def mint(
        self,
        purpose: str,
        gate: Gate,
        data: Iterable[str] | None = None,
        recipient: Recipient = Recipient.DEVICE,
        channel: DeliveryChannel | None = None,
    ) -> Grant:
        """Return a grant for a use of data.

        Args:
            purpose: Identifier of the purpose.
            gate: Where.
            data: Data categories; everything that the allowing rules name where None.
            recipient: Who would see it.
            channel: Way to the person, None where none is used.

        Raises:
            PurposeDenied: The policy or the lack of consent denies it; the sentence names the rule.
        """
        standing = self._standing()
        answer = standing.answer(purpose, gate, data, recipient, channel)
        if answer.use is None:
            raise PurposeDenied(answer.explanation.because, purpose=purpose, rule=answer.explanation.rule)
        use, consent = answer.use, answer.consent
        columns = self._policy.columns(use.data)
        if consent is not None and consent.agreement is not None:
            columns &= consent.agreement.pairs(use.data)
        return Grant(
            _MINT,
            self,
            purpose=use.purpose,
            gate=use.gate,
            data=use.data,
            recipient=use.recipient,
            channel=use.channel,
            rule=answer.explanation.rule,
            not_before=standing.now,
            not_after=standing.ends(answer, OWN_ACCESS_HOLDS),
            epoch=consent.seq if consent else 0,
            sensitive=SENSITIVE in use.data,
            columns=columns,
        )

    def explain(
        self,
        purpose: str,
        gate: Gate = Gate.READ,
        data: Iterable[str] | None = None,
        recipient: Recipient = Recipient.DEVICE,
        channel: DeliveryChannel | None = None,
    ) -> Explanation:
        """Return which rule allows or denies a use of data, and why; the same answer that `mint` acts on.

        Raises:
            InputError: A name is no text.
        """
        for name in (purpose, *(data or ())):
            arguments.text(name, "purposes and kinds of data are named by texts")
        return self._standing().answer(purpose, gate, data, recipient, channel).explanation

    def state(self) -> list[PurposeState]:
        """Return every purpose of today's policy with its switch, in the policy's order."""
        standing = self._standing()
        return [standing.state(purpose) for purpose in self._policy.purposes.values()]

    def history(self) -> list[ConsentEvent]:
        """Return every entry, oldest first.

        Raises:
            LedgerTampered: The ledger does not verify.
        """
        self._settle()
        self._require_intact()
        return list(self._events)

    def head(self) -> Head:
        """Return the latest entry's hash and signature.

        Raises:
            LedgerTampered: The ledger does not verify.
        """
        self._require_intact()
        key = public_key(self._store.device_key()).hex()
        if self._last is None:
            return Head(0, GENESIS.hex(), "", key)
        return Head(self._last.seq, self._last.hash.hex(), self._last.signature.hex(), key)

    def receipt(self, purpose: str) -> dict[str, object]:
        """Return the consent receipt of a purpose; see `edge_engine.consent.receipt`.

        Raises:
            InputError: There is nothing to give a receipt for.
            LedgerTampered: The ledger does not verify.
        """
        from edge_engine.consent.receipt import receipt  # noqa: PLC0415 - receipts are rare

        return receipt(self, purpose)

    def attest(self, content: bytes) -> str:
        """Return the device key's Ed25519 signature of something that is handed over, hexadecimal.

        Raises:
            LedgerTampered: The ledger does not verify.
        """
        self._require_intact()
        from edge_engine.consent.evidence import attested  # noqa: PLC0415 - seldom asked for

        return attested(self._store.device_key(), content)

    def verify(self) -> None:
        """Read the whole ledger again and check every entry, every link and every signature.

        Raises:
            LedgerTampered: Something is not as it was written; from now on everything but own access is denied.
            VaultError: The store cannot be read.
        """
        with self._lock:
            self._load(every_signature=True)
            self._require_intact()

    def when_ended(self, forget: Callable[[str], None]) -> None:
        """Have a purpose's name told to ``forget`` when consent to it ends, before the withdrawal returns."""
        self._forgetting.append(forget)

    def close(self) -> None:
        """Note what has expired and end every grant; the ledger allows nothing more."""
        with self._lock:
            self._settle()
            self._closed = True

    # -- what grants ask -----------------------------------------------------------------------------------------

    def honour(self, grant: Grant) -> None:
        """Return when a grant that this ledger minted still holds.

        Takes no lock and touches no store: it is called while a store is being read.

        Raises:
            GrantExpired: It ran out, its consent ended or was given anew, or the ledger is closed.
            PurposeDenied: The ledger does not verify.
        """
        if self._closed:
            raise GrantExpired("the store was closed")
        wall = self._clock.now().astimezone(UTC)
        now = self._high = max(self._high, wall)
        if now >= grant.not_after:
            raise GrantExpired("the grant ran out")
        if grant.epoch == 0:
            return
        if self._damage:
            self._deny(grant.purpose, TAMPERED)
        event = self._latest[grant.purpose]
        if event.seq != grant.epoch or event.kind is not EventKind.GRANT:
            raise GrantExpired(_ENDED)
        # Worked out once an event: neither it nor the policy ever changes, and every use of a grant asks.
        known = self._terms.get(grant.purpose)
        if known is None or known[0] is not event:
            known = self._terms[grant.purpose] = (event, *terms(self._policy, event))
        if now >= known[1] or wall >= known[2]:
            raise GrantExpired(_ENDED)

    def serves(self, store: object) -> bool:
        """Return whether this ledger is kept in ``store``."""
        return self._store is store

    # -- time ----------------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """Return the ledger's time, aware UTC: the clock's, but never earlier than what was seen before."""
        self._high = max(self._high, self._clock.now().astimezone(UTC))
        return self._high

    def _read_time(self) -> Standing:
        """Return what is decided by now; touches no store."""
        stopped = CLOSED if self._closed else TAMPERED if self._damage else ""
        return Standing(self._policy, self._latest, self.now(), self._clock.now().astimezone(UTC), stopped)

    def _standing(self) -> Standing:
        """Return what is decided by now, once what has ended is noted."""
        self._settle()
        return self._read_time()

    def _settle(self) -> None:
        """Note consents that ended by themselves, and withdrawals the store would not take; delete what they made."""
        if self._damage or self._closed:
            return
        with self._lock:
            if self._stale and not self._reloaded():
                return
            for purpose, event in list(self._latest.items()):
                if purpose in self._unkept:
                    self._try_append(EventKind.WITHDRAW, purpose)
                elif event.kind is EventKind.GRANT and not (standing := self._read_time()).is_live(event):
                    self._try_append(EventKind.EXPIRE, purpose, ended=standing.expiry(event))

    def _mark_time(self) -> None:
        """Note that time has moved on, so that a clock set back later revives nothing."""
        live = any(event.kind is EventKind.GRANT for event in self._latest.values())
        if live and not self._damage and self.now() - self._events[-1].at > MARK_EVERY:
            self._try_append(EventKind.SEEN, "")

    def _try_append(self, kind: EventKind, purpose: str, *, ended: datetime | None = None) -> None:
        """Append an event that nobody waits for; where the store cannot take it now, it is tried again later.

        What it would say holds in this process already.
        """
        try:
            self._append(kind, purpose, ended=ended)
        except EdgeError:
            return

    def _reloaded(self) -> bool:
        """Read the store again after it refused an event; return whether that worked and the ledger verifies."""
        try:
            self._load()
        except EdgeError:
            return False
        return not self._damage

    # -- keeping -------------------------------------------------------------------------------------------------

    def _load(self, *, every_signature: bool = False) -> None:
        """Read and check the store; what does not verify is remembered as damage and denies."""
        stored = self._store.events()
        try:
            events = unseal(stored, self._seed(stored), every_signature=every_signature)
        except LedgerTampered as error:
            self._damage = error.message
            return
        kept = len(self._events)
        if len(stored) < kept or (kept and stored[kept - 1] != self._last):
            self._damage = "entries of the consent ledger are missing"
            return
        self._damage, self._stale = "", False
        self._events = events
        self._last = stored[-1] if stored else None
        latest = {event.purpose: event for event in events if event.kind is not EventKind.SEEN}
        self._unkept = {
            purpose
            for purpose in self._unkept
            if (event := latest.get(purpose)) is None or event.kind is not EventKind.WITHDRAW
        }
        self._latest = latest | {purpose: self._latest[purpose] for purpose in self._unkept}
        if events:
            self._high = max(self._high, events[-1].at)

    def _seed(self, stored: Sequence[StoredEvent]) -> bytes:
        """Return the device key where there is something to check with it."""
        return self._store.device_key() if stored else b""

    def _append(
        self,
        kind: EventKind,
        purpose: str,
        agreement: Agreement | None = None,
        *,
        ended: datetime | None = None,
    ) -> tuple[ConsentEvent, dict[str, int]]:
        """Keep one more event; what the purpose made is deleted unless the event grants it."""
        if self._stale:
            self._load()
            self._require_intact()
        event = self._event(kind, purpose, agreement, ended)
        stored = seal(event, self._last.hash if self._last else GENESIS, self._store.device_key())
        ends = kind in (EventKind.WITHDRAW, EventKind.EXPIRE)
        self._stale = True
        removed = self._store.append(stored, purge=(purpose,) if ends else ())
        self._stale = False
        self._last = stored
        self._events.append(event)
        if kind is not EventKind.SEEN:
            self._latest[purpose] = event
            self._unkept.discard(purpose)
        if ends:
            for forget in self._forgetting:
                forget(purpose)
        return event, removed

    def _event(
        self,
        kind: EventKind,
        purpose: str,
        agreement: Agreement | None = None,
        ended: datetime | None = None,
    ) -> ConsentEvent:
        now = self.now()
        # An end is noted when somebody next looks; it came when it came.
        expires = now + timedelta(days=agreement.days) if agreement else min(ended, now) if ended else None
        clock = self._clock.now().astimezone(UTC)
        return ConsentEvent(SCHEMA, len(self._events) + 1, kind, purpose, now, clock, expires, agreement)

    def _agreement(self, purpose: Purpose, days: int) -> Agreement:
        policy = self._policy
        return Agreement(
            policy=policy.version,
            digest=policy.digest,
            issued=policy.issued,
            controller=policy.controller,
            title=purpose.title,
            why=purpose.why,
            gained=purpose.gained,
            lost=purpose.lost,
            terms=purpose.dpv,
            days=days,
            rules=policy.speaking_of(purpose.id),
            columns={term: policy.data[term].columns for term in sorted(policy.allowed_data(purpose.id))},
        )

    def _consentable(self, purpose: str) -> Purpose | None:
        """Return a purpose that consent is the basis of, None where today's policy has no such purpose."""
        arguments.text(purpose, "a purpose is named by its identifier, a text")
        self._require_intact()
        if purpose == OWN_ACCESS:
            raise PurposeDenied(
                "your own access to your data needs no consent and cannot be switched off",
                purpose=purpose,
                rule="own-access",
            )
        return self._policy.purposes.get(purpose)

    def _require_intact(self) -> None:
        if self._damage:
            raise LedgerTampered(self._damage)

    def _deny(self, purpose: str, rule: str) -> Never:
        raise PurposeDenied(wording.fixed(rule), purpose=purpose, rule=rule)
