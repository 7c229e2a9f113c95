"""Collecting: a batch is given once, whole, with enough reports, to the collector alone."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from edge_engine_sync.aggregator.collector import Collector, open_sums
from edge_engine_sync.aggregator.messages import (
    MEDIA_AGGREGATE_SHARE_REQUEST,
    MEDIA_COLLECTION_JOB,
    MEDIA_COLLECTION_JOB_REQUEST,
    AggregateShareRequest,
    Batch,
    CollectionJobAnswer,
    CollectionJobRequest,
)
from edge_engine_sync.aggregator.parties import base64url
from edge_engine_sync.aggregator.problems import Problem
from edge_engine_sync.client import read_problem
from edge_engine_sync.errors import AnswerInvalid, CollectionRefused, OpenFailed, Unreachable
from edge_engine_sync.messages import Extension, Interval, ReportError, Role
from edge_engine_sync.task import Task
from edge_engine_sync.transport import Answer
from tests.fakes.aggregation import HELPER, HISTOGRAM, LEADER, SELECTED, UNIT, House, whole
from tests.unit.sync.aggregator.test_aggregation import lost, post, refused, unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_engine_sync.aggregator.collector import Collected
    from tests.unit.sync.aggregator.conftest import Build


def collect(house: House, batch: Batch | None = None) -> Collected:
    """Collect a batch of reports that were aggregated."""
    house.leader.collections.advance(house.begin(batch))
    return house.collector.collect(house.collector_task, batch or whole(), patience=0)


def refusal(house: House, batch: Batch | None = None) -> str:
    """Why a batch of reports that were aggregated is not given."""
    key = house.begin(batch)
    assert house.leader.collections.advance(key)
    return house.leader.collections.progress(house.known[Role.LEADER], key[1]).problem


def ask(
    house: House, body: bytes, token: str | None = None, media: str = MEDIA_COLLECTION_JOB_REQUEST
) -> Answer:
    """Send bytes to the leader as the collector would."""
    shown = house.collector_task.token if token is None else token
    url = f"{LEADER}tasks/{base64url(house.task.task_id)}/collection_jobs"
    return house.request("POST", url, {"Content-Type": media, "Authorization": f"Bearer {shown}"}, body)


def ask_for_share(house: House, body: bytes) -> Answer:
    """Send bytes to the helper as the leader would."""
    url = f"{HELPER}tasks/{base64url(house.task.task_id)}/aggregate_shares"
    shown = {"Authorization": f"Bearer {house.known[Role.LEADER].token}"}
    return house.request("POST", url, {"Content-Type": MEDIA_AGGREGATE_SHARE_REQUEST, **shown}, body)


def share_request(house: House) -> AggregateShareRequest:
    """What the leader asked or will ask the helper for."""
    ((body,),) = house.rows(Role.LEADER, "SELECT share_request FROM collection")
    assert isinstance(body, bytes)
    return AggregateShareRequest.decode(body)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions about collections that are not done are not held open."""
    monkeypatch.setattr("edge_engine_sync.aggregator.leader.PATIENCE", 0.0)


pytestmark = pytest.mark.usefixtures("quick")


def test_too_few_reports_are_never_summed_up(house: House) -> None:
    house.upload(1, 1, 1, 1)
    house.aggregate()
    assert refusal(house) == "invalidBatchSize"
    assert not any("aggregate_shares" in url for _, url, _ in house.requests)
    # More may come: the same question is looked into anew, and the batch is as open as before.
    house.upload(2)
    house.aggregate()
    assert collect(house).result == [0, 4, 1, 0]


def test_a_leader_that_claims_more_reports_gets_no_share_of_the_helper(house: House) -> None:
    house.upload(1, 1, 1, 1)
    house.aggregate()
    wish = CollectionJobRequest(whole())
    answer = ask_for_share(house, AggregateShareRequest(wish, whole(), 5, bytes(32)).encode())
    assert read_problem(answer) == "invalidBatchSize"
    house.upload(2)
    house.aggregate()
    for count, checksum in ((5, bytes(32)), (6, bytes(32))):
        answer = ask_for_share(house, AggregateShareRequest(wish, whole(), count, checksum).encode())
        assert read_problem(answer) == "batchMismatch"
    assert collect(house).report_count == 5


def test_a_batch_is_collected_once(house: House) -> None:
    house.upload(1, 1, 1, 1, 2)
    house.aggregate()
    first = collect(house)
    assert collect(house) == first
    for other in (Interval(UNIT, 1), Interval(UNIT - 2, 1), Interval(UNIT + 2, 100), Interval(0, 2**63)):
        answer = ask(house, CollectionJobRequest(Batch.interval(other)).encode())
        assert read_problem(answer) == "batchOverlap"
    beside = ask(house, CollectionJobRequest(Batch.interval(Interval(UNIT + 3, 1))).encode())
    assert beside.status == 201


def test_reports_that_come_after_their_batch_was_collected_are_not_taken(house: House) -> None:
    late = house.client.prepare(house.task, 3)
    house.upload(1, 1, 1, 1, 2)
    house.aggregate()
    collect(house)
    assert refused(post(house, late)) == [ReportError.REPORT_REPLAYED]
    house.now += 3600
    empty_hour_of_the_batch = house.client.prepare(house.task, 3)
    assert refused(post(house, empty_hour_of_the_batch)) == [ReportError.REPORT_REPLAYED]


def test_the_helper_lets_no_report_into_a_batch_it_gave_away(house: House) -> None:
    house.upload(1, 1, 1, 1, 2)
    house.aggregate()
    house.upload(3)
    house.leader.jobs.create(house.known[Role.LEADER])
    wish = CollectionJobRequest(whole())
    ((checksum,),) = house.rows(Role.HELPER, "SELECT checksum FROM bucket")
    assert isinstance(checksum, bytes)
    request = AggregateShareRequest(wish, whole(), 5, checksum).encode()
    first = ask_for_share(house, request)
    assert first.status == 201
    assert house.aggregate() == 0
    assert house.tallies(Role.LEADER) == {"counted": 5, "batch_collected": 1}
    # The same question has the same answer, and another about the same reports has none.
    assert ask_for_share(house, request) == first
    narrower = AggregateShareRequest(wish, Batch.interval(Interval(UNIT, 1)), 5, checksum)
    assert read_problem(ask_for_share(house, narrower.encode())) == "batchOverlap"


def test_a_collection_waits_for_reports_that_are_on_their_way(house: House) -> None:
    house.upload(1, 1, 1, 1, 2)
    house.aggregate()
    house.upload(3)
    key = house.begin()
    assert not house.leader.collections.advance(key)
    house.bend = unreachable
    house.aggregate()
    assert not house.leader.collections.advance(key)
    with pytest.raises(Unreachable, match="not there in time"):
        Collector(_Unbent(house), sleep=lambda _: None).collect(house.collector_task, whole(), patience=0)
    house.bend = None
    house.aggregate()
    assert house.leader.collections.advance(key)
    assert house.collector.collect(house.collector_task, whole()).result == [0, 4, 1, 1]


class _Unbent:
    """Reaches the leader although it cannot reach the helper."""

    def __init__(self, house: House) -> None:
        self.house = house

    def request(self, *asked: object) -> Answer:
        bend, self.house.bend = self.house.bend, None
        try:
            return self.house.request(*asked)  # type: ignore[arg-type]
        finally:
            self.house.bend = bend


@pytest.mark.parametrize("anew", [False, True])
@pytest.mark.parametrize("bend", [unreachable, lost])
def test_a_helper_that_dies_while_it_is_asked_gives_one_sum(
    build: Build, bend: Callable[..., Answer], *, anew: bool
) -> None:
    house = build(HISTOGRAM + 'epsilon = "1/2"\n')
    house.upload(1, 1, 1, 1, 2)
    house.aggregate()
    key = house.begin()
    house.bend = bend
    assert not house.leader.collections.advance(key)
    house.bend = None
    with pytest.raises(Problem) as problem:
        house.leader.collections.delete(house.known[Role.LEADER], key[1])
    assert problem.value.status == 409
    if anew:
        house.close()
        house.open()
    assert house.leader.collections.advance(key)
    assert house.leader.collections.advance(key)
    asked = {body for _, url, body in house.requests if "aggregate_shares" in url}
    assert len(asked) == 1
    first = house.collector.collect(house.collector_task, whole())
    # Noise was drawn once: asking again does not average it away.
    assert house.collector.collect(house.collector_task, whole()) == first


def test_a_batch_that_the_helper_does_not_give_is_open_again(house: House) -> None:
    house.upload(1, 1, 1, 1, 2)
    house.aggregate()
    key = house.begin()
    body = b'{"type": "urn:ietf:params:ppm:dap:error:batchMismatch"}'
    house.bend = lambda *_: Answer(400, {"content-type": "application/problem+json"}, body)
    assert house.leader.collections.advance(key)
    house.bend = None
    known = house.known[Role.LEADER]
    assert house.leader.collections.progress(known, key[1]).problem == "batchMismatch"
    house.upload(3)
    house.aggregate()
    assert collect(house).result == [0, 4, 1, 1]


def test_what_no_leader_collects_is_refused(house: House) -> None:
    good = CollectionJobRequest(whole())
    with pytest.raises(CollectionRefused) as refused_:
        house.collector.collect(house.collector_task, Batch.interval(Interval(5, 0)))
    assert refused_.value.problem == "batchInvalid"
    for wrong, problem in (
        (CollectionJobRequest(Batch.selected()), "invalidMessage"),
        (replace(good, aggregation_parameter=b"x"), "invalidAggregationParameter"),
        (replace(good, extensions=(Extension(5),)), "unsupportedExtension"),
        (replace(good, extensions=(Extension(5), Extension(5))), "invalidExtension"),
        (CollectionJobRequest(Batch.interval(Interval(5, 0))), "batchInvalid"),
        (CollectionJobRequest(Batch.interval(Interval(2**64 - 1, 9))), "batchInvalid"),
    ):
        assert read_problem(ask(house, wrong.encode())) == problem
    assert read_problem(ask(house, good.encode()[:-1])) == "invalidMessage"
    assert ask(house, good.encode(), token="wrong").status == 401
    assert ask(house, good.encode(), media="text/plain").status == 415


def test_what_no_helper_gives_is_refused(house: House) -> None:
    house.upload(1, 1, 1, 1, 2)
    house.aggregate()
    wish = CollectionJobRequest(Batch.interval(Interval(UNIT, 1)))
    good = AggregateShareRequest(wish, wish.query, 5, bytes(32))
    for wrong, problem in (
        (replace(good, batch=Batch.selected(bytes(32))), "invalidMessage"),
        (replace(good, batch=Batch.interval(Interval(UNIT, 2))), "batchInvalid"),
        (replace(good, batch=Batch.interval(Interval(UNIT - 1, 1))), "batchInvalid"),
        (replace(good, batch=Batch.interval(Interval(UNIT, 0))), "batchInvalid"),
        (replace(good, collection=replace(wish, aggregation_parameter=b"x")), "invalidAggregationParameter"),
        (replace(good, collection=replace(wish, extensions=(Extension(3),))), "unsupportedExtension"),
    ):
        assert read_problem(ask_for_share(house, wrong.encode())) == problem
    assert read_problem(ask_for_share(house, good.encode() + b"\0")) == "invalidMessage"


def test_a_collection_that_is_deleted_is_gone_and_its_batch_stays_collected(house: House) -> None:
    house.upload(1, 1, 1, 1, 2)
    house.aggregate()
    collect(house)
    body = CollectionJobRequest(whole()).encode()
    place = ask(house, body).headers["location"]
    url = f"{LEADER}tasks/{base64url(house.task.task_id)}/{place}"
    shown = {"Authorization": f"Bearer {house.collector_task.token}"}
    assert house.request("GET", url, {}, None).status == 401
    assert house.request("GET", url, shown, None).is_media(MEDIA_COLLECTION_JOB)
    assert house.request("DELETE", url, shown, None).status == 200
    assert house.request("GET", url, shown, None).status == 404
    assert house.request("DELETE", url, shown, None).status == 404
    assert house.request("GET", url[:-3], shown, None).status == 404
    assert read_problem(ask(house, body)) == "batchOverlap"


def test_each_batch_that_the_leader_selects_is_given_once(build: Build) -> None:
    house = build(SELECTED)
    results = []
    for round_ in range(2):
        house.upload(*[round_] * 6)
        house.aggregate()
        key = house.begin(Batch.selected())
        house.leader.collections.advance(key)
        results.append(house.collector.collect(house.collector_task, Batch.selected()).result)
        house.leader.collections.delete(house.known[Role.LEADER], key[1])
    assert results == [[6, 0, 0, 0], [0, 6, 0, 0]]
    assert refusal(house, Batch.selected()) == "invalidBatchSize"
    house.upload(1)
    key = house.begin(Batch.selected())
    assert not house.leader.collections.advance(key)


# Noise


def test_nobody_sees_the_raw_sum_where_a_task_has_an_epsilon(build: Build) -> None:
    """Each of 400 buckets carries noise; that all of it is zero has a probability below 1e-100."""
    tasks = HISTOGRAM.replace("length = 4", "length = 400") + 'epsilon = "1/4"\n'
    house = build(tasks)
    house.upload(0, 1, 2, 3, 4)
    house.aggregate()
    result = collect(house).result
    raw = [1] * 5 + [0] * 395
    assert result != raw
    assert min(result) < 0
    assert sum(value != truth for value, truth in zip(result, raw, strict=True)) > 300
    for role in (Role.LEADER, Role.HELPER):
        assert house.known[role].epsilon == Fraction(1, 4)


# The collector


def answered(house: House) -> CollectionJobAnswer:
    """A collection that is done."""
    house.upload(1, 1, 1, 1, 2)
    house.aggregate()
    house.leader.collections.advance(house.begin())
    return CollectionJobAnswer.decode(ask(house, CollectionJobRequest(whole()).encode()).body)


def test_sums_open_for_their_collector_task_and_request_alone(house: House, build: Build) -> None:
    answer, wish, mine = answered(house), CollectionJobRequest(whole()), house.collector_task
    assert open_sums(mine, wish, answer).result == [0, 4, 1, 0]
    other = build().collector_task
    weaker = Task(mine.task.task_id, replace(mine.task.configuration, min_batch_size=2))
    swapped = replace(answer, leader_share=answer.helper_share, helper_share=answer.leader_share)
    unknown = replace(answer, leader_share=replace(answer.leader_share, config_id=9))
    off_curve = replace(answer, leader_share=replace(answer.leader_share, encapsulated=b"short"))
    for task, request, told in (
        (other, wish, answer),
        (replace(mine, task=weaker), wish, answer),
        (mine, CollectionJobRequest(Batch.interval(Interval(UNIT, 1))), answer),
        (mine, wish, swapped),
        (mine, wish, unknown),
        (mine, wish, off_curve),
    ):
        with pytest.raises(OpenFailed):
            open_sums(task, request, told)
    with pytest.raises(AnswerInvalid, match="fewer reports"):
        open_sums(mine, wish, replace(answer, report_count=4))


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, {"content-type": "text/html"}, b"<html>"),
        Answer(200, {"content-type": MEDIA_COLLECTION_JOB}, b"\0" * 40),
    ],
)
def test_an_answer_that_is_no_collection_is_refused(house: House, answer: Answer) -> None:
    house.bend = lambda *_: answer
    with pytest.raises(AnswerInvalid):
        house.collector.collect(house.collector_task, whole())


def test_a_collector_waits_as_the_leader_asks_and_no_longer_than_it_was_told(house: House) -> None:
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    collector = Collector(house, monotonic=lambda: now[0], sleep=sleep)
    place = base64url(bytes(16))
    script = [
        Answer(503, {"retry-after": "7"}, b"busy"),
        Answer(201, {"retry-after": "3", "location": f"https://elsewhere.example/{place}?x=1"}, b""),
        Answer(200, {"retry-after": "soon"}, b""),
        Answer(200, {"retry-after": "99999"}, b""),
        Answer(200, {}, b""),
    ]
    house.bend = lambda *_: script.pop(0)
    with pytest.raises(Unreachable, match="not there in time"):
        collector.collect(house.collector_task, whole(), patience=71.5)
    assert slept == [7.0, 3.0, 1.0, 60.0]
    methods = [(method, url.rpartition("/")[2]) for method, url, _ in house.requests]
    # The address of another server is not followed; the collection's name is taken from it.
    assert methods == [("POST", "collection_jobs")] * 2 + [("GET", place)] * 3
    assert all(url.startswith(LEADER) for _, url, _ in house.requests)
    house.bend = unreachable
    with pytest.raises(Unreachable):
        collector.collect(house.collector_task, whole(), patience=2.5)
    assert slept[4:] == [1.0, 1.0]


def test_a_collection_may_be_named_by_the_collector(house: House) -> None:
    """As aggregators want it that speak what was between drafts 17 and 18."""
    done = answered(house).encode()
    script = [Answer(201, {}, b""), Answer(200, {}, b""), Answer(201, {}, b"")]
    script.append(Answer(200, {"content-type": MEDIA_COLLECTION_JOB}, done))
    house.bend = lambda *_: script.pop(0)
    house.requests.clear()
    collector = Collector(house, sleep=lambda _: None, put=True)
    assert collector.collect(house.collector_task, whole()).result == [0, 4, 1, 0]
    assert [method for method, _, _ in house.requests] == ["PUT", "GET", "PUT", "GET"]
    assert len({url for _, url, _ in house.requests}) == 1
