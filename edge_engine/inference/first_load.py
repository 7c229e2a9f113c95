"""The first load of a model that did not ship with the engine: in a process of its own, with little time and memory.

The bounds of `edge_engine.inference.onnx_bounds` hold for every model. What they cannot tell is whether the runtime
has a fault that a crafted graph would reach: so the first time that this runtime sees a foreign graph, it sees it in
a child process, which loads it, replays its golden answers and runs it once at its largest. Only its verdict comes
back. On Linux and macOS the child's memory, time, files and core dumps are limited by the system; elsewhere its time
is, by the parent.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import msgspec

from edge_engine.errors import ModelRefused
from edge_engine.inference import golden as golden_answers
from edge_engine.inference.manifest import ModelEntry
from edge_engine.inference.onnx_bounds import FREE_AXIS
from edge_engine.inference.registry import inspect, open_session

if TYPE_CHECKING:
    from numpy.typing import NDArray

SECONDS: Final = 4.0
"""Longest time that the child may take, its own start included."""

MEMORY: Final = 768 * 1024 * 1024
"""Most address space, in bytes, that the child may take beyond that of the loaded runtime."""

_VERDICT_BYTES: Final = 65_536
_KEPT_VARIABLES: Final = (
    "PATH",
    "SYSTEMROOT",
    "TMPDIR",
    "TEMP",
    "TMP",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
)
_CHILD: Final = (
    "import sys; sys.path += [path for path in sys.argv[1:] if path not in sys.path];"
    "from edge_engine.inference.first_load import child; sys.exit(child())"
)


class Trial(msgspec.Struct, frozen=True):
    """What the child is given.

    Attributes:
        entry: What the manifest says of the model.
        model: The graph.
        golden: Its golden answers.
        memory: Bytes beyond the loaded runtime's.
        seconds: Processor time.
    """

    entry: ModelEntry
    model: bytes
    golden: bytes
    memory: int
    seconds: int


class Verdict(msgspec.Struct, frozen=True):
    """What the child found.

    Attributes:
        refused: Why the model cannot be used; empty where it can.
        runtime: Version of the runtime that tried it.
        difference: Largest difference from the golden answers.
        seconds: Time that loading and running took.
    """

    refused: str
    runtime: str = ""
    difference: float = 0.0
    seconds: float = 0.0


def first_load(
    entry: ModelEntry, model: bytes, golden: bytes, *, memory: int = MEMORY, seconds: float = SECONDS
) -> Verdict:
    """Load and run a foreign model in a child process and return what it found.

    Raises:
        ModelRefused: The model fails, takes too much, or this system cannot run a child process.
    """
    if not sys.executable or getattr(sys, "frozen", False):
        raise ModelRefused("a model that did not ship with the engine cannot be tried on this system")
    trial = msgspec.msgpack.encode(Trial(entry, model, golden, memory, max(1, round(seconds))))
    name = entry.name
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as told:
        given.write(trial)
        given.seek(0)
        status = _run(given, told, seconds)
        told.seek(0)
        raw = told.read(_VERDICT_BYTES)
    if status is None:
        raise ModelRefused(f"the model {name} takes too long on its first load")
    try:
        verdict = msgspec.msgpack.decode(raw, type=Verdict)
    except msgspec.MsgspecError:
        raise ModelRefused(f"the model {name} ends the process on its first load") from None
    if verdict.refused or status != 0:
        raise ModelRefused(verdict.refused or f"the model {name} ends the process on its first load")
    return verdict


def _run(given: BinaryIO, told: BinaryIO, seconds: float) -> int | None:
    """Run the child and return its exit status, None where it took too long."""
    environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "ORT_DISABLE_TELEMETRY": "1"}
    try:
        process = subprocess.Popen(  # noqa: S603 - this interpreter, our own code, nothing of the model
            [sys.executable, "-I", "-B", "-c", _CHILD, *filter(None, map(os.path.abspath, sys.path))],
            stdin=given,
            stdout=told,
            stderr=subprocess.DEVNULL,
            env=environment,
            close_fds=True,
        )
    except OSError:
        raise ModelRefused(
            "a model that did not ship with the engine cannot be tried on this system"
        ) from None
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        process.kill()
        process.wait()


def child() -> int:
    """Run in the child: read a trial from the standard input, write the verdict to the standard output."""
    out = os.fdopen(os.dup(1), "wb")
    # Whatever the runtime prints goes nowhere, so that it cannot be taken for the verdict.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    trial = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Trial)
    from edge_engine.inference.registry import quiet_runtime  # noqa: PLC0415

    version = quiet_runtime().__version__
    _limit(trial.memory, trial.seconds)
    try:
        verdict = _try(trial, version)
    except ModelRefused as error:
        verdict = Verdict(error.message, version)
    except MemoryError:
        verdict = Verdict(f"the model {trial.entry.name} takes too much memory on its first load", version)
    out.write(msgspec.msgpack.encode(verdict))
    out.flush()
    # Not through the interpreter's own end, which a damaged runtime could hold up.
    os._exit(0)


def _try(trial: Trial, version: str) -> Verdict:
    entry = trial.entry
    started = time.perf_counter()
    inspect(entry, trial.model)
    session = open_session(entry.name, trial.model)
    difference = golden_answers.replay(session, entry, golden_answers.decode(trial.golden))
    try:
        answers = session.run(None, _largest(entry))
    except Exception:  # noqa: BLE001 - the runtime raises its own unrelated classes
        raise ModelRefused(f"the model {entry.name} fails on a batch of {FREE_AXIS}") from None
    for tensor, answer in zip(entry.outputs, answers, strict=True):
        fits = answer.ndim == len(tensor.shape) and all(
            have == want
            for have, want in zip(answer.shape, tensor.shape, strict=True)
            if isinstance(want, int)
        )
        if not fits:
            raise ModelRefused(f"the model {entry.name} gives another shape than its manifest says")
    return Verdict("", version, difference, round(time.perf_counter() - started, 3))


def _largest(entry: ModelEntry) -> dict[str, NDArray[Any]]:
    """Return inputs of zeros, free axes at their longest."""
    import numpy as np  # noqa: PLC0415

    return {
        tensor.name: np.zeros(
            [FREE_AXIS if isinstance(axis, str) else axis for axis in tensor.shape], tensor.dtype
        )
        for tensor in entry.inputs
    }


def _limit(memory: int, seconds: int) -> None:
    """Lower this process's own limits, where the system has them; they cannot be raised again."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    taken = 0
    with contextlib.suppress(OSError, ValueError), open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        taken = int(file.read().split()[0]) * resource.getpagesize()
    used = time.process_time()
    wanted = {
        "RLIMIT_AS": (taken or 1024 * 1024 * 1024) + memory,
        "RLIMIT_CPU": seconds + int(used) + 1,
        "RLIMIT_FSIZE": _VERDICT_BYTES,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 64,
    }
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(kind, (value, value))
