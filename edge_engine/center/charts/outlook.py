"""The weeks ahead: the middle of the forecast within the range of eight in ten cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge_engine.center.charts.drawing import Drawing, Frame, Scale
from edge_engine.center.rendering import day, money
from edge_engine.domain.money import Money, exponent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from markupsafe import Markup

    from edge_engine.insights.finding import Coming, Outlook

WIDE = Frame(760, 345, left=64, right=20, top=16, bottom=44)
NARROW = Frame(360, 250, left=60, right=12, top=14, bottom=42)


@dataclass(frozen=True, slots=True)
class _Stage:
    drawing: Drawing
    scale: Scale
    start: date
    days: int

    def at(self, when: date, minor: int) -> tuple[float, float]:
        """Return where an amount on a day lies."""
        frame = self.drawing.frame
        return frame.x((when - self.start).days / self.days), frame.y(self.scale.share(minor))


def draw(ahead: Outlook, *, narrow: bool) -> Markup:
    """Draw an outlook.

    Args:
        ahead: At least one week.
        narrow: For a phone.
    """
    frame = NARROW if narrow else WIDE
    currency = ahead.balance.currency
    values = [ahead.balance.minor, *(v.minor for week in ahead.weeks for v in (week.p10, week.p90))]
    key = f"outlook-{currency.lower()}-{'narrow' if narrow else 'wide'}"
    drawing = Drawing(key, frame, f"Balance over the coming {len(ahead.weeks)} weeks", describe(ahead))
    last = ahead.weeks[-1].ends
    stage = _Stage(
        drawing, Scale.over(values, unit=10 ** exponent(currency)), ahead.as_of, (last - ahead.as_of).days
    )
    _grid(stage, currency, [ahead.as_of, *(week.ends for week in ahead.weeks)], every=2 if narrow else 1)
    start = stage.at(ahead.as_of, ahead.balance.minor)
    upper = [stage.at(week.ends, week.p90.minor) for week in ahead.weeks]
    lower = [stage.at(week.ends, week.p10.minor) for week in ahead.weeks]
    drawing.path("band", [start, *upper, *reversed(lower)], closed=True)
    drawing.path("middle", [start, *(stage.at(week.ends, week.p50.minor) for week in ahead.weeks)])
    _payments(stage, ahead.coming)
    for week in ahead.weeks:
        says = (
            f"{day(week.ends)}: most likely {money(week.p50)}, "
            f"between {money(week.p10)} and {money(week.p90)} in 8 of 10 cases"
        )
        drawing.dot("point", stage.at(week.ends, week.p50.minor), 4, says=says)
    drawing.dot("now", start, 5, says=f"Today: {money(ahead.balance)}")
    return drawing.finish()


def describe(ahead: Outlook) -> str:
    """Say what the picture shows."""
    last = ahead.weeks[-1]
    return (
        f"{money(ahead.balance)} today. On {day(last.ends)} most likely {money(last.p50)}; in 8 of 10 cases between "
        f"{money(last.p10)} and {money(last.p90)}. The numbers of every week are in the table below."
    )


def _grid(stage: _Stage, currency: str, ends: Sequence[date], *, every: int) -> None:
    drawing, frame = stage.drawing, stage.drawing.frame
    for tick in stage.scale.ticks:
        height = frame.y(stage.scale.share(tick))
        drawing.line("zero" if tick == 0 else "grid", (frame.x(0), height), (frame.x(1), height))
        words = money(Money(tick, currency), whole=True)
        drawing.text("tick", (frame.left - 8, height + 4), words, anchor="end")
    for number, when in enumerate(ends):
        if number % every == 0:
            across = frame.x((when - stage.start).days / stage.days)
            words = "today" if number == 0 else day(when, year=False)
            anchor = "start" if number == 0 else "end" if when == ends[-1] else "middle"
            drawing.text("tick", (across, frame.height - 8), words, anchor=anchor)


def _payments(stage: _Stage, coming: Sequence[Coming]) -> None:
    """Mark the known payments below the area: bills down, incomes up."""
    frame = stage.drawing.frame
    base = frame.y(0) + 10
    for one in coming:
        across = frame.x((one.day - stage.start).days / stage.days)
        if 0 <= (one.day - stage.start).days <= stage.days:
            kind = "due out" if one.amount.minor < 0 else "due in"
            stage.drawing.line(kind, (across, base - 3), (across, base + 3))
