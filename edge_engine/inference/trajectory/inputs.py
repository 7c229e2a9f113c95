"""What the model is told: fixed numbers from a history, the same in every language (the card lists them).

All amounts are divided by the account's turnover, so that currencies and fortunes look alike. ``X`` below is the
number of columns named in ``WEEKS``, ``STATE`` and ``AHEAD``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from edge_engine.inference.trajectory import bills, calendar, rivals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge_engine.inference.trajectory.history import History

PAST: Final = 26
"""Weeks that the model looks back."""

HORIZON: Final = 8
"""Weeks that it looks ahead."""

QUERIES: Final = HORIZON + 1
"""Spans that it answers for: each coming week, and all days to the end of the month."""

LEAST_DAYS: Final = 28
"""Days of history before the first forecast."""

RISK_DAYS: Final = 30
CLIP: Final = 8.0

_LUMP: Final = 0.2
"""A day's spending beside known bills that counts as a lump, in turnovers."""

_STEP: Final = 30
"""Days after which people come back for cash."""

WEEKS: Final = (
    "known", "inflow", "outflow", "balance", "low", "largest_in", "largest_out", "regular_in", "regular_out",
    "postings_out", "month_sin", "month_cos",
)  # fmt: skip
STATE: Final = (
    "balance", "low_week", "low_month", "age", "other_in", "other_out", "regular_in", "regular_out", "since_income",
    "income", "pension", "bonus", "smoothed", "day_sin", "day_cos", "month_sin", "month_cos", "least_ahead",
    "mean_4", "least_4", "most_4", "in_4", "out_4", "mean_13", "least_13", "most_13", "in_13", "out_13",
    "lump_since", "lump_gap", "lump_gap_before", "lump_size", "lump_mean", "after_lump", "after_lumps",
    "after_lumps_spread", "turnover_change",
)  # fmt: skip
AHEAD: Final = (
    "horizon", "span", "to_month_end", "bills_in", "bills_out", "bills_net", "bills_least", "day_sin", "day_cos",
    "month_sin", "month_cos", "june", "december", "january", "bonus_in", "same_day", "same_day_3", "same_out",
    "same_out_3", "same_in", "same_in_3", "usual", "known_path", "reversion", "lumps_due", "lump_near",
    "to_after_lump", "lag_out", "lag_out_before",
)  # fmt: skip


class Inputs(NamedTuple):
    """The model's three inputs at ``n`` origins, with what turns its answers back into money.

    Attributes:
        weeks: float32[n, PAST, X], the past weeks, oldest first; rows before the history are zero.
        state: float32[n, X], the account at the origin.
        ahead: float32[n, QUERIES, X], each span asked about.
        scale: float64[n], minor units that 1 stands for.
        balance: float64[n], at the origins.
        target: int64[n, QUERIES], day index at which each span ends.
        span: int64[n, QUERIES], its days.
        rules: Simple forecasts of the balance at ``target`` by name, float64[n, QUERIES] each.
        spent: Simple forecasts of the outflow of each span by name.
    """

    weeks: NDArray[np.float32]
    state: NDArray[np.float32]
    ahead: NDArray[np.float32]
    scale: NDArray[np.float64]
    balance: NDArray[np.float64]
    target: NDArray[np.int64]
    span: NDArray[np.int64]
    rules: dict[str, NDArray[np.float64]]
    spent: dict[str, NDArray[np.float64]]


class _Past(NamedTuple):
    """Weeks before each origin; index ``-1`` is the week that ends there."""

    valid: NDArray[np.bool_]
    ends: NDArray[np.int64]
    inflow: NDArray[np.float64]
    outflow: NDArray[np.float64]
    balance: NDArray[np.float64]
    low: NDArray[np.float64]


def inputs(history: History, at: NDArray[np.int64], known: bills.Known | None = None) -> Inputs:
    """Return the inputs at the ends of some days.

    Args:
        history: Of the account.
        at: int64[n], day indices, ascending, none below ``LEAST_DAYS - 1``.
        known: What :func:`edge_engine.inference.trajectory.bills.known` says at these days, where it was asked before.
    """
    scale = _scale(history, at)
    known = bills.known(history, at) if known is None else known
    past = _past(history, at)
    target, span = _targets(history.first, at)
    lumps = _Lumps.of(history, at, scale)
    rules, spent, columns = _ahead(history, at, known, past, target, span, lumps, scale)
    unit = scale[:, None]
    return Inputs(
        _clip(_weeks(history, past, unit)),
        _clip(_state(history, at, known, past, lumps, scale)),
        _clip(columns),
        scale,
        history.balance[at],
        target,
        span,
        rules,
        spent,
    )


def _clip(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.clip(np.nan_to_num(values), -CLIP, CLIP).astype(np.float32)


def _scale(history: History, at: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the turnover, kept from vanishing where an account sleeps."""
    return np.maximum(np.maximum(history.turnover(at), 0.02 * np.abs(history.balance[at])), 100.0)


def _cumulated(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(values)])


def _over(values: NDArray[np.float64], ends: NDArray[np.int64], days: int = 7) -> NDArray[np.float64]:
    """Return the sums over the ``days`` before and at ``ends``; what lies before the history is nothing."""
    total = _cumulated(values)
    return total[np.maximum(ends + 1, 0)] - total[np.maximum(ends + 1 - days, 0)]


def _trailing(values: NDArray[np.float64], days: int, *, least: bool) -> NDArray[np.float64]:
    """Return the least or greatest value of each day and the ``days - 1`` before it."""
    padded = np.concatenate([np.full(days - 1, values[0]), values])
    windows = np.lib.stride_tricks.sliding_window_view(padded, days)
    found: NDArray[np.float64] = windows.min(axis=1) if least else windows.max(axis=1)
    return found


def _past(history: History, at: NDArray[np.int64]) -> _Past:
    ends = at[:, None] - 7 * np.arange(PAST - 1, -1, -1)
    valid = ends >= 0
    inside = np.maximum(ends, 0)
    return _Past(
        valid,
        inside,
        np.where(valid, _over(history.inflow, inside), 0.0),
        np.where(valid, _over(history.outflow, inside), 0.0),
        np.where(valid, history.balance[inside], np.nan),
        np.where(valid, _trailing(history.low, 7, least=True)[inside], np.nan),
    )


def _weeks(history: History, past: _Past, unit: NDArray[np.float64]) -> NDArray[np.float64]:
    repeated = bills.repeated(history)
    amounts = history.amounts.astype(np.float64)
    n = len(history)
    regular = np.bincount(history.days[repeated], amounts[repeated].clip(0), n).astype(np.float64)
    billed = np.bincount(history.days[repeated], (-amounts[repeated]).clip(0), n).astype(np.float64)
    count = np.bincount(history.days, amounts < 0, n)
    angle = _month_angle(history.first + past.ends)
    columns = np.stack(
        [
            np.ones_like(past.inflow),
            past.inflow / unit,
            past.outflow / unit,
            past.balance / unit,
            past.low / unit,
            _trailing(history.inflow, 7, least=False)[past.ends] / unit,
            _trailing(history.outflow, 7, least=False)[past.ends] / unit,
            _over(regular, past.ends) / unit,
            _over(billed, past.ends) / unit,
            np.log1p(_over(count.astype(np.float64), past.ends)),
            np.sin(angle),
            np.cos(angle),
        ],
        axis=-1,
    )
    return np.where(past.valid[..., None], columns, 0.0)


def _month_angle(days: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how far each day is through its month, as an angle."""
    months = calendar.month_index(days)
    turn: NDArray[np.float64] = 2 * np.pi * calendar.day_of_month(days) / calendar.length_of(months)
    return turn


def _year_angle(days: NDArray[np.int64]) -> NDArray[np.float64]:
    turn: NDArray[np.float64] = 2 * np.pi * (calendar.month_index(days) % 12 + 1) / 12
    return turn


def _targets(first: int, at: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    weekly = at[:, None] + 7 * np.arange(1, HORIZON + 1)
    month = calendar.month_end(first + at)[:, None] - first
    target = np.concatenate([weekly, month], axis=1)
    span = np.concatenate([np.full_like(weekly, 7), month - at[:, None]], axis=1)
    return target, span


class _Lumps(NamedTuple):
    """The latest days on which much left beside the known bills, at each origin; in days and minor units."""

    since: NDArray[np.float64]
    gap: NDArray[np.float64]
    gap_before: NDArray[np.float64]
    size: NDArray[np.float64]
    mean: NDArray[np.float64]
    after: NDArray[np.float64]
    after_mean: NDArray[np.float64]
    after_spread: NDArray[np.float64]

    @classmethod
    def of(cls, history: History, at: NDArray[np.int64], scale: NDArray[np.float64]) -> _Lumps:
        """Find the last three lumps within the last 120 days of each origin."""
        fresh = ~bills.repeated(history) & (history.amounts < 0)
        left = np.bincount(history.days[fresh], -history.amounts[fresh].astype(np.float64), len(history))
        days = np.flatnonzero(left)
        n = len(at)
        latest = np.full((n, 4), -1, dtype=np.int64)
        if len(days):
            counts = (left[days][None, :] >= _LUMP * scale[:, None]) & (days[None, :] <= at[:, None])
            counts &= days[None, :] > at[:, None] - 120
            order = np.where(counts, np.cumsum(counts[:, ::-1], axis=1)[:, ::-1], 0)
            for back in range(4):
                hit = order == back + 1
                latest[:, back] = np.where(hit.any(axis=1), days[hit.argmax(axis=1)], -1)
        seen = latest >= 0
        inside = np.maximum(latest, 0)
        gaps = np.where(seen[:, :3] & seen[:, 1:], latest[:, :3] - latest[:, 1:], 0)
        number = np.maximum(1, seen[:, :3].sum(axis=1))
        size = np.where(seen, left[inside], 0.0)
        balance = history.balance[at]
        after = np.where(seen, history.balance[inside], balance[:, None])[:, :3]
        centre = np.where(seen[:, :3], after, 0.0).sum(axis=1) / number
        centre = np.where(seen[:, 0], centre, balance)
        return cls(
            np.where(seen[:, 0], at - latest[:, 0], 60).astype(np.float64),
            gaps[:, 0].astype(np.float64),
            gaps[:, 1].astype(np.float64),
            size[:, 0],
            size[:, :3].sum(axis=1) / number,
            after[:, 0],
            centre,
            after.max(axis=1) - after.min(axis=1),
        )

    def due(
        self, target: NDArray[np.int64], span: NDArray[np.int64], at: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return float64[n, queries]: lumps to expect within each span if the last gap repeats."""
        gap = np.where(self.gap >= 5, self.gap, np.inf)[:, None]
        ahead = target - at[:, None]
        upto = np.floor((ahead + self.since[:, None]) / gap)
        before = np.floor((ahead - span + self.since[:, None]) / gap)
        return upto - before

    def near(
        self, target: NDArray[np.int64], span: NDArray[np.int64], at: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return float64[n, queries]: how near the middle of each span is to an expected lump, 1 at it."""
        gap = np.where(self.gap >= 5, self.gap, np.inf)[:, None]
        middle = target - at[:, None] - span / 2 + self.since[:, None]
        with np.errstate(invalid="ignore"):
            phase = np.cos(2 * np.pi * middle / gap)
        return np.where(np.isinf(gap), 0.0, phase)


def _state(
    history: History,
    at: NDArray[np.int64],
    known: bills.Known,
    past: _Past,
    lumps: _Lumps,
    scale: NDArray[np.float64],
) -> NDArray[np.float64]:
    balance = history.balance[at]
    rate_in, rate_out = _other_rates(history, at, known)
    coming = np.cumsum(known.inflow - known.outflow, axis=1)[:, 1 : RISK_DAYS + 1]
    drift = (rate_in - rate_out)[:, None] * np.arange(1, RISK_DAYS + 1)
    least = np.minimum(0.0, (coming + drift).min(axis=1))
    days = history.first + at
    day, month = _month_angle(days), _year_angle(days)
    quarter = np.maximum(1.0, history.turnover(np.maximum(at - 91, 0)))
    columns = [
        balance / scale,
        past.low[:, -1] / scale,
        _trailing(history.low, RISK_DAYS, least=True)[at] / scale,
        np.minimum((at + 1) / 365, 2.0),
        rate_in * 30 / scale,
        rate_out * 30 / scale,
        known.past_in / scale / 3,
        known.past_out / scale / 3,
        known.since_main / 30,
        known.main / scale,
        known.pension,
        known.bonus,
        (rivals.smoothed(past.balance)[:, -1] - balance) / scale,
        np.sin(day),
        np.cos(day),
        np.sin(month),
        np.cos(month),
        least / scale,
    ]
    for weeks in (4, 13):
        part = past.balance[:, -weeks:]
        columns += [
            (np.nanmean(part, axis=1) - balance) / scale,
            (np.nanmin(past.low[:, -weeks:], axis=1) - balance) / scale,
            (np.nanmax(part, axis=1) - balance) / scale,
            past.inflow[:, -weeks:].sum(axis=1) / past.valid[:, -weeks:].sum(axis=1) / scale,
            past.outflow[:, -weeks:].sum(axis=1) / past.valid[:, -weeks:].sum(axis=1) / scale,
        ]
    columns += [
        lumps.since / 30,
        lumps.gap / 30,
        lumps.gap_before / 30,
        lumps.size / scale,
        lumps.mean / scale,
        (lumps.after - balance) / scale,
        (lumps.after_mean - balance) / scale,
        lumps.after_spread / scale,
        np.log(scale / quarter).clip(-2, 2),
    ]
    return np.stack(columns, axis=-1)


def _other_rates(
    history: History, at: NDArray[np.int64], known: bills.Known
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what comes in and goes out in a day beside the known streams, over the last 91 days."""
    days = np.clip(at + 1, 28, bills.RECENT)
    came = _over(history.inflow, at, bills.RECENT) - known.past_in
    left = _over(history.outflow, at, bills.RECENT) - known.past_out
    return np.maximum(came, 0.0) / days, np.maximum(left, 0.0) / days


def _lagged(
    history: History, at: NDArray[np.int64], target: NDArray[np.int64], span: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return float64[n, queries] twice: what left beside repeated amounts in each span's days, 30-day steps before.

    The first is the latest step whose days are all known, the second the one before.
    """
    fresh = ~bills.repeated(history) & (history.amounts < 0)
    left = np.bincount(history.days[fresh], -history.amounts[fresh].astype(np.float64), len(history)).astype(
        np.float64
    )
    total = _cumulated(left)
    steps = -(-(target - at[:, None]) // _STEP)
    found = []
    for more in (0, 1):
        end = np.maximum(target - _STEP * (steps + more) + 1, 0)
        start = np.maximum(end - span, 0)
        found.append(total[end] - total[start])
    return found[0], found[1]


def _ahead(
    history: History,
    at: NDArray[np.int64],
    known: bills.Known,
    past: _Past,
    target: NDArray[np.int64],
    span: NDArray[np.int64],
    lumps: _Lumps,
    scale: NDArray[np.float64],
) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.float64]], NDArray[np.float64]]:
    """Return the simple forecasts of balance and outflow, and the columns of each span."""
    unit = scale[:, None]
    balance = history.balance[at][:, None]
    ahead = target - at[:, None]
    rows = np.arange(len(at))[:, None]
    total_in, total_out = np.cumsum(known.inflow, axis=1), np.cumsum(known.outflow, axis=1)
    bills_in = total_in[rows, ahead] - total_in[rows, ahead - span]
    bills_out = total_out[rows, ahead] - total_out[rows, ahead - span]
    net = total_in - total_out
    bills_net = net[rows, ahead]
    bills_least = np.minimum.accumulate(net, axis=1)[rows, ahead]
    rate_in, rate_out = _other_rates(history, at, known)
    usual = bills_net + (rate_in - rate_out)[:, None] * ahead
    same = rivals.same_day(history, at, target)
    same_in, same_out = rivals.same_span(history, at, target, span)
    # The path of known incomes and of what was spent on the same days of the last months.
    weekly = (bills_in - same_out.mean(axis=-1))[:, :HORIZON].cumsum(axis=1)
    month = (total_in[rows, ahead] - same_out.mean(axis=-1))[:, HORIZON:]
    known_path = np.concatenate([weekly, month], axis=1)
    smoothed = rivals.smoothed(past.balance)[:, -1:]
    above = balance + total_in[rows, ahead] - smoothed
    days = history.first + target
    day, year = _month_angle(days), _year_angle(days)
    number = calendar.month_index(days) % 12 + 1
    bonus_month = (number == 6) | (number == 12)
    ones = np.ones_like(ahead, dtype=np.float64)
    to_month_end = np.zeros_like(ones)
    to_month_end[:, HORIZON] = 1.0
    columns = np.stack(
        [
            ahead / 56,
            span / 28,
            to_month_end,
            bills_in / unit,
            bills_out / unit,
            bills_net / unit,
            bills_least / unit,
            np.sin(day),
            np.cos(day),
            np.sin(year),
            np.cos(year),
            (number == 6) * ones,
            (number == 12) * ones,
            (number == 1) * ones,
            bills_in * bonus_month * (1 - known.pension[:, None]) / unit,
            (same[..., 0] - balance) / unit,
            (same.mean(axis=-1) - balance) / unit,
            same_out[..., 0] / unit,
            same_out.mean(axis=-1) / unit,
            same_in[..., 0] / unit,
            same_in.mean(axis=-1) / unit,
            usual / unit,
            known_path / unit,
            above / unit,
            lumps.due(target, span, at),
            lumps.near(target, span, at),
            ones * (lumps.after_mean[:, None] - balance) / unit,
            *(one / unit for one in _lagged(history, at, target, span)),
        ],
        axis=-1,
    )
    rules = {
        "last": np.broadcast_to(balance, ahead.shape),
        "mean_3": np.broadcast_to(np.nanmean(past.balance[:, -3:], axis=1)[:, None], ahead.shape),
        "smoothing": np.broadcast_to(smoothed, ahead.shape),
        "seasonal": same[..., 0],
        "seasonal_3": same.mean(axis=-1),
        "bills": balance + usual,
        "bills_and_season": (balance + usual + same.mean(axis=-1)) / 2,
        "known_path": balance + known_path,
    }
    spent = {
        "seasonal": same_out[..., 0],
        "seasonal_3": same_out.mean(axis=-1),
        "bills": bills_out + rate_out[:, None] * span,
        "reversion": np.maximum(bills_out, above),
    }
    return rules, spent, columns
