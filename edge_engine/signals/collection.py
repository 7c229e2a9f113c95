"""Measuring: each signal once a window, charged to the budget and put into the outbox in one durable step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_engine.errors import BudgetExhausted, ConsentError, SignalError
from edge_engine.signals.budget import affordable
from edge_engine.signals.measure import measure
from edge_engine.signals.noise import uniform
from edge_engine.signals.permission import check, permit
from edge_engine.signals.randomize import randomize
from edge_engine.signals.readings import Readings
from edge_engine.signals.tasks import meaning_of, task_of
from edge_engine.vault.signals import Charged, Contribution

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_engine.consent.ledger import Ledger
    from edge_engine.signals.catalogue import Catalogue, Signal
    from edge_engine.signals.configuration import Reporting
    from edge_engine.signals.decided import Decided
    from edge_engine.signals.measure import Measurement
    from edge_engine.signals.tasks import Aggregators
    from edge_engine.vault.store import Vault


class Collection:
    """Measures what is due.

    Args:
        vault: Where facts, budget and outbox are.
        ledger: Asked for consent each time; its time never runs backwards.
        catalogue: The signals.
        reporting: How they are collected.
        aggregators: For whom.
        decided: Tells of decisions.
    """

    def __init__(
        self,
        vault: Vault,
        ledger: Ledger,
        catalogue: Catalogue,
        reporting: Reporting,
        aggregators: Aggregators,
        decided: Decided,
    ) -> None:
        self._vault = vault
        self._ledger = ledger
        self._catalogue = catalogue
        self._reporting = reporting
        self._aggregators = aggregators
        self._decided = decided

    def collect(self, stopped: Callable[[Signal, SignalError], None]) -> list[str]:
        """Contribute to every signal that is measured, allowed, not expired and not given for its last whole window.

        Args:
            stopped: Told of each signal that the budget does not reach for.

        Returns:
            Signals that were contributed to.
        """
        with self._vault.writing() as writer:
            latest = writer.signals.latest_ends()
        now = self._ledger.now()
        given = []
        for signal in self._catalogue:
            begins, _ = signal.bounds(signal.window(int(now.timestamp())) - 1)
            if not signal.measured or now.date() >= signal.expires or latest.get(signal.id, 0) > begins:
                continue
            try:
                if self.contribute(signal):
                    given.append(signal.id)
            except BudgetExhausted as refusal:
                stopped(signal, refusal)
            except ConsentError:
                continue
        return given

    def contribute(self, signal: Signal) -> bool:
        """Measure a signal's last whole window, charge the budget and put the contribution into the outbox.

        Nothing is split before the charge is on the disk; what a crash leaves is in the outbox or was never charged.

        Returns:
            False where the window was given before, in part or as a whole.

        Raises:
            PurposeDenied: A purpose that it takes is not granted.
            GrantExpired: One ended meanwhile; nothing was charged.
            BudgetExhausted: The budget of this epoch does not reach; nothing was charged.
            SignalError: The signal cannot be measured, or has expired.
        """
        now = self._ledger.now()
        seconds = int(now.timestamp())
        if not signal.measured:
            raise SignalError("this signal cannot be measured yet")
        if now.date() >= signal.expires:
            raise SignalError("this signal has expired")
        window = signal.window(seconds) - 1
        begins, ends = signal.bounds(window)
        grants = permit(self._ledger, self._catalogue, signal)
        # An address that no task can have is refused before anything is measured or charged.
        task_of(signal, self._aggregators)
        randomness = self._reporting.randomness
        measured = measured_in(self._vault, self._ledger, signal, window, self._decided)
        contribution = Contribution(
            signal=signal.id,
            window=window,
            begins=begins,
            ends=ends,
            at=seconds,
            epoch=self._catalogue.budget.epoch_seconds,
            epsilon=signal.loss,
            pure=signal.pure,
            purposes=signal.purposes,
            task=meaning_of(signal),
            due=seconds + uniform(randomness, self._reporting.spread_seconds),
            measured=measured.values,
            shared=randomize(signal, measured, randomness),
            clipped=measured.clipped,
            bucketed=measured.bucketed,
            told=signal.written(),
        )
        with self._vault.writing(durable=True) as writer:
            # Here, where a withdrawal by another thread comes wholly before or wholly after.
            check(grants)
            outcome = writer.signals.contribute(
                contribution, lambda losses: affordable(self._catalogue.budget, losses)
            )
            if outcome is Charged.SPENT:
                writer.signals.refuse(signal.id, ends)
        if outcome is Charged.SPENT:
            raise BudgetExhausted("the privacy budget of this device does not reach for this signal now")
        return outcome is Charged.CHARGED


def measured_in(vault: Vault, ledger: Ledger, signal: Signal, window: int, decided: Decided) -> Measurement:
    """Return what a signal is in one window.

    Raises:
        PurposeDenied: A purpose that it takes is not granted.
    """
    return measure(signal, Readings(vault, ledger, decided).facts(signal, window))
