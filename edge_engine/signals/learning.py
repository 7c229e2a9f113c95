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
    return tuple(signal.center + one for one in _steps([one * signal.sensitivity for one in sums], whole))


def _place(label: str) -> tuple[int, int]:
    context, _, candidate = label.partition(".")
    return CONTEXT.index(context), len(CONTEXT) + CANDIDATE.index(candidate)


def _steps(numerators: Sequence[int], denominator: int) -> list[int]:
    """Divide whole numbers by one, each rounded up or down so that all sizes together are what they should be.

    Plus and minus are rounded alike. Rounding each alone could add up beyond the bound, and one would have to give way.
    """
    if not denominator:
        return [0] * len(numerators)
    sizes = [abs(one) // denominator for one in numerators]
    all_together = (2 * sum(map(abs, numerators)) + denominator) // (2 * denominator)
    by_rest = sorted(range(len(sizes)), key=lambda at: -(abs(numerators[at]) % denominator))
    for at in by_rest[: all_together - sum(sizes)]:
        sizes[at] += 1
    return [size if one >= 0 else -size for size, one in zip(sizes, numerators, strict=True)]
