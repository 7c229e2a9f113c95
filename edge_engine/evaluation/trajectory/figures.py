"""The figures: errors beside simple forecasts of the same run, with intervals from drawing accounts again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from edge_engine.errors import InputError
from edge_engine.evaluation import Table
from edge_engine.evaluation.trajectory.classical import distributions, pool
from edge_engine.inference.trajectory.backtest import SIMPLE, quantile_loss
from edge_engine.inference.trajectory.model import QUANTILES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from edge_engine.evaluation.trajectory.forecasts import Events, Forecasts, Weekly

    Floats = NDArray[np.float64]

DRAWS: Final = 400
_SEED: Final = 1
_DECILES: Final = 10
BLEND: Final = SIMPLE
POOL: Final = "linear pool"


class Ratio(msgspec.Struct, frozen=True):
    """An error as a share of another's, both summed over accounts.

    Attributes:
        value: Below 1 is better.
        low: Of 95 in 100 draws of accounts, the lowest.
        high: The highest.
    """

    value: float
    low: float
    high: float


class Decile(msgspec.Struct, frozen=True):
    """A tenth of the accounts, by turnover from small to large.

    Attributes:
        told: Quantile loss of what the engine tells, a share of the balances.
        best_simple: The least of the simple forecasts' here, as fitted to these accounts.
        ratio: Of the two.
        used: Share of origins at which the model was used.
    """

    told: float
    best_simple: float
    ratio: float
    used: float


class Compared(msgspec.Struct, frozen=True):
    """A ratio for the balance and one for the outflow."""

    balance: Ratio
    outflow: Ratio


class Wape(msgspec.Struct, frozen=True):
    """Sum of absolute errors as a share of the sum of amounts, a month ahead."""

    balance: float
    outflow: float


class Figures(msgspec.Struct, frozen=True):
    """What ``models eval trajectory --json`` prints.

    Attributes:
        wape: A month ahead, as the engine tells it.
        ratio_to_exponential_smoothing: The same beside smoothing (0.3) of monthly values.
        coverage_p10_p90: Share of weekly balances within what the engine tells; 0.8 is honest.
        ratio_of_outflow_to_reversion_rule: Beside the better of two readings of the rule.
        wape_simple_balance: Simple forecasts of the balance by name.
        wape_simple_outflow: Of the outflow.
        wape_model_alone: Without the gate.
        path_loss: Quantile loss of the eight-week balance path, a share of the balances, as the engine tells it.
        path_loss_model_alone: Without the gate.
        path_loss_simple: Of simple forecasts with spreads fitted to the other accounts' here, and the linear pool.
        path_ratio_to_blend: To half known bills, half same days of three months.
        path_ratio_to_pool: To the pool, whose weights were fitted to the other accounts here.
        path_loss_by_week: Of what the engine tells.
        coverage_by_week: Of what the engine tells.
        coverage_model_alone: Without the gate.
        below_p10: Share of balances below p10.
        above_p90: Share above p90.
        event_precision: Average precision of the risk to fall below half a month's turnover within 30 days.
        event_precision_rules: Of simple rules.
        event_ratio: To the best rule.
        event_share: How often it happens.
        event_calibration: Mean chance told and share that came true, in fifths of the chance told.
        deciles: By turnover.
        worst_decile: Greatest ratio among them.
        model_used: Share of origins at which the gate let the model speak.
        accounts: How many were read.
        origins: Of the path protocol.
        months: Of the month protocol.
        seconds: For all forecasts, on one core.
        microseconds: For one call of the graph for one account.
    """

    wape: Wape
    ratio_to_exponential_smoothing: Compared
    coverage_p10_p90: float
    ratio_of_outflow_to_reversion_rule: Ratio
    wape_simple_balance: dict[str, float]
    wape_simple_outflow: dict[str, float]
    wape_model_alone: Wape
    path_loss: float
    path_loss_model_alone: float
    path_loss_simple: dict[str, float]
    path_ratio_to_blend: Ratio
    path_ratio_to_pool: Ratio
    path_loss_by_week: list[float]
    coverage_by_week: list[float]
    coverage_model_alone: float
    below_p10: float
    above_p90: float
    event_precision: float
    event_precision_rules: dict[str, float]
    event_ratio: Ratio
    event_share: float
    event_calibration: list[tuple[float, float]]
    deciles: list[Decile]
    worst_decile: float
    model_used: float
    accounts: int
    origins: int
    months: int
    seconds: float
    microseconds: float


def figures(made: Forecasts, *, seconds: float, microseconds: float) -> Figures:
    """Return the figures of all forecasts.

    Raises:
        InputError: Nothing moves in the weeks and months that are foretold, or a simple forecast is never wrong.
    """
    weekly, monthly, events = made.weekly, made.monthly, made.events
    if not (weekly.truth.any() and monthly.balance.any() and monthly.outflow.any()):
        raise InputError(
            "no money moves in the weeks and months that are foretold: no share of it can be told"
        )
    rivals = {name: distributions(weekly, rule) for name, rule in weekly.rules.items()}
    rivals[POOL] = distributions(weekly, pool(weekly))
    losses = {name: quantile_loss(told, weekly.truth) for name, told in rivals.items()}
    told = quantile_loss(weekly.told, weekly.truth)
    alone = quantile_loss(weekly.model, weekly.truth)
    size = float(np.abs(weekly.truth).sum())
    inside = (weekly.told[..., 0] <= weekly.truth) & (weekly.truth <= weekly.told[..., 2])
    inside_alone = (weekly.model[..., 0] <= weekly.truth) & (weekly.truth <= weekly.model[..., 2])
    deciles = list(_deciles(weekly, told, losses))
    precision = {name: average_precision(events.below, rule) for name, rule in events.rules.items()}
    best_rule = max(precision, key=lambda name: precision[name])
    reversion = min(
        ("reversion", "reversion_monthly"), key=lambda name: wape(monthly.outflows[name], monthly.outflow)
    )

    def month(told: Floats, rule: Floats, truth: Floats) -> Ratio:
        return ratio(monthly.account, np.abs(told - truth), np.abs(rule - truth))

    return Figures(
        wape=Wape(wape(monthly.told_balance, monthly.balance), wape(monthly.told_outflow, monthly.outflow)),
        ratio_to_exponential_smoothing=Compared(
            month(monthly.told_balance, monthly.balances["smoothing"], monthly.balance),
            month(monthly.told_outflow, monthly.outflows["smoothing"], monthly.outflow),
        ),
        coverage_p10_p90=_short(inside.mean()),
        ratio_of_outflow_to_reversion_rule=month(
            monthly.told_outflow, monthly.outflows[reversion], monthly.outflow
        ),
        wape_simple_balance={name: wape(rule, monthly.balance) for name, rule in monthly.balances.items()},
        wape_simple_outflow={name: wape(rule, monthly.outflow) for name, rule in monthly.outflows.items()},
        wape_model_alone=Wape(
            wape(monthly.model_balance, monthly.balance), wape(monthly.model_outflow, monthly.outflow)
        ),
        path_loss=_short(told.sum() / size),
        path_loss_model_alone=_short(alone.sum() / size),
        path_loss_simple={name: _short(loss.sum() / size) for name, loss in losses.items()},
        path_ratio_to_blend=ratio(weekly.account, told.sum(axis=1), losses[BLEND].sum(axis=1)),
        path_ratio_to_pool=ratio(weekly.account, told.sum(axis=1), losses[POOL].sum(axis=1)),
        path_loss_by_week=[_short(one) for one in told.sum(axis=0) / np.abs(weekly.truth).sum(axis=0)],
        coverage_by_week=[_short(one) for one in inside.mean(axis=0)],
        coverage_model_alone=_short(inside_alone.mean()),
        below_p10=_short((weekly.truth < weekly.told[..., 0]).mean()),
        above_p90=_short((weekly.truth > weekly.told[..., 2]).mean()),
        event_precision=average_precision(events.below, events.risk),
        event_precision_rules=precision,
        event_ratio=_precision_ratio(events, best_rule),
        event_share=_short(events.below.mean()),
        event_calibration=_calibration(events),
        deciles=deciles,
        worst_decile=max((one.ratio for one in deciles), default=0.0),
        model_used=_short(weekly.used.mean()),
        accounts=made.accounts,
        origins=len(weekly.account),
        months=len(monthly.account),
        seconds=round(seconds, 1),
        microseconds=round(microseconds, 1),
    )


def average_precision(truth: NDArray[np.bool_], score: Floats) -> float:
    """Return the mean, over all true cases, of the precision when the list is read down to each; ties by their mean.

    Source: the step-wise sum of precision over recall, ties taken together, as scikit-learn has it.
    """
    if not truth.any():
        return 0.0
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.diff(score[order], append=-np.inf))
    hits = np.cumsum(truth[order])[ends]
    steps = np.diff(hits, prepend=0)
    return _short((hits / (ends + 1) * steps).sum() / truth.sum())


def _short(value: float | np.floating) -> float:
    return round(float(value), 4)


def wape(told: Floats, truth: Floats) -> float:
    """Return the sum of absolute errors as a share of the sum of amounts."""
    return _short(np.abs(told - truth).sum() / np.abs(truth).sum())


def _draws(account: NDArray[np.int64]) -> tuple[NDArray[np.int64], Iterator[NDArray[np.int64]]]:
    """Return each row's account as 0, 1, 2... and how often each account is drawn, draw by draw."""
    _, index = np.unique(account, return_inverse=True)
    n = int(index.max()) + 1
    generator = np.random.default_rng(_SEED)
    return index, (np.bincount(generator.integers(0, n, n), minlength=n) for _ in range(DRAWS))


def ratio(account: NDArray[np.int64], told: Floats, rival: Floats) -> Ratio:
    """Return one error beside another, with its interval from drawing accounts again.

    Args:
        account: int64[n], whose.
        told: float64[n], errors.
        rival: float64[n], the other's.

    Raises:
        InputError: The other is never wrong.
    """
    if not rival.sum() > 0:
        raise InputError(
            "a simple forecast is never wrong on these accounts: nothing can be measured beside it"
        )
    index, draws = _draws(account)
    above, below = np.bincount(index, told), np.bincount(index, rival)
    # A draw of nothing but accounts that the rival foretells without an error has no share.
    drawn = [float(above @ times) / float(below @ times) for times in draws if float(below @ times) > 0]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Ratio(_short(told.sum() / rival.sum()), _short(low), _short(high))


def _precision_ratio(events: Events, rule: str) -> Ratio:
    index, draws = _draws(events.account)
    drawn = []
    for number, times in enumerate(draws):
        if number == DRAWS // 4:  # sorting is slow, and the interval is wide
            break
        rows = np.repeat(np.arange(len(index)), times[index])
        truth = events.below[rows]
        rival = average_precision(truth, events.rules[rule][rows])
        if rival > 0:
            drawn.append(average_precision(truth, events.risk[rows]) / rival)
    best = average_precision(events.below, events.rules[rule])
    low, high = np.quantile(drawn, (0.025, 0.975)) if drawn else (0.0, 0.0)
    value = average_precision(events.below, events.risk) / best if best else 0.0
    return Ratio(_short(value), _short(low), _short(high))


def _calibration(events: Events) -> list[tuple[float, float]]:
    edges = np.linspace(0, 1, 6)
    place = np.clip(np.searchsorted(edges, events.risk, side="right") - 1, 0, 4)
    return [
        (_short(events.risk[place == fifth].mean()), _short(events.below[place == fifth].mean()))
        for fifth in range(5)
        if (place == fifth).any()
    ]


def _deciles(weekly: Weekly, told: Floats, losses: Mapping[str, Floats]) -> Iterator[Decile]:
    """Yield tenths of the accounts by turnover; the linear pool, which was fitted, is no simple forecast.

    A tenth in which nothing moves, or that a simple forecast tells without an error, has no ratio and is left out.
    """
    accounts, index = np.unique(weekly.account, return_inverse=True)
    mean = np.bincount(index, weekly.scale) / np.bincount(index)
    for part in np.array_split(np.argsort(mean, kind="stable"), min(_DECILES, len(accounts))):
        rows = np.isin(index, part)
        size = float(np.abs(weekly.truth[rows]).sum())
        best = min(float(loss[rows].sum()) for name, loss in losses.items() if name != POOL)
        loss = float(told[rows].sum())
        if not (size > 0 and best > 0):
            continue
        yield Decile(
            _short(loss / size), _short(best / size), _short(loss / best), _short(weekly.used[rows].mean())
        )


def tables(found: Figures) -> Iterable[Table]:
    """Return the figures for people."""

    def shown(ratio: Ratio) -> str:
        return f"{ratio.value:.3f} ({ratio.low:.3f} to {ratio.high:.3f})"

    def share(value: float) -> str:
        return f"{value:.3f}"

    names = list(dict.fromkeys([*found.wape_simple_balance, *found.wape_simple_outflow]))
    rows = [
        [
            name,
            share(found.wape_simple_balance[name]) if name in found.wape_simple_balance else "",
            share(found.wape_simple_outflow[name]) if name in found.wape_simple_outflow else "",
        ]
        for name in names
    ]
    smoothing = found.ratio_to_exponential_smoothing
    yield Table(
        f"A month ahead: WAPE over {found.months} months",
        ("forecast", "balance", "outflow"),
        [
            ["edge engine", share(found.wape.balance), share(found.wape.outflow)],
            [
                "  without its gate",
                share(found.wape_model_alone.balance),
                share(found.wape_model_alone.outflow),
            ],
            *rows,
            ["ratio to smoothing", shown(smoothing.balance), shown(smoothing.outflow)],
            ["ratio to reversion", "", shown(found.ratio_of_outflow_to_reversion_rule)],
        ],
        ("balance", "outflow"),
    )
    yield Table(
        f"Eight weeks ahead: quantile loss of the balance over {found.origins} origins of {found.accounts} accounts",
        ("forecast", "loss"),
        [
            ["edge engine", share(found.path_loss)],
            ["  without its gate", share(found.path_loss_model_alone)],
            *([name, share(loss)] for name, loss in found.path_loss_simple.items()),
            [f"ratio to {BLEND}", shown(found.path_ratio_to_blend)],
            [f"ratio to {POOL}", shown(found.path_ratio_to_pool)],
            ["within p10 and p90", share(found.coverage_p10_p90)],
            ["below p10, above p90", f"{found.below_p10:.3f}, {found.above_p90:.3f}"],
            ["model used", share(found.model_used)],
            ["microseconds a call", f"{found.microseconds:.1f}"],
        ],
        ("loss",),
    )
    yield Table(
        "By week",
        ("week", "loss", f"within p{QUANTILES[0] * 100:.0f} and p{QUANTILES[2] * 100:.0f}"),
        [
            [str(week), share(loss), share(inside)]
            for week, (loss, inside) in enumerate(
                zip(found.path_loss_by_week, found.coverage_by_week, strict=True), 1
            )
        ],
        ("week", "loss"),
    )
    yield Table(
        f"Below half a month's turnover within 30 days ({found.event_share:.1%} of origins): average precision",
        ("by", "average precision"),
        [
            ["edge engine", share(found.event_precision)],
            *([name, share(value)] for name, value in found.event_precision_rules.items()),
            ["ratio to the best rule", shown(found.event_ratio)],
            *([f"told {told:.2f}", f"came true {true:.2f}"] for told, true in found.event_calibration),
        ],
        ("average precision",),
    )
    yield Table(
        "Tenths of the accounts by turnover: quantile loss beside the best simple forecast there",
        ("tenth", "edge engine", "best simple", "ratio", "model used"),
        [
            [str(number), share(one.told), share(one.best_simple), share(one.ratio), share(one.used)]
            for number, one in enumerate(found.deciles, 1)
        ],
        ("tenth", "edge engine", "best simple", "ratio", "model used"),
    )
