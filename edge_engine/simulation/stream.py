"""Streams a population's transactions in bounded memory: ``python -m edge_engine.simulation.stream --rows 10000000``.

It tells, each tenth of the way, how many rows there were, the seconds they took and the most memory that the program
ever held. The rows are counted and summed, so that two runs can be compared; an app that wants them iterates over
``Population.postings``.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.simulation.population import Population

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DAYS: Final = 730
END: Final = date(2026, 6, 30)
ROWS: Final = 1_000_000

_STEPS: Final = 10
_FEWEST: Final = 100
"""Rows that every household has in two years, and far fewer than most."""
_KIBIBYTE: Final = 1024


class Mark(msgspec.Struct, frozen=True):
    """A point on the way.

    Attributes:
        rows: Rows so far.
        households: Households that they are of.
        seconds: Since the start.
        peak: Most bytes of memory held so far, or 0 where the system does not tell.
        totals: Sum of the rows' amounts by currency, minor units.
    """

    rows: int
    households: int
    seconds: float
    peak: int
    totals: dict[str, int]


def stream(rows: int, *, seed: int = 1, clock: Callable[[], float] = time.perf_counter) -> Iterator[Mark]:
    """Simulate household after household until there are ``rows`` rows; yield a mark each tenth of the way.

    Args:
        rows: How many.
        seed: What the population is drawn from.
        clock: Seconds since any moment.
    """
    population = Population(seed, -(-rows // _FEWEST), DAYS, END)
    started, step = clock(), max(1, -(-rows // _STEPS))
    totals: dict[str, int] = {}
    for count, (resident, posting) in enumerate(population.postings(), 1):
        totals[resident.currency] = totals.get(resident.currency, 0) + posting.amount
        if count % step == 0 or count == rows:
            yield Mark(count, resident.number + 1, clock() - started, _peak(), dict(totals))
        if count == rows:
            return


def _peak() -> int:
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * _KIBIBYTE


def main() -> int:
    """Stream and tell."""
    parser = argparse.ArgumentParser(prog="stream", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help=f"how many (default: {ROWS})")
    parser.add_argument("--seed", type=int, default=1, help="what the population is drawn from (default: 1)")
    options = parser.parse_args()
    if options.rows < 1:
        parser.error("at least one row is streamed")
    for mark in stream(options.rows, seed=options.seed):
        sys.stdout.write(
            f"{mark.rows:>10,} rows  {mark.households:>6,} households  {mark.seconds:7.1f} s"
            f"  {mark.rows / mark.seconds:9,.0f} rows/s  peak {mark.peak / 2**20:6.1f} MiB\n"
        )
        sys.stdout.flush()
    sys.stdout.write(f"sum of amounts, minor units: {dict(sorted(mark.totals.items()))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
