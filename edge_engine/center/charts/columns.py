"""Spending month by month, a column each, stacked by category."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_engine.center.charts.drawing import Drawing, Frame, Scale
from edge_engine.center.rendering import money, month
from edge_engine.domain.money import Money, exponent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from markupsafe import Markup

WIDE = Frame(760, 300, left=64, right=10, top=14, bottom=30)
NARROW = Frame(360, 250, left=60, right=6, top=12, bottom=30)
COLOURS: Final = 7
"""How many categories are told apart by colour; the last stands for all others."""

_GAP: Final = 0.28
_SEAM: Final = 1.5


@dataclass(frozen=True, slots=True)
class Series:
    """One category over time.

    Attributes:
        label: In words.
        amounts: Minor units by month; below zero where refunds outweigh.
    """

    label: str
    amounts: Mapping[date, int]


def draw(series: Sequence[Series], months: Sequence[date], currency: str, *, narrow: bool) -> Markup:
    """Draw columns.

    Args:
        series: The largest first; at most `COLOURS`.
        months: Oldest first; at least one.
        currency: Of all amounts.
        narrow: For a phone.
    """
    frame = NARROW if narrow else WIDE
    totals = [sum(max(one.amounts.get(at, 0), 0) for one in series) for at in months]
    scale = Scale.over(totals, unit=10 ** exponent(currency))
    key = f"columns-{currency.lower()}-{'narrow' if narrow else 'wide'}"
    drawing = Drawing(key, frame, "Spending by month and category", _describe(months, totals, currency))
    for tick in scale.ticks:
        height = frame.y(scale.share(tick))
        drawing.line("zero" if tick == 0 else "grid", (frame.x(0), height), (frame.x(1), height))
        words = money(Money(tick, currency), whole=True)
        drawing.text("tick", (frame.left - 8, height + 4), words, anchor="end")
    step = 1 / len(months)
    every = 2 if narrow and len(months) > 6 else 1
    for number, at in enumerate(months):
        left, right = frame.x((number + _GAP / 2) * step), frame.x((number + 1 - _GAP / 2) * step)
        reached = 0
        for place, one in enumerate(series, 1):
            amount = max(one.amounts.get(at, 0), 0)
            if amount:
                top, foot = frame.y(scale.share(reached + amount)), frame.y(scale.share(reached))
                says = f"{one.label}, {month(at)}: {money(Money(amount, currency))}"
                drawing.rect(f"c{place}", (left, top), right - left, foot - top - _SEAM, says=says)
            reached += amount
        if (len(months) - 1 - number) % every == 0:
            words = month(at, year=not narrow and at.month == 1)
            drawing.text("tick", ((left + right) / 2, frame.height - 8), words, anchor="middle")
    return drawing.finish()


def _describe(months: Sequence[date], totals: Sequence[int], currency: str) -> str:
    whole = Money(round(sum(totals) / len(totals)), currency)
    most = max(range(len(months)), key=totals.__getitem__)
    return (
        f"{month(months[0])} to {month(months[-1])}: about {money(whole)} a month, most in {month(months[most])} with "
        f"{money(Money(totals[most], currency))}. The numbers are in the table below."
    )
