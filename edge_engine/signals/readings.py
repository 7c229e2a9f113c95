"""What a signal is measured from, read under the grants of its purposes and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.consent.purpose import OWN_ACCESS, Gate
from edge_engine.signals.catalogue import DAY
from edge_engine.signals.measure import Facts
from edge_engine.vault import queries, signal_queries
from edge_engine.vault.signals import Drop

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_engine.consent.grant import Grant
    from edge_engine.consent.ledger import Ledger
    from edge_engine.signals.catalogue import Signal
    from edge_engine.vault.store import Vault

EPOCH_ORDINAL: Final = 719_163
"""Proleptic ordinal of 1970-01-01."""


class Readings:
    """Reads the facts of one window.

    Args:
        vault: Where they are.
        ledger: Mints a grant for each reading.
    """

    def __init__(self, vault: Vault, ledger: Ledger) -> None:
        self._vault = vault
        self._ledger = ledger
        self._by_signal: dict[str, Callable[[Signal, int, int], Facts]] = {
            "active_days": self._events,
            "insight_outcomes": self._events,
            "correction_rate": self._corrections,
            "abstain_rate": self._sorted,
            "forecast_coverage": self._forecasts,
            "consent_state": self._consent,
            "health": self._health,
        }

    @property
    def readable(self) -> frozenset[str]:
        """Signals whose facts the store has."""
        return frozenset(self._by_signal)

    def facts(self, signal: Signal, window: int) -> Facts:
        """Return what was read for a signal's window.

        Raises:
            PurposeDenied: A purpose that it takes is not granted.
        """
        length = signal.cadence_days * DAY
        return self._by_signal[signal.id](signal, window * length, (window + 1) * length)

    def _grant(self, signal: Signal, *data: str) -> Grant:
        return self._ledger.mint(signal.purpose, Gate.READ, data)

    def _events(self, signal: Signal, since: int, until: int) -> Facts:
        with self._vault.reading(self._grant(signal, "pd:ServiceConsumptionBehaviour")) as reader:
            rows = reader.rows(signal_queries.EVENTS_WITHIN, since=since, until=until)
        return Facts(events=tuple((row.at, row.name, row.subject) for row in rows))

    def _sorted(self, signal: Signal, since: int, until: int) -> Facts:
        del since, until  # the model's words are kept without their moment
        with self._vault.reading(self._grant(signal, "pd:PurchasesAndSpendingHabit")) as reader:
            rows = reader.rows(signal_queries.SORTED_BY_MODEL)
        return Facts(sorted_by_leaf={row.leaf: row.n for row in rows})

    def _corrections(self, signal: Signal, since: int, until: int) -> Facts:
        grant = self._grant(signal, "pd:Preference", "pd:PurchasesAndSpendingHabit")
        with self._vault.reading(grant) as reader:
            rows = reader.rows(signal_queries.CORRECTED_WITHIN, since=since, until=until)
        return Facts(corrected_by_leaf={row.leaf: row.n for row in rows})

    def _forecasts(self, signal: Signal, since: int, until: int) -> Facts:
        del signal
        # Forecasts stand beside balances, which statistics may not read: the purpose that made them reads them.
        with self._vault.reading(self._ledger.mint("insights", Gate.READ)) as reader:
            rows = reader.rows(queries.FORECASTS)
        first, last = since // DAY + EPOCH_ORDINAL, until // DAY + EPOCH_ORDINAL
        return Facts(
            forecasts=tuple(
                (row.p10, row.p90, row.actual)
                for row in rows
                if row.actual is not None and first <= row.ends < last
            )
        )

    def _consent(self, signal: Signal, since: int, until: int) -> Facts:
        del signal, since, until
        return Facts(
            purposes_on=sum(one.granted for one in self._ledger.state() if one.purpose != OWN_ACCESS)
        )

    def _health(self, signal: Signal, since: int, until: int) -> Facts:
        del until
        faults = set()
        if not self._sorted(signal, 0, 0).sorted_by_leaf:
            faults.add("nothing_sorted")
        with self._vault.reading(self._grant(signal, "pd:ServiceConsumptionBehaviour")) as reader:
            drops = [row for row in reader.rows(signal_queries.SIGNAL_DROPS) if row.latest >= since]
        if any(row.reason == Drop.BUDGET for row in drops):
            faults.add("budget_refused")
        if any(row.reason not in (Drop.BUDGET, Drop.EXPIRED) for row in drops):
            faults.add("reports_dropped")
        return Facts(faults=frozenset(faults))
