"""What goes wrong on the way: no answer, outdated keys, refusals, busy tasks, addresses that cannot be."""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from edge_engine import Engine, FakeClock, Reporting
from edge_engine.errors import InputError, SignalError
from edge_engine.signals.catalogue import Catalogue
from edge_engine.signals.tasks import Aggregators, task_of
from edge_engine_sync.errors import AnswerInvalid, ServerBusy, Unreachable
from edge_engine_sync.messages import (
    MEDIA_UPLOAD_ERRORS,
    Report,
    ReportError,
    ReportUploadStatus,
    UploadErrors,
)
from edge_engine_sync.transport import Answer
from tests.fakes.aggregators import HELPER, LEADER, Keys
from tests.fakes.collecting import Watched, chosen, moved

if TYPE_CHECKING:
    from tests.unit.signals.conftest import Device

WEEK = timedelta(days=7)
TASK = task_of(Catalogue.default().signals["active_days"], Aggregators(LEADER, HELPER))


def refusal(problem: str) -> Answer:
    body = f'{{"type": "urn:ietf:params:ppm:dap:error:{problem}"}}'.encode()
    return Answer(400, {"content-type": "application/problem+json"}, body)


def test_where_no_answer_comes_the_very_same_bytes_go_again(
    make: Device, servers: Watched, clock: FakeClock, one_signal: Catalogue
) -> None:
    engine = make(catalogue=one_signal, retry_seconds=600)
    servers.script = [Unreachable("gone"), ServerBusy("busy"), AnswerInvalid("what?")]
    for problem in ("sync.upload.unreachable", "sync.upload.busy", "sync.upload.answer"):
        told = engine.sync(hurry=True)
        assert told.problems == {"active_days": problem}
        assert told.waiting == 1
    assert [one.state for one in engine.signals.sent()] == ["may_have_left"]
    assert engine.sync(hurry=True).sent == ["active_days"]
    assert len(servers.uploads) == 4
    assert len(set(servers.uploads)) == 1
    (told_sent,) = engine.signals.sent()
    assert (told_sent.state, told_sent.attempts) == ("taken", 4)
    assert servers.count(TASK) == [0, 0, 0, 1, 0, 0, 0, 0]


def test_pauses_between_attempts_grow_and_are_spread(
    make: Device, servers: Watched, clock: FakeClock, one_signal: Catalogue
) -> None:
    engine = make(catalogue=one_signal, retry_seconds=600)
    pauses = []
    for _ in range(12):
        servers.script = [Unreachable("gone")]
        told = engine.sync(hurry=True)
        assert told.next is not None
        pauses.append((told.next - clock.now()).total_seconds())
    assert all(600 * 2 ** min(at, 8) <= pause or pause >= 86_400 for at, pause in enumerate(pauses))
    assert max(pauses) <= 2 * 86_400
    engine.sync()
    assert len(servers.uploads) == 12


def test_a_report_that_arrived_unseen_is_sent_again_and_counted_once(
    make: Device, servers: Watched, one_signal: Catalogue
) -> None:
    engine = make(catalogue=one_signal)

    class Crash(BaseException):
        """The device dies with the answer on its way."""

    def take_and_die(method: str, url: str, body: bytes | None) -> None:
        if method == "POST":
            servers.watch = lambda *_: None
            servers.request(method, url, {}, body)
            raise Crash

    servers.watch = take_and_die
    with pytest.raises(Crash):
        engine.sync(hurry=True)
    assert [one.state for one in engine.signals.sent()] == ["may_have_left"]
    told = engine.sync(hurry=True)
    assert (told.sent, told.known, told.refused, told.waiting) == ([], ["active_days"], [], 0)
    assert len(servers.reports) == 1
    # The leader would have said the same had it closed the batch: what is told is no more than what is known.
    assert [one.state for one in engine.signals.sent()] == ["may_have_left"]
    assert engine.signals.dropped() == []


def test_a_report_that_the_leader_knows_before_the_store_knows_of_an_attempt_may_have_left(
    make: Device, servers: Watched, one_signal: Catalogue
) -> None:
    """Its batch is closed, or the store was put back from a copy that is older than the attempt: nobody knows here."""
    engine = make(catalogue=one_signal)

    def close(method: str, _: str, body: bytes | None) -> None:
        if method == "POST" and body is not None:
            closed = ReportUploadStatus(Report.decode(body).metadata.report_id, ReportError.REPORT_REPLAYED)
            servers.script = [
                Answer(200, {"content-type": MEDIA_UPLOAD_ERRORS}, UploadErrors((closed,)).encode())
            ]

    servers.watch = close
    told = engine.sync(hurry=True)
    assert (told.sent, told.known, told.refused, told.waiting) == ([], ["active_days"], [], 0)
    assert [one.state for one in engine.signals.sent()] == ["may_have_left"]
    assert engine.signals.dropped() == []


def test_outdated_keys_are_asked_for_anew_once(make: Device, servers: Watched, one_signal: Catalogue) -> None:
    engine = make(catalogue=one_signal)
    servers.script = [refusal("outdatedConfig")]
    assert engine.sync(hurry=True).sent == ["active_days"]
    first, second = (Report.decode(body).metadata.report_id for body in servers.uploads)
    assert first != second
    assert sorted(one.state for one in engine.signals.sent()) == ["refused", "taken"]
    assert len(servers.reports) == 1


def test_keys_that_stay_outdated_end_in_a_refusal(
    make: Device, servers: Watched, one_signal: Catalogue
) -> None:
    engine = make(catalogue=one_signal)
    servers.script = [refusal("outdatedConfig"), refusal("outdatedConfig")]
    told = engine.sync(hurry=True)
    assert (told.sent, told.refused, told.waiting) == ([], ["active_days"], 0)
    assert [(one.reason, one.n) for one in engine.signals.dropped()] == [("refused", 1)]
    # Of either the leader said so the only time that it was sent.
    assert [one.state for one in engine.signals.sent()] == ["refused", "refused"]


def test_no_fresh_report_is_made_of_one_that_may_have_been_taken(
    make: Device, servers: Watched, one_signal: Catalogue
) -> None:
    """The leader took it, its answer was lost, and its keys were changed before the next attempt."""
    engine = make(catalogue=one_signal)

    def lost(method: str, *_: object) -> None:
        if method == "POST":
            raise Unreachable("the answer was lost")

    servers.watch = lost
    engine.sync(hurry=True)
    servers.watch = lambda *_: None
    servers.script = [refusal("outdatedConfig")]
    told = engine.sync(hurry=True)
    assert (told.sent, told.refused) == ([], ["active_days"])
    assert len(servers.uploads) == 1
    assert [one.state for one in engine.signals.sent()] == ["may_have_left"]
    assert servers.reports == {}


@pytest.mark.parametrize("problem", ["unrecognizedTask", "report_too_early"])
def test_what_the_leader_did_not_take_for_now_gets_a_fresh_report_when_its_keys_change(
    make: Device, servers: Watched, clock: FakeClock, one_signal: Catalogue, problem: str
) -> None:
    """Every attempt was refused: none of them can count, so that a fresh report is no second one."""
    engine = make(catalogue=one_signal)

    def early(method: str, _: str, body: bytes | None) -> None:
        if method == "POST" and body is not None and problem == "report_too_early":
            status = ReportUploadStatus(Report.decode(body).metadata.report_id, ReportError.REPORT_TOO_EARLY)
            listed = UploadErrors((status,)).encode()
            servers.script = [Answer(200, {"content-type": MEDIA_UPLOAD_ERRORS}, listed)]

    servers.watch = early
    if problem == "unrecognizedTask":
        servers.script = [refusal(problem)]
    assert engine.sync(hurry=True).waiting == 1
    servers.watch = lambda *_: None
    servers.leader = Keys(9)
    clock.advance(timedelta(days=1))
    told = engine.sync(hurry=True)
    assert (told.sent, told.refused, told.problems) == (["active_days"], [], {})
    assert sorted(one.state for one in engine.signals.sent()) == ["refused", "taken"]
    assert len(servers.reports) == 1


def test_a_device_that_was_offline_gets_a_fresh_report_when_the_keys_change(
    make: Device, servers: Watched, one_signal: Catalogue
) -> None:
    """No connection was made, so that nothing had left: the report may be made anew."""
    engine = make(catalogue=one_signal)
    engine.sync()
    offline = Unreachable("no network")
    offline.sent = False
    servers.script = [offline, offline]
    for _ in range(2):
        assert engine.sync(hurry=True).problems == {"active_days": "sync.upload.unreachable"}
    servers.leader = Keys(9)
    assert engine.sync(hurry=True).sent == ["active_days"]
    assert len(servers.reports) == 1


def test_no_fresh_report_is_made_of_one_that_went_on_to_another_address(
    make: Device, servers: Watched, one_signal: Catalogue
) -> None:
    """Whoever led on had the report, and may have acted on it: what the second address says is not all there is."""
    engine = make(catalogue=one_signal)
    servers.script = [replace(refusal("outdatedConfig"), reposts=1)]
    told = engine.sync(hurry=True)
    assert (told.sent, told.refused, len(servers.uploads)) == ([], ["active_days"], 1)
    assert [one.state for one in engine.signals.sent()] == ["may_have_left"]


def test_a_refused_report_is_dropped_and_its_budget_is_not_given_back(
    make: Device, servers: Watched, one_signal: Catalogue
) -> None:
    engine = make(catalogue=one_signal)
    servers.script = [refusal("invalidMessage")]
    assert engine.sync(hurry=True).refused == ["active_days"]
    assert engine.signals.budget().spent == 0.25
    assert engine.sync(hurry=True).measured == []
    assert [one.state for one in engine.signals.sent()] == ["refused"]


@pytest.mark.parametrize(
    "answer",
    [
        refusal("unrecognizedTask"),
        Answer(403, {"content-type": "text/html"}, b"Please sign in to this network"),
        Answer(200, {"content-type": "text/html"}, b"Please sign in to this network"),
        Answer(404, {}, b""),
        Answer(413, {}, b""),
    ],
    ids=["no task yet", "portal", "friendly portal", "not found", "too large"],
)
def test_what_may_pass_loses_no_report(
    make: Device, servers: Watched, one_signal: Catalogue, answer: Answer
) -> None:
    engine = make(catalogue=one_signal)
    servers.script = [answer]
    told = engine.sync(hurry=True)
    assert (told.sent, told.refused, told.waiting, list(told.problems)) == ([], [], 1, ["active_days"])
    assert engine.sync(hurry=True).sent == ["active_days"]
    assert len(set(servers.uploads)) == 1
    assert len(servers.reports) == 1


def test_servers_that_are_down_are_asked_once_a_run(make: Device, servers: Watched) -> None:
    def down(*_: object) -> None:
        raise Unreachable("down")

    servers.watch = down
    engine = make("aggregate_statistics", "categorization", "insights")
    told = engine.sync(hurry=True)
    assert len(told.measured) == 8
    assert len(told.problems) == 1
    assert told.waiting == 8
    servers.watch = lambda *_: None
    assert len(engine.sync(hurry=True).sent) == 8


THREE = chosen("active_days", "insight_outcomes", "health")


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_task_that_is_busy_holds_back_nothing_else(
    make: Device, servers: Watched, clock: FakeClock, status: int
) -> None:
    first = task_of(THREE.signal("active_days"), Aggregators(LEADER, HELPER)).task_id
    name = base64.urlsafe_b64encode(first).rstrip(b"=").decode()

    def answer(_: str, url: str, __: bytes | None) -> None:
        servers.script = [Answer(status, {}, b"")] if name in url else []

    servers.watch = answer
    engine, sent = make(catalogue=THREE), Counter[str]()
    for _ in range(28):
        told = engine.sync()
        sent.update(told.sent)
        clock.advance(timedelta(days=1))
    assert sent == {"insight_outcomes": 4, "health": 4}
    servers.watch = lambda *_: None
    assert "active_days" in engine.sync(hurry=True).sent


def test_what_was_never_tried_comes_before_what_failed(
    make: Device, servers: Watched, clock: FakeClock
) -> None:
    servers.script = [Answer(500, {}, b"")]
    engine = make(catalogue=chosen("active_days"))
    engine.sync(hurry=True)
    more = moved(engine, clock, catalogue=THREE)
    assert more.sync(hurry=True).sent == ["insight_outcomes", "health", "active_days"]


def test_a_helper_that_is_down_keeps_nothing_from_the_leader(
    make: Device, servers: Watched, clock: FakeClock
) -> None:
    servers.script = [Answer(500, {}, b"")]
    engine, asked = make(catalogue=chosen("active_days")), []
    engine.sync(hurry=True)  # so that it comes after the others

    def down(_: str, url: str, __: bytes | None) -> None:
        if url.startswith(HELPER):
            asked.append(url)
            raise Unreachable("down")

    servers.watch = down
    more = moved(engine, clock, catalogue=THREE)
    told = more.sync(hurry=True)
    assert (told.sent, told.problems) == (["active_days"], {"insight_outcomes": "sync.upload.unreachable"})
    assert len(asked) == 1


@pytest.mark.parametrize(("asked", "least"), [("7200", 7200), ("99999999", 86_400), ("tomorrow", 0)])
def test_a_server_that_asks_for_time_is_given_it_within_bounds(
    make: Device, servers: Watched, clock: FakeClock, one_signal: Catalogue, asked: str, least: int
) -> None:
    engine = make(catalogue=one_signal, retry_seconds=600)
    servers.script = [Answer(503, {"retry-after": asked}, b"")]
    told = engine.sync(hurry=True)
    assert told.next is not None
    pause = (told.next - clock.now()).total_seconds()
    assert max(least, 600) <= pause <= max(least, 600) + 600


def test_what_could_not_be_sealed_in_its_window_is_dropped(
    make: Device, servers: Watched, clock: FakeClock, one_signal: Catalogue
) -> None:
    def down(*_: object) -> None:
        raise Unreachable("down")

    engine = make(catalogue=one_signal)
    servers.watch = down
    assert engine.sync().waiting == 1
    clock.advance(WEEK)
    servers.watch = lambda *_: None
    assert engine.sync(hurry=True).sent == ["active_days"]
    assert len(servers.uploads) == 1
    assert [(one.reason, one.n) for one in engine.signals.dropped()] == [("age", 1)]


@pytest.mark.parametrize(
    "leader",
    [
        "ftp://leader.example/",
        "http://leader.example/",
        "leader",
        "http://[::1/",
        "https://me@leader.example/",
    ],
)
def test_an_address_that_may_not_be_used_sends_nothing_and_costs_no_budget(
    clock: FakeClock, leader: str
) -> None:
    with Engine.in_memory(clock=clock, reporting=Reporting(leader, HELPER)) as engine:
        engine.consent.grant("aggregate_statistics")
        with pytest.raises(SignalError):
            engine.sync(hurry=True)
        with pytest.raises(SignalError):
            engine.signals.contribute("active_days")
        assert engine.signals.sent() == []
        assert engine.signals.budget().spent == 0


def test_an_address_that_no_task_can_have_is_told_as_the_engines_error(clock: FakeClock) -> None:
    with Engine.in_memory(clock=clock, reporting=Reporting("https://läder.example/", HELPER)) as engine:
        engine.consent.grant("aggregate_statistics")
        with pytest.raises(SignalError, match="ASCII"):
            engine.sync()
        with pytest.raises(SignalError, match="ASCII"):
            engine.signals.contribute("health")
        assert engine.signals.budget().spent == 0


def test_without_servers_nothing_is_measured(clock: FakeClock) -> None:
    with Engine.in_memory(clock=clock) as engine:
        engine.consent.grant("aggregate_statistics")
        with pytest.raises(SignalError, match="no servers"):
            engine.sync()
        assert engine.signals.budget().spent == 0


@pytest.mark.parametrize(
    "other",
    [
        "https://AGG.example/",
        "HTTPS://agg.example",
        "https://agg.example:443/",
        "https://agg.example./",
        "https://agg.example/./x/../",
        "https://agg.example/helper/",
        "https://agg.example?b",
    ],
)
def test_one_server_is_not_two_however_it_is_spelled(other: str) -> None:
    with pytest.raises(InputError, match="two servers"):
        Reporting("https://agg.example/", other)


def test_two_ports_of_this_machine_are_two_servers() -> None:
    Reporting("http://127.0.0.1:1/", "http://127.0.0.1:2/", loopback=True)
    with pytest.raises(InputError, match="two servers"):
        Reporting("http://127.0.0.1:1/", "http://localhost:1/", loopback=True)


@pytest.mark.parametrize(
    "wrong",
    [{"leader": LEADER}, {"helper": HELPER}, {"leader": LEADER, "helper": LEADER}, {"spread_seconds": 0}],
)
def test_what_a_host_gives_is_checked(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Reporting(**wrong)  # type: ignore[arg-type]
