"""Frames that no client would send, thrown at a sidecar: ``python -m tests.fuzz.frames --frames 1000000``.

The same is a test: ``pytest tests/doors/test_fuzz.py --frames 1000000``. A batch of frames is followed by one question
that has to be answered in order. It fails where the process ends, is silent for more than a second while it owes an
answer, or takes more memory than it may.
"""

from __future__ import annotations

import argparse
import os
import random
import struct
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from edge_engine.doors import names
from tests.fakes.door_host import Refused, Sidecar, frame
from tests.fakes.door_vectors import BANK

LEFT_OUT: Final = frozenset(
    # What is slow by itself, or writes where a path says.
    ("models.verify", "models.update", "export", "erase", "close", "suspend", "open", "forecast", "doctor")
)
SELDOM: Final = (
    "insights", "moments", "profile", "profile.set", "profile.answer", "decide", "feed", "decisions", "streams",
    "spending", "life", "life.answer", "appetite", "appetite.answer", "signals", "signals.preview", "consent.receipt",
    "models", "import",
)  # fmt: skip
"""What takes milliseconds where it is asked for as it should be: one request in fifty is one of these."""

METHODS: Final = tuple(one for one in names.METHODS if one not in (*LEFT_OUT, *SELDOM))
WORDS: Final = (
    "", "GBP", "csv", "auto", "feed", "insights", "categorization", "food.groceries", "2026-06-01", "2026-13-01",
    "x" * 300, "\u0000", "../../etc/passwd", "ﷺ", "' OR 1=1 --", "kind", "acted", "never", "leaf", "group", "deny",
    "\U0001f600",
)  # fmt: skip
FIELDS: Final = (
    "limit", "offset", "since", "until", "account", "texts", "transaction_id", "category", "months", "by", "weeks",
    "name", "value", "id", "answer", "channel", "purpose", "days", "data", "gate", "recipient", "signal", "covers",
    "currency", "content", "format", "key", "hurry", "minor", "short", "words", "seen", "signed", "silent",
    "only_this", "adviser", "terms", "evidence", "proposer", "advice", "amount", "monthly", "product", "path",
)  # fmt: skip
NUMBERS: Final = (
    0,
    1,
    -1,
    2,
    5,
    50,
    127,
    255,
    1000,
    100_000,
    2**31,
    -(2**31),
    2**53,
    2**63 - 1,
    -(2**63),
    2**64 - 1,
)
HOSTILE: Final = (
    b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff", b"\x91" * 3000,
    b"\x81\xa1a" * 2000, b"\xc1", b"\xc7\x05\x01abcde", b"\xd6\xff\x00\x00\x00\x01", b"\xa2\xff\xfe", b"\xc4\x03abc",
    b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00", b"\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00", b"\x82\xa1a\x01\xa1a\x02",
    b"\x81\x01\x02",
)  # fmt: skip

BATCH: Final = 250
MAX_KIB: Final = 400_000
"""Memory that the process may have, in KiB: the engine with its model, and what may wait."""

PATIENCE: Final = 1.0
"""Seconds without an answer, while one is owed, that are a hang on a machine with nothing else to do."""


class Fuzzer:
    """Makes frames.

    Args:
        seed: The same one makes the same frames.
    """

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._made = 0

    def frame(self) -> bytes:
        """Return the next one."""
        self._made += 1
        kind = self._rng.random()
        if self._made % 20_000 == 0:
            return self._large()
        if kind < 0.15:
            return self._rng.randbytes(self._rng.randrange(1, 80))
        if kind < 0.35:
            return self._broken(self._request())
        if kind < 0.45:
            return self._hostile()
        if kind < 0.55:
            return self._other()
        return self._request()

    def _request(self) -> bytes:
        rng = self._rng
        method = rng.choice(METHODS if rng.random() < 0.98 else SELDOM)
        params = {rng.choice(FIELDS): self._value(2) for _ in range(rng.randrange(4))}
        made = frame(rng.choice((1, 1, 1, 1, 0, 2)), rng.randrange(1, 5000), method, params)
        return made + b"\xc0" if rng.random() < 0.02 else made

    def _value(self, depth: int) -> Any:  # noqa: ANN401 - anything at all
        rng = self._rng
        kind = rng.randrange(10 if depth else 7)
        if kind < 3:
            return rng.choice(WORDS)
        if kind < 5:
            return rng.choice(NUMBERS)
        if kind == 5:
            return rng.choice((None, True, False, 1.5, -0.0, b"", b"\x00" * 32))
        if kind == 6:
            return rng.randbytes(rng.randrange(40))
        if kind == 7:
            return {"minor": self._value(0), "currency": self._value(0)}
        if kind == 8:
            return {rng.choice(WORDS): self._value(depth - 1) for _ in range(rng.randrange(4))}
        return [self._value(depth - 1) for _ in range(rng.randrange(5))]

    def _broken(self, raw: bytes) -> bytes:
        rng = self._rng
        made = bytearray(raw)
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(made))
            how = rng.randrange(4)
            if how == 0:
                made[at] ^= 1 << rng.randrange(8)
            elif how == 1:
                del made[at:]
            elif how == 2:
                made[at:at] = rng.randbytes(rng.randrange(1, 6))
            else:
                made[at] = rng.randrange(256)
            if not made:
                break
        return bytes(made) or b"\xc0"

    def _hostile(self) -> bytes:
        rng = self._rng
        name = rng.choice(METHODS).encode()
        head = (
            b"\x94\x01" + struct.pack(">BH", 0xCD, rng.randrange(1, 5000)) + bytes([0xA0 | len(name)]) + name
        )
        return head + rng.choice(HOSTILE) + rng.choice((b"", b"\xc0", rng.choice(HOSTILE)))

    def _other(self) -> bytes:
        rng = self._rng
        if rng.random() < 0.5:
            return frame(1, 0, rng.choice(("cancel", "event", "x")), {"id": rng.randrange(5000)})
        error = rng.choice((None, {"code": "a", "message": "b"}, {}, {"code": 1}, "b", True))
        made = frame(1, -rng.randrange(1, 100), error, self._value(1))
        return made + rng.choice((b"", b"", b"\xc0"))

    def _large(self) -> bytes:
        """Return a frame of a mebibyte or more, of little things."""
        rng = self._rng
        many = rng.choice((b"\xc0", b"\x90", b"\x80", b"\xa0", b"\xa1a", b"\xa3abc"))
        size = rng.choice((1 << 20, 1 << 21))
        body = b"\xdd" + struct.pack(">I", size) + many * size
        return frame(1, rng.randrange(1, 5000), rng.choice(METHODS), None)[:-1] + rng.choice(
            (body, b"\x81\xa5texts" + body, b"\x81\xa1z" + body)
        )


@dataclass
class Told:
    """What came of it.

    Attributes:
        frames: How many were sent.
        answers: How many were answered.
        internal: Errors that nobody foresaw, by their words.
        silence: The longest time without an answer while one was owed, in seconds.
        slowest: What was answered after it: the code of a failure, or that it succeeded.
        busy: The most processor time that a batch took, in seconds: no frame took more, however busy the machine was.
        kib: The most memory that was seen.
    """

    frames: int = 0
    answers: int = 0
    internal: Counter[str] = field(default_factory=Counter)
    silence: float = 0.0
    slowest: str = ""
    busy: float = 0.0
    kib: int = 0


def run(frames: int, seed: int, folder: Path, patience: float = PATIENCE) -> Told:
    """Throw frames at a sidecar of its own and return what came of it.

    Raises:
        AssertionError: It was silent too long, or took too much memory.
        EOFError: It ended.
    """
    told, fuzzer = Told(), Fuzzer(seed)
    key = bytes(32)
    with Sidecar({"host.key": key}, folder=folder) as engine:
        engine.hello()
        engine.call("open", {"path": "fuzzed.edge", "key": key, "clock": "2026-06-30T12:00:00Z", "seed": 1})
        for purpose in ("categorization", "insights", "personalization", "recommendations"):
            engine.call("consent.grant", {"purpose": purpose})
        engine.call("import", {"path": str(BANK), "currency": "GBP", "account": "MAIN"})
        for method in ("categorize", "moments", "decide", "profile"):
            engine.call(method, {"texts": ["TESCO"]})
        while told.frames < frames:
            batch = [fuzzer.frame() for _ in range(min(BATCH, frames - told.frames))]
            before = _processor(engine.process.pid)
            _throw(engine, batch, 2_000_000_000 + told.frames % 1_000_000, told)
            told.busy = max(told.busy, _processor(engine.process.pid) - before)
            told.frames += len(batch)
            assert told.silence < patience, f"silent for {told.silence:.2f} s after {told.frames} frames"
            told.kib = max(told.kib, _resident(engine.process.pid))
            assert told.kib < MAX_KIB, f"{told.kib} KiB after {told.frames} frames"
        assert engine.call("transactions", {"limit": 1})["total"] >= 0
        assert engine.end() == 0
    return told


def _throw(engine: Sidecar, batch: list[bytes], barrier: int, told: Told) -> None:
    engine.write(b"".join(len(raw).to_bytes(4, "little") + raw for raw in batch))
    engine.send(1, barrier, "accounts", None)
    last, number = time.monotonic(), 0
    while number != barrier:
        _, number, third, _ = engine.read()
        now = time.monotonic()
        if now - last > told.silence:
            told.silence = now - last
            told.slowest = str(third["code"]) if isinstance(third, dict) else str(third or "a result")
        last = now
        if not isinstance(third, str):
            told.answers += 1
            if isinstance(third, dict) and third["code"] == "internal":
                told.internal[third["message"]] += 1


def _resident(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/status").read_text("ascii")
    except FileNotFoundError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("VmHWM")), 0)


def _processor(process: int) -> float:
    """Return the processor time that a process has used, in seconds."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def worded(told: Told, seconds: float) -> str:
    """Return what came of it, in a sentence."""
    return (
        f"{told.frames:,} frames, {told.answers:,} answers in {seconds:.0f} s; "
        f"never silent for more than {told.silence:.2f} s (then came: {told.slowest}); "
        f"at most {told.busy:.2f} s of processor time for {BATCH} of them; "
        f"at most {told.kib / 1024:.0f} MiB; unforeseen errors: {dict(told.internal) or 'none'}"
    )


def main() -> int:
    """Run it and print what came of it."""
    parser = argparse.ArgumentParser(description="Throw frames at a sidecar.")
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds of silence that are a hang")
    given = parser.parse_args()
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory() as folder:
            told = run(given.frames, given.seed, Path(folder), given.patience)
    except (AssertionError, EOFError, Refused) as error:
        sys.stdout.write(f"failed: {error!r}\n")
        return 1
    sys.stdout.write(worded(told, time.monotonic() - began) + "\n")
    return 1 if told.internal else 0


if __name__ == "__main__":
    sys.exit(main())
