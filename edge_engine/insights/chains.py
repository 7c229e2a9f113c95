"""Finds, among the payments at one merchant, the chains that come on a schedule.

A chain is judged by how many bits of evidence speak against coincidence:

* time: a payment at random would fall into a window of ``w`` days around its due day with probability
  ``w / period``, more often at a merchant that is visited often; each payment after the first adds the
  logarithm of that. Missed slots and payments beside the schedule are subtracted;
* amounts: equal successive amounts add, wild ones subtract;
* the category's trait: bills are expected to recur, shops and cafes are not;
* a fixed charge for the many schedules that were tried.

People are creatures of the week: a weekly or fortnightly rhythm of spending alone proves nothing, so there
the time counts little and the amount must be one price. That tells a gym from the Saturday groceries.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from math import comb, log2
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_engine.domain.columns import distinct
from edge_engine.insights.cadence import TOLERANCES, Fitter, missing, sparse
from edge_engine.insights.habits import Trait
from edge_engine.insights.pricing import EQUAL, STEADY
from edge_engine.insights.stream import STEPS, Cadence, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

ALONE: Final = 0.85
"""Share of payments that belong to a chain where the merchant has one bill at a time."""

BESIDE: Final = 0.4
"""The same where other payments are mixed in."""

ENOUGH: Final = 3.0
"""Bits a chain must have."""

_TRIED: Final = 6.0
_MISSED: Final = 2.5
_BESIDE: Final = 1.5
_MOST: Final = 24.0
_WILD: Final = 0.4
_DAYS_MUST: Final = 4.0
_SHARE: Final = 0.3
_HOPELESS: Final = 0.4
_UNLIKE_DAYS: Final = 8.0
_PRIORS: Final = {Trait.BILL: 5.0, Trait.UNKNOWN: 0.0, Trait.HABIT: -8.0, Trait.EVERYDAY: -12.0}
_LEAST: Final = {
    Cadence.WEEKLY: 5,
    Cadence.FORTNIGHTLY: 4,
    Cadence.YEARLY: 2,
}
_RHYTHMS: Final = frozenset((Cadence.WEEKLY, Cadence.FORTNIGHTLY))
_RHYTHM_BITS: Final = 4.0
_RHYTHM_SHARE: Final = 0.7


@dataclass(frozen=True, slots=True)
class Group:
    """The payments of one merchant in one currency and one direction.

    Attributes:
        days: int64[n], ordinals, ascending.
        amounts: int64[n], signed minor units, all of one sign.
        trait: What the category says.
        outgoing: Whether money leaves the account.
    """

    days: NDArray[np.int64]
    amounts: NDArray[np.int64]
    trait: Trait
    outgoing: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """Payments on a schedule, at most one a slot.

    Attributes:
        schedule: When they are due.
        rows: int64[k], positions in the group, in time order.
        slots: int64[k], strictly ascending.
        residuals: int64[k], days from the due day.
        bits: Evidence against coincidence.
    """

    schedule: Schedule
    rows: NDArray[np.int64]
    slots: NDArray[np.int64]
    residuals: NDArray[np.int64]
    bits: float

    @property
    def missed(self) -> int:
        """Slots between the first and the last payment that have none."""
        return int(self.slots[-1] - self.slots[0]) + 1 - len(self.slots)


def chains(group: Group) -> list[Chain]:
    """Return every chain of a group, in order of their first payments; no payment is in two chains."""
    everything = np.arange(len(group.days))
    # One bill, whatever its amounts, or several prices side by side, or subscriptions among other purchases.
    found, rest = _peel(group, everything, ALONE)
    while (
        group.trait is not Trait.EVERYDAY
        and len(rest) > 2
        and (priced := _first_priced(group, rest)) is not None
    ):
        after = np.setdiff1d(rest, priced.rows, assume_unique=True)
        more, rest = _peel(group, after, ALONE)
        found += [priced, *more]
    if len(found) > 1 or (not found and group.trait is Trait.BILL):
        # Several lines of one thing, told apart by their days alone, or by a gap between their amounts.
        for lines, left in (_peel(group, everything, BESIDE), _banded(group)):
            if len(left) <= (1 - ALONE) * len(everything) and _sum(lines) > _sum(found):
                found, rest = lines, left
    found = _succeed(group, found)
    for index, chain in enumerate(found):
        found[index] = _extend(group, chain, rest)
        rest = np.setdiff1d(rest, found[index].rows, assume_unique=True)
    return _succeed(group, found)


class Recalled:
    """Chains by the very payments that they were made of, of the latest look at everything and the one before.

    Most merchants of a day have no payment that they had not the day before. It is of one process and never written.
    """

    def __init__(self) -> None:
        self._now: dict[bytes, tuple[Chain, ...]] = {}
        self._before: dict[bytes, tuple[Chain, ...]] = {}

    def look(self) -> None:
        """Begin a look at everything: what neither it nor the one before asks for is forgotten."""
        self._before, self._now = self._now, {}

    @property
    def kept(self) -> int:
        """Of how many groups chains are kept."""
        return len(self._now.keys() | self._before.keys())

    def chains(self, group: Group) -> list[Chain]:
        """Return what :func:`chains` does."""
        digest = hashlib.blake2b(group.days.tobytes(), digest_size=16)
        digest.update(group.amounts.tobytes())
        # Both columns are as long, so that nothing else reads the same.
        digest.update(bytes((group.trait, group.outgoing)))
        key = digest.digest()
        found = self._now.get(key, self._before.get(key))
        if found is None:
            found = tuple(chains(group))
        self._now[key] = found
        return list(found)


def _sum(found: list[Chain]) -> float:
    return sum(chain.bits for chain in found)


def _peel(group: Group, rows: NDArray[np.int64], precision: float) -> tuple[list[Chain], NDArray[np.int64]]:
    """Take the best chain until there is none; return the chains and the payments that are left."""
    found: list[Chain] = []
    while (chain := _best(group, rows, precision)) is not None:
        found.append(chain)
        rows = np.setdiff1d(rows, chain.rows, assume_unique=True)
    return found, rows


def _banded(group: Group) -> tuple[list[Chain], NDArray[np.int64]]:
    """Take chains from the smaller and from the greater amounts, parted where the gap between them is widest."""
    sizes = np.abs(group.amounts)
    order = np.argsort(sizes, kind="stable")
    widest = int(np.argmax(sizes[order[1:]] / sizes[order[:-1]])) + 1
    smaller, small_left = _peel(group, np.sort(order[:widest]), ALONE)
    greater, great_left = _peel(group, np.sort(order[widest:]), ALONE)
    return smaller + greater, np.sort(np.concatenate([small_left, great_left]))


def _first_priced(group: Group, rows: NDArray[np.int64]) -> Chain | None:
    """Return a chain of one price, of the commonest price that has any."""
    for cluster in _clusters(group, rows):
        chain = _best(group, cluster, BESIDE)
        if chain is not None:
            return chain
    return None


def _best(group: Group, rows: NDArray[np.int64], precision: float) -> Chain | None:
    """Return the chain with most evidence among some payments of a group, of any cadence that could be."""
    if len(rows) < 2:
        return None
    days, sizes = group.days[rows], np.abs(group.amounts[rows])
    first, last, n = int(days[0]), int(days[-1]), len(rows)
    gaps = np.sort(days[1:] - days[:-1])
    mean, middle = (last - first) / len(gaps), int(gaps[len(gaps) // 2])
    least, most = 0.5 * min(mean, middle), 1.25 / precision * max(mean, middle)
    # What cannot pass is not tried: most merchants are habits, and most prices are chance.
    pairs = np.abs(sizes[1:] - sizes[:-1]) <= EQUAL * np.maximum(sizes[1:], sizes[:-1])
    equal = int(pairs.sum()) / len(gaps)
    if group.trait in (Trait.HABIT, Trait.EVERYDAY) and equal < _HOPELESS:
        return None
    alike = 3.0 * n / _visits(group, first, last)
    fitter = Fitter(days)
    best: Chain | None = None
    for cadence, step in STEPS.items():
        needed = step.period * (_LEAST.get(cadence, 3) - 1) - 2 * TOLERANCES[cadence]
        if not least <= step.period <= most or last - first < needed:
            continue
        if _is_rhythm(group, cadence) and equal < _HOPELESS:
            continue
        if (n - 1) * (log2(step.period) + alike) + _PRIORS[group.trait] - _TRIED < ENOUGH:
            continue
        chain = _judge(group, rows, fitter, cadence, precision)
        if chain is not None and (best is None or chain.bits > best.bits):
            best = chain
    return best


def _judge(
    group: Group, rows: NDArray[np.int64], fitter: Fitter, cadence: Cadence, precision: float
) -> Chain | None:
    """Lay payments on the best schedule of one cadence; return the chain if its evidence is enough."""
    days, amounts = group.days[rows], group.amounts[rows]
    least = max(_LEAST.get(cadence, 3), int(_SHARE * len(days)))
    laid = fitter.fit(cadence, least)
    if laid is None:
        return None
    distances = np.abs(laid.residuals)
    near = np.flatnonzero(distances <= TOLERANCES[cadence])
    if len(near) < least:
        return None
    slots = laid.slots[near]
    if (slots[1:] == slots[:-1]).any() or (slots[1:] < slots[:-1]).any():
        # Where two payments claim one slot, the nearer in day and amount has it.
        usual = _usual(amounts[near])
        unlike = np.minimum(np.abs(amounts[near] - usual) / abs(usual), 1.0)
        order = np.lexsort((distances[near] + _UNLIKE_DAYS * unlike, slots))
        slots = slots[order]
        near = np.sort(near[order][np.append(True, slots[1:] > slots[:-1])])
    chain = Chain(laid.schedule, rows[near], laid.slots[near], laid.residuals[near], 0.0)
    bits = _bits(group, chain, days, precision)
    return None if bits is None else replace(chain, bits=bits)


def _bits(group: Group, chain: Chain, days: NDArray[np.int64], precision: float) -> float | None:
    """Return the evidence for a chain among ``days``; None where it is too little or of the wrong kind."""
    cadence, k, amounts = chain.schedule.cadence, len(chain.rows), group.amounts[chain.rows]
    if k < _LEAST.get(cadence, 3):
        return None
    first, last = int(group.days[chain.rows[0]]), int(group.days[chain.rows[-1]])
    missed = missing(chain.slots)
    living = int(np.searchsorted(days, last, "right") - np.searchsorted(days, first))
    if k < precision * living or k < _SHARE * len(days) or sparse(chain.slots):
        return None

    sizes = np.abs(amounts)
    pairs = np.abs(sizes[1:] - sizes[:-1]) / np.maximum(sizes[1:], sizes[:-1])
    equal, steady = int((pairs <= EQUAL).sum()), int((pairs <= STEADY).sum())
    visits = _visits(group, first, last)
    if not _plausible(group, cadence, k, equal / (k - 1), float(pairs.max())):
        return None
    # A pair, or a weekly rhythm, is believed only where the merchant is paid for little else.
    if (k == 2 and visits > 3) or (_is_rhythm(group, cadence) and k < _RHYTHM_SHARE * visits):
        return None

    width = 1 + 2 * float(np.abs(chain.residuals).sum()) / k
    crowd = max(1.0, living / (k + missed))
    time = (k - 1) * max(0.0, log2(STEPS[cadence].period / (width * crowd)))
    time -= max(_MISSED * missed, log2(comb(k + missed, k)))
    time -= max(_BESIDE * (living - k), log2(comb(living, k))) + log2(len(days) / k)
    if _is_rhythm(group, cadence):
        time = min(time, _RHYTHM_BITS)
    # Among many other purchases at the merchant some are equal by chance.
    amount = min(3.0 * equal + 1.5 * (steady - equal), _MOST) * k / visits
    amount -= min(float((pairs > _WILD).sum()), _MOST / 2)
    prior = _PRIORS[group.trait]
    bits = time + amount + prior - _TRIED
    # Equal amounts alone are a habit: the days must speak too.
    if bits < ENOUGH or time + max(prior, 0.0) < _DAYS_MUST:
        return None
    return bits


def _usual(amounts: NDArray[np.int64]) -> float:
    """Return the commonest amount where one is paid three times, else the middle one."""
    values, _, counts = distinct(amounts)
    return float(values[counts.argmax()]) if counts.max() >= 3 else float(np.median(amounts))


def _visits(group: Group, first: int, last: int) -> int:
    """Return how often the merchant was paid between two days, both included."""
    return int(np.searchsorted(group.days, last, "right") - np.searchsorted(group.days, first))


def _is_rhythm(group: Group, cadence: Cadence) -> bool:
    """Return whether this could be a person's own weekly rhythm: spending, and not known to be a bill."""
    return group.outgoing and group.trait is not Trait.BILL and cadence in _RHYTHMS


def _plausible(group: Group, cadence: Cadence, k: int, equal: float, jump: float) -> bool:
    """Return whether amounts are as they must be for such a category and cadence."""
    if cadence is Cadence.YEARLY and k == 2:
        limit = {Trait.BILL: 0.35, Trait.UNKNOWN: 0.02}.get(group.trait)
        return limit is not None and jump <= limit
    if _is_rhythm(group, cadence):
        return group.trait is not Trait.EVERYDAY and equal >= 0.75
    if group.trait in (Trait.HABIT, Trait.EVERYDAY):
        return equal >= 0.65 or (k == 3 and equal >= 0.5)
    if group.trait is Trait.UNKNOWN and group.outgoing:
        return equal >= 0.5 or k >= 4
    return True


def _clusters(group: Group, rows: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Yield payments of one price, three at least: equal amounts first, then those within a few per cent."""
    if len(rows) < 3:
        return
    amounts = np.abs(group.amounts[rows])
    _, inverse, counts = distinct(amounts)
    common = np.flatnonzero(counts >= 3)
    for value in common[np.argsort(-counts[common], kind="stable")]:
        yield rows[inverse == value]
    left = rows[counts[inverse] < 3]
    if len(left) < 3:
        return
    order = left[np.argsort(np.abs(group.amounts[left]), kind="stable")]
    sizes = np.abs(group.amounts[order])
    for part in np.split(order, np.flatnonzero(sizes[1:] > sizes[:-1] * (1 + STEADY / 2)) + 1):
        values = np.abs(group.amounts[part])
        if len(part) >= 3 and values.max() <= values.min() * 1.2:
            yield np.sort(part)


def _succeed(group: Group, found: list[Chain]) -> list[Chain]:
    """Join a chain to the one it succeeds: a new price or a new billing day of the same thing."""
    joined: list[Chain] = []
    for chain in found:
        for index, earlier in enumerate(joined):
            if _succeeds(group, earlier, chain):
                joined[index] = _join(group, earlier, chain)
                break
        else:
            joined.append(chain)
    return joined


def _succeeds(group: Group, earlier: Chain, later: Chain) -> bool:
    step = STEPS[later.schedule.cadence]
    gap = int(group.days[later.rows[0]] - group.days[earlier.rows[-1]])
    ratio = group.amounts[later.rows[0]] / group.amounts[earlier.rows[-1]]
    return bool(
        earlier.schedule.cadence is later.schedule.cadence
        and 0 < gap <= 2.5 * step.period
        and 0.55 <= ratio <= 1.8
    )


def _join(group: Group, earlier: Chain, later: Chain) -> Chain:
    gap = int(group.days[later.rows[0]] - group.days[earlier.rows[-1]])
    between = max(1, round(gap / STEPS[later.schedule.cadence].period))
    moved = earlier.slots - earlier.slots[-1] + later.slots[0] - between
    return Chain(
        later.schedule,
        np.concatenate([earlier.rows, later.rows]),
        np.concatenate([moved, later.slots]),
        np.concatenate([earlier.residuals, later.residuals]),
        earlier.bits + later.bits,
    )


def _extend(group: Group, chain: Chain, rest: NDArray[np.int64]) -> Chain:
    """Add payments before and after a chain that are on its schedule at another, similar price."""
    reach = max(2, int(np.abs(chain.residuals).max()))
    free = {int(row): int(group.days[row]) for row in rest}
    rows, slots, residuals = list(chain.rows), list(chain.slots), list(chain.residuals)
    for forward in (True, False):
        edge = -1 if forward else 0
        slot = int(slots[edge])
        tries = 2
        while tries and free:
            slot += 1 if forward else -1
            due = chain.schedule.day(slot)
            near = int(group.amounts[rows[edge]])
            fits = [
                (abs(day - due), row)
                for row, day in free.items()
                if abs(day - due) <= reach and 0.7 <= group.amounts[row] / near <= 1.45
            ]
            if not fits:
                tries -= 1
                continue
            row = min(fits)[1]
            place = len(rows) if forward else 0
            rows.insert(place, np.int64(row))
            slots.insert(place, np.int64(slot))
            residuals.insert(place, np.int64(free.pop(row) - due))
    return Chain(chain.schedule, np.array(rows), np.array(slots), np.array(residuals), chain.bits)
