"""``kill -9`` amid measuring and sending: charges stay, and no report is lost, doubled or sent in two shapes."""

from __future__ import annotations

import random
import signal as signals_of_the_system
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge_engine import Engine, FakeClock
from edge_engine_sync.messages import Report
from tests.fakes.collecting import NOW
from tests.fakes.importing import KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).resolve().parents[2]
WEEKS: Final = 12
KILLS: Final = 12
FIRST_STEP: Final = 0.01
"""Seconds that a week takes at least, where none was timed yet."""

PROGRAM: Final = """
import os, sys
from datetime import timedelta
from pathlib import Path
from edge_engine import Engine, FakeClock
from edge_engine_sync.messages import MEDIA_HPKE_CONFIG_LIST, HpkeConfig, HpkeConfigList
from edge_engine_sync.hpke import suite
from edge_engine_sync.transport import Answer
from tests.fakes.collecting import NOW, chosen, reporting
from tests.fakes.importing import KEY

_, public = suite(0x20, 1, 1).generate()
keys = HpkeConfigList((HpkeConfig(1, 0x20, 1, 1, public),)).encode()

class Leader:
    def request(self, method, url, headers, body):
        if method == "GET":
            return Answer(200, {"content-type": MEDIA_HPKE_CONFIG_LIST}, keys)
        with open(sys.argv[2], "ab") as uploads:
            uploads.write(len(body).to_bytes(4, "big") + body)
            uploads.flush()
            os.fsync(uploads.fileno())
        return Answer(201, {}, b"")

clock = FakeClock(NOW + timedelta(days=7 * int(sys.argv[3])))
given = reporting(None, transport=Leader(), catalogue=chosen("active_days", "health"), randomness=os.urandom)
with Engine.open(Path(sys.argv[1]), key=KEY, clock=clock, reporting=given) as engine:
    engine.consent.grant("aggregate_statistics")
    print("begun", flush=True)
    for week in range(int(sys.argv[3]), WEEKS):
        engine.sync(hurry=True)
        print(week, flush=True)
        clock.advance(timedelta(days=7))
print("finished", flush=True)
""".replace("WEEKS", str(WEEKS))


def run(folder: Path, uploads: Path, week: int, after: float | None) -> tuple[int, bool]:
    """Run the program from a week on, kill it where told, and return the next week and whether it had finished."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder), str(uploads), str(week)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    said: list[str] = []
    step, at = FIRST_STEP, time.monotonic()
    for line in process.stdout:
        if said:
            step, at = time.monotonic() - at, time.monotonic()
        else:
            at = time.monotonic()
        said.append(line.strip())
        if after is not None and len(said) > after:
            # Somewhere within the step that follows what was just said, which takes about as long as the one before.
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=after % 1 * step)
            process.send_signal(signals_of_the_system.SIGKILL)
            break
    rest, errors = process.communicate()
    said += rest.split()
    assert said or process.returncode == -9, errors
    done = [int(one) for one in said if one.isdigit()]
    return (max(done) + 1 if done else week), "finished" in said


def sent(uploads: Path) -> Mapping[bytes, list[bytes]]:
    """Return every body that reached the leader whole, by the report's identifier."""
    raw, found = uploads.read_bytes() if uploads.exists() else b"", defaultdict(list)
    while len(raw) >= 4 and len(raw) >= 4 + (size := int.from_bytes(raw[:4], "big")):
        body, raw = raw[4 : 4 + size], raw[4 + size :]
        found[Report.decode(body).metadata.report_id].append(body)
    return found


def test_killed_at_random_moments_nothing_is_lost_doubled_or_given_back(tmp_path: Path) -> None:
    dice = random.Random(4)
    folder, uploads = tmp_path / "me.edge", tmp_path / "uploads"
    week, finished, kills = 0, False, 0
    spent = 0.0
    while not finished:
        after = dice.uniform(0, 2.5) if kills < KILLS else None
        week, finished = run(folder, uploads, week, after)
        kills += not finished
        with Engine.open(folder, key=KEY, clock=FakeClock(NOW)) as engine:
            charges = engine._vault.connection.execute(
                "SELECT signal, window, count(*) FROM signal_charge GROUP BY 1, 2"
            ).fetchall()
            assert all(n == 1 for _, _, n in charges)
            total = float(len(charges))
            assert total >= spent, "a charge was given back"
            spent = total
            told = {one.report_id for one in engine.signals.sent()}
            waiting = engine._vault.connection.execute("SELECT signal, window FROM signal_outbox").fetchall()
        assert {one.hex() for one in sent(uploads)} <= told, "something left that is not told"
        assert set(waiting) <= {(name, window) for name, window, _ in charges}, "something waits uncharged"
    assert kills >= KILLS // 2
    reports = sent(uploads)
    assert all(len(set(bodies)) == 1 for bodies in reports.values()), "a report changed between attempts"
    # Two signals a week: each in one report and no second one, however often its process was killed.
    assert len(reports) == spent == 2 * WEEKS
