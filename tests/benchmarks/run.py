"""Runs benchmarks in rounds and keeps what they say: figures with their spread, words, and why something is missing."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from tests.benchmarks.machine import Machine, commit, describe
from tests.benchmarks.targets import Spread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HERE: Final = Path(__file__).parent
ROUNDS: Final = 3
"""Of each benchmark; one whose module has ``ROUNDS_AT_MOST`` runs that often at most."""


class Found(msgspec.Struct, frozen=True):
    """What a benchmark found.

    Attributes:
        spreads: Figures by name.
        words: What is no number, as the last round had it.
        failed: Why it ended early; empty where it did not.
        seconds: How long all rounds took.
    """

    spreads: dict[str, Spread]
    words: dict[str, str]
    failed: str
    seconds: float


class Run(msgspec.Struct, frozen=True):
    """One run of benchmarks.

    Attributes:
        at: Day and time it began, UTC.
        commit: What was measured.
        machine: On what.
        found: By benchmark.
    """

    at: str
    commit: str
    machine: Machine
    found: dict[str, Found]

    def spread(self, benchmark: str, figure: str) -> Spread | None:
        """Return a figure, or None where it was not measured."""
        return self.found[benchmark].spreads.get(figure) if benchmark in self.found else None

    def missing(self, benchmark: str, figure: str) -> str:
        """Return why a figure is not there, in few words."""
        one = self.found.get(benchmark)
        if one is None:
            return "not run"
        return one.failed or next((word for word in one.words.values() if word.startswith("skipped")), figure)


def names() -> list[str]:
    """Return every benchmark there is."""
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def measured(name: str) -> dict[str, float | str]:
    """Return what a benchmark says, from a process of its own.

    What another one left behind (memory above all, which a process never gives back whole) is none of its figures.

    Raises:
        CalledProcessError: It failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "found.json"
        command = (sys.executable, "-m", "tests.benchmarks.run", name, str(file))
        subprocess.run(command, check=True)
        return msgspec.json.decode(file.read_bytes(), type=dict[str, float | str])


def run(chosen: Sequence[str], rounds: int, tell: Callable[[str], None]) -> Run:
    """Run benchmarks in turns, one round of each after the other, so that the machine's moods fall on all of them.

    Args:
        chosen: Which, of `names`.
        rounds: How often at most.
        tell: Told what happens, a line each.
    """
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    told = describe()
    values: dict[str, dict[str, list[float]]] = {name: {} for name in chosen}
    words: dict[str, dict[str, str]] = {name: {} for name in chosen}
    failed: dict[str, str] = {}
    seconds = dict.fromkeys(chosen, 0.0)
    for number in range(1, rounds + 1):
        for name in chosen:
            module = importlib.import_module(f"tests.benchmarks.bench_{name}")
            if name in failed or number > getattr(module, "ROUNDS_AT_MOST", rounds):
                continue
            tell(f"== {name}, round {number}")
            began = time.perf_counter()
            try:
                for key, value in measured(name).items():
                    if isinstance(value, str):
                        words[name][key] = value
                    else:
                        values[name].setdefault(key, []).append(float(value))
            except subprocess.CalledProcessError:
                # What went wrong stands above it; the others are still measured, and the run ends with an error.
                failed[name] = "failed"
                tell(f"{name} failed")
            seconds[name] += time.perf_counter() - began
    found = {
        name: Found(
            {key: Spread.of(several) for key, several in values[name].items()},
            words[name],
            failed.get(name, ""),
            round(seconds[name], 1),
        )
        for name in chosen
    }
    return Run(at, commit(), told, found)


def _measure() -> None:
    """Measure one benchmark here and write what it says to a file."""
    name, file = sys.argv[1:]
    module = importlib.import_module(f"tests.benchmarks.bench_{name}")
    Path(file).write_bytes(msgspec.json.encode(module.measure()))


if __name__ == "__main__":
    _measure()
