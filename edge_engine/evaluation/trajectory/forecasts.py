"""Every forecast of every account at every origin, beside what came: columns that the figures are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import numpy as np

from edge_engine.errors import InputError
from edge_engine.inference.trajectory import calendar
from edge_engine.inference.trajectory.backtest import record
from edge_engine.inference.trajectory.inputs import AHEAD, HORIZON, LEAST_DAYS, RISK_DAYS, STATE, inputs
from edge_engine.inference.trajectory.rivals import SMOOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from edge_engine.evaluation.trajectory.berka import Account
    from edge_engine.inference.trajectory.history import History
    from edge_engine.inference.trajectory.model import Trajectory

    Floats = NDArray[np.float64]

LEAST_PAST: Final = 90
"""Days behind an origin that is scored."""

_MONTHS_BEHIND: Final = 3
_SUNDAY: Final = 0


class Weekly(NamedTuple):
    """Scored origins of the path protocol; money in minor units.

    Attributes:
        account: int64[n], which account.
        scale: float64[n], turnover.
        balance: float64[n], at the origin.
        truth: float64[n, HORIZON].
        model: float64[n, HORIZON, 3], the model alone.
        told: float64[n, HORIZON, 3], what the engine tells: the model, or the simple forecast where the gate says so.
        used: bool[n], whether the model was used.
        rules: float64[n, HORIZON] by name, middles of the simple forecasts.
        days: int64[n], age of the account at the origin.
    """

    account: NDArray[np.int64]
    scale: Floats
    balance: Floats
    truth: Floats
    model: Floats
    told: Floats
    used: NDArray[np.bool_]
    rules: dict[str, Floats]
    days: NDArray[np.int64]


class Events(NamedTuple):
    """Origins with 30 whole days ahead: whether the balance fell below half a month's turnover, and who said so.

    Attributes:
        account: int64[n].
        below: bool[n].
        risk: float64[n], the model's chance.
        rules: float64[n] by name: greater means more likely.
    """

    account: NDArray[np.int64]
    below: NDArray[np.bool_]
    risk: Floats
    rules: dict[str, Floats]


class Monthly(NamedTuple):
    """Scored origins of the month protocol; money in minor units.

    Attributes:
        account: int64[n].
        balance: float64[n], what came at the month's end.
        outflow: float64[n], what left in the month.
        told_balance: float64[n], the engine's middle.
        told_outflow: float64[n].
        model_balance: float64[n], the model's middle without its gate.
        model_outflow: float64[n].
        balances: float64[n] by name, simple forecasts.
        outflows: float64[n] by name.
    """

    account: NDArray[np.int64]
    balance: Floats
    outflow: Floats
    told_balance: Floats
    told_outflow: Floats
    model_balance: Floats
    model_outflow: Floats
    balances: dict[str, Floats]
    outflows: dict[str, Floats]


class Forecasts(NamedTuple):
    """Everything that was made of the accounts.

    Attributes:
        weekly: The path protocol.
        events: Liquidity.
        monthly: The month protocol.
        accounts: How many accounts were read.
    """

    weekly: Weekly
    events: Events
    monthly: Monthly
    accounts: int


def forecasts(accounts: Sequence[Account], model: Trajectory) -> Forecasts:
    """Make every forecast.

    Raises:
        InputError: No account is long enough for a single one.
    """
    weekly: list[Weekly] = []
    events: list[Events] = []
    monthly: list[Monthly] = []
    for account in accounts:
        history = account.history
        at = _sundays(history)
        if not len(at):
            continue
        one, event, used = _weekly(account.id, history, at, model)
        weekly.append(one)
        events.append(event)
        monthly.append(_monthly(account.id, history, at, used, model))
    if not sum(len(one.account) for one in weekly) or not sum(len(one.account) for one in monthly):
        raise InputError("no account has enough history for a forecast and what came after")
    return Forecasts(_joined(weekly), _joined(events), _joined(monthly), len(accounts))


def _sundays(history: History) -> NDArray[np.int64]:
    at = np.arange(LEAST_DAYS - 1, len(history))
    sundays: NDArray[np.int64] = at[(history.first + at) % 7 == _SUNDAY]
    return sundays


def _weekly(
    account: int, history: History, at: NDArray[np.int64], model: Trajectory
) -> tuple[Weekly, Events, NDArray[np.bool_]]:
    made = record(model, history, at)
    scale = made.given.scale
    scored = (at >= LEAST_PAST) & np.isfinite(made.truth).all(axis=1)
    weekly = Weekly(
        np.full(int(scored.sum()), account),
        scale[scored],
        made.given.balance[scored],
        made.truth[scored],
        made.paths.balance[scored, :HORIZON],
        made.balance()[scored],
        made.use[scored],
        {name: rule[scored, :HORIZON] for name, rule in made.given.rules.items()},
        at[scored] + 1,
    )
    whole = (at >= LEAST_PAST) & (at + RISK_DAYS < len(history))
    ahead = at[whole, None] + np.arange(1, RISK_DAYS + 1)
    below = history.low[ahead].min(axis=1) < scale[whole] / 2
    state = {name: made.given.state[whole, STATE.index(name)].astype(np.float64) for name in STATE}
    event = Events(
        np.full(int(whole.sum()), account),
        below,
        made.paths.risk[whole, 0],
        {
            "balance": -state["balance"],
            "lowest of 30 days": -state["low_month"],
            "known bills": -(state["balance"] + state["least_ahead"]),
            "lowest of the last months": -(state["balance"] + state["least_13"]),
            "balance and lowest": -(state["balance"] + state["low_month"]) / 2,
        },
    )
    return weekly, event, made.use


def months(history: History) -> tuple[Floats, Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Return the whole months of a history and those that are foretold.

    Returns:
        float64[months], the balance at each month's end; float64[months], what left in it; int64[n], the months that
        are foretold, each from those before it; int64[n], the day index on which that is done.
    """
    day = np.arange(len(history))
    number = calendar.month_index(history.first + day)
    ends = np.flatnonzero(np.diff(number, append=number[-1]) > 0)
    if number[-1] != calendar.month_index(np.array([history.first + len(history)]))[0]:
        ends = np.append(ends, len(history) - 1)
    # A month that began before the account did is not whole.
    first = 0 if calendar.day_of_month(np.array([history.first]))[0] == 1 else 1
    total = np.concatenate([[0.0], np.cumsum(history.outflow)])
    starts = np.concatenate([[0], ends[:-1] + 1])
    out = (total[ends + 1] - total[starts])[first:]
    ends = ends[first:]
    known = np.arange(_MONTHS_BEHIND, len(ends))
    at = ends[known - 1]
    kept = at >= LEAST_DAYS - 1
    return history.balance[ends], out, known[kept], at[kept]


def _monthly(
    account: int, history: History, sundays: NDArray[np.int64], used: NDArray[np.bool_], model: Trajectory
) -> Monthly:
    """Return the month protocol; the gate is as it stood on the last Sunday."""
    balance, out, known, at = months(history)
    if not len(at):
        nothing = np.empty(0)
        none = np.empty(0, np.int64)
        names, spent = (
            ("last", "mean_3", "smoothing", "seasonal"),
            ("last", "mean_3", "smoothing", "seasonal"),
        )
        return Monthly(
            none, nothing, nothing, nothing, nothing, nothing, nothing,
            dict.fromkeys((*names, "bills", "bills_and_season"), nothing),
            dict.fromkeys((*spent, "bills", "reversion", "reversion_monthly"), nothing),
        )  # fmt: skip
    given = inputs(history, at)
    paths = model.paths(given, given.scale[:, None] / 2)
    place = np.searchsorted(sundays, at, side="right") - 1
    use = np.where(place >= 0, used[np.maximum(place, 0)], False)
    balances = {name: np.array([rule(balance[:n]) for n in known]) for name, rule in _RULES.items()}
    outflows = {name: np.array([rule(out[:n]) for n in known]) for name, rule in _RULES.items()}
    coming = given.rules["last"][:, HORIZON] + _projected(given.ahead, given.scale, "bills_in")
    bills = _projected(given.ahead, given.scale, "bills_out")
    balances |= {name: given.rules[name][:, HORIZON] for name in ("bills", "bills_and_season")}
    outflows |= {
        "bills": given.spent["bills"][:, HORIZON],
        "reversion": given.spent["reversion"][:, HORIZON],
        "reversion_monthly": np.maximum(bills, coming - balances["smoothing"]),
    }
    return Monthly(
        np.full(len(at), account),
        balance[known],
        out[known],
        np.where(use, paths.balance[:, HORIZON, 1], balances["bills_and_season"]),
        np.where(use, paths.outflow[:, HORIZON, 1], given.spent["seasonal_3"][:, HORIZON]),
        paths.balance[:, HORIZON, 1],
        paths.outflow[:, HORIZON, 1],
        balances,
        outflows,
    )


def _projected(ahead: NDArray[np.float32], scale: Floats, name: str) -> Floats:
    return ahead[:, HORIZON, AHEAD.index(name)].astype(np.float64) * scale


def _smoothed(past: Floats) -> float:
    level = float(past[0])
    for value in past[1:]:
        level += SMOOTHING * (float(value) - level)
    return level


_RULES: Final[dict[str, Callable[[Floats], float]]] = {
    "last": lambda past: float(past[-1]),
    "mean_3": lambda past: float(past[-3:].mean()),
    "smoothing": _smoothed,
    "seasonal": lambda past: float(past[-12] if len(past) >= 12 else past[-1]),
}


_T = TypeVar("_T", Weekly, Events, Monthly)


def _joined(parts: list[_T]) -> _T:
    """Return all rows of all parts."""
    columns: list[Any] = []
    for column in zip(*parts, strict=True):
        first = column[0]
        if isinstance(first, dict):
            columns.append({name: np.concatenate([one[name] for one in column]) for name in first})
        else:
            columns.append(np.concatenate(column))
    return type(parts[0])(*columns)
