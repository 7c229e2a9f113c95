"""Small charts: a gauge, a line of amounts, and how often forecasts were right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.center.charts.drawing import Drawing, Frame
from edge_engine.center.rendering import day, money, percent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from markupsafe import Markup

    from edge_engine.domain.money import Money
    from edge_engine.insights.coverage import HorizonCoverage

_GAUGE: Final = Frame(360, 26, left=0, right=0, top=0, bottom=0)
_SPARK: Final = Frame(96, 26, left=3, right=3, top=4, bottom=4)
_COVERAGE: Final = Frame(360, 240, left=44, right=22, top=14, bottom=34)


def gauge(key: str, used: float, whole: float, title: str) -> Markup:
    """Draw how much of a whole is used."""
    share = min(max(used / whole, 0.0), 1.0) if whole > 0 else 1.0
    drawing = Drawing(key, _GAUGE, title, f"{used:g} of {whole:g} used, {percent(share)}.", "gauge")
    drawing.rect("track", (0, 6), _GAUGE.width, 14, round_=7)
    if share:
        drawing.rect("fill", (0, 6), max(_GAUGE.width * share, 14), 14, round_=7)
    return drawing.finish()


def spark(key: str, points: Sequence[tuple[date, Money]]) -> Markup:
    """Draw what a bill cost each time; at least two points."""
    values = [abs(amount.minor) for _, amount in points]
    low, high = min(values), max(values)
    spread = (high - low) or 1
    level = 0.5 if low == high else 0.0
    (first, old), (last, new) = points[0], points[-1]
    says = f"From {money(old)} on {day(first)} to {money(new)} on {day(last)}."
    drawing = Drawing(key, _SPARK, "Amounts over time", says, "spark")
    places = [
        (_SPARK.x(number / (len(values) - 1)), _SPARK.y(level or (value - low) / spread))
        for number, value in enumerate(values)
    ]
    drawing.path("middle", places)
    drawing.dot("now", places[-1], 2.6)
    return drawing.finish()


def coverage(key: str, horizons: Sequence[HorizonCoverage], goal: float) -> Markup:
    """Draw the share of forecasts that came within their range, by weeks ahead; at least one."""
    frame = _COVERAGE
    told = "; ".join(f"{one.weeks} weeks ahead {percent(one.within)} of {one.n}" for one in horizons)
    title = "Share of balances that came within the range foretold"
    drawing = Drawing(key, frame, title, f"{told}. {percent(goal)} would be right.")
    for tenth in range(0, 11, 2):
        height = frame.y(tenth / 10)
        drawing.line("grid", (frame.x(0), height), (frame.x(1), height))
        drawing.text("tick", (frame.left - 6, height + 4), percent(tenth / 10), anchor="end")
    drawing.line("goal", (frame.x(0), frame.y(goal)), (frame.x(1), frame.y(goal)))
    furthest = max(one.weeks for one in horizons)
    for one in horizons:
        at = frame.x((one.weeks - 0.5) / furthest), frame.y(one.within)
        says = f"{one.weeks} weeks ahead: {percent(one.within)} of {one.n} within the range"
        drawing.dot("now", at, 6, says=says)
        drawing.text("tick", (at[0], frame.height - 10), str(one.weeks), anchor="middle")
    return drawing.finish()


def calibration(key: str, points: Sequence[tuple[int, float, float]]) -> Markup:
    """Draw how often a model was right, by how sure it was; on the dashed line it is as sure as it should be.

    Args:
        key: Unique on the page.
        points: Rows, mean confidence and share that was right; at least one.
    """
    frame, most = _COVERAGE, max(n for n, _, _ in points)
    told = "; ".join(
        f"{percent(sure)} sure, {percent(right)} right ({n:,} rows)" for n, sure, right in points
    )
    drawing = Drawing(key, frame, "How often it was right, by how sure it was", f"{told}.")
    for tenth in range(0, 11, 2):
        share = tenth / 10
        drawing.line("grid", (frame.x(0), frame.y(share)), (frame.x(1), frame.y(share)))
        drawing.text("tick", (frame.left - 6, frame.y(share) + 4), percent(share), anchor="end")
        drawing.text("tick", (frame.x(share), frame.height - 10), percent(share), anchor="middle")
    drawing.line("goal", (frame.x(0), frame.y(0)), (frame.x(1), frame.y(1)))
    for n, sure, right in points:
        says = f"{percent(sure)} sure on average, {percent(right)} right, {n:,} rows"
        drawing.dot("now", (frame.x(sure), frame.y(right)), 3 + 6 * (n / most) ** 0.5, says=says)
    return drawing.finish()
