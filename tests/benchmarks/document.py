"""The history of runs, ``docs/benchmarks.jsonl``, and the page that tells the last one, ``docs/benchmarks.md``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from tests.benchmarks import curves, tables
from tests.benchmarks.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.benchmarks.targets import Target

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
HISTORY: Final = "docs/benchmarks.jsonl"
PAGE: Final = "docs/benchmarks.md"

_HEAD: Final = """# Benchmarks

`make bench` measures everything below and writes this page anew; `python -m tests.benchmarks NAME` measures one
(`--smoke`: a minute that shows that the machinery works). The goals are `tests/benchmarks/targets.toml`; one that is
missed stays as it is. Peers are measured in the same run and in turns with the engine, so trust ratios over times:
times are of this machine and this hour. Figures are medians over the rounds of the run, each itself a median or a sum
of many; *least to most* is over the rounds.
"""


def keep(run: Run, targets: Sequence[Target]) -> None:
    """Add a run to the history and tell it."""
    with (DOCS / "benchmarks.jsonl").open("ab") as file:
        file.write(msgspec.json.encode(run) + b"\n")
    (DOCS / "benchmarks.md").write_text("\n".join(page(run, targets)) + "\n", encoding="utf-8")


def page(run: Run, targets: Sequence[Target]) -> Iterator[str]:
    """Yield the lines of the page."""
    machine = run.machine
    yield _HEAD
    yield (
        f"{run.at[:10]}, commit `{run.commit}`: {machine.processor}, {machine.cores} cores, "
        f"{machine.memory_gib:g} GiB, {machine.system}, Python {machine.python}, SQLCipher {machine.sqlcipher}, "
        + ", ".join(f"{name} {version}" for name, version in machine.packages.items())
        + f"; load before it {machine.load:g}."
    )
    yield f"\n**{tables.summary(run, targets)}.**"
    yield from tables.markdown(run, targets)
    yield from curves.told(run)
    yield "\n## Everything else that was measured\n"
    yield from tables.others(run, targets)
    skipped = [
        f"- {name}: {word}"
        for name, found in run.found.items()
        for word in (found.failed, *found.words.values())
        if word.startswith(("skipped", "failed"))
    ]
    if skipped:
        yield "\n## What was not measured\n"
        yield from skipped


def history() -> list[Run]:
    """Return every run that was kept, oldest first."""
    lines = (DOCS / "benchmarks.jsonl").read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Run) for line in lines]
