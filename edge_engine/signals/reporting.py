"""Signals as the engine offers them: what could be counted, what waits, what left, and sending it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from edge_engine.consent.purpose import OWN_ACCESS, Gate, Recipient
from edge_engine.errors import PurposeDenied, SignalError
from edge_engine.signals import preview as views
from edge_engine.signals.budget import affordable
from edge_engine.signals.catalogue import read_signal
from edge_engine.vault import signal_queries

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_engine.consent.ledger import Ledger
    from edge_engine.signals.catalogue import Catalogue, Signal
    from edge_engine.signals.collection import Collection
    from edge_engine.signals.configuration import Reporting
    from edge_engine.signals.decided import Decided
    from edge_engine.signals.outbox import Outbox
    from edge_engine.signals.tasks import Aggregators
    from edge_engine.vault.query import Query
    from edge_engine.vault.signal_queries import ChargeRow, WaitingRow
    from edge_engine.vault.store import Vault

R = TypeVar("R", bound=tuple[object, ...])


class Signals:
    """What may be counted over many people. Every method checks consent anew; looking needs none but own access.

    Args:
        vault: Where everything is.
        ledger: Asked for consent each time.
        reporting: What the host gave.
        ready: Raises where the store is closed or suspended.
        decided: Tells of decisions.
    """

    def __init__(
        self,
        vault: Vault,
        ledger: Ledger,
        reporting: Reporting,
        ready: Callable[[], None],
        decided: Decided,
    ) -> None:
        self._vault = vault
        self._ledger = ledger
        self._reporting = reporting
        self._ready = ready
        self._decided = decided
        self._one_at_a_time = threading.Lock()
        self._outbox: Outbox | None = None

    @property
    def catalogue(self) -> Catalogue:
        """The signals that there are.

        Raises:
            PolicyError: The catalogue that ships with the engine does not fit the policy.
        """
        from edge_engine.signals.catalogue import Catalogue  # noqa: PLC0415 - read when first asked for

        return self._reporting.catalogue or Catalogue.default()

    def state(self) -> list[views.SignalView]:
        """Return every signal with its state on this device."""
        self._ready()
        return [self._view(signal) for signal in self.catalogue]

    def preview(self) -> list[views.Preview]:
        """Return every contribution that waits, with its exact bytes once they are made, and what would come next.

        Nothing is charged, drawn or sent by looking.
        """
        self._ready()
        waiting = self._own(signal_queries.SIGNAL_OUTBOX)
        charges = self._own(signal_queries.SIGNAL_CHARGES)  # after it: what waits was charged before
        shown = [self._waiting(row, charges) for row in waiting]
        given: dict[str, int] = {}
        for charge in charges:
            given[charge.signal] = max(given.get(charge.signal, 0), charge.ends)
        seconds, budget = self._seconds(), self.catalogue.budget
        _, counting = views.counting(budget, charges, seconds)
        losses = views.losses_of(counting)
        for signal in self.catalogue:
            window = signal.window(seconds) - 1
            if self._view(signal).state != "on" or given.get(signal.id, 0) > signal.bounds(window)[0]:
                continue
            # In the order in which they would be charged: each takes of what those before it leave.
            with_it = [*losses, (signal.loss, signal.pure)]
            affords = affordable(budget, with_it)
            losses = with_it if affords else losses
            shown.append(self._next(signal, window, affords=affords))
        return shown

    def sent(self) -> list[views.SentReport]:
        """Return everything that left this device, or may have, oldest first; it is kept whatever is withdrawn."""
        self._ready()
        return [views.of_sent(row) for row in self._own(signal_queries.SIGNAL_SENT)]

    def budget(self) -> views.BudgetView:
        """Return the privacy budget of this device."""
        self._ready()
        return views.of_budget(
            self.catalogue.budget, self._own(signal_queries.SIGNAL_CHARGES), self._seconds()
        )

    def dropped(self) -> list[views.Dropped]:
        """Return what was not sent, and why."""
        self._ready()
        return [views.of_drop(row) for row in self._own(signal_queries.SIGNAL_DROPS)]

    def contribute(self, signal_id: str) -> bool:
        """Measure one signal's last whole window, charge the budget and put it into the outbox.

        Returns:
            False where the window was given before.

        Raises:
            InputError: There is no such signal.
            PurposeDenied: A purpose that it takes is not granted.
            BudgetExhausted: The privacy budget of this epoch does not reach.
            SignalError: It cannot be measured, has expired, or no servers are named.
        """
        from edge_engine.signals.permission import consented  # noqa: PLC0415
        from edge_engine_sync.errors import SyncError  # noqa: PLC0415

        self._ready()
        signal = self.catalogue.signal(signal_id)
        consented(self._ledger, signal)  # what exactly was agreed to is asked when it is measured
        aggregators = self._aggregators()
        try:
            self._made_outbox(aggregators).require_addresses()
            return self._collection(aggregators).contribute(signal)
        except SyncError as error:
            raise SignalError(error.message) from None

    def sync(self, *, hurry: bool = False) -> views.SyncReport:
        """Measure what is due, seal it, and send what has reached its moment.

        Purposes that are off are passed over in silence: nothing of theirs is measured, charged or sent.

        Args:
            hurry: Whether reports go at once and not at the random moment drawn for each.

        Raises:
            SignalError: No servers are named, or an address is none that may be used.
        """
        from edge_engine_sync.errors import SyncError  # noqa: PLC0415

        self._ready()
        aggregators = self._aggregators()
        with self._one_at_a_time:
            over: list[str] = []
            collection = self._collection(aggregators)
            try:
                outbox = self._made_outbox(aggregators)
                outbox.require_addresses()
                measured = collection.collect(lambda signal, _: over.append(signal.id))
                dropped = outbox.tidy()
                done = outbox.run(hurry=hurry)
            except SyncError as error:
                # The package speaks of itself; converted once, here.
                raise SignalError(error.message) from None
            dropped += outbox.tidy()
        waiting = self._own(signal_queries.SIGNAL_OUTBOX)
        due = min((row.due for row in waiting), default=None)
        return views.SyncReport(
            measured=measured,
            sealed=done.sealed,
            sent=done.taken,
            refused=done.refused,
            known=done.known,
            over_budget=over,
            problems=dict(done.problems),
            dropped=dropped,
            waiting=len(waiting),
            next=None if due is None else datetime.fromtimestamp(due, UTC),
        )

    # -- how ---------------------------------------------------------------------------------------------------

    def _view(self, signal: Signal) -> views.SignalView:
        state, why = self._state(signal)
        return views.SignalView(
            id=signal.id,
            title=signal.title,
            counts=signal.counts,
            state=state,
            why=why,
            purposes=signal.purposes,
            epsilon=signal.epsilon,
            noise=views.noise_in_words(signal),
            every_days=signal.cadence_days,
            min_batch=signal.min_batch,
            expires=signal.expires,
        )

    def _state(self, signal: Signal) -> tuple[str, str]:
        from edge_engine.signals.permission import permit  # noqa: PLC0415 - with the rest

        if not signal.measured:
            return "not_measured", signal.missing
        if self._ledger.now().date() >= signal.expires:
            return "expired", "Its time in the catalogue is over."
        try:
            grants = permit(self._ledger, self.catalogue, signal)
        except PurposeDenied as denial:
            return "off", denial.message
        return "on", ", ".join(sorted({grant.rule for grant in grants}))

    def _waiting(self, row: WaitingRow, charges: list[ChargeRow]) -> views.Preview:
        signal = read_signal(row.told)
        if signal is None and row.report is None:
            # It is not said what it was charged as; it leaves as the signal of today, or not at all.
            signal = self.catalogue.signals.get(row.signal)
        sizes = self._sizes(signal, row.report)
        # Nothing waits that was not charged first, in the same transaction.
        charge = next(one for one in charges if (one.signal, one.window) == (row.signal, row.window))
        return views.of_waiting(signal, row, sizes, self._waits_for(row), charge)

    def _waits_for(self, row: WaitingRow) -> str:
        """Return the state of a row: see `edge_engine.signals.preview.Preview`."""
        from edge_engine.signals.tasks import Standing, standing  # noqa: PLC0415 - loads the protocol

        if row.report is None:
            return "charged"
        named = self._aggregators() if self._reporting.leader else None
        return {
            Standing.SAME: "sealed",
            Standing.SERVERS: "other_servers",
            Standing.CATALOGUE: "other_catalogue",
        }[standing(self.catalogue.signals.get(row.signal), read_signal(row.told), row.task, named)]

    def _next(self, signal: Signal, window: int, *, affords: bool) -> views.Preview:
        from edge_engine.signals.collection import measured_in  # noqa: PLC0415 - loads the protocol

        measured = measured_in(self._vault, self._ledger, signal, window, self._decided)
        return views.of_next(
            signal, window, measured, self._sizes(signal, None), self._seconds(), affordable=affords
        )

    def _sizes(self, signal: Signal | None, report: bytes | None) -> views.Sizes:
        from edge_engine.signals.sizes import sizes_of  # noqa: PLC0415 - loads the protocol

        return sizes_of(signal, report)

    def _collection(self, aggregators: Aggregators) -> Collection:
        from edge_engine.signals.collection import Collection  # noqa: PLC0415 - loads the protocol

        return Collection(
            self._vault, self._ledger, self.catalogue, self._reporting, aggregators, self._decided
        )

    def _made_outbox(self, aggregators: Aggregators) -> Outbox:
        """Return the outbox, made once so that the aggregators' keys are kept as long as they say."""
        from edge_engine.signals.outbox import Outbox  # noqa: PLC0415 - loads the protocol

        if self._outbox is None:
            self._outbox = Outbox(self._vault, self._ledger, self.catalogue, self._reporting, aggregators)
        return self._outbox

    def _aggregators(self) -> Aggregators:
        from edge_engine.signals.tasks import Aggregators  # noqa: PLC0415 - loads the protocol

        if not self._reporting.leader:
            raise SignalError("no servers are named that could add signals up; nothing is measured or sent")
        return Aggregators(self._reporting.leader, self._reporting.helper)

    def _own(self, query: Query[R]) -> list[R]:
        grant = self._ledger.mint(OWN_ACCESS, Gate.READ, recipient=Recipient.PERSON)
        with self._vault.reading(grant) as reader:
            return reader.rows(query)

    def _seconds(self) -> int:
        return int(self._ledger.now().timestamp())
