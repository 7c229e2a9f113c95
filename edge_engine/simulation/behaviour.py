"""How simulated people react to suggestions: by relevance, timing, fatigue and trust, and each by hidden tastes.

The numbers are ``catalogs/behaviour.toml``, each with its reason. All of them are assumptions: no real person was
asked or observed, and no figure that comes of them says anything about real people. They make a world in which
something can be learned that the features do not tell: tastes, patience and trust are known to the simulation alone.

A suggestion is first seen or not, then acted upon or not, then closed or not; who closes may mean only the moment, or
for ever; who does none of it may look. Help received makes trust grow; what is closed, nags or plainly misses costs
some. Everything follows from the generator that it is given.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from edge_engine.decisions.offer import Family
from edge_engine.decisions.story import Reaction

if TYPE_CHECKING:
    import numpy as np

FILE: Final = "behaviour.toml"

LOW_DAYS: Final = 20.0
"""Days of buffer from which nobody is short."""

WELL_DAYS: Final = (15.0, 60.0)
"""Days of buffer between which somebody begins to be, and is, well off."""

SPARE_FULL: Final = 0.2
"""Share of income left that counts as plenty."""


class Number(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One assumption with its reason."""

    id: str
    value: float
    reason: str


class Fit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What makes a family of offers fit somebody; see the head of its part of the file."""

    family: Family
    always: float
    low: float
    well: float
    spare: float
    appetite: float
    reason: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: int
    number: tuple[Number, ...]
    fit: tuple[Fit, ...]


@dataclass(frozen=True, slots=True)
class Assumptions:
    """All numbers of the behaviour model.

    Attributes:
        numbers: By identifier.
        fits: By family.
    """

    numbers: dict[str, float]
    fits: dict[Family, Fit]

    @classmethod
    def default(cls) -> Assumptions:
        """Return the numbers of ``behaviour.toml``; read once a process."""
        return _default()

    def changed(self, **numbers: float) -> Assumptions:
        """Return the same with some numbers changed; ``__`` stands for the dot of a name."""
        named = {name.replace("__", "."): value for name, value in numbers.items()}
        unknown = sorted(named.keys() - self.numbers.keys())
        if unknown:
            raise KeyError(unknown[0])
        return Assumptions({**self.numbers, **named}, self.fits)


@cache
def _default() -> Assumptions:
    source = resources.files("edge_engine.simulation").joinpath("catalogs", FILE)
    read = msgspec.toml.decode(source.read_bytes(), type=_File)
    return Assumptions({one.id: one.value for one in read.number}, {one.family: one for one in read.fit})


class Now(Protocol):
    """Somebody's money and use of the app at one time, however it was come by."""

    @property
    def buffer_days(self) -> float:
        """Days of usual spending that the lowest coming balance covers."""
        ...

    @property
    def spare(self) -> float:
        """Share of income that is left."""
        ...

    @property
    def engagement(self) -> float:
        """Share of weeks with the app in use."""
        ...

    @property
    def appetite(self) -> float:
        """Appetite for investing."""
        ...


class Suggestion(msgspec.Struct, frozen=True):
    """What somebody is shown, as it matters to them.

    Attributes:
        family: What it does to their money.
        intrusive: Whether it interrupts.
        value: What it is worth in a year as a share of a month's spending, 0 to 1.
    """

    family: Family
    intrusive: bool
    value: float


@dataclass(slots=True)
class Person:
    """Somebody with tastes that nothing which learns can see, and a mood that what is shown changes.

    Attributes:
        tastes: Log-odds by family, beside what fits.
        patience: Log-odds by which interruptions are minded less.
        thrift: Factor by which sums matter.
        contrary: Whether what fits others misses them: for worlds in which the assumptions are wrong.
        trust: 0 to 1.
        tired: Suggestions of late, as they are still felt.
    """

    tastes: dict[Family, float]
    patience: float
    thrift: float
    contrary: bool
    trust: float
    tired: float = 0.0


def person(
    chance: np.random.Generator,
    rules: Assumptions,
    *,
    shift: dict[Family, float] | None = None,
    contrary: float = 0.0,
) -> Person:
    """Draw somebody.

    Args:
        chance: What they are drawn from.
        rules: The assumptions.
        shift: By how much a whole world's tastes differ from the usual ones.
        contrary: Share of people whom what fits others misses.
    """
    n = rules.numbers
    normal = chance.standard_normal(len(Family) + 3).tolist()
    tastes = {
        family: n["taste.spread"] * normal[at] + (shift or {}).get(family, 0.0)
        for at, family in enumerate(Family)
    }
    return Person(
        tastes,
        n["patience.spread"] * normal[-3],
        math.exp(n["thrift.spread"] * normal[-2]),
        bool(chance.random() < contrary),
        min(max(n["trust.first"] + n["trust.spread"] * normal[-1], 0.0), 1.0),
    )


def fit(rules: Assumptions, who: Person, now: Now, family: Family) -> float:
    """Return how well a family of offers fits somebody's situation, -1 to 1."""
    line = rules.fits[family]
    begin, full = WELL_DAYS
    found = (
        line.always
        + line.low * min(max(1.0 - now.buffer_days / LOW_DAYS, 0.0), 1.0)
        + line.well * min(max((now.buffer_days - begin) / (full - begin), 0.0), 1.0)
        + line.spare * min(max(now.spare / SPARE_FULL, -1.0), 1.0)
        + line.appetite * (2.0 * now.appetite - 1.0)
    )
    cut = min(max(found, -1.0), 1.0)
    return -cut if who.contrary else cut


def chances(rules: Assumptions, who: Person, now: Now, what: Suggestion) -> dict[Reaction, float]:
    """Return the probability of each response; they sum to 1."""
    n = rules.numbers
    fits = fit(rules, who, now, what.family)
    trust = who.trust - 0.5
    interrupts = float(what.intrusive)
    seen = n["seen.intrusive"] if what.intrusive else n["seen.quiet"] * now.engagement
    acts = _odds(
        n["act.base"]
        + n["act.fit"] * fits
        + who.tastes[what.family]
        + n["act.value"] * who.thrift * what.value
        + n["act.trust"] * trust
        - n["act.tired"] * who.tired
        + n["act.engaged"] * (now.engagement - 0.5)
    )
    closes = _odds(
        n["close.base"]
        - n["close.misfit"] * fits
        + interrupts * (n["close.intrusive"] - who.patience)
        + n["close.tired"] * who.tired
        - n["close.trust"] * trust
    )
    never = min(n["never.share"] * (1.0 + who.tired / 2.0 + max(-fits, 0.0)), 0.5)
    closed = seen * (1.0 - acts) * closes
    left = seen * (1.0 - acts) * (1.0 - closes)
    return {
        Reaction.ACTED: seen * acts,
        Reaction.NEVER: closed * never,
        Reaction.NOT_NOW: closed * (1.0 - never) * n["not_now.share"],
        Reaction.CLOSED: closed * (1.0 - never) * (1.0 - n["not_now.share"]),
        Reaction.OPENED: left * n["open.share"],
        Reaction.NONE: left * (1.0 - n["open.share"]) + 1.0 - seen,
    }


def respond(
    rules: Assumptions, who: Person, now: Now, what: Suggestion, chance: np.random.Generator
) -> Reaction:
    """Return what somebody does, and let it change their mood."""
    mark = chance.random()
    found = Reaction.NONE
    for response, share in chances(rules, who, now, what).items():
        mark -= share
        if mark < 0.0:
            found = response
            break
    _remember(rules, who, fit(rules, who, now, what.family), what, found)
    return found


def rest(rules: Assumptions, who: Person, days: float) -> None:
    """Let some days go by."""
    who.tired *= 0.5 ** (days / rules.numbers["tired.half_life_days"])


def _remember(rules: Assumptions, who: Person, fits: float, what: Suggestion, found: Reaction) -> None:
    n = rules.numbers
    who.tired += n["tired.intrusive"] if what.intrusive else 1.0
    if found is Reaction.ACTED:
        who.trust += n["trust.helped"] * (1.0 + what.value) * (1.0 - who.trust)
    if found in (Reaction.CLOSED, Reaction.NEVER):
        who.trust *= 1.0 - n["trust.closed"]
        if fits < -0.5:
            who.trust *= 1.0 - n["trust.misfit"]
    if what.intrusive and found is not Reaction.ACTED:
        who.trust *= 1.0 - n["trust.nagged"]
    # INVARIANT: trust is a share.
    who.trust = min(max(who.trust, 0.0), 1.0)


def _odds(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-logit))
