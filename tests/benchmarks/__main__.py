"""Measure beside peers, and end with every goal and whether it is hit; ``python -m tests.benchmarks [NAME ...]``.

A run of everything adds a line to ``docs/benchmarks.jsonl`` and writes ``docs/benchmarks.md`` anew; a run of some
leaves both alone. Absolute times are of the machine and of the moment, ratios to a peer in the same run are not.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

import msgspec

from tests.benchmarks import document, tables, targets
from tests.benchmarks.run import ROUNDS, names, run

SMOKE: Final = ("models", "recurring")
"""Quick ones that lean on nothing but the engine: they show that the machinery works."""

LAST: Final = Path(".cache/bench.json")


def main(arguments: list[str] | None = None) -> int:
    """Run the named benchmarks, or all; returns 1 where one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names())}; all by default")
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help="how often each is measured (default: %(default)s)"
    )
    parser.add_argument("--smoke", action="store_true", help=f"one round of {' and '.join(SMOKE)}")
    given = parser.parse_args(arguments)
    unknown = sorted(set(given.names) - set(names()))
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}; there are {', '.join(names())}")
    if given.rounds < 1:
        parser.error("at least one round is needed")
    chosen = list(SMOKE) if given.smoke else given.names or names()
    done = run(chosen, 1 if given.smoke else given.rounds, lambda line: print(line, flush=True))
    goals = targets.read() if not (given.smoke or given.names) else _of(chosen)
    for name, found in done.found.items():
        print(f"\n{name}, {found.seconds:.0f} s {found.failed}")
        for key, spread in found.spreads.items():
            print(f"  {key:44} {tables.shown(spread.median):>10}")
        for key, word in found.words.items():
            print(f"  {key:44} {word}")
    print()
    print("\n".join(tables.plain(done, goals)))
    LAST.parent.mkdir(exist_ok=True)
    LAST.write_bytes(msgspec.json.format(msgspec.json.encode(done)))
    if chosen == names():
        document.keep(done, goals)
        print(f"Kept in {document.HISTORY} and told in {document.PAGE}")
    return int(any(found.failed for found in done.found.values()))


def _of(chosen: list[str]) -> tuple[targets.Target, ...]:
    return tuple(one for one in targets.read() if one.benchmark in chosen)


if __name__ == "__main__":
    sys.exit(main())
