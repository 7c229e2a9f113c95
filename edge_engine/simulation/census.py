"""Counts a population and holds it against public statistics: ``python -m edge_engine.simulation.census``.

Nothing is drawn from the statistics it is held against: the numbers of groups are set by hand from them and from
others, and this says how far the whole came out. With ``--households`` some are simulated too, for how many are ever
short of money; no statistic says the same thing, so that stands alone.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.simulation.groups import Statistics
from edge_engine.simulation.population import Population, stressed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from edge_engine.simulation.persona import Persona

DEVICES: Final = 8000
HOUSEHOLDS: Final = 0
DAYS: Final = 365
END: Final = date(2026, 6, 30)


class Held(msgspec.Struct, frozen=True):
    """A measure of one country beside its statistic, in thousandths."""

    what: str
    country: str
    counted: int
    published: int
    source: str


class Census(msgspec.Struct, frozen=True):
    """What was counted.

    Attributes:
        devices: How many people.
        held: Measures beside public statistics.
        groups: People by group.
        consents: Share with each purpose on, at the start and at the end of the run.
        short: By group, of the households simulated: share that was ever short of money, and share of days.
    """

    devices: int
    held: tuple[Held, ...]
    groups: dict[str, int]
    consents: dict[str, tuple[float, float]]
    short: dict[str, tuple[float, float]]


def equivalised(who: Persona) -> float:
    """Return a household's monthly pay by the modified OECD scale: 1 for the first adult, 0.5 and 0.3 for others."""
    return who.income / (1.0 + 0.5 * (who.adults - 1) + 0.3 * who.children)


def gini(homes: Sequence[Persona]) -> int:
    """Return the inequality of people's equivalised incomes, thousandths: 0 where all are equal."""
    found = sorted((equivalised(who), who.adults + who.children) for who in homes)
    people, below, area = sum(count for _, count in found), 0.0, 0.0
    total = sum(income * count for income, count in found)
    for income, count in found:
        area += count * (below + income * count / 2.0)
        below += income * count
    return round(1000 * (1.0 - 2.0 * area / (people * total)))


def _share(homes: Sequence[Persona], has: Callable[[Persona], bool]) -> int:
    return round(1000 * sum(map(has, homes)) / len(homes))


MEASURES: Final[dict[str, Callable[[Sequence[Persona]], int]]] = {
    "lone": lambda homes: _share(homes, lambda who: who.adults + who.children == 1),
    "owner": lambda homes: _share(homes, lambda who: "owner" in who.traits),
    "car": lambda homes: _share(homes, lambda who: "car" in who.traits),
    "gini": gini,
}
"""What is held against statistics, by its name in ``population.toml``."""


def count(seed: int = 1, devices: int = DEVICES, households: int = HOUSEHOLDS) -> Census:
    """Count a population.

    Args:
        seed: What it is drawn from.
        devices: How many people.
        households: How many of them are simulated for a year.
    """
    population = Population(seed, devices, DAYS, END)
    homes: dict[str, list[Persona]] = defaultdict(list)
    groups: Counter[str] = Counter()
    on: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    days: dict[str, list[float]] = defaultdict(list)
    for number in range(devices):
        resident = population.resident(number)
        homes[resident.country].append(population.people(resident))
        groups[resident.persona] += 1
        for counts, day in zip(on, (0, DAYS - 1), strict=True):
            counts.update(resident.granted(day))
        if number < households:
            short = stressed(population.household(resident))
            days[resident.persona].append(sum(short) / len(short))
    statistics = Statistics.default()
    return Census(
        devices,
        tuple(
            Held(one.what, one.country, MEASURES[one.what](homes[one.country]), one.value, one.source)
            for one in statistics.targets
        ),
        {name: groups[name] for name in statistics.groups},
        {
            one.purpose: (on[0][one.purpose] / devices, on[1][one.purpose] / devices)
            for one in statistics.choices
        },
        {
            name: (sum(one > 0.0 for one in shares) / len(shares), sum(shares) / len(shares))
            for name, shares in sorted(days.items())
        },
    )


def write(census: Census) -> Iterator[str]:
    """Yield the count as lines for people."""
    yield f"{census.devices} people; nobody was observed"
    yield f"{'what':6} {'country':7} {'counted':>8} {'published':>10}  source"
    for one in census.held:
        yield (
            f"{one.what:6} {one.country:7} {one.counted / 1000:8.3f} {one.published / 1000:10.3f}  {one.source}"
        )
    for name, people in census.groups.items():
        yield f"group {name:20} {people / census.devices:6.3f}"
    for purpose, (first, last) in census.consents.items():
        yield f"agrees to {purpose:22} {first:6.3f} at the start, {last:6.3f} after {DAYS} days"
    for name, (ever, share) in census.short.items():
        yield f"short of money: {name:15} {ever:6.3f} in the year, {share:6.3f} of days"


def main() -> int:
    """Count and print."""
    parser = argparse.ArgumentParser(prog="census", description=__doc__)
    parser.add_argument("--devices", type=int, default=DEVICES, help=f"people (default: {DEVICES})")
    parser.add_argument(
        "--households", type=int, default=HOUSEHOLDS, help="of them simulated (default: none)"
    )
    parser.add_argument("--seed", type=int, default=1, help="what they are drawn from (default: 1)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    census = count(options.seed, options.devices, options.households)
    if options.json:
        sys.stdout.write(msgspec.json.encode(census).decode() + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in write(census))
    return 0


if __name__ == "__main__":
    sys.exit(main())
