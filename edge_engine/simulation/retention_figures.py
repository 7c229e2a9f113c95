"""Which assumptions about staying move the answer most: ``python -m edge_engine.simulation.retention_figures``.

The answer is what a plain policy adds: of simulated people who get suggestions for half a year, against the same people
left alone, the share that is still there, and what that is worth. Suggestions come from the real offers, conditions and
guards; of what may be shown, the quiet one that is worth most is. Then one number at a time is moved as far as it could
be off, and at last all numbers of the retention model at once. Nobody was observed: the table says where to measure
first, not what will happen.
"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import dataclass, field
from statistics import fmean, quantiles
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.decisions.story import Reaction
from edge_engine.simulation.behaviour import Assumptions
from edge_engine.simulation.dice import Dice
from edge_engine.simulation.groups import Statistics
from edge_engine.simulation.retention import DAYS_A_MONTH, Hazard, Mood, lifetime_value, staying
from edge_engine.simulation.suggestions import INSIDE, Life, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.decisions.features import Candidates, Context

DAYS: Final = 180
PEOPLE: Final = 60
COUNTRY: Final = "GB"
DRAWS: Final = 200

_SHORT_DAYS: Final = 10.0
"""Days of buffer below which somebody counts as short, as in ``situations.moments``."""

_FACTORS: Final = (0.5, 1.5)
"""How far the numbers of the behaviour model are moved, which come without a range of their own."""

_STEPS: Final = 1 << 20


@dataclass(slots=True)
class _Quiet:
    """Shows the quiet candidate that is worth most, and notes how it is with the person afterwards."""

    life: Life
    notes: list[tuple[float, float]] = field(default_factory=list)

    def choose(self, context: Context, candidates: Candidates) -> int:  # noqa: ARG002 - what anybody is shown
        rows = candidates.numbers.tolist()
        return min(range(len(rows)), key=lambda at: (rows[at][4], -rows[at][3], at))

    def learn(self, reward: float) -> None:  # noqa: ARG002 - it learns nothing
        self.notes.append((self.life.who.trust, self.life.who.tired))


@dataclass(frozen=True, slots=True)
class Lived:
    """Half a year of somebody.

    Attributes:
        persona: Their group.
        first: Trust at the start.
        idle: Days since the app was last opened, by day.
        short: Whether money was short, by day.
        told: What a suggestion left: its day, trust, tiredness and whether it helped.
        rested: Share of tiredness that a day leaves.
    """

    persona: str
    first: float
    idle: tuple[int, ...]
    short: tuple[bool, ...]
    told: tuple[tuple[int, float, float, bool], ...]
    rested: float

    def moods(self, hazard: Hazard, *, alone: bool = False) -> Iterator[Mood]:
        """Yield the mood of each day, with what was suggested or as if nobody had."""
        trust, tired, helped, told = self.first, 0.0, 0.0, () if alone else self.told
        at = 0
        for day, (idle, short) in enumerate(zip(self.idle, self.short, strict=True)):
            tired *= self.rested
            helped = hazard.remember(helped, 1.0)
            while at < len(told) and told[at][0] == day:
                _, trust, tired, acted = told[at]
                helped += acted
                at += 1
            yield Mood(trust, tired, helped, idle, short)


class Answer(msgspec.Struct, frozen=True):
    """What a plain policy adds.

    Attributes:
        kept: Share that is still there after half a year.
        alone: Likewise of the same people left alone.
        worth: Mean lifetime value in minor units of ``COUNTRY``'s currency.
        worth_alone: Likewise of the same people left alone.
    """

    kept: float
    alone: float
    worth: float
    worth_alone: float

    @property
    def uplift(self) -> float:
        """By how much more stay, as a share of all."""
        return self.kept - self.alone

    @property
    def gain(self) -> float:
        """By how much they are worth more, minor units."""
        return self.worth - self.worth_alone


class Swing(msgspec.Struct, frozen=True):
    """What the answer is when one number is as low or as high as it could be."""

    number: str
    low: float
    high: float
    uplift_low: float
    uplift_high: float
    gain_low: float
    gain_high: float

    @property
    def width(self) -> float:
        """How far the uplift moves."""
        return abs(self.uplift_high - self.uplift_low)


class Figures(msgspec.Struct, frozen=True):
    """The analysis: ``swings`` widest first; ``joint`` are uplifts, in order, all retention numbers drawn at once."""

    people: int
    base: Answer
    swings: tuple[Swing, ...]
    joint: tuple[float, ...]


def live(rules: Assumptions, seed: int, people: int) -> list[Lived]:
    """Let people live half a year of suggestions; groups are as frequent as in ``COUNTRY``."""
    groups = list(Statistics.default().groups.values())
    dice = Dice(seed, "retention figures")
    found = []
    for number in range(people):
        life = Life.draw(World(rules), (seed, number))
        life.occasions = [one for one in life.occasions if one.day < DAYS]
        first, chooser = life.who.trust, _Quiet(life)
        turns = life.live(chooser)
        told = tuple(
            (turn.day, trust, tired, turn.response is Reaction.ACTED)
            for turn, (trust, tired) in zip(turns, chooser.notes, strict=True)
        )
        opened = {one.day for one in life.occasions if one.channels == INSIDE}
        short = tuple(life.weeks[day // 7].buffer_days < _SHORT_DAYS for day in range(DAYS))
        rested = 0.5 ** (1.0 / rules.numbers["tired.half_life_days"])
        group = dice.weighted(groups, [one.share[COUNTRY] for one in groups])
        found.append(Lived(group.id, first, _idle(opened), short, told, rested))
    return found


def _idle(opened: set[int]) -> tuple[int, ...]:
    since, found = 0, []
    for day in range(DAYS):
        since = 0 if day in opened else since + 1
        found.append(since)
    return tuple(found)


def answer(hazard: Hazard, lived: list[Lived]) -> Answer:
    """Return what the suggestions that these people got added."""
    months = int(hazard.values["value.months"])
    shares: tuple[list[float], list[float]] = ([], [])
    worth: tuple[list[int], list[int]] = ([], [])
    for one in lived:
        for side, alone in enumerate((False, True)):
            moods = list(one.moods(hazard, alone=alone))
            kept = staying(hazard, one.persona, moods, months * DAYS_A_MONTH, DAYS_A_MONTH)
            shares[side].append(kept[DAYS // DAYS_A_MONTH - 1])
            worth[side].append(lifetime_value(hazard, COUNTRY, kept).minor)
    return Answer(fmean(shares[0]), fmean(shares[1]), fmean(worth[0]), fmean(worth[1]))


def sensitivity(seed: int = 1, people: int = PEOPLE, draws: int = DRAWS) -> Figures:
    """Move one number at a time, and then all of the retention model at once.

    Args:
        seed: What people are drawn from.
        people: How many.
        draws: How often all numbers are drawn at once, evenly within their ranges.
    """
    hazard, rules = Hazard.default(), Assumptions.default()
    lived = live(rules, seed, people)
    swings = []
    for number in hazard.numbers.values():
        ends = [answer(hazard.changed({number.id: value}), lived) for value in (number.low, number.high)]
        swings.append(_swing(number.id, number.low, number.high, ends))
    for name, usual in rules.numbers.items():
        # INVARIANT: what is a probability stays one.
        most = 1.0 if name.startswith("seen.") or name.endswith(".share") else math.inf
        low, high = sorted(min(usual * factor, most) for factor in _FACTORS)
        ends = [answer(hazard, live(_with(rules, name, value), seed, people)) for value in (low, high)]
        swings.append(_swing(f"behaviour: {name}", low, high, ends))
    swings.sort(key=lambda one: -one.width)
    dice = Dice(seed, "retention figures", "joint")
    joint = sorted(answer(_anyhow(hazard, dice), lived).uplift for _ in range(draws))
    return Figures(people, answer(hazard, lived), tuple(swings), tuple(joint))


def _with(rules: Assumptions, name: str, value: float) -> Assumptions:
    return rules.changed(**{name.replace(".", "__"): value})


def _anyhow(hazard: Hazard, dice: Dice) -> Hazard:
    """Return the model with each number drawn evenly within its range."""
    drawn = {
        one.id: one.low + (one.high - one.low) * dice.below(_STEPS) / _STEPS
        for one in hazard.numbers.values()
    }
    return hazard.changed(drawn)


def _swing(name: str, low: float, high: float, ends: list[Answer]) -> Swing:
    first, last = ends
    return Swing(name, low, high, first.uplift, last.uplift, first.gain, last.gain)


def write(figures: Figures) -> Iterator[str]:
    """Yield the analysis as lines for people."""
    base, cuts = figures.base, quantiles(figures.joint, n=20)
    yield f"{figures.people} simulated people, {DAYS} days; nobody was observed"
    yield f"still there: {base.kept:.3f} with suggestions, {base.alone:.3f} left alone, uplift {base.uplift:+.3f}"
    yield f"lifetime value in minor units: {base.worth:.0f} against {base.worth_alone:.0f}, {base.gain:+.0f}"
    above = sum(one > 0.0 for one in figures.joint) / len(figures.joint)
    yield (
        f"all retention numbers at once, {len(figures.joint)} draws: uplift {cuts[0]:+.3f} to {cuts[-1]:+.3f}"
        f" (5% to 95%), above zero in {above:.0%}"
    )
    yield f"{'number':34} {'low':>8} {'high':>8} {'uplift':>16} {'worth more':>14}"
    for one in figures.swings:
        moved, worth = (
            f"{one.uplift_low:+.3f} {one.uplift_high:+.3f}",
            f"{one.gain_low:+.0f} {one.gain_high:+.0f}",
        )
        yield f"{one.number:34} {one.low:8.4g} {one.high:8.4g} {moved:>16} {worth:>14}"


def main() -> int:
    """Analyse and print."""
    parser = argparse.ArgumentParser(prog="retention_figures", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="what people are drawn from (default: 1)")
    parser.add_argument("--people", type=int, default=PEOPLE, help=f"how many (default: {PEOPLE})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    figures = sensitivity(options.seed, options.people)
    if options.json:
        sys.stdout.write(msgspec.json.encode(figures).decode() + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in write(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
