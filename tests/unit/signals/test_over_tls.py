"""The whole way over real sockets with TLS: what the wire carries is sealed for two servers and says nothing else."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING

from edge_engine import Engine, FakeClock, Reporting
from edge_engine.domain.transaction import Event
from edge_engine.signals.tasks import Aggregators, task_of
from edge_engine_sync.messages import MEDIA_HPKE_CONFIG_LIST, HpkeConfigList, Report, Role
from edge_engine_sync.report import open_share
from edge_engine_sync.transport import HttpsTransport
from tests.fakes.aggregators import Keys
from tests.fakes.collecting import NOW, chosen
from tests.fakes.https_server import Authority, serving

if TYPE_CHECKING:
    import socket
    from pathlib import Path


CANARY = "ZQCANARYMERCHANT"


def test_nothing_but_sealed_shares_goes_over_the_wire(tmp_path: Path) -> None:
    authority, clock = Authority(tmp_path), FakeClock(NOW)
    leader, helper = Keys(1), Keys(2)

    def answer(keys: Keys) -> object:
        def script(request: bytes, connection: socket.socket) -> None:
            body = HpkeConfigList((keys.config,)).encode() if request.startswith(b"GET") else b""
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {MEDIA_HPKE_CONFIG_LIST}\r\nContent-Length: {len(body)}\r\n\r\n"
            connection.sendall(head.encode() + body)

        return script

    with ExitStack() as stack:
        port, seen = stack.enter_context(serving(answer(leader), authority.server()))  # type: ignore[arg-type]
        other, seen_by_helper = stack.enter_context(serving(answer(helper), authority.server()))  # type: ignore[arg-type]
        servers = Aggregators(f"https://localhost:{port}/", f"https://localhost:{other}/")
        given = Reporting(
            servers.leader,
            servers.helper,
            catalogue=chosen("active_days"),
            transport=HttpsTransport(timeout=5.0, context=authority.client()),
        )
        with Engine.in_memory(clock=clock, reporting=given) as engine:
            engine.consent.grant("aggregate_statistics")
            moment = int((NOW - timedelta(days=2)).timestamp())
            engine.ingest([Event(at=moment, name="app.opened", subject=CANARY)])
            assert engine.sync(hurry=True).sent == ["active_days"]
            (told,) = engine.signals.sent()
    assert all(request.startswith(b"GET /hpke_config") for request in seen_by_helper)
    uploads = [request for request in seen if request.startswith(b"POST")]
    assert len(uploads) == 1
    wire = b"".join((*seen, *seen_by_helper))
    assert CANARY.encode() not in wire
    assert b"active_days" not in wire
    body = uploads[0].partition(b"\r\n\r\n")[2]
    assert len(body) == told.bytes
    report = Report.decode(body)
    task = task_of(chosen("active_days").signals["active_days"], servers)
    for role, keys in ((Role.LEADER, leader), (Role.HELPER, helper)):
        assert open_share(task, role, keys.config, keys.private, report)
