"""Lines over time or size, with their names at their ends; on a phone above, where a name is too long for that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_engine.simulation.report.surface import Axis, Frame, Surface, spaced, width_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge_engine.simulation.report.plots import Sheet

_HEIGHT: Final = {False: 340.0, True: 300.0}
_NAME: Final = 18.0
"""Height of a name above a plot."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line over time or size.

    Attributes:
        label: In words, at its end.
        points: From left to right.
        kind: Class of the style sheet.
        band: Lower and upper ends of what it may be, from left to right.
        dots: Whether each point is marked.
        bare: Whether it is left without a line between its points.
    """

    label: str
    points: Sequence[tuple[float, float]]
    kind: str = "a"
    band: Sequence[tuple[float, float, float]] = ()
    dots: bool = False
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Plane:
    """The two axes of a plot of lines.

    Attributes:
        across: The axis below.
        up: The axis at the left.
        says: How values of the two are written.
        names: What the two count.
    """

    across: Axis
    up: Axis
    says: tuple[Callable[[float], str], Callable[[float], str]]
    names: tuple[str, str]


def lines(sheet: Sheet, drawn: Sequence[Line], plane: Plane, goal: tuple[float, str] | None = None) -> str:
    """Draw lines with their names at their ends.

    Args:
        sheet: What every plot has.
        drawn: The lines.
        plane: The axes.
        goal: A level to compare with, and its name.
    """
    named = [one for one in drawn if one.label and one.points]
    if goal is not None:
        named.append(Line(goal[1], [(plane.across.high, goal[0])], "goal"))
    room = max((width_of(one.label, sheet.type) for one in named), default=0.0) + 14.0
    left = max(width_of(plane.says[1](tick), sheet.type) for tick in plane.up.ticks) + 12.0
    # Too long a name has no room beside a phone's plot.
    above = sheet.narrow and room > sheet.width * 0.3
    head = _NAME * len(named) if above else 0.0
    frame = Frame(sheet.width, _HEIGHT[sheet.narrow] + head, left, 14.0 if above else room, 34.0 + head, 52.0)
    surface = sheet.surface(frame)
    _grid(surface, plane, sheet.type)
    if goal is not None:
        level = frame.y(plane.up.share(goal[0]))
        surface.line("goal", (frame.x(0.0), level), (frame.x(1.0), level))
    for one in drawn:
        _band(surface, plane, one)
    for one in drawn:
        _line(surface, plane, one)
    if above:
        _name_above(surface, named)
    else:
        _name_at_ends(surface, plane, named, sheet.type)
    return surface.finish()


def _place(surface: Surface, plane: Plane, x: float, y: float) -> tuple[float, float]:
    return surface.frame.x(plane.across.share(x)), surface.frame.y(plane.up.share(y))


def _band(surface: Surface, plane: Plane, one: Line) -> None:
    if len(one.band) > 1:
        upper = [_place(surface, plane, x, high) for x, _, high in one.band]
        lower = [_place(surface, plane, x, low) for x, low, _ in reversed(one.band)]
        surface.path(f"band {one.kind}", [*upper, *lower], closed=True)


def _line(surface: Surface, plane: Plane, one: Line) -> None:
    places = [_place(surface, plane, x, y) for x, y in one.points]
    if not one.bare and len(places) > 1:
        surface.path(f"line {one.kind}", places)
    if one.dots or one.bare or len(places) == 1:
        for at, (x, y) in zip(places, one.points, strict=True):
            says = f"{one.label} {plane.says[0](x)}: {plane.says[1](y)}".lstrip()
            surface.dot(f"dot {one.kind}", at, 4.0, says=says)


def _name_above(surface: Surface, named: Sequence[Line]) -> None:
    for row, one in enumerate(named):
        height = 14.0 + _NAME * row
        surface.rect(f"swatch {one.kind}", (0.0, height - 9.0), (12.0, 10.0), round_=2.0)
        surface.text("name", (18.0, height), one.label)


def _name_at_ends(surface: Surface, plane: Plane, named: Sequence[Line], size: float) -> None:
    frame = surface.frame
    ends = [_place(surface, plane, *one.points[-1]) for one in named]
    heights = spaced([y for _, y in ends], size + 4.0, frame.top, frame.height - frame.bottom)
    edge = frame.x(1.0) + 10.0
    for one, (x, y), height in zip(named, ends, heights, strict=True):
        if abs(height - y) > 3.0 or edge - x > 30.0:
            surface.line("leader", (x + 4.0, y), (edge - 3.0, height))
        surface.text(f"name {one.kind}", (edge, height + 4.0), one.label)


def _grid(surface: Surface, plane: Plane, size: float) -> None:
    frame = surface.frame
    for tick in plane.up.ticks:
        height = frame.y(plane.up.share(tick))
        surface.line("zero" if tick == 0.0 else "grid", (frame.x(0.0), height), (frame.x(1.0), height))
        surface.text("tick", (frame.left - 8.0, height + 4.0), plane.says[1](tick), anchor="end")
    ticks = plane.across.ticks
    most = max(width_of(plane.says[0](tick), size) for tick in ticks) + 8.0
    every = max(1, -int(-most * len(ticks) // (frame.x(1.0) - frame.x(0.0))))
    for tick in ticks[::every]:
        x = frame.x(plane.across.share(tick))
        surface.line("mark", (x, frame.y(0.0)), (x, frame.y(0.0) + 4.0))
        surface.text("tick", (x, frame.height - 30.0), plane.says[0](tick), anchor="middle")
    surface.text("axis", (frame.x(1.0), frame.height - 8.0), plane.names[0], anchor="end")
    cut = "" if plane.up.log or plane.up.low <= 0.0 else "; the axis does not start at 0"
    surface.text("axis", (0.0, frame.top - 18.0), plane.names[1] + cut)
