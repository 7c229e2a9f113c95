"""Whether conditions on facts hold for more people than before, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from edge_engine.consent.comparison import told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge_engine.consent.policy_changes import Change
    from edge_engine.decisions.predicate import Predicate


def predicate_changes(
    old: Sequence[Predicate], new: Sequence[Predicate], subject: str, *, loosening_widens: bool
) -> Iterator[Change]:
    """Yield in what the conditions of something differ.

    Args:
        old: Conditions that all had to hold.
        new: Those that have to hold now.
        subject: What they are conditions of, up to the condition.
        loosening_widens: Whether it lets more happen where they hold more often; for what keeps something back, less.
    """
    before = {one.fact: one for one in old}
    after = {one.fact: one for one in new}
    for fact in dict.fromkeys((*before, *after)):
        then, now = before.get(fact), after.get(fact)
        if then == now:
            continue
        if now is None:
            assert then is not None  # noqa: S101 - a fact of either
            yield told(loosening_widens, f"{subject} it need no longer hold that {then.words()}.")
        elif then is None:
            yield told(not loosening_widens, f"{subject} it must now hold too that {_words(now)}.")
        else:
            looser, tighter = _looser(then, now), _looser(now, then)
            # Where one does not hold more or less often for sure, it is taken for what widens.
            widens = not (tighter and not looser) if loosening_widens else not (looser and not tighter)
            yield told(widens, f"{subject} {_words(now)}, where before {_words(then)}.")


def _looser(then: Predicate, now: Predicate) -> bool:
    """Return whether a condition holds wherever another one on the same fact did."""
    if now.confidence > then.confidence:
        return False
    if then.one_of is not None or now.one_of is not None:
        return set(_either(then)) <= set(_either(now))
    if then.equals is not None or now.equals is not None:
        return then.equals == now.equals
    low, high = float("-inf"), float("inf")

    def bounds(one: Predicate) -> tuple[float, float]:
        return low if one.at_least is None else one.at_least, high if one.below is None else one.below

    (first, last), (new_first, new_last) = bounds(then), bounds(now)
    return new_first <= first and new_last >= last


def _either(one: Predicate) -> tuple[object, ...]:
    return one.one_of if one.one_of is not None else (one.equals,)


def _words(one: Predicate) -> str:
    sure = f" with confidence {one.confidence:g}" if one.confidence else ""
    return msgspec.structs.replace(one, confidence=0.0).words() + sure
