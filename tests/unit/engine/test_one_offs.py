"""The whole engine and people to whom something large happened once: a car, a holiday, an inheritance."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from edge_engine import Engine, FakeClock
from edge_engine.insights.moment import SafeToSave

TODAY = date(2026, 6, 15)
END = TODAY + timedelta(days=57)

Rows = list[tuple[date, str, int]]


def household(seed: int, pay: int) -> Rows:
    """Return two years and a half of pay, rent and groceries, and eight weeks more that are still to come."""
    rng = random.Random(seed)
    rows: Rows = []
    day = date(2024, 1, 1)
    while day < END:
        if day.day == 1:
            rows.append((day, "GEHALT SIEMENS AG", pay))
        if day.day == 3:
            rows.append((day, "MIETE WOHNUNG", -80_000))
        if rng.random() < 0.5:
            rows.append((day, "REWE SAGT DANKE", -rng.randint(1000, 6000)))
        day += timedelta(days=1)
    return rows


def told(rows: Rows, now: int) -> Engine:
    """Return an engine that was told of everything until today, after which ``now`` is left."""
    past = sorted(row for row in rows if row[0] <= TODAY)
    balance = now - sum(minor for _, _, minor in past)
    lines = ["Date,Description,Amount,Currency,Balance"]
    for day, text, minor in past:
        balance += minor
        lines.append(f"{day.isoformat()},{text},{minor / 100:.2f},EUR,{balance / 100:.2f}")
    engine = Engine.in_memory(clock=FakeClock(datetime(2026, 6, 15, 12, tzinfo=UTC)), seed=1)
    for purpose in ("categorization", "insights"):
        engine.consent.grant(purpose)
    engine.ingest(("\n".join(lines) + "\n").encode())
    return engine


def came(rows: Rows, now: int, until: date) -> int:
    return now + sum(minor for day, _, minor in rows if TODAY < day <= until)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("text", "minor"),
    [("AUTOHAUS MUELLER PKW", -2_000_000), ("KUECHENSTUDIO ANZAHLUNG", -800_000), ("TUI REISEN", -400_000)],
)
def test_a_car_a_kitchen_or_a_holiday_is_no_reason_to_warn(seed: int, text: str, minor: int) -> None:
    rows = household(seed, 140_000)
    engine = told([*rows, (TODAY - timedelta(days=5), text, minor)], 300_000)
    ahead = engine.forecast()[0]
    assert ahead.below_zero <= 0.05
    assert "liquidity_shortfall" not in {one.type for one in engine.moments()}
    last = ahead.weeks[-1]
    assert last.p50.minor == pytest.approx(came(rows, 300_000, last.ends), abs=45_000)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("text", "minor"), [("NOTAR ERBSCHAFT", 3_000_000), ("LOTTO GEWINN", 90_000_000)])
def test_an_inheritance_is_not_expected_again(seed: int, text: str, minor: int) -> None:
    rows = household(seed, 140_000)
    now = 100_000 + minor
    engine = told([*rows, (TODAY - timedelta(days=13), text, minor)], now)
    last = engine.forecast()[0].weeks[-1]
    assert last.p50.minor == pytest.approx(came(rows, now, last.ends), abs=45_000)
    for one in engine.moments():
        if isinstance(one.message, SafeToSave):
            # It counts on no money that does not come.
            assert one.message.floor.minor + one.message.amount.minor <= came(rows, now, one.message.until)


def test_money_that_runs_out_is_still_told() -> None:
    rows = household(0, 60_000)
    engine = told([*rows, (TODAY - timedelta(days=5), "AUTOHAUS MUELLER PKW", -2_000_000)], 40_000)
    assert engine.forecast()[0].below_zero >= 0.9
    assert "liquidity_shortfall" in {one.type for one in engine.moments()}
