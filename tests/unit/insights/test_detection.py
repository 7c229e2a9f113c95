"""How many streams are found, and how many of those found are real, over invented people and simulated households."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from edge_engine.insights.recurring import streams
from edge_engine.simulation.household import Household, simulate
from tests.unit.insights.stories import TAXONOMY, Person, Row, Truth, columns, person


@dataclass
class Score:
    found: int = 0
    right: int = 0
    truths: int = 0
    recalled: int = 0
    cadences: int = 0
    due: int = 0
    on_time: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.found

    @property
    def recall(self) -> float:
        return self.recalled / self.truths

    @property
    def next_within_3_days(self) -> float:
        return self.on_time / self.due

    def add(self, one: Person) -> None:
        """Compare what is found with what is true: a stream is found if most of its payments are in one."""
        found = streams(one.postings, one.today, TAXONOMY)
        owner = {row: at for at, truth in enumerate(one.truths) for row in truth.rows}
        for stream in found:
            ((most, n),) = Counter(owner.get(row, -1) for row in stream.evidence).most_common(1)
            self.found += 1
            self.right += most >= 0 and n >= 0.7 * len(stream.evidence)
        for truth in one.truths:
            if len(truth.rows) < 3:
                continue
            self.truths += 1
            best = max(found, key=lambda stream: len(truth.rows & set(stream.evidence)), default=None)
            if best is None or len(truth.rows & set(best.evidence)) < 0.6 * max(
                len(truth.rows), len(best.evidence)
            ):
                continue
            self.recalled += 1
            self.cadences += best.cadence.value == truth.cadence
            if truth.next is not None:
                self.due += 1
                self.on_time += best.next is not None and abs((best.next - truth.next).days) <= 3


def invented(**knobs: float) -> Score:
    score = Score()
    for seed in range(8):
        score.add(
            person(
                seed,
                jitter=int(knobs.get("jitter", 1)),
                wobble=knobs.get("wobble", 1),
                miss=knobs.get("miss", 0.03),
                categorized=bool(knobs.get("categorized", 1)),
            )
        )
    return score


@pytest.mark.parametrize(
    ("knobs", "precision", "recall", "on_time"),
    [
        ({}, 0.97, 0.99, 0.97),
        ({"jitter": 0, "miss": 0}, 0.97, 0.99, 0.99),
        ({"jitter": 3}, 0.97, 0.98, 0.95),
        ({"wobble": 2}, 0.97, 0.98, 0.97),
        ({"miss": 0.1}, 0.97, 0.97, 0.9),
        ({"jitter": 3, "wobble": 2, "miss": 0.1}, 0.96, 0.96, 0.9),
        ({"categorized": 0}, 0.94, 0.96, 0.97),
        ({"categorized": 0, "jitter": 3, "miss": 0.1}, 0.94, 0.93, 0.88),
    ],
    ids=str,
)
def test_invented_people(knobs: dict[str, float], precision: float, recall: float, on_time: float) -> None:
    score = invented(**knobs)
    assert score.precision >= precision
    assert score.recall >= recall
    assert score.next_within_3_days >= on_time
    assert score.cadences >= 0.98 * score.recalled


def as_person(house: Household) -> Person:
    """Turn a household's booked lines into columns, with merchants as the truth names them.

    Interest that a savings account pays every month returns as well, though the simulator does not list it.
    """
    rows = sorted(house.postings, key=lambda posting: posting.day)
    accounts = sorted(house.accounts)
    postings = columns(
        [
            Row(
                one.day,
                one.amount,
                (one.counterparty or one.text).casefold(),
                one.leaf,
                accounts.index(one.account) + 1,
                house.currency,
                one.transfer is not None,
            )
            for one in rows
        ]
    )
    number = {one.id: at for at, one in enumerate(rows, 1) if one.transfer is None}
    truths = [
        Truth(
            stream.merchant,
            stream.cadence.value,
            frozenset(number[one] for one in stream.postings if one in number),
            stream.expected,
        )
        for stream in house.streams
    ]
    interest = [number[one.id] for one in rows if one.leaf == "income.investment" and one.transfer is None]
    truths.append(Truth("interest", "monthly", frozenset(interest), None))
    return Person(postings, house.end, tuple(truth for truth in truths if truth.rows))


@pytest.mark.slow
def test_simulated_households() -> None:
    score = Score()
    for seed in range(20):
        end = date(2025, 6, 30) + timedelta(days=seed)
        score.add(as_person(simulate(seed, end=end, country=("GB", "US", "DE")[seed % 3])))
    assert score.truths > 300
    assert score.precision >= 0.95
    assert score.recall >= 0.95
    assert score.next_within_3_days >= 0.93
    assert score.cadences >= 0.98 * score.recalled
