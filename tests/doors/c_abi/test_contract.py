"""What the header promises, with a door that does on demand what the real one must never do."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import msgspec
import pytest

from tests.fakes.c_programs import STANDIN, Programs, frame, lined_up

if TYPE_CHECKING:
    from pathlib import Path

OK, NO_MEMORY, FAILED = 0, 9, 16


def test_refusals_are_typed_and_out_pointers_zeroed(programs: Programs) -> None:
    programs.run("refusals", programs.standin)


def test_a_start_that_fails_says_why_and_another_may_succeed(programs: Programs) -> None:
    reasons = programs.run("starts", programs.standin, "-").decode()
    assert "there is no" in reasons
    assert "ModuleNotFoundError" in reasons


def test_a_python_that_fails_half_way_is_a_true_error(programs: Programs, tmp_path: Path) -> None:
    (usual,) = programs.results(programs.standin, [frame(1, "where")])
    home = tmp_path / "home"
    library = home / usual["path"][0].removeprefix(usual["prefix"] + "/")
    (library / "encodings").mkdir(parents=True)
    assert "Python did not start" in programs.run("starts", programs.standin, home).decode()


def test_a_package_of_another_version_is_refused(programs: Programs, tmp_path: Path) -> None:
    shutil.copytree(STANDIN, tmp_path, dirs_exist_ok=True)
    (tmp_path / "edge_engine" / "doors" / "wire.py").write_text("ABI = 2\n")
    done = subprocess.run(
        [programs.compile("caller"), f"{tmp_path}:{programs.packages}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "ee_start: 11: the engine's package speaks another version than this library\n"


def test_a_child_of_fork_is_refused_and_the_parent_goes_on(programs: Programs) -> None:
    programs.run("forked", programs.standin)


def test_callbacks_come_from_the_doors_thread_and_may_call_back(programs: Programs) -> None:
    programs.run("callbacks", programs.standin)


@pytest.mark.parametrize(
    ("method", "status"), [("raise", FAILED), ("exhaust", NO_MEMORY), ("no_bytes", FAILED), ("exit", FAILED)]
)
def test_a_failing_engine_is_a_status_and_the_door_stays_open(
    programs: Programs, method: str, status: int
) -> None:
    failed, answered = programs.ask(programs.standin, [frame(1, method), frame(2, "echo", "still")])
    assert failed == (status, b"")
    assert (answered[0], msgspec.msgpack.decode(answered[1])) == (OK, [1, 2, None, "still"])


def test_garbage_is_refused_and_the_door_stays_open(programs: Programs) -> None:
    garbage = [b"", b"\x00", b"\xff" * 9, b"\x94", frame(1, "echo")[:-1], b"\x94\x01\x02\xa4echo\xc1"]
    answers = programs.ask(programs.standin, [*garbage, frame(2, "echo", "still")])
    assert [status for status, _ in answers] == [FAILED] * len(garbage) + [OK]


def test_the_largest_frame_goes_through_whole(programs: Programs) -> None:
    head = len(frame(1, "echo", b"x" * 70_000)) - 70_000
    content = bytes(range(256)) * (64 * 1024)
    content = content[: 16 * 1024 * 1024 - head]
    assert programs.results(programs.standin, [frame(1, "echo", content)]) == [content]


def test_nothing_leaks_over_many_calls_doors_and_threads(programs: Programs, tmp_path: Path) -> None:
    requests = tmp_path / "requests"
    requests.write_bytes(lined_up([frame(1, "echo", "x" * 5000), frame(2, "here"), frame(3, "say", 3)]))
    resident = [int(line) for line in programs.run("steady", programs.standin, requests, "400", "10").split()]
    # A byte lost a call would be 5,000 calls of 5,000 bytes: 25 MB a round.
    assert resident[-1] - resident[2] < 1024, resident
