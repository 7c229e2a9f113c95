"""The trajectory model beside the outlook from habits: which of them speaks, and the model's path in its words.

The model is used unless its own record on this person's past says otherwise: week by week against half known bills,
half the same days of the last months, with the credit of `backtest.CREDIT`, and, at a few days of the past, against the
outlook from habits itself. What came once, such as a car or an inheritance, is left out of what those few days are
judged by: neither could know of it, and the wider of the two would win by it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
import numpy as np

from edge_engine.domain.money import Money
from edge_engine.inference.trajectory.backtest import origins, quantile_loss, record
from edge_engine.inference.trajectory.history import History
from edge_engine.inference.trajectory.inputs import HORIZON, LEAST_DAYS
from edge_engine.insights.cashflow import WEEK, once, outlook
from edge_engine.insights.finding import Below, ForecastRecord, OutflowWeek, OutlookWeek, Risk
from edge_engine.insights.recurring import streams
from edge_engine.insights.selection import select
from edge_engine.insights.trials import APART, Trials

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from edge_engine.domain.category import Taxonomy
    from edge_engine.domain.series import Postings
    from edge_engine.inference.trajectory.backtest import Record
    from edge_engine.inference.trajectory.model import Trajectory
    from edge_engine.insights.chains import Recalled
    from edge_engine.insights.finding import Outlook

LEAST_RECORD: Final = 13
"""Weeks of history before the model may speak."""

_TRIED: Final = 3
"""Past outlooks from habits that the model is compared with."""

_RISK_WEEKS: Final = 5
"""Weeks that the 30 days of the model's risk end within."""

_PENSIONS: Final = ("income.pension", "income.benefits")


def history_of(
    postings: Postings, balances: Mapping[int, Money], today: date, taxonomy: Taxonomy
) -> History | None:
    """Return the joint balance of some accounts, all of one currency, day by day; None where nothing was posted.

    Movements among these accounts are left out: nothing leaves and nothing comes.
    """
    currency = next(iter(balances.values())).currency
    if currency not in postings.currency_codes:
        return None
    chosen = np.isin(postings.accounts, np.array(sorted(balances), dtype=np.int64))
    chosen &= postings.currencies == postings.currency_codes.index(currency)
    chosen &= postings.days <= today.toordinal()
    mine = select(postings, chosen & ~among(postings, chosen))
    if not len(mine):
        return None
    pensions = [taxonomy.leaf(name).code for name in _PENSIONS]
    return History.of(
        mine.days,
        mine.amounts,
        mine.merchants,
        np.isin(mine.leaves, np.array(pensions, dtype=np.int64)),
        opening=sum(one.minor for one in balances.values()) - int(mine.amounts.sum()),
        until=today.toordinal(),
    )


def among(postings: Postings, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows are halves of movements whose two halves are both among the chosen."""
    among = np.zeros(len(postings), dtype=np.bool_)
    waiting: dict[int, list[int]] = {}
    for row in np.flatnonzero(chosen & postings.transfers).tolist():
        amount = int(postings.amounts[row])
        partners = waiting.get(-amount, [])
        near = [one for one in partners if postings.days[row] - postings.days[one] <= WEEK]
        other = next((one for one in near if postings.accounts[one] != postings.accounts[row]), None)
        if other is None:
            waiting.setdefault(amount, []).append(row)
        else:
            partners.remove(other)
            among[[row, other]] = True
    return among


def foretold(
    ahead: Outlook,
    postings: Postings,
    balances: Mapping[int, Money],
    today: date,
    taxonomy: Taxonomy,
    model: Trajectory,
    recalled: Recalled | None = None,
    trials: Trials | None = None,
) -> Outlook:
    """Return the outlook with the model's path where the model has earned it, and with its record in any case.

    Args:
        ahead: The outlook from habits.
        postings: As for the outlook.
        balances: As for the outlook.
        today: The day to start from.
        taxonomy: The categories.
        model: The model.
        recalled: As :func:`edge_engine.insights.recurring.streams` takes it.
        trials: What was made for earlier outlooks of the same person; it is taken where it is of the very same past.
    """
    trials = trials or Trials()
    history = history_of(postings, balances, today, taxonomy)
    if history is None or len(history) < LEAST_RECORD * WEEK:
        return ahead
    at = origins(history)
    half = history.turnover(at) / 2
    known = trials.known(ahead.balance.currency, history, at)
    made = record(model, history, at, np.stack([np.zeros_like(half), half], axis=1), known)
    kept = _kept(made, ahead.balance.currency)
    if kept.used:
        past = _Past(history, postings, balances, taxonomy, recalled, trials)
        kept = _tried(kept, made, at, past)
    if not kept.used or len(ahead.weeks) > HORIZON:
        return msgspec.structs.replace(ahead, record=kept)
    return _told(ahead, made, kept, float(half[-1]))


def _kept(made: Record, currency: str) -> ForecastRecord:
    scale = made.given.scale[:, None]
    loss, simple = made.past(made.loss * scale), made.past(made.loss_simple * scale)
    seen = bool(made.weeks[-1])
    return ForecastRecord(
        used=bool(made.use[-1]),
        weeks=int(made.weeks[-1]),
        loss=Money(round(float(loss.mean())) if seen else 0, currency),
        loss_simple=Money(round(float(simple.mean())) if seen else 0, currency),
        loss_habits=None,
        coverage=round(float(made.coverage[-1]), 3) if seen else None,
        loss_tried=None,
    )


class _Past(NamedTuple):
    """What past outlooks from habits are made of."""

    history: History
    postings: Postings
    balances: Mapping[int, Money]
    taxonomy: Taxonomy
    recalled: Recalled | None
    trials: Trials

    def path(self, day: int) -> NDArray[np.float64] | None:
        """Return the path as it would have been told at the end of a day, float64[HORIZON, 3], where there is one."""
        then = date.fromordinal(self.history.first + day)
        known = select(self.postings, self.postings.days <= then.toordinal())
        nothing = Money(0, next(iter(self.balances.values())).currency)

        def make() -> NDArray[np.float64] | None:
            # Where the balance stood moves the whole path and nothing else.
            holding = dict.fromkeys(self.balances, nothing)
            found = streams(known, then, self.taxonomy, self.recalled)
            ahead = outlook(known, holding, found, then, HORIZON)
            if ahead is None:
                return None
            weeks = [[week.p10.minor, week.p50.minor, week.p90.minor] for week in ahead.weeks]
            return np.array(weeks, np.float64)

        path = self.trials.path(known, self.balances, then.toordinal(), make)
        return None if path is None else path + np.round(self.history.balance[day])


def _tried(kept: ForecastRecord, made: Record, at: NDArray[np.int64], past: _Past) -> ForecastRecord:
    """Compare with outlooks from habits at a few past days, as they would have been then."""
    history, currency = past.history, kept.loss.currency
    mine, theirs = [], []
    rare = once(history.days, history.amounts)
    rare_days, rare_amounts = history.days[rare], history.amounts[rare]
    for row in _rows_to_try(history, at):
        day = int(at[row])
        path = past.path(day)
        if path is None:
            break
        ends = day + WEEK * np.arange(1, HORIZON + 1)
        came = (rare_days[None, :] > day) & (rare_days[None, :] <= ends[:, None])
        truth = made.truth[row] - came @ rare_amounts
        theirs.append(quantile_loss(path, truth))
        mine.append(quantile_loss(made.paths.balance[row, :HORIZON], truth))
    if not theirs:
        return kept
    tried, habits = float(np.mean(mine)), float(np.mean(theirs))
    return msgspec.structs.replace(
        kept,
        used=tried < habits,
        loss_habits=Money(round(habits), currency),
        loss_tried=Money(round(tried), currency),
    )


def _rows_to_try(history: History, at: NDArray[np.int64]) -> list[int]:
    """Return the origins of past outlooks, the latest first: all their weeks have come, and they are weeks apart."""
    whole = at + WEEK * HORIZON <= len(history) - 1
    turn = (history.first + at) % (WEEK * APART) == 0
    rows: list[int] = np.flatnonzero(whole & turn & (at >= LEAST_DAYS)).tolist()
    return rows[::-1][:_TRIED]


def below_zero(balance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return float64[weeks], the chance that each week ends below zero: straight lines through p10, p50 and p90.

    Beyond p10 and p90 the line of the nearer half goes on. A dip within a week is not in it; the model's own risk of
    the next 30 days is.

    Args:
        balance: float64[weeks, 3], quantiles of the balance at each week's end.
    """
    low, middle, high = balance.T
    lower, upper = np.maximum(middle - low, 1.0), np.maximum(high - middle, 1.0)
    chance = np.where(middle > 0, 0.5 - 0.4 * middle / lower, 0.5 - 0.4 * middle / upper)
    clipped: NDArray[np.float64] = np.clip(chance, 0.0, 1.0)
    return clipped


def _told(ahead: Outlook, made: Record, kept: ForecastRecord, half: float) -> Outlook:
    """Put the model's path into the outlook; what is known to come stays, and so does its day of the lowest balance."""
    currency = ahead.balance.currency
    weeks = len(ahead.weeks)

    def money(amount: float) -> Money:
        return Money(round(amount), currency)

    balance, outflow = made.paths.balance[-1, :weeks], made.paths.outflow[-1, :weeks]
    ends = [ahead.as_of + timedelta(days=WEEK * week) for week in range(1, weeks + 1)]
    lowest = int(np.argmin(balance[:, 1]))
    # Known bills may take it lower between two weeks' ends, as far as the model's own low end does not deny it.
    fell = min((ahead.lowest_on - ahead.as_of).days - 1, WEEK * weeks - 1) // WEEK
    denied = ahead.lowest.minor < float(balance[max(0, fell - 1) : fell + 1, 0].min())
    dips = float(balance[lowest, 1]) < ahead.lowest.minor or denied
    nothing, below = made.paths.risk[-1].tolist()
    by_week = below_zero(balance)
    chance = max(nothing, float(by_week.max()))
    # The model's risk is of 30 days: it counts from the week on that they end in.
    by_week[_RISK_WEEKS - 1 :] = np.maximum(by_week[_RISK_WEEKS - 1 :], nothing)
    knows_its_day = ahead.lowest.minor < 0 and not dips
    under = np.flatnonzero(np.round(balance[:, 1]) < 0)[:1].tolist()
    first = next((Below(ends[at], money(float(balance[at, 1]))) for at in under), None)
    known = ahead.first_below
    if known is not None and (first is None or known.on <= first.on):
        # A day that known bills tell is better than a week's end, where the model does not deny it.
        same_week = first is not None and first.on - timedelta(days=WEEK) < known.on
        first = known if knows_its_day or same_week else first
    return msgspec.structs.replace(
        ahead,
        weeks=tuple(
            OutlookWeek(end, *map(money, path)) for end, path in zip(ends, balance.tolist(), strict=True)
        ),
        lowest=money(float(balance[lowest, 1])) if dips else ahead.lowest,
        lowest_on=ends[lowest] if dips else ahead.lowest_on,
        # Where known bills take it below zero between two weeks' ends, those who know their days say how surely.
        below_zero=ahead.below_zero if knows_its_day else round(chance, 3),
        chances=ahead.chances
        if knows_its_day
        else tuple(round(one, 3) for one in np.maximum.accumulate(by_week).tolist()),
        first_below=first,
        method="model",
        outflow=tuple(
            OutflowWeek(end, *map(money, path)) for end, path in zip(ends, outflow.tolist(), strict=True)
        ),
        risks=(Risk(money(0.0), round(nothing, 3)), Risk(money(half), round(below, 3))),
        record=kept,
    )
