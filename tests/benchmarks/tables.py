"""The table that a run ends with, for the terminal and for ``docs/benchmarks.md``."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from tests.benchmarks.targets import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.benchmarks.run import Run
    from tests.benchmarks.targets import Spread, Target

_MARKS = {Verdict.HIT: "hit", Verdict.MISSED: "**missed**", Verdict.UNKNOWN: "not measured"}


def plain(run: Run, targets: Sequence[Target]) -> Iterator[str]:
    """Yield the lines of the table for a terminal."""
    yield f"{'':72} {'median':>10} {'goal':>9}  {'':9} least to most"
    for area, several in groupby(targets, lambda one: one.area):
        yield area
        for one in several:
            spread = run.spread(one.benchmark, one.figure)
            if spread is None:
                yield f"  {one.name[:70]:70} {'':10} {one.goal:>9}  {run.missing(one.benchmark, one.figure)}"
                continue
            yield (
                f"  {one.name[:70]:70} {shown(spread.median):>10} {one.goal:>9}  "
                f"{one.judge(spread):9} {_between(spread)} {one.unit}"
            )
    yield summary(run, targets)


def summary(run: Run, targets: Sequence[Target]) -> str:
    """Return how many goals are kept."""
    verdicts = [one.judge(run.spread(one.benchmark, one.figure)) for one in targets]
    counts = {verdict: verdicts.count(verdict) for verdict in Verdict}
    return (
        f"{counts[Verdict.HIT]} goals hit, {counts[Verdict.MISSED]} missed, "
        f"{counts[Verdict.UNKNOWN]} not measured"
    )


def markdown(run: Run, targets: Sequence[Target]) -> Iterator[str]:
    """Yield the lines of the tables of the document."""
    for area, several in groupby(targets, lambda one: one.area):
        yield f"\n## {area}\n"
        yield "| what | goal | median | least to most | |"
        yield "|---|---:|---:|---:|---|"
        for one in several:
            spread = run.spread(one.benchmark, one.figure)
            beside = f" (beside {one.peer})" if one.peer else ""
            if spread is None:
                yield f"| {one.name}{beside} | {one.goal} {one.unit} | | | {run.missing(one.benchmark, one.figure)} |"
                continue
            yield (
                f"| {one.name}{beside} | {one.goal} {one.unit} | {shown(spread.median)} | {_between(spread)} | "
                f"{_MARKS[one.judge(spread)]} |"
            )


def others(run: Run, targets: Sequence[Target]) -> Iterator[str]:
    """Yield the figures that no goal names, as a table of the document."""
    goals = {(one.benchmark, one.figure) for one in targets}
    yield "| benchmark | figure | median | least to most |"
    yield "|---|---|---:|---:|"
    for benchmark, found in run.found.items():
        for figure, spread in found.spreads.items():
            if (benchmark, figure) not in goals:
                yield f"| {benchmark} | `{figure}` | {shown(spread.median)} | {_between(spread)} |"


def shown(value: float) -> str:
    """Return a number with three digits that count."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value else "0"


def _between(spread: Spread) -> str:
    return f"{shown(spread.least)} to {shown(spread.most)}" if spread.rounds > 1 else "one round"
