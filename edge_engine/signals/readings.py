"""What a signal is measured from, read under the grants of its purposes and no others."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from edge_engine.consent.purpose import OWN_ACCESS, Gate
from edge_engine.signals.catalogue import DAY
from edge_engine.signals.measure import Facts
from edge_engine.signals.outcomes import CHANGED, STANDARD, Exposed, Judged, Suggested
from edge_engine.vault import queries, signal_queries
from edge_engine.vault.deciding import StoredReaction
from edge_engine.vault.signals import Drop

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_engine.consent.grant import Grant
    from edge_engine.consent.ledger import Ledger
    from edge_engine.signals.catalogue import Signal
    from edge_engine.signals.decided import Decided, Version
    from edge_engine.vault.reader import Reader
    from edge_engine.vault.store import Vault

_REACTIONS: Final = {
    StoredReaction.NONE: "none",
    StoredReaction.OPENED: "opened",
    StoredReaction.ACTED: "acted",
    StoredReaction.CLOSED: "closed",
    StoredReaction.NOT_NOW: "closed",
    StoredReaction.NEVER: "closed",
}

_USE: Final = "pd:ServiceConsumptionBehaviour"

_HOLDOUTS: Final = frozenset(("", "holdout"))
"""How the store calls the holdout where an arm is drawn and where one is met."""

EPOCH_ORDINAL: Final = 719_163
"""Proleptic ordinal of 1970-01-01."""


class Readings:
    """Reads the facts of one window.

    Args:
        vault: Where they are.
        ledger: Mints a grant for each reading.
        decided: Tells of decisions what the store does not.
    """

    def __init__(self, vault: Vault, ledger: Ledger, decided: Decided) -> None:
        self._vault = vault
        self._ledger = ledger
        self._decided = decided
        self._by_signal: dict[str, Callable[[Signal, int, int], Facts]] = {
            "active_days": self._events,
            "insight_outcomes": self._events,
            "correction_rate": self._corrections,
            "abstain_rate": self._sorted,
            "forecast_coverage": self._forecasts,
            "consent_state": self._consent,
            "health": self._health,
            "offer_funnel": self._funnel,
            "exposure": self._exposures,
            "experiment_metric": self._metric,
            "calibration": self._judged,
            "savings_realised": self._savings,
            "retention_holdout": self._retention,
            "what_helps": self._learned,
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
        with self._vault.reading(self._grant(signal, _USE)) as reader:
            return Facts(events=_events(reader, since, until))

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
        first, last = _day(since).toordinal(), _day(until).toordinal()
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
        with self._vault.reading(self._grant(signal, _USE)) as reader:
            drops = [row for row in reader.rows(signal_queries.SIGNAL_DROPS) if row.latest >= since]
        if any(row.reason == Drop.BUDGET for row in drops):
            faults.add("budget_refused")
        if any(row.reason not in (Drop.BUDGET, Drop.EXPIRED) for row in drops):
            faults.add("reports_dropped")
        return Facts(faults=frozenset(faults))

    # -- of decisions ------------------------------------------------------------------------------------------

    def _funnel(self, signal: Signal, since: int, until: int) -> Facts:
        version = self._decided.experiment(_day(since), _day(until))
        with self._vault.reading(self._grant(signal, _USE)) as reader:
            shown = reader.rows(signal_queries.SUGGESTED_WITHIN, since=since, until=until)
            # Without an experiment everybody sees the standard version.
            arm, drawn = STANDARD, since
            if version is not None:
                drawings = reader.rows(signal_queries.DRAWN, experiment=version.experiment, until=until)
                if not drawings:
                    return Facts()
                arm, drawn = _arm(version, drawings[0].arm), drawings[0].at
        # What came before the day of the draw was no arm's.
        return Facts(
            suggested=tuple(
                Suggested(arm, _REACTIONS[StoredReaction(row.reaction)])
                for row in shown
                if row.at // DAY >= drawn // DAY
            )
        )

    def _exposures(self, signal: Signal, since: int, until: int) -> Facts:
        version = self._decided.experiment(_day(since), _day(until))
        with self._vault.reading(self._grant(signal, _USE)) as reader:
            return Facts(exposed=_exposed(reader, version, since, until))

    def _metric(self, signal: Signal, since: int, until: int) -> Facts:
        version = self._decided.experiment(_day(since), _day(until))
        with self._vault.reading(self._grant(signal, _USE)) as reader:
            return Facts(events=_events(reader, since, until), exposed=_exposed(reader, version, 0, until))

    def _judged(self, signal: Signal, since: int, until: int) -> Facts:
        del since, until  # the model's words are kept without their moment
        with self._vault.reading(self._grant(signal, "pd:PurchasesAndSpendingHabit")) as reader:
            rows = reader.rows(signal_queries.JUDGED)
        return Facts(
            judged=tuple(
                one for row in rows for one in (Judged(row.confidence, stood=bool(row.stood)),) * row.n
            )
        )

    def _savings(self, signal: Signal, since: int, until: int) -> Facts:
        with self._vault.reading(self._grant(signal, _USE)) as reader:
            rows = reader.rows(signal_queries.ACTED_WITHIN, since=since, until=until)
        return Facts(savings=sum(row.n for row in rows if self._decided.saves(row.kind)))

    def _retention(self, signal: Signal, since: int, until: int) -> Facts:
        with self._vault.reading(self._grant(signal, _USE)) as reader:
            found = reader.one(signal_queries.HOLDOUT, until=until)
            return Facts(
                events=_events(reader, since, until), holdout=bool(found.holdout) if found.drawn else None
            )

    def _learned(self, signal: Signal, since: int, until: int) -> Facts:
        # Rows beside another prior would say what that one got wrong, and are left out.
        prior = self._decided.prior()
        with self._vault.reading(self._grant(signal, _USE)) as reader:
            rows = reader.rows(signal_queries.LEARNED_WITHIN, since=since, until=until, prior=prior)
        known = (self._decided.learned(row.row) for row in rows)
        return Facts(learned=tuple(one for one in known if one is not None))


def _day(seconds: int) -> date:
    return date.fromordinal(seconds // DAY + EPOCH_ORDINAL)


def _events(reader: Reader, since: int, until: int) -> tuple[tuple[int, str, str], ...]:
    rows = reader.rows(signal_queries.EVENTS_WITHIN, since=since, until=until)
    return tuple((row.at, row.name, row.subject) for row in rows)


def _exposed(reader: Reader, version: Version | None, since: int, until: int) -> tuple[Exposed, ...]:
    if version is None:
        return ()
    rows = reader.rows(signal_queries.EXPOSED_WITHIN, experiment=version.experiment, since=since, until=until)
    return tuple(Exposed(row.at, _arm(version, row.arm)) for row in rows)


def _arm(version: Version, arm: str) -> str:
    return STANDARD if arm in _HOLDOUTS or arm == version.control else CHANGED
