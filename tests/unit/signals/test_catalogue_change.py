"""A new catalogue over a store of an old one: nothing is refunded or frozen, and what was charged is told as it was."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine import Engine, FakeClock
from edge_engine.signals.catalogue import Catalogue
from tests.fakes.collecting import HEAD, SIGNAL, Watched, agree_anew, catalogue, chosen

if TYPE_CHECKING:
    from tests.unit.signals.conftest import Device

DAY = timedelta(days=1)
EPOCH = datetime.fromtimestamp(743 * 28 * 86_400, UTC)
"""The first moment of an epoch of 28 days, which is one of 14 and of 7 days too."""


def one(*changes: tuple[str, str], epsilon: str = "0.25", head: str = HEAD) -> Catalogue:
    """Return a catalogue of active days alone."""
    text = SIGNAL.replace('"days_used"', '"active_days"').replace("epsilon = 0.25", f"epsilon = {epsilon}")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return catalogue(text, head=head)


def costly(days: int, budget: str, cadence: int) -> Catalogue:
    """Return a catalogue of an epoch whose every contribution costs 2."""
    head = HEAD.replace("epoch_days = 28", f"epoch_days = {days}").replace(
        "epsilon = 8.0", f"epsilon = {budget}"
    )
    return one(("cadence_days = 7", f"cadence_days = {cadence}"), epsilon="2.0", head=head)


Renewed = Callable[[Engine, Catalogue], Engine]


@pytest.fixture
def renewed(clock: FakeClock) -> Renewed:
    """The same store in a new process, with another catalogue that the person agreed to."""
    held: list[Engine] = []  # one that nobody holds closes the store

    def renew(engine: Engine, new: Catalogue) -> Engine:
        assert engine._reporting is not None
        reporting = replace(engine._reporting, catalogue=new)
        held.append(Engine(engine._vault, engine.consent.policy, clock, reporting=reporting))
        agree_anew(held[-1])
        return held[-1]

    return renew


# -- the budget ------------------------------------------------------------------------------------------------------


def test_a_shorter_epoch_refunds_nothing(
    make: Device, clock: FakeClock, renewed: Renewed, servers: Watched
) -> None:
    clock.advance(EPOCH + timedelta(hours=1) - clock.now())
    before = make(catalogue=costly(28, "2.0", 28))
    assert before.sync(hurry=True).sent == ["active_days"]
    now = renewed(before, costly(14, "4.0", 7))
    clock.advance(7 * DAY)
    assert now.signals.budget().spent == 2.0
    # It was charged to four weeks, and it counts to their end: in both epochs of two weeks that they hold.
    clock.advance(7 * DAY)
    assert (now.signals.budget().spent, now.signals.budget().by_signal) == (2.0, {"active_days": 1})
    clock.advance(14 * DAY)
    assert now.signals.budget().spent == 0
    assert now.signals.budget().epoch_from == (EPOCH + 28 * DAY).date()


def test_what_is_spent_stays_spent_under_a_shorter_epoch(
    make: Device, clock: FakeClock, renewed: Renewed
) -> None:
    clock.advance(EPOCH + timedelta(hours=1) - clock.now())
    before = make(catalogue=costly(28, "2.0", 28))
    before.sync(hurry=True)
    now, sent = renewed(before, costly(7, "2.0", 7)), []
    for _ in range(4):
        clock.advance(7 * DAY)
        sent.append((now.sync(hurry=True).sent, [view.state for view in now.signals.preview()]))
    assert sent == [([], ["over_budget"])] * 3 + [(["active_days"], [])]


def test_a_longer_epoch_freezes_nothing_beyond_its_end(
    make: Device, clock: FakeClock, renewed: Renewed
) -> None:
    clock.advance(EPOCH + timedelta(hours=1) - clock.now())
    before = make(catalogue=costly(7, "2.0", 7))
    assert before.sync(hurry=True).sent == ["active_days"]
    now = renewed(before, costly(28, "4.0", 14))
    assert (now.signals.budget().spent, now.signals.budget().left) == (2.0, 2.0)
    sent = []
    for _ in range(7):
        clock.advance(7 * DAY)
        sent += now.sync(hurry=True).sent
    assert len(sent) == 3  # one more in these four weeks, two in the next
    assert now.signals.budget().epoch_from == (EPOCH + 28 * DAY).date()


def test_neither_a_new_catalogue_nor_a_clock_set_back_refunds(
    make: Device, clock: FakeClock, renewed: Renewed
) -> None:
    clock.advance(EPOCH + timedelta(hours=1) - clock.now())
    before = make(catalogue=costly(28, "2.0", 28))
    before.sync(hurry=True)
    for new in (costly(14, "2.0", 14), costly(7, "2.0", 7), costly(28, "2.0", 28)):
        clock.advance(-20 * DAY)
        now = renewed(before, new)
        assert now.signals.budget().spent == 2.0
        assert now.sync(hurry=True).sent == []


# -- windows ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "then"), [(7, 28), (28, 7)])
def test_another_cadence_goes_on_and_counts_no_day_twice(
    make: Device, clock: FakeClock, renewed: Renewed, servers: Watched, first: int, then: int
) -> None:
    cadence = "cadence_days = 7"
    before = make(catalogue=one((cadence, f"cadence_days = {first}")))
    assert before.sync(hurry=True).sent == ["active_days"]
    now = renewed(before, one((cadence, f"cadence_days = {then}")))
    ended, sent = before.signals.preview(), 0
    assert ended == []
    for _ in range(12):
        clock.advance(7 * DAY)
        promised = [view.state for view in now.signals.preview()]
        told = now.sync(hurry=True)
        assert promised == ["next"] * len(told.measured)
        sent += len(told.sent)
    assert sent >= (2 if then == 28 else 11)
    windows = before._vault.connection.execute(
        "SELECT begins, ends FROM signal_charge ORDER BY begins"
    ).fetchall()
    assert all(end <= begin for (_, end), (begin, _) in itertools.pairwise(windows))


# -- what is told ----------------------------------------------------------------------------------------------------

RELABELLED = one(
    ("edges = [1, 2, 3, 4, 5, 6, 7]", "edges = [5, 10, 15, 20, 22, 24, 26]"),
    ("high = 7", "high = 28"),
    ("cadence_days = 7", "cadence_days = 28"),
)


@pytest.mark.parametrize("new", [RELABELLED, chosen("health")], ids=["relabelled", "gone"])
def test_what_left_is_told_as_it_was_charged(
    make: Device, clock: FakeClock, renewed: Renewed, new: Catalogue
) -> None:
    engine = make(catalogue=one())
    engine.sync(hurry=True)
    before = engine.signals.sent()
    assert [(entry.name, entry.shared) for entry in before[0].entries if entry.shared] == [("3", 1)]
    assert renewed(engine, new).signals.sent() == before


@pytest.mark.parametrize(
    "new", [RELABELLED, one(epsilon="0.5"), chosen("health")], ids=["other", "eps", "gone"]
)
def test_what_waits_is_told_as_it_was_charged(
    make: Device, clock: FakeClock, renewed: Renewed, new: Catalogue
) -> None:
    engine = make(catalogue=one())
    engine.sync()
    (before,) = engine.signals.preview()
    assert before.state == "sealed"
    told = [view for view in renewed(engine, new).signals.preview() if view.bytes]
    assert told == [msgspec.structs.replace(before, state="other_catalogue")]


def test_a_report_of_another_catalogue_is_told_as_such_and_leaves_when_its_own_returns(
    make: Device, clock: FakeClock, renewed: Renewed, servers: Watched
) -> None:
    engine = make(catalogue=one())
    engine.sync()
    told = renewed(engine, one(epsilon="0.5")).sync(hurry=True)
    assert (told.problems, told.waiting) == ({"active_days": "signal.catalogue_changed"}, 1)
    assert servers.uploads == []
    assert engine.sync(hurry=True).sent == ["active_days"]


def test_a_row_of_before_is_told_by_place(make: Device, clock: FakeClock, renewed: Renewed) -> None:
    engine = make(catalogue=one())
    engine.sync()
    (known,) = engine.signals.preview()
    engine._vault.connection.execute("UPDATE signal_outbox SET told = ''")
    (view,) = engine.signals.preview()
    assert (view.title, view.noise) == ("active_days", "")
    assert (view.window_from, view.window_to) == (known.window_from, known.window_to)
    assert (view.epsilon, [entry.name for entry in view.entries]) == (0.25, ["0"])
    engine.sync(hurry=True)
    (left,) = engine.signals.sent()
    assert (left.window_from, [(entry.name, entry.shared) for entry in left.entries]) == (None, [("0", 3)])


# -- what the preview promises ---------------------------------------------------------------------------------------


def test_the_preview_promises_nothing_that_the_budget_refuses(
    make: Device, clock: FakeClock, renewed: Renewed
) -> None:
    cheap = one(epsilon="0.3", head=HEAD.replace("epsilon = 8.0", "epsilon = 2.0"))
    engine = make(catalogue=cheap)
    engine.sync(hurry=True)
    shipped = Catalogue.default().signals
    dear = msgspec.structs.replace(shipped["insight_outcomes"], epsilon=1.0)
    also = msgspec.structs.replace(shipped["health"], epsilon=0.8)
    new = Catalogue(
        "2",
        cheap.issued,
        cheap.budget,
        {dear.id: dear, also.id: also, "active_days": cheap.signal("active_days")},
    )
    now = renewed(engine, new)
    promised = {view.signal: view.state for view in now.signals.preview()}
    assert promised == {"insight_outcomes": "next", "health": "over_budget"}
    told = now.sync(hurry=True)
    assert (told.measured, told.over_budget) == (["insight_outcomes"], ["health"])
    assert [view.state for view in now.signals.preview()] == ["over_budget"]
