"""The sidecar as a process: what it does when its parent errs, is slow, or dies."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from edge_engine.doors import stdio
from edge_engine.doors.stdio import Input, Output
from edge_engine.errors import FrameInvalid
from tests.fakes.door_host import COMMAND, Refused, Sidecar, frame
from tests.fakes.door_vectors import BANK

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes of POSIX")

NOW = "2026-06-30T12:00:00Z"

NOISY = """
import os, sys, ctypes
import edge_engine.doors.session as session
usual = session.Session.handle
def noisy(self, *asked):
    print("a stray line on the standard output")
    sys.stdout.flush()
    os.write(1, b"and one that goes around Python\\n")
    ctypes.CDLL(None).puts(b"and one from C")
    ctypes.CDLL(None).fflush(None)
    assert sys.stdin is None or sys.stdin.read() == ""
    return usual(self, *asked)
session.Session.handle = noisy
from edge_engine.doors.stdio import serve
sys.exit(serve())
"""


UNBLOCKED = """
import os, sys
for stream in (0, 1):
    os.set_blocking(stream, False)
from edge_engine.doors.stdio import serve
sys.exit(serve())
"""

NARROW = """
import sys
from edge_engine.doors import stdio
stdio.MAX_UNSENT = 100_000
sys.exit(stdio.serve())
"""


def begun(engine: Sidecar) -> Sidecar:
    engine.hello()
    engine.call("open", {"clock": NOW})
    return engine


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # A child that nobody waited for is no orphan at work.
    with open(f"/proc/{process}/stat", encoding="ascii", errors="replace") as file:  # noqa: PTH123
        return file.read().rpartition(")")[2].split()[0] != "Z"


def ended(process: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if not alive(process):
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


def test_stray_prints_do_not_break_frames() -> None:
    with Sidecar(command=[sys.executable, "-c", NOISY]) as engine:
        begun(engine)
        for _ in range(20):
            assert engine.call("accounts") == []
        assert engine.process.stdin is not None
        engine.process.stdin.close()
        assert engine.process.wait(20) == 0
        assert engine.process.stderr is not None
        assert engine.process.stderr.read().count(b"stray line") == 21


def test_requests_may_be_sent_without_waiting_for_answers() -> None:
    with Sidecar() as engine:
        begun(engine)
        asked = [engine.ask("consent.state") for _ in range(500)]
        for number in asked:
            assert engine.wait(number)[0]["purpose"] == "own_access"


def test_streams_that_do_not_block_serve_as_well() -> None:
    with Sidecar(command=[sys.executable, "-c", UNBLOCKED]) as engine:
        begun(engine)
        engine.call("consent.grant", {"purpose": "categorization"})
        engine.call("import", {"path": str(BANK), "currency": "GBP"})
        # More than a pipe holds, both ways: the engine finds it empty, and full.
        texts = [f"{n:05} " + "x" * 200 for n in range(2_000)]
        asked = [engine.ask("transactions", {"limit": 100}) for _ in range(20)]
        time.sleep(0.2)
        assert [engine.wait(number)["total"] for number in asked] == [103] * 20
        assert len(engine.call("categorize", {"texts": texts})) == 2_000
        assert engine.end() == 0


def test_bytes_after_a_frames_one_value_are_refused_by_every_method() -> None:
    with Sidecar() as engine:
        begun(engine)
        for number, method in enumerate(("ping", "hello", "accounts", "transactions", "suspend"), 100):
            for params in (b"\xc0", b"\x80"):
                raw = frame(1, number, method, None)[:-1] + params + b"\xc0"
                engine.write(len(raw).to_bytes(4, "little") + raw)
                _, answered, error, _ = engine.read()
                assert (answered, error["code"]) == (number, "door.frame"), method
        assert engine.call("ping") is None


def test_it_answers_what_was_asked_before_the_input_ended() -> None:
    with Sidecar() as engine:
        begun(engine)
        asked = [engine.ask("accounts") for _ in range(50)]
        assert engine.process.stdin is not None
        engine.process.stdin.close()
        assert [engine.wait(number) for number in asked] == [[]] * 50
        with pytest.raises(EOFError):
            engine.read()
        assert engine.process.wait(20) == 0


def test_it_ends_with_the_pipes_of_a_host_that_says_nothing() -> None:
    with Sidecar() as engine:
        assert engine.end() == 0
    with Sidecar() as engine:
        engine.hello()
        assert engine.end() == 0


def test_a_length_that_no_frame_has_ends_it_with_a_word() -> None:
    with Sidecar() as engine:
        engine.hello()
        engine.write(b"\xff\xff\xff\xff")
        _, number, error, _ = engine.read()
        assert (number, error["code"]) == (0, "door.frame")
        assert engine.process.wait(20) == 1


def test_half_a_frame_is_the_end() -> None:
    with Sidecar() as engine:
        engine.hello()
        engine.write(b"\x10\x00\x00\x00\x94\x01")
        assert engine.end() == 0


def test_an_interrupt_at_the_terminal_is_the_parents() -> None:
    with Sidecar() as engine:
        begun(engine)
        engine.process.send_signal(signal.SIGINT)
        assert engine.call("accounts") == []


def test_a_parent_that_is_killed_leaves_no_orphan(tmp_path: Path) -> None:
    """Idle, and amid a request that it would wait two minutes for."""
    parent = (
        "import subprocess, sys, msgpack, time\n"
        "p = subprocess.Popen([sys.executable, '-m', 'edge_engine', 'serve'], stdin=-1, stdout=-1)\n"
        "def send(*e):\n"
        "    b = msgpack.packb(e); p.stdin.write(len(b).to_bytes(4, 'little') + b); p.stdin.flush()\n"
        "send(1, 1, 'hello', {'abi': 1}); p.stdout.read(4)\n"
        f"told = {{'path': {str(tmp_path / 'me.edge')!r}}}\n"
        "told |= {'ports': ['key']} if sys.argv[1] == 'busy' else {'key': bytes(32)}\n"
        "send(1, 2, 'open', told)\n"
        "time.sleep(1.0)\n"
        "print(p.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    for kind in ("idle", "busy"):
        killed = subprocess.Popen([sys.executable, "-c", parent, kind], stdout=subprocess.PIPE)
        assert killed.stdout is not None
        sidecar = int(killed.stdout.readline())
        assert alive(sidecar)
        killed.kill()
        killed.wait()
        killed.stdout.close()
        assert ended(sidecar, 10), kind


def test_a_host_that_goes_away_amid_a_long_request_is_not_worked_for(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    with file.open("w", encoding="utf-8") as out:
        out.write("Date,Description,Amount\n")
        out.writelines(f"2026-05-{1 + n % 28:02d},SHOP {n},-{n % 90 + 1}.00\n" for n in range(200_000))
    with Sidecar() as engine:
        begun(engine)
        engine.ask("import", {"path": str(file), "currency": "GBP"})
        time.sleep(0.3)
        began = time.monotonic()
        engine.end(30)
        assert time.monotonic() - began < 12


def test_a_host_that_does_not_read_makes_the_engine_wait_and_not_grow(tmp_path: Path) -> None:
    with Sidecar() as engine:
        begun(engine)
        engine.call("consent.grant", {"purpose": "categorization"})
        engine.call("import", {"path": str(BANK), "currency": "GBP"})
        sizes = []
        for _ in range(3):
            # Some 30 kB an answer: 900 of them are more than the pipe holds and less than what is refused.
            asked = [engine.ask("transactions", {"limit": 100}) for _ in range(300)]
            time.sleep(0.5)
            sizes.append(resident(engine.process.pid))
            for number in asked:
                assert engine.wait(number)["total"] == 103
        assert sizes[-1] < sizes[0] + 60_000


@pytest.mark.parametrize("half_closed", [False, True])
def test_it_ends_where_its_host_neither_reads_nor_says_more(half_closed: bool) -> None:  # noqa: FBT001
    """The thread that would read the end of the input waits with an answer that nobody takes."""
    ours, its = socket.socketpair()
    reading, writing = os.pipe()
    process = subprocess.Popen([sys.executable, "-c", NARROW], stdin=its.fileno(), stdout=writing)
    its.close()
    os.close(writing)
    try:
        hello = frame(1, 1, "hello", {"abi": 1})
        ours.sendall(len(hello).to_bytes(4, "little") + hello)
        assert os.read(reading, 4)
        ping = frame(1, 2, "ping", None)
        many = (len(ping).to_bytes(4, "little") + ping) * 1_000
        ours.settimeout(2)
        with contextlib.suppress(TimeoutError):
            while ours.send(many):
                pass
        ours.shutdown(socket.SHUT_WR) if half_closed else ours.close()
        process.wait(15)
    finally:
        process.kill()
        process.wait()
        os.close(reading)
        ours.close()


def resident(process: int) -> int:
    """Return the memory of a process in KiB."""
    with open(f"/proc/{process}/status", encoding="ascii") as file:  # noqa: PTH123
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def test_the_command_is_listed_and_takes_no_other_words() -> None:
    told = subprocess.run([*COMMAND[:-1], "--help"], capture_output=True, text=True, check=True)
    assert "serve" in told.stdout
    wrong = subprocess.run([*COMMAND, "--port", "1"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2


# -- its parts -----------------------------------------------------------------------------------------------------


def test_input_gives_whole_frames_however_they_come() -> None:
    reading, writing = os.pipe()
    frames = Input(reading)
    made = [frame(1, n, "ping", None) for n in range(1, 4)]
    raw = b"".join(len(one).to_bytes(4, "little") + one for one in made)
    os.write(writing, raw[:5])
    os.write(writing, raw[5:])
    assert [frames.next() for _ in made] == made
    os.write(writing, b"\x00\x00\x00\x00")
    with pytest.raises(FrameInvalid):
        frames.next()
    os.close(writing)
    os.close(reading)
    assert Input(reading).next() is None


def test_output_waits_where_too_much_is_unwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading  # noqa: PLC0415 - here alone

    monkeypatch.setattr(stdio, "MAX_UNSENT", 200_000)
    reading, writing = os.pipe()
    output = Output(writing)
    done = threading.Event()

    def write() -> None:
        for n in range(20):
            output.put(bytes([n]) * 50_000)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert not done.wait(0.3)
    got = bytearray()
    while len(got) < 20 * 50_004:
        got += os.read(reading, 65536)
    assert done.wait(10)
    assert [got[n * 50_004 + 4] for n in range(20)] == list(range(20))
    assert not output.unread()
    os.close(reading)
    assert output.unread()
    # Whether it is noticed now or by the thread that writes depends on what that one still counts as unwritten.
    with contextlib.suppress(BrokenPipeError):
        output.put(b"x" * 100)
    output._thread.join(10)
    with pytest.raises(BrokenPipeError):
        output.put(b"x" * 100_000)
    output.end(5)
    writer.join(5)
    os.close(writing)


def test_a_refusal_does_not_end_the_process() -> None:
    with Sidecar() as engine:
        with pytest.raises(Refused, match=r"door\.hello"):
            engine.call("accounts")
        engine.hello()
        assert engine.call("ping") is None
