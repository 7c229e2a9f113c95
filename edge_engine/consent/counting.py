"""What may be counted over many people under a consent, as far as the person relies on it: kept with the consent.

The catalogue of signals says how often, how exactly and over how many people something is counted. A consent pins
that too (ADR 8): a signal that tells more than what was agreed to is neither measured nor sent until they agree anew.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MILLION: Final = 1_000_000
_BY_SERVERS: Final = "at_collection"
_EXACT_WORDS: Final = {"type": "the form of a contribution", "center": "the value that stands for nothing"}


class Difference(NamedTuple):
    """One way in which something is counted otherwise.

    Attributes:
        more: Whether it tells more about a person, or for longer.
        words: A clause for people.
    """

    more: bool
    words: str


class CountedSignal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One signal, by what somebody else learns from it.

    Attributes:
        id: Identifier.
        title: As the person saw it.
        type: What one contribution is.
        noise: Who blurs it, and how.
        data: Data categories that it tells of.
        needs: Other purposes that have to be granted too.
        labels: Names of its entries.
        edges: First values of its buckets.
        low: Smallest value of an entry.
        high: Largest value.
        center: The value that stands for nothing.
        sensitivity: How much one contribution can change the sum.
        loss: Privacy loss of one contribution in millionths of epsilon.
        min_batch: Fewest contributions that are ever added up.
        cadence_days: A device contributes once in so many days at most.
        expires: First day on which it is neither measured nor sent.
    """

    id: str
    title: str
    type: str
    noise: str
    data: tuple[str, ...]
    needs: tuple[str, ...]
    labels: tuple[str, ...]
    edges: tuple[int, ...]
    low: int
    high: int
    center: int
    sensitivity: int
    loss: int
    min_batch: int
    cadence_days: int
    expires: date


class Counting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that may be counted under one purpose.

    Attributes:
        catalogue: Version of the catalogue.
        epoch_days: Days over which the privacy budget holds.
        budget: What all contributions of an epoch may lose together, in millionths of epsilon.
        delta: Probability with which that may not hold.
        signals: In the order of the catalogue; those that are measured.
    """

    catalogue: str
    epoch_days: int
    budget: int
    delta: float
    signals: tuple[CountedSignal, ...] = ()

    def signal(self, name: str) -> CountedSignal | None:
        """Return a signal by its identifier, None where it was no part of this."""
        return next((one for one in self.signals if one.id == name), None)


def beyond(agreed: Counting | None, today: Counting, name: str, day: date) -> str:
    """Return why a signal may not be counted under what was agreed to, as a clause; empty where it may.

    Args:
        agreed: What was agreed to; None for a consent that does not say it, which allows none.
        today: What the catalogue of today says under the same purpose.
        name: The signal.
        day: UTC day.
    """
    if agreed is None:
        return "it was not noted then what exactly would be counted"
    then, now = agreed.signal(name), today.signal(name)
    if then is None or now is None:
        return "it was not counted then"
    if day >= then.expires:
        return f"it was to end on {then.expires.isoformat()}"
    found = [
        *budget_differences(agreed, today),
        *differences(then, msgspec.structs.replace(now, expires=then.expires)),
    ]
    return next((one.words for one in found if one.more), "")


def budget_differences(old: Counting, new: Counting) -> Iterator[Difference]:
    """Yield how the budgets of two catalogues differ."""
    for more, before, after, words in (
        (new.budget > old.budget, old.budget, new.budget, "a device may lose {} of privacy in an epoch"),
        (
            new.epoch_days < old.epoch_days,
            old.epoch_days,
            new.epoch_days,
            "the privacy budget is renewed every {} days",
        ),
    ):
        if before != after:
            shown = [f"{one / _MILLION:g}" if before is old.budget else str(one) for one in (before, after)]
            yield Difference(more, f"{words.format(shown[1])} instead of {shown[0]}")
    if new.delta != old.delta:
        yield Difference(
            new.delta > old.delta,
            f"that bound may fail with probability {new.delta:g} instead of {old.delta:g}",
        )


def differences(old: CountedSignal, new: CountedSignal) -> Iterator[Difference]:
    """Yield in what two versions of one signal differ, words aside."""
    # INVARIANT: whatever is not known to tell less tells more.
    yield from _numbers(old, new)
    yield from _noise(old, new)
    for field, words in _EXACT_WORDS.items():
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield Difference(more=True, words=f"{words} is {after} instead of {before}")
    yield from _sets("tells of", old.data, new.data)
    if old.edges or new.edges:
        yield from _sets("tells apart values from", [*map(str, old.edges)], [*map(str, new.edges)])
    else:
        yield from _sets("tells", old.labels, new.labels)
    for one in old.needs:
        if one not in new.needs:
            yield Difference(more=True, words=f"it no longer needs consent to {one}")
    for one in new.needs:
        if one not in old.needs:
            yield Difference(more=False, words=f"it needs consent to {one} too")


def _numbers(old: CountedSignal, new: CountedSignal) -> Iterator[Difference]:
    for before, after, larger_is_more, words in (
        (old.loss / _MILLION, new.loss / _MILLION, True, "a contribution loses {} of privacy"),
        (old.min_batch, new.min_batch, False, "it is added up over at least {} people"),
        (old.cadence_days, new.cadence_days, False, "a device contributes once in {} days"),
        (old.sensitivity, new.sensitivity, True, "a contribution weighs up to {}"),
        (old.low, new.low, False, "the smallest value told is {}"),
        (old.high, new.high, True, "the largest value told is {}"),
        (old.expires.toordinal(), new.expires.toordinal(), True, "it ends on {}"),
    ):
        if before != after:
            is_day = words.startswith("it ends")
            shown = [
                date.fromordinal(int(one)).isoformat() if is_day else f"{one:g}" for one in (before, after)
            ]
            yield Difference(
                (after > before) is larger_is_more, f"{words.format(shown[1])} instead of {shown[0]}"
            )


def _noise(old: CountedSignal, new: CountedSignal) -> Iterator[Difference]:
    if old.noise != new.noise:
        # Blurred on the device it holds even where both servers collude; between two ways of that nobody ranks here.
        yield Difference(old.noise != _BY_SERVERS, f"its noise is {new.noise} instead of {old.noise}")


def _sets(words: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Difference]:
    added, gone = [one for one in new if one not in old], [one for one in old if one not in new]
    if added:
        yield Difference(more=True, words=f"it also {words} {', '.join(added)}")
    if gone:
        yield Difference(more=False, words=f"it no longer {words} {', '.join(gone)}")
    if not added and not gone and list(old) != list(new):
        yield Difference(more=True, words=f"its entries stand in another order: {', '.join(new)}")
