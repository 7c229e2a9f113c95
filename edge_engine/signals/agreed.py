"""What of a catalogue a consent pins: the signals of one purpose that are measured, and the budget of the device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_engine.consent.counting import CountedSignal, Counting

if TYPE_CHECKING:
    from edge_engine.signals.catalogue import Catalogue, Signal


def counting(catalogue: Catalogue, purpose: str) -> Counting:
    """Return what may be counted under a purpose, as a consent to it keeps it."""
    budget = catalogue.budget
    return Counting(
        catalogue=catalogue.version,
        epoch_days=budget.epoch_days,
        budget=budget.most,
        delta=budget.delta,
        signals=tuple(counted(one) for one in catalogue if one.purpose == purpose and one.measured),
    )


def counted(signal: Signal) -> CountedSignal:
    """Return a signal by what somebody else learns from it."""
    return CountedSignal(
        id=signal.id,
        title=signal.title,
        type=signal.type.value,
        noise=signal.noise.value,
        data=signal.data,
        needs=signal.needs,
        labels=signal.labels,
        edges=signal.edges,
        low=signal.low,
        high=signal.high,
        center=signal.center,
        sensitivity=signal.sensitivity,
        loss=signal.loss,
        min_batch=signal.min_batch,
        cadence_days=signal.cadence_days,
        expires=signal.expires,
    )
