"""What became of suggestions, experiments and guesses, as bounded whole numbers: pure functions of typed readings.

Arms have two names here whatever an experiment calls them: ``standard`` for its control and for the holdout, and for
everybody while no experiment runs, ``changed`` for every other arm. Who is in no arm while one runs stands in neither:
arms are compared as they were drawn. Which experiment is looked at is chosen by whoever reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from edge_engine.signals.catalogue import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.signals.catalogue import Signal
    from edge_engine.signals.measure import Facts

SHOWN: Final = "shown"
STANDARD: Final = "standard"
CHANGED: Final = "changed"
_STEP: Final = 100
"""Confidence in parts per thousand that one entry of the calibration spans."""

_FIRST: Final = 600
"""Confidence up to which everything is in the first entry."""


class Suggested(NamedTuple):
    """One suggestion that was shown within the window.

    Attributes:
        arm: ``standard`` or ``changed``.
        reaction: ``none``, ``opened``, ``acted`` or ``closed``.
    """

    arm: str
    reaction: str


class Exposed(NamedTuple):
    """The person met the place where versions differ.

    Attributes:
        at: Unix seconds.
        arm: ``standard`` or ``changed``.
    """

    at: int
    arm: str


class Judged(NamedTuple):
    """A category that the model gave to one transaction.

    Attributes:
        confidence: Of the model, in parts per thousand.
        stood: False where the person corrected it.
    """

    confidence: int
    stood: bool


def offer_funnel(signal: Signal, facts: Facts) -> Sequence[int]:
    """Return for each arm which outcomes any suggestion had; whatever was opened, acted on or closed was shown."""
    told = {f"{one.arm}.{outcome}" for one in facts.suggested for outcome in {SHOWN, one.reaction} - {"none"}}
    return tuple(int(label in told) for label in signal.labels)


def exposure(signal: Signal, facts: Facts) -> Sequence[int]:
    """Return the arm that the person met first: its place among the labels, the first of which is none."""
    if not facts.exposed:
        return (0,)
    return (signal.labels.index(min(facts.exposed).arm),)


def experiment_metric(signal: Signal, facts: Facts) -> Sequence[int]:
    """Return the days with the app, UTC, at the entry of the arm that the person met first; 0 elsewhere."""
    arm = min(facts.exposed).arm if facts.exposed else ""
    days = len({at // DAY for at, _, _ in facts.events})
    return tuple(days if label == arm else 0 for label in signal.labels)


def calibration(signal: Signal, facts: Facts) -> Sequence[int]:
    """Return for each span of confidence how many categories stood, and how many were corrected.

    Where a span has more than an entry can hold, both are scaled, so that their shares stay what they are; the
    smaller one is rounded.
    """
    spans = signal.length // 2
    stood, corrected = [0] * spans, [0] * spans
    for one in facts.judged:
        at = min(max(one.confidence - _FIRST + _STEP - 1, 0) // _STEP, spans - 1)
        (stood if one.stood else corrected)[at] += 1
    for at in range(spans):
        stood[at], corrected[at] = _scaled(stood[at], corrected[at], signal.high)
    return (*stood, *corrected)


def savings_realised(signal: Signal, facts: Facts) -> Sequence[int]:
    """Return how many suggested savings were carried out."""
    del signal
    return (facts.savings,)


def retention_holdout(signal: Signal, facts: Facts) -> Sequence[int]:
    """Return the place of the label for drawn or held out, and for used or not; the first where neither was drawn."""
    if facts.holdout is None:
        return (0,)
    group = "holdout" if facts.holdout else "treated"
    return (signal.labels.index(f"{group}.{'stayed' if facts.events else 'away'}"),)


def _scaled(one: int, other: int, most: int) -> tuple[int, int]:
    n = one + other
    if n <= most:
        return one, other
    less = (2 * min(one, other) * most + n) // (2 * n)
    return (less, most - less) if one <= other else (most - less, less)
