"""The client: one measurement is one report at the leader, whatever the network and the servers do."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from edge_engine_sync.client import Client, Delivery, read_answer, read_problem
from edge_engine_sync.errors import (
    AnswerInvalid,
    KeyInvalid,
    MalformedMessage,
    MeasurementInvalid,
    ParameterInvalid,
    ServerBusy,
    SuiteUnsupported,
    SyncError,
    Unreachable,
    Untrusted,
    UploadRefused,
)
from edge_engine_sync.hpke import EXPORT_ONLY
from edge_engine_sync.keys import LONGEST_LIFETIME, UNSAID_LIFETIME, lifetime, resource
from edge_engine_sync.messages import (
    MEDIA_HPKE_CONFIG_LIST,
    MEDIA_UPLOAD_ERRORS,
    MEDIA_UPLOAD_REQUEST,
    HpkeConfig,
    HpkeConfigList,
    Report,
    ReportError,
    ReportUploadStatus,
    UploadErrors,
)
from edge_engine_sync.task import DAP_VERSION, task_interval
from edge_engine_sync.transport import Answer
from tests.fakes.aggregators import HELPER, LEADER, NOW, Aggregators, Keys, make_task

TASK = make_task()
TASK_NAME = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


class Bench:
    """A client of two servers, with a clock and a sleep that a test moves."""

    def __init__(self, **settings: object) -> None:
        self.servers = Aggregators()
        self.now = NOW
        self.slept: list[float] = []
        self.client = Client(self.servers, lambda: self.now, self.slept.append, **settings)  # type: ignore[arg-type]

    def uploads(self) -> list[bytes | None]:
        return [body for method, _, _, body in self.servers.requests if method == "POST"]

    def asked_for_keys(self) -> list[str]:
        return [url for method, url, _, _ in self.servers.requests if method == "GET"]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def refused(report_id: bytes, error: ReportError) -> Answer:
    body = UploadErrors((ReportUploadStatus(report_id, error),)).encode()
    return Answer(200, {"content-type": "application/ppm-dap; message=upload-errors"}, body)


def problem(status: int, kind: object, media: str = "application/problem+json") -> Answer:
    return Answer(status, {"content-type": media}, json.dumps({"type": kind, "detail": "secret"}).encode())


def test_measurements_arrive_and_are_counted(bench: Bench) -> None:
    for bucket in (1, 1, 8):
        assert bench.client.send(TASK, bucket) == Delivery.ACCEPTED
    assert bench.servers.count(TASK) == [0, 2, 0, 0, 0, 0, 0, 0, 1, 0]


def test_what_is_asked_of_whom(bench: Bench) -> None:
    bench.client.headers = {"DAP-Auth-Token": "token"}
    bench.client.send(TASK, 1)
    assert bench.asked_for_keys() == [f"{LEADER}hpke_config", f"{HELPER}/hpke_config"]
    method, url, headers, body = bench.servers.requests[-1]
    assert (method, url) == ("POST", f"{LEADER}tasks/{TASK_NAME}/reports")
    assert headers == {"Content-Type": MEDIA_UPLOAD_REQUEST, "DAP-Auth-Token": "token"}
    assert body is not None
    assert Report.decode(body).metadata.time == int(NOW) // 3600


@pytest.mark.parametrize("failure", [Unreachable("x"), Answer(503, {}, b""), Answer(429, {}, b"")], ids=str)
def test_a_failure_is_met_with_the_same_bytes(bench: Bench, failure: Answer | Exception) -> None:
    bench.servers.script = [failure, failure]
    assert bench.client.send(TASK, 1) == Delivery.ACCEPTED
    assert len(bench.uploads()) == 3
    assert len(set(bench.uploads())) == 1
    first, second = bench.slept
    assert 0.5 <= first < 1.5
    assert 1.0 <= second < 3.0


def test_a_lost_answer_does_not_count_twice(bench: Bench) -> None:
    report = bench.client.prepare(TASK, 4)
    bench.client.upload(TASK, report)
    assert bench.client.upload(TASK, report) == Delivery.KNOWN
    assert bench.servers.count(TASK) == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(("attempts", "sent"), [(1, 1), (3, 3), (0, 0)])
def test_attempts_end(attempts: int, sent: int) -> None:
    bench = Bench(attempts=attempts)
    bench.servers.script = [Unreachable("x")] * 9
    with pytest.raises(Unreachable):
        bench.client.send(TASK, 1)
    assert len(bench.uploads()) == sent


def test_a_server_that_asks_to_wait_is_waited_for(bench: Bench) -> None:
    bench.servers.script = [Answer(503, {"retry-after": "7"}, b"")]
    bench.client.send(TASK, 1)
    assert bench.slept == [7.0]


def test_a_server_that_asks_to_wait_long_ends_the_attempts(bench: Bench) -> None:
    bench.servers.script = [Answer(503, {"retry-after": "3600"}, b"")]
    with pytest.raises(ServerBusy) as busy:
        bench.client.send(TASK, 1)
    assert (busy.value.retry_after, busy.value.code, bench.slept) == (3600.0, "sync.upload.busy", [])


@pytest.mark.parametrize("said", ["soon", "-5", "Wed, 21 Oct 2015 07:28:00 GMT", "9" * 30, ""])
def test_a_wait_that_is_no_number_is_not_read(bench: Bench, said: str) -> None:
    bench.servers.script = [Answer(503, {"retry-after": said}, b"")]
    assert bench.client.send(TASK, 1) == Delivery.ACCEPTED


@pytest.mark.parametrize(
    "failure", [Untrusted("x"), AnswerInvalid("x"), Answer(404, {}, b""), Answer(304, {}, b"")]
)
def test_what_would_not_get_better_is_not_tried_again(bench: Bench, failure: Answer | Exception) -> None:
    bench.servers.script = [failure]
    with pytest.raises(SyncError):
        bench.client.send(TASK, 1)
    assert len(bench.uploads()) == 1


@pytest.mark.parametrize("first", [Unreachable("lost"), Answer(503, {}, b"")], ids=["lost", "busy"])
def test_no_fresh_report_is_made_of_one_whose_answer_was_lost(
    bench: Bench, first: Answer | Exception
) -> None:
    """The leader may have taken it and changed its keys since: it would count both."""
    outdated = problem(400, "urn:ietf:params:ppm:dap:error:outdatedConfig")
    bench.servers.script = [first, outdated]
    with pytest.raises(UploadRefused) as refusal:
        bench.client.send(TASK, 1)
    assert not refusal.value.certain
    assert len(set(bench.uploads())) == 1
    bench.servers.script = [replace(outdated, reposts=1)]
    with pytest.raises(UploadRefused):
        bench.client.send(TASK, 1)


@pytest.mark.parametrize(
    ("headers", "whole"),
    [({}, False), ({"content-length": "0"}, True), ({"transfer-encoding": "chunked"}, True)],
)
def test_a_list_of_errors_that_may_have_been_cut_off_takes_nothing(
    headers: dict[str, str],
    whole: bool,  # noqa: FBT001 - given by the list
) -> None:
    answer = Answer(200, {"content-type": "application/ppm-dap;message=upload-errors", **headers}, b"")
    if whole:
        assert read_answer(answer, bytes(16)) is Delivery.ACCEPTED
        return
    with pytest.raises(AnswerInvalid):
        read_answer(answer, bytes(16))


def test_a_leaders_new_key_is_fetched_once_and_a_fresh_report_made(bench: Bench) -> None:
    bench.client.send(TASK, 1)
    bench.servers.leader = Keys(9)
    bench.servers.reports.clear()
    assert bench.client.send(TASK, 2) == Delivery.ACCEPTED
    assert len(bench.asked_for_keys()) == 4
    assert bench.servers.count(TASK) == [0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    old, new = (Report.decode(body or b"").metadata.report_id for body in bench.uploads()[-2:])
    assert old != new


@pytest.mark.parametrize(
    "outdated",
    [
        lambda report_id: refused(report_id, ReportError.OUTDATED_CONFIG),
        lambda _: problem(400, "urn:ietf:params:ppm:dap:error:outdatedConfig"),
    ],
)
def test_a_key_that_stays_outdated_ends_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, outdated: object
) -> None:
    def always(body: bytes) -> Answer:
        return outdated(Report.decode(body).metadata.report_id)  # type: ignore[operator, no-any-return]

    monkeypatch.setattr(bench.servers, "_take", always)
    with pytest.raises(UploadRefused) as refusal:
        bench.client.send(TASK, 1)
    assert refusal.value.problem in ("outdated_config", "outdatedConfig")
    assert len(bench.uploads()) == 2


@pytest.mark.parametrize("error", [error for error in ReportError if error != ReportError.REPORT_REPLAYED])
def test_every_refusal_of_a_report_is_named(error: ReportError) -> None:
    with pytest.raises(UploadRefused, match=error.name.lower()) as refusal:
        read_answer(refused(b"i" * 16, error), b"i" * 16)
    assert (refusal.value.problem, refusal.value.code) == (error.name.lower(), "sync.upload.refused")


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_success_without_a_body_is_a_delivery(status: int) -> None:
    assert read_answer(Answer(status, {}, b""), b"i" * 16) == Delivery.ACCEPTED


@pytest.mark.parametrize("status", [200, 201, 203])
@pytest.mark.parametrize(
    "media",
    [
        "text/html",
        "",
        "application/ppm-dap",
        "application/ppm-dap;message=upload-req",
        "application/problem+json",
    ],
)
def test_a_page_that_is_no_answer_of_the_protocol_takes_no_report(status: int, media: str) -> None:
    with pytest.raises(AnswerInvalid):
        read_answer(Answer(status, {"content-type": media}, b"Please sign in to this network"), b"i" * 16)


@pytest.mark.parametrize(
    "media",
    [
        "application/ppm-dap;message=upload-errors;charset=utf-8",
        'Application/PPM-DAP ; charset="a;b" ; Message="upload-errors"',
        "application/ppm-dap; message=upload-errors;",
    ],
)
def test_an_answers_media_type_may_have_more_parameters(media: str) -> None:
    answer = refused(b"i" * 16, ReportError.OUTDATED_CONFIG)
    with pytest.raises(UploadRefused) as refusal:
        read_answer(Answer(200, {"content-type": media}, answer.body), b"i" * 16)
    assert refusal.value.problem == "outdated_config"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 407, 410, 413, 415, 451])
def test_who_does_not_speak_the_protocol_refuses_nothing_for_good(status: int) -> None:
    with pytest.raises(AnswerInvalid):
        read_answer(Answer(status, {"content-type": "text/html"}, b"<h1>no</h1>"), b"i" * 16)


@pytest.mark.parametrize(
    "body",
    [
        b"\x01",
        bytes(17),
        b"i" * 16 + b"\x0c",
        b"j" * 16 + b"\x02",
        (b"i" * 16 + b"\x02") * 2,
        b"i" * 16 + b"\x02" + b"more",
    ],
)
def test_a_list_of_errors_that_is_none_is_not_believed(body: bytes) -> None:
    with pytest.raises(AnswerInvalid) as refusal:
        read_answer(Answer(200, {"content-type": MEDIA_UPLOAD_ERRORS}, body), b"i" * 16)
    assert refusal.value.code == "sync.upload.answer"


def test_a_problem_document_names_the_refusal_and_nothing_of_it_is_shown() -> None:
    with pytest.raises(UploadRefused) as refusal:
        read_answer(problem(400, "urn:ietf:params:ppm:dap:error:unrecognizedTask"), b"")
    assert (refusal.value.status, refusal.value.problem) == (400, "unrecognizedTask")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    "answer",
    [
        problem(400, "https://example.com/other"),
        problem(400, 7),
        problem(400, None),
        problem(400, "urn:ietf:params:ppm:dap:error:" + "x" * 65),
        problem(400, "urn:ietf:params:ppm:dap:error:two words"),
        problem(400, "urn:ietf:params:ppm:dap:error:invalidMessage", media="text/plain"),
        Answer(400, {"content-type": "application/problem+json"}, b"{"),
        Answer(400, {"content-type": "application/problem+json"}, b"[1]"),
        Answer(400, {"content-type": "application/problem+json"}, b"[" * 100_000),
        Answer(400, {"content-type": "application/problem+json"}, b"\xff"),
    ],
    ids=range(10),
)
def test_what_is_no_problem_of_the_protocol_has_no_name(answer: Answer) -> None:
    assert read_problem(answer) == ""
    with pytest.raises(AnswerInvalid):
        read_answer(answer, b"")


def test_nothing_is_sent_of_what_is_not_counted(bench: Bench) -> None:
    with pytest.raises(MeasurementInvalid):
        bench.client.send(TASK, 10)
    with pytest.raises(ParameterInvalid):
        bench.client.send(make_task(extensions=(task_interval(0, 1),)), 1)
    with pytest.raises(MalformedMessage):
        bench.client.upload(TASK, b"no report")
    assert bench.uploads() == []


class TestKeys:
    def test_keys_are_kept_as_long_as_the_aggregator_says(self, bench: Bench) -> None:
        bench.servers.caching = {"cache-control": "max-age=100"}
        bench.client.send(TASK, 1)
        bench.now += 99
        bench.client.send(TASK, 1)
        assert len(bench.asked_for_keys()) == 2
        bench.now += 1
        bench.client.send(TASK, 1)
        assert len(bench.asked_for_keys()) == 4

    def test_a_clock_that_is_set_back_does_not_keep_a_key_alive(self, bench: Bench) -> None:
        bench.client.send(TASK, 1)
        bench.now -= 1
        bench.client.send(TASK, 1)
        assert len(bench.asked_for_keys()) == 4

    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ({}, UNSAID_LIFETIME),
            ({"cache-control": "public"}, UNSAID_LIFETIME),
            ({"cache-control": "max-age=86400"}, 86400.0),
            ({"cache-control": 'Public, Max-Age="60"'}, 60.0),
            ({"cache-control": "max-age=60", "age": "20"}, 40.0),
            ({"cache-control": "max-age=60", "age": "100"}, 0.0),
            ({"cache-control": "max-age=999999999"}, LONGEST_LIFETIME),
            ({"cache-control": "max-age=9999999999999999"}, 0.0),
            ({"cache-control": "max-age=-1"}, 0.0),
            ({"cache-control": "max-age=soon"}, 0.0),
            ({"cache-control": "max-age=60, no-store"}, 0.0),
            ({"cache-control": "no-cache"}, 0.0),
        ],
    )
    def test_how_long_an_answer_may_be_kept(self, headers: dict[str, str], seconds: float) -> None:
        assert lifetime(headers) == seconds

    def test_a_resource_has_one_slash_before_it(self) -> None:
        assert resource("https://a/b", "c") == resource("https://a/b/", "c") == "https://a/b/c"

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (Answer(200, {"content-type": MEDIA_HPKE_CONFIG_LIST}, b""), AnswerInvalid),
            (Answer(200, {"content-type": MEDIA_HPKE_CONFIG_LIST}, b"\x00\x00"), AnswerInvalid),
            (Answer(200, {"content-type": MEDIA_HPKE_CONFIG_LIST}, b"\x00\x05abc"), AnswerInvalid),
            (Answer(200, {"content-type": "text/html"}, b""), AnswerInvalid),
            (Answer(404, {}, b""), AnswerInvalid),
            (Answer(503, {}, b""), ServerBusy),
            (
                Answer(
                    200,
                    {"content-type": MEDIA_HPKE_CONFIG_LIST},
                    HpkeConfigList((HpkeConfig(1, 0x20, 1, EXPORT_ONLY, b"k"),)).encode(),
                ),
                SuiteUnsupported,
            ),
        ],
        ids=range(7),
    )
    def test_keys_that_are_none_are_refused_and_not_kept(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch, answer: Answer, error: type[SyncError]
    ) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(bench.servers, "request", lambda *_: answer)
            with pytest.raises(error):
                bench.client.prepare(TASK, 1)
        assert bench.client.send(TASK, 1) == Delivery.ACCEPTED


def test_a_key_that_cannot_be_sealed_with_is_not_kept(bench: Bench) -> None:
    good = bench.servers.helper.config
    bench.servers.helper.config = HpkeConfig(2, good.kem, good.kdf, good.aead, b"no point of the curve")
    with pytest.raises(KeyInvalid):
        bench.client.send(TASK, 1)
    bench.servers.helper.config = good
    assert bench.client.send(TASK, 1) == Delivery.ACCEPTED


def test_the_version_is_the_tasks() -> None:
    assert TASK.version == DAP_VERSION == "dap-18"
