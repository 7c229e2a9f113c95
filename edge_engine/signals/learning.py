"""What a device tells of what helped: how outcomes went along with features, as bounded whole numbers.

A ranking learns from ``A = sum f f'`` and ``b = sum f y`` over its observations, 495 numbers for 30 features. Of these
a device contributes the ones of ``b`` whose features rest on nothing that may not be counted, such as balances. Each
number is the mean over the device's observations, so that whoever uses the app a lot counts no more than others; all
together are scaled down to an L1 norm of 1 at most. How features go along with each other (``A``) is taken from
simulated devices instead: 465 more numbers would each need as much noise (``docs/fleet.md`` has the figures).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.signals.catalogue import Signal

CONTEXT: Final = ("always", "buffer", "spare", "engagement", "fatigue", "investing_appetite")
CANDIDATE: Final = ("always", "saves", "protects", "value", "intrusive")
"""The order of an observation's numbers; a test holds it against `edge_engine.decisions.features`."""

FEATURE_ONE: Final = 128
TARGET_ONE: Final = 1024

_ONE: Final = FEATURE_ONE * FEATURE_ONE * TARGET_ONE


class Learned(Protocol):
    """One row of what was learned from, such as `edge_engine.decisions.posterior.Observation`."""

    @property
    def target(self) -> int:
        """Reward less the prior's mean for it, in 1024ths."""
        ...

    def numbers(self) -> tuple[int, ...]:
        """Return six numbers of the context and five of the candidate, in 128ths."""
        ...


class ObservationLog(Protocol):
    """Where a device's observations are read from, under the grants of the signal; the store's, or a simulation's."""

    def learned_within(self, since: int, until: int, prior: str) -> Sequence[Learned]:
        """Return the rows of a window that were learned under one prior.

        Args:
            since: First second, Unix time.
            until: First second that is not part of it.
            prior: Name of the prior that their targets are less the mean of; empty for none. Rows of another one
                would say what that other prior got wrong.
        """
        ...


def help_statistics(signal: Signal, rows: Sequence[Learned]) -> tuple[int, ...]:
    """Return the mean of feature times target for each label, in steps around the signal's center.

    A step is one part in ``signal.sensitivity`` of a mean of 1. Without observations every number is the center.
    """
    places = [_place(label) for label in signal.labels]
    sums = [0] * len(places)
    for row in rows:
        numbers = row.numbers()
        for at, (context, candidate) in enumerate(places):
            sums[at] += numbers[context] * numbers[candidate] * row.target
    # The L1 norm is cut by scaling all: cutting the largest alone would turn the direction.
    whole = max(len(rows) * _ONE, sum(map(abs, sums)))
    return tuple(signal.center + _rounded(one * signal.sensitivity, whole) for one in sums)


def _place(label: str) -> tuple[int, int]:
    context, _, candidate = label.partition(".")
    return CONTEXT.index(context), len(CONTEXT) + CANDIDATE.index(candidate)


def _rounded(numerator: int, denominator: int) -> int:
    """Divide whole numbers, halves away from zero, so that plus and minus are rounded alike; 0 by 0 is 0."""
    if not denominator:
        return 0
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -size if numerator < 0 else size
