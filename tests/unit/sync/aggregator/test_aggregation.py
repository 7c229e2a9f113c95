"""Leader and helper together: every report is counted once, whatever is lost, late, doubled or hostile on the way."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edge_engine_sync.aggregator import retention
from edge_engine_sync.aggregator.messages import (
    MEDIA_AGGREGATION_JOB,
    MEDIA_AGGREGATION_JOB_CONTINUE,
    MEDIA_AGGREGATION_JOB_INIT,
    AggregationJobAnswer,
    AggregationJobContinue,
    AggregationJobInit,
    Step,
    VerifyAnswer,
)
from edge_engine_sync.aggregator.parties import base64url, load_aggregator
from edge_engine_sync.aggregator.pingpong import PingPong, Turn, finish
from edge_engine_sync.client import Client, Delivery
from edge_engine_sync.errors import Unreachable, UploadRefused
from edge_engine_sync.messages import (
    MEDIA_UPLOAD_ERRORS,
    MEDIA_UPLOAD_REQUEST,
    Extension,
    Report,
    ReportError,
    Role,
    UploadErrors,
)
from edge_engine_sync.transport import Answer
from tests.fakes.aggregation import HELPER, HISTOGRAM, LEADER, NOW, SELECTED, House, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.sync.aggregator.conftest import Build

INTERVAL = "begins = 2027-01-10\nends = 2027-01-20\nclock_skew = 60\nreport_expiry = 86400\n"


def post(house: House, body: bytes) -> Answer:
    """Upload bytes."""
    url = f"{LEADER}tasks/{base64url(house.task.task_id)}/reports"
    return house.request("POST", url, {"Content-Type": MEDIA_UPLOAD_REQUEST}, body)


def refused(answer: Answer) -> list[ReportError]:
    """Why reports of an upload were not taken."""
    assert answer.is_media(MEDIA_UPLOAD_ERRORS)
    return [status.error for status in UploadErrors.decode(answer.body).status]


def ask_helper(house: House, body: bytes, token: str | None = None, job: str = "", media: str = "") -> Answer:
    """Send bytes to the helper as the leader would."""
    shown = house.known[Role.LEADER].token if token is None else token
    url = f"{HELPER}tasks/{base64url(house.task.task_id)}/aggregation_jobs{job}"
    kind = media or MEDIA_AGGREGATION_JOB_INIT
    return house.request("POST", url, {"Content-Type": kind, "Authorization": f"Bearer {shown}"}, body)


def problem(answer: Answer) -> str:
    """The DAP error of an answer."""
    from edge_engine_sync.client import read_problem  # noqa: PLC0415

    assert 400 <= answer.status < 500
    return read_problem(answer)


def job(house: House) -> bytes:
    """The bytes of the one job that the leader wrote down."""
    ((request,),) = house.rows(Role.LEADER, "SELECT request FROM job")
    assert isinstance(request, bytes)
    return request


def test_reports_are_verified_and_summed(house: House) -> None:
    house.upload(0, 1, 1, 3, 3, 3)
    assert house.aggregate() == 0
    assert house.tallies(Role.LEADER) == house.tallies(Role.HELPER) == {"counted": 6}
    key = house.begin()
    assert house.leader.collections.advance(key)
    collected = house.collector.collect(house.collector_task, whole())
    assert (collected.report_count, collected.result) == (6, [1, 2, 0, 3])
    assert collected.interval.duration == 1


def test_nothing_is_left_of_reports_that_were_collected_but_their_identifiers(house: House) -> None:
    house.upload(0, 1, 1, 3, 3)
    house.aggregate()
    house.leader.collections.advance(house.begin())
    for role in (Role.LEADER, Role.HELPER):
        assert house.rows(role, "SELECT count(*) FROM report") == [(0,)]
        assert house.rows(role, "SELECT count(*) FROM job") == [(0,)]
        assert house.rows(role, "SELECT share FROM bucket") == [(None,)]
        assert house.rows(role, "SELECT count(*) FROM seen") == [(5,)]


# Uploads


def test_an_upload_that_comes_again_is_counted_once(house: House) -> None:
    report = house.client.prepare(house.task, 2)
    assert house.client.upload(house.task, report) is Delivery.ACCEPTED
    assert house.client.upload(house.task, report) is Delivery.KNOWN
    assert refused(post(house, report + report)) == [ReportError.REPORT_REPLAYED] * 2
    house.aggregate()
    assert house.client.upload(house.task, report) is Delivery.KNOWN
    assert house.aggregate() == 0
    assert house.tallies(Role.HELPER) == {"counted": 1}


def test_bytes_that_are_no_reports_are_refused_as_a_whole(house: House) -> None:
    report = house.client.prepare(house.task, 2)
    for body in (b"", b"\0" * 50, report[:-1], report + b"\0", os.urandom(2000)):
        assert problem(post(house, body)) == "invalidMessage"
    assert house.rows(Role.LEADER, "SELECT count(*) FROM seen") == [(0,)]


def test_a_report_of_another_size_never_reaches_the_disk(house: House) -> None:
    report = Report.decode(house.client.prepare(house.task, 2))
    longer = replace(report.leader_share, payload=report.leader_share.payload + b"\0")
    shorter = replace(report.helper_share, payload=report.helper_share.payload[:-1])
    extended = replace(report.metadata, extensions=(Extension(7),))
    for wrong in (
        replace(report, leader_share=longer),
        replace(report, helper_share=shorter),
        replace(report, public_share=report.public_share + b"\0"),
        replace(report, metadata=extended),
    ):
        assert refused(post(house, wrong.encode())) == [ReportError.INVALID_MESSAGE]


def test_a_key_that_is_not_the_leaders_is_outdated(house: House) -> None:
    report = Report.decode(house.client.prepare(house.task, 2))
    other = replace(report, leader_share=replace(report.leader_share, config_id=99))
    assert refused(post(house, other.encode())) == [ReportError.OUTDATED_CONFIG]


def test_a_report_that_comes_again_after_the_keys_changed_is_known_and_no_fresh_one_is_asked_for(
    build: Build,
) -> None:
    house = build(HISTOGRAM + INTERVAL)
    report = house.client.prepare(house.task, 2)
    assert post(house, report).status == 201
    house.leader.intake._keys.clear()
    assert refused(post(house, report)) == [ReportError.REPORT_REPLAYED]
    fresh = house.client.prepare(house.task, 2)
    assert refused(post(house, fresh)) == [ReportError.OUTDATED_CONFIG]
    # Once its identifier is forgotten it is too old, which asks for no fresh one either.
    aggregator = load_aggregator(house.folder / "leader.json", Role.LEADER)
    house.now = NOW + 2 * 86400
    assert retention.forget_old(house.databases[Role.LEADER], aggregator, house.now) == 1
    assert refused(post(house, report)) == [ReportError.REPORT_DROPPED]


def test_an_identifier_is_that_of_the_report_that_was_uploaded_first(house: House) -> None:
    """As the draft has it, even where that one does not open; the helper never saw it and notes nothing."""
    good = Report.decode(house.client.prepare(house.task, 1))
    flipped = bytes((good.leader_share.payload[0] ^ 1,)) + good.leader_share.payload[1:]
    closed = replace(good, leader_share=replace(good.leader_share, payload=flipped))
    assert post(house, closed.encode()).status == 201
    house.aggregate()
    assert refused(post(house, good.encode())) == [ReportError.REPORT_REPLAYED]
    assert house.rows(Role.HELPER, "SELECT count(*) FROM seen") == [(0,)]


def test_one_bad_report_of_a_request_keeps_no_other_out(house: House) -> None:
    reports = [house.client.prepare(house.task, 2) for _ in range(3)]
    bad = Report.decode(reports[1])
    reports[1] = replace(bad, public_share=b"").encode()
    assert refused(post(house, b"".join(reports))) == [ReportError.INVALID_MESSAGE]
    assert house.rows(Role.LEADER, "SELECT count(*) FROM report") == [(2,)]


@pytest.mark.parametrize(
    ("moved", "error"),
    [
        (7200, ReportError.REPORT_TOO_EARLY),
        (-2 * 86400, ReportError.REPORT_DROPPED),
        (20 * 86400, ReportError.REPORT_DROPPED),
        (-20 * 86400, ReportError.REPORT_DROPPED),
    ],
)
def test_a_report_of_another_time_is_not_taken(build: Build, moved: int, error: ReportError) -> None:
    house = build(HISTOGRAM + INTERVAL)
    report = Report.decode(house.client.prepare(house.task, 2))
    late = replace(report, metadata=replace(report.metadata, time=report.metadata.time + moved // 3600))
    assert refused(post(house, late.encode())) == [error]
    assert post(house, report.encode()).status == 201


def test_a_clock_that_is_set_back_loses_nothing_and_lets_nothing_in_twice(build: Build) -> None:
    house = build(HISTOGRAM + INTERVAL)
    report = house.client.prepare(house.task, 2)
    house.now -= 3 * 3600
    with pytest.raises(UploadRefused, match="report_too_early"):
        house.client.upload(house.task, report)
    house.now = NOW
    assert house.client.upload(house.task, report) is Delivery.ACCEPTED
    # Two days later the identifier is forgotten; a clock that goes back brings the report no second chance.
    aggregator = load_aggregator(house.folder / "leader.json", Role.LEADER)
    assert retention.forget_old(house.databases[Role.LEADER], aggregator, NOW + 2 * 86400) == 1
    assert refused(post(house, report)) == [ReportError.REPORT_DROPPED]
    assert retention.forget_old(house.databases[Role.LEADER], aggregator, NOW) == 0


def test_a_report_that_was_tampered_with_is_not_counted(house: House) -> None:
    good = Report.decode(house.client.prepare(house.task, 1))
    flipped = bytes((good.leader_share.payload[0] ^ 1,)) + good.leader_share.payload[1:]
    lied = bytes((good.helper_share.payload[0] ^ 1,)) + good.helper_share.payload[1:]
    reports = [
        replace(good, leader_share=replace(good.leader_share, payload=flipped)),
        replace(
            Report.decode(house.client.prepare(house.task, 1)),
            helper_share=replace(good.helper_share, payload=lied),
        ),
    ]
    assert post(house, b"".join(one.encode() for one in reports)).status == 201
    house.upload(1)
    assert house.aggregate() == 0
    assert house.tallies(Role.LEADER) == {"counted": 1, "hpke_decrypt_error": 2}
    assert house.tallies(Role.HELPER) == {"counted": 1, "hpke_decrypt_error": 1}


def test_a_report_that_proves_nothing_is_not_counted(house: House) -> None:
    """Shares that belong to different reports open, but their proof does not hold."""

    class Liar:
        def __init__(self) -> None:
            self.made = house.task.vdaf.shard

        def __call__(
            self, context: bytes, measurement: int, nonce: bytes, rand: bytes
        ) -> tuple[bytes, list[bytes]]:
            public, shares = self.made(context, measurement, nonce, rand)
            size = house.task.vdaf.field.size
            one = (int.from_bytes(shares[0][:size], "little") + 1) % house.task.vdaf.field.modulus
            return public, [one.to_bytes(size, "little") + shares[0][size:], shares[1]]

    honest = house.client.prepare(house.task, 1)
    object.__setattr__(house.task, "vdaf", _With(house.task.vdaf, shard=Liar()))
    lie = house.client.prepare(house.task, 1)
    assert post(house, honest + lie).status == 201
    assert house.aggregate() == 0
    assert house.tallies(Role.LEADER) == {"counted": 1, "vdaf_verify_error": 1}


class _With:
    """An object with something of it changed."""

    def __init__(self, whole: object, **changed: object) -> None:
        self.__dict__.update(changed)
        self._whole = whole

    def __getattr__(self, name: str) -> object:
        return getattr(self._whole, name)


# Between the aggregators


def unreachable(*_: object) -> Answer:
    raise Unreachable("gone")


def lost(_method: str, _url: str, answer: Callable[[], Answer]) -> Answer:
    """The other side did it, and its answer was lost."""
    answer()
    raise Unreachable("gone")


def test_a_helper_that_is_dead_loses_no_report(house: House) -> None:
    house.upload(1, 1, 2)
    house.bend = unreachable
    assert house.aggregate() == 1
    house.bend = None
    assert house.aggregate() == 0
    assert house.tallies(Role.LEADER) == house.tallies(Role.HELPER) == {"counted": 3}


def test_an_answer_that_is_lost_counts_nothing_twice(house: House) -> None:
    house.upload(1, 1, 2)
    house.bend = lost
    assert house.aggregate() == 1
    assert house.tallies(Role.HELPER) == {"counted": 3}
    house.bend = None
    assert house.aggregate() == 0
    asked = [body for method, url, body in house.requests if "aggregation_jobs" in url and method == "POST"]
    assert asked[0] == asked[1]
    assert house.tallies(Role.LEADER) == house.tallies(Role.HELPER) == {"counted": 3}


def test_a_leader_that_starts_anew_asks_with_the_same_bytes(house: House) -> None:
    house.upload(1, 1, 2)
    house.bend = lost
    house.aggregate()
    house.close()
    house.open()
    house.bend = None
    assert house.aggregate() == 0
    assert house.tallies(Role.LEADER) == house.tallies(Role.HELPER) == {"counted": 3}


def test_an_answer_that_comes_twice_is_taken_once(house: House) -> None:
    house.upload(1, 1, 2)

    def twice(_method: str, _url: str, answer: Callable[[], Answer]) -> Answer:
        house.bend = None
        # While the first answer is on its way, the job is asked about once more and done with.
        assert house.aggregate() == 0
        return answer()

    house.bend = twice
    house.aggregate()
    assert house.tallies(Role.LEADER) == house.tallies(Role.HELPER) == {"counted": 3}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, {}, b""),
        Answer(503, {"retry-after": "9"}, b""),
        Answer(200, {}, b""),
        Answer(200, {"content-type": "text/html"}, b"<html>"),
        Answer(200, {"content-type": MEDIA_AGGREGATION_JOB}, b"\xff" * 40),
        Answer(404, {"content-type": "application/problem+json"}, b"[" * 100_000),
        Answer(401, {}, b""),
        Answer(302, {"location": "https://elsewhere.example/"}, b""),
    ],
)
def test_an_answer_that_is_none_is_asked_for_again(house: House, answer: Answer) -> None:
    house.upload(1)
    house.bend = lambda *_: answer
    assert house.aggregate() == 1
    house.bend = None
    assert house.aggregate() == 0
    assert house.tallies(Role.LEADER) == {"counted": 1}


def fitting(house: House, change: Callable[[list[VerifyAnswer]], list[VerifyAnswer]]) -> None:
    """Have the helper's answer changed on its way."""

    def bend(_method: str, url: str, answer: Callable[[], Answer]) -> Answer:
        told = answer()
        if "aggregation_jobs" not in url:
            return told
        answers = list(AggregationJobAnswer.decode(told.body).reports)
        return replace(told, body=AggregationJobAnswer(tuple(change(answers))).encode())

    house.bend = bend


@pytest.mark.parametrize(
    "change",
    [
        lambda answers: answers[:-1],
        lambda answers: answers[::-1],
        lambda answers: [*answers, answers[0]],
        lambda answers: [VerifyAnswer(one.report_id, Step.FINISH) for one in answers],
        lambda answers: [replace(one, report_id=os.urandom(16)) for one in answers],
    ],
)
def test_an_answer_to_another_question_ends_the_job(
    house: House, change: Callable[[list[VerifyAnswer]], list[VerifyAnswer]]
) -> None:
    house.upload(1, 2)
    fitting(house, change)
    assert house.aggregate() == 0
    assert house.tallies(Role.LEADER) == {"abandoned": 2}
    assert house.rows(Role.LEADER, "SELECT count(*) FROM bucket") == [(0,)]


@pytest.mark.parametrize(
    "payload", [b"\x07", finish(b""), finish(bytes(32)), PingPong(Turn.CONTINUE, b"", b"").encode()]
)
def test_a_helper_that_lies_about_a_report_has_it_not_counted_here(house: House, payload: bytes) -> None:
    house.upload(1, 2)
    fitting(house, lambda answers: [answers[0], replace(answers[1], payload=payload)])
    assert house.aggregate() == 0
    assert house.tallies(Role.LEADER) == {"counted": 1, "vdaf_verify_error": 1}


def test_a_helper_whose_clock_is_behind_is_asked_again_and_no_report_is_lost(house: House) -> None:
    house.upload(1, 2, 2)
    house.skew = -2 * 3600
    house.aggregate()
    assert house.tallies(Role.LEADER) == {"counted": 0} or house.tallies(Role.LEADER) == {}
    assert house.rows(Role.HELPER, "SELECT count(*) FROM answered") == [(0,)]
    house.skew = 0
    assert house.aggregate() == 0
    assert house.tallies(Role.LEADER) == {"counted": 3}


def test_reports_that_are_early_alone_wait_alone(house: House) -> None:
    house.upload(1)
    house.now += 3600
    house.upload(2, 2)
    house.skew = -3600
    house.aggregate()
    assert house.tallies(Role.LEADER) == {"counted": 1}
    house.skew = 0
    assert house.aggregate() == 0
    assert house.tallies(Role.LEADER) == {"counted": 3}
    house.upload(3, 3)
    house.aggregate()
    house.leader.collections.advance(house.begin())
    assert house.collector.collect(house.collector_task, whole()).result == [0, 1, 2, 2]


def test_a_question_that_no_helper_answers_ends_the_job(house: House) -> None:
    house.upload(1)
    body = b'{"type": "urn:ietf:params:ppm:dap:error:invalidMessage"}'
    house.bend = lambda *_: Answer(400, {"content-type": "application/problem+json"}, body)
    assert house.aggregate() == 0
    assert house.tallies(Role.LEADER) == {"abandoned": 1}


# What the helper refuses


def test_the_helper_answers_the_leader_alone(house: House) -> None:
    house.upload(1)
    house.leader.jobs.create(house.known[Role.LEADER])
    for token in ("", "wrong", house.known[Role.LEADER].token + "x", "\udcff"):
        assert ask_helper(house, job(house), token).status == 401
    assert house.rows(Role.HELPER, "SELECT count(*) FROM seen") == [(0,)]


def test_a_report_in_two_jobs_is_counted_in_one(house: House) -> None:
    house.upload(1, 2)
    house.leader.jobs.create(house.known[Role.LEADER])
    whole_job = AggregationJobInit.decode(job(house))
    part = replace(whole_job, reports=whole_job.reports[:1])
    first = AggregationJobAnswer.decode(ask_helper(house, part.encode()).body).reports
    second = AggregationJobAnswer.decode(ask_helper(house, whole_job.encode()).body).reports
    assert [one.step for one in first] == [Step.CONTINUE]
    assert [one.error for one in second] == [ReportError.REPORT_REPLAYED, None]
    assert house.tallies(Role.HELPER) == {"counted": 2, "report_replayed": 1}


def test_the_same_job_has_the_same_name_and_answer(house: House) -> None:
    house.upload(1, 2)
    house.leader.jobs.create(house.known[Role.LEADER])
    first, second = ask_helper(house, job(house)), ask_helper(house, job(house))
    assert first == second
    name = first.headers["location"].rpartition("/")[2]
    url = f"{HELPER}tasks/{base64url(house.task.task_id)}/aggregation_jobs/{name}"
    shown = {"Authorization": f"Bearer {house.known[Role.LEADER].token}"}
    assert house.request("GET", url, shown, None).body == first.body
    assert house.request("DELETE", url, shown, None).status == 200
    assert problem(house.request("GET", url, shown, None)) == "unrecognizedAggregationJob"
    # Forgetting an answer forgets no report.
    again = AggregationJobAnswer.decode(ask_helper(house, job(house)).body).reports
    assert {one.error for one in again} == {ReportError.REPORT_REPLAYED}


def test_a_job_that_cannot_be_is_refused(house: House) -> None:
    house.upload(1, 2)
    house.leader.jobs.create(house.known[Role.LEADER])
    good = AggregationJobInit.decode(job(house))
    selected = Extension(1, bytes(32))
    for wrong, error in (
        (replace(good, reports=()), "invalidMessage"),
        (replace(good, reports=good.reports[:1] * 2), "invalidMessage"),
        (replace(good, verification_key=1), "invalidMessage"),
        (replace(good, extensions=(selected,)), "invalidMessage"),
        (replace(good, extensions=(Extension(9),)), "unsupportedExtension"),
        (replace(good, aggregation_parameter=b"x"), "invalidAggregationParameter"),
    ):
        assert problem(ask_helper(house, wrong.encode())) == error
    assert problem(ask_helper(house, job(house)[:-1])) == "invalidMessage"
    assert ask_helper(house, job(house), media="text/plain").status == 415


def test_a_message_that_is_not_the_leaders_first_proves_nothing(house: House) -> None:
    house.upload(1, 2)
    house.leader.jobs.create(house.known[Role.LEADER])
    good = AggregationJobInit.decode(job(house))
    payloads = (b"\x09", finish(b""), good.reports[1].payload)
    for payload in payloads:
        wrong = replace(good, reports=(replace(good.reports[0], payload=payload),))
        (answer,) = AggregationJobAnswer.decode(ask_helper(house, wrong.encode()).body).reports
        assert answer.error == ReportError.VDAF_VERIFY_ERROR
    assert house.tallies(Role.HELPER) == {"counted": 0, "vdaf_verify_error": 3} or house.tallies(
        Role.HELPER
    ) == {"vdaf_verify_error": 3}


def test_a_job_of_one_round_never_goes_on(house: House) -> None:
    house.upload(1)
    house.leader.jobs.create(house.known[Role.LEADER])
    name = ask_helper(house, job(house)).headers["location"].rpartition("/")[2]
    for step, where, error in (
        (1, name, "stepMismatch"),
        (0, name, "invalidMessage"),
        (1, base64url(bytes(16)), "unrecognizedAggregationJob"),
    ):
        body = AggregationJobContinue(step, ()).encode()
        answer = ask_helper(house, body, job=f"/{where}", media=MEDIA_AGGREGATION_JOB_CONTINUE)
        assert problem(answer) == error


def test_paths_that_are_none_are_none(house: House) -> None:
    name = base64url(house.task.task_id)
    for base in (LEADER, HELPER):
        for path in ("", "tasks", f"tasks/{name}", f"tasks/{name}/else", f"tasks/{name}/collection_jobs/x/y"):
            answer = house.request("GET", base + path, {"Authorization": "Bearer x"}, None)
            assert answer.status in (401, 404)
        assert problem(house.request("GET", f"{base}tasks/{base64url(bytes(32))}/reports", {}, None)) == (
            "unrecognizedTask"
        )
        assert problem(house.request("GET", f"{base}tasks/{name}=/reports", {}, None)) == "unrecognizedTask"
        assert house.request("POST", f"{base}hpke_config", {}, b"").status == 405


def test_keys_may_be_kept_an_hour(house: House) -> None:
    answer = house.request("GET", f"{HELPER}hpke_config", {}, None)
    assert answer.headers["cache-control"] == "max-age=3600"


# Batches that the leader selects


def test_a_batch_that_the_leader_selects_is_full_before_the_next(build: Build) -> None:
    house = build(SELECTED)
    for _ in range(3):
        house.upload(1, 2, 2)
        assert house.aggregate() == 0
    counts = house.rows(Role.HELPER, "SELECT count FROM bucket ORDER BY count")
    assert counts == [(3,), (6,)]
    assert house.rows(Role.LEADER, "SELECT count, assigned FROM bucket ORDER BY count") == [(3, 3), (6, 6)]


def test_a_rejected_report_leaves_its_place_in_the_batch_to_another(build: Build) -> None:
    house = build(SELECTED)
    house.upload(1, 2, 2, 2, 2)
    fitting(house, lambda answers: [replace(answers[0], payload=finish(bytes(32))), *answers[1:]])
    house.aggregate()
    assert house.rows(Role.LEADER, "SELECT count, assigned FROM bucket") == [(4, 4)]


def test_a_job_without_its_batch_is_refused(build: Build) -> None:
    house = build(SELECTED)
    house.upload(1)
    house.leader.jobs.create(house.known[Role.LEADER])
    good = AggregationJobInit.decode(job(house))
    for extensions in ((), (Extension(1, b"short"),)):
        assert problem(ask_helper(house, replace(good, extensions=extensions).encode())) == "invalidMessage"


def test_a_client_that_is_told_to_come_later_keeps_its_report(house: House) -> None:
    waits: list[float] = []
    client = Client(house, clock=lambda: house.now, sleep=waits.append)
    report = client.prepare(house.task, 1)
    house.leader.intake._waiting = 10**9  # as if a million reports waited
    from edge_engine_sync.errors import ServerBusy  # noqa: PLC0415

    with pytest.raises(ServerBusy):
        client.upload(house.task, report)
    house.leader.intake._waiting = 0
    assert client.upload(house.task, report) is Delivery.ACCEPTED
    assert len(waits) == 2
