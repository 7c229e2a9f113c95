"""A part of a report: its sentence, its plots, the numbers behind them, and what it does not say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_engine.simulation.report import words
from edge_engine.simulation.report.plots import Sheet
from edge_engine.simulation.report.surface import Axis
from edge_engine.simulation.report.words import percent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge_engine.simulation.report.spread import Mean

NONE: Final = words.DASH
MOST_ROWS: Final = 14
_MARKS: Final = re.compile(r'class="(dot|bar|part|line) (?!hollow)(?!a" cx="[0-9.]+" cy="14")')


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot and the numbers behind it.

    Attributes:
        sentence: What it shows.
        wide: For a desk; empty where there is nothing to draw.
        narrow: For a phone; likewise.
        heads: Of the table's columns.
        rows: Of the table, the first cell a name.
        caption: What the table holds.
        alarm: Whether the sentence tells of something flagged.
    """

    sentence: str
    wide: str
    narrow: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One part.

    Attributes:
        id: Of the page's element.
        title: Its heading.
        glance: The one number of it, for the overview.
        about: What that number is.
        plots: Its plots.
        limits: What it does not say.
    """

    id: str
    title: str
    glance: str
    about: str
    plots: tuple[Plot, ...]
    limits: str


def plotted(
    key: str,
    title: str,
    sentence: str,
    draw: Callable[[Sheet], str],
    table: tuple[tuple[str, ...], Sequence[tuple[str, ...]]],
    *,
    alarm: bool = False,
) -> Plot:
    """Return a plot, drawn for a desk and for a phone."""
    wide, narrow = (draw(Sheet(key, title, sentence, narrow=phone)) for phone in (False, True))
    if not _MARKS.search(wide):
        wide = narrow = ""
    return Plot(sentence, wide, narrow, table[0], tuple(table[1]), title, alarm)


def week_axis(n: int) -> Axis:
    """Return an axis of weeks."""
    step = max(1, -(-n // 9))
    return Axis(0.0, float(n), tuple(float(at) for at in range(0, n + 1, step)))


def mean_cells(one: Mean, says: Callable[[float], str]) -> tuple[str, str]:
    """Write a mean and its interval for a table."""
    if one.mean is None:
        return NONE, NONE
    if one.low is None or one.high is None:
        return says(one.mean), NONE
    return says(one.mean), f"{says(one.low)} to {says(one.high)}"


def share_at(series: Sequence[float | None], at: int, digits: int = 1) -> str:
    """Write one share of a series for a table."""
    found = series[at] if at < len(series) else None
    return NONE if found is None else percent(found, digits)
