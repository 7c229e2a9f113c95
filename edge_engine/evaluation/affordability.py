"""How well affordability foretells trouble: ``python -m edge_engine.evaluation.affordability [--data FOLDER]``.

Without a folder, simulated households are asked about loans of many sizes fifteen months after their start; a loan
broke the floor where, with its instalments taken month by month, what is at hand (current, joint and savings account)
fell below zero on some day of the nine months that follow. With a folder in the shape of the PKDD'99 set, its real
loans of 1993 to 1998 are assessed on the last day before they were granted that the accounts tell of; bad are those
that the bank calls unpaid or in debt (status B and D). That set measures; nothing is fitted to it.
"""

from __future__ import annotations

import argparse
import csv
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from edge_engine.domain.money import Money
from edge_engine.errors import InputError
from edge_engine.evaluation.trajectory.berka import accounts
from edge_engine.inference.trajectory.bills import repeated
from edge_engine.inference.trajectory.calendar import month_index
from edge_engine.inference.trajectory.history import History
from edge_engine.inference.trajectory.inputs import HORIZON, LEAST_DAYS, inputs
from edge_engine.inference.trajectory.model import Trajectory
from edge_engine.insights.affordability import Assessment, LoanTerms, Means, Verdict, assess
from edge_engine.insights.finding import OutlookWeek
from edge_engine.insights.thresholds import AFFORDABILITY, Thresholds
from edge_engine.simulation.household import simulate
from edge_engine.simulation.truth import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from edge_engine.simulation.truth import Household

END: Final = date(2026, 6, 30)
MONTHS: Final = 24
WATCHED: Final = 9
"""Months after the assessment in which a simulated loan is watched."""

SHARES: Final = (0.03, 0.06, 0.1, 0.15, 0.22, 0.3, 0.4)
"""Instalments of simulated loans, as shares of the usual income."""

TERM: Final = 24
AT_HAND: Final = (Role.CURRENT, Role.JOINT, Role.SAVINGS)
COUNTRIES: Final = ("GB", "US", "DE")
BAD: Final = ("B", "D")
DRAWS: Final = 1000
STALE: Final = 62
"""Days before a real loan on which its account may have been seen last."""


class Found(msgspec.Struct, frozen=True):
    """One loan, what was said of it and what became of it.

    Attributes:
        group: Whose it is; intervals draw these.
        verdict: What was said.
        risk: The chance that was told.
        burden: The instalment as a multiple of what could be borne.
        bad: Whether it went wrong.
    """

    group: int
    verdict: str
    risk: float
    burden: float
    bad: bool


class Figures(msgspec.Struct, frozen=True):
    """How well trouble was foretold, over those of whom something could be said.

    Attributes:
        loans: How many, and of how many households or accounts.
        groups: See above.
        cannot_tell: Loans of which nothing could be said.
        bad: Of the rest, the share that went wrong.
        tight: Of the rest, the share that was called tight.
        found: Of those that went wrong, the share that had been called tight.
        tight_of_good: Of those that did not, the share that had been called tight.
        auc_risk: Area under the curve of the risk, with its 95% interval.
        auc_burden: The same of the burden.
    """

    loans: int
    groups: int
    cannot_tell: int
    bad: float
    tight: float
    found: float
    tight_of_good: float
    auc_risk: tuple[float, float, float]
    auc_burden: tuple[float, float, float]


def means(history: History, at: int, model: Trajectory, currency: str, debts: float = 0.0) -> Means:
    """Return what a history tells of somebody's money at the end of a day."""

    def money(amount: float) -> Money:
        return Money(round(amount), currency)

    day = history.first + np.arange(at + 1)
    month = month_index(day)
    whole = np.unique(month)[1:-1]
    incomes = [float(history.inflow[: at + 1][month == one].sum()) for one in whole]
    spent = [float(history.outflow[: at + 1][month == one].sum()) for one in whole]
    weeks: tuple[OutlookWeek, ...] = ()
    if at + 1 >= LEAST_DAYS:
        given = inputs(history, np.array([at]))
        paths = model.paths(given, np.zeros((1, 1))).balance[0, :HORIZON]
        today = date.fromordinal(history.first + at)
        weeks = tuple(
            OutlookWeek(today + timedelta(days=7 * week), *map(money, path))
            for week, path in enumerate(paths.tolist(), start=1)
        )
    recent = (history.days <= at) & (history.days > at - 91) & (history.amounts < 0) & repeated(history)
    return Means(
        tuple(map(money, incomes)),
        tuple(money(came - went) for came, went in zip(incomes, spent, strict=True)),
        weeks,
        money(float(-history.amounts[recent].sum()) / 3),
        money(debts),
        ("credit_prescreening",),
    )


def _history(home: Household) -> History:
    """Return what is at hand as one balance, movements within it left out."""
    inside = [one.transfer for one in home.postings if one.account in AT_HAND and one.transfer]
    within = {one for one in inside if inside.count(one) == 2}
    rows = [
        one
        for one in home.postings
        if one.account in AT_HAND and not one.pending and one.transfer not in within
    ]
    rows.sort(key=lambda one: one.day)
    sides: dict[str, int] = {}
    return History.of(
        np.array([one.day.toordinal() for one in rows]),
        np.array([one.amount for one in rows]),
        np.array([sides.setdefault(one.counterparty or one.text, len(sides)) for one in rows]),
        np.zeros(len(rows), dtype=np.bool_),
        opening=sum(home.accounts[role].opening for role in AT_HAND),
        until=END.toordinal(),
    )


def simulated(seeds: range) -> list[Found]:
    """Return loans of simulated households."""
    model, rules = Trajectory.load(), Thresholds.default(AFFORDABILITY)
    found: list[Found] = []
    for seed in seeds:
        home = simulate(seed, months=MONTHS, end=END, country=COUNTRIES[seed % 3])
        history = _history(home)
        at = len(history) - 1 - round(WATCHED * 30.44)
        today = date.fromordinal(history.first + at)
        debts = -sum(
            one.amount
            for one in home.postings
            if one.leaf == "finance.loan" and timedelta(0) <= today - one.day < timedelta(days=91)
        )
        known = means(history, at, model, home.currency, debts / 3)
        income = float(np.median([one.minor for one in known.incomes]))
        months = np.arange(len(history) - at - 1) // 30 + 1
        for share in SHARES:
            monthly = max(1, round(share * income))
            terms = LoanTerms(Money(monthly * TERM, home.currency), TERM, Money(monthly, home.currency))
            bad = bool((history.balance[at + 1 :] - monthly * months < 0).any())
            found.append(_found(seed, assess(known, terms, rules), bad=bad))
    return found


def real(folder: Path) -> list[Found]:
    """Return the loans of a folder in the shape of the PKDD'99 set.

    Raises:
        InputError: There is not exactly one file of loans, or the transactions are missing.
    """
    files = sorted(folder.glob("loan*.csv"))
    if len(files) != 1:
        raise InputError("the folder needs one file named loan*.csv")
    model, rules = Trajectory.load(), Thresholds.default(AFFORDABILITY)
    histories = {one.id: one.history for one in accounts(folder)}
    found: list[Found] = []
    with files[0].open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            history = histories.get(int(row["account_id"]))
            granted = date(1900 + int(row["date"][:2]), int(row["date"][2:4]), int(row["date"][4:6]))
            if history is None:
                continue
            before = granted.toordinal() - 1 - history.first
            at = min(before, len(history) - 1)
            if at < LEAST_DAYS or before - at > STALE:
                continue
            monthly = Money(round(float(row["payments"]) * 100), "CZK")
            months = int(row["duration"])
            # The set rounds the instalments, so that all of them may be some crowns less than the amount.
            amount = Money(min(round(float(row["amount"]) * 100), monthly.minor * months), "CZK")
            said = assess(means(history, at, model, "CZK"), LoanTerms(amount, months, monthly), rules)
            found.append(_found(int(row["account_id"]), said, bad=row["status"] in BAD))
    return found


def _found(group: int, said: Assessment, *, bad: bool) -> Found:
    return Found(group, said.verdict.value, said.risk, said.burden, bad)


def figures(found: Sequence[Found]) -> Figures:
    """Return how well trouble was foretold."""
    told = [one for one in found if one.verdict != Verdict.CANNOT_TELL]
    bad = np.array([one.bad for one in told])
    tight = np.array([one.verdict == Verdict.TIGHT for one in told])
    group = np.array([one.group for one in told])
    return Figures(
        len(found),
        len({one.group for one in found}),
        len(found) - len(told),
        round(float(bad.mean()), 3),
        round(float(tight.mean()), 3),
        round(float(tight[bad].mean()), 3),
        round(float(tight[~bad].mean()), 3),
        _interval(np.array([one.risk for one in told]), bad, group),
        _interval(np.array([one.burden for one in told]), bad, group),
    )


def auc(score: NDArray[np.float64], bad: NDArray[np.bool_]) -> float:
    """Return the chance that one that went wrong has a greater score than one that did not; ties count half."""
    order = np.sort(score[~bad])
    below, upto = (np.searchsorted(order, score[bad], side) for side in ("left", "right"))
    return float((below + upto).mean() / 2 / len(order))


def _interval(
    score: NDArray[np.float64], bad: NDArray[np.bool_], group: NDArray[np.int64]
) -> tuple[float, float, float]:
    """Return the area under the curve with its 95% interval, drawing whole groups again."""
    chance = np.random.default_rng(1)
    names, at = np.unique(group, return_inverse=True)
    rows = [np.flatnonzero(at == one) for one in range(len(names))]
    drawn = []
    for _ in range(DRAWS):
        some = np.concatenate([rows[one] for one in chance.integers(len(rows), size=len(rows))])
        if bad[some].any() and not bad[some].all():
            drawn.append(auc(score[some], bad[some]))
    low, high = np.quantile(drawn, (0.025, 0.975))
    return round(auc(score, bad), 3), round(float(low), 3), round(float(high), 3)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="affordability", description=__doc__)
    parser.add_argument("--data", type=Path, help="accounts and loans in the shape of the PKDD'99 set")
    parser.add_argument("--seeds", default="3000-3299", help="first and last seed (default: 3000-3299)")
    options = parser.parse_args()
    first, _, last = options.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    found = figures(real(options.data) if options.data else simulated(seeds))
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(found)).decode() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
