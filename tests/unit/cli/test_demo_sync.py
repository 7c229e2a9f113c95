"""``demo-sync``: devices, a leader, a helper and a collector for real, and every number on the screen from the run."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from edge_engine.simulation.fleet import draw_people

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Command

ROOT = Path(__file__).resolve().parents[3]


def is_running(pid: int) -> bool:
    """Whether there is a process of this number that has not ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def told(command: Command) -> Any:  # noqa: ANN401 - JSON
    return command("demo-sync", "--devices", "24", "--seed", "3", "--json").json


def test_a_fleet_is_counted_and_every_report_is_accounted_for(told: Any) -> None:  # noqa: ANN401 - JSON
    people = draw_people(3, 24)
    agreed = sum(person.agrees for person in people)
    assert (told["devices"], told["agreed"]) == (24, agreed)
    assert told["refused"] == {"consent.denied": 24 - agreed}
    assert told["dropped"] == {}
    for name in ("active_days", "insight_outcomes"):
        assert told["sent"][name] == agreed - 1
        assert told["leader_counts"][name] == told["helper_counts"][name] == {"counted": agreed - 1}
    leaving = told["withdrawal"]["device"]
    counted = [person for person in people if person.agrees and person.number != leaving]
    days, outcomes = told["collected"]
    assert days["reports"] == outcomes["reports"] == len(counted)
    assert [one["truth"] for one in days["columns"]] == [
        sum(len(person.days) == n for person in counted) for n in range(8)
    ]
    assert {one["name"]: one["truth"] for one in outcomes["columns"]} == {
        name: sum(name in person.outcomes for person in counted)
        for name in ("shown", "opened", "acted", "closed")
    }
    for one in (days, outcomes):
        # Noise beyond twelve deviations on any of eight numbers comes less than once in a million runs.
        assert all(abs(it["collected"] - it["truth"]) < 12 * one["deviation"] for it in one["columns"])
    assert told["budget"] == {"epsilon": 8.0, "spent": 2.0, "left": 6.0}


def test_a_device_that_withdraws_sends_nothing_more(told: Any) -> None:  # noqa: ANN401 - JSON
    one = told["withdrawal"]
    assert (one["waited"], one["left"], one["requests"], one["sent"]) == (2, 0, 0, 0)
    assert one["purged"] == {"signal_outbox": 2}
    assert (one["code"], one["rule"]) == ("consent.denied", "withdrawn")
    assert one["server_before"] == one["server_after"]
    assert min(one["server_before"].values()) > 0


def test_the_bytes_shown_are_a_report_that_neither_server_can_read_alone(told: Any) -> None:  # noqa: ANN401 - JSON
    one = told["bytes"]
    for part in ("public_share", "leader_sealed", "helper_sealed"):
        assert one[part] in one["report"]
    modulus = int(one["modulus"])
    for at, value in enumerate(one["together"]):
        assert (int(one["leader_numbers"][at]) + int(one["helper_numbers"][at])) % modulus == value
    assert sum(one["together"]) == one["together"][int(one["value"])] == 1
    person = draw_people(3, 24)[one["device"] - 1]
    assert int(one["value"]) == len(person.days)
    # A share of 0 or 1 that told it would be a small number; chance makes one below 2^64 once in 2^64 draws.
    assert min(int(number) for number in one["leader_numbers"]) > 2**64


def test_every_process_that_was_started_has_ended(told: Any) -> None:  # noqa: ANN401 - JSON
    assert told["ended"] is True
    assert set(told["processes"]) == {"leader", "helper"}
    assert not any(is_running(pid) for pid in told["processes"].values())


def test_the_screen_tells_all_chapters(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    shown = command("demo-sync", "--devices", "20", "--seed", "3")
    words = " ".join(shown.out.split())
    assert shown.status == 0
    assert [line[0] for line in shown.out.splitlines() if line[1:3] == "  " and line[0].isdigit()] >= list(
        "12345"
    )
    assert "refused [consent.denied, rule withdrawn], 0 requests made" in words
    assert "Standard deviation of both: 3.96" in words
    assert "every process that was started has ended" in words
    assert words.endswith("edge-engine center --demo"), "the page is offered at the end"
    assert max(map(len, shown.out.splitlines())) <= 100


@pytest.mark.parametrize("devices", ["0", "19", "-5"])
def test_too_small_a_fleet_is_refused_before_anything_starts(command: Command, devices: str) -> None:
    refused = command("demo-sync", "--devices", devices, "--json")
    assert refused.status == 1
    assert refused.json["error"]["code"] == "input"
    told = command("demo-sync", "--devices", devices)
    assert (told.status, told.out) == (1, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the processes in /proc")
def test_told_to_end_it_ends_its_servers_too(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "edge_engine.cli.main", "demo-sync", "--devices", "400"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        children = wait_for_children(process.pid, 2)
        # The process alone, not its group: its servers are told to end by it.
        # An interrupt that falls into a callback of the interpreter is lost: people press the keys again.
        for _ in range(6):
            process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
                break
        # Where it took longer than that to end, it may have been told again when it was leaving already.
        assert process.returncode in (130, 128 + number, -number)
    finally:
        process.kill()
        process.wait()
    assert not any(is_running(pid) for pid in children)


def wait_for_children(pid: int, count: int) -> list[int]:
    """Return the children of a process once it has so many."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if len(found) >= count:
            return [int(one) for one in found]
        time.sleep(0.05)
    raise AssertionError("the servers were not started")
