"""How well changes of life are found in simulated households: ``python -m edge_engine.simulation.life_figures``.

Each household is written as its banks' statement files, imported into a store in memory, categorized by the model that
ships, and asked about, as a person's would be. With ``--given`` its true merchants and categories are used instead,
which tells what is lost to names and categories.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from edge_engine.clock import FakeClock
from edge_engine.domain.category import Taxonomy
from edge_engine.domain.series import Postings
from edge_engine.engine import Engine
from edge_engine.insights.life_events import KINDS, life_events
from edge_engine.insights.thresholds import LIFE_EVENTS, Thresholds
from edge_engine.simulation import statements
from edge_engine.simulation.household import simulate
from edge_engine.simulation.truth import EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_engine.insights.hypothesis import Hypothesis
    from edge_engine.simulation.truth import Household

END: Final = date(2026, 6, 30)
COUNTRIES: Final = ("GB", "US", "DE")
WITHIN: Final = 120
"""Days by which a found day may miss the true one."""

_TRUE: Final = {
    EventKind.JOB_CHANGE: "job",
    EventKind.HOME_MOVE: "home",
    EventKind.CHILD: "child",
    EventKind.RELOCATION: "relocation",
}


class KindFigures(msgspec.Struct, frozen=True):
    """Figures of one kind of change.

    Attributes:
        kind: Such as ``job``.
        true: Changes that happened.
        found: Of these, those asked about.
        asked: Questions.
        right: Questions about something that happened.
        precision: ``right / asked``; null where nothing was asked.
        recall: ``found / true``; null where nothing happened.
    """

    kind: str
    true: int
    found: int
    asked: int
    right: int
    precision: float | None
    recall: float | None


@dataclass
class Tally:
    """Counts over households.

    Attributes:
        true, found, asked, right: By kind.
        wrong: What looked like a change and was asked about, by kind and look-alike.
        households: How many.
        calm: Households without any change.
        disturbed: Of these, those that were asked something.
    """

    true: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    households: int = 0
    calm: int = 0
    disturbed: int = 0

    def figures(self) -> list[KindFigures]:
        """Return the figures of each kind and of all together."""
        counts = (self.true, self.found, self.asked, self.right)
        rows = [(kind, [one[kind] for one in counts]) for kind in KINDS]
        rows.append(("all", [one.total() for one in counts]))
        return [
            KindFigures(
                kind,
                true,
                found,
                asked,
                right,
                round(right / asked, 3) if asked else None,
                round(found / true, 3) if true else None,
            )
            for kind, (true, found, asked, right) in rows
        ]

    def add(self, household: Household, asked: Sequence[Hypothesis]) -> list[str]:
        """Count one household and return what went wrong, for whoever tunes."""
        truths = changes(household)
        notes = []
        self.households += 1
        if not truths:
            self.calm += 1
            self.disturbed += bool(asked)
        for kind, day in truths:
            self.true[kind] += 1
            hit = any(one.kind == kind and abs((one.since - day).days) <= WITHIN for one in asked)
            self.found[kind] += hit
            if not hit:
                notes.append(f"missed {kind} {day}")
        for one in asked:
            self.asked[one.kind] += 1
            kinds = (one.kind, "relocation") if one.kind == "home" else (one.kind,)
            if any(kind in kinds and abs((one.since - day).days) <= WITHIN for kind, day in truths):
                self.right[one.kind] += 1
                continue
            around = [
                event.kind.value
                for event in household.events
                if abs((event.first - one.since).days) <= WITHIN and event.kind in _ALIKE
            ]
            self.wrong.update(f"{one.kind}: {name}" for name in around or ["nothing of the kind"])
            notes.append(f"wrong {one.kind} {one.since} {one.confidence} {one.signs} near {around}")
        return notes


_ALIKE: Final = frozenset(
    {
        EventKind.EMPLOYER_RENAMED, EventKind.SECOND_JOB, EventKind.WINDFALL, EventKind.LANDLORD_RENAMED,
        EventKind.REMORTGAGE, EventKind.REMOVAL_VAN, EventKind.RENOVATION, EventKind.SUPPLIER_SWITCH,
        EventKind.BABY_GIFT, EventKind.NURSERY_CHANGE, EventKind.VISIT, EventKind.LONG_HOLIDAY,
        EventKind.WORK_ELSEWHERE, EventKind.JOB_LOSS, EventKind.INCOME_DROP,
    }
)  # fmt: skip


def changes(household: Household) -> list[tuple[str, date]]:
    """Return the true changes with their day: of a job the first day of the new one, also after a time without work."""
    found = [
        (_TRUE[event.kind], event.last if event.kind is EventKind.JOB_CHANGE else event.first)
        for event in household.events
        if event.kind in _TRUE
    ]
    found += [
        ("job", stream.started)
        for stream in household.streams
        if stream.leaf == "income.salary" and stream.id.endswith("-new") and len(stream.postings) > 1
    ]
    return found


def ask(household: Household) -> list[Hypothesis]:
    """Import the household's files and return what the engine would ask."""
    clock = FakeClock(datetime.combine(household.end + timedelta(1), time(9), UTC))
    with tempfile.TemporaryDirectory() as folder, Engine.in_memory(clock=clock) as engine:
        for purpose in ("categorization", "life_changes"):
            engine.consent.grant(purpose)
        for file in statements.write(household, Path(folder)):
            if file.name[0].isdigit():
                engine.ingest(file)
        return engine.questions.life_changes()


def given(household: Household, until: date) -> tuple[Postings, dict[int, str]]:
    """Return what was booked by a day, with its true merchants and categories and without sensitive rows, and texts."""
    taxonomy = Taxonomy.default()
    accounts = sorted(household.accounts)
    rows = [one for one in household.postings if one.day <= until and not taxonomy.leaf(one.leaf).sensitive]
    names = sorted({(one.counterparty or one.text).casefold() for one in rows})
    number = {name: at for at, name in enumerate(names)}

    def column(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array(values, dtype=np.int64)

    postings = Postings(
        ids=np.arange(1, len(rows) + 1, dtype=np.int64),
        days=column([one.day.toordinal() for one in rows]),
        amounts=column([one.amount for one in rows]),
        accounts=column([accounts.index(one.account) + 1 for one in rows]),
        leaves=column([taxonomy.leaf(one.leaf).code for one in rows]),
        merchants=column([number[(one.counterparty or one.text).casefold()] for one in rows]),
        currencies=np.zeros(len(rows), dtype=np.int64),
        transfers=np.array([one.transfer is not None for one in rows], dtype=np.bool_),
        merchant_names=tuple(names),
        currency_codes=(household.currency,),
    )
    return postings, {at: one.text for at, one in enumerate(rows, 1)}


def ask_given(household: Household) -> list[Hypothesis]:
    """Return what would be asked if every merchant and category were known."""
    postings, texts = given(household, household.end)
    rules = Thresholds.default(LIFE_EVENTS)
    today = household.end + timedelta(1)
    purposes = ("life_changes", "categorization")
    return life_events(postings, texts, (), today, Taxonomy.default(), rules, purposes)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="life_figures", description=__doc__)
    parser.add_argument("--seeds", default="1000-1099", help="first and last seed (default: 1000-1099)")
    parser.add_argument("--given", action="store_true", help="with the true merchants and categories")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--notes", action="store_true", help="tell each miss and each wrong question")
    options = parser.parse_args()
    first, _, last = options.seeds.partition("-")
    tally = Tally()
    for seed in range(int(first), int(last or first) + 1):
        household = simulate(seed, end=END, country=COUNTRIES[seed % 3], changes=True)
        notes = tally.add(household, ask_given(household) if options.given else ask(household))
        if options.notes:
            sys.stderr.writelines(f"{seed} {household.country} {note}\n" for note in notes)
    told = {
        "households": tally.households,
        "without_a_change": tally.calm,
        "of_these_asked_something": tally.disturbed,
        "kinds": tally.figures(),
        "wrong": dict(tally.wrong.most_common()),
    }
    if options.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(told), indent=2).decode() + "\n")
        return 0
    sys.stdout.write(
        f"{tally.households} households, {tally.calm} without a change, {tally.disturbed} of these asked something\n"
        "change       true  found  asked  right  precision  recall\n"
    )
    for one in tally.figures():
        figures = [f"{value:.2f}" if value is not None else "-" for value in (one.precision, one.recall)]
        sys.stdout.write(
            f"{one.kind:<11}{one.true:>6}{one.found:>7}{one.asked:>7}{one.right:>7}{figures[0]:>11}{figures[1]:>8}\n"
        )
    for name, times in tally.wrong.most_common():
        sys.stdout.write(f"  wrong: {name} ({times})\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
