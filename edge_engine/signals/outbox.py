"""The outbox: contributions are sealed, wait for their moment, and leave under a consent that is checked as they go.

# INVARIANT: no request is made while the store is held (ADR 13), and none without grants that hold at that moment.
# INVARIANT: the bytes of a report are on the disk before they leave, so that every attempt sends the same report.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Final

from edge_engine.errors import CatalogueChanged, ConsentError, ServersChanged, SignalError
from edge_engine.signals.catalogue import read_signal
from edge_engine.signals.noise import uniform
from edge_engine.signals.permission import check, consented, permit
from edge_engine.signals.tasks import Standing, meaning_of, measurement_of, standing, task_of
from edge_engine.vault.signals import Drop, Limits, SentState
from edge_engine_sync.client import OUTDATED, Client, Delivery
from edge_engine_sync.errors import ServerBusy, SyncError, Unreachable, UploadError, UploadRefused
from edge_engine_sync.keys import resource
from edge_engine_sync.messages import Report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_engine.consent.grant import Grant
    from edge_engine.consent.ledger import Ledger
    from edge_engine.signals.catalogue import Catalogue, Signal
    from edge_engine.signals.configuration import Reporting
    from edge_engine.signals.tasks import Aggregators
    from edge_engine.vault.signals import Waiting
    from edge_engine.vault.store import Vault
    from edge_engine_sync.task import Task
    from edge_engine_sync.transport import Answer, Transport

_FOR_NOW: Final = frozenset({"unrecognizedTask", "report_too_early"})
"""Refusals that pass: a task that the leader is given later, a clock that is behind. The same bytes go again."""

_LONGEST_PAUSE: Final = 86_400
_DOUBLINGS: Final = 8


class Outcome(Enum):
    """What became of sending one report."""

    TAKEN = 1
    REFUSED = 2
    GONE = 3  # consent ended meanwhile, or somebody else took it out
    KNOWN = 4  # the leader has it from before, or closed its batch without it; it says the same of both


@dataclass(slots=True)
class Run:
    """What one run did; signals by identifier.

    Attributes:
        sealed: Reports were made for these.
        taken: The leader has the reports of these.
        refused: The leader refused the reports of these.
        known: The leader has the reports of these from before, or closed their batch without them.
        problems: (signal, code of the error) of what is tried again later.
    """

    sealed: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


class GuardedTransport:
    """A transport that asks for the grants before each request, keys and retries included.

    Args:
        transport: Makes the request.

    Attributes:
        grants: Under which the next requests are made.
        asked: Address of the latest request.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.grants: tuple[Grant, ...] = ()
        self.asked = ""

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Make a request under the grants of the moment.

        Raises:
            GrantExpired: One of them ended; nothing was sent.
            SignalError: There are none.
        """
        if not self.grants:
            raise SignalError("nothing is sent without a grant")
        from edge_engine_sync.transport import HttpsTransport  # noqa: PLC0415 - only who sends loads it

        check(self.grants)
        transport = self._transport
        if isinstance(transport, HttpsTransport):
            # Connecting takes its time, and a server may lead on: it is asked again before each byte that goes.
            transport = replace(transport, allowed=partial(check, self.grants))
        self.asked = url
        return transport.request(method, url, headers, body)


@dataclass(slots=True)
class _Held:
    """What is not asked again in one run.

    Attributes:
        silent: Addresses of servers that did not answer.
        busy: Identifiers of tasks that were told to come back later.
        keys: Whether a server could not give its keys.
    """

    silent: set[str] = field(default_factory=set)
    busy: set[bytes] = field(default_factory=set)
    keys: bool = False

    def keeps(self, row: Waiting, servers: Aggregators) -> bool:
        """Tell whether a row waits for another run: a report goes to the leader, and to seal one takes both."""
        if row.report is None:
            return self.keys or bool(self.silent)
        return row.task in self.busy or servers.leader in self.silent

    def note(self, problem: SyncError, row: Waiting, asked: str, servers: Aggregators) -> None:
        """Note what a problem keeps from being asked again."""
        if isinstance(problem, Unreachable):
            self.silent.update(
                one for one in (servers.leader, servers.helper) if asked.startswith(resource(one, ""))
            )
        elif isinstance(problem, ServerBusy):
            self.keys = self.keys or asked.endswith("/hpke_config")
            self.busy.add(row.task)


class Outbox:
    """Seals and sends what waits.

    Args:
        vault: Where it waits.
        ledger: Asked for consent at the moment of sending.
        catalogue: The signals as they are now; what is not there any more does not leave.
        reporting: How it is sent.
        aggregators: To whom.
    """

    def __init__(
        self,
        vault: Vault,
        ledger: Ledger,
        catalogue: Catalogue,
        reporting: Reporting,
        aggregators: Aggregators,
    ) -> None:
        self._vault = vault
        self._ledger = ledger
        self._catalogue = catalogue
        self._reporting = reporting
        self._aggregators = aggregators
        self._transport = GuardedTransport(reporting.transport or _https(loopback=reporting.loopback))
        self._client = Client(
            self._transport,
            clock=lambda: ledger.now().timestamp(),
            randomness=reporting.randomness,
            attempts=1,  # the outbox tries again, much later
            headers=reporting.headers,
        )

    def tidy(self) -> int:
        """Drop what may not or need not leave any more, and what is beyond the bounds; return how many rows went."""
        with self._vault.writing(durable=True) as writer:
            dropped = writer.signals.keep_within(self._reporting.limits or Limits())
            rows = writer.signals.waiting()
        doomed = [(row.id, reason) for row in rows if (reason := self._reason_to_drop(row)) is not None]
        if doomed:
            with self._vault.writing(durable=True) as writer:
                dropped += sum(writer.signals.drop(row_id, reason) for row_id, reason in doomed)
        return dropped

    def _reason_to_drop(self, row: Waiting) -> Drop | None:
        """Return why a row must not be sent: it expired, is not allowed, or is for other servers."""
        now = self._ledger.now()
        signal = self._catalogue.signals.get(row.signal)
        if signal is None or now.date() >= signal.expires:
            return Drop.EXPIRED
        try:
            if row.report is None:
                grants = permit(self._ledger, self._catalogue, signal)
            else:
                # Sealed for the catalogue of its time, it waits for that one; `_open` asks what was agreed to.
                grants = consented(self._ledger, signal)
        except ConsentError:
            return Drop.DENIED
        if {grant.purpose for grant in grants} != set(row.purpose.split()):
            return Drop.DENIED
        if row.report is None and not self._counts(signal, row.task):
            return Drop.TASK
        if row.report is None and signal.window(int(now.timestamp())) - 1 > row.window:
            # Sealed now it would count in the window of the next contribution.
            return Drop.AGE
        return None

    def _counts(self, signal: Signal, task: bytes) -> bool:
        """Tell whether what was measured for a task, and not sealed yet, is what the signal counts today.

        To whom it goes is settled when it is sealed; before, a row has the identifier of what it means.
        """
        return task in (meaning_of(signal), task_of(signal, self._aggregators).task_id)

    def _elsewhere(self, row: Waiting) -> type[ServersChanged | CatalogueChanged] | None:
        """Return why a sealed report is of another task than today's: other servers, or another catalogue.

        It is bound to its task and nobody else can open it. It waits, as long as anything may, for its own to be there
        again: a typing error in an address loses nothing.
        """
        if row.report is None:
            return None
        signal = self._catalogue.signal(row.signal)
        how = standing(signal, read_signal(row.told), row.task, self._aggregators)
        if how is Standing.CATALOGUE:
            return CatalogueChanged
        return ServersChanged if how is Standing.SERVERS else None

    def require_addresses(self) -> None:
        """See that both servers could be asked, before anything is measured and charged for them.

        Raises:
            SyncError: An address is none that may be used.
        """
        from edge_engine_sync.transport import HttpsTransport  # noqa: PLC0415 - only who sends loads it

        checking = HttpsTransport(allow_loopback=self._reporting.loopback)
        for address in (self._reporting.leader, self._reporting.helper):
            checking.require(address)

    def run(self, *, hurry: bool) -> Run:
        """Seal what waits without a report and send what is due; what cannot be done now waits.

        A server that does not answer is not asked again in the same run, nor is a task that is busy; all others are.
        What was tried least comes first, so that no report that fails each time keeps others from their turn.

        Args:
            hurry: Whether the moment drawn for each report does not matter.
        """
        done, held = Run(), _Held()
        for row in sorted(self._waiting(), key=lambda row: (row.attempts, row.id)):
            if held.keeps(row, self._aggregators):
                continue
            try:
                self._handle(row, done, hurry=hurry)
            except ConsentError:
                continue  # it ended under way: what it allowed is gone
            except SyncError as problem:
                done.problems.append((row.signal, problem.code))
                held.note(problem, row, self._transport.asked, self._aggregators)
                if isinstance(problem, ServerBusy) and problem.retry_after:
                    self._put_off(row, problem.retry_after)
        return done

    def _put_off(self, row: Waiting, asked: float) -> None:
        """Wait as long as a server asks, a day at most, and a little longer so that not all come at one moment."""
        pause = min(int(asked), _LONGEST_PAUSE)
        due = self._seconds() + pause + uniform(self._reporting.randomness, self._reporting.retry_seconds)
        with self._vault.writing() as writer:
            writer.signals.put_off(row.id, due)

    def _handle(self, row: Waiting, done: Run, *, hurry: bool) -> None:
        # Once more: those before it took their time, and a signal may have ended meanwhile.
        reason = self._reason_to_drop(row)
        if reason is not None:
            with self._vault.writing(durable=True) as writer:
                writer.signals.drop(row.id, reason)
            return
        if (elsewhere := self._elsewhere(row)) is not None:
            done.problems.append((row.signal, elsewhere.code))
            return
        if row.report is None:
            if not self._seal(row):
                return
            done.sealed.append(row.signal)
        if hurry or row.due <= self._seconds():
            outcome = self._send(row.id)
            if outcome is Outcome.TAKEN:
                done.taken.append(row.signal)
            elif outcome is Outcome.REFUSED:
                done.refused.append(row.signal)
            elif outcome is Outcome.KNOWN:
                done.known.append(row.signal)

    def _seal(self, row: Waiting) -> bool:
        """Make a row's report and keep its bytes; False where the row is gone.

        Raises:
            ConsentError: It may not leave.
            SyncError: The aggregators' keys cannot be had.
        """
        signal = self._catalogue.signal(row.signal)
        grants = self._open(signal)
        task = self._task(signal)
        report = self._client.prepare(task, measurement_of(signal, row.shared))
        with self._vault.writing(durable=True) as writer:
            check(grants)
            return writer.signals.seal(row.id, _id_of(report), report, task.task_id)

    def _send(self, row_id: int) -> Outcome:
        """Send a report; where the leader finds its keys outdated, make one fresh report and send that.

        A fresh report is no second one: the leader has refused the first at every attempt.

        Source: draft-ietf-ppm-dap-18, section 4.4.2.

        Raises:
            ConsentError: It may not leave.
            SyncError: No answer came, or none of the protocol.
        """
        for last in (False, True):
            row = self._row(row_id)
            if row is None or row.report is None:
                return Outcome.GONE
            try:
                return self._upload(row)
            except UploadRefused as refusal:
                lost = self._note_untaken(row, certain=refusal.certain)
                if refusal.problem in _FOR_NOW:
                    raise
                if last or refusal.problem not in OUTDATED or lost or not self._renew(row):
                    self._give_up(row, lost=lost)
                    return Outcome.REFUSED
            except UploadError as failure:
                self._note_untaken(row, certain=not failure.sent)
                raise
        return Outcome.REFUSED

    def _upload(self, row: Waiting) -> Outcome:
        """Make one attempt.

        Raises:
            ConsentError: It may not leave.
            SyncError: The leader does not take it, or did not answer; the very same bytes may go again.
        """
        signal = self._catalogue.signal(row.signal)
        grants = self._open(signal)
        with self._vault.writing(durable=True) as writer:
            check(grants)
            report = writer.signals.begin_sending(row.id, self._next_attempt(row.attempts))
        if report is None:
            return Outcome.GONE
        delivery = self._client.upload(self._task(signal), report)
        with self._vault.writing(durable=True) as writer:
            writer.signals.remove(row.id)
            if delivery is not Delivery.KNOWN:
                writer.signals.end_sending(_id_of(report), SentState.TAKEN)
        # INVARIANT: what the person is told of what left is true. A leader says "replayed" of a report that it has and
        # of one whose batch it closed. Which it is nobody knows here, not even where the store has no attempt before:
        # it may have been put back from an older copy. So it stays written that the report may have left.
        return Outcome.KNOWN if delivery is Delivery.KNOWN else Outcome.TAKEN

    def _note_untaken(self, row: Waiting, *, certain: bool) -> bool:
        """Write that the latest attempt was not taken, where that is certain; tell whether any may have been.

        It is where the leader refused it or no connection was made. It is not where a redirect was followed: whoever
        led on had the report too, and may have acted on it.
        """
        if certain:
            with self._vault.writing(durable=True) as writer:
                writer.signals.note_answer(row.id)
        now = self._row(row.id)
        return now is not None and now.lost > 0

    def _renew(self, row: Waiting) -> bool:
        """Make a fresh report under the keys that the aggregators have now; False where there must be none.

        # INVARIANT: once a run, and never of one that may have been taken: an attempt whose answer was lost may count
        # already, and a fresh report would count beside it. Attempts that the leader refused count nowhere.
        """
        if self._reason_to_drop(row._replace(report=None)) is not None:
            return False
        configuration = self._task(self._catalogue.signal(row.signal)).configuration
        self._client.keys.forget(configuration.leader, configuration.helper)
        with self._vault.writing(durable=True) as writer:
            if row.report is not None:
                writer.signals.end_sending(_id_of(row.report), SentState.REFUSED)
            writer.signals.unseal(row.id)
        return self._seal(row)

    def _give_up(self, row: Waiting, *, lost: bool) -> None:
        with self._vault.writing(durable=True) as writer:
            if row.report is not None and not lost:
                # After a lost answer it may have been taken: that is all that is known of it.
                writer.signals.end_sending(_id_of(row.report), SentState.REFUSED)
            writer.signals.drop(row.id, Drop.REFUSED)

    def _open(self, signal: Signal) -> tuple[Grant, ...]:
        """Return the grants of this moment, which the next requests are made under.

        Raises:
            PurposeDenied: A purpose that it takes is not granted.
        """
        self._transport.grants = ()
        self._transport.grants = permit(self._ledger, self._catalogue, signal)
        return self._transport.grants

    def _waiting(self) -> list[Waiting]:
        with self._vault.writing() as writer:
            return writer.signals.waiting()

    def _row(self, row_id: int) -> Waiting | None:
        return next((row for row in self._waiting() if row.id == row_id), None)

    def _task(self, signal: Signal) -> Task:
        return task_of(signal, self._aggregators)

    def _seconds(self) -> int:
        return int(self._ledger.now().timestamp())

    def _next_attempt(self, attempts: int) -> int:
        pause = min(self._reporting.retry_seconds << min(attempts, _DOUBLINGS), _LONGEST_PAUSE)
        return self._seconds() + pause + uniform(self._reporting.randomness, pause)


def _id_of(report: bytes) -> bytes:
    return Report.decode(report).metadata.report_id


def _https(*, loopback: bool) -> Transport:
    from edge_engine_sync.transport import HttpsTransport  # noqa: PLC0415 - loads TLS

    return HttpsTransport(allow_loopback=loopback)
