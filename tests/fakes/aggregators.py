"""A leader and a helper in memory: what they hold is what a transport brought them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from edge_engine_sync.hpke import suite
from edge_engine_sync.messages import (
    MEDIA_HPKE_CONFIG_LIST,
    MEDIA_UPLOAD_ERRORS,
    HpkeConfig,
    HpkeConfigList,
    Report,
    ReportError,
    ReportUploadStatus,
    Role,
    UploadErrors,
    UploadRequest,
)
from edge_engine_sync.report import open_share
from edge_engine_sync.task import HISTOGRAM, BatchMode, Task, TaskConfiguration, VdafConfig
from edge_engine_sync.transport import Answer

LEADER = "https://leader.example/api/"
HELPER = "https://helper.example/dap"
VERIFY_KEY = bytes(range(32))
NOW = 1_800_000_000.0


def make_task(
    vdaf: VdafConfig = VdafConfig(HISTOGRAM, length=10, chunk_length=3),  # noqa: B008 - frozen
    leader: str = LEADER,
    **changes: object,
) -> Task:
    """A task of these two aggregators."""
    values: dict[str, object] = {
        "task_info": b"test",
        "leader": leader,
        "helper": HELPER,
        "time_precision": 3600,
        "min_batch_size": 10,
        "batch_mode": BatchMode.TIME_INTERVAL,
        "vdaf": vdaf,
    }
    return Task(bytes(range(32)), TaskConfiguration(**{**values, **changes}))  # type: ignore[arg-type]


@dataclass
class Keys:
    """A key pair of an aggregator."""

    number: int
    kem: int = 0x20
    kdf: int = 1
    aead: int = 1

    def __post_init__(self) -> None:
        self.private, public = suite(self.kem, self.kdf, self.aead).generate()
        self.config = HpkeConfig(self.number, self.kem, self.kdf, self.aead, public)


Script = Callable[[str, str, Mapping[str, str], bytes | None], Answer]


@dataclass
class Aggregators:
    """Both servers behind one transport.

    Attributes:
        script: Answers, or exceptions, for the next uploads; the servers themselves answer when it is empty.
        requests: What was asked, in order.
        reports: What the leader took, by identifier.
        caching: Header that goes with keys.
    """

    script: list[Answer | Exception] = field(default_factory=list)
    requests: list[tuple[str, str, Mapping[str, str], bytes | None]] = field(default_factory=list)
    reports: dict[bytes, Report] = field(default_factory=dict)
    caching: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.leader, self.helper = Keys(1), Keys(2, kem=0x10, aead=3)

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Answer as the two servers would."""
        self.requests.append((method, url, headers, body))
        if method == "GET":
            keys = {f"{LEADER}hpke_config": self.leader, f"{HELPER}/hpke_config": self.helper}[url]
            listed = HpkeConfigList((keys.config,)).encode()
            return Answer(200, {"content-type": MEDIA_HPKE_CONFIG_LIST, **self.caching}, listed)
        if self.script:
            step = self.script.pop(0)
            if isinstance(step, Exception):
                raise step
            return step
        assert body is not None
        return self._take(body)

    def _take(self, body: bytes) -> Answer:
        errors = []
        for report in UploadRequest.decode(body).reports:
            number = report.metadata.report_id
            if report.leader_share.config_id != self.leader.number:
                errors.append(ReportUploadStatus(number, ReportError.OUTDATED_CONFIG))
            elif number in self.reports:
                errors.append(ReportUploadStatus(number, ReportError.REPORT_REPLAYED))
            else:
                self.reports[number] = report
        if not errors:
            return Answer(201, {}, b"")
        return Answer(200, {"content-type": MEDIA_UPLOAD_ERRORS}, UploadErrors(tuple(errors)).encode())

    def count(self, task: Task) -> object:
        """Open, verify and sum all reports, as both servers would do together."""
        outputs: tuple[list[list[int]], list[list[int]]] = ([], [])
        for report in self.reports.values():
            begun = []
            for number, (role, keys) in enumerate(((Role.LEADER, self.leader), (Role.HELPER, self.helper))):
                share = open_share(task, role, keys.config, keys.private, report)
                begun.append(
                    task.vdaf.verify_init(
                        VERIFY_KEY,
                        task.context,
                        number,
                        report.metadata.report_id,
                        report.public_share,
                        share,
                    )
                )
            message = task.vdaf.verifier_shares_to_message(task.context, [share for _, share in begun])
            for kept, (state, _) in zip(outputs, begun, strict=True):
                kept.append(task.vdaf.verify_next(state, message))
        return task.vdaf.unshard([task.vdaf.aggregate(kept) for kept in outputs])


def counted(seed: bytes = b"") -> tuple[Callable[[int], bytes], list[int]]:
    """Return a generator of randomness and the list of what was asked of it."""
    asked: list[int] = []

    def draw(size: int) -> bytes:
        asked.append(size)
        return seed[:size] or os.urandom(size)

    return draw, asked
