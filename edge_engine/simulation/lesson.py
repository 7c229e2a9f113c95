"""The fleet learns: a run's noisy sums of ``what_helps`` become the prior that other devices start with.

Only what a collector has is used of the run that teaches: sums with noise, how many contributions they are of, and what
the task says. How features go along, and how much of a device's means its bound leaves, comes from devices whose truth
is known because they are simulated ones: of the same run, or better of another, as an operator would have it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.decisions.fleet_prior import (
    NoisySum,
    Origin,
    mean_products,
    publish,
    share_kept,
    solve_weights,
)
from edge_engine.decisions.posterior import Observation, target
from edge_engine.errors import InputError
from edge_engine.simulation import record
from edge_engine.simulation.equipment import Equipment
from edge_engine.simulation.record import PriorKind

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine.signals.catalogue import Signal
    from edge_engine.simulation.record import Aggregate, DeviceRecord, Settings, Suggested

SIGNAL: Final = "what_helps"
QUARTER: Final = 91
_ROW: Final = 2


class Lesson(msgspec.Struct, frozen=True):
    """What was taught.

    Attributes:
        file: Where the prior is.
        devices: Contributions that it was solved from.
        windows: Windows that they are of.
        epsilon: Privacy loss of each contribution.
        a_quarter: Privacy loss of a device that gives in every window of 91 days.
        kept: Share of what devices found that their bound, and devices without any outcome, left in the sum.
        prior: Name of the prior.
        untold: Whether sums of fewer devices than servers tell were used as well.
    """

    file: str
    devices: int
    windows: int
    epsilon: float
    a_quarter: float
    kept: float
    prior: str
    untold: bool = False


def teach(folder: Path, products: Path, file: Path, *, untold: bool = False) -> Lesson:
    """Write the prior that a run's devices taught.

    Args:
        folder: Of a finished run that measured ``what_helps``.
        products: Of a finished run whose devices say how features go along.
        file: To write.
        untold: Use sums of fewer devices than servers tell as well: what it would be, and no collector has.

    Raises:
        InputError: A folder holds no such run, no sum of it would have been told, nothing came of its suggestions, or
            the file cannot be written.
        DecisionError: Nothing can be solved from it.
    """
    settings = record.read_settings(folder)
    if settings.prior is PriorKind.FLEET:
        raise InputError(
            "devices that started with a fleet's prior teach the next one only in an operator's hands"
        )
    signal = Equipment.of(settings).catalogue.signal(SIGNAL)
    sums = [one for one in record.read_aggregates(folder) if one.signal == SIGNAL]
    if not sums:
        raise InputError(f"no device of {folder} gave {SIGNAL}")
    if not untold and not (sums := [one for one in sums if one.told]):
        raise InputError(
            f"no sum of {SIGNAL} is of {signal.min_batch:,} devices, the fewest that servers tell of;"
            " --untold takes those that nobody would be told"
        )
    logs = [rows for one in record.read_records(products) if (rows := observations(one))]
    idle = idle_share(products, signal)
    kept = share_kept(logs, signal.labels) * (1.0 - idle) if logs else 0.0
    if kept <= 0.0:
        raise InputError(f"too little came of suggestions in {products}: nothing can be learned of it")
    total = together(sums, signal)
    weights = solve_weights(total, mean_products([row for rows in logs for row in rows]), kept)
    origin = Origin(SIGNAL, "", total.devices, signal.epsilon)
    prior = publish(weights, 1, origin, beside=_beside(settings))
    try:
        file.write_bytes(prior.file.encode())
    except OSError:
        raise InputError(f"the prior cannot be written to {file}") from None
    a_quarter = signal.epsilon * QUARTER / signal.cadence_days
    return Lesson(str(file), total.devices, len(sums), signal.epsilon, a_quarter, kept, prior.name, untold)


def together(sums: list[Aggregate], signal: Signal) -> NoisySum:
    """Return the sums of all windows as one: contributions and noise add up."""
    return NoisySum(
        result=[round(sum(one.collected[at] for one in sums)) for at in range(signal.length)],
        labels=signal.labels,
        devices=sum(one.devices for one in sums),
        center=signal.center,
        steps=signal.sensitivity,
        deviation=math.hypot(*(one.deviation[0] for one in sums)),
    )


def observations(one: DeviceRecord) -> list[Observation]:
    """Return what a device's ranking learned from, as its log has it."""
    return [_observation(it) for it in one.suggested]


def _observation(one: Suggested) -> Observation:
    numbers = (*one.context, *one.candidates[one.chosen].features)
    packed = b"".join(number.to_bytes(_ROW, "little", signed=True) for number in numbers)
    return Observation(packed, target(one.reward, one.prior))


def idle_share(folder: Path, signal: Signal) -> float:
    """Return the share of a run's contributions that say nothing: of devices to which nothing happened."""
    given = [
        it.measured for one in record.read_records(folder) for it in one.signals if it.signal == signal.id
    ]
    nothing = sum(set(one) == {signal.center} for one in given)
    return nothing / len(given) if given else 0.0


def _beside(settings: Settings) -> str:
    """Return the model that the devices expected by while they learned; empty for none."""
    prior = Equipment.of(settings).prior
    return "" if prior is None else prior.name
