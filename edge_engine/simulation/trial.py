"""A fleet run: every device of a population lived once, on a pool of processes, into a folder that can be gone on with.

Devices are lived in small parts. A part's lines are written whole or not at all, so that a run that was stopped goes on
where it was. What a device lives through follows from the settings and its number alone; which process lives it, and
beside how many others, changes nothing.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import shutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from edge_engine.errors import InputError
from edge_engine.simulation import record
from edge_engine.simulation.aggregate import Sums
from edge_engine.simulation.device import live, population_of
from edge_engine.simulation.equipment import Equipment, digests_of, require_factor
from edge_engine.simulation.record import Settings, Timings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

PARTS: Final = "parts"
HALF: Final = f"{record.SETTINGS}.new"
"""What is left of settings where a run was killed while it wrote them."""

PART: Final = 5
"""Devices of a part: some seconds of work, lost where a run is stopped amid it."""

PROCESSES: Final = "processes"
_CHANNELS: Final = ("feed", "modal", "push", "email", "sms")
_MOST_DEVICES: Final = 1_000_000
_MOST_RIDGE: Final = 10_000
FIRST_END: Final = date(2000, 1, 1)
LAST_END: Final = date(2099, 12, 31)
_PENDING: Final = 4
"""Parts that wait for each process: enough that none is idle, few enough that memory does not grow with the fleet."""


class Part(msgspec.Struct, frozen=True):
    """Some devices, lived.

    Attributes:
        number: Of the part.
        lines: Their records, one a line.
        seconds: Processor time of each.
        peak: Largest resident memory of the process so far, bytes; 0 where the system does not say.
    """

    number: int
    lines: bytes
    seconds: tuple[float, ...]
    peak: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        done: Devices that are done, those of earlier calls included.
        devices: How many there are.
        left: Seconds that it will take still; None where nothing was done yet in this call.
    """

    done: int
    devices: int
    left: float | None


class Workers(Protocol):
    """Lives parts somewhere, in any order."""

    name: str
    count: int

    def parts(self, settings: bytes, numbers: Sequence[int]) -> Iterator[Part]:
        """Yield the parts of some numbers, each once, as they are done."""
        ...


def live_part(written: bytes, number: int) -> Part:
    """Live the devices of a part.

    Args:
        written: The settings, JSON.
        number: Of the part.
    """
    settings = msgspec.json.decode(written, type=Settings)
    equipment = Equipment.of(settings)
    lines, seconds = [], []
    for one in range(number * PART, min((number + 1) * PART, settings.devices)):
        began = time.process_time()
        lines.append(record.encode(live(settings, equipment, one)))
        seconds.append(time.process_time() - began)
    return Part(number, b"".join(lines), tuple(seconds), _peak())


class Processes:
    """Lives parts on this machine.

    Args:
        count: How many processes; with one, this one.

    Raises:
        InputError: There is less than one.
    """

    name = PROCESSES

    def __init__(self, count: int) -> None:
        if count < 1:
            raise InputError("a run needs one process at least")
        self.count = count

    def parts(self, settings: bytes, numbers: Sequence[int]) -> Iterator[Part]:
        """Yield the parts of some numbers, as they are done."""
        if self.count == 1 or len(numbers) < 2:
            for number in numbers:
                yield live_part(settings, number)
            return
        # Started anew and not forked: nothing that a runtime of models does in threads is copied half done.
        with ProcessPoolExecutor(self.count, multiprocessing.get_context("spawn")) as pool:
            waiting, rest = set(), iter(numbers)
            try:
                for number in rest:
                    waiting.add(pool.submit(live_part, settings, number))
                    if len(waiting) >= _PENDING * self.count:
                        done = next(as_completed(waiting))
                        waiting.remove(done)
                        yield done.result()
                for done in as_completed(waiting):
                    yield done.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def settled(settings: Settings) -> Settings:
    """Return settings with the digests of everything that they name.

    Raises:
        InputError: A number is out of range, or a file cannot be read.
        PolicyError: A rule's file is not valid.
        DecisionError: The prior is none.
    """
    _require_sound(settings)
    population_of(settings)
    return msgspec.structs.replace(settings, digests=digests_of(settings))


def _require_sound(settings: Settings) -> None:
    if not 1 <= settings.devices <= _MOST_DEVICES:
        raise InputError(f"a run has 1 to {_MOST_DEVICES:,} devices")
    if not (0.0 <= settings.holdout <= 1.0 and 0.0 <= settings.forecasts <= 1.0):
        raise InputError("holdout and forecasts are shares from 0 to 1")
    if settings.ask_days < 1 or settings.signal_weeks < 0:
        raise InputError("an app asks once a day at most, and weeks of signals are not negative")
    if not 0.0 <= settings.prior_ridge <= _MOST_RIDGE:
        raise InputError(f"a prior is worth 0 to {_MOST_RIDGE:,} outcomes")
    require_factor(settings.epsilon_factor)
    if settings.seed < 0:
        raise InputError("a seed is not negative")
    if not FIRST_END <= settings.end <= LAST_END:
        raise InputError(f"a run ends between {FIRST_END} and {LAST_END}")
    if len(set(settings.countries)) < len(settings.countries):
        raise InputError("a country is named once")
    unknown = sorted(set(settings.channels) - set(_CHANNELS))
    if unknown:
        raise InputError(f"a simulated app has no channel {unknown[0]}")


def run(
    settings: Settings,
    folder: Path,
    workers: Workers | None = None,
    told: Callable[[Progress], None] | None = None,
) -> Timings:
    """Live a fleet into a folder, or what of it is not done yet.

    Args:
        settings: Of the run; see `settled`, which is done here.
        folder: New, or that of the same run.
        workers: Who lives the devices; a process a core where None.
        told: Called as devices are done.

    Returns:
        How long this call took.

    Raises:
        InputError: The folder holds a run with other settings, or something else is not as it must be.
        PolicyError: A rule's file is not valid.
        DecisionError: The prior is none.
    """
    settings = settled(settings)
    workers = workers or Processes(os.cpu_count() or 1)
    _prepare(folder, settings)
    parts = folder / PARTS
    numbers = range(-(-settings.devices // PART))
    if (folder / record.DEVICES).exists():
        return _mended(folder, settings)
    todo = [number for number in numbers if not _whole(_file(parts, number), settings, number)]
    began = time.perf_counter()
    done = before = settings.devices - sum(_size(settings, number) for number in todo)
    seconds: list[float] = []
    peak = _peak()
    if told is not None:
        told(Progress(done, settings.devices, None))
    for part in workers.parts(msgspec.json.encode(settings), todo):
        record.write_file(_file(parts, part.number), part.lines)
        seconds += part.seconds
        peak = max(peak, part.peak)
        done += len(part.seconds)
        if told is not None:
            passed = time.perf_counter() - began
            told(Progress(done, settings.devices, passed / (done - before) * (settings.devices - done)))
    _finish(folder, settings, numbers)
    timings = Timings(
        seconds=round(time.perf_counter() - began, 2),
        core_seconds=round(sum(seconds), 2),
        devices=len(seconds),
        workers=workers.count,
        peak_bytes=max(peak, _peak()),
        on=workers.name,
        slowest=round(max(seconds, default=0.0), 2),
    )
    record.write_timings(folder, timings)
    shutil.rmtree(parts, ignore_errors=True)
    return timings


def _prepare(folder: Path, settings: Settings) -> None:
    """Make the folder of a run, or see that it is this run's."""
    begun = (folder / record.SETTINGS).exists()
    if begun and record.read_settings(folder) != settings:
        raise InputError(f"{folder} holds a run with other settings; take another folder")
    if begun and (folder / record.DEVICES).exists():
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not begun and any(entry.name not in (PARTS, HALF) for entry in folder.iterdir()):
            raise InputError(f"{folder} holds other files; take another folder")
        (folder / PARTS).mkdir(exist_ok=True)
    except OSError:
        raise InputError(f"the folder {folder} cannot be made") from None
    if not begun:
        record.write_settings(folder, settings)


def _mended(folder: Path, settings: Settings) -> Timings:
    """Return how long a run took that is finished, with sums that were lost made anew.

    Raises:
        InputError: Its devices are damaged.
    """
    try:
        record.read_aggregates(folder)
    except InputError:
        _add_up(folder, settings)
    try:
        return record.read_timings(folder)
    except InputError:
        # Stopped before the very last file.
        timings = Timings(0.0, 0.0, 0, 0, 0, PROCESSES, 0.0)
        record.write_timings(folder, timings)
        return timings
    finally:
        shutil.rmtree(folder / PARTS, ignore_errors=True)


def _finish(folder: Path, settings: Settings, numbers: Sequence[int]) -> None:
    """Join the parts in the order of devices, and add up what they gave."""
    whole = folder / f"{record.DEVICES}.new"
    try:
        with whole.open("wb") as file:
            for number in numbers:
                file.write(_file(folder / PARTS, number).read_bytes())
        whole.replace(folder / record.DEVICES)
    except OSError:
        with suppress(OSError):
            whole.unlink(missing_ok=True)
        raise InputError(f"{folder / record.DEVICES} cannot be written") from None
    _add_up(folder, settings)


def _add_up(folder: Path, settings: Settings) -> None:
    sums = Sums(settings, Equipment.of(settings).catalogue)
    for one in record.read_records(folder):
        sums.add(one)
    record.write_aggregates(folder, sums.aggregates())


def _file(parts: Path, number: int) -> Path:
    return parts / f"{number:06}.jsonl"


def _size(settings: Settings, number: int) -> int:
    return min((number + 1) * PART, settings.devices) - number * PART


class _Numbered(msgspec.Struct):
    number: int


def _whole(file: Path, settings: Settings, number: int) -> bool:
    """Return whether a part is there with all its devices; what is damaged is lived anew."""
    try:
        lines = file.read_bytes().splitlines(keepends=True)
        found = [msgspec.json.decode(line, type=_Numbered).number for line in lines if line.endswith(b"\n")]
    except (OSError, msgspec.MsgspecError):
        return False
    return found == list(range(number * PART, number * PART + _size(settings, number)))


@functools.cache
def _unit() -> int:
    """Return how many bytes the system counts memory in."""
    return 1 if sys.platform == "darwin" else 1024


def _peak() -> int:
    """Return the largest resident memory of this process so far, bytes; 0 where the system does not say."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _unit()
