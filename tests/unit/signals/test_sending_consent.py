"""From measuring to the leader: once a window, charged first, the same bytes at every attempt, and never unasked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine import Engine, FakeClock
from edge_engine.errors import GrantExpired, SignalError
from edge_engine.signals.catalogue import Catalogue
from edge_engine.signals.outbox import GuardedTransport
from edge_engine.signals.tasks import Aggregators, task_of
from edge_engine_sync.transport import Answer
from tests.fakes.aggregators import HELPER, LEADER
from tests.fakes.collecting import NOW, Watched, chosen, reporting

if TYPE_CHECKING:
    from edge_engine.signals.catalogue import Signal
    from tests.unit.signals.conftest import Device

WEEK = timedelta(days=7)
TASK = task_of(Catalogue.default().signals["active_days"], Aggregators(LEADER, HELPER))


def refusal(problem: str) -> Answer:
    body = f'{{"type": "urn:ietf:params:ppm:dap:error:{problem}"}}'.encode()
    return Answer(400, {"content-type": "application/problem+json"}, body)


# -- consent ---------------------------------------------------------------------------------------------------------


def test_withdrawal_empties_the_outbox_before_it_returns(make: Device, servers: Watched) -> None:
    engine = make()
    assert engine.sync().waiting == 4
    gone = engine.consent.withdraw("aggregate_statistics")
    assert gone.purged["signal_outbox"] == 4
    assert engine.signals.preview() == []
    requests = len(servers.requests)
    assert engine.sync(hurry=True).sent == []
    assert len(servers.requests) == requests


def test_withdrawing_a_purpose_that_a_signal_needs_takes_it_out(make: Device, servers: Watched) -> None:
    engine = make("aggregate_statistics", "insights")
    assert "forecast_coverage" in engine.sync().sealed
    assert engine.consent.withdraw("insights").purged["signal_outbox"] == 1
    assert "forecast_coverage" not in engine.sync(hurry=True).sent


def test_a_withdrawal_under_way_stops_at_the_next_request(make: Device, servers: Watched) -> None:
    engine = make()

    def withdraw_at_first_upload(method: str, url: str, body: bytes | None) -> None:
        if method == "POST":
            servers.watch = lambda *_: pytest.fail("a request came after the withdrawal")
            engine.consent.withdraw("aggregate_statistics")

    servers.watch = withdraw_at_first_upload
    told = engine.sync(hurry=True)
    assert len(servers.uploads) == 1
    assert told.waiting == 0
    # What was under way when the withdrawal came is told: it may be with the leader.
    assert len(engine.signals.sent()) == 1


def test_a_withdrawal_while_keys_are_asked_for_leaves_nothing_sealed(make: Device, servers: Watched) -> None:
    engine = make()

    def withdraw_at_once(*_: object) -> None:
        servers.watch = lambda *_: pytest.fail("a request came after the withdrawal")
        engine.consent.withdraw("aggregate_statistics")

    servers.watch = withdraw_at_once
    told = engine.sync(hurry=True)
    assert (told.sealed, told.sent, told.waiting) == ([], [], 0)
    assert servers.uploads == []
    assert engine.signals.sent() == []


def test_a_row_that_somebody_else_took_out_is_passed_over(
    make: Device, servers: Watched, one_signal: Catalogue
) -> None:
    engine = make(catalogue=one_signal)

    def empty(method: str, *_: object) -> None:
        engine._vault.connection.execute("DELETE FROM signal_outbox")

    servers.watch = empty
    told = engine.sync(hurry=True)
    assert (told.sealed, told.sent) == ([], [])


def test_faults_of_one_week_are_told_in_the_next(make: Device, servers: Watched, clock: FakeClock) -> None:
    engine = make()
    servers.script = [refusal("invalidMessage")]
    engine.sync(hurry=True)
    with engine._vault.writing() as writer:
        writer.signals.refuse("health", 0)
    clock.advance(WEEK)
    (health,) = (one for one in engine.signals.preview() if one.signal == "health")
    assert {one.name: one.measured for one in health.entries} == {
        "reports_dropped": 1,
        "budget_refused": 1,
        "nothing_sorted": 1,
    }


def test_consent_that_ran_out_sends_nothing(make: Device, servers: Watched, clock: FakeClock) -> None:
    engine = make()
    engine.consent.grant("aggregate_statistics", expires_days=1)
    engine.sync()
    requests = len(servers.requests)
    clock.advance(timedelta(days=1))
    told = engine.sync(hurry=True)
    assert (told.sent, told.waiting, len(servers.requests)) == ([], 0, requests)


def test_a_transport_without_grants_makes_no_request(servers: Watched, make: Device) -> None:
    guarded = GuardedTransport(servers)
    with pytest.raises(SignalError, match="without a grant"):
        guarded.request("GET", LEADER, {}, None)
    engine = make()
    from edge_engine.signals.permission import permit  # noqa: PLC0415 - this test alone mints

    guarded.grants = permit(engine.consent, Catalogue.default(), Catalogue.default().signals["active_days"])
    engine.consent.withdraw("aggregate_statistics")
    with pytest.raises(GrantExpired):
        guarded.request("GET", LEADER, {}, None)
    assert servers.requests == []


def test_a_signal_that_expired_or_left_the_catalogue_is_not_sent(
    servers: Watched, clock: FakeClock, make: Device, one_signal: Catalogue
) -> None:
    processes = []
    engine = make(catalogue=one_signal)
    engine.sync()
    (shipped,) = one_signal
    for other in (
        chosen("health"),
        Catalogue(
            one_signal.version, one_signal.issued, one_signal.budget,
            {shipped.id: _with(shipped, expires=NOW.date())},
        ),
    ):  # fmt: skip
        changed = Engine(
            engine._vault, engine.consent.policy, clock, reporting=reporting(servers, catalogue=other)
        )
        processes.append(changed)  # an engine that nobody holds closes its store
        told = changed.sync(hurry=True)
        assert "active_days" not in told.sent
    assert [(one.signal, one.reason, one.n) for one in engine.signals.dropped()] == [
        ("active_days", "expired", 1)
    ]


def test_other_servers_get_nothing_of_what_was_made_for_these(
    make: Device, servers: Watched, clock: FakeClock, one_signal: Catalogue
) -> None:
    engine = make(catalogue=one_signal)
    engine.sync()
    moved = reporting(servers, catalogue=one_signal, leader="https://elsewhere.example/")
    told = Engine(engine._vault, engine.consent.policy, clock, reporting=moved).sync(hurry=True)
    assert (told.sent, told.waiting, servers.uploads) == ([], 1, [])


def _with(signal: Signal, **changes: object) -> Signal:

    return msgspec.structs.replace(signal, **changes)
