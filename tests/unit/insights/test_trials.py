from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge_engine.domain.money import Money
from edge_engine.inference.trajectory import bills
from edge_engine.inference.trajectory.backtest import origins
from edge_engine.inference.trajectory.model import Trajectory
from edge_engine.insights import trajectory
from edge_engine.insights.cashflow import WEEK, outlook
from edge_engine.insights.recurring import streams
from edge_engine.insights.trials import APART, Trials
from tests.unit.insights.stories import TAXONOMY, Row, columns, person

if TYPE_CHECKING:
    from edge_engine.domain.series import Postings
    from edge_engine.inference.trajectory.history import History
    from edge_engine.insights.finding import Outlook

EUR = "EUR"


def rows_of(seed: int) -> list[Row]:
    """The person's rows, told day by day below."""
    postings = person(seed).postings
    leaves = {code: leaf.id for code, leaf in TAXONOMY.by_code.items()}
    return [
        Row(
            date.fromordinal(int(day)), int(amount), postings.merchant_names[merchant], leaves.get(int(leaf), ""),
        )
        for day, amount, merchant, leaf in zip(
            postings.days, postings.amounts, postings.merchants, postings.leaves, strict=True
        )
    ]  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return rows_of(1)


def until(rows: list[Row], today: date) -> Postings:
    return columns([row for row in rows if row.day <= today])


def history(postings: Postings, today: date) -> History:
    made = trajectory.history_of(postings, {1: Money(300_000, EUR)}, today, TAXONOMY)
    assert made is not None
    return made


def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many days bills are worked out for, call by call."""
    calls: list[int] = []
    real = bills.known

    def known(history: History, at: np.ndarray[tuple[int], np.dtype[np.int64]]) -> bills.Known:
        calls.append(len(at))
        return real(history, at)

    monkeypatch.setattr(bills, "known", known)
    return calls


def test_each_day_only_what_is_new_is_worked_out_and_it_is_the_same(
    rows: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    trials, last = Trials(), max(row.day for row in rows)
    # A merchant of the last days whose name comes before all others gives everybody another number.
    rows = [*rows, Row(last - timedelta(days=9), -1_200, "AAA FIRST", "food.groceries")]
    rows.sort(key=lambda row: row.day)
    calls = asked(monkeypatch)
    for back in range(24, -1, -1):
        today = last - timedelta(days=back)
        now = history(until(rows, today), today)
        at = origins(now)
        calls.clear()
        found = trials.known(EUR, now, at)
        assert sum(calls) <= (2 if back < 24 else len(at))
        for one, other in zip(found, bills.known(now, at), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("what", ["amount", "merchant", "day", "balance"])
def test_what_is_told_of_the_past_later_makes_it_anew(
    rows: list[Row], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    trials, today = Trials(), max(row.day for row in rows)
    first = history(until(rows, today), today)
    trials.known(EUR, first, origins(first))
    changed = list(rows)
    place = len(rows) // 2
    row = rows[place]
    if what == "amount":
        changed[place] = replace(row, minor=row.minor - 1)
    elif what == "merchant":
        changed[place] = replace(row, merchant="SOMEBODY ELSE")
    elif what == "day":
        changed[place] = replace(row, day=row.day - timedelta(days=1))
        changed.sort(key=lambda row: row.day)
    now = history(until(changed, today), today)
    if what == "balance":
        now.balance[:] += 5_000
    calls = asked(monkeypatch)
    found = trials.known(EUR, now, origins(now))
    # Bills are the same whatever the balance was.
    assert sum(calls) == (0 if what == "balance" else len(origins(now)))
    for one, other in zip(found, bills.known(now, origins(now)), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_past_path_is_made_once_for_the_same_postings(rows: list[Row]) -> None:
    trials, made = Trials(), []

    def make() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        made.append(1)
        return np.zeros((8, 3))

    day = max(row.day for row in rows)
    known = until(rows, day)
    for _ in range(3):
        trials.path(known, [1], day.toordinal(), make)
    assert len(made) == 1
    renamed = replace(known, merchant_names=(*known.merchant_names[:-1], "ZZZ"))
    for other, accounts, on in ((known, [1, 2], day), (known, [1], day - timedelta(1)), (renamed, [1], day)):
        trials.path(other, accounts, on.toordinal(), make)
    assert len(made) == 4
    for back in range(12):
        trials.path(known, [1], day.toordinal() - 10 - back, make)
    trials.path(known, [1], day.toordinal(), make)
    assert len(made) == 17, "old ones are forgotten"


def test_an_outlook_is_the_same_with_and_without_what_was_made_before(rows: list[Row]) -> None:
    trials, model, last = Trials(), Trajectory.load(), max(row.day for row in rows)
    spoke = 0

    def told(postings: Postings, today: date, trials: Trials | None) -> Outlook:
        balances = {1: Money(300_000 + 17 * today.toordinal(), EUR)}
        habits = outlook(postings, balances, streams(postings, today, TAXONOMY), today)
        assert habits is not None
        return trajectory.foretold(habits, postings, balances, today, TAXONOMY, model, trials=trials)

    for back in range(WEEK * APART + 2, -1, -3):
        today = last - timedelta(days=back)
        postings = until(rows, today)
        remembered = told(postings, today, trials)
        assert remembered == told(postings, today, None)
        spoke += remembered.record is not None and remembered.record.loss_tried is not None
    assert spoke
