"""Both servers of a demonstration as processes: started, trusted by their own run alone, and ended whatever happens."""

from __future__ import annotations

import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from edge_engine.cli import loopback
from edge_engine.cli.fleet_run import small_catalogue
from edge_engine.cli.loopback import Servers
from edge_engine.errors import InputError
from edge_engine.signals.tasks import task_of
from edge_engine_sync.errors import ParameterInvalid, Untrusted
from edge_engine_sync.transport import HttpsTransport, trusting

SIGNALS = tuple(small_catalogue())

STARTS = """
import sys, time
from pathlib import Path
from edge_engine.cli.fleet_run import small_catalogue
from edge_engine.cli.loopback import Servers
with Servers(Path(sys.argv[1]), tuple(small_catalogue())) as servers:
    print(*(process.pid for process in servers.processes.values()), flush=True)
    time.sleep(600)
"""


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and that nobody asked about yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
def test_servers_end_with_a_program_that_is_killed(tmp_path: Path) -> None:
    started = subprocess.Popen(
        [sys.executable, "-c", STARTS, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    servers = [int(word) for word in started.stdout.readline().split()]
    assert len(servers) == 2
    assert all(map(alive, servers))
    started.kill()
    started.wait()
    started.stdout.close()
    deadline = time.monotonic() + 15
    while any(map(alive, servers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, servers))


def test_servers_answer_over_tls_to_whoever_trusts_this_run_and_end_with_the_block(tmp_path: Path) -> None:
    with Servers(tmp_path, SIGNALS) as servers:
        started = list(servers.processes.values())
        assert [process.poll() for process in started] == [None, None]
        task = task_of(SIGNALS[0], servers.aggregators)
        assert servers.counted("leader", task.task_id) == servers.counted("helper", task.task_id) == {}
        with pytest.raises(Untrusted):
            HttpsTransport().request("GET", f"{servers.aggregators.leader}healthz", {}, None)
        # Nobody sent anything, so the aggregators refuse and the collector says so.
        with pytest.raises(InputError, match="was not told the sum"):
            servers.collect("active_days", 1, 1)
        assert set(servers.processes) == {"helper", "leader"}
    assert all(process.poll() is not None for process in started)
    assert servers.processes == {}


def test_what_is_secret_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    with Servers(tmp_path, SIGNALS):
        for name in ("leader.json", "helper.json", "collector.json", "leader.pem", "helper.pem"):
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_servers_that_cannot_start_are_tried_again_and_then_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    run = Servers._run

    def counted(self: Servers, role: str, command: list[str]) -> object:
        process = run(self, role, command)
        started.append(process)
        return process

    monkeypatch.setattr(Servers, "_run", counted)
    monkeypatch.setattr(loopback, "_program", lambda: [sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(InputError, match="could not be started"), Servers(tmp_path, SIGNALS):
        raise AssertionError("the block is never entered")
    assert len(started) == 3
    assert all(process.poll() is not None for process in started)


def test_a_file_without_authorities_is_no_trust(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("")
    for name in ("none.pem", "empty.pem"):
        with pytest.raises(ParameterInvalid):
            trusting(str(tmp_path / name))
