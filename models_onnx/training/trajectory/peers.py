"""The trajectories beside AutoETS and AutoTheta of statsforecast, made in this run on the same accounts and days.

    python -m training.trajectory.peers FOLDER [--accounts 150] [--json FILE]

Both choose their own form and fit their numbers anew at every origin, from the account's whole past of weekly balances
or of monthly sums, which is milliseconds a forecast: so a draw of the accounts is measured, and the model on those too.
They are told as they tell themselves (their own 80% interval), and with the spreads of past errors that the simple
forecasts are given, fitted to the other accounts.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
import numpy as np
from statsforecast.models import AutoETS, AutoTheta

from edge_engine.evaluation.trajectory.berka import accounts
from edge_engine.evaluation.trajectory.classical import distributions
from edge_engine.evaluation.trajectory.figures import ratio, wape
from edge_engine.evaluation.trajectory.forecasts import forecasts, months
from edge_engine.inference.trajectory.backtest import quantile_loss
from edge_engine.inference.trajectory.inputs import HORIZON
from edge_engine.inference.trajectory.model import Trajectory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from edge_engine.evaluation.trajectory.berka import Account
    from edge_engine.evaluation.trajectory.figures import Ratio
    from edge_engine.evaluation.trajectory.forecasts import Monthly, Weekly
    from edge_engine.inference.trajectory.history import History

    Floats = NDArray[np.float64]

ACCOUNTS: Final = 150
SEED: Final = 1
LEVEL: Final = 80
WEEK: Final = 7
PEERS: Final[Mapping[str, Callable[[], AutoETS | AutoTheta]]] = {
    "AutoETS": lambda: AutoETS(season_length=1),
    "AutoTheta": lambda: AutoTheta(season_length=1),
    "AutoTheta, season of 4": lambda: AutoTheta(season_length=4),
}
"""Weeks do not divide months, and few accounts are two years old: a season of 4 weeks is as near as they get."""

MONTHLY: Final = ("AutoETS", "AutoTheta")
"""Monthly series here are too short for a season of 12."""


class Peer(NamedTuple):
    """What one of them reached.

    Attributes:
        path_loss: Quantile loss of the eight-week path with its own intervals, a share of the balances.
        path_loss_fitted: With spreads fitted to the other accounts.
        path_ratio: The engine's loss beside the less of both.
        coverage: Of its own intervals.
        balance: WAPE a month ahead; None where it was not asked.
        outflow: The same of the outflow.
        balance_ratio: The engine's error beside it.
        outflow_ratio: The same of the outflow.
        milliseconds: A forecast of eight weeks.
    """

    path_loss: float
    path_loss_fitted: float
    path_ratio: Ratio
    coverage: float
    balance: float | None
    outflow: float | None
    balance_ratio: Ratio | None
    outflow_ratio: Ratio | None
    milliseconds: float


def foretold(model: Callable[[], AutoETS | AutoTheta], past: Floats, ahead: int) -> Floats:
    """Return float64[ahead, 3]: p10, middle and p90. What never moved, or is too short for it, stays as it is."""
    still = np.repeat(past[-1:], ahead)[:, None].repeat(3, axis=1)
    if np.ptp(past) == 0:
        return still
    try:
        told = model().forecast(y=past, h=ahead, level=[LEVEL])
    except (NotImplementedError, ValueError, ZeroDivisionError, IndexError, np.linalg.LinAlgError):
        return still
    found = np.stack([told[f"lo-{LEVEL}"], told["mean"], told[f"hi-{LEVEL}"]], axis=1)
    # A fit that ran away says nothing that one could charge it for.
    return found if np.isfinite(found).all() else still


def _paths(histories: Mapping[int, History], weekly: Weekly, name: str) -> Floats:
    """Return float64[n, HORIZON, 3] at the scored origins."""
    found = np.empty((*weekly.truth.shape, 3))
    for row, (account, days) in enumerate(zip(weekly.account.tolist(), weekly.days.tolist(), strict=True)):
        past = histories[account].balance[(days - 1) % WEEK : days : WEEK]
        found[row] = foretold(PEERS[name], past, HORIZON)
    return found


def _months(histories: Mapping[int, History], name: str) -> tuple[Floats, Floats]:
    """Return the middles a month ahead of balance and outflow, in the order of the month protocol."""
    balances, outflows = [], []
    for history in histories.values():
        balance, out, known, _ = months(history)
        for n in known.tolist():
            balances.append(foretold(PEERS[name], balance[:n], 1)[0, 1])
            outflows.append(max(0.0, foretold(PEERS[name], out[:n], 1)[0, 1]))
    return np.array(balances), np.array(outflows)


def measured(histories: Mapping[int, History], weekly: Weekly, monthly: Monthly, name: str) -> Peer:
    """Return what one of the peers reaches on the accounts of these forecasts."""
    start = time.perf_counter()
    told = _paths(histories, weekly, name)
    took = (time.perf_counter() - start) / len(told)
    engine = quantile_loss(weekly.told, weekly.truth).sum(axis=1)
    own = quantile_loss(told, weekly.truth).sum(axis=1)
    fitted = quantile_loss(distributions(weekly, told[..., 1]), weekly.truth).sum(axis=1)
    size = float(np.abs(weekly.truth).sum())
    inside = (told[..., 0] <= weekly.truth) & (weekly.truth <= told[..., 2])
    found = Peer(
        round(float(own.sum()) / size, 4),
        round(float(fitted.sum()) / size, 4),
        ratio(weekly.account, engine, own if own.sum() < fitted.sum() else fitted),
        round(float(inside.mean()), 4),
        None,
        None,
        None,
        None,
        round(took * 1e3, 2),
    )
    if name not in MONTHLY:
        return found
    balance, outflow = _months(histories, name)

    def beside(engine: Floats, rival: Floats, truth: Floats) -> Ratio:
        return ratio(monthly.account, np.abs(engine - truth), np.abs(rival - truth))

    return found._replace(
        balance=wape(balance, monthly.balance),
        outflow=wape(outflow, monthly.outflow),
        balance_ratio=beside(monthly.told_balance, balance, monthly.balance),
        outflow_ratio=beside(monthly.told_outflow, outflow, monthly.outflow),
    )


def drawn(read: Sequence[Account], n: int) -> list[Account]:
    """Return some accounts, always the same."""
    picked = np.random.default_rng(SEED).permutation(len(read))[:n]
    return [read[at] for at in sorted(picked.tolist())]


def main() -> None:
    """Foretell, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--accounts", type=int, default=ACCOUNTS, help="how many are drawn")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    given = parser.parse_args()
    warnings.simplefilter("ignore")  # short and odd series make the peers warn of themselves
    start = time.monotonic()
    everybody = accounts(given.folder)
    chosen = drawn(everybody, given.accounts)
    made = forecasts(chosen, Trajectory.load())
    weekly, monthly = made.weekly, made.monthly
    kept = set(weekly.account.tolist()) | set(monthly.account.tolist())
    histories = {one.id: one.history for one in chosen if one.id in kept}
    size = np.abs(weekly.truth).sum()
    print(
        f"\nBeside statsforecast, on {len(chosen)} of {len(everybody)} accounts drawn by chance: "
        f"{len(weekly.account)} origins, {len(monthly.account)} months"
    )
    print(
        f"{'':23} {'path':>6} {'fitted':>7} {'inside':>7} {'balance':>8} {'outflow':>8} {'ms':>6}  "
        "engine's loss beside it, balance, outflow"
    )
    engine = {
        "path_loss": round(float(quantile_loss(weekly.told, weekly.truth).sum() / size), 4),
        "balance": wape(monthly.told_balance, monthly.balance),
        "outflow": wape(monthly.told_outflow, monthly.outflow),
    }
    print(
        f"{'edge engine':23} {engine['path_loss']:6.3f} {'':7} {'':7} "
        f"{engine['balance']:8.3f} {engine['outflow']:8.3f}"
    )
    peers = {}
    for name in PEERS:
        peers[name] = measured(histories, weekly, monthly, name)
        print(_line(name, peers[name]), flush=True)
    seconds = round(time.monotonic() - start)
    print(f"{seconds} s")
    if given.json:
        found = {
            "accounts": len(chosen),
            "origins": len(weekly.account),
            "months": len(monthly.account),
            "engine": engine,
            "peers": {name: msgspec.to_builtins(one._asdict()) for name, one in peers.items()},
            "seconds": seconds,
        }
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _line(name: str, one: Peer) -> str:
    def shown(value: Ratio | None) -> str:
        return f"{value.value:.3f} ({value.low:.3f} to {value.high:.3f})" if value else ""

    month = (
        f"{one.balance:8.3f} {one.outflow:8.3f}"
        if one.balance is not None and one.outflow is not None
        else " " * 17
    )
    ratios = ", ".join(filter(None, map(shown, (one.path_ratio, one.balance_ratio, one.outflow_ratio))))
    return (
        f"{name:23} {one.path_loss:6.3f} {one.path_loss_fitted:7.3f} {one.coverage:7.3f} {month} "
        f"{one.milliseconds:6.2f}  {ratios}"
    )


if __name__ == "__main__":
    main()
