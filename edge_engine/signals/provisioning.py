"""The aggregators' side of the catalogue: the task file from which the very tasks follow that devices send to.

Each server's noise hides that a device had contributed anything else: it is as wide as the two contributions that
differ most lie apart (``randomize.span``), for the signal's epsilon. The number of contributions is no secret.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from edge_engine.signals.catalogue import MICRO, Noise
from edge_engine.signals.randomize import span
from edge_engine.signals.tasks import task_of
from edge_engine_sync.task import COUNT, HISTOGRAM, MULTIHOT_COUNT_VEC, SUM, SUM_VEC

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_engine.signals.catalogue import Signal
    from edge_engine.signals.tasks import Aggregators

_FUNCTIONS: Final = {
    COUNT: "count",
    SUM: "sum",
    SUM_VEC: "sum_vec",
    HISTOGRAM: "histogram",
    MULTIHOT_COUNT_VEC: "multihot_count_vec",
}
_PARAMETERS: Final = ("length", "max_measurement", "max_weight", "chunk_length")


def task_file(signals: Iterable[Signal], aggregators: Aggregators) -> str:
    """Return the task file of signals, as ``edge-engine aggregator provision`` reads it.

    Raises:
        edge_engine_sync.SyncError: An address is not one that a task can have.
    """
    lines = [f'leader = "{aggregators.leader}"', f'helper = "{aggregators.helper}"']
    for signal in signals:
        lines += ["", *_lines(signal, aggregators)]
    return "\n".join(lines) + "\n"


def _lines(signal: Signal, aggregators: Aggregators) -> list[str]:
    configuration = task_of(signal, aggregators).configuration
    vdaf = configuration.vdaf
    given = {name: getattr(vdaf, name) for name in _PARAMETERS}
    lines = [
        "[[task]]",
        f'name = "{signal.id}"',
        f'task_info = "{configuration.task_info.decode("ascii")}"',
        'identifier = "derived"',
        f'vdaf = "{_FUNCTIONS[vdaf.identifier]}"',
        *(f"{name} = {value}" for name, value in given.items() if value),
        f"time_precision = {configuration.time_precision}",
        f"min_batch_size = {configuration.min_batch_size}",
        # A report tells its window alone; so it is counted until the next one is over.
        f"report_expiry = {3 * configuration.time_precision}",
    ]
    if signal.noise is Noise.AT_COLLECTION:
        lines += [f'epsilon = "{Fraction(signal.loss, MICRO)}"', f"sensitivity = {span(signal)}"]
    return lines
