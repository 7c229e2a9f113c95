"""How far simulated money is from real money: ``python -m edge_engine.simulation.calibration DATA``.

``DATA`` is a folder with ``berka`` (Czech bank accounts of the 1990s) and ``cards`` (purchase cards of a British
council); a set that is not there is skipped with the reason. The sets are of other people, places and times than the
simulator's, so only shapes are compared: amounts beside the account's own middle, gaps beside its own mean, balances
beside its own income. Each distance stands beside the one between two halves of the real accounts, which is what
chance alone gives, so that nobody takes a small sample for a likeness.

Distances: Kolmogorov-Smirnov (greatest difference of two distribution functions) and Wasserstein (mean difference of
their quantiles, in the unit of what is measured) for numbers, total variation (share that would have to be moved) for
profiles.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from edge_engine.errors import InputError
from edge_engine.simulation.ledgers import Ledger, bank_accounts, bank_cards, simulated
from edge_engine.simulation.population import Population

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

DEVICES: Final = 200
DAYS: Final = 365
END: Final = date(2026, 6, 30)

_GRID: Final = 1001
_MONTHLY: Final = (26.0, 35.0)
"""Days that lie between the payments of what returns by the month."""
_TIMES: Final = 3
"""Payments from which something returns."""
_LINES: Final = 10
"""Lines that an account needs to be looked at."""


class Distance(msgspec.Struct, frozen=True):
    """One comparison.

    Attributes:
        real: The set.
        what: What is compared.
        kind: ``ks``, ``wasserstein`` or ``variation``.
        distance: Between the population and the set.
        floor: Between two halves of the set.
        simulated: A summary of the population's: the median of numbers, the greatest share of a profile.
        observed: Likewise of the set's.
    """

    real: str
    what: str
    kind: str
    distance: float
    floor: float
    simulated: float
    observed: float


class Share(msgspec.Struct, frozen=True):
    """A plain share in both, such as of money that returns."""

    real: str
    what: str
    simulated: float
    observed: float


class Report(msgspec.Struct, frozen=True):
    """All comparisons, and the sets that were skipped with the reason."""

    devices: int
    days: int
    distances: tuple[Distance, ...]
    shares: tuple[Share, ...]
    skipped: dict[str, str]


def kolmogorov_smirnov(left: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Return the greatest difference of the two samples' distribution functions, 0 to 1."""
    at = np.concatenate([left, right])
    below = [np.searchsorted(np.sort(one), at, side="right") / len(one) for one in (left, right)]
    return float(np.max(np.abs(below[0] - below[1])))


def wasserstein(left: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Return the mean difference of the two samples' quantiles, at a thousand steps."""
    steps = (np.arange(_GRID - 1) + 0.5) / (_GRID - 1)
    return float(np.mean(np.abs(np.quantile(left, steps) - np.quantile(right, steps))))


def variation(left: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Return half the sum of the differences of two profiles, each of which sums to 1."""
    return float(np.abs(left - right).sum() / 2.0)


def amounts(ledgers: Sequence[Ledger], sign: int) -> NDArray[np.float64]:
    """Return logarithms of the amounts of one sign, each beside its account's median."""
    found = [np.log(np.abs(one.amounts[np.sign(one.amounts) == sign]).astype(float)) for one in ledgers]
    return _joined(one - np.median(one) for one in found if len(one) >= _LINES)


def gaps(ledgers: Sequence[Ledger]) -> NDArray[np.float64]:
    """Return the days between days on which something was paid, each beside its account's mean."""
    found = [np.diff(np.unique(one.days[one.amounts < 0])).astype(float) for one in ledgers]
    return _joined(one / one.mean() for one in found if len(one) >= _LINES)


def weekdays(ledgers: Sequence[Ledger], sign: int) -> NDArray[np.float64]:
    """Return the share of lines of one sign on each day of the week, Monday first."""
    days = _joined(one.days[np.sign(one.amounts) == sign].astype(float) for one in ledgers).astype(np.int64)
    return _profile((days - 1) % 7, 7)


def month_days(ledgers: Sequence[Ledger], sign: int) -> NDArray[np.float64]:
    """Return the share of lines of one sign on each day of the month."""
    days = _joined(one.days[np.sign(one.amounts) == sign].astype(float) for one in ledgers).astype(np.int64)
    known = {int(day): date.fromordinal(int(day)).day - 1 for day in np.unique(days)}
    return _profile(np.array([known[int(day)] for day in days]), 31)


def balances(ledgers: Sequence[Ledger]) -> NDArray[np.float64]:
    """Return the balances at the ends of months, each beside what comes in by the month."""
    found = []
    for one in ledgers:
        month = np.array([day.year * 12 + day.month for day in map(date.fromordinal, one.days.tolist())])
        ends = np.append(np.flatnonzero(np.diff(month)), len(month) - 1)
        income = one.amounts[one.amounts > 0].sum() / max(1, month[-1] - month[0] + 1)
        if income > 0 and len(ends) >= _TIMES:
            found.append(one.balances[ends[:-1]] / income)
    return _joined(found)


def returning(ledgers: Sequence[Ledger]) -> float:
    """Return the share of lines going out that pay the same amount to the same side by the month."""
    back = lines = 0
    for one in ledgers:
        out = np.flatnonzero(one.amounts < 0)
        lines += len(out)
        groups: dict[tuple[int, int], list[int]] = {}
        for at in out.tolist():
            groups.setdefault((int(one.sides[at]), int(one.amounts[at])), []).append(int(one.days[at]))
        for days in groups.values():
            if len(days) >= _TIMES and _MONTHLY[0] <= float(np.median(np.diff(days))) <= _MONTHLY[1]:
                back += len(days)
    return back / max(1, lines)


def overdrawn(ledgers: Sequence[Ledger]) -> float:
    """Return the share of lines after which the account was below zero."""
    below = sum(int((one.balances < 0).sum()) for one in ledgers)
    return below / max(1, sum(len(one.balances) for one in ledgers))


def _joined(parts: Iterator[NDArray[np.float64]] | Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    found = list(parts)
    return np.concatenate(found) if found else np.zeros(0)


def _profile(places: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    return np.bincount(places, minlength=count) / max(1, len(places))


_Measure = tuple[str, "Callable[[Sequence[Ledger]], NDArray[np.float64]]", bool]

_OF_CARDS: Final[tuple[_Measure, ...]] = (
    ("amounts paid", lambda ledgers: amounts(ledgers, -1), False),
    ("gaps between days of purchase", gaps, False),
    ("weekdays of purchases", lambda ledgers: weekdays(ledgers, -1), True),
    ("days of the month of purchases", lambda ledgers: month_days(ledgers, -1), True),
)
_OF_ACCOUNTS: Final[tuple[_Measure, ...]] = (
    ("amounts paid", lambda ledgers: amounts(ledgers, -1), False),
    ("amounts received", lambda ledgers: amounts(ledgers, 1), False),
    ("gaps between days of payment", gaps, False),
    ("balances at the end of months", balances, False),
    ("weekdays of payments", lambda ledgers: weekdays(ledgers, -1), True),
    ("days of the month of payments", lambda ledgers: month_days(ledgers, -1), True),
    ("days of the month of receipts", lambda ledgers: month_days(ledgers, 1), True),
)


def compare(
    name: str, mine: Sequence[Ledger], real: Sequence[Ledger], measures: Sequence[_Measure]
) -> Iterator[Distance]:
    """Yield the distances between simulated and real accounts."""
    for what, measure, profile in measures:
        ours, theirs = measure(mine), measure(real)
        halves = [measure(real[start::2]) for start in (0, 1)]
        if profile:
            tops = float(ours.max()), float(theirs.max())
            yield Distance(name, what, "variation", variation(ours, theirs), variation(*halves), *tops)
            continue
        middles = float(np.median(ours)), float(np.median(theirs))
        for kind, distance in (("ks", kolmogorov_smirnov), ("wasserstein", wasserstein)):
            yield Distance(name, what, kind, distance(ours, theirs), distance(*halves), *middles)


def calibrate(data: Path, *, seed: int = 1, devices: int = DEVICES, days: int = DAYS) -> Report:
    """Compare a population with every real set that is there.

    Args:
        data: The folder of the sets.
        seed: What the population is drawn from.
        devices: How many households.
        days: How long.
    """
    real: dict[str, list[Ledger]] = {}
    skipped: dict[str, str] = {}
    for name, read in (("berka", bank_accounts), ("cards", bank_cards)):
        try:
            real[name] = read(data)
        except InputError as reason:
            skipped[name] = reason.message
    if not real:
        return Report(devices, days, (), (), skipped)
    accounts, cards = simulated(Population(seed, devices, days, END))
    distances: list[Distance] = []
    shares: list[Share] = []
    if "berka" in real:
        theirs = real["berka"]
        distances += compare("berka", accounts, theirs, _OF_ACCOUNTS)
        shares.append(
            Share("berka", "lines that return by the month", returning(accounts), returning(theirs))
        )
        shares.append(
            Share("berka", "lines that leave less than nothing", overdrawn(accounts), overdrawn(theirs))
        )
    if "cards" in real:
        distances += compare("cards", cards, real["cards"], _OF_CARDS)
    return Report(devices, days, tuple(distances), tuple(shares), skipped)


def write(report: Report) -> Iterator[str]:
    """Yield the report as lines for people."""
    for name, reason in report.skipped.items():
        yield f"skipped {name}: {reason}"
    if not report.distances:
        return
    yield f"{report.devices} simulated households, {report.days} days"
    yield f"{'set':6} {'what':31} {'distance':12} {'value':>7} {'halves':>7} {'ours':>8} {'theirs':>8}"
    for one in report.distances:
        yield (
            f"{one.real:6} {one.what:31} {one.kind:12} {one.distance:7.3f} {one.floor:7.3f}"
            f" {one.simulated:8.3f} {one.observed:8.3f}"
        )
    for share in report.shares:
        yield f"{share.real:6} {share.what:31} {'share':12} {'':15} {share.simulated:8.3f} {share.observed:8.3f}"


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(prog="calibration", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the real sets")
    parser.add_argument("--devices", type=int, default=DEVICES, help=f"households (default: {DEVICES})")
    parser.add_argument("--days", type=int, default=DAYS, help=f"days (default: {DAYS})")
    parser.add_argument("--seed", type=int, default=1, help="what the population is drawn from (default: 1)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    report = calibrate(options.data, seed=options.seed, devices=options.devices, days=options.days)
    if options.json:
        sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in write(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
