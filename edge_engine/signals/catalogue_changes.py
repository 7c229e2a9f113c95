"""What a new catalogue of signals tells others that the old one did not, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_engine.consent.comparison import way, worded
from edge_engine.consent.counting import budget_differences, differences
from edge_engine.consent.policy_changes import Change, Direction
from edge_engine.signals.agreed import counted, counting
from edge_engine.signals.preview import noise_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.signals.catalogue import Catalogue, Signal


def signal_changes(old: Catalogue, new: Catalogue) -> Iterator[Change]:
    """Compare two catalogues. A consent pins what widens here (ADR 8), so that it waits until people agree anew."""
    for one in budget_differences(counting(old, ""), counting(new, "")):
        yield Change(way(widens=one.more), f"signals.toml: {one.words}.")
    for name in dict.fromkeys((*old.signals, *new.signals)):
        before, after = old.signals.get(name), new.signals.get(name)
        if before is None or not before.measured:
            if after is not None and after.measured:
                yield Change(Direction.WIDENS, _newly(after))
        elif after is None or not after.measured:
            yield Change(Direction.NARROWS, f"signals.toml: “{before.title}” is counted no longer.")
        else:
            yield from _signal(before, after)


def _newly(signal: Signal) -> str:
    return (
        f"signals.toml: “{signal.title}” is newly counted for the servers that add up totals: {signal.counts}"
        f" It rests on consent to {', '.join(signal.purposes)}; {noise_in_words(signal)}, epsilon {signal.epsilon:g},"
        f" over at least {signal.min_batch} people, once in {signal.cadence_days} days."
    )


def _signal(old: Signal, new: Signal) -> Iterator[Change]:
    subject = f"signals.toml: “{new.title}” goes to the servers that add up totals"
    for one in differences(counted(old), counted(new)):
        yield Change(way(widens=one.more), f"{subject}: {one.words}.")
    if old.purpose != new.purpose:
        yield Change(
            Direction.WIDENS, f"{subject}: it rests on consent to {new.purpose} instead of {old.purpose}."
        )
    yield from worded(old, new, f"signals.toml: “{new.title}”", ("title", "counts", "owner", "reason"))
