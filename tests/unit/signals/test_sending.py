"""From measuring to the leader: once a window, charged first, the same bytes at every attempt, and never unasked."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine import Engine, FakeClock
from edge_engine.errors import BudgetExhausted, PurposeDenied, SignalError
from edge_engine.signals.catalogue import Catalogue
from edge_engine.signals.tasks import Aggregators, task_of
from edge_engine.vault.signals import Limits
from edge_engine_sync.errors import Unreachable
from edge_engine_sync.messages import (
    Report,
)
from edge_engine_sync.transport import Answer
from tests.fakes.aggregators import HELPER, LEADER
from tests.fakes.collecting import HEAD, NOW, SIGNAL, Watched, catalogue, chosen, moved, use_app

if TYPE_CHECKING:
    from tests.unit.signals.conftest import Device

WEEK = timedelta(days=7)
TASK = task_of(Catalogue.default().signals["active_days"], Aggregators(LEADER, HELPER))


def refusal(problem: str) -> Answer:
    body = f'{{"type": "urn:ietf:params:ppm:dap:error:{problem}"}}'.encode()
    return Answer(400, {"content-type": "application/problem+json"}, body)


# -- the way ---------------------------------------------------------------------------------------------------------


def test_what_was_measured_is_what_the_servers_add_up(
    make: Device, servers: Watched, one_signal: Catalogue
) -> None:
    report = make(catalogue=one_signal).sync(hurry=True)
    assert (report.measured, report.sealed, report.sent) == (["active_days"],) * 3
    assert (report.waiting, report.problems, report.over_budget) == (0, {}, [])
    assert servers.count(TASK) == [0, 0, 0, 1, 0, 0, 0, 0]


def test_every_signal_that_can_be_measured_reaches_the_servers(make: Device, servers: Watched) -> None:
    engine = make("aggregate_statistics", "categorization", "insights", "recommendations", "experiments")
    report = engine.sync(hurry=True)
    measured = [one.id for one in Catalogue.default() if one.measured]
    assert report.sent == measured
    assert len(servers.reports) == len(measured)


def test_a_purpose_that_is_off_takes_its_signals_out(make: Device) -> None:
    report = make().sync(hurry=True)
    assert report.sent == ["active_days", "insight_outcomes", "consent_state", "health"]


def test_without_consent_not_one_request_is_made(make: Device, servers: Watched) -> None:
    engine = make("categorization")
    assert engine.sync(hurry=True).measured == []
    assert servers.requests == []
    assert engine.signals.budget().spent == 0
    with pytest.raises(PurposeDenied):
        engine.signals.contribute("active_days")


def test_a_report_waits_for_its_moment(
    make: Device, servers: Watched, clock: FakeClock, one_signal: Catalogue
) -> None:
    engine = make(catalogue=one_signal, spread_seconds=6 * 3600)
    first = engine.sync()
    assert (first.sealed, first.sent, servers.uploads) == (["active_days"], [], [])
    assert first.next is not None
    assert NOW <= first.next < NOW + timedelta(hours=6)
    clock.advance(first.next - clock.now() - timedelta(seconds=1))
    assert engine.sync().sent == []
    clock.advance(timedelta(seconds=1))
    assert engine.sync().sent == ["active_days"]


def test_moments_are_spread(servers: Watched, clock: FakeClock, make: Device, one_signal: Catalogue) -> None:
    import random  # noqa: PLC0415 - this test alone draws

    dues = set()
    for seed in range(12):
        engine = make(catalogue=one_signal, randomness=random.Random(seed).randbytes)
        dues.add(engine.sync().next)
    assert len(dues) == 12


def test_once_a_window_however_often_it_is_asked(
    make: Device, servers: Watched, clock: FakeClock, one_signal: Catalogue
) -> None:
    engine = make(catalogue=one_signal)
    for _ in range(3):
        engine.sync(hurry=True)
        assert not engine.signals.contribute("active_days")
        clock.advance(timedelta(days=1))
    assert len(servers.uploads) == 1
    clock.advance(WEEK)
    engine.sync(hurry=True)
    assert len(servers.uploads) == 2


def test_windows_that_went_by_are_not_made_up_for(
    make: Device, servers: Watched, clock: FakeClock, one_signal: Catalogue
) -> None:
    engine = make(catalogue=one_signal)
    clock.advance(5 * WEEK)
    assert engine.sync(hurry=True).sent == ["active_days"]
    assert len(servers.uploads) == 1


def test_a_report_says_the_window_and_no_finer_time(
    make: Device, servers: Watched, one_signal: Catalogue
) -> None:
    make(catalogue=one_signal).sync(hurry=True)
    (report,) = map(Report.decode, servers.uploads)
    assert report.metadata.time == int(NOW.timestamp()) // (7 * 86_400)


def test_reports_of_a_task_all_have_one_size(
    servers: Watched, clock: FakeClock, make: Device, one_signal: Catalogue
) -> None:
    for days in range(8):
        engine = make(catalogue=one_signal)
        use_app(engine, *(NOW - timedelta(days=1 + day) for day in range(days)))
        engine.sync(hurry=True)
    assert len(Counter(map(len, servers.uploads))) == 1
    assert sum(n > 0 for n in servers.count(TASK)) > 1  # type: ignore[attr-defined] # a histogram


def test_no_request_is_made_while_the_store_is_held(make: Device, servers: Watched) -> None:
    engine = make("aggregate_statistics", "categorization", "insights")
    entered: list[bool] = []

    def watch(*_: object) -> None:
        def enter() -> None:
            with engine._vault.turn:
                entered.append(True)

        other = threading.Thread(target=enter)
        other.start()
        other.join(timeout=5)
        assert not other.is_alive(), "the store was held while a request was made"

    servers.watch = watch
    engine.sync(hurry=True)
    assert len(entered) == len(servers.requests) > 5


# -- budget ----------------------------------------------------------------------------------------------------------

SMALL = catalogue(
    SIGNAL.replace("epsilon = 0.25", "epsilon = 0.5"), head=HEAD.replace("epsilon = 8.0", "epsilon = 2.0")
)


def squeezed(epsilon: float) -> Catalogue:
    """Return the small catalogue with a budget that its own lint would refuse."""
    import msgspec  # noqa: PLC0415 - this helper alone

    budget = msgspec.structs.replace(SMALL.budget, epsilon=epsilon)
    return Catalogue(SMALL.version, SMALL.issued, budget, SMALL.signals)


@pytest.fixture
def measuring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the small catalogue's signal be measured as active days are."""
    from edge_engine.signals import measure, readings  # noqa: PLC0415 - patched here alone

    monkeypatch.setitem(measure.MEASURES, "days_used", measure.active_days)
    usual = readings.Readings.__init__

    def init(self: readings.Readings, *given: object) -> None:
        usual(self, *given)  # type: ignore[arg-type]
        self._by_signal["days_used"] = self._events

    monkeypatch.setattr(readings.Readings, "__init__", init)


def test_a_budget_that_is_spent_refuses(
    make: Device, servers: Watched, clock: FakeClock, measuring: None
) -> None:
    clock.advance(2 * WEEK)  # an epoch of 28 days begins within
    engine = make(catalogue=squeezed(1.0))
    epochs = Counter()  # type: ignore[var-annotated]
    for _ in range(8):
        epoch = engine.signals.budget().epoch_from
        told = engine.sync(hurry=True)
        epochs[epoch, bool(told.sent)] += 1
        if told.over_budget:
            with pytest.raises(BudgetExhausted):
                engine.signals.contribute("days_used")
            assert engine.sync().over_budget == ["days_used"]
        clock.advance(WEEK)
    assert max(n for (_, was_sent), n in epochs.items() if was_sent) == 2
    assert any(not was_sent for _, was_sent in epochs)
    assert engine.signals.budget().epsilon == 1.0
    (refused,) = engine.signals.dropped()
    assert (refused.reason, refused.n) == (
        "budget",
        len(servers.uploads) and sum(n for (_, s), n in epochs.items() if not s),
    )


def test_a_clock_that_is_set_back_gives_nothing_back(
    make: Device, servers: Watched, clock: FakeClock, measuring: None
) -> None:
    engine = make(catalogue=squeezed(1.0))
    clock.advance(8 * WEEK)
    engine.sync(hurry=True)
    clock.advance(WEEK)
    engine.sync(hurry=True)
    sent, lost = len(servers.uploads), engine.signals.budget().spent
    assert lost > 0
    clock.advance(-6 * WEEK)
    # A new process knows no later time but what the store tells it.
    again = Engine(engine._vault, engine.consent.policy, clock, reporting=engine._reporting)
    for _ in range(5):
        told = again.sync(hurry=True)
        assert told.sent == []
        clock.advance(WEEK)
    assert len(servers.uploads) == sent
    assert again.signals.budget().spent == lost


def test_what_is_charged_twice_is_charged_once(make: Device, measuring: None) -> None:
    engine = make(catalogue=squeezed(2.0))
    assert engine.signals.contribute("days_used")
    assert not engine.signals.contribute("days_used")
    assert engine.signals.budget().by_signal == {"days_used": 1}


def test_a_signal_that_cannot_be_measured_is_refused(make: Device) -> None:
    shipped = chosen("savings_realised")
    missing = {
        name: msgspec.structs.replace(one, measured=False, missing="No saving is suggested yet.")
        for name, one in shipped.signals.items()
    }
    without = Catalogue(shipped.version, shipped.issued, shipped.budget, missing)
    engine = make("aggregate_statistics", "recommendations", catalogue=without)
    assert [(one.state, one.why) for one in engine.signals.state()] == [
        ("not_measured", "No saving is suggested yet.")
    ]
    assert engine.signals.preview() == []
    assert engine.sync(hurry=True).measured == []
    with pytest.raises(SignalError, match="cannot be measured"):
        engine.signals.contribute("savings_realised")


# -- bounds ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "reason"), [(Limits(rows=2), "rows"), (Limits(bytes=1500), "bytes"), (Limits(age=3600), "age")]
)
def test_the_outbox_is_bounded_and_says_what_it_dropped(
    make: Device, servers: Watched, clock: FakeClock, limits: Limits, reason: str
) -> None:
    engine = make(limits=limits)
    engine.sync()
    if reason == "age":
        clock.advance(timedelta(hours=2))
        engine.sync()
    waiting = engine.signals.preview()
    assert len(waiting) <= 2
    assert sum(one.sizes.report for one in waiting if one.bytes) <= limits.bytes
    assert {one.reason for one in engine.signals.dropped()} == {reason}
    assert sum(one.n for one in engine.signals.dropped()) == 4 - len(waiting)


def test_local_noise_reaches_the_servers_lifted_by_its_margin(
    make: Device, servers: Watched, measuring: None
) -> None:
    from edge_engine.signals.randomize import margin  # noqa: PLC0415 - this test alone asks

    text = SIGNAL.replace('"histogram"', '"sum"').replace("edges = [1, 2, 3, 4, 5, 6, 7]\n", "")
    text = text.replace('"at_collection"', '"laplace"').replace("sensitivity = 1", "sensitivity = 7")
    noisy = catalogue(text.replace("epsilon = 0.25", "epsilon = 2.0"))
    (signal,) = noisy
    engine = make(catalogue=noisy)
    engine.sync(hurry=True)
    (told,) = engine.signals.sent()
    (entry,) = told.entries
    assert servers.count(task_of(signal, Aggregators(LEADER, HELPER))) == entry.shared
    assert entry.shared is not None
    assert abs(entry.shared - margin(signal) - 3) <= margin(signal)


def test_reporting_can_be_changed_without_losing_what_waits(
    make: Device, servers: Watched, clock: FakeClock, one_signal: Catalogue
) -> None:
    engine = make(catalogue=one_signal)
    engine.sync()
    assert engine._reporting is not None
    again = Engine(
        engine._vault, engine.consent.policy, clock, reporting=replace(engine._reporting, spread_seconds=1)
    )
    assert again.sync(hurry=True).sent == ["active_days"]


# -- other servers ---------------------------------------------------------------------------------------------------


def test_a_report_waits_while_other_servers_are_named_and_leaves_when_its_own_are_again(
    make: Device, servers: Watched, clock: FakeClock, one_signal: Catalogue
) -> None:
    engine = make(catalogue=one_signal)
    assert engine.sync().sealed == ["active_days"]
    (shown,) = engine.signals.preview()
    mistyped = moved(engine, clock, leader="https://laeder.example/api/")
    for _ in range(2):
        told = mistyped.sync(hurry=True)
        assert (told.sent, told.dropped, told.waiting) == ([], 0, 1)
        assert told.problems == {"active_days": "signal.servers_changed"}
    assert servers.uploads == []
    assert engine.sync(hurry=True).sent == ["active_days"]
    assert [body.hex() for body in servers.uploads] == [shown.bytes]
    assert engine.signals.dropped() == []


def test_a_report_for_other_servers_waits_no_longer_than_any(
    make: Device, servers: Watched, clock: FakeClock, one_signal: Catalogue
) -> None:
    engine = make(catalogue=one_signal)
    engine.sync()
    mistyped = moved(engine, clock, leader="https://laeder.example/api/")
    clock.advance(timedelta(days=29))

    def nobody(*_: object) -> None:
        raise Unreachable("no such host")

    servers.watch = nobody
    mistyped.sync()
    assert ("active_days", "age") in [(one.signal, one.reason) for one in engine.signals.dropped()]


def test_what_was_measured_under_a_mistyped_address_goes_to_the_right_one(
    make: Device, servers: Watched, clock: FakeClock, one_signal: Catalogue
) -> None:
    engine = make(catalogue=one_signal, leader="https://laeder.example/api/")

    def nobody(_: str, url: str, __: bytes | None) -> None:
        if "laeder" in url:
            raise Unreachable("no such host")

    servers.watch = nobody
    told = engine.sync(hurry=True)
    assert (told.measured, told.sealed, told.waiting) == (["active_days"], [], 1)
    right = moved(engine, clock, leader=LEADER)
    assert right.sync(hurry=True).sent == ["active_days"]
    assert servers.count(TASK) == [0, 0, 0, 1, 0, 0, 0, 0]
    assert engine.signals.budget().spent == 0.25
    assert engine.signals.dropped() == []


def test_what_was_measured_as_something_else_goes_nowhere(
    make: Device, servers: Watched, clock: FakeClock, one_signal: Catalogue
) -> None:
    """The signal's numbers mean something else today: what was measured before must not be added to them."""
    engine = make(catalogue=one_signal)

    def down(*_: object) -> None:
        raise Unreachable("down")

    servers.watch = down
    engine.sync()
    servers.watch = lambda *_: None
    (signal,) = one_signal
    changed = msgspec.structs.replace(signal, edges=signal.edges[:-1])
    other = Catalogue(one_signal.version, one_signal.issued, one_signal.budget, {signal.id: changed})
    told = moved(engine, clock, catalogue=other)
    assert [entry.name for one in told.signals.preview() for entry in one.entries]
    assert (told.sync(hurry=True).sent, servers.uploads) == ([], [])
    assert [(one.reason, one.n) for one in engine.signals.dropped()] == [("task", 1)]
