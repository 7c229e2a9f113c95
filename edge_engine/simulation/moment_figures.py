"""How often moments are false alarms in simulated households: ``python -m edge_engine.simulation.moment_figures``.

Each household is written as its banks' statement files, imported into a store in memory, categorized by the model that
ships, and asked for moments on six days, four weeks apart, of which each is followed by at least eight weeks of truth.
A moment that is there on several days counts once.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.clock import FakeClock
from edge_engine.engine import Engine
from edge_engine.insights import moment as told
from edge_engine.insights.finding import DuplicateCharge, PriceRise, Shortfall
from edge_engine.insights.moment import TYPES
from edge_engine.simulation import statements
from edge_engine.simulation.household import simulate
from edge_engine.simulation.truth import EventKind, Role

if TYPE_CHECKING:
    from edge_engine.insights.moment import Moment
    from edge_engine.simulation.truth import Household, Stream

END: Final = date(2026, 6, 30)
COUNTRIES: Final = ("GB", "US", "DE")
ASKED: Final = tuple(END - timedelta(days=28 * back) for back in range(7, 1, -1))
PURPOSES: Final = ("categorization", "insights")

_SPENDING: Final = (Role.CURRENT, Role.JOINT)
_PAY: Final = frozenset((EventKind.JOB_LOSS, EventKind.INCOME_DROP, EventKind.RAISE, EventKind.BONUS))


class TypeFigures(msgspec.Struct, frozen=True):
    """Figures of one type.

    Attributes:
        type: Of the moment.
        told: Moments, each counted once.
        judged: Of these, those that the truth says something of.
        right: Of these, those that were so.
        a_household_a_month: How many a household is told in a month.
    """

    type: str
    told: int
    judged: int
    right: int
    a_household_a_month: float


class Judge:
    """Says of one household's moments whether they were so."""

    def __init__(self, household: Household) -> None:
        self._household = household
        streams = {one.id: one for one in household.streams}
        self._days: dict[str, list[date]] = {}
        self._stream_of: dict[tuple[date, int], Stream] = {}
        for one in household.postings:
            if one.stream is not None:
                self._stream_of[one.day, one.amount] = streams[one.stream]
                self._days.setdefault(one.stream, []).append(one.day)

    def right(self, one: Moment, today: date, rows: dict[int, tuple[date, int]]) -> bool | None:
        """Return whether a moment was so; None where the truth says nothing of it.

        Args:
            one: The moment.
            today: The day it was told.
            rows: Booking day and signed minor units of each transaction, by vault id.
        """
        message = one.message
        if isinstance(message, Shortfall):
            return self._lowest(today, 35) < 0
        if isinstance(message, told.SafeToSave):
            return self._lowest(today, 56) >= message.amount.minor
        if isinstance(message, DuplicateCharge):
            return any(
                event.kind is EventKind.DUPLICATE and abs((event.first - message.second).days) <= 5
                for event in self._household.events
            )
        last = max(one.evidence, key=lambda key: rows[key][0], default=None)
        stream = None if last is None else self._stream_of.get(rows[last])
        if isinstance(message, told.BillDue):
            return stream is not None and self._paid(
                stream, message.on - timedelta(3), message.on + timedelta(4)
            )
        if isinstance(message, told.BillMissed | told.IncomeLate):
            return stream is None or not self._paid(stream, today, today + timedelta(10))
        if isinstance(message, told.IncomeGone):
            return stream is None or not self._paid(stream, today, today + timedelta(56))
        if isinstance(message, told.SubscriptionNew | told.IncomeNew):
            return stream is not None and abs((stream.started - message.since).days) <= 35
        if isinstance(message, told.IncomeLower | told.IncomeHigher):
            return self._other_pay(message.on, stream)
        if isinstance(message, PriceRise):
            changes = () if stream is None else stream.price_changes
            return any(abs((change.day - message.since).days) <= 40 for change in changes)
        return None

    def _other_pay(self, on: date, stream: Stream | None) -> bool:
        changes = () if stream is None else stream.price_changes
        return any(abs((change.day - on).days) <= 40 for change in changes) or any(
            event.kind in _PAY and event.first - timedelta(40) <= on <= event.last + timedelta(40)
            for event in self._household.events
        )

    def _paid(self, stream: Stream, after: date, until: date) -> bool:
        return any(after < day <= until for day in self._days[stream.id])

    def _lowest(self, today: date, days: int) -> int:
        """Return the lowest balance of all spending accounts on the days after a day, minor units."""
        start = (today - self._household.start).days + 1
        held = [
            days_of[start : start + days]
            for role, days_of in self._household.balance_by_day.items()
            if role in _SPENDING
        ]
        return min(map(sum, zip(*held, strict=True)))


def ask(household: Household) -> list[tuple[date, Moment, bool | None]]:
    """Return every moment of a household with the first day it was told, and whether it was so."""
    clock = FakeClock(datetime.combine(ASKED[0], time(12), UTC))
    judge = Judge(household)
    found: dict[str, tuple[date, Moment, bool | None]] = {}
    with Engine.in_memory(clock=clock) as engine, tempfile.TemporaryDirectory() as folder:
        for purpose in PURPOSES:
            engine.consent.grant(purpose)
        for file in statements.write(household, Path(folder)):
            if file.name[0].isdigit():
                engine.ingest(file)
        rows = {
            row.id: (row.date, row.amount.minor) for row in engine.transactions(limit=100_000).transactions
        }
        for day in ASKED:
            clock.advance(datetime.combine(day, time(12), UTC) - clock.now())
            for one in engine.moments():
                if one.id not in found:
                    found[one.id] = (day, one, judge.right(one, day, rows))
    return list(found.values())


def figures(found: list[tuple[date, Moment, bool | None]], households: int) -> list[TypeFigures]:
    """Return the figures of each type."""
    all_, judged, right = Counter[str](), Counter[str](), Counter[str]()
    for _, one, so in found:
        all_[one.type] += 1
        judged[one.type] += so is not None
        right[one.type] += bool(so)
    months = households * len(ASKED) * 28 / 30.44
    return [
        TypeFigures(name, all_[name], judged[name], right[name], round(all_[name] / months, 3))
        for name in TYPES
    ]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="moment_figures", description=__doc__)
    parser.add_argument("--seeds", default="1000-1029", help="first and last seed (default: 1000-1029)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--notes", action="store_true", help="tell each moment that was not so")
    options = parser.parse_args()
    first, _, last = options.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    found = []
    for seed in seeds:
        mine = ask(simulate(seed, end=END, country=COUNTRIES[seed % 3]))
        found += mine
        if options.notes:
            sys.stderr.writelines(f"{seed} {day} {one.message}\n" for day, one, so in mine if so is False)
    rows = figures(found, len(seeds))
    if options.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode() + "\n")
        return 0
    sys.stdout.write(
        f"{len(seeds)} households\nmoment                  told  judged  right  a household a month\n"
    )
    for row in rows:
        sys.stdout.write(
            f"{row.type:<22}{row.told:>6}{row.judged:>8}{row.right:>7}{row.a_household_a_month:>21}\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
