"""The outbox: contributions are sealed, wait for their moment, and leave under a consent that is checked as they go.

# INVARIANT: no request is made while the store is held (ADR 13), and none without grants that hold at that moment.
# INVARIANT: the bytes of a report are on the disk before they leave, so that every attempt sends the same report.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Final

from edge_engine.errors import ConsentError, ServersChanged, SignalError
from edge_engine.signals.noise import uniform
from edge_engine.signals.permission import check, permit
from edge_engine.signals.tasks import meaning_of, measurement_of, task_of
from edge_engine.vault.signals import Drop, Limits, SentState
from edge_engine_sync.client import OUTDATED, Client, Delivery
from edge_engine_sync.errors import ServerBusy, SyncError, Unreachable, UploadRefused
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
    KNOWN = 4  # the leader has it from an attempt before, or closed its batch without it; it says the same of both


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
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.grants: tuple[Grant, ...] = ()

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
        return transport.request(method, url, headers, body)


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
            grants = permit(self._ledger, signal)
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

    def _is_elsewhere(self, row: Waiting) -> bool:
        """Tell whether a report was sealed for other servers, or another task of theirs, than are named now.

        It is bound to them and nobody else can open it. It waits, as long as anything may, for them to be named again:
        a typing error in an address loses nothing.
        """
        if row.report is None:
            return False
        return row.task != task_of(self._catalogue.signal(row.signal), self._aggregators).task_id

    def require_addresses(self) -> None:
        """See that both servers could be asked, before anything is measured and charged for them.

        Raises:
            SyncError: An address is none that may be used.
        """
        from edge_engine_sync.transport import HttpsTransport  # noqa: PLC0415 - only who sends loads it

        if self._reporting.transport is None:
            checking = HttpsTransport(allow_loopback=self._reporting.loopback)
            for address in (self._reporting.leader, self._reporting.helper):
                checking.require(address)

    def run(self, *, hurry: bool) -> Run:
        """Seal what waits without a report and send what is due; what cannot be done now waits.

        Servers that do not answer are not asked about the next report in the same run.

        Args:
            hurry: Whether the moment drawn for each report does not matter.
        """
        done = Run()
        for row in self._waiting():
            try:
                self._handle(row, done, hurry=hurry)
            except ConsentError:
                continue  # it ended under way: what it allowed is gone
            except SyncError as problem:
                done.problems.append((row.signal, problem.code))
                if isinstance(problem, Unreachable | ServerBusy):
                    break
        return done

    def _handle(self, row: Waiting, done: Run, *, hurry: bool) -> None:
        # Once more: those before it took their time, and a signal may have ended meanwhile.
        reason = self._reason_to_drop(row)
        if reason is not None:
            with self._vault.writing(durable=True) as writer:
                writer.signals.drop(row.id, reason)
            return
        if self._is_elsewhere(row):
            done.problems.append((row.signal, ServersChanged.code))
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

        A fresh report is no second one: the leader has refused the first.

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
                if refusal.problem in _FOR_NOW:
                    raise
                if last or refusal.problem not in OUTDATED or not self._renew(row):
                    self._give_up(row)
                    return Outcome.REFUSED
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
        if delivery is Delivery.KNOWN:
            return self._settle_known(row, report)
        with self._vault.writing(durable=True) as writer:
            writer.signals.remove(row.id)
            writer.signals.end_sending(_id_of(report), SentState.TAKEN)
        return Outcome.TAKEN

    def _settle_known(self, row: Waiting, report: bytes) -> Outcome:
        """Take out a report that the leader says it knows; a leader says the same of one whose batch is closed.

        # INVARIANT: what the person is told of what left is true. Bytes that had never gone before cannot be known:
        # their batch was closed, and they are not counted. Of others nobody can say here, and that stays written.
        """
        with self._vault.writing(durable=True) as writer:
            if writer.signals.times_sent(_id_of(report)) == 1:
                writer.signals.end_sending(_id_of(report), SentState.REFUSED)
                writer.signals.drop(row.id, Drop.REFUSED)
                return Outcome.REFUSED
            writer.signals.remove(row.id)
        return Outcome.KNOWN

    def _renew(self, row: Waiting) -> bool:
        """Make a fresh report under the keys that the aggregators have now; False where there must be none.

        # INVARIANT: once in a contribution's life, and never of one that may have been taken: an earlier attempt whose
        # answer was lost may count already, and a fresh report would count beside it.
        """
        if row.attempts > 0:
            return False
        if self._reason_to_drop(row._replace(report=None)) is not None:
            return False
        configuration = self._task(self._catalogue.signal(row.signal)).configuration
        self._client.keys.forget(configuration.leader, configuration.helper)
        with self._vault.writing(durable=True) as writer:
            if row.report is not None:
                writer.signals.end_sending(_id_of(row.report), SentState.REFUSED)
            writer.signals.unseal(row.id)
        return self._seal(row)

    def _give_up(self, row: Waiting) -> None:
        with self._vault.writing(durable=True) as writer:
            if row.report is not None and writer.signals.times_sent(_id_of(row.report)) == 1:
                # After a lost answer it may have been taken: that is all that is known of it.
                writer.signals.end_sending(_id_of(row.report), SentState.REFUSED)
            writer.signals.drop(row.id, Drop.REFUSED)

    def _open(self, signal: Signal) -> tuple[Grant, ...]:
        """Return the grants of this moment, which the next requests are made under.

        Raises:
            PurposeDenied: A purpose that it takes is not granted.
        """
        self._transport.grants = ()
        self._transport.grants = permit(self._ledger, signal)
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
