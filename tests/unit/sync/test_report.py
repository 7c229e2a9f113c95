"""Reports: what a client seals only its aggregator opens, only for this task and report."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_engine_sync.errors import MalformedMessage, OpenFailed, SuiteUnsupported
from edge_engine_sync.hpke import EXPORT_ONLY, suite
from edge_engine_sync.messages import (
    Extension,
    HpkeCiphertext,
    HpkeConfig,
    HpkeConfigList,
    PlaintextInputShare,
    Report,
    ReportMetadata,
    Role,
)
from edge_engine_sync.report import choose_config, make_report, open_share, share_associated, share_info
from edge_engine_sync.task import HISTOGRAM, Task, VdafConfig
from tests.fakes.aggregators import Aggregators, Keys, counted, make_task

TASK = make_task()
SERVERS = Aggregators()


def made(task: Task = TASK, measurement: int = 3) -> Report:
    return make_report(task, measurement, SERVERS.leader.config, SERVERS.helper.config, time=500)


def opened(report: Report, task: Task = TASK, role: Role = Role.LEADER, keys: Keys = SERVERS.leader) -> bytes:
    return open_share(task, role, keys.config, keys.private, report)


def test_each_aggregator_opens_its_share_and_both_together_count() -> None:
    servers = Aggregators()
    for measurement in (3, 3, 9):
        report = make_report(TASK, measurement, servers.leader.config, servers.helper.config, time=500)
        servers.reports[report.metadata.report_id] = Report.decode(report.encode())
    assert servers.count(TASK) == [0, 0, 0, 2, 0, 0, 0, 0, 0, 1]


def test_no_aggregator_opens_the_others_share() -> None:
    report = made()
    swapped = replace(report, leader_share=report.helper_share, helper_share=report.leader_share)
    with pytest.raises(OpenFailed, match="another key"):
        opened(swapped)
    same_key = make_report(TASK, 3, SERVERS.leader.config, SERVERS.leader.config, time=500)
    swapped = replace(same_key, leader_share=same_key.helper_share)
    with pytest.raises(OpenFailed):
        opened(swapped)


@pytest.mark.parametrize(
    "task",
    [
        make_task(min_batch_size=1),
        make_task(helper="https://evil.example/"),
        make_task(VdafConfig(HISTOGRAM, length=10, chunk_length=2)),
        Task(bytes(32), TASK.configuration),
        Task(TASK.task_id, TASK.configuration, version="dap-17"),
    ],
    ids=["batch of one", "another helper", "another function", "another identifier", "another version"],
)
def test_a_share_does_not_open_under_another_task(task: Task) -> None:
    with pytest.raises(OpenFailed):
        opened(made(), task)


def test_a_share_does_not_open_with_another_reports_public_part() -> None:
    report, other = made(), made()
    for changed in (
        replace(report, metadata=replace(report.metadata, time=501)),
        replace(report, metadata=other.metadata),
        replace(report, public_share=other.public_share),
        replace(report, leader_share=replace(report.leader_share, encapsulated=b"\x00" * 32)),
    ):
        with pytest.raises(OpenFailed):
            opened(changed)


@pytest.mark.parametrize("plaintext", [b"", b"\x00", PlaintextInputShare(b"p", (Extension(5),)).encode()])
def test_a_sealed_share_that_is_none_is_refused(plaintext: bytes) -> None:
    keys, metadata = SERVERS.leader, ReportMetadata(bytes(16), 1)
    chosen = suite(keys.kem, keys.kdf, keys.aead)
    encapsulated, payload = chosen.seal(
        keys.config.public_key,
        share_info(TASK, Role.LEADER),
        share_associated(TASK, metadata, b""),
        plaintext,
    )
    sealed = HpkeCiphertext(keys.number, encapsulated, payload)
    with pytest.raises(MalformedMessage):
        opened(Report(metadata, b"", sealed, sealed))


def test_reports_of_a_task_have_one_size_whatever_they_say() -> None:
    assert len({len(made(measurement=bucket).encode()) for bucket in range(10)}) == 1


def test_every_report_draws_its_own_randomness_of_the_right_sizes() -> None:
    randomness, asked = counted()
    make = [
        make_report(TASK, 3, SERVERS.leader.config, SERVERS.helper.config, time=5, randomness=randomness)
        for _ in range(2)
    ]
    assert asked == [16, TASK.vdaf.rand_size] * 2
    assert make[0].metadata.report_id != make[1].metadata.report_id


def test_a_histogram_of_100_is_small() -> None:
    task = make_task(VdafConfig(HISTOGRAM, length=100, chunk_length=10))
    assert len(made(task).encode()) <= 2800


def test_the_first_key_whose_suite_is_known_is_taken() -> None:
    unknown, exports = HpkeConfig(1, 0x9999, 1, 1, b"k"), HpkeConfig(2, 0x20, 1, EXPORT_ONLY, b"k")
    known, later = HpkeConfig(3, 0x10, 1, 1, b"k"), HpkeConfig(4, 0x20, 1, 1, b"k")
    assert choose_config(HpkeConfigList((unknown, exports, known, later))) is known
    with pytest.raises(SuiteUnsupported):
        choose_config(HpkeConfigList((unknown, exports)))
